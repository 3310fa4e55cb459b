import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cluster, defaultScenario, fieldSupport, type KubeObject } from '../../sim-core/index.ts';
import { filesOf, ROOT, ranCluster } from '../unit/support/scenarios.ts';

/** Public applications beside the repository. They are not part of it: where they are missing these tests are skipped. */
const DATA = path.resolve(ROOT, '../shared/data/manifests');
const present = existsSync(DATA);
if (!present) console.log(`skipped: ${DATA} is not here; these tests read public manifests there`);

const SETS = present ? readdirSync(DATA).sort() : [];

function load(files: ReadonlyMap<string, Uint8Array>) {
  const names = [...files.keys()].sort();
  return defaultScenario({ entry: '', files }, names, { found: new Set(names) });
}

function apply(files: ReadonlyMap<string, Uint8Array>, untilUs: number): Cluster {
  const { scenario, problems } = load(files);
  if (scenario === undefined) throw new Error(JSON.stringify(problems));
  return ranCluster(scenario, { untilUs });
}

function folder(name: string): Map<string, Uint8Array> {
  return filesOf(path.join(DATA, name));
}

function workloads(cluster: Cluster): { name: string; ready: number; wanted: number }[] {
  const found: { name: string; ready: number; wanted: number }[] = [];
  cluster.truth.forEach(({ object }) => {
    if (object.kind === 'Deployment')
      found.push({
        name: object.metadata.name as string,
        ready: object.status?.readyReplicas ?? 0,
        wanted: object.spec?.replicas ?? 1,
      });
  });
  return found;
}

describe.skipIf(!present)('public manifests (needs ../shared/data)', () => {
  for (const set of SETS) {
    it(`${set}: each object is known or named with its place, and each of its fields has a verdict`, () => {
      const files = folder(set);
      const { scenario, problems } = load(files);
      for (const p of problems) {
        if (p.code === 'missing-namespace') continue;
        expect(files.has(p.at.file), p.at.file).toBe(true);
        expect(p.at.line).toBeGreaterThan(0);
        expect(p.at.col).toBeGreaterThan(0);
        expect(p.message).not.toBe('');
      }
      expect(problems.filter((p) => p.severity === 'error')).toEqual([]);
      for (const { object } of scenario?.manifests ?? []) {
        const { simulated, stored, ignored, unknown } = fieldSupport(object as KubeObject);
        expect(simulated.length + stored.length + ignored.length + unknown.length).toBeGreaterThan(0);
      }
    });
  }

  it('the online boutique becomes Ready on the default cluster', () => {
    const cluster = apply(folder('online-boutique/release'), 180e6);
    const all = workloads(cluster);
    expect(all).toHaveLength(12);
    expect(all.filter((w) => w.ready < w.wanted)).toEqual([]);
    expect(cluster.kubectl.lines().filter((l) => l.stream === 'stderr')).toEqual([]);
  });

  it('the guestbook becomes Ready', () => {
    const all = workloads(apply(folder('k8s-examples/web/guestbook/all-in-one'), 300e6));
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((w) => w.ready < w.wanted)).toEqual([]);
  });

  it('the sock shop becomes Ready', () => {
    const all = workloads(apply(folder('sock-shop/deploy/kubernetes/manifests'), 400e6));
    expect(all.length).toBeGreaterThan(3);
    expect(all.filter((w) => w.ready < w.wanted)).toEqual([]);
  });

  for (const set of SETS) {
    it(`${set}: everything is applied without a crash`, () => {
      const files = folder(set);
      if (files.size === 0) return;
      const cluster = apply(files, 25e6);
      const { scenario } = load(files);
      // Each object is in the store, or kubectl said why not.
      const said = cluster.kubectl.lines().length;
      expect(said).toBeGreaterThanOrEqual(new Set(scenario?.manifests).size);
    });
  }
});
