import type { Cell, Containers, PagedTable } from '../../contracts/index.ts';
import type { Entry, SnapshotMeta } from './types.ts';

/** Answer for an index that was compacted away or is not there yet. */
export const UNKNOWN_TERM = -1;

/** What the core needs of a member's log. Everything below `first` is in the snapshot. */
export interface RaftLog {
  readonly first: number;
  readonly last: number;
  /** Term of an entry (or of the snapshot's last entry); UNKNOWN_TERM if it is not known. */
  term(index: number): number;
  entry(index: number): Entry;
  /** Entries in [from, to). */
  slice(from: number, to: number): readonly Entry[];
  /** Replaces everything from the first given index on. */
  append(entries: readonly Entry[]): void;
  /** Drops everything that is behind the snapshot. */
  restore(snapshot: SnapshotMeta): void;
  /** The newest snapshot of this member. */
  readonly snapshot: SnapshotMeta;
}

interface Bounds {
  readonly snapshot: SnapshotMeta;
  /** Entry before the first one that is kept. */
  readonly offset: number;
  readonly offsetTerm: number;
  readonly last: number;
}

/** A member's log in containers: one row an entry, at its index. */
export class TableLog implements RaftLog {
  readonly #rows: PagedTable<Entry>;
  readonly #bounds: Cell<Bounds>;

  constructor(containers: Containers, name: string, snapshot: SnapshotMeta) {
    this.#rows = containers.table<Entry>(`${name}-entries`);
    this.#bounds = containers.cell<Bounds>(`${name}-bounds`, {
      snapshot,
      offset: snapshot.index,
      offsetTerm: snapshot.term,
      last: snapshot.index,
    });
  }

  get first(): number {
    return this.#bounds.get().offset + 1;
  }

  get last(): number {
    return this.#bounds.get().last;
  }

  get snapshot(): SnapshotMeta {
    return this.#bounds.get().snapshot;
  }

  term(index: number): number {
    const bounds = this.#bounds.get();
    if (index === bounds.offset) return bounds.offsetTerm;
    if (index < bounds.offset || index > bounds.last) return UNKNOWN_TERM;
    return (this.#rows.get(index) as Entry).term;
  }

  entry(index: number): Entry {
    const entry = this.#rows.get(index);
    if (entry === undefined) throw new Error(`raft log has no entry ${index} (${this.first}..${this.last})`);
    return entry;
  }

  slice(from: number, to: number): readonly Entry[] {
    const out: Entry[] = [];
    for (let i = from; i < to; i++) out.push(this.entry(i));
    return out;
  }

  append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.truncateAfter(entries[0].index - 1);
    for (const entry of entries) this.#rows.put(entry.index, entry);
    this.#bounds.set({ ...this.#bounds.get(), last: entries[entries.length - 1].index });
  }

  /** Forgets everything behind `index`: what a crash leaves of writes that did not reach the disk. */
  truncateAfter(index: number): void {
    const bounds = this.#bounds.get();
    if (index >= bounds.last) return;
    for (let i = Math.max(index, bounds.offset) + 1; i <= bounds.last; i++) this.#rows.free(i);
    this.#bounds.set({ ...bounds, last: Math.max(index, bounds.offset) });
  }

  restore(snapshot: SnapshotMeta): void {
    const bounds = this.#bounds.get();
    for (let i = bounds.offset + 1; i <= bounds.last; i++) this.#rows.free(i);
    this.#bounds.set({ snapshot, offset: snapshot.index, offsetTerm: snapshot.term, last: snapshot.index });
  }

  /** Keeps `snapshot` as the newest one and drops the entries up to `compactTo` (at most its index). */
  compact(snapshot: SnapshotMeta, compactTo: number): void {
    const bounds = this.#bounds.get();
    const offset = Math.min(compactTo, snapshot.index);
    if (offset <= bounds.offset) {
      this.#bounds.set({ ...bounds, snapshot });
      return;
    }
    const offsetTerm = this.term(offset);
    for (let i = bounds.offset + 1; i <= offset; i++) this.#rows.free(i);
    this.#bounds.set({ snapshot, offset, offsetTerm, last: Math.max(bounds.last, offset) });
  }
}

/**
 * A guess where two logs part: the highest index <= `index` whose term is <= `term`. Its term is UNKNOWN_TERM's
 * stand-in 0 when the log no longer knows it (raft 3.6 findConflictByTerm).
 */
export function findConflictByTerm(log: RaftLog, index: number, term: number): { index: number; term: number } {
  for (let i = index; i > 0; i--) {
    const own = log.term(i);
    if (own === UNKNOWN_TERM) return { index: i, term: 0 };
    if (own <= term) return { index: i, term: own };
  }
  return { index: 0, term: 0 };
}
