import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFully } from '../../../sim-core/api/decode/decode.ts';
import { decodeFast } from '../../../sim-core/api/decode/fast.ts';
import { schemaOfKind, typeNamed } from '../../../sim-core/api/schema/index.ts';
import type { TypeRef, TypeSchema } from '../../../sim-core/api/schema/types.ts';

const KINDS = [
  ['v1', 'Pod'],
  ['v1', 'Node'],
  ['v1', 'Event'],
  ['events.k8s.io/v1', 'Event'],
  ['v1', 'Service'],
  ['v1', 'Secret'],
  ['apps/v1', 'Deployment'],
  ['batch/v1', 'Job'],
  ['coordination.k8s.io/v1', 'Lease'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
] as const;

const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  string: ['', 'a', 'kube-system'],
  bool: [true, false],
  int32: [0, 1, -3, 2 ** 31 - 1, 2 ** 31, 1.5],
  int64: [0, 30, 2 ** 53, -0],
  float64: [0, 1.25, -0],
  bytes: ['', 'YQ==', 'Y\nQ==', 'Y'],
  time: ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00+01:00', '2026-02-30T00:00:00Z'],
  microTime: ['2026-01-01T00:00:00.000001Z', '2026-01-01T00:00:00Z'],
  quantity: ['1', '0.5', '1024Mi', 2, 'x'],
  intOrString: ['http', 80, 2.5],
  raw: [{ a: [1, { b: null }] }, {}],
  any: [{ x: 1 }, [], 'text', 3],
};
const WRONG = [null, 'wrong', 7, true, [], {}, [null], { a: null }];

/** A value of a type: mostly right, in or out of the server's order, seldom something else. */
function valueFor(pick: (n: number) => number, ref: TypeRef, depth: number): unknown {
  if (pick(400) === 0) return WRONG[pick(WRONG.length)];
  if (ref.kind === 'struct') return structOf(pick, typeNamed(ref.name) as TypeSchema, depth - 1);
  if (ref.kind === 'list') return Array.from({ length: pick(3) }, () => valueFor(pick, ref.of, depth - 1));
  if (ref.kind === 'map') {
    const keys = ['b', 'a', 'app', '10', '9'].slice(pick(4), 1 + pick(5));
    return Object.fromEntries(keys.map((key) => [key, valueFor(pick, ref.of, depth - 1)]));
  }
  const values = SCALARS[ref.kind];
  return values[Math.min(pick(values.length), pick(values.length))];
}

function structOf(pick: (n: number) => number, type: TypeSchema, depth: number): object {
  const out: [string, unknown][] = [];
  const share = depth > 0 ? 1 + pick(6) : 0;
  for (const field of type.fields) {
    if (pick(6) < share && pick(1 + Math.floor(type.fields.length / 6)) === 0)
      out.push([field.name, valueFor(pick, field.type, depth)]);
  }
  if (pick(60) === 0) out.push(['noSuchField', 1]);
  if (type.fields.length > 0 && pick(60) === 0) out.push([type.fields[pick(type.fields.length)].name, undefined]);
  if (pick(4) === 0) out.reverse();
  return Object.fromEntries(out);
}

describe('decoding without mistakes', () => {
  it('gives what the full way gives, in the same order, wherever it answers', () => {
    let taken = 0;
    let whole = 0;
    fc.assert(
      fc.property(fc.gen(), fc.nat(KINDS.length - 1), (g, at) => {
        const pick = (n: number) => (n <= 1 ? 0 : g(fc.integer, { min: 0, max: n - 1 }));
        const [apiVersion, kind] = KINDS[at];
        const type = schemaOfKind(apiVersion, kind) as TypeSchema;
        const value = { ...structOf(pick, type, 5), apiVersion, kind };
        const text = JSON.stringify(value);
        const full = decodeFully(value, { apiVersion, kind, strictness: 'strict' });
        const fast = decodeFast(value, type);
        expect(JSON.stringify(value)).toBe(text);
        if (fast === undefined) return;
        taken++;
        expect(full.errors).toEqual([]);
        expect(JSON.stringify(fast)).toBe(JSON.stringify(full.object));
        const again = decodeFast(full.object, type);
        if (again === undefined) return;
        expect(JSON.stringify(again)).toBe(JSON.stringify(full.object));
        // What the server has written is given back as it is, but for maps whose keys are numbers.
        if (again === full.object) whole++;
        else expect(text).toMatch(/"(9|10)":/);
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(1000);
    expect(whole).toBeGreaterThan(1000);
  });
});
