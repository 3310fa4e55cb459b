import { describe, expect, test } from 'vitest';
import type { Version } from '../../../sim-core/contracts/index.ts';
import { ContainerSet } from '../../../sim-core/engine/index.ts';
import { SchedulingQueue } from '../../../sim-core/scheduler/queue/schedulingQueue.ts';
import { pod } from './support.ts';

const SECOND = 1_000_000;

function queueOf(maxBackoffUs = 10 * SECOND, initialBackoffUs = SECOND): SchedulingQueue {
  const queue = new SchedulingQueue(
    { initialBackoffUs, maxBackoffUs, maxUnschedulableUs: 300 * SECOND },
    { gate: () => undefined, hint: () => undefined },
  );
  queue.init(new ContainerSet('scheduler', false));
  return queue;
}

const version = (obj: number): Version => ({ obj, object: pod({}), record: 0, rv: 1 }) as unknown as Version;

/** Fails the pod `count` times as an error and tells after how many seconds it is active again. */
function waits(queue: SchedulingQueue, count: number): readonly number[] {
  queue.add(version(1), 0, 0);
  const seconds: number[] = [];
  let now = 0;
  for (let i = 0; i < count; i++) {
    queue.pop(now);
    queue.addUnschedulable(1, [], [], now);
    const failed = now;
    while (queue.flushBackoff(now) === 0) now += SECOND;
    seconds.push((now - failed) / SECOND - 1);
  }
  return seconds;
}

describe('back-off', () => {
  test('doubles from 1 s to 10 s; the pod leaves at the first tick after its expiry', () => {
    expect(waits(queueOf(), 7)).toEqual([1, 2, 4, 8, 10, 10, 10]);
    expect(waits(queueOf(60 * SECOND, 3 * SECOND), 7)).toEqual([3, 6, 12, 24, 48, 60, 60]);
  });

  test('the expiry is cut to whole seconds', () => {
    const queue = queueOf();
    queue.add(version(1), 0, 0);
    queue.pop(0);
    expect(queue.addUnschedulable(1, [], [], 0.3 * SECOND)).toBe('errorBackoff');
    expect(queue.flushBackoff(SECOND)).toBe(0);
    expect(queue.flushBackoff(2 * SECOND)).toBe(1);
  });
});

test('a rejected pod without an event waits for the first tick after five minutes', () => {
  const queue = queueOf();
  queue.add(version(1), 0, 0);
  queue.pop(10 * SECOND);
  expect(queue.addUnschedulable(1, ['NodeResourcesFit'], [], 10 * SECOND)).toBe('unschedulable');
  queue.flushUnschedulable(300 * SECOND);
  expect(queue.hasWork()).toBe(false);
  queue.flushUnschedulable(330 * SECOND);
  expect(queue.hasWork()).toBe(true);
});
