import type { ResourceInfo } from '../api/schema/index.ts';
import type {
  ApiRequest,
  ApiResponse,
  EtcdError,
  KubeObject,
  RecordId,
  Revision,
  TimeUs,
  Version,
} from '../contracts/index.ts';

/**
 * A request is worked off by pure functions that stop wherever the store is needed. What they leave behind is a stack of
 * frames: plain immutable data, so that a request under way survives a snapshot. The same functions serve the simulated
 * replicas (the store is etcd, answers come later) and `MemoryApi` (the store answers at once).
 */
export interface Frame {
  readonly kind: FrameKind;
  readonly point: string;
  readonly request: ApiRequest;
  /** What the frame remembers between two turns. */
  readonly data: FrameData;
}

export type FrameKind = 'create' | 'write' | 'delete' | 'read' | 'list' | 'deletecollection' | 'eviction' | 'quota';

export interface FrameData {
  readonly attempt?: number;
  /** create: as admission left it. */
  readonly object?: KubeObject;
  /** create: the spec before admission. */
  readonly template?: object;
  /** As it goes to the store. */
  readonly prepared?: KubeObject;
  readonly current?: Version;
  readonly error?: ApiResponse;
  readonly items?: readonly Version[];
  readonly done?: readonly Version[];
  readonly index?: number;
  readonly warnings?: readonly string[];
  readonly rv?: Revision;
  readonly record?: RecordId;
  readonly names?: readonly string[];
  readonly live?: boolean;
}

/** A key of the store. */
export interface Target {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

export type StoreOp =
  /** A linearizable read of one key. */
  | { readonly op: 'read'; readonly target: Target }
  /** Waits until the watch cache has everything that is committed now. */
  | { readonly op: 'fresh' }
  /** Waits until the watch cache has reached a revision. */
  | { readonly op: 'reach'; readonly rv: Revision }
  | StorePut
  | { readonly op: 'delete'; readonly target: Target; readonly expect: Revision };

/** Writes if the mod revision is as expected (0 = the key is absent). */
export interface StorePut {
  readonly op: 'put';
  readonly target: Target;
  readonly object: KubeObject;
  readonly expect: Revision;
  readonly ttlSeconds?: number;
}

export type StoreAnswer =
  /** read: the version or undefined; put and delete: what was written or deleted, at the revision of the write. */
  | { readonly ok: true; readonly version?: Version; readonly rv: Revision; readonly record?: RecordId }
  /** put and delete: the mod revision was another; `version` is what is stored. */
  | { readonly ok: false; readonly version?: Version; readonly rv: Revision }
  | { readonly ok: false; readonly error: EtcdError }
  /** reach, fresh: the cache did not get there in 3 s. */
  | { readonly ok: false; readonly tooLarge: true; readonly rv: Revision };

export interface TurnInput {
  readonly answer?: StoreAnswer;
  /** Of the frame that this one called. */
  readonly response?: ApiResponse;
}

export type Turn =
  | { readonly do: 'store'; readonly op: StoreOp; readonly frame: Frame }
  | { readonly do: 'call'; readonly call: Frame; readonly frame: Frame }
  | { readonly do: 'reply'; readonly response: ApiResponse };

/** How long an Event stays (--event-ttl, kube-apiserver). */
export const EVENT_TTL_S = 3600;

/** 2026-01-01T00:00:00Z: the Unix time of t = 0 unless a scenario sets another. */
export const DEFAULT_EPOCH_SECONDS = 1_767_225_600;

/** What the pure functions may look at and draw from. */
export interface PipelineEnv {
  readonly nowUs: TimeUs;
  /** Unix time of t = 0. */
  readonly epochSeconds: number;
  /** The revision that the watch cache has reached. */
  readonly cacheRv: Revision;
  /** --disable-admission-plugins */
  readonly disabledPlugins: readonly string[];
  /** --feature-gates: those that are off although they are on by default; absent = none. */
  readonly disabledFeatures?: readonly string[];
  /** Is this version the one that `get` would find? Absent = ask `get`. */
  holds?(version: Version): boolean;
  /** Known by its identity: see `WatchCache.calmSince`. */
  readonly calmSince?: object;
  /** The last change that a resource's lists have seen; another change is another object. Absent, undefined = not known. */
  lastChange?(resource: string): object | undefined;
  /** From the watch cache. */
  get(resource: string, namespace: string, name: string): Version | undefined;
  /** From the watch cache, sorted by (namespace, name); namespace '' = all. */
  list(resource: string, namespace: string): readonly Version[];
  /** Pods of one node, sorted by (namespace, name). */
  podsOnNode(node: string): readonly Version[];
  /** A list as it was at an earlier revision, if the history still has it. */
  listAt(resource: string, namespace: string, rv: Revision): readonly Version[] | 'expired' | 'future';
  /** A fresh uid of this incarnation of a name. */
  uid(resource: string, namespace: string, name: string): string;
  /** The next five-letter suffix of a generateName. */
  suffix(namespace: string, generateName: string): string;
  /** A keyed draw: the n-th number of a named stream. */
  draw(stream: string, n: number): number;
  /** Resources served: built-in ones and custom ones. */
  info(resource: string): ResourceInfo | undefined;
}
