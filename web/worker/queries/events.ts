import { externalText, nodeStateText } from '../../../reports/index.ts';
import { fieldText, KINDS, RecordKind, type TraceRecord } from '../../../sim-core/index.ts';
import { Chains, words } from '../../model/columns.ts';
import { doerOf } from '../doers.ts';
import type { OpenRun, Track, TrackKey } from '../openRun.ts';
import type { Task } from '../task.ts';

/** Kinds of records that people look for together. */
export const EVENT_GROUPS = {
  events: [RecordKind.kubeEvent],
  pods: [RecordKind.podState, RecordKind.container, RecordKind.endpoint, RecordKind.owner],
  scheduling: [RecordKind.decision, RecordKind.decisionFailed],
  nodes: [RecordKind.nodeState],
  writes: [RecordKind.write],
  faults: [RecordKind.fault, RecordKind.external, RecordKind.leader],
  refused: [RecordKind.refused],
  checks: [RecordKind.expectation, RecordKind.violation],
  waits: [RecordKind.hop, RecordKind.clock],
} as const satisfies Record<string, readonly number[]>;

export type EventGroup = keyof typeof EVENT_GROUPS;

export interface EventFilter {
  readonly groups: readonly EventGroup[];
  /** Words that all occur, or `/regexp/`. */
  readonly text: string;
  /** `pods/shop/web-1`; '' = any. */
  readonly object: string;
  /** Who did it, or the server that it was done by; '' or nothing = anybody. */
  readonly component?: string;
  readonly warningsOnly: boolean;
  /** Repeats of the same thing are one row. */
  readonly grouped: boolean;
}

export interface EventRow {
  readonly record: number;
  readonly timeUs: number;
  readonly group: EventGroup;
  readonly component: string;
  readonly object: string;
  /** Reason, verb, state: the short word. */
  readonly what: string;
  readonly text: string;
  readonly isWarning: boolean;
  readonly times: number;
}

export interface EventPage {
  readonly count: number;
  readonly rows: readonly EventRow[];
  readonly from: number;
  /** The last row at or before the moment; -1 = none. */
  readonly place: number;
  /** False while the search goes on. */
  readonly complete: boolean;
  /** The regular expression cannot be understood. */
  readonly problem: string;
}

const GROUP_OF: readonly (EventGroup | undefined)[] = (() => {
  const groups: (EventGroup | undefined)[] = [];
  for (const name of Object.keys(EVENT_GROUPS) as EventGroup[])
    for (const kind of EVENT_GROUPS[name]) groups[kind] = name;
  return groups;
})();

/** What a filter found so far in a run. */
interface Search {
  readonly key: string;
  next: number;
  /** Rows: the first record of each, and how many there are of it. */
  readonly ids: ReturnType<typeof words>;
  readonly times: ReturnType<typeof words>;
  /** Rows by a hash of what makes records repeat each other: an object may have a row for each of its pods. */
  readonly rowsOf: Chains;
}

/** Filters that are on show at once: the view, the drawer, the inspector. */
const SEARCHES_MAX = 4;
const searches = new WeakMap<OpenRun, Search[]>();

export const eventQueries = {
  /** Rows [from, from + count) of what passes a filter, and where the moment stands among them. */
  async page(
    task: Task,
    args: { readonly filter: EventFilter; readonly from: number; readonly count: number; readonly atUs: number },
  ): Promise<EventPage> {
    const { run } = task;
    const { filter, atUs } = args;
    const test = testOf(run, filter);
    if (typeof test === 'string') return { count: 0, rows: [], from: 0, place: -1, complete: true, problem: test };
    const search = searchOf(run, JSON.stringify(filter));
    await goOn(task, search, test, filter.grouped);
    const ids = search.ids.view;
    const from = Math.max(0, Math.min(args.from, ids.length - 1));
    const rows = Array.from(ids.subarray(from, from + Math.min(200, args.count)), (id, i) =>
      rowOf(run, id, search.times.data[from + i]),
    );
    return { count: ids.length, rows, from, place: placeOf(run, ids, atUs), complete: true, problem: '' };
  },

  /** Who occurs in the log. */
  async components(task: Task, _args: null): Promise<readonly string[]> {
    const { names } = await task.run.track(task, DOERS);
    return [...names].sort((a, b) => (a < b ? -1 : 1));
  },
};

class Doers implements Track {
  readonly names = new Set<string>();
  private readonly actors = new Set<number>();
  private readonly run: OpenRun;

  constructor(run: OpenRun) {
    this.run = run;
  }

  add(r: TraceRecord): void {
    if (r.actor === 0 || this.actors.has(r.actor)) return;
    this.actors.add(r.actor);
    this.names.add(this.run.names.component(r.actor));
  }
}

const DOERS: TrackKey<Doers> = { make: (run) => new Doers(run) };

function searchOf(run: OpenRun, key: string): Search {
  const known = searches.get(run) ?? [];
  const search = known.find((s) => s.key === key) ?? {
    key,
    next: 0,
    ids: words(),
    times: words(),
    rowsOf: new Chains(),
  };
  searches.set(run, [search, ...known.filter((s) => s !== search)].slice(0, SEARCHES_MAX));
  return search;
}

/** Looks at the records that are new since the last question with this filter. */
async function goOn(task: Task, search: Search, test: (r: TraceRecord) => boolean, grouped: boolean): Promise<void> {
  const { records } = task.run;
  while (search.next < records.size) {
    for (let end = Math.min(records.size, search.next + 300); search.next < end; ) {
      const r = records.at(search.next++);
      if (!test(r)) continue;
      if (grouped) {
        const before = sameRow(search, records, r);
        if (before >= 0) {
          search.times.data[before]++;
          continue;
        }
        search.rowsOf.add(slotOf(r), search.ids.size);
      }
      search.ids.push(r.id);
      search.times.push(1);
    }
    await task.pause();
  }
}

const SLOTS = 1 << 16;

function slotOf(r: TraceRecord): number {
  const message = r.kind === RecordKind.kubeEvent ? r.b : 0;
  let h = r.kind;
  for (const part of [r.obj, r.a, message]) {
    h = Math.imul(h ^ part, 0x9e3779b1);
    h ^= h >>> 15;
  }
  return (h >>> 0) % SLOTS;
}

/** The row that a record repeats; -1 = none. */
function sameRow({ ids, rowsOf }: Search, records: OpenRun['records'], r: TraceRecord): number {
  let found = -1;
  rowsOf.back(slotOf(r), (row) => {
    const other = records.at(records.placeOf(ids.data[row]));
    const isSame = other.kind === r.kind && other.obj === r.obj && other.a === r.a;
    if (isSame && (r.kind !== RecordKind.kubeEvent || other.b === r.b)) found = row;
    return found >= 0;
  });
  return found;
}

/** A test of a record, or what is wrong with the filter. */
function testOf(run: OpenRun, filter: EventFilter): ((r: TraceRecord) => boolean) | string {
  const kinds = new Set<number>(filter.groups.flatMap((g) => EVENT_GROUPS[g]));
  const { names } = run;
  const wanted = filter.component ?? '';
  const matches = textTest(filter.text);
  if (typeof matches === 'string') return matches;
  return (r) => {
    if (!kinds.has(r.kind)) return false;
    if (filter.warningsOnly && !isWarning(r)) return false;
    if (wanted !== '' && !isOf(run, r, wanted)) return false;
    if (filter.object !== '' && (r.obj === 0 || names.object(r.obj) !== filter.object)) {
      // Endpoints and owners name the object in a number.
      const other = r.kind === RecordKind.endpoint || r.kind === RecordKind.owner ? r.a : 0;
      if (other === 0 || names.object(other) !== filter.object) return false;
    }
    if (matches === undefined) return true;
    const row = rowOf(run, r.id, 1, r);
    return matches(`${row.component} ${row.object} ${row.what} ${row.text}`);
  };
}

/** A write is in the log of its client and in that of the server. */
function isOf(run: OpenRun, r: TraceRecord, component: string): boolean {
  return (r.actor !== 0 && run.names.component(r.actor) === component) || doerOf(run, r) === component;
}

function textTest(text: string): ((subject: string) => boolean) | undefined | string {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const expression = /^\/(.+)\/$/.exec(trimmed);
  if (expression !== null) {
    try {
      const regexp = new RegExp(expression[1], 'i');
      return (subject) => regexp.test(subject);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  const words = trimmed.toLowerCase().split(/\s+/);
  return (subject) => {
    const lower = subject.toLowerCase();
    return words.every((word) =>
      word.startsWith('!') && word.length > 1 ? !lower.includes(word.slice(1)) : lower.includes(word),
    );
  };
}

function isWarning(r: TraceRecord): boolean {
  switch (r.kind) {
    case RecordKind.kubeEvent:
      return r.hash === 1;
    case RecordKind.decisionFailed:
    case RecordKind.violation:
    case RecordKind.refused:
      return true;
    case RecordKind.fault:
      return r.b === 1;
    case RecordKind.expectation:
      return r.b === 0;
    default:
      return false;
  }
}

const TEXT_MAX = 600;

function rowOf(run: OpenRun, id: number, times: number, known?: TraceRecord): EventRow {
  const { records, names } = run;
  const r = known ?? records.at(records.placeOf(id));
  const spec = KINDS[r.kind];
  const part = (field: 'a' | 'b' | 'hash') => {
    const [label, meaning] = spec[field];
    if (meaning === 'none' || meaning === 'contentHash' || meaning === 'warning') return '';
    const text = meaning === 'string' ? names.string(r[field]) : fieldText(meaning, r[field], names);
    return label === 'reason' || label === 'message' || label === 'state' || label === 'fault'
      ? text
      : `${label} ${text}`;
  };
  const [first, ...rest] = toldText(names, r) ?? [part('a'), part('b'), part('hash')];
  return {
    record: id,
    timeUs: r.timeUs,
    group: GROUP_OF[r.kind] ?? 'waits',
    component: doerOf(run, r),
    object: r.obj === 0 ? '' : names.object(r.obj),
    what: r.kind === RecordKind.kubeEvent ? first : spec.name,
    text: [r.kind === RecordKind.kubeEvent ? '' : first, ...rest]
      .filter((p) => p !== '')
      .join(' · ')
      .slice(0, TEXT_MAX),
    isWarning: isWarning(r),
    times,
  };
}

/** Kinds that read better as a sentence than field by field. */
function toldText(names: OpenRun['names'], r: TraceRecord): readonly string[] | undefined {
  switch (r.kind) {
    case RecordKind.fault:
      return [`${names.string(r.a)} ${r.b === 1 ? 'begins' : 'ends'}: ${names.string(r.hash)}`];
    case RecordKind.external:
      return [externalText(names, r)];
    case RecordKind.nodeState:
      return [nodeStateText(r.a)];
    case RecordKind.leader:
      return [`${names.string(r.b)} leads ${names.string(r.a)}`];
    default:
      return undefined;
  }
}

function placeOf(run: OpenRun, ids: Uint32Array, timeUs: number): number {
  const { records } = run;
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (records.at(records.placeOf(ids[mid])).timeUs <= timeUs) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}
