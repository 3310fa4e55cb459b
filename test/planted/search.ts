// Finds seeds on which planted bugs are caught: `node scripts/run-ts.mjs test/planted/search.ts NAME|all [FROM] [TO]`.
import { bundleWith, PLANTED_BUGS, runSeed } from './plant.ts';

const [only = 'all', from = '1', to = '20'] = process.argv.slice(2);
for (const bug of PLANTED_BUGS.filter((b) => only === 'all' || b.name.includes(only))) {
  const bundle = await bundleWith(bug.name, bug.edits);
  let found = 'none';
  for (let seed = Number(from); seed <= Number(to) && found === 'none'; seed++)
    if ((await runSeed(bundle, seed, bug.checker)).checkers.includes(bug.checker)) found = String(seed);
  console.log(`${bug.name}: ${bug.checker} on seed ${found}`);
}
