import type {
  ApiResponse,
  Cell,
  ComponentId,
  Containers,
  Dict,
  EventCaller,
  EventFacts,
  EventSpec,
  HandlerId,
  HandlerSpec,
  KubeObject,
  PagedF64,
  PagedI32,
  PagedTable,
  TimeUs,
  WorldContext,
} from '../contracts/index.ts';
import { SECOND_US, WHY } from '../contracts/index.ts';
import { NamedStream } from '../engine/draws.ts';
import { hexOf } from '../engine/index.ts';
import type { ApiClients, ClientId, ClientRequest, SinkId } from './api_clients.ts';
import { correlate, type EventInput, type EventMemory } from './events/correlator.ts';
import { RecentTable } from './events/recent_table.ts';
import {
  finishSeries,
  observeSeries,
  type SeriesAction,
  type SeriesEntry,
  type SeriesInput,
  seriesKey,
} from './events/series.ts';
import { type Part, prefixed } from './parts.ts';
import { fraction } from './rate.ts';
import { microTimestamp, timestamp, type WallClock } from './wall_clock.ts';

export type RecorderId = number;

/** An event of the events.k8s.io/v1 recorder (kube-scheduler): an action, and the other object that took part. */
export interface SeriesEventSpec extends EventSpec {
  readonly action: string;
  readonly related?: KubeObject;
}

export interface RecorderConfig {
  readonly client: ClientId;
  /** Default source component, e.g. `kubelet`; a spec's own `source` wins. */
  readonly component: string;
  /** source.host, e.g. the node's name. */
  readonly host?: string;
  /** `core` (default): count, patch and aggregation of core/v1. `series`: events.k8s.io/v1. */
  readonly style?: 'core' | 'series';
  /** reportingInstance of the series style, e.g. `kube-scheduler-0`. */
  readonly instance?: string;
}

/** An event that waits for the broadcaster's only worker. */
interface Waiting {
  readonly spec: EventSpec;
  readonly atUs: TimeUs;
  /** Order of recording in this recorder: sub-microsecond part of the name. */
  readonly n: number;
  readonly cause: number;
}

interface Recorder {
  readonly config: RecorderConfig;
  readonly waiting: readonly Waiting[];
  /** Rounds of the series' clean-up so far. */
  readonly rounds: number;
}

interface Writing {
  /** An event to be created; with a patch: what to create when it is gone from the API. */
  readonly facts: EventFacts | undefined;
  readonly patch: ClientRequest | undefined;
  readonly tries: number;
  /** Order of recording, for the draws of its way. */
  readonly n: number;
  /** Tells it from other writes of the component. */
  readonly turn: number;
}

interface ToWrite {
  readonly facts: EventFacts | undefined;
  readonly patch: ClientRequest | undefined;
}

const NOTHING: readonly Waiting[] = [];

/** apimachinery watch.Broadcaster: events beyond this queue are dropped. */
const QUEUE_LENGTH = 1000;
/** client-go tools/record/event.go: maxTriesPerEvent, defaultSleepDuration. */
const TRIES = 12;
const SLEEP_US = 10 * SECOND_US;
/** client-go tools/events/event_broadcaster.go: finishTime 6 min. */
const FINISH_US = 360 * SECOND_US;
/** ... and refreshTime 30 min: every fifth round writes the series that go on. */
const REFRESH_ROUNDS = 5;
const PURPOSE_SLEEP = 1;

/**
 * Event recorders of one component. Recording never blocks: an event joins its recorder's queue, and one worker per recorder
 * correlates and writes them one after the other through the recorder's client, subject to its rate limit.
 */
export class EventRecorders implements Part {
  private readonly clients: ApiClients;
  private readonly clock: WallClock;
  private readonly name: string;
  private readonly sink: SinkId;
  /** Among the callers of the servers' computed writes. */
  private readonly writer: number;
  private readonly memory: RecentTable<EventMemory>;
  private series!: Dict<SeriesEntry>;
  private recorders!: PagedTable<Recorder>;
  /** By recorder: how many events it was given, and when the answer to its last write is there. */
  private recorded!: PagedI32;
  private busyUntilUs!: PagedF64;
  /** By recorder: the write under way. */
  private writing!: PagedTable<Writing>;
  private turns!: Cell<number>;
  private life!: PagedI32;
  private retryHandler: HandlerId = 0;
  private finishHandler: HandlerId = 0;
  private nextHandler: HandlerId = 0;
  private sendHandler: HandlerId = 0;
  /** By recorder. Memos of names. */
  private readonly streams: { readonly host: string; readonly component: string; readonly stream: NamedStream }[] = [];

  /** `cacheSize`: keys that the correlator remembers, over all recorders of the component (client-go: 4096 each). */
  constructor(clients: ApiClients, clock: WallClock, name = 'events', cacheSize = 4096) {
    this.clients = clients;
    this.clock = clock;
    this.name = name;
    this.memory = new RecentTable(`${name}/memory`, cacheSize);
    this.sink = clients.sink((ctx, recorder, answer) => this.answered(ctx, recorder, answer));
    const caller: EventCaller = {
      request: (id, facts) => clients.signed(this.recorders.get(id)!.config.client, this.createRequest(facts)),
      told: (ctx, id, turn, written, atUs) => this.written(ctx, id, turn, written, atUs),
    };
    this.writer = clients.events?.caller(caller) ?? -1;
  }

  init(c: Containers, _id: ComponentId): void {
    this.memory.init(c);
    const own = prefixed(c, this.name);
    this.series = own.dict('series', { volatile: true });
    this.recorders = own.table('recorders', { volatile: true });
    this.recorded = own.i32('recorded', { volatile: true });
    this.busyUntilUs = own.f64('busyUntil', { volatile: true });
    this.writing = own.table('writing', { volatile: true });
    this.turns = own.cell('turns', 0);
    this.life = own.i32('life');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: `${this.name}/retry`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.send(ctx, a)) },
      { name: `${this.name}/finish`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.finishRound(ctx, a)) },
      { name: `${this.name}/next`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.next(ctx, a)) },
      { name: `${this.name}/send`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.sendNow(ctx, a)) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.retryHandler, this.finishHandler, this.nextHandler, this.sendHandler] = ids;
  }

  /** A new process: call first in the component's `start`. */
  start(): void {
    this.life.set(0, this.life.get(0) + 1);
  }

  /** `before`: the recorder of the process before this one, where its numbers go on: other delays are drawn by them. */
  open(ctx: WorldContext, config: RecorderConfig, before: RecorderId = -1): RecorderId {
    const id = this.recorders.alloc({ config, waiting: NOTHING, rounds: 0 });
    this.recorded.set(id, before < 0 ? 0 : this.recorded.get(before));
    this.busyUntilUs.set(id, 0);
    if (config.style === 'series') this.scheduleFinish(ctx, id);
    return id;
  }

  /**
   * Ends the process of a recorder of the core style: what waits is lost, and so is the answer to what is under way. Its number is
   * not given again, since another recorder would remember its events and get its timers.
   */
  close(id: RecorderId): void {
    const recorder = this.recorders.get(id)!;
    this.recorders.set(id, { ...recorder, waiting: NOTHING });
    if (this.writing.has(id)) this.writing.free(id);
    this.clients.dropPending(recorder.config.client);
  }

  /** Records an event about an object; returns at once. */
  record(ctx: WorldContext, id: RecorderId, spec: EventSpec | SeriesEventSpec): void {
    const recorder = this.recorders.get(id)!;
    const { waiting } = recorder;
    if (waiting.length >= QUEUE_LENGTH) return;
    const event = { spec, atUs: ctx.nowUs, n: this.number(id), cause: ctx.cause };
    const isWriting = this.writing.has(id);
    const busyUntilUs = this.busyUntilUs.get(id);
    if (waiting.length === 0 && !isWriting && busyUntilUs <= ctx.nowUs) {
      // Nearly always: the worker is idle, and takes the event at once.
      this.take(ctx, id, recorder.config, event);
      return;
    }
    this.recorders.set(id, { ...recorder, waiting: waiting.concat(event) });
    if (waiting.length === 0 && !isWriting) this.scheduleNext(ctx, id, busyUntilUs);
  }

  /** Takes an event into account that was written before the world began: it counts for aggregation and repeats. */
  remember(id: RecorderId, spec: EventSpec, atUs: TimeUs): void {
    const { config } = this.recorders.get(id)!;
    const n = this.number(id);
    if (config.style !== 'series') this.coreWrite(id, config, { spec, atUs, n, cause: 0 }, atUs);
  }

  private number(id: RecorderId): number {
    const n = this.recorded.get(id);
    this.recorded.set(id, n + 1);
    return n;
  }

  private ifAlive(life: number, recorder: RecorderId, run: () => void): void {
    if (life === this.life.get(0) && this.recorders.has(recorder)) run();
  }

  private scheduleNext(ctx: WorldContext, id: RecorderId, atUs: TimeUs): void {
    ctx.scheduleAt(atUs, this.nextHandler, id, this.life.get(0), WHY.link);
  }

  /** Takes waiting events until one has to be written. */
  private next(ctx: WorldContext, id: RecorderId): void {
    for (;;) {
      const recorder = this.recorders.get(id)!;
      const { waiting } = recorder;
      if (waiting.length === 0 || this.writing.has(id)) return;
      this.recorders.set(id, { ...recorder, waiting: waiting.length === 1 ? NOTHING : waiting.slice(1) });
      if (this.take(ctx, id, recorder.config, waiting[0])) return;
    }
  }

  /** False where nothing has to be written. */
  private take(ctx: WorldContext, id: RecorderId, config: RecorderConfig, event: Waiting): boolean {
    ctx.setCause(event.cause);
    const write =
      config.style === 'series' ? this.seriesWrite(id, config, event) : this.coreWrite(id, config, event, ctx.nowUs);
    if (!write) return false;
    const turn = this.turns.get();
    this.turns.set(turn + 1);
    this.writing.put(id, { facts: write.facts, patch: write.patch, tries: 0, n: event.n, turn });
    this.send(ctx, id);
    return true;
  }

  /** Under the client's rate limit. */
  private send(ctx: WorldContext, id: RecorderId): void {
    const waitUs = this.clients.take(this.recorders.get(id)!.config.client, ctx.nowUs);
    if (waitUs === 0) this.sendNow(ctx, id);
    else ctx.schedule(waitUs, this.sendHandler, id, this.life.get(0), WHY.clientRateLimit);
  }

  private sendNow(ctx: WorldContext, id: RecorderId): void {
    const write = this.writing.get(id);
    if (write === undefined || this.begin(ctx, id, write)) return;
    const { client } = this.recorders.get(id)!.config;
    this.clients.requestNow(ctx, client, this.requestOf(write), this.sink, id);
  }

  /** Can the servers compute it? */
  private begin(ctx: WorldContext, id: RecorderId, { facts, patch, n, turn }: Writing): boolean {
    const { clients } = this;
    if (facts === undefined || patch !== undefined || clients.events === undefined) return false;
    const { config } = this.recorders.get(id)!;
    const { client } = config;
    const sender = clients.config(client);
    const replica = clients.replica(ctx, client);
    const stream = this.stream(id, sender.host, config.component).key(ctx);
    return clients.events.begin(ctx, this.writer, sender.endpoint, replica, facts, sender, stream, n, id, turn);
  }

  private stream(id: RecorderId, host: string, component: string): NamedStream {
    const known = this.streams[id];
    if (known?.host === host && known.component === component) return known.stream;
    const stream = new NamedStream(`event-writes/${host}/${component}`);
    this.streams[id] = { host, component, stream };
    return stream;
  }

  /** What became of a write that the servers computed; called when it is written. */
  private written(ctx: WorldContext, id: RecorderId, turn: number, written: boolean, answeredUs: TimeUs): void {
    const write = this.writing.get(id);
    if (write?.turn !== turn) return;
    const { config, waiting } = this.recorders.get(id)!;
    if (!written) {
      this.clients.requestNow(ctx, config.client, this.requestOf(write), this.sink, id);
    } else if (answeredUs < 0) {
      this.clients.awaitNothing(ctx, config.client, this.requestOf(write), this.sink, id);
    } else {
      this.writing.free(id);
      this.busyUntilUs.set(id, answeredUs);
      if (waiting.length > 0) this.scheduleNext(ctx, id, answeredUs);
    }
  }

  private requestOf({ facts, patch }: Writing): ClientRequest {
    return patch ?? this.createRequest(facts as EventFacts);
  }

  private answered(ctx: WorldContext, id: RecorderId, answer: ApiResponse | undefined): void {
    const write = this.writing.get(id);
    if (!write) return;
    if (answer?.code === 404 && write.patch !== undefined && write.facts !== undefined) {
      // The patched event is gone (its hour is over): it is created again.
      this.writing.set(id, { ...write, patch: undefined });
      this.send(ctx, id);
      return;
    }
    // Any answer ends the tries (client-go recordEvent): a refused event stays unwritten.
    if (answer === undefined && write.tries + 1 < TRIES) {
      this.retry(ctx, id, write);
      return;
    }
    this.writing.free(id);
    this.next(ctx, id);
  }

  private retry(ctx: WorldContext, id: RecorderId, write: Writing): void {
    this.writing.set(id, { ...write, tries: write.tries + 1 });
    const draw = ctx.draw(
      ctx.stream(`events/${this.clients.config(this.recorders.get(id)!.config.client).host}`),
      PURPOSE_SLEEP,
      id,
    );
    // The first sleep is random, so that a restarted server is not met by everybody at once.
    const sleepUs = write.tries === 0 ? Math.floor(SLEEP_US * fraction(draw)) : SLEEP_US;
    ctx.schedule(sleepUs, this.retryHandler, id, this.life.get(0), WHY.eventRetry);
  }

  private coreWrite(
    id: RecorderId,
    config: RecorderConfig,
    { spec, atUs, n }: Waiting,
    nowUs: TimeUs,
  ): ToWrite | undefined {
    const component = spec.source ?? config.component;
    const host = config.host ?? '';
    const input: EventInput = {
      spec,
      component,
      host,
      ...nameNumber(this.clock, atUs, n),
      recorder: id,
    };
    const result = correlate(this.memory, input, atUs, nowUs);
    if (!result) return undefined;
    const { nameHigh, nameLow, count, message, firstUs, lastUs } = result;
    const namespace = spec.regarding.metadata.namespace || 'default';
    const { regarding, fieldPath, type, reason } = spec;
    const facts: EventFacts = {
      isSeries: false,
      namespace,
      nameHigh,
      nameLow,
      regarding,
      related: undefined,
      fieldPath,
      type,
      reason,
      message,
      component,
      host,
      action: '',
      firstUs,
      lastUs,
      count,
    };
    if (!result.patch) return { facts, patch: undefined };
    const value = { count, lastTimestamp: timestamp(this.clock, lastUs), message };
    const patch: ClientRequest = {
      verb: 'patch',
      resource: 'events',
      namespace,
      name: nameOf(facts),
      patch: { type: 'strategic', value },
    };
    return { facts, patch };
  }

  private seriesWrite(id: RecorderId, config: RecorderConfig, { spec, atUs, n }: Waiting): ToWrite | undefined {
    const { action = '', related } = spec as SeriesEventSpec;
    const component = spec.source ?? config.component;
    const instance = config.instance ?? '';
    const { nameHigh, nameLow } = nameNumber(this.clock, atUs, n);
    const input: SeriesInput = {
      key: seriesKey({ spec, action, related, controller: component, instance }),
      name: eventName(spec.regarding, nameHigh, nameLow),
      namespace: spec.regarding.metadata.namespace || 'default',
    };
    const key = `${id}|${input.key}`;
    const { entry, does } = observeSeries(this.series.get(key), input, atUs);
    this.series.set(key, entry);
    if (does === 'patch') return { facts: undefined, patch: this.seriesPatch(entry) };
    if (does !== 'create') return undefined;
    const { namespace } = input;
    const { regarding, fieldPath, type, reason, message } = spec;
    const facts: EventFacts = {
      isSeries: true,
      namespace,
      nameHigh,
      nameLow,
      regarding,
      related,
      fieldPath,
      type,
      reason,
      message,
      component,
      host: instance,
      action,
      firstUs: atUs,
      lastUs: atUs,
      count: 1,
    };
    return { facts, patch: undefined };
  }

  private createRequest(facts: EventFacts): ClientRequest {
    const { isSeries, namespace } = facts;
    const name = nameOf(facts);
    const resource = isSeries ? 'events.events.k8s.io' : 'events';
    const body = isSeries ? this.seriesEvent(facts, name) : this.coreEvent(facts, name);
    return { verb: 'create', resource, namespace, name, body };
  }

  private coreEvent(facts: EventFacts, name: string): KubeObject {
    const { namespace, component, host, type, reason, message, firstUs, lastUs, count } = facts;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: referenceTo(facts.regarding, facts.fieldPath),
      reason,
      message,
      source: host === '' ? { component } : { component, host },
      firstTimestamp: timestamp(this.clock, firstUs),
      lastTimestamp: timestamp(this.clock, lastUs),
      count,
      type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host,
    };
  }

  private seriesEvent(facts: EventFacts, name: string): KubeObject {
    const { namespace, component, host, action, reason, related, type, message, firstUs } = facts;
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace },
      eventTime: microTimestamp(this.clock, firstUs),
      reportingController: component,
      reportingInstance: host,
      action,
      reason,
      regarding: referenceTo(facts.regarding, facts.fieldPath),
      ...(related ? { related: referenceTo(related) } : {}),
      note: message,
      type,
    };
  }

  private seriesPatch(entry: SeriesEntry): ClientRequest {
    const value = { series: { count: entry.count, lastObservedTime: microTimestamp(this.clock, entry.lastUs) } };
    const { namespace, name } = entry;
    return {
      verb: 'patch',
      resource: 'events.events.k8s.io',
      namespace,
      name,
      patch: { type: 'strategic', value },
    };
  }

  private scheduleFinish(ctx: WorldContext, id: RecorderId): void {
    ctx.setCause(0);
    ctx.schedule(FINISH_US, this.finishHandler, id, this.life.get(0), WHY.eventRetry);
  }

  /** Every 6 minutes: ends quiet series with a last patch, forgets quiet single events, and now and then writes the rest. */
  private finishRound(ctx: WorldContext, id: RecorderId): void {
    const recorder = this.recorders.get(id)!;
    const rounds = recorder.rounds + 1;
    this.recorders.set(id, { ...recorder, rounds });
    for (const key of this.series.keys()) {
      if (!key.startsWith(`${id}|`)) continue;
      const entry = this.series.get(key)!;
      const action: SeriesAction = finishSeries(entry, ctx.nowUs);
      const refresh = action === 'keep' && entry.count > 1 && rounds % REFRESH_ROUNDS === 0;
      if (action !== 'keep') this.series.delete(key);
      // Nobody waits for these: the answer finds no write under way of this token.
      if (action === 'patch' || refresh) {
        this.clients.request(ctx, recorder.config.client, this.seriesPatch(entry), this.sink, -1);
      }
    }
    this.scheduleFinish(ctx, id);
  }
}

function referenceTo(object: KubeObject, fieldPath?: string): Record<string, string | undefined> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const { kind, apiVersion } = object;
  return { kind, namespace, name, uid, apiVersion, resourceVersion, ...(fieldPath ? { fieldPath } : {}) };
}

const WORD = 4294967296;

/**
 * The number of an Event's name, as two words: the nanoseconds of a time since 1970. What is below a microsecond is the count
 * of events, so that names differ.
 */
export function nameNumber(clock: WallClock, atUs: TimeUs, n: number): { nameHigh: number; nameLow: number } {
  // 61 bits: the product with 1000 is made of two halves.
  const us = clock.epochSeconds * SECOND_US + atUs;
  const high = Math.floor(us / WORD);
  const low = (us - high * WORD) * 1000 + (n % 1000);
  const carry = Math.floor(low / WORD);
  return { nameHigh: high * 1000 + carry, nameLow: low - carry * WORD };
}

function eventName({ metadata }: KubeObject, high: number, low: number): string {
  return `${metadata.name ?? ''}.${hexOf(high, low)}`;
}

function nameOf({ regarding, nameHigh, nameLow }: EventFacts): string {
  return eventName(regarding, nameHigh, nameLow);
}
