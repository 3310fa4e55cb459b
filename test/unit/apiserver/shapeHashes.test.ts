import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueHash } from '../../../sim-core/apiserver/contentHash.ts';
import { patternHash } from '../../../sim-core/apiserver/shapes/hashes.ts';
import { COUNT, TEXT } from '../../../sim-core/apiserver/shapes/holes.ts';
import { filled, type Hole, matches, patternOf } from '../../../sim-core/apiserver/shapes/match.ts';

describe('hashes of shapes', () => {
  it('are those of the values', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(json, fc.array(fc.string({ minLength: 1, maxLength: 9 }), { minLength: 1 }), (sample, texts) => {
        const holes: Hole[] = [];
        const rule = (_path: string, name: string) => (name.length % 2 === 0 ? TEXT : COUNT);
        const pattern = patternOf(sample, rule, holes, '');
        const plan = patternHash(pattern);
        const values = holes.map(({ kind, sample: old }, i) => (kind === TEXT ? texts[i % texts.length] : old));
        const other = filled(pattern, values);
        for (const value of [sample, other, sample]) {
          const found: unknown[] = [];
          expect(matches(pattern, value, found)).toBe(true);
          expect(plan.hash(found)).toBe(valueHash(value));
          expect(plan.hash(found)).toBe(valueHash(structuredClone(value)));
        }
      }),
      { numRuns: 500 },
    );
  });
});
