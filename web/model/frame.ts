/**
 * A run as the timeline shows it, in typed arrays that are kept from the worker's parts. Times are µs of virtual time. A lane is a
 * pod's name; its segments are [segFirst[lane], segEnd[lane]), each lasts until the next one or the end of the frame. Between the
 * stretches of lanes there may be room.
 */
export interface RunFrame {
  /** Up to where the run is known. */
  readonly endUs: number;
  /** End of the scenario; = endUs of a finished run. */
  readonly untilUs: number;
  readonly laneCount: number;
  /** Of all lanes. */
  readonly segments: number;
  readonly laneNames: TextColumn;
  readonly segFirst: Uint32Array;
  readonly segEnd: Uint32Array;
  readonly segTime: Float64Array;
  /** PodState. */
  readonly segState: Uint8Array;
  /** Place in `nodes`. */
  readonly segNode: Uint32Array;
  /** Marks of lane i: [tickFirst[i], tickEnd[i]), in the order of time. */
  readonly tickFirst: Uint32Array;
  readonly tickEnd: Uint32Array;
  readonly tickTime: Float64Array;
  /** Tick. */
  readonly tickKind: Uint8Array;
  /** Group of each lane by its controller; place in `owners`. 0 = none, its name is empty; so with nodes. */
  readonly ownerOf: Uint32Array;
  readonly owners: TextColumn;
  /** Group of each lane by the last node; place in `nodes`. 0 = not on a node. */
  readonly nodeOf: Uint32Array;
  readonly nodes: TextColumn;
  readonly overview: Overview;
}

/** What the worker hands to the page: what is new since the part before, or everything. Typed arrays, transferred. */
export interface FramePart {
  /** Everything: what was before does not count. */
  readonly full: boolean;
  readonly endUs: number;
  readonly untilUs: number;
  /** Of new lanes, behind those that are known; so with owners and nodes. */
  readonly laneNames: TextColumn;
  /** New segments, in the order of time by lane. */
  readonly segLane: Uint32Array;
  readonly segTime: Float64Array;
  readonly segState: Uint8Array;
  readonly segNode: Uint32Array;
  readonly tickLane: Uint32Array;
  readonly tickTime: Float64Array;
  readonly tickKind: Uint8Array;
  /** Lanes that are in another group than before, and which. */
  readonly ownerLane: Uint32Array;
  readonly ownerGroup: Uint32Array;
  readonly owners: TextColumn;
  readonly nodes: TextColumn;
  readonly overview: Overview;
}

/** Counts over the whole run in equal bins. */
export interface Overview {
  readonly binUs: number;
  /** Most pods without Ready in each bin. */
  readonly pending: Uint32Array;
  /** Fewest Ready pods in each bin. */
  readonly ready: Uint32Array;
}

/** Many short texts in one buffer of UTF-8. */
export interface TextColumn {
  readonly bytes: Uint8Array;
  /** End of each text. */
  readonly ends: Uint32Array;
}

export type MarkKind = 'fault' | 'note' | 'command';

/** Something that happened to the whole cluster. There are few. */
export interface Mark {
  readonly kind: MarkKind;
  readonly label: string;
  readonly fromUs: number;
  /** = fromUs for an instant; Infinity = it does not end within the run. */
  readonly untilUs: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function textColumn(texts: readonly string[]): TextColumn {
  const parts = texts.map((text) => encoder.encode(text));
  const ends = new Uint32Array(parts.length);
  let size = 0;
  parts.forEach((part, i) => {
    size += part.length;
    ends[i] = size;
  });
  const bytes = new Uint8Array(size);
  parts.forEach((part, i) => {
    bytes.set(part, ends[i] - part.length);
  });
  return { bytes, ends };
}

/** Columns one behind the other. */
export function joinedTexts(columns: readonly TextColumn[]): TextColumn {
  const bytes = new Uint8Array(columns.reduce((sum, c) => sum + c.bytes.length, 0));
  const ends = new Uint32Array(columns.reduce((sum, c) => sum + c.ends.length, 0));
  let at = 0;
  let count = 0;
  for (const column of columns) {
    bytes.set(column.bytes, at);
    for (const end of column.ends) ends[count++] = at + end;
    at += column.bytes.length;
  }
  return { bytes, ends };
}

export function textAt(column: TextColumn, i: number): string {
  return decoder.decode(column.bytes.subarray(i === 0 ? 0 : column.ends[i - 1], column.ends[i]));
}

/** The buffers of a part, for the transfer list. */
export function buffersOf(part: FramePart): ArrayBuffer[] {
  const arrays = [
    part.laneNames.bytes,
    part.laneNames.ends,
    part.segLane,
    part.segTime,
    part.segState,
    part.segNode,
    part.tickLane,
    part.tickTime,
    part.tickKind,
    part.ownerLane,
    part.ownerGroup,
    part.owners.bytes,
    part.owners.ends,
    part.nodes.bytes,
    part.nodes.ends,
    part.overview.pending,
    part.overview.ready,
  ];
  return arrays.map((array) => array.buffer as ArrayBuffer);
}
