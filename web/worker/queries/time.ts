import { RecordKind, recordText, type TraceRecord } from '../../../sim-core/index.ts';
import type { StepUnit } from '../../state/store.ts';
import type { Task } from '../task.ts';

export interface StepArgs {
  readonly unit: StepUnit;
  readonly direction: 1 | -1;
  readonly fromUs: number;
}

/** Where a step ends; timeUs -1 = there is nothing more. `text` says what happens there. */
export interface StepEnd {
  readonly timeUs: number;
  readonly record: number;
  readonly text: string;
}

const NOWHERE: StepEnd = { timeUs: -1, record: -1, text: '' };

const isOf: Readonly<Record<StepUnit, (r: TraceRecord, name: string) => boolean>> = {
  event: () => true,
  message: (r) => r.kind === RecordKind.write || r.kind === RecordKind.refused || r.kind === RecordKind.external,
  reconcile: (r, name) => r.kind === RecordKind.write && name.startsWith('kube-controller-manager'),
  attempt: (r) => r.kind === RecordKind.decision || r.kind === RecordKind.decisionFailed,
  second: () => false,
  condition: (r) => r.kind === RecordKind.violation,
};

export const timeQueries = {
  /** The next or previous moment at which something of a kind happened. */
  async step(task: Task, { unit, direction, fromUs }: StepArgs): Promise<StepEnd> {
    const { records, names } = task.run;
    const test = isOf[unit];
    for (let i = placeAfter(task, fromUs, direction); i >= 0 && i < records.size; i += direction) {
      const r = records.at(i);
      if (r.timeUs !== fromUs && test(r, r.actor === 0 ? '' : names.component(r.actor)))
        return { timeUs: r.timeUs, record: r.id, text: recordText(r, names).trim() };
      if (i % 200 === 0) await task.pause();
    }
    return NOWHERE;
  },
};

/** Place of the first record after a moment, or of the last one before it. */
function placeAfter(task: Task, timeUs: number, direction: 1 | -1): number {
  const { records } = task.run;
  let low = 0;
  let high = records.size;
  while (low < high) {
    const mid = (low + high) >> 1;
    const t = records.at(mid).timeUs;
    if (direction > 0 ? t <= timeUs : t < timeUs) low = mid + 1;
    else high = mid;
  }
  return direction > 0 ? low : low - 1;
}
