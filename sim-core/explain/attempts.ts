import { RecordKind } from '../contracts/engine.ts';
import type { ObjId, RecordId } from '../contracts/ids.ts';
import type { RecordSource, TraceNames, TraceRecord } from '../trace/view.ts';
import type { Attempt, Message, PodRef, ReasonChange, ReasonCount } from './types.ts';

const HEAD = /^0\/\d+ nodes are available: /;
const ITEM = /^(\d+) (.+)$/;

/** The histogram in a condition's text; empty when it has another form. Source: framework FitError.Error. */
export function reasonsIn(message: string): readonly ReasonCount[] {
  const head = HEAD.exec(message);
  if (head === null) return [];
  // The histogram ends at the first full stop that ends a sentence; what follows is PostFilter's.
  const rest = message.slice(head[0].length);
  const stop = /\.(?: |$)/.exec(rest);
  const counts: ReasonCount[] = [];
  for (const part of splitItems(stop === null ? rest : rest.slice(0, stop.index))) {
    const item = ITEM.exec(part);
    if (item !== null) counts.push({ reason: item[2], nodes: Number(item[1]) });
  }
  return counts;
}

/** At each comma that a count follows: reasons may hold commas of their own. */
function splitItems(text: string): readonly string[] {
  const items: string[] = [];
  for (const part of text.split(', ')) {
    if (items.length > 0 && !ITEM.test(part)) items[items.length - 1] += `, ${part}`;
    else items.push(part);
  }
  return items;
}

/** Reasons whose counts differ, those of `now` first. */
export function changesOf(before: readonly ReasonCount[], now: readonly ReasonCount[]): readonly ReasonChange[] {
  const count = (list: readonly ReasonCount[], reason: string) => list.find((r) => r.reason === reason)?.nodes ?? 0;
  const reasons = [...now, ...before.filter((b) => !now.some((n) => n.reason === b.reason))].map((r) => r.reason);
  return reasons
    .map((reason) => ({ reason, before: count(before, reason), now: count(now, reason) }))
    .filter((change) => change.before !== change.now);
}

/** The record that made a scheduler try: the first ancestor that is no mere delay. */
function wakingRecord(source: RecordSource, decision: TraceRecord): TraceRecord | undefined {
  let at: RecordId = decision.cause;
  while (at !== 0) {
    const place = source.placeOf(at);
    if (place < 0) return undefined;
    const record = source.at(place);
    if (record.kind !== RecordKind.hop) return record;
    at = record.cause;
  }
  return undefined;
}

const VERBS = ['Created', 'Updated', 'Deleted'] as const;

function wokenBy(record: TraceRecord | undefined, pod: ObjId, names: TraceNames): Message {
  if (record === undefined) return { id: 'sched.woken.clock', params: {} };
  if (record.kind !== RecordKind.write)
    return { id: 'sched.woken.record', params: { what: names.object(record.obj), object: names.object(record.obj) } };
  const verb = record.a & 3;
  if (record.obj === pod && verb === 0) return { id: 'sched.woken.created', params: {} };
  if (record.obj === pod && verb === 1) return { id: 'sched.woken.updated', params: {} };
  return { id: `sched.woken.object${VERBS[verb] ?? 'Updated'}`, params: { object: names.object(record.obj) } };
}

/** Pods whose name any record has, by name: those that one can ask about. */
export function knownPods(source: RecordSource, names: TraceNames): ReadonlyMap<string, ObjId> {
  const pods = new Map<string, ObjId>();
  const seen = new Set<ObjId>();
  for (let i = 0; i < source.size; i++) {
    const { obj } = source.at(i);
    if (obj === 0 || seen.has(obj)) continue;
    seen.add(obj);
    const name = names.object(obj);
    if (name.startsWith('pods/')) pods.set(name.slice('pods/'.length), obj);
  }
  return pods;
}

/**
 * All attempts of the pods of one name, in the order of time. Needs records of level story or full, and names that know them
 * all: a world that has gone back in time has forgotten the later ones (`recordsOfRun`).
 */
export function attemptsOf(source: RecordSource, names: TraceNames, pod: PodRef): readonly Attempt[] {
  const wanted = `pods/${pod.namespace}/${pod.name}`;
  const attempts: Attempt[] = [];
  let obj: ObjId = 0;
  const others = new Set<ObjId>();
  for (let i = 0; i < source.size; i++) {
    const record = source.at(i);
    if (record.kind !== RecordKind.decision && record.kind !== RecordKind.decisionFailed) continue;
    if (obj === 0 && !others.has(record.obj)) {
      if (names.object(record.obj) === wanted) obj = record.obj;
      else others.add(record.obj);
    }
    if (obj !== 0 && record.obj === obj) attempts.push(attemptFrom(source, names, record, attempts));
  }
  return attempts;
}

function attemptFrom(
  source: RecordSource,
  names: TraceNames,
  record: TraceRecord,
  earlier: readonly Attempt[],
): Attempt {
  const isScheduled = record.kind === RecordKind.decision;
  const message = isScheduled ? '' : names.string(record.a);
  const reasons = reasonsIn(message);
  const before = earlier[earlier.length - 1];
  const waking = wakingRecord(source, record);
  // The same count again: no new cycle, but the end of a wait with the node that the last one found.
  const isRefusal = !isScheduled && before?.result === 'scheduled' && before.count === record.b;
  return {
    number: earlier.length + 1,
    count: record.b,
    record: record.id,
    timeUs: record.timeUs,
    scheduler: names.component(record.actor),
    result: isScheduled ? 'scheduled' : HEAD.test(message) ? 'unschedulable' : 'error',
    node: isScheduled ? names.object(record.a).slice('nodes/'.length) : '',
    message,
    reasons,
    changes: before === undefined ? [] : changesOf(before.reasons, reasons),
    wokenBy: wokenBy(waking, record.obj, names),
    ...(isRefusal ? { found: before } : {}),
    wokenRecord: waking?.id ?? 0,
    wokenAtUs: waking?.timeUs ?? -1,
    sincePreviousUs: before === undefined ? -1 : record.timeUs - before.timeUs,
  };
}
