import { eventName } from './eventCorrelator.ts';

/** The recorder of events.k8s.io/v1 (client-go tools/events): repeated events become a series. */

export interface SeriesEventInput {
  readonly action: string;
  readonly reason: string;
  readonly type: string;
  /** The regarding object, in any fixed form. */
  readonly object: string;
  readonly objectName: string;
  /** The related object, '' for none. */
  readonly related: string;
  readonly note: string;
}

export interface SeriesRecord {
  readonly name: string;
  readonly note: string;
  /** Undefined until the event repeats. */
  readonly series: { readonly count: number; readonly lastObservedNs: bigint } | undefined;
}

export type SeriesState = ReadonlyMap<string, SeriesRecord>;

/** What is sent: a new event, the patch that makes it a series, or nothing (the count is sent later). */
export interface SeriesAnswer {
  readonly verb: 'create' | 'patch' | 'none';
  readonly record: SeriesRecord;
}

/** The state and what is sent for one event. */
export function recordSeriesEvent(
  state: SeriesState,
  e: SeriesEventInput,
  nowNs: bigint,
): { state: SeriesState; answer: SeriesAnswer } {
  const key = [e.action, e.reason, e.type, e.object, e.related].join('\u0000');
  const next = new Map(state);
  const known = next.get(key);
  let answer: SeriesAnswer;
  if (known === undefined) {
    const name = eventName(e.objectName, nowNs);
    answer = { verb: 'create', record: { name, note: e.note, series: undefined } };
  } else {
    const count = (known.series?.count ?? 1) + 1;
    const record = { ...known, series: { count, lastObservedNs: nowNs } };
    answer = { verb: known.series === undefined ? 'patch' : 'none', record };
  }
  next.set(key, answer.record);
  return { state: next, answer };
}
