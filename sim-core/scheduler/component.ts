import { formatDurationUs, parseDurationUs } from '../api/machinery/duration.ts';
import { ApiClients, type ClientId, isError, type SinkId } from '../client/api_clients.ts';
import { EventRecorders, type RecorderId } from '../client/event_recorder.ts';
import { type InformerEvent, Informers } from '../client/informers.ts';
import { DEFAULT_ELECTION_TIMES, LeaderElector } from '../client/leader_election.ts';
import { PartList } from '../client/parts.ts';
import { timestamp, type WallClock } from '../client/wall_clock.ts';
import type {
  ApiResponse,
  ApiServers,
  Cell,
  Component,
  ComponentId,
  Containers,
  Dict,
  HandlerId,
  HandlerSpec,
  Json,
  KubeObject,
  ObjId,
  TimeUs,
  Transport,
  Version,
  WorldContext,
} from '../contracts/index.ts';
import { RecordKind, SECOND_US, WHY } from '../contracts/index.ts';
import { sampleUs } from '../engine/index.ts';
import { hashString } from '../engine/mix.ts';
import { valueCodec } from '../engine/values.ts';
import { AssumedObjects } from './assumedObjects.ts';
import { failureOf, type PluginCall, planPreBind } from './bindingPlugins.ts';
import { SchedulerCache } from './cache.ts';
import { EXTENDER_NAME } from './cycle/extenders.ts';
import type { Question } from './cycle/question.ts';
import { refusal } from './cycle/schedulePod.ts';
import { HintTable, nodeEvents, podEvents } from './events.ts';
import { Executor, type ExecutorName } from './executors/executor.ts';
import { type BoundExtender, bindExtenders, ExtenderCalls } from './extenders/calls.ts';
import type { Extender } from './extenders/extender.ts';
import { distributionOf } from './extenders/scripted.ts';
import { buildProfiles, type Profile, type SchedulerConfiguration } from './framework/config.ts';
import {
  type BindingResult,
  type Carried,
  CycleState,
  type EventResource,
  type PermitOutcome,
  type Plugin,
  type PluginEffects,
  type Reservation,
  type ReservedWrite,
} from './framework/plugin.ts';
import { podInfo } from './framework/podInfo.ts';
import { effectsOf, Framework } from './framework/runtime.ts';
import type { Listers } from './framework/snapshot.ts';
import { isSuccess, type Status } from './framework/status.ts';
import type { UserPlugin } from './framework/userPlugins.ts';
import { BIND_START_US, cycleUs } from './latency.ts';
import { findByName, informerListers } from './listers.ts';
import { nodeInfoCodec } from './nodeInfoCodec.ts';
import { Nominations } from './nominations.ts';
import { type QueuedPod, SchedulingQueue } from './queue/schedulingQueue.ts';
import { podConditionPatch } from './statusPatch.ts';
import { type WaitingEntry, WaitingPods } from './waitingPods.ts';

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

/** What a cycle leaves for its end. */
interface Outcome {
  readonly obj: ObjId;
  readonly uid: string;
  readonly attempt: number;
  readonly node: string;
  readonly message: string;
  readonly error: boolean;
  readonly rejectedBy: readonly string[];
  readonly pendingPlugins: readonly string[];
  readonly nominatedNode: string;
  readonly clearNomination: boolean;
  readonly victims: readonly VictimRef[];
  readonly reservations: readonly Reservation[];
  readonly waits: PermitOutcome['waits'];
  readonly effects: readonly PluginEffects[];
  readonly carried: Carried | undefined;
  /** Writes that PostFilter plugins ask for. */
  readonly writes: readonly ReservedWrite[];
  readonly cause: number;
}

interface VictimRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** A binding or a preemption on its way; the token of its requests is its key. */
interface InFlightRequest {
  readonly kind: 'bind' | 'preBind' | 'permit' | 'status' | 'victimStatus' | 'victimDelete';
  readonly obj: ObjId;
  readonly uid: string;
  readonly node: string;
  readonly victims: readonly VictimRef[];
  /** The scheduling thread waits for the last of them (SchedulerAsyncPreemption is off). */
  readonly isInCycle?: boolean;
  /** Bindings only: what is left to do before, and until when. */
  readonly reservations?: readonly Reservation[];
  readonly waitUntilUs?: number;
  /** The writes are made; others have been given a second at least. */
  readonly isWaiting?: boolean;
  /** Bindings that an extender makes: what it said. */
  readonly extender?: { readonly error?: string };
  /** What users' plugins handed on from the scheduling cycle. */
  readonly carried?: Carried;
  readonly attempt?: number;
  /** PreBind plugins of users that are left to run; '' = the reservations. */
  readonly steps?: readonly string[];
  /** Permit: whose patience ends. */
  readonly plugin?: string;
  /** The answer of a plugin whose call takes time. */
  readonly answer?: BindingResult;
  /** The plugin in whose name the binding is made, and whether its call is over. */
  readonly binder?: string;
}

/** What the volume and device plugins look up, and the name under which they register for its events. */
const PLUGIN_RESOURCES: readonly (readonly [string, EventResource])[] = [
  ['persistentvolumes', 'PersistentVolume'],
  ['persistentvolumeclaims', 'PersistentVolumeClaim'],
  ['storageclasses.storage.k8s.io', 'StorageClass'],
  ['csinodes.storage.k8s.io', 'CSINode'],
  ['csidrivers.storage.k8s.io', 'CSIDriver'],
  ['csistoragecapacities.storage.k8s.io', 'CSIStorageCapacity'],
  ['volumeattachments.storage.k8s.io', 'VolumeAttachment'],
  ['resourceclaims.resource.k8s.io', 'ResourceClaim'],
  ['resourceslices.resource.k8s.io', 'ResourceSlice'],
  ['deviceclasses.resource.k8s.io', 'DeviceClass'],
];
/** Source: volumebinding binder: bindTimeout 10 min, looks every second. */
const BIND_TIMEOUT_US = 600 * SECOND_US;
const BIND_POLL_US = SECOND_US;

/** Steps of PreBind: what reservations ask for, and the writes of the plugin that ran just now. */
const RESERVATIONS = '';
const WRITES_ONLY = '/';
const DEFAULT_BINDER = 'DefaultBinder';
const PREEMPTION = 'DefaultPreemption';

const USER = 'system:kube-scheduler';
const FLUSH_BACKOFF_US = SECOND_US;
/** Model: as for the controller manager. */
const RESTART_US = 2 * SECOND_US;
/** Half the renew deadline, as the components configure the client of their election. */
const ELECTION_TIMEOUT_US = 5 * SECOND_US;
const PURPOSE_PREEMPTION = 0x5045;
/** Attempts count from 1: the call for a binding has a draw of its own. */
const EXTENDER_BIND_CALL = 0;

/**
 * kube-scheduler: queue, cache, one scheduling cycle at a time, bindings in the background, preemption.
 * Source: pkg/scheduler/{scheduler,schedule_one,eventhandlers}.go.
 */
export class Scheduler implements Component {
  readonly name: string;
  private readonly options: SchedulerOptions;
  private readonly parts: PartList;
  private readonly clients: ApiClients;
  private readonly informers: Informers;
  private readonly recorders: EventRecorders;
  private readonly elector: LeaderElector | undefined;
  private readonly cache = new SchedulerCache();
  private readonly assumedObjects = new AssumedObjects();
  private readonly nominated = new Nominations();
  private readonly queue: SchedulingQueue;
  private readonly profiles: ReadonlyMap<string, Profile>;
  private readonly frameworks: ReadonlyMap<string, Framework>;
  private readonly executors: ReadonlyMap<string, Executor>;
  /** By scheduler name: the same plugin may have other arguments in another profile. */
  private readonly hints: ReadonlyMap<string, HintTable>;
  private readonly extenders: readonly BoundExtender[];
  private readonly sink: SinkId;
  private readonly listers: Listers;
  private readonly groups: ReadonlyMap<string, number>;
  private id: ComponentId = 0;
  private containers!: Containers;
  private ids: readonly HandlerId[] = [];
  private client!: Cell<ClientId>;
  /** Scheduler name -> its event recorder. */
  private recorderOf!: Dict<RecorderId>;
  private running!: Cell<boolean>;
  private life!: Cell<number>;
  /** The cycle that runs now; null when the scheduling thread is idle. */
  private current!: Cell<Outcome | null>;
  private startIndex!: Cell<number>;
  private wakeAtUs!: Cell<number>;
  private flushTimer!: Cell<boolean>;
  private requests!: Dict<InFlightRequest>;
  private nextToken!: Cell<number>;
  private preempting!: Dict<number>;
  private readonly waitingPods = new WaitingPods<InFlightRequest>();

  constructor(name: string, servers: ApiServers, options: SchedulerOptions) {
    this.name = name;
    this.options = options;
    this.clients = new ApiClients(servers);
    this.informers = new Informers(servers, this.clients);
    this.recorders = new EventRecorders(this.clients, options.clock);
    this.elector =
      options.leaderElection === true
        ? new LeaderElector(this.clients, {
            ...election(options.configuration),
            host: options.host,
            clock: options.clock,
            onStartedLeading: (ctx) => this.lead(ctx),
            onStoppedLeading: (ctx) => this.stopLeading(ctx),
          })
        : undefined;
    this.sink = this.clients.sink((ctx, token, answer) => this.answered(ctx, token, answer));
    this.groups = this.declareInformers();
    this.listers = informerListers(this.informers, this.assumedObjects);
    const profiles = buildProfiles(options.configuration, options.plugins);
    this.profiles = new Map(profiles.map((p) => [p.schedulerName, p]));
    this.frameworks = new Map(
      profiles.map((p) => [
        p.schedulerName,
        new Framework(
          p.plugins,
          (node) => this.nominated.to(node),
          () => this.nominated.nodes(),
        ),
      ]),
    );
    this.executors = new Map(
      [...this.frameworks].map(([name, framework]) => [name, new Executor(framework, options.executor ?? 'indexed')]),
    );
    this.hints = new Map(
      profiles.map((p) => [
        p.schedulerName,
        new HintTable(p.plugins.all, () => this.listers, this.isOn('SchedulerQueueingHints')),
      ]),
    );
    this.extenders = bindExtenders(options.configuration?.extenders ?? [], options.extenders ?? []);
    const seconds = (value: number | undefined, or: number) => (value ?? or) * SECOND_US;
    const isUsers = (name: string) => (options.plugins ?? []).some((u) => u.definition.name === name);
    this.queue = new SchedulingQueue(
      {
        initialBackoffUs: seconds(options.configuration?.podInitialBackoffSeconds, 1),
        maxBackoffUs: seconds(options.configuration?.podMaxBackoffSeconds, 10),
        maxUnschedulableUs: 300 * SECOND_US,
        popsFromBackoff: this.isOn('SchedulerPopFromBackoffQ'),
      },
      {
        gate: (pod) => this.gate(pod),
        hint: (plugin, pod, event) =>
          plugin === EXTENDER_NAME
            ? 'Queue'
            : this.hints.get(pod.spec?.schedulerName ?? 'default-scheduler')?.hint(plugin, pod, event),
        usersGates: new Set(profiles.flatMap((p) => p.plugins.preEnqueue.map((g) => g.name)).filter(isUsers)),
        less: isUsers(profiles[0].plugins.queueSort.name) ? profiles[0].plugins.queueSort.less : undefined,
      },
    );
    this.parts = new PartList([
      this.clients,
      this.informers,
      this.recorders,
      ...(this.elector === undefined ? [] : [this.elector]),
    ]);
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.containers = c;
    this.parts.init(c, id);
    this.cache.init(c, nodeInfoCodec(valueCodec));
    this.queue.init(c);
    this.assumedObjects.init(c);
    this.client = c.cell('client', -1, { volatile: true });
    this.recorderOf = c.dict('recorderOf', { volatile: true });
    this.running = c.cell('running', false, { volatile: true });
    this.life = c.cell('life', 0);
    this.current = c.cell<Outcome | null>('current', null, { volatile: true });
    this.startIndex = c.cell('startIndex', 0, { volatile: true });
    this.wakeAtUs = c.cell('wakeAtUs', -1, { volatile: true });
    this.flushTimer = c.cell<boolean>('flushTimer', false, { volatile: true });
    this.requests = c.dict('requests', { volatile: true });
    this.nextToken = c.cell('nextToken', 1);
    this.nominated.init(c);
    this.waitingPods.init(c);
    this.preempting = c.dict('preempting', { volatile: true });
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'scheduler/cycle', run: (ctx, life) => this.ifAlive(life, () => this.cycle(ctx)) },
      { name: 'scheduler/finish', run: (ctx, life) => this.ifAlive(life, () => this.finish(ctx)) },
      { name: 'scheduler/bind', run: (ctx, life, token) => this.ifAlive(life, () => this.sendBinding(ctx, token)) },
      { name: 'scheduler/flushBackoff', run: (ctx, life) => this.ifAlive(life, () => this.flushBackoff(ctx)) },
      {
        name: 'scheduler/flushUnschedulable',
        laneDelayUs: SchedulingQueue.flushUnschedulablePeriodUs,
        run: (ctx, life) => this.ifAlive(life, () => this.flushUnschedulable(ctx)),
      },
      ...this.parts.handlers(),
      { name: 'scheduler/restart', run: (ctx, life) => this.ifAlive(life, () => this.start(ctx)) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.ids = ids;
    this.parts.registered(ids.slice(5, -1));
  }

  start(ctx: WorldContext): void {
    this.life.set(this.life.get() + 1);
    this.clients.start();
    const limits = this.options.configuration?.clientConnection;
    const open = (agent: string, timeoutUs?: number) =>
      this.clients.open({
        host: this.options.host,
        endpoint: this.options.transport.endpoint(this.name),
        user: USER,
        agent,
        limit: { qps: limits?.qps ?? 50, burst: limits?.burst ?? 100 },
        timeoutUs,
      });
    const client = open('kube-scheduler');
    this.client.set(client);
    this.recorders.start();
    const instance = (scheduler: string) => `${scheduler}-${this.options.host}`;
    for (const name of this.profiles.keys()) {
      this.recorderOf.set(
        name,
        this.recorders.open(ctx, { client, component: name, style: 'series', instance: instance(name) }),
      );
    }
    // Informers start before the election is won: the standby has a warm cache.
    for (const [resource, group] of this.groups) {
      const fieldSelector = resource === 'pods' ? 'status.phase!=Succeeded,status.phase!=Failed' : undefined;
      this.informers.open(ctx, { group, client, fieldSelector });
    }
    if (this.elector === undefined) this.lead(ctx);
    else this.elector.start(ctx, open('kube-scheduler', ELECTION_TIMEOUT_US));
    ctx.schedule(SchedulingQueue.flushUnschedulablePeriodUs, this.ids[4], this.life.get(), 0, WHY.schedulerFlush);
  }

  crash(ctx: WorldContext): void {
    this.informers.crash(ctx);
    this.life.set(this.life.get() + 1);
  }

  /** For metrics and checkers: counts of scheduler_pending_pods. */
  pendingPods() {
    return this.queue.pending();
  }

  /** For explanations: names of the profiles, by which pods choose their scheduler. */
  schedulerNames(): readonly string[] {
    return [...this.profiles.keys()];
  }

  /** For explanations: the pod whose scheduling cycle runs now. */
  inCycle(): { readonly obj: ObjId; readonly attempt: number } | undefined {
    const current = this.current.get();
    return current === null ? undefined : { obj: current.obj, attempt: current.attempt };
  }

  /** For explanations: what the queue knows of a pending pod, and until when its back-off lasts (-1 = it has none). */
  queuedPod(obj: ObjId): { readonly row: QueuedPod; readonly backoffUntilUs: TimeUs } | undefined {
    const row = this.queue.get(obj);
    return row === undefined ? undefined : { row, backoffUntilUs: this.queue.backoffUntilUs(row) };
  }

  /** For checkers: pods that are assumed on a node and not yet seen as bound. */
  isAssumed(uid: string): boolean {
    return this.cache.isAssumed(uid);
  }

  /** For checkers: uids of all assumed pods. */
  assumedPods(): readonly string[] {
    return this.cache.assumedPods();
  }

  private ifAlive(life: number, run: () => void): void {
    if (life === this.life.get()) run();
  }

  private lead(ctx: WorldContext): void {
    this.running.set(true);
    this.wake(ctx);
  }

  /** The process ends at once (cmd/kube-scheduler/app/server.go: "leaderelection lost"), and the kubelet starts it again. */
  private stopLeading(ctx: WorldContext): void {
    this.crash(ctx);
    this.containers.dropVolatile();
    ctx.schedule(RESTART_US, this.ids[this.ids.length - 1], this.life.get(), 0, WHY.processRestart);
  }

  private declareInformers(): ReadonlyMap<string, number> {
    const groups = new Map<string, number>();
    const declare = (resource: string) => groups.set(resource, this.informers.group({ resource }));
    declare('pods');
    declare('nodes');
    for (const resource of [
      'namespaces',
      'services',
      'replicationcontrollers',
      'replicasets.apps',
      'statefulsets.apps',
      'poddisruptionbudgets.policy',
    ])
      declare(resource);
    this.informers.listen(groups.get('pods') as number, (ctx, event) => this.podChanged(ctx, event));
    this.informers.listen(groups.get('nodes') as number, (ctx, event) => this.nodeChanged(ctx, event));
    for (const [resource, kind] of PLUGIN_RESOURCES) {
      declare(resource);
      this.informers.listen(groups.get(resource) as number, (ctx, event) =>
        this.objectChanged(ctx, resource, kind, event),
      );
    }
    this.informers.whenSynced((ctx) => this.wake(ctx));
    return groups;
  }

  // --- what the informers say ------------------------------------------------------------------------------------------

  private podChanged(ctx: WorldContext, event: InformerEvent): void {
    const { now, before } = event;
    const wasAssigned = before !== undefined && (before.object.spec?.nodeName ?? '') !== '';
    const isAssigned = (now.object.spec?.nodeName ?? '') !== '';
    ctx.setCause(now.record);
    if (event.type === 'DELETED') {
      const last = event.before ?? now;
      if ((last.object.spec?.nodeName ?? '') !== '') this.assignedPodGone(ctx, now);
      else this.pendingPodGone(ctx, now);
      return;
    }
    if (event.type === 'ADDED' || before === undefined) {
      if (isAssigned) this.assignedPodSeen(ctx, now);
      else this.pendingPodSeen(ctx, now);
      return;
    }
    if (before.object.metadata.uid !== now.object.metadata.uid) {
      if (wasAssigned) this.assignedPodGone(ctx, before);
      else this.pendingPodGone(ctx, before);
      if (isAssigned) this.assignedPodSeen(ctx, now);
      else this.pendingPodSeen(ctx, now);
      return;
    }
    if (!wasAssigned && isAssigned) {
      this.queue.remove(now.obj);
      this.assignedPodSeen(ctx, now);
    } else if (isAssigned) {
      this.cache.setPod(now.object);
      if (this.queue.isListening)
        for (const e of podEvents(before.object, now.object, now.record)) this.queue.moveAll(e, ctx.nowUs);
      this.wake(ctx);
    } else {
      this.pendingPodUpdated(ctx, before, now);
    }
  }

  private isOn(feature: string): boolean {
    return this.options.disabledFeatures?.includes(feature) !== true;
  }

  private isOurs(pod: KubeObject): boolean {
    return this.profiles.has(pod.spec?.schedulerName ?? 'default-scheduler');
  }

  private pendingPodSeen(ctx: WorldContext, pod: Version): void {
    if (!this.isOurs(pod.object)) return;
    this.noteNomination(pod);
    this.queue.add(pod, ctx.nowUs, pod.record);
    this.wake(ctx);
  }

  private pendingPodUpdated(ctx: WorldContext, before: Version, now: Version): void {
    if (!this.isOurs(now.object)) return;
    this.noteNomination(now);
    const uid = now.object.metadata.uid as string;
    if (this.cache.isAssumed(uid)) return;
    this.queue.update(now, before.object, podEvents(before.object, now.object, now.record), ctx.nowUs);
    this.wake(ctx);
  }

  private pendingPodGone(ctx: WorldContext, pod: Version): void {
    const uid = pod.object.metadata.uid as string;
    this.queue.remove(pod.obj);
    if (this.waitingPods.get(uid) !== undefined) {
      this.waitingPods.reject(uid, '', 'removed');
      this.settleWaiting(ctx);
    }
    const nominated = this.nominated.has(uid);
    this.nominated.delete(uid);
    if (nominated) {
      // The room that was kept for it is free for pods of its priority or less.
      this.queue.moveAll(
        { resource: 'AssignedPod', action: 'Delete', before: pod.object, record: pod.record },
        ctx.nowUs,
      );
      this.wake(ctx);
    }
  }

  private assignedPodSeen(ctx: WorldContext, pod: Version): void {
    this.nominated.delete(pod.object.metadata.uid as string);
    this.cache.setPod(pod.object);
    this.queue.remove(pod.obj);
    if (this.queue.isListening)
      this.queue.moveAll({ resource: 'AssignedPod', action: 'Add', now: pod.object, record: pod.record }, ctx.nowUs);
    this.wake(ctx);
  }

  private assignedPodGone(ctx: WorldContext, pod: Version): void {
    this.cache.removePod(pod.object.metadata.uid as string);
    this.queue.moveAll(
      { resource: 'AssignedPod', action: 'Delete', before: pod.object, record: pod.record },
      ctx.nowUs,
    );
    this.wake(ctx);
  }

  private nodeChanged(ctx: WorldContext, event: InformerEvent): void {
    const { now, before } = event;
    ctx.setCause(now.record);
    if (event.type === 'DELETED') {
      this.cache.removeNode(now.object);
      this.queue.moveAll({ resource: 'Node', action: 'Delete', before: now.object, record: now.record }, ctx.nowUs);
    } else if (before === undefined) {
      this.cache.setNode(now.object);
      this.queue.moveAll({ resource: 'Node', action: 'Add', now: now.object, record: now.record }, ctx.nowUs);
    } else {
      this.cache.setNode(now.object);
      if (this.queue.isListening)
        for (const e of nodeEvents(before.object, now.object, now.record)) this.queue.moveAll(e, ctx.nowUs);
    }
    this.wake(ctx);
  }

  /** A volume, a claim or a device: news for the pods that its plugins rejected. */
  private objectChanged(ctx: WorldContext, resource: string, kind: EventResource, event: InformerEvent): void {
    const { now, before, type } = event;
    this.assumedObjects.seen(resource, now.object, now.rv, type === 'DELETED');
    ctx.setCause(now.record);
    const action = type === 'DELETED' ? 'Delete' : before === undefined ? 'Add' : 'Update';
    const gone = action === 'Delete';
    this.queue.moveAll(
      {
        resource: kind,
        action,
        before: gone ? now.object : before?.object,
        now: gone ? undefined : now.object,
        record: now.record,
      },
      ctx.nowUs,
    );
    this.wake(ctx);
  }

  private noteNomination(pod: Version): void {
    const uid = pod.object.metadata.uid as string;
    // An assumed pod takes its room in the cache.
    if (this.cache.isAssumed(uid)) return;
    const node: string = pod.object.status?.nominatedNodeName ?? '';
    if (node !== '') this.nominated.set(uid, { node, pod: pod.object });
  }

  private gate(pod: KubeObject): string | undefined {
    if (this.preempting.has(pod.metadata.uid as string)) return 'DefaultPreemption';
    return this.frameworkOf(pod)?.runPreEnqueue(pod, this.listers)?.plugin;
  }

  private frameworkOf(pod: KubeObject): Framework | undefined {
    return this.frameworks.get(pod.spec?.schedulerName ?? 'default-scheduler');
  }

  private frameworkOfObj(obj: ObjId): Framework | undefined {
    const pod = this.podObject(obj);
    return pod === undefined ? undefined : this.frameworkOf(pod);
  }

  // --- the scheduling thread --------------------------------------------------------------------------------------------

  /** Starts a cycle when the thread is idle and there is something to pop; keeps the back-off timer running. */
  private wake(ctx: WorldContext): void {
    if (!this.running.get()) return;
    const startsCycle = this.current.get() === null && this.wakeAtUs.get() < 0 && this.queue.hasWork();
    const startsTimer = !this.flushTimer.get() && this.queue.hasTimers();
    if ((!startsCycle && !startsTimer) || !this.informers.allSynced()) return;
    if (startsCycle) {
      this.wakeAtUs.set(ctx.nowUs);
      ctx.schedule(0, this.ids[0], this.life.get(), 0, WHY.none);
    }
    if (startsTimer) {
      this.flushTimer.set(true);
      ctx.schedule(
        FLUSH_BACKOFF_US - (ctx.nowUs % FLUSH_BACKOFF_US),
        this.ids[3],
        this.life.get(),
        0,
        WHY.schedulerBackOff,
      );
    }
  }

  private flushBackoff(ctx: WorldContext): void {
    this.flushTimer.set(false);
    this.queue.flushBackoff(ctx.nowUs);
    this.wake(ctx);
  }

  private flushUnschedulable(ctx: WorldContext): void {
    if (this.queue.hasUnschedulable()) {
      this.queue.flushUnschedulable(ctx.nowUs);
      this.wake(ctx);
    }
    ctx.schedule(SchedulingQueue.flushUnschedulablePeriodUs, this.ids[4], this.life.get(), 0, WHY.schedulerFlush);
  }

  private cycle(ctx: WorldContext): void {
    this.wakeAtUs.set(-1);
    if (!this.running.get() || this.current.get() !== null) return;
    const row = this.queue.pop(ctx.nowUs);
    if (row === undefined) return;
    ctx.setCause(row.cause);
    const pod = row.pod.object;
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.recordEvent(
        ctx,
        pod,
        'Warning',
        'FailedScheduling',
        'Scheduling',
        `skip schedule deleting pod: ${pod.metadata.namespace}/${pod.metadata.name}`,
      );
      this.queue.remove(row.obj);
      this.wake(ctx);
      return;
    }
    const question = this.question(ctx, pod, row.attempts);
    const executor = this.executors.get(pod.spec?.schedulerName ?? 'default-scheduler') as Executor;
    const decision = executor.decide(question.pod, question.snapshot, question.options);
    this.startIndex.set(decision.nextStartIndex);
    this.current.set({
      obj: row.obj,
      uid: pod.metadata.uid as string,
      attempt: row.attempts,
      node: decision.node ?? '',
      message: decision.message,
      error: decision.result === 'Error',
      rejectedBy: decision.rejectedBy,
      pendingPlugins: decision.pendingPlugins,
      nominatedNode: decision.nominatedNode ?? '',
      clearNomination: decision.clearNomination === true,
      victims: (decision.victims ?? []).map((v) => ({ namespace: v.namespace, name: v.name, uid: v.uid })),
      reservations: decision.reservations ?? [],
      waits: decision.waits ?? {},
      effects: decision.effects ?? [],
      carried: decision.carried,
      writes: decision.writes ?? [],
      cause: row.cause,
    });
    const extendedUs = question.options.extenders?.elapsedUs() ?? 0;
    ctx.schedule(cycleUs(decision.evaluated) + extendedUs, this.ids[1], this.life.get(), 0, WHY.schedulingCycle);
  }

  /** What a cycle for this pod would be asked now. The pod must belong to one of the profiles. */
  question(ctx: Pick<WorldContext, 'draw' | 'stream' | 'nowUs'>, pod: KubeObject, attempt: number): Question {
    const profile = this.profiles.get(pod.spec?.schedulerName ?? 'default-scheduler') as Profile;
    const uid = pod.metadata.uid as string;
    const { tieBreak = 'draw' } = this.options;
    const drawIndex = (ties: number) => ctx.draw(ctx.stream('scheduler/tie'), hashString(uid), attempt) % ties;
    return {
      framework: this.frameworkOf(pod) as Framework,
      nominated: (node) => this.nominated.to(node),
      pod: podInfo(pod),
      snapshot: this.cache.snapshot(this.listers),
      options: {
        startIndex: this.startIndex.get(),
        percentageOfNodesToScore: profile.percentageOfNodesToScore,
        chooseIndex: tieBreak === 'draw' ? drawIndex : undefined,
        chooseBest: (best) => {
          if (tieBreak === 'draw') return drawIndex(best.length);
          return best.indexOf(tieBreak === 'lowestName' ? [...best].sort()[0] : tieBreak(pod, best));
        },
        drawOffset: (n) =>
          (this.options.tieBreak ?? 'draw') === 'draw'
            ? ctx.draw(ctx.stream('scheduler/preemption'), hashString(uid) ^ PURPOSE_PREEMPTION, attempt) % n
            : 0,
        waitingPods: () => this.waitingPods.list(),
        extenders: this.extenders.length === 0 ? undefined : this.extenderCalls(ctx, uid, attempt),
      },
    };
  }

  private extenderCalls(
    ctx: Pick<WorldContext, 'draw' | 'stream' | 'nowUs'>,
    uid: string,
    attempt: number,
  ): ExtenderCalls {
    const stream = ctx.stream('scheduler/extender');
    return new ExtenderCalls(this.extenders, ctx.nowUs, (n) => ctx.draw(stream, hashString(uid) + n, attempt));
  }

  private finish(ctx: WorldContext): void {
    const outcome = this.current.get() as Outcome;
    this.current.set(null);
    const row = this.queue.get(outcome.obj);
    if (outcome.victims.length > 0 && !this.isOn('SchedulerAsyncPreemption')) {
      // The cycle lasts until its victims are deleted.
      const { obj, uid, nominatedNode: node, victims } = outcome;
      this.current.set({ ...outcome, victims: [] });
      this.clearLowerNominations(ctx, outcome);
      this.nextVictim(ctx, { kind: 'victimStatus', obj, uid, node, victims, isInCycle: true });
      return;
    }
    // The pod was deleted (and perhaps made anew) while its cycle ran.
    if (row !== undefined && row.pod.object.metadata.uid === outcome.uid) {
      if (outcome.node !== '') this.assumeAndBind(ctx, outcome, row.pod);
      else this.fail(ctx, outcome, row.pod);
    }
    this.wake(ctx);
  }

  private assumeAndBind(ctx: WorldContext, outcome: Outcome, pod: Version): void {
    ctx.record(
      RecordKind.decision,
      this.id,
      outcome.obj,
      ctx.objects.id('nodes', '', outcome.node),
      outcome.attempt,
      0,
    );
    this.cache.assume(assumedPod(pod.object, outcome.node), outcome.node, podInfo(pod.object));
    this.nominated.delete(outcome.uid);
    const { obj, uid, node, reservations, carried, attempt } = outcome;
    const isWaiting = Object.keys(outcome.waits).length > 0;
    if (!isWaiting) this.queue.done(obj);
    let steps: readonly string[] = [];
    if (this.hasUsersPreBind(pod.object)) {
      const plan = planPreBind(this.frameworkOf(pod.object) as Framework, this.callOf(pod.object, node, carried));
      if ('error' in plan) {
        this.bindingFailed(ctx, { kind: 'bind', obj, uid, node, victims: [], carried }, plan.error, 0);
        return;
      }
      steps = plan.steps;
    }
    const request: InFlightRequest = { kind: 'bind', obj, uid, node, victims: [], carried, attempt };
    if (!isWaiting && reservations.length === 0 && steps.length === 0) {
      ctx.schedule(BIND_START_US, this.ids[2], this.life.get(), this.track(request), WHY.schedulingCycle);
      this.applyEffects(ctx, outcome.effects);
      return;
    }
    this.assumedObjects.assume(uid, reservations);
    const next: InFlightRequest =
      reservations.length === 0 && steps.length === 0 ? request : { ...request, kind: 'preBind', reservations, steps };
    // The node is written down before anything that belongs to it is touched.
    const isWritten = pod.object.status?.nominatedNodeName === node || !this.isOn('NominatedNodeNameForExpectation');
    if (isWaiting) this.keepWaiting(ctx, outcome, pod, next, !isWritten);
    else if (isWritten)
      ctx.schedule(BIND_START_US, this.ids[2], this.life.get(), this.track(next), WHY.schedulingCycle);
    else this.patchStatus(ctx, pod.object, { status: { nominatedNodeName: node } }, next);
    this.applyEffects(ctx, outcome.effects);
  }

  // --- Permit: pods that wait with a node ---------------------------------------------------------------------------------

  private keepWaiting(
    ctx: WorldContext,
    outcome: Outcome,
    pod: Version,
    request: InFlightRequest,
    isNominating: boolean,
  ): void {
    const { obj, uid, node, attempt, waits } = outcome;
    const timer: InFlightRequest = { kind: 'permit', obj, uid, node, victims: [], attempt };
    this.waitingPods.add({
      obj,
      uid,
      node,
      attempt,
      pod: pod.object,
      sinceUs: ctx.nowUs,
      pending: waits,
      isNominating,
      request,
    });
    for (const plugin of Object.keys(waits).sort())
      ctx.schedule(waits[plugin], this.ids[2], this.life.get(), this.track({ ...timer, plugin }), WHY.schedulingCycle);
    if (isNominating) this.patchStatus(ctx, pod.object, { status: { nominatedNodeName: node } }, timer);
  }

  /** A plugin's patience is over, or (without a plugin) the node is written down. */
  private permitDue(ctx: WorldContext, { uid, attempt, plugin }: InFlightRequest): void {
    const entry = this.waitingPods.get(uid);
    if (entry === undefined || entry.attempt !== attempt) return;
    if (plugin === undefined) this.waitingPods.nominated(uid);
    else if (entry.pending[plugin] !== undefined) {
      const waited = formatDurationUs(entry.pending[plugin]);
      this.waitingPods.reject(uid, plugin, `rejected due to timeout after waiting ${waited} at plugin ${plugin}`);
    }
    this.settleWaiting(ctx);
  }

  /** What plugins want done besides their answers. */
  private applyEffects(ctx: WorldContext, effects: readonly PluginEffects[]): void {
    if (effects.length === 0) return;
    for (const { plugin, allow = [], reject = [], activate = [], writes = [] } of effects) {
      for (const uid of allow) this.waitingPods.allow(uid, plugin);
      for (const { uid, message } of reject) this.waitingPods.reject(uid, plugin, message);
      for (const { namespace, name } of activate) {
        const pod = findByName(this.informers.storeOf('pods')?.list(namespace) ?? [], name);
        if (pod !== undefined) this.queue.activate(pod.obj, ctx.nowUs, 0);
      }
      for (const write of writes)
        this.sendWrite(ctx, write, { kind: 'status', obj: 0, uid: '', node: '', victims: [] });
    }
    this.settleWaiting(ctx);
    this.wake(ctx);
  }

  /** Pods that wait no longer go on, or back to the queue. */
  private settleWaiting(ctx: WorldContext): void {
    for (let entry = this.waitingPods.settled(); entry !== undefined; entry = this.waitingPods.settled()) {
      const { uid, obj, request, rejected } = entry;
      this.waitingPods.remove(uid);
      if (rejected !== undefined) {
        this.bindingRejected(ctx, entry, rejected);
        continue;
      }
      this.queue.done(obj);
      const waitUntilUs = request.kind === 'preBind' ? ctx.nowUs + BIND_TIMEOUT_US : undefined;
      ctx.schedule(
        BIND_START_US,
        this.ids[2],
        this.life.get(),
        this.track({ ...request, waitUntilUs }),
        WHY.schedulingCycle,
      );
    }
  }

  /** The pod is unschedulable, as if no node had been found: its room is free again for all others. */
  private bindingRejected(ctx: WorldContext, entry: WaitingEntry<InFlightRequest>, status: Status): void {
    const { obj, uid, node, attempt, request } = entry;
    const undone = this.unreserve(entry.pod, request);
    this.cache.forget(uid);
    this.assumedObjects.forget(uid);
    const row = this.renewed(obj);
    if (row !== undefined && row.pod.object.metadata.uid === uid) {
      const { message, rejectedBy, pendingPlugins } = refusal(node, status);
      ctx.record(RecordKind.decisionFailed, this.id, obj, ctx.strings.intern(message), attempt, 0);
      this.queue.addUnschedulable(obj, rejectedBy, pendingPlugins, ctx.nowUs);
      this.tellFailure(ctx, row.pod.object, 'Unschedulable', message);
    }
    const before = assumedPod(entry.pod, node);
    this.queue.moveAll({ resource: 'AssignedPod', action: 'Delete', before, record: 0 }, ctx.nowUs, obj);
    this.applyEffects(ctx, undone);
    this.wake(ctx);
  }

  private unreserve(pod: KubeObject, { node, carried }: InFlightRequest): readonly PluginEffects[] {
    const framework = this.frameworkOf(pod);
    if (framework?.plugins.reserve.some((p) => p.unreserve !== undefined) !== true) return [];
    const { state, info, snapshot } = this.callOf(pod, node, carried);
    return framework.runUnreserve(state, info, node, snapshot, this.waitingPods.list());
  }

  /** What a plugin is given in a binding cycle. */
  private callOf(pod: KubeObject, node: string, carried: Carried | undefined): PluginCall {
    return { state: CycleState.from(carried), info: podInfo(pod), node, snapshot: this.cache.snapshot(this.listers) };
  }

  private hasUsersPreBind(pod: KubeObject): boolean {
    return this.frameworkOf(pod)?.plugins.preBind.some((p) => p.preBind !== undefined) === true;
  }

  private fail(ctx: WorldContext, outcome: Outcome, pod: Version): void {
    ctx.record(
      RecordKind.decisionFailed,
      this.id,
      outcome.obj,
      ctx.strings.intern(outcome.message),
      outcome.attempt,
      0,
    );
    for (const write of outcome.writes) {
      this.sendWrite(ctx, write, { kind: 'status', obj: outcome.obj, uid: outcome.uid, node: '', victims: [] });
    }
    if (outcome.nominatedNode !== '') {
      this.nominated.set(outcome.uid, { node: outcome.nominatedNode, pod: pod.object });
      if (outcome.victims.length > 0) this.preempting.set(outcome.uid, outcome.obj);
    } else if (outcome.clearNomination || outcome.error) {
      this.nominated.delete(outcome.uid);
    }
    this.queue.addUnschedulable(outcome.obj, outcome.rejectedBy, outcome.pendingPlugins, ctx.nowUs);
    this.recordEvent(ctx, pod.object, 'Warning', 'FailedScheduling', 'Scheduling', outcome.message);
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: outcome.error ? 'SchedulerError' : 'Unschedulable',
      message: outcome.message,
    };
    const nominate =
      outcome.nominatedNode !== '' ? outcome.nominatedNode : outcome.clearNomination || outcome.error ? '' : undefined;
    const patch = podConditionPatch(pod.object, condition, timestamp(this.options.clock, ctx.nowUs), nominate);
    if (patch !== undefined)
      this.patchStatus(ctx, pod.object, patch, {
        kind: 'status',
        obj: outcome.obj,
        uid: outcome.uid,
        node: '',
        victims: [],
      });
    if (outcome.victims.length > 0) this.preempt(ctx, outcome);
    this.applyEffects(ctx, outcome.effects);
  }

  // --- requests -----------------------------------------------------------------------------------------------------------

  private track(request: InFlightRequest): number {
    const token = this.nextToken.get();
    this.nextToken.set(token + 1);
    this.requests.set(String(token), request);
    return token;
  }

  private sendBinding(ctx: WorldContext, token: number): void {
    const request = this.requests.get(String(token)) as InFlightRequest;
    if (request.kind === 'permit') {
      this.requests.delete(String(token));
      this.permitDue(ctx, request);
      return;
    }
    if (request.kind === 'preBind') {
      this.requests.delete(String(token));
      this.preBind(ctx, { ...request, waitUntilUs: request.waitUntilUs ?? ctx.nowUs + BIND_TIMEOUT_US });
      return;
    }
    if (this.extenders.length > 0 && !this.extenderBinds(ctx, token, request)) return;
    if (request.extender === undefined && !this.pluginBinds(ctx, token, request)) return;
    const namespace = ctx.objects.namespace(request.obj);
    const name = ctx.objects.name(request.obj);
    this.clients.request(
      ctx,
      this.client.get(),
      {
        verb: 'create',
        resource: 'pods',
        subresource: 'binding',
        namespace,
        name,
        body: {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace, uid: request.uid },
          target: { kind: 'Node', name: request.node },
        },
      },
      this.sink,
      token,
    );
  }

  /** Asks the extender that binds the pod, if there is one; true = the binding may be sent now. */
  private extenderBinds(ctx: WorldContext, token: number, request: InFlightRequest): boolean {
    if (request.extender !== undefined) {
      if (request.extender.error === undefined) return true;
      this.requests.delete(String(token));
      this.bindingFailed(ctx, request, request.extender.error, 0);
      return false;
    }
    const pod = this.podObject(request.obj);
    const calls = this.extenderCalls(ctx, request.uid, EXTENDER_BIND_CALL);
    const answer = pod === undefined ? undefined : calls.bind(pod, request.node);
    if (answer === undefined) return true;
    this.requests.delete(String(token));
    const later = this.track({ ...request, extender: answer });
    ctx.schedule(calls.elapsedUs(), this.ids[2], this.life.get(), later, WHY.schedulingCycle);
    return false;
  }

  /** Asks the Bind plugins of users, in their order; true = the binding may be sent now. Source: framework.go RunBindPlugins. */
  private pluginBinds(ctx: WorldContext, token: number, request: InFlightRequest): boolean {
    const pod = this.podObject(request.obj);
    const bind = pod === undefined ? [] : ((this.frameworkOf(pod) as Framework).plugins.bind ?? []);
    if (pod === undefined || request.binder !== undefined || bind.every((p) => p.name === DEFAULT_BINDER)) return true;
    const call = this.callOf(pod, request.node, request.carried);
    let skipped = '';
    for (const plugin of bind) {
      const { status, latency } = plugin.bind?.(call.state, call.info, call.node, call.snapshot) ?? {};
      if (status?.code === 'Skip') {
        skipped = status.reasons.join(', ');
        continue;
      }
      const answered = { ...request, binder: plugin.name, carried: call.state.carried() ?? request.carried };
      if (!isSuccess(status)) {
        this.requests.delete(String(token));
        const { message, isRejection } = failureOf('Bind', plugin.name, status as Status);
        this.bindingFailed(ctx, answered, message, 0, isRejection);
        return false;
      }
      const takesUs = this.latencyUs(ctx, answered, plugin, 'bind', latency);
      if (takesUs === 0) {
        this.requests.set(String(token), answered);
        return true;
      }
      this.requests.delete(String(token));
      ctx.schedule(takesUs, this.ids[2], this.life.get(), this.track(answered), WHY.schedulingCycle);
      return false;
    }
    // Nobody wants to bind the pod: the error is what the last of them said, mostly nothing.
    this.requests.delete(String(token));
    this.bindingFailed(ctx, request, skipped, 0);
    return false;
  }

  /** A keyed draw; 0 = at once. */
  private latencyUs(
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

  /** Runs a user's PreBind plugin; its writes are made like those of a reservation. */
  private usersPreBind(ctx: WorldContext, request: InFlightRequest, name: string): void {
    const pod = this.podObject(request.obj);
    const plugin = this.frameworkOfObj(request.obj)?.plugins.preBind.find((p) => p.name === name);
    const rest = (request.steps ?? []).slice(1);
    if (pod === undefined || plugin === undefined) {
      this.preBind(ctx, { ...request, steps: rest });
      return;
    }
    let { answer, carried } = request;
    if (answer === undefined) {
      const call = this.callOf(pod, request.node, carried);
      answer = plugin.preBind?.(call.state, call.info, call.node, call.snapshot) ?? {};
      carried = call.state.carried() ?? carried;
      const takesUs = this.latencyUs(ctx, request, plugin, 'preBind', answer.latency);
      if (takesUs > 0) {
        const later = this.track({ ...request, answer, carried });
        ctx.schedule(takesUs, this.ids[2], this.life.get(), later, WHY.schedulingCycle);
        return;
      }
    }
    if (!isSuccess(answer.status)) {
      const { message, isRejection } = failureOf('PreBind', name, answer.status as Status);
      this.bindingFailed(ctx, request, message, 0, isRejection);
      return;
    }
    const { writes = [] } = answer;
    const next = { ...request, carried, answer: undefined, isWaiting: undefined };
    if (writes.length === 0) this.preBind(ctx, { ...next, steps: rest });
    else
      this.preBind(ctx, {
        ...next,
        reservations: [{ plugin: name, writes, waitsFor: [] }, ...(request.reservations ?? [])],
        steps: [WRITES_ONLY, ...rest],
      });
  }

  /** The next write of the reservations; when all are made, the wait for others; then the binding. */
  private preBind(ctx: WorldContext, request: InFlightRequest): void {
    const reservations = request.reservations ?? [];
    const [step = RESERVATIONS, ...later] = request.steps ?? [];
    if (step !== RESERVATIONS && step !== WRITES_ONLY) {
      this.usersPreBind(ctx, request, step);
      return;
    }
    const inTurn = step === WRITES_ONLY ? reservations.slice(0, 1) : reservations;
    const write = inTurn.find((r) => r.writes.length > 0)?.writes[0];
    if (step === WRITES_ONLY && write === undefined) {
      this.preBind(ctx, { ...request, reservations: reservations.slice(1), steps: later });
      return;
    }
    if (write !== undefined) {
      this.sendWrite(ctx, write, request);
      return;
    }
    if (request.isWaiting !== true && reservations.some((r) => r.waitsFor.length > 0)) {
      this.waitForOthers(ctx, request);
      return;
    }
    for (const { plugin, waitsFor } of reservations) {
      const isReady = this.frameworkOfObj(request.obj)?.plugins.all.find((p) => p.name === plugin)?.isReady;
      for (const { resource, namespace, name } of waitsFor) {
        const stored = findByName(this.informers.storeOf(resource)?.list(namespace) ?? [], name)?.object;
        const ready = isReady?.(stored, request.node) ?? true;
        if (ready === true) continue;
        const isLate = ctx.nowUs >= (request.waitUntilUs ?? Number.POSITIVE_INFINITY);
        const error = ready !== false ? ready : isLate ? 'context deadline exceeded' : undefined;
        if (error !== undefined) this.preBindFailed(ctx, request, `binding volumes: ${error}`, 0);
        else this.waitForOthers(ctx, request);
        return;
      }
    }
    if (later.length > 0) {
      this.preBind(ctx, { ...request, reservations: [], steps: later });
      return;
    }
    const { obj, uid, node, carried, attempt } = request;
    this.sendBinding(ctx, this.track({ kind: 'bind', obj, uid, node, victims: [], carried, attempt }));
  }

  private waitForOthers(ctx: WorldContext, request: InFlightRequest): void {
    const waitUntilUs = request.waitUntilUs ?? ctx.nowUs + BIND_TIMEOUT_US;
    ctx.schedule(
      BIND_POLL_US,
      this.ids[2],
      this.life.get(),
      this.track({ ...request, waitUntilUs, isWaiting: true }),
      WHY.schedulingCycle,
    );
  }

  private sendWrite(ctx: WorldContext, write: ReservedWrite, request: InFlightRequest): void {
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

  /** Without a reservation's write under way this was the nomination, whose failure is of no consequence. */
  private preBindAnswered(ctx: WorldContext, request: InFlightRequest, answer: ApiResponse | undefined): void {
    const reservations = request.reservations ?? [];
    const at = reservations.findIndex((r) => r.writes.length > 0);
    const wasNomination = request.waitUntilUs === undefined;
    const started = { ...request, waitUntilUs: request.waitUntilUs ?? ctx.nowUs + BIND_TIMEOUT_US };
    if (wasNomination || at < 0) {
      this.preBind(ctx, started);
      return;
    }
    const [write, ...others] = reservations[at].writes;
    if (answer === undefined || isError(answer)) {
      this.preBindFailed(ctx, request, answer?.status?.message ?? 'context deadline exceeded', answer?.record ?? 0);
      return;
    }
    const isSame = (w: ReservedWrite) =>
      w.resource === write.resource &&
      w.object.metadata.name === write.object.metadata.name &&
      w.object.metadata.namespace === write.object.metadata.namespace;
    const seen = findByName(
      this.informers.storeOf(write.resource)?.list(write.object.metadata.namespace ?? '') ?? [],
      write.object.metadata.name ?? '',
    );
    this.assumedObjects.written(write, !others.some(isSame), answer, seen?.rv ?? 0);
    const resourceVersion = answer.version?.object.metadata.resourceVersion;
    const rest = others.map((w) =>
      isSame(w) && resourceVersion !== undefined
        ? { ...w, object: { ...w.object, metadata: { ...w.object.metadata, resourceVersion } } }
        : w,
    );
    this.preBind(ctx, {
      ...started,
      reservations: reservations.map((r, i) => (i === at ? { ...r, writes: rest } : r)),
    });
  }

  private preBindFailed(ctx: WorldContext, request: InFlightRequest, error: string, record: number): void {
    const plugin = (request.reservations ?? []).find((r) => r.writes.length > 0 || r.waitsFor.length > 0)?.plugin;
    this.bindingFailed(ctx, request, `running PreBind plugin "${plugin}": ${error}`, record);
  }

  private patchStatus(ctx: WorldContext, pod: KubeObject, value: Json, request: InFlightRequest): void {
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

  private answered(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    const request = this.requests.get(String(token));
    if (request === undefined) return;
    this.requests.delete(String(token));
    if (request.kind === 'bind') this.bound(ctx, request, answer);
    else if (request.kind === 'permit') this.permitDue(ctx, request);
    else if (request.kind === 'preBind') this.preBindAnswered(ctx, request, answer);
    else if (request.kind === 'victimStatus') this.deleteVictim(ctx, request, answer);
    else if (request.kind === 'victimDelete') this.victimDeleted(ctx, request, answer);
  }

  private bound(ctx: WorldContext, request: InFlightRequest, answer: ApiResponse | undefined): void {
    const row = this.queue.get(request.obj);
    if (answer !== undefined && !isError(answer)) {
      const pod = row?.pod.object ?? this.podObject(request.obj);
      if (pod === undefined) return;
      this.recordEvent(
        ctx,
        pod,
        'Normal',
        'Scheduled',
        'Binding',
        `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${request.node}`,
      );
      this.postBind(ctx, pod, request);
      return;
    }
    const error = answer?.status?.message ?? 'context deadline exceeded';
    const binder = request.binder ?? DEFAULT_BINDER;
    const message = request.extender === undefined ? `running Bind plugin "${binder}": ${error}` : error;
    this.bindingFailed(ctx, request, message, answer?.record ?? 0);
  }

  private postBind(ctx: WorldContext, pod: KubeObject, request: InFlightRequest): void {
    const plugins = this.frameworkOf(pod)?.plugins.postBind ?? [];
    if (plugins.length === 0) return;
    const { state, info, node, snapshot } = this.callOf(pod, request.node, request.carried);
    const effects: PluginEffects[] = [];
    for (const plugin of plugins) {
      const wanted = plugin.postBind?.(state, info, node, snapshot, this.waitingPods.list());
      if (wanted !== undefined) effects.push(effectsOf(plugin, wanted));
    }
    this.applyEffects(ctx, effects);
  }

  /** The room is free again; the pod itself goes back with an error, or with a plugin's rejection that waits for nothing. */
  private bindingFailed(
    ctx: WorldContext,
    request: InFlightRequest,
    message: string,
    record: number,
    isRejection = false,
  ): void {
    const row = this.renewed(request.obj);
    const undone = row === undefined ? [] : this.unreserve(row.pod.object, request);
    this.cache.forget(request.uid);
    this.assumedObjects.forget(request.uid);
    if (row !== undefined) {
      this.queue.addUnschedulable(request.obj, [], [], ctx.nowUs);
      this.queue.moveAll({ resource: 'AssignedPod', action: 'Delete', before: row.pod.object, record }, ctx.nowUs);
      this.tellFailure(ctx, row.pod.object, isRejection ? 'Unschedulable' : 'SchedulerError', message);
    }
    this.applyEffects(ctx, undone);
    this.wake(ctx);
  }

  /** The pod's row with what the informer knows of it. */
  private renewed(obj: ObjId): QueuedPod | undefined {
    const pod = this.informers.storeOf('pods')?.get(obj);
    return pod === undefined ? this.queue.get(obj) : this.queue.renew(pod);
  }

  /** The event and the condition of a pod that lost its node again. */
  private tellFailure(ctx: WorldContext, pod: KubeObject, reason: string, message: string): void {
    this.recordEvent(ctx, pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
    const condition = { type: 'PodScheduled', status: 'False', reason, message };
    const patch = podConditionPatch(pod, condition, timestamp(this.options.clock, ctx.nowUs), '');
    const uid = pod.metadata.uid as string;
    if (patch !== undefined) this.patchStatus(ctx, pod, patch, { kind: 'status', obj: 0, uid, node: '', victims: [] });
  }

  private podObject(obj: ObjId): KubeObject | undefined {
    return this.informers.storeOf('pods')?.get(obj)?.object;
  }

  /** Victims are told and deleted one after the other; meanwhile the preemptor is gated. */
  private preempt(ctx: WorldContext, outcome: Outcome): void {
    this.clearLowerNominations(ctx, outcome);
    this.nextVictim(ctx, {
      kind: 'victimStatus',
      obj: outcome.obj,
      uid: outcome.uid,
      node: outcome.nominatedNode,
      victims: outcome.victims,
    });
  }

  /** Pods of lower priority that are nominated to the node will not fit there any more. */
  private clearLowerNominations(ctx: WorldContext, outcome: Outcome): void {
    const preemptor = this.podObject(outcome.obj);
    const priority: number = preemptor?.spec?.priority ?? 0;
    for (const info of this.nominated.to(outcome.nominatedNode)) {
      if (info.priority >= priority || info.uid === outcome.uid) continue;
      this.nominated.delete(info.uid);
      this.patchStatus(
        ctx,
        info.pod,
        { status: { nominatedNodeName: null } },
        { kind: 'status', obj: outcome.obj, uid: info.uid, node: '', victims: [] },
      );
    }
  }

  private nextVictim(ctx: WorldContext, request: InFlightRequest): void {
    const [victim, ...others] = request.victims;
    if (victim === undefined) {
      if (request.isInCycle === true) this.finish(ctx);
      else this.preemptionDone(ctx, request);
      return;
    }
    // The last victim's deletion is the event that wakes the preemptor, so it must not be gated any more by then.
    if (others.length === 0) this.preemptionDone(ctx, request);
    const pod = this.informers
      .storeOf('pods')
      ?.list(victim.namespace)
      .find((v) => v.object.metadata.uid === victim.uid)?.object;
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) {
      this.nextVictim(ctx, { ...request, victims: others });
      return;
    }
    if (this.waitingPods.get(victim.uid) !== undefined) {
      // It has not begun to run: it need not be deleted.
      this.waitingPods.reject(victim.uid, PREEMPTION, 'preempted');
      this.tellPreempted(ctx, pod, request);
      this.settleWaiting(ctx);
      this.nextVictim(ctx, { ...request, victims: others });
      return;
    }
    const message = `${preemptorScheduler(this.podObject(request.obj))}: preempting to accommodate a higher priority pod`;
    const patch = podConditionPatch(
      pod,
      { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message },
      timestamp(this.options.clock, ctx.nowUs),
    );
    if (patch === undefined) this.deleteVictim(ctx, request, undefined);
    else this.patchStatus(ctx, pod, patch, { ...request, kind: 'victimStatus' });
  }

  private deleteVictim(ctx: WorldContext, request: InFlightRequest, _answer: ApiResponse | undefined): void {
    const victim = request.victims[0];
    this.clients.request(
      ctx,
      this.client.get(),
      { verb: 'delete', resource: 'pods', namespace: victim.namespace, name: victim.name, options: { delete: {} } },
      this.sink,
      this.track({ ...request, kind: 'victimDelete' }),
    );
  }

  private victimDeleted(ctx: WorldContext, request: InFlightRequest, answer: ApiResponse | undefined): void {
    const [victim, ...others] = request.victims;
    if (answer !== undefined && !isError(answer)) {
      const pod = this.informers
        .storeOf('pods')
        ?.list(victim.namespace)
        .find((v) => v.object.metadata.uid === victim.uid)?.object;
      if (pod !== undefined) this.tellPreempted(ctx, pod, request);
    } else if (answer?.code !== 404) {
      // The room could not be made: try again at once rather than wait for an event that will not come.
      this.preempting.delete(request.uid);
      this.queue.activate(request.obj, ctx.nowUs, 0);
      this.wake(ctx);
    }
    if (others.length > 0 || request.isInCycle === true) this.nextVictim(ctx, { ...request, victims: others });
  }

  private tellPreempted(ctx: WorldContext, victim: KubeObject, { obj, uid, node }: InFlightRequest): void {
    const note = `Preempted by pod ${uid} on node ${node}`;
    this.recordEvent(ctx, victim, 'Normal', 'Preempted', 'Preempting', note, this.podObject(obj));
  }

  private preemptionDone(_ctx: WorldContext, request: InFlightRequest): void {
    this.preempting.delete(request.uid);
  }

  private recordEvent(
    ctx: WorldContext,
    pod: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    action: string,
    message: string,
    related?: KubeObject,
  ): void {
    const recorder = this.recorderOf.get(pod.spec?.schedulerName ?? 'default-scheduler');
    if (recorder === undefined) return;
    this.recorders.record(ctx, recorder, { regarding: pod, type, reason, action, message: truncate(message), related });
  }
}

/** The lease and the times of a configuration. Source: component-base/config/v1alpha1, apis/config/v1 defaults. */
function election({ leaderElection: given = {} }: SchedulerConfiguration = {}) {
  const us = (text: string | undefined, or: number) => (text === undefined ? or : parseDurationUs(text));
  const { leaseDurationUs, renewDeadlineUs, retryPeriodUs } = DEFAULT_ELECTION_TIMES;
  return {
    lease: given.resourceName ?? 'kube-scheduler',
    namespace: given.resourceNamespace ?? 'kube-system',
    times: {
      leaseDurationUs: us(given.leaseDuration, leaseDurationUs),
      renewDeadlineUs: us(given.renewDeadline, renewDeadlineUs),
      retryPeriodUs: us(given.retryPeriod, retryPeriodUs),
    },
  };
}

/** Notes of events are cut to 1,024 bytes. Source: schedule_one.go truncateMessage. */
function truncate(message: string): string {
  const suffix = ' ...';
  return message.length <= 1024 ? message : message.slice(0, 1024 - suffix.length) + suffix;
}

function preemptorScheduler(pod: KubeObject | undefined): string {
  return pod?.spec?.schedulerName ?? 'default-scheduler';
}

function assumedPod(pod: KubeObject, node: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: pod.metadata,
    spec: { ...pod.spec, nodeName: node },
    status: pod.status,
  };
}
