import { decodeRecord, RECORD_BYTES, type RecordSource, type TraceRecord } from '../../sim-core/index.ts';

/** Records in a block. */
const BLOCK = 4096;

/** The records of a run as they come, from number 0 on; what came before is not taken twice. */
export class GrowingRecords implements RecordSource {
  private readonly blocks: Uint8Array[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  idAt(i: number): number {
    return i;
  }

  placeOf(id: number): number {
    return id < this.count ? id : -1;
  }

  at(i: number): TraceRecord {
    return decodeRecord(this.blocks[Math.floor(i / BLOCK)], (i % BLOCK) * RECORD_BYTES, i);
  }

  /** Takes the records of a batch that are new. Returns the number of the first of them. */
  append(bytes: Uint8Array, firstRecord: number, batchCount: number): number {
    const from = this.count;
    for (let id = Math.max(firstRecord, from); id < firstRecord + batchCount; id++) {
      const inBlock = id % BLOCK;
      if (inBlock === 0) this.blocks.push(new Uint8Array(BLOCK * RECORD_BYTES));
      const at = (id - firstRecord) * RECORD_BYTES;
      this.blocks[this.blocks.length - 1].set(bytes.subarray(at, at + RECORD_BYTES), inBlock * RECORD_BYTES);
      this.count = id + 1;
    }
    return from;
  }
}
