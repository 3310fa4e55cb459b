// npm run bench [-- --only P3 --json]
import { spawnSync } from 'node:child_process';
import { checkNode, installPackages } from './setup.mjs';

checkNode();
installPackages();
const bench = spawnSync(
  process.execPath,
  [
    '--expose-gc',
    '--max-old-space-size=8192',
    '--max-semi-space-size=64',
    'scripts/run-ts.mjs',
    'test/bench/main.ts',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(bench.status ?? 1);
