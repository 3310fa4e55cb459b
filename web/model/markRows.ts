import type { Mark } from './frame.ts';

/** Rows of the pinned part above the lanes: faults that overlap stand below each other, notes and commands share one row. */
export interface MarkRows {
  readonly faultRows: readonly (readonly Mark[])[];
  readonly notes: readonly Mark[];
  /** Faults that found no row. */
  readonly hidden: number;
}

const FAULT_ROWS_MAX = 4;

export function markRows(marks: readonly Mark[]): MarkRows {
  const faultRows: Mark[][] = [];
  let hidden = 0;
  for (const mark of marks) {
    if (mark.kind !== 'fault') continue;
    const row = faultRows.find((r) => r[r.length - 1].untilUs <= mark.fromUs);
    if (row !== undefined) row.push(mark);
    else if (faultRows.length < FAULT_ROWS_MAX) faultRows.push([mark]);
    else hidden++;
  }
  return { faultRows, notes: marks.filter((m) => m.kind !== 'fault'), hidden };
}
