import { PodState, RecordKind, type TraceRecord } from '../../sim-core/index.ts';
import { bytes, words } from '../model/columns.ts';
import type { TrialQuestion, Verdict } from '../model/trial.ts';
import type { OpenRun, Track, TrackKey } from './openRun.ts';
import { ATTEMPTS } from './queries/attemptsTrack.ts';
import { OWNERS, rootOf } from './queries/owners.ts';
import type { Task } from './task.ts';

/** The last state of every pod. */
class LastStates implements Track {
  private readonly state = bytes();
  private readonly seen = words();

  add(r: TraceRecord): void {
    if (r.kind !== RecordKind.podState) return;
    if (this.state.at(r.obj) === 0) this.seen.push(r.obj);
    this.state.put(r.obj, r.a + 1);
  }

  get pods(): readonly number[] {
    return [...this.seen.view];
  }

  of(pod: number): number {
    return this.state.at(pod) - 1;
  }
}

const LAST_STATES: TrackKey<LastStates> = { make: () => new LastStates() };

/**
 * What became of a pod, or of those that took its place, in a run that went on another way: whether it got a node (the wanted one), or
 * all that wait for a node today are gone and none of the workload waits. Waiting = not known yet.
 */
export async function verdictOf(task: Task, { pod, wanted, fromUs }: TrialQuestion): Promise<Verdict> {
  const { run } = task;
  const attempts = await run.track(task, ATTEMPTS);
  const owners = await run.track(task, OWNERS);
  const states = await run.track(task, LAST_STATES);
  const path = `pods/${pod}`;
  const own = states.pods.filter((obj) => run.names.object(obj) === path);
  const root = own.length === 0 ? undefined : rootOf(owners, own[own.length - 1]);
  const family = states.pods.filter((obj) => own.includes(obj) || (root !== undefined && rootOf(owners, obj) === root));
  const placed: Placed[] = [];
  let message = '';
  for (const obj of family)
    for (const r of attempts.of(obj)) {
      if (r.timeUs <= fromUs) continue;
      if (r.kind === RecordKind.decisionFailed) message = run.names.string(r.a);
      else placed.push({ obj, timeUs: r.timeUs, node: nameOf(run, r.a) });
    }
  placed.sort((a, b) => a.timeUs - b.timeUs);
  const waiting = family.filter((obj) => states.of(obj) === PodState.pending).length;
  const isGone = own.every((obj) => states.of(obj) === PodState.deleted);
  const good =
    wanted !== ''
      ? placed.find(({ node }) => node === wanted)
      : (placed.find(({ obj }) => own.includes(obj)) ??
        (isGone && waiting === 0 ? placed[placed.length - 1] : undefined));
  const isOver = run.end !== undefined;
  const told = good ?? (wanted === '' ? placed[0] : placed[placed.length - 1]);
  const others = new Set(placed.map(({ obj }) => obj)).size;
  return {
    state: good !== undefined ? 'worked' : !isOver ? 'running' : others > 0 && wanted === '' ? 'others' : 'failed',
    pod: told === undefined ? pod : nameOf(run, told.obj, 'pods/'),
    node: told?.node ?? '',
    atUs: told?.timeUs ?? -1,
    placed: others,
    waiting,
    message,
  };
}

interface Placed {
  readonly obj: number;
  readonly timeUs: number;
  readonly node: string;
}

const nameOf = (run: OpenRun, obj: number, prefix = 'nodes/') => run.names.object(obj).slice(prefix.length);
