import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { updateManagedFields, updateManagedFieldsPlainly } from '../../../sim-core/api/machinery/managedFields.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';

const LABELS = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'), { maxKeys: 3 });
const CONDITIONS = fc.uniqueArray(
  fc.record({ type: fc.constantFrom('Ready', 'Initialized'), status: fc.constantFrom('True', 'False') }),
  { selector: ({ type }) => type, maxLength: 2 },
);
const STEPS = fc.array(
  fc.record({
    labels: LABELS,
    phase: fc.constantFrom('Pending', 'Running'),
    conditions: CONDITIONS,
    manager: fc.constantFrom('m', 'n', 'o'),
    subresource: fc.constantFrom(undefined, 'status'),
    time: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('the memo of managed fields', () => {
  it('gives what merging anew gives', () => {
    fc.assert(
      fc.property(STEPS, (steps) => {
        let before: KubeObject | undefined;
        for (const { labels, phase, conditions, manager, subresource, time } of steps) {
          const metadata = { name: 'p', labels, managedFields: before?.metadata.managedFields };
          const after = { apiVersion: 'v1', kind: 'Pod', metadata, status: { phase, conditions } } as KubeObject;
          const rest = { manager, apiVersion: 'v1', kind: 'Pod', time, ...(subresource && { subresource }) };
          const resetFields = subresource === 'status' ? [['spec'], ['metadata', 'ownerReferences']] : [['status']];
          const update = { before, after, resetFields, ...rest };
          const entries = updateManagedFields(update);
          expect(JSON.stringify(entries)).toBe(JSON.stringify(updateManagedFieldsPlainly(update)));
          before = { ...after, metadata: { ...metadata, managedFields: entries } };
        }
      }),
      { numRuns: 500 },
    );
  });
});
