import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textHash, uidHashes } from '../../../sim-core/apiserver/names.ts';

describe('names', () => {
  it('draw the words of a uid as one by one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(uidHashes(text)).toEqual([0, 1, 2, 3].map((seed) => textHash(text, seed)));
      }),
    );
  });
});
