import {
  type Component,
  type ComponentControl,
  RANK_EXTERNAL,
  RecordKind,
  type WorldContext,
} from '../contracts/engine.ts';
import type { ComponentId, HandlerId, RecordId, TimeUs, WhyId } from '../contracts/ids.ts';
import type { Cell, PagedI32, Ring } from '../contracts/state.ts';
import { ByteSink, ByteSource } from './bytes.ts';
import type { Container } from './containers/container.ts';
import { ContainerSet } from './containers/registry.ts';
import { type ContextParts, type Handler, RunContext } from './context.ts';
import type { PendingEvent } from './event_page.ts';
import { combine, combineNumber, hashString } from './mix.ts';
import { Archive } from './packed/frozen.ts';
import { mergeQueues, packQueue, QueueThaw } from './packed/queue.ts';
import { PackReader } from './packed/reader.ts';
import { mergeNumbers, mergeWords, packWords } from './packed/sections.ts';
import { type Packed, PackWriter } from './packed/writer.ts';
import { EventQueue } from './queue.ts';
import { type RecordBatch, Trace } from './records.ts';
import { type NameTables, nameTables, Objects, Strings } from './tables.ts';
import { hashValue } from './values.ts';

export interface WorldOptions {
  /** Any text; equal seeds give equal runs. */
  readonly seed: string;
  /** In the order of their ids, which begin at 1. Each world needs instances of its own. */
  readonly components: readonly Component[];
  /** Wall-clock time of t = 0, seconds since 1970; part of the record of the clock. */
  readonly epochSeconds?: number;
  /** Keep full blocks of records in memory (default true); the digest is the same either way. */
  readonly keepRecords?: boolean;
  readonly fireAllTimers?: boolean;
  /** Debug: freeze every value that enters a container or the queue, so that a later change throws. */
  readonly freeze?: boolean;
  /** Continue from here instead of starting: a snapshot of a world of the same components, or bytes of `serialise`. */
  readonly from?: Snapshot | Uint8Array;
}

/** A state of a world that shares its pages; it never changes. */
export interface Snapshot {
  readonly nowUs: TimeUs;
  readonly eventsRun: number;
  readonly dropped: number;
  readonly runs: Float64Array;
  readonly sets: readonly (readonly unknown[])[];
  readonly queue: ReturnType<EventQueue['save']>;
  readonly trace: ReturnType<Trace['save']>;
}

export interface Stop {
  /** Run everything up to and including this time; the clock is left there. */
  readonly timeUs?: TimeUs;
  /** Run at most this many events. */
  readonly events?: number;
  /** Stop after the first event for which this holds. It must not change anything. */
  readonly predicate?: (world: World) => boolean;
}

export interface RunState {
  readonly nowUs: TimeUs;
  /** Events run by this call. */
  readonly events: number;
  /** idle = nothing is pending. */
  readonly stopped: 'time' | 'events' | 'predicate' | 'breakpoint' | 'idle';
  readonly breakpoint?: string;
}

/** An input from outside that a recording must hold. */
export interface Injection {
  readonly timeUs: TimeUs;
  readonly handler: HandlerId;
  readonly a: number;
  readonly b: number;
  readonly payload: unknown;
}

/** An exception inside a handler, with what is needed to see it again. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  readonly seed: string;
  readonly timeUs: TimeUs;
  readonly eventNumber: number;
  readonly component: string;
  readonly handler: string;

  constructor(cause: unknown, seed: string, timeUs: TimeUs, eventNumber: number, component: string, handler: string) {
    const text = cause instanceof Error ? cause.message : String(cause);
    super(`seed ${JSON.stringify(seed)}, t = ${timeUs} µs, event ${eventNumber}, ${component}/${handler}: ${text}`, {
      cause,
    });
    this.seed = seed;
    this.timeUs = timeUs;
    this.eventNumber = eventNumber;
    this.component = component;
    this.handler = handler;
  }
}

/** Sequence numbers set aside at the start for `plan`. */
const PLANNED_LIMIT = 1048576;

const STATE_MAGIC = 0x5352524f; // 'ORRS'
const STATE_VERSION = 1;

export class World {
  readonly seed: string;
  readonly context: WorldContext;
  readonly components: readonly Component[];
  readonly strings: Strings;
  readonly objects: Objects;
  readonly trace: Trace;
  private readonly ctx: RunContext;
  private readonly queue = new EventQueue();
  /** The engine's own containers, then one set a component. */
  private readonly sets: ContainerSet[] = [];
  /** Those of all sets. */
  private readonly containers: readonly Container[];
  private readonly lives: PagedI32;
  private readonly joinRing: Ring<readonly [RecordId, RecordId]>;
  private readonly injectionRing: Ring<Injection>;
  /** The text behind the keys of all streams: `seed`, until `reseed`. */
  private readonly drawSeed: Cell<string>;
  /** Sequence number of the next event of `plan`. */
  private readonly nextPlanned: Cell<number>;
  private readonly handlers: (Handler | undefined)[] = [undefined];
  private readonly idsByName = new Map<string, ComponentId>();
  private runs: Float64Array;
  /** Of rows that packed snapshots hold; no part of the state. */
  private readonly archive = new Archive();
  private breakpoints: { name: string; test: (world: World) => boolean }[] = [];
  private eventCount = 0;
  private droppedCount = 0;
  private running: Handler | undefined;
  private lastId: HandlerId = 0;

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    this.components = options.components;
    const freeze = options.freeze ?? false;
    this.trace = new Trace(options.keepRecords ?? true);
    const engineSet = new ContainerSet('engine', freeze);
    this.sets.push(engineSet);
    this.strings = new Strings(engineSet, this.trace);
    this.objects = new Objects(engineSet, this.strings, this.trace);
    this.lives = engineSet.i32('lives');
    this.joinRing = engineSet.ring('joins');
    this.injectionRing = engineSet.ring('injections');
    this.drawSeed = engineSet.cell('drawSeed', options.seed);
    this.nextPlanned = engineSet.cell('nextPlanned', 0);
    engineSet.seal();
    const parts: ContextParts = {
      queue: this.queue,
      trace: this.trace,
      strings: this.strings,
      objects: this.objects,
      lives: this.lives,
      joins: this.joinRing,
      components: this.control(),
      handlers: this.handlers,
      fireAllTimers: options.fireAllTimers ?? false,
      freeze,
    };
    this.ctx = new RunContext(parts);
    this.ctx.drawFrom(options.seed);
    this.context = this.ctx;
    this.initComponents(freeze);
    this.containers = this.sets.flatMap((set) => set.all());
    this.runs = new Float64Array(this.handlers.length);
    if (options.from === undefined) this.begin(options.epochSeconds ?? 1767225600);
    else if (options.from instanceof Uint8Array) this.deserialise(options.from);
    else this.restore(options.from);
  }

  get nowUs(): TimeUs {
    return this.ctx.nowUs;
  }

  /** Events run since the start, skippable ones included. */
  get eventsRun(): number {
    return this.eventCount;
  }

  /** Events that were due for a component that had died meanwhile. */
  get eventsDropped(): number {
    return this.droppedCount;
  }

  /** The handler of the event that ran last; 0 before the first and after a jump. */
  get lastHandler(): HandlerId {
    return this.lastId;
  }

  get pending(): number {
    return this.queue.size;
  }

  /** Time of the next event, or Infinity. */
  get nextEventUs(): TimeUs {
    return this.queue.peekTime();
  }

  /** The record that the next event descends from, or undefined when none is pending. */
  get nextCause(): RecordId | undefined {
    return this.queue.peekCause();
  }

  /** 32 hex digits over all records, strings and joins so far. */
  digest(): string {
    return this.trace.digestNow();
  }

  /** Runs one event; false when none is pending. */
  step(): boolean {
    return this.run(Infinity, 1, undefined).events === 1;
  }

  runUntil(stop: Stop): RunState {
    const state = this.run(stop.timeUs ?? Infinity, stop.events ?? Infinity, stop.predicate);
    const reached = state.stopped === 'time' || (state.stopped === 'idle' && stop.timeUs !== undefined);
    if (reached && stop.timeUs !== undefined && stop.timeUs > this.ctx.nowUs) this.queue.nowUs = stop.timeUs;
    return { ...state, nowUs: this.ctx.nowUs };
  }

  runFor(durationUs: TimeUs): RunState {
    return this.runUntil({ timeUs: this.ctx.nowUs + durationUs });
  }

  /** Stops runs after the first event for which `test` holds; returns a function that takes it away. */
  addBreakpoint(name: string, test: (world: World) => boolean): () => void {
    const breakpoint = { name, test };
    this.breakpoints = [...this.breakpoints, breakpoint];
    return () => {
      this.breakpoints = this.breakpoints.filter((b) => b !== breakpoint);
    };
  }

  /** Observers get copies of the records, in batches: when a block is full and at the end of each run call. */
  listen(listener: (batch: RecordBatch) => void): void {
    this.trace.listen(listener);
  }

  /** Input from outside: an event of rank 0 at nowUs + 1. Returns that time. */
  inject(handler: HandlerId, a: number, b: number, payload?: unknown): TimeUs {
    const timeUs = this.ctx.nowUs + 1;
    this.injectAt(timeUs, handler, a, b, payload);
    return timeUs;
  }

  /** The same at a time to come, for replaying what a recording holds. */
  injectAt(timeUs: TimeUs, handler: HandlerId, a: number, b: number, payload?: unknown): void {
    this.injectionRing.push({ timeUs, handler, a, b, payload });
    this.ctx.setCause(0);
    this.ctx.scheduleAt(timeUs, handler, a, b, 0, payload, RANK_EXTERNAL);
  }

  /**
   * An event of the scenario that was added while the world ran. It is what it would be if it had been scheduled at the
   * start, after all others: its cause is the clock, its delay runs from t = 0, and of the events of its instant and
   * rank only those of the start come before it.
   */
  plan(timeUs: TimeUs, handler: HandlerId, a: number, b: number, why: WhyId, payload: unknown, rank: number): void {
    const sequence = this.queue.sequence;
    this.queue.sequence = this.nextPlanned.get();
    this.ctx.plan(timeUs, handler, a, b, why, payload, rank);
    this.nextPlanned.set(this.queue.sequence);
    this.queue.sequence = sequence;
  }

  /** Everything that is drawn from now on is drawn from another seed. Keys of streams that somebody holds stay. */
  reseed(seed: string): void {
    this.drawSeed.set(seed);
    this.ctx.drawFrom(seed);
  }

  get injections(): readonly Injection[] {
    return ringItems(this.injectionRing);
  }

  /** (record, its second cause), in the order in which they were joined. */
  get joins(): readonly (readonly [RecordId, RecordId])[] {
    return ringItems(this.joinRing);
  }

  crash(id: ComponentId): boolean {
    this.ctx.setCause(0);
    return this.ctx.components.crash(id);
  }

  start(id: ComponentId): boolean {
    this.ctx.setCause(0);
    return this.ctx.components.start(id);
  }

  componentId(name: string): ComponentId | undefined {
    return this.idsByName.get(name);
  }

  handlerId(component: string, handler: string): HandlerId | undefined {
    const id = this.idsByName.get(component);
    const place = this.handlers.findIndex((h) => h !== undefined && h.component === id && h.spec.name === handler);
    return place < 0 ? undefined : place;
  }

  /** Names of a handler; empty for 0. */
  handlerName(id: HandlerId): { readonly component: string; readonly handler: string } {
    const handler = this.handlers[id];
    if (handler === undefined) return { component: '', handler: '' };
    return { component: this.components[handler.component - 1].name, handler: handler.spec.name };
  }

  /** How often each handler ran. */
  handlerRuns(): { component: string; handler: string; runs: number }[] {
    return this.handlers.flatMap((h, id) =>
      h === undefined
        ? []
        : [{ component: this.components[h.component - 1].name, handler: h.spec.name, runs: this.runs[id] }],
    );
  }

  /** The pending events in order. */
  pendingEvents(): PendingEvent[] {
    return this.queue.list();
  }

  /** Names of everything so far, for whoever looks at records after the world went back. */
  names(): NameTables {
    return nameTables(this.strings, this.objects);
  }

  // State

  snapshot(): Snapshot {
    return {
      nowUs: this.ctx.nowUs,
      eventsRun: this.eventCount,
      dropped: this.droppedCount,
      runs: this.runs.slice(),
      sets: this.sets.map((set) => set.save()),
      queue: this.queue.save(),
      trace: this.trace.save(),
    };
  }

  /**
   * About the bytes that a snapshot keeps in memory and another one, earlier or later (undefined = none), does not: pages, and the rows in
   * them that others hold as well in part. Measured by test/bench/seek.ts.
   */
  /**
   * A snapshot as what makes it of a later one of the same run (or of a branch of it): a few bytes a row that differs. See `restore`.
   */
  pack(snapshot: Snapshot, later: Snapshot): Packed {
    const w = new PackWriter(this.archive);
    w.number(snapshot.eventsRun);
    w.number(snapshot.dropped);
    packWords(w, [snapshot.runs], [later.runs], snapshot.runs.length, 0);
    const [states, bases] = [snapshot.sets.flat(), later.sets.flat()];
    let last = -1;
    this.containers.forEach((container, i) => {
      const { position } = w;
      w.varint(i - last);
      if (container.pack(states[i], bases[i], w)) last = i;
      else w.cut(position);
    });
    w.varint(0);
    packQueue(w, snapshot.queue, later.queue);
    this.trace.pack(snapshot.trace, later.trace, w);
    return w.finish();
  }

  /** What is kept for packed snapshots to come. */
  get packedAheadBytes(): number {
    return this.archive.aheadBytes + this.archive.words.aheadBytes;
  }

  /** Of two packed snapshots, the later of the first being the second, one: the first as it differs from the later of the second. */
  merge(first: Packed, second: Packed): Packed {
    const w = new PackWriter();
    const [a, b] = [new PackReader(first), new PackReader(second)];
    mergeNumbers(a, b, w, 2);
    mergeWords(a, b, w);
    let [i, j, last] = [a.next(-1), b.next(-1), -1];
    while (i >= 0 || j >= 0) {
      const at = j < 0 || (i >= 0 && i < j) ? i : j;
      w.varint(at - last);
      last = at;
      this.containers[at].merge(i === at ? a : undefined, j === at ? b : undefined, w);
      if (i === at) i = a.next(i);
      if (j === at) j = b.next(j);
    }
    w.varint(0);
    mergeQueues(a, b, w);
    this.trace.merge(a, b, w);
    return w.finish();
  }

  /** To a snapshot, and from it back: each packed one is unpacked onto what it was packed over. */
  restore(snapshot: Snapshot, packed: readonly Packed[] = []): void {
    this.load(snapshot);
    if (packed.length === 0) return;
    const queue = new QueueThaw(snapshot.queue);
    packed.forEach((one, i) => {
      this.unpack(new PackReader(one), queue, i === packed.length - 1);
    });
    this.queue.load(queue.finish());
    this.ctx.drawFrom(this.drawSeed.get());
  }

  private unpack(r: PackReader, queue: QueueThaw, isLast: boolean): void {
    this.eventCount = r.number();
    this.droppedCount = r.number();
    for (let at = r.next(-1); at >= 0; at = r.next(at)) this.runs[at] = r.word(this.runs[at]);
    for (let i = r.next(-1); i >= 0; i = r.next(i)) this.containers[i].unpack(r);
    queue.unpack(r);
    if (isLast || !this.trace.keep) this.trace.unpack(r);
  }

  private load(snapshot: Snapshot): void {
    this.eventCount = snapshot.eventsRun;
    this.droppedCount = snapshot.dropped;
    this.runs = snapshot.runs.slice();
    this.sets.forEach((set, i) => {
      set.load(snapshot.sets[i]);
    });
    this.queue.load(snapshot.queue);
    this.trace.load(snapshot.trace);
    this.ctx.drawFrom(this.drawSeed.get());
    this.lastId = 0;
  }

  /** The whole state as bytes, for `WorldOptions.from` of a world of the same components in any process. */
  serialise(): Uint8Array {
    const w = new ByteSink();
    w.u32(STATE_MAGIC);
    w.u32(STATE_VERSION);
    w.str(this.seed);
    w.u32(this.components.length);
    for (const component of this.components) w.str(component.name);
    w.u32(this.handlers.length);
    for (const handler of this.handlers) w.str(handler?.spec.name ?? '');
    for (const v of [this.eventCount, this.droppedCount]) w.f64(v);
    for (const runs of this.runs) w.f64(runs);
    for (const set of this.sets) set.write(w);
    this.queue.write(w);
    this.trace.write(w);
    w.u32(STATE_MAGIC);
    return w.finish();
  }

  private deserialise(bytes: Uint8Array): void {
    const r = new ByteSource(bytes);
    if (bytes.length < 8 || r.u32() !== STATE_MAGIC) throw new RangeError('not a state of a world');
    const version = r.u32();
    if (version !== STATE_VERSION) throw new RangeError(`state of version ${version}, expected ${STATE_VERSION}`);
    const seed = r.str();
    if (seed !== this.seed)
      throw new RangeError(`state of seed ${JSON.stringify(seed)}, not ${JSON.stringify(this.seed)}`);
    expectNames(
      r,
      'component',
      this.components.map((c) => c.name),
    );
    expectNames(
      r,
      'handler',
      this.handlers.map((h) => h?.spec.name ?? ''),
    );
    this.eventCount = r.f64();
    this.droppedCount = r.f64();
    this.runs = this.runs.map(() => r.f64());
    for (const set of this.sets) set.read(r);
    this.queue.read(r);
    this.trace.read(r);
    this.ctx.drawFrom(this.drawSeed.get());
    if (r.u32() !== STATE_MAGIC || r.remaining > 0) throw new RangeError('damaged state: wrong end');
  }

  /** `component/container` and hash of everything that makes up the state, the queue last. */
  hashes(): { name: string; hash: number }[] {
    let queue = 0;
    for (const e of this.queue.list()) {
      for (const v of [e.timeUs, e.order, e.handler, e.a, e.b, e.cause, e.why, e.incarnation, e.delayMs]) {
        queue = combineNumber(queue, v);
      }
      queue = combine(queue, hashValue(e.payload));
    }
    return [...this.sets.flatMap((set) => set.hashes()), { name: 'engine/queue', hash: queue }];
  }

  container(component: string, name: string): Container | undefined {
    return this.sets.find((set) => set.owner === component)?.container(name);
  }

  // The run loop

  private run(untilUs: TimeUs, maxEvents: number, predicate: Stop['predicate']): RunState {
    const { queue, ctx, handlers, lives, runs } = this;
    const watched = predicate !== undefined || this.breakpoints.length > 0;
    const first = this.eventCount;
    const last = first + maxEvents;
    let stopped: RunState['stopped'] = 'events';
    let breakpoint: string | undefined;
    try {
      while (this.eventCount < last) {
        if (!queue.pop(untilUs)) {
          stopped = queue.size === 0 ? 'idle' : 'time';
          break;
        }
        const id = queue.handler;
        const handler = handlers[id]!;
        if (lives.get(handler.component) !== queue.incarnation * 2 + 1) {
          this.droppedCount++;
          continue;
        }
        this.eventCount++;
        runs[id]++;
        this.running = handler;
        this.lastId = id;
        const { a, b, payload } = queue;
        ctx.begin(queue.cause, queue.why, queue.delayMs, handler.component, handler.skippable);
        handler.spec.run(ctx, a, b, payload);
        if (watched) {
          if (predicate?.(this)) {
            stopped = 'predicate';
            break;
          }
          breakpoint = this.breakpoints.find((b) => b.test(this))?.name;
          if (breakpoint !== undefined) {
            stopped = 'breakpoint';
            break;
          }
        }
      }
    } catch (error) {
      throw this.explain(error);
    } finally {
      ctx.setCause(0);
    }
    this.trace.deliver();
    const events = this.eventCount - first;
    return { nowUs: ctx.nowUs, events, stopped, ...(breakpoint === undefined ? {} : { breakpoint }) };
  }

  private explain(error: unknown): Error {
    if (error instanceof SimulationError) return error;
    const component = this.running === undefined ? '' : this.components[this.running.component - 1].name;
    const handler = this.running?.spec.name ?? '';
    return new SimulationError(error, this.seed, this.ctx.nowUs, this.eventCount, component, handler);
  }

  // Building

  private initComponents(freeze: boolean): void {
    this.components.forEach((component, i) => {
      if (this.idsByName.has(component.name)) throw new Error(`two components named '${component.name}'`);
      this.idsByName.set(component.name, i + 1);
      const set = new ContainerSet(component.name, freeze, this);
      this.sets.push(set);
      component.init(set, i + 1);
      set.seal();
    });
    this.components.forEach((component, i) => {
      const ids = component.handlers().map((spec) => {
        this.handlers.push({ spec, component: i + 1, skippable: spec.skippable ?? false });
        return this.handlers.length - 1;
      });
      component.registered(ids);
    });
  }

  private begin(epochSeconds: number): void {
    const high = Math.floor(epochSeconds / 4294967296);
    this.trace.append(0, RecordKind.clock, 0, 0, 0, epochSeconds >>> 0, high, hashString(this.seed));
    this.components.forEach((component, i) => {
      this.lives.set(i + 1, 1);
      this.ctx.setCause(0);
      component.start(this.ctx);
    });
    this.ctx.setCause(0);
    this.nextPlanned.set(this.queue.sequence);
    this.queue.sequence += PLANNED_LIMIT;
  }

  private control(): ComponentControl {
    return {
      find: (name) => this.idsByName.get(name),
      name: (id) => this.components[id - 1].name,
      isUp: (id) => (this.lives.get(id) & 1) === 1,
      crash: (id) => {
        const life = this.lives.get(id);
        if ((life & 1) === 0) return false;
        this.lives.set(id, ((life >> 1) + 1) * 2);
        const cause = this.ctx.cause;
        this.components[id - 1].crash(this.ctx);
        this.sets[id].dropVolatile();
        this.ctx.setCause(cause);
        return true;
      },
      start: (id) => {
        const life = this.lives.get(id);
        if ((life & 1) === 1) return false;
        this.lives.set(id, life | 1);
        const cause = this.ctx.cause;
        this.components[id - 1].start(this.ctx);
        this.ctx.setCause(cause);
        return true;
      },
    };
  }
}

export function createWorld(options: WorldOptions): World {
  return new World(options);
}

/** Names the first container and row in which two worlds differ; undefined when their states are equal. */
export function firstDifference(left: World, right: World): string | undefined {
  const theirs = right.hashes();
  const mine = left.hashes();
  for (let i = 0; i < mine.length; i++) {
    const { name, hash } = mine[i];
    if (theirs[i]?.name !== name) return `${name}: not in the other world`;
    if (theirs[i].hash !== hash) return `${name}: ${firstRow(left, right, name)}`;
  }
  return mine.length === theirs.length ? undefined : `${theirs[mine.length].name}: not in this world`;
}

function firstRow(left: World, right: World, name: string): string {
  if (name === 'engine/queue') {
    const mine = left.pendingEvents();
    const theirs = right.pendingEvents();
    const i = mine.findIndex((event, k) => hashValue({ ...event }) !== hashValue({ ...theirs[k] }));
    return i < 0 ? `${mine.length} and ${theirs.length} events` : `event ${i}: ${show(mine[i])} and ${show(theirs[i])}`;
  }
  const slash = name.lastIndexOf('/');
  const [mine, theirs] = [left, right].map((world) =>
    world
      .container(name.slice(0, slash), name.slice(slash + 1))!
      .rows()
      [Symbol.iterator](),
  );
  for (;;) {
    const l = mine.next();
    const r = theirs.next();
    if (l.done || r.done)
      return l.done && r.done ? 'shape only' : `row ${String((l.value ?? r.value)?.[0])} on one side only`;
    if (l.value[0] !== r.value[0]) return `row ${l.value[0]} and row ${r.value[0]}`;
    if (show(l.value[1]) !== show(r.value[1])) return `row ${l.value[0]}: ${show(l.value[1])} and ${show(r.value[1])}`;
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

function ringItems<V>(ring: Ring<V>): V[] {
  const items: V[] = [];
  for (let i = ring.first; i < ring.next; i++) items.push(ring.get(i)!);
  return items;
}

function expectNames(r: ByteSource, what: string, names: readonly string[]): void {
  const n = r.u32();
  if (n !== names.length) throw new RangeError(`the state has ${n} ${what}s, this world has ${names.length}`);
  for (const name of names) {
    const stored = r.str();
    if (stored !== name) throw new RangeError(`the state has ${what} '${stored}' where this world has '${name}'`);
  }
}
