import {
  type ApiClients,
  type ClientRequest,
  EventRecorders,
  prefixed,
  timestamp,
  type WallClock,
} from '../client/index.ts';
import {
  type ComponentId,
  ContainerStep,
  type Containers,
  type IntMap,
  type IntSets,
  type KubeObject,
  type ObjectMeta,
  type PagedF64,
  type PagedI32,
  type PagedTable,
  type Patch,
  RecordKind,
  type RequestOptions,
  type Ticket,
  type TimeUs,
  type Version,
  WHY,
  type WhyId,
  type WorldContext,
} from '../contracts/index.ts';
import { Claimed } from './claimed.ts';
import type { ProbeObserver } from './probes.ts';
import { assign, copyNode, copyPod, type Draft, type NodeRow, type PodRow } from './rows.ts';
import type { Cont, ContainerRuntime, RuntimeAnswer, RuntimeCall, RuntimePodRef } from './runtime.ts';
import { containerNumber, fieldPathOf } from './spec.ts';

export const SECOND = 1_000_000;

/** The status manager of a node waits, is about to look for what to send, or waits for an answer (and will look then). */
export const STATUS_IDLE = 0;
export const STATUS_SIGNALLED = 1;
export const STATUS_SENDING = 2;

/** Handlers of the component, by what they are for; set once at build. */
export interface Handlers {
  pleg: number;
  tick: number;
  worker: number;
  timer: number;
  probe: number;
  status: number;
  statusSync: number;
  deadline: number;
  lease: number;
  nodeStatus: number;
  register: number;
}

/** Events that tell of a step in a container's life. */
const STEP_OF: ReadonlyMap<string, number> = new Map<string, number>([
  ['Pulling', ContainerStep.pulling],
  ['Pulled', ContainerStep.pulled],
  ['Created', ContainerStep.created],
  ['Started', ContainerStep.started],
  ['Killing', ContainerStep.killing],
  ['Unhealthy', ContainerStep.probeFailed],
  ['BackOff', ContainerStep.backOff],
]);

/** State and services that all parts of the kubelet share. */
export class KubeletCore {
  readonly clients: ApiClients;
  readonly events: EventRecorders;
  readonly clock: WallClock;
  readonly probeObserver: ProbeObserver | undefined;
  runtime!: ContainerRuntime;
  actor: ComponentId = 0;
  nodes!: PagedTable<NodeRow>;
  /** A pod that runs as its object says, and that nothing touched since its kubelet began, is the object alone. */
  private pods!: PagedTable<PodRow | Version>;
  /** ObjId -> slot that the last pod of this name had; whether it has it still is to be seen there. */
  private byObj!: IntMap;
  /** The runtime's number -> slot of the pod's row. */
  private slots!: IntMap;
  /** By node. PLEG: the tick that is scheduled, or -1. */
  plegAtUs!: PagedF64;
  /** By node: what its status manager does (`STATUS_...`). */
  statusState!: PagedI32;
  podsOf!: IntSets;
  /** Node -> slots of pods that changed in the runtime since the last look. */
  dirtyOf!: IntSets;
  /** Node -> slots of pods that wait for the end of others (`waitsFor`). */
  waitersOf!: IntSets;
  /** Node -> slots of pods with a status or a deletion that the API may not have. */
  unsentOf!: IntSets;
  /** Node -> slots of pods whose status or deletion was not taken: they go with the next status of the node, or the full sync. */
  failedOf!: IntSets;
  /** Makes the row of a pod that was kept as an object; wired by the component. */
  wake: (slot: number, pod: Version) => PodRow = () => {
    throw new Error('not wired');
  };
  readonly claimed = new Claimed();
  /** Pods that just start take the short way; tests compare it with the general one. */
  hasShortWays = true;
  readonly handlers: Handlers = {
    pleg: 0,
    tick: 0,
    worker: 0,
    timer: 0,
    probe: 0,
    status: 0,
    statusSync: 0,
    deadline: 0,
    lease: 0,
    nodeStatus: 0,
    register: 0,
  };
  /** Sends a request whose answer goes to the node's part: wired by the component. */
  request: (ctx: WorldContext, node: number, request: ClientRequest, what: 'node' | 'lease', token: number) => void =
    () => {};

  /** Sends a status of a pod, or its deletion (no patch); the answer goes to the status manager. */
  requestStatus: (
    ctx: WorldContext,
    slot: number,
    row: PodRow,
    patch: Patch | undefined,
    options: RequestOptions | undefined,
  ) => void = () => {};

  /** A request of the node's part that was answered, and whose answer is lost. */
  awaitNothing: (ctx: WorldContext, node: number, request: ClientRequest, what: 'lease') => void = () => {};

  constructor(clients: ApiClients, clock: WallClock, probeObserver?: ProbeObserver) {
    this.clients = clients;
    this.probeObserver = probeObserver;
    this.clock = clock;
    this.events = new EventRecorders(clients, clock);
  }

  init(c: Containers): void {
    const own = prefixed(c, 'kubelet');
    this.nodes = own.table('nodes');
    this.pods = own.table('pods');
    this.slots = own.intMap('slots');
    this.plegAtUs = own.f64('plegAt');
    this.statusState = own.i32('statusState');
    this.podsOf = own.intSets('podsOf');
    this.byObj = own.intMap('byObj');
    this.claimed.init(own);
    this.dirtyOf = own.intSets('dirtyOf');
    this.unsentOf = own.intSets('unsentOf');
    this.failedOf = own.intSets('failedOf');
    this.waitersOf = own.intSets('waitersOf');
  }

  node(i: number): NodeRow {
    return this.nodes.get(i)!;
  }

  setNode(i: number, change: Partial<NodeRow>): NodeRow {
    const row = assign(copyNode(this.node(i)), change);
    this.nodes.set(i, row);
    return row;
  }

  pod(slot: number): PodRow {
    const row = this.pods.get(slot)!;
    return isRow(row) ? row : this.wake(slot, row);
  }

  /** The pod in a slot, if there is one. */
  podIn(slot: number): PodRow | undefined {
    const row = this.pods.get(slot);
    return row === undefined || isRow(row) ? row : this.wake(slot, row);
  }

  /** The object of a slot's pod, which is not woken for it. */
  objectIn(slot: number): KubeObject | undefined {
    const row = this.pods.get(slot);
    return row === undefined ? undefined : isRow(row) ? row.pod : row.object;
  }

  isAsleep(slot: number): boolean {
    const row = this.pods.get(slot);
    return row !== undefined && !isRow(row);
  }

  /** The slot of a pod's row by the runtime's number. */
  slotOf(id: number): number | undefined {
    return this.slots.get(id);
  }

  /** The slot of a pod's row by the pod's key. */
  slotOfKey(key: string): number | undefined {
    const id = this.runtime.find(key);
    return id === undefined ? undefined : this.slots.get(id);
  }

  /** The slot of a node's pod, woken or not. */
  slotOfPod(node: number, obj: number, metadata: ObjectMeta): number | undefined {
    return this.slotOfObj(node, obj, metadata) ?? this.slotOfKey(keyOf(node, metadata.uid ?? ''));
  }

  /** The same where the last pod of its name is this one. */
  slotOfObj(node: number, obj: number, { uid = '' }: ObjectMeta): number | undefined {
    const slot = this.byObj.get(obj);
    const row = slot === undefined ? undefined : this.pods.get(slot);
    if (row === undefined) return undefined;
    const isIt = isRow(row) ? row.uid === uid && row.node === node : row.object.metadata.uid === uid;
    return isIt ? slot : undefined;
  }

  addRow(row: PodRow): number {
    const slot = this.pods.alloc(row);
    this.slots.set(row.id, slot);
    if (row.obj !== 0) this.byObj.set(row.obj, slot);
    this.podsOf.add(row.node, slot);
    this.claimed.add(row.node, row.pod);
    return slot;
  }

  addAsleep(node: number, pod: Version): void {
    const slot = this.pods.alloc(pod);
    this.byObj.set(pod.obj, slot);
    this.podsOf.add(node, slot);
    this.claimed.add(node, pod.object);
  }

  /** The row of a pod that was asleep. */
  putRow(slot: number, row: PodRow): PodRow {
    this.slots.set(row.id, slot);
    this.pods.set(slot, row);
    return row;
  }

  dropRow(slot: number): void {
    const { id, node, pod } = this.pod(slot);
    this.claimed.remove(node, pod);
    this.slots.delete(id);
    this.podsOf.remove(node, slot);
    this.dirtyOf.remove(node, slot);
    this.unsentOf.remove(node, slot);
    this.failedOf.remove(node, slot);
    this.waitersOf.remove(node, slot);
    this.pods.free(slot);
  }

  put(slot: number, row: PodRow): void {
    this.pods.set(slot, row);
  }

  set(slot: number, change: Partial<PodRow>): PodRow {
    const row = assign(copyPod(this.pod(slot)), change);
    this.pods.set(slot, row);
    return row;
  }

  /** The pod in a slot if it is still the one with this uid and the kubelet process is the same. */
  live(slot: number, uid: string, life: number): PodRow | undefined {
    const row = this.pods.get(slot);
    // Nothing waits for a pod that is asleep.
    if (row === undefined || !isRow(row) || row.uid !== uid) return undefined;
    const node = this.node(row.node);
    return node.life === life && node.running ? row : undefined;
  }

  ref(row: PodRow): RuntimePodRef {
    return { id: row.id, key: row.key, node: row.node, pod: row.sync?.pod ?? row.pod };
  }

  time = (us: TimeUs): string => timestamp(this.clock, us);

  /** What comes now descends from the pod's last change in the runtime and waited since then. */
  hopSinceChange(ctx: WorldContext, { changedBy, changedUs }: PodRow, why: WhyId): void {
    ctx.setCause(changedBy);
    this.hop(ctx, why, changedUs);
  }

  /** What comes now waited since a time. */
  hop(ctx: WorldContext, why: WhyId, fromUs: TimeUs): void {
    ctx.record(RecordKind.hop, this.actor, 0, why, Math.floor((ctx.nowUs - fromUs) / 1000), 0);
  }

  /** The next tick of a node's one-second tickers at or after a time. */
  tickAt(node: number, us: TimeUs, offsetUs = 0): TimeUs {
    const phaseUs = this.node(node).phaseUs + offsetUs;
    return Math.ceil((us - phaseUs) / SECOND) * SECOND + phaseUs;
  }

  /** The last tick at or before now. */
  lastTick(node: number, nowUs: TimeUs): TimeUs {
    const { phaseUs } = this.node(node);
    return Math.floor((nowUs - phaseUs) / SECOND) * SECOND + phaseUs;
  }

  /** u32 draw of a pod's stream. */
  draw(ctx: WorldContext, row: PodRow, purpose: number, n: number): number {
    return ctx.draw(ctx.stream(`kubelet/${this.node(row.node).spec.name}/${row.uid}`), purpose, n);
  }

  call(ctx: WorldContext, slot: number, call: RuntimeCall, cont: Cont | undefined): void {
    this.runtime.call(ctx, this.ref(this.pod(slot)), call, cont);
  }

  /** The continuation of a timer runs as an answer without content. */
  later(ctx: WorldContext, delayUs: TimeUs, why: number, cont: Cont): Ticket {
    return ctx.schedule(delayUs, this.handlers.timer, 0, 0, why, cont);
  }

  opCont(slot: number): Cont {
    return this.opContOf(slot, this.pod(slot));
  }

  opContOf(slot: number, { uid, node, syncs }: PodRow): Cont {
    return { on: 'op', slot, uid, life: this.node(node).life, sync: syncs };
  }

  /** The runtime has something new of a pod, whose row is about to be stored: the next look at the node sees it. */
  noteChange(ctx: WorldContext, slot: number, row: Draft<PodRow>): void {
    if (!row.dirty) this.dirtyOf.add(row.node, slot);
    row.dirty = true;
    row.changedBy = ctx.cause;
    row.changedUs = ctx.nowUs;
    if (this.plegAtUs.get(row.node) >= ctx.nowUs) return;
    const node = this.node(row.node);
    if (!node.running) return;
    const atUs = this.tickAt(row.node, ctx.nowUs);
    this.plegAtUs.set(row.node, atUs);
    ctx.scheduleAt(atUs, this.handlers.pleg, row.node, node.life, WHY.none);
  }

  /** A step in the life of a container, as a record of the trace. */
  step(ctx: WorldContext, row: PodRow, container: string, step: number): void {
    const { namespace = '', name = '' } = row.pod.metadata;
    const number = containerNumber(row.pod, container);
    let restarts = 0;
    for (const c of row.cache.containers) {
      if (c.name !== container) continue;
      restarts = c.attempt;
      break;
    }
    const obj = row.obj !== 0 ? row.obj : ctx.objects.id('pods', namespace, name);
    ctx.record(RecordKind.container, this.actor, obj, step | (number << 8), restarts, 0);
  }

  /** An event about a pod, or one of its containers. */
  event(
    ctx: WorldContext,
    row: PodRow,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    container?: string,
  ): void {
    const step = container === undefined ? undefined : STEP_OF.get(reason);
    if (container !== undefined && step !== undefined) this.step(ctx, row, container, step);
    const { pod } = row;
    const isWhole = pod.kind === 'Pod' && pod.apiVersion === 'v1';
    const regarding = isWhole ? pod : { apiVersion: 'v1', kind: 'Pod', metadata: pod.metadata };
    const fieldPath = container === undefined ? undefined : fieldPathOf(pod, container);
    const spec = { regarding, fieldPath, type, reason, message, source: undefined };
    this.events.record(ctx, this.node(row.node).recorder, spec);
  }

  /** An event about the node, as its kubelet writes them: the uid is the node's name. */
  nodeEvent(ctx: WorldContext, node: number, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { name } = this.node(node).spec;
    const regarding: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } };
    const spec = { regarding, fieldPath: undefined, type, reason, message, source: undefined };
    this.events.record(ctx, this.node(node).recorder, spec);
  }
}

/** How the runtime knows a pod of a node: the number of the node and the uid. */
export const keyOf = (node: number, uid: string): string => [node, uid].join(':');

export const nodeOfKey = (key: string): number => Number(key.slice(0, key.indexOf(':')));

const isRow = (row: PodRow | Version): row is PodRow => (row as Partial<PodRow>).cache !== undefined;

/** Jitter of a duration by a u32 draw: [1, 1 + factor). */
export const jitter = (us: TimeUs, factor: number, draw: number): TimeUs =>
  Math.floor(us * (1 + factor * (draw / 4294967296)));

export type Answer = RuntimeAnswer;
