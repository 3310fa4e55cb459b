import { buildCluster, runCluster } from '../../sim-core/index.ts';
import { runSwarm, type SwarmResult, swarmScenario } from '../property/swarm.ts';

/**
 * Runs one swarm seed and prints its result as JSON: `entry SEED [CHECKER]`, to its end or until the checker finds something.
 * For the checker `restore-continues-equal` the run is written to bytes after a quarter and continued in a new world; in the
 * middle both must have the same digest.
 */

function restored(seed: number): SwarmResult {
  const scenario = swarmScenario(seed);
  const quarterUs = Math.floor(scenario.spec.durationUs / 4);
  const whole = buildCluster(scenario, { checkers: true, keepRecords: false });
  runCluster(whole, { untilUs: quarterUs });
  const second = buildCluster(scenario, { checkers: true, keepRecords: false, from: whole.world.serialise() });
  const [a, b] = [whole, second].map((c) => runCluster(c, { untilUs: 2 * quarterUs }).digest);
  if (a === b) return { digest: a, quiet: true, violations: [], checkers: [] };
  const violation = `D5 restore-continues-equal: ${b} after a restore, ${a} without`;
  return { digest: a, quiet: true, violations: [violation], checkers: ['restore-continues-equal'] };
}

const [seed, checker] = process.argv.slice(2);
const cluster = () => buildCluster(swarmScenario(Number(seed)), { checkers: true, keepRecords: false });
const result = checker === 'restore-continues-equal' ? restored(Number(seed)) : runSwarm(cluster(), checker);
process.stdout.write(`${JSON.stringify(result)}\n`);
