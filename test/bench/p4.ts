// P4: pods per second from creation to Ready at 5,000 nodes, with everything that happens on the way.
import path from 'node:path';
import type { Scenario } from '../../sim-core/index.ts';
import { build, readyPods, round, rssMiB, runTo, scenarioOf } from './measure.ts';
import type { BenchResult } from './p1.ts';

export interface PodRate extends BenchResult {
  readonly pods: number;
  readonly eventsPerPod: number;
  readonly writesPerPod: number;
  readonly virtualSeconds: number;
  /** By the wall: means something on a quiet machine only. */
  readonly podsPerWallSecond: number;
  /** Of the first round, with the compiler's work in it. */
  readonly coldPodsPerSecond: number;
  readonly coldPodsPerWallSecond: number;
  readonly rssMiB: number;
}

const SCENARIO = (nodes: number) => `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: p4}
spec:
  seed: "1"
  duration: 10m
  controlPlane:
    etcd: {members: 1}
    apiServers: 1
    controllerManager: {flags: {kube-api-qps: 100000, kube-api-burst: 100000, concurrent-replicaset-syncs: 20}}
    schedulers:
      - config:
          apiVersion: kubescheduler.config.k8s.io/v1
          kind: KubeSchedulerConfiguration
          clientConnection: {qps: 100000, burst: 100000}
  nodePools:
    - name: pool
      count: ${nodes}
      machine: m5.2xlarge
      zones: [a, b, c]
      kubelet: {apiVersion: kubelet.config.k8s.io/v1beta1, kind: KubeletConfiguration, kubeAPIQPS: 5000,
        kubeAPIBurst: 10000, eventRecordQPS: 5000, eventBurst: 10000}
  manifests: [deployments.yaml]
`;

const deployment = (i: number, replicas: number) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web-${i}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web-${i}}}
  template:
    metadata: {labels: {app: web-${i}}}
    spec:
      containers:
        - {name: app, image: "registry.k8s.io/pause:3.10", resources: {requests: {cpu: 50m, memory: 64Mi}}}
`;

/** Pods/s that kube-scheduler's own CI asks for with the default spread constraints (scheduler_perf, 50,000 pods). */
const SCHEDULER_PERF = 160;
/** Manifests are applied at 10 s; the nodes have registered by then. */
const APPLIED_S = 10;

/** Deployments of 500 pods each, applied at 10 s: at 9 s all nodes have registered. */
export function p4Scenario(nodes: number, pods: number): Scenario {
  const each = 500;
  const manifests = Array.from({ length: pods / each }, (_, i) => deployment(i, each)).join('---');
  return scenarioOf({ 'scenario.yaml': SCENARIO(nodes), 'deployments.yaml': manifests });
}

/** Rounds that count; one before them is for V8's compiler. */
const ROUNDS = 3;

/** Median of rounds in one process, after one that is told apart: it takes as long as a process that has compiled nothing yet. */
export function p4(options: { nodes?: number; pods?: number; rounds?: number } = {}): PodRate {
  const { nodes = 5000, pods = 10_000, rounds = ROUNDS } = options;
  const cold = createAll(nodes, pods);
  const warm = Array.from({ length: rounds }, () => createAll(nodes, pods)).sort((a, b) => a.cpuSeconds - b.cpuSeconds);
  const { cpuSeconds, wallSeconds, ...counts } = warm[(warm.length - 1) >> 1] ?? cold;
  const value = round(pods / cpuSeconds, 0);
  return {
    ratio: round(value / SCHEDULER_PERF, 1),
    value,
    unit: 'pods/s of CPU',
    must: 1000,
    aim: 5000,
    podsPerWallSecond: round(pods / wallSeconds, 0),
    coldPodsPerSecond: round(pods / cold.cpuSeconds, 0),
    coldPodsPerWallSecond: round(pods / cold.wallSeconds, 0),
    ...counts,
    rssMiB: rssMiB(),
  };
}

interface Round {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly pods: number;
  readonly eventsPerPod: number;
  readonly writesPerPod: number;
  readonly virtualSeconds: number;
}

function createAll(nodes: number, pods: number): Round {
  const { cluster } = build(p4Scenario(nodes, pods));
  runTo(cluster, APPLIED_S - 1);
  // What the round before left is its own cost.
  globalThis.gc?.();
  const revision = cluster.etcd.store.revision;
  let [cpuSeconds, wallSeconds, events, at] = [0, 0, 0, APPLIED_S - 1];
  while (at < 300 && readyPods(cluster) < pods) {
    const cost = runTo(cluster, ++at);
    cpuSeconds += cost.cpuSeconds;
    wallSeconds += cost.wallSeconds;
    events += cost.events;
  }
  const ready = readyPods(cluster);
  if (ready < pods) throw new Error(`only ${ready} of ${pods} pods are Ready after ${at} s`);
  return {
    cpuSeconds,
    wallSeconds,
    pods,
    eventsPerPod: round(events / pods, 1),
    writesPerPod: round((cluster.etcd.store.revision - revision) / pods, 1),
    virtualSeconds: at - APPLIED_S,
  };
}

if (path.basename(import.meta.dirname) === 'test-bench-p4-ts') console.log(JSON.stringify({ P4: p4() }));
