import { describe, expect, it } from 'vitest';
import { defaultCustom, pruneCustom, validateCustom } from '../../../sim-core/api/machinery/customResource.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 0 },
        color: { type: 'string', enum: ['red', 'green'], default: 'red' },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
  },
};
const object = (spec: object) => ({ apiVersion: 'ex.io/v1', kind: 'Widget', metadata: { name: 'x' }, spec });

describe('custom resources', () => {
  it('lose the fields that their schema does not name', () => {
    const unknown: string[] = [];
    const pruned = pruneCustom(object({ size: 1, zzz: 2, free: { a: 1 } }), SCHEMA, unknown);
    expect(pruned).toEqual(object({ size: 1, free: { a: 1 } }));
    expect(unknown).toEqual(['spec.zzz']);
  });

  it('get the defaults of their schema', () => {
    expect(defaultCustom(object({ size: 1, color: null }), SCHEMA)).toEqual(object({ size: 1, color: 'red' }));
  });

  it('are checked against it', () => {
    const texts = validateCustom(object({ color: 'pink' }), SCHEMA).map(({ field, body }) => `${field}: ${body}`);
    expect(texts).toEqual([
      'spec.size: Required value',
      'spec.color: Unsupported value: "pink": supported values: "red", "green"',
    ]);
    expect(validateCustom(object({ size: -1 }), SCHEMA)).toHaveLength(1);
  });
});
