// What each kind of request of a running cluster costs from the client's send to the answer, with the commit of three etcd
// members and the watch caches of two API servers: CPU microseconds a request.
import path from 'node:path';
import { ApiServerGroup } from '../../sim-core/apiserver/apiServers.ts';
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
import { Links } from '../../sim-core/network/links.ts';
import { round } from './measure.ts';

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

function podStatus(pod: KubeObject, isReady: boolean, at: string, n: number): Sent {
  const unready = { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' };
  const conditions = TYPES.slice(0, 4).map((type) => {
    const is = isReady || type === 'Initialized';
    const why = is || type === TYPES[0] ? {} : unready;
    return {
      lastProbeTime: null,
      type,
      status: is ? 'True' : 'False',
      ...why,
      observedGeneration: 1,
      lastTransitionTime: at,
    };
  });
  const state = isReady ? { running: { startedAt: at } } : { waiting: { reason: 'ContainerCreating' } };
  const containerStatuses = [
    {
      name: 'app',
      image: container.image,
      imageID: '',
      ready: isReady,
      restartCount: 0,
      started: isReady,
      state,
      lastState: {},
    },
  ];
  const ip = `10.0.${(n >> 8) & 255}.${n & 255}`;
  const value = {
    metadata: { uid: pod.metadata.uid },
    status: {
      '$setElementOrder/conditions': TYPES.map((type) => ({ type })),
      conditions: [...conditions, { observedGeneration: 1, type: 'PodScheduled' }],
      containerStatuses,
      ...(isReady
        ? { phase: 'Running', podIP: ip, podIPs: [{ ip }] }
        : { hostIP: '172.16.0.2', hostIPs: [{ ip: '172.16.0.2' }] }),
      observedGeneration: 1,
      startTime: at,
    },
  };
  const name = pod.metadata.name as string;
  return { verb: 'patch', ...pods, subresource: 'status', name, patch: { type: 'strategic', value } as Sent['patch'] };
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

/** Costs in µs of CPU by kind of request: of the quickest of several batches, since others use the machine too. */
export function requests(batches = 12, size = 300): Readonly<Record<string, number>> {
  const links = new Links();
  const etcd = createEtcd({ members: 3, transport: links.transport });
  const servers = new ApiServerGroup({
    replicas: 2,
    etcd,
    transport: links.transport,
    disabledPlugins: ['ServiceAccount'],
  });
  const client = new Client();
  const components = [links, ...etcd.components, ...servers.components, client];
  const world = createWorld({ seed: 's', components, keepRecords: false });
  const from = links.transport.endpoint('client');
  const quickest: Record<string, number> = {};
  const send = (kind: string, who: { user: string; agent: string }, sent: readonly Sent[]): readonly KubeObject[] => {
    client.answers.length = 0;
    client.act = (ctx) => {
      sent.forEach((request, i) => {
        servers.submit(ctx, from, i % 2, { ...request, ...who }, { handler: client.ids[1], token: i });
      });
    };
    world.inject(client.ids[0], 0, 0);
    const cpu = process.cpuUsage();
    world.runUntil({ timeUs: world.nowUs + SECOND_US });
    const used = process.cpuUsage(cpu);
    const us = (used.user + used.system) / sent.length;
    quickest[kind] = Math.min(quickest[kind] ?? Infinity, us);
    return client.answers.map((answer) => {
      if (answer === undefined || answer.code >= 400)
        throw new Error(`${kind}: ${answer?.status?.message ?? 'no answer'}`);
      return answer.version?.object as KubeObject;
    });
  };
  world.runUntil({ timeUs: 3 * SECOND_US });
  const many = <T>(make: (i: number) => T) => Array.from({ length: size }, (_, i) => make(i));
  let nodes = send(
    'create node',
    KUBELET,
    many((i) => createNode(`n-${i}`)),
  );
  let held = send(
    'create lease',
    KUBELET,
    many((i) => createLease(`n-${i}`, nodes[i].metadata.uid as string)),
  );
  for (let k = 0; k < batches; k++) {
    const at = `2026-01-01T00:${String(k % 60).padStart(2, '0')}:10Z`;
    let made = send('create pod', CONTROLLER, many(createPod));
    send(
      'bind',
      SCHEDULER,
      many((i) => bind(made[i], `n-${i}`)),
    );
    made = send(
      'pod status: creating',
      KUBELET,
      many((i) => podStatus(made[i], false, at, i)),
    );
    send(
      'create event',
      KUBELET,
      many((i) => createEvent(made[i], at, k * size + i)),
    );
    send(
      'pod status: running',
      KUBELET,
      many((i) => podStatus(made[i], true, at, i)),
    );
    nodes = send(
      'node status',
      KUBELET,
      many((i) => nodeStatus(nodes[i], k)),
    );
    for (let j = 0; j < 3; j++)
      held = send(
        'renew lease',
        KUBELET,
        many((i) => renewLease(held[i], k * 3 + j + 1)),
      );
  }
  return Object.fromEntries(Object.entries(quickest).map(([kind, us]) => [kind, round(us, 1)]));
}

if (path.basename(import.meta.dirname) === 'test-bench-requests-ts')
  console.log(JSON.stringify({ requests: requests() }));
