import type { Component, ComponentId, Containers, HandlerId, HandlerSpec, WorldContext } from '../contracts/index.ts';
import { RANK_EXTERNAL, RecordKind, SECOND_US, WHY } from '../contracts/index.ts';
import type { World } from '../engine/index.ts';
import type { Links } from '../network/links.ts';
import { schedulerBase } from './controlPlane.ts';
import type { SchedulerProcess } from './schedulerProcess.ts';
import type { TimelineEntry } from './spec.ts';

/** What an intervention's event carries. */
export type Intervention =
  | { readonly do: 'reseed'; readonly seed: string }
  /** `version` = number of the configuration in each replica. */
  | { readonly do: 'scheduler'; readonly scheduler: string; readonly version: number };

/** The parts of a cluster that interventions reach. The world is made last. */
export interface Reach {
  readonly links: Links;
  readonly schedulers: readonly SchedulerProcess[];
  readonly world: () => World;
}

/** Model: the kubelet starts a static pod again after its manifest changed, as when its process died. */
const RESTART_US = 2 * SECOND_US;

/**
 * Entries of the timeline that change the run itself: all draws come from another seed from then on, or a scheduler starts
 * again with another configuration.
 */
export class Interventions implements Component {
  readonly name = 'interventions';
  private readonly reach: Reach;
  private readonly planned: readonly { readonly atUs: number; readonly payload: Intervention }[];
  private id: ComponentId = 0;
  private beginHandler: HandlerId = 0;
  private startHandler: HandlerId = 0;

  constructor(timeline: readonly TimelineEntry[], reach: Reach) {
    this.reach = reach;
    const versions = new Map<string, number>();
    this.planned = timeline.flatMap(({ atUs, action }): { atUs: number; payload: Intervention }[] => {
      if (action.do === 'reseed') return [{ atUs, payload: { do: 'reseed', seed: action.seed } }];
      if (action.do !== 'scheduler') return [];
      const { scheduler } = action;
      const version = (versions.get(scheduler) ?? 0) + 1;
      versions.set(scheduler, version);
      return [{ atUs, payload: { do: 'scheduler', scheduler, version } }];
    });
  }

  init(_c: Containers, id: ComponentId): void {
    this.id = id;
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'begin', run: (ctx, _a, _b, payload) => this.begin(ctx, payload as Intervention) },
      { name: 'start', run: (ctx, component) => void ctx.components.start(component) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.beginHandler, this.startHandler] = ids;
  }

  start(ctx: WorldContext): void {
    for (const { atUs, payload } of this.planned)
      ctx.scheduleAt(atUs, this.beginHandler, 0, 0, WHY.scenario, payload, RANK_EXTERNAL);
  }

  crash(_ctx: WorldContext): void {}

  private begin(ctx: WorldContext, intervention: Intervention): void {
    const text = intervention.do === 'reseed' ? intervention.seed : intervention.scheduler;
    ctx.record(RecordKind.external, this.id, 0, ctx.strings.intern(intervention.do), ctx.strings.intern(text), 0);
    if (intervention.do === 'reseed') {
      this.reach.world().reseed(intervention.seed);
      this.reach.links.reseed(ctx);
    } else this.configure(ctx, intervention.scheduler, intervention.version);
  }

  /** A replica that a fault holds down reads the new file when the fault ends. */
  private configure(ctx: WorldContext, scheduler: string, version: number): void {
    for (const process of replicasOf(this.reach.schedulers, scheduler)) {
      const component = ctx.components.find(process.name) as ComponentId;
      const ran = ctx.components.crash(component);
      process.configure(version);
      if (ran) ctx.schedule(RESTART_US, this.startHandler, component, 0, WHY.processRestart);
    }
  }
}

/** The replicas of a scheduler by its base name. */
export function replicasOf(schedulers: readonly SchedulerProcess[], base: string): readonly SchedulerProcess[] {
  return schedulers.filter(({ name }) => name.slice(0, name.lastIndexOf('-')) === base);
}

/** Configurations of a scheduler: that of the start, then those of the timeline in its order. */
export function schedulerConfigurations<C>(
  first: C | undefined,
  place: number,
  timeline: readonly TimelineEntry[],
): readonly (C | undefined)[] {
  const later = timeline.flatMap(({ action }) =>
    action.do === 'scheduler' && action.scheduler === schedulerBase(place) ? [action.configuration as C] : [],
  );
  return [first, ...later];
}
