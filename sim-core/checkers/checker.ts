import type {
  ApiRequest,
  ApiResponse,
  Containers,
  EtcdWatchResponse,
  KubeObject,
  ObjId,
  Revision,
  TimeUs,
  Version,
  WatchEntry,
  WorldContext,
} from '../contracts/index.ts';
import type { RecordBatch } from '../engine/index.ts';
import type { Store } from '../etcd/mvcc/store.ts';
import type { AppliedEntry, WatchPlace } from '../etcd/observer.ts';

/** What a checker found wrong. */
export interface Finding {
  /** Number of the invariant in docs/checkers.md: `N2`. */
  readonly checker: string;
  /** Name of the checker: `pod-bound-once`. */
  readonly name: string;
  readonly message: string;
  readonly timeUs: TimeUs;
  /** `pods/shop/web-1`, `etcd-0`, ... */
  readonly object: string;
}

/** One committed version: the change of one object. */
export interface Commit {
  readonly resource: string;
  readonly obj: ObjId;
  /** For a deletion the last state, at the revision of the deletion. */
  readonly now: Version;
  readonly before: Version | undefined;
  readonly deleted: boolean;
}

/** A change of the store that a request made, as its API server learns of it. */
export interface Written {
  readonly request: ApiRequest;
  readonly op: 'put' | 'delete';
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** Mod revision that the write expected to find; 0 = no such key. */
  readonly expect: Revision | undefined;
  readonly rv: Revision;
}

/** The result of one probe and what it did to the verdict of its worker. */
export interface Probed {
  readonly pod: KubeObject;
  readonly container: string;
  readonly containerID: string;
  readonly type: 'liveness' | 'readiness' | 'startup';
  readonly result: 'success' | 'failure';
  readonly verdictBefore: string | undefined;
  readonly verdict: string | undefined;
  readonly failureThreshold: number;
}

/** The etcd cluster, as checkers look at it. */
export interface EtcdView {
  readonly members: number;
  readonly store: Store;
  leader(): number;
  role(member: number): string;
  term(member: number): number;
  revision(ctx: WorldContext, member: number): Revision;
  hashKv(ctx: WorldContext, member: number, revision: Revision): number | undefined;
  chain(ctx: WorldContext, member: number): { readonly index: number; readonly chain: number };
}

export interface SchedulerView {
  readonly name: string;
  assumedPods(): readonly string[];
}

/** What a checker may look at besides the change at hand. Nothing here has an effect on the run. */
export interface Scene {
  readonly ctx: WorldContext;
  readonly nowUs: TimeUs;
  readonly epochSeconds: number;
  readonly flags: CheckerFlags;
  readonly etcd: EtcdView | undefined;
  readonly schedulers: readonly SchedulerView[];
  /** When a fault was last active; -1 = never. Exact to five seconds. */
  readonly lastFaultUs: TimeUs;
  /** The committed version of an object that exists. */
  get(obj: ObjId): Version | undefined;
  find(resource: string, namespace: string, name: string): Version | undefined;
  /** Objects of a resource that exist, in the order of their ids. */
  list(resource: string): readonly Version[];
  report(object: string, message: string): void;
}

/** Parameters of the cluster on which invariants depend. */
export interface CheckerFlags {
  readonly nodeMonitorGracePeriodUs: TimeUs;
  /** Nodes a second. */
  readonly nodeEvictionRate: number;
  /** Schedulers with different configurations race for the same room. */
  readonly rivalSchedulers: boolean;
}

/**
 * One invariant: called with what happens, it reports what must not be. State stands in containers alone. `resources` names
 * those whose commits it wants (all when absent).
 */
export interface Checker {
  readonly id: string;
  readonly name: string;
  init?(c: Containers): void;
  readonly resources?: readonly string[];
  commit?(scene: Scene, commit: Commit): void;
  applied?(scene: Scene, entry: AppliedEntry): void;
  elected?(scene: Scene, member: number, term: number, complete: boolean): void;
  opened?(scene: Scene, watch: WatchPlace, memberRevision: Revision): void;
  responded?(scene: Scene, watch: WatchPlace, response: EtcdWatchResponse): void;
  written?(scene: Scene, written: Written): void;
  answered?(scene: Scene, request: ApiRequest, response: ApiResponse): void;
  delivered?(scene: Scene, resource: string, entry: WatchEntry, held: Version | undefined): void;
  probed?(scene: Scene, probed: Probed): void;
  records?(report: (timeUs: TimeUs, object: string, message: string) => void, batch: RecordBatch): void;
  /** At the end of a run in which nothing is under way any more. */
  quiet?(scene: Scene): void;
}

/** `pods/shop/web-1`, `nodes/n1`. */
export function label(resource: string, object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return namespace ? `${resource}/${namespace}/${name}` : `${resource}/${name}`;
}
