import * as Comlink from 'comlink';
import {
  ContainerStep,
  firstAtOrAfter,
  RecordKind,
  type RecordSource,
  type TraceRecord,
} from '../../../sim-core/index.ts';
import { ACTS, type Act, type Activity, type ActivitySpan } from '../../model/activity.ts';
import { doerOf } from '../doers.ts';
import type { OpenRun, Track, TrackKey } from '../openRun.ts';
import type { Task } from '../task.ts';

export type { Activity } from '../../model/activity.ts';

export interface ActivityArgs {
  readonly fromUs: number;
  readonly toUs: number;
  readonly columns: number;
}

/** Bins over the whole run; a stretch with few records is counted exactly instead. */
const BINS = 4096;
const EXACT_MAX = 150_000;
const COLUMNS_MAX = 4000;

export function actOf(r: TraceRecord): Act | undefined {
  switch (r.kind) {
    case RecordKind.decisionFailed:
    case RecordKind.refused:
    case RecordKind.violation:
      return 'trouble';
    case RecordKind.kubeEvent:
      return r.hash === 1 ? 'trouble' : 'work';
    case RecordKind.container: {
      const step = r.a & 0xff;
      return step === ContainerStep.probeFailed || step === ContainerStep.exited || step === ContainerStep.backOff
        ? 'trouble'
        : 'work';
    }
    case RecordKind.write:
      return 'write';
    case RecordKind.hop:
    case RecordKind.decision:
    case RecordKind.external:
    case RecordKind.leader:
      return 'work';
    default:
      return undefined;
  }
}

/** Acts of each component in bins over the whole run, and who led or was down when. */
class Acts implements Track {
  readonly names: string[] = [];
  readonly totals: number[] = [];
  readonly spans: (ActivitySpan & { untilUs: number })[] = [];
  private readonly bins: Uint32Array[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly leaders = new Map<number, ActivitySpan & { untilUs: number }>();
  private readonly binUs: number;
  private readonly run: OpenRun;

  constructor(run: OpenRun) {
    this.run = run;
    this.binUs = Math.max(1, run.untilUs / BINS);
  }

  add(r: TraceRecord): void {
    if (r.kind === RecordKind.leader) this.leader(r);
    else if (r.kind === RecordKind.fault) this.fault(r);
    const act = actOf(r);
    if (act === undefined) return;
    const component = this.number(doerOf(this.run, r));
    const at = component * ACTS.length + ACTS.indexOf(act);
    this.totals[at]++;
    this.bins[at][Math.min(BINS - 1, Math.floor(r.timeUs / this.binUs))]++;
  }

  number(name: string): number {
    let n = this.numbers.get(name);
    if (n !== undefined) return n;
    this.numbers.set(name, (n = this.names.push(name) - 1));
    for (const _ of ACTS) {
      this.totals.push(0);
      this.bins.push(new Uint32Array(BINS));
    }
    return n;
  }

  private leader(r: TraceRecord): void {
    const { names } = this.run;
    const old = this.leaders.get(r.a);
    if (old !== undefined) old.untilUs = r.timeUs;
    this.leaders.delete(r.a);
    // An identity is the component's name, with a suffix for elections by a Lease.
    const name = names.string(r.b).split('_')[0];
    if (name === '') return;
    const component = this.number(name);
    const span = { component, kind: 'leads' as const, fromUs: r.timeUs, untilUs: Number.POSITIVE_INFINITY };
    this.leaders.set(r.a, span);
    this.spans.push(span);
  }

  /** A fault that names a component takes it down. */
  private fault(r: TraceRecord): void {
    const component = this.numbers.get(this.run.names.string(r.hash));
    if (component === undefined) return;
    const open = this.spans.findLast((s) => s.component === component && s.kind === 'down');
    if (r.b === 1) this.spans.push({ component, kind: 'down', fromUs: r.timeUs, untilUs: Number.POSITIVE_INFINITY });
    else if (open !== undefined) open.untilUs = r.timeUs;
  }

  /** Counts a column a pixel from the bins. */
  spread(counts: Uint32Array, { fromUs, toUs, columns }: ActivityArgs): void {
    const perUs = columns / (toUs - fromUs);
    const first = Math.max(0, Math.floor(fromUs / this.binUs));
    const last = Math.min(BINS - 1, Math.floor(toUs / this.binUs));
    this.bins.forEach((bins, at) => {
      for (let bin = first; bin <= last; bin++) {
        const column = Math.floor((bin * this.binUs - fromUs) * perUs);
        if (bins[bin] > 0 && column >= 0 && column < columns) counts[at * columns + column] += bins[bin];
      }
    });
  }
}

const ACTS_KEY: TrackKey<Acts> = { make: (run) => new Acts(run) };

/** When components led or were down, by name. */
export async function spansOf(
  task: Task,
): Promise<readonly (Omit<ActivitySpan, 'component'> & { readonly name: string })[]> {
  const { names, spans } = await task.run.track(task, ACTS_KEY);
  return spans.map(({ component, kind, fromUs, untilUs }) => ({ name: names[component], kind, fromUs, untilUs }));
}

export async function activityOf(task: Task, args: ActivityArgs): Promise<Activity> {
  const { run } = task;
  const acts = await run.track(task, ACTS_KEY);
  const fromUs = Math.max(0, args.fromUs);
  const toUs = Math.max(fromUs + 1, args.toUs);
  const columns = Math.max(1, Math.min(COLUMNS_MAX, Math.floor(args.columns)));
  const wanted = { fromUs, toUs, columns };
  const counts = new Uint32Array(acts.names.length * ACTS.length * columns);
  const first = firstAtOrAfter(run.records, fromUs);
  const last = firstAtOrAfter(run.records, toUs);
  if (last - first > EXACT_MAX) acts.spread(counts, wanted);
  else await countExactly(task, acts, run.records, first, last, counts, wanted);
  const order = Array.from(acts.names.keys()).sort((a, b) => (acts.names[a] < acts.names[b] ? -1 : 1));
  const sorted = new Uint32Array(counts.length);
  const totals = new Uint32Array(acts.names.length * ACTS.length);
  const placeOf: number[] = [];
  const block = ACTS.length * columns;
  order.forEach((component, i) => {
    placeOf[component] = i;
    sorted.set(counts.subarray(component * block, (component + 1) * block), i * block);
    ACTS.forEach((_, act) => {
      totals[i * ACTS.length + act] = acts.totals[component * ACTS.length + act];
    });
  });
  const spans = acts.spans.map((span) => ({ ...span, component: placeOf[span.component] }));
  const names = order.map((component) => acts.names[component]);
  return Comlink.transfer({ ...wanted, names, counts: sorted, totals, spans }, [
    sorted.buffer as ArrayBuffer,
    totals.buffer as ArrayBuffer,
  ]);
}

async function countExactly(
  task: Task,
  acts: Acts,
  records: RecordSource,
  first: number,
  last: number,
  counts: Uint32Array,
  { fromUs, toUs, columns }: ActivityArgs,
): Promise<void> {
  const perUs = columns / (toUs - fromUs);
  for (let i = first; i < last; i++) {
    const r = records.at(i);
    const act = actOf(r);
    if (act !== undefined) {
      const at = acts.number(doerOf(task.run, r)) * ACTS.length + ACTS.indexOf(act);
      counts[at * columns + Math.min(columns - 1, Math.floor((r.timeUs - fromUs) * perUs))]++;
    }
    if (i % 200 === 0) await task.pause();
  }
}
