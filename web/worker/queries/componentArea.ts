import { firstAtOrAfter, RecordKind, type TraceRecord } from '../../../sim-core/index.ts';
import { ACTS } from '../../model/activity.ts';
import type { ComponentSum, ComponentSums, ComponentTrouble } from '../../model/area.ts';
import { doerOf } from '../doers.ts';
import type { OpenRun } from '../openRun.ts';
import type { Task } from '../task.ts';
import { actOf, spansOf } from './activity.ts';

export interface ComponentAreaArgs {
  readonly fromUs: number;
  readonly toUs: number;
  readonly components: readonly string[];
}

const TROUBLES_MAX = 30;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What some components did in a stretch of time, counted record by record. */
export async function componentSums(task: Task, args: ComponentAreaArgs): Promise<ComponentSums> {
  const { run } = task;
  const fromUs = Math.max(0, args.fromUs);
  const toUs = Math.min(args.toUs, run.nowUs);
  const rows = new Map(
    args.components.map((name): [string, Mutable<ComponentSum>] => [
      name,
      { name, counts: ACTS.map(() => 0), leadsUs: 0, downUs: 0 },
    ]),
  );
  const troubles = new Map<string, Mutable<ComponentTrouble>>();
  const last = firstAtOrAfter(run.records, toUs + 1);
  for (let i = firstAtOrAfter(run.records, fromUs); i < last; i++) {
    if (i % 200 === 0) await task.pause();
    const r = run.records.at(i);
    const act = actOf(r);
    const row = act === undefined ? undefined : rows.get(doerOf(run, r));
    if (act === undefined || row === undefined) continue;
    (row.counts as number[])[ACTS.indexOf(act)]++;
    if (act === 'trouble') note(troubles, row.name, troubleText(run, r), r.timeUs);
  }
  for (const { name, kind, fromUs: from, untilUs } of await spansOf(task)) {
    const row = rows.get(name);
    const us = Math.min(untilUs, toUs) - Math.max(from, fromUs);
    if (row !== undefined && us > 0) row[kind === 'leads' ? 'leadsUs' : 'downUs'] += us;
  }
  const found = [...troubles.values()].sort((a, b) => a.timeUs - b.timeUs);
  return { rows: [...rows.values()], troubles: found.slice(0, TROUBLES_MAX), kinds: found.length };
}

/** Equal texts of one component are one, with the time of the first. */
function note(troubles: Map<string, Mutable<ComponentTrouble>>, component: string, text: string, timeUs: number): void {
  const key = `${component}\n${text}`;
  const known = troubles.get(key);
  if (known === undefined) troubles.set(key, { component, text, timeUs, count: 1 });
  else known.count++;
}

/** Why something counts as trouble, in the words of Kubernetes. */
function troubleText({ names }: OpenRun, r: TraceRecord): string {
  switch (r.kind) {
    case RecordKind.decisionFailed:
      return names.string(r.a);
    case RecordKind.refused:
      return `${r.a} ${names.string(r.b)}`;
    case RecordKind.violation:
      return names.string(r.b);
    case RecordKind.kubeEvent:
      return names.string(r.a);
    default:
      return names.object(r.obj);
  }
}
