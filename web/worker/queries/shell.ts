import * as Comlink from 'comlink';
import { LOOK_NUMBER, LOOKS } from '../../model/states.ts';
import type { Task } from '../task.ts';
import { kindQueries } from './kinds.ts';

/** Objects that match, best first. */
export interface Found {
  /** `pods/shop/web-1` */
  readonly paths: readonly string[];
  /** Objects that were looked at. */
  readonly of: number;
  readonly matches: number;
}

const FOUND_MAX = 50;

/** What people look for by name stands before what goes with it; events are many, and seldom what is looked for. */
const WANTED: readonly string[] = [
  'nodes',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'pods',
];
const UNWANTED: ReadonlySet<string> = new Set([
  'leases.coordination.k8s.io',
  'endpointslices.discovery.k8s.io',
  'endpoints',
]);

function rankOf(resource: string): number {
  if (resource === 'events') return 700;
  if (UNWANTED.has(resource)) return 600;
  return WANTED.includes(resource) ? 0 : 300;
}

export const shellQueries = {
  ...kindQueries,

  /** Objects whose path holds every word; names that begin with the first word come first. */
  async search(task: Task, text: string): Promise<Found> {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((w) => w !== '');
    const { names, scan } = task.run;
    const best: { path: string; rank: number }[] = [];
    let matches = 0;
    let of = 0;
    for (const obj of scan.objects) {
      if (++of % 500 === 0) await task.pause();
      const path = names.object(obj);
      const lower = path.toLowerCase();
      if (!words.every((w) => lower.includes(w))) continue;
      matches++;
      const name = lower.slice(lower.lastIndexOf('/') + 1);
      const rank =
        rankOf(path.slice(0, path.indexOf('/'))) +
        (words.length > 0 && name.startsWith(words[0]) ? 0 : 1000) +
        name.length;
      if (best.length < FOUND_MAX) best.push({ path, rank });
      else {
        const worst = best.reduce((w, b, i) => (b.rank > best[w].rank ? i : w), 0);
        if (rank < best[worst].rank) best[worst] = { path, rank };
      }
    }
    best.sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1));
    return { paths: best.map((b) => b.path), of, matches };
  },

  /** Pods by look at a moment: of all, then of each controller as the frame numbers them: [group * looks + look]. */
  async counts(task: Task, timeUs: number): Promise<Uint32Array> {
    const { scan } = task.run;
    const counts = new Uint32Array((scan.groupCount + 1) * LOOKS.length);
    for (let lane = 0; lane < scan.laneCount; lane++) {
      const look = LOOK_NUMBER[scan.stateAt(lane, timeUs)] ?? -1;
      if (look >= 0) {
        counts[look]++;
        const at = (scan.groupOfLane(lane) + 1) * LOOKS.length + look;
        // A group that came meanwhile has no place.
        if (at < counts.length) counts[at]++;
      }
      if (lane % 1000 === 0) await task.pause();
    }
    return Comlink.transfer(counts, [counts.buffer]);
  },
};
