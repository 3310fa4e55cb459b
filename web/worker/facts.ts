import * as Comlink from 'comlink';
import { externalText } from '../../reports/index.ts';
import { buffersOf, type FramePart, type Mark } from '../model/frame.ts';
import type { MarksPart, RunUpdate } from '../model/protocol.ts';
import type { OpenRun } from './openRun.ts';
import { Task } from './task.ts';

/** What happened to the whole cluster: commands from a number on, the others all. */
function marksOf({ scan, names, scenario }: OpenRun, fromCommand: number): MarksPart {
  const faults = scan.faults.map(
    (f): Mark => ({
      kind: 'fault',
      label: `${names.string(f.kind)} ${names.string(f.description)}`,
      fromUs: f.fromUs,
      untilUs: f.untilUs,
    }),
  );
  const commands = scan.commands.slice(fromCommand).map(
    (c): Mark => ({
      kind: 'command',
      label: externalText(names, c),
      fromUs: c.timeUs,
      untilUs: c.timeUs,
    }),
  );
  const notes = (scenario?.spec.timeline ?? []).flatMap(({ atUs, action }): Mark[] =>
    action.do === 'note' ? [{ kind: 'note', label: action.text, fromUs: atUs, untilUs: atUs }] : [],
  );
  return { faults, commands, notes };
}

/** How many commands of each run its reader has. */
const sentCommands = new WeakMap<OpenRun, number>();

async function whole(run: OpenRun, nowUs: number): Promise<FramePart> {
  const packing = run.scan.packing(nowUs, run.untilUs);
  const task = new Task(run, () => false);
  for (;;) {
    const { done, value } = packing.next();
    if (done === true) return value;
    await task.pause();
  }
}

/**
 * What the page shows of a run at this moment: what is new since the update before, or everything, in slices: no records are to be
 * added meanwhile. Its arrays are handed over.
 */
export async function updateOf(
  run: OpenRun,
  nowUs: number,
  events: number,
  isFull: boolean,
  facts: Partial<RunUpdate['facts']> = {},
): Promise<RunUpdate> {
  const { scenario, scan } = run;
  const fromCommand = isFull ? 0 : (sentCommands.get(run) ?? 0);
  sentCommands.set(run, scan.commands.length);
  const update: RunUpdate = {
    facts: {
      name: scenario?.name ?? '',
      description: scenario?.description ?? '',
      seed: scenario?.spec.seed ?? '',
      nodes: scan.nodeCount,
      untilUs: run.untilUs,
      hasObjects: run.objects !== undefined,
      versionsUntilUs: run.objects?.untilUs ?? Number.POSITIVE_INFINITY,
      judges: run.traveller?.session.cluster.checkers !== undefined,
      canRun: run.loadable !== undefined,
      branch: '0',
      ...facts,
    },
    marks: marksOf(run, fromCommand),
    frame: isFull ? await whole(run, nowUs) : scan.part(nowUs, run.untilUs),
    nowUs,
    events,
  };
  return Comlink.transfer(update, buffersOf(update.frame));
}
