import {
  type Attempt,
  attemptsOf,
  ExplainError,
  type ExplainOptions,
  type Explanation,
  explainAttempt,
  explainNow,
  type Flip,
  type KubeObject,
  type PodRef,
  RecordKind,
  type RecordSource,
  reasonsIn,
  schedulerBase,
  type TimelineAction,
  type TimeTraveller,
  type TraceRecord,
  type WhatIf,
} from '../../../sim-core/index.ts';
import type { OpenRun } from '../openRun.ts';
import type { Task } from '../task.ts';
import { ATTEMPTS } from './attemptsTrack.ts';
import { entriesOfFlip, type SchedulerNow } from './flipActions.ts';
import { nodesAt, oneMore, scenarioOf } from './nodePools.ts';
import { OWNERS, rootOf } from './owners.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One pod in the list of those that the scheduler looked at. */
export interface ScheduledPod {
  /** `namespace/name` */
  readonly pod: string;
  readonly attempts: number;
  readonly failed: number;
  readonly lastUs: number;
  /** The last attempt found a node. */
  readonly isScheduled: boolean;
}

/** Pods of one workload that wait for the same reasons, by the texts of their last attempts. */
export interface WaitingGroup {
  /** `default/web`; '' = pods that nobody controls. */
  readonly workload: string;
  readonly reasons: readonly string[];
  readonly count: number;
  /** The pod of them that waits longest: `namespace/name`, and since when. */
  readonly pod: string;
  readonly sinceUs: number;
}

export interface PodList {
  /** The largest group first. */
  readonly groups: readonly WaitingGroup[];
  readonly pods: readonly ScheduledPod[];
  readonly total: number;
  readonly waiting: number;
}

/** A way out that was tried by making the decision again. */
export interface Fix {
  readonly flip?: Flip;
  readonly whatIf?: WhatIf;
  /** The node pool that would have more machines; '' = none of the scenario's. */
  readonly pool?: string;
  /** What a fork would do at this moment; empty = it cannot be done in a run. */
  readonly actions: readonly TimelineAction[];
}

/** Why there is no explanation: the page has words for these. */
export interface NoExplanation {
  readonly problem: 'noSuchAttempt' | 'noSuchNode' | 'noScheduler' | 'otherRun' | 'noObjects' | 'notQueued';
}

export type Explained = { readonly explanation: Explanation } | NoExplanation;

const LIST_MAX = 300;
/** A cycle lasts some µs a node; the state before it is wanted. */
const BEFORE_US = 200_000;
/** From this size a flip tries fewer values of amounts. */
const LARGE_NODES = 400;

const podName = (run: OpenRun, obj: number) => run.names.object(obj).slice('pods/'.length);

function refOf(pod: string): PodRef {
  const slash = pod.indexOf('/');
  return { namespace: pod.slice(0, slash), name: pod.slice(slash + 1) };
}

/** The decisions of one pod before the records of the run, so that nobody walks over all records to find them. */
function sourceOf(run: OpenRun, records: readonly TraceRecord[]): RecordSource {
  const { records: all } = run;
  const n = records.length;
  return {
    size: n,
    idAt: (i) => (i < n ? records[i].id : all.idAt(i - n)),
    at: (i) => (i < n ? records[i] : all.at(i - n)),
    placeOf: (id) => {
      const place = all.placeOf(id);
      return place < 0 ? -1 : place + n;
    },
  };
}

async function attempts(task: Task, pod: string): Promise<readonly Attempt[]> {
  const { run } = task;
  const track = await run.track(task, ATTEMPTS);
  const all: TraceRecord[] = [];
  for (const [i, obj] of track.pods.entries()) {
    if (podName(run, obj) === pod) all.push(...track.of(obj));
    if (i % 500 === 0) await task.pause();
  }
  all.sort((a, b) => a.id - b.id);
  return attemptsOf(sourceOf(run, all), run.names, refOf(pod));
}

/** Which decision a question is about. */
export interface Asked {
  readonly pod: string;
  /** 0 = what the scheduler would decide at `timeUs`. */
  readonly number: number;
  readonly timeUs: number;
}

/** Moves the session of the run as explanations need it. */
function travelOf(run: OpenRun): TimeTraveller | undefined {
  const session = run.traveller?.session;
  if (session === undefined) return undefined;
  return {
    cluster: session.cluster,
    toTime(timeUs) {
      const job = session.seek(timeUs);
      while (!job.run(Number.POSITIVE_INFINITY));
    },
  };
}

async function explain(task: Task, asked: Asked, options: ExplainOptions): Promise<Explained> {
  const { traveller } = task.run;
  const travel = travelOf(task.run);
  if (traveller === undefined || travel === undefined) return { problem: 'noObjects' };
  const attempt =
    asked.number === 0 ? undefined : (await attempts(task, asked.pod)).find((a) => a.number === asked.number);
  if (asked.number !== 0 && attempt === undefined) return { problem: 'noSuchAttempt' };
  const at = attempt === undefined ? asked.timeUs : Math.max(0, attempt.timeUs - BEFORE_US);
  return traveller.exclusive(async () => {
    await traveller.moveTo(task, { timeUs: at });
    try {
      const explanation =
        attempt === undefined
          ? explainNow(travel.cluster, refOf(asked.pod), options)
          : explainAttempt(travel, refOf(asked.pod), attempt, options);
      return explanation === undefined ? { problem: 'notQueued' } : { explanation };
    } catch (error) {
      if (error instanceof ExplainError) return { problem: error.id };
      throw error;
    }
  });
}

/** A changed amount costs a decision: large clusters try fewer. */
function flipOptions(nodes: number): Exclude<ExplainOptions['flip'], boolean | undefined> {
  return nodes <= LARGE_NODES ? {} : { percents: [10, 25, 50, 75, 100], weights: [1, 2, 5, 10, 50, 100] };
}

/** The object as it is stored at a moment. */
function objectAt(
  run: OpenRun,
  timeUs: number,
): (resource: string, namespace: string, name: string) => KubeObject | undefined {
  const { objects, names } = run;
  return (resource, namespace, name) => {
    const path = namespace === '' ? `${resource}/${name}` : `${resource}/${namespace}/${name}`;
    const obj = objects?.find(path, names.object);
    return obj === undefined ? undefined : objects?.at(obj, timeUs)?.object;
  };
}

/** The schedulers with the configuration that each has at a moment: that of the scenario, or the last that its timeline gave it. */
function schedulersAt(run: OpenRun, timeUs: number): readonly SchedulerNow[] {
  const spec = scenarioOf(run)?.spec;
  return (spec?.controlPlane.schedulers ?? []).map(({ configuration }, place) => {
    const name = schedulerBase(place);
    let now = configuration;
    for (const { atUs, action } of spec?.timeline ?? [])
      if (action.do === 'scheduler' && action.scheduler === name && atUs <= timeUs) now = action.configuration;
    return { name, configuration: now };
  });
}

/** Pools that are asked for one machine more. */
const POOLS_MAX = 6;

/** A node of each pool, and one of none: the nearest misses where they are of it. */
function modelsOf(
  nodes: ReadonlyMap<string, string>,
  nearest: readonly string[],
): readonly { readonly like: string; readonly pool: string }[] {
  const models = new Map<string, string>();
  for (const like of [...nearest.filter((node) => nodes.has(node)), ...nodes.keys()]) {
    const pool = nodes.get(like) ?? '';
    if (!models.has(pool) && models.size < POOLS_MAX) models.set(pool, like);
  }
  return [...models].map(([pool, like]) => ({ like, pool }));
}

export const schedulingQueries = {
  /** Pods that a scheduler looked at up to a moment: those that wait first, then those that failed most. */
  async pods(task: Task, args: { readonly timeUs: number; readonly text: string }): Promise<PodList> {
    const track = await task.run.track(task, ATTEMPTS);
    const owners = await task.run.track(task, OWNERS);
    const words = args.text.toLowerCase().split(/\s+/);
    const pods: ScheduledPod[] = [];
    const groups = new Map<string, Mutable<WaitingGroup>>();
    let waiting = 0;
    for (const [i, obj] of track.pods.entries()) {
      if (i % 500 === 0) await task.pause();
      const records = track.of(obj);
      let n = 0;
      let failed = 0;
      while (n < records.length && records[n].timeUs <= args.timeUs) {
        if (records[n].kind === RecordKind.decisionFailed) failed++;
        n++;
      }
      if (n === 0) continue;
      const last = records[n - 1];
      const pod = podName(task.run, obj);
      if (!words.every((word) => pod.toLowerCase().includes(word))) continue;
      const isScheduled = last.kind === RecordKind.decision;
      if (!isScheduled) {
        waiting++;
        const message = task.run.names.string(last.a);
        const found = reasonsIn(message).map(({ reason }) => reason);
        const reasons = found.length > 0 ? found.sort() : [message];
        const sinceUs = records[0].timeUs;
        const root = rootOf(owners, obj);
        const key = `${root ?? 0}\n${reasons.join('\n')}`;
        const group = groups.get(key);
        if (group === undefined) {
          const path = root === undefined ? '' : task.run.names.object(root);
          groups.set(key, { workload: path.slice(path.indexOf('/') + 1), reasons, count: 1, pod, sinceUs });
        } else {
          group.count++;
          if (sinceUs < group.sinceUs || (sinceUs === group.sinceUs && pod < group.pod)) {
            group.pod = pod;
            group.sinceUs = sinceUs;
          }
        }
      }
      pods.push({ pod, attempts: n, failed, lastUs: last.timeUs, isScheduled });
    }
    pods.sort(
      (a, b) =>
        Number(a.isScheduled) - Number(b.isScheduled) ||
        b.failed - a.failed ||
        b.lastUs - a.lastUs ||
        (a.pod < b.pod ? -1 : 1),
    );
    const byCount = [...groups.values()].sort((a, b) => b.count - a.count || (a.pod < b.pod ? -1 : 1));
    return { groups: byCount, pods: pods.slice(0, LIST_MAX), total: pods.length, waiting };
  },

  attempts(task: Task, pod: string): Promise<readonly Attempt[]> {
    return attempts(task, pod);
  },

  /** One attempt, made again. `node` also asks why not this one. */
  explain(task: Task, args: Asked & { readonly node: string; readonly rows: number }): Promise<Explained> {
    return explain(task, args, {
      rows: args.rows,
      nodesPerGroup: 5000,
      nearest: 8,
      ...(args.node === '' ? {} : { node: args.node }),
    });
  },

  /** The smallest change that gets the pod to a node ('' = any), and what one more node would do. Each was tried. */
  async fixes(
    task: Task,
    args: Asked & { readonly node: string; readonly like: readonly string[]; readonly nodes: number },
  ): Promise<readonly Fix[] | NoExplanation> {
    const fixes: Fix[] = [];
    const moment = { ...args };
    const objects = objectAt(task.run, args.timeUs);
    const schedulers = schedulersAt(task.run, args.timeUs);
    const ask = async (options: ExplainOptions) => {
      const answer = await explain(task, moment, { rows: 1, nodesPerGroup: 1, nearest: 0, ...options });
      await task.pause();
      return answer;
    };
    const flipped = await ask({ flip: flipOptions(args.nodes), ...(args.node === '' ? {} : { node: args.node }) });
    if ('problem' in flipped) return flipped;
    const flips: Flip[] = [];
    if (flipped.explanation.flip !== undefined) flips.push(flipped.explanation.flip);
    // Who runs the pod may not own the nodes, and the other way about.
    for (const target of args.node === '' ? (['pod', 'node'] as const) : (['pod', 'node', 'profile'] as const)) {
      const other = await ask({
        flip: { ...flipOptions(args.nodes), targets: [target] },
        ...(args.node === '' ? {} : { node: args.node }),
      });
      if (!('problem' in other) && other.explanation.flip?.found === true) flips.push(other.explanation.flip);
    }
    const seen = new Set<string>();
    for (const flip of flips) {
      const key = JSON.stringify(flip.changes.map((c) => [c.target, c.name, c.field, c.to]));
      if (seen.has(key)) continue;
      seen.add(key);
      fixes.push({ flip, actions: entriesOfFlip(flip, refOf(args.pod), objects, schedulers) });
    }
    // What can be done in the run comes first.
    fixes.sort((a, b) => Number(b.actions.length > 0) - Number(a.actions.length > 0));
    if (args.node !== '') return fixes;
    const more: Fix[] = [];
    for (const { like, pool } of modelsOf(nodesAt(task.run, args.timeUs), args.like)) {
      const answer = await ask({ whatIf: { like, count: 1 } });
      if ('problem' in answer || answer.explanation.whatIf === undefined) continue;
      const { whatIf } = answer.explanation;
      const scale = whatIf.result === 'scheduled' ? oneMore(task.run, pool, args.timeUs) : undefined;
      more.push({ whatIf, pool, actions: scale === undefined ? [] : [scale] });
    }
    // Of machines that would not help, one is enough to say so.
    const helping = more.filter(({ whatIf }) => whatIf?.result === 'scheduled');
    return [...fixes, ...(helping.length > 0 ? helping : more.slice(0, 1))];
  },
};
