import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceOfKind } from '../../../sim-core/api/schema/index.ts';
import { contentHash } from '../../../sim-core/apiserver/contentHash.ts';
import { decodeBody } from '../../../sim-core/apiserver/decode.ts';
import { renewedLease } from '../../../sim-core/apiserver/leaseRenewal.ts';
import type { PipelineEnv } from '../../../sim-core/apiserver/model.ts';
import { updateWith } from '../../../sim-core/apiserver/transforms/index.ts';
import { StoredVersion } from '../../../sim-core/apiserver/version.ts';
import type { ApiRequest, KubeObject } from '../../../sim-core/contracts/index.ts';

const info = resourceOfKind('coordination.k8s.io/v1', 'Lease')!;
const env = {
  nowUs: 12_345_678,
  epochSeconds: 1_767_225_600,
  disabledPlugins: [],
  get: () => undefined,
  list: () => [],
} as unknown as PipelineEnv;

function requestOf(body: KubeObject, agent: string): ApiRequest {
  const resource = 'leases.coordination.k8s.io';
  return { verb: 'update', resource, namespace: 'kube-node-lease', name: 'n1', user: 'u', agent, body } as ApiRequest;
}

/** The long way: decoding, field ownership, admission, strategy, validation. */
function longWay(request: ApiRequest, current: StoredVersion): KubeObject | undefined {
  const decoded = decodeBody(request, info, current.object);
  if (!('object' in decoded)) return undefined;
  const outcome = updateWith(request, info, current, env, decoded.object as KubeObject);
  return 'object' in outcome ? outcome.object : undefined;
}

const spec = { holderIdentity: 'n1', leaseDurationSeconds: 40, renewTime: '2026-01-01T00:00:01.000001Z' };
const owners = [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'u1' }];

/** A lease as it is stored after its first update, made by the long way itself. */
function stored(withOwner: boolean): StoredVersion {
  const metadata = { name: 'n1', namespace: 'kube-node-lease', uid: 'x', creationTimestamp: '2026-01-01T00:00:00Z' };
  const bare = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: {} } as KubeObject;
  // An update adds owners only where there are some.
  const managedFields = [
    {
      manager: 'kubelet',
      operation: 'Update',
      apiVersion: 'coordination.k8s.io/v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:holderIdentity': {} } },
    },
  ] as const;
  const first = new StoredVersion(1, 6, 0, 0, {
    ...bare,
    metadata: { ...metadata, managedFields, resourceVersion: '6' },
    spec: { holderIdentity: 'n1' },
  });
  const sent = { ...metadata, resourceVersion: '6', ...(withOwner && { ownerReferences: owners }) };
  const object = longWay(requestOf({ ...bare, metadata: sent, spec } as KubeObject, 'kubelet/v1'), first)!;
  return new StoredVersion(1, 7, 0, 0, { ...object, metadata: { ...object.metadata, resourceVersion: '7' } });
}

const maybe = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined });
const mostly = <T>(value: T, others: readonly T[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const bodies = fc.record({
  withOwner: fc.boolean(),
  agent: mostly('kubelet/v1', ['kubectl/v1']),
  uid: mostly<string | undefined>('x', [undefined, 'y']),
  rv: mostly<string | undefined>('7', [undefined, '6', '0']),
  owner: fc.boolean(),
  labels: maybe({ a: 'b' }),
  holder: mostly('n1', ['n2']),
  seconds: mostly<number | undefined>(40, [50, undefined, -1]),
  renewTime: mostly('2026-01-01T00:00:11.000001Z', [
    '2026-01-01T00:00:01.000001Z',
    '2026-01-01T00:00:11Z',
    '2026-02-30T00:00:11.000001Z',
    'soon',
  ]),
  extra: mostly<object>({}, [{ leaseTransitions: 1 }, { unknown: 1 }]),
});

describe('the short way of a lease renewal', () => {
  it('gives what the long way gives wherever it answers', () => {
    let taken = 0;
    fc.assert(
      fc.property(bodies, (b) => {
        const current = stored(b.withOwner);
        const metadata = {
          name: 'n1',
          namespace: 'kube-node-lease',
          ...(b.uid !== undefined && { uid: b.uid }),
          ...(b.rv !== undefined && { resourceVersion: b.rv }),
          ...(b.owner && { ownerReferences: structuredClone(owners) }),
          ...(b.labels && { labels: b.labels }),
        };
        const { holder: holderIdentity, seconds: leaseDurationSeconds, renewTime } = b;
        const renewed = {
          holderIdentity,
          ...(leaseDurationSeconds && { leaseDurationSeconds }),
          renewTime,
          ...b.extra,
        };
        const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: renewed } as KubeObject;
        const request = requestOf(body, b.agent);
        const short = renewedLease(request, current, env);
        if (!short) return;
        taken++;
        const long = longWay(request, current)!;
        expect(JSON.parse(JSON.stringify(short))).toEqual(JSON.parse(JSON.stringify(long)));
        expect(contentHash(short)).toEqual(contentHash(long));
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
