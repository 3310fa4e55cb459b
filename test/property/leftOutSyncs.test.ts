import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Plan } from '../../sim-core/contracts/controllers.ts';
import type { WorldContext } from '../../sim-core/contracts/index.ts';
import { ControllerHost } from '../../sim-core/controllers/runtime/controller_host.ts';
import { PlanExecutor } from '../../sim-core/controllers/runtime/plan_executor.ts';
import { buildCluster } from '../../sim-core/index.ts';
import { swarmScenario } from './swarm.ts';

/** `LEFT_OUT_SEEDS=20-29 npx vitest run test/property/leftOutSyncs.test.ts` runs other random clusters. */
const [from, to] = (process.env['LEFT_OUT_SEEDS'] ?? '1-1').split('-').map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, i) => from + i);
const END_S = 500;
const STEP_S = 50;

/** Digests of records and versions on the way. */
function digests(seed: number): readonly string[] {
  const cluster = buildCluster(swarmScenario(seed));
  const found: string[] = [];
  for (let s = STEP_S; s <= END_S; s += STEP_S) {
    cluster.world.runUntil({ timeUs: s * 1e6 });
    found.push(cluster.world.digest());
  }
  return found;
}

/** As a plan of several steps begins: row by row. */
function beginPlainly(this: never, ctx: WorldContext, slot: number, plan: Plan): void {
  // biome-ignore lint/suspicious/noExplicitAny: its own parts
  const executor = this as any;
  const { key, item, tick, cause, expected } = executor.execution(slot);
  const start = { at: 0, answers: [], sent: 0, inFlight: [] };
  const execution = { key, item, tick, cause, plan, expected, ...start };
  executor.executions.set(slot, execution);
  executor.owner.accept(ctx, execution, plan);
  executor.advance(ctx, slot);
}

describe('controllers, while people work and things break', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  for (const seed of seeds) {
    /** The run as users have it, which both tests compare with, and how often a controller was found at rest in it. */
    let plain: { readonly short: readonly string[]; readonly atRest: number } | undefined;
    const shortRun = () => {
      // biome-ignore lint/suspicious/noExplicitAny: a private getter
      const atRest = vi.spyOn(ControllerHost.prototype as any, 'isAtRest', 'get');
      plain ??= {
        short: digests(seed),
        atRest: atRest.mock.results.filter(({ value }) => value === true).length,
      };
      return { ...plain, getter: atRest };
    };

    test(`seed ${seed}: write the same whether or not syncs that find nothing are left out`, () => {
      const { short, atRest, getter } = shortRun();
      expect(atRest).toBeGreaterThan(100);
      getter.mockReturnValue(false);
      expect(digests(seed)).toEqual(short);
    }, 240_000);

    test(`seed ${seed}: write the same whether or not plans of one request have a way of their own`, () => {
      const { short, getter } = shortRun();
      getter.mockRestore();
      const begin = vi.spyOn(PlanExecutor.prototype, 'begin').mockImplementation(beginPlainly);
      expect(digests(seed)).toEqual(short);
      expect(begin.mock.calls.filter(([, , { steps }]) => steps.length === 1).length).toBeGreaterThan(100);
    }, 240_000);
  }
});
