import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type BuildOptions,
  type Bundle,
  buildCluster,
  type Cluster,
  loadScenario,
  type Recording,
  type RecordingLevel,
  recordingOf,
  runCluster,
  type Scenario,
} from '../../../sim-core/index.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** The YAML and JSON files of a folder, by path relative to it. */
export function filesOf(folder: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const walk = (at: string) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const full = path.join(at, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (/\.(ya?ml|json)$/.test(entry.name))
        files.set(path.relative(folder, full).split(path.sep).join('/'), readFileSync(full));
    }
  };
  walk(folder);
  return files;
}

/** The bundle of a scenario of this repository: `failures/zone-outage`. */
export function shippedBundle(name: string): Bundle {
  const file = path.join(ROOT, 'scenarios', `${name}.yaml`);
  return { entry: path.basename(file), files: filesOf(path.dirname(file)) };
}

export function bundleOf(text: string, others: Readonly<Record<string, string>> = {}, entry = 'scenario.yaml'): Bundle {
  const bytes = (s: string) => new TextEncoder().encode(s);
  return {
    entry,
    files: new Map([[entry, bytes(text)], ...Object.entries(others).map(([k, v]) => [k, bytes(v)] as const)]),
  };
}

/** Loads what must be free of errors. */
export function loaded(bundle: Bundle, options: Parameters<typeof loadScenario>[1] = {}): Scenario {
  const { scenario, problems } = loadScenario(bundle, options);
  if (scenario === undefined)
    throw new Error(problems.map((p) => `${p.at.file}:${p.at.line}: ${p.message}`).join('\n'));
  return scenario;
}

/** Runs a scenario to its end, or to `untilUs`. */
export function ranCluster(
  scenario: Scenario,
  options: BuildOptions & { readonly untilUs?: number; readonly slice?: number } = {},
): Cluster {
  const cluster = buildCluster(scenario, options);
  runCluster(cluster, { untilUs: options.untilUs, slice: options.slice });
  return cluster;
}

export function recorded(cluster: Cluster, bundle: Bundle, level: RecordingLevel = 'full'): Recording {
  return recordingOf(cluster.world, {
    engineVersion: 'test',
    sourceHash: 'test',
    level,
    options: { seed: cluster.scenario.spec.seed, durationUs: String(cluster.scenario.spec.durationUs) },
    entry: bundle.entry,
    files: bundle.files,
    external: [],
    checkpoints: [],
    expectations: [],
  });
}
