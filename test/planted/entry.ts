import { buildCluster, runCluster } from '../../sim-core/index.ts';
import { runSwarm, type SwarmResult, swarmScenario } from '../property/swarm.ts';

/**
 * Runs one swarm seed and prints its result as JSON: `entry SEED [restore]`. With `restore` the run is also stopped in the
 * middle, written to bytes and continued in a new world, which must end with the same digest.
 */

function restored(seed: number): string {
  const scenario = swarmScenario(seed);
  const first = buildCluster(scenario, { checkers: true, keepRecords: false });
  runCluster(first, { untilUs: Math.floor(scenario.spec.durationUs / 2) });
  const second = buildCluster(scenario, { checkers: true, keepRecords: false, from: first.world.serialise() });
  return runCluster(second).digest;
}

function result(seed: number, restore: boolean): SwarmResult {
  const whole = runSwarm(buildCluster(swarmScenario(seed), { checkers: true, keepRecords: false }));
  if (!restore) return whole;
  const digest = restored(seed);
  if (digest === whole.digest) return whole;
  const violation = `D5 restore-continues-equal: ${digest} after a restore, ${whole.digest} in one go`;
  return {
    ...whole,
    violations: [...whole.violations, violation],
    checkers: [...whole.checkers, 'restore-continues-equal'],
  };
}

const [seed, mode] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(result(Number(seed), mode === 'restore'))}\n`);
