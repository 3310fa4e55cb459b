import { describe, expect, test } from 'vitest';
import { formatDurationUs } from '../../../sim-core/api/machinery/duration.ts';
import type { Component, KubeObject, WorldContext } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { Scheduler } from '../../../sim-core/scheduler/component.ts';
import { buildProfiles, type SchedulerConfiguration } from '../../../sim-core/scheduler/framework/config.ts';
import { SKIP, unschedulable, WAIT } from '../../../sim-core/scheduler/framework/status.ts';
import type { PluginPoints, UserPlugin } from '../../../sim-core/scheduler/framework/userPlugins.ts';
import { LocalApi } from '../../conformance/suites/kubelet/localApi.ts';

const EPOCH = 1_767_225_600;
const SECOND = 1_000_000;

const user = (points: Omit<PluginPoints, 'name'>, name = 'Mine'): UserPlugin => ({
  definition: { name, create: () => ({ name, ...points }) },
  file: './mine.ts',
  hash: '0',
});
const enabled = (...names: string[]): SchedulerConfiguration => ({
  profiles: [{ plugins: { multiPoint: { enabled: names.map((name) => ({ name })) } } }],
});

const node = (name: string, cpu = '4'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: name, creationTimestamp: '2026-01-01T00:00:00Z', labels: { 'kubernetes.io/hostname': name } },
  spec: {},
  status: { allocatable: { cpu, memory: '8Gi', pods: '110' } },
});
const pod = (name: string, more: { labels?: object; priority?: number; cpu?: string } = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    uid: name,
    namespace: 'default',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: (more.labels ?? {}) as Record<string, string>,
  },
  spec: {
    schedulerName: 'default-scheduler',
    priority: more.priority ?? 0,
    containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: more.cpu ?? '1' } } }],
  },
  status: { phase: 'Pending' },
});

/** A scheduler over a synchronous store. */
function play(
  plugins: readonly UserPlugin[],
  pods: readonly KubeObject[],
  more: {
    configuration?: SchedulerConfiguration;
    nodes?: readonly KubeObject[];
    act?: (api: LocalApi, ctx: WorldContext) => void;
  } = {},
) {
  const api = new LocalApi(EPOCH);
  const seed = (resource: string, object: KubeObject) => api.memory.seedObject(resource, object);
  seed('namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'default', uid: 'd', creationTimestamp: '2026-01-01T00:00:00Z' },
    status: { phase: 'Active' },
  });
  seed('priorityclasses.scheduling.k8s.io', {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'high', uid: 'h', creationTimestamp: '2026-01-01T00:00:00Z' },
    value: 10,
  } as KubeObject);
  seed('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'default', uid: 's', creationTimestamp: '2026-01-01T00:00:00Z' },
  });
  for (const n of more.nodes ?? [node('n1')]) seed('nodes', n);
  for (const p of pods) seed('pods', p);
  const log: string[] = [];
  api.log = (atUs, { verb, resource, subresource, name, body }, answer) => {
    const note = resource.startsWith('events') ? ((body as { note?: string } | undefined)?.note ?? '') : '';
    if (['create', 'update', 'patch', 'delete'].includes(verb) && (note !== '' || !resource.startsWith('events')))
      log.push(
        `${(atUs / SECOND).toFixed(2)} ${note !== '' ? note : `${verb} ${subresource ?? resource} ${name} ${answer.code}`}`,
      );
  };
  const scheduler = new Scheduler('kube-scheduler-0', api, {
    host: 'h',
    transport: { endpoint: () => 0 },
    clock: { epochSeconds: EPOCH },
    tieBreak: 'lowestName',
    configuration: more.configuration ?? enabled(...plugins.map((p) => p.definition.name)),
    plugins,
  });
  let tick = 0;
  const driver: Component = {
    name: 'driver',
    init: () => {},
    handlers: () => [
      {
        name: 'act',
        run: (ctx) => {
          more.act?.(api, ctx);
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
  const get = (name: string) => api.memory.get('pods', 'default', name)?.object;
  const condition = (name: string) =>
    (get(name)?.status?.conditions ?? []).find((c: { type: string }) => c.type === 'PodScheduled');
  const nodeOf = (name: string) => get(name)?.spec?.nodeName ?? '';
  const until = (seconds: number) => world.runUntil({ timeUs: seconds * SECOND });
  return { world, log, get, condition, nodeOf, until, scheduler };
}

function create(api: LocalApi, ctx: WorldContext, resource: string, object: KubeObject): void {
  const { namespace = '', name = '' } = object.metadata;
  const { uid: _uid, creationTimestamp: _time, ...metadata } = object.metadata;
  const body = { ...object, metadata };
  const answer = api.handle(ctx, {
    verb: 'create',
    resource,
    namespace,
    name,
    user: 'kubernetes-admin',
    agent: 'test',
    body,
  });
  expect(answer.status?.message ?? '').toBe('');
}

describe('Permit', () => {
  test('turns a pod away with the text of a node that does not fit', () => {
    const { until, condition, nodeOf } = play(
      [user({ permit: () => ({ status: unschedulable('not today') }) })],
      [pod('web')],
    );
    until(0.5);
    expect(nodeOf('web')).toBe('');
    expect(condition('web')).toMatchObject({
      reason: 'Unschedulable',
      message: '0/1 nodes are available: 1 not today.',
    });
  });

  test('an error is the cycle error of the framework', () => {
    const { until, condition } = play(
      [user({ permit: () => ({ status: { code: 'Error', reasons: ['no quorum'] } }) })],
      [pod('web')],
    );
    until(0.5);
    expect(condition('web')).toMatchObject({
      reason: 'SchedulerError',
      message: 'running Permit plugin "Mine": no quorum',
    });
  });

  test('keeps a pod waiting with its node written down, and gives up in time', () => {
    const plugin = user({ permit: () => ({ status: WAIT, timeoutSeconds: 10 }), events: () => [] });
    const { until, condition, get, log, nodeOf } = play([plugin], [pod('web')]);
    until(5);
    expect(get('web')?.status?.nominatedNodeName).toBe('n1');
    expect(nodeOf('web')).toBe('');
    expect(condition('web')).toBeUndefined();
    until(10.5);
    const message = '0/1 nodes are available: 1 rejected due to timeout after waiting 10s at plugin Mine.';
    expect(condition('web')).toMatchObject({ reason: 'Unschedulable', message });
    expect(get('web')?.status?.nominatedNodeName).toBeUndefined();
    expect(log.filter((l) => l.includes(message))).toHaveLength(1);
  });

  /** Waits for a second pod of its pair; a third comes too late. */
  const pair = user({
    permit: (_s, _p, _n, _snapshot, waiting) =>
      waiting.length === 0 ? { status: WAIT, timeoutSeconds: 900 } : { allow: waiting.map((w) => w.uid) },
  });

  test('a plugin lets waiting pods go', () => {
    const { until, nodeOf } = play([pair], [pod('a'), pod('b'), pod('c')]);
    until(2);
    expect(['a', 'b', 'c'].map(nodeOf)).toEqual(['n1', 'n1', '']);
  });

  test('two plugins must both let a pod go', () => {
    const other = user(
      {
        permit: (_s, _p, _n, _snapshot, waiting) =>
          waiting.length < 2 ? { status: WAIT, timeoutSeconds: 900 } : { allow: waiting.map((w) => w.uid) },
      },
      'Other',
    );
    const { until, nodeOf } = play([pair, other], [pod('a'), pod('b')]);
    until(2);
    expect(['a', 'b'].map(nodeOf)).toEqual(['', '']);
  });

  test('a plugin turns waiting pods away, and Unreserve takes their fellows along', () => {
    const plugin = user({
      permit: (_s, p, _n, _snapshot, waiting) =>
        p.name === 'last'
          ? { reject: waiting.slice(0, 1).map(({ uid }) => ({ uid, message: 'make room' })) }
          : { status: WAIT, timeoutSeconds: 60 },
      unreserve: (_s, _p, _n, _snapshot, waiting) => ({
        reject: waiting.map(({ uid }) => ({ uid, message: 'so do I' })),
      }),
    });
    const { until, condition, nodeOf } = play([plugin], [pod('a'), pod('b'), pod('last', { priority: -1 })]);
    until(0.8);
    expect(nodeOf('last')).toBe('n1');
    expect(condition('a')?.message).toBe('0/1 nodes are available: 1 make room.');
    expect(condition('b')?.message).toBe('0/1 nodes are available: 1 so do I.');
  });

  test('a waiting pod gives way to one of higher priority without being deleted', () => {
    const plugin = user({
      permit: (_s, p) => (p.name === 'low' ? { status: WAIT, timeoutSeconds: 600 } : undefined),
    });
    let isAdded = false;
    const { until, get, nodeOf, condition, log } = play([plugin], [pod('low', { cpu: '3' })], {
      act: (api, ctx) => {
        if (isAdded || ctx.nowUs < SECOND) return;
        isAdded = true;
        const { spec, ...high } = pod('high', { cpu: '3' });
        const { priority: _none, ...rest } = spec as { priority: number };
        create(api, ctx, 'pods', { ...high, spec: { ...rest, priorityClassName: 'high' } });
      },
    });
    until(5);
    expect(get('low')).toBeDefined();
    expect(nodeOf('high')).toBe('n1');
    expect(condition('low')?.message).toBe('0/1 nodes are available: 1 preempted.');
    expect(log.some((l) => l.includes('1 preempted.'))).toBe(true);
  });
});

describe('Reserve', () => {
  test('a refusal counts one node; every Unreserve runs, the last first', () => {
    const calls: string[] = [];
    const keeps = user({ unreserve: () => void calls.push('Keeps') as undefined }, 'Keeps');
    const refuses = user(
      { reserve: () => unschedulable('no lane left'), unreserve: () => void calls.push('Mine') as undefined },
      'Mine',
    );
    const { until, condition } = play([keeps, refuses], [pod('web')]);
    until(0.5);
    expect(condition('web')?.message).toBe('0/1 nodes are available: 1 no lane left.');
    // Each call is made twice.
    expect(calls.slice(0, 4)).toEqual(['Mine', 'Mine', 'Keeps', 'Keeps']);
  });

  test('an error is told as the framework tells it', () => {
    const { until, condition } = play(
      [user({ reserve: () => ({ status: { code: 'Error', reasons: ['disk on fire'] } }) })],
      [pod('web')],
    );
    until(0.5);
    expect(condition('web')).toMatchObject({
      reason: 'SchedulerError',
      message: 'running Reserve plugin "Mine": disk on fire',
    });
  });
});

describe('What is no plain data', () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;

  test.each<[string, Omit<PluginPoints, 'name'>, RegExp]>([
    [
      'a circle',
      { permit: () => loop as never },
      /permit of pod default\/web on node n1: returned an object, which is no/,
    ],
    ['a function', { reserve: () => (() => 1) as never }, /reserve .*: returned a function, which is no plain data/],
    [
      'a big integer',
      { preBind: () => ({ status: SKIP, n: 1n }) as never },
      /preBind .*: returned an object, which is no/,
    ],
    [
      'a write of nothing',
      { permit: () => ({ writes: [{ resource: 'nodes', object: null as never }] }) },
      /permit .*: writes is \[.*\], not a list of \{ resource, object \}/,
    ],
  ])('%s is named with its plugin', (_what, points, message) => {
    expect(() => play([user(points)], [pod('web')]).until(0.5)).toThrow(message);
  });

  test('stays behind in the scheduling cycle', () => {
    const seen: unknown[] = [];
    const plugin = user({
      preFilter: (state) => {
        state.write('loop', loop);
        state.write('plain', { n: 1 });
        return {};
      },
      postBind: (state) => void seen.push(state.read('loop'), state.read('plain')) as undefined,
    });
    const { until, nodeOf } = play([plugin], [pod('web')]);
    until(0.5);
    expect(nodeOf('web')).toBe('n1');
    expect(seen.slice(0, 2)).toEqual([undefined, { n: 1 }]);
  });
});

describe('PreBind, Bind and PostBind', () => {
  const boundAt = (log: readonly string[], name: string) =>
    Number(log.find((l) => l.includes(`create binding ${name} 201`))?.split(' ')[0] ?? Number.NaN);

  test('take the virtual time that a plugin asks for', () => {
    const plugin = user({ preBind: () => ({ latency: '2s' }), bind: () => ({ latency: '1s' }) });
    const configuration: SchedulerConfiguration = {
      profiles: [
        { plugins: { multiPoint: { enabled: [{ name: 'Mine' }] }, bind: { disabled: [{ name: 'DefaultBinder' }] } } },
      ],
    };
    const { until, log, get, nodeOf } = play([plugin], [pod('web')], { configuration });
    until(1);
    expect(get('web')?.status?.nominatedNodeName).toBe('n1');
    until(10);
    expect(nodeOf('web')).toBe('n1');
    expect(boundAt(log, 'web')).toBeGreaterThanOrEqual(3);
    expect(boundAt(log, 'web')).toBeLessThan(3.1);
  });

  test('PreBindPreFlight keeps a pod out of PreBind', () => {
    const plugin = user({ preBindPreFlight: () => SKIP, preBind: () => ({ latency: '5s' }) });
    const { until, log } = play([plugin], [pod('web')]);
    until(1);
    expect(boundAt(log, 'web')).toBeLessThan(0.1);
    expect(log.some((l) => l.includes('patch status'))).toBe(false);
  });

  test.each([
    ['PreBind', { code: 'Error', reasons: ['no key'] }, 'SchedulerError', 'running PreBind plugin "Mine": no key'],
    ['PreBind', unschedulable('the node is taken'), 'Unschedulable', 'the node is taken'],
    ['Bind', { code: 'Error', reasons: ['no key'] }, 'SchedulerError', 'running Bind plugin "Mine": no key'],
  ] as const)('%s that fails: %j', (point, status, reason, message) => {
    const plugin = user({ [point === 'Bind' ? 'bind' : 'preBind']: () => ({ status }) });
    const configuration: SchedulerConfiguration = {
      profiles: [
        {
          plugins: {
            multiPoint: { enabled: [{ name: 'Mine' }] },
            bind: { disabled: [{ name: '*' }], enabled: [{ name: 'Mine' }, { name: 'DefaultBinder' }] },
          },
        },
      ],
    };
    const bindFirst = point === 'Bind' ? configuration : undefined;
    const { until, condition, nodeOf } = play([plugin], [pod('web')], { configuration: bindFirst });
    until(0.5);
    expect(nodeOf('web')).toBe('');
    expect(condition('web')).toMatchObject({ reason, message });
  });

  test('a Bind plugin that skips leaves the pod to the next; when all skip there is an error without words', () => {
    const skips = user({ bind: () => ({ status: SKIP }) });
    const profile = (...bind: string[]): SchedulerConfiguration => ({
      profiles: [
        {
          plugins: {
            multiPoint: { enabled: [{ name: 'Mine' }] },
            bind: { disabled: [{ name: '*' }], enabled: bind.map((name) => ({ name })) },
          },
        },
      ],
    });
    const next = play([skips], [pod('web')], { configuration: profile('Mine', 'DefaultBinder') });
    next.until(1);
    expect(next.nodeOf('web')).toBe('n1');
    const none = play([skips], [pod('web')], { configuration: profile('Mine') });
    none.until(0.5);
    expect(none.condition('web')).toMatchObject({ reason: 'SchedulerError' });
    expect(none.condition('web').message).toBeUndefined();
  });

  test('the state of the cycle is handed on, and PostBind wakes others', () => {
    const seen: unknown[] = [];
    const plugin = user({
      preFilter: (state, p) => {
        state.write('Mine/lane', { of: p.name });
        return p.name === 'later' && seen.length === 0 ? { status: unschedulable('not yet') } : {};
      },
      events: () => [],
      preBind: (state) => {
        seen.push(state.read('Mine/lane'));
        state.write('Mine/key', 7);
        return {};
      },
      postBind: (state) => {
        seen.push(state.read('Mine/key'));
        return { activate: [{ namespace: 'default', name: 'later' }] };
      },
    });
    const { until, nodeOf } = play([plugin], [pod('later', { priority: 5 }), pod('web')]);
    until(1);
    expect(seen.slice(0, 4)).toEqual([{ of: 'web' }, { of: 'web' }, 7, 7]);
    expect(nodeOf('later')).toBe('n1');
  });
});

describe('QueueSort and PreEnqueue', () => {
  test('a plugin orders the queue', () => {
    const plugin = user({ less: (a, b) => (a.pod.metadata.name ?? '') > (b.pod.metadata.name ?? '') });
    const configuration: SchedulerConfiguration = {
      profiles: [{ plugins: { queueSort: { disabled: [{ name: '*' }], enabled: [{ name: 'Mine' }] } } }],
    };
    const { until, log } = play([plugin], [pod('a'), pod('c'), pod('b')], { configuration });
    until(1);
    expect(log.filter((l) => l.includes('create binding')).map((l) => l.split(' ')[3])).toEqual(['c', 'b', 'a']);
  });

  test('a pod that a plugin gates is looked at again for the events that the plugin names', () => {
    const plugin = user({
      preEnqueue: (_p, listers) =>
        listers.list('nodes', '').some((n) => n.metadata.labels?.['open'] === 'yes')
          ? undefined
          : unschedulable('closed'),
      events: () => [{ resource: 'Node', actions: ['Add'] }],
    });
    let isAdded = false;
    const { until, nodeOf, scheduler } = play([plugin], [pod('web')], {
      act: (api, ctx) => {
        if (isAdded || ctx.nowUs < SECOND) return;
        isAdded = true;
        const opened = node('n2');
        create(api, ctx, 'nodes', {
          ...opened,
          metadata: { ...opened.metadata, labels: { ...opened.metadata.labels, open: 'yes' } },
        });
      },
    });
    until(0.9);
    expect(scheduler.pendingPods().gated).toBe(1);
    until(3);
    expect(nodeOf('web')).not.toBe('');
  });

  test.each<[string, SchedulerConfiguration, string]>([
    [
      'two orders',
      enabled('Mine'),
      'only one queue sort plugin required for profile with scheduler name "default-scheduler", but got 2',
    ],
    [
      'no order',
      { profiles: [{ plugins: { queueSort: { disabled: [{ name: '*' }] } } }] },
      'only one queue sort plugin required for profile with scheduler name "default-scheduler", but got 0',
    ],
    [
      'nobody who binds',
      { profiles: [{ plugins: { bind: { disabled: [{ name: '*' }] } } }] },
      'at least one bind plugin is needed for profile with scheduler name "default-scheduler"',
    ],
  ])('%s are refused', (_what, configuration, message) => {
    expect(() => buildProfiles(configuration, [user({ less: () => false })])).toThrow(message);
  });
});

describe('what plugins must not do', () => {
  let count = 0;
  test.each<[string, Omit<PluginPoints, 'name'>, RegExp]>([
    [
      'waits for no time',
      { permit: () => ({ status: WAIT }) },
      /permit of pod default\/web on node n1: waits for undefined seconds/,
    ],
    ['gives a bare status to Permit', { permit: () => WAIT as never }, /permit .*not \{ status, timeoutSeconds \}/],
    [
      'counts its calls',
      { permit: () => ({ timeoutSeconds: ++count }) },
      /permit .*a plugin must not keep state between calls/,
    ],
    ['allows by name', { permit: () => ({ allow: 'web' as never }) }, /allow is "web", not a list of uids/],
    [
      'has a latency that is none',
      { preBind: () => ({ latency: 'soon' }) },
      /preBind .*latency is "soon", no duration/,
    ],
    [
      'throws in Bind',
      {
        preBind: () => {
          throw new Error('x');
        },
      },
      /preBind of pod default\/web on node n1: threw Error: x/,
    ],
    ['orders by nothing', { postBind: () => ({ writes: 3 as never }) }, /postBind .*writes is 3, not a list of/],
  ])('one that %s is named', (_what, points, message) => {
    const { until } = play([user(points)], [pod('web')]);
    expect(() => until(1)).toThrow(message);
  });
});

test.each([
  [10 * SECOND, '10s'],
  [1.5 * SECOND, '1.5s'],
  [900 * SECOND, '15m0s'],
  [3_723_000_000, '1h2m3s'],
  [250_000, '250ms'],
])('%i µs print as %s', (us, text) => expect(formatDurationUs(us)).toBe(text));
