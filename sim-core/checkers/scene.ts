import type { IntSets, KeyIndex, ObjId, TimeUs, Version, WorldContext } from '../contracts/index.ts';
import type { CheckerFlags, EtcdView, Scene, SchedulerView } from './checker.ts';

/** What all scenes of one world share. */
export interface Stage {
  readonly epochSeconds: number;
  readonly flags: CheckerFlags;
  readonly etcd: EtcdView | undefined;
  readonly schedulers: readonly SchedulerView[];
  readonly lastFaultUs: TimeUs;
  readonly resources: KeyIndex;
  readonly members: IntSets;
  get(obj: ObjId): Version | undefined;
  report(ctx: WorldContext, id: string, name: string, object: string, message: string): void;
}

/** The scene of one checker in one event. */
export class StageScene implements Scene {
  readonly ctx: WorldContext;
  private readonly stage: Stage;
  private readonly id: string;
  private readonly name: string;

  constructor(ctx: WorldContext, stage: Stage, id: string, name: string) {
    this.ctx = ctx;
    this.stage = stage;
    this.id = id;
    this.name = name;
  }

  get nowUs(): TimeUs {
    return this.ctx.nowUs;
  }

  get epochSeconds(): number {
    return this.stage.epochSeconds;
  }

  get flags(): CheckerFlags {
    return this.stage.flags;
  }

  get etcd(): EtcdView | undefined {
    return this.stage.etcd;
  }

  get schedulers(): readonly SchedulerView[] {
    return this.stage.schedulers;
  }

  get lastFaultUs(): TimeUs {
    return this.stage.lastFaultUs;
  }

  get(obj: ObjId): Version | undefined {
    return this.stage.get(obj);
  }

  find(resource: string, namespace: string, name: string): Version | undefined {
    const obj = this.ctx.objects.find(resource, namespace, name);
    return obj === undefined ? undefined : this.stage.get(obj);
  }

  list(resource: string): readonly Version[] {
    const place = this.stage.resources.find(resource);
    if (place === undefined) return [];
    return this.stage.members.members(place).map((obj) => this.stage.get(obj) as Version);
  }

  report(object: string, message: string): void {
    this.stage.report(this.ctx, this.id, this.name, object, message);
  }
}
