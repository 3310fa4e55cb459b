import { spawnSync } from 'node:child_process';

const run = spawnSync(
  process.execPath,
  ['--max-old-space-size=4096', 'scripts/run-ts.mjs', 'test/conformance/cli.ts', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
