// npm run check: format, lint, types, unused code, import walls. Runs everything and fails at the end, so that one run shows all.
import { checkNode, installPackages, run } from './setup.mjs';

checkNode();
installPackages();
const steps = [
  ['format and lint', 'npx', ['biome', 'ci', '--diagnostic-level=error', '.']],
  ['types', 'npx', ['tsc', '-b']],
  ['unused code', 'npx', ['knip']],
  ['import walls', 'npx', ['vitest', 'run', 'test/architecture.test.ts', '--reporter=dot']],
];
let failed = 0;
for (const [name, command, args] of steps) {
  const result = run(command, args, { stdio: 'pipe', encoding: 'utf8' });
  const ok = result.status === 0;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
  if (!ok) {
    failed++;
    console.log(
      `${result.stdout}${result.stderr}`
        .split('\n')
        .filter((l) => !l.startsWith('npm warn'))
        .join('\n'),
    );
  }
}
process.exit(failed > 0 ? 1 : 0);
