import { fullBucket, type TokenBucket, takeToken } from './queues.ts';

/**
 * client-go's EventCorrelator (tools/record/events_cache.go): what becomes of an event before it is sent. Similar events are
 * aggregated, repeated ones counted, and a source that reports too much about an object is cut off. The state is a value:
 * `correlate` gives the next one.
 */

export interface EventInput {
  readonly component: string;
  readonly host: string;
  /** kind/namespace/name/uid/apiVersion of the involved object, in any fixed form. */
  readonly object: string;
  readonly objectName: string;
  readonly fieldPath: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

export interface CorrelatedEvent {
  readonly verb: 'create' | 'patch';
  readonly name: string;
  readonly message: string;
  readonly count: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

interface Aggregate {
  readonly messages: readonly string[];
  readonly lastNs: bigint;
}

interface Observation {
  readonly count: number;
  readonly firstNs: bigint;
  readonly name: string;
}

export interface CorrelatorState {
  readonly aggregates: ReadonlyMap<string, Aggregate>;
  readonly observations: ReadonlyMap<string, Observation>;
  readonly buckets: ReadonlyMap<string, TokenBucket>;
}

export interface CorrelatorOptions {
  readonly similarEventsMax: number;
  readonly aggregateIntervalNs: bigint;
  readonly burst: number;
  readonly qps: number;
}

export const CORRELATOR_DEFAULTS: CorrelatorOptions = {
  similarEventsMax: 10,
  aggregateIntervalNs: 600_000_000_000n,
  burst: 25,
  qps: 1 / 300,
};

export const EMPTY_CORRELATOR: CorrelatorState = { aggregates: new Map(), observations: new Map(), buckets: new Map() };

export const COMBINED_PREFIX = '(combined from similar events): ';

/** The name of an event: the object's and the time in hexadecimal nanoseconds. */
export function eventName(objectName: string, nowNs: bigint): string {
  return `${objectName}.${nowNs.toString(16)}`;
}

function joined(...parts: readonly string[]): string {
  return parts.join('\u0000');
}

/** The key of exactly this event; `message` may be the combined one. */
function eventKey(e: EventInput, message: string): string {
  return joined(e.component, e.host, e.object, e.fieldPath, e.type, e.reason, message);
}

function aggregateKey(e: EventInput): string {
  return joined(e.component, e.host, e.object, e.type, e.reason);
}

function spamKey(e: EventInput): string {
  return joined(e.component, e.host, e.object, e.type);
}

/** `event` undefined: dropped. The state changes in either case. */
export function correlate(
  state: CorrelatorState,
  e: EventInput,
  nowNs: bigint,
  options: CorrelatorOptions = CORRELATOR_DEFAULTS,
): { state: CorrelatorState; event: CorrelatedEvent | undefined } {
  const aggregates = new Map(state.aggregates);
  const similar = aggregateKey(e);
  const known = aggregates.get(similar);
  const fresh = known === undefined || nowNs - known.lastNs > options.aggregateIntervalNs;
  const before = fresh ? [] : known.messages;
  let messages = before.includes(e.message) ? before : [...before, e.message];
  const combined = messages.length >= options.similarEventsMax;
  // Kubernetes forgets any one of the messages; here it is the newest, so that earlier ones go on being counted.
  if (combined) messages = messages.slice(0, -1);
  aggregates.set(similar, { messages, lastNs: nowNs });

  const message = combined ? COMBINED_PREFIX + e.message : e.message;
  const key = combined ? similar : eventKey(e, e.message);
  const observations = new Map(state.observations);
  const seen = observations.get(key);
  const observation: Observation =
    seen === undefined
      ? { count: 1, firstNs: nowNs, name: eventName(e.objectName, nowNs) }
      : { ...seen, count: seen.count + 1 };
  observations.set(key, observation);

  const buckets = new Map(state.buckets);
  const source = spamKey(e);
  const limits = { qps: options.qps, burst: options.burst };
  const bucket = buckets.get(source) ?? fullBucket(limits, Number(nowNs));
  const taken = takeToken(bucket, limits, Number(nowNs));
  buckets.set(source, taken ?? bucket);
  if (taken === undefined) return { state: { aggregates, observations, buckets }, event: undefined };
  // What was sent is also remembered by its own text (UpdateState after the server's answer).
  observations.set(eventKey(e, message), observation);
  const verb = seen === undefined ? 'create' : 'patch';
  const event: CorrelatedEvent = { ...observation, verb, message, lastNs: nowNs };
  return { state: { aggregates, observations, buckets }, event };
}
