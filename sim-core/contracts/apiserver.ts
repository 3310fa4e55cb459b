import type { StreamKey, WorldContext } from './engine.ts';
import type { ComponentId, EndpointId, HandlerId, RecordId, Revision, TimeUs } from './ids.ts';
import type { Json, KubeObject, Version, WatchEventType } from './objects.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface Patch {
  readonly type: PatchType;
  readonly value: Json;
  /** What `value` was made from, by a sender that knows it; `value` may then be computed when it is asked for. */
  readonly told?: ToldStatus;
}

/** A patch of the status, told by the object as its sender knows it and the whole status that it is to have. */
export interface ToldStatus {
  readonly before: KubeObject;
  readonly after: Json;
  /** The value of the patch between others: a pure function, of whose values only equalities count. */
  valueFor(before: KubeObject, after: Json): Json;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
  readonly orphanDependents?: boolean;
}

export interface RequestOptions {
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  readonly limit?: number;
  readonly continue?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly delete?: DeleteOptions;
}

/** One request to the API server, by whomever: simulated components, `orrery serve`, the terminal, tests. */
export interface ApiRequest {
  readonly verb: Verb;
  /** `pods`, `deployments.apps`, ...: see ObjectTable. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
  /** '' for create with generateName, list and deletecollection. */
  readonly name: string;
  /** `system:kube-scheduler`, `system:node:n1`, `system:serviceaccount:kube-system:deployment-controller`, `kubernetes-admin`. */
  readonly user: string;
  readonly groups?: readonly string[];
  /** Of the user, where the authenticator knows one. */
  readonly uid?: string;
  /** User agent; the default field manager is the part before the first `/`. */
  readonly agent: string;
  readonly options?: RequestOptions;
  readonly body?: KubeObject;
  /** Keys that the text of the body gave twice. */
  readonly duplicates?: readonly string[];
  readonly patch?: Patch;
  readonly accept?: 'object' | 'table' | 'metadata';
  /** The version asked for, where that is not the one that the resource is kept in: `autoscaling/v1`. */
  readonly apiVersion?: string;
}

export interface FieldCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** metav1.Status */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Json;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly FieldCause[];
    readonly retryAfterSeconds?: number;
  };
  readonly code?: number;
}

export interface ApiList {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly versions: readonly Version[];
}

export interface ApiResponse {
  readonly code: number;
  /** get, create, update, patch, delete of an object that is still there */
  readonly version?: Version;
  /** an object that is not stored as such: Scale, Eviction, Binding, a dry run, an object that was just deleted, a Table */
  readonly object?: KubeObject;
  readonly list?: ApiList;
  /** errors, and deletes that answer with a Status */
  readonly status?: Status;
  readonly warnings?: readonly string[];
  readonly rv: Revision;
  /** The record of the write that this request made, or 0. */
  readonly record: RecordId;
}

/** Where an answer goes: an event of `handler` with a = token, b = 0, payload = ApiResponse | undefined (timed out). */
export interface ReplyTo {
  readonly handler: HandlerId;
  readonly token: number;
}

export interface WatchSpec {
  readonly resource: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Renewals of leases that were computed make nobody act: they are not sent, but fetched when somebody looks. */
  readonly quiet?: boolean;
}

/** One entry of the watch log of (API server replica, resource). */
export interface WatchEntry {
  readonly rv: Revision;
  readonly type: WatchEventType;
  readonly now: Version;
  readonly before?: Version;
}

/** What a watcher gets: an event of its handler with a = token, b = 0, payload = WatchDelivery. Deliveries of one watch keep their order. */
export interface WatchDelivery {
  readonly entries: readonly WatchEntry[];
  /** Set when the watch ended: the server died, the history was compacted (410), or the server closed it. */
  readonly ended?: 'closed' | 'expired' | 'unreachable';
  readonly bookmark?: Revision;
  /** For each entry the token of its watch, where what is there at one instant is of several watches of one handler. */
  readonly tokens?: readonly number[];
  /** For each of `tokens`, when the bookmark is there, this being the first of these times: nobody needs an event for it. */
  readonly bookmarkUs?: readonly TimeUs[];
}

/**
 * The door of the API server replicas, for everybody. Requests and answers travel over the links of the network (latency,
 * loss, partition); a lost request is answered by `undefined` after its deadline at the caller.
 */
export interface ApiServers {
  readonly replicas: number;
  /** Sends one request from an endpoint to a replica (-1 = the load balancer's choice for that endpoint). */
  submit(
    ctx: WorldContext,
    from: EndpointId,
    replica: number,
    request: ApiRequest,
    reply: ReplyTo,
    deadlineUs?: TimeUs,
  ): void;
  /** Opens a watch from `fromRv` (exclusive). Returns the watch's id, for `stopWatch`. */
  watch(
    ctx: WorldContext,
    from: EndpointId,
    replica: number,
    spec: WatchSpec,
    fromRv: Revision,
    reply: ReplyTo,
  ): number;
  stopWatch(ctx: WorldContext, watch: number): void;
  /** The computed renewals after `fromRv` that have reached the client of a quiet watch by now, and all before `beforeRv`. */
  fetch?(ctx: WorldContext, watch: number, fromRv: Revision, beforeRv: Revision): FetchedEntries;
  /** Computes renewals of node leases where nothing stands in their way; absent = each takes the whole way. */
  readonly renewals?: LeaseRenewals;
  /** Computes creates of Events where nothing stands in their way; absent = each takes the whole way. */
  readonly events?: EventWrites;
  /** Called by informers, for checkers. */
  readonly entryObserver?: EntryObserver;
}

export interface FetchedEntries {
  readonly entries: readonly WatchEntry[];
  /** Where to go on from the next time. */
  readonly rv: Revision;
}

/**
 * renewed: the answer with the version is there at `answeredUs`. lost: it was written, and no answer comes. again: something
 * came in between; the request must be sent as any other.
 */
export type RenewalOutcome = 'renewed' | 'lost' | 'again';

/** Renewals of nodes' leases by their kubelets: PUTs that change spec.renewTime to the time of the call. */
export interface LeaseRenewals {
  /** Registers who calls; at build only. */
  caller(caller: RenewalCaller): number;
  /**
   * False = it cannot be computed now: to be sent as any other request. `version`: the lease as
   * the kubelet last had it whole; `rv`: its revision now, after renewals that were computed.
   * `ownerUid`: uid of the Node that the kubelet would name as the owner; undefined = it knows none. `n`: number of this
   * renewal on a stream of the node's own, for its draws. `a`, `b`: the caller's own numbers.
   * Plain arguments: an object and a closure for each renewal would cost more than the rest of the call.
   */
  begin(
    ctx: WorldContext,
    caller: number,
    from: EndpointId,
    replica: number,
    version: Version,
    rv: Revision,
    ownerUid: string | undefined,
    stream: StreamKey,
    n: number,
    a: number,
    b: number,
  ): boolean;
}

export interface RenewalCaller {
  /** The whole request, for the first look at a version that was not written by a renewal. */
  request(ctx: WorldContext, a: number): ApiRequest;
  /** What became of a renewal, when it is written. */
  told(
    ctx: WorldContext,
    a: number,
    b: number,
    outcome: RenewalOutcome,
    version: Version | undefined,
    answeredUs: TimeUs,
  ): void;
}

/** An Event as its recorder wants it to be created. */
export interface EventFacts {
  /** events.k8s.io/v1 (true) or core/v1. */
  readonly isSeries: boolean;
  readonly namespace: string;
  /** Its name is that of `regarding`, a point, and this number in hex: high * 2^32 + low. */
  readonly nameHigh: number;
  readonly nameLow: number;
  readonly regarding: KubeObject;
  readonly related: KubeObject | undefined;
  readonly fieldPath: string | undefined;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** source.component, or the reporting controller. */
  readonly component: string;
  /** source.host and the reporting instance; '' = none. */
  readonly host: string;
  /** events.k8s.io/v1 alone. */
  readonly action: string;
  readonly firstUs: TimeUs;
  readonly lastUs: TimeUs;
  readonly count: number;
}

/** Creates of Events: nobody but its recorder reads the answer. */
export interface EventWrites {
  /** Registers who calls; at build only. */
  caller(caller: EventCaller): number;
  /**
   * False = it cannot be computed now: to be sent as any other request. `n`: number of this write on a stream of its recorder's
   * own, for its draws. `a`, `b`: the caller's own numbers.
   */
  begin(
    ctx: WorldContext,
    caller: number,
    from: EndpointId,
    replica: number,
    facts: EventFacts,
    sender: EventSender,
    stream: StreamKey,
    n: number,
    a: number,
    b: number,
  ): boolean;
}

/** As whom a recorder writes. */
export interface EventSender {
  readonly agent: string;
  readonly user: string;
  readonly groups?: readonly string[];
}

export interface EventCaller {
  /** The whole request that an Event takes. */
  request(a: number, facts: EventFacts): ApiRequest;
  /**
   * When it is written, or refused for good: `answeredUs` = when the answer is there, -1 = none comes. `written` false = it must be
   * sent as any other request.
   */
  told(ctx: WorldContext, a: number, b: number, written: boolean, answeredUs: TimeUs): void;
}

/** Told of a watch entry that an informer is about to apply, and the version that it holds of the object. It must not change anything. */
export type EntryObserver = (ctx: WorldContext, resource: string, entry: WatchEntry, held: Version | undefined) => void;

/** How messages travel. Implemented by network/links; state (partitions, latencies) is in its containers. */
export interface Transport {
  /** Gives every component replica and node a place in the topology (zone, host). Names are unique. */
  endpoint(name: string): EndpointId;
  name(id: EndpointId): string;
  /** Schedules `handler` at the receiver after the link's latency; returns false when the message is lost. */
  send(
    ctx: WorldContext,
    from: EndpointId,
    to: EndpointId,
    handler: HandlerId,
    a: number,
    b: number,
    payload: unknown,
    /** Time that the sender needs before the message leaves; default 0. */
    afterUs?: TimeUs,
  ): boolean;
  /** As `send`, which schedules nothing: when the message is there; -1 = it is lost. Whoever asks schedules it at that time. */
  arrivalUs?(ctx: WorldContext, from: EndpointId, to: EndpointId, afterUs: TimeUs): TimeUs;
  /** Can messages pass now in this direction? */
  reachable(from: EndpointId, to: EndpointId): boolean;
  /** One draw of the link's latency in µs, for models that compute several hops in one step; -1 when cut. */
  latencyUs(ctx: WorldContext, from: EndpointId, to: EndpointId): TimeUs;
  /** The link's latency at a draw of the caller's own, without being used; -1 when it is cut, worsened or loses packets. */
  calmUs?(from: EndpointId, to: EndpointId, u32: number): TimeUs;
  /** For several draws of one link: what `calmSampleUs` takes; -1 when `calmUs` is -1 in either direction. */
  calmClass?(one: EndpointId, other: EndpointId): number;
  calmSampleUs?(linkClass: number, u32: number): TimeUs;
  /** Is this the endpoint of that name? Quicker than asking for it again. */
  isNamed?(id: EndpointId, name: string): boolean;
  /** No link is cut or worsened. */
  readonly isCalm?: boolean;
}

export interface ComponentRef {
  readonly component: ComponentId;
  readonly endpoint: EndpointId;
}
