import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasRow, packRowsOf, ROWS, unpackRowsOf, wordOf } from '../../../sim-core/engine/containers/packed_rows.ts';

const word = fc.oneof(
  fc.integer({ min: -2147483648, max: 2147483647 }),
  fc.nat(9),
  fc.integer({ min: 1_000_000, max: 1_000_300 }),
  fc.constantFrom(-2147483648, 2147483647, -1, 0),
);
const width = 3;

/** Rows by place; word 0 of each is not 0. */
const rows = fc.array(
  fc.tuple(
    fc.nat(ROWS - 1),
    word.filter((v) => v !== 0),
    word,
    word,
  ),
  { maxLength: 100 },
);

describe('packed rows', () => {
  it('are the words that they were made of', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const words = new Int32Array(ROWS * width);
        for (const [i, ...row] of given) words.set(row, i * width);
        const page = packRowsOf(words, width);
        expect(page === undefined).toBe(given.length === 0);
        if (page === undefined) return;
        expect(unpackRowsOf(page, width)).toEqual(words);
        for (let i = 0; i < ROWS; i++) {
          expect(hasRow(page, i)).toBe(words[i * width] !== 0);
          for (let k = 0; k < width; k++) expect(wordOf(page, width, i, k)).toBe(words[i * width + k]);
        }
      }),
    );
  });

  it('take few bytes where words are alike', () => {
    const words = new Int32Array(ROWS * width);
    for (let i = 0; i < ROWS; i++) words.set([500_000 + 3 * i, 7, -40 + (i % 4)], i * width);
    const bits = 8 + 0 + 2;
    expect(packRowsOf(words, width)).toHaveLength(8 + width * 5 + (ROWS * bits) / 8);
  });
});
