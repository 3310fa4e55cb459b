// Runs a shipped scenario in a process of its own and prints its digest: see scenarios.test.ts.
//   scenario-run.ts NAME [--from STATE] [--until SECONDS] [--save STATE]     in any order
import { readFileSync, writeFileSync } from 'node:fs';
import { buildCluster, runCluster } from '../../sim-core/index.ts';
import { loaded, shippedBundle } from '../unit/support/scenarios.ts';

const words = process.argv.slice(2);
const flag = (name: string) => {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words.splice(at, 2)[1];
};
const from = flag('--from');
const until = flag('--until');
const save = flag('--save');
const cluster = buildCluster(loaded(shippedBundle(words[0])), {
  from: from === undefined ? undefined : new Uint8Array(readFileSync(from)),
});
const outcome = runCluster(cluster, { untilUs: until === undefined ? undefined : Number(until) * 1e6 });
if (save !== undefined) writeFileSync(save, cluster.world.serialise());
console.log(outcome.digest);
