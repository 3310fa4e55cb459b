import {
  type BreakpointSpec,
  type Job,
  RecordKind,
  recordText,
  type Step,
  type StepKind,
  type TraceRecord,
  type TravelSession,
} from '../../../sim-core/index.ts';
import type { StepUnit } from '../../state/store.ts';
import { type SliceFact, takeSlices } from '../slices.ts';
import type { Task } from '../task.ts';
import type { Moment, Traveller } from '../traveller.ts';

export interface StepArgs {
  readonly unit: StepUnit;
  readonly direction: 1 | -1;
  readonly from: Moment;
  /** For steps by condition: the breakpoints. */
  readonly until: readonly BreakpointSpec[];
}

/** Where a step ends. `text` says what happened there, or is about to. */
export interface StepEnd {
  readonly moved: boolean;
  readonly timeUs: number;
  /** -1 = not known: the run is a recording. */
  readonly eventNumber: number;
  readonly text: string;
}

export const timeQueries = {
  /** The next or previous moment at which something of a kind happened. */
  step(task: Task, args: StepArgs): Promise<StepEnd> {
    const { traveller } = task.run;
    if (traveller === undefined) return stepByRecords(task, args);
    const { unit, direction, from } = args;
    if (unit === 'condition') return stepUntil(task, traveller, args);
    return traveller.exclusive(async () => {
      await traveller.moveTo(task, from);
      const { session } = traveller;
      const stride = unit === 'second' ? { us: 1e6 } : (unit satisfies StepKind | 'second');
      const step = await traveller.finish(task, direction > 0 ? session.next(stride) : session.previous(stride));
      return endOf(step);
    });
  },

  /** Moves the session to a moment, so that what asks next is answered at once; says how many events are before it. */
  async seek(task: Task, moment: Moment): Promise<{ readonly eventNumber: number; readonly recorded: number }> {
    const { traveller } = task.run;
    if (traveller === undefined) return { eventNumber: -1, recorded: -1 };
    return traveller.at(task, moment, (session) => ({
      eventNumber: session.eventsRun,
      recorded: session.recorded.eventNumber,
    }));
  },

  /** What the way back is made of. `forget`: gives up all keyframes but the first. */
  async keyframes(task: Task, { forget }: { readonly forget: boolean }): Promise<{ count: number; bytes: number }> {
    const { traveller } = task.run;
    if (traveller === undefined) return { count: 0, bytes: 0 };
    return traveller.exclusive(async () => {
      const stats = traveller.session.keyframeStats;
      if (forget) traveller.session.forgetKeyframes();
      return stats;
    });
  },

  /** How long the worker was busy without a look at what else came, since it was asked last. */
  slices(_task: Task, _args: null): readonly SliceFact[] {
    return takeSlices();
  },

  /** Hashes of everything that makes up the state at a moment: equal however one got there. */
  async hashes(task: Task, moment: Moment): Promise<readonly { readonly name: string; readonly hash: number }[]> {
    return (await task.run.traveller?.at(task, moment, (session) => session.cluster.world.hashes())) ?? [];
  },
};

function endOf(step: Step): StepEnd {
  return {
    moved: step.moved,
    timeUs: step.timeUs,
    eventNumber: step.eventNumber,
    text: step.hit?.detail ?? step.handler,
  };
}

/** The nearest of all conditions in the direction. */
function stepUntil(task: Task, traveller: Traveller, { direction, from, until }: StepArgs): Promise<StepEnd> {
  return traveller.exclusive(async () => {
    let best: Step | undefined;
    for (const spec of until) {
      await traveller.moveTo(task, from);
      const step = await traveller.finish(task, jobOf(traveller.session, direction, spec));
      if (step.hit === undefined) continue;
      if (best === undefined || direction * (step.eventNumber - best.eventNumber) < 0) best = step;
    }
    if (best === undefined) return { moved: false, timeUs: from.timeUs, eventNumber: -1, text: '' };
    await traveller.moveTo(task, best);
    return endOf(best);
  });
}

const jobOf = (session: TravelSession, direction: 1 | -1, until: BreakpointSpec): Job<Step> =>
  direction > 0 ? session.next({ until }) : session.previous({ until });

// In a recording there are records only.

const isOf: Readonly<Record<StepUnit, (r: TraceRecord, name: string) => boolean>> = {
  event: () => true,
  message: (r) => r.kind === RecordKind.write || r.kind === RecordKind.refused || r.kind === RecordKind.external,
  reconcile: (r, name) => r.kind === RecordKind.write && name.startsWith('kube-controller-manager'),
  attempt: (r) => r.kind === RecordKind.decision || r.kind === RecordKind.decisionFailed,
  second: () => false,
  condition: (r) => r.kind === RecordKind.violation,
};

async function stepByRecords(task: Task, { unit, direction, from }: StepArgs): Promise<StepEnd> {
  const { records, names } = task.run;
  const test = isOf[unit];
  for (let i = placeBeside(task, from.timeUs, direction); i >= 0 && i < records.size; i += direction) {
    const r = records.at(i);
    if (test(r, r.actor === 0 ? '' : names.component(r.actor)))
      return { moved: true, timeUs: r.timeUs, eventNumber: -1, text: recordText(r, names).trim() };
    if (i % 200 === 0) await task.pause();
  }
  return { moved: false, timeUs: from.timeUs, eventNumber: -1, text: '' };
}

/** Place of the first record after a moment, or of the last one before it. */
function placeBeside(task: Task, timeUs: number, direction: 1 | -1): number {
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
