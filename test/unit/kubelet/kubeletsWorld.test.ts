import { expect, test } from 'vitest';
import {
  type ApiRequest,
  type ApiResponse,
  type Component,
  type KubeObject,
  RecordKind,
  WHY,
  type WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { RECORD_BYTES } from '../../../sim-core/engine/records.ts';
import { Kubelets } from '../../../sim-core/kubelet/kubelets.ts';
import { decodeRecord, type TraceRecord } from '../../../sim-core/trace/view.ts';
import { LocalApi } from '../../conformance/suites/kubelet/localApi.ts';
import { ScriptBehaviour } from '../../conformance/suites/kubelet/scriptBehaviour.ts';

const EPOCH = 1_767_225_600;
const admin = {
  namespace: 'default',
  name: '',
  user: 'kubernetes-admin',
  groups: ['system:masters'],
  agent: 'test',
} as const;

const pod = (name: string, container: object = {}): ApiRequest => ({
  ...admin,
  verb: 'create',
  resource: 'pods',
  body: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      nodeName: 'n1',
      automountServiceAccountToken: false,
      containers: [{ name: 'c', image: 'r.test/i:v1', ...container }],
      tolerations: [{ operator: 'Exists' }],
    },
  },
});

const UNAVAILABLE: ApiResponse = {
  code: 500,
  rv: 0,
  record: 0,
  status: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'InternalError', code: 500 },
};

function makeWorld(
  actions: readonly (readonly [number, (ctx: WorldContext, k: Kubelets, api: LocalApi) => void])[],
  kubeletConfiguration: Record<string, number> = {},
) {
  const api = new LocalApi(EPOCH);
  for (const name of ['default', 'kube-node-lease']) {
    api.memory.seedObject('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      status: { phase: 'Active' },
    });
  }
  api.memory.seedObject('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'default' },
  });
  const kubelets = new Kubelets({
    servers: api,
    clock: { epochSeconds: EPOCH },
    behaviour: Object.assign(new ScriptBehaviour({ images: { 'r.test/i:v1': { present: true, size: 1 } } }), {
      stats: undefined,
    }) as never,
    nodes: [{ name: 'n1', endpoint: 0, capacity: { cpu: '4', memory: '8Gi', pods: '110' }, kubeletConfiguration }],
  });
  let act = 0;
  const driver: Component = {
    name: 'driver',
    init: () => {},
    handlers: () => [{ name: 'act', run: (ctx, i) => actions[i][1](ctx, kubelets, api) }],
    registered: (ids) => {
      [act] = ids;
    },
    start: (ctx) => {
      for (const [i, [atUs]] of actions.entries()) ctx.scheduleAt(atUs, act, i, 0, 0);
    },
    crash: () => {},
  };
  const world = createWorld({ seed: 's', components: [driver, kubelets], epochSeconds: EPOCH, freeze: true });
  const get = (resource: string, ns: string, name: string): KubeObject | undefined =>
    api.memory.get(resource, ns, name)?.object;
  return { world, api, get };
}

test('a node registers, becomes ready, renews its lease, runs a pod', () => {
  const { world, get } = makeWorld([[3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('p'))]]);
  world.runUntil({ timeUs: 20_000_000 });
  const node = get('nodes', '', 'n1')!;
  expect(node.status.conditions.map((c: { type: string; status: string }) => `${c.type}=${c.status}`)).toContain(
    'Ready=True',
  );
  expect(node.status.allocatable.memory).toBe('8092Mi');
  expect(get('leases.coordination.k8s.io', 'kube-node-lease', 'n1')?.spec.renewTime > '2026-01-01T00:00:10').toBe(true);
  const p = get('pods', 'default', 'p')!;
  expect(p.status.phase).toBe('Running');
  expect(p.status.containerStatuses[0]).toMatchObject({ ready: true, started: true, restartCount: 0 });
});

test('power off and on: containers are lost, and the pod is restarted in a new sandbox', () => {
  const { world, get } = makeWorld([
    [3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('p'))],
    [10_000_000, (ctx, k) => k.nodePower(ctx, 'n1', false)],
    [40_000_000, (ctx, k) => k.nodePower(ctx, 'n1', true)],
  ]);
  world.runUntil({ timeUs: 39_000_000 });
  expect(get('pods', 'default', 'p')?.status.containerStatuses[0].restartCount).toBe(0);
  expect(get('leases.coordination.k8s.io', 'kube-node-lease', 'n1')?.spec.renewTime < '2026-01-01T00:00:11').toBe(true);
  world.runUntil({ timeUs: 60_000_000 });
  const status = get('pods', 'default', 'p')?.status;
  expect(status.phase).toBe('Running');
  expect(status.containerStatuses[0]).toMatchObject({
    ready: true,
    restartCount: 1,
    lastState: { terminated: { exitCode: 255 } },
  });
});

test('a kubelet that stops takes its unwritten Events with it', () => {
  const { world, api } = makeWorld(
    [
      [3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('p'))],
      [6_000_000, (ctx, k) => k.stopKubelet(ctx, 0)],
      [40_000_000, (ctx, k) => k.startKubelet(ctx, 0)],
    ],
    { eventRecordQPS: 0.2, eventBurst: 1 },
  );
  const events = () => api.memory.events.filter((e) => e.resource === 'events').length;
  world.runUntil({ timeUs: 6_100_000 });
  const written = events();
  world.runUntil({ timeUs: 39_000_000 });
  expect(events()).toBe(written);
  // The next process has others to tell, and numbers them on.
  world.runUntil({ timeUs: 60_000_000 });
  expect(events()).toBeGreaterThan(written);
});

test('nothing runs for a quiet node but its lease and its reports', () => {
  const { world } = makeWorld([[3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('p'))]]);
  world.runUntil({ timeUs: 60_000_000 });
  const before = world.runUntil({ timeUs: 60_000_001 }).events;
  const events = world.runUntil({ timeUs: 3_660_000_000 }).events - before;
  // An hour: 360 renewals (timer and answer each), 12 reports with their watch events.
  expect(events).toBeLessThan(1000);
});

test('the way of a pod to Running passes through no other pod of its node', () => {
  const { world } = makeWorld([
    [3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('a'))],
    [3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('b'))],
  ]);
  const records: TraceRecord[] = [];
  world.listen(({ bytes, firstRecord, count }) => {
    for (let i = 0; i < count; i++) records.push(decodeRecord(bytes, i * RECORD_BYTES, firstRecord + i));
  });
  world.runUntil({ timeUs: 20_000_000 });
  const byId = (id: number) => records.find((r) => r.id === id)!;
  for (const [own, other] of [
    ['a', 'b'],
    ['b', 'a'],
  ]) {
    const [mine, others] = [own, other].map((name) => world.objects.find('pods', 'default', name));
    const look = records.find((r) => r.kind === RecordKind.hop && r.a === WHY.pleg && byId(r.cause).obj === mine)!;
    const waitedUs = look.timeUs - byId(look.cause).timeUs;
    expect(waitedUs).toBeGreaterThan(0);
    expect(waitedUs).toBeLessThanOrEqual(1_000_000);
    for (let at: number = look.id; at !== 0; at = byId(at).cause) expect(byId(at).obj).not.toBe(others);
  }
});

test('each tick of a start-up probe that is told leads to something', () => {
  const startupProbe = { exec: { command: ['true'] }, periodSeconds: 2 };
  const { world, get } = makeWorld([[3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('a', { startupProbe }))]]);
  const records: TraceRecord[] = [];
  world.listen(({ bytes, firstRecord, count }) => {
    for (let i = 0; i < count; i++) records.push(decodeRecord(bytes, i * RECORD_BYTES, firstRecord + i));
  });
  world.runUntil({ timeUs: 20_000_000 });
  expect(get('pods', 'default', 'a')?.status.containerStatuses[0].started).toBe(true);
  const ticks = records.filter((r) => r.kind === RecordKind.hop && r.a === WHY.probePeriod);
  expect(ticks).toHaveLength(1);
  for (const { id } of ticks) expect(records.some((r) => r.cause === id)).toBe(true);
});

test('a status that was refused keeps no other pod of its node waiting, and goes with the next one', () => {
  const writes: string[] = [];
  const refused = (request: ApiRequest, now: number) =>
    request.subresource === 'status' && request.name === 'a' && now < 4_000_000;
  const { world, api } = makeWorld([
    [3_000_000, (ctx, _k, local) => void local.handle(ctx, pod('a'))],
    [5_000_000, (ctx, _k, local) => void local.handle(ctx, pod('b'))],
  ]);
  const handle = api.handle.bind(api);
  api.handle = (ctx, request) => {
    if (request.resource !== 'pods' || request.subresource !== 'status') return handle(ctx, request);
    const isRefused = refused(request, ctx.nowUs);
    writes.push(`${request.name} ${Math.floor(ctx.nowUs / 1e6)} ${isRefused ? 'refused' : 'taken'}`);
    return isRefused ? UNAVAILABLE : handle(ctx, request);
  };
  world.runUntil({ timeUs: 9_000_000 });
  expect(writes[0]).toBe('a 3 refused');
  // The full sync comes at 10 s.
  expect(writes).toContain('b 5 taken');
  expect(writes).toContain('a 5 taken');
});

test('a runtime that hangs: what ends is not seen, and after three minutes the node is not ready', () => {
  const { world, get } = makeWorld([
    [20_000_000, (ctx, _k, api) => void api.handle(ctx, pod('p'))],
    [30_000_000, (ctx, k) => k.hang(ctx, 0, true)],
    [
      31_000_000,
      (ctx, k) => {
        const slot = [...k.core.podsOf.members(0)][0];
        const ref = k.core.ref(k.core.pod(slot));
        const [{ id }] = k.runtime.pod(ref.id).containers;
        k.runtime.exitNow(ctx, ref, id, { exitAfterUs: 0, exitCode: 1, reason: 'Error', message: '' });
      },
    ],
    [240_000_000, (ctx, k) => k.hang(ctx, 0, false)],
  ]);
  const ready = () =>
    get('nodes', '', 'n1')!.status.conditions.find((condition: { type: string }) => condition.type === 'Ready');
  world.runUntil({ timeUs: 205_000_000 });
  expect(ready().status).toBe('True');
  expect(get('pods', 'default', 'p')!.status.containerStatuses[0].restartCount).toBe(0);
  world.runUntil({ timeUs: 222_000_000 });
  expect(ready()).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
  expect(ready().message).toMatch(/^PLEG is not healthy: pleg was last seen active 3m[\d.]+s ago; threshold is 3m0s$/);
  world.runUntil({ timeUs: 255_000_000 });
  expect(ready().status).toBe('True');
  expect(get('pods', 'default', 'p')!.status.containerStatuses[0].restartCount).toBe(1);
});

test('a runtime that hangs is up again with its machine, and a kubelet that starts beside one says that it hangs', () => {
  const ready = (get: ReturnType<typeof makeWorld>['get']) =>
    get('nodes', '', 'n1')!.status.conditions.find((condition: { type: string }) => condition.type === 'Ready');
  const rebooted = makeWorld([
    [30_000_000, (ctx, k) => k.hang(ctx, 0, true)],
    [40_000_000, (ctx, k) => k.nodePower(ctx, 'n1', false)],
    [50_000_000, (ctx, k) => k.nodePower(ctx, 'n1', true)],
    [60_000_000, (ctx, _k, api) => void api.handle(ctx, pod('p'))],
  ]);
  rebooted.world.runUntil({ timeUs: 300_000_000 });
  expect(ready(rebooted.get).status).toBe('True');
  expect(rebooted.get('pods', 'default', 'p')!.status.phase).toBe('Running');
  const restarted = makeWorld([
    [30_000_000, (ctx, k) => k.hang(ctx, 0, true)],
    [40_000_000, (ctx, k) => k.stopKubelet(ctx, 0)],
    [50_000_000, (ctx, k) => k.startKubelet(ctx, 0)],
  ]);
  restarted.world.runUntil({ timeUs: 100_000_000 });
  expect(ready(restarted.get)).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
  expect(ready(restarted.get).message).toBe('PLEG is not healthy: pleg has yet to be successful');
});

test('a runtime that hangs twice: each minute one collection of containers fails', () => {
  const { world, api } = makeWorld([
    [30_000_000, (ctx, k) => k.hang(ctx, 0, true)],
    [35_000_000, (ctx, k) => k.hang(ctx, 0, false)],
    [40_000_000, (ctx, k) => k.hang(ctx, 0, true)],
  ]);
  world.runUntil({ timeUs: 130_000_000 });
  const failures = api.memory
    .list('events', 'default')
    .filter(({ object }) => object.reason === 'ContainerGCFailed')
    .map(({ object }) => object.count);
  expect(failures).toEqual([2]);
});

const withCpu = (cpu: string) => ({ resources: { requests: { cpu } } });

const resizeTo = (name: string, cpu: string): ApiRequest => ({
  ...admin,
  name,
  verb: 'patch',
  resource: 'pods',
  subresource: 'resize',
  patch: {
    type: 'merge',
    value: { spec: { containers: [{ name: 'c', image: 'r.test/i:v1', ...withCpu(cpu) }] } },
  },
});

const resizeOf = (p: KubeObject | undefined): readonly string[] =>
  p?.status.conditions
    .filter((c: { type: string }) => c.type.startsWith('PodResize'))
    .map((c: { type: string; reason?: string }) => `${c.type} ${c.reason ?? ''}`);

const cpuOf = (p: KubeObject | undefined): string => p?.status.containerStatuses[0].resources.requests.cpu;

test('resizes that wait are looked at every three minutes, however many they are', () => {
  const { world, get } = makeWorld([
    ...['a', 'b', 'c', 'd'].map(
      (name) =>
        [
          3_000_000,
          (ctx: WorldContext, _k: unknown, api: LocalApi) => void api.handle(ctx, pod(name, withCpu('900m'))),
        ] as const,
    ),
    ...['a', 'b', 'c'].map(
      (name) =>
        [
          10_000_000,
          (ctx: WorldContext, _k: unknown, api: LocalApi) => void api.handle(ctx, resizeTo(name, '2')),
        ] as const,
    ),
  ]);
  world.runUntil({ timeUs: 30_000_000 });
  expect(resizeOf(get('pods', 'default', 'a'))).toEqual(['PodResizePending Deferred']);
  const before = world.runUntil({ timeUs: 30_000_001 }).events;
  // An hour: the quiet node's own, and a look each three minutes.
  expect(world.runUntil({ timeUs: 3_630_000_000 }).events - before).toBeLessThan(1050);
});

test('a resize that waits is allocated when another pod asks for less: first who has waited longest', () => {
  const { world, get } = makeWorld([
    [3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('late', withCpu('1')))],
    [3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('early', withCpu('1')))],
    [3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('big', withCpu('1900m')))],
    [10_000_000, (ctx, _k, api) => void api.handle(ctx, resizeTo('early', '2'))],
    [12_000_000, (ctx, _k, api) => void api.handle(ctx, resizeTo('late', '2'))],
    [20_000_000, (ctx, _k, api) => void api.handle(ctx, resizeTo('big', '900m'))],
  ]);
  world.runUntil({ timeUs: 19_000_000 });
  for (const name of ['early', 'late'])
    expect(resizeOf(get('pods', 'default', name))).toEqual(['PodResizePending Deferred']);
  world.runUntil({ timeUs: 40_000_000 });
  expect(['late', 'early', 'big'].map((name) => cpuOf(get('pods', 'default', name)))).toEqual(['1', '2', '900m']);
  expect(resizeOf(get('pods', 'default', 'early'))).toEqual([]);
  expect(resizeOf(get('pods', 'default', 'late'))).toEqual(['PodResizePending Deferred']);
});

test('a kubelet that starts anew goes on with what was allocated, and decides about the resize that waits', () => {
  const { world, get } = makeWorld([
    [3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('a', withCpu('1')))],
    [3_000_000, (ctx, _k, api) => void api.handle(ctx, pod('b', withCpu('2')))],
    [10_000_000, (ctx, _k, api) => void api.handle(ctx, resizeTo('a', '3'))],
    [20_000_000, (ctx, k) => k.stopKubelet(ctx, 0)],
    [22_000_000, (ctx, _k, api) => void api.handle(ctx, resizeTo('b', '1500m'))],
    [30_000_000, (ctx, k) => k.startKubelet(ctx, 0)],
    [60_000_000, (ctx, k) => k.nodePower(ctx, 'n1', false)],
    [70_000_000, (ctx, k) => k.nodePower(ctx, 'n1', true)],
    [100_000_000, (ctx, _k, api) => void api.handle(ctx, { ...admin, verb: 'delete', resource: 'pods', name: 'b' })],
  ]);
  for (const timeUs of [50_000_000, 90_000_000]) {
    world.runUntil({ timeUs });
    expect(cpuOf(get('pods', 'default', 'a'))).toBe('1');
    expect(resizeOf(get('pods', 'default', 'a'))).toEqual(['PodResizePending Deferred']);
    // What was asked for while no kubelet ran is done.
    expect(cpuOf(get('pods', 'default', 'b'))).toBe('1500m');
    expect(resizeOf(get('pods', 'default', 'b'))).toEqual([]);
  }
  world.runUntil({ timeUs: 160_000_000 });
  expect(get('pods', 'default', 'b')).toBeUndefined();
  expect(cpuOf(get('pods', 'default', 'a'))).toBe('3');
});

test('a node whose conditions were put to Unknown tells that it is well again', () => {
  const types = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'];
  const conditions = types.map((type) => ({ type, status: 'Unknown', reason: 'NodeStatusUnknown' }));
  const unknown: ApiRequest = {
    ...admin,
    namespace: '',
    name: 'n1',
    verb: 'patch',
    resource: 'nodes',
    subresource: 'status',
    patch: { type: 'merge', value: { status: { conditions } } },
  };
  const { world, api } = makeWorld([[20_000_000, (ctx, _k, local) => void local.handle(ctx, unknown)]]);
  const told = () =>
    ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID', 'NodeReady'].map(
      (reason) =>
        api.memory.events.filter((e) => e.resource === 'events' && e.entry.now.object['reason'] === reason).length,
    );
  world.runUntil({ timeUs: 19_000_000 });
  const before = told();
  world.runUntil({ timeUs: 400_000_000 });
  expect(told()).toEqual(before.map((n) => n + 1));
});
