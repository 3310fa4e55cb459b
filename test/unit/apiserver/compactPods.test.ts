import { describe, expect, test } from 'vitest';
import { compactPod } from '../../../sim-core/apiserver/compact/pods.ts';
import { ObjectTemplate } from '../../../sim-core/apiserver/compact/template.ts';
import { contentHash } from '../../../sim-core/apiserver/contentHash.ts';
import { entryWith, heldHash } from '../../../sim-core/apiserver/heldFields.ts';
import { StoredVersion } from '../../../sim-core/apiserver/version.ts';
import type { Json, KubeObject } from '../../../sim-core/contracts/index.ts';

const containers = [{ name: 'app', image: 'registry.k8s.io/pause:3.10', ports: [{ containerPort: 80 }] }];
const maker = {
  fields: (ip: unknown): Json => ({ 'f:status': { 'f:podIPs': { [`k:{"ip":"${String(ip)}"}`]: { 'f:ip': {} } } } }),
  hash: () => 7,
};

interface Given {
  readonly name?: string;
  readonly uid?: string;
  readonly rv?: number;
  readonly node?: string;
  readonly ip?: string;
  readonly second?: number;
  readonly held?: boolean;
}

function pod({ name = 'web-1', uid, rv = 7, node = 'n-1', ip = '10.0.0.1', second = 5, held = true }: Given = {}) {
  const at = (s: number) => `2026-01-01T00:00:${String(s).padStart(2, '0')}Z`;
  const address = { [`k:{"ip":"${ip}"}`]: { '.': {}, 'f:ip': {} } };
  const fields = { 'f:status': { 'f:podIPs': address } };
  const own = { manager: 'kubelet', operation: 'Update', apiVersion: 'v1', time: at(second), fieldsType: 'FieldsV1' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: uid ?? '0b7be4f6-3f5e-4d8e-8f0a-2f0de9d3b522',
      creationTimestamp: at(second),
      labels: { app: 'web', 'statefulset.kubernetes.io/pod-name': name },
      managedFields: [
        held ? entryWith('kubelet', 'v1', at(second + 2), 'status', maker, ip) : { ...own, fieldsV1: fields },
      ],
      resourceVersion: String(rv),
    },
    spec: { nodeName: node, containers, hostname: undefined },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: at(second + 2) },
        { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: at(second - 3) },
      ],
      hostIP: '172.16.0.1',
      hostIPs: [{ ip: '172.16.0.1' }],
      podIP: ip,
      podIPs: [{ ip }],
      containerStatuses: [{ name: 'app', restartCount: 0, containerID: 'ab01'.repeat(16), ready: true }],
    },
  } as unknown as KubeObject;
}

const stored = (object: KubeObject, obj: number) =>
  new StoredVersion(obj, Number(object.metadata.resourceVersion), contentHash(object).hash, 0, object);

describe('compact pods', () => {
  test('give an equal object, with the same fields in the same order', () => {
    const uid = 'ffffffff-0000-4000-8000-0123456789ab';
    for (const held of [true, false]) {
      const form = ObjectTemplate.of(pod({ held }), 7) as ObjectTemplate;
      const make = () =>
        pod({ held, name: 'another-name', rv: 4711, node: 'node-2', ip: '255.10.0.254', second: 50, uid });
      const row = form.row(make(), 4711) as string;
      for (let i = 0; i < 3; i++) {
        const again = form.object(row, 4711);
        expect(contentHash(again)).toEqual(contentHash(make()));
        expect(JSON.stringify(again)).toBe(JSON.stringify(make()));
        expect('hostname' in again.spec).toBe(true);
      }
      expect(form.object(row, 4711).metadata.managedFields?.map(heldHash)).toEqual([held ? 7 : -1]);
    }
  });

  test('have in common what they had in common', () => {
    const form = ObjectTemplate.of(pod(), 7) as ObjectTemplate;
    const [one, other] = [pod({ name: 'one' }), pod({ name: 'other' })];
    const rows = [one, other].map((object) => form.row(object, 7) as string);
    const [a, b] = rows.map((row) => form.object(row, 7));
    expect(a.spec).toBe(b.spec);
    expect(a.spec.containers).toBe(containers);
    expect(a.status.conditions).toBe(b.status.conditions);
    expect(a.status.hostIPs).toBe(b.status.hostIPs);
    expect(a.metadata.name).toBe('one');
    expect(b.metadata.name).toBe('other');
  });

  test('are those of the template alone', () => {
    const form = ObjectTemplate.of(pod(), 7) as ObjectTemplate;
    const like = pod();
    const others: readonly unknown[] = [
      { ...like, status: { ...like.status, phase: 'Failed' } },
      { ...like, status: { ...like.status, podIPs: [{ ip: '10.0.0.2' }] } },
      { ...like, status: { ...like.status, podIP: '10.0.0.300' } },
      { ...like, status: { ...like.status, startTime: '2026-01-01T00:00:05Z' } },
      { ...like, spec: { ...like.spec, nodeName: 5 } },
      { ...like, spec: { ...like.spec, nodeName: 'κόμβος' } },
      { ...like, spec: { ...like.spec, containers: [...containers, ...containers] } },
      { ...like, metadata: { ...like.metadata, uid: 'ABCDEF01-3f5e-4d8e-8f0a-2f0de9d3b522' } },
      { ...like, metadata: { ...like.metadata, creationTimestamp: '2026-01-01T00:00:05.5Z' } },
      { ...like, metadata: { ...like.metadata, creationTimestamp: null } },
      { ...like, metadata: { ...like.metadata, labels: { app: 'web', 'statefulset.kubernetes.io/pod-name': 'x' } } },
      { ...like, metadata: { ...like.metadata, managedFields: [] } },
      { ...like, metadata: { ...like.metadata, finalizers: ['a'] } },
      { metadata: like.metadata, apiVersion: 'v1', kind: 'Pod', spec: like.spec, status: like.status },
    ];
    expect(others.map((other) => form.row(other as KubeObject, 7))).toEqual(others.map(() => undefined));
    expect(form.row(like, 8)).toBeUndefined();
    expect(form.row(like, 7)).toBeDefined();
  });

  test('are looked at as any other version', () => {
    const versions = Array.from({ length: 3000 }, (_, i) => stored(pod({ name: `web-${i}`, rv: i + 2 }), i + 1));
    const texts = versions.map(({ object }) => JSON.stringify(object));
    expect(versions.map((version) => compactPod(version, true)).filter((is) => !is)).toHaveLength(1);
    expect(versions.filter(({ hasForm }) => hasForm)).toHaveLength(2999);
    const first = versions[1].object;
    expect(versions[1].object).toBe(first);
    for (let round = 0; round < 2; round++) expect(versions.map(({ object }) => JSON.stringify(object))).toEqual(texts);
  });
});
