import type { ComponentId, HandlerId, ObjId, RecordId, TimeUs, WhyId } from './ids.ts';
import type { ObjectTable, StringTable } from './names.ts';
import type { Containers } from './state.ts';

/** Handle of a scheduled event; carries a generation, so a stale ticket cancels nothing. 0 = none. */
export type Ticket = number;

/** A keyed random stream: the hash of the scenario's seed and the stream's name. See `StreamName`. */
export type StreamKey = number;

/**
 * Events are data: (time, rank, sequence, handler, a, b, payload, cause, why). Order is total: time, then rank
 * (0 external input, 1 fault, 2 ordinary by sequence, 3 skippable by (handler, a, b)).
 */
export interface HandlerSpec {
  name: string;
  /** A skippable handler has no effect unless the state says so; it takes no sequence number and runs after all
   * ordinary events of its instant, so that running or skipping it changes nothing else. */
  skippable?: boolean;
  /** Documents that every event of this handler is scheduled with this delay. The queue finds constant delays by itself
   * and keeps them in FIFO lanes. */
  laneDelayUs?: TimeUs;
  run(ctx: WorldContext, a: number, b: number, payload: unknown): void;
}

export const RANK_EXTERNAL = 0;
export const RANK_FAULT = 1;
export const RANK_ORDINARY = 2;
export const RANK_SKIPPABLE = 3;

export interface WorldContext {
  readonly nowUs: TimeUs;
  /** The record that the running event descends from; what is scheduled or recorded now has it as its cause. */
  readonly cause: RecordId;
  /** Sets the cause for what follows in this handler run, e.g. the record of the watch event at hand. */
  setCause(record: RecordId): void;
  /** `payload` must be immutable and encodable by `valueCodec`. A delay of 0 runs later in this instant. */
  schedule(delayUs: TimeUs, handler: HandlerId, a: number, b: number, why: WhyId, payload?: unknown): Ticket;
  /** As schedule, at an absolute time >= nowUs, with a rank (default ordinary). */
  scheduleAt(
    timeUs: TimeUs,
    handler: HandlerId,
    a: number,
    b: number,
    why: WhyId,
    payload?: unknown,
    rank?: number,
  ): Ticket;
  cancel(t: Ticket): boolean;
  /** u32, stateless: the same (stream, purpose, n) always gives the same draw. One draw per decision. */
  draw(stream: StreamKey, purpose: number, n: number): number;
  /**
   * The key of a stream by its stable name, e.g. `link/kubelet-n1/apiserver-0` (cached). Whoever keeps a key must ask again
   * when `drawRoot` is another one: the engine's `NamedStream` does.
   */
  stream(name: string): StreamKey;
  /** Tells the seeds of a run apart: a run may go on with another seed, and a world may go back to before. */
  readonly drawRoot: StreamKey;
  /** Appends a 32-byte effect record, enters it in the digest and makes it the cause of what follows in this run. */
  record(kind: RecordKind, actor: ComponentId, obj: ObjId, a: number, b: number, hash: number): RecordId;
  /** A second cause: coalesced queue adds, batched slices, merged statuses. */
  join(into: RecordId, other: RecordId): void;
  readonly strings: StringTable;
  readonly objects: ObjectTable;
  readonly components: ComponentControl;
  /** Debug option: lazily computed timers are to be scheduled and run, every one. The digest must not change. */
  readonly fireAllTimers: boolean;
}

/** Stopping and starting of components by faults. Events addressed to a component that is down, or to an earlier life of
 * it, are dropped when they are due. */
export interface ComponentControl {
  find(name: string): ComponentId | undefined;
  name(id: ComponentId): string;
  isUp(id: ComponentId): boolean;
  /** Calls `crash` of the component; false when it was down already. */
  crash(id: ComponentId): boolean;
  /** Calls `start` of the component; false when it was up already. */
  start(id: ComponentId): boolean;
}

export interface Component {
  /** Unique in the world: `etcd-0`, `apiserver-1`, `kube-scheduler-0`, `kubelets`, ... */
  readonly name: string;
  /** Called once at build, before any event; keeps the id and makes all containers. */
  init(c: Containers, id: ComponentId): void;
  /** Called once after init of all components; the returned ids are at the same places as the specs. */
  handlers(): readonly HandlerSpec[];
  registered(ids: readonly HandlerId[]): void;
  /** First start at t = 0 and each start after a crash. */
  start(ctx: WorldContext): void;
  /** Loses volatile containers and ignores events addressed to its former life. */
  crash(ctx: WorldContext): void;
}

/** Kinds of effect records; `trace/kinds.ts` says what a and b are. Numbers are part of the recording format. */
export const RecordKind = {
  /** The start of the world; record 0. */
  clock: 0,
  /** A delay with a name ran out: a = why, b = delay in ms (rounded down). Written by the engine for whys with `hop`. */
  hop: 1,
  /** A version was committed: obj, a = verb (0 create, 1 update, 2 delete) | resource string id << 2, b = revision, hash = content. */
  write: 2,
  /** The state of a pod that people see changed: obj = pod, a = PodState, b = ObjId of the node (0 = none). */
  podState: 3,
  /** obj = node, a = bit set of NodeState. */
  nodeState: 4,
  /** obj = pod or other dependent, a = ObjId of its controller. */
  owner: 5,
  /** obj = pod, a = ObjId of the chosen node, b = attempt. */
  decision: 6,
  /** obj = pod, a = string id of the message, b = attempt. */
  decisionFailed: 7,
  /** obj = involved object, a = string id of the reason, b = string id of the message; hash = 1 for Warning. */
  kubeEvent: 8,
  /** obj = target or 0, a = string id of the fault's kind, b = 1 begin, 0 end; hash = string id of its description. */
  fault: 9,
  /** a = string id of the election (`etcd`, `kube-scheduler`, ...), b = string id of the leader. */
  leader: 10,
  /** A request from outside: a = string id of verb, b = string id of path. */
  external: 11,
  /** a = string id of the expectation's name, b = 1 passed, 0 failed. */
  expectation: 12,
  /** A checker's finding: a = string id of the checker, b = string id of the message. */
  violation: 13,
  /** A step in the life of a container: obj = pod, a = ContainerStep | container index << 8, b = restart count. */
  container: 14,
  /** A request ended in an error: obj, a = code, b = string id of message. */
  refused: 15,
  /** Endpoint membership: obj = service, a = ObjId of the pod, b = 1 ready, 0 not. */
  endpoint: 16,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** What a pod looks like to a person, from its stored object alone. */
export const PodState = {
  pending: 0,
  scheduled: 1,
  initializing: 2,
  starting: 3,
  running: 4,
  ready: 5,
  crashLoop: 6,
  imagePull: 7,
  terminating: 8,
  succeeded: 9,
  failed: 10,
  unknown: 11,
  deleted: 12,
} as const;
export type PodState = (typeof PodState)[keyof typeof PodState];

export const NodeState = {
  ready: 1,
  unknown: 2,
  cordoned: 4,
  noExecute: 8,
  noSchedule: 16,
  pressure: 32,
  deleted: 64,
} as const;

export const ContainerStep = {
  pulling: 0,
  pulled: 1,
  created: 2,
  started: 3,
  exited: 4,
  killing: 5,
  probeFailed: 6,
  backOff: 7,
} as const;

/** A named cause of delay. It cannot be reconstructed afterwards, so every `schedule` names one. */
export interface Why {
  readonly parameter: string;
  readonly component: string;
  /** A hop of this kind stands in a pod's story of its own; others are summed up as `request and watch latency`. */
  readonly hop: boolean;
  readonly source: string;
}
