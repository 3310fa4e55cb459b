// P5: 5,000 nodes with 150,000 running pods and a churn of 20 creations and 20 deletions a second.
import path from 'node:path';
import type { Scenario } from '../../sim-core/index.ts';
import { build, readyPods, round, rssMiB, runTo, scenarioOf } from './measure.ts';
import type { BenchResult } from './p1.ts';

export interface SteadyResult extends BenchResult {
  /** Of the run: what is reported may be extrapolated from fewer virtual seconds than an hour. */
  readonly virtualSeconds: number;
  readonly buildSeconds: number;
  readonly startSeconds: number;
  readonly steadySecondsPerVirtualMinute: number;
  readonly hourSeconds: number;
  /** Of what was run, start included; by the wall: means something on a quiet machine only. */
  readonly wallSeconds: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly readyPods: number;
  readonly rssMiB: number;
}

const CHURN = 20;
/** The start: elections, lists and adoption, all kubelets registered. */
const STARTED_S = 30;

const scenario = (nodes: number, pods: number, seconds: number) => `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: p5}
spec:
  seed: "1"
  duration: ${seconds}s
  controlPlane: {etcd: {members: 3}, apiServers: 2}
  nodePools:
    - {name: pool, count: ${nodes}, machine: m5.2xlarge, zones: [a, b, c]}
  generate:
    - count: ${pods}
      initialState: true
      template: {apiVersion: v1, kind: Pod, metadata: {name: pod, labels: {app: web}}, spec: {containers: [{name: app,
        image: "registry.k8s.io/pause:3.10", resources: {requests: {cpu: 50m, memory: 64Mi}}}]}}
  timeline:
${timeline(seconds)}
`;

function timeline(seconds: number): string {
  const lines: string[] = [];
  for (let s = STARTED_S; s < seconds; s++) {
    const first = (s - STARTED_S) * CHURN;
    const names = Array.from({ length: CHURN }, (_, i) => `pod-${first + i}`).join(' ');
    lines.push(`    - {at: ${s}s, kubectl: "delete pod ${names} --wait=false"}`);
    lines.push(`    - {at: ${s}s, kubectl: "create -f new/${s}.yaml"}`);
  }
  return lines.join('\n');
}

const pod = (name: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: web}}
spec:
  containers:
    - {name: app, image: "registry.k8s.io/pause:3.10", resources: {requests: {cpu: 50m, memory: 64Mi}}}
`;

/** The files of the scenario, by name. */
export function p5Files(nodes: number, pods: number, seconds: number): Readonly<Record<string, string>> {
  const files: Record<string, string> = { 'scenario.yaml': scenario(nodes, pods, seconds) };
  for (let s = STARTED_S; s < seconds; s++) {
    files[`new/${s}.yaml`] = Array.from({ length: CHURN }, (_, i) => pod(`new-${s}-${i}`)).join('---');
  }
  return files;
}

export const p5Scenario = (nodes: number, pods: number, seconds: number): Scenario =>
  scenarioOf(p5Files(nodes, pods, seconds));

export function p5(options: { nodes?: number; pods?: number; seconds?: number } = {}): SteadyResult {
  const { nodes = 5000, pods = 150_000, seconds = 3600 } = options;
  const { cluster, cost } = build(p5Scenario(nodes, pods, seconds));
  const start = runTo(cluster, STARTED_S);
  const steady = runTo(cluster, seconds);
  const perMinute = (steady.cpuSeconds * 60) / (seconds - STARTED_S);
  const hour = cost.cpuSeconds + start.cpuSeconds + (perMinute * (3600 - STARTED_S)) / 60;
  return {
    ratio: round(3600 / hour, 1),
    value: round(hour, 1),
    unit: 's of CPU for one virtual hour',
    must: 30,
    aim: 8,
    virtualSeconds: seconds,
    buildSeconds: round(cost.cpuSeconds),
    startSeconds: round(start.cpuSeconds),
    steadySecondsPerVirtualMinute: round(perMinute),
    hourSeconds: round(hour, 1),
    wallSeconds: round(cost.wallSeconds + start.wallSeconds + steady.wallSeconds),
    events: start.events + steady.events,
    eventsPerSecond: round(steady.events / steady.cpuSeconds, 0),
    readyPods: readyPods(cluster),
    rssMiB: rssMiB(),
  };
}

if (path.basename(import.meta.dirname) === 'test-bench-p5-ts') console.log(JSON.stringify({ P5: p5() }));
