import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../sim-core/apiserver/contentHash.ts';
import { MemoryApi } from '../../sim-core/apiserver/memoryApi.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../../sim-core/contracts/index.ts';
import { statusPatch } from '../../sim-core/kubelet/statusPatch.ts';

const NS = 'default';
const KUBELET = { user: 'system:node:n', agent: 'kubelet/v1.35.4 (linux/amd64)' };
const CONTROLLER = { user: 'system:controller', agent: 'kube-controller-manager/replicaset-controller' };
const KUBECTL = { user: 'kubernetes-admin', agent: 'kubectl/v1.35.4' };

// biome-ignore lint/suspicious/noExplicitAny: pieces of objects of any kind
type Piece = any;

function cluster(): MemoryApi {
  const api = new MemoryApi();
  for (const name of [NS, 'other']) {
    api.seedObject('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      status: { phase: 'Active' },
    });
    const metadata = { name: 'default', namespace: name };
    api.seedObject('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  }
  const zones = { 'topology.kubernetes.io/zone': 'z', 'topology.kubernetes.io/region': 'r' };
  api.seedObject('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: zones } });
  return api;
}

const container = (name: string) => ({
  name,
  image: 'registry.k8s.io/pause:3.10',
  resources: { requests: { cpu: '50m' } },
});
const TEMPLATES: readonly Piece[] = [
  { containers: [container('app')] },
  { containers: [container('app'), { ...container('side'), ports: [{ containerPort: 80 }] }], restartPolicy: 'Always' },
  { containers: [container('App!')] },
];

function createPod(template: number, change: Piece): ApiRequest {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u-1', controller: true };
  const metadata = { generateName: `web-${template}-`, labels: { app: 'web' }, ownerReferences: [owner], ...change };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec: TEMPLATES[template] } as KubeObject;
  return { verb: 'create', resource: 'pods', namespace: NS, name: '', ...CONTROLLER, body };
}

function bind(pod: KubeObject): ApiRequest {
  const name = pod.metadata.name as string;
  const body: Piece = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace: NS },
    target: { kind: 'Node', name: 'n1' },
  };
  const to = { resource: 'pods', subresource: 'binding', namespace: NS, name };
  return { verb: 'create', ...to, user: 'system:kube-scheduler', agent: 'kube-scheduler', body };
}

function namedPod(name: string, template: number): ApiRequest {
  const { metadata, ...rest } = (createPod(template, {}) as Piece).body;
  const body = { ...rest, metadata: { labels: metadata.labels, name } } as KubeObject;
  const options = { fieldManager: 'kubectl-create' };
  return { verb: 'create', resource: 'pods', namespace: NS, name: '', ...KUBECTL, body, options };
}

interface Told {
  readonly at: string;
  readonly ip: unknown;
  readonly host: string;
  readonly ready: boolean;
  readonly restarts: unknown;
  readonly id: unknown;
  readonly message: unknown;
  readonly extra: Piece;
  readonly dual: boolean;
}

function podStatus(pod: KubeObject, told: Told): ApiRequest {
  const { at, ip, host, ready } = told;
  const types = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  const conditions = types.slice(0, 3).map((type) => ({
    lastProbeTime: null,
    type,
    status: ready || type === 'Initialized' ? 'True' : 'False',
    ...(ready ? {} : { reason: 'ContainersNotReady', message: told.message }),
    lastTransitionTime: at,
  }));
  const state = ready ? { running: { startedAt: at } } : { waiting: { reason: 'ContainerCreating' } };
  const one = { name: 'app', image: 'x', imageID: '', ready, restartCount: told.restarts, state, lastState: {} };
  const containerStatuses = [told.id === undefined ? one : { ...one, containerID: told.id }];
  const podIPs = told.dual ? [{ ip }, { ip: 'fd00::1' }] : [{ ip }];
  const value: Piece = {
    metadata: { uid: pod.metadata.uid },
    status: {
      '$setElementOrder/conditions': types.map((type) => ({ type })),
      conditions,
      containerStatuses,
      ...(ready ? { phase: 'Running', podIP: ip, podIPs } : { hostIP: host, hostIPs: [{ ip: host }] }),
      startTime: at,
      ...told.extra,
    },
  };
  const to = { resource: 'pods', subresource: 'status', namespace: NS, name: pod.metadata.name as string };
  return { verb: 'patch', ...to, ...KUBELET, patch: { type: 'strategic', value } };
}

/** The same as the kubelet tells it: by the pod that it knows and the whole status. */
function toldStatus(pod: KubeObject, told: Told): ApiRequest | undefined {
  const { at, ip, host, ready } = told;
  const before: Piece = pod.status ?? {};
  const condition = (type: string, is: boolean): Piece => ({
    type,
    status: is ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime:
      before.conditions?.find((c: Piece) => c.type === type && c.status === (is ? 'True' : 'False'))
        ?.lastTransitionTime ?? at,
    ...(is ? {} : { reason: 'ContainersNotReady', message: told.message }),
  });
  const conditions = [
    condition('Initialized', true),
    condition('Ready', ready),
    condition('ContainersReady', ready),
    condition('PodScheduled', true),
  ];
  const state = ready ? { running: { startedAt: at } } : { waiting: { reason: 'ContainerCreating' } };
  const one: Piece = { name: 'app', state, lastState: {}, ready, restartCount: told.restarts, image: 'x', imageID: '' };
  if (told.id !== undefined) one.containerID = told.id;
  const after: Piece = {
    phase: ready ? 'Running' : 'Pending',
    conditions,
    hostIP: host,
    hostIPs: [{ ip: host }],
    ...(ready ? { podIP: ip, podIPs: told.dual ? [{ ip }, { ip: 'fd00::1' }] : [{ ip }] } : {}),
    startTime: before.startTime ?? at,
    containerStatuses: [one],
    qosClass: before.qosClass,
  };
  const patch = statusPatch(pod.metadata.uid as string, pod, after);
  if (patch === undefined) return undefined;
  const to = { resource: 'pods', subresource: 'status', namespace: NS, name: pod.metadata.name as string };
  return { verb: 'patch', ...to, ...KUBELET, patch };
}

const IMAGES = [{ names: ['registry.k8s.io/pause:3.10'], sizeBytes: 300_000 }];

function seedNodes(api: MemoryApi, odd: number): void {
  const parts: readonly Piece[] = [{}, { images: [] }, { nodeInfo: { machineID: 'm', odd: 1 } }, { images: null }];
  for (let i = 0; i < 6; i++) {
    const conditions = ['MemoryPressure', 'Ready'].map((type) => ({ type, status: 'False', lastHeartbeatTime: null }));
    const resources = { cpu: '8', memory: '32Gi' };
    const addresses = [{ type: 'InternalIP', address: `172.16.0.${i}` }];
    const kept = { capacity: resources, allocatable: resources, conditions, addresses, images: IMAGES };
    const taints =
      i === 5 && odd > 1
        ? [
            { key: 'a', effect: 'NoSchedule' },
            { key: 'a', effect: 'NoSchedule' },
          ]
        : [];
    const spec = taints.length > 0 ? { taints } : {};
    const status = i < 4 ? kept : { ...kept, ...parts[odd] };
    api.seedObject('nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `h${i}`, uid: `u${i}` },
      spec,
      status,
    });
  }
}

function heartbeat(node: number, at: string, change: Piece): ApiRequest {
  const status = {
    '$setElementOrder/conditions': [{ type: 'MemoryPressure' }, { type: 'Ready' }],
    conditions: ['MemoryPressure', 'Ready'].map((type) => ({ type, lastHeartbeatTime: at })),
    ...change,
  };
  const to = { resource: 'nodes', subresource: 'status', namespace: '', name: `h${node}` };
  const value = { metadata: { uid: `u${node}` }, status };
  return { verb: 'patch', ...to, ...KUBELET, patch: { type: 'strategic', value } };
}

interface Tale {
  readonly n: unknown;
  readonly reason: string;
  readonly at: unknown;
  readonly message: unknown;
  readonly host: unknown;
  readonly namespace: string;
  readonly fieldPath: boolean;
  readonly isNew: boolean;
  readonly extra: Piece;
}

function createEvent({ n, reason, at, message, host, namespace, fieldPath, isNew, extra }: Tale): ApiRequest {
  const name = `web.${n}`;
  const about = {
    kind: 'Pod',
    namespace,
    name: 'web',
    uid: `u-${n}`,
    apiVersion: 'v1',
    resourceVersion: '5',
    ...(fieldPath && { fieldPath: 'spec.containers{app}' }),
  };
  const metadata = { name, namespace: NS };
  const core = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: about,
    reason,
    message,
    source: { component: 'kubelet', host },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    type: 'Normal',
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: host,
    ...extra,
  };
  const series = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata,
    eventTime: typeof at === 'string' ? at.replace('Z', '.000001Z') : at,
    reportingController: 'default-scheduler',
    reportingInstance: 'default-scheduler-0',
    action: 'Binding',
    reason,
    regarding: about,
    note: message,
    type: 'Normal',
    ...extra,
  };
  const resource = isNew ? 'events.events.k8s.io' : 'events';
  const body = (isNew ? series : core) as Piece;
  return { verb: 'create', resource, namespace: NS, name, ...KUBELET, body };
}

function putStatus(replicaSet: KubeObject, counts: readonly unknown[], message: unknown, shared: boolean): ApiRequest {
  const [replicas, readyReplicas, availableReplicas, observedGeneration] = counts;
  const at = '2026-01-01T00:00:01Z';
  const conditions =
    message === undefined ? undefined : [{ type: 'ReplicaFailure', status: 'True', message, lastTransitionTime: at }];
  const status: Piece = {
    replicas,
    readyReplicas,
    availableReplicas,
    observedGeneration,
    ...(conditions && { conditions }),
  };
  const body: Piece = shared ? { ...replicaSet, status } : { ...structuredClone(replicaSet), status };
  const to = { resource: 'replicasets.apps', subresource: 'status', namespace: NS, name: 'web' };
  return { verb: 'update', ...to, ...CONTROLLER, body };
}

const WORLD: readonly ((on: boolean) => ApiRequest)[] = [
  () =>
    created('limitranges', 'LimitRange', 'v1', { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } }),
  () => created('resourcequotas', 'ResourceQuota', 'v1', { spec: { hard: { pods: '9' } } }),
  () => ({
    ...created('priorityclasses.scheduling.k8s.io', 'PriorityClass', 'scheduling.k8s.io/v1', {
      value: 7,
      globalDefault: true,
    }),
    namespace: '',
  }),
  (on) => ({
    verb: 'patch',
    resource: 'namespaces',
    namespace: '',
    name: NS,
    ...KUBECTL,
    patch: {
      type: 'merge',
      value: { metadata: { labels: { 'pod-security.kubernetes.io/warn': on ? 'restricted' : null } } },
    },
  }),
];

function created(resource: string, kind: string, apiVersion: string, rest: Piece): ApiRequest {
  const body = { apiVersion, kind, metadata: { name: 'x' }, ...rest };
  return { verb: 'create', resource, namespace: NS, name: 'x', ...KUBECTL, body };
}

const mostly = <T>(value: fc.Arbitrary<T>, others: readonly unknown[]): fc.Arbitrary<Piece> =>
  fc.oneof({ weight: 40, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const times = mostly(
  fc.integer({ min: 0, max: 3 }).map((s) => `2026-01-01T00:00:0${s}Z`),
  ['2026-01-01T00:00:01+02:00', '2026-02-30T00:00:01Z', 'soon', '', null, 7],
);
const addresses = mostly(
  fc.integer({ min: 1, max: 4 }).map((n) => `10.0.0.${n}`),
  ['', '10.0.0.1"}', 'x'.repeat(60), null, 5, { a: 1 }],
);
const texts = mostly(fc.constantFrom('why', 'because', 'hole-text-3', '198.51.100.1'), [
  '',
  null,
  3,
  'x'.repeat(2000),
  'a\ud800',
]);

const told: fc.Arbitrary<Told> = fc.record({
  at: times,
  ip: addresses,
  host: addresses,
  ready: fc.boolean(),
  restarts: mostly(fc.constant(0), [1, 2, -1, 1.5, 2 ** 40, '1', -0]),
  id: mostly(fc.constantFrom('containerd://a', 'containerd://b'), [undefined, '', null, 4]),
  message: texts,
  extra: mostly(fc.constant({}), [
    { phase: 'Failed' },
    { qosClass: null },
    { unknown: 1 },
    { hostIPs: null },
    { $patch: 'replace' },
    { podIP: null },
  ]),
  dual: mostly(fc.constant(false), [true]),
});
const tales: fc.Arbitrary<Tale> = fc.record({
  n: mostly(fc.integer({ min: 0, max: 10_000 }), ['%', 'a/b', 'UPPER']),
  reason: fc.constantFrom('Pulled', 'Started'),
  at: times,
  message: texts,
  host: texts,
  namespace: mostly(fc.constant(NS), ['other', '']),
  fieldPath: fc.boolean(),
  isNew: fc.boolean(),
  extra: mostly(fc.constant({}), [
    { count: 2 },
    { type: 'Odd' },
    { related: { name: 'r' } },
    { nothing: 1 },
    { series: null },
  ]),
});
const counts = fc.array(mostly(fc.integer({ min: 0, max: 3 }), [-1, 1.5, '2', null, undefined]), {
  minLength: 4,
  maxLength: 4,
});

type Step = (api: MemoryApi, pods: readonly KubeObject[]) => ApiRequest | undefined;

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        mostly(fc.constantFrom(0, 1), [2]),
        mostly(fc.constant({}), [
          { labels: { app: 'b/d/d' } },
          { annotations: { a: 'b' } },
          { namespace: NS },
          { namespace: 'other' },
        ]),
      )
      .map(
        ([template, change]): Step =>
          () =>
            createPod(template, change),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        mostly(
          fc.integer({ min: 0, max: 500 }).map((n) => `pod-${n}`),
          ['p.q', 'Bad', '', 'x'.repeat(64), '-a', 7],
        ),
        fc.constantFrom(0, 1),
      )
      .map(
        ([name, template]): Step =>
          () =>
            namedPod(name, template),
      ),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.integer({ min: 0, max: 5 }),
        times,
        mostly(fc.constant({}), [
          { images: [] },
          { capacity: { cpu: '-1' } },
          { $patch: 'replace' },
          { addresses: [{ type: 'Hostname', address: 'x' }] },
        ]),
      )
      .map(
        ([node, at, change]): Step =>
          () =>
            heartbeat(node, at, change),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.nat().map(
      (i): Step =>
        (_, pods) =>
          pods.length > 0 ? bind(pods[i % pods.length]) : undefined,
    ),
  },
  {
    weight: 16,
    arbitrary: fc.tuple(fc.nat(), told).map(
      ([i, t]): Step =>
        (_, pods) =>
          pods.length > 0 ? podStatus(pods[i % pods.length], t) : undefined,
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(fc.nat(), told).map(
      ([i, t]): Step =>
        (_, pods) =>
          pods.length > 0 ? toldStatus(pods[i % pods.length], t) : undefined,
    ),
  },
  {
    weight: 6,
    arbitrary: tales.map(
      (tale): Step =>
        () =>
          createEvent(tale),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(counts, mostly(fc.constant(undefined), ['m', '']), mostly(fc.constant(true), [false])).map(
      ([c, message, shared]): Step =>
        (api) => {
          const stored = api.get('replicasets.apps', NS, 'web');
          return stored && putStatus(stored.object, c, message, shared);
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...WORLD), fc.boolean()).map(
      ([make, on]): Step =>
        () =>
          make(on),
    ),
  },
);

function replicaSet(): ApiRequest {
  const template = { metadata: { labels: { app: 'web' } }, spec: TEMPLATES[0] };
  const body: Piece = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { app: 'web' } }, template },
  };
  return { verb: 'create', resource: 'replicasets.apps', namespace: NS, name: 'web', ...KUBECTL, body };
}

/** With options a request goes the long way; this one says what would be done without it. */
const alone = (request: ApiRequest): ApiRequest => ({
  ...request,
  options: { ...request.options, fieldValidation: 'Warn' },
});
const text = ({ version, record: _, ...rest }: ApiResponse) => JSON.stringify({ ...rest, stored: version?.object });

describe('requests of known shapes', () => {
  it('give what the long way gives', { timeout: 120_000 }, () => {
    let sharedCreates = 0;
    let sharedPatches = 0;
    let handedOn = 0;
    fc.assert(
      fc.property(fc.array(steps, { minLength: 40, maxLength: 160 }), fc.nat(3), (run, odd) => {
        const [quick, plain] = [cluster(), cluster()];
        for (const api of [quick, plain]) seedNodes(api, odd);
        for (const api of [quick, plain]) api.handle(replicaSet());
        const podsOf = (api: MemoryApi) => api.list('pods', NS).map(({ object }) => object);
        run.forEach((step, i) => {
          for (const api of [quick, plain]) api.nowUs = Math.floor(i / 4) * 1_000_000;
          const request = step(quick, podsOf(quick));
          const same = step(plain, podsOf(plain));
          if (!request || !same) return;
          const answer = quick.handle(request);
          expect(text(answer)).toBe(text(plain.handle(alone(same))));
          const told = request.patch?.told?.after;
          if (told !== undefined && answer.version?.object.status === told) handedOn++;
        });
        expect(JSON.stringify(podsOf(quick))).toBe(JSON.stringify(podsOf(plain)));
        for (const pod of podsOf(quick)) {
          expect(contentHash(pod).hash).toBe(contentHash(structuredClone(pod)).hash);
        }
        const statuses = podsOf(quick).map(({ status }) => status);
        if (new Set(statuses).size < statuses.length) sharedCreates++;
        const running = statuses
          .flatMap((status) => status.containerStatuses ?? [])
          .map(({ lastState }: Piece) => lastState);
        if (new Set(running).size < running.length) sharedPatches++;
      }),
      { numRuns: 100, seed: 7 },
    );
    // Parts that instances of a shape have in common show that the short way was gone.
    expect(sharedCreates).toBeGreaterThan(5);
    expect(sharedPatches).toBeGreaterThan(5);
    expect(handedOn).toBeGreaterThan(50);
  });

  it('try other names where one is taken', () => {
    const names = (api: MemoryApi) => api.list('pods', NS).map(({ object }) => object.metadata.name as string);
    const first = cluster();
    for (let i = 0; i < 4; i++) first.handle(createPod(0, {}));
    const taken = names(first);
    const [quick, plain] = [cluster(), cluster()];
    const squatter = (name: string) => createPod(0, { generateName: undefined, name });
    for (const name of taken) for (const api of [quick, plain]) api.handle(alone(squatter(name)));
    for (let i = 0; i < 8; i++) {
      expect(text(quick.handle(createPod(0, {})))).toBe(text(plain.handle(alone(createPod(0, {})))));
    }
    expect(names(quick)).toHaveLength(12);
  });
});
