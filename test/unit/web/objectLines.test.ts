import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../../sim-core/index.ts';
import { lineDiff } from '../../../web/worker/lineDiff.ts';
import { leavesOf, objectLines, writerOf } from '../../../web/worker/objectLines.ts';

const pod: KubeObject = {
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-1',
    labels: { 'app.kubernetes.io/name': 'web', empty: '', yes: 'true', number: '1e3' },
    managedFields: [
      {
        manager: 'kube-controller-manager',
        operation: 'Update',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:yes': {} } },
          'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } } },
        },
      },
      {
        manager: 'kubelet',
        operation: 'Update',
        subresource: 'status',
        fieldsV1: { 'f:status': { 'f:phase': {}, 'f:conditions': { 'k:{"type":"Ready"}': { 'f:status': {} } } } },
      },
    ],
  },
  spec: { containers: [{ name: 'web', image: 'x/web:1.0', args: ['--a: b', '- c', '#d', 'e f'] }], list: [], map: {} },
};

test('an object is printed as YAML that reads back as the object', () => {
  const text = objectLines(pod, true)
    .map((l) => l.text)
    .join('\n');
  expect(parse(text)).toEqual(JSON.parse(JSON.stringify(pod)));
  expect(text.indexOf('status:')).toBeGreaterThan(text.indexOf('spec:'));
  expect(objectLines(pod, false).some((l) => l.path.includes('managedFields'))).toBe(false);
});

test('each field has the manager that names it', () => {
  expect(writerOf(pod, 'status/phase')?.manager).toBe('kubelet');
  expect(writerOf(pod, 'status/conditions/0/status')?.manager).toBe('kubelet');
  expect(writerOf(pod, 'spec/containers/0/image')?.manager).toBe('kube-controller-manager');
  expect(writerOf(pod, 'metadata/labels/yes')?.manager).toBe('kube-controller-manager');
  expect(writerOf(pod, 'metadata/name')).toBeUndefined();
});

test('leaves are told apart by their paths', () => {
  const leaves = leavesOf(pod);
  expect(leaves.get('spec/containers/0/image')).toBe('image: x/web:1.0');
  expect(leaves.get('spec/list')).toBe('list: []');
  expect(leaves.has('spec/containers')).toBe(false);
});

test('a difference has what is gone, what came and what stayed', () => {
  expect(lineDiff(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd', 'e'])).toEqual([
    { sign: ' ', text: 'a' },
    { sign: '-', text: 'b' },
    { sign: '+', text: 'x' },
    { sign: ' ', text: 'c' },
    { sign: ' ', text: 'd' },
    { sign: '+', text: 'e' },
  ]);
  expect(lineDiff([], ['a'])).toEqual([{ sign: '+', text: 'a' }]);
  expect(lineDiff(['a'], ['a'])).toEqual([{ sign: ' ', text: 'a' }]);
});

test('a slash in a key is no step of the path, and its writer is found', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: 'n',
      labels: { 'topology.kubernetes.io/zone': 'a' },
      managedFields: [
        {
          manager: 'kubelet',
          operation: 'Update',
          fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:topology.kubernetes.io/zone': {} } } },
        },
      ],
    },
  } as unknown as KubeObject;
  const line = objectLines(object, false).find((l) => l.text.includes('zone'));
  expect(line?.path).toBe('metadata/labels/topology.kubernetes.io~1zone');
  expect(writerOf(object, line?.path ?? '')?.manager).toBe('kubelet');
});
