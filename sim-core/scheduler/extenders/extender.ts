import type { KubeObject, TimeUs } from '../../contracts/index.ts';
import type { Distribution } from '../../engine/index.ts';
import type { ProposedVictims } from '../framework/plugin.ts';

/** One entry of `extenders` in a KubeSchedulerConfiguration, in the file's own shape. */
export interface ExtenderConfiguration {
  readonly urlPrefix: string;
  readonly filterVerb?: string;
  readonly prioritizeVerb?: string;
  readonly preemptVerb?: string;
  readonly bindVerb?: string;
  readonly weight?: number;
  readonly enableHTTPS?: boolean;
  /** Default 5 s. */
  readonly httpTimeout?: string;
  /** Send names of nodes instead of the nodes. */
  readonly nodeCacheCapable?: boolean;
  readonly managedResources?: readonly { readonly name: string; readonly ignoredByScheduler?: boolean }[];
  /** Its failures do not keep a pod from being scheduled. */
  readonly ignorable?: boolean;
}

export type ExtenderVerb = 'filter' | 'prioritize' | 'preempt' | 'bind';

/** What the scheduler asks: `nodes` is absent for an extender that keeps its own cache of nodes. */
export interface ExtenderArgs {
  readonly pod: KubeObject;
  readonly nodeNames: readonly string[];
  readonly nodes?: readonly KubeObject[];
  readonly nowUs: TimeUs;
}

export interface ExtenderFilterResult {
  readonly nodeNames: readonly string[];
  /** Node -> reason; preemption may help there. */
  readonly failedNodes?: Readonly<Record<string, string>>;
  readonly failedAndUnresolvableNodes?: Readonly<Record<string, string>>;
  readonly error?: string;
}

/** What goes wrong with a call instead of an answer. */
export interface ExtenderFailure {
  readonly kind: 'timeout' | 'refused' | 'status' | 'error';
  /** HTTP status, for `status`. */
  readonly code?: number;
  /** What the answer says under `error`, for `error`. */
  readonly message?: string;
}

/**
 * Who answers a scheduler's calls to an extender: a script of the scenario or a user's module. Answers are pure functions of
 * the arguments. Types: k8s.io/kube-scheduler/extender/v1.
 */
export interface Extender {
  /** Whose calls it answers: the `urlPrefix` of the configuration. */
  readonly urlPrefix: string;
  /** From the call to the answer. */
  readonly latency: Distribution;
  filter?(args: ExtenderArgs): ExtenderFilterResult;
  /** Scores 0..10; nodes that are left out get 0. */
  prioritize?(args: ExtenderArgs): readonly { readonly host: string; readonly score: number }[];
  preempt?(args: ExtenderArgs & { readonly victims: ProposedVictims }): ProposedVictims;
  /** May refuse; a granted binding is made by the extender. */
  bind?(args: { readonly pod: KubeObject; readonly node: string; readonly nowUs: TimeUs }): { readonly error?: string };
  failure?(verb: ExtenderVerb, nowUs: TimeUs): ExtenderFailure | undefined;
}

/** Whether the extender is asked about this pod: always, unless it manages resources that the pod does not name. */
export function isInterested({ managedResources = [] }: ExtenderConfiguration, pod: KubeObject): boolean {
  if (managedResources.length === 0) return true;
  interface Container {
    readonly resources?: { readonly requests?: object; readonly limits?: object };
  }
  const containers: readonly Container[] = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  return containers.some(({ resources = {} }) =>
    managedResources.some(
      ({ name }) => Object.hasOwn(resources.requests ?? {}, name) || Object.hasOwn(resources.limits ?? {}, name),
    ),
  );
}
