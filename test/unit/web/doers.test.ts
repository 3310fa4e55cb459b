import { describe, expect, it } from 'vitest';
import { RecordKind, type TraceRecord } from '../../../sim-core/index.ts';
import { doerOf } from '../../../web/worker/doers.ts';

const COMPONENTS = ['', 'apiservers', 'kubectl', 'kube-scheduler-0', 'faults', 'kube-controller-manager-0'];
const OBJECTS = [
  '',
  'deployments.apps/shop/web',
  'replicasets.apps/shop/web-1',
  'pods/shop/web-1-a',
  'leases.coordination.k8s.io/kube-node-lease/n-1',
  'nodes/n-1',
  'events/shop/web.17',
  'configmaps/shop/c',
];
const [APISERVERS, KUBECTL, SCHEDULER, FAULTS] = [1, 2, 3, 4];
const [DEPLOYMENT, REPLICASET, POD, LEASE, NODE, EVENT, MAP] = [1, 2, 3, 4, 5, 6, 7];

/** [kind, component, object, cause, verb]: numbered from 1. */
const TOLD = [
  [RecordKind.external, KUBECTL, 0, 0, 0],
  [RecordKind.write, APISERVERS, DEPLOYMENT, 1, 0],
  [RecordKind.write, APISERVERS, REPLICASET, 2, 0],
  [RecordKind.write, APISERVERS, POD, 3, 0],
  [RecordKind.decision, SCHEDULER, POD, 4, 0],
  [RecordKind.write, APISERVERS, POD, 5, 1],
  [RecordKind.write, APISERVERS, POD, 6, 1],
  [RecordKind.write, APISERVERS, LEASE, 0, 1],
  [RecordKind.fault, FAULTS, NODE, 0, 0],
  [RecordKind.write, APISERVERS, NODE, 9, 1],
  [RecordKind.write, APISERVERS, EVENT, 2, 0],
  [RecordKind.write, APISERVERS, MAP, 1, 0],
] as const;

const records = TOLD.map(
  ([kind, actor, obj, cause, a], i): TraceRecord => ({
    id: i + 1,
    timeUs: i + 1,
    kind,
    actor,
    obj,
    cause,
    a,
    b: 0,
    hash: 0,
  }),
);
const run = {
  records: { placeOf: (id: number) => id - 1, at: (place: number) => records[place] },
  names: { component: (id: number) => COMPONENTS[id], object: (id: number) => OBJECTS[id] },
  scan: { leaders: [{ timeUs: 0, election: 'kube-controller-manager', name: 'kube-controller-manager-0' }] },
} as unknown as Parameters<typeof doerOf>[0];
const doer = (id: number) => doerOf(run, records[id - 1]);

describe('who did what a record tells', () => {
  it('is the client of a write, where its own record is the cause', () => {
    expect(doer(2)).toBe('kubectl');
    expect(doer(6)).toBe('kube-scheduler-0');
    expect(doer(12)).toBe('kubectl');
  });

  it('is who writes such objects, where another write or the clock is the cause', () => {
    expect(doer(3)).toBe('kube-controller-manager-0');
    expect(doer(4)).toBe('kube-controller-manager-0');
    expect(doer(7)).toBe('kubelets');
    expect(doer(8)).toBe('kubelets');
    expect(doer(11)).toBe('kube-controller-manager-0');
  });

  it('is a kubelet that works again, not the fault that ended', () => {
    expect(doer(10)).toBe('kubelets');
  });
});
