import type { Component, HandlerSpec, KubeObject, WorldContext } from '../../../../sim-core/contracts/index.ts';
import type { Etcd } from '../../../../sim-core/etcd/index.ts';

export interface Seed {
  readonly key: string;
  readonly object: KubeObject;
}

/** Puts objects into the store at t = 0 as they are, status and all. */
export class Seeds implements Component {
  readonly name = 'seeds';
  private readonly etcd: Etcd;
  private readonly seeds: readonly Seed[];

  constructor(etcd: Etcd, seeds: readonly Seed[]) {
    this.etcd = etcd;
    this.seeds = seeds;
  }

  init(): void {}

  handlers(): readonly HandlerSpec[] {
    return [];
  }

  registered(): void {}

  start(ctx: WorldContext): void {
    for (const { key, object } of this.seeds)
      this.etcd.seed(ctx, { compare: [], success: [{ op: 'put', key, value: object }], failure: [] });
  }

  crash(): void {}
}
