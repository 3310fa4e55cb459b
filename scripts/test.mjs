// npm test: sets up everything, then check, every test and the browser tests. The last line counts all of them.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildIfStale, checkNode, ensureChromium, installPackages, run, start } from './setup.mjs';

checkNode();
installPackages();
const chromium = ensureChromium();
const out = path.resolve('out/test');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const totals = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const started = Date.now();
const stage = (name) => console.log(`\n== ${name} (${Math.round((Date.now() - started) / 1000)} s)`);

stage('build and check');
const check = start(process.execPath, ['scripts/check.mjs', '--without-tests']);
buildIfStale();
count(await check);

stage('unit, property, golden and determinism tests');
const suite = run('npx', vitest('suite', ['--config=vitest.suite.config.ts', '--exclude=test/planted/**']));
countReport('suite', suite);

// The browser tests leave half of a machine with two processors idle: what has processes of its own goes on beside them.
stage('browser tests; recordings of Kubernetes 1.35 against the ratchet, and planted bugs');
const browser = browserTests();
count(await start(process.execPath, ['scripts/conformance.mjs', '--show', '0']));
const planted = await start('npx', vitest('planted', ['test/planted']));
process.stdout.write(planted.output);
countReport('planted', planted);
await browser;

if (skips.length > 0) {
  console.log('\nskipped, because what they need is not here (each name says what):');
  for (const name of skips.slice(0, 50)) console.log(`  ${name}`);
}
console.log(`\n${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);

/** Shows what a program printed and counts it as one test. */
function count({ status, output }) {
  process.stdout.write(output);
  if (status === 0) totals.passed++;
  else totals.failed++;
}

/** Words of a run of Vitest whose results are kept by that name. */
function vitest(name, words) {
  return ['vitest', 'run', ...words, '--reporter=dot', '--reporter=json', `--outputFile.json=${out}/${name}.json`];
}

/** Counts the tests of a run of Vitest; without its report, or if it failed beside its tests, that is one failure. */
function countReport(name, { status }) {
  const file = path.join(out, `${name}.json`);
  if (!existsSync(file)) {
    totals.failed++;
    return;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests + (report.numFailedTests === 0 && status !== 0 ? 1 : 0);
  totals.skipped += report.numPendingTests + report.numTodoTests;
  for (const { assertionResults } of report.testResults)
    for (const t of assertionResults)
      if (t.status === 'pending' || t.status === 'skipped' || t.status === 'todo') skips.push(t.fullName);
}

/** Counts what the browser tests say of themselves. */
async function browserTests() {
  const env = {
    ...process.env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: path.join(out, 'playwright.json'),
    ...(chromium === 'playwright' ? {} : { CHROMIUM: chromium }),
  };
  await start('npx', ['playwright', 'test', '--reporter=dot,json'], { env, stdio: 'inherit' });
  const file = path.join(out, 'playwright.json');
  if (!existsSync(file)) totals.failed++;
  else {
    const { stats } = JSON.parse(readFileSync(file, 'utf8'));
    totals.passed += stats.expected + stats.flaky;
    totals.failed += stats.unexpected;
    totals.skipped += stats.skipped;
  }
}
