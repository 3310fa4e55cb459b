import { describe, expect, test } from 'vitest';
import { RecordKind } from '../../sim-core/contracts/index.ts';
import { type BuildOptions, buildCluster, type Cluster, runCluster } from '../../sim-core/index.ts';
import { swarmScenario } from './swarm.ts';

/** `COMPUTED_SEEDS=20-29 npx vitest run test/property/computedWrites.test.ts` runs other random clusters. */
const [from, to] = (process.env['COMPUTED_SEEDS'] ?? '3-5').split('-').map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, i) => from + i);
/** A look of the node monitor may fall before or behind a renewal. */
const MONITOR_US = 5_200_000;

function run(seed: number, options: BuildOptions): Cluster {
  const cluster = buildCluster(swarmScenario(seed), options);
  runCluster(cluster);
  return cluster;
}

function runsOf(cluster: Cluster, handler: string): number {
  return cluster.world.handlerRuns().reduce((sum, one) => sum + (one.handler === handler ? one.runs : 0), 0);
}

/** By node: the states that people saw, with their times. */
function nodeStates({ world }: Cluster): ReadonlyMap<string, readonly (readonly [number, number])[]> {
  const states = new Map<string, [number, number][]>();
  for (let id = 1; ; id++) {
    const record = world.trace.at(id);
    if (record === undefined) return states;
    const view = new DataView(record.bytes.buffer, record.bytes.byteOffset + record.offset, 32);
    if (view.getUint16(8, true) !== RecordKind.nodeState) continue;
    const node = world.objects.name(view.getUint32(12, true));
    states.set(node, [...(states.get(node) ?? []), [view.getUint32(20, true), view.getFloat64(0, true)]]);
  }
}

/** What a run says of itself, without its world: that takes much memory. */
interface Facts {
  readonly digest: string;
  readonly runs: Readonly<Record<'lease' | 'renewed' | 'eventWritten' | 'catchUp', number>>;
  readonly states: ReturnType<typeof nodeStates>;
}

function factsOf(cluster: Cluster): Facts {
  const [lease, renewed, eventWritten, catchUp] = ['lease', 'renewed', 'eventWritten', 'catchUp'].map((handler) =>
    runsOf(cluster, handler),
  );
  return {
    digest: cluster.world.digest(),
    runs: { lease, renewed, eventWritten, catchUp },
    states: nodeStates(cluster),
  };
}

/** Two runs of a seed: with writes that are computed, and with the whole way of each. */
const pairs = new Map<number, { readonly lazy: Facts; readonly fired: Facts }>();

function pairOf(seed: number): { readonly lazy: Facts; readonly fired: Facts } {
  const pair = pairs.get(seed) ?? {
    lazy: factsOf(run(seed, {})),
    fired: factsOf(run(seed, { fireAllTimers: true })),
  };
  pairs.set(seed, pair);
  return pair;
}

describe('renewals of leases that are computed, in random clusters with faults', () => {
  for (const seed of seeds)
    test(`seed ${seed}: the whole way of each gives the same records, versions and revisions`, () => {
      const { lazy, fired } = pairOf(seed);
      expect(lazy.runs.renewed).toBeGreaterThan(lazy.runs.lease / 2);
      expect(fired.runs.catchUp).toBeGreaterThan(lazy.runs.catchUp);
      expect(fired.digest).toBe(lazy.digest);
    }, 300_000);

  test(`seed ${seeds[0]}: nodes are lost and come back as when each renewal is a request`, () => {
    const computed = pairOf(seeds[0]).lazy.states;
    const requested = run(seeds[0], { computedRenewals: false });
    expect(runsOf(requested, 'renewed')).toBe(0);
    for (const [node, states] of nodeStates(requested)) {
      const here = computed.get(node) ?? [];
      expect(
        here.map(([state]) => state),
        node,
      ).toEqual(states.map(([state]) => state));
      for (const [i, [, atUs]] of states.entries()) expect(Math.abs(here[i][1] - atUs), node).toBeLessThan(MONITOR_US);
    }
  }, 300_000);
});

describe('creates of Events that are computed, in random clusters with faults', () => {
  for (const seed of seeds)
    test(`seed ${seed}: the whole way of each gives the same records, versions and revisions`, () => {
      const { lazy, fired } = pairOf(seed);
      expect(lazy.runs.eventWritten).toBeGreaterThan(50);
      expect(fired.runs.catchUp).toBeGreaterThan(lazy.runs.catchUp);
      expect(fired.digest).toBe(lazy.digest);
    }, 300_000);
});
