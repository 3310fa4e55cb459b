import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiServerGroup } from '../../sim-core/apiserver/apiServers.ts';
import type { StoredVersion } from '../../sim-core/apiserver/version.ts';
import type {
  ApiRequest,
  ApiResponse,
  Component,
  HandlerId,
  HandlerSpec,
  KubeObject,
  WorldContext,
} from '../../sim-core/contracts/index.ts';
import { SECOND_US } from '../../sim-core/contracts/index.ts';
import { createWorld } from '../../sim-core/engine/index.ts';
import { createEtcd } from '../../sim-core/etcd/index.ts';
import { statusPatch } from '../../sim-core/kubelet/statusPatch.ts';
import { Links } from '../../sim-core/network/links.ts';

// biome-ignore lint/suspicious/noExplicitAny: pieces of objects of any kind
type Piece = any;

interface Step {
  readonly atMs: number;
  readonly pod: number;
  readonly does: 'create' | 'bind' | 'creating' | 'running' | 'scale' | 'delete';
  readonly server: number;
}

interface Fault {
  readonly atMs: number;
  readonly forMs: number;
  readonly process: string;
}

type Act = { readonly step: Step } | { readonly process: string; readonly up: boolean };

const PODS = 12;
const END_S = 60;
const NS = 'default';
const pods = { resource: 'pods', namespace: NS } as const;
const KUBELET = { user: 'system:node:n', agent: 'kubelet/v1.35.4 (linux/amd64)' };
const SCHEDULER = { user: 'system:kube-scheduler', agent: 'kube-scheduler' };
const CONTROLLER = { user: 'system:controller', agent: 'kube-controller-manager/replicaset-controller' };

function status(pod: KubeObject, isReady: boolean, n: number): Piece {
  const at = '2026-01-01T00:00:03Z';
  const ip = `10.0.0.${n + 1}`;
  const types = ['Initialized', 'Ready', 'PodScheduled'];
  const conditions = types.map((type) => {
    const is = isReady || type !== 'Ready';
    return { type, status: is ? 'True' : 'False', lastProbeTime: null, lastTransitionTime: at };
  });
  const state = isReady ? { running: { startedAt: at } } : { waiting: { reason: 'ContainerCreating' } };
  const one = { name: 'app', state, lastState: {}, ready: isReady, restartCount: 0, image: 'x', imageID: '' };
  return {
    phase: isReady ? 'Running' : 'Pending',
    conditions,
    hostIP: '172.16.0.2',
    hostIPs: [{ ip: '172.16.0.2' }],
    ...(isReady && { podIP: ip, podIPs: [{ ip }] }),
    startTime: at,
    containerStatuses: [one],
    qosClass: pod.status?.qosClass,
  };
}

/** Asks for what the steps say, by what the last answers told. */
class Writers implements Component {
  readonly name = 'writers';
  readonly answers: unknown[] = [];
  ids: readonly HandlerId[] = [];
  private readonly known: (KubeObject | undefined)[] = [];
  private readonly asked: Step[] = [];
  private readonly servers: ApiServerGroup;
  private readonly links: Links;
  private set: KubeObject | undefined;

  constructor(servers: ApiServerGroup, links: Links) {
    this.servers = servers;
    this.links = links;
  }
  init(): void {}
  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'act', run: (ctx, _a, _b, act) => this.act(ctx, act as Act) },
      { name: 'answer', run: (ctx, a, _b, answer) => this.answered(ctx, a, answer as ApiResponse | undefined) },
    ];
  }
  registered(ids: readonly HandlerId[]): void {
    this.ids = ids;
  }
  start(): void {}
  crash(): void {}

  private act(ctx: WorldContext, act: Act): void {
    if ('step' in act) {
      const request = this.requestOf(act.step);
      if (request === undefined) return;
      const from = this.links.transport.endpoint('writers');
      const token = this.asked.push(act.step) - 1;
      this.servers.submit(ctx, from, act.step.server, request, { handler: this.ids[1], token });
      return;
    }
    const id = ctx.components.find(act.process);
    if (id === undefined) return;
    if (act.up) ctx.components.start(id);
    else ctx.components.crash(id);
  }

  private requestOf({ does, pod: n }: Step): ApiRequest | undefined {
    if (does === 'scale') return this.scaled(n);
    const pod = this.known[n];
    if (does === 'create') {
      const metadata = { generateName: 'web-', labels: { app: 'web' } };
      const spec = { containers: [{ name: 'app', image: 'x' }] };
      const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec } as KubeObject;
      return { verb: 'create', ...pods, name: '', ...CONTROLLER, body };
    }
    if (pod === undefined) return undefined;
    const { name = '', uid = '' } = pod.metadata;
    if (does === 'delete') return { verb: 'delete', ...pods, name, ...CONTROLLER };
    if (does === 'bind') {
      const target = { kind: 'Node', name: 'n' };
      const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace: NS, uid }, target } as KubeObject;
      return { verb: 'create', ...pods, subresource: 'binding', name, ...SCHEDULER, body };
    }
    const patch = statusPatch(uid, pod, status(pod, does === 'running', n));
    return patch && { verb: 'patch', ...pods, subresource: 'status', name, ...KUBELET, patch };
  }

  /** Counts of a ReplicaSet; some make no sense. */
  private scaled(n: number): ApiRequest {
    const to = { resource: 'replicasets.apps', namespace: NS, name: 'set', ...CONTROLLER };
    if (this.set === undefined) {
      const labels = { app: 'set' };
      const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'x' }] } };
      const metadata = { name: 'set', namespace: NS };
      const spec = { replicas: 3, selector: { matchLabels: labels }, template };
      return {
        verb: 'create',
        ...to,
        body: { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec } as KubeObject,
      };
    }
    const counts = { replicas: 6, readyReplicas: n + 1, availableReplicas: 1, observedGeneration: 1 };
    return { verb: 'update', ...to, subresource: 'status', body: { ...this.set, status: counts } as KubeObject };
  }

  private answered(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    this.answers.push([ctx.nowUs, token, answer && { ...answer, version: answer.version?.object }]);
    const object = answer?.version?.object;
    const { does, pod } = this.asked[token];
    if (object === undefined) return;
    if (does === 'scale') this.set = object;
    else this.known[pod] = object;
  }
}

const FAULTS = ['etcd-0', 'etcd-1', 'apiserver-0', 'apiserver-1'];

function run(steps: readonly Step[], faults: readonly Fault[], directWrites: boolean) {
  const links = new Links();
  const etcd = createEtcd({ members: 3, transport: links.transport });
  const disabledPlugins = ['ServiceAccount'];
  const transport = links.transport;
  const servers = new ApiServerGroup({ replicas: 2, etcd, transport, disabledPlugins, directWrites });
  const writers = new Writers(servers, links);
  const components = [links, ...etcd.components, ...servers.components, writers];
  const world = createWorld({ seed: 'writes', components });
  const at = (ms: number, act: Act) => world.injectAt(3 * SECOND_US + ms * 1000, writers.ids[0], 0, 0, act);
  for (const step of steps) at(step.atMs, { step });
  for (const { atMs, forMs, process } of faults) {
    at(atMs, { process, up: false });
    at(atMs + forMs, { process, up: true });
  }
  world.runUntil({ timeUs: END_S * SECOND_US });
  const objects: unknown[] = [];
  etcd.store.forEachAt(etcd.store.revision, ({ key, value }) => {
    objects.push([key, (value as StoredVersion).object, (value as StoredVersion).hash]);
  });
  return JSON.stringify({ answers: writers.answers, objects, digest: world.digest() });
}

describe('writes without frames', () => {
  it('are those that the general way makes, whatever fails meanwhile', () => {
    const step = fc.record({
      // Many at once: puts are refused.
      atMs: fc.nat({ max: 60 }).map((n) => n * 250),
      pod: fc.nat({ max: PODS - 1 }),
      does: fc.constantFrom('create', 'bind', 'creating', 'running', 'creating', 'running', 'scale', 'delete' as const),
      server: fc.nat({ max: 1 }),
    });
    const fault = fc.record({
      atMs: fc.integer({ min: 0, max: 15_000 }),
      forMs: fc.integer({ min: 100, max: 8000 }),
      process: fc.constantFrom(...FAULTS),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 30, maxLength: 150 }) as fc.Arbitrary<Step[]>,
        fc.array(fault, { maxLength: 3 }),
        (steps, faults) => {
          const all = [...Array(PODS).keys()].map((pod): Step => ({ atMs: pod, pod, does: 'create', server: pod % 2 }));
          const sent = [...all, ...steps];
          expect(run(sent, faults, true)).toBe(run(sent, faults, false));
        },
      ),
      { numRuns: 30 },
    );
  });
});
