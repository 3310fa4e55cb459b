import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteSink, ByteSource, ContainerSet } from '../../sim-core/engine/index.ts';

/** All kinds of containers with a plain model of each. */
function subject() {
  const set = new ContainerSet('c', true);
  return {
    set,
    table: set.table<{ readonly v: number }>('table'),
    sparse: set.table<string>('sparse'),
    f64: set.f64('f64'),
    i32: set.i32('i32'),
    wordRows: set.wordRows('wordRows', 3),
    intMap: set.intMap('intMap'),
    intSets: set.intSets('intSets'),
    dict: set.dict<{ readonly v: number }>('dict'),
    keys: set.keyIndex('keys'),
    sorted: set.sorted('sorted'),
    ring: set.ring<number>('ring'),
    words: set.wordRing('words', 4),
    cell: set.cell('cell', 0),
  };
}
type Subject = ReturnType<typeof subject>;

class Model {
  table = new Map<number, number>();
  tableLimit = 0;
  sparse = new Map<number, string>();
  f64: number[] = [];
  i32: number[] = [];
  wordRows = new Map<number, readonly number[]>();
  intMap = new Map<number, number>();
  intSets = new Map<number, Set<number>>();
  dict = new Map<string, number>();
  keys: string[] = [];
  sorted = new Map<string, number>();
  ring: number[] = [];
  ringFirst = 0;
  /** Of each row a word, and the one that is two. */
  words: (readonly [number, number])[] = [];
  wordsFirst = 0;
  cell = 0;

  clone(): Model {
    return structuredCloneModel(this);
  }
}

function structuredCloneModel(m: Model): Model {
  return Object.assign(new Model(), structuredClone({ ...m }));
}

const key = fc.oneof(
  fc.nat(20),
  fc.nat(700),
  fc.integer({ min: -5, max: -1 }),
  fc.constantFrom(1 << 24, 2 ** 40, 2 ** 40 + 1),
);
const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'a/b', 'ü', '\ud83d\ude00', '\ufffd', '10', '9'),
  fc.string({ maxLength: 4 }),
);
const step = fc.record({
  op: fc.constantFrom('put', 'put', 'put', 'drop', 'forget', 'set', 'save', 'load', 'copy', 'many'),
  key,
  text,
  v: fc.integer({ min: -1000, max: 1000 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function apply(s: Subject, m: Model, { op, key: k, text: t, v }: Step): void {
  const i = Math.abs(k) % 1000;
  if (op === 'put') {
    let free = 0;
    while (m.table.has(free)) free++;
    expect(s.table.alloc({ v })).toBe(free);
    m.table.set(free, v);
    m.tableLimit = Math.max(m.tableLimit, free + 1);
    s.sparse.put(i, t);
    m.sparse.set(i, t);
    s.f64.set(i, v / 3);
    s.i32.set(i, v);
    s.wordRows.put(i, [v | 1, k | 0, -v]);
    m.wordRows.set(i, [v | 1, k | 0, -v | 0]);
    while (m.f64.length <= i) m.f64.push(0);
    while (m.i32.length <= i) m.i32.push(0);
    m.f64[i] = v / 3;
    m.i32[i] = v;
    s.intMap.set(k, v);
    m.intMap.set(k, v);
    s.intSets.add(k % 10, v);
    if (!m.intSets.has(k % 10)) m.intSets.set(k % 10, new Set());
    m.intSets.get(k % 10)!.add(v);
    s.dict.set(t, { v });
    m.dict.set(t, v);
    if (!m.keys.includes(t)) m.keys.push(t);
    expect(s.keys.id(t)).toBe(m.keys.indexOf(t));
    s.sorted.set(t, v);
    m.sorted.set(t, v);
    expect(s.ring.push(v)).toBe(m.ringFirst + m.ring.length);
    m.ring.push(v);
    pushWords(s, m, v, Math.abs(k));
    s.cell.set(v);
    m.cell = v;
  } else if (op === 'forget') {
    s.sorted.drop(t);
    m.sorted.delete(t);
  } else if (op === 'drop') {
    s.table.free(i % 30);
    m.table.delete(i % 30);
    s.sparse.free(i);
    m.sparse.delete(i);
    s.wordRows.free(i);
    m.wordRows.delete(i);
    expect(s.intMap.delete(k)).toBe(m.intMap.delete(k));
    s.intSets.remove(k % 10, v);
    m.intSets.get(k % 10)?.delete(v);
    if (m.intSets.get(k % 10)?.size === 0) m.intSets.delete(k % 10);
    expect(s.dict.delete(t)).toBe(m.dict.delete(t));
    expect(s.sorted.delete(t)).toBe(m.sorted.delete(t));
    const drop = Math.min(m.ring.length, i % 5);
    s.ring.dropBefore(m.ringFirst + drop);
    m.ring.splice(0, drop);
    m.ringFirst += drop;
    const words = Math.min(m.words.length, i % 150);
    s.words.dropBefore(m.wordsFirst + words);
    m.words.splice(0, words);
    m.wordsFirst += words;
  } else if (op === 'many') {
    for (let n = 0; n < 600; n++) {
      s.intSets.add(3, (n * 7) % 2000);
      if (!m.intSets.has(3)) m.intSets.set(3, new Set());
      m.intSets.get(3)!.add((n * 7) % 2000);
      s.sorted.set(`k${(n * 37) % 1000}`, n);
      m.sorted.set(`k${(n * 37) % 1000}`, n);
    }
    for (let n = 0; n < 150; n++) pushWords(s, m, v + n, n * 2 ** 32 + Math.abs(v));
  } else if (op === 'set' && m.table.size > 0) {
    const slot = [...m.table.keys()][i % m.table.size];
    s.table.set(slot, { v });
    m.table.set(slot, v);
    if (m.words.length > 0) {
      const row = i % m.words.length;
      s.words.set(m.wordsFirst + row, 1, v);
      m.words[row] = [v, m.words[row][1]];
    }
  }
}

function pushWords(s: Subject, m: Model, word: number, wide: number): void {
  const row = s.words.push();
  expect(row).toBe(m.wordsFirst + m.words.length);
  s.words.set(row, 1, word);
  s.words.setWide(row, 2, wide);
  m.words.push([word, wide]);
}

const byNumber = (x: number, y: number) => x - y;

function check(s: Subject, m: Model): void {
  const table: [number, number][] = [];
  s.table.forEach((row, i) => void table.push([i, row.v]));
  expect(table).toEqual([...m.table].sort((x, y) => x[0] - y[0]));
  expect([s.table.size, s.table.limit]).toEqual([m.table.size, m.tableLimit]);
  for (const [i, t] of m.sparse) expect(s.sparse.get(i)).toBe(t);
  expect(s.sparse.size).toBe(m.sparse.size);
  expect([s.f64.length, s.i32.length]).toEqual([m.f64.length, m.i32.length]);
  m.f64.forEach((v, i) => void expect(s.f64.get(i)).toBe(v));
  m.i32.forEach((v, i) => void expect(s.i32.get(i)).toBe(v));
  const wordRows: [number, readonly number[]][] = [];
  s.wordRows.forEach((i) => void wordRows.push([i, [0, 1, 2].map((w) => s.wordRows.get(i, w))]));
  expect(wordRows).toEqual([...m.wordRows].sort((x, y) => x[0] - y[0]));
  expect(s.wordRows.size).toBe(m.wordRows.size);
  const intMap: [number, number][] = [];
  s.intMap.forEach((v, k) => void intMap.push([k, v]));
  expect(intMap).toEqual([...m.intMap].sort((x, y) => x[0] - y[0]));
  expect(s.intMap.size).toBe(m.intMap.size);
  expect(s.intSets.keys()).toEqual([...m.intSets.keys()].sort(byNumber));
  for (const [k, members] of m.intSets) {
    expect(s.intSets.members(k)).toEqual([...members].sort(byNumber));
    expect(s.intSets.count(k)).toBe(members.size);
  }
  const sortedKeys = (keys: Iterable<string>) => [...keys].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  expect(s.dict.keys()).toEqual(sortedKeys(m.dict.keys()));
  for (const [t, v] of m.dict) expect(s.dict.get(t)?.v).toBe(v);
  expect(s.dict.size).toBe(m.dict.size);
  expect(s.keys.size).toBe(m.keys.length);
  m.keys.forEach((t, id) => void expect([s.keys.find(t), s.keys.key(id)]).toEqual([id, t]));
  const sorted: [string, number][] = [];
  s.sorted.range('a', 'b', (t, v) => {
    sorted.push([t, v]);
    return true;
  });
  expect(sorted).toEqual(
    sortedKeys(m.sorted.keys())
      .filter((t) => t >= 'a' && t < 'b')
      .map((t) => [t, m.sorted.get(t)]),
  );
  expect(s.sorted.size).toBe(m.sorted.size);
  expect([s.ring.first, s.ring.next]).toEqual([m.ringFirst, m.ringFirst + m.ring.length]);
  m.ring.forEach((v, i) => void expect(s.ring.get(m.ringFirst + i)).toBe(v));
  expect([s.words.first, s.words.next]).toEqual([m.wordsFirst, m.wordsFirst + m.words.length]);
  m.words.forEach(([word, wide], i) => {
    const row = m.wordsFirst + i;
    expect([s.words.get(row, 0), s.words.get(row, 1), s.words.getWide(row, 2)]).toEqual([0, word, wide]);
  });
  expect(s.words.get(m.wordsFirst - 1, 1)).toBe(0);
  expect(s.cell.get()).toBe(m.cell);
}

describe('containers', () => {
  it('behave as plain models, over snapshots, restores and copies in bytes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let s = subject();
        let m = new Model();
        const saved: { state: readonly unknown[]; model: Model; hashes: unknown }[] = [];
        for (const act of steps) {
          if (act.op === 'save') saved.push({ state: s.set.save(), model: m.clone(), hashes: s.set.hashes() });
          else if (act.op === 'load' && saved.length > 0) {
            const back = saved[Math.abs(act.v) % saved.length];
            s.set.load(back.state);
            m = back.model.clone();
            expect(s.set.hashes()).toEqual(back.hashes);
          } else if (act.op === 'copy') {
            const bytes = new ByteSink();
            s.set.write(bytes);
            const fresh = subject();
            const source = new ByteSource(bytes.finish());
            fresh.set.read(source);
            expect(source.remaining).toBe(0);
            expect(fresh.set.hashes()).toEqual(s.set.hashes());
            s = fresh;
          } else apply(s, m, act);
        }
        check(s, m);
        for (const back of saved) {
          s.set.load(back.state);
          check(s, back.model);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps a member list that was handed out as it was', () => {
    const { intSets } = subject();
    for (let i = 0; i < 5; i++) intSets.add(1, i);
    const before = intSets.members(1);
    intSets.remove(1, 2);
    intSets.add(1, 9);
    expect(before).toEqual([0, 1, 2, 3, 4]);
    expect(intSets.members(1)).toEqual([0, 1, 3, 4, 9]);
  });

  it('lets forks of a key index go apart', () => {
    const x = subject();
    for (const t of ['a', 'b', 'c']) x.keys.id(t);
    const state = x.set.save();
    const y = subject();
    y.set.load(state);
    expect([x.keys.id('d'), x.keys.id('e')]).toEqual([3, 4]);
    expect(y.keys.find('d')).toBeUndefined();
    expect([y.keys.id('e'), y.keys.id('d')]).toEqual([3, 4]);
    expect([x.keys.key(3), y.keys.key(3)]).toEqual(['d', 'e']);
  });
});
