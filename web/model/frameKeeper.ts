import { bytes, floats, words } from './columns.ts';
import { type FramePart, type RunFrame, type TextColumn, textAt } from './frame.ts';
import { Stretches } from './stretches.ts';

/** Texts that only get more, in one buffer. */
class Texts {
  private readonly bytes = bytes();
  private readonly ends = words();
  private made: TextColumn | undefined;

  add(more: TextColumn): void {
    if (more.ends.length === 0) return;
    const from = this.bytes.size;
    this.bytes.reserve(from + more.bytes.length);
    this.bytes.data.set(more.bytes, from);
    this.bytes.size += more.bytes.length;
    for (const end of more.ends) this.ends.push(from + end);
    this.made = undefined;
  }

  get column(): TextColumn {
    this.made ??= { bytes: this.bytes.view, ends: this.ends.view };
    return this.made;
  }
}

/** Keeps the frame of a run from its parts: each costs what is new in it, not what there is. */
export class FrameKeeper {
  private readonly laneNames = new Texts();
  private readonly time = floats();
  private readonly state = bytes();
  private readonly node = words();
  private readonly segments = new Stretches([this.time, this.state, this.node]);
  private readonly tickTime = floats();
  private readonly tickKind = bytes();
  private readonly ticks = new Stretches([this.tickTime, this.tickKind]);
  private readonly ownerOf = words();
  private readonly nodeOf = words();
  private readonly ownerTexts = new Texts();
  private readonly nodeTexts = new Texts();
  readonly ownerNames: string[] = [];
  readonly nodeNames: string[] = [];
  /** PodStates that occur: 1. */
  readonly states = new Uint8Array(256);

  /** A frame with what is new; the arrays of earlier ones may change or fall behind. */
  take(part: FramePart): RunFrame {
    this.addNames(part);
    this.addLanes(part);
    const { segLane, segTime, segState, segNode } = part;
    for (let i = 0; i < segLane.length; i++) {
      const lane = segLane[i];
      const at = this.segments.place(lane);
      this.time.data[at] = segTime[i];
      this.state.data[at] = segState[i];
      this.node.data[at] = segNode[i];
      this.states[segState[i]] = 1;
      if (segNode[i] !== 0) this.nodeOf.data[lane] = segNode[i];
    }
    const { tickLane } = part;
    for (let i = 0; i < tickLane.length; i++) {
      const at = this.ticks.place(tickLane[i]);
      this.tickTime.data[at] = part.tickTime[i];
      this.tickKind.data[at] = part.tickKind[i];
    }
    part.ownerLane.forEach((lane, i) => {
      this.ownerOf.data[lane] = part.ownerGroup[i];
    });
    return this.frame(part);
  }

  private addNames(part: FramePart): void {
    this.laneNames.add(part.laneNames);
    for (const [texts, names, more] of [
      [this.ownerTexts, this.ownerNames, part.owners],
      [this.nodeTexts, this.nodeNames, part.nodes],
    ] as const) {
      texts.add(more);
      for (let i = 0; i < more.ends.length; i++) names.push(textAt(more, i));
    }
  }

  /** Lanes get the room that this part needs: one that holds a whole run leaves none over. */
  private addLanes({ laneNames, segLane, tickLane }: FramePart): void {
    const from = this.segments.lists;
    const count = laneNames.ends.length;
    const [segs, ticks] = [segLane, tickLane].map((lanes) => {
      const counts = new Uint32Array(count);
      for (const lane of lanes) if (lane >= from) counts[lane - from]++;
      return counts;
    });
    for (let i = 0; i < count; i++) {
      this.segments.addList(segs[i]);
      this.ticks.addList(ticks[i]);
      this.ownerOf.push(0);
      this.nodeOf.push(0);
    }
  }

  private frame({ endUs, untilUs, overview }: FramePart): RunFrame {
    return {
      endUs,
      untilUs,
      laneCount: this.segments.lists,
      segments: this.segments.size,
      laneNames: this.laneNames.column,
      segFirst: this.segments.first.view,
      segEnd: this.segments.end.view,
      segTime: this.time.view,
      segState: this.state.view,
      segNode: this.node.view,
      tickFirst: this.ticks.first.view,
      tickEnd: this.ticks.end.view,
      tickTime: this.tickTime.view,
      tickKind: this.tickKind.view,
      ownerOf: this.ownerOf.view,
      owners: this.ownerTexts.column,
      nodeOf: this.nodeOf.view,
      nodes: this.nodeTexts.column,
      overview,
    };
  }
}
