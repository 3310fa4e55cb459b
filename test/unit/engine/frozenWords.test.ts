import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PagedWordRing } from '../../../sim-core/engine/containers/words.ts';
import { Archive } from '../../../sim-core/engine/packed/frozen.ts';
import { WordArchive } from '../../../sim-core/engine/packed/frozenWords.ts';
import { PackReader } from '../../../sim-core/engine/packed/reader.ts';
import { type Packed, PackWriter } from '../../../sim-core/engine/packed/writer.ts';

const word = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.integer({ min: 0, max: 300 }),
  fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)),
);

/** Words of a page of 64 rows: what is drawn, or what counts on from there. */
function pageOf(drawn: readonly number[], width: number, p: number): Int32Array {
  const kinds = Array.from({ length: width }, (_, k) => drawn[k % drawn.length] & 3);
  return Int32Array.from({ length: 64 * width }, (_, i) => {
    const [k, row] = [i % width, p * 64 + Math.floor(i / width)];
    const seed = drawn[(i * 7 + p) % drawn.length];
    return kinds[k] === 0
      ? seed
      : kinds[k] === 1
        ? drawn[k % drawn.length] + row * 3
        : (row * 2654435761 + (seed & 15)) | 0;
  });
}

describe('frozen pages of words', () => {
  it('thaw to what they were', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (drawn, width) => {
        const pages = Array.from({ length: 16 }, (_, p) => pageOf(drawn, width, p));
        const archive = new WordArchive();
        const frozen = pages.map((page, p) => archive.freeze(page, p, (at) => pages[at], width));
        expect(frozen.map((page) => page?.slice())).toEqual(pages);
        const there: (Int32Array | NonNullable<(typeof frozen)[0]>)[] = pages.slice();
        for (let p = 8; p < 16; p++) there[p] = frozen[p] as NonNullable<(typeof frozen)[0]>;
        frozen[11]?.thaw(11, there, (at, page) => {
          there[at] = page;
        });
        expect(there).toEqual(pages);
      }),
      { numRuns: 100 },
    );
  });

  it('are none where a page of the block is missing', () => {
    const pages = Array.from({ length: 8 }, (_, p) => (p === 3 ? undefined : new Int32Array(64)));
    expect(new WordArchive().freeze(new Int32Array(64), 2, (at) => pages[at], 1)).toBeUndefined();
  });

  it('hold against what is below them where differences are joined', () => {
    const ring = new PagedWordRing(2, false);
    const archive = new Archive();
    const saved: { state: ReturnType<PagedWordRing['save']>; hash: number }[] = [];
    const save = () => saved.push({ state: ring.save(), hash: ring.hash() });
    // A row of the first page is written again after the page was frozen, while it is still at the front of the ring.
    for (let i = 0; i < 600; i++) ring.set(ring.push(), 0, i);
    save();
    ring.set(40, 0, 111);
    save();
    ring.dropBefore(30);
    save();
    ring.set(40, 0, 222);
    save();
    const pack = (i: number): Packed => {
      const w = new PackWriter(archive);
      ring.pack(saved[i].state, saved[i + 1].state, w);
      return w.finish();
    };
    const merge = (a: Packed, b: Packed): Packed => {
      const w = new PackWriter();
      ring.merge(new PackReader(a), new PackReader(b), w);
      return w.finish();
    };
    const p = [0, 1, 2].map(pack);
    for (const way of [
      [p[2], p[1], p[0]],
      [p[2], merge(p[0], p[1])],
      [merge(p[1], p[2]), p[0]],
      [merge(merge(p[0], p[1]), p[2])],
      [merge(p[0], merge(p[1], p[2]))],
    ]) {
      ring.load(saved[3].state);
      for (const packed of way) ring.unpack(new PackReader(packed));
      expect(ring.get(40, 0)).toBe(40);
      expect(ring.hash()).toBe(saved[0].hash);
    }
  });
});
