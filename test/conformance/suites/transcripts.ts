import { parseStages } from '../../../sim-core/kubelet/index.ts';
import { type CaseResult, play, type SetRun, type Suite, type VectorFolder } from '../harness.ts';
import { type Comparison, compareTranscript } from './transcripts/compare.ts';
import { type LeaderTranscript, playLeaders } from './transcripts/leaders.ts';
import { playTranscript } from './transcripts/play.ts';
import type { Transcript } from './transcripts/recording.ts';
import type { Score } from './transcripts/score.ts';

const SETS = ['writes', 'events', 'finals', 'order'] as const;

/** Families of recordings that need only the controllers of every cluster; see the README of the recordings. */
const CORE =
  /^(deploy|rs|pdb|drain|svc|gc|ns|pod|sched|preempt)-|^(node-failure|node-failure-short|node-failure-deleted|node-never-ready|cluster-outage|zone-partial)$/;
/** Recordings with volumes. */
const VOLUMES: ReadonlySet<string> = new Set(['sched-wffc']);

const LONGEST_TEXT = 1200;

interface Outcome {
  readonly name: string;
  readonly results: Readonly<Record<(typeof SETS)[number], CaseResult>>;
}

function* run(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  const stages = parseStages('kwok-stages.yaml', vectors.text('kwok-stages.yaml')).stages;
  const names = vectors
    .files()
    .filter((file) => file.endsWith('.json') && file !== 'speed.json' && !file.startsWith('leader-failover-'))
    .map((file) => file.slice(0, -'.json'.length));
  const chosen = names.filter((name) => only === undefined || name.includes(only));
  const outcomes = chosen.map((name) => outcomeOf(name, vectors.json<Transcript>(`${name}.json`), stages));
  for (const set of SETS) yield { set, cases: outcomes.map((outcome) => outcome.results[set]) };
  const core = outcomes.filter(({ name }) => CORE.test(name) && !VOLUMES.has(name));
  for (const set of SETS) yield { set: `${set}-core`, cases: core.map((outcome) => outcome.results[set]) };
  const leaders = vectors.files().filter((file) => file.startsWith('leader-failover-'));
  const all = leaders.map((file) => vectors.json<LeaderTranscript>(file));
  const wanted = all.filter(({ name }) => only === undefined || name.includes(only));
  yield { set: 'leaders', cases: wanted.flatMap((transcript) => leaderCases(transcript, all, stages)) };
}

function leaderCases(
  transcript: LeaderTranscript,
  all: readonly LeaderTranscript[],
  stages: Parameters<typeof playLeaders>[2],
): CaseResult[] {
  let cases: CaseResult[] = [];
  const whole = play(transcript.name, () => {
    cases = playLeaders(transcript, all, stages);
    return { equal: true };
  });
  return whole.equal ? cases : [whole];
}

function outcomeOf(name: string, transcript: Transcript, stages: Parameters<typeof playTranscript>[1]): Outcome {
  let comparison: Comparison | undefined;
  let notes: readonly string[] = [];
  const whole = play(name, () => {
    const played = playTranscript(transcript, stages);
    notes = [...played.unknown, ...played.surprises];
    comparison = compareTranscript(transcript, played);
    return { equal: true };
  });
  const units = (set: (typeof SETS)[number]): number => {
    if (set === 'writes') return transcript.writes.filter((w) => w.stable !== 'varies').length;
    return set === 'events' ? transcript.events.filter((e) => e.stable !== 'varies').length : transcript.final.length;
  };
  const of = (set: (typeof SETS)[number]): CaseResult =>
    comparison === undefined
      ? { ...whole, equalUnits: 0, totalUnits: units(set) }
      : caseOf(name, comparison[set], notes);
  return { name, results: { writes: of('writes'), events: of('events'), finals: of('finals'), order: of('order') } };
}

function caseOf(name: string, score: Score, notes: readonly string[]): CaseResult {
  const { matched, total, differences } = score;
  const text = (side: 'missing' | 'extra') =>
    differences
      .filter((d) => d.side === side)
      .map(({ item }) => `\n      ${item.key} ${item.content}`.slice(0, LONGEST_TEXT))
      .join('');
  const equal = differences.length === 0;
  return {
    name,
    equal,
    equalUnits: matched,
    totalUnits: total,
    ...(!equal && {
      cause: `${matched}/${total}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`,
      expected: text('missing'),
      actual: text('extra'),
    }),
  };
}

export const transcripts: Suite = { name: 'transcripts', run };
