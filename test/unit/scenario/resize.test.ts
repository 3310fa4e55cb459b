import { expect, test } from 'vitest';
import { buildCluster, type KubeObject, runCluster } from '../../../sim-core/index.ts';
import { bundleOf, loaded } from '../support/scenarios.ts';

const SCENARIO = `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: { name: resize }
spec:
  duration: 2m
  nodePools: [{ name: node, count: 2, machine: m5.large }]
  manifests: [big.yaml]
  timeline:
    - { at: 40s, fault: { kind: NodeResize, node: node-1, allocatable: { cpu: 9 }, for: 60s } }
`;
const BIG = `
apiVersion: v1
kind: Pod
metadata: { name: big }
spec:
  containers: [{ name: c, image: "big:1", resources: { requests: { cpu: "8" } } }]
`;

test('a node that is given more takes the pod that waited, and has its own amounts again at the end', () => {
  const cluster = buildCluster(loaded(bundleOf(SCENARIO, { 'big.yaml': BIG })), { checkers: true });
  const find = (resource: string, namespace: string, name: string) =>
    cluster.truth.find(cluster.world, resource, namespace, name)?.object as KubeObject;
  runCluster(cluster, { untilUs: 39e6 });
  expect(find('pods', 'default', 'big').spec?.nodeName).toBeUndefined();
  runCluster(cluster, { untilUs: 95e6 });
  expect(find('nodes', '', 'node-1').status).toMatchObject({ capacity: { cpu: '9' }, allocatable: { cpu: '9' } });
  expect(find('pods', 'default', 'big')).toMatchObject({ spec: { nodeName: 'node-1' }, status: { phase: 'Running' } });
  runCluster(cluster, { untilUs: 120e6 });
  expect(find('nodes', '', 'node-1').status?.allocatable.cpu).toBe('2');
  expect(cluster.checkers?.results().findings).toEqual([]);
});
