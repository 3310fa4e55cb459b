import type { Namespace, Pod } from '../../api/types/core.ts';
import type { ApiResponse } from '../../contracts/apiserver.ts';
import type { Controller } from '../../contracts/controllers.ts';
import { SECOND_US, type TimeUs } from '../../contracts/ids.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { changed, isBeingDeleted } from '../support/objects.ts';
import { isTerminal } from '../support/pods.ts';
import { getRequest, updateRequest } from '../support/requests.ts';
import type { Conversation, Outcome, ScriptRun } from '../support/script.ts';
import { emptyPlan, errorText, isConflict, isNotFound, script, succeeded } from '../support/script.ts';
import { WallClock } from '../support/time.ts';
import { deletionConditions } from './conditions.ts';

/** The namespace's deletion must have reached all API servers, lest something is still created in it. */
const GRACE_US = 5 * SECOND_US;
/** Expected time of finalizers of other controllers. */
const FINALIZER_ESTIMATE_SECONDS = 15;
const OURS = 'kubernetes';

interface Left {
  readonly count: number;
  readonly estimateSeconds: number;
  readonly finalizers: readonly string[];
  readonly error?: string;
}

interface Totals {
  readonly errors: string[];
  readonly remaining: Map<string, number>;
  readonly finalizers: Map<string, number>;
  estimateSeconds: number;
}

/** `resource.group`, with the dot even for the core group. */
function groupResource(resource: string): string {
  return resource.includes('.') ? resource : `${resource}.`;
}

function groupVersionResource(resource: string): string {
  const dot = resource.indexOf('.');
  if (dot < 0) return `/v1, Resource=${resource}`;
  const group = resource.slice(dot + 1);
  return `${group}/${group === 'autoscaling' ? 'v2' : 'v1'}, Resource=${resource.slice(0, dot)}`;
}

/** Removes the content of a namespace that is being deleted, then our finalizer (namespaced_resources_deleter.go). */
class NamespaceDeletion {
  readonly #run: ScriptRun;
  readonly #resources: readonly string[];
  readonly #clock: WallClock;
  readonly #name: string;

  constructor(run: ScriptRun, name: string, options: ControllerManagerOptions) {
    this.#run = run;
    this.#name = name;
    this.#resources = options.namespacedResources;
    this.#clock = new WallClock(options.epochSeconds);
  }

  *sync(): Conversation<Outcome | undefined> {
    const live = yield* this.#run.request(getRequest('namespaces', '', this.#name));
    if (isNotFound(live)) return undefined;
    let namespace = live.version?.object as Namespace | undefined;
    if (!namespace) return { failed: true };
    if (!isBeingDeleted(namespace)) return undefined;
    if (namespace.status?.phase !== 'Terminating') {
      const status = { ...namespace.status, phase: 'Terminating' as const };
      const answer = yield* this.#run.request(updateRequest('namespaces', changed(namespace, { status }), 'status'));
      if (!succeeded(answer)) return { failed: !isNotFound(answer) };
      namespace = (answer.version?.object as Namespace | undefined) ?? namespace;
    }
    if ((namespace.spec?.finalizers ?? []).length === 0) return undefined;
    const totals = yield* this.#deleteContent(namespace);
    if (totals.errors.length > 0) return { failed: true };
    if (totals.estimateSeconds > 0) {
      const seconds = Math.floor(totals.estimateSeconds / 2) + 1;
      return { requeue: { afterUs: seconds * SECOND_US, why: WHY.requeueAfter } };
    }
    return yield* this.#finalize(namespace);
  }

  *#finalize(seen: Namespace): Conversation<Outcome | undefined> {
    let namespace: Namespace = seen;
    for (;;) {
      const rest = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== OURS);
      const spec = rest.length > 0 ? { ...namespace.spec, finalizers: rest } : {};
      const answer = yield* this.#run.request(updateRequest('namespaces', changed(namespace, { spec }), 'finalize'));
      if (succeeded(answer) || isNotFound(answer)) return undefined;
      if (!isConflict(answer)) return { failed: true };
      const live = yield* this.#run.request(getRequest('namespaces', '', this.#name));
      if (isNotFound(live)) return undefined;
      const next = live.version?.object as Namespace | undefined;
      if (!next || next.metadata.uid !== seen.metadata.uid) return { failed: true };
      namespace = next;
    }
  }

  *#deleteContent(namespace: Namespace): Conversation<Totals> {
    const totals: Totals = { errors: [], remaining: new Map(), finalizers: new Map(), estimateSeconds: 0 };
    const deletedAtUs = this.#clock.parse(namespace.metadata.deletionTimestamp) ?? this.#run.nowUs;
    // Pods first: what they use must not vanish under them (gate OrderedNamespaceDeletion).
    const pods = yield* this.#deleteResource('pods', deletedAtUs);
    this.#add(totals, 'pods', pods);
    if (pods.count > 0) {
      yield* this.#writeConditions(namespace, { ...totals, remaining: new Map(), finalizers: new Map() });
      return totals;
    }
    for (const resource of this.#resources) {
      if (resource === 'pods') continue;
      this.#add(totals, resource, yield* this.#deleteResource(resource, deletedAtUs));
    }
    yield* this.#writeConditions(namespace, totals);
    return totals;
  }

  #add(totals: Totals, resource: string, left: Left): void {
    if (left.error !== undefined) totals.errors.push(left.error);
    totals.estimateSeconds = Math.max(totals.estimateSeconds, left.estimateSeconds);
    if (left.count > 0) totals.remaining.set(groupResource(resource), left.count);
    for (const finalizer of left.finalizers) {
      totals.finalizers.set(finalizer, (totals.finalizers.get(finalizer) ?? 0) + 1);
    }
  }

  *#writeConditions(namespace: Namespace, totals: Totals): Conversation<void> {
    const before = namespace.status?.conditions;
    const conditions = deletionConditions(before, totals, this.#clock.stamp(this.#run.nowUs));
    if (conditions === before) return;
    const status = { ...namespace.status, conditions };
    yield* this.#run.request(updateRequest('namespaces', changed(namespace, { status }), 'status'));
  }

  *#list(resource: string): Conversation<ApiResponse> {
    return yield* this.#run.request({ verb: 'list', resource, namespace: this.#name, name: '' });
  }

  *#deleteResource(resource: string, deletedAtUs: TimeUs): Conversation<Left> {
    let estimateSeconds = 0;
    if (resource === 'pods') {
      const pods = yield* this.#list('pods');
      estimateSeconds = this.#podEstimate(
        (pods.list?.versions ?? []).map((v) => v.object as Pod),
        deletedAtUs,
      );
    }
    const answer = yield* this.#run.request({
      verb: 'deletecollection',
      resource,
      namespace: this.#name,
      name: '',
      options: { delete: { propagationPolicy: 'Background' } },
    });
    if (!succeeded(answer) && !isNotFound(answer)) {
      return { count: 0, estimateSeconds, finalizers: [], error: errorText(answer) };
    }
    const items = ((yield* this.#list(resource)).list?.versions ?? []).map((version) => version.object);
    if (items.length === 0) return { count: 0, estimateSeconds: 0, finalizers: [] };
    const finalizers = items.flatMap((item) => item.metadata.finalizers ?? []);
    const count = items.length;
    if (estimateSeconds > 0) return { count, estimateSeconds, finalizers };
    if (finalizers.length > 0) return { count, estimateSeconds: FINALIZER_ESTIMATE_SECONDS, finalizers };
    const error = `unexpected items still remain in namespace: ${this.#name} for gvr: ${groupVersionResource(resource)}`;
    return { count, estimateSeconds: 0, finalizers, error };
  }

  /** The longest grace period of the running pods, unless it has passed since the namespace was deleted. */
  #podEstimate(pods: readonly Pod[], deletedAtUs: TimeUs): number {
    const seconds = pods
      .filter((pod) => !isTerminal(pod))
      .reduce((max, pod) => Math.max(max, pod.spec.terminationGracePeriodSeconds ?? 0), 0);
    return this.#run.nowUs - deletedAtUs >= seconds * SECOND_US ? 0 : seconds;
  }
}

/** pkg/controller/namespace. */
export function namespaceController(options: ControllerManagerOptions): Controller {
  const sync = script<{ readonly name: string }>('sync', (run, { name }) =>
    new NamespaceDeletion(run, name, options).sync(),
  );
  return {
    name: 'namespace-controller',
    workers: options.concurrentNamespaceSyncs,
    // It is chatty (cmd/kube-controller-manager/app/core.go newNamespaceController).
    clientLimit: { qpsFactor: 20, burstFactor: 100 },
    backOff: { baseUs: 5_000, maxUs: 60 * SECOND_US },
    watches: [
      {
        resource: 'namespaces',
        keys: ({ type, now }) => (type !== 'DELETED' && isBeingDeleted(now) ? [now.metadata.name ?? ''] : []),
        delayUs: GRACE_US,
        delayWhy: WHY.namespaceDeletionDelay,
      },
    ],
    reconcile(view, _memory, key, nowUs) {
      return view.get('namespaces', '', key) ? sync.start({ name: key }, nowUs) : emptyPlan;
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
