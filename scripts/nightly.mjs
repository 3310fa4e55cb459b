// npm run nightly: what takes too long for every commit: thousands of seeds, the search for seeds that kill planted bugs.
import { checkNode, installPackages, run } from './setup.mjs';

checkNode();
installPackages();
process.exit(run('npx', ['vitest', 'run', '--config', 'vitest.nightly.config.ts']).status ?? 1);
