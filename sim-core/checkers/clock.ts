import type { Cell, Containers } from '../contracts/index.ts';
import { RECORD_BYTES, type RecordBatch } from '../engine/index.ts';
import type { Checker } from './checker.ts';

const CAUSE_AT = 16;

/** N18: time never goes back, and nothing happens before its cause. Read from the trace. */
export function timeGoesForward(): Checker {
  let last!: Cell<number>;
  return {
    id: 'N18',
    name: 'time-goes-forward',
    init(c: Containers) {
      last = c.cell('N18/last', 0);
    },
    records(report, { firstRecord, count, bytes }: RecordBatch) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let lastUs = last.get();
      for (let i = 0; i < count; i++) {
        const timeUs = view.getFloat64(i * RECORD_BYTES, true);
        const cause = view.getUint32(i * RECORD_BYTES + CAUSE_AT, true);
        if (timeUs < lastUs) report(timeUs, `record ${firstRecord + i}`, `at ${timeUs} µs, after ${lastUs} µs`);
        if (cause >= firstRecord + i && cause > 0)
          report(timeUs, `record ${firstRecord + i}`, `has the later cause ${cause}`);
        lastUs = timeUs;
      }
      last.set(lastUs);
    },
  };
}
