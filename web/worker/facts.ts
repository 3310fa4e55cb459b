import * as Comlink from 'comlink';
import { externalText } from '../../reports/index.ts';
import { buffersOf, type Mark } from '../model/frame.ts';
import type { RunUpdate } from '../model/protocol.ts';
import type { OpenRun } from './openRun.ts';

function marksOf({ scan, names, scenario }: OpenRun): readonly Mark[] {
  const marks: Mark[] = scan.faults.map((f) => ({
    kind: 'fault',
    label: `${names.string(f.kind)} ${names.string(f.description)}`,
    fromUs: f.fromUs,
    untilUs: f.untilUs,
  }));
  for (const c of scan.commands)
    marks.push({ kind: 'command', label: externalText(names, c), fromUs: c.timeUs, untilUs: c.timeUs });
  for (const { atUs, action } of scenario?.spec.timeline ?? []) {
    if (action.do === 'note') marks.push({ kind: 'note', label: action.text, fromUs: atUs, untilUs: atUs });
  }
  return marks.sort((a, b) => a.fromUs - b.fromUs);
}

/** What the page shows of a run at this moment; its arrays are handed over. */
export function updateOf(
  run: OpenRun,
  nowUs: number,
  events: number,
  facts: Partial<RunUpdate['facts']> = {},
): RunUpdate {
  const { scenario } = run;
  const update: RunUpdate = {
    facts: {
      name: scenario?.name ?? '',
      description: scenario?.description ?? '',
      seed: scenario?.spec.seed ?? '',
      nodes: run.scan.nodeCount,
      untilUs: run.untilUs,
      marks: marksOf(run),
      hasObjects: run.objects !== undefined,
      versionsUntilUs: run.objects?.untilUs ?? Number.POSITIVE_INFINITY,
      judges: run.traveller?.session.cluster.checkers !== undefined,
      canRun: run.loadable !== undefined,
      branch: '0',
      ...facts,
    },
    frame: run.scan.pack(run.names, nowUs, run.untilUs),
    nowUs,
    events,
  };
  return Comlink.transfer(update, buffersOf(update.frame));
}
