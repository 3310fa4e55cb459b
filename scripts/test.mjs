// npm test: sets up everything, then check, every test and the browser tests. The last line counts all of them.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildIfStale, checkNode, ensureChromium, installPackages, run } from './setup.mjs';

checkNode();
installPackages();
const chromium = ensureChromium();
buildIfStale();
const out = path.resolve('out/test');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const totals = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const started = Date.now();
const stage = (name) => console.log(`\n== ${name} (${Math.round((Date.now() - started) / 1000)} s)`);

stage('check');
if (run(process.execPath, ['scripts/check.mjs']).status === 0) totals.passed++;
else totals.failed++;

stage('unit, property, golden and determinism tests');
const unit = run('npx', [
  'vitest',
  'run',
  '--reporter=dot',
  '--reporter=json',
  `--outputFile.json=${path.join(out, 'vitest.json')}`,
]);
const report = existsSync(path.join(out, 'vitest.json'))
  ? JSON.parse(readFileSync(path.join(out, 'vitest.json'), 'utf8'))
  : undefined;
if (report === undefined) totals.failed++;
else {
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests + (report.numFailedTests === 0 && unit.status !== 0 ? 1 : 0);
  totals.skipped += report.numPendingTests + report.numTodoTests;
  for (const file of report.testResults)
    for (const t of file.assertionResults)
      if (t.status === 'pending' || t.status === 'skipped' || t.status === 'todo') skips.push(t.fullName);
}

// The browser tests leave half of a machine with two processors idle: the recordings are played beside them.
stage('browser tests, and recordings of Kubernetes 1.35 against the ratchet');
const conformance = inBackground(process.execPath, ['scripts/conformance.mjs', '--show', '0']);
await browserTests();
const played = await conformance;
process.stdout.write(`\n${played.output}`);
if (played.status === 0) totals.passed++;
else totals.failed++;

if (skips.length > 0) {
  console.log('\nskipped, because what they need is not here (each name says what):');
  for (const name of skips.slice(0, 50)) console.log(`  ${name}`);
}
console.log(`\n${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);

/** Starts a program; the promise gives its exit status, and what it printed unless that was inherited. */
function inBackground(program, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (bytes) => {
        output += bytes;
      });
    }
    child.on('error', (error) => resolve({ status: 1, output: `${error.message}\n` }));
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}

/** Counts what the browser tests say of themselves. */
async function browserTests() {
  const env = {
    ...process.env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: path.join(out, 'playwright.json'),
    ...(chromium === 'playwright' ? {} : { CHROMIUM: chromium }),
  };
  await inBackground('npx', ['playwright', 'test', '--reporter=dot,json'], { env, stdio: 'inherit' });
  const file = path.join(out, 'playwright.json');
  if (!existsSync(file)) totals.failed++;
  else {
    const { stats } = JSON.parse(readFileSync(file, 'utf8'));
    totals.passed += stats.expected + stats.flaky;
    totals.failed += stats.unexpected;
    totals.skipped += stats.skipped;
  }
}
