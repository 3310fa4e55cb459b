import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HandlerSpec, WorldContext } from '../../sim-core/contracts/engine.ts';
import type { ComponentId } from '../../sim-core/contracts/ids.ts';
import type { Containers, IntMap } from '../../sim-core/contracts/state.ts';
import { WHY } from '../../sim-core/contracts/whys.ts';
import { createWorld } from '../../sim-core/engine/index.ts';
import { Heart, Toy } from '../unit/engine/toys.ts';
import { withDeterminismGuard } from '../unit/support/guard.ts';

const PERIOD = 1000;

/** Probes of `count` pods, all started on the same microsecond; pod i turns sick at a given time. A probe of a healthy
 * pod has no effect: either it is run at every period, or its first failure is computed. */
class Prober extends Toy {
  readonly sickAtUs: readonly number[];
  private restarts!: IntMap;
  private sick!: IntMap;

  constructor(sickAtUs: readonly number[]) {
    super('prober');
    this.sickAtUs = sickAtUs;
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.restarts = c.intMap('restarts');
    this.sick = c.intMap('sick');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'probe', skippable: true, run: (ctx, pod) => this.probe(ctx, pod) },
      { name: 'sicken', run: (ctx, pod) => this.sicken(ctx, pod) },
      { name: 'restart', run: (ctx, pod) => this.restart(ctx, pod) },
    ];
  }

  start(ctx: WorldContext): void {
    this.sickAtUs.forEach((atUs, pod) => {
      ctx.schedule(atUs, this.h[1], pod, 0, WHY.none);
      if (ctx.fireAllTimers) ctx.schedule(PERIOD, this.h[0], pod, 0, WHY.probePeriod);
    });
  }

  private sicken(ctx: WorldContext, pod: number): void {
    this.sick.set(pod, 1);
    ctx.record(14, this.id, 0, 6, pod, 0);
    if (ctx.fireAllTimers) return;
    // The tick at this very instant still sees it: skippable events come last.
    ctx.setCause(0);
    const next = Math.max(PERIOD, Math.ceil(ctx.nowUs / PERIOD) * PERIOD);
    ctx.scheduleAt(next, this.h[0], pod, 0, WHY.probePeriod);
  }

  private probe(ctx: WorldContext, pod: number): void {
    if (this.sick.has(pod)) {
      ctx.schedule(50, this.h[2], pod, 0, WHY.link);
      this.sick.delete(pod);
    }
    ctx.setCause(0);
    if (ctx.fireAllTimers) ctx.schedule(PERIOD, this.h[0], pod, 0, WHY.probePeriod);
  }

  private restart(ctx: WorldContext, pod: number): void {
    this.restarts.set(pod, (this.restarts.get(pod) ?? 0) + 1);
    ctx.record(14, this.id, 0, 3, this.restarts.get(pod)!, pod);
    // Sick again at a tie with the probes of everybody.
    if (this.restarts.get(pod)! < 3) ctx.schedule(PERIOD - 50 + (pod % 3) * 7, this.h[1], pod, 0, WHY.containerRun);
  }
}

describe('lazy timers', () => {
  it('give the digest of timers that are all fired, with failures at the tie', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat(9).map((k) => k * PERIOD),
            fc.nat(9000),
          ),
          { minLength: 1, maxLength: 20 },
        ),
        fc.string(),
        (sickAtUs, seed) => {
          const worlds = [false, true].map((fireAllTimers) => {
            const components = [new Heart('a', 500), new Prober(sickAtUs), new Heart('b', 1000)];
            const world = createWorld({ seed, components, fireAllTimers, freeze: true });
            withDeterminismGuard(() => world.runUntil({ timeUs: 20_000 }));
            return world;
          });
          expect(worlds[1].eventsRun).toBeGreaterThan(worlds[0].eventsRun);
          expect(worlds[1].digest()).toBe(worlds[0].digest());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('do not hide an effect: another time of failure is another digest', () => {
    const digest = (atUs: number) => {
      const world = createWorld({ seed: 's', components: [new Prober([atUs])] });
      world.runUntil({ timeUs: 20_000 });
      return world.digest();
    };
    expect(digest(3000)).not.toBe(digest(3001));
  });
});
