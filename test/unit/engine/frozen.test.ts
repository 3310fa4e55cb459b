import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registerClass } from '../../../sim-core/engine/index.ts';
import { Archive } from '../../../sim-core/engine/packed/frozen.ts';

class Pair {
  readonly a: unknown;
  readonly b: unknown;

  constructor(a: unknown, b: unknown) {
    this.a = a;
    this.b = b;
  }
}
registerClass(Pair, {
  tag: 'PairOfFrozenTest',
  encode: (p) => [p.a, p.b],
  decode: (parts) => new Pair(...(parts as [unknown, unknown])),
});

const leaf = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom<unknown>(undefined, null, true, false, -0, Number.NaN, 2 ** 53, -(2 ** 50), 1e300),
  fc.constantFrom('', '0', '7', '12345678', '0123', '-1', '1.5', 'ü', '\ud83d\ude00', '\ud800', 'x'.repeat(3000)),
  fc.string(),
);
const { row } = fc.letrec((tie) => ({
  row: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('row'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('row'), { maxKeys: 4, noNullPrototype: true }),
    fc.tuple(tie('row'), tie('row')).map(([a, b]) => new Pair(a, b)),
  ),
}));

describe('frozen pages', () => {
  it('thaw to what they were', () => {
    fc.assert(
      fc.property(fc.array(fc.array(row, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 9 }), (pages) => {
        // Rows come by again, also as parts of others.
        const shared = pages.map((page, i) => (i % 3 === 0 ? page : [page[0], [pages[0][1], page[1]], pages[0][2]]));
        const archive = new Archive();
        const frozen = shared.map((page) => archive.freeze(page));
        expect(frozen.map((page) => page.slice())).toEqual(shared);
      }),
      { numRuns: 300 },
    );
  });

  it('tell integers from what was no integer in their place', () => {
    for (const odd of [0.5, Number.NaN, 2 ** 60, Number.POSITIVE_INFINITY, -0]) {
      const rows = [[odd, 1], [odd, 1, 2], [3], { a: odd }, { a: odd, b: 1 }, { a: 7 }];
      expect(new Archive().freeze(rows).slice()).toEqual(rows);
    }
  });
});
