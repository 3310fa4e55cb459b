import type {
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  KubeObject,
  WorldContext,
} from '../contracts/index.ts';
import type { Etcd } from '../etcd/index.ts';

export interface SeedObject {
  readonly key: string;
  readonly object: KubeObject;
}

/** Puts objects into the store at t = 0 as they are, before anybody reads. */
export class InitialState implements Component {
  readonly name = 'initial-state';
  private readonly etcd: Etcd;
  private readonly objects: (ctx: WorldContext) => Iterable<SeedObject>;

  /** `objects` is asked once, when the world starts. */
  constructor(etcd: Etcd, objects: readonly SeedObject[] | ((ctx: WorldContext) => Iterable<SeedObject>)) {
    this.etcd = etcd;
    this.objects = typeof objects === 'function' ? objects : () => objects;
  }

  init(_c: Containers, _id: ComponentId): void {}

  handlers(): readonly HandlerSpec[] {
    return [];
  }

  registered(_ids: readonly HandlerId[]): void {}

  start(ctx: WorldContext): void {
    for (const { key, object } of this.objects(ctx))
      this.etcd.seed(ctx, { compare: [], success: [{ op: 'put', key, value: object }], failure: [] });
  }

  crash(_ctx: WorldContext): void {}
}
