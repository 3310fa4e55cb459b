import { describe, expect, it } from 'vitest';
import type { Service } from '../../../sim-core/api/types/core.ts';
import type { Endpoint, EndpointSlice } from '../../../sim-core/api/types/discovery.ts';
import { pack } from '../../../sim-core/controllers/endpointslice/packing.ts';

const service = { metadata: { name: 'web', namespace: 'demo', uid: 's' }, spec: {} } as Service;

function endpoint(n: number): Endpoint {
  return { addresses: [`10.0.${n >> 8}.${n & 255}`], targetRef: { kind: 'Pod', namespace: 'demo', name: `p${n}` } };
}

function packed(existing: readonly EndpointSlice[], numbers: readonly number[]) {
  return pack(service, 'IPv4', [], existing, numbers.map(endpoint), 100);
}

function named(slices: readonly EndpointSlice[]): EndpointSlice[] {
  return slices.map((slice, i) => ({ ...slice, metadata: { ...slice.metadata, name: `web-${i}` } }));
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('packing of endpoints', () => {
  const first = packed([], range(0, 250));

  it('fills slices of 100', () => {
    expect(first.creations.map((slice) => slice.endpoints?.length)).toEqual([100, 100, 50]);
  });

  it('refills the slice that changes anyway', () => {
    const slices = named(first.creations);
    const changes = packed(slices, [...range(1, 250), 300]);
    expect(changes.updates.map((slice) => slice.metadata.name)).toEqual(['web-0']);
    expect(changes.updates[0].endpoints?.length).toBe(100);
    expect(changes.creations).toEqual([]);
  });

  it('fills the best-fitting unchanged slice', () => {
    const changes = packed(named(first.creations), range(0, 260));
    expect(changes.updates.map((slice) => [slice.metadata.name, slice.endpoints?.length])).toEqual([['web-2', 60]]);
  });

  it('deletes a slice that is left empty', () => {
    const changes = packed(named(first.creations), range(0, 200));
    expect(changes.deletions.map((slice) => slice.metadata.name)).toEqual(['web-2']);
  });
});
