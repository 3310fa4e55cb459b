import * as Comlink from 'comlink';
import { PodState } from '../../../sim-core/index.ts';
import type { Comparison, ExpectationPair, LanePairs, NodeDifference, RunTitle } from '../../model/compare.ts';
import { textColumn } from '../../model/frame.ts';
import type { OpenRun } from '../openRun.ts';
import { type Other, otherRun } from '../other.ts';
import type { Task } from '../task.ts';
import { divergenceOf, lanePairs, METRICS_TRACK, metricRows } from './compareRuns.ts';
import { factsOf, MAP_TRACK, ZONE_LABEL } from './map.ts';
import { Change } from './mapTrack.ts';
import { specDiff } from './specDiff.ts';

const CHANGES_MAX = 6;
const BINS = 512;

const titleOf = (run: OpenRun, branch: string): RunTitle => ({
  name: run.scenario?.name ?? '',
  seed: run.scenario?.spec.seed ?? '',
  branch,
});

function expectationPairs(a: OpenRun, b: OpenRun): readonly ExpectationPair[] {
  const of = (run: OpenRun, name: string) => run.end?.expectations.find((e) => e.name === name);
  const names = new Set([...(a.end?.expectations ?? []), ...(b.end?.expectations ?? [])].map((e) => e.name));
  return [...names].map((name) => {
    const [x, y] = [of(a, name), of(b, name)];
    const verdict = (e: typeof x) => (e === undefined ? -1 : e.passed ? 1 : 0);
    return { name, a: verdict(x), b: verdict(y), aUs: x?.atUs ?? -1, bUs: y?.atUs ?? -1 };
  });
}

/** Ready pods by name of their node at an instant. */
async function readyOn(task: Task, run: OpenRun, timeUs: number): Promise<Map<string, number>> {
  const track = await run.track(task, MAP_TRACK);
  const values = new Uint32Array(track.pods.length).fill(PodState.deleted);
  track.walk(0, track.placeOf(timeUs), (kind, subject, value) => {
    if (kind === Change.pod) values[subject] = value;
  });
  const counts = new Uint32Array(track.nodes.length);
  for (const value of values) if ((value & 15) === PodState.ready && value >= 16) counts[(value >>> 4) - 1]++;
  const byName = new Map<string, number>();
  track.nodes.forEach((obj, n) => {
    const path = run.names.object(obj);
    byName.set(path.slice(path.lastIndexOf('/') + 1), counts[n]);
  });
  return byName;
}

function zoneOf(runs: readonly OpenRun[], names: readonly string[]): { groupOf: Uint32Array; groups: string[] } {
  const zones = new Map<string, string>();
  for (const run of runs) {
    const facts = factsOf(run);
    for (const obj of run.scan.objects) {
      const path = run.names.object(obj);
      if (!path.startsWith('nodes/')) continue;
      zones.set(path.slice('nodes/'.length), facts.node(obj, run.nowUs)?.labels[ZONE_LABEL] ?? '');
    }
  }
  const groups = [...new Set(names.map((name) => zones.get(name) ?? ''))].sort();
  return { groupOf: Uint32Array.from(names, (name) => groups.indexOf(zones.get(name) ?? '')), groups };
}

const both = (task: Task): { readonly a: OpenRun; readonly other: Other } | undefined => {
  const other = otherRun();
  return other === undefined ? undefined : { a: task.run, other };
};

/** Questions about the run on show (A) and the one beside it (B). */
export const compareQueries = {
  async summary(task: Task, _args: null): Promise<Comparison | null> {
    const runs = both(task);
    if (runs === undefined) return null;
    const { a, other } = runs;
    const b = other.run;
    const [ma, mb] = [await a.track(task, METRICS_TRACK), await b.track(task, METRICS_TRACK)];
    const untilUs = Math.max(a.nowUs, b.nowUs);
    const binUs = Math.max(1, untilUs / BINS);
    const binsOf = (run: OpenRun) => Math.min(BINS, Math.max(1, Math.ceil(run.nowUs / binUs)));
    const branch = a.traveller?.session.branch;
    const comparison: Comparison = {
      a: titleOf(a, branch?.parent === undefined ? '' : branch.title),
      b: titleOf(b, other.branch),
      changes: specDiff(
        a.traveller?.session.value.spec ?? a.scenario?.spec,
        b.traveller?.session.value.spec ?? b.scenario?.spec,
        CHANGES_MAX,
      ),
      divergence: await divergenceOf(task, a, b),
      metrics: metricRows(ma, mb),
      expectations: expectationPairs(a, b),
      endUs: untilUs,
      binUs,
      notReadyA: ma.notReadySeries(binUs, binsOf(a)),
      notReadyB: mb.notReadySeries(binUs, binsOf(b)),
    };
    return comparison;
  },

  async nodes(task: Task, timeUs: number): Promise<NodeDifference | null> {
    const runs = both(task);
    if (runs === undefined) return null;
    const { a, other } = runs;
    const [ra, rb] = [await readyOn(task, a, timeUs), await readyOn(task, other.run, timeUs)];
    const names = [...new Set([...ra.keys(), ...rb.keys()])];
    const { groupOf, groups } = zoneOf([a, other.run], names);
    const difference: NodeDifference = {
      timeUs,
      names: textColumn(names),
      groupOf,
      groups,
      a: Uint16Array.from(names, (name) => ra.get(name) ?? 0),
      b: Uint16Array.from(names, (name) => rb.get(name) ?? 0),
    };
    const { bytes, ends } = difference.names;
    const buffers = [bytes, ends, groupOf, difference.a, difference.b].map((x) => x.buffer as ArrayBuffer);
    return Comlink.transfer(difference, buffers);
  },

  async lanes(task: Task, limit: number): Promise<LanePairs | null> {
    const runs = both(task);
    if (runs === undefined) return null;
    const { a, other } = runs;
    const b = other.run;
    const untilUs = Math.max(a.nowUs, b.nowUs);
    return lanePairs(task, a.scan.pack(a.nowUs, untilUs), b.scan.pack(b.nowUs, untilUs), limit);
  },
};
