import { describe, expect, it } from 'vitest';
import { valueHash } from '../../../sim-core/apiserver/contentHash.ts';
import { entryWith } from '../../../sim-core/apiserver/heldFields.ts';
import { planOf } from '../../../sim-core/apiserver/shapes/build.ts';
import { isPlannable, PlannedFields } from '../../../sim-core/apiserver/shapes/ownFields.ts';
import type { Json } from '../../../sim-core/contracts/index.ts';

const fieldsOf = (ip: string, host: string): Json => ({
  'f:status': {
    'f:conditions': { 'k:{"type":"Ready"}': { '.': {}, 'f:status': {} } },
    'f:hostIPs': { '.': {}, [`k:{"ip":"${host}"}`]: { '.': {}, 'f:ip': {} } },
    'f:phase': {},
    'f:podIPs': { '.': {}, [`k:{"ip":"${ip}"}`]: { '.': {}, 'f:ip': {} } },
  },
});

const plain = (ip: string, host: string) => ({
  manager: 'kubelet',
  operation: 'Update' as const,
  apiVersion: 'v1',
  time: '2026-01-01T00:00:10Z',
  fieldsType: 'FieldsV1',
  fieldsV1: fieldsOf(ip, host),
  subresource: 'status',
});

function held(ip: string, host: string, isHostKnown: boolean) {
  const marker = '198.51.100.1';
  const wholes = new Map([[marker, 0]]);
  if (!isHostKnown) wholes.set('198.51.100.2', 1);
  const plan = planOf(fieldsOf(marker, isHostKnown ? host : '198.51.100.2'), { wholes, parts: new Map() });
  expect(isPlannable(plan)).toBe(true);
  const maker = new PlannedFields(plan);
  return entryWith('kubelet', 'v1', '2026-01-01T00:00:10Z', 'status', maker, maker.valuesFrom([ip, host]));
}

describe('entries whose fields are put together when somebody looks', () => {
  it.each([true, false])('hash and read as plain ones, with one address: %s', (isHostKnown) => {
    for (const ip of ['10.0.0.1', '10.0.1.2', '10.0.0.1']) {
      const expected = plain(ip, '172.16.0.1');
      const others = plain('10.9.9.9', '172.16.0.1');
      const entry = held(ip, '172.16.0.1', isHostKnown);
      expect(valueHash(entry)).toBe(valueHash(expected));
      expect(valueHash([others, entry])).toBe(valueHash([others, expected]));
      expect(valueHash(entry)).not.toBe(valueHash(others));
      expect(Object.keys(entry)).toEqual(Object.keys(expected));
      expect(JSON.stringify(entry)).toBe(JSON.stringify(expected));
      // Seen by now.
      expect(valueHash(entry)).toBe(valueHash(expected));
      expect(entry.fieldsV1).toBe(entry.fieldsV1);
      expect({ ...entry }).toStrictEqual(expected);
      expect(structuredClone(entry)).toStrictEqual(expected);
      expect(Object.getPrototypeOf(entry)).toBe(Object.prototype);
    }
  });
});
