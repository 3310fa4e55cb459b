// The run loop with handlers, records and digest: events a second of a world whose handlers do next to nothing.
import path from 'node:path';
import type { Component, HandlerSpec, WorldContext } from '../../sim-core/contracts/engine.ts';
import type { ComponentId, HandlerId } from '../../sim-core/contracts/ids.ts';
import type { Containers, PagedF64 } from '../../sim-core/contracts/state.ts';
import { createWorld, uniformInt } from '../../sim-core/engine/index.ts';
import type { BenchResult } from './p1.ts';

const ACTORS = 100_000;

class Actors implements Component {
  readonly name = 'actors';
  private id: ComponentId = 0;
  private h: readonly HandlerId[] = [];
  private last!: PagedF64;

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.last = c.f64('last');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'period', run: (ctx, i, n) => this.period(ctx, i, n) },
      { name: 'answer', run: (ctx, i) => this.answer(ctx, i) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.h = ids;
  }

  start(ctx: WorldContext): void {
    for (let i = 0; i < ACTORS; i++) ctx.schedule(i * 100, this.h[0], i, 0, 0);
  }

  crash(): void {}

  private period(ctx: WorldContext, i: number, n: number): void {
    ctx.schedule(500 + uniformInt(ctx.draw(i + 1, 0, n), 5000), this.h[1], i, 0, 0);
    ctx.setCause(0);
    ctx.schedule(10_000_000, this.h[0], i, n + 1, 0);
  }

  private answer(ctx: WorldContext, i: number): void {
    this.last.set(i, ctx.nowUs);
    ctx.record(2, this.id, i, 1, 0, 0);
  }
}

export function p1World(events = 8_000_000): BenchResult {
  const world = createWorld({ seed: '1', components: [new Actors()], keepRecords: false });
  world.runUntil({ events: events / 2 });
  const begin = process.cpuUsage();
  world.runUntil({ events });
  const { user, system } = process.cpuUsage(begin);
  const value = events / (user + system);
  return { ratio: value / 4, value, unit: 'M events/s', must: 1.5, aim: 4 };
}

if (path.basename(import.meta.dirname) === 'test-bench-p1-world-ts') console.log(JSON.stringify({ loop: p1World() }));
