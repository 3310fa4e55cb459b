import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiResponse, KubeObject } from '../../../sim-core/contracts/index.ts';

/** Rules of a pod's volumes that the recordings do not touch (pkg/apis/core/validation). */

function create(rest: object): ApiResponse {
  const api = new MemoryApi();
  api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  const metadata = { name: 'default', namespace: 'demo' };
  api.seedObject('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  const spec = { containers: [{ name: 'c', image: 'i' }], ...rest };
  const body: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec };
  const who = { user: 'kubernetes-admin', agent: 'test/1' };
  return api.handle({ verb: 'create', resource: 'pods', namespace: 'demo', name: '', ...who, body });
}

function refusal(source: object): string {
  const { status } = create({ volumes: [{ name: 'v', ...source }] });
  return (status?.message ?? '').replace(/^\S+ "x" is invalid: spec\.volumes\[0\]\./, '');
}

const CASES: readonly (readonly [what: string, source: object, text: string])[] = [
  [
    'a disk with a partition that is none',
    { gcePersistentDisk: { pdName: 'p', partition: 256 } },
    'persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
  ],
  ['a target without a name', { iscsi: { targetPortal: 'p', lun: 0 } }, 'iscsi.iqn: Required value'],
  [
    'a target with a name of no form',
    { iscsi: { targetPortal: 'p', iqn: 'x', lun: 0 } },
    'iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
  ],
  [
    'channels without targets',
    { fc: {} },
    'fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both',
  ],
  [
    'channels with both kinds of targets',
    { fc: { targetWWNs: ['a'], lun: 1, wwids: ['b'] } },
    'fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
  ],
  [
    'a tenant in no registry',
    {
      quobyte: {
        registry: 'r',
        volume: 'v',
        tenant: 'tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt',
      },
    },
    'quobyte.tenant: Required value: must be a UUID and may not exceed a length of 64 characters',
  ],
  [
    'options of the system',
    { flexVolume: { driver: 'd', options: { 'kubernetes.io/x': 'y' } } },
    'flexVolume.options[kubernetes.io/x]: Invalid value: "kubernetes.io/x": kubernetes.io and k8s.io namespaces are reserved',
  ],
  [
    'sources of two types in one',
    { projected: { sources: [{ secret: { name: 's' }, configMap: { name: 'c' } }] } },
    'projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
  ],
  [
    'a source with a path twice',
    {
      projected: {
        sources: [
          { secret: { name: 's', items: [{ key: 'a', path: 'p' }] } },
          { configMap: { name: 'c', items: [{ key: 'b', path: 'p' }] } },
        ],
      },
    },
    'projected: Invalid value: "c": conflicting duplicate paths',
  ],
  [
    'a claim without modes',
    { ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '1Gi' } } } } } },
    'ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
  ],
  [
    'a secret of no name',
    { csi: { driver: 'a.b', nodePublishSecretRef: {} } },
    'csi.nodePublishSecretRef.name: Required value',
  ],
];

describe('a volume is refused for', () => {
  it.each(CASES)('%s', (_, source, text) => {
    expect(refusal(source)).toBe(text);
  });
});

it('overhead is refused without a RuntimeClass that defines it', () => {
  const { code, status } = create({ overhead: { cpu: '1' } });
  expect([code, status?.message]).toEqual([
    403,
    'pods "x" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
  ]);
});
