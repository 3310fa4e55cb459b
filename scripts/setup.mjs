// What npm start and npm test need before anything else. Plain Node without dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

export function fail(message) {
  console.error(message);
  process.exit(1);
}

export function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
}

/** Starts a program; the promise gives its exit status, and what it printed unless that was inherited. */
export function start(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (bytes) => {
        output += bytes;
      });
    }
    child.on('error', (error) => resolve({ status: 1, output: `${error.message}\n` }));
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) fail(`Orrery needs Node 20.19 or newer; this is ${process.version}.`);
}

/** Installs the packages of the lockfile when they are missing or older than it. */
export function installPackages() {
  const marker = path.join(root, 'node_modules/.package-lock.json');
  const fresh =
    existsSync(marker) && statSync(marker).mtimeMs >= statSync(path.join(root, 'package-lock.json')).mtimeMs;
  if (fresh) return;
  console.error('installing packages (npm ci) ...');
  const npm = run('npm', ['ci', '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) fail('npm ci failed: see above');
}

const CHROMIUM_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export function findChromium() {
  return [process.env.CHROMIUM, ...CHROMIUM_PATHS].find((p) => p !== undefined && p !== '' && existsSync(p));
}

/** A chromium for the browser tests: found, or installed as far as this machine lets us. */
export function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  const root_ = process.getuid?.() === 0;
  const sudo = !root_ && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  if (existsSync('/usr/bin/apt-get') && (root_ || sudo)) {
    console.error('installing chromium (apt-get) ...');
    const prefix = root_ ? [] : ['sudo', '-n'];
    const apt = (...args) =>
      spawnSync([...prefix, 'apt-get', ...args][0], [...prefix, 'apt-get', ...args].slice(1), {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    apt('update');
    apt('install', '-y', 'chromium');
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  console.error("installing playwright's chromium ...");
  if (run('npx', ['playwright', 'install', 'chromium'], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0)
    return 'playwright';
  return fail(`The browser tests need chromium. Install it with one of
  sudo apt-get install -y chromium
  npx playwright install chromium
or name one: CHROMIUM=/path/to/chromium npm test`);
}

/** Builds dist/ when it is missing or older than a source. */
export function buildIfStale() {
  const built = path.join(root, 'dist/cli/orrery.js');
  const page = path.join(root, 'dist/web/index.html');
  const newest = spawnSync(
    'git',
    [
      '-C',
      root,
      'ls-files',
      '-z',
      'sim-core',
      'reports',
      'serve',
      'cli',
      'web',
      'scripts/build.mjs',
      'package-lock.json',
      'vite.config.ts',
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const files = newest.stdout.split('\0').filter((f) => f !== '' && existsSync(path.join(root, f)));
  const stamp =
    existsSync(built) && (existsSync(page) || !existsSync(path.join(root, 'web/index.html')))
      ? Math.min(statSync(built).mtimeMs, existsSync(page) ? statSync(page).mtimeMs : Number.POSITIVE_INFINITY)
      : 0;
  if (files.length > 0 && files.every((f) => statSync(path.join(root, f)).mtimeMs <= stamp)) return;
  console.error('building ...');
  if (run(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0)
    fail('the build failed: see above');
}
