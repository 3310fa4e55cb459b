import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeFieldValue,
  fieldSelectorText,
  parseFieldSelector,
} from '../../sim-core/api/machinery/fieldSelectors.ts';
import { applyMergePatch, createMergePatch } from '../../sim-core/api/machinery/mergePatch.ts';
import { type PatchSchema, patchSchemaOfKind } from '../../sim-core/api/machinery/patchSchema.ts';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  newQuantity,
  parseQuantity,
  subtractQuantities,
} from '../../sim-core/api/machinery/quantity.ts';
import { parseLabelSelector } from '../../sim-core/api/machinery/selectorParser.ts';
import { selectorMatches, selectorText } from '../../sim-core/api/machinery/selectors.ts';
import { createTwoWayMergePatch } from '../../sim-core/api/machinery/strategicDiff.ts';
import { applyStrategicMergePatch } from '../../sim-core/api/machinery/strategicMerge.ts';
import { dateOf, daysOf, formatUnixSeconds, parseTime } from '../../sim-core/api/machinery/time.ts';
import { loadManifests } from '../../sim-core/api/yaml/loader.ts';

// Within what is printed without loss: below 2^63 for binary suffixes, below 10^21 for decimal ones.
const quantity = fc
  .constantFrom('DecimalSI' as const, 'BinarySI' as const, 'DecimalExponent' as const)
  .chain((format) =>
    fc
      .tuple(
        fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
        fc.integer({ min: -9, max: format === 'BinarySI' ? 1 : 3 }),
      )
      .map(([unscaled, scale]) => newQuantity(unscaled, format, scale)),
  );

describe('quantities', () => {
  it('are the same after printing and reading', () => {
    fc.assert(
      fc.property(quantity, (q) => {
        const text = formatQuantity(q);
        const again = parseQuantity(text);
        expect(compareQuantities(again, q)).toBe(0);
        if (q.format === 'DecimalSI') expect(formatQuantity(again)).toBe(text);
      }),
    );
  });

  it('are in a total order that addition keeps', () => {
    fc.assert(
      fc.property(quantity, quantity, quantity, (a, b, c) => {
        expect(Math.sign(compareQuantities(a, b))).toBe(-Math.sign(compareQuantities(b, a)) + 0);
        expect(compareQuantities(addQuantities(a, c), addQuantities(b, c))).toBe(compareQuantities(a, b));
        expect(compareQuantities(subtractQuantities(addQuantities(a, b), b), a)).toBe(0);
        if (compareQuantities(a, b) <= 0 && compareQuantities(b, c) <= 0)
          expect(compareQuantities(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('read any text or refuse it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseQuantity(text);
        } catch (error) {
          expect((error as Error).message).toMatch(/quantit/);
        }
      }),
    );
  });
});

const word = fc.stringMatching(/^[a-z]([-a-z0-9]{0,5}[a-z0-9])?$/).filter((w) => w !== 'in' && w !== 'notin');
const labels = fc.dictionary(word, word, { maxKeys: 5 });

describe('selectors', () => {
  const requirement = fc.oneof(
    word,
    word.map((k) => `!${k}`),
    fc.tuple(word, fc.constantFrom('=', '==', '!='), word).map((p) => p.join('')),
    fc
      .tuple(word, fc.constantFrom('in', 'notin'), fc.array(word, { minLength: 1, maxLength: 3 }))
      .map(([k, o, v]) => `${k} ${o} (${v.join(',')})`),
  );
  it('are the same after printing and reading', () => {
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), labels, (list, set) => {
        const selector = parseLabelSelector(list.join(','));
        const text = selectorText(selector);
        const again = parseLabelSelector(text);
        expect(selectorText(again)).toBe(text);
        expect(selectorMatches(again, set)).toBe(selectorMatches(selector, set));
        const each = list.every((one) => selectorMatches(parseLabelSelector(one), set));
        expect(selectorMatches(selector, set)).toBe(each);
      }),
    );
  });

  it('escape any value of a field', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const [parsed] = parseFieldSelector(`metadata.name=${escapeFieldValue(value)}`);
        expect(parsed.value).toBe(value);
        expect(parseFieldSelector(fieldSelectorText([parsed]))).toEqual([parsed]);
      }),
    );
  });
});

describe('patches', () => {
  const schema = patchSchemaOfKind('v1', 'Pod') as PatchSchema;
  const container = fc.record({ name: word, image: word, args: fc.array(word, { maxLength: 2 }) });
  // Finalizers are sorted because Kubernetes takes any other order for a change.
  const pod = fc.record({
    metadata: fc.record({
      labels: labels,
      finalizers: fc.uniqueArray(word, { maxLength: 4 }).map((list) => list.sort()),
    }),
    spec: fc.record({
      containers: fc.uniqueArray(container, { maxLength: 4, selector: (c) => c.name }),
      nodeSelector: labels,
      hostNetwork: fc.boolean(),
    }),
  });

  it('strategic: nothing for equal objects, and what was wanted for others', () => {
    fc.assert(
      fc.property(pod, pod, (a, b) => {
        expect(createTwoWayMergePatch(a, structuredClone(a), schema)).toEqual({});
        expect(applyStrategicMergePatch(a, {}, schema)).toEqual(a);
        const patched = applyStrategicMergePatch(a, createTwoWayMergePatch(a, b, schema), schema);
        expect(patched.spec).toEqual(b.spec);
        expect(patched.metadata.labels).toEqual(b.metadata.labels);
        expect([...patched.metadata.finalizers].sort()).toEqual([...b.metadata.finalizers].sort());
      }),
    );
  });

  it('merge: the patch of two objects makes one of the other', () => {
    const json = fc.dictionary(word, fc.oneof(word, fc.integer(), fc.dictionary(word, word), fc.array(word)));
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(applyMergePatch(a, createMergePatch(a, b))).toEqual(b);
      }),
    );
  });
});

describe('times', () => {
  it('are the same after printing and reading', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62135596800, max: 253402300799 }), (seconds) => {
        expect(parseTime(formatUnixSeconds(seconds)).seconds).toBe(seconds);
        const days = Math.floor(seconds / 86400);
        const { year, month, day } = dateOf(days);
        expect(daysOf(year, month, day)).toBe(days);
      }),
    );
  });
});

describe('manifests', () => {
  it('read any text or name a problem', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('a: 1', '- ', '  b: [', '}', '---', '"', '&a', '*a', '? ', '|', '{{ .x }}', '<<: *a', '\t'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const { documents, problems } = loadManifests('f', lines.join('\n'));
        for (const p of problems) expect(p.line > 0 && p.col > 0 && p.code !== '').toBe(true);
        for (const d of documents) expect(typeof d.object.kind).toBe('string');
      }),
    );
  });
});
