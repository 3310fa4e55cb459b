import type { ApiClients, ClientId, SinkId } from '../client/api_clients.ts';
import type { EventRecorders, RecorderId } from '../client/event_recorder.ts';
import type { Informers } from '../client/informers.ts';
import { timestamp, type WallClock } from '../client/wall_clock.ts';
import type {
  Cell,
  ComponentId,
  Containers,
  Dict,
  HandlerId,
  Json,
  KubeObject,
  ObjectTable,
  ObjId,
  PagedTable,
  TimeUs,
  Transport,
  WorldContext,
} from '../contracts/index.ts';
import { SECOND_US, WHY } from '../contracts/index.ts';
import { sampleUs } from '../engine/index.ts';
import { hashString } from '../engine/mix.ts';
import { valueCodec } from '../engine/values.ts';
import { AssumedObjects } from './assumedObjects.ts';
import type { PluginCall } from './bindingPlugins.ts';
import { SchedulerCache } from './cache.ts';
import { EXTENDER_NAME } from './cycle/extenders.ts';
import { HintTable } from './events.ts';
import { Executor, type ExecutorName } from './executors/executor.ts';
import { type BoundExtender, bindExtenders, ExtenderCalls } from './extenders/calls.ts';
import type { Extender } from './extenders/extender.ts';
import { distributionOf } from './extenders/scripted.ts';
import { buildProfiles, type Profile, type SchedulerConfiguration } from './framework/config.ts';
import { type BindingResult, type Carried, CycleState, type Plugin, type ReservedWrite } from './framework/plugin.ts';
import { podInfo } from './framework/podInfo.ts';
import { Framework } from './framework/runtime.ts';
import type { Listers } from './framework/snapshot.ts';
import type { UserPlugin } from './framework/userPlugins.ts';
import { type InFlightRequest, type Outcome, unawaited } from './inFlight.ts';
import { informerListers } from './listers.ts';
import { nodeInfoCodec } from './nodeInfoCodec.ts';
import { Nominations } from './nominations.ts';
import type { QueuedPod } from './queue/queuedPod.ts';
import { SchedulingQueue } from './queue/schedulingQueue.ts';
import { podConditionPatch } from './statusPatch.ts';
import { WaitingPods } from './waitingPods.ts';

/**
 * Chooses among nodes of equal total. `draw` = keyed draw (default); `lowestName` = as recordings resolve ties; a function =
 * whoever replays a recording knows the choice.
 */
export type TieBreak = 'draw' | 'lowestName' | ((pod: KubeObject, best: readonly string[]) => string);

export interface SchedulerOptions {
  readonly host: string;
  readonly transport: Pick<Transport, 'endpoint'>;
  readonly clock: WallClock;
  readonly configuration?: SchedulerConfiguration;
  /** Plugins that are not in tree, by the names that the configuration enables. */
  readonly plugins?: readonly UserPlugin[];
  /** Who answers the extenders of the configuration, by urlPrefix. */
  readonly extenders?: readonly Extender[];
  readonly tieBreak?: TieBreak;
  /** Default: indexed. All come to the same decisions. */
  readonly executor?: ExecutorName;
  /** --feature-gates: those that are off although they are on by default. */
  readonly disabledFeatures?: readonly string[];
  /** Undefined = no election: this replica is the only one. */
  readonly leaderElection?: boolean;
}

/** One profile with all that is made of it. */
export interface SchedulerProfile {
  readonly framework: Framework;
  readonly executor: Executor;
  readonly percentageOfNodesToScore: number;
  /** The same plugin may have other arguments in another profile. */
  readonly hints: HintTable;
  readonly hasUsersPreBind: boolean;
  readonly hasUsersBind: boolean;
  readonly hasUnreserve: boolean;
}

/** Places of the component's own handlers among its ids; the last of all is its restart. */
export const Handler = { cycle: 0, finish: 1, bind: 2, flushBackoff: 3, flushUnschedulable: 4, count: 5 } as const;

/** Source: volumebinding binder: bindTimeout 10 min. */
export const BIND_TIMEOUT_US = 600 * SECOND_US;

const DEFAULT_SCHEDULER = 'default-scheduler';
const DEFAULT_BINDER = 'DefaultBinder';
const FLUSH_BACKOFF_US = SECOND_US;

/** The client side of the component. */
export interface SchedulerClients {
  readonly clients: ApiClients;
  readonly informers: Informers;
  readonly recorders: EventRecorders;
  readonly sink: SinkId;
}

/** What all rooms of the scheduler share: its state, its plugins, and the requests that it makes. */
export class SchedulerCore {
  readonly options: SchedulerOptions;
  readonly clients: ApiClients;
  readonly informers: Informers;
  readonly recorders: EventRecorders;
  readonly sink: SinkId;
  readonly cache = new SchedulerCache();
  readonly assumedObjects = new AssumedObjects();
  readonly nominated = new Nominations();
  readonly waitingPods = new WaitingPods<InFlightRequest>();
  readonly queue: SchedulingQueue;
  /** By scheduler name. */
  readonly profiles: ReadonlyMap<string, SchedulerProfile>;
  readonly extenders: readonly BoundExtender[];
  readonly listers: Listers;
  id: ComponentId = 0;
  ids: readonly HandlerId[] = [];
  /** The names of the world at hand, for reads of informers by name. */
  objects: ObjectTable | undefined;
  client!: Cell<ClientId>;
  /** Scheduler name -> its event recorder. */
  recorderOf!: Dict<RecorderId>;
  running!: Cell<boolean>;
  /** All informers have their first lists; that stays so until the process ends. */
  private synced!: Cell<boolean>;
  life!: Cell<number>;
  /** The cycle that runs now; null when the scheduling thread is idle. */
  current!: Cell<Outcome | null>;
  startIndex!: Cell<number>;
  wakeAtUs!: Cell<number>;
  flushTimer!: Cell<boolean>;
  /** By token. */
  requests!: PagedTable<InFlightRequest>;
  preempting!: Dict<number>;
  private nextToken!: Cell<number>;

  constructor(options: SchedulerOptions, { clients, informers, recorders, sink }: SchedulerClients) {
    this.options = options;
    this.clients = clients;
    this.informers = informers;
    this.recorders = recorders;
    this.sink = sink;
    this.listers = informerListers(this.informers, this.assumedObjects, () => this.objects);
    const profiles = buildProfiles(options.configuration, options.plugins);
    this.profiles = new Map(profiles.map((profile) => [profile.schedulerName, this.made(profile)]));
    this.extenders = bindExtenders(options.configuration?.extenders ?? [], options.extenders ?? []);
    this.queue = this.queueOf(profiles);
  }

  private made({ plugins, percentageOfNodesToScore }: Profile): SchedulerProfile {
    const framework = new Framework(
      plugins,
      (node) => this.nominated.to(node),
      () => this.nominated.nodes(),
    );
    return {
      framework,
      executor: new Executor(framework, this.options.executor ?? 'indexed'),
      percentageOfNodesToScore,
      hints: new HintTable(plugins.all, () => this.listers, this.isOn('SchedulerQueueingHints')),
      hasUsersPreBind: plugins.preBind.some((p) => p.preBind !== undefined),
      hasUsersBind: plugins.bind.some((p) => p.name !== DEFAULT_BINDER),
      hasUnreserve: plugins.reserve.some((p) => p.unreserve !== undefined),
    };
  }

  private queueOf(profiles: readonly Profile[]): SchedulingQueue {
    const { configuration, plugins = [] } = this.options;
    const seconds = (value: number | undefined, or: number) => (value ?? or) * SECOND_US;
    const isUsers = (name: string) => plugins.some((u) => u.definition.name === name);
    return new SchedulingQueue(
      {
        initialBackoffUs: seconds(configuration?.podInitialBackoffSeconds, 1),
        maxBackoffUs: seconds(configuration?.podMaxBackoffSeconds, 10),
        maxUnschedulableUs: 300 * SECOND_US,
        popsFromBackoff: this.isOn('SchedulerPopFromBackoffQ'),
      },
      {
        gate: (pod) => this.gate(pod),
        hint: (plugin, pod, event) =>
          plugin === EXTENDER_NAME ? 'Queue' : this.profileOf(pod)?.hints.hint(plugin, pod, event),
        usersGates: new Set(profiles.flatMap((p) => p.plugins.preEnqueue.map((g) => g.name)).filter(isUsers)),
        less: isUsers(profiles[0].plugins.queueSort.name) ? profiles[0].plugins.queueSort.less : undefined,
      },
    );
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.cache.init(c, nodeInfoCodec(valueCodec));
    this.queue.init(c);
    this.assumedObjects.init(c);
    this.client = c.cell('client', -1, { volatile: true });
    this.recorderOf = c.dict('recorderOf', { volatile: true });
    this.running = c.cell('running', false, { volatile: true });
    this.synced = c.cell('synced', false, { volatile: true });
    this.life = c.cell('life', 0);
    this.current = c.cell<Outcome | null>('current', null, { volatile: true });
    this.startIndex = c.cell('startIndex', 0, { volatile: true });
    this.wakeAtUs = c.cell('wakeAtUs', -1, { volatile: true });
    this.flushTimer = c.cell<boolean>('flushTimer', false, { volatile: true });
    this.requests = c.table('requests', { volatile: true });
    this.nextToken = c.cell('nextToken', 1);
    this.nominated.init(c);
    this.waitingPods.init(c);
    this.preempting = c.dict('preempting', { volatile: true });
  }

  isOn(feature: string): boolean {
    return this.options.disabledFeatures?.includes(feature) !== true;
  }

  /** The profile that a pod asks for; undefined = another scheduler's. */
  profileOf(pod: KubeObject): SchedulerProfile | undefined {
    return this.profiles.get(pod.spec?.schedulerName ?? DEFAULT_SCHEDULER);
  }

  frameworkOf(pod: KubeObject): Framework | undefined {
    return this.profileOf(pod)?.framework;
  }

  frameworkOfObj(obj: ObjId): Framework | undefined {
    const pod = this.podObject(obj);
    return pod === undefined ? undefined : this.frameworkOf(pod);
  }

  private gate(pod: KubeObject): string | undefined {
    if (this.preempting.size > 0 && this.preempting.has(pod.metadata.uid as string)) return 'DefaultPreemption';
    return this.frameworkOf(pod)?.runPreEnqueue(pod, this.listers)?.plugin;
  }

  podObject(obj: ObjId): KubeObject | undefined {
    return this.informers.storeOf('pods')?.get(obj)?.object;
  }

  /** The pod's row with what the informer knows of it. */
  renewed(obj: ObjId): QueuedPod | undefined {
    const pod = this.informers.storeOf('pods')?.get(obj);
    return pod === undefined ? this.queue.get(obj) : this.queue.renew(pod);
  }

  /** Starts a cycle when the thread is idle and there is something to pop; keeps the back-off timer running. */
  wake(ctx: WorldContext): void {
    if (!this.running.get()) return;
    const startsCycle = this.current.get() === null && this.wakeAtUs.get() < 0 && this.queue.hasWork();
    const startsTimer = !this.flushTimer.get() && this.queue.hasTimers();
    if ((!startsCycle && !startsTimer) || !this.hasSynced()) return;
    if (startsCycle) {
      this.wakeAtUs.set(ctx.nowUs);
      ctx.schedule(0, this.ids[Handler.cycle], this.life.get(), 0, WHY.none);
    }
    if (startsTimer) {
      this.flushTimer.set(true);
      ctx.schedule(
        FLUSH_BACKOFF_US - (ctx.nowUs % FLUSH_BACKOFF_US),
        this.ids[Handler.flushBackoff],
        this.life.get(),
        0,
        WHY.schedulerBackOff,
      );
    }
  }

  private hasSynced(): boolean {
    if (!this.synced.get() && this.informers.allSynced()) this.synced.set(true);
    return this.synced.get();
  }

  /** What a plugin is given in a binding cycle. */
  callOf(pod: KubeObject, node: string, carried: Carried | undefined): PluginCall {
    return { state: CycleState.from(carried), info: podInfo(pod), node, snapshot: this.cache.snapshot(this.listers) };
  }

  extenderCalls(ctx: Pick<WorldContext, 'draw' | 'stream' | 'nowUs'>, uid: string, attempt: number): ExtenderCalls {
    const stream = ctx.stream('scheduler/extender');
    return new ExtenderCalls(this.extenders, ctx.nowUs, (n) => ctx.draw(stream, hashString(uid) + n, attempt));
  }

  /** A keyed draw; 0 = at once. */
  latencyUs(
    ctx: WorldContext,
    { uid, attempt = 0 }: InFlightRequest,
    plugin: Plugin,
    point: string,
    latency: BindingResult['latency'],
  ): TimeUs {
    if (latency === undefined) return 0;
    const u32 = ctx.draw(ctx.stream('scheduler/plugin'), hashString(`${uid}/${plugin.name}/${point}`), attempt);
    return sampleUs(distributionOf(latency), u32);
  }

  /** Keeps a request until its answer, or its time, has come. */
  track(request: InFlightRequest): number {
    const token = this.nextToken.get();
    this.nextToken.set(token + 1);
    this.requests.put(token, request);
    return token;
  }

  /** Goes on with a request after a while. */
  later(ctx: WorldContext, delayUs: TimeUs, request: InFlightRequest): void {
    ctx.schedule(delayUs, this.ids[Handler.bind], this.life.get(), this.track(request), WHY.schedulingCycle);
  }

  /** The request of a token, which is not kept any longer. */
  taken(token: number): InFlightRequest | undefined {
    const request = this.requests.get(token);
    if (request !== undefined) this.requests.free(token);
    return request;
  }

  sendWrite(ctx: WorldContext, write: ReservedWrite, request: InFlightRequest): void {
    const { resource, object, subresource } = write;
    this.clients.request(
      ctx,
      this.client.get(),
      {
        verb: 'update',
        resource,
        subresource,
        namespace: object.metadata.namespace ?? '',
        name: object.metadata.name as string,
        body: object,
      },
      this.sink,
      this.track(request),
    );
  }

  patchStatus(ctx: WorldContext, pod: KubeObject, value: Json, request: InFlightRequest): void {
    this.clients.request(
      ctx,
      this.client.get(),
      {
        verb: 'patch',
        resource: 'pods',
        subresource: 'status',
        namespace: pod.metadata.namespace ?? '',
        name: pod.metadata.name as string,
        patch: { type: 'strategic', value },
      },
      this.sink,
      this.track(request),
    );
  }

  /** The event and the condition of a pod that lost its node again. */
  tellFailure(ctx: WorldContext, pod: KubeObject, reason: string, message: string): void {
    this.recordEvent(ctx, pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
    const condition = { type: 'PodScheduled', status: 'False', reason, message };
    const patch = podConditionPatch(pod, condition, timestamp(this.options.clock, ctx.nowUs), '');
    const uid = pod.metadata.uid as string;
    if (patch !== undefined) this.patchStatus(ctx, pod, patch, unawaited(0, uid));
  }

  recordEvent(
    ctx: WorldContext,
    pod: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    action: string,
    message: string,
    related?: KubeObject,
  ): void {
    const recorder = this.recorderOf.get(pod.spec?.schedulerName ?? DEFAULT_SCHEDULER);
    if (recorder === undefined) return;
    this.recorders.record(ctx, recorder, { regarding: pod, type, reason, action, message: truncate(message), related });
  }
}

/** Notes of events are cut to 1,024 bytes. Source: schedule_one.go truncateMessage. */
function truncate(message: string): string {
  const suffix = ' ...';
  return message.length <= 1024 ? message : message.slice(0, 1024 - suffix.length) + suffix;
}

/** The pod as it will be on its node. A key that a spread adds costs a shape of its own. */
export function assumedPod(pod: KubeObject, node: string): KubeObject {
  const { spec } = pod;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: pod.metadata,
    spec: spec !== undefined && 'nodeName' in spec ? { ...spec, nodeName: node } : { nodeName: node, ...spec },
    status: pod.status,
  };
}
