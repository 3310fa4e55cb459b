import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microTimeText, timeText } from '../../../sim-core/api/machinery/time.ts';
import { contentHash } from '../../../sim-core/apiserver/contentHash.ts';
import { withRenewTime } from '../../../sim-core/apiserver/leaseRenewal.ts';
import { leaseTemplate, RenewedVersion, renewalHash } from '../../../sim-core/apiserver/renewedVersion.ts';
import { stamped } from '../../../sim-core/apiserver/version.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';
import { ByteSink, ByteSource } from '../../../sim-core/engine/bytes.ts';
import { decodeValue, encodeValue, hashValue } from '../../../sim-core/engine/values.ts';

const EPOCH = 1_767_225_600;

/** A lease as its kubelet's first renewal left it. */
const lease = stamped(
  {
    kind: 'Lease',
    apiVersion: 'coordination.k8s.io/v1',
    metadata: {
      name: 'n1',
      namespace: 'kube-node-lease',
      uid: 'x',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'u1' }],
      managedFields: [
        {
          manager: 'kubelet',
          operation: 'Update',
          apiVersion: 'coordination.k8s.io/v1',
          time: '2026-01-01T00:00:10Z',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:spec': { 'f:renewTime': {} } },
        },
      ],
    },
    spec: { holderIdentity: 'n1', leaseDurationSeconds: 40, renewTime: '2026-01-01T00:00:10.000001Z' },
  } as unknown as KubeObject,
  7,
);
const template = leaseTemplate('/registry/leases/kube-node-lease/n1', lease, EPOCH, 'u1');
const times = fc.record({
  renewUs: fc.integer({ min: 0, max: 4e15 }),
  lagUs: fc.integer({ min: 0, max: 3e6 }),
});

describe('a version of which only the times are kept', () => {
  it('has the hash of its whole object', () => {
    fc.assert(
      fc.property(times, ({ renewUs, lagUs }) => {
        const handledUs = renewUs + lagUs;
        const renewTime = microTimeText(EPOCH, renewUs);
        const whole = contentHash(withRenewTime(lease, renewTime, timeText(EPOCH, handledUs)));
        expect(renewalHash(template, renewUs, handledUs)).toBe(whole.hash);
      }),
    );
  });

  it('shows the object that the whole way stores, and comes back from bytes', () => {
    fc.assert(
      fc.property(times, ({ renewUs, lagUs }) => {
        const handledUs = renewUs + lagUs;
        const version = new RenewedVersion(3, 9, 11, template, renewUs, handledUs);
        const renewTime = microTimeText(EPOCH, renewUs);
        expect(version.object).toEqual(stamped(withRenewTime(lease, renewTime, timeText(EPOCH, handledUs)), 9));
        const sink = new ByteSink();
        encodeValue(version, sink);
        const back = decodeValue(new ByteSource(sink.finish())) as RenewedVersion;
        expect(back.object).toEqual(version.object);
        expect(back.hash).toBe(version.hash);
        expect(hashValue(back)).toBe(hashValue(version));
      }),
    );
  });
});
