import { expect, test } from 'vitest';
import type { Component, KubeObject, WorldContext } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { Scheduler } from '../../../sim-core/scheduler/component.ts';
import { LocalApi } from '../../conformance/suites/kubelet/localApi.ts';

const EPOCH = 1_767_225_600;
const SECOND = 1_000_000;
const meta = (name: string, more: object = {}) => ({
  name,
  uid: name,
  creationTimestamp: '2026-01-01T00:00:00Z',
  ...more,
});
const here = (name: string, more: object = {}) => meta(name, { namespace: 'default', ...more });

const seedNode = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: meta(name, { labels: { 'kubernetes.io/hostname': name } }),
  spec: {},
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
});

const seedPod = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: here(name),
  spec: { schedulerName: 'default-scheduler', containers: [{ name: 'c', image: 'i' }], ...spec },
  status: { phase: 'Pending' },
});

interface Written {
  readonly atUs: number;
  readonly text: string;
}

/** A scheduler over a synchronous store; `act` runs every 100 ms. */
function play(
  seeds: readonly (readonly [string, KubeObject])[],
  act: (api: LocalApi, ctx: WorldContext) => void,
  after: (api: LocalApi, ctx: WorldContext, text: string) => void = () => {},
) {
  const api = new LocalApi(EPOCH);
  for (const name of ['default'])
    api.memory.seedObject('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: meta(name),
      status: { phase: 'Active' },
    });
  for (const [resource, object] of seeds) api.memory.seedObject(resource, object);
  const writes: Written[] = [];
  api.log = (atUs, { verb, resource, subresource, name, agent }, answer) => {
    if (
      agent === 'kube-scheduler' &&
      ['create', 'update', 'patch', 'delete'].includes(verb) &&
      !resource.startsWith('events')
    )
      writes.push({ atUs, text: `${verb} ${resource}${subresource ? `/${subresource}` : ''} ${name} ${answer.code}` });
  };
  const submit = api.submit.bind(api);
  api.submit = (ctx, from, replica, request, reply, deadlineUs) => {
    submit(ctx, from, replica, request, reply, deadlineUs);
    after(api, ctx, `${request.verb} ${request.resource}/${request.subresource ?? ''}`);
  };
  const scheduler = new Scheduler('kube-scheduler-0', api, {
    host: 'h',
    transport: { endpoint: () => 0 },
    clock: { epochSeconds: EPOCH },
    tieBreak: 'lowestName',
  });
  let tick = 0;
  const driver: Component = {
    name: 'driver',
    init: () => {},
    handlers: () => [
      {
        name: 'act',
        run: (ctx) => {
          act(api, ctx);
          ctx.schedule(SECOND / 10, tick, 0, 0, 0);
        },
      },
    ],
    registered: (ids) => {
      [tick] = ids;
    },
    start: (ctx) => ctx.schedule(SECOND / 10, tick, 0, 0, 0),
    crash: () => {},
  };
  const world = createWorld({ seed: 's', components: [driver, scheduler], epochSeconds: EPOCH, freeze: true });
  const get = (resource: string, name: string, namespace = 'default') =>
    api.memory.get(resource, namespace, name)?.object;
  return { world, writes, get, scheduler };
}

const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: meta('local'),
  provisioner: 'kubernetes.io/no-provisioner',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: here('data'),
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'local',
    volumeMode: 'Filesystem',
    resources: { requests: { storage: '1Gi' } },
  },
  status: { phase: 'Pending' },
};
const volumeOn = (name: string, node: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: meta(name),
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'local',
    volumeMode: 'Filesystem',
    persistentVolumeReclaimPolicy: 'Retain',
    capacity: { storage: '1Gi' },
    local: { path: '/d' },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }],
      },
    },
  },
  status: { phase: 'Available' },
});

/** Binds the claim once its volume names it, as the volume controller does. */
function bindClaims(api: LocalApi, ctx: WorldContext): void {
  const pv = api.memory.get('persistentvolumes', '', 'pv-b')?.object;
  const pvc = api.memory.get('persistentvolumeclaims', 'default', 'data')?.object;
  if (pv?.spec.claimRef === undefined || pvc === undefined || pvc.spec.volumeName !== undefined) return;
  const annotations = { ...pvc.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' };
  api.handle(ctx, {
    verb: 'update',
    resource: 'persistentvolumeclaims',
    namespace: 'default',
    name: 'data',
    user: 'system:kube-controller-manager',
    agent: 'test',
    body: { ...pvc, metadata: { ...pvc.metadata, annotations }, spec: { ...pvc.spec, volumeName: 'pv-b' } },
  });
}

test('a claim that waits for its consumer: node, volume, one second, binding', () => {
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
  const { world, writes, get, scheduler } = play(
    [
      ['nodes', seedNode('n1')],
      ['nodes', seedNode('n2')],
      ['storageclasses.storage.k8s.io', storageClass],
      ['persistentvolumes', volumeOn('pv-b', 'n2')],
      ['persistentvolumeclaims', claim],
      ['pods', seedPod('p', { volumes })],
    ],
    bindClaims,
  );
  world.runUntil({ timeUs: 5 * SECOND });
  expect(writes.map((w) => w.text)).toEqual([
    'patch pods/status p 200',
    'update persistentvolumes pv-b 200',
    'create pods/binding p 201',
  ]);
  expect(get('pods', 'p')?.spec.nodeName).toBe('n2');
  expect(get('persistentvolumes', 'pv-b', '')).toMatchObject({
    metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } },
    spec: { claimRef: { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data' } },
  });
  const waited = writes[2].atUs - writes[1].atUs;
  expect(waited).toBeGreaterThanOrEqual(SECOND);
  expect(waited).toBeLessThan(1.1 * SECOND);
  expect(scheduler.isAssumed(get('pods', 'p')?.metadata.uid ?? '')).toBe(false);
});

const slice = (node: string, devices: readonly string[]) => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceSlice',
  metadata: meta(`slice-${node}`),
  spec: {
    driver: 'gpu.example.com',
    nodeName: node,
    pool: { name: node, generation: 1, resourceSliceCount: 1 },
    devices: devices.map((name) => ({ name, attributes: { model: { string: 'a100' } } })),
  },
});
const resourceClaim = (name: string) => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaim',
  metadata: here(name),
  spec: {
    devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 } }] },
  },
});
const deviceClass = {
  apiVersion: 'resource.k8s.io/v1',
  kind: 'DeviceClass',
  metadata: meta('gpu'),
  spec: { selectors: [{ cel: { expression: 'device.attributes["gpu.example.com"].model == "a100"' } }] },
};

test('two claims, two devices: each pod gets its own, and a third waits', () => {
  const podFor = (i: number) => seedPod(`p${i}`, { resourceClaims: [{ name: 'g', resourceClaimName: `c${i}` }] });
  const { world, writes, get } = play(
    [
      ['nodes', seedNode('n1')],
      ['nodes', seedNode('n2')],
      ['deviceclasses.resource.k8s.io', deviceClass],
      ['resourceslices.resource.k8s.io', slice('n1', ['gpu1', 'gpu2'])],
      ...[1, 2, 3].map((i) => ['resourceclaims.resource.k8s.io', resourceClaim(`c${i}`)] as const),
      ...[1, 2, 3].map((i) => ['pods', podFor(i)] as const),
    ],
    () => {},
  );
  world.runUntil({ timeUs: 5 * SECOND });
  expect(writes.filter((w) => w.text.includes('c1')).map((w) => w.text)).toEqual([
    'update resourceclaims.resource.k8s.io c1 200',
    'update resourceclaims.resource.k8s.io/status c1 200',
  ]);
  const devices = ['c1', 'c2'].map(
    (name) => get('resourceclaims.resource.k8s.io', name)?.status.allocation.devices.results[0].device,
  );
  expect(devices.sort()).toEqual(['gpu1', 'gpu2']);
  expect(get('pods', 'p1')?.spec.nodeName).toBe('n1');
  expect(get('pods', 'p2')?.spec.nodeName).toBe('n1');
  expect(get('resourceclaims.resource.k8s.io', 'c1')?.status.reservedFor).toEqual([
    { resource: 'pods', name: 'p1', uid: get('pods', 'p1')?.metadata.uid },
  ]);
  const waiting = get('pods', 'p3');
  expect(waiting?.spec.nodeName).toBeUndefined();
  expect(waiting?.status.conditions[0].message).toBe(
    '0/2 nodes are available: 2 cannot allocate all claims. still not schedulable, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  );
});

test('a claim that comes late lets its pod into the queue', () => {
  const late = { ...resourceClaim('late'), metadata: { name: 'late', namespace: 'default' } };
  let made = false;
  const { world, get } = play(
    [
      ['nodes', seedNode('n1')],
      ['deviceclasses.resource.k8s.io', deviceClass],
      ['resourceslices.resource.k8s.io', slice('n1', ['gpu1'])],
      ['pods', seedPod('p', { resourceClaims: [{ name: 'g', resourceClaimName: 'late' }] })],
    ],
    (api, ctx) => {
      if (made || ctx.nowUs < 3 * SECOND) return;
      made = true;
      api.handle(ctx, {
        verb: 'create',
        resource: 'resourceclaims.resource.k8s.io',
        namespace: 'default',
        name: '',
        user: 'kubernetes-admin',
        groups: ['system:masters'],
        agent: 'test',
        body: late,
      });
    },
  );
  world.runUntil({ timeUs: 2 * SECOND });
  expect(get('pods', 'p')?.spec.nodeName).toBeUndefined();
  world.runUntil({ timeUs: 6 * SECOND });
  expect(get('pods', 'p')?.spec.nodeName).toBe('n1');
});

test('a write that is refused frees the room and the devices, and the pod tries again', () => {
  const podFor = seedPod('p', { resourceClaims: [{ name: 'g', resourceClaimName: 'c1' }] });
  let spoiled = false;
  const { world, writes, get } = play(
    [
      ['nodes', seedNode('n1')],
      ['deviceclasses.resource.k8s.io', deviceClass],
      ['resourceslices.resource.k8s.io', slice('n1', ['gpu1'])],
      ['resourceclaims.resource.k8s.io', resourceClaim('c1')],
      ['pods', podFor],
    ],
    () => {},
    (api, ctx, text) => {
      // Somebody else writes the claim between the nomination and the scheduler's own write.
      if (spoiled || !text.startsWith('patch pods/status')) return;
      spoiled = true;
      const c = api.memory.get('resourceclaims.resource.k8s.io', 'default', 'c1')?.object as KubeObject;
      api.handle(ctx, {
        verb: 'update',
        resource: 'resourceclaims.resource.k8s.io',
        namespace: 'default',
        name: 'c1',
        user: 'kubernetes-admin',
        groups: ['system:masters'],
        agent: 'test',
        body: { ...c, metadata: { ...c.metadata, labels: { touched: 'yes' } } },
      });
    },
  );
  world.runUntil({ timeUs: 10 * SECOND });
  expect(writes.map((w) => w.text)).toContain('update resourceclaims.resource.k8s.io c1 409');
  expect(get('pods', 'p')?.spec.nodeName).toBe('n1');
});
