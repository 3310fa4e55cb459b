import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { firstDifference } from '../../sim-core/engine/index.ts';
import { buildCluster, runCluster, type Scenario } from '../../sim-core/index.ts';
import { bundleOf, loaded, ROOT, ranCluster, recorded, shippedBundle } from '../unit/support/scenarios.ts';

/** A rollout in the middle of which everything moves; with probes, minReadySeconds and graceful ends. */
const ROLLOUT = 'failures/rolling-update';
/** A node away and back: leases, taints, restarts of containers. */
const REBOOT = 'teaching/node-reboot';
/** etcd between leaders, API servers that reconnect. */
const ETCD = 'failures/etcd-leader-loss';
const BAD_IMAGE = 'failures/bad-image';
const DRAIN = 'failures/drain';

/** Running pods at t = 0, alone and of a Deployment; some are deleted at once and later, a zone goes and comes back. */
const SEEDED = `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: seeded}
spec:
  seed: "1"
  duration: 120s
  nodePools:
    - {name: pool, count: 9, machine: m5.2xlarge, zones: [a, b, c]}
  generate:
    - count: 60
      initialState: true
      template: {apiVersion: v1, kind: Pod, metadata: {name: pod}, spec: {containers: [{name: app, image: "app:1"}]}}
    - count: 2
      initialState: true
      template: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 8,
        selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: [{name: app,
        image: "app:1", readinessProbe: {httpGet: {port: 80}}}]}}}}
  timeline:
    - {at: 3s, kubectl: "delete pod pod-4 pod-5 --wait=false"}
    - {at: 20s, fault: {kind: KubeletStop, zone: a, count: 1, for: 15s}}
    - {at: 25s, kubectl: "delete pod pod-10 pod-11 pod-12 pod-13 pod-14 --grace-period=1 --wait=false"}
    - {at: 30s, kubectl: "delete pod pod-1 pod-2 --wait=false"}
    - {at: 40s, fault: {kind: ZoneOutage, zone: b, for: 30s}}
`;

const scenarioOf = (name: string) => loaded(shippedBundle(name));
const digestOf = (scenario: Scenario, options: Parameters<typeof ranCluster>[1] = {}) =>
  ranCluster(scenario, options).world.digest();

const plainDigests = new Map<string, string>();

/** Digest of a shipped scenario's plain run, which most of these tests compare others with: it is run once. */
function plainDigestOf(name: string): string {
  const digest = plainDigests.get(name) ?? digestOf(scenarioOf(name));
  plainDigests.set(name, digest);
  return digest;
}

describe('D1: twice in one process', () => {
  for (const name of [ROLLOUT, REBOOT, ETCD, DRAIN])
    it(name, () => {
      expect(digestOf(scenarioOf(name))).toBe(plainDigestOf(name));
    });

  it('pods that run from the start, again from a snapshot: the state is the same, whatever was found out before', () => {
    const { world } = buildCluster(loaded(bundleOf(SEEDED)));
    world.runUntil({ timeUs: 1000 });
    const start = world.snapshot();
    const states = [1, 2].map(() => {
      world.restore(start);
      world.runUntil({ timeUs: 2_500_000 });
      return world.hashes();
    });
    expect(states[1]).toEqual(states[0]);
  });
});

describe('D8: how it is watched does not show', () => {
  for (const name of [ROLLOUT, REBOOT, DRAIN]) {
    it(`${name}: records kept or not, frozen, with checkers, in slices, with every timer`, () => {
      const scenario = scenarioOf(name);
      const digest = plainDigestOf(name);
      // Two at once: each must leave the digest alone, and no two changes of a hash make up for each other.
      expect(digestOf(scenario, { keepRecords: false, slice: 61 })).toBe(digest);
      expect(digestOf(scenario, { freeze: true, checkers: true })).toBe(digest);
      expect(digestOf(scenario, { fireAllTimers: true })).toBe(digest);
    });
  }

  it('pods that run from the start: the syncs that find nothing to do are run or not', () => {
    const scenario = loaded(bundleOf(SEEDED));
    expect(digestOf(scenario, { fireAllTimers: true })).toBe(digestOf(scenario));
  });

  it('expectations leave no trace', () => {
    const scenario = scenarioOf(ROLLOUT);
    const blind = { ...scenario, spec: { ...scenario.spec, expect: [] } };
    expect(digestOf(blind)).toBe(plainDigestOf(ROLLOUT));
  });

  it('the level of a recording changes what it holds, not its digest', () => {
    const bundle = shippedBundle(DRAIN);
    const cluster = ranCluster(loaded(bundle));
    const digests = (['digest', 'story', 'full'] as const).map((level) => recorded(cluster, bundle, level).endDigest);
    expect(new Set(digests)).toEqual(new Set([cluster.world.digest()]));
  });
});

describe('D5: a checkpoint is the whole state', () => {
  /** Instants in seconds: quiet ones, and those in the middle of what the scenario is about. */
  const CASES: readonly (readonly [string, readonly number[]])[] = [
    [ROLLOUT, [0.2, 10.01, 120.004, 127.3, 161.77]],
    [REBOOT, [30.002, 121, 171.5, 212.9]],
    [ETCD, [120.0005, 120.9, 121.61, 122.7, 241.3]],
    [BAD_IMAGE, [120.3, 145, 300, 360.5]],
    [DRAIN, [120.006, 210.5, 213]],
  ];
  for (const [name, instants] of CASES)
    it(`${name} goes on alike from bytes`, () => {
      const scenario = scenarioOf(name);
      const whole = plainDigestOf(name);
      const hopping = buildCluster(scenario);
      for (const at of instants) {
        runCluster(hopping, { untilUs: at * 1e6 });
        const copy = buildCluster(scenarioOf(name), { from: hopping.world.serialise() });
        expect(firstDifference(hopping.world, copy.world), `restored at ${at} s`).toBeUndefined();
        expect(runCluster(copy).digest, `from ${at} s`).toBe(whole);
      }
      expect(runCluster(hopping).digest).toBe(whole);
    });

  it('pods that run from the start, most of them untouched, go on alike from bytes', () => {
    const whole = digestOf(loaded(bundleOf(SEEDED)));
    const hopping = buildCluster(loaded(bundleOf(SEEDED)));
    for (const at of [2.5, 22, 55]) {
      runCluster(hopping, { untilUs: at * 1e6 });
      const copy = buildCluster(loaded(bundleOf(SEEDED)), { from: hopping.world.serialise() });
      expect(firstDifference(hopping.world, copy.world), `restored at ${at} s`).toBeUndefined();
      expect(runCluster(copy).digest, `from ${at} s`).toBe(whole);
    }
  });

  it('snapshots lead back to any of their instants', () => {
    const cluster = buildCluster(scenarioOf(REBOOT));
    const kept = [60, 122, 172, 215].map((at) => {
      runCluster(cluster, { untilUs: at * 1e6 });
      return { digest: cluster.world.digest(), snapshot: cluster.world.snapshot() };
    });
    const whole = runCluster(cluster).digest;
    for (const { digest, snapshot } of kept.toReversed()) {
      cluster.world.restore(snapshot);
      expect(cluster.world.digest()).toBe(digest);
      expect(runCluster(cluster).digest).toBe(whole);
    }
  });
});

describe('D2 and D5 in other processes', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'scenario-run-'));
  let program = '';
  const run = (args: readonly string[], env: NodeJS.ProcessEnv, flags: readonly string[] = []) =>
    execFileSync(process.execPath, [...flags, program, ...args], {
      cwd: dir,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    }).trim();

  beforeAll(async () => {
    const { bundle } = (await import(path.join(ROOT, 'scripts/run-ts.mjs'))) as {
      bundle: (entry: string) => Promise<string>;
    };
    program = await bundle(path.join(ROOT, 'test/determinism/scenario-run.ts'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('time zone, language, working directory, hash seed and the order of arguments do not matter', () => {
    const digest = plainDigestOf(REBOOT);
    expect(run([REBOOT], { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' })).toBe(digest);
    expect(run(['--until', '720', REBOOT], { TZ: 'UTC', LANG: 'C' }, ['--hash-seed=77', '--random-seed=5'])).toBe(
      digest,
    );
    expect(run([REBOOT, '--until', '720'], { NO_COLOR: '1', ORRERY_SEED: '99' }, ['--single-threaded'])).toBe(digest);
  });

  it('a checkpoint goes on in another process', () => {
    const digest = plainDigestOf(ROLLOUT);
    const state = path.join(dir, 'rollout.state');
    run([ROLLOUT, '--until', '131.5', '--save', state], { TZ: 'UTC' });
    expect(run([ROLLOUT, '--from', state], { TZ: 'America/St_Johns' })).toBe(digest);
  });
});

describe('D7: how the scenario is written does not matter', () => {
  const original = shippedBundle(REBOOT);
  const text = new TextDecoder().decode(original.files.get(original.entry));
  const app = new TextDecoder().decode(original.files.get('apps/hello.yaml'));
  const plain = (yaml: string): unknown[] => parseAllDocuments(yaml).map((d) => (d as { toJS(): unknown }).toJS());
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([k, v]) => [k, reversed(v)]),
    );
  };
  const digestFor = (scenario: string, manifest: string) =>
    digestOf(loaded(bundleOf(scenario, { 'apps/hello.yaml': manifest }, 'node-reboot.yaml')));

  it('without comments, with Windows line ends and a byte order mark', () => {
    const windows = (s: string) => `\ufeff${s.replace(/^#.*\n/gm, '').replaceAll('\n', '\r\n')}`;
    expect(digestFor(windows(text), windows(app))).toBe(plainDigestOf(REBOOT));
  });

  it('as JSON', () => {
    const json = plain(app).map((d) => JSON.stringify(d, null, 2));
    expect(digestFor(JSON.stringify(plain(text)[0]), json.join('\n---\n'))).toBe(plainDigestOf(REBOOT));
  });

  it('with the keys in another order', () => {
    const other = (s: string) => plain(s).map((d) => stringify(reversed(d), { lineWidth: 0 }));
    expect(digestFor(other(text)[0], other(app).join('---\n'))).toBe(plainDigestOf(REBOOT));
  });
});

describe('D11: one seed in twenty is run twice', () => {
  it('over seeds of the rollout', () => {
    const seeds = Array.from({ length: 40 }, (_, i) => String(1000 + i));
    // Which ones is fixed by the seed's own number, so that a failure comes back.
    const chosen = seeds.filter((seed) => (Number(seed) * 2654435761) % 2 ** 32 < 2 ** 32 * 0.05);
    expect(chosen.length).toBeGreaterThan(0);
    const digests = chosen.map((seed) => {
      const scenario = loaded(shippedBundle(ROLLOUT), { seed });
      const digest = digestOf(scenario);
      expect(digestOf(scenario), `seed ${seed}`).toBe(digest);
      return digest;
    });
    expect(new Set(digests).size).toBe(chosen.length);
  });
});

describe('the digest sees', () => {
  const rollout = shippedBundle(ROLLOUT);
  const edited = (change: (app: string) => string, scenario: (text: string) => string = (s) => s) => {
    const files = new Map(rollout.files);
    const app = new TextDecoder().decode(files.get('apps/web.yaml'));
    const entry = new TextDecoder().decode(files.get(rollout.entry));
    files.set('apps/web.yaml', new TextEncoder().encode(change(app)));
    files.set(rollout.entry, new TextEncoder().encode(scenario(entry)));
    return digestOf(loaded({ entry: rollout.entry, files }), { untilUs: 60e6 });
  };
  const same = edited((app) => app);

  it('a label', () => {
    expect(
      edited((app) =>
        app.replace(
          'metadata:\n  name: web\nspec:\n  replicas',
          'metadata:\n  name: web\n  labels: {a: b}\nspec:\n  replicas',
        ),
      ),
    ).not.toBe(same);
  });
  it('one letter of an annotation', () => {
    const annotated = (letter: string) =>
      edited((app) =>
        app.replace('kind: Service\nmetadata:', `kind: Service\nmetadata:\n  annotations: {note: "${letter}"}`),
      );
    expect(annotated('x')).not.toBe(annotated('y'));
  });
  it('a string of an event: the name of a container', () => {
    expect(edited((app) => app.replace('- name: web\n          image', '- name: wed\n          image'))).not.toBe(same);
  });
  it('the result of probes', () => {
    const unhealthy = 'unhealthy: [{from: 20s, for: 15s, probe: readiness}]';
    expect(
      edited(
        (app) => app,
        (s) => s.replace('imageSize: 60M', `imageSize: 60M\n      ${unhealthy}`),
      ),
    ).not.toBe(same);
  });
  it('the seed', () => {
    expect(
      edited(
        (app) => app,
        (s) => s.replace('seed: "7"', 'seed: "8"'),
      ),
    ).not.toBe(same);
  });
});
