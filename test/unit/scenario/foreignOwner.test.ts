import { expect, test } from 'vitest';
import { buildCluster, runCluster } from '../../../sim-core/index.ts';
import { bundleOf, loaded } from '../support/scenarios.ts';

const SCENARIO = `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: { name: foreign-owner }
spec:
  duration: 1m
  nodePools: [{ name: node, count: 1, machine: m5.large }]
  initialState: [owner.yaml]
  manifests: [dependent.yaml]
`;
const OWNER = `
apiVersion: v1
kind: Namespace
metadata: { name: other }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: owner, namespace: other, uid: 11111111-2222-3333-4444-555555555555 }
`;
const DEPENDENT = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: dependent
  ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: owner, uid: 11111111-2222-3333-4444-555555555555 }]
`;

test('who is owned across namespaces is told of it and collected', () => {
  const bundle = bundleOf(SCENARIO, { 'owner.yaml': OWNER, 'dependent.yaml': DEPENDENT });
  const cluster = buildCluster(loaded(bundle), { checkers: true });
  runCluster(cluster, { untilUs: 60e6 });
  const events = cluster.truth
    .list(cluster.world, 'events')
    .map((v) => v.object)
    .filter((e) => e['reason'] === 'OwnerRefInvalidNamespace');
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    type: 'Warning',
    message:
      'ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: 11111111-2222-3333-4444-555555555555] does not exist in namespace "default"',
    involvedObject: { kind: 'ConfigMap', name: 'dependent', namespace: 'default' },
    source: { component: 'garbage-collector-controller' },
  });
  expect(cluster.truth.find(cluster.world, 'configmaps', 'default', 'dependent')).toBeUndefined();
  expect(cluster.truth.find(cluster.world, 'configmaps', 'other', 'owner')).toBeDefined();
  expect(cluster.checkers?.results().findings).toEqual([]);
});
