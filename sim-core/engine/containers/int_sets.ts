import type { ByteReader, ByteWriter, IntSets } from '../../contracts/state.ts';
import { combine, combineNumber } from '../mix.ts';
import type { PackReader } from '../packed/reader.ts';
import { mergeSets, packSets, readSets, type SetChange } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import { type Container, PAGE } from './container.ts';
import { PagedIntMap } from './numbers.ts';
import { Table } from './table.ts';

function lowerBoundInt(items: readonly number[], v: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (items[mid] < v) low = mid + 1;
    else high = mid;
  }
  return low;
}

const INT_CHUNK = 512;
/** Fewer are taken out one by one. */
const FEW = 6;

/** A run of ascending integers. It may be changed in place only by the set whose token it carries. */
interface IntChunk {
  /** Undefined once the items were handed out as a member list. */
  owner: object | undefined;
  readonly items: number[];
}

interface IntSet {
  readonly owner: object;
  readonly key: number;
  readonly chunks: IntChunk[];
  size: number;
  members: readonly number[] | undefined;
}

const noCodec = {
  encode: () => {
    throw new Error('sets are written by IntSets');
  },
  decode: () => {
    throw new Error('sets are read by IntSets');
  },
  hash: () => 0,
};

const NO_MEMBERS: readonly number[] = Object.freeze([]);

type SetsTable = { readonly pages: readonly (readonly (IntSet | undefined)[] | undefined)[] };

interface IntSetsState {
  readonly slots: unknown;
  readonly sets: unknown;
  readonly keys: readonly number[] | undefined;
}

/** int -> set of ints: a slot for each key with members, a chunked list in the slot. */
export class ChunkedIntSets implements IntSets, Container {
  readonly kind = 'intSets';
  readonly volatile: boolean;
  private readonly slots = new PagedIntMap(false);
  private readonly sets = new Table<IntSet>(noCodec, false, false);
  private keyList: readonly number[] | undefined = NO_MEMBERS;
  private token: object = {};

  constructor(isVolatile: boolean) {
    this.volatile = isVolatile;
  }

  add(key: number, member: number): void {
    const slot = this.slots.get(key);
    if (slot === undefined) {
      const chunks = [{ owner: this.token, items: [member] }];
      this.slots.set(key, this.sets.alloc({ owner: this.token, key, chunks, size: 1, members: undefined }));
      this.keyList = undefined;
      return;
    }
    const old = this.sets.get(slot)!;
    // Most members come in the order of their numbers.
    const end = old.chunks.length - 1;
    const last = old.chunks[end].items;
    const isLast = last[last.length - 1] < member;
    const c = isLast ? end : chunkOf(old, member);
    const i = isLast ? last.length : lowerBoundInt(old.chunks[c].items, member);
    if (!isLast && old.chunks[c].items[i] === member) return;
    const set = this.ownSet(slot, old);
    const chunk = this.ownChunk(set, c);
    if (isLast) chunk.items.push(member);
    else chunk.items.splice(i, 0, member);
    set.size++;
    if (chunk.items.length > INT_CHUNK) {
      const at = c === set.chunks.length - 1 ? INT_CHUNK - 16 : INT_CHUNK >> 1;
      set.chunks.splice(c + 1, 0, { owner: this.token, items: chunk.items.splice(at) });
    }
  }

  remove(key: number, member: number): void {
    const slot = this.slots.get(key);
    if (slot === undefined) return;
    const old = this.sets.get(slot)!;
    const c = chunkOf(old, member);
    const i = lowerBoundInt(old.chunks[c].items, member);
    if (old.chunks[c].items[i] !== member) return;
    if (old.size === 1) {
      this.slots.delete(key);
      this.sets.free(slot);
      this.keyList = undefined;
      return;
    }
    const set = this.ownSet(slot, old);
    const chunk = this.ownChunk(set, c);
    chunk.items.splice(i, 1);
    set.size--;
    if (chunk.items.length === 0) set.chunks.splice(c, 1);
  }

  /** Ascending members, each of which is there. */
  private removeAll(key: number, members: readonly number[]): void {
    const slot = this.slots.get(key);
    if (members.length < FEW || slot === undefined) {
      for (const member of members) this.remove(key, member);
      return;
    }
    const set = this.ownSet(slot, this.sets.get(slot)!);
    for (let m = 0; m < members.length; ) {
      const from = m;
      const c = chunkOf(set, members[m]);
      const { items } = this.ownChunk(set, c);
      let kept = 0;
      for (let i = 0; i < items.length; i++) {
        if (items[i] === members[m]) m++;
        else items[kept++] = items[i];
      }
      if (m === from) throw new RangeError(`intSets: no ${members[m]} under ${key}`);
      items.length = kept;
      set.size -= m - from;
      if (kept === 0) set.chunks.splice(c, 1);
      if (set.chunks.length === 0) {
        this.slots.delete(key);
        this.sets.free(slot);
        this.keyList = undefined;
      }
    }
  }

  /** Ascending members, none of which is there. */
  private addAll(key: number, members: readonly number[]): void {
    if (members.length < FEW) {
      for (const member of members) this.add(key, member);
      return;
    }
    const slot = this.slots.get(key);
    if (slot === undefined) {
      const chunks = this.chunksOf(members);
      this.slots.set(
        key,
        this.sets.alloc({ owner: this.token, key, chunks, size: members.length, members: undefined }),
      );
      this.keyList = undefined;
      return;
    }
    const set = this.ownSet(slot, this.sets.get(slot)!);
    const { chunks } = set;
    for (let m = 0; m < members.length; ) {
      const c = chunkOf(set, members[m]);
      const bound = c + 1 < chunks.length ? chunks[c + 1].items[0] : Number.POSITIVE_INFINITY;
      const from = m;
      while (m < members.length && members[m] < bound) m++;
      const merged = mergedInts(chunks[c].items, members.slice(from, m));
      if (merged.length <= INT_CHUNK) chunks[c] = { owner: this.token, items: merged };
      else chunks.splice(c, 1, ...this.chunksOf(merged));
    }
    set.size += members.length;
  }

  /** Not full, so that what comes between finds room. */
  private chunksOf(members: readonly number[]): IntChunk[] {
    const size = INT_CHUNK - (INT_CHUNK >> 2);
    const chunks: IntChunk[] = [];
    for (let i = 0; i < members.length; i += size)
      chunks.push({ owner: this.token, items: members.slice(i, i + size) });
    return chunks;
  }

  has(key: number, member: number): boolean {
    const set = this.setOf(key);
    if (set === undefined) return false;
    const items = set.chunks[chunkOf(set, member)].items;
    return items[lowerBoundInt(items, member)] === member;
  }

  count(key: number): number {
    return this.setOf(key)?.size ?? 0;
  }

  members(key: number): readonly number[] {
    const set = this.setOf(key);
    if (set === undefined) return NO_MEMBERS;
    if (set.members === undefined) {
      if (set.chunks.length === 1) {
        set.chunks[0].owner = undefined;
        set.members = set.chunks[0].items;
      } else set.members = set.chunks.flatMap((chunk) => chunk.items);
    }
    return set.members;
  }

  keys(): readonly number[] {
    if (this.keyList === undefined) {
      const keys: number[] = [];
      this.slots.forEach((_, key) => {
        keys.push(key);
      });
      this.keyList = keys;
    }
    return this.keyList;
  }

  clear(): void {
    this.slots.clear();
    this.sets.clear();
    this.keyList = NO_MEMBERS;
    this.token = {};
  }

  save(): IntSetsState {
    this.token = {};
    return { slots: this.slots.save(), sets: this.sets.save(), keys: this.keyList };
  }

  load(state: IntSetsState): void {
    this.token = {};
    this.slots.load(state.slots as Parameters<PagedIntMap['load']>[0]);
    this.sets.load(state.sets as Parameters<Table<IntSet>['load']>[0]);
    this.keyList = state.keys;
  }

  pack(state: IntSetsState, base: IntSetsState, w: PackWriter): boolean {
    const changes = changesBetween(state.sets as SetsTable, base.sets as SetsTable);
    packSets(w, changes);
    return changes.length > 0;
  }

  unpack(r: PackReader): void {
    for (const { key, removed, added } of readSets(r)) {
      this.removeAll(key, removed);
      this.addAll(key, added);
    }
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    mergeSets(a, b, w);
  }

  write(w: ByteWriter): void {
    const keys = this.keys();
    w.u32(keys.length);
    for (const key of keys) {
      const members = this.members(key);
      w.f64(key);
      w.u32(members.length);
      for (const member of members) w.f64(member);
    }
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    for (let k = 0; k < n; k++) {
      const key = r.f64();
      const size = r.u32();
      for (let i = 0; i < size; i++) this.add(key, r.f64());
    }
  }

  hash(): number {
    const keys = this.keys();
    let h = combine(0xcbbb9d5d, keys.length);
    for (const key of keys) {
      const members = this.members(key);
      h = combine(combineNumber(h, key), members.length);
      for (const member of members) h = combineNumber(h, member);
    }
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    for (const key of this.keys()) yield [String(key), this.members(key)];
  }

  private setOf(key: number): IntSet | undefined {
    const slot = this.slots.get(key);
    return slot === undefined ? undefined : this.sets.get(slot);
  }

  private ownSet(slot: number, set: IntSet): IntSet {
    if (set.owner === this.token) {
      set.members = undefined;
      return set;
    }
    const { key, chunks, size } = set;
    const copy = { owner: this.token, key, chunks: chunks.slice(), size, members: undefined };
    this.sets.set(slot, copy);
    return copy;
  }

  private ownChunk(set: IntSet, c: number): IntChunk {
    const chunk = set.chunks[c];
    if (chunk.owner === this.token) return chunk;
    const copy = { owner: this.token, items: chunk.items.slice() };
    set.chunks[c] = copy;
    return copy;
  }
}

/** Of two ascending lists that have none in common. */
function mergedInts(a: readonly number[], b: readonly number[]): number[] {
  const merged: number[] = [];
  let j = 0;
  for (let i = 0; i < a.length; i++) {
    while (j < b.length && b[j] < a[i]) merged.push(b[j++]);
    merged.push(a[i]);
  }
  while (j < b.length) merged.push(b[j++]);
  return merged;
}

/** The chunk where `member` is or would be. */
function chunkOf(set: IntSet, member: number): number {
  const chunks = set.chunks;
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (chunks[mid].items[0] <= member) low = mid;
    else high = mid - 1;
  }
  return low;
}

interface Change {
  readonly key: number;
  readonly removed: number[];
  readonly added: number[];
}

/** What is to be taken out and put in to make one state of another, in the order of the keys. */
function changesBetween({ pages }: SetsTable, base: SetsTable): readonly SetChange[] {
  const changes = new Map<number, Change>();
  const changeOf = (key: number): Change => {
    let change = changes.get(key);
    if (change === undefined) {
      change = { key, removed: [], added: [] };
      changes.set(key, change);
    }
    return change;
  };
  for (let p = 0; p < Math.max(pages.length, base.pages.length); p++) {
    const [page, old] = [pages[p], base.pages[p]];
    if (page === old) continue;
    for (let i = 0; i < PAGE; i++) {
      const [set, was] = [page?.[i], old?.[i]];
      if (set === was) continue;
      if (set !== undefined && was !== undefined && set.key === was.key) compareSets(set, was, changeOf(set.key));
      else {
        // Another key took the slot.
        if (was !== undefined) for (const { items } of was.chunks) changeOf(was.key).removed.push(...items);
        if (set !== undefined) for (const { items } of set.chunks) changeOf(set.key).added.push(...items);
      }
    }
  }
  const found: SetChange[] = [];
  for (const { key, removed, added } of changes.values()) {
    // A key that moved to another slot kept most of its members.
    const isMoved = removed.length > 0 && added.length > 0;
    const [gone, come] = isMoved ? [new Set(removed), new Set(added)] : [undefined, undefined];
    const change = {
      key,
      removed: come === undefined ? removed : removed.filter((member) => !come.has(member)),
      added: gone === undefined ? added : added.filter((member) => !gone.has(member)),
    };
    if (change.removed.length + change.added.length > 0) found.push(change);
  }
  return found.sort((a, b) => a.key - b.key);
}

/** Walks through the members of both; a chunk that both have is passed over as a whole. */
function compareSets(set: IntSet, was: IntSet, { removed, added }: Change): void {
  let [c, i, d, j] = [0, 0, 0, 0];
  for (;;) {
    const [chunk, old] = [set.chunks[c]?.items, was.chunks[d]?.items];
    if (chunk === undefined && old === undefined) return;
    if (chunk === old && i === 0 && j === 0) {
      c++;
      d++;
      continue;
    }
    const member = chunk === undefined ? Number.POSITIVE_INFINITY : chunk[i];
    const other = old === undefined ? Number.POSITIVE_INFINITY : old[j];
    if (member <= other && ++i === (chunk as number[]).length) {
      i = 0;
      c++;
    }
    if (other <= member && ++j === (old as number[]).length) {
      j = 0;
      d++;
    }
    if (member < other) added.push(member);
    else if (other < member) removed.push(other);
  }
}
