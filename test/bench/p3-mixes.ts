import type { KubeObject } from '../../sim-core/contracts/index.ts';
import type { Bench } from './p3-bench.ts';

const ZONES = 3;
const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

/** scheduler_perf's default node, and its default pod of 100m and 500Mi. */
const ALLOCATABLE = { cpu: '4', memory: '32Gi', pods: '110' };

export function nodeOf(i: number, allocatable: Readonly<Record<string, string>> = ALLOCATABLE): KubeObject {
  const name = `node-${i}`;
  const labels = { [HOST]: name, [ZONE]: `zone-${i % ZONES}` };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {}, status: { allocatable } };
}

export function nodesOf(n: number, allocatable?: Readonly<Record<string, string>>): KubeObject[] {
  return Array.from({ length: n }, (_, i) => nodeOf(i, allocatable));
}

interface Template {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: object;
}

export function podOf({ namespace, labels, spec }: Template, name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, uid: name, labels }, spec };
}

function template(spec: object, cpu = '100m', memory = '500Mi', app = 'app', namespace = 'default'): Template {
  const containers = [{ name: 'pause', image: 'registry.k8s.io/pause:3.10', resources: { requests: { cpu, memory } } }];
  return { namespace, labels: { app }, spec: { containers, ...spec } };
}

/** One of many Deployments: its own requests, and a Service that spreads it over hosts and zones by the system's defaults. */
export function deployment(c: number): { readonly template: Template; readonly service: KubeObject } {
  const app = `app-${c}`;
  const namespace = `ns-${c % 10}`;
  return {
    template: template({}, `${100 + (c % 7) * 50}m`, `${200 + (c % 11) * 100}Mi`, app, namespace),
    service: { apiVersion: 'v1', kind: 'Service', metadata: { name: app, namespace }, spec: { selector: { app } } },
  };
}

export interface Mix {
  readonly name: string;
  /** Its counterpart in scheduler_perf, and what the CI demands of it in pods/s at 5,000 nodes (15,000: daemon sets). */
  readonly perf: string;
  readonly threshold: number;
  readonly services?: readonly KubeObject[];
  /** Before the clock runs. */
  prepare?(bench: Bench, nodes: number): void;
  /** Makes one decision or, with preemption, two. */
  step(bench: Bench, i: number, nodes: number): void;
}

const selector = { labelSelector: { matchLabels: { app: 'app' } } };
const required = (kind: string, topologyKey: string) => ({
  affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...selector, topologyKey }] } },
});
const preferred = (kind: string, topologyKey: string) => ({
  affinity: {
    [kind]: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { ...selector, topologyKey } }],
    },
  },
});
const spread = (whenUnsatisfiable: string) => ({
  topologySpreadConstraints: [{ maxSkew: 5, topologyKey: ZONE, whenUnsatisfiable, ...selector }],
});

function of(name: string, perf: string, threshold: number, t: Template, more: Partial<Mix> = {}): Mix {
  return { name, perf, threshold, step: (bench, i) => void bench.schedule(podOf(t, `pod-${i}`)), ...more };
}

const inZones = {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'In', values: ['zone-0', 'zone-1'] }] }],
      },
    },
  },
};

const pinned = (node: string) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
      },
    },
  },
});

const DEFAULT_SERVICE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'app', namespace: 'default' },
  spec: { selector: { app: 'app' } },
};

const TOO_LARGE = template({}, '9');
const LOW = template({ priority: 0 }, '900m');
const HIGH = template({ priority: 10 }, '3');

export const MIXES: readonly Mix[] = [
  of('plain pods', 'SchedulingBasic', 680, template({})),
  of('default spreading', 'DefaultTopologySpreading', 160, template({}), { services: [DEFAULT_SERVICE] }),
  of('spread, required', 'TopologySpreading', 460, template(spread('DoNotSchedule'))),
  of('spread, preferred', 'PreferredTopologySpreading', 340, template(spread('ScheduleAnyway'))),
  of('pod affinity', 'SchedulingPodAffinity', 35, template(required('podAffinity', ZONE))),
  of('pod affinity, preferred', 'SchedulingPreferredPodAffinity', 90, template(preferred('podAffinity', HOST))),
  // Four groups at a time would fill every node; a pod repels those of its own group.
  {
    name: 'anti-affinity',
    perf: 'SchedulingPodAntiAffinity',
    threshold: 60,
    step(bench, i, nodes) {
      const app = `app-${Math.floor((i * 4) / nodes)}`;
      const term = { labelSelector: { matchLabels: { app } }, topologyKey: HOST };
      const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
      bench.schedule(podOf(template({ affinity }, '100m', '500Mi', app), `pod-${i}`));
    },
  },
  of(
    'anti-affinity, preferred',
    'SchedulingPreferredPodAntiAffinity',
    90,
    template(preferred('podAntiAffinity', HOST)),
  ),
  of('node affinity', 'SchedulingNodeAffinity', 220, template(inZones)),
  {
    name: 'daemon set',
    perf: 'SchedulingDaemonset',
    threshold: 1100,
    step: (bench, i, nodes) => void bench.schedule(podOf(template(pinned(`node-${i % nodes}`)), `pod-${i}`)),
  },
  {
    name: 'unschedulable churn',
    perf: 'Unschedulable',
    threshold: 590,
    step: (bench, i) => void bench.schedule(podOf(i % 2 === 0 ? TOO_LARGE : template({}), `pod-${i}`)),
  },
  {
    name: 'preemption',
    perf: 'PreemptionAsync',
    threshold: 570,
    prepare(bench, nodes) {
      for (let i = 0; i < 4 * nodes; i++) bench.place(podOf(LOW, `low-${i}`), `node-${i % nodes}`);
    },
    step(bench, i) {
      const node = bench.scheduleOrPreempt(podOf(HIGH, `pod-${i}`));
      if (node === undefined) return;
      // The cluster is as full as before: preemption goes on for as many pods as one likes.
      bench.cache.removePod(`pod-${i}`);
      for (let v = 0; v < 3; v++) bench.place(podOf(LOW, `low-again-${3 * i + v}`), node);
    },
  },
  {
    name: 'mixed churn',
    perf: 'SchedulingWithMixedChurn',
    threshold: 710,
    step(bench, i, nodes) {
      // Once in a hundred pods a node comes, a node goes, and a pod that fits nowhere is tried.
      if (i % 100 === 50) bench.cache.setNode(nodeOf(nodes + i));
      if (i % 100 === 75) bench.cache.removeNode(nodeOf(nodes + i - 25));
      bench.schedule(podOf(i % 100 === 99 ? TOO_LARGE : template({}), `pod-${i}`));
    },
  },
];
