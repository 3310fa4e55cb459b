import { type Block, RECORD_BYTES, RECORDS_PER_BLOCK, type RecordBatch } from '../../engine/index.ts';

/** A copy of `count` records from one on: full blocks, and the tail behind them. */
export function copyRecords(
  { blocks, tail }: { readonly blocks: readonly Block[]; readonly tail: Uint8Array },
  from: number,
  count: number,
): RecordBatch {
  const bytes = new Uint8Array(count * RECORD_BYTES);
  const to = from + count;
  for (let id = from; id < to; ) {
    const block = Math.floor(id / RECORDS_PER_BLOCK);
    const first = block * RECORDS_PER_BLOCK;
    const end = Math.min(to, first + RECORDS_PER_BLOCK);
    const source = blocks[block]?.bytes ?? tail;
    bytes.set(source.subarray((id - first) * RECORD_BYTES, (end - first) * RECORD_BYTES), (id - from) * RECORD_BYTES);
    id = end;
  }
  return { firstRecord: from, count, bytes };
}
