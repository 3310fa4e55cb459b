// npm run check: format, lint, types, unused code, import walls. Runs everything and fails at the end, so that one run shows all.
import { checkNode, installPackages, start } from './setup.mjs';

checkNode();
installPackages();
const steps = [
  ['format and lint', ['biome', 'ci', '--diagnostic-level=error', '.']],
  ['types', ['tsc', '-b']],
  ['unused code', ['knip']],
];
// npm test runs them with all other tests.
if (!process.argv.includes('--without-tests'))
  steps.push(['import walls', ['vitest', 'run', 'test/architecture.test.ts', '--reporter=dot']]);

// All at once: the compiler and the linter use several processors, the others one.
const results = steps.map(async ([name, words]) => [name, await start('npx', words)]);
let failed = 0;
for (const result of results) {
  const [name, { status, output }] = await result;
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (status !== 0) {
    failed++;
    console.log(
      output
        .split('\n')
        .filter((l) => !l.startsWith('npm warn'))
        .join('\n'),
    );
  }
}
process.exit(failed > 0 ? 1 : 0);
