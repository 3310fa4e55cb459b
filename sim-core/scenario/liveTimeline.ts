import type { HandlerId, WhyId } from '../contracts/index.ts';
import { RANK_EXTERNAL, RANK_FAULT, WHY } from '../contracts/index.ts';
import type { World } from '../engine/index.ts';
import { checkFault } from '../faults/index.ts';
import type { SchedulerConfiguration } from '../scheduler/framework/config.ts';
import { type Intervention, replicasOf } from './interventions.ts';
import { parseKubectl } from './kubectl/command.ts';
import type { KubectlEntry } from './kubectl/component.ts';
import { type NodePools, scalingOf } from './nodePools.ts';
import type { SchedulerProcess } from './schedulerProcess.ts';
import type { TimelineEntry } from './spec.ts';

/** An entry that was added to a cluster that runs, ready to be scheduled: as often as its moment is run again. */
export interface PlannedEntry {
  readonly entry: TimelineEntry;
  /** Undefined for a note: nothing happens. */
  readonly event?: {
    readonly handler: HandlerId;
    readonly a: number;
    readonly payload: unknown;
    readonly why: WhyId;
    readonly rank: number;
  };
}

/**
 * Entries that join the timeline of a cluster while it runs. An entry that is scheduled here happens exactly as if the
 * scenario had had it at the end of its timeline from the start.
 */
export class LiveTimeline {
  private readonly world: World;
  private readonly commands: KubectlEntry[];
  private readonly schedulers: readonly SchedulerProcess[];
  private readonly nodePools: NodePools;

  /** `commands` is the list that the kubectl component reads; this object alone adds to it. */
  constructor(world: World, commands: KubectlEntry[], schedulers: readonly SchedulerProcess[], nodePools: NodePools) {
    this.world = world;
    this.commands = commands;
    this.schedulers = schedulers;
    this.nodePools = nodePools;
  }

  /**
   * Throws KubectlSyntaxError or FaultParamError's text when the entry is wrong; the world does not change. `joined`: the entries
   * that joined before it.
   */
  prepare(entry: TimelineEntry, joined: readonly TimelineEntry[] = []): PlannedEntry {
    const { action, atUs } = entry;
    switch (action.do) {
      case 'note':
        return { entry };
      case 'fault': {
        const wrong = checkFault(action.kind, action.params, 'timeline');
        if (wrong !== undefined) throw new RangeError(wrong);
        const { kind, params, forUs } = action;
        const handler = this.handler('faults', 'begin');
        return { entry, event: { handler, a: 0, payload: { kind, params, forUs }, why: WHY.fault, rank: RANK_FAULT } };
      }
      case 'kubectl': {
        const command = parseKubectl(action.command);
        const a = this.commands.push({ atUs, text: action.command, command, objects: action.files }) - 1;
        const handler = this.handler('kubectl', 'kubectl/begin');
        return { entry, event: { handler, a, payload: undefined, why: WHY.scenario, rank: RANK_EXTERNAL } };
      }
      case 'reseed':
        return { entry, event: this.intervention({ do: 'reseed', seed: action.seed }) };
      case 'scheduler': {
        const { scheduler, configuration } = action;
        const replicas = replicasOf(this.schedulers, scheduler);
        if (replicas.length === 0) throw new RangeError(`there is no scheduler ${scheduler}`);
        const versions = replicas.map((process) => process.add(configuration as SchedulerConfiguration));
        return { entry, event: this.intervention({ do: 'scheduler', scheduler, version: versions[0] }) };
      }
      case 'scale': {
        const wrong = this.nodePools.wrongScaling(action, joined);
        if (wrong !== undefined) throw new RangeError(wrong);
        const handler = this.handler(this.nodePools.name, 'scale');
        const payload = scalingOf(action);
        return { entry, event: { handler, a: 0, payload, why: WHY.scenario, rank: RANK_EXTERNAL } };
      }
    }
  }

  private intervention(payload: Intervention): PlannedEntry['event'] {
    return { handler: this.handler('interventions', 'begin'), a: 0, payload, why: WHY.scenario, rank: RANK_EXTERNAL };
  }

  /** Schedules a prepared entry in the world as it stands now. Its time must not be past. */
  schedule({ entry, event }: PlannedEntry): void {
    if (event === undefined) return;
    this.world.plan(entry.atUs, event.handler, event.a, 0, event.why, event.payload, event.rank);
  }

  /** Forgets the entries that were prepared last, after the world went back before the moment of the first of them. */
  forget(planned: readonly PlannedEntry[]): void {
    for (const { entry } of planned) {
      const { action } = entry;
      if (action.do === 'kubectl') this.commands.pop();
      else if (action.do === 'scheduler')
        for (const process of replicasOf(this.schedulers, action.scheduler)) process.removeLast();
    }
  }

  private handler(component: string, name: string): HandlerId {
    const id = this.world.handlerId(component, name);
    if (id === undefined) throw new RangeError(`no handler ${component}/${name}`);
    return id;
  }
}
