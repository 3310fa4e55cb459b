import { expect, test } from 'vitest';
import { PodState } from '../../../sim-core/index.ts';
import { LOOKS } from '../../../web/model/states.ts';
import { TICKS, Tick } from '../../../web/model/ticks.ts';
import { areaSums } from '../../../web/worker/queries/area.ts';
import type { LaneView } from '../../../web/worker/scan.ts';
import type { Task } from '../../../web/worker/task.ts';

const { pending, ready, deleted, crashLoop } = PodState;

function sumsOf(lanes: readonly LaneView[], fromUs: number, toUs: number, nowUs = 1000) {
  const scan = { laneCount: lanes.length, lane: (i: number) => lanes[i] };
  const task = { run: { scan, nowUs }, pause: async () => {} } as unknown as Task;
  return areaSums(task, { fromUs, toUs, lanes: Uint32Array.from(lanes.keys()) });
}

const lane = (segments: readonly (readonly [number, number])[], ticks: readonly number[] = []): LaneView => ({
  timeUs: Float64Array.from(segments, ([us]) => us),
  state: Uint8Array.from(segments, ([, state]) => state),
  tickUs: Float64Array.from(ticks.filter((_, i) => i % 2 === 0)),
  tick: Uint8Array.from(ticks.filter((_, i) => i % 2 === 1)),
});

test('time in a state is what of it lies in the area', async () => {
  const sums = await sumsOf(
    [
      lane([
        [100, pending],
        [300, ready],
        [800, deleted],
      ]),
      lane([[900, pending]]),
    ],
    200,
    500,
  );
  expect(sums.pods).toBe(1);
  expect(sums.lookUs[LOOKS.indexOf('unsched')]).toBe(100);
  expect(sums.lookUs[LOOKS.indexOf('ready')]).toBe(200);
  expect(sums).toMatchObject({ created: 0, deleted: 0, ready: { pods: 1, meanUs: 200, p50Us: 200, p99Us: 200 } });
});

test('delays are of the first Ready of a life; a name that is used again has two lives', async () => {
  const twice = lane([
    [100, pending],
    [150, ready],
    [200, crashLoop],
    [260, ready],
    [300, deleted],
    [400, pending],
    [700, ready],
  ]);
  const sums = await sumsOf([twice], 0, 1000);
  expect(sums).toMatchObject({ created: 2, deleted: 1 });
  expect(sums.ready).toEqual({ pods: 2, meanUs: 175, p50Us: 50, p99Us: 300 });
});

test('of each pod the first failure is told, the earliest pod first; marks are counted', async () => {
  const sums = await sumsOf(
    [
      lane(
        [
          [0, pending],
          [500, crashLoop],
        ],
        [400, Tick.probeFailed, 450, Tick.probeFailed, 2000, Tick.evicted],
      ),
      lane(
        [
          [0, pending],
          [300, crashLoop],
        ],
        [310, Tick.exited],
      ),
      lane([[0, pending]]),
    ],
    100,
    1000,
  );
  expect(sums.failures).toEqual([
    { timeUs: 300, lane: 1, what: `state:${crashLoop}` },
    { timeUs: 400, lane: 0, what: 'probeFailed' },
  ]);
  expect(sums.failedPods).toBe(2);
  expect(Object.fromEntries(TICKS.map((name, i) => [name, sums.ticks[i]]))).toMatchObject({
    probeFailed: 2,
    exited: 1,
    evicted: 0,
  });
});

test('an area without pods has no delays', async () => {
  const sums = await sumsOf([], 0, 10);
  expect(sums.pods).toBe(0);
  expect(sums.ready.p50Us).toBeNaN();
});
