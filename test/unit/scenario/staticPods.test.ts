import { expect, test } from 'vitest';
import { buildCluster, type KubeObject, runCluster } from '../../../sim-core/index.ts';
import { bundleOf, loaded } from '../support/scenarios.ts';

const SCENARIO = `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: { name: static-pods }
spec:
  duration: 10m
  nodePools: [{ name: node, count: 2, machine: m5.large, staticPods: [proxy.yaml] }]
  timeline:
    - { at: 40s, kubectl: delete pod proxy-node-0 -n kube-system }
    - { at: 60s, fault: { kind: ComponentCrash, component: apiserver-0, for: 60s } }
    - { at: 70s, fault: { kind: NodeReboot, node: node-1, for: 20s } }
    - { at: 3m, kubectl: drain node-0 --force }
`;
const PROXY = `
apiVersion: v1
kind: Pod
metadata: { name: proxy, namespace: kube-system }
spec:
  hostNetwork: true
  containers: [{ name: proxy, image: "proxy:1", resources: { requests: { cpu: 100m } } }]
`;

function start(manifest = PROXY) {
  const cluster = buildCluster(loaded(bundleOf(SCENARIO, { 'proxy.yaml': manifest })), { checkers: true });
  const mirror = (node: string) =>
    cluster.truth.find(cluster.world, 'pods', 'kube-system', `proxy-${node}`)?.object as KubeObject | undefined;
  return { cluster, mirror };
}

test('kubelets run the manifests of their pool and show them as mirror pods', () => {
  const { cluster, mirror } = start();
  runCluster(cluster, { untilUs: 30e6 });
  for (const node of ['node-0', 'node-1']) {
    const pod = mirror(node)!;
    expect(pod.status).toMatchObject({ phase: 'Running' });
    expect(pod.status?.observedGeneration).toBeUndefined();
    expect(pod.spec).toMatchObject({ nodeName: node, tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] });
    expect(pod.metadata.annotations).toMatchObject({ 'kubernetes.io/config.source': 'file' });
    expect(pod.metadata.ownerReferences).toMatchObject([{ kind: 'Node', name: node, controller: true }]);
  }
});

test('a mirror that is deleted comes back while its containers go on', () => {
  const { cluster, mirror } = start();
  runCluster(cluster, { untilUs: 39e6 });
  const before = mirror('node-0')!;
  runCluster(cluster, { untilUs: 59e6 });
  const after = mirror('node-0')!;
  expect(after.metadata.uid).not.toBe(before.metadata.uid);
  expect(after.status?.containerStatuses).toEqual(before.status?.containerStatuses);
});

test('a machine that boots without an API server runs its static pods, and tells of them later', () => {
  const { cluster, mirror } = start();
  runCluster(cluster, { untilUs: 115e6 });
  const ran = cluster.kubelets.runtime;
  const node = cluster.kubelets.nodeNumber('node-1')!;
  const rows = cluster.kubelets.core.podsOf.members(node).map((slot) => cluster.kubelets.core.pod(slot));
  expect(rows.map((r) => r.pod.metadata.name)).toEqual(['proxy-node-1']);
  expect(ran.pod(rows[0].id).containers[0]).toMatchObject({ state: 'running', attempt: 1 });
  runCluster(cluster, { untilUs: 170e6 });
  expect(mirror('node-1')?.status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1 }] });
  runCluster(cluster, { untilUs: 200e6 });
  // A drain leaves mirror pods where they are.
  expect(mirror('node-0')?.metadata.deletionTimestamp).toBeUndefined();
  expect(cluster.checkers?.results().findings).toEqual([]);
});

const other = (namespace: string, name: string, image: string) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace} }
spec: { containers: [{ name: c, image: "${image}" }] }
`;

test('each manifest is a pod of its own; of two of one name one runs, also when the machine has booted', () => {
  const { cluster } = start(
    PROXY + other('a', 'b-c', 'x:1') + other('a-b', 'c', 'x:1') + other('kube-system', 'proxy', 'proxy:2'),
  );
  const { core, runtime } = cluster.kubelets;
  for (const untilUs of [60e6, 170e6]) {
    runCluster(cluster, { untilUs });
    const rows = core.podsOf.members(cluster.kubelets.nodeNumber('node-1')!).map((slot) => core.pod(slot));
    const running = rows.filter((r) => runtime.pod(r.id).containers.some((c) => c.state === 'running'));
    expect(running.map((r) => `${r.pod.metadata.namespace}/${r.pod.metadata.name}`).sort()).toEqual([
      'a-b/c-node-1',
      'a/b-c-node-1',
      'kube-system/proxy-node-1',
    ]);
    expect(rows).toHaveLength(4);
  }
});
