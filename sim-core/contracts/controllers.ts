import type { ApiRequest, ApiResponse } from './apiserver.ts';
import type { TimeUs, WhyId } from './ids.ts';
import type { KubeObject, Version } from './objects.ts';

/** What a controller, a scheduler or a kubelet may read: its informer cache, which lags behind the API server. */
export interface View {
  get(resource: string, namespace: string, name: string): Version | undefined;
  /** Sorted by (namespace, name). `namespace` '' = all. */
  list(resource: string, namespace: string): readonly Version[];
  /** By a named index: 'owner' (uid of the controller owner), 'node' (spec.nodeName), 'label' (`key=value`) ... Sorted by (namespace, name). */
  byIndex(resource: string, index: string, key: string): readonly Version[];
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
   * resume = hand the answers so far to `resume`; continue = go on. Default stop. */
  readonly onError?: 'stop' | 'continue' | 'ignoreNotFound' | 'resume';
};

export type Step =
  | RequestStep
  | { readonly do: 'event'; readonly event: EventSpec }
  /** Sent in parallel. With slowStart: batches of 1, 2, 4, ... that stop at the first failed batch. */
  | { readonly do: 'group'; readonly steps: readonly RequestStep[]; readonly slowStart?: boolean; readonly onError?: 'stop' | 'resume' }
  /** Expectations of this key: syncs are held back until the informer has seen these, or 5 minutes passed. */
  | { readonly do: 'expect'; readonly creations?: number; readonly deletions?: readonly string[] };

/** What a reconcile wants done. Steps run in order, each after the answer to the one before. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Add the key again after a delay, or with the rate limiter's back-off (an error). */
  readonly requeue?: { readonly afterUs: TimeUs; readonly why: WhyId } | { readonly rateLimited: true };
  /** After the steps, call `resume` with all answers (in step order; groups flattened). */
  readonly resume?: { readonly point: string; readonly data?: unknown };
  /** New value of the controller's memory for this key (undefined = unchanged). */
  readonly memory?: unknown;
}

export interface ControllerWatch {
  readonly resource: string;
  /** Which keys an event of this resource makes dirty. `view` is the cache after the event. */
  keys(event: { type: 'ADDED' | 'MODIFIED' | 'DELETED'; now: KubeObject; before?: KubeObject }, view: View): readonly Key[];
  /** Delay before the keys are added (e.g. EndpointSlice's batch period, minReadySeconds). */
  readonly delayUs?: TimeUs;
  readonly delayWhy?: WhyId;
  /** How the event lowers expectations of a key, if this controller uses them. */
  expectation?(event: { type: 'ADDED' | 'MODIFIED' | 'DELETED'; now: KubeObject; before?: KubeObject }): { key: Key; creations?: number; deletion?: string } | undefined;
}

/**
 * A controller is a pure function from (view, memory, key, now) to a plan; the shared runtime in `controllers/runtime`
 * executes plans with the real work-queue back-off, client rate limits, conflicts and expectations.
 */
export interface Controller<M = undefined> {
  /** As in user agents and service accounts: `deployment-controller`, `replicaset-controller`, `node-controller`, ... */
  readonly name: string;
  readonly workers: number;
  readonly watches: readonly ControllerWatch[];
  /** Index definitions this controller reads by: name -> keys of an object. */
  readonly indexes?: readonly { readonly resource: string; readonly index: string; keys(object: KubeObject): readonly string[] }[];
  readonly initialMemory?: M;
  reconcile(view: View, memory: M, key: Key, nowUs: TimeUs): Plan;
  resume?(view: View, memory: M, key: Key, nowUs: TimeUs, point: string, data: unknown, answers: readonly ApiResponse[]): Plan;
  /** Periodic work: node monitor, pod GC. The key given to resume is the tick's name. `memory` is under key `tick:<name>`. */
  readonly ticks?: readonly { readonly name: string; readonly periodUs: TimeUs; readonly why: WhyId }[];
  tick?(view: View, memory: M, name: string, nowUs: TimeUs): Plan;
}
