// What each kind of request of a running cluster costs from the client's send to the answer, with the commit of three etcd
// members and the watch caches of two API servers: CPU microseconds a request.
import path from 'node:path';
import { ApiServerGroup } from '../../sim-core/apiserver/apiServers.ts';
import type { StoredVersion } from '../../sim-core/apiserver/version.ts';
import type {
  ApiRequest,
  ApiResponse,
  Component,
  HandlerId,
  HandlerSpec,
  KubeObject,
  WorldContext,
} from '../../sim-core/contracts/index.ts';
import { SECOND_US } from '../../sim-core/contracts/index.ts';
import { createWorld } from '../../sim-core/engine/index.ts';
import { createEtcd } from '../../sim-core/etcd/index.ts';
import { statusPatch } from '../../sim-core/kubelet/statusPatch.ts';
import { Links } from '../../sim-core/network/links.ts';
import { round } from './measure.ts';
import type { BenchResult } from './p1.ts';

type Sent = Omit<ApiRequest, 'user' | 'agent'>;

class Client implements Component {
  readonly name = 'client';
  readonly answers: (ApiResponse | undefined)[] = [];
  ids: readonly HandlerId[] = [];
  act: (ctx: WorldContext) => void = () => {};
  init(): void {}
  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'act', run: (ctx) => this.act(ctx) },
      {
        name: 'answer',
        run: (_ctx, a, _b, payload) => {
          this.answers[a] = payload as ApiResponse | undefined;
        },
      },
    ];
  }
  registered(ids: readonly HandlerId[]): void {
    this.ids = ids;
  }
  start(): void {}
  crash(): void {}
}

const KUBELET = { user: 'system:node:n', agent: 'kubelet/v1.35.4 (linux/amd64)' };
const SCHEDULER = { user: 'system:kube-scheduler', agent: 'kube-scheduler' };
const CONTROLLER = {
  user: 'system:serviceaccount:kube-system:replicaset-controller',
  agent: 'kube-controller-manager/system:serviceaccount:kube-system:replicaset-controller',
};
const labels = { app: 'web', 'pod-template-hash': '686d8d8fff' };
const rsUid = '2e7bf087-eb79-4365-b11e-bfc73c597dd2';
const ownerReferences = [
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: rsUid, controller: true, blockOwnerDeletion: true },
];
const container = {
  name: 'app',
  image: 'registry.k8s.io/pause:3.10',
  resources: { requests: { cpu: '50m', memory: '64Mi' } },
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
};
const spec = {
  containers: [container],
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};
const pods = { resource: 'pods', namespace: 'default' } as const;

function createPod(): Sent {
  const metadata = { generateName: 'web-686d8d8fff-', labels, ownerReferences };
  return { verb: 'create', ...pods, name: '', body: { apiVersion: 'v1', kind: 'Pod', metadata, spec } as KubeObject };
}

function bind(pod: KubeObject, node: string): Sent {
  const { name = '', uid } = pod.metadata;
  const body = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace: 'default', uid },
    target: { kind: 'Node', name: node },
  };
  return { verb: 'create', ...pods, subresource: 'binding', name, body: body as KubeObject };
}

const TYPES = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

type Condition = { readonly [field: string]: string | number | null };

/** As kubelets share it between pods that change in the same second. */
const conditionLists = new Map<string, readonly Condition[]>();

function conditionsAt(at: string, isReady: boolean): readonly Condition[] {
  const key = `${at} ${isReady}`;
  let conditions = conditionLists.get(key);
  if (conditions === undefined) conditionLists.set(key, (conditions = newConditions(at, isReady)));
  return conditions;
}

function newConditions(at: string, isReady: boolean): readonly Condition[] {
  const unready = { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' };
  return TYPES.map((type) => {
    const is = isReady || type === 'Initialized' || type === 'PodScheduled';
    const condition = {
      type,
      observedGeneration: 1,
      status: is ? 'True' : 'False',
      lastProbeTime: null,
      lastTransitionTime: at,
    };
    return is || type === TYPES[0] ? condition : { ...condition, ...unready };
  });
}

/** As the kubelet's status manager tells it: by the pod that it knows and the whole status. */
function podStatus(pod: KubeObject, isReady: boolean, at: string, n: number): Sent {
  const state = isReady ? { running: { startedAt: at } } : { waiting: { reason: 'ContainerCreating' } };
  const { image } = container;
  const containerStatuses = [
    { name: 'app', state, lastState: {}, ready: isReady, restartCount: 0, image, imageID: '', started: isReady },
  ];
  const ip = `10.0.${(n >> 8) & 255}.${n & 255}`;
  const status = {
    observedGeneration: 1,
    phase: isReady ? 'Running' : 'Pending',
    conditions: conditionsAt(at, isReady),
    hostIP: '172.16.0.2',
    hostIPs: [{ ip: '172.16.0.2' }],
    ...(isReady && { podIP: ip, podIPs: [{ ip }] }),
    startTime: at,
    containerStatuses,
    qosClass: pod.status?.qosClass,
  };
  const name = pod.metadata.name as string;
  const patch = statusPatch(pod.metadata.uid as string, pod, status);
  return { verb: 'patch', ...pods, subresource: 'status', name, patch };
}

function createEvent(pod: KubeObject, at: string, n: number): Sent {
  const name = `${pod.metadata.name}.${(0x18867254430ab970n + BigInt(n)).toString(16)}`;
  const body = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'default' },
    involvedObject: {
      kind: 'Pod',
      namespace: 'default',
      name: pod.metadata.name,
      uid: pod.metadata.uid,
      apiVersion: 'v1',
      resourceVersion: '57',
      fieldPath: 'spec.containers{app}',
    },
    reason: 'Pulled',
    message: 'Container image "registry.k8s.io/pause:3.10" already present on machine and can be accessed by the pod',
    source: { component: 'kubelet', host: 'n-0' },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    type: 'Normal',
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: 'n-0',
  };
  return { verb: 'create', resource: 'events', namespace: 'default', name, body: body as unknown as KubeObject };
}

const leases = { resource: 'leases.coordination.k8s.io', namespace: 'kube-node-lease' } as const;
const renewTime = (k: number) => `2026-01-01T00:${String(10 + (k % 50)).padStart(2, '0')}:00.${String(100_000 + k)}Z`;

function createLease(name: string, uid: string): Sent {
  const owners = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
  const body = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease', ownerReferences: owners },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: renewTime(0) },
  };
  return { verb: 'create', ...leases, name, body: body as unknown as KubeObject };
}

function renewLease(lease: KubeObject, k: number): Sent {
  const { name = '', uid, resourceVersion, ownerReferences } = lease.metadata;
  const metadata = { name, namespace: 'kube-node-lease', resourceVersion, uid, ownerReferences };
  const body = {
    apiVersion: lease.apiVersion,
    kind: 'Lease',
    metadata,
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: renewTime(k) },
  };
  return { verb: 'update', ...leases, name, body: body as unknown as KubeObject };
}

const NODE_TYPES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'];

function createNode(name: string): Sent {
  const resources = { cpu: '8', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi' };
  const conditions = NODE_TYPES.map((type) => ({
    type,
    status: type === 'Ready' ? 'True' : 'False',
    lastHeartbeatTime: '2026-01-01T00:00:02Z',
    lastTransitionTime: '2026-01-01T00:00:02Z',
    reason: 'KubeletOk',
    message: `kubelet says ${type}`,
  }));
  const nodeInfo = {
    machineID: name,
    systemUUID: name,
    bootID: name,
    kernelVersion: '6.8',
    osImage: 'Linux',
    containerRuntimeVersion: 'containerd://2.1.4',
    kubeletVersion: 'v1.35.4',
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  };
  const status = {
    capacity: resources,
    allocatable: resources,
    conditions,
    addresses: [
      { type: 'InternalIP', address: '172.16.0.1' },
      { type: 'Hostname', address: name },
    ],
    nodeInfo,
    images: [{ names: [container.image], sizeBytes: 300_000 }],
  };
  const body = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': 'a' } },
    status,
  };
  return { verb: 'create', resource: 'nodes', namespace: '', name, body: body as unknown as KubeObject };
}

function nodeStatus(node: KubeObject, k: number): Sent {
  const at = `2026-01-01T0${1 + (k % 8)}:00:02Z`;
  const value = {
    metadata: { uid: node.metadata.uid },
    status: {
      '$setElementOrder/conditions': NODE_TYPES.map((type) => ({ type })),
      conditions: NODE_TYPES.map((type) => ({ lastHeartbeatTime: at, type })),
    },
  };
  const name = node.metadata.name as string;
  return {
    verb: 'patch',
    resource: 'nodes',
    namespace: '',
    subresource: 'status',
    name,
    patch: { type: 'strategic', value } as Sent['patch'],
  };
}

/** A world of links, etcd, API servers and one client that sends batches of requests. */
class Bench {
  readonly quickest: Record<string, number> = {};
  private readonly links = new Links();
  private readonly etcd = createEtcd({ members: 3, transport: this.links.transport });
  private readonly servers = new ApiServerGroup({
    replicas: 2,
    etcd: this.etcd,
    transport: this.links.transport,
    disabledPlugins: ['ServiceAccount'],
  });
  private readonly client = new Client();
  private readonly world = createWorld({
    seed: 's',
    components: [this.links, ...this.etcd.components, ...this.servers.components, this.client],
    keepRecords: false,
  });

  wait(seconds: number): void {
    this.world.runUntil({ timeUs: this.world.nowUs + seconds * SECOND_US });
  }

  /** Sends the requests at once, and gives the objects of the answers. */
  send(kind: string, who: { user: string; agent: string }, sent: readonly Sent[]): readonly KubeObject[] {
    const { client, servers } = this;
    const from = this.links.transport.endpoint('client');
    client.answers.length = 0;
    client.act = (ctx) => {
      sent.forEach((request, i) => {
        servers.submit(ctx, from, i % 2, { ...request, ...who }, { handler: client.ids[1], token: i });
      });
    };
    const us = this.timed(() => this.wait(1)) / sent.length;
    this.quickest[kind] = Math.min(this.quickest[kind] ?? Infinity, us);
    return client.answers.map((answer) => {
      if (answer === undefined || answer.code >= 400)
        throw new Error(`${kind}: ${answer?.status?.message ?? 'no answer'}`);
      return answer.version?.object as KubeObject;
    });
  }

  /** Pods as they are stored. */
  stored(): readonly StoredVersion[] {
    const kvs = this.etcd.history.range('/registry/pods/', '/registry/pods0', Number.MAX_SAFE_INTEGER);
    return kvs.map(({ value }) => value as StoredVersion);
  }

  /** Commits new versions of pods without requests: content hash, record, store, history. µs of CPU a version. */
  commit(pods: readonly KubeObject[], phase: string): number {
    this.client.act = (ctx) => {
      for (const pod of pods) {
        const value = { ...pod, status: { ...pod.status, phase } };
        const key = `/registry/pods/default/${pod.metadata.name}`;
        this.etcd.seed(ctx, { compare: [], success: [{ op: 'put', key, value }], failure: [] });
      }
    };
    return this.timed(() => this.world.runUntil({ timeUs: this.world.nowUs + 1 })) / pods.length;
  }

  private timed(work: () => void): number {
    this.world.inject(this.client.ids[0], 0, 0);
    const cpu = process.cpuUsage();
    work();
    const used = process.cpuUsage(cpu);
    return used.user + used.system;
  }
}

const many = <T>(size: number, make: (i: number) => T): readonly T[] => Array.from({ length: size }, (_, i) => make(i));

/** Costs in µs of CPU by kind of request: of the quickest of several batches, since others use the machine too. */
export function requestCosts(batches = 12, size = 300): Readonly<Record<string, number>> {
  const bench = new Bench();
  bench.wait(3);
  const each = (make: (i: number) => Sent) => many(size, make);
  let nodes = bench.send(
    'create node',
    KUBELET,
    each((i) => createNode(`n-${i}`)),
  );
  const created = each((i) => createLease(`n-${i}`, nodes[i].metadata.uid as string));
  let held = bench.send('create lease', KUBELET, created);
  for (let k = 0; k < batches; k++) {
    const at = `2026-01-01T00:${String(k % 60).padStart(2, '0')}:10Z`;
    let made = bench.send('create pod', CONTROLLER, each(createPod));
    bench.send(
      'bind',
      SCHEDULER,
      each((i) => bind(made[i], `n-${i}`)),
    );
    made = bench.send(
      'pod status: creating',
      KUBELET,
      each((i) => podStatus(made[i], false, at, i)),
    );
    bench.send(
      'create event',
      KUBELET,
      each((i) => createEvent(made[i], at, k * size + i)),
    );
    bench.send(
      'pod status: running',
      KUBELET,
      each((i) => podStatus(made[i], true, at, i)),
    );
    nodes = bench.send(
      'node status',
      KUBELET,
      each((i) => nodeStatus(nodes[i], k)),
    );
    for (let j = 0; j < 3; j++)
      held = bench.send(
        'renew lease',
        KUBELET,
        each((i) => renewLease(held[i], k * 3 + j + 1)),
      );
  }
  return bench.quickest;
}

/** Renewals after which no member of etcd remembers what was written before. */
const FORGETTING = 30_000;
/** Pods that are made at once. */
const BATCH = 500;
/** More pods than any memo by number of the object has places. */
const PODS = 17_000;
/** Pods of which new versions are committed without requests. */
const COMMITTED = 6000;

/** A world with so many pods that were made through the API, bound and have run since; nothing remembers what they were before. */
function settledPods(pods: number) {
  const bench = new Bench();
  bench.wait(3);
  const each = (make: (i: number) => Sent) => many(BATCH, make);
  const nodes = bench.send(
    'create node',
    KUBELET,
    each((i) => createNode(`n-${i}`)),
  );
  const created = each((i) => createLease(`n-${i}`, nodes[i].metadata.uid as string));
  let held = bench.send('create lease', KUBELET, created);
  let renewals = 0;
  let live = 0;
  const fill = (from: number) => {
    const at = '2026-01-01T00:00:10Z';
    let made = bench.send('create pod', CONTROLLER, each(createPod));
    live += made.length;
    bench.send(
      'bind',
      SCHEDULER,
      each((i) => bind(made[i], `n-${i}`)),
    );
    made = bench.send(
      'status',
      KUBELET,
      each((i) => podStatus(made[i], false, at, from + i)),
    );
    bench.send(
      'status',
      KUBELET,
      each((i) => podStatus(made[i], true, at, from + i)),
    );
  };
  for (let from = 0; from < pods; from += BATCH) fill(from);
  // The logs of the watch caches forget with the next writes: what they still have is of this many pods always.
  bench.wait(80);
  fill(pods);
  bench.wait(80);
  fill(pods + BATCH);
  bench.wait(610);
  for (let i = 0; i < FORGETTING; i += BATCH, renewals++)
    held = bench.send(
      'renew lease',
      KUBELET,
      each((k) => renewLease(held[k], renewals + 1)),
    );
  bench.wait(310);
  return { bench, live };
}

/**
 * Heap bytes of a live pod with its keys and indexes in etcd and both watch caches, after its history was forgotten: what twice as many
 * pods take more. And what their versions cost: `versionsPerSecond` are committed (content hash, record, store, history).
 */
function storedPods(pods = PODS): Readonly<Record<string, number>> {
  const world = settledPods(pods);
  const versions = world.bench.stored();
  const compactShare = versions.filter(({ hasForm }) => hasForm).length / versions.length;
  const some = versions.slice(0, COMMITTED).map(({ object }) => object);
  let commitUs = Infinity;
  for (let k = 0; k < 10; k++)
    commitUs = Math.min(commitUs, world.bench.commit(some, k % 2 === 0 ? 'Running' : 'Failed'));
  const [less, more] = [1, 2].map((times) => {
    const before = heapBytes();
    const { live, bench } = settledPods(times * pods);
    const bytes = heapBytes() - before;
    return { bytes, live, bench };
  });
  return {
    bytesPerPod: round((more.bytes - less.bytes) / (more.live - less.live), 0),
    compactShare: round(compactShare, 3),
    versionsPerSecond: round(1e6 / commitUs, 0),
  };
}

/** After as many collections as free something: what weak maps hold goes a link at a time. */
function heapBytes(): number {
  let used = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    if (heapUsed + arrayBuffers >= used) break;
    used = heapUsed + arrayBuffers;
  }
  return used;
}

/** 13 µs an event (P4), about eight events a write. */
const MUST_US = 100;
const AIM_US = 20;

export function requests(): Readonly<Record<string, BenchResult>> {
  const rows = Object.entries(requestCosts()).map(([kind, us]): [string, BenchResult] => [
    kind,
    { ratio: round(MUST_US / us, 1), value: round(us, 1), unit: 'µs of CPU', must: MUST_US, aim: AIM_US },
  ]);
  const { versionsPerSecond, ...rest } = storedPods();
  const [must, aim] = [1e6, 5e6];
  const commits = {
    ratio: round(versionsPerSecond / must, 3),
    value: versionsPerSecond,
    unit: 'versions/s',
    must,
    aim,
  };
  return { ...Object.fromEntries(rows), 'status versions': { ...commits, ...rest } };
}

if (path.basename(import.meta.dirname) === 'test-bench-requests-ts') console.log(JSON.stringify(requests()));
