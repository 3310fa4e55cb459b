import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PodState, RecordKind, type TraceNames, type TraceRecord } from '../../../sim-core/index.ts';
import { type RunFrame, textAt } from '../../../web/model/frame.ts';
import { FrameKeeper } from '../../../web/model/frameKeeper.ts';
import { RunScan } from '../../../web/worker/scan.ts';

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

/** What a frame shows, wherever its lanes stand in the columns. */
function shown(frame: RunFrame) {
  return {
    endUs: frame.endUs,
    segments: frame.segments,
    overview: { ...frame.overview, pending: [...frame.overview.pending], ready: [...frame.overview.ready] },
    lanes: Array.from({ length: frame.laneCount }, (_, lane) => {
      const [from, to] = [frame.segFirst[lane], frame.segEnd[lane]];
      const [tickFrom, tickTo] = [frame.tickFirst[lane], frame.tickEnd[lane]];
      return {
        name: textAt(frame.laneNames, lane),
        owner: textAt(frame.owners, frame.ownerOf[lane]),
        node: textAt(frame.nodes, frame.nodeOf[lane]),
        time: [...frame.segTime.subarray(from, to)],
        state: [...frame.segState.subarray(from, to)],
        nodes: [...frame.segNode.subarray(from, to)].map((n) => textAt(frame.nodes, n)),
        tickTime: [...frame.tickTime.subarray(tickFrom, tickTo)],
        tickKind: [...frame.tickKind.subarray(tickFrom, tickTo)],
      };
    }),
  };
}

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
