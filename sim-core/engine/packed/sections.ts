// What the states of containers are made of, and how one state is told from another: words and rows at places, sets of integers,
// rows by key. `merge...` makes of two differences, one over the other, one; without one of them, the other.
import { Archive, FrozenPage } from './frozen.ts';
import { BLOCK_PAGES, FrozenWords } from './frozenWords.ts';
import type { PackReader } from './reader.ts';
import type { PackWriter } from './writer.ts';

export type WordPage = Float64Array | Int32Array;
export type RowPage = readonly unknown[];

type Pages<P> = readonly (P | undefined)[];

/** Places of a ring that count, and where its pages begin. All in places. */
export interface Window {
  readonly first: number;
  readonly next: number;
  readonly base: number;
}

// Words at places

/** `size` places a page; what lies in pages that are not there is `blank`. */
export function packWords(
  w: PackWriter,
  pages: Pages<WordPage>,
  before: Pages<WordPage>,
  size: number,
  blank: number,
): void {
  w.open();
  const count = pages === before ? 0 : Math.max(pages.length, before.length);
  for (let p = 0; p < count; p++) {
    const page = pages[p];
    const old = before[p];
    if (page === old) continue;
    for (let i = 0; i < size; i++) {
      const v = page === undefined ? blank : page[i];
      const was = old === undefined ? blank : old[i];
      if (Object.is(v, was)) continue;
      w.mark(p * size + i);
      w.word(was, v);
    }
  }
  w.close();
}

/**
 * Words of a ring: only those in its window count, and of the other state only those in its window are known. Of pages of which part is
 * not known whole blocks are frozen. `size`: words of a page; `width`: of a row.
 */
export function packRingWords(
  w: PackWriter,
  pages: Pages<Int32Array | FrozenWords>,
  window: Window,
  before: Pages<Int32Array | FrozenWords>,
  known: Window,
  size: number,
  width: number,
): void {
  const archive = archiveOf(w);
  const pageAt = fullPages(pages, window, size);
  const whole: { readonly page: FrozenWords; readonly place: number }[] = [];
  const parts: { page: Int32Array; old: Int32Array | undefined; start: number; from: number; to: number }[] = [];
  visitPages(pages, window, before, known, size, (page, old, start, from, to) => {
    const isUnknown = from < known.first || to > known.next;
    const isFrozen = page instanceof FrozenWords;
    const place = start / size;
    const kept = isFrozen ? page : isUnknown ? archive.words.freeze(page, place, pageAt, width) : undefined;
    if (kept === undefined)
      parts.push({ page: page as Int32Array, old: old instanceof FrozenWords ? old.slice() : old, start, from, to });
    else if (kept !== old || isUnknown) whole.push({ page: kept, place });
  });
  w.open();
  for (const { page, place } of whole) {
    w.mark(place);
    w.value(page, page.heldBytes);
  }
  w.close();
  w.open();
  for (const { page, old, start, from, to } of parts)
    for (let at = from; at < to; at++) {
      const v = page[at - start];
      if (at >= known.first && at < known.next && old !== undefined) {
        const was = old[at - start];
        if (v === was) continue;
        w.mark(at);
        w.word(was, v);
      } else {
        w.mark(at);
        w.number(v);
      }
    }
  w.close();
  if (w.freezer === archive) freezeWordsAhead(archive, fullPages(before, known, size), known, size, width);
}

function archiveOf(w: PackWriter): Archive {
  return w.freezer instanceof Archive ? w.freezer : new Archive();
}

/** The pages of a ring in which no row is missing, by their place from its start. */
function fullPages<P>(pages: Pages<P>, { first, next, base }: Window, size: number): (p: number) => P | undefined {
  return (p) => (p * size >= first && (p + 1) * size <= next ? pages[p - base / size] : undefined);
}

function freezeWordsAhead(
  archive: Archive,
  pageAt: (p: number) => Int32Array | FrozenWords | undefined,
  { next }: Window,
  size: number,
  width: number,
): void {
  let p = Math.floor(next / size / BLOCK_PAGES) * BLOCK_PAGES;
  const isOpen = (first: number): boolean => {
    const page = pageAt(first);
    return page instanceof Int32Array && !archive.words.isFrozen(page);
  };
  while (p >= BLOCK_PAGES && isOpen(p - BLOCK_PAGES)) p -= BLOCK_PAGES;
  for (; isOpen(p) && pageAt(p + BLOCK_PAGES - 1) !== undefined; p += BLOCK_PAGES)
    archive.words.freezeAhead(p, pageAt, width);
}

function visitPages<P>(
  pages: Pages<P>,
  { first, next, base }: Window,
  before: Pages<P>,
  known: Window,
  size: number,
  visit: (page: P, old: P | undefined, start: number, from: number, to: number) => void,
): void {
  // An empty ring that was unpacked has no page where it stands.
  if (first >= next) return;
  for (let start = Math.floor(first / size) * size; start < next; start += size) {
    const page = pages[(start - base) / size];
    const old = before[(start - known.base) / size];
    if (page === undefined) throw new Error('packed: a ring lacks a page');
    const [from, to] = [Math.max(first, start), Math.min(next, start + size)];
    // A page that both have and know whole holds no difference.
    if (page === old && from >= known.first && to <= known.next) continue;
    visit(page, old, start, from, to);
  }
}

/** Only places within [from, to) of what lies below count, and of these not those that are gone: a whole page lies over them. */
export function mergeWords(
  a: PackReader | undefined,
  b: PackReader | undefined,
  w: PackWriter,
  from = 0,
  to = Number.POSITIVE_INFINITY,
  isGone?: (place: number) => boolean,
): void {
  w.open();
  let i = a === undefined ? -1 : a.next(-1);
  let j = b === undefined ? -1 : b.next(-1);
  while (i >= 0 || j >= 0) {
    if (j < 0 || (i >= 0 && i < j)) {
      w.mark(i);
      copyWord(a as PackReader, w);
      i = (a as PackReader).next(i);
    } else if (i < 0 || j < i) {
      if (j >= from && j < to && isGone?.(j) !== true) {
        w.mark(j);
        copyWord(b as PackReader, w);
      } else skipWord(b as PackReader);
      j = (b as PackReader).next(j);
    } else {
      if (isGone?.(i) === true) {
        w.mark(i);
        copyWord(a as PackReader, w);
        skipWord(b as PackReader);
      } else mergeWord(a as PackReader, b as PackReader, w, i);
      i = (a as PackReader).next(i);
      j = (b as PackReader).next(j);
    }
  }
  w.close();
}

function copyWord(r: PackReader, w: PackWriter): void {
  const code = r.varint();
  if (code % 2 === 0) w.varint(code);
  else w.number(r.behind(code));
}

function skipWord(r: PackReader): void {
  const code = r.varint();
  if (code % 2 === 1) r.behind(code);
}

function mergeWord(a: PackReader, b: PackReader, w: PackWriter, place: number): void {
  const over = a.varint();
  if (over % 2 === 1) {
    skipWord(b);
    w.mark(place);
    w.number(a.behind(over));
    return;
  }
  const under = b.varint();
  const d = unzigzagHalf(over);
  if (under % 2 === 1) {
    w.mark(place);
    w.number(b.behind(under) + d);
    return;
  }
  const sum = unzigzagHalf(under) + d;
  if (sum === 0) return;
  w.mark(place);
  w.difference(sum);
}

function unzigzagHalf(code: number): number {
  const z = code / 2;
  return z % 2 === 0 ? z / 2 : -(z + 1) / 2;
}

// Rows at places

export function packRows(
  w: PackWriter,
  pages: Pages<RowPage>,
  before: Pages<RowPage>,
  size: number,
  rowBytes: number,
): void {
  w.open();
  const count = pages === before ? 0 : Math.max(pages.length, before.length);
  for (let p = 0; p < count; p++) {
    const page = pages[p];
    const old = before[p];
    if (page === old) continue;
    for (let i = 0; i < size; i++) {
      const row = page?.[i];
      if (Object.is(row, old?.[i])) continue;
      w.mark(p * size + i);
      w.value(row, rowBytes);
    }
  }
  w.close();
}

/**
 * Rows of a ring: only those in its window count, and of the other state only those in its window are known. Pages of which part is
 * not known are frozen: much of what a ring drops was never looked at. `freezes`: rows are values that can be.
 */
export function packRing(
  w: PackWriter,
  pages: Pages<RowPage | FrozenPage>,
  window: Window,
  before: Pages<RowPage | FrozenPage>,
  known: Window,
  size: number,
  rowBytes: number,
  freezes: boolean,
): void {
  const archive = archiveOf(w);
  const whole: FrozenPage[] = [];
  const places: number[] = [];
  const parts: {
    readonly page: RowPage;
    readonly old: RowPage | undefined;
    start: number;
    from: number;
    to: number;
  }[] = [];
  visitPages(pages, window, before, known, size, (page, old, start, from, to) => {
    const isUnknown = from < known.first || to > known.next || old instanceof FrozenPage;
    const kept =
      page instanceof FrozenPage ? page : isUnknown && freezes && isFull(page) ? archive.freeze(page) : undefined;
    if (kept !== undefined) {
      if (kept === old && from >= known.first && to <= known.next) return;
      whole.push(kept);
      places.push(start / size);
    } else {
      const then = old instanceof FrozenPage ? old.slice() : old;
      parts.push({ page: page as RowPage, old: then, start, from, to });
    }
  });
  w.open();
  whole.forEach((page, i) => {
    w.mark(places[i]);
    w.value(page, page.heldBytes);
  });
  w.close();
  w.open();
  for (const { page, old, start, from, to } of parts)
    for (let at = from; at < to; at++) {
      const row = page[at - start];
      if (at >= known.first && at < known.next && Object.is(old?.[at - start], row)) continue;
      w.mark(at);
      w.value(row, rowBytes);
    }
  w.close();
  if (freezes && w.freezer === archive) freezeAhead(archive, before, known, size);
}

/** No row is to come, and none was taken away. */
function isFull(page: RowPage): boolean {
  return page[page.length - 1] !== undefined && !page.includes(undefined);
}

/**
 * Full pages that will be dropped some time, as those are that hold the same writes: the work is spread, and what follows each other
 * in time is written one after the other.
 */
function freezeAhead(
  archive: Archive,
  pages: Pages<RowPage | FrozenPage>,
  { first, next, base }: Window,
  size: number,
) {
  const from = Math.ceil((first - base) / size);
  let p = Math.floor((next - base) / size) - 1;
  const isOpen = (page: RowPage | FrozenPage | undefined): page is RowPage =>
    page !== undefined && !(page instanceof FrozenPage) && !archive.isFrozen(page) && isFull(page);
  while (p >= from && isOpen(pages[p])) p--;
  for (p++; p < pages.length && isOpen(pages[p]); p++) archive.freezeAhead(pages[p] as RowPage);
}

export function mergeRing(
  a: PackReader | undefined,
  b: PackReader | undefined,
  w: PackWriter,
  size: number,
  rowBytes: number,
  window: Pick<Window, 'first' | 'next'>,
): void {
  const isGone = mergePages(a, b, w, size, window);
  mergeRows(a, b, w, rowBytes, window.first, window.next, isGone);
}

export function mergeRingWords(
  a: PackReader | undefined,
  b: PackReader | undefined,
  w: PackWriter,
  size: number,
  window: Pick<Window, 'first' | 'next'>,
): void {
  const isGone = mergePages(a, b, w, size, window);
  mergeWords(a, b, w, window.first, window.next, isGone);
}

/** Frozen pages; of a place below says whether one lies over it. */
function mergePages(
  a: PackReader | undefined,
  b: PackReader | undefined,
  w: PackWriter,
  size: number,
  window: Pick<Window, 'first' | 'next'>,
): (place: number) => boolean {
  const over = new Set<number>();
  w.open();
  let i = a === undefined ? -1 : a.next(-1);
  let j = b === undefined ? -1 : b.next(-1);
  while (i >= 0 || j >= 0) {
    const isOver = j < 0 || (i >= 0 && i <= j);
    const at = isOver ? i : j;
    const isUnder = j === at;
    const under = isUnder ? b?.value() : undefined;
    const page = (isOver ? a?.value() : under) as FrozenPage | FrozenWords;
    if (isOver) over.add(at);
    if (isOver || (at * size < window.next && (at + 1) * size > window.first)) {
      w.mark(at);
      w.value(page, page.heldBytes);
    }
    if (isOver) i = (a as PackReader).next(i);
    if (isUnder) j = (b as PackReader).next(j);
  }
  w.close();
  return (place) => over.has(Math.floor(place / size));
}

export function mergeRows(
  a: PackReader | undefined,
  b: PackReader | undefined,
  w: PackWriter,
  rowBytes: number,
  from = 0,
  to = Number.POSITIVE_INFINITY,
  isGone?: (place: number) => boolean,
): void {
  w.open();
  let i = a === undefined ? -1 : a.next(-1);
  let j = b === undefined ? -1 : b.next(-1);
  while (i >= 0 || j >= 0) {
    if (j < 0 || (i >= 0 && i <= j)) {
      w.mark(i);
      w.value((a as PackReader).value(), rowBytes);
      if (i === j) {
        (b as PackReader).value();
        j = (b as PackReader).next(j);
      }
      i = (a as PackReader).next(i);
    } else {
      const row = (b as PackReader).value();
      if (j >= from && j < to && isGone?.(j) !== true) {
        w.mark(j);
        w.value(row, rowBytes);
      }
      j = (b as PackReader).next(j);
    }
  }
  w.close();
}

// Numbers and values that stand by themselves

/** The first one holds; returns them. */
export function mergeNumbers(
  a: PackReader | undefined,
  b: PackReader | undefined,
  w: PackWriter,
  count: number,
): readonly number[] {
  const numbers: number[] = [];
  for (let i = 0; i < count; i++) {
    const [over, under] = [a?.number(), b?.number()];
    const v = (a === undefined ? under : over) as number;
    numbers.push(v);
    w.number(v);
  }
  return numbers;
}

/** A value that may be as it was: undefined then. */
export function mergeValue(
  a: PackReader | undefined,
  b: PackReader | undefined,
  w: PackWriter,
  rowBytes: number,
): void {
  const [over, under] = [a?.value(), b?.value()];
  w.value(over ?? under, rowBytes);
}

// Tables that only grow and that several worlds share

interface SharedPrefix {
  readonly shared: object;
  readonly size: number;
}

/** False when both are the same. */
export function packPrefix(w: PackWriter, state: SharedPrefix, base: SharedPrefix): boolean {
  w.value(state.shared === base.shared ? undefined : state.shared, 0);
  w.number(state.size);
  return state.shared !== base.shared || state.size !== base.size;
}

export function mergePrefix(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
  mergeValue(a, b, w, 0);
  mergeNumbers(a, b, w, 1);
}

// Sets of integers by key

/** What leaves and enters a set; ascending. */
export interface SetChange {
  readonly key: number;
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

export function packSets(w: PackWriter, changes: readonly SetChange[]): void {
  w.varint(changes.length);
  let last = 0;
  for (const { key, removed, added } of changes) {
    w.signed(key - last);
    last = key;
    packInts(w, removed);
    packInts(w, added);
  }
}

export function readSets(r: PackReader): readonly SetChange[] {
  const count = r.varint();
  const changes: SetChange[] = [];
  let key = 0;
  for (let i = 0; i < count; i++) {
    key += r.signed();
    changes.push({ key, removed: readInts(r), added: readInts(r) });
  }
  return changes;
}

export function mergeSets(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
  const over = a === undefined ? [] : readSets(a);
  const under = b === undefined ? [] : readSets(b);
  const merged: SetChange[] = [];
  let j = 0;
  for (const change of over) {
    while (j < under.length && under[j].key < change.key) merged.push(under[j++]);
    if (j < under.length && under[j].key === change.key) merged.push(joined(change, under[j++]));
    else merged.push(change);
  }
  while (j < under.length) merged.push(under[j++]);
  packSets(
    w,
    merged.filter(({ removed, added }) => removed.length + added.length > 0),
  );
}

function joined(over: SetChange, under: SetChange): SetChange {
  return {
    key: over.key,
    removed: union(without(under.removed, over.added), without(over.removed, under.added)),
    added: union(without(under.added, over.removed), without(over.added, under.removed)),
  };
}

function without(list: readonly number[], other: readonly number[]): readonly number[] {
  if (list.length === 0 || other.length === 0) return list;
  let j = 0;
  return list.filter((v) => {
    while (j < other.length && other[j] < v) j++;
    return other[j] !== v;
  });
}

/** Of two lists that have none in common. */
function union(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return [...a, ...b].sort((x, y) => x - y);
}

function packInts(w: PackWriter, list: readonly number[]): void {
  w.varint(list.length);
  let last = 0;
  for (const v of list) {
    w.signed(v - last);
    last = v;
  }
}

function readInts(r: PackReader): readonly number[] {
  const list: number[] = [];
  let last = 0;
  for (let count = r.varint(); count > 0; count--) {
    last += r.signed();
    list.push(last);
  }
  return list;
}

// Numbers by text

/** In ascending order of the keys; NaN = the key goes. */
export type KeyChange = readonly [key: string, v: number];

export function packKeys(w: PackWriter, changes: readonly KeyChange[]): void {
  w.varint(changes.length);
  for (const [key, v] of changes) {
    w.value(key, 0);
    w.number(v);
  }
}

export function readKeys(r: PackReader): readonly KeyChange[] {
  const changes: KeyChange[] = [];
  for (let count = r.varint(); count > 0; count--) changes.push([r.value() as string, r.number()]);
  return changes;
}

export function mergeKeys(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
  const over = a === undefined ? [] : readKeys(a);
  const under = b === undefined ? [] : readKeys(b);
  const merged: KeyChange[] = [];
  let j = 0;
  for (const change of over) {
    while (j < under.length && under[j][0] < change[0]) merged.push(under[j++]);
    if (j < under.length && under[j][0] === change[0]) j++;
    merged.push(change);
  }
  while (j < under.length) merged.push(under[j++]);
  packKeys(w, merged);
}
