import type { EventSpec, KubeObject, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';

/** One event of events.k8s.io/v1 as the broadcaster's cache holds it. */
export interface SeriesEntry {
  readonly namespace: string;
  readonly name: string;
  readonly eventUs: TimeUs;
  /** 1 = a single event, no series yet. */
  readonly count: number;
  readonly lastUs: TimeUs;
}

export interface SeriesInput {
  readonly key: string;
  /** The name that it gets if it is written as a new event. */
  readonly name: string;
  readonly namespace: string;
}

/** client-go tools/events/event_broadcaster.go: finishTime. */
const FINISH_US = 360 * SECOND_US;

/**
 * The second equal event turns the first into a series (a patch); later ones are only counted, and reach the API with the
 * next refresh or at the end of the series.
 */
export function observeSeries(
  known: SeriesEntry | undefined,
  { name, namespace }: SeriesInput,
  nowUs: TimeUs,
): { readonly entry: SeriesEntry; readonly does: 'create' | 'patch' | 'count' } {
  if (!known) return { entry: { namespace, name, eventUs: nowUs, count: 1, lastUs: nowUs }, does: 'create' };
  const entry = { ...known, count: known.count + 1, lastUs: nowUs };
  return { entry, does: known.count === 1 ? 'patch' : 'count' };
}

/** What the round every 6 minutes does: `patch` = write the series' last state and forget it, `drop` = forget. */
export type SeriesAction = 'keep' | 'patch' | 'drop';

export function finishSeries(entry: SeriesEntry, nowUs: TimeUs): SeriesAction {
  if (entry.lastUs >= nowUs - FINISH_US) return 'keep';
  return entry.count > 1 ? 'patch' : 'drop';
}

/**
 * Equal events: the same but for note and time. The reference is to one version of the object: an event about a later one is
 * a new event (client-go tools/events: eventKey has the whole ObjectReference).
 */
export function seriesKey(event: {
  readonly spec: EventSpec;
  readonly action: string;
  readonly related?: KubeObject;
  readonly controller: string;
  readonly instance: string;
}): string {
  const { spec, action, related, controller, instance } = event;
  return [
    spec.type,
    action,
    spec.reason,
    controller,
    instance,
    reference(spec.regarding),
    related ? reference(related) : '',
  ].join('\u0001');
}

function reference({ kind = '', apiVersion = '', metadata }: KubeObject): string {
  const { namespace = '', name = '', uid = '', resourceVersion = '' } = metadata;
  return [kind, apiVersion, namespace, name, uid, resourceVersion].join('\u0000');
}
