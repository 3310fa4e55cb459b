import { describe, expect, test, vi } from 'vitest';
import type { KubeObject } from '../../sim-core/contracts/index.ts';
import { draw, rootKey, streamKey } from '../../sim-core/engine/index.ts';
import { buildCluster, type Cluster, loadScenario, type Scenario } from '../../sim-core/index.ts';
import { PlainStart } from '../../sim-core/kubelet/plainStart.ts';
import { PlainStop } from '../../sim-core/kubelet/plainStop.ts';

/** `PLAIN_PODS_SEEDS=20-29 npx vitest run test/property/plainPods.test.ts` runs other random clusters. */
const [from, to] = (process.env['PLAIN_PODS_SEEDS'] ?? '1-3').split('-').map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, i) => from + i);
const END_S = 200;

type Json = Readonly<Record<string, unknown>>;

class Dice {
  private readonly key: number;
  private n = 0;

  constructor(seed: number) {
    this.key = streamKey(rootKey(`plain ${seed}`), 'pods');
  }

  int(least: number, most: number): number {
    return least + Math.floor(((draw(this.key, 1, this.n++) >>> 0) / 4294967296) * (most - least + 1));
  }

  chance(percent: number): boolean {
    return this.int(1, 100) <= percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)];
  }
}

/** Containers that the short way takes, and with few chances each what it has to leave to the general one. */
function container(dice: Dice, name: string): Json {
  const probe = { httpGet: { path: '/', port: 8080 }, periodSeconds: dice.pick([1, 3]) };
  const resources = { requests: { cpu: `${dice.int(1, 6) * 50}m`, memory: `${dice.int(1, 8) * 64}Mi` } };
  if (dice.chance(50)) return { name, image: 'registry.example/a:1', resources };
  return {
    name,
    image: dice.pick(['registry.example/a:1', 'registry.example/b:1', 'registry.example/gone:1', 'Registry.example/C']),
    ...(dice.chance(20) && { imagePullPolicy: dice.pick(['Always', 'Never', 'IfNotPresent']) }),
    resources,
    ...(dice.chance(10) && { readinessProbe: probe }),
    ...(dice.chance(10) && { livenessProbe: probe }),
    ...(dice.chance(10) && { startupProbe: probe }),
    ...(dice.chance(8) && { lifecycle: { postStart: { exec: { command: ['true'] } } } }),
    ...(dice.chance(8) && { lifecycle: { preStop: { sleep: { seconds: 2 } } } }),
    ...(dice.chance(10) && { env: [{ name: 'A', value: 'b' }] }),
    ...(dice.chance(8) && { envFrom: [{ configMapRef: { name: dice.pick(['here', 'missing']) } }] }),
    ...(dice.chance(8) && { ports: [{ containerPort: 80, hostPort: 8000 + dice.int(0, 2) }] }),
  };
}

function podSpec(dice: Dice): Json {
  const names = ['app', 'second', 'third'].slice(0, dice.pick([1, 1, 1, 2, 3]));
  return {
    terminationGracePeriodSeconds: dice.pick([1, 5, 30]),
    ...(dice.chance(15) && { restartPolicy: dice.pick(['Never', 'OnFailure']) }),
    ...(dice.chance(8) && { hostNetwork: true }),
    ...(dice.chance(6) && { activeDeadlineSeconds: 40 }),
    ...(dice.chance(10) && { initContainers: [{ name: 'init', image: 'registry.example/a:1' }] }),
    ...(dice.chance(12) && { volumes: [{ name: 'v', configMap: { name: dice.pick(['here', 'missing']) } }] }),
    ...(dice.chance(10) && { volumes: [{ name: 'v', emptyDir: {} }] }),
    containers: names.map((name) => container(dice, name)),
  };
}

/** Owners restart their pods always. */
function deployment(dice: Dice, name: string): Json {
  const { restartPolicy: _, activeDeadlineSeconds: _deadline, ...spec } = podSpec(dice);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: dice.int(1, 8),
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec },
    },
  };
}

function files(seed: number): ReadonlyMap<string, string> {
  const dice = new Dice(seed);
  const nodes = dice.int(2, 5);
  const pods = Array.from({ length: dice.int(10, 24) }, (_, i) => `p${i}`);
  const apps = ['d0', 'd1', 'd2'];
  const later = pods.splice(0, 6);
  const pod = (name: string): Json => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: dice.pick(['quick', 'crash', 'once', 'stays', 'stays', 'stays']) } },
    spec: podSpec(dice),
  });
  const here = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'here' }, data: { a: 'b' } };
  const objects = [here, ...pods.map(pod), ...apps.map((name) => deployment(dice, name))];
  const at: { readonly s: number; readonly what: Json }[] = [];
  for (const name of later) at.push({ s: dice.int(20, 120), what: { kubectl: `create -f ${name}.json` } });
  for (const name of pods)
    if (dice.chance(50))
      at.push({ s: dice.int(11, 140), what: { kubectl: `delete pod ${name} --wait=false --ignore-not-found` } });
  for (const name of apps) {
    const what = dice.pick([
      `scale deployment/${name} --replicas=${dice.int(0, 10)}`,
      `rollout restart deployment/${name}`,
    ]);
    if (dice.chance(60)) at.push({ s: dice.int(15, 140), what: { kubectl: what } });
  }
  for (const kind of ['KubeletStop', 'NodeReboot', 'NodeCrash', 'Partition'])
    if (dice.chance(35))
      at.push({
        s: dice.int(12, 120),
        what: { fault: { kind, node: `n-${dice.int(0, nodes - 1)}`, for: `${dice.int(1, 40)}s` } },
      });
  const scenario = {
    apiVersion: 'orrery.dev/v1alpha1',
    kind: 'Scenario',
    metadata: { name: `plain-${seed}` },
    spec: {
      seed: String(seed),
      duration: `${END_S}s`,
      controlPlane: { etcd: { members: 1 }, apiServers: 1 },
      nodePools: [{ name: 'n', count: nodes, machine: 'm5.large', zones: ['a'] }],
      manifests: ['objects.yaml'],
      workloads: [
        { image: 'registry.example/gone:1', pullError: 'notFound' },
        { match: { app: 'crash' }, crash: { after: dice.pick(['300ms', '1s', '4s']), exitCode: 1 } },
        { match: { app: 'once' }, run: dice.pick(['200ms', '3s', '20s']) },
        { match: { app: 'quick' }, imageSize: '1M', startup: '10ms' },
      ],
      timeline: at.sort((a, b) => a.s - b.s).map(({ s, what }) => ({ at: `${s}s`, ...what })),
    },
  };
  const made: [string, string][] = later.map((name) => [`${name}.json`, JSON.stringify(pod(name))]);
  made.push(
    ['plain.yaml', JSON.stringify(scenario)],
    ['objects.yaml', objects.map((o) => JSON.stringify(o)).join('\n---\n')],
  );
  return new Map(made);
}

function scenarioOf(seed: number): Scenario {
  const encoder = new TextEncoder();
  const bytes = new Map([...files(seed)].map(([name, text]) => [name, encoder.encode(text)]));
  const { scenario, problems } = loadScenario({ entry: 'plain.yaml', files: bytes });
  const errors = problems.filter((p) => p.severity === 'error').map((p) => p.message);
  if (scenario === undefined || errors.length > 0) throw new Error(`plain pods ${seed}: ${errors.join('; ')}`);
  return scenario;
}

/** What the pods of a node request, and one of them. */
function requested(
  { kubelets }: Cluster,
  node: number,
): { readonly cpuMilli: number; readonly pod: KubeObject | undefined } {
  const pods = kubelets.core.podsOf.members(node).flatMap((slot) => kubelets.core.objectIn(slot) ?? []);
  const cpus = pods.flatMap(({ spec }) => spec.containers).map((c) => Number.parseInt(c.resources.requests.cpu, 10));
  return { cpuMilli: cpus.reduce((sum, cpu) => sum + cpu, 0), pod: pods[0] };
}

describe('pods that take the short way of their kubelet', () => {
  for (const seed of seeds)
    test(`seed ${seed}: the general way gives the same records and versions`, () => {
      const scenario = scenarioOf(seed);
      const [short, general] = [buildCluster(scenario), buildCluster(scenario)];
      general.kubelets.core.hasShortWays = false;
      const starts = vi.spyOn(PlainStart.prototype, 'done');
      const stops = vi.spyOn(PlainStop.prototype, 'sandboxStopped');
      for (let s = 5; s <= END_S; s += 5) {
        for (const { world } of [short, general]) world.runUntil({ timeUs: s * 1e6 });
        expect(short.world.digest(), `after ${s} s`).toBe(general.world.digest());
      }
      const taken = [starts, stops].map(({ mock }) => mock.results.filter(({ value }) => value === true).length);
      expect(taken[0]).toBeGreaterThan(20);
      expect(taken[1]).toBeGreaterThan(0);
      starts.mockRestore();
      stops.mockRestore();
      for (let node = 0; node < short.kubelets.core.nodes.limit; node++) {
        const { cpuMilli, pod } = requested(short, node);
        if (pod === undefined) continue;
        const fits = (cpu: number) =>
          short.kubelets.core.claimed.fits(node, pod, 1, { cpu: `${cpu}m`, memory: '1Ti', pods: '1' });
        expect([fits(cpuMilli), fits(cpuMilli - 1)]).toEqual([true, false]);
      }
    }, 240_000);
});
