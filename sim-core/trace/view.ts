import type { ComponentId, ObjId, RecordId, TimeUs } from '../contracts/ids.ts';
import { RECORD_BYTES, RECORDS_PER_BLOCK, type World } from '../engine/index.ts';

/** One decoded record. */
export interface TraceRecord {
  readonly id: RecordId;
  readonly timeUs: TimeUs;
  readonly kind: number;
  readonly actor: ComponentId;
  readonly obj: ObjId;
  readonly cause: RecordId;
  readonly a: number;
  readonly b: number;
  readonly hash: number;
}

/** Names behind the numbers of records. */
export interface TraceNames {
  string(id: number): string;
  /** `resource/namespace/name`, or `resource/name`; '' for 0. */
  object(id: ObjId): string;
  component(id: ComponentId): string;
  /** The parameter of a why, e.g. `--node-monitor-grace-period`. */
  why(id: number): string;
}

/** Records by id, ascending; a recording of level `story` has gaps. */
export interface RecordSource {
  /** Records held. */
  readonly size: number;
  /** Id of the i-th record held. */
  idAt(i: number): RecordId;
  /** Place of the record, or -1 when it is not held. */
  placeOf(id: RecordId): number;
  at(i: number): TraceRecord;
}

export function decodeRecord(bytes: Uint8Array, offset: number, id: RecordId): TraceRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, RECORD_BYTES);
  return {
    id,
    timeUs: view.getFloat64(0, true),
    kind: view.getUint16(8, true),
    actor: view.getUint16(10, true),
    obj: view.getUint32(12, true),
    cause: view.getUint32(16, true),
    a: view.getUint32(20, true),
    b: view.getUint32(24, true),
    hash: view.getUint32(28, true),
  };
}

/** The records in one array of bytes, all of them (`ids` undefined) or those with the given ids. */
export class StoredRecords implements RecordSource {
  readonly size: number;
  private readonly bytes: Uint8Array;
  private readonly ids: Uint32Array | undefined;

  constructor(bytes: Uint8Array, ids?: Uint32Array) {
    this.bytes = bytes;
    this.ids = ids;
    this.size = bytes.length / RECORD_BYTES;
  }

  idAt(i: number): RecordId {
    return this.ids === undefined ? i : this.ids[i];
  }

  placeOf(id: RecordId): number {
    if (this.ids === undefined) return id < this.size ? id : -1;
    let low = 0;
    let high = this.ids.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.ids[mid] < id) low = mid + 1;
      else high = mid;
    }
    return this.ids[low] === id ? low : -1;
  }

  at(i: number): TraceRecord {
    return decodeRecord(this.bytes, i * RECORD_BYTES, this.idAt(i));
  }
}

/** All records of a world, in one array. Throws when the world did not keep them. */
export function recordBytes(world: World): Uint8Array {
  const { trace } = world;
  const bytes = new Uint8Array(trace.count * RECORD_BYTES);
  const full = Math.floor(trace.count / RECORDS_PER_BLOCK);
  for (let i = 0; i < full; i++) {
    const block = trace.blocks[i];
    if (block === undefined) throw new RangeError(`block ${i} of the records was not kept`);
    bytes.set(block.bytes, block.firstRecord * RECORD_BYTES);
  }
  bytes.set(trace.tail(), full * RECORDS_PER_BLOCK * RECORD_BYTES);
  return bytes;
}

/** Place of the first record at or after a time; records are in order of time. */
export function firstAtOrAfter(source: RecordSource, timeUs: TimeUs): number {
  let low = 0;
  let high = source.size;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (source.at(mid).timeUs < timeUs) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** Places of records by their object, ascending. */
export function indexByObject(source: RecordSource): ReadonlyMap<ObjId, readonly number[]> {
  const places = new Map<ObjId, number[]>();
  for (let i = 0; i < source.size; i++) {
    const { obj } = source.at(i);
    if (obj === 0) continue;
    const list = places.get(obj);
    if (list === undefined) places.set(obj, [i]);
    else list.push(i);
  }
  return places;
}
