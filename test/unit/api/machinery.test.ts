import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findPort, hostPorts, hostPortsConflict } from '../../../sim-core/api/helpers/ports.ts';
import { addOrUpdateTaint, removeTaint } from '../../../sim-core/api/helpers/taints.ts';
import { minTolerationSeconds } from '../../../sim-core/api/helpers/tolerations.ts';
import { POD_TEMPLATE_TYPES } from '../../../sim-core/api/machinery/data/podTemplateTypes.ts';
import { utf8Bytes } from '../../../sim-core/api/machinery/gotext.ts';
import { updateManagedFields } from '../../../sim-core/api/machinery/managedFields.ts';
import {
  milliQuantityText,
  milliValue,
  parseQuantity,
  quantityText,
  value,
} from '../../../sim-core/api/machinery/quantity.ts';
import { parseLabelSelector } from '../../../sim-core/api/machinery/selectorParser.ts';
import { labelSelectorMatches } from '../../../sim-core/api/machinery/selectors.ts';
import { sha256 } from '../../../sim-core/api/machinery/sha256.ts';
import { microTimeText, timeText, timeUs } from '../../../sim-core/api/machinery/time.ts';
import {
  type Condition,
  setCondition,
  withLabel,
  withMeta,
  withPath,
  withStatus,
} from '../../../sim-core/api/machinery/update.ts';

function vectorText(file: string): string {
  return gunzipSync(readFileSync(path.join(process.cwd(), 'test/conformance/vectors', `${file}.gz`))).toString('utf8');
}

describe('quantities in hot use', () => {
  it('reads whole and thousandth parts', () => {
    expect([value('1Gi'), value('100m'), value(undefined), value(3)]).toEqual([1073741824, 1, 0, 3]);
    expect([milliValue('1'), milliValue('250m'), milliValue('1.5')]).toEqual([1000, 250, 1500]);
    expect([quantityText(1073741824, 'BinarySI'), milliQuantityText(1500)]).toEqual(['1Gi', '1500m']);
  });

  it('ends in time on hostile exponents', () => {
    for (const text of ['1e2147483648', '1e-2147483648', `1${'0'.repeat(50_000)}`, '1e10001']) {
      expect(() => parseQuantity(text)).toThrow();
    }
    expect(milliValue('1e-9999')).toBe(1);
  });
});

describe('data of the template hash', () => {
  it('is the recorded type table', () => {
    const rows = vectorText('base/gotypes.tsv')
      .split('\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
    const wanted = new Map<string, string[]>();
    for (const [pkg, type, , field, goType, json, options] of rows) {
      if (!(type in POD_TEMPLATE_TYPES) || !/\/(core|meta|pkg\/apis\/meta)\/v1$/.test(pkg)) continue;
      const row = options?.includes('inline') ? `${field} ${goType}` : `${field} ${goType} ${json}`;
      wanted.set(type, [...(wanted.get(type) ?? []), row]);
    }
    for (const [type, fields] of wanted) expect(POD_TEMPLATE_TYPES[type], type).toEqual(fields);
    expect(wanted.size).toBeGreaterThan(100);
  });
});

describe('virtual time', () => {
  const epoch = 1_767_225_600;
  it('prints and reads times of the scenario', () => {
    expect(timeText(epoch, 61_500_000)).toBe('2026-01-01T00:01:01Z');
    expect(microTimeText(epoch, 61_500_001)).toBe('2026-01-01T00:01:01.500001Z');
    expect(timeUs(epoch, '2026-01-01T00:01:01.500001Z')).toBe(61_500_001);
    expect(timeText(epoch, -1)).toBe('2025-12-31T23:59:59Z');
  });
});

describe('updates', () => {
  const object = Object.freeze({
    metadata: { name: 'a', labels: { x: '1' } },
    spec: { a: 1 },
    status: { ready: true },
  });
  it('give back what did not change and share the rest', () => {
    expect(withStatus(object, { ready: true })).toBe(object);
    expect(withMeta(object, { name: 'a' })).toBe(object);
    const next = withLabel(object, 'y', '2');
    expect(next.spec).toBe(object.spec);
    expect(next.metadata.labels).toEqual({ x: '1', y: '2' });
    expect(withLabel(object, 'x', undefined).metadata).toEqual({ name: 'a' });
    expect(withPath(object, ['spec', 'b', 'c'], 1).spec).toEqual({ a: 1, b: { c: 1 } });
  });

  it('moves the time of a condition only with its status', () => {
    const one = setCondition<Condition>(undefined, { type: 'Ready', status: 'True', reason: 'A' }, 0, 5_000_000);
    expect(one[0].lastTransitionTime).toBe('1970-01-01T00:00:05Z');
    expect(setCondition(one, { type: 'Ready', status: 'True', reason: 'A' }, 0, 9_000_000)).toBe(one);
    const two = setCondition(one, { type: 'Ready', status: 'True', reason: 'B' }, 0, 9_000_000);
    expect(two[0]).toMatchObject({ reason: 'B', lastTransitionTime: '1970-01-01T00:00:05Z' });
    const three = setCondition(two, { type: 'Ready', status: 'False', reason: 'B' }, 0, 9_000_000);
    expect(three[0].lastTransitionTime).toBe('1970-01-01T00:00:09Z');
  });
});

describe('managed fields', () => {
  const base = { apiVersion: 'v1', kind: 'ConfigMap', manager: 'a', time: 't1' };
  const before = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: '1', b: '2' } };
  it('belong to who wrote last', () => {
    const created = updateManagedFields({ ...base, before: undefined, after: before });
    expect(created).toEqual([
      {
        manager: 'a',
        operation: 'Update',
        apiVersion: 'v1',
        time: 't1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } },
      },
    ]);
    const stored = { ...before, metadata: { name: 'x', managedFields: created } };
    const after = { ...before, data: { a: '9', c: '3' } };
    const updated = updateManagedFields({ ...base, before: stored, after, manager: 'b', time: 't2' });
    expect(updated?.map((e) => [e.manager, e.time, e.fieldsV1])).toEqual([
      ['a', 't1', { 'f:data': {} }],
      ['b', 't2', { 'f:data': { 'f:a': {}, 'f:c': {} } }],
    ]);
    expect(updateManagedFields({ ...base, before: stored, after: before })).toBe(created);
  });

  it('divide one shared map as each of its places says', () => {
    const app = Object.freeze({ app: 'a' });
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', labels: app },
      spec: { selector: app },
    };
    const fields = updateManagedFields({ ...base, kind: 'Service', before: undefined, after: service })?.[0].fieldsV1;
    expect(fields).toEqual({ 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': { 'f:selector': {} } });
  });

  it('are those of the recorded patches', () => {
    let played = 0;
    let equal = 0;
    for (const line of vectorText('api/patch.jsonl').split('\n')) {
      if (line === '') continue;
      const recorded = JSON.parse(line);
      if (recorded.group !== 'patch' || !/cm|deploy|svc|job/.test(recorded.name)) continue;
      let stored: Parameters<typeof updateManagedFields>[0]['before'];
      for (const step of recorded.steps) {
        const after = step.after ?? step.response;
        if (step.code >= 300 || !after?.metadata || after.kind !== 'ConfigMap' || step.request.method === 'DELETE')
          continue;
        const sent = { ...after, metadata: { ...after.metadata, managedFields: undefined } };
        const got = updateManagedFields({ ...base, before: stored, after: sent, manager: 'recorder', time: '<time>' });
        played++;
        if (JSON.stringify(got) === JSON.stringify(after.metadata.managedFields)) equal++;
        stored = after;
      }
    }
    expect(played).toBeGreaterThan(10);
    expect(equal).toBe(played);
  });
});

describe('helpers', () => {
  const pod = {
    spec: {
      containers: [{ ports: [{ name: 'web', containerPort: 80, hostPort: 8080 }] }],
      initContainers: [{ restartPolicy: 'Always', ports: [{ name: 'metrics', containerPort: 9, protocol: 'UDP' }] }],
    },
  };
  it('finds ports', () => {
    expect([findPort(pod, 'web', 'TCP'), findPort(pod, 'metrics', 'UDP'), findPort(pod, 'metrics', 'TCP')]).toEqual([
      80,
      9,
      undefined,
    ]);
    expect(hostPorts(pod)).toEqual([{ ip: '0.0.0.0', protocol: 'TCP', port: 8080 }]);
    const on = (ip: string) => ({ ip, protocol: 'TCP', port: 8080 });
    expect([hostPortsConflict(on('1.1.1.1'), on('0.0.0.0')), hostPortsConflict(on('1.1.1.1'), on('2.2.2.2'))]).toEqual([
      true,
      false,
    ]);
  });

  it('changes taints and knows how long they are borne', () => {
    const taints = [{ key: 'a', effect: 'NoExecute' }];
    expect(addOrUpdateTaint(taints, { key: 'a', effect: 'NoExecute' })).toBe(taints);
    expect(removeTaint(taints, { key: 'b', effect: 'NoExecute' })).toBe(taints);
    const tolerations = [
      { key: 'a', operator: 'Exists', tolerationSeconds: 30 },
      { operator: 'Exists', tolerationSeconds: 10 },
    ];
    expect(minTolerationSeconds(taints, tolerations)).toBe(10);
    expect(minTolerationSeconds(taints, [{ operator: 'Exists' }])).toBeUndefined();
    expect(minTolerationSeconds(taints, [])).toBe(-1);
  });

  it('matches selectors of either form alike', () => {
    expect(parseLabelSelector('a in (x,y),!b').requirements.length).toBe(2);
    expect(labelSelectorMatches({ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['x'] }] }, {})).toBe(true);
  });

  it('hashes', () => {
    const hex = [...sha256(utf8Bytes('abc'))].map((b) => b.toString(16).padStart(2, '0')).join('');
    expect(hex).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
