/** The node's own part of the kubelet: registration, node status, lease (kubelet_node_status.go, nodestatus/setters.go). */

import { formatDurationUs } from '../api/machinery/duration.ts';
import { milliValue } from '../api/machinery/quantity.ts';
import { type ClientRequest, isError, microTimestamp, prefixed } from '../client/index.ts';
import {
  type ApiResponse,
  type Containers,
  type Json,
  type KubeObject,
  type LeaseRenewals,
  type ObjectMeta,
  type PagedF64,
  type PagedTable,
  type RenewalOutcome,
  type TimeUs,
  type Version,
  WHY,
  type WorldContext,
} from '../contracts/index.ts';
import { allocatableOf } from './allocatable.ts';
import { jitter, type KubeletCore, SECOND } from './core.ts';
import { parseGoDuration } from './kwok/lifecycle.ts';
import { assign, type Draft, type NodeRow } from './rows.ts';
import { diffObject, sameJson } from './statusPatch.ts';

const LEASES = 'leases.coordination.k8s.io';
const PURPOSE_LEASE = 3;
/** pkg/kubelet/kubelet.go genericPlegRelistThreshold and ContainerGCPeriod. */
const PLEG_THRESHOLD_US = 180 * SECOND;
const COLLECTION_US = 60 * SECOND;
const PURPOSE_STATUS = 4;
/** Of the ticks of nodeStatusUpdateFrequency. */
const STATUS_JITTER = 0.04;
const PURPOSE_REPORT = 5;
/** From the registration to the first status that says Ready: recorded as 100 to 530 ms, most of 180 to 350. */
const FIRST_REPORT_US = 250_000;

const CGROUP_V1 =
  'cgroup v1 detected. cgroup v1 support is deprecated and will be removed in a future release. Please migrate to cgroup v2. More information at https://git.k8s.io/enhancements/keps/sig-node/5573-remove-cgroup-v1';

/** nodestatus/setters.go: the pressure conditions, with reason (of the condition `Kubelet...`, of the event `Node...`) and message. */
const PRESSURES = [
  {
    type: 'MemoryPressure',
    high: ['HasInsufficientMemory', 'kubelet has insufficient memory available'],
    low: ['HasSufficientMemory', 'kubelet has sufficient memory available'],
  },
  {
    type: 'DiskPressure',
    high: ['HasDiskPressure', 'kubelet has disk pressure'],
    low: ['HasNoDiskPressure', 'kubelet has no disk pressure'],
  },
  {
    type: 'PIDPressure',
    high: ['HasInsufficientPID', 'kubelet has insufficient PID available'],
    low: ['HasSufficientPID', 'kubelet has sufficient PID available'],
  },
] as const;

interface Agent {
  readonly registered: boolean;
  readonly warm: boolean;
  readonly synced: boolean;
  readonly takesPods: boolean;
  readonly ready: boolean;
  /** The status as last written. */
  readonly status: Json | undefined;
  readonly reportedUs: TimeUs;
  readonly leaseKnown: boolean;
  readonly sent: number;
  readonly pressure: readonly string[];
  readonly request: '' | 'create' | 'get' | 'status';
  readonly failures: number;
  readonly shuttingDown: boolean;
  /** The machine was given other amounts than its spec says. */
  readonly resized: Readonly<Record<string, string>> | undefined;
}

const FRESH: Agent = {
  registered: false,
  warm: false,
  synced: false,
  takesPods: false,
  ready: false,
  status: undefined,
  reportedUs: 0,
  leaseKnown: false,
  sent: 0,
  pressure: [],
  request: '',
  failures: 0,
  shuttingDown: false,
  resized: undefined,
};

function copyAgent(a: Agent): Draft<Agent> {
  return {
    registered: a.registered,
    warm: a.warm,
    synced: a.synced,
    takesPods: a.takesPods,
    ready: a.ready,
    status: a.status,
    reportedUs: a.reportedUs,
    leaseKnown: a.leaseKnown,
    sent: a.sent,
    pressure: a.pressure,
    request: a.request,
    failures: a.failures,
    shuttingDown: a.shuttingDown,
    resized: a.resized,
  };
}

/** Address of the n-th machine, counted from 0, where its spec names none. */
export function machineAddress(node: number): string {
  const n = node + 1;
  return `172.${16 + Math.floor(n / 65536)}.${Math.floor(n / 256) % 256}.${n % 256}`;
}

export class NodeAgent {
  private readonly core: KubeletCore;
  private readonly ready: (ctx: WorldContext, node: number) => void;
  private agents!: PagedTable<Agent>;
  /** The leases as their kubelets know them. */
  private leases!: PagedTable<Version>;
  /** Two by node: their revisions, and how many periods each kubelet has drawn. */
  private leaseState!: PagedF64;
  /** This node agent among the callers of the servers' computed renewals. */
  private renewals: LeaseRenewals | undefined;
  private renewer = -1;

  constructor(core: KubeletCore, ready: (ctx: WorldContext, node: number) => void) {
    this.core = core;
    this.ready = ready;
  }

  init(c: Containers): void {
    const own = prefixed(c, 'agent');
    this.agents = own.table('nodes');
    this.leases = own.table('leases', { rowBytes: 0 });
    this.leaseState = own.f64('leaseState');
  }

  private get(node: number): Agent {
    return this.agents.get(node) ?? FRESH;
  }

  private set(node: number, change: Partial<Agent>): void {
    this.agents.put(node, assign(copyAgent(this.get(node)), change));
  }

  address(node: number): string {
    const { spec } = this.core.node(node);
    if (spec.address) return spec.address;
    return machineAddress(node);
  }

  takesPods(node: number): boolean {
    return this.get(node).takesPods;
  }

  /** The node as the kubelet knows it: from its informer, or as it registered. */
  object(node: number): KubeObject {
    return this.core.node(node).node ?? this.initialNode(node, 0);
  }

  allocatable(node: number): Readonly<Record<string, string>> {
    const own = allocatableOf(this.core.node(node).spec);
    const { resized } = this.get(node);
    return resized === undefined ? own : { ...own, ...resized };
  }

  /** The machine has other amounts from now on (undefined = those of its spec again); the kubelet reports them when it looks next. */
  resize(ctx: WorldContext, node: number, resized: Readonly<Record<string, string>> | undefined): void {
    this.set(node, { resized });
    if (this.core.node(node).running) this.wake(ctx, node);
  }

  /** A machine holds at least what pods may use of it. */
  private capacity(node: number): Readonly<Record<string, string>> {
    const { capacity } = this.core.node(node).spec;
    const { resized } = this.get(node);
    if (resized === undefined) return capacity;
    const larger = Object.entries(resized).filter(
      ([name, text]) => capacity[name] === undefined || milliValue(text) > milliValue(capacity[name]),
    );
    return { ...capacity, ...Object.fromEntries(larger) };
  }

  start(ctx: WorldContext, node: number, warm: boolean): void {
    this.set(node, {
      ...FRESH,
      warm,
      registered: warm,
      ready: warm,
      resized: this.get(node).resized,
      reportedUs: ctx.nowUs,
    });
    const row = this.core.node(node);
    if (row.hungSinceUs >= 0) this.watchHung(ctx, node);
    if (!warm) {
      this.core.nodeEvent(ctx, node, 'Normal', 'Starting', 'Starting kubelet.');
      if (row.spec.cgroupV1) this.core.nodeEvent(ctx, node, 'Warning', 'CgroupV1', CGROUP_V1);
      ctx.schedule(300_000, this.core.handlers.register, node, row.life, WHY.none, 'register');
      ctx.schedule(0, this.core.handlers.lease, node, row.life, WHY.leaseRenew);
    } else {
      ctx.schedule(this.leasePeriod(ctx, node, row), this.core.handlers.lease, node, row.life, WHY.leaseRenew);
      this.scheduleReport(ctx, node);
    }
  }

  isShuttingDown(node: number): boolean {
    return this.get(node).shuttingDown;
  }

  /** Nothing about the node as such keeps pods away. */
  isOpen(node: number): boolean {
    const { shuttingDown, pressure } = this.get(node);
    const taints = this.core.node(node).node?.spec?.taints;
    return !shuttingDown && pressure.length === 0 && this.core.node(node).node !== undefined && !(taints?.length > 0);
  }

  pressure(node: number): readonly string[] {
    return this.get(node).pressure;
  }

  /** The pressure conditions that hold, as the eviction manager says. */
  setPressure(ctx: WorldContext, node: number, pressure: readonly string[]): void {
    const before = this.get(node).pressure;
    if (before.length === pressure.length && before.every((p, i) => p === pressure[i])) return;
    this.set(node, { pressure });
    this.wake(ctx, node);
  }

  /** From now on the node is not ready and takes no pods. */
  shutDown(ctx: WorldContext, node: number): void {
    this.set(node, { shuttingDown: true });
    this.report(ctx, node);
  }

  /** Both informers have their first lists. */
  sourcesReady(ctx: WorldContext, node: number): void {
    this.set(node, { synced: true });
    this.maybeReady(ctx, node);
  }

  private maybeReady(ctx: WorldContext, node: number): void {
    const agent = this.get(node);
    if (!agent.synced || !agent.registered || agent.takesPods) return;
    this.set(node, { takesPods: true });
    this.ready(ctx, node);
  }

  /** The runtime hangs, or answers again: relists fail meanwhile, and so does each minute's collection of dead containers. */
  hang(ctx: WorldContext, node: number, isHung: boolean): void {
    const row = this.core.node(node);
    if (!row.on || row.hungSinceUs >= 0 === isHung) return;
    this.core.setNode(node, { hungSinceUs: isHung ? ctx.nowUs : -1 });
    if (!row.running) return;
    this.wake(ctx, node);
    if (isHung) this.watchHung(ctx, node);
  }

  /** What the kubelet at hand says of a runtime that hangs. */
  private watchHung(ctx: WorldContext, node: number): void {
    const { life, startedUs, hungSinceUs: sinceUs } = this.core.node(node);
    this.core.later(ctx, PLEG_THRESHOLD_US + 1, WHY.none, { on: 'hung', node, life, sinceUs, what: 'pleg' });
    const ranUs = (ctx.nowUs - startedUs) % COLLECTION_US;
    this.core.later(ctx, COLLECTION_US - ranUs, WHY.none, { on: 'hung', node, life, sinceUs, what: 'collect' });
  }

  /** `sinceUs`: since when it hung as this was planned. */
  stillHung(ctx: WorldContext, node: number, sinceUs: TimeUs, what: 'pleg' | 'collect'): void {
    const { hungSinceUs, life } = this.core.node(node);
    if (hungSinceUs !== sinceUs) return;
    if (what === 'pleg') {
      if (this.plegProblem(node, ctx.nowUs) !== '') this.wake(ctx, node);
      return;
    }
    const text = 'rpc error: code = DeadlineExceeded desc = context deadline exceeded';
    this.core.nodeEvent(ctx, node, 'Warning', 'ContainerGCFailed', text);
    this.core.later(ctx, COLLECTION_US, WHY.none, { on: 'hung', node, life, sinceUs, what });
  }

  /** GenericPLEG.Healthy: nothing was heard of the runtime's pods for three minutes, or by this kubelet. */
  private plegProblem(node: number, nowUs: TimeUs): string {
    const { hungSinceUs, startedUs } = this.core.node(node);
    if (hungSinceUs >= 0 && startedUs > hungSinceUs) return 'PLEG is not healthy: pleg has yet to be successful';
    const silentUs = nowUs - hungSinceUs;
    if (hungSinceUs < 0 || silentUs <= PLEG_THRESHOLD_US) return '';
    return `PLEG is not healthy: pleg was last seen active ${formatDurationUs(silentUs)} ago; threshold is 3m0s`;
  }

  private conditions(node: number, nowUs: TimeUs, ready: boolean): readonly KubeObject['status'][] {
    const now = this.core.time(nowUs);
    const { runtime, network } = this.core.runtime.condition(node);
    const leaving = this.get(node).shuttingDown ? 'node is shutting down' : '';
    const problem = [
      runtime,
      this.plegProblem(node, nowUs),
      leaving,
      network === '' ? '' : `container runtime network not ready: ${network}`,
    ]
      .filter((t) => t !== '')
      .join(', ');
    const isReady = ready && problem === '';
    const text = problem !== '' ? problem : '[container runtime status check may not have completed yet]';
    const { pressure } = this.get(node);
    const drafts = [
      ...PRESSURES.map((p) => {
        const holds = pressure.includes(p.type);
        const [reason, message] = holds ? p.high : p.low;
        return { type: p.type, status: holds ? 'True' : 'False', reason: `Kubelet${reason}`, message };
      }),
      isReady
        ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
        : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: text },
    ];
    const before = (this.core.node(node).node?.status?.conditions ?? []) as readonly {
      type: string;
      status: string;
      lastTransitionTime: string;
    }[];
    return drafts.map((d) => {
      const old = before.find((b) => b.type === d.type);
      return {
        type: d.type,
        status: d.status,
        reason: d.reason,
        message: d.message,
        lastHeartbeatTime: now,
        lastTransitionTime: old?.status === d.status ? old.lastTransitionTime : now,
      };
    });
  }

  private statusOf(node: number, nowUs: TimeUs, ready: boolean): KubeObject['status'] {
    const { spec, bootID, node: known } = this.core.node(node);
    const foreign = ((known?.status?.conditions ?? []) as readonly { type: string }[]).filter(
      (c) => !['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].includes(c.type),
    );
    return {
      capacity: this.capacity(node),
      allocatable: this.allocatable(node),
      conditions: [...foreign, ...this.conditions(node, nowUs, ready)],
      addresses: [
        { type: 'InternalIP', address: this.address(node) },
        { type: 'Hostname', address: spec.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        machineID: spec.name,
        systemUUID: spec.name,
        bootID: `${spec.name}-${bootID}`,
        kernelVersion: '6.12.0',
        osImage: 'Linux',
        containerRuntimeVersion: 'containerd://2.1.5',
        kubeletVersion: 'v1.35.4',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
        ...(spec.nodeInfo ?? {}),
      },
    };
  }

  private initialNode(node: number, nowUs: TimeUs): KubeObject {
    const { spec } = this.core.node(node);
    const taints = [
      ...(spec.taints ?? []),
      ...((spec.kubeletConfiguration?.registerWithTaints ?? []) as readonly Json[]),
    ];
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: spec.name,
        labels: {
          'beta.kubernetes.io/arch': 'amd64',
          'beta.kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'kubernetes.io/hostname': spec.name,
          'kubernetes.io/os': 'linux',
          ...(spec.zone ? { 'topology.kubernetes.io/zone': spec.zone } : {}),
          ...(spec.region ? { 'topology.kubernetes.io/region': spec.region } : {}),
          ...(spec.labels ?? {}),
        },
        annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true', ...(spec.annotations ?? {}) },
      },
      spec: { ...(spec.providerID ? { providerID: spec.providerID } : {}), ...(taints.length > 0 ? { taints } : {}) },
      status: this.statusOf(node, nowUs, false),
    };
  }

  /** A step of the start-up or of the report, by name. */
  step(ctx: WorldContext, node: number, step: string): void {
    if (step === 'register') this.register(ctx, node);
    else if (step === 'report') this.report(ctx, node);
  }

  private register(ctx: WorldContext, node: number): void {
    if (this.get(node).failures === 0) {
      // Until there is a Node, getNodeAnyWay makes one each time it is asked: twice before the runtime's modules have started.
      const isNew = this.core.node(node).node === undefined;
      for (let i = 0; i < (isNew ? 2 : 0); i++) this.tellConditions(ctx, node);
      this.core.nodeEvent(ctx, node, 'Normal', 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
    }
    this.tellConditions(ctx, node);
    this.set(node, { request: 'create' });
    const body = this.initialNode(node, ctx.nowUs);
    this.core.request(ctx, node, { verb: 'create', resource: 'nodes', namespace: '', name: '', body }, 'node', 0);
  }

  /** The events of the setters of conditions for a Node that is made anew. */
  private tellConditions(ctx: WorldContext, node: number): void {
    const { name } = this.core.node(node).spec;
    for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID']) {
      this.core.nodeEvent(ctx, node, 'Normal', reason, `Node ${name} status is now: ${reason}`);
    }
  }

  answered(ctx: WorldContext, node: number, what: 'node' | 'lease' | 'status', answer: ApiResponse | undefined): void {
    if (what === 'lease') {
      this.leaseAnswered(ctx, node, answer);
      return;
    }
    const { request, failures } = this.get(node);
    this.set(node, { request: '' });
    if (request === 'create') {
      if (answer?.code === 201 || answer?.code === 409) this.nodeExists(ctx, node, answer);
      else {
        // registerWithAPIServer: 100 ms, doubled, to 7 s.
        this.set(node, { failures: failures + 1 });
        const delayUs = Math.min(7 * SECOND, 100_000 * 2 ** Math.min(failures, 10));
        ctx.schedule(
          delayUs,
          this.core.handlers.register,
          node,
          this.core.node(node).life,
          WHY.clientRetry,
          'register',
        );
      }
      return;
    }
    if (request === 'status' && answer?.version) this.core.setNode(node, { node: answer.version.object });
    else if (request === 'status' && isError(answer)) this.wake(ctx, node);
  }

  private nodeExists(ctx: WorldContext, node: number, answer: ApiResponse): void {
    if (answer.version) this.core.setNode(node, { node: answer.version.object });
    this.set(node, { registered: true });
    this.maybeReady(ctx, node);
    // fastStatusUpdateOnce: the status goes out as soon as the node is ready.
    ctx.schedule(
      FIRST_REPORT_US,
      this.core.handlers.register,
      node,
      this.core.node(node).life,
      WHY.nodeStatusUpdate,
      'report',
    );
  }

  /**
   * The node's status has changed (or may have): it is computed at the next tick of nodeStatusUpdateFrequency. The ticks follow
   * from the kubelet's start, each 0 to 4 % late (JitterUntil), so the middle of that is where the next one is expected.
   */
  wake(ctx: WorldContext, node: number): void {
    const row = this.core.node(node);
    const periodUs = parseGoDuration(row.spec.kubeletConfiguration?.nodeStatusUpdateFrequency ?? '10s') ?? 10 * SECOND;
    const draw = ctx.draw(ctx.stream(`kubelet/${row.spec.name}`), PURPOSE_STATUS, this.get(node).sent);
    const tickUs = jitter(periodUs, STATUS_JITTER, 2 ** 31);
    const leftUs = tickUs - ((ctx.nowUs - row.startedUs) % tickUs);
    const delayUs = Math.min(leftUs, tickUs) + jitter(periodUs, STATUS_JITTER, draw) - periodUs;
    ctx.schedule(delayUs, this.core.handlers.nodeStatus, node, row.life, WHY.nodeStatusUpdate);
  }

  tick(ctx: WorldContext, node: number): void {
    this.report(ctx, node);
  }

  /** tryUpdateNodeStatus: writes the status, and plans the next report. */
  private report(ctx: WorldContext, node: number): void {
    const known = this.core.node(node).node;
    const agent = this.get(node);
    if (known === undefined || agent.request !== '') {
      this.scheduleReport(ctx, node);
      return;
    }
    const next = { ...known.status, ...this.statusOf(node, ctx.nowUs, true) };
    const isReady = next.conditions.some(
      (c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True',
    );
    const wasReady =
      known.status?.conditions?.some(
        (c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True',
      ) ?? false;
    if (isReady !== wasReady) {
      const reason = isReady ? 'NodeReady' : 'NodeNotReady';
      this.core.nodeEvent(
        ctx,
        node,
        'Normal',
        reason,
        `Node ${this.core.node(node).spec.name} status is now: ${reason}`,
      );
    }
    this.tellPressure(ctx, node, known.status, next);
    const patch = diffObject(known.status ?? {}, next);
    this.set(node, { request: 'status', sent: agent.sent + 1, ready: isReady, reportedUs: ctx.nowUs });
    const { name } = this.core.node(node).spec;
    this.core.request(
      ctx,
      node,
      {
        verb: 'patch',
        resource: 'nodes',
        namespace: '',
        name,
        subresource: 'status',
        patch: { type: 'strategic', value: { status: patch } },
      },
      'node',
      0,
    );
    this.scheduleReport(ctx, node);
    // What it says of a runtime that hangs is another text each time.
    if (this.plegProblem(node, ctx.nowUs) !== '') this.wake(ctx, node);
  }

  /** The events of changed pressure conditions, as their setters write them: also of what others had put to Unknown. */
  private tellPressure(
    ctx: WorldContext,
    node: number,
    before: KubeObject['status'],
    after: KubeObject['status'],
  ): void {
    const said = (status: KubeObject['status'], type: string): string =>
      (status?.conditions ?? []).find((c: { type: string }) => c.type === type)?.status ?? 'False';
    for (const { type, high, low } of PRESSURES) {
      const now = said(after, type);
      if (said(before, type) === now) continue;
      const reason = `Node${now === 'True' ? high[0] : low[0]}`;
      const { name } = this.core.node(node).spec;
      this.core.nodeEvent(ctx, node, 'Normal', reason, `Node ${name} status is now: ${reason}`);
    }
  }

  private scheduleReport(ctx: WorldContext, node: number): void {
    const row = this.core.node(node);
    const period = parseGoDuration(row.spec.kubeletConfiguration?.nodeStatusReportFrequency ?? '5m') ?? 300 * SECOND;
    const draw = ctx.draw(ctx.stream(`kubelet/${row.spec.name}`), PURPOSE_REPORT, this.get(node).sent);
    const first = this.get(node).sent <= 1;
    const delayUs = first ? Math.floor(period * (0.5 + draw / 4294967296)) : period;
    const cause = ctx.cause;
    ctx.setCause(0);
    ctx.schedule(delayUs, this.core.handlers.register, node, row.life, WHY.nodeStatusUpdate, 'report');
    ctx.setCause(cause);
  }

  saw(_ctx: WorldContext, _node: number, _object: KubeObject): void {}

  /** Somebody deleted the Node: the kubelet does not register again by itself (it reads the node as missing). */
  deleted(_ctx: WorldContext, node: number): void {
    this.core.setNode(node, { node: undefined });
  }

  private leasePeriod(ctx: WorldContext, node: number, row: NodeRow): TimeUs {
    const seconds = row.spec.kubeletConfiguration?.nodeLeaseDurationSeconds ?? 40;
    const n = this.leaseState.get(2 * node + 1);
    this.leaseState.set(2 * node + 1, n + 1);
    return jitter((seconds * SECOND) / 4, 0.04, ctx.draw(row.stream, PURPOSE_LEASE, n));
  }

  /** Uses renewals that the servers compute; at build. */
  renewBy(renewals: LeaseRenewals): void {
    this.renewals = renewals;
    this.renewer = renewals.caller({
      request: (ctx, node) =>
        this.core.clients.signed(this.core.node(node).heartbeatClient, this.leaseRequest(ctx, node)),
      told: (ctx, node, life, outcome, version, answeredUs) => {
        const row = this.core.nodes.get(node);
        if (row?.life === life) this.renewed(ctx, node, row, outcome, version, answeredUs);
      },
    });
  }

  /** Creates or renews the node's lease. */
  renewLease(ctx: WorldContext, node: number): void {
    const version = this.leases.get(node);
    if (version !== undefined && this.renewals !== undefined) {
      const { heartbeatClient: client, stream, life, node: object } = this.core.node(node);
      const { clients } = this.core;
      const from = clients.config(client).endpoint;
      const replica = clients.replica(ctx, client);
      const rv = this.leaseState.get(2 * node);
      const n = this.leaseState.get(2 * node + 1);
      const uid = object?.metadata.uid;
      if (this.renewals.begin(ctx, this.renewer, from, replica, version, rv, uid, stream, n, node, life)) return;
    }
    this.core.request(ctx, node, this.leaseRequest(ctx, node), 'lease', 0);
  }

  private leaseRequest(ctx: WorldContext, node: number): ClientRequest {
    const lease = this.leases.get(node);
    const { name } = this.core.node(node).spec;
    const [resource, namespace] = [LEASES, 'kube-node-lease'];
    if (lease === undefined && !this.get(node).leaseKnown) return { verb: 'get', resource, namespace, name };
    const body = this.leaseBody(ctx, node);
    return { verb: lease ? 'update' : 'create', resource, namespace, name: lease ? name : '', body };
  }

  private leaseBody(ctx: WorldContext, node: number): KubeObject {
    const { name } = this.core.node(node).spec;
    const lease = this.leases.get(node)?.object;
    const owner = this.core.node(node).node?.metadata.uid;
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name,
        namespace: 'kube-node-lease',
        resourceVersion: lease ? String(this.leaseState.get(2 * node)) : undefined,
        uid: lease?.metadata.uid,
        ownerReferences: owner ? ownedBy(lease, name, owner) : undefined,
      },
      spec: {
        holderIdentity: name,
        leaseDurationSeconds: this.core.node(node).spec.kubeletConfiguration?.nodeLeaseDurationSeconds ?? 40,
        renewTime: microTimestamp(this.core.clock, ctx.nowUs),
      },
    };
  }

  /** What became of a renewal that was computed; called when it is written. */
  private renewed(
    ctx: WorldContext,
    node: number,
    row: NodeRow,
    outcome: RenewalOutcome,
    version: Version | undefined,
    answeredUs: TimeUs,
  ): void {
    if (outcome === 'renewed' && version !== undefined) {
      this.leaseState.set(2 * node, version.rv);
      this.planLease(ctx, node, row, answeredUs - ctx.nowUs);
    } else if (outcome === 'again') this.core.request(ctx, node, this.leaseRequest(ctx, node), 'lease', 0);
    else this.core.awaitNothing(ctx, node, this.leaseRequest(ctx, node), 'lease');
  }

  /** The next renewal, a period from when the answer is there. */
  private planLease(ctx: WorldContext, node: number, row: NodeRow, afterUs: TimeUs): void {
    const { cause } = ctx;
    ctx.setCause(0);
    ctx.schedule(afterUs + this.leasePeriod(ctx, node, row), this.core.handlers.lease, node, row.life, WHY.leaseRenew);
    ctx.setCause(cause);
  }

  private leaseAnswered(ctx: WorldContext, node: number, answer: ApiResponse | undefined): void {
    const { leaseKnown } = this.get(node);
    if (answer?.code === 404) {
      this.leases.free(node);
      this.set(node, { leaseKnown: true });
      if (!leaseKnown) {
        this.renewLease(ctx, node);
        return;
      }
    } else if (answer?.code === 409) {
      this.leases.free(node);
      this.set(node, { leaseKnown: false });
    } else if (answer?.version) {
      const isFirst = this.leases.get(node) === undefined;
      this.leases.put(node, answer.version);
      this.leaseState.set(2 * node, answer.version.rv);
      if (!leaseKnown) this.set(node, { leaseKnown: true });
      if (isFirst && answer.code === 200) {
        this.renewLease(ctx, node);
        return;
      }
    }
    this.planLease(ctx, node, this.core.node(node), 0);
  }
}

/** The reference to the node: the one that the lease has, where it is as it should be. */
function ownedBy(lease: KubeObject | undefined, name: string, uid: string): ObjectMeta['ownerReferences'] {
  const held = lease?.metadata.ownerReferences;
  const reference = { apiVersion: 'v1', kind: 'Node', name, uid };
  return held?.length === 1 && sameJson(held[0] as never, reference) ? held : [reference];
}
