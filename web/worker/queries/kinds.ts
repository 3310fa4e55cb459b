import type { TraceRecord } from '../../../sim-core/index.ts';
import { bytes, words } from '../../model/columns.ts';
import type { OpenRun, Track, TrackKey } from '../openRun.ts';
import type { Task } from '../task.ts';

/** A kind of objects, and how many there are at a moment. */
export interface KindCount {
  /** `deployments.apps` */
  readonly resource: string;
  readonly count: number;
}

export interface KindObjects {
  /** `deployments.apps/shop/web`, by namespace and name; at most so many as were asked for. */
  readonly paths: readonly string[];
  readonly total: number;
}

/** Objects by resource, as records name them. */
class ByResource implements Track {
  readonly of = new Map<string, ReturnType<typeof words>>();
  private readonly run: OpenRun;
  private readonly seen = bytes();

  constructor(run: OpenRun) {
    this.run = run;
  }

  add(r: TraceRecord): void {
    if (r.obj === 0 || this.seen.at(r.obj) !== 0) return;
    this.seen.put(r.obj, 1);
    const path = this.run.names.object(r.obj);
    const resource = path.slice(0, path.indexOf('/'));
    let list = this.of.get(resource);
    if (list === undefined) this.of.set(resource, (list = words()));
    list.push(r.obj);
  }
}

const BY_RESOURCE: TrackKey<ByResource> = { make: (run) => new ByResource(run) };

/** Is it there? What a recording does not tell counts as there. */
function exists({ objects }: OpenRun, obj: number, timeUs: number): boolean {
  return objects === undefined || !objects.has(obj) || objects.exists(obj, timeUs);
}

export const kindQueries = {
  /** Every kind of which there is an object at a moment, by name. */
  async kinds(task: Task, { timeUs }: { readonly timeUs: number }): Promise<readonly KindCount[]> {
    const track = await task.run.track(task, BY_RESOURCE);
    const counts: KindCount[] = [];
    for (const [resource, list] of track.of) {
      let count = 0;
      for (const [i, obj] of list.view.entries()) {
        if (exists(task.run, obj, timeUs)) count++;
        if (i % 1000 === 0) await task.pause();
      }
      if (count > 0) counts.push({ resource, count });
    }
    return counts.sort((a, b) => (a.resource < b.resource ? -1 : 1));
  },

  /** Objects of a kind at a moment whose path holds every word of a text. */
  async objectsOf(
    task: Task,
    args: { readonly resource: string; readonly timeUs: number; readonly text: string; readonly limit: number },
  ): Promise<KindObjects> {
    const track = await task.run.track(task, BY_RESOURCE);
    const words = args.text.toLowerCase().split(/\s+/);
    const paths: string[] = [];
    for (const [i, obj] of (track.of.get(args.resource)?.view ?? []).entries()) {
      if (i % 1000 === 0) await task.pause();
      const path = task.run.names.object(obj);
      const lower = path.toLowerCase();
      if (words.every((w) => lower.includes(w)) && exists(task.run, obj, args.timeUs)) paths.push(path);
    }
    paths.sort();
    return { paths: paths.slice(0, args.limit), total: paths.length };
  },
};
