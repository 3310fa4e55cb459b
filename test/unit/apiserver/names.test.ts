import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textHash, UID_START, uidHashes, uidWords, uuidFrom } from '../../../sim-core/apiserver/names.ts';

describe('names', () => {
  it('draw the words of a uid as one by one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.nat(80), (text, cut) => {
        const start = uidWords(UID_START, text.slice(0, cut));
        expect(uidHashes(start, text.slice(cut))).toEqual([0, 1, 2, 3].map((seed) => textHash(text, seed)));
      }),
    );
  });

  it('print uids', () => {
    const u32 = fc.nat(2 ** 32 - 1);
    fc.assert(
      fc.property(u32, u32, u32, u32, (a, b, c, d) => {
        const [w, x, y, z] = [a, b, c, d].map((word) => word.toString(16).padStart(8, '0'));
        const variant = '89ab'[(c >>> 28) & 3];
        const text = `${w}-${x.slice(0, 4)}-4${x.slice(5)}-${variant}${y.slice(1, 4)}-${y.slice(4)}${z}`;
        expect(uuidFrom(a, b, c, d)).toBe(text);
      }),
    );
  });
});
