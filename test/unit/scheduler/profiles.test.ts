import { describe, expect, test } from 'vitest';
import type { Cluster, KubeObject } from '../../../sim-core/index.ts';
import { bundleOf, loaded, ranCluster } from '../support/scenarios.ts';

const HEAD = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';

const pod = (name: string, scheduler: string, cpu = '100m') => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${scheduler}}}
spec: {schedulerName: ${scheduler}, containers: [{name: c, image: "web:1", resources: {requests: {cpu: ${cpu}}}}]}
`;

function run(schedulers: string, files: Readonly<Record<string, string>>, pods: readonly string[], more = ''): Cluster {
  const text = `apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: schedulers}
spec:
  duration: 60s
  controlPlane: {schedulers: ${schedulers}}
  nodePools: [{name: pool, count: 4, machine: m5.large, zones: [a]}]
  manifests: [pods.yaml]
${more}`;
  return ranCluster(loaded(bundleOf(text, { ...files, 'pods.yaml': pods.join('---\n') })));
}

const find = (cluster: Cluster, name: string) =>
  cluster.truth.find(cluster.world, 'pods', 'default', name)?.object as KubeObject;
const nodeOf = (cluster: Cluster, name: string): string => find(cluster, name).spec?.nodeName ?? '';

/** `<reporting component> <reason>: <note>` of the events about a pod. */
function eventsOf(cluster: Cluster, name: string): readonly string[] {
  return cluster.truth
    .list(cluster.world, 'events')
    .map((v) => v.object)
    .filter((e) => (e['regarding'] ?? e['involvedObject'])?.name === name)
    .map((e) => `${e['reportingController'] || e['reportingComponent']} ${e['reason']}: ${e['note'] ?? e['message']}`);
}

describe('several profiles', () => {
  const packing = `${HEAD}profiles:
  - schedulerName: default-scheduler
  - schedulerName: packing
    pluginConfig:
      - {name: NodeResourcesFit, args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}}
    plugins: {score: {disabled: [{name: "*"}], enabled: [{name: NodeResourcesFit}]}}
  - schedulerName: nobody
    pluginConfig:
      - name: NodeAffinity
        args:
          addedAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: team, operator: In, values: [x]}]}]
`;
  const names = [0, 1, 2, 3];
  const cluster = run(
    '[{config: config.yaml}]',
    { 'config.yaml': packing },
    [
      ...names.map((i) => pod(`spread-${i}`, 'default-scheduler')),
      ...names.map((i) => pod(`pack-${i}`, 'packing')),
      pod('added', 'nobody'),
      pod('foreign', 'somebody-else'),
    ],
    '  timeline: [{at: 30s, kubectl: label node pool-2 team=x}]\n',
  );

  test('each places its pods by its own plugins and arguments', () => {
    expect(new Set(names.map((i) => nodeOf(cluster, `spread-${i}`))).size).toBe(4);
    expect(new Set(names.map((i) => nodeOf(cluster, `pack-${i}`))).size).toBe(1);
  });

  test('events come from the profile', () => {
    expect(eventsOf(cluster, 'pack-0')).toContain(
      `packing Scheduled: Successfully assigned default/pack-0 to ${nodeOf(cluster, 'pack-0')}`,
    );
    expect(eventsOf(cluster, 'spread-0').some((e) => e.startsWith('default-scheduler Scheduled'))).toBe(true);
  });

  test('arguments of one profile speak in its messages, and its hints wake its pods', () => {
    expect(eventsOf(cluster, 'added')).toContain(
      "nobody FailedScheduling: 0/4 nodes are available: 4 node(s) didn't match scheduler-enforced node affinity. no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
    );
    expect(nodeOf(cluster, 'added')).toBe('pool-2');
  });

  test("a pod of no profile is nobody's: no event, no condition", () => {
    expect(nodeOf(cluster, 'foreign')).toBe('');
    expect(eventsOf(cluster, 'foreign')).toEqual([]);
    expect(find(cluster, 'foreign').status?.conditions).toBeUndefined();
    const [scheduler] = cluster.schedulers;
    expect(scheduler.pendingPods()).toEqual({ active: 0, backoff: 0, unschedulable: 0, gated: 0 });
  });
});

describe('several schedulers', () => {
  const second = `${HEAD}profiles: [{schedulerName: second}]\n`;

  test('stand side by side, each for the pods that name it', () => {
    const cluster = run('[{}, {config: second.yaml}]', { 'second.yaml': second }, [
      pod('one', 'default-scheduler'),
      pod('two', 'second'),
    ]);
    expect(eventsOf(cluster, 'one').map((e) => e.split(':')[0])).toContain('default-scheduler Scheduled');
    expect(eventsOf(cluster, 'two').map((e) => e.split(':')[0])).toContain('second Scheduled');
    expect(cluster.schedulers.map((s) => s.schedulerNames())).toEqual([['default-scheduler'], ['second']]);
  });

  test('replicas elect by the lease of their configuration', () => {
    const leases = (name: string) =>
      `${HEAD}leaderElection: {leaderElect: true, resourceName: ${name}}\nprofiles: [{schedulerName: second}]\n`;
    const own = run('[{replicas: 2}, {replicas: 2, config: second.yaml}]', { 'second.yaml': leases('second-lease') }, [
      pod('one', 'default-scheduler'),
      pod('two', 'second'),
    ]);
    expect(nodeOf(own, 'one')).not.toBe('');
    expect(nodeOf(own, 'two')).not.toBe('');
    // With the same lease only one of the four leads: what Kubernetes' documentation warns of.
    const shared = run(
      '[{replicas: 2}, {replicas: 2, config: second.yaml}]',
      { 'second.yaml': leases('kube-scheduler') },
      [pod('one', 'default-scheduler'), pod('two', 'second')],
    );
    expect([nodeOf(shared, 'one'), nodeOf(shared, 'two')].filter((n) => n === '').length).toBe(1);
  });
});
