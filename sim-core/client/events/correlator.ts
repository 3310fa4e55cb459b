import type { EventSpec, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { type About, hashOf, type ObjectMemory, type ReasonMemory, type Written } from './memories.ts';

/** An event before correlation. */
export interface EventInput extends About {
  readonly spec: EventSpec;
  /** The number of the name that it gets if it is written as a new event. */
  readonly nameHigh: number;
  readonly nameLow: number;
}

/** Where a correlator remembers; `hash`: that of the source and the object. */
export interface Memories {
  find(hash: number, about: About): ObjectMemory | undefined;
  keep(memory: ObjectMemory, about: About): void;
}

/** client-go tools/record/events_cache.go. */
const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL_US = 600 * SECOND_US;
const SPAM_BURST = 25;
const SPAM_REFILL_US = 300 * SECOND_US;
const COMBINED = '(combined from similar events): ';
/** Of what one source said of one object so much is remembered: the oldest goes (client-go: 4,096 keys in all). */
const REASONS_MAX = 64;
const WRITTEN_MAX = 64;

const NONE: readonly never[] = [];

/** The message of an event that is written as `written` says. */
export function messageOf({ isCombined }: Written, message: string): string {
  return isCombined ? COMBINED + message : message;
}

/**
 * EventCorrelator of core/v1 events: events that differ only in their message are combined from the tenth message on, equal
 * ones are counted, and a source that floods one object is cut off (undefined = skipped). `atUs` is when the event was
 * recorded, `nowUs` when the recorder's worker takes it. A count above 1: the event exists, and is to be patched. All that a
 * source said of an object is one row; `api/machinery/eventCorrelator.ts` does the same with three caches of texts.
 */
export function correlate(memories: Memories, input: EventInput, atUs: TimeUs, nowUs: TimeUs): Written | undefined {
  const hash = hashOf(input);
  const known = memories.find(hash, input);
  const { spec } = input;
  const reasons = known === undefined ? NONE : known.reasons;
  const at = placeOf(reasons, spec.reason);
  const before = at < 0 ? undefined : reasons[at];
  const isCombined = before !== undefined && isFull(before, spec.message, nowUs);
  const old = before === undefined ? undefined : find(before.written, spec, isCombined);
  const written =
    old === undefined ? fresh(input, isCombined, isCombined ? nowUs : atUs) : { ...old, count: old.count + 1 };
  const reason =
    before === undefined ? first(written, spec, nowUs) : next(before, old, written, spec, isCombined, nowUs);
  // EventSourceObjectSpamFilter: 25 at once, then one every 5 minutes, per source, object and type.
  const fullBeforeUs = known === undefined ? 0 : known.fullAtUs;
  const fullAtUs = (fullBeforeUs > nowUs ? fullBeforeUs : nowUs) + SPAM_REFILL_US;
  const isSpam = fullAtUs - nowUs > SPAM_BURST * SPAM_REFILL_US;
  const { component, host, recorder } = input;
  const { kind, apiVersion, metadata } = spec.regarding;
  const { namespace, name, uid } = metadata;
  memories.keep(
    {
      hash,
      recorder,
      component,
      host,
      type: spec.type,
      kind,
      apiVersion,
      namespace,
      name,
      uid,
      fullAtUs: isSpam ? fullBeforeUs : fullAtUs,
      reasons: withReason(reasons, at, reason),
    },
    input,
  );
  return isSpam ? undefined : written;
}

function placeOf(reasons: readonly ReasonMemory[], reason: string): number {
  for (let i = 0; i < reasons.length; i++) if (reasons[i].reason === reason) return i;
  return -1;
}

function withReason(reasons: readonly ReasonMemory[], at: number, reason: ReasonMemory): readonly ReasonMemory[] {
  if (reasons.length === 0) return [reason];
  if (at < 0) return [...(reasons.length < REASONS_MAX ? reasons : reasons.slice(1)), reason];
  const next = reasons.slice();
  next[at] = reason;
  return next;
}

function isFresh(known: ReasonMemory, nowUs: TimeUs): boolean {
  return nowUs - known.lastUs <= SIMILAR_INTERVAL_US;
}

/** EventAggregate: the tenth different message within ten minutes, and every new one after it, is combined. */
function isFull(known: ReasonMemory, message: string, nowUs: TimeUs): boolean {
  const { messages } = known;
  if (typeof messages === 'string' || !isFresh(known, nowUs)) return false;
  return messages.length + 1 >= MAX_SIMILAR && !messages.includes(message);
}

function isIt(one: Written, { fieldPath, message }: EventSpec, isCombined: boolean): boolean {
  if (isCombined || one.isCombined) return isCombined && one.isCombined;
  return one.message === message && (one.fieldPath ?? '') === (fieldPath ?? '');
}

function find(written: ReasonMemory['written'], spec: EventSpec, isCombined: boolean): Written | undefined {
  if (isOne(written)) return isIt(written, spec, isCombined) ? written : undefined;
  for (const one of written) if (isIt(one, spec, isCombined)) return one;
  return undefined;
}

const isOne = (written: ReasonMemory['written']): written is Written => !Array.isArray(written);

function fresh({ spec, nameHigh, nameLow }: EventInput, isCombined: boolean, firstUs: TimeUs): Written {
  const fieldPath = isCombined ? undefined : spec.fieldPath;
  const message = isCombined ? '' : spec.message;
  return { fieldPath, message, isCombined, count: 1, firstUs, nameHigh, nameLow };
}

function first(written: Written, { reason, message }: EventSpec, nowUs: TimeUs): ReasonMemory {
  return { reason, lastUs: nowUs, messages: message, written };
}

function next(
  before: ReasonMemory,
  old: Written | undefined,
  written: Written,
  { reason, message }: EventSpec,
  isCombined: boolean,
  nowUs: TimeUs,
): ReasonMemory {
  let messages: ReasonMemory['messages'] = message;
  if (isFresh(before, nowUs)) {
    const known = typeof before.messages === 'string' ? [before.messages] : before.messages;
    // The original drops an arbitrary message when the set is full; here it is the new one.
    messages = isCombined || known.includes(message) ? before.messages : [...known, message];
  }
  const all = isOne(before.written) ? [before.written] : before.written;
  const kept = old === undefined ? (all.length < WRITTEN_MAX ? all : all.slice(1)) : all.filter((one) => one !== old);
  return { reason, lastUs: nowUs, messages, written: kept.length === 0 ? written : [...kept, written] };
}
