import type {
  Containers,
  EtcdValue,
  KeyValue,
  ObjId,
  PagedTable,
  RecordId,
  Revision,
  Ring,
  TimedValues,
  TimeUs,
  WordRing,
} from '../../contracts/index.ts';
import { ComputedPut, type Origin, type PutValues } from './computedPut.ts';
import { TimedEntry } from './timedEntry.ts';

/** What the timed puts of one key have in common, until it is written in another way. */
interface Run {
  readonly origin: Origin;
  readonly slot: number;
  readonly obj: ObjId;
  /** Of all values: what `TimedValues.make` takes. */
  readonly common: object;
  /** What the key was before the first of them. */
  readonly first: KeyValue;
  /** Of each in the backend. */
  readonly bytes: number;
}

/** What entries of the log have in common until a fault or a compaction. */
interface Passage {
  readonly term: number;
  readonly compacted: Revision;
  readonly member: number;
}

/** The values of a row that may be forgotten before who looks at it is done. */
class RowValues implements PutValues {
  private readonly values: TimedValues;
  private readonly run: Run;
  private readonly revision: Revision;
  private readonly record: RecordId;
  private readonly sentUs: TimeUs;
  private readonly handledUs: TimeUs;
  private readonly oldRevision: Revision;
  private readonly oldRecord: RecordId;
  private readonly oldSentUs: TimeUs;
  private readonly oldHandledUs: TimeUs;
  private made: EtcdValue | undefined;

  constructor(values: TimedValues, run: Run, rows: WordRing, n: number) {
    const atUs = rows.getWide(n, W.atUs);
    this.values = values;
    this.run = run;
    this.revision = rows.get(n, W.revision);
    this.record = rows.get(n, W.record) >>> 0;
    this.sentUs = atUs - rows.get(n, W.sentAgoUs);
    this.handledUs = atUs - rows.get(n, W.handledAgoUs);
    this.oldRevision = rows.get(n, W.oldRevision);
    this.oldRecord = rows.get(n, W.oldRecord) >>> 0;
    this.oldSentUs = atUs - rows.get(n, W.oldSentAgoUs);
    this.oldHandledUs = atUs - rows.get(n, W.oldHandledAgoUs);
  }

  value(): EtcdValue {
    const { values, run, revision, record, sentUs, handledUs } = this;
    // A memo of what the other fields say.
    this.made ??= values.make(run.common, run.obj, revision, record, sentUs, handledUs);
    return this.made;
  }

  oldValue(): EtcdValue {
    const { values, run, oldRevision, oldRecord, oldSentUs, oldHandledUs } = this;
    if (run.first.modRevision === oldRevision) return run.first.value;
    return values.make(run.common, run.obj, oldRevision, oldRecord, oldSentUs, oldHandledUs);
  }
}

/** A run that ended: its rows are wanted until this revision is forgotten. */
interface Ended {
  readonly run: number;
  readonly revision: Revision;
}

/** Where a put stands in raft's log, and when it was applied. */
export interface TimedPlace extends Passage {
  readonly index: number;
  readonly proposal: number;
  readonly chain: number;
  readonly atUs: TimeUs;
}

// Words of a row. Times before the commit are counted back from it.
const W = {
  revision: 0,
  run: 1,
  /** Two words. */
  atUs: 2,
  sentAgoUs: 4,
  handledAgoUs: 5,
  record: 6,
  version: 7,
  oldRevision: 8,
  oldRecord: 9,
  oldSentAgoUs: 10,
  oldHandledAgoUs: 11,
  index: 12,
  proposal: 13,
  chain: 14,
  passage: 15,
} as const;
const WIDTH = 16;

const LONGEST_AGO_US = 2 ** 31 - 1;
const RUN_BYTES = 300;

/**
 * Puts that differ from the ones before them under their keys in two times, as rows of 64 bytes: each is the row of its key,
 * its event in the history and its entry of the common log. Whoever asks for one of these gets it put together.
 */
export class TimedRows {
  readonly #rows: WordRing;
  readonly #runs: PagedTable<Run>;
  readonly #passages: PagedTable<Passage>;
  readonly #ended: Ring<Ended>;
  #values: TimedValues | undefined;

  constructor(containers: Containers) {
    this.#rows = containers.wordRing('timed', WIDTH);
    this.#runs = containers.table<Run>('timedRuns', { rowBytes: RUN_BYTES });
    this.#passages = containers.table<Passage>('timedPassages');
    this.#ended = containers.ring<Ended>('timedEnded');
  }

  /** At build only. */
  madeBy(values: TimedValues): void {
    this.#values = values;
  }

  /** Appends the row of the next put of a key; `before`: the number of its row, or its pair. */
  push(
    slot: number,
    before: KeyValue | number,
    common: object,
    obj: ObjId,
    bytes: number,
    revision: Revision,
    record: RecordId,
    sentUs: TimeUs,
    handledUs: TimeUs,
    place: TimedPlace,
  ): number {
    const rows = this.#rows;
    const { atUs } = place;
    let run = typeof before === 'number' ? rows.get(before, W.run) : -1;
    let follows = run >= 0 && this.#run(run).common === common;
    if (follows && atUs - this.#sentUs(before as number) > LONGEST_AGO_US) follows = false;
    const pair = follows ? undefined : typeof before === 'number' ? this.pair(before) : before;
    if (pair !== undefined) {
      if (run >= 0) this.#ended.push({ run, revision });
      const { key, createRevision, lease } = pair;
      const origin = { key, createRevision, lease };
      const { value, modRevision, version } = pair;
      const first = { key, value, createRevision, modRevision, version, lease };
      run = this.#runs.alloc({ origin, slot, obj, common, first, bytes });
    }
    const n = rows.push();
    rows.set(n, W.revision, revision);
    rows.set(n, W.run, run);
    rows.setWide(n, W.atUs, atUs);
    rows.set(n, W.sentAgoUs, atUs - sentUs);
    rows.set(n, W.handledAgoUs, atUs - handledUs);
    rows.set(n, W.record, record | 0);
    if (pair !== undefined) {
      rows.set(n, W.version, pair.version + 1);
      rows.set(n, W.oldRevision, pair.modRevision);
    } else {
      const old = before as number;
      const sinceUs = atUs - this.atUs(old);
      rows.set(n, W.version, rows.get(old, W.version) + 1);
      rows.set(n, W.oldRevision, rows.get(old, W.revision));
      rows.set(n, W.oldRecord, rows.get(old, W.record));
      rows.set(n, W.oldSentAgoUs, sinceUs + rows.get(old, W.sentAgoUs));
      rows.set(n, W.oldHandledAgoUs, sinceUs + rows.get(old, W.handledAgoUs));
    }
    rows.set(n, W.index, place.index);
    rows.set(n, W.proposal, place.proposal);
    rows.set(n, W.chain, place.chain | 0);
    rows.set(n, W.passage, this.#passage(place));
    return n;
  }

  revision(n: number): Revision {
    return this.#rows.get(n, W.revision);
  }

  atUs(n: number): TimeUs {
    return this.#rows.getWide(n, W.atUs);
  }

  chain(n: number): number {
    return this.#rows.get(n, W.chain) >>> 0;
  }

  obj(n: number): ObjId {
    return this.#runOf(n).obj;
  }

  common(n: number): object {
    return this.#runOf(n).common;
  }

  slot(n: number): number {
    return this.#runOf(n).slot;
  }

  key(n: number): string {
    return this.#runOf(n).origin.key;
  }

  bytes(n: number): number {
    return this.#runOf(n).bytes;
  }

  /** The row as somebody looks at it. */
  pair(n: number): ComputedPut {
    const rows = this.#rows;
    const run = this.#runOf(n);
    const { term, compacted, member } = this.#passages.get(rows.get(n, W.passage)) as Passage;
    return new ComputedPut(
      run.origin,
      new RowValues(this.#values as TimedValues, run, rows, n),
      this.revision(n),
      rows.get(n, W.version),
      rows.get(n, W.record) >>> 0,
      rows.get(n, W.oldRevision),
      rows.get(n, W.index),
      term,
      rows.get(n, W.proposal),
      compacted,
      this.chain(n),
      member,
      this.atUs(n),
    );
  }

  /** The value alone. */
  value(n: number): EtcdValue {
    const rows = this.#rows;
    const { common, obj } = this.#runOf(n);
    const atUs = this.atUs(n);
    const [sentUs, handledUs] = [atUs - rows.get(n, W.sentAgoUs), atUs - rows.get(n, W.handledAgoUs)];
    const record = rows.get(n, W.record) >>> 0;
    return (this.#values as TimedValues).make(common, obj, this.revision(n), record, sentUs, handledUs);
  }

  /** The entry of the log alone. */
  entry(n: number): TimedEntry {
    const rows = this.#rows;
    const { term, compacted, member } = this.#passages.get(rows.get(n, W.passage)) as Passage;
    return new TimedEntry(
      this.revision(n),
      rows.get(n, W.index),
      term,
      rows.get(n, W.proposal),
      member,
      compacted,
      this.chain(n),
      this.atUs(n),
    );
  }

  /** The key of a row is written in another way at a revision, or goes. */
  end(n: number, revision: Revision): void {
    this.#ended.push({ run: this.#rows.get(n, W.run), revision });
  }

  /** The row of a key whose history is forgotten becomes a pair again; nothing else is kept of its run. */
  lift(n: number): KeyValue {
    const pair = this.pair(n);
    this.#runs.free(this.#rows.get(n, W.run));
    return pair;
  }

  /** The history up to a revision is forgotten. */
  forget(revision: Revision): void {
    let { first } = this.#ended;
    for (; first < this.#ended.next; first++) {
      const ended = this.#ended.get(first) as Ended;
      if (ended.revision > revision) break;
      this.#runs.free(ended.run);
    }
    this.#ended.dropBefore(first);
  }

  /** Neither history nor log have rows below this one. */
  dropBefore(n: number): void {
    this.#rows.dropBefore(n);
  }

  #sentUs(n: number): TimeUs {
    return this.atUs(n) - this.#rows.get(n, W.sentAgoUs);
  }

  #runOf(n: number): Run {
    return this.#run(this.#rows.get(n, W.run));
  }

  #run(run: number): Run {
    return this.#runs.get(run) as Run;
  }

  /** Two servers take turns at most: the passage is one of the last, or new. */
  #passage({ term, compacted, member }: Passage): number {
    const { limit } = this.#passages;
    for (let i = limit - 1; i >= Math.max(0, limit - LOOK_BACK); i--) {
      const known = this.#passages.get(i) as Passage;
      if (known.member === member && known.compacted === compacted && known.term === term) return i;
    }
    return this.#passages.alloc({ term, compacted, member });
  }
}

const LOOK_BACK = 8;
