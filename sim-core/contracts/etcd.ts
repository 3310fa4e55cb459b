import type { StreamKey, WorldContext } from './engine.ts';
import type { EndpointId, HandlerId, ObjId, RecordId, Revision, TimeUs } from './ids.ts';

/** A stored value: a string in etcd's own tests, an immutable object (without resourceVersion) for the API server. */
export type EtcdValue = string | object;

export interface KeyValue {
  readonly key: string;
  readonly value: EtcdValue;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
  readonly version: number;
  readonly lease: number;
}

export interface Compare {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly target: 'version' | 'create' | 'mod' | 'value' | 'lease';
  readonly result: '=' | '>' | '<' | '!=';
  readonly operand: number | string;
}

export type EtcdOp =
  | {
      readonly op: 'put';
      readonly key: string;
      readonly value: EtcdValue;
      readonly lease?: number;
      readonly prevKv?: boolean;
      readonly ignoreValue?: boolean;
      readonly ignoreLease?: boolean;
    }
  | { readonly op: 'delete'; readonly key: string; readonly rangeEnd?: string; readonly prevKv?: boolean }
  | {
      readonly op: 'range';
      readonly key: string;
      readonly rangeEnd?: string;
      readonly revision?: Revision;
      readonly limit?: number;
      readonly countOnly?: boolean;
      readonly keysOnly?: boolean;
      readonly sort?: RangeSort;
      readonly filter?: RevisionFilter;
    }
  | {
      readonly op: 'txn';
      readonly compare: readonly Compare[];
      readonly success: readonly EtcdOp[];
      readonly failure: readonly EtcdOp[];
    };

/** Ties keep the order of keys. `none` with another target than the key means ascending. */
export interface RangeSort {
  readonly target: 'key' | 'version' | 'create' | 'mod' | 'value';
  readonly order: 'none' | 'ascend' | 'descend';
}

/** Bounds are inclusive; 0 or absent = none. */
export interface RevisionFilter {
  readonly minMod?: Revision;
  readonly maxMod?: Revision;
  readonly minCreate?: Revision;
  readonly maxCreate?: Revision;
}

export interface Txn {
  readonly compare: readonly Compare[];
  readonly success: readonly EtcdOp[];
  readonly failure: readonly EtcdOp[];
}

/** `revision` is the store's at that step of the transaction. */
export type EtcdOpResult =
  | { readonly op: 'put'; readonly revision: Revision; readonly prev?: KeyValue }
  | {
      readonly op: 'delete';
      readonly revision: Revision;
      readonly deleted: number;
      readonly prevs: readonly KeyValue[];
    }
  | {
      readonly op: 'range';
      readonly revision: Revision;
      readonly kvs: readonly KeyValue[];
      readonly count: number;
      readonly more: boolean;
    }
  | { readonly op: 'txn'; readonly result: TxnResult };

export interface TxnResult {
  readonly revision: Revision;
  readonly succeeded: boolean;
  readonly results: readonly EtcdOpResult[];
}

/** gRPC status text and code, e.g. `etcdserver: mvcc: database space exceeded`, `ResourceExhausted`. */
export interface EtcdError {
  readonly error: string;
  readonly code: string;
}

export interface EtcdEvent {
  readonly type: 'PUT' | 'DELETE';
  readonly kv: KeyValue;
  readonly prev?: KeyValue;
  /** The record of the commit (kind `write`), or 0. */
  readonly record: RecordId;
}

/** Answer to leaseGrant: the id to put keys under, and the TTL that was granted (at least 2 s). */
export interface LeaseGranted {
  readonly revision: Revision;
  readonly lease: number;
  readonly ttlSeconds: number;
}

/** payload of the handler's event: a = token. A range is answered by a TxnResult with one result. */
export type EtcdAnswer = TxnResult | LeaseGranted | EtcdError;

export interface EtcdWatchResponse {
  /** The watch has told everything that it wants up to this one; of a canceled one: its member's. */
  readonly revision: Revision;
  readonly events: readonly EtcdEvent[];
  readonly canceled?: boolean;
  readonly compactRevision?: Revision;
}

/** A change that was written in one step, and when. */
export interface ComputedChange extends EtcdEvent {
  readonly modRevision: Revision;
  readonly value: EtcdValue;
  readonly atUs: TimeUs;
  /** The first put of an object that is kept as numbers: `kv` and `value` are put together when they are looked at. */
  readonly isCompact?: boolean;
}

/**
 * Writes of single keys whose way through a healthy cluster is computed in one step. They take no part in batches and
 * share no link: each draws its delays from a stream of its own. Watches are not told; they fetch.
 */
export interface ComputedWrites {
  /** From a client's send until the leader has applied it; -1 = it has to be sent as any other. */
  commitUs(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    /** `bytesOf` what is put. */
    bytes: number,
    stream: StreamKey,
    n: number,
  ): TimeUs;
  /** From the commit until the client has the answer; -1 = none comes. */
  answerUs(ctx: WorldContext, to: EndpointId, member: number, stream: StreamKey, n: number): TimeUs;
  /** The revision that a write would make now if its key, in this place, is at `expect` still; 0 = not possible now. */
  next(member: number, place: number, expect: Revision): Revision;
  /** The revision that the first write of an object would make now, under a lease; 0 = not possible now. */
  nextNew(member: number, obj: ObjId, lease: number): Revision;
  /** Makes that write, with a value of `CompactObjects.width` words; only right after `nextNew`. `bytes`: what it takes on the disk. */
  create(
    ctx: WorldContext,
    member: number,
    obj: ObjId,
    lease: number,
    value: ArrayLike<number>,
    bytes: number,
    record: RecordId,
  ): void;
  /** What a put of a key and a value takes on the disk. */
  bytesOf(keyLength: number, value: EtcdValue): number;
  /** At build only: how the values of `putTimed` are made. */
  timedBy(values: TimedValues): void;
  /**
   * Makes that write, only right after `next`, with its record, of a value that differs from the others with the same `common` in two times, both before now: it is kept as a row
   * and made when somebody looks.
   */
  putTimed(
    ctx: WorldContext,
    member: number,
    place: number,
    common: object,
    obj: ObjId,
    record: RecordId,
    sentUs: TimeUs,
    handledUs: TimeUs,
  ): void;
  /** When a revision was computed; -1 = it was not. */
  atUs(revision: Revision): TimeUs;
  /** When a revision was written by `putTimed`; -1 = it was not. */
  timedAtUs(revision: Revision): TimeUs;
  /** The last value of an object if `putTimed` wrote it. */
  timedValue(obj: ObjId): EtcdValue | undefined;
  /** The value of an object at a revision; undefined = it had none, or that is forgotten. */
  valueOf(obj: ObjId, at: Revision): EtcdValue | undefined;
  /** Calls before the history up to a revision is forgotten. At build only. */
  beforeForgetting(listener: (revision: Revision) => void): void;
  /** Where the leader keeps an object; undefined = nowhere. A key stays in its place while it lives. */
  placeOf(obj: ObjId): number | undefined;
  /** The revision of the last put of the key in a place; 0 = it is gone. */
  revisionOf(place: number): Revision;
  /** What its values have in common where the last one was written by `putTimed`. */
  commonAt(place: number): object | undefined;
  /** The last value of the key in a place. */
  valueAt(place: number): EtcdValue;
  /** Calls before the cluster stops computing: what has arrived by then will not be told again. At build only. */
  beforeTrouble(listener: (ctx: WorldContext) => void): void;
  /** The change of a revision, if it was computed: what a watch at a member gets by itself, `wayUs` after it was written. */
  at(revision: Revision): ComputedChange | undefined;
  /** From a commit until a watch at a member has it; -1 = it does not come by itself now. */
  wayUs(member: number, to: EndpointId): TimeUs;
}

/** Makes the values of `ComputedWrites.putTimed`: the same of the same arguments. */
export interface TimedValues {
  make(common: object, obj: ObjId, revision: Revision, record: RecordId, sentUs: TimeUs, handledUs: TimeUs): EtcdValue;
}

/**
 * Objects that are kept as numbers from their first put until they change: Events, which are most of what a cluster stores, and
 * are hardly ever read. All of one prefix; the number of an object and its key tell each other.
 */
export interface CompactObjects {
  readonly prefix: string;
  /** Words of a value. */
  readonly width: number;
  key(obj: ObjId): string;
  find(key: string): ObjId | undefined;
  /** The value as it is read; equal each time. */
  value(obj: ObjId, revision: Revision, record: RecordId, word: (k: number) => number): EtcdValue;
}

/** The store at the head of the common history, for who keeps no copy of it. Revisions are not below `compacted`. */
export interface StoreHistory {
  readonly compacted: Revision;
  /** A live key at a revision. */
  get(key: string, at: Revision): KeyValue | undefined;
  /** Live keys from one to another (exclusive) at a revision, ascending. */
  range(from: string, to: string, at: Revision): readonly KeyValue[];
  /** Objects that are kept as numbers: see `CompactObjects`. */
  compactValue?(obj: ObjId): EtcdValue | undefined;
  eachCompact?(visit: (obj: ObjId) => void): void;
  /** What a revision changed. */
  changes(revision: Revision): readonly EtcdEvent[];
}

/** A put of one key if its mod revision is `expect` (0 = there is no such key). */
export interface PutIf {
  readonly kind: 'put';
  readonly key: string;
  readonly value: EtcdValue;
  readonly expect: Revision;
  /** 0 = none. */
  readonly lease: number;
  /** Number of the object under the key, where the caller knows it: the key need not be looked up. 0 = not known. */
  readonly obj: ObjId;
  /** Answers to such puts that are there at one instant may come as one event, with b = 1 and `EtcdAnswers`. */
  readonly together?: boolean;
}

/** Answers that are there at one instant, each with its token and the record that its own event would descend from. */
export interface EtcdAnswers {
  readonly tokens: readonly number[];
  readonly answers: readonly EtcdAnswer[];
  readonly causes: readonly RecordId[];
}

/**
 * The etcd cluster as its clients (the API servers) see it. Answers and watch responses are events of the given handlers
 * (a = token, payload), after the latencies of links, fsync and quorum. With no quorum an answer is an EtcdError after
 * the request timeout (7 s), or never comes when the member died.
 */
export interface EtcdCluster {
  readonly members: number;
  txn(ctx: WorldContext, from: EndpointId, member: number, txn: Txn, handler: HandlerId, token: number): void;
  /** As a transaction that compares the key's mod revision, puts, and reads the key back in either branch. */
  putIf?(ctx: WorldContext, from: EndpointId, member: number, put: PutIf, handler: HandlerId, token: number): void;
  /** The key that an object is stored under; undefined = not known. */
  keyOf?(obj: ObjId): string | undefined;
  /** Linearizable unless `serializable`. */
  range(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    range: EtcdOp & { op: 'range' },
    serializable: boolean,
    handler: HandlerId,
    token: number,
  ): void;
  /** Watches a prefix from a revision (inclusive); `''` = everything. First puts of compact objects are not told: see `computed.at`. */
  watch(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    prefix: string,
    fromRevision: Revision,
    handler: HandlerId,
    token: number,
  ): number;
  cancelWatch(ctx: WorldContext, watch: number): void;
  compact(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    revision: Revision,
    handler: HandlerId,
    token: number,
  ): void;
  leaseGrant(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    ttlSeconds: number,
    handler: HandlerId,
    token: number,
  ): void;
  readonly computed?: ComputedWrites;
  /** Objects that `computed.create` puts; at build only. */
  keepCompact?(objects: CompactObjects): void;
  readonly history: StoreHistory;
  /** Called at the leader's apply for each put whose value is an object: returns the value to keep (with its revision stamped in), and makes its record. */
  setCommitHook(
    hook: (
      ctx: WorldContext,
      key: string,
      value: EtcdValue,
      revision: Revision,
      prev: KeyValue | undefined,
      deleted: boolean,
    ) => { value: EtcdValue; record: RecordId },
  ): void;
}
