import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PodState, RecordKind, type TraceNames, type TraceRecord } from '../../../sim-core/index.ts';
import type { RunFrame } from '../../../web/model/frame.ts';
import { FrameKeeper } from '../../../web/model/frameKeeper.ts';
import { RunScan } from '../../../web/worker/scan.ts';
import { shown } from './shownFrame.ts';

const PODS = 12;
const names: TraceNames = {
  string: String,
  object: (id) =>
    id <= PODS
      ? `pods/shop/web-${id}`
      : id < 30
        ? `replicasets.apps/shop/rs-${id}`
        : id < 40
          ? `deployments.apps/shop/d-${id}`
          : `nodes/n-${id}`,
  component: String,
  why: String,
};

const change = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.constant(RecordKind.podState),
      fc.integer({ min: 1, max: PODS }),
      fc.integer({ min: 0, max: PodState.deleted }),
      fc.constantFrom(0, 40, 41),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant(RecordKind.owner),
      fc.integer({ min: 1, max: PODS }),
      fc.integer({ min: 20, max: 22 }),
      fc.constant(0),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant(RecordKind.owner),
      fc.integer({ min: 20, max: 22 }),
      fc.integer({ min: 30, max: 31 }),
      fc.constant(0),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant(RecordKind.decisionFailed),
      fc.integer({ min: 1, max: PODS }),
      fc.constant(0),
      fc.constant(1),
    ),
  },
);

/** Counts by looking at every segment: what the changes have to come to. */
function plainOverview(frame: RunFrame) {
  const { binUs } = frame.overview;
  const bins = frame.overview.ready.length;
  const pending = new Array(bins).fill(0);
  const ready = new Array(bins).fill(0);
  for (let lane = 0; lane < frame.laneCount; lane++)
    for (let seg = frame.segFirst[lane]; seg < frame.segEnd[lane]; seg++) {
      const isLast = seg + 1 === frame.segEnd[lane];
      const [from, to] = [frame.segTime[seg] / binUs, (isLast ? frame.endUs : frame.segTime[seg + 1]) / binUs];
      if (WAITING.has(frame.segState[seg])) {
        const first = Math.min(bins - 1, Math.floor(from));
        for (let bin = first; bin < Math.min(bins, Math.max(first + 1, Math.ceil(to))); bin++) pending[bin]++;
      } else if (frame.segState[seg] === PodState.ready)
        for (let bin = Math.ceil(from); bin < (isLast ? bins : Math.min(bins, Math.floor(to))); bin++) ready[bin]++;
    }
  return { pending, ready };
}

const { pending, scheduled, initializing, starting, running, crashLoop, imagePull } = PodState;
const WAITING = new Set<number>([pending, scheduled, initializing, starting, running, crashLoop, imagePull]);

test('the overview counts as one does who looks at every segment', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ change, us: fc.integer({ min: 0, max: 40 }) }), { maxLength: 100 }), (list) => {
      const scan = new RunScan(names, 2000);
      let timeUs = 0;
      list.forEach(({ change: [kind, obj, a, b], us }, id) => {
        timeUs += us;
        scan.add({ id, timeUs, kind, actor: 1, obj, cause: 0, a, b, hash: 0 });
      });
      const frame = scan.pack(timeUs + 1, 2000);
      const { overview } = frame;
      expect({ pending: [...overview.pending], ready: [...overview.ready] }).toEqual(plainOverview(frame));
    }),
    { numRuns: 200 },
  );
});

test('a frame that is kept part by part is the frame of everything', () => {
  const steps = fc.array(fc.record({ change, us: fc.integer({ min: 0, max: 40 }), isShown: fc.boolean() }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (list) => {
      const scan = new RunScan(names, 4000);
      const keeper = new FrameKeeper();
      let timeUs = 0;
      list.forEach(({ change: [kind, obj, a, b], us, isShown }, id) => {
        timeUs += us;
        const record: TraceRecord = { id, timeUs, kind, actor: 1, obj, cause: 0, a, b, hash: 0 };
        scan.add(record);
        if (isShown) expect(shown(keeper.take(scan.part(timeUs, 4000)))).toEqual(shown(scan.pack(timeUs, 4000)));
      });
      expect(shown(keeper.take(scan.part(timeUs + 5, 4000)))).toEqual(shown(scan.pack(timeUs + 5, 4000)));
    }),
    { numRuns: 100 },
  );
});

/** Milliseconds of work. */
function workOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('a pod costs the same however many there are, though its controller is told before it has a lane', () => {
  const scan = new RunScan({ ...names, object: (id) => `pods/shop/web-${id}` }, 4000);
  let id = 0;
  const add = (kind: number, obj: number, a: number) =>
    scan.add({ id: id++, timeUs: id, kind, actor: 1, obj, cause: 0, a, b: 0, hash: 0 });
  add(RecordKind.owner, 1, 2);
  scan.part(0, 4000);
  const ms = workOf(() => {
    for (let pod = 10; pod < 100_000; pod++) {
      add(RecordKind.owner, pod, 1);
      add(RecordKind.podState, pod, PodState.pending);
    }
  });
  expect(scan.part(0, 4000).ownerGroup.every((group) => group === 1)).toBe(true);
  expect(ms).toBeLessThan(2000);
});
