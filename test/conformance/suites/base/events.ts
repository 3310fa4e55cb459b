import { correlate, EMPTY_CORRELATOR } from '../../../../sim-core/api/machinery/eventCorrelator.ts';
import { recordSeriesEvent, type SeriesState } from '../../../../sim-core/api/machinery/eventSeries.ts';
import {
  formatUnixMicros,
  formatUnixSeconds,
  fromUnixNanos,
  parseTime,
} from '../../../../sim-core/api/machinery/time.ts';
import type { Player } from './common.ts';

const startNs = (text: string) => BigInt(parseTime(text).seconds) * 1_000_000_000n;
const second = (ns: bigint) => formatUnixSeconds(fromUnixNanos(ns).seconds);

function micro(ns: bigint): string {
  const { seconds, nanos } = fromUnixNanos(ns);
  return formatUnixMicros(seconds, Math.trunc(nanos / 1000));
}

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function correlator(input: any, out: any) {
  let now = startNs(input.start);
  let state = EMPTY_CORRELATOR;
  // biome-ignore lint/suspicious/noExplicitAny: as recorded
  const results = input.events.map((e: any, i: number) => {
    now += BigInt(e.advanceNs);
    const { fieldPath, host, message, reason, type } = e;
    const object = `${input.kind}/${input.namespace}/${e.object}`;
    const next = correlate(
      state,
      { component: input.component, host, object, objectName: e.object, fieldPath, type, reason, message },
      now,
    );
    state = next.state;
    if (next.event === undefined) return { skip: true };
    const { verb, name, count, firstNs, lastNs, message: text } = next.event;
    const result = { count, first: second(firstNs), last: second(lastNs), message: text, name, verb };
    // The patch itself is recorded in a part of the cases only.
    if (out.results[i]?.patch === undefined) return result;
    return { ...result, patch: JSON.stringify({ count, lastTimestamp: second(lastNs), message: text }) };
  });
  return { results };
}

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function series(input: any) {
  let now = startNs(input.start);
  let state: SeriesState = new Map();
  // biome-ignore lint/suspicious/noExplicitAny: as recorded
  const results = input.events.map((e: any) => {
    now += BigInt(e.advanceNs);
    const { action, reason, type, related, note } = e;
    const next = recordSeriesEvent(
      state,
      { action, reason, type, related, note, object: e.object, objectName: e.object },
      now,
    );
    state = next.state;
    const { verb, record } = next.answer;
    if (verb === 'none') return { verb };
    if (verb === 'create') return { name: record.name, note: record.note, series: null, verb };
    const { count, lastObservedNs } = record.series!;
    return {
      name: record.name,
      patch: JSON.stringify({ series: { count, lastObservedTime: micro(lastObservedNs) } }),
      verb,
    };
  });
  return { results };
}

export const eventsPlayers: Readonly<Record<string, Player>> = { correlator, 'events-v1-series': series };
