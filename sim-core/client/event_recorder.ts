import type {
  ApiResponse,
  ComponentId,
  Containers,
  Dict,
  EventSpec,
  HandlerId,
  HandlerSpec,
  KubeObject,
  PagedI32,
  PagedTable,
  TimeUs,
  WorldContext,
} from '../contracts/index.ts';
import { SECOND_US, WHY } from '../contracts/index.ts';
import type { ApiClients, ClientId, ClientRequest, SinkId } from './api_clients.ts';
import { type Correlated, correlate, type EventInput, type EventMemory } from './events/correlator.ts';
import { RecentDict } from './events/recent_dict.ts';
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
  readonly recorded: number;
  /** Rounds of the series' clean-up so far. */
  readonly rounds: number;
}

interface Writing {
  readonly request: ClientRequest;
  readonly tries: number;
  /** A patched event, to be created again when it is gone from the API. */
  readonly create?: KubeObject;
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
  private readonly memory: RecentDict<EventMemory>;
  private series!: Dict<SeriesEntry>;
  private recorders!: PagedTable<Recorder>;
  /** By recorder: the write under way. */
  private writing!: PagedTable<Writing>;
  private life!: PagedI32;
  private retryHandler: HandlerId = 0;
  private finishHandler: HandlerId = 0;

  /** `cacheSize`: keys that the correlator remembers, over all recorders of the component (client-go: 4096 each). */
  constructor(clients: ApiClients, clock: WallClock, name = 'events', cacheSize = 4096) {
    this.clients = clients;
    this.clock = clock;
    this.name = name;
    this.memory = new RecentDict(`${name}/memory`, cacheSize);
    this.sink = clients.sink((ctx, recorder, answer) => this.answered(ctx, recorder, answer));
  }

  init(c: Containers, _id: ComponentId): void {
    this.memory.init(c);
    const own = prefixed(c, this.name);
    this.series = own.dict('series', { volatile: true });
    this.recorders = own.table('recorders', { volatile: true });
    this.writing = own.table('writing', { volatile: true });
    this.life = own.i32('life');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: `${this.name}/retry`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.send(ctx, a)) },
      { name: `${this.name}/finish`, run: (ctx, a, b) => this.ifAlive(b, a, () => this.finishRound(ctx, a)) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.retryHandler, this.finishHandler] = ids;
  }

  /** A new process: call first in the component's `start`. */
  start(): void {
    this.life.set(0, this.life.get(0) + 1);
  }

  open(ctx: WorldContext, config: RecorderConfig): RecorderId {
    const id = this.recorders.alloc({ config, waiting: NOTHING, recorded: 0, rounds: 0 });
    if (config.style === 'series') this.scheduleFinish(ctx, id);
    return id;
  }

  /** Forgets a recorder: its host is gone. Its client's requests must be dropped too. */
  close(id: RecorderId): void {
    this.recorders.free(id);
    if (this.writing.has(id)) this.writing.free(id);
  }

  /** Records an event about an object; returns at once. */
  record(ctx: WorldContext, id: RecorderId, spec: EventSpec | SeriesEventSpec): void {
    const recorder = this.recorders.get(id)!;
    if (recorder.waiting.length >= QUEUE_LENGTH) return;
    const waiting = { spec, atUs: ctx.nowUs, n: recorder.recorded, cause: ctx.cause };
    const recorded = recorder.recorded + 1;
    if (recorder.waiting.length === 0 && !this.writing.has(id)) {
      // Nearly always: the worker is idle, and takes the event at once.
      this.recorders.set(id, { ...recorder, recorded });
      this.take(ctx, id, recorder, waiting);
      return;
    }
    this.recorders.set(id, { ...recorder, waiting: recorder.waiting.concat(waiting), recorded });
    if (!this.writing.has(id)) this.next(ctx, id);
  }

  /** Takes an event into account that was written before the world began: it counts for aggregation and repeats. */
  remember(id: RecorderId, spec: EventSpec, atUs: TimeUs): void {
    const recorder = this.recorders.get(id)!;
    this.recorders.set(id, { ...recorder, recorded: recorder.recorded + 1 });
    if (recorder.config.style !== 'series')
      this.coreWrite(id, recorder, { spec, atUs, n: recorder.recorded, cause: 0 }, atUs);
  }

  private ifAlive(life: number, recorder: RecorderId, run: () => void): void {
    if (life === this.life.get(0) && this.recorders.has(recorder)) run();
  }

  /** Takes waiting events until one has to be written. */
  private next(ctx: WorldContext, id: RecorderId): void {
    for (;;) {
      const recorder = this.recorders.get(id)!;
      const { waiting } = recorder;
      if (waiting.length === 0) return;
      this.recorders.set(id, { ...recorder, waiting: waiting.length === 1 ? NOTHING : waiting.slice(1) });
      if (this.take(ctx, id, recorder, waiting[0])) return;
    }
  }

  /** False where nothing has to be written. */
  private take(ctx: WorldContext, id: RecorderId, recorder: Recorder, event: Waiting): boolean {
    ctx.setCause(event.cause);
    const write =
      recorder.config.style === 'series'
        ? this.seriesWrite(id, recorder, event)
        : this.coreWrite(id, recorder, event, ctx.nowUs);
    if (!write) return false;
    this.writing.put(id, write);
    this.send(ctx, id);
    return true;
  }

  private send(ctx: WorldContext, id: RecorderId): void {
    const { client } = this.recorders.get(id)!.config;
    this.clients.request(ctx, client, this.writing.get(id)!.request, this.sink, id);
  }

  private answered(ctx: WorldContext, id: RecorderId, answer: ApiResponse | undefined): void {
    const write = this.writing.get(id);
    if (!write) return;
    if (answer?.code === 404 && write.request.verb === 'patch' && write.create) {
      // The patched event is gone (its hour is over): it is created again.
      this.writing.set(id, { ...write, request: createRequest(write.request.resource, write.create) });
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
    { config }: Recorder,
    { spec, atUs, n }: Waiting,
    nowUs: TimeUs,
  ): Writing | undefined {
    const input: EventInput = {
      spec,
      component: spec.source ?? config.component,
      host: config.host ?? '',
      name: eventName(this.clock, spec.regarding.metadata.name ?? '', atUs, n),
    };
    const memory = {
      get: (key: string) => this.memory.get(`${id}|${key}`),
      set: (key: string, value: EventMemory) => this.memory.set(`${id}|${key}`, value),
    };
    const result = correlate(memory, input, atUs, nowUs);
    if (!result) return undefined;
    const namespace = spec.regarding.metadata.namespace || 'default';
    const event = this.coreEvent(input, result, namespace);
    if (!result.patch) return { request: createRequest('events', event), tries: 0 };
    const { name, count, message, lastUs } = result;
    const value = { count, lastTimestamp: timestamp(this.clock, lastUs), message };
    const request: ClientRequest = {
      verb: 'patch',
      resource: 'events',
      namespace,
      name,
      patch: { type: 'strategic', value },
    };
    return { request, tries: 0, create: event };
  }

  private coreEvent({ spec, component, host }: EventInput, made: Correlated, namespace: string): KubeObject {
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: made.name, namespace },
      involvedObject: referenceTo(spec.regarding, spec.fieldPath),
      reason: spec.reason,
      message: made.message,
      source: host === '' ? { component } : { component, host },
      firstTimestamp: timestamp(this.clock, made.firstUs),
      lastTimestamp: timestamp(this.clock, made.lastUs),
      count: made.count,
      type: spec.type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host,
    };
  }

  private seriesWrite(id: RecorderId, { config }: Recorder, { spec, atUs, n }: Waiting): Writing | undefined {
    const { action = '', related } = spec as SeriesEventSpec;
    const controller = spec.source ?? config.component;
    const input: SeriesInput = {
      key: seriesKey({ spec, action, related, controller, instance: config.instance ?? '' }),
      name: eventName(this.clock, spec.regarding.metadata.name ?? '', atUs, n),
      namespace: spec.regarding.metadata.namespace || 'default',
    };
    const key = `${id}|${input.key}`;
    const { entry, does } = observeSeries(this.series.get(key), input, atUs);
    this.series.set(key, entry);
    if (does === 'create') {
      const event = this.seriesEvent(input, spec, action, related, controller, config.instance ?? '', atUs);
      return { request: createRequest('events.events.k8s.io', event), tries: 0 };
    }
    return does === 'patch' ? this.seriesPatch(entry) : undefined;
  }

  private seriesEvent(
    { name, namespace }: SeriesInput,
    spec: EventSpec,
    action: string,
    related: KubeObject | undefined,
    controller: string,
    instance: string,
    atUs: TimeUs,
  ): KubeObject {
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace },
      eventTime: microTimestamp(this.clock, atUs),
      reportingController: controller,
      reportingInstance: instance,
      action,
      reason: spec.reason,
      regarding: referenceTo(spec.regarding, spec.fieldPath),
      ...(related ? { related: referenceTo(related) } : {}),
      note: spec.message,
      type: spec.type,
    };
  }

  private seriesPatch(entry: SeriesEntry): Writing {
    const value = { series: { count: entry.count, lastObservedTime: microTimestamp(this.clock, entry.lastUs) } };
    const { namespace, name } = entry;
    const request: ClientRequest = {
      verb: 'patch',
      resource: 'events.events.k8s.io',
      namespace,
      name,
      patch: { type: 'strategic', value },
    };
    return { request, tries: 0 };
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
        this.clients.request(ctx, recorder.config.client, this.seriesPatch(entry).request, this.sink, -1);
      }
    }
    this.scheduleFinish(ctx, id);
  }
}

function createRequest(resource: string, event: KubeObject): ClientRequest {
  const { namespace = '', name = '' } = event.metadata;
  return { verb: 'create', resource, namespace, name, body: event };
}

function referenceTo(object: KubeObject, fieldPath?: string): Record<string, string | undefined> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const { kind, apiVersion } = object;
  return { kind, namespace, name, uid, apiVersion, resourceVersion, ...(fieldPath ? { fieldPath } : {}) };
}

/** `<object>.<nanoseconds in hex>`. The digits below a microsecond are the count of events, so that names differ. */
export function eventName(clock: WallClock, object: string, atUs: TimeUs, n: number): string {
  const ns = BigInt(clock.epochSeconds * 1_000_000 + atUs) * 1000n + BigInt(n % 1000);
  return `${object}.${ns.toString(16)}`;
}
