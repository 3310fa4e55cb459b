import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordArchive } from '../../../sim-core/engine/packed/frozenWords.ts';

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
});
