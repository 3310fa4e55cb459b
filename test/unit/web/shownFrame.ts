import { type RunFrame, textAt } from '../../../web/model/frame.ts';

/** What a frame shows, wherever its lanes stand in the columns. */
export function shown(frame: RunFrame) {
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
