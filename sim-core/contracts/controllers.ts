import type { ApiRequest, ApiResponse } from './apiserver.ts';
import type { ObjId, TimeUs, WhyId } from './ids.ts';
import type { KubeObject, Version } from './objects.ts';

/** What a controller, a scheduler or a kubelet may read: its informer cache, which lags behind the API server. */
export interface View {
  get(resource: string, namespace: string, name: string): Version | undefined;
  /** The same by the object's id, for who looks again and again. Absent = not offered. */
  at?(resource: string, obj: ObjId): Version | undefined;
  /** Sorted by (namespace, name). `namespace` '' = all. */
  list(resource: string, namespace: string): readonly Version[];
  /** By a named index: 'owner' (uid of the controller owner), 'node' (spec.nodeName), 'label' (`key=value`) ... Sorted by (namespace, name). */
  byIndex(resource: string, index: string, key: string): readonly Version[];
  /** How many objects there are, in all or under a key of an index. */
  count(resource: string, index?: string, key?: string): number;
}

/** A work-queue key: `namespace/name`, or `name` for cluster-scoped kinds. */
export type Key = string;

export interface EventSpec {
  readonly regarding: KubeObject;
  /** JSONPath of a part, e.g. `spec.containers{app}`. */
  readonly fieldPath?: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Source component; default: the controller's. */
  readonly source?: string;
}

export type RequestStep = {
  readonly do: 'request';
  readonly request: Omit<ApiRequest, 'user' | 'agent'>;
  /** What happens on an error answer: stop = end the plan, back off the key; ignoreNotFound = 404 is fine;
   * resume = hand the answers so far to `resume`; resumeUnlessTerminating = so too, but a creation that is refused because its
   * namespace is being deleted counts as done, and stays expected; continue = go on. Default stop. */
  readonly onError?: 'stop' | 'continue' | 'ignoreNotFound' | 'resume' | 'resumeUnlessTerminating';
};

export type Step =
  | RequestStep
  | { readonly do: 'event'; readonly event: EventSpec }
  /** Sent in parallel. With slowStart: batches of 1, 2, 4, ... that stop at the first failed batch. */
  | {
      readonly do: 'group';
      readonly steps: readonly RequestStep[];
      readonly slowStart?: boolean;
      readonly onError?: 'stop' | 'resume';
    }
  /** Expectations of this key: syncs are held back until the informer has seen these, or 5 minutes passed. */
  | { readonly do: 'expect'; readonly creations?: number; readonly deletions?: readonly string[] };

/** What a reconcile wants done. Steps run in order, each after the answer to the one before. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Add the key again after a delay, or with the rate limiter's back-off (an error). */
  readonly requeue?: { readonly afterUs: TimeUs; readonly why: WhyId } | { readonly rateLimited: true };
  /** After the steps, call `resume` with all answers (in step order; groups flattened). */
  readonly resume?: {
    readonly point: string;
    readonly data?: unknown;
    /** The last request's success ends the plan; only an error resumes it. */
    readonly onErrorOnly?: boolean;
  };
  /** New value of the controller's memory for this key (undefined = unchanged). Stored at once, before the steps run. */
  readonly memory?: unknown;
  /** Other keys of this controller to add to its queue, at once (0) or after a delay (AddAfter: the earliest deadline of a key holds). */
  readonly enqueue?: readonly { readonly key: Key; readonly afterUs: TimeUs; readonly why: WhyId }[];
  /** Keys whose waiting delayed adds are dropped (a cancelled timer). */
  readonly dequeue?: readonly Key[];
}

/** What the runtime knows about the sync of a key. */
export interface SyncInfo {
  /** False while expectations of this key are unmet: status may be written, nothing created or deleted. Only a controller
   * with `syncsWhileExpecting` ever sees false; for others the sync is held back. */
  readonly expectationsMet: boolean;
  /** Failures of this key in a row (its rate-limited requeues since the last success). */
  readonly retries: number;
  /** The controller's census under a key, as of the cache; absent where nobody keeps it. */
  census?(key: string): unknown;
}

/**
 * A summary of the objects of one resource by key, brought up to date with each event, for controllers that count. Summaries
 * are immutable; the order of additions must not matter, since a restart adds in another order.
 */
export interface Census<S> {
  readonly resource: string;
  /** Under which key an object counts; undefined = it does not. */
  key(object: KubeObject): string | undefined;
  /** The parts of an object that its key is made of, of `LOOKS_AT`. Default: all. */
  readonly keyLooksAt?: number;
  readonly empty: S;
  /** `sign` 1: the object came; -1: it went, or this was its state before a change. `empty` again when none is left. */
  with(summary: S, object: KubeObject, sign: 1 | -1): S;
  /** A quick look whether two states of an object under one key count the same; false = take one away and add the other. */
  same?(before: KubeObject, now: KubeObject): boolean;
  /** Both in one step, for states under one key: what `with` comes to by adding the one and taking the other away. */
  replace?(summary: S, before: KubeObject, now: KubeObject): S;
}

/**
 * What of an object an event is about, as bits: that it came or went, and the parts that a change may have touched. A part that is
 * the same object in both states is untouched; `marks`: the object is being deleted, or was.
 */
export const LOOKS_AT = {
  nothing: 0,
  additions: 1,
  deletions: 2,
  labels: 4,
  owners: 8,
  marks: 16,
  spec: 32,
  status: 64,
} as const;

export interface ControllerWatch {
  readonly resource: string;
  /**
   * The only events that give keys or lower expectations, of `LOOKS_AT`: changes that touch nothing else need not be told.
   * Default: all.
   */
  readonly looksAt?: number;
  /** Only objects of this namespace. */
  readonly namespace?: string;
  /**
   * False = no event of an object with this spec gives keys or lowers expectations. Reads the spec alone, so it is asked again only
   * when that changes. Default: all concern.
   */
  concerns?(object: KubeObject): boolean;
  /** Opened only when another watch of the controller gives the first key; its workers wait for that. */
  readonly whenNeeded?: boolean;
  /** Renewals of leases make no key dirty: they need not be told. */
  readonly quiet?: boolean;
  /** Which keys an event of this resource makes dirty. `view` is the cache after the event. */
  keys(
    event: { type: 'ADDED' | 'MODIFIED' | 'DELETED'; now: KubeObject; before?: KubeObject },
    view: View,
  ): readonly Key[];
  /**
   * For controllers with one memory: a sync of the event's keys would find nothing to do, so they are not made dirty. What changes
   * that has an event of its own. `memory` as `reconcile` would get it.
   */
  idle?(
    event: { type: 'ADDED' | 'MODIFIED' | 'DELETED'; now: KubeObject; before?: KubeObject },
    view: View,
    memory: unknown,
  ): boolean;
  /** Delay before the keys are added (e.g. EndpointSlice's batch period, minReadySeconds). */
  readonly delayUs?: TimeUs;
  readonly delayWhy?: WhyId;
  /** How the event lowers expectations of a key, if this controller uses them. */
  expectation?(event: {
    type: 'ADDED' | 'MODIFIED' | 'DELETED';
    now: KubeObject;
    before?: KubeObject;
  }): { key: Key; creations?: number; deletion?: string } | undefined;
}

/**
 * A controller is a pure function from (view, memory, key, now) to a plan; the shared runtime in `controllers/runtime`
 * executes plans with the real work-queue back-off, client rate limits, conflicts and expectations.
 */
export interface Controller<M = undefined> {
  /** As in user agents and service accounts: `deployment-controller`, `replicaset-controller`, `node-controller`, ... */
  readonly name: string;
  readonly workers: number;
  /** The service account in kube-system that writes (default: `name`), and the source component of its events (default: `name`). */
  readonly serviceAccount?: string;
  readonly eventSource?: string;
  /** Times --kube-api-qps and --kube-api-burst that this controller's client may do. Default 1 and 1. */
  readonly clientLimit?: { readonly qpsFactor: number; readonly burstFactor: number };
  /** A key is dropped after so many failures in a row (default: never). */
  readonly maxRetries?: number;
  /** Back-off of a failing key; default 5 ms doubling to 1000 s. */
  readonly backOff?: { readonly baseUs: TimeUs; readonly maxUs: TimeUs };
  /** Call reconcile with `expectationsMet: false` instead of holding the sync back (ReplicaSet, DaemonSet, Job). A failed or
   * (slow start) never sent request of a group that follows `expect` lowers the expectations at once. */
  readonly syncsWhileExpecting?: boolean;
  /** `controller`: one memory for all keys and ticks (e.g. an owner graph); default `key`. */
  readonly memoryScope?: 'key' | 'controller';
  readonly watches: readonly ControllerWatch[];
  /** Index definitions this controller reads by: name -> keys of an object. */
  readonly indexes?: readonly {
    readonly resource: string;
    readonly index: string;
    keys(object: KubeObject): readonly string[];
    /** The parts of an object that its keys are made of, of `LOOKS_AT`. Default: all. */
    readonly looksAt?: number;
    /** A quick look whether two versions of an object have the same keys; false = compare the keys. */
    same?(before: KubeObject, now: KubeObject): boolean;
  }[];
  // biome-ignore lint/suspicious/noExplicitAny: each controller has its own summary
  readonly census?: Census<any>;
  readonly initialMemory?: M;
  reconcile(view: View, memory: M, key: Key, nowUs: TimeUs, sync?: SyncInfo): Plan;
  resume?(
    view: View,
    memory: M,
    key: Key,
    nowUs: TimeUs,
    point: string,
    data: unknown,
    answers: readonly ApiResponse[],
  ): Plan;
  /** Periodic work: node monitor, pod GC. The key given to resume is the tick's name. `memory` is under key `tick:<name>`. */
  readonly ticks?: readonly { readonly name: string; readonly periodUs: TimeUs; readonly why: WhyId }[];
  tick?(view: View, memory: M, name: string, nowUs: TimeUs): Plan;
}
