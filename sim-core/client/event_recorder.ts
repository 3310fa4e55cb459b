import type {
  ApiResponse,
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
  StreamKey,
  TimeUs,
  WorldContext,
} from '../contracts/index.ts';
import { SECOND_US, WHY } from '../contracts/index.ts';
import type { ApiClients, ClientId, ClientRequest, SinkId } from './api_clients.ts';
import { countPatch, createRequest, eventName, nameNumber, seriesPatch } from './events/bodies.ts';
import { correlate, messageOf } from './events/correlator.ts';
import { ObjectMemories } from './events/memories.ts';
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
import type { WallClock } from './wall_clock.ts';

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
/** In the place of the time of an answer: its write is under way. */
const WRITING = Infinity;
/** More than a recorder records in a life of its process. */
const TURNS = 2 ** 32;

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
  private readonly memory: ObjectMemories;
  private series!: Dict<SeriesEntry>;
  private recorders!: PagedTable<Recorder>;
  /** Two by recorder: how many events it was given, and when the answer to its last write is there (`WRITING`: not known). */
  private state!: PagedF64;
  /** By recorder: the write under way. */
  private writing!: PagedTable<Writing>;
  private life!: PagedI32;
  private retryHandler: HandlerId = 0;
  private finishHandler: HandlerId = 0;
  private nextHandler: HandlerId = 0;
  private sendHandler: HandlerId = 0;
  /** By recorder: the streams of its draws. A memo of what `ctx.stream` gives while the seed and the recorder are the same. */
  private readonly streams: {
    root: StreamKey;
    readonly configs: (RecorderConfig | undefined)[];
    readonly keys: StreamKey[];
  } = { root: -2, configs: [], keys: [] };

  /** `cacheSize`: objects that the correlator remembers, over all recorders of the component (client-go: 4096 keys each). */
  constructor(clients: ApiClients, clock: WallClock, name = 'events', cacheSize = 4096) {
    this.clients = clients;
    this.clock = clock;
    this.name = name;
    this.memory = new ObjectMemories(`${name}/memory`, cacheSize);
    this.sink = clients.sink((ctx, recorder, answer) => this.answered(ctx, recorder, answer));
    const caller: EventCaller = {
      request: (id, facts) => clients.signed(this.recorders.get(id)!.config.client, createRequest(clock, facts)),
      told: (ctx, id, turn, written, atUs) => this.written(ctx, id, turn, written, atUs),
    };
    this.writer = clients.events?.caller(caller) ?? -1;
  }

  init(c: Containers, _id: ComponentId): void {
    this.memory.init(c);
    const own = prefixed(c, this.name);
    this.series = own.dict('series', { volatile: true });
    this.recorders = own.table('recorders', { volatile: true });
    this.state = own.f64('state', { volatile: true });
    this.writing = own.table('writing', { volatile: true });
    this.life = own.i32('life');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: `${this.name}/retry`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.sendAgain(ctx, a, false)) },
      { name: `${this.name}/finish`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.finishRound(ctx, a)) },
      { name: `${this.name}/next`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.next(ctx, a)) },
      { name: `${this.name}/send`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.sendAgain(ctx, a, true)) },
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
    const { client, component, host, style, instance } = config;
    // One shape, whoever opens it.
    const id = this.recorders.alloc({
      config: { client, component, host, style, instance },
      waiting: NOTHING,
      rounds: 0,
    });
    this.state.set(2 * id, before < 0 ? 0 : this.state.get(2 * before));
    this.state.set(2 * id + 1, 0);
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
    if (this.writing.has(id)) this.wrote(id, 0);
    this.clients.dropPending(recorder.config.client);
  }

  /** Records an event about an object; returns at once. */
  record(ctx: WorldContext, id: RecorderId, spec: EventSpec | SeriesEventSpec): void {
    const { config, waiting, rounds } = this.recorders.get(id)!;
    if (waiting.length >= QUEUE_LENGTH) return;
    const n = this.number(id);
    const busyUntilUs = this.state.get(2 * id + 1);
    if (waiting.length === 0 && busyUntilUs <= ctx.nowUs) {
      // Nearly always: the worker is idle, and takes the event at once.
      this.take(ctx, id, config, spec, ctx.nowUs, n);
      return;
    }
    const event = { spec, atUs: ctx.nowUs, n, cause: ctx.cause };
    this.recorders.set(id, { config, waiting: waiting.concat(event), rounds });
    if (waiting.length === 0 && busyUntilUs !== WRITING) this.scheduleNext(ctx, id, busyUntilUs);
  }

  /** Takes an event into account that was written before the world began: it counts for aggregation and repeats. */
  remember(id: RecorderId, spec: EventSpec, atUs: TimeUs): void {
    const { config } = this.recorders.get(id)!;
    const n = this.number(id);
    if (config.style !== 'series') this.coreWrite(id, config, spec, atUs, n, atUs);
  }

  private number(id: RecorderId): number {
    const n = this.state.get(2 * id);
    this.state.set(2 * id, n + 1);
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
      const { spec, atUs, n, cause } = waiting[0];
      ctx.setCause(cause);
      if (this.take(ctx, id, recorder.config, spec, atUs, n)) return;
    }
  }

  /** False where nothing has to be written. */
  private take(
    ctx: WorldContext,
    id: RecorderId,
    config: RecorderConfig,
    spec: EventSpec,
    atUs: TimeUs,
    n: number,
  ): boolean {
    const write =
      config.style === 'series'
        ? this.seriesWrite(id, config, spec, atUs, n)
        : this.coreWrite(id, config, spec, atUs, n, ctx.nowUs);
    if (write === undefined) return false;
    this.writing.put(id, write);
    this.state.set(2 * id + 1, WRITING);
    this.send(ctx, id, config, write);
    return true;
  }

  /** Under the client's rate limit. */
  private send(ctx: WorldContext, id: RecorderId, config: RecorderConfig, write: Writing): void {
    const waitUs = this.clients.take(config.client, ctx.nowUs);
    if (waitUs === 0) this.sendNow(ctx, id, config, write);
    else ctx.schedule(waitUs, this.sendHandler, id, this.life.get(0), WHY.clientRateLimit);
  }

  /** A write that waited: for its turn under the rate limit (`isItsTurn`), or after a failure. */
  private sendAgain(ctx: WorldContext, id: RecorderId, isItsTurn: boolean): void {
    const write = this.writing.get(id);
    if (write === undefined) return;
    const { config } = this.recorders.get(id)!;
    if (isItsTurn) this.sendNow(ctx, id, config, write);
    else this.send(ctx, id, config, write);
  }

  private sendNow(ctx: WorldContext, id: RecorderId, config: RecorderConfig, write: Writing): void {
    if (this.begin(ctx, id, config, write)) return;
    this.clients.requestNow(ctx, config.client, this.requestOf(write), this.sink, id);
  }

  /** Can the servers compute it? */
  private begin(
    ctx: WorldContext,
    id: RecorderId,
    config: RecorderConfig,
    { facts, patch, n, turn }: Writing,
  ): boolean {
    const { clients } = this;
    const { events } = clients;
    if (facts === undefined || patch !== undefined || events === undefined) return false;
    const { client } = config;
    const sender = clients.config(client);
    const replica = clients.replica(ctx, client);
    const stream = this.streamOf(ctx, id, config, sender.host);
    return events.begin(ctx, this.writer, sender.endpoint, replica, facts, sender, stream, n, id, turn);
  }

  private streamOf(ctx: WorldContext, id: RecorderId, config: RecorderConfig, host: string): StreamKey {
    const { streams } = this;
    if (streams.root !== ctx.drawRoot) {
      streams.root = ctx.drawRoot;
      streams.configs.length = 0;
    }
    if (streams.configs[id] === config) return streams.keys[id];
    while (streams.configs.length < id) streams.configs.push(undefined);
    streams.configs[id] = config;
    streams.keys[id] = ctx.stream(`event-writes/${host}/${config.component}`);
    return streams.keys[id];
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
      this.wrote(id, answeredUs);
      if (waiting.length > 0) this.scheduleNext(ctx, id, answeredUs);
    }
  }

  /** The write under way is over; its answer is there at a time. */
  private wrote(id: RecorderId, answeredUs: TimeUs): void {
    this.writing.free(id);
    this.state.set(2 * id + 1, answeredUs);
  }

  private requestOf({ facts, patch }: Writing): ClientRequest {
    return patch ?? createRequest(this.clock, facts as EventFacts);
  }

  private answered(ctx: WorldContext, id: RecorderId, answer: ApiResponse | undefined): void {
    const write = this.writing.get(id);
    if (!write) return;
    if (answer?.code === 404 && write.patch !== undefined && write.facts !== undefined) {
      // The patched event is gone (its hour is over): it is created again.
      const create = { ...write, patch: undefined };
      this.writing.set(id, create);
      this.send(ctx, id, this.recorders.get(id)!.config, create);
      return;
    }
    // Any answer ends the tries (client-go recordEvent): a refused event stays unwritten.
    if (answer === undefined && write.tries + 1 < TRIES) {
      this.retry(ctx, id, write);
      return;
    }
    this.wrote(id, ctx.nowUs);
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

  /** A number that tells a write from all others of the component. */
  private turnOf(n: number): number {
    return this.life.get(0) * TURNS + n;
  }

  private coreWrite(
    id: RecorderId,
    config: RecorderConfig,
    spec: EventSpec,
    atUs: TimeUs,
    n: number,
    nowUs: TimeUs,
  ): Writing | undefined {
    const { clock } = this;
    const { regarding, fieldPath, type, reason } = spec;
    const component = spec.source ?? config.component;
    const host = config.host ?? '';
    const name = nameNumber(clock, atUs, n);
    const { nameHigh, nameLow } = name;
    const input = { recorder: id, component, host, type, regarding, spec, nameHigh, nameLow };
    const written = correlate(this.memory, input, atUs, nowUs);
    if (written === undefined) return undefined;
    const { count } = written;
    const facts: EventFacts = {
      isSeries: false,
      namespace: regarding.metadata.namespace || 'default',
      nameHigh: written.nameHigh,
      nameLow: written.nameLow,
      regarding,
      related: undefined,
      fieldPath,
      type,
      reason,
      message: messageOf(written, spec.message),
      component,
      host,
      action: '',
      firstUs: written.firstUs,
      lastUs: written.isCombined ? nowUs : atUs,
      count,
    };
    const patch = count > 1 ? countPatch(clock, facts) : undefined;
    return { facts, patch, tries: 0, n, turn: this.turnOf(n) };
  }

  private seriesWrite(
    id: RecorderId,
    config: RecorderConfig,
    spec: EventSpec,
    atUs: TimeUs,
    n: number,
  ): Writing | undefined {
    const { clock } = this;
    const { action = '', related } = spec as SeriesEventSpec;
    const { regarding, fieldPath, type, reason, message } = spec;
    const component = spec.source ?? config.component;
    const instance = config.instance ?? '';
    const { nameHigh, nameLow } = nameNumber(clock, atUs, n);
    const namespace = regarding.metadata.namespace || 'default';
    const input: SeriesInput = {
      key: seriesKey({ spec, action, related, controller: component, instance }),
      name: eventName(regarding, nameHigh, nameLow),
      namespace,
    };
    const key = `${id}|${input.key}`;
    const { entry, does } = observeSeries(this.series.get(key), input, atUs);
    this.series.set(key, entry);
    const turn = this.turnOf(n);
    if (does === 'patch') return { facts: undefined, patch: seriesPatch(clock, entry), tries: 0, n, turn };
    if (does !== 'create') return undefined;
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
    return { facts, patch: undefined, tries: 0, n, turn };
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
        this.clients.request(ctx, recorder.config.client, seriesPatch(this.clock, entry), this.sink, -1);
      }
    }
    this.scheduleFinish(ctx, id);
  }
}
