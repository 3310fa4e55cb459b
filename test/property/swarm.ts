import { draw, rootKey, streamKey } from '../../sim-core/engine/index.ts';
import { type Cluster, loadScenario, runCluster, type Scenario } from '../../sim-core/index.ts';

/**
 * A swarm: small random scenarios, each with its own cluster, workloads, operations and faults (many classes of them are off
 * in each one, so that the others show). First faults strike while people work, then everything is healed and the cluster
 * must converge. The scenario is an ordinary file, so a failing seed can be kept and run by `orrery run`.
 */

class Dice {
  private readonly key: number;
  private n = 0;

  constructor(seed: number) {
    this.key = streamKey(rootKey(`swarm ${seed}`), 'swarm');
  }

  /** A whole number from `least` to `most`. */
  int(least: number, most: number): number {
    const u32 = draw(this.key, 1, this.n++) >>> 0;
    return least + Math.floor((u32 / 4294967296) * (most - least + 1));
  }

  chance(percent: number): boolean {
    return this.int(1, 100) <= percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)];
  }
}

const ZONES = ['a', 'b', 'c'];
/** Faults begin in this window and are over at its end. */
const FAULTS_FROM_SECONDS = 120;
const FAULTS_UNTIL_SECONDS = 420;
/** Time to converge: a lost node's pods are evicted after 50 s and 300 s, replacements have to start. */
const CONVERGE_SECONDS = 480;

interface Shape {
  readonly nodes: readonly string[];
  readonly deployments: readonly string[];
  readonly schedulers: number;
  readonly managers: number;
}

type Json = Readonly<Record<string, unknown>>;

function deployment(dice: Dice, name: string): Json {
  const rolling = dice.pick([
    { maxSurge: 1, maxUnavailable: 0 },
    { maxSurge: 0, maxUnavailable: 1 },
    { maxSurge: '25%', maxUnavailable: '25%' },
    { maxSurge: '50%', maxUnavailable: 1 },
  ]);
  const probe = { httpGet: { path: '/', port: 8080 }, periodSeconds: dice.pick([2, 5, 10]) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'swarm', labels: { app: name } },
    spec: {
      replicas: dice.int(2, 14),
      revisionHistoryLimit: dice.pick([1, 2, 10]),
      minReadySeconds: dice.pick([0, 0, 5]),
      selector: { matchLabels: { app: name } },
      strategy: dice.chance(85) ? { type: 'RollingUpdate', rollingUpdate: rolling } : { type: 'Recreate' },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: dice.pick([1, 5, 30]),
          ...(dice.chance(40) && { tolerations: tolerations(dice.pick([5, 30, 60])) }),
          containers: [
            {
              name: 'app',
              image: `registry.example/${name}:v1`,
              ports: [{ containerPort: 8080 }],
              resources: { requests: { cpu: `${dice.int(1, 12) * 50}m`, memory: `${dice.int(1, 8) * 64}Mi` } },
              ...(dice.chance(70) && { readinessProbe: { ...probe, failureThreshold: dice.int(1, 3) } }),
              ...(dice.chance(50) && { livenessProbe: { ...probe, failureThreshold: dice.int(2, 4) } }),
            },
          ],
        },
      },
    },
  };
}

function tolerations(seconds: number): readonly Json[] {
  return ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: seconds,
  }));
}

function service(name: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'swarm' },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  };
}

function budget(dice: Dice, name: string): Json {
  const limit = dice.pick([{ minAvailable: 1 }, { minAvailable: '60%' }, { maxUnavailable: 1 }]);
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'swarm' },
    spec: { ...limit, selector: { matchLabels: { app: name } } },
  };
}

/** What only its finalizer keeps, for a while. */
function held(name: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'swarm', finalizers: ['swarm.example/hold'] },
    data: { a: 'b' },
  };
}

function objects(dice: Dice, names: readonly string[]): readonly Json[] {
  const all: Json[] = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'swarm' } }, held('held')];
  for (const name of names) {
    all.push(deployment(dice, name));
    if (dice.chance(70)) all.push(service(name));
    if (dice.chance(60)) all.push(budget(dice, name));
  }
  return all;
}

/** What people do, in the order of time. */
function operations(dice: Dice, shape: Shape): readonly Json[] {
  const entries: { readonly at: number; readonly kubectl: string }[] = [];
  const at = () => dice.int(60, FAULTS_UNTIL_SECONDS);
  const on = '-n swarm';
  for (const name of shape.deployments) {
    if (dice.chance(70))
      entries.push({ at: at(), kubectl: `set image deployment/${name} app=registry.example/${name}:v2 ${on}` });
    if (dice.chance(40))
      entries.push({ at: at(), kubectl: `scale deployment/${name} --replicas=${dice.int(1, 14)} ${on}` });
    if (dice.chance(25)) entries.push({ at: at(), kubectl: `rollout restart deployment/${name} ${on}` });
    if (dice.chance(10)) entries.push({ at: at(), kubectl: `delete deployment ${name} ${on}` });
  }
  if (dice.chance(60)) {
    const node = dice.pick(shape.nodes);
    const from = at();
    entries.push({ at: from, kubectl: `drain ${node} --ignore-daemonsets --delete-emptydir-data` });
    if (dice.chance(60)) entries.push({ at: from + 90, kubectl: `uncordon ${node}` });
  }
  if (dice.chance(50)) entries.push({ at: at(), kubectl: `delete configmap held ${on} --wait=false` });
  return entries.sort((a, b) => a.at - b.at || (a.kubectl < b.kubectl ? -1 : 1)).map((e) => ({ ...e, at: `${e.at}s` }));
}

type FaultMaker = (dice: Dice, shape: Shape) => Json;

/** Every class of fault; a scenario switches each off with probability one half. */
const FAULTS: readonly FaultMaker[] = [
  (dice, { nodes }) => ({ kind: 'NodeCrash', node: dice.pick(nodes) }),
  (dice, { nodes }) => ({ kind: 'NodeReboot', node: dice.pick(nodes) }),
  (dice, { nodes }) => ({ kind: 'KubeletStop', node: dice.pick(nodes) }),
  (dice) => ({ kind: 'ZoneOutage', zone: dice.pick(ZONES) }),
  (dice, { nodes }) => ({ kind: 'Partition', node: dice.pick(nodes) }),
  (dice) => ({ kind: 'Partition', component: `etcd-${dice.int(0, 2)}` }),
  (dice) => ({ kind: 'Partition', component: `apiserver-${dice.int(0, 1)}` }),
  (_dice, { nodes }) => ({ kind: 'Partition', nodes }),
  (dice) => ({ kind: 'EtcdMemberCrash', member: dice.int(0, 2) }),
  (dice) => ({ kind: 'SlowDisk', member: dice.int(0, 2) }),
  (dice) => ({ kind: 'ComponentCrash', component: `apiserver-${dice.int(0, 1)}` }),
  (dice, { schedulers }) => ({ kind: 'ComponentCrash', component: `kube-scheduler-${dice.int(0, schedulers - 1)}` }),
  (dice, { managers }) => ({
    kind: 'ComponentCrash',
    component: `kube-controller-manager-${dice.int(0, managers - 1)}`,
  }),
  (dice, { nodes }) => ({ kind: 'NetworkLatency', node: dice.pick(nodes), latency: { p50: '200ms', p99: '400ms' } }),
  (dice, { nodes }) => ({ kind: 'NetworkLoss', node: dice.pick(nodes), loss: dice.int(1, 30) / 100 }),
];

function faults(dice: Dice, shape: Shape): readonly Json[] {
  const on = FAULTS.filter(() => dice.chance(50));
  const entries: { readonly at: number; readonly fault: Json }[] = [];
  for (const make of on) {
    for (let i = dice.int(0, 2); i > 0; i--) {
      const at = dice.int(FAULTS_FROM_SECONDS, FAULTS_UNTIL_SECONDS - 20);
      const lasts = dice.int(10, Math.min(150, FAULTS_UNTIL_SECONDS - at));
      entries.push({ at, fault: { ...make(dice, shape), for: `${lasts}s` } });
    }
  }
  return entries.sort((a, b) => a.at - b.at).map((e) => ({ ...e, at: `${e.at}s` }));
}

export interface SwarmOptions {
  /** Without faults: what happens then is the cluster's own doing. */
  readonly calm?: boolean;
  /** Added to the timeline. */
  readonly timeline?: readonly Json[];
  readonly manifests?: readonly Json[];
}

/** The files of one random scenario; the entry is `swarm.yaml`. JSON is YAML. */
export function swarmFiles(seed: number, options: SwarmOptions = {}): ReadonlyMap<string, string> {
  const dice = new Dice(seed);
  const count = dice.int(9, 18);
  const shape: Shape = {
    nodes: Array.from({ length: count }, (_, i) => `n-${String(i).padStart(String(count - 1).length, '0')}`),
    deployments: Array.from({ length: dice.int(3, 8) }, (_, i) => `d${i}`),
    schedulers: dice.int(1, 2),
    managers: dice.int(1, 2),
  };
  const made = objects(dice, shape.deployments);
  const timeline = [
    ...operations(dice, shape),
    ...(options.calm === true ? [] : faults(dice, shape)),
    ...(options.timeline ?? []),
  ];
  // Liveness probes that fail so long after each start make a crash loop: such a cluster never comes to rest.
  const probe = dice.pick(['readiness', 'readiness', 'readiness', 'liveness']);
  const window = { from: '60s', for: `${dice.int(10, 70)}s`, probe };
  const slow = dice.chance(50) ? [{ match: { app: 'd0' }, unhealthy: [window] }] : [];
  const scenario = {
    apiVersion: 'orrery.dev/v1alpha1',
    kind: 'Scenario',
    metadata: { name: `swarm-${seed}` },
    spec: {
      seed: String(seed),
      duration: `${FAULTS_UNTIL_SECONDS + CONVERGE_SECONDS}s`,
      controlPlane: {
        etcd: { members: 3 },
        apiServers: 2,
        controllerManagers: shape.managers,
        schedulers: [{ replicas: shape.schedulers }],
        zones: ZONES,
      },
      nodePools: [{ name: 'n', count, machine: 'm5.large', zones: ZONES }],
      manifests: ['objects.yaml'],
      workloads: [...slow, { match: { app: 'd1' }, startup: { p50: '4s', p99: '20s' } }],
      timeline: timeline.sort((a, b) => Number.parseInt(String(a['at']), 10) - Number.parseInt(String(b['at']), 10)),
    },
  };
  const text = [...made, ...(options.manifests ?? [])].map((o) => JSON.stringify(o)).join('\n---\n');
  return new Map([
    ['swarm.yaml', JSON.stringify(scenario, null, 1)],
    ['objects.yaml', text],
  ]);
}

export function swarmScenario(seed: number, options: SwarmOptions = {}): Scenario {
  const encoder = new TextEncoder();
  const files = new Map([...swarmFiles(seed, options)].map(([name, text]) => [name, encoder.encode(text)]));
  const { scenario, problems } = loadScenario({ entry: 'swarm.yaml', files });
  const errors = problems.filter((p) => p.severity === 'error').map((p) => p.message);
  if (scenario === undefined || errors.length > 0) throw new Error(`swarm ${seed}: ${errors.join('; ')}`);
  return scenario;
}

export interface SwarmResult {
  readonly digest: string;
  readonly quiet: boolean;
  /** `N2 pod-bound-once t=12s pods/swarm/d1-...: ...` */
  readonly violations: readonly string[];
  readonly checkers: readonly string[];
}

/** Runs a cluster to its end, or until the named checker finds something, and lists what its checkers say. */
export function runSwarm(cluster: Cluster, until?: string): SwarmResult {
  const waiting = () => !cluster.checkers?.results().findings.some((f) => f.name === until);
  const { digest } = runCluster(cluster, until === undefined ? {} : { slice: 2000, progress: waiting });
  const results = cluster.checkers?.results();
  const findings = results?.findings ?? [];
  return {
    digest,
    quiet: results?.quiet ?? false,
    violations: findings.map(
      (f) => `${f.checker} ${f.name} t=${(f.timeUs / 1e6).toFixed(3)}s ${f.object}: ${f.message}`,
    ),
    checkers: [...new Set(findings.map((f) => f.name))],
  };
}
