import { decodeRecord, RECORD_BYTES, type RecordSource, type TraceRecord } from '../../sim-core/index.ts';

/** Records in a block: the engine's blocks are of this size, so that full ones are shared. */
const BLOCK = 65536 / RECORD_BYTES;

/** The records of a run as they come, from number 0 on; what came before is not taken twice. */
export class GrowingRecords implements RecordSource {
  private readonly blocks: Uint8Array[] = [];
  private count = 0;
  /** So many of the blocks are the engine's. */
  private shared = 0;

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

  /** Takes the engine's full blocks instead of copies; they never change. Those that are new are taken with their records. */
  share(blocks: readonly { readonly bytes: Uint8Array }[]): void {
    for (; this.shared < blocks.length; this.shared++) this.blocks[this.shared] = blocks[this.shared].bytes;
    this.count = Math.max(this.count, this.shared * BLOCK);
  }

  /** Takes the records of a batch that are new. */
  append(bytes: Uint8Array, firstRecord: number, batchCount: number): void {
    for (let id = Math.max(firstRecord, this.count); id < firstRecord + batchCount; id++) {
      const inBlock = id % BLOCK;
      if (inBlock === 0) this.blocks.push(new Uint8Array(BLOCK * RECORD_BYTES));
      const at = (id - firstRecord) * RECORD_BYTES;
      this.blocks[this.blocks.length - 1].set(bytes.subarray(at, at + RECORD_BYTES), inBlock * RECORD_BYTES);
      this.count = id + 1;
    }
  }
}
