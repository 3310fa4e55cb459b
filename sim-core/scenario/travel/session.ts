import type { KubeObject, TimeUs } from '../../contracts/index.ts';
import type { NameTables, RecordBatch, Snapshot } from '../../engine/index.ts';
import { namesOfTables, type TraceNames } from '../../trace/index.ts';
import { buildCluster, type Cluster } from '../build.ts';
import type { PlannedEntry } from '../liveTimeline.ts';
import type { Scenario, TimelineAction, TimelineEntry } from '../spec.ts';
import { type BreakpointHit, type BreakpointSpec, Breakpoints } from './breakpoints.ts';
import { Job } from './job.ts';
import { type Capture, type Keyframe, type KeyframeLimits, Keyframes, type Way } from './keyframes.ts';
import { type ObjectRevision, objectNow, objectsNow, type PendingWork, pendingWork, revisionsOf } from './queries.ts';
import { copyRecords } from './records.ts';
import { type StepKind, stepHandlers } from './steps.ts';
import type { Advance, AdvanceOptions, Branch, ForkEdits, Position, Step, Stride, TravelOptions } from './types.ts';

/** An entry that joined the timeline after the start, and where the run stood then. */
interface Joined extends Position {
  readonly planned: PlannedEntry;
}

/** The furthest instant, kept while the world stands before it. */
interface Head extends Capture {
  readonly names: NameTables;
}

const DEFAULT_LIMITS: KeyframeLimits = { maxBytes: 256 * 1048576, maxCount: 2000, replayMs: 100 };
const DEFAULT_EVENT_MS = 0.03;
/** Events between two looks at the clock, and how long they may take. */
const CHUNK = 250;
const CHUNK_MS = 10;
/** Keyframes of the neighbourhood: of what was run again last. */
const NEAR_COUNT = 24;
const NEAR_MS = 60;

/**
 * A run in which one can move: on, back, to any instant, along other branches. Every call is synchronous; what can take
 * long is a Job or takes a number of events, so that a worker can answer queries between slices.
 *
 * The state at an instant is exactly that of a straight run to it, however one got there.
 */
export class TravelSession {
  readonly scenario: Scenario;
  readonly branch: Branch;
  readonly cluster: Cluster;
  readonly breakpoints = new Breakpoints();
  /** Last instant of the scenario. */
  readonly endUs: TimeUs;
  private readonly options: TravelOptions;
  private readonly keyframes: Keyframes;
  private near: Capture[] = [];
  private joined: Joined[];
  /** How many of `joined` are scheduled in the world. */
  private applied: number;
  /** Undefined while the world itself is the furthest. */
  private head: Head | undefined;
  private job: Job<unknown> | undefined;
  private chunk = CHUNK;
  private isAtEvent = true;
  private sinceKeyframeMs = 0;
  private sinceNearMs = 0;
  private forks = 0;
  /** The event before which a breakpoint stopped the run: going on does not stop there again. */
  private hitEvent = -1;

  static create(scenario: Scenario, options: TravelOptions = {}): TravelSession {
    const branch = { id: '0', title: scenario.name, parent: undefined, from: { eventNumber: 0, timeUs: 0 } };
    return new TravelSession(scenario, branch, options, undefined);
  }

  private constructor(scenario: Scenario, branch: Branch, options: TravelOptions, parent: TravelSession | undefined) {
    this.scenario = scenario;
    this.branch = branch;
    this.options = options;
    this.endUs = scenario.spec.durationUs;
    const from = parent?.cluster.world.snapshot();
    this.cluster = buildCluster(scenario, { checkers: true, ...options.build, keepRecords: true, from });
    const { world } = this.cluster;
    const limits = { ...DEFAULT_LIMITS, ...options.keyframes };
    this.keyframes = new Keyframes(limits, world, this.endUs);
    this.applied = parent?.applied ?? 0;
    this.isAtEvent = parent?.isAtEvent ?? true;
    this.joined = (parent?.joined.slice(0, this.applied) ?? []).map((j) => ({
      ...j,
      planned: this.cluster.timeline.prepare(j.planned.entry, parent?.entries),
    }));
    if (parent === undefined) this.keyframe();
    else {
      const { eventNumber, timeUs } = parent.position;
      this.keyframes.takeFrom(
        parent.keyframes,
        (k) => k.eventNumber <= eventNumber && k.timeUs <= timeUs && k.planned <= this.applied,
        (way) => this.thaw(way),
      );
      this.keyframe();
      for (const { spec } of parent.breakpoints.list()) this.breakpoints.add(spec);
    }
  }

  get nowUs(): TimeUs {
    return this.cluster.world.nowUs;
  }

  get eventsRun(): number {
    return this.cluster.world.eventsRun;
  }

  get position(): Position {
    return { eventNumber: this.eventsRun, timeUs: this.nowUs };
  }

  /** The furthest instant reached on this branch. */
  get recorded(): Position {
    return this.head === undefined ? this.position : { eventNumber: this.head.eventNumber, timeUs: this.head.timeUs };
  }

  get recordedUntilUs(): TimeUs {
    return this.recorded.timeUs;
  }

  /** For people and tests: what the way back is made of. */
  get keyframeStats(): { readonly count: number; readonly bytes: number } {
    const { count, bytes } = this.keyframes;
    return { count, bytes };
  }

  // On

  /** Runs on for a slice. With breakpoints it stops before the event that makes the first of them true. */
  advance(options: AdvanceOptions = {}): Advance {
    this.stopJob();
    const untilUs = options.untilUs ?? this.endUs;
    const before = this.eventsRun;
    const watched = this.breakpoints.active;
    const base = watched ? this.capture() : undefined;
    let hit: BreakpointHit | undefined;
    const watch = watched ? this.watchOf(this.breakpoints, (h) => (hit = h)) : undefined;
    const stopped = this.forward(Number.POSITIVE_INFINITY, untilUs, options.events ?? Number.POSITIVE_INFINITY, watch);
    if (hit !== undefined && base !== undefined) this.goBefore(hit, base);
    const events = this.eventsRun - before;
    const reason = hit !== undefined ? 'breakpoint' : stopped === 'reached' ? 'time' : stopped;
    return { stopped: reason === 'watch' ? 'breakpoint' : reason, events, ...this.position, ...(hit && { hit }) };
  }

  // To an instant

  /**
   * Goes to the instant after all events up to a time, or after so many events: from the nearest keyframe, if that is
   * nearer than where the world stands. Beyond what was recorded it runs on, without breakpoints. Parts of a µs, as
   * pointers give them, do not count.
   */
  seek(target: TimeUs | { readonly eventNumber: number }): Job<Position> {
    return this.begin(this.going(typeof target === 'number' ? Math.floor(target) : target));
  }

  // Steps

  /** The next step of a kind: the world stands after its event. */
  next(stride: Stride): Job<Step> {
    if (typeof stride === 'object' && 'us' in stride) return this.begin(this.steppingTo(this.nowUs + stride.us));
    return this.begin(this.steppingOn(stride));
  }

  /** Back to the last step of a kind before this instant: after `next` and `previous` the world stands on a step. */
  previous(stride: Stride): Job<Step> {
    if (typeof stride === 'object' && 'us' in stride)
      return this.begin(this.steppingTo(Math.max(0, this.nowUs - stride.us)));
    return this.begin(this.steppingBack(stride));
  }

  // Other ways

  /**
   * Something that a person does now: an entry of the timeline, 1 µs from now or at `atUs`, or at the first µs from
   * there that no other entry has. What was recorded beyond this instant is given up; fork first to keep it. Throws when
   * the action cannot be understood.
   */
  inject(action: TimelineAction, from = this.nowUs + 1): TimelineEntry {
    this.stopJob();
    if (!(from > this.nowUs)) throw new RangeError(`an action at ${from} µs, at ${this.nowUs} µs`);
    this.cutFuture();
    // Of two entries at one time, which comes first would depend on when each was known.
    const taken = new Set([...this.scenario.spec.timeline, ...this.entries].map((entry) => entry.atUs));
    let atUs = Math.ceil(from);
    while (taken.has(atUs)) atUs++;
    const entry: TimelineEntry = { atUs, action: this.named(action), at: { file: 'session', line: 0, col: 0 } };
    const planned = this.cluster.timeline.prepare(entry, this.entries);
    this.joined.push({ ...this.position, planned });
    this.applyJoined();
    this.keyframe();
    return entry;
  }

  /** A file that a branch can be written with, in place of the standard input. */
  private named(action: TimelineAction): TimelineAction {
    if (action.do !== 'kubectl' || action.files.length === 0) return action;
    const file = `branch-${this.branch.id}-${this.joined.length + 1}.yaml`;
    return { ...action, command: action.command.replace(/(-f|--filename)[ =]-(?=\s|$)/, `$1 ${file}`) };
  }

  /** Entries that joined the timeline on the way to the furthest instant. */
  get entries(): readonly TimelineEntry[] {
    return this.joined.map(({ planned }) => planned.entry);
  }

  /** The scenario with the entries that joined: running it from the start gives this branch, to the digest. */
  get value(): Scenario {
    const { scenario } = this;
    return { ...scenario, spec: { ...scenario.spec, timeline: [...scenario.spec.timeline, ...this.entries] } };
  }

  /** A branch from this instant. It shares everything up to here with this session, which stays as it is. */
  fork(edits: ForkEdits = {}): TravelSession {
    this.stopJob();
    const id = `${this.branch.id}.${++this.forks}`;
    const branch = { id, title: edits.title ?? id, parent: this.branch, from: this.position };
    const fork = new TravelSession(this.scenario, branch, this.options, this);
    for (const edit of edits.actions ?? []) {
      if ('action' in edit) fork.inject(edit.action, edit.atUs);
      else fork.inject(edit);
    }
    return fork;
  }

  // Records

  /** Records up to this instant. */
  get recordCount(): number {
    return this.cluster.world.trace.count;
  }

  /** Records up to the furthest instant. */
  get recordedCount(): number {
    return this.head?.snapshot.trace.count ?? this.recordCount;
  }

  /** A copy of the records from one on, at most `limit`, up to the furthest instant: for a timeline that follows. */
  records(from: number, limit = Number.POSITIVE_INFINITY): RecordBatch {
    const count = Math.max(0, Math.min(this.recordedCount - from, limit));
    return copyRecords(this.head?.snapshot.trace ?? this.cluster.world.trace.parts(), from, count);
  }

  /** Names behind the numbers of all records up to the furthest instant. */
  get names(): TraceNames {
    return namesOfTables(this.head?.names ?? this.cluster.world.names(), this.cluster.world);
  }

  // What there is at this instant

  /** The object that the store holds. */
  object(resource: string, namespace: string, name: string): KubeObject | undefined {
    return objectNow(this.cluster, resource, namespace, name);
  }

  /** Objects of a resource (all namespaces by default), by namespace and name. */
  objects(resource: string, namespace?: string): readonly KubeObject[] {
    return objectsNow(this.cluster, resource, namespace);
  }

  /** Every write of an object up to this instant, oldest first. */
  revisions(resource: string, namespace: string, name: string): readonly ObjectRevision[] {
    return revisionsOf(this.cluster, resource, namespace, name);
  }

  /** Depths of queues. */
  get pendingWork(): PendingWork {
    return pendingWork(this.cluster);
  }

  /** Gives up all keyframes but the first: the way back is long then, and what only they held is freed. */
  forgetKeyframes(): void {
    this.stopJob();
    this.keyframes.keepFirst();
    this.near = [];
  }

  // How it is done

  private begin<T>(work: Generator<number, T, number>): Job<T> {
    this.stopJob();
    const job = new Job(work);
    this.job = job as Job<unknown>;
    return job;
  }

  private stopJob(): void {
    this.job?.cancel();
    this.job = undefined;
  }

  private *going(target: TimeUs | { readonly eventNumber: number }): Generator<number, Position, number> {
    const toUs = typeof target === 'number' ? target : Number.POSITIVE_INFINITY;
    const toEvent = typeof target === 'number' ? Number.POSITIVE_INFINITY : target.eventNumber;
    let budget = yield 0;
    this.jumpTowards(toEvent, toUs);
    const from = this.position;
    while (this.forward(toEvent, toUs, budget) === 'events')
      budget = yield progress(from, this.position, toEvent, toUs);
    return this.position;
  }

  private *steppingTo(timeUs: TimeUs): Generator<number, Step, number> {
    const from = this.position;
    const at = yield* this.going(timeUs);
    return { ...at, moved: from.timeUs !== at.timeUs, handler: this.lastHandler() };
  }

  private *steppingOn(stride: StepKind | { readonly until: BreakpointSpec }): Generator<number, Step, number> {
    const from = this.stand;
    const search = this.searchOf(stride);
    let budget = yield 0;
    for (;;) {
      const stopped = this.forward(Number.POSITIVE_INFINITY, this.endUs, budget, search.watch);
      const { hit } = search;
      if (hit !== undefined) {
        yield* this.going({ eventNumber: hit.eventNumber - 1 });
        this.hitEvent = hit.eventNumber;
        return { ...this.position, moved: true, handler: hit.handler, hit };
      }
      if (stopped === 'watch') return { ...this.position, moved: true, handler: this.lastHandler() };
      if (stopped !== 'events') break;
      budget = yield 0.5;
    }
    return yield* this.stayingAt(from);
  }

  /** There is no such step: back to where the world stood. */
  private *stayingAt({ eventNumber, timeUs, isAtEvent, hitEvent }: Stand): Generator<number, Step, number> {
    yield* this.going(isAtEvent && eventNumber > 0 ? { eventNumber } : timeUs);
    this.hitEvent = hitEvent;
    return { ...this.position, moved: false, handler: this.lastHandler() };
  }

  private get stand(): Stand {
    return { ...this.position, isAtEvent: this.isAtEvent, hitEvent: this.hitEvent };
  }

  /** From keyframe to keyframe backwards: the last match between each and the one behind it. */
  private *steppingBack(stride: StepKind | { readonly until: BreakpointSpec }): Generator<number, Step, number> {
    const from = this.stand;
    let budget = yield 0;
    if (stride === 'event' && from.eventNumber > 0) {
      yield* this.going({ eventNumber: from.eventNumber - 1 });
      return { ...this.position, moved: true, handler: this.lastHandler() };
    }
    // A hit is an instant before its event, the other steps are instants after theirs.
    let to = typeof stride === 'string' ? from.eventNumber - 1 : from.eventNumber;
    while (to > 0) {
      const start = this.keyframes.beforeEvent(to - 1);
      if (start === undefined) break;
      this.jump(start);
      const search = this.searchOf(stride);
      let last: { readonly eventNumber: number; readonly handler: string; readonly hit?: BreakpointHit } | undefined;
      for (;;) {
        const stopped = this.forward(to, Number.POSITIVE_INFINITY, budget, search.watch);
        if (stopped === 'watch') {
          const { hit } = search;
          search.hit = undefined;
          last = { eventNumber: this.eventsRun, handler: this.lastHandler(), hit };
        }
        if (stopped !== 'watch' && stopped !== 'events') break;
        if (stopped === 'events') budget = yield 0.5;
      }
      if (last !== undefined) {
        yield* this.going({ eventNumber: last.hit === undefined ? last.eventNumber : last.eventNumber - 1 });
        return { ...this.position, moved: true, handler: last.handler, ...(last.hit && { hit: last.hit }) };
      }
      to = start.eventNumber;
    }
    return yield* this.stayingAt(from);
  }

  private searchOf(stride: StepKind | { readonly until: BreakpointSpec }): Search {
    if (typeof stride === 'string') {
      const { world } = this.cluster;
      const isStep = stepHandlers(world, stride);
      return { hit: undefined, watch: () => isStep(world.lastHandler) };
    }
    const breakpoints = new Breakpoints();
    breakpoints.add(stride.until);
    const search: Search = { hit: undefined, watch: () => false };
    search.watch = this.watchOf(breakpoints, (hit) => {
      search.hit = hit;
    });
    return search;
  }

  private watchOf(breakpoints: Breakpoints, found: (hit: BreakpointHit) => void): () => boolean {
    const { world } = this.cluster;
    breakpoints.arm(this.cluster);
    const skipped = this.hitEvent;
    let records = world.trace.count;
    return () => {
      const from = records;
      records = world.trace.count;
      const hit = breakpoints.look(from);
      if (hit === undefined || hit.eventNumber === skipped) return false;
      found(hit);
      return true;
    };
  }

  /** The world ran the event of a hit: back to just before it. `base` is an instant from which it was run without a jump. */
  private goBefore(hit: BreakpointHit, base: Capture): void {
    this.restore(base);
    this.forward(hit.eventNumber - 1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    this.hitEvent = hit.eventNumber;
  }

  private lastHandler(): string {
    const { component, handler } = this.cluster.world.handlerName(this.cluster.world.lastHandler);
    return component === '' ? '' : `${component}/${handler}`;
  }

  /** To the best place to start from for an instant at or behind it: a keyframe, or where the world stands. */
  private jumpTowards(toEvent: number, toUs: TimeUs): void {
    const fits = (k: Pick<Keyframe, 'eventNumber' | 'timeUs' | 'isAtEvent'>) =>
      k.timeUs <= toUs && (k.eventNumber < toEvent || (k.eventNumber === toEvent && k.isAtEvent));
    const { keyframes } = this;
    const kept = [keyframes.beforeEvent(toEvent), keyframes.beforeEvent(toEvent - 1), keyframes.beforeTime(toUs)];
    let best: Keyframe | Capture | undefined;
    for (const k of [...kept, this.head, ...this.near])
      if (k !== undefined && fits(k) && (best === undefined || k.eventNumber >= best.eventNumber)) best = k;
    if (best === undefined) throw new RangeError('there is no keyframe at the start');
    if (!fits({ ...this.position, isAtEvent: this.isAtEvent }) || best.eventNumber > this.eventsRun) this.jump(best);
  }

  private jump(to: Keyframe | Capture): void {
    if (this.head === undefined) this.head = { ...this.capture(), names: this.cluster.world.names() };
    this.restore(to);
  }

  private restore(to: Keyframe | Capture): void {
    const way = 'snapshot' in to ? { snapshot: to.snapshot, packed: [] } : this.keyframes.wayTo(to);
    if (way === undefined) throw new RangeError('a keyframe that was given up');
    this.cluster.world.restore(way.snapshot, way.packed);
    this.applied = to.planned;
    this.isAtEvent = to.isAtEvent;
    this.hitEvent = -1;
    this.sinceKeyframeMs = 0;
    this.sinceNearMs = 0;
    // Those of another neighbourhood share no pages with this one.
    if (way.packed.length > 0) this.near = [this.capture()];
    this.notice();
  }

  /** The snapshot at the end of a way. */
  private thaw({ snapshot, packed }: Way): Snapshot {
    const { world } = this.cluster;
    const here = world.snapshot();
    world.restore(snapshot, packed);
    const there = world.snapshot();
    world.restore(here);
    return there;
  }

  /** Runs to an instant, scheduling on the way what joined the timeline on the way. */
  private forward(toEvent: number, toUs: TimeUs, budget: number, watch?: () => boolean): Forward {
    const { world } = this.cluster;
    let left = budget;
    for (;;) {
      const join = this.joined[this.applied];
      const joins = join !== undefined && join.timeUs <= toUs && this.joinsBefore(join, toEvent);
      const stopEvent = joins ? join.eventNumber : toEvent;
      const stopUs = joins ? join.timeUs : toUs;
      const wanted = stopEvent - world.eventsRun;
      if (wanted <= 0 || world.nextEventUs > stopUs) {
        // Between two events only the clock moves.
        if ((joins || wanted > 0) && world.nowUs < stopUs) {
          world.runUntil({ timeUs: stopUs });
          this.isAtEvent = false;
        }
        if (!joins) break;
        this.applyJoined();
        continue;
      }
      if (left <= 0) return 'events';
      const began = this.options.clockMs?.() ?? 0;
      const state = world.runUntil({
        events: Math.min(left, wanted, this.chunk),
        ...(stopUs !== Number.POSITIVE_INFINITY && { timeUs: stopUs }),
        ...(watch !== undefined && { predicate: watch }),
      });
      left -= state.events;
      this.isAtEvent = state.stopped === 'events' || state.stopped === 'predicate';
      if (this.options.clockMs === undefined) this.spent(state.events * DEFAULT_EVENT_MS);
      else this.took(this.options.clockMs() - began);
      this.notice();
      if (state.stopped === 'predicate') return 'watch';
      if (state.stopped === 'idle' && stopUs === Number.POSITIVE_INFINITY) return 'idle';
    }
    this.notice();
    return 'reached';
  }

  /** An entry belongs to the instant after an event when it joined at the event's own time. */
  private joinsBefore(join: Joined, toEvent: number): boolean {
    const { eventsRun, nowUs } = this.cluster.world;
    return (
      join.eventNumber < toEvent || (join.eventNumber === toEvent && eventsRun === toEvent && join.timeUs <= nowUs)
    );
  }

  private applyJoined(): void {
    this.cluster.timeline.schedule(this.joined[this.applied++].planned);
  }

  /** The world caught up with the furthest instant. */
  private notice(): void {
    const { head } = this;
    if (head === undefined) return;
    const { eventNumber, timeUs } = this.position;
    if (eventNumber > head.eventNumber || (eventNumber === head.eventNumber && timeUs >= head.timeUs))
      if (this.applied >= head.planned) this.head = undefined;
  }

  // Keyframes

  /** The next piece is as long as it takes to look at the clock often enough. */
  private took(ms: number): void {
    if (ms > CHUNK_MS) this.chunk = Math.max(1, this.chunk >> 1);
    else if (ms < CHUNK_MS / 4) this.chunk = Math.min(CHUNK, this.chunk * 2);
    this.spent(ms);
  }

  private spent(ms: number): void {
    this.sinceKeyframeMs += ms;
    this.sinceNearMs += ms;
    const last = this.keyframes.last;
    if (last === undefined || this.eventsRun > last.eventNumber) {
      if (this.keyframes.isDue(this.nowUs, this.sinceKeyframeMs)) this.keyframe();
    } else if (this.sinceNearMs >= NEAR_MS) {
      this.sinceNearMs = 0;
      this.near.push(this.capture());
      if (this.near.length > NEAR_COUNT) this.near.shift();
    }
  }

  private keyframe(): void {
    this.keyframes.add(this.capture());
    this.sinceKeyframeMs = 0;
  }

  private capture(): Capture {
    const snapshot = this.cluster.world.snapshot();
    const { isAtEvent, applied: planned, sinceKeyframeMs: replayMs } = this;
    return { ...this.position, isAtEvent, snapshot, planned, replayMs };
  }

  private cutFuture(): void {
    this.head = undefined;
    this.cluster.timeline.forget(this.joined.slice(this.applied).map(({ planned }) => planned));
    this.joined = this.joined.slice(0, this.applied);
    this.keyframes.dropAfter(this.eventsRun, this.applied, (way) => this.thaw(way));
    this.near = this.near.filter((k) => k.eventNumber <= this.eventsRun && k.planned <= this.applied);
  }
}

/** Where the world stands, exactly: after an event or between two, and whether a breakpoint stopped it there. */
interface Stand extends Position {
  readonly isAtEvent: boolean;
  readonly hitEvent: number;
}

type Forward = 'reached' | 'events' | 'watch' | 'idle';

interface Search {
  hit: BreakpointHit | undefined;
  watch: () => boolean;
}

function progress(from: Position, at: Position, toEvent: number, toUs: TimeUs): number {
  const part =
    toUs === Number.POSITIVE_INFINITY
      ? (at.eventNumber - from.eventNumber) / Math.max(1, toEvent - from.eventNumber)
      : (at.timeUs - from.timeUs) / Math.max(1, toUs - from.timeUs);
  return Math.min(1, Math.max(0, part));
}
