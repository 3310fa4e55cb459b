// What Events cost: CPU microseconds from the recorder's call to the commit and the answer, and heap bytes of a stored one.
//   node --expose-gc scripts/run-ts.mjs test/bench/events.ts [PODS]
import path from 'node:path';
import { ApiServerGroup } from '../../sim-core/apiserver/apiServers.ts';
import { EventVersion } from '../../sim-core/apiserver/events/version.ts';
import { uidFrom } from '../../sim-core/apiserver/names.ts';
import { StoredVersion } from '../../sim-core/apiserver/version.ts';
import type { HandlerSpec, KubeObject, WorldContext } from '../../sim-core/contracts/index.ts';
import { SECOND_US } from '../../sim-core/contracts/index.ts';
import { createWorld } from '../../sim-core/engine/index.ts';
import { createEtcd } from '../../sim-core/etcd/index.ts';
import { Links } from '../../sim-core/network/links.ts';
import { Speaker } from '../unit/support/speaker.ts';
import { round } from './measure.ts';
import type { BenchResult } from './p1.ts';

const NODES = 200;
const IMAGE = 'registry.k8s.io/pause:3.10';
const START_S = 5;
/** Until the commit after the compaction that takes the history of all of them. */
const SETTLE_S = 960;

/** What kubelets tell of a pod. */
const STEPS = [
  ['Pulled', `Container image "${IMAGE}" already present on machine and can be accessed by the pod`],
  ['Created', 'Container created'],
  ['Started', 'Container started'],
  ['Killing', 'Stopping container app'],
] as const;

class Speakers extends Speaker {
  does: (ctx: WorldContext) => void = () => {};
  private readonly links: Links;

  constructor(servers: ApiServerGroup, links: Links) {
    super('speakers', servers);
    this.links = links;
  }

  protected acts(): readonly HandlerSpec[] {
    return [{ name: 'act', run: (ctx) => this.does(ctx) }];
  }

  protected open(ctx: WorldContext): void {
    for (let i = 0; i < NODES; i++) {
      const host = `node-${i}`;
      const client = this.clients.open({
        host,
        endpoint: this.links.transport.endpoint(host),
        user: `system:node:${host}`,
        groups: ['system:nodes', 'system:authenticated'],
        agent: 'kubelet/v1.35.4 (linux/amd64)',
        limit: { qps: 0, burst: 0 },
      });
      this.recorders.open(ctx, { client, component: 'kubelet', host });
    }
  }

  say(ctx: WorldContext, pod: number, step: number): void {
    const [reason, message] = STEPS[step];
    const name = `web-5d8f9c7b6d-${(pod + 60_000_000).toString(36)}`;
    // As a server would draw it.
    const uid = uidFrom(ctx.stream('uid'), 'pods', 'default', name, 0);
    const metadata = { name, namespace: 'default', uid, resourceVersion: String(1000 + pod) };
    const regarding = { apiVersion: 'v1', kind: 'Pod', metadata } as KubeObject;
    const fieldPath = 'spec.containers{app}';
    this.recorders.record(ctx, pod % NODES, { regarding, fieldPath, type: 'Normal', reason, message });
  }
}

function heapBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function eventCosts(pods: number, computedEvents: boolean) {
  const links = new Links();
  const etcd = createEtcd({ members: 3, transport: links.transport });
  const servers = new ApiServerGroup({ replicas: 2, etcd, transport: links.transport, computedEvents });
  const speakers = new Speakers(servers, links);
  const components = [links, ...etcd.components, ...servers.components, speakers];
  const world = createWorld({ seed: 's', components, keepRecords: false });
  const run = (from: number, to: number) => {
    for (let step = 0; step < STEPS.length; step++) {
      for (let pod = from; pod < to; pod += NODES) {
        speakers.does = (ctx) => {
          for (let i = pod; i < Math.min(pod + NODES, to); i++) speakers.say(ctx, i, step);
        };
        world.inject(speakers.act('act'), 0, 0);
        world.runUntil({ timeUs: world.nowUs + SECOND_US / 20 });
      }
    }
  };
  world.runUntil({ timeUs: START_S * SECOND_US });
  run(0, 2000);
  world.runUntil({ timeUs: world.nowUs + SETTLE_S * SECOND_US });
  const before = heapBytes();
  const cpu = process.cpuUsage();
  run(2000, 2000 + pods);
  const used = process.cpuUsage(cpu);
  const events = pods * STEPS.length;
  world.runUntil({ timeUs: world.nowUs + SETTLE_S * SECOND_US });
  const bytes = heapBytes() - before;
  let stored = 0;
  let compact = 0;
  etcd.store.forEachAt(etcd.store.revision, ({ key, value }) => {
    if (!(value instanceof StoredVersion) || !key.startsWith('/registry/events/')) return;
    stored++;
    if (value instanceof EventVersion) compact++;
  });
  return {
    usAnEvent: round((used.user + used.system) / events, 1),
    bytesPerEvent: round(bytes / events, 0),
    compactShare: round(compact / stored, 3),
  };
}

type Result = BenchResult & { readonly bytesPerEvent: number; readonly compactShare: number };

/** So many that the end of etcd's log, some ten thousand entries, counts for little. */
export function events(pods = 20_000): Readonly<Record<string, Result>> {
  const [must, aim] = [20, 10];
  const { usAnEvent, bytesPerEvent, compactShare } = eventCosts(pods, true);
  const requested = eventCosts(pods, false);
  return {
    'new Event': {
      ratio: round(must / usAnEvent, 2),
      value: usAnEvent,
      unit: 'µs of CPU',
      must,
      aim,
      bytesPerEvent,
      compactShare,
    },
    'new Event as a request': {
      ratio: round(must / requested.usAnEvent, 2),
      value: requested.usAnEvent,
      unit: 'µs of CPU',
      must,
      aim,
      bytesPerEvent: requested.bytesPerEvent,
      compactShare: requested.compactShare,
    },
  };
}

if (path.basename(import.meta.dirname) === 'test-bench-events-ts')
  console.log(JSON.stringify(events(Number(process.argv[2] ?? 20_000)), null, 2));
