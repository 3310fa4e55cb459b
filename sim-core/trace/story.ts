import { RecordKind } from '../contracts/engine.ts';
import type { RecordId, TimeUs } from '../contracts/ids.ts';
import type { RecordSource, TraceRecord } from './view.ts';

/** One step of a story. */
export interface StoryHop {
  readonly record: TraceRecord;
  /** Time since the step before; 0 for the first. */
  readonly delayUs: TimeUs;
  /** The why that the delay has a name by: set on the record that ended a named wait. */
  readonly why: number | undefined;
}

export interface Story {
  /** In the order of time; the first step's cause is the clock. */
  readonly hops: readonly StoryHop[];
  /** From the first step to the last: the sum of all delays. */
  readonly totalUs: TimeUs;
  /** False when the walk left the records that are held. */
  readonly complete: boolean;
}

/**
 * The causal walk from a record back to the clock. A `hop` record ends a wait that has a name; other delays are request
 * and watch latency. Delays are differences of the times of neighbours, so they always sum to the total.
 */
export function story(source: RecordSource, id: RecordId): Story {
  const walked: TraceRecord[] = [];
  let complete = true;
  for (let at = id; at !== 0; ) {
    const place = source.placeOf(at);
    if (place < 0) {
      complete = false;
      break;
    }
    const record = source.at(place);
    walked.push(record);
    // A cause is always older; anything else is a damaged recording.
    if (record.cause >= at) throw new RangeError(`record ${at} has the later record ${record.cause} as its cause`);
    at = record.cause;
  }
  walked.reverse();
  const hops = walked.map((record, i) => ({
    record,
    delayUs: i === 0 ? 0 : record.timeUs - walked[i - 1].timeUs,
    why: record.kind === RecordKind.hop ? record.a : undefined,
  }));
  const totalUs = walked.length === 0 ? 0 : walked[walked.length - 1].timeUs - walked[0].timeUs;
  return { hops, totalUs, complete };
}

/** Delays of a story summed by why, in the order of first occurrence; `undefined` = request and watch latency. */
export function delaysByWhy(told: Story): { why: number | undefined; totalUs: TimeUs; times: number }[] {
  const sums: { why: number | undefined; totalUs: TimeUs; times: number }[] = [];
  for (const { why, delayUs } of told.hops) {
    if (delayUs === 0) continue;
    const sum = sums.find((s) => s.why === why);
    if (sum === undefined) sums.push({ why, totalUs: delayUs, times: 1 });
    else {
      sum.totalUs += delayUs;
      sum.times++;
    }
  }
  return sums;
}
