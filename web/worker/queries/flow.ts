import { RecordKind, type TraceRecord, type World } from '../../../sim-core/index.ts';
import { Chains } from '../../model/columns.ts';
import type { OpenRun, Track, TrackKey } from '../openRun.ts';
import type { Task } from '../task.ts';
import type { Traveller } from '../traveller.ts';

/** One message that arrived, tied by its cause to the object. */
export interface FlowMessage {
  /** Place in `actors`. */
  readonly from: number;
  readonly to: number;
  /** When its sender had what made it send; when it arrived. */
  readonly sentUs: number;
  readonly arrivedUs: number;
  readonly kind: FlowKind;
  /** What it is about: an object, a verb. */
  readonly about: string;
  readonly eventNumber: number;
}

/** request: to an API server; store: to etcd; stored: etcd answers; watch: a change comes; answer: to a client; raft: between members. */
export type FlowKind = 'request' | 'store' | 'stored' | 'watch' | 'answer' | 'raft';

export interface Ladder {
  readonly actors: readonly string[];
  readonly messages: readonly FlowMessage[];
  readonly fromUs: number;
  readonly toUs: number;
  /** There were more; the first are here. */
  readonly isCut: boolean;
}

export interface LadderArgs {
  readonly path: string;
  /** birth: how it came to be, up to Ready. around: what the moment is part of. */
  readonly part: 'birth' | 'around';
  readonly timeUs: number;
}

const MESSAGES_MAX = 400;
/** A life is followed for so long. */
const SPAN_MAX_US = 120e6;
const AROUND_US = 1e6;
/** Hops of a cause that are walked to see whether it has to do with the object. */
const WALK_MAX = 60;

export const flowQueries = {
  /** The messages of a part of an object's life in their real order: that stretch is run again, message by message. */
  async ladder(task: Task, args: LadderArgs): Promise<Ladder | undefined> {
    const { traveller } = task.run;
    if (traveller === undefined) return undefined;
    const about = (await task.run.track(task, ABOUT)).of(args.path, task.run);
    const window = windowOf(task.run, about, args);
    if (window === undefined) return { actors: [], messages: [], fromUs: 0, toUs: 0, isCut: false };
    return traveller.exclusive(() => collect(task, traveller, window));
  },
};

/** Records about each object, events about it left out. */
class About implements Track {
  private readonly ofObject = new Chains();

  add(r: TraceRecord): void {
    if (r.obj === 0 || r.kind === RecordKind.kubeEvent || r.kind === RecordKind.owner) return;
    this.ofObject.add(r.obj, r.id);
    if (r.kind === RecordKind.endpoint) this.ofObject.add(r.a, r.id);
  }

  of(path: string, { names, objects, records }: OpenRun): readonly TraceRecord[] {
    const known =
      objects?.find(path, names.object) ?? this.ofObject.keys.view.find((obj) => names.object(obj) === path);
    return known === undefined ? [] : this.ofObject.of(known).map((id) => records.at(records.placeOf(id)));
  }
}

const ABOUT: TrackKey<About> = { make: () => new About() };

interface Window {
  readonly fromUs: number;
  readonly toUs: number;
  /** Records that belong to the story; a message belongs to it when its cause does. */
  readonly story: ReadonlySet<number>;
  readonly first: number;
}

function windowOf(run: OpenRun, about: readonly TraceRecord[], { part, timeUs }: LadderArgs): Window | undefined {
  const { records } = run;
  const chosen = part === 'birth' ? birthOf(about) : aroundOf(about, timeUs);
  if (chosen.length === 0) return undefined;
  const story = new Set(chosen.map((r) => r.id));
  let fromUs = chosen[0].timeUs;
  // Back to what set it off, if that was not long ago.
  for (let id = chosen[0].cause, hops = 0; id !== 0 && hops < WALK_MAX; hops++) {
    const place = records.placeOf(id);
    if (place < 0) break;
    const r = records.at(place);
    if (chosen[0].timeUs - r.timeUs > AROUND_US) break;
    story.add(r.id);
    fromUs = Math.min(fromUs, r.timeUs);
    id = r.cause;
  }
  const last = chosen[chosen.length - 1].timeUs;
  return {
    fromUs: Math.max(0, fromUs - 1),
    toUs: Math.min(last + 20_000, fromUs + SPAN_MAX_US),
    story,
    first: Math.min(...story),
  };
}

/** From its creation to the place among the endpoints, or as far as it came. */
function birthOf(about: readonly TraceRecord[]): readonly TraceRecord[] {
  const born = about.findIndex((r) => r.kind === RecordKind.write);
  if (born < 0) return [];
  const end = about.findIndex((r, i) => i > born && r.kind === RecordKind.endpoint);
  const until = about[born].timeUs + SPAN_MAX_US;
  return about.slice(born, end < 0 ? undefined : end + 1).filter((r) => r.timeUs <= until);
}

function aroundOf(about: readonly TraceRecord[], timeUs: number): readonly TraceRecord[] {
  const near = about.filter((r) => Math.abs(r.timeUs - timeUs) <= AROUND_US);
  if (near.length > 0) return near;
  const before = about.findLast((r) => r.timeUs <= timeUs);
  return before === undefined ? [] : [before];
}

const KIND_OF: readonly (readonly [RegExp, FlowKind])[] = [
  [/^apiservers\/request$/, 'request'],
  [/^etcd-\d+\/request$/, 'store'],
  [/^etcd-\d+\/(raft|forward)$/, 'raft'],
  [/^apiserver-\d+\/(stored|loaded)$/, 'stored'],
  [/^apiserver-\d+\/changed$/, 'watch'],
  [/^apiservers\/watch$/, 'request'],
  [/\/informers\/deliver$/, 'watch'],
  [/\/clients\/answer$/, 'answer'],
];

/** People call them by these names; replicas keep their numbers. */
const actorOf = (handler: string): string => {
  const component = handler.slice(0, handler.indexOf('/'));
  if (component === 'apiservers' || component.startsWith('apiserver-')) return 'kube-apiserver';
  if (component.startsWith('etcd')) return 'etcd';
  return component === 'kubelets' ? 'kubelet' : component.replace(/-\d+$/, '');
};

/** Lifelines from left to right, as the textbooks draw them. */
const ORDER = ['kubectl', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-apiserver', 'etcd'];

type Named = Omit<FlowMessage, 'from' | 'to'> & { readonly from: string; readonly to: string };

async function collect(task: Task, traveller: Traveller, window: Window): Promise<Ladder> {
  const { session } = traveller;
  const { world } = session.cluster;
  const found: Named[] = [];
  const state = new Involved(task.run, window);
  await traveller.moveTo(task, { timeUs: window.fromUs });
  // A breakpoint sees the world right after each event, with the event's cause still at hand. This one never stops it.
  const forget = world.addBreakpoint('flow', () => {
    const message = messageOf(world, state);
    if (message !== undefined && found.length < MESSAGES_MAX) found.push(message);
    return false;
  });
  try {
    // A seek would leap over the stretch to the nearest keyframe; looking for what never happens goes through it.
    await traveller.finish(
      task,
      session.next({ until: NEVER }),
      () => session.nowUs > window.toUs || found.length >= MESSAGES_MAX,
    );
  } finally {
    forget();
  }
  const present = new Set(found.flatMap((m) => [m.from, m.to]));
  const actors = [...ORDER.filter((a) => present.has(a)), ...[...present].filter((a) => !ORDER.includes(a)).sort()];
  const messages = found.map((m) => ({ ...m, from: actors.indexOf(m.from), to: actors.indexOf(m.to) }));
  return { actors, messages, fromUs: window.fromUs, toUs: window.toUs, isCut: found.length >= MESSAGES_MAX };
}

const NEVER = { on: 'crash', target: '\u0000 nothing is called so' } as const;

/** The event that just ran as a message of the story; undefined = it is none. */
function messageOf(world: World, state: Involved): Named | undefined {
  const { cause } = world.context;
  if (!state.belongs(cause)) return undefined;
  const { component, handler } = world.handlerName(world.lastHandler);
  const name = `${component}/${handler}`;
  const kind = KIND_OF.find(([pattern]) => pattern.test(name))?.[1];
  if (kind === undefined) return undefined;
  const arrivedUs = world.nowUs;
  if (arrivedUs > state.toUs) return undefined;
  const to = actorOf(name);
  const from = senderOf(kind, to, state.lastAt(cause));
  const sentUs = Math.min(arrivedUs, state.timeOf(cause, from));
  state.note(cause, to, arrivedUs);
  if (from === to && kind !== 'raft') return undefined;
  return { from, to, sentUs, arrivedUs, kind, about: state.aboutOf(cause), eventNumber: world.eventsRun };
}

function senderOf(kind: FlowKind, to: string, last: string | undefined): string {
  if (kind === 'store') return 'kube-apiserver';
  if (kind === 'stored' || (kind === 'watch' && to === 'kube-apiserver')) return 'etcd';
  if (kind === 'watch' || kind === 'answer') return 'kube-apiserver';
  if (kind === 'raft') return 'etcd';
  return last === undefined || last === 'kube-apiserver' || last === 'etcd' ? 'kubectl' : last;
}

/** Who has to do with which cause, so that senders can be told: a message says only where it arrived. */
class Involved {
  private readonly run: OpenRun;
  private readonly window: Window;
  /** Cause -> who heard of it last outside of API server and etcd, and when each did. */
  private readonly last = new Map<number, string>();
  private readonly times = new Map<string, number>();

  constructor(run: OpenRun, window: Window) {
    this.run = run;
    this.window = window;
  }

  /** A cause belongs when it is part of the story. */
  get toUs(): number {
    return this.window.toUs;
  }

  belongs(cause: number): boolean {
    return cause >= this.window.first && this.window.story.has(cause);
  }

  lastAt(cause: number): string | undefined {
    const heard = this.last.get(cause);
    if (heard !== undefined) return heard;
    const actor = this.actorOf(cause);
    return actor === '' ? undefined : actor;
  }

  private actorOf(cause: number): string {
    const { records, names } = this.run;
    const place = records.placeOf(cause);
    if (place < 0) return '';
    const r = records.at(place);
    return r.actor === 0 ? '' : actorOf(`${names.component(r.actor)}/`);
  }

  timeOf(cause: number, actor: string): number {
    const noted = this.times.get(`${cause} ${actor}`);
    if (noted !== undefined) return noted;
    const place = this.run.records.placeOf(cause);
    return place < 0 ? 0 : this.run.records.at(place).timeUs;
  }

  note(cause: number, actor: string, timeUs: number): void {
    this.times.set(`${cause} ${actor}`, timeUs);
    if (actor !== 'kube-apiserver' && actor !== 'etcd') this.last.set(cause, actor);
  }

  aboutOf(cause: number): string {
    const { records, names } = this.run;
    const place = records.placeOf(cause);
    if (place < 0) return '';
    const r = records.at(place);
    return r.obj === 0 ? (r.kind === RecordKind.external ? names.string(r.b) : '') : names.object(r.obj);
  }
}
