import { expect, test } from 'vitest';
import { ContainerSet } from '../../../sim-core/engine/index.ts';
import { type WaitingEntry, WaitingPods } from '../../../sim-core/scheduler/waitingPods.ts';
import { pod } from './support.ts';

function waiting(): WaitingPods<string> {
  const pods = new WaitingPods<string>();
  pods.init(new ContainerSet('scheduler', false));
  return pods;
}

const entry = (i: number, more: Partial<WaitingEntry<string>> = {}): WaitingEntry<string> => ({
  obj: i,
  uid: `u${i}`,
  node: 'n',
  attempt: 1,
  pod: pod({}),
  sinceUs: i,
  pending: { Gang: 1 },
  isNominating: false,
  request: `r${i}`,
  ...more,
});
const uids = (pods: WaitingPods<string>) => pods.list().map((p) => p.uid);

test('pods go on in the order of their coming, once all plugins let them and their node is written down', () => {
  const pods = waiting();
  for (const i of [1, 2, 3]) pods.add(entry(i, { pending: { Gang: 1, Quota: 1 }, isNominating: i === 1 }));
  expect(uids(pods)).toEqual(['u1', 'u2', 'u3']);
  for (const i of [3, 1, 2]) pods.allow(`u${i}`, 'Gang');
  expect(pods.list()[0].pendingPlugins).toEqual(['Quota']);
  expect(pods.settled()).toBeUndefined();
  for (const i of [3, 1]) pods.allow(`u${i}`, 'Quota');
  expect(uids(pods)).toEqual(['u2']);
  expect(pods.settled()?.uid).toBe('u3');
  pods.nominated('u1');
  expect(pods.settled()?.uid).toBe('u1');
  pods.remove('u1');
  expect(pods.settled()?.uid).toBe('u3');
  pods.reject('u2', 'Quota', 'no');
  expect(pods.settled()?.rejected?.reasons).toEqual(['no']);
});

test('the list grows with each pod, and the list before stays as it was', () => {
  const pods = waiting();
  pods.add(entry(1));
  const before = pods.list();
  pods.add(entry(2));
  expect(before.map((p) => p.uid)).toEqual(['u1']);
  expect(uids(pods)).toEqual(['u1', 'u2']);
  pods.remove('u1');
  pods.add(entry(1));
  expect(uids(pods)).toEqual(['u2', 'u1']);
  pods.remove('u1');
  pods.remove('u2');
  expect(uids(pods)).toEqual([]);
});
