import { expect, test } from 'vitest';
import { buildCluster } from '../../../sim-core/index.ts';
import { bundleOf, loaded } from '../support/scenarios.ts';

const SECOND = 1_000_000;
const SCENARIO = `apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: late-claims}
spec:
  duration: 1m
  nodePools: [{name: node, count: 1, machine: m5.large, zones: [a]}]
`;
const here = { namespace: 'default' };
const CLASS = { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name: 'gpu' }, spec: {} };
const SLICE = {
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceSlice',
  metadata: { name: 'slice' },
  spec: {
    driver: 'gpu.example.com',
    nodeName: 'node-0',
    pool: { name: 'node-0', generation: 1, resourceSliceCount: 1 },
    devices: [{ name: 'gpu-0' }],
  },
};
const TEMPLATE = {
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaimTemplate',
  metadata: { name: 'one', ...here },
  spec: { spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu' } }] } } },
};
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', ...here },
  spec: {
    containers: [{ name: 'c', image: 'web:1', resources: { claims: [{ name: 'gpu' }] } }],
    resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'one' }],
  },
};

test('claims that nobody foresaw are made when the first pod names one', () => {
  const cluster = buildCluster(loaded(bundleOf(SCENARIO)));
  cluster.world.runUntil({ timeUs: 20 * SECOND });
  const files = [CLASS, SLICE, TEMPLATE, POD];
  const planned = cluster.timeline.prepare({
    atUs: 21 * SECOND,
    at: { file: 'live', line: 1, col: 1 },
    action: { do: 'kubectl', command: 'apply -f late.yaml', files },
  });
  cluster.timeline.schedule(planned);
  cluster.world.runUntil({ timeUs: 40 * SECOND });
  const find = (resource: string, name: string) => cluster.truth.find(cluster.world, resource, 'default', name)?.object;
  const status = find('pods', 'web')?.status;
  expect(status?.resourceClaimStatuses).toHaveLength(1);
  expect(find('pods', 'web')?.spec?.nodeName).toBe('node-0');
  const claim = find('resourceclaims.resource.k8s.io', status?.resourceClaimStatuses[0].resourceClaimName);
  expect(claim?.status?.allocation?.devices.results[0]).toMatchObject({ device: 'gpu-0' });
});
