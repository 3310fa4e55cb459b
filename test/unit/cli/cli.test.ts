import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../../cli/main.ts';
import { writeRecording } from '../../../sim-core/index.ts';
import { bundleOf, loaded, ROOT, ranCluster, recorded } from '../support/scenarios.ts';

// Many tests start processes: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

const dir = mkdtempSync(path.join(os.tmpdir(), 'orrery-cli-'));
const ESCAPE = String.fromCharCode(27);

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command in a process of its own, as people and build servers start it. */
function orrery(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'dist/cli/orrery.js'), ...args], {
    cwd: options.cwd ?? dir,
    encoding: 'utf8',
    input: options.input ?? '',
    maxBuffer: 2 ** 26,
    env: {
      ...process.env,
      NO_COLOR: '',
      FORCE_COLOR: undefined,
      CI: undefined,
      // The command does not start itself again with a larger heap: these runs are small.
      ORRERY_HEAP: '2048',
      ...options.env,
    },
  });
  return { code: status, out: stdout, err: stderr };
}

/** The same words in this process: for what is about a command and not about processes, streams and environments. */
async function here(args: readonly string[], cwd = dir): Promise<Result> {
  const before = process.cwd();
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream] += stripVTControlCharacters(String(text));
      return true;
    }),
  );
  process.chdir(cwd);
  try {
    return { code: await main(args), out: printed.stdout, err: printed.stderr };
  } finally {
    process.chdir(before);
    for (const spy of spies) spy.mockRestore();
  }
}

const HEAD = 'apiVersion: orrery.dev/v1alpha1\nkind: Scenario\nmetadata: {name: demo}\nspec:\n';
const SMALL = `${HEAD}  seed: "3"
  duration: 40s
  parameters: {replicas: 2}
  nodePools: [{name: pool, count: 2, machine: m5.large, zones: [a]}]
  manifests: [app.yaml]
  expect:
    - {name: comes up, that: "deployment('web').status.readyReplicas == \${replicas}"}
    - {name: stays up, always: true, from: 30s, that: "deployment('web').status.readyReplicas == \${replicas}"}
`;
const APP = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: \${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web:1, tty: true}]}
`;
const PARAMETER = '$' + '{replicas}';
const MANIFEST = APP.replace(PARAMETER, '2');

beforeAll(async () => {
  const { buildIfStale } = (await import(path.join(ROOT, 'scripts/setup.mjs'))) as { buildIfStale: () => void };
  buildIfStale();
  writeFileSync(path.join(dir, 'demo.yaml'), SMALL);
  writeFileSync(path.join(dir, 'app.yaml'), APP);
  writeFileSync(
    path.join(dir, 'failing.yaml'),
    SMALL.replace(`== ${PARAMETER}"}`, '== 7"}').replace('name: demo', 'name: failing'),
  );
  writeFileSync(path.join(dir, 'broken.yaml'), `${HEAD}  nodepools: []\n`);
  mkdirSync(path.join(dir, 'plain'));
  writeFileSync(path.join(dir, 'plain/web.yaml'), MANIFEST);
  mkdirSync(path.join(dir, 'large'));
  writeFileSync(
    path.join(dir, 'large/web.yaml'),
    MANIFEST.replace('image: web:1', 'image: web:1, resources: {requests: {cpu: 99}}'),
  );
  mkdirSync(path.join(dir, 'empty'));
}, 200_000);
afterAll(() => rmSync(dir, { recursive: true }));

describe('run', () => {
  it('0: data on stdout, everything else on stderr', () => {
    const { code, out, err } = orrery(['run', 'demo.yaml'], { env: { ORRERY_HEAP: undefined } });
    expect(code).toBe(0);
    expect(out).toMatch(/^# demo\n/);
    expect(out).toContain('| passed | comes up');
    expect(out).toMatch(/Digest [0-9a-f]{32}/);
    expect(err).toContain('demo  seed 3, 40s of virtual time');
    expect(err).toContain('not simulated in this object: Pod spec.containers[].tty (1, ignored)');
    expect(out + err).not.toContain(ESCAPE);
  });

  it('-o json is one object, with nothing beside it', async () => {
    const { code, out, err } = await here(['run', 'demo.yaml', '-o', 'json', '-q']);
    expect(code).toBe(0);
    expect(err).toBe('');
    const report = JSON.parse(out);
    expect(report).toMatchObject({ schemaVersion: 1, seed: '3', endUs: 40e6 });
    expect(report.facts.expectations).toMatchObject([{ passed: true }, { passed: true }]);
  });

  it('-o junit is XML', async () => {
    const { out } = await here(['run', 'demo.yaml', '-o', 'junit', '-q']);
    expect(out).toMatch(/^<\?xml/);
    expect(out).toContain('<testcase classname="demo" name="comes up"');
  });

  it('--seed, --set and --until have their effect and stand in the line that repeats the run', async () => {
    const digest = async (args: string[]) =>
      (await here(['run', 'demo.yaml', '-q', '-o', 'summary', ...args])).out.split(/\s+/)[1];
    const plain = await digest([]);
    expect(await digest(['--seed', '3'])).toBe(plain);
    expect(await digest(['--seed', '4'])).not.toBe(plain);
    expect(await digest(['--set', 'replicas=3'])).not.toBe(plain);
    const { out } = await here(['run', 'demo.yaml', '-q', '-o', 'json', '--set', 'replicas=3', '--until', '20s']);
    const { facts } = JSON.parse(out);
    expect(facts.reproduce).toBe('npx orrery run demo.yaml --seed 3 --until 20s --set replicas=3');
    expect(facts.expectations[1]).toMatchObject({ passed: false, decided: false });
  });

  it('a run that was cut fails by nothing that it left open', async () => {
    const { code, out } = await here(['run', 'demo.yaml', '-q', '--until', '5s']);
    expect(code).toBe(0);
    expect(out).toContain('| open ');
  });

  it('1: a failed expectation, with its place and the line that repeats it', () => {
    const { code, out } = orrery(['run', 'failing.yaml', '-q']);
    expect(code).toBe(1);
    expect(out).toContain('failing.yaml:');
    expect(out).toContain('Run it again: `npx orrery run failing.yaml --seed 3`');
  });

  it('the place of a failure can be opened from here', async () => {
    const { out } = await here(['run', path.join(path.basename(dir), 'failing.yaml'), '-q'], path.dirname(dir));
    expect(out).toContain(`${path.basename(dir)}/failing.yaml:`);
  });

  it('manifests on a default cluster, from files, folders and standard input', async () => {
    for (const { code, err } of [
      await here(['run', 'plain/web.yaml']),
      await here(['run', './plain/']),
      orrery(['run', '-'], { input: MANIFEST }),
    ]) {
      expect(err).toContain('default cluster: ');
      expect(err).toContain('ready: all 1 workloads');
      expect(code).toBe(0);
    }
  });

  it('a scenario on standard input', () => {
    const { code, out } = orrery(['run', '-', '-q', '-o', 'summary'], {
      input: SMALL.replace('  manifests: [app.yaml]\n', '').replace(/ {2}expect:[\s\S]*/, ''),
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^demo {2}[0-9a-f]{32} /);
  });

  it('1: says which workload of plain manifests is not ready, and why', async () => {
    const { code, err } = await here(['run', 'large', '-q']);
    expect(code).toBe(1);
    expect(err).toContain('not ready: Deployment default/web: 0 of 2');
    expect(err).toMatch(/Unschedulable: 0\/6 nodes are available: 6 Insufficient cpu/);
  });

  it('3: a scenario that cannot be used, with file, line, column and what was meant', () => {
    const { code, out, err } = orrery(['run', 'broken.yaml']);
    expect(code).toBe(3);
    expect(out).toBe('');
    expect(err).toContain('broken.yaml:5:3: error: unknown field "nodepools" in spec (did you mean nodePools?)');
    expect(err).toContain('error: broken.yaml cannot be used: 1 errors, 0 warnings');
  });

  it('5: a budget', () => {
    const { code, err } = orrery(['run', 'demo.yaml', '-q', '--max-events', '100']);
    expect(code).toBe(5);
    expect(err).toMatch(/error: demo: the budget of 100 events was used up at t=\d+ s/);
  });

  it('2: files that are not there, folders without manifests, folders of scenarios', async () => {
    expect(orrery(['run', 'nothing.yaml'])).toMatchObject({
      code: 2,
      out: '',
      err: 'error: nothing.yaml: no such file\n',
    });
    expect(await here(['run', 'empty'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there are no YAML or JSON files in it'),
    });
    const folder = await here(['run', '.']);
    expect(folder.code).toBe(2);
    expect(folder.err).toMatch(/holds a scenario[\s\S]*npx orrery test \./);
  });
});

describe('a bug of orrery', () => {
  it('70: says so, with the command that repeats it', () => {
    const broken = 'data:text/javascript,performance.now = () => { throw new Error("planned") }';
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      ['--import', broken, path.join(ROOT, 'dist/cli/orrery.js'), 'run', 'demo.yaml', '-q'],
      { cwd: dir, encoding: 'utf8' },
    );
    expect(status).toBe(70);
    expect(stdout).toBe('');
    expect(stderr).toContain('internal error: planned');
    expect(stderr).toContain('npx orrery run demo.yaml -q');
  });
});

describe('usage', () => {
  it('2: an unknown option or command, with what was meant', async () => {
    const option = orrery(['run', 'demo.yaml', '--sed', '4']);
    expect(option.code).toBe(2);
    expect(option.err).toMatch(/unknown option '--sed'[\s\S]*Did you mean[^?]*--seed/);
    const command = await here(['rnu', 'demo.yaml']);
    expect(command.code).toBe(2);
    expect(command.err).toMatch(/unknown command 'rnu'[\s\S]*Did you mean run\?/);
    expect((await here(['run'])).code).toBe(2);
    expect((await here(['run', 'demo.yaml', '-o', 'xml'])).code).toBe(2);
    expect(await here(['run', 'demo.yaml', '--until', 'soon'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('durations are written like'),
    });
    expect(await here(['run', 'demo.yaml', '--set', 'replicas'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('write name=value'),
    });
    expect(await here(['--memory', 'much', 'run', 'demo.yaml'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('whole number of MiB'),
    });
  });

  it('help is data', () => {
    const { code, out, err } = orrery(['--help']);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toContain('Usage: orrery');
    for (const name of ['run', 'test', 'replay', 'validate', 'schema', 'version', 'doctor', 'ui'])
      expect(out).toContain(`  ${name}`);
  });

  it('colours only where they are wanted', () => {
    expect(orrery(['run', 'nothing.yaml'], { env: { FORCE_COLOR: '1', NO_COLOR: undefined } }).err).toContain(ESCAPE);
    expect(orrery(['run', 'nothing.yaml'], { env: { NO_COLOR: '1' } }).err).not.toContain(ESCAPE);
    expect(
      orrery(['run', 'nothing.yaml'], { env: { FORCE_COLOR: '1', NO_COLOR: undefined, TERM: 'dumb' } }).err,
    ).not.toContain(ESCAPE);
  });
});

describe('replay', () => {
  it('0 and equal; 3 for a damaged file; 4 and the first difference for another run', async () => {
    expect((await here(['run', 'demo.yaml', '-q', '--record', 'rec'])).code).toBe(0);
    // Another process than the one that recorded.
    const same = orrery(['replay', 'rec/run.orrery', '--verify', '-q']);
    expect(same).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^equal: \d+ records in \d+ blocks, digest [0-9a-f]{32}\n$/),
    });

    const bytes = readFileSync(path.join(dir, 'rec/run.orrery'));
    for (const share of [0.001, 0.5, 0.999]) {
      const damaged = Buffer.from(bytes);
      damaged[Math.floor(bytes.length * share)] ^= 0x40;
      writeFileSync(path.join(dir, 'damaged.orrery'), damaged);
      const { code, err } = await here(['replay', 'damaged.orrery', '--verify', '-q']);
      expect([3, 4], `byte at ${share}: ${err}`).toContain(code);
    }
    writeFileSync(path.join(dir, 'cut.orrery'), bytes.subarray(0, 500));
    expect((await here(['replay', 'cut.orrery', '--verify', '-q'])).code).toBe(3);
    expect((await here(['replay', 'demo.yaml', '-q'])).code).toBe(3);
    expect((await here(['replay', 'nothing.orrery', '-q'])).code).toBe(2);
  });

  it('4: a recording of another run names the first record that differs', async () => {
    const bundle = bundleOf(SMALL, { 'app.yaml': APP }, 'demo.yaml');
    const recording = recorded(ranCluster(loaded(bundle)), bundle);
    const edited = bundleOf(SMALL.replace('replicas: 2', 'replicas: 3'), { 'app.yaml': APP }, 'demo.yaml');
    writeFileSync(path.join(dir, 'other.orrery'), writeRecording({ ...recording, files: edited.files }));
    const { code, out, err } = orrery(['replay', 'other.orrery', '--verify', '-q']);
    expect(code).toBe(4);
    expect(out).toMatch(/^DIFFERENT: recorded [0-9a-f]{32}, now [0-9a-f]{32}\n/);
    expect(out).toMatch(/\nrecorded .*#\d+/);
    expect(out).toMatch(/\nnow .*#\d+/);
    expect(err).toContain('a difference may come from that');
    expect((await here(['replay', 'other.orrery', '-q'])).code).toBe(0);
  });

  it('plain manifests and parameters replay as well', async () => {
    await here(['run', 'demo.yaml', '-q', '--set', 'replicas=4', '--until', '30s', '--record', 'rec2']);
    expect((await here(['replay', 'rec2/run.orrery', '--verify', '-q'])).code).toBe(0);
    await here(['run', 'plain', '-q', '--record', 'rec3']);
    expect((await here(['replay', 'rec3/run.orrery', '--verify', '-q'])).code).toBe(0);
  });
});

describe('test', () => {
  it('prints a table and exits by the worst class', async () => {
    const good = orrery(['test', 'demo.yaml', '--junit', 'out/junit.xml']);
    expect(good.code).toBe(0);
    expect(good.out).toMatch(/demo\.yaml[^\n]*passed[^\n]*2\/2/);
    expect(good.out).toContain('1 passed, 0 failed');
    expect(readFileSync(path.join(dir, 'out/junit.xml'), 'utf8')).toContain('<testsuite');
    const all = await here(['test', '.', '-o', 'json']);
    expect(all.code).toBe(3);
    const rows = JSON.parse(all.out) as { file: string; result: string }[];
    expect(Object.fromEntries(rows.map((r) => [r.file, r.result]))).toEqual({
      'broken.yaml': 'invalid',
      'demo.yaml': 'passed',
      'failing.yaml': 'failed',
    });
    expect((await here(['test', 'demo.yaml', 'failing.yaml'])).code).toBe(1);
    expect((await here(['test', 'nothing'])).code).toBe(2);
    expect((await here(['test', 'empty'])).code).toBe(2);
    expect((await here(['test', 'app.yaml'])).code).toBe(2);
  });
});

describe('validate', () => {
  it('text, json and GitHub annotations', async () => {
    expect(await here(['validate', 'demo.yaml'])).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining('0 errors'),
    });
    expect(await here(['validate', 'broken.yaml'])).toMatchObject({
      code: 3,
      out: expect.stringContaining('broken.yaml:5:3: error: '),
    });
    expect(JSON.parse((await here(['validate', 'broken.yaml', '-o', 'json'])).out)).toMatchObject([
      { severity: 'error', at: { file: 'broken.yaml', line: 5, col: 3 } },
    ]);
    expect((await here(['validate', 'broken.yaml', '-o', 'github'])).out).toMatch(
      /^::error file=broken\.yaml,line=5,col=3::unknown field/,
    );
  });

  it('--strict makes warnings errors', async () => {
    writeFileSync(
      path.join(dir, 'plain/site.yaml'),
      'apiVersion: example.com/v1\nkind: Website\nmetadata: {name: x}\n',
    );
    expect(await here(['validate', 'plain'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('plain/site.yaml:1:1: warning: no matches for kind "Website"'),
    });
    expect((await here(['validate', 'plain', '--strict'])).code).toBe(3);
    rmSync(path.join(dir, 'plain/site.yaml'));
  });
});

describe('schema, version and doctor', () => {
  it('print data', async () => {
    expect(JSON.parse((await here(['schema'])).out)).toMatchObject({ title: 'Orrery scenario' });
    expect(orrery(['version']).out).toMatch(
      /^orrery \d+\.\d+\.\d+ \(sources [0-9a-f]{12}\), simulates Kubernetes v1\.35\.\d+\n$/,
    );
    expect(JSON.parse(orrery(['version', '-o', 'json']).out)).toMatchObject({
      kubernetes: expect.stringMatching(/^v1\.35/),
    });
    expect(orrery(['doctor']).out).toMatch(/ok {3}node/);
    expect(JSON.parse((await here(['doctor', '-o', 'json'])).out)[0]).toMatchObject({ name: 'node', ok: true });
  });
});
