import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../sim-core/apiserver/contentHash.ts';
import { StoredVersion, stamped } from '../../../sim-core/apiserver/version.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';

const VALUE = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 'a', 'b', 1, true, '', { x: '1', resourceVersion: '3' }, ['a', { b: 1 }]),
  fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
);
const FIELDS = ['a', 'b', 'resourceVersion', 'ownerReferences', 'fieldsV1', 'conditions'];
const PART = fc.dictionary(fc.constantFrom(...FIELDS), VALUE, {
  maxKeys: 4,
});
const STEP = fc.record({
  metadata: PART,
  spec: fc.option(PART),
  status: fc.option(PART),
  data: VALUE,
  keep: fc.nat(7),
});

function hashedAnew(object: KubeObject): number {
  return contentHash(structuredClone(object)).hash;
}

describe('the content hash of a next version', () => {
  it('is that of the object alone, whatever version was before', () => {
    fc.assert(
      fc.property(fc.array(STEP, { minLength: 2, maxLength: 8 }), (steps) => {
        let before: StoredVersion | undefined;
        steps.forEach(({ metadata, spec, status, data, keep }, rv) => {
          // Some parts, or some of their fields, stay by identity.
          const old = before?.object;
          const object: KubeObject = {
            kind: 'X',
            metadata: {
              ...(keep & 1 ? old?.metadata : {}),
              ...metadata,
              resourceVersion: undefined,
            } as KubeObject['metadata'],
            spec: keep & 2 ? old?.spec : (spec ?? undefined),
            status: keep & 4 ? { ...old?.status, ...status } : (status ?? undefined),
            data,
          };
          const content = contentHash(object, before);
          expect(content.hash).toBe(hashedAnew(object));
          before = new StoredVersion(1, rv, content.hash, 0, stamped(object, rv), content);
        });
      }),
      { numRuns: 2000 },
    );
  });
});
