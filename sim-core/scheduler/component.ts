import { parseDurationUs } from '../api/machinery/duration.ts';
import { ApiClients } from '../client/api_clients.ts';
import { EventRecorders } from '../client/event_recorder.ts';
import { Informers } from '../client/informers.ts';
import { DEFAULT_ELECTION_TIMES, LeaderElector } from '../client/leader_election.ts';
import { PartList } from '../client/parts.ts';
import type {
  ApiResponse,
  ApiServers,
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  KubeObject,
  ObjId,
  TimeUs,
  WorldContext,
} from '../contracts/index.ts';
import { SECOND_US, WHY } from '../contracts/index.ts';
import { Binding } from './binding.ts';
import { Handler, SchedulerCore, type SchedulerOptions } from './core.ts';
import type { Question } from './cycle/question.ts';
import { Deliveries } from './deliveries.ts';
import type { SchedulerConfiguration } from './framework/config.ts';
import type { EventResource } from './framework/plugin.ts';
import { Permit } from './permit.ts';
import { PreBinding } from './preBinding.ts';
import type { QueuedPod } from './queue/queuedPod.ts';
import { SchedulingQueue } from './queue/schedulingQueue.ts';
import { SchedulingThread } from './thread.ts';

export type { SchedulerOptions } from './core.ts';

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
const USER = 'system:kube-scheduler';
/** Model: as for the controller manager. */
const RESTART_US = 2 * SECOND_US;
/** Half the renew deadline, as the components configure the client of their election. */
const ELECTION_TIMEOUT_US = 5 * SECOND_US;

/**
 * kube-scheduler: queue, cache, one scheduling cycle at a time, bindings in the background, preemption. Its rooms: what
 * informers say (deliveries.ts), the cycle (thread.ts), pods that wait (permit.ts), what goes before a binding
 * (preBinding.ts), bindings (binding.ts), victims (preemption.ts); what they share is in core.ts.
 * Source: pkg/scheduler/{scheduler,schedule_one,eventhandlers}.go.
 */
export class Scheduler implements Component {
  readonly name: string;
  private readonly options: SchedulerOptions;
  private readonly parts: PartList;
  private readonly elector: LeaderElector | undefined;
  private readonly core: SchedulerCore;
  private readonly permit: Permit;
  private readonly binding: Binding;
  private readonly preBinding: PreBinding;
  private readonly thread: SchedulingThread;
  private readonly deliveries: Deliveries;
  private readonly groups: ReadonlyMap<string, number>;
  private containers!: Containers;

  constructor(name: string, servers: ApiServers, options: SchedulerOptions) {
    this.name = name;
    this.options = options;
    const clients = new ApiClients(servers);
    const informers = new Informers(servers, clients);
    const recorders = new EventRecorders(clients, options.clock);
    this.elector =
      options.leaderElection === true
        ? new LeaderElector(clients, {
            ...election(options.configuration),
            host: options.host,
            clock: options.clock,
            onStartedLeading: (ctx) => this.lead(ctx),
            onStoppedLeading: (ctx) => this.stopLeading(ctx),
          })
        : undefined;
    const sink = clients.sink((ctx, token, answer) => this.answered(ctx, token, answer));
    this.core = new SchedulerCore(options, { clients, informers, recorders, sink });
    this.permit = new Permit(this.core);
    this.binding = new Binding(this.core, this.permit);
    this.preBinding = new PreBinding(this.core, this.binding);
    this.thread = new SchedulingThread(this.core, this.permit, this.binding);
    this.deliveries = new Deliveries(this.core, this.permit);
    this.groups = this.declareInformers();
    this.parts = new PartList([clients, informers, recorders, ...(this.elector === undefined ? [] : [this.elector])]);
  }

  init(c: Containers, id: ComponentId): void {
    this.containers = c;
    this.parts.init(c, id);
    this.core.init(c, id);
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'scheduler/cycle', run: (ctx, life) => this.ifAlive(life, () => this.thread.cycle(ctx)) },
      { name: 'scheduler/finish', run: (ctx, life) => this.ifAlive(life, () => this.thread.finish(ctx)) },
      { name: 'scheduler/bind', run: (ctx, life, token) => this.ifAlive(life, () => this.due(ctx, token)) },
      { name: 'scheduler/flushBackoff', run: (ctx, life) => this.ifAlive(life, () => this.thread.flushBackoff(ctx)) },
      {
        name: 'scheduler/flushUnschedulable',
        laneDelayUs: SchedulingQueue.flushUnschedulablePeriodUs,
        run: (ctx, life) => this.ifAlive(life, () => this.thread.flushUnschedulable(ctx)),
      },
      ...this.parts.handlers(),
      { name: 'scheduler/restart', run: (ctx, life) => this.ifAlive(life, () => this.start(ctx)) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.core.ids = ids;
    this.parts.registered(ids.slice(Handler.count, -1));
  }

  start(ctx: WorldContext): void {
    this.core.life.set(this.core.life.get() + 1);
    this.core.clients.start();
    const limits = this.options.configuration?.clientConnection;
    const open = (agent: string, timeoutUs?: number) =>
      this.core.clients.open({
        host: this.options.host,
        endpoint: this.options.transport.endpoint(this.name),
        user: USER,
        agent,
        limit: { qps: limits?.qps ?? 50, burst: limits?.burst ?? 100 },
        timeoutUs,
      });
    const client = open('kube-scheduler');
    this.core.client.set(client);
    this.core.recorders.start();
    const instance = (scheduler: string) => `${scheduler}-${this.options.host}`;
    for (const name of this.core.profiles.keys()) {
      this.core.recorderOf.set(
        name,
        this.core.recorders.open(ctx, { client, component: name, style: 'series', instance: instance(name) }),
      );
    }
    // Informers start before the election is won: the standby has a warm cache.
    for (const [resource, group] of this.groups) {
      const fieldSelector = resource === 'pods' ? 'status.phase!=Succeeded,status.phase!=Failed' : undefined;
      this.core.informers.open(ctx, { group, client, fieldSelector });
    }
    if (this.elector === undefined) this.lead(ctx);
    else this.elector.start(ctx, open('kube-scheduler', ELECTION_TIMEOUT_US));
    ctx.schedule(
      SchedulingQueue.flushUnschedulablePeriodUs,
      this.core.ids[Handler.flushUnschedulable],
      this.core.life.get(),
      0,
      WHY.schedulerFlush,
    );
  }

  crash(ctx: WorldContext): void {
    this.core.informers.crash(ctx);
    this.core.life.set(this.core.life.get() + 1);
  }

  /** For metrics and checkers: counts of scheduler_pending_pods. */
  pendingPods() {
    return this.core.queue.pending();
  }

  /** For explanations: names of the profiles, by which pods choose their scheduler. */
  schedulerNames(): readonly string[] {
    return [...this.core.profiles.keys()];
  }

  /** For explanations: the pod whose scheduling cycle runs now. */
  inCycle(): { readonly obj: ObjId; readonly attempt: number } | undefined {
    const current = this.core.current.get();
    return current === null ? undefined : { obj: current.obj, attempt: current.attempt };
  }

  /** For explanations: what the queue knows of a pending pod, and until when its back-off lasts (-1 = it has none). */
  queuedPod(obj: ObjId): { readonly row: QueuedPod; readonly backoffUntilUs: TimeUs } | undefined {
    const row = this.core.queue.get(obj);
    return row === undefined ? undefined : { row, backoffUntilUs: this.core.queue.backoffUntilUs(row) };
  }

  /** For checkers: pods that are assumed on a node and not yet seen as bound. */
  isAssumed(uid: string): boolean {
    return this.core.cache.isAssumed(uid);
  }

  /** For checkers: uids of all assumed pods. */
  assumedPods(): readonly string[] {
    return this.core.cache.assumedPods();
  }

  /** What a cycle for this pod would be asked now. The pod must belong to one of the profiles. */
  question(ctx: Pick<WorldContext, 'draw' | 'stream' | 'nowUs'>, pod: KubeObject, attempt: number): Question {
    return this.thread.question(ctx, pod, attempt);
  }

  private ifAlive(life: number, run: () => void): void {
    if (life === this.core.life.get()) run();
  }

  private lead(ctx: WorldContext): void {
    this.core.running.set(true);
    this.core.wake(ctx);
  }

  /** The process ends at once (cmd/kube-scheduler/app/server.go: "leaderelection lost"), and the kubelet starts it again. */
  private stopLeading(ctx: WorldContext): void {
    this.crash(ctx);
    this.containers.dropVolatile();
    ctx.schedule(RESTART_US, this.core.ids[this.core.ids.length - 1], this.core.life.get(), 0, WHY.processRestart);
  }

  private declareInformers(): ReadonlyMap<string, number> {
    const groups = new Map<string, number>();
    const declare = (resource: string) => groups.set(resource, this.core.informers.group({ resource }));
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
    this.core.informers.listen(groups.get('pods') as number, (ctx, event) => this.deliveries.podChanged(ctx, event));
    this.core.informers.listen(groups.get('nodes') as number, (ctx, event) => this.deliveries.nodeChanged(ctx, event));
    for (const [resource, kind] of PLUGIN_RESOURCES) {
      declare(resource);
      this.core.informers.listen(groups.get(resource) as number, (ctx, event) =>
        this.deliveries.objectChanged(ctx, resource, kind, event),
      );
    }
    this.core.informers.whenSynced((ctx) => this.core.wake(ctx));
    return groups;
  }

  /** The time of a tracked request has come. */
  private due(ctx: WorldContext, token: number): void {
    const request = this.core.requests.get(token);
    if (request === undefined) return;
    if (request.kind !== 'permit' && request.kind !== 'preBind') {
      this.binding.send(ctx, token, request);
      return;
    }
    this.core.requests.free(token);
    if (request.kind === 'permit') this.permit.due(ctx, request);
    else this.preBinding.begin(ctx, request);
  }

  private answered(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    const request = this.core.taken(token);
    if (request === undefined) return;
    const { preemption } = this.thread;
    if (request.kind === 'bind') this.binding.bound(ctx, request, answer);
    else if (request.kind === 'permit') this.permit.due(ctx, request);
    else if (request.kind === 'preBind') this.preBinding.answered(ctx, request, answer);
    else if (request.kind === 'victimStatus') preemption.deleteVictim(ctx, request);
    else if (request.kind === 'victimDelete') preemption.victimDeleted(ctx, request, answer);
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
