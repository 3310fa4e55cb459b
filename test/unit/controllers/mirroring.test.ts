import { expect, it } from 'vitest';
import { endpointSliceMirroringController } from '../../../sim-core/controllers/endpointslice-mirroring/index.ts';
import { DEFAULT_EPOCH_SECONDS } from '../../../sim-core/controllers/support/time.ts';
import { TestCluster } from './support/cluster.ts';
import { TestRuntime, Timeline } from './support/runtime.ts';

it('mirrors Endpoints of a Service without a selector, follows changes, and forgets them', () => {
  let n = 0;
  const cluster = new TestCluster(DEFAULT_EPOCH_SECONDS, () => `${n++}`);
  const timeline = new Timeline(cluster);
  new TestRuntime(endpointSliceMirroringController(), cluster, timeline);
  const metadata = { name: 'db', namespace: 'demo' };
  const create = (resource: string, body: object) =>
    cluster.request({ verb: 'create', resource, namespace: 'demo', name: 'db', body: body as never }, 'script');
  const slices = () => [...cluster.table('endpointslices.discovery.k8s.io').values()].map((v) => v.object);
  create('services', { kind: 'Service', metadata, spec: { ports: [{ port: 5432 }] } });
  const subsets = [
    { addresses: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }], ports: [{ port: 5432, protocol: 'TCP' }] },
  ];
  create('endpoints', { kind: 'Endpoints', metadata, subsets });
  timeline.runUntil(1e6);
  expect(slices().map((slice) => [slice.addressType, slice.endpoints[0].addresses])).toEqual([
    ['IPv4', ['192.0.2.1']],
    ['IPv6', ['2001:db8::1']],
  ]);
  const value = { subsets: [{ addresses: [{ ip: '192.0.2.2' }], ports: subsets[0].ports }] };
  cluster.request(
    { verb: 'patch', resource: 'endpoints', namespace: 'demo', name: 'db', patch: { type: 'merge', value } },
    'script',
  );
  timeline.runUntil(2e6);
  expect(slices().map((slice) => slice.endpoints)).toEqual([
    [{ addresses: ['192.0.2.2'], conditions: { ready: true } }],
  ]);
  cluster.request({ verb: 'delete', resource: 'endpoints', namespace: 'demo', name: 'db' }, 'script');
  timeline.runUntil(3e6);
  expect(slices()).toEqual([]);
});
