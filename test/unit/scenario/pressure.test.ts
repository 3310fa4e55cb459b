import { expect, test } from 'vitest';
import { buildCluster, type Cluster, type KubeObject, loadScenario, runCluster } from '../../../sim-core/index.ts';
import { bundleOf, loaded } from '../support/scenarios.ts';

const scenario = (workloads: string, timeline = '[]') => `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: { name: pressure }
spec:
  duration: 20m
  nodePools: [{ name: node, count: 1, machine: m5.large }]
  manifests: [pods.yaml]
  workloads: ${workloads}
  timeline: ${timeline}
`;

const pod = (name: string, spec: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } }
spec: ${spec}
`;

function start(workloads: string, pods: readonly string[], timeline?: string): Cluster {
  const bundle = bundleOf(scenario(workloads, timeline), { 'pods.yaml': pods.join('---') });
  return buildCluster(loaded(bundle), { checkers: true });
}

const find = (cluster: Cluster, resource: string, name: string): KubeObject =>
  cluster.truth.find(cluster.world, resource, resource === 'nodes' ? '' : 'default', name)?.object as KubeObject;

const conditionOf = (object: KubeObject, type: string) =>
  object.status?.conditions.find((c: { type: string }) => c.type === type);

const eventsOf = (cluster: Cluster, reason: string): KubeObject[] =>
  [...cluster.truth.list(cluster.world, 'events')].map((v) => v.object).filter((e) => e['reason'] === reason);

test('a leak without a limit brings its node under pressure: who is over its request most is evicted', () => {
  const cluster = start('[{ match: { app: leak }, memory: { base: 100Mi, growth: 2Gi } }]', [
    pod('leak', '{ containers: [{ name: c, image: "a:1", resources: { requests: { memory: 64Mi } } }] }'),
    pod('calm', '{ containers: [{ name: c, image: "a:1", resources: { requests: { memory: 64Mi } } }] }'),
  ]);
  runCluster(cluster, { untilUs: 400e6 });
  expect(
    eventsOf(cluster, 'Evicted').map((e) => [(e['involvedObject'] as { name: string }).name, e['message']]),
  ).toEqual([
    [
      'leak',
      expect.stringMatching(
        /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+Ki\. Container c was using \d+Ki, request is 64Mi, has larger consumption of memory\. $/,
      ),
    ],
  ]);
  expect(conditionOf(find(cluster, 'pods', 'leak'), 'DisruptionTarget')?.reason).toBe('TerminationByKubelet');
  expect(find(cluster, 'pods', 'calm').status?.phase).toBe('Running');
  expect(conditionOf(find(cluster, 'nodes', 'node-0'), 'MemoryPressure')?.status).toBe('True');
  runCluster(cluster, { untilUs: 1000e6 });
  expect(conditionOf(find(cluster, 'nodes', 'node-0'), 'MemoryPressure')?.status).toBe('False');
  expect(cluster.checkers?.results().findings).toEqual([]);
});

test('pods that ran before t = 0 are looked at as others are', () => {
  const text = scenario('[{ match: { app: leak }, memory: { base: 100Mi, growth: 2Gi } }]').replace(
    'manifests: [pods.yaml]',
    'generate: [{ template: pods.yaml, count: 3, initialState: true }]',
  );
  const leak = pod('leak', '{ containers: [{ name: c, image: "a:1", resources: { requests: { memory: 64Mi } } }] }');
  const cluster = buildCluster(loaded(bundleOf(text, { 'pods.yaml': leak })));
  runCluster(cluster, { untilUs: 300e6 });
  expect(eventsOf(cluster, 'Evicted').length).toBeGreaterThan(0);
});

test('a leak with a limit is killed at the limit', () => {
  const cluster = start('[{ match: { app: leak }, memory: { base: 100Mi, growth: 100Mi } }]', [
    pod('leak', '{ containers: [{ name: c, image: "a:1", resources: { limits: { memory: 200Mi } } }] }'),
  ]);
  runCluster(cluster, { untilUs: 120e6 });
  const [status] = find(cluster, 'pods', 'leak').status?.containerStatuses ?? [];
  expect(status).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } });
});

test('pods over the limits of their local storage are evicted, without a condition', () => {
  const cluster = start(
    '[{ match: { app: cache }, disk: { growth: 60Mi, volume: data } }, { match: { app: logs }, disk: { growth: 60Mi } }]',
    [
      pod(
        'cache',
        '{ volumes: [{ name: data, emptyDir: { sizeLimit: 30Mi } }], containers: [{ name: c, image: "a:1" }] }',
      ),
      pod('logs', '{ containers: [{ name: c, image: "a:1", resources: { limits: { ephemeral-storage: 30Mi } } }] }'),
    ],
  );
  runCluster(cluster, { untilUs: 300e6 });
  const told = eventsOf(cluster, 'Evicted').map((e) => String(e['message']));
  expect(told.sort()).toEqual([
    'Pod ephemeral local storage usage exceeds the total limit of containers 30Mi. ',
    'Usage of EmptyDir volume "data" exceeds the limit "30Mi". ',
  ]);
  expect(conditionOf(find(cluster, 'pods', 'cache'), 'DisruptionTarget')).toBeUndefined();
});

test('a full disk: pressure of the disk', () => {
  const cluster = start('[{ match: { app: logs }, disk: { growth: 10Gi } }]', [
    pod('logs', '{ containers: [{ name: c, image: "a:1" }] }'),
  ]);
  runCluster(cluster, { untilUs: 900e6 });
  expect(eventsOf(cluster, 'Evicted').map((e) => String(e['message']).slice(0, 55))).toEqual([
    'The node was low on resource: ephemeral-storage. Thresh',
  ]);
  expect(eventsOf(cluster, 'NodeHasDiskPressure')).toHaveLength(1);
});

test('a runtime that hangs: the node is NotReady after three minutes, and Ready again at the end', () => {
  const cluster = start(
    '[]',
    [pod('p', '{ containers: [{ name: c, image: "a:1" }] }')],
    '[{ at: 1m, fault: { kind: RuntimeHang, node: node-0, for: 6m } }]',
  );
  runCluster(cluster, { untilUs: 300e6 });
  expect(conditionOf(find(cluster, 'nodes', 'node-0'), 'Ready')).toMatchObject({
    status: 'False',
    message: expect.stringMatching(
      /^PLEG is not healthy: pleg was last seen active 3m\d+\.\d+s ago; threshold is 3m0s$/,
    ),
  });
  runCluster(cluster, { untilUs: 480e6 });
  expect(conditionOf(find(cluster, 'nodes', 'node-0'), 'Ready')?.status).toBe('True');
  expect(cluster.checkers?.results().findings).toEqual([]);
});

test('a fault of the runtime names its nodes', () => {
  const bundle = bundleOf(scenario('[]', '[{ at: 1m, fault: { kind: RuntimeHang } }]'), {
    'pods.yaml': pod('p', '{}'),
  });
  expect(loadScenario(bundle).problems.map((p) => p.message)).toContain(
    'RuntimeHang needs node or nodes or zone or count',
  );
});
