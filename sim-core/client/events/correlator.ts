import type { EventSpec, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { combine, hashStringTwice } from '../../engine/mix.ts';

/** An event before correlation. */
export interface EventInput {
  readonly spec: EventSpec;
  readonly component: string;
  readonly host: string;
  /** The number of the name that it gets if it is written as a new event. */
  readonly nameHigh: number;
  readonly nameLow: number;
  /** Tells recorders apart that share their memories. Default 0. */
  readonly recorder?: number;
}

/** What the correlator remembers under one key. */
export type EventMemory =
  /** Messages seen under one reason. */
  | { readonly kind: 'aggregate'; readonly messages: readonly string[]; readonly lastUs: TimeUs }
  /** An event that was written. */
  | {
      readonly kind: 'log';
      readonly count: number;
      readonly firstUs: TimeUs;
      readonly nameHigh: number;
      readonly nameLow: number;
    }
  /** A token bucket, as the time at which it is full again. */
  | { readonly kind: 'spam'; readonly fullAtUs: TimeUs };

/** By the hash of what is remembered, an integer below 2^53. */
export interface EventMemories {
  get(key: number): EventMemory | undefined;
  set(key: number, memory: EventMemory): void;
}

/** What is to be written. */
export interface Correlated {
  /** True: the event exists, write count, lastTimestamp and message by patch. */
  readonly patch: boolean;
  readonly nameHigh: number;
  readonly nameLow: number;
  readonly count: number;
  readonly message: string;
  readonly firstUs: TimeUs;
  readonly lastUs: TimeUs;
}

/** client-go tools/record/events_cache.go. */
const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL_US = 600 * SECOND_US;
const SPAM_BURST = 25;
const SPAM_REFILL_US = 300 * SECOND_US;
const COMBINED = '(combined from similar events): ';

/**
 * EventCorrelator of core/v1 events: events that differ only in their message are combined from the tenth message on, equal
 * ones are counted, and a source that floods one object is cut off (undefined = skipped). `atUs` is when the event was
 * recorded, `nowUs` when the recorder's worker takes it.
 */
export function correlate(
  memories: EventMemories,
  input: EventInput,
  atUs: TimeUs,
  nowUs: TimeUs,
): Correlated | undefined {
  const keys = keysOf(input);
  const combined = isCombined(memories, input, keys, nowUs);
  const message = combined ? COMBINED + input.spec.message : input.spec.message;
  const key = combined ? keys.combined : keys.equal;
  const known = memories.get(key);
  const lastUs = combined ? nowUs : atUs;
  const old = known?.kind === 'log' ? known : undefined;
  const { nameHigh, nameLow } = old ?? input;
  const count = old === undefined ? 1 : old.count + 1;
  const firstUs = old === undefined ? lastUs : old.firstUs;
  memories.set(key, { kind: 'log', count, firstUs, nameHigh, nameLow });
  if (!takesSpamToken(memories, keys, nowUs)) return undefined;
  return { patch: old !== undefined, nameHigh, nameLow, count, firstUs, message, lastUs };
}

/** EventAggregate: the tenth different message within ten minutes, and every new one after it, is combined. */
function isCombined(memories: EventMemories, input: EventInput, keys: Keys, nowUs: TimeUs): boolean {
  const key = keys.similar;
  const known = memories.get(key);
  const fresh = known?.kind === 'aggregate' && nowUs - known.lastUs <= SIMILAR_INTERVAL_US;
  const messages = fresh ? known.messages : [];
  const { message } = input.spec;
  const seen = messages.includes(message);
  const full = messages.length + (seen ? 0 : 1) >= MAX_SIMILAR;
  // The original drops an arbitrary message when the set is full; here it is the new one.
  memories.set(key, { kind: 'aggregate', messages: seen || full ? messages : messages.concat(message), lastUs: nowUs });
  return full;
}

/** EventSourceObjectSpamFilter: 25 at once, then one every 5 minutes, per source, object and type. */
function takesSpamToken(memories: EventMemories, keys: Keys, nowUs: TimeUs): boolean {
  const key = keys.spam;
  const known = memories.get(key);
  const fullAtUs = Math.max(known?.kind === 'spam' ? known.fullAtUs : 0, nowUs) + SPAM_REFILL_US;
  if (fullAtUs - nowUs > SPAM_BURST * SPAM_REFILL_US) return false;
  memories.set(key, { kind: 'spam', fullAtUs });
  return true;
}

/** The keys of one event in the correlator's three caches; those of its last one say whether it was combined. */
interface Keys {
  readonly spam: number;
  readonly similar: number;
  readonly combined: number;
  readonly equal: number;
}

/** Two hashes, of which a key takes 53 bits. Written and read in one place. */
const words = { first: 0, second: 0 };

function add(text: string): void {
  hashStringTwice(text, words.first, words.second, words);
}

function key(kind: number): number {
  return combine(words.first, kind) * 0x200000 + (combine(words.second, kind) & 0x1fffff);
}

function keysOf({ spec, component, host, recorder = 0 }: EventInput): Keys {
  const { kind = '', apiVersion = '', metadata } = spec.regarding;
  const { uid = '', namespace = '', name = '' } = metadata;
  words.first = recorder;
  words.second = ~recorder;
  add(component);
  add(host);
  add(kind);
  add(namespace);
  add(name);
  add(uid);
  add(apiVersion);
  add(spec.type);
  const spam = key(0);
  add(spec.reason);
  const similar = key(1);
  const combined = key(2);
  add(spec.fieldPath ?? '');
  add(spec.message);
  return { spam, similar, combined, equal: key(3) };
}
