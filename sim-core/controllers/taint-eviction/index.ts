import { toleratesTaint } from '../../api/helpers/tolerations.ts';
import type { Node, Pod, Taint, Toleration } from '../../api/types/core.ts';
import {
  type Controller,
  type ControllerWatch,
  type EventSpec,
  type Key,
  LOOKS_AT,
  type Plan,
  type Step,
  type View,
} from '../../contracts/controllers.ts';
import { SECOND_US, type TimeUs } from '../../contracts/ids.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { disruptionPatch } from '../support/disruption-target.ts';
import { podNodeIndex } from '../support/indexes.ts';
import { nodeNamed } from '../support/nodes.ts';
import { keyOf, semanticallyEqual, splitKey } from '../support/objects.ts';
import { emptyMap, mapGet, mapSet, type PersistentMap } from '../support/persistent-map.ts';
import { deleteRequest, getRequest, patchRequest } from '../support/requests.ts';
import { emptyPlan, isNotFound, script, succeeded } from '../support/script.ts';
import { WallClock } from '../support/time.ts';

/** Deletion is tried so often in a row. */
const TRIES = 5;

interface Timer {
  readonly startedUs: TimeUs;
  readonly firesUs: TimeUs;
}

/** Pods that wait for their eviction, by namespace/name. */
type PodTimers = Readonly<Record<string, Timer>>;
/** By node, so that a change copies the timers of one node only. */
export type Timers = PersistentMap<PodTimers>;

const NO_TAINTS: readonly Taint[] = [];
const NO_KEYS: readonly Key[] = [];

function noExecute(node: KubeObject | undefined): readonly Taint[] {
  const taints = (node as Node | undefined)?.spec?.taints;
  return taints === undefined ? NO_TAINTS : taints.filter((taint) => taint.effect === 'NoExecute');
}

/** How long a pod may stay: 0 = not at all, undefined = for ever. */
export function tolerationUs(tolerations: readonly Toleration[], taints: readonly Taint[]): TimeUs | undefined {
  const used: Toleration[] = [];
  for (const taint of taints) {
    const match = tolerations.find((toleration) => toleratesTaint(toleration, taint));
    if (!match) return 0;
    used.push(match);
  }
  if (used.length === 0) return 0;
  const seconds = used.flatMap((toleration) => toleration.tolerationSeconds ?? []);
  return seconds.length === 0 ? undefined : Math.max(0, Math.min(...seconds)) * SECOND_US;
}

/** Collects what one reconcile changes in the timers of a node. */
class Changes {
  readonly #steps: Step[] = [];
  readonly #enqueue: { key: Key; afterUs: TimeUs; why: number }[] = [];
  readonly #dequeue: Key[] = [];
  readonly #all: Timers;
  readonly #node: string;
  readonly #timers: Record<string, Timer>;
  #dirty = false;

  constructor(timers: Timers, node: string) {
    this.#all = timers;
    this.#node = node;
    this.#timers = { ...mapGet(timers, node) };
  }

  cancel(podKey: string): void {
    if (!this.#timers[podKey]) return;
    delete this.#timers[podKey];
    this.#dirty = true;
    this.#dequeue.push(`fire/${this.#node}/${podKey}`);
    this.#steps.push({ do: 'event', event: evictionEvent(podKey, 'Cancelling deletion of Pod') });
  }

  start(podKey: string, startedUs: TimeUs, staysUs: TimeUs): void {
    this.#timers[podKey] = { startedUs, firesUs: startedUs + staysUs };
    this.#dirty = true;
    this.#enqueue.push({ key: `fire/${this.#node}/${podKey}`, afterUs: staysUs, why: WHY.tolerationSeconds });
  }

  /** processPodOnNode of pkg/controller/tainteviction. */
  consider(pod: Pod, taints: readonly Taint[], nowUs: TimeUs): void {
    const podKey = keyOf(pod);
    const staysUs = taints.length === 0 ? undefined : tolerationUs(pod.spec.tolerations ?? [], taints);
    // A timer that runs keeps its start: another taint cannot make the pod stay longer.
    const scheduled = this.#timers[podKey];
    if (staysUs !== undefined && staysUs > 0 && scheduled && scheduled.startedUs < nowUs) return;
    this.cancel(podKey);
    if (staysUs !== undefined) this.start(podKey, nowUs, staysUs);
  }

  /** Takes out a timer that has run out; false when there is none. */
  fire(podKey: string, nowUs: TimeUs): boolean {
    const timer = this.#timers[podKey];
    if (!timer || timer.firesUs > nowUs) return false;
    delete this.#timers[podKey];
    this.#dirty = true;
    return true;
  }

  get memory(): Timers | undefined {
    if (!this.#dirty) return undefined;
    return mapSet(this.#all, this.#node, Object.keys(this.#timers).length > 0 ? this.#timers : undefined);
  }

  plan(): Plan {
    return { steps: this.#steps, enqueue: this.#enqueue, dequeue: this.#dequeue, memory: this.memory };
  }
}

function evictionEvent(podKey: string, text: string): EventSpec {
  const { namespace, name } = splitKey(podKey);
  return {
    regarding: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } },
    type: 'Normal',
    reason: 'TaintManagerEviction',
    message: `${text} ${podKey}`,
  };
}

function nodeKeys({ type, now, before }: Parameters<ControllerWatch['keys']>[0]): readonly Key[] {
  if (type === 'MODIFIED' && semanticallyEqual(noExecute(now), noExecute(before))) return NO_KEYS;
  return [`node/${now.metadata.name}`];
}

/** A pod on a node without taints has nothing to fear, until a taint brings all pods of the node here. */
function podKeys({ type, now, before }: Parameters<ControllerWatch['keys']>[0], view: View): readonly Key[] {
  const same =
    type === 'MODIFIED' &&
    (now.spec === before?.spec ||
      (now.spec?.nodeName === before?.spec?.nodeName &&
        semanticallyEqual(now.spec?.tolerations, before?.spec?.tolerations)));
  const node = now.spec?.nodeName;
  if (same || !node) return NO_KEYS;
  if (type !== 'DELETED' && noExecute(nodeNamed(view, node)?.object).length === 0) return NO_KEYS;
  return [`pod/${node}/${keyOf(now)}`];
}

function reconcileNode(view: View, timers: Timers, name: string, nowUs: TimeUs): Plan {
  const node = view.get('nodes', '', name)?.object;
  if (!node) return emptyPlan;
  const taints = noExecute(node);
  if (taints.length === 0 && !mapGet(timers, name)) return emptyPlan;
  const changes = new Changes(timers, name);
  for (const pod of view.byIndex('pods', 'node', name)) changes.consider(pod.object as Pod, taints, nowUs);
  return changes.plan();
}

function reconcilePod(view: View, timers: Timers, nodeName: string, podKey: string, nowUs: TimeUs): Plan {
  const { namespace, name } = splitKey(podKey);
  const pod = view.get('pods', namespace, name)?.object as Pod | undefined;
  if (!pod) {
    if (!mapGet(timers, nodeName)?.[podKey]) return emptyPlan;
    const changes = new Changes(timers, nodeName);
    changes.cancel(podKey);
    return changes.plan();
  }
  const taints = noExecute(view.get('nodes', '', nodeName)?.object);
  if (taints.length === 0 || pod.spec.nodeName !== nodeName) return emptyPlan;
  const changes = new Changes(timers, nodeName);
  changes.consider(pod, taints, nowUs);
  return changes.plan();
}

const COMINGS = LOOKS_AT.additions | LOOKS_AT.deletions;

/** pkg/controller/tainteviction: evicts pods from nodes with NoExecute taints that they do not tolerate, or no longer. */
export function taintEvictionController(options: ControllerManagerOptions): Controller<Timers> {
  const clock = new WallClock(options.epochSeconds);
  const evict = script<{ readonly podKey: string }>('evict', function* (run, { podKey }) {
    run.event(evictionEvent(podKey, 'Marking for deletion Pod'));
    const { namespace, name } = splitKey(podKey);
    for (let i = 0; i < TRIES; i++) {
      const live = yield* run.request(getRequest('pods', namespace, name));
      if (isNotFound(live)) return undefined;
      const pod = live.version?.object as Pod | undefined;
      if (!pod) continue;
      const message = 'Taint manager: deleting due to NoExecute taint';
      const patch = disruptionPatch(pod, 'DeletionByTaintManager', message, clock.stamp(run.nowUs));
      if (patch) {
        const patched = yield* run.request(patchRequest('pods', pod, patch, { subresource: 'status' }));
        if (!succeeded(patched)) continue;
      }
      const deleted = yield* run.request(deleteRequest('pods', pod));
      if (succeeded(deleted) || isNotFound(deleted)) return undefined;
    }
    return undefined;
  });
  return {
    name: 'taint-eviction-controller',
    serviceAccount: 'node-controller',
    workers: 8,
    memoryScope: 'controller',
    initialMemory: emptyMap(),
    watches: [
      { resource: 'nodes', looksAt: COMINGS | LOOKS_AT.spec, keys: nodeKeys },
      {
        resource: 'pods',
        looksAt: COMINGS | LOOKS_AT.spec,
        keys: podKeys,
        // Most pods that go had no timer to cancel.
        idle: ({ type, now }, _view, timers) => {
          const node: string | undefined = type === 'DELETED' ? now.spec?.nodeName : undefined;
          return node !== undefined && mapGet(timers as Timers, node)?.[keyOf(now)] === undefined;
        },
      },
    ],
    indexes: [podNodeIndex],
    reconcile(view, timers, key, nowUs) {
      const [kind, node, ...rest] = key.split('/');
      const podKey = rest.join('/');
      if (kind === 'node') return reconcileNode(view, timers, node, nowUs);
      if (kind === 'pod') return reconcilePod(view, timers, node, podKey, nowUs);
      const changes = new Changes(timers, node);
      if (!changes.fire(podKey, nowUs)) return emptyPlan;
      return { ...evict.start({ podKey }, nowUs), memory: changes.memory };
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => evict.resume(nowUs, data, answers),
  };
}
