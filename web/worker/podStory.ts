import { type Chain, chainTo, LATENCY } from '../../reports/index.ts';
import {
  fieldText,
  KINDS,
  NodeState,
  PodState,
  RecordKind,
  type RecordSource,
  story,
  type TraceNames,
  type TraceRecord,
} from '../../sim-core/index.ts';
import { Chains } from '../model/columns.ts';
import type { PodStory, StoryPart, StoryStep } from '../model/story.ts';
import type { Track, TrackKey } from './openRun.ts';

/** What the stories of pods need of the whole run. */
export class StoryIndex implements Track {
  readonly source: RecordSource;
  readonly names: TraceNames;
  readonly faults: TraceRecord[] = [];
  /** Changes that took Ready from a node. */
  readonly lost: TraceRecord[] = [];
  /** Records about each object that a story can end with, ascending: what people see happen to it. */
  private readonly moments = new Chains();
  private readonly nodes = new Set<number>();

  constructor(source: RecordSource, names: TraceNames) {
    this.source = source;
    this.names = names;
  }

  add(r: TraceRecord): void {
    if (r.kind === RecordKind.fault && r.b === 1) this.faults.push(r);
    else if (r.kind === RecordKind.nodeState && !(r.a & NodeState.ready)) this.lost.push(r);
    if (r.kind === RecordKind.nodeState) this.nodes.add(r.obj);
    if (MOMENTS.has(r.kind)) this.moments.add(r.kind === RecordKind.endpoint ? r.a : r.obj, r.id);
  }

  /** Records about a pod, ascending: podState, endpoint (b = 1). */
  ofPod(pod: number): readonly TraceRecord[] {
    return this.moments
      .of(pod)
      .map((id) => this.recordOf(id))
      .filter((r) => r.kind === RecordKind.podState || (r.kind === RecordKind.endpoint && r.b === 1));
  }

  /** The last thing that happened to an object up to a moment. */
  lastOf(obj: number, timeUs: number): TraceRecord | undefined {
    let found: TraceRecord | undefined;
    this.moments.back(obj, (id) => {
      const r = this.recordOf(id);
      if (r.timeUs <= timeUs) found = r;
      return found !== undefined;
    });
    return found;
  }

  private recordOf(id: number): TraceRecord {
    return this.source.at(this.source.placeOf(id));
  }

  /** ObjId of `nodes/n-1`; undefined = nothing happened to it. */
  nodeOf(path: string): number | undefined {
    for (const obj of this.nodes) if (this.names.object(obj) === path) return obj;
    return undefined;
  }
}

const MOMENTS: ReadonlySet<number> = new Set([
  RecordKind.podState,
  RecordKind.container,
  RecordKind.decision,
  RecordKind.decisionFailed,
  RecordKind.endpoint,
  RecordKind.nodeState,
]);

export const STORY_INDEX: TrackKey<StoryIndex> = { make: (run) => new StoryIndex(run.records, run.names) };

/** How a pod came to serve, and how it ended. A name that was used again tells its last life. */
export function podStory(index: StoryIndex, pod: number): PodStory {
  const records = index.ofPod(pod);
  const states = records.filter((r) => r.kind === RecordKind.podState);
  const bornAt = states.findLastIndex((_, i) => i === 0 || states[i - 1].a === PodState.deleted);
  const life = states.slice(Math.max(0, bornAt));
  const born = life[0];
  const parts: StoryPart[] = [];
  const ready = life.find((r) => r.a === PodState.ready);
  const endpoint = records.find((r) => r.kind === RecordKind.endpoint && born !== undefined && r.id > born.id);
  const came = endpoint ?? ready;
  const ended = life.find((r) => r.a === PodState.terminating || r.a === PodState.failed || r.a === PodState.succeeded);
  if (came !== undefined) parts.push(part(index, came, endpoint !== undefined ? 'endpoint' : 'ready'));
  else if (life.length > 0 && ended === undefined) parts.push(part(index, life[life.length - 1], 'soFar'));
  if (ended !== undefined) parts.push(part(index, ended, 'ended'));
  const last = life[life.length - 1];
  return { state: last?.a ?? PodState.deleted, bornUs: born?.timeUs ?? 0, parts };
}

function part(index: StoryIndex, end: TraceRecord, to: StoryPart['to']): StoryPart {
  const chain = chainTo(index.source, index.names, end.id, rootOf(index, end));
  const biggest = largest(chain);
  return { to, totalUs: chain.totalUs, steps: chain.steps.map((step) => withObject(index, step)), largest: biggest };
}

function withObject({ source, names }: StoryIndex, step: Chain['steps'][number]): StoryStep {
  const place = source.placeOf(step.record);
  const r = place < 0 ? undefined : source.at(place);
  const from = r?.kind === RecordKind.fault ? 'fault' : r?.kind === RecordKind.external ? 'command' : '';
  const obj = r === undefined ? 0 : r.kind === RecordKind.endpoint ? r.a : r.obj;
  return { ...step, object: from !== '' || obj === 0 ? '' : names.object(obj), from };
}

/** Why an object is at a moment as it is: from the last thing that happened to it back to the root cause. */
export function storyBack(index: StoryIndex, obj: number, timeUs: number): StoryPart | undefined {
  const end = index.lastOf(obj, timeUs);
  if (end === undefined) return undefined;
  const told = part(index, end, 'moment');
  if (told.steps[told.steps.length - 1]?.record === end.id) return told;
  // What a chain leaves out as a mere carrier is what this one is about.
  const last = told.steps[told.steps.length - 1];
  if (last !== undefined && last.timeUs === end.timeUs && end.kind === RecordKind.podState) return told;
  const delayUs = last === undefined ? 0 : end.timeUs - last.timeUs;
  const step = {
    timeUs: end.timeUs,
    what: momentText(index, end),
    delayUs,
    parts: delayUs === 0 ? [] : [{ parameter: LATENCY, component: '', delayUs }],
    record: end.id,
  };
  return { ...told, totalUs: told.totalUs + delayUs, steps: [...told.steps, withObject(index, step)] };
}

/** By ContainerStep. */
const STEP_TEXTS = [
  'image pull begins',
  'image is there',
  'container created',
  'container started',
  'container exited',
  'container is killed',
  'probe failed',
  'back-off before the next start',
];

/** A record that ends a story, in words. */
function momentText({ names }: StoryIndex, r: TraceRecord): string {
  const { a } = KINDS[r.kind];
  const text = r.kind === RecordKind.decisionFailed ? names.string(r.a) : fieldText(a[1], r.a, names);
  if (r.kind === RecordKind.container) return STEP_TEXTS[r.a & 0xff] ?? text;
  return `${KINDS[r.kind].name}: ${text}`;
}

/** The fault behind a chain that begins where the monitor gave a node up: a lost heartbeat leaves no record. */
function rootOf(index: StoryIndex, end: TraceRecord): Parameters<typeof chainTo>[3] {
  const first = story(index.source, end.id).hops.find(
    (h) => h.record.kind !== RecordKind.hop && h.record.kind !== RecordKind.clock,
  );
  if (first === undefined || !startsAtNode(index, first.record)) return undefined;
  const fault = index.faults.findLast((f) => f.timeUs <= first.record.timeUs);
  if (fault === undefined) return undefined;
  return {
    timeUs: fault.timeUs,
    what: `${index.names.string(fault.a)} ${index.names.string(fault.hash)}`,
    record: fault.id,
    nodeLost: (node) => index.lost.find((r) => r.obj === node && r.timeUs > fault.timeUs),
  };
}

function startsAtNode(index: StoryIndex, r: TraceRecord): boolean {
  if (r.kind === RecordKind.nodeState) return true;
  return r.kind === RecordKind.write && index.names.object(r.obj).startsWith('nodes/');
}

/** The parameter that took the largest part of the whole. */
function largest(chain: Chain): StoryPart['largest'] {
  const sums = new Map<string, number>();
  for (const step of chain.steps)
    for (const p of step.parts)
      if (p.parameter !== LATENCY) sums.set(p.parameter, (sums.get(p.parameter) ?? 0) + p.delayUs);
  let best: StoryPart['largest'];
  for (const [parameter, delayUs] of sums)
    if (best === undefined || delayUs > best.delayUs) best = { parameter, delayUs };
  return best;
}
