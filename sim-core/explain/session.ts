import type { ObjId, TimeUs } from '../contracts/ids.ts';
import { MS_US } from '../contracts/ids.ts';
import type { KubeObject } from '../contracts/objects.ts';
import type { World, Snapshot as WorldSnapshot } from '../engine/index.ts';
import type { Scheduler } from '../scheduler/component.ts';
import type { Question } from '../scheduler/cycle/question.ts';
import { namesOfWorld, type RecordSource, recordBytes, StoredRecords, type TraceNames } from '../trace/index.ts';
import { type Annotations, annotationsOf, withHistory } from './annotations.ts';
import { ExplainError } from './errors.ts';
import { type ExplainOptions, type Explanation, explain, questionIsFor } from './explain.ts';
import { Inquiry } from './inquiry.ts';
import type { Attempt, PodRef } from './types.ts';
import { listenersTo, type QueueView, waitingOf } from './waiting.ts';

/** The parts of a cluster that explanations need. */
export interface Explainable {
  readonly world: World;
  readonly schedulers: readonly Scheduler[];
}

/** A cluster that can be brought to any time of its run. */
export interface TimeTraveller {
  readonly cluster: Explainable;
  /** Runs or restores so that everything up to and including this time has happened, and nothing later. */
  toTime(timeUs: TimeUs): void;
}

/** The records of a run so far, with names of their own: a world that goes back in time forgets the later ones. */
export function recordsOfRun(world: World): { readonly source: RecordSource; readonly names: TraceNames } {
  const { string, object, component, why } = namesOfWorld(world);
  const strings = Array.from({ length: world.strings.size }, (_, id) => string(id));
  const objects = Array.from({ length: world.objects.size }, (_, id) => object(id));
  const names: TraceNames = {
    string: (id) => strings[id] ?? '',
    object: (id) => objects[id] ?? '',
    component,
    why,
  };
  return { source: new StoredRecords(recordBytes(world)), names };
}

/** Goes back in a run by snapshots that are kept on the way. */
export class Rewinder implements TimeTraveller {
  readonly cluster: Explainable;
  private readonly kept: WorldSnapshot[];

  /** The cluster as it is now is the earliest state that can be reached. */
  constructor(cluster: Explainable) {
    this.cluster = cluster;
    this.kept = [cluster.world.snapshot()];
  }

  /** Keeps the state of now: later ways back begin here. Times must ascend. */
  keep(): void {
    this.kept.push(this.cluster.world.snapshot());
  }

  toTime(timeUs: TimeUs): void {
    const { world } = this.cluster;
    let from = this.kept[0];
    for (const snapshot of this.kept) if (snapshot.nowUs <= timeUs) from = snapshot;
    if (from.nowUs > timeUs) throw new RangeError(`the state at ${timeUs} µs was not kept`);
    if (world.nowUs > timeUs || world.nowUs < from.nowUs) world.restore(from);
    world.runUntil({ timeUs });
  }
}

/** A cycle lasts some µs a node; this covers 100,000 nodes. */
const CYCLE_AT_MOST_US = 150 * MS_US;

interface Asked {
  readonly scheduler: Scheduler;
  readonly obj: ObjId;
  readonly question: Question;
}

/** Brings the world to the beginning of an attempt's cycle and asks what the cycle is asked. */
function questionAt(travel: TimeTraveller, pod: PodRef, attempt: Attempt): Asked {
  const { scheduler, obj } = toCycle(travel, pod, attempt);
  const { world } = travel.cluster;
  const row = scheduler.queuedPod(obj)?.row;
  if (row === undefined)
    throw new ExplainError('otherRun', { pod: `${pod.namespace}/${pod.name}`, attempt: attempt.number });
  return { scheduler, obj, question: scheduler.question(world.context, row.pod.object, attempt.count) };
}

/** Runs a decision of the past again and explains it. Leaves the world right after that decision. */
export function explainAttempt(
  travel: TimeTraveller,
  pod: PodRef,
  attempt: Attempt,
  options: ExplainOptions = {},
): Explanation {
  const cycle = attempt.found ?? attempt;
  const { scheduler, obj, question } = questionAt(travel, pod, cycle);
  const { world } = travel.cluster;
  const wokenFor = heardBy(scheduler, obj, question, cycle);
  const explanation = {
    ...explain(question, { ...options, attempt: cycle, timeUs: world.nowUs, scheduler: scheduler.name }),
    wokenFor,
  };
  if (attempt.result === 'scheduled') return explanation;
  world.runUntil({ timeUs: attempt.timeUs });
  return { ...explanation, waiting: waitingAfter(world, scheduler, question, obj, explanation.preemption?.node) };
}

/**
 * The pod as it was at the last of these attempts, with what kube-scheduler-simulator would have noted on it: the results of
 * that attempt, and of all as its history. `all` = every attempt of the pod's name.
 */
export function annotatedPod(
  travel: TimeTraveller,
  pod: PodRef,
  attempts: readonly Attempt[],
  all: readonly Attempt[],
  prefix?: string,
): KubeObject {
  let object: KubeObject | undefined;
  const results: Annotations[] = [];
  for (const attempt of attempts) {
    if (attempt.found !== undefined) continue;
    const { question } = questionAt(travel, pod, attempt);
    object = question.pod.pod;
    // Whoever is tried again was not bound.
    const again = all.some((a) => a.number === attempt.number + 1 && a.count <= attempt.count + 1);
    results.push(annotationsOf(new Inquiry(question), attempt.result === 'scheduled' && !again, prefix));
  }
  if (object === undefined) throw new RangeError('no attempts');
  const annotations = { ...object.metadata.annotations, ...withHistory(results, prefix) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function heardBy(scheduler: Scheduler, obj: ObjId, question: Question, attempt: Attempt): readonly string[] {
  const row = scheduler.queuedPod(obj)?.row;
  const { id, params } = attempt.wokenBy;
  if (row === undefined || attempt.wokenRecord === 0) return [];
  const object = typeof params['object'] === 'string' ? params['object'] : 'pods';
  const isOwn = id === 'sched.woken.updated' || id === 'sched.woken.created';
  return listenersTo(question.framework, [...row.rejectedBy, ...row.pendingPlugins], object, isOwn);
}

/** Explains what the scheduler would decide now about a pod that waits in its queue; undefined when none does. */
export function explainNow(cluster: Explainable, pod: PodRef, options: ExplainOptions = {}): Explanation | undefined {
  const { world } = cluster;
  const obj = world.objects.find('pods', pod.namespace, pod.name);
  if (obj === undefined) return undefined;
  for (const scheduler of cluster.schedulers) {
    const row = scheduler.queuedPod(obj)?.row;
    // A pod that is being bound takes its room already: there is nothing left to ask.
    if (row === undefined || row.place === 'binding') continue;
    const question = scheduler.question(world.context, row.pod.object, row.attempts + 1);
    const explanation = explain(question, { ...options, timeUs: world.nowUs, scheduler: scheduler.name });
    return { ...explanation, waiting: waitingAfter(world, scheduler, question, obj, undefined) };
  }
  return undefined;
}

function waitingAfter(
  world: World,
  scheduler: Scheduler,
  question: Question,
  obj: ObjId,
  nominatedNode: string | undefined,
): NonNullable<Explanation['waiting']> {
  const queued = scheduler.queuedPod(obj);
  const view: QueueView | undefined =
    queued === undefined ? undefined : { ...queued, nextFlushUs: nextFlushUs(world, scheduler) };
  return waitingOf(question.framework, view, world.nowUs, nominatedNode);
}

/** When the scheduler next looks for pods that waited for five minutes; -1 = it does not run. */
function nextFlushUs(world: World, scheduler: Scheduler): TimeUs {
  const handler = world.handlerId(scheduler.name, 'scheduler/flushUnschedulable');
  return world.pendingEvents().find((e) => e.handler === handler)?.timeUs ?? -1;
}

/**
 * Brings the world to the state in which the cycle of an attempt began. The record of a decision is made at the cycle's end,
 * so the beginning is found by running: the first event after which the scheduler has this attempt in its hands.
 */
function toCycle(travel: TimeTraveller, pod: PodRef, attempt: Attempt): { scheduler: Scheduler; obj: ObjId } {
  const fail = () => new ExplainError('otherRun', { pod: `${pod.namespace}/${pod.name}`, attempt: attempt.number });
  for (let back = CYCLE_AT_MOST_US; ; back *= 16) {
    const from = Math.max(0, attempt.timeUs - back);
    travel.toTime(from);
    const { world, schedulers } = travel.cluster;
    const scheduler = schedulers.find((s) => s.name === attempt.scheduler);
    if (scheduler === undefined) throw new ExplainError('noScheduler', { scheduler: attempt.scheduler });
    const inHands = (): boolean => {
      const cycle = scheduler.inCycle();
      return cycle !== undefined && cycle.attempt === attempt.count && questionIsFor(world, cycle.obj, pod);
    };
    if (!inHands()) {
      const before = world.snapshot();
      const run = world.runUntil({ timeUs: attempt.timeUs, predicate: inHands });
      if (run.stopped !== 'predicate') throw fail();
      world.restore(before);
      world.runUntil({ events: run.events - 1 });
      const obj = world.objects.find('pods', pod.namespace, pod.name);
      if (obj === undefined) throw fail();
      return { scheduler, obj };
    }
    if (from === 0) throw fail();
  }
}
