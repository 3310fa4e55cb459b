import { ApiClients, type ClientConfig } from '../../client/api_clients.ts';
import { EventRecorders } from '../../client/event_recorder.ts';
import type { GroupId, InformerConfig } from '../../client/informer_types.ts';
import { Informers } from '../../client/informers.ts';
import { type ElectionTimes, LeaderElector } from '../../client/leader_election.ts';
import { PartList } from '../../client/parts.ts';
import { fraction, type RateLimit } from '../../client/rate.ts';
import type { WallClock } from '../../client/wall_clock.ts';
import type {
  ApiServers,
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  PagedF64,
  PagedI32,
  Transport,
  WorldContext,
} from '../../contracts/index.ts';
import { SECOND_US, WHY } from '../../contracts/index.ts';
import { type AnyController, ControllerHost } from './controller_host.ts';
import { LATENCY } from './latency.ts';

export interface ControllerManagerOptions {
  /** Component and endpoint name, e.g. `kube-controller-manager-0`; also the host in the leader's identity. */
  readonly name: string;
  readonly servers: ApiServers;
  readonly transport: Pick<Transport, 'endpoint'>;
  readonly clock: WallClock;
  readonly controllers: readonly AnyController[];
  /** User, agent and Lease name of the process. Default `kube-controller-manager`. */
  readonly process?: string;
  /** --leader-elect. Default true. */
  readonly leaderElect?: boolean;
  readonly electionTimes?: ElectionTimes;
  /** --kube-api-qps and --kube-api-burst, per controller. Default 20/30. */
  readonly limit?: RateLimit;
  /** The API server that it talks to (the one on its own host). Default: balanced. */
  readonly replica?: number;
  /** See `InformerConfig.firstList`. */
  readonly firstList?: InformerConfig['firstList'];
}

const DEFAULT_LIMIT: RateLimit = { qps: 20, burst: 30 };
const PURPOSE_START = 1;
const SERVICE_ACCOUNT_GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'];
const COMPONENT_GROUPS = ['system:authenticated'];

/**
 * One replica of kube-controller-manager (or another process of the same build): it stands for election, and as the leader
 * fills shared informers and runs its controllers. When it loses the lease the process exits and is started again.
 */
export class ControllerManager implements Component {
  readonly name: string;
  readonly clients: ApiClients;
  readonly informers: Informers;
  readonly recorders: EventRecorders;
  readonly elector: LeaderElector;
  readonly hosts: readonly ControllerHost[];
  private readonly options: ControllerManagerOptions;
  private readonly process: string;
  private readonly parts: PartList;
  private readonly groups: readonly GroupId[];
  private containers!: Containers;
  /** Slot 0: shared-informers client, 1: recorder of the process, 2: 1 once the controllers were started. */
  private status!: PagedI32;
  /** Slot 0: when the informers were started. */
  private startedUs!: PagedF64;
  /** Slot 0: counts the processes; not volatile. */
  private life!: PagedI32;
  private startHandler: HandlerId = 0;
  private runHandler: HandlerId = 0;
  private restartHandler: HandlerId = 0;

  constructor(options: ControllerManagerOptions) {
    this.name = options.name;
    this.options = options;
    this.process = options.process ?? 'kube-controller-manager';
    this.clients = new ApiClients(options.servers);
    this.informers = new Informers(options.servers, this.clients);
    this.recorders = new EventRecorders(this.clients, options.clock);
    this.elector = new LeaderElector(this.clients, {
      lease: this.process,
      host: options.name,
      clock: options.clock,
      times: options.electionTimes,
      onStartedLeading: (ctx, identity) => this.startedLeading(ctx, identity),
      onStoppedLeading: (ctx, identity) => this.stoppedLeading(ctx, identity),
    });
    const { clients, informers, recorders } = this;
    this.hosts = options.controllers.map(
      (controller) =>
        new ControllerHost(controller, {
          clients,
          informers,
          recorders,
          open: (ctx, groups) => this.open(ctx, groups),
        }),
    );
    this.groups = [...new Set(this.hosts.flatMap((host) => [...host.groups]))];
    this.informers.whenSynced((ctx) => this.checkSynced(ctx));
    this.parts = new PartList([clients, informers, recorders, this.elector, ...this.hosts]);
  }

  init(c: Containers, id: ComponentId): void {
    this.containers = c;
    this.parts.init(c, id);
    this.status = c.i32('process/status', { volatile: true });
    this.startedUs = c.f64('process/started', { volatile: true });
    this.life = c.i32('process/life');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      ...this.parts.handlers(),
      { name: 'process/controllers', run: (ctx, _a, life) => this.ifAlive(life, () => this.startControllers(ctx)) },
      { name: 'process/run', run: (ctx, host, life) => this.ifAlive(life, () => this.hosts[host].run(ctx)) },
      { name: 'process/restart', run: (ctx, _a, life) => this.ifAlive(life, () => this.start(ctx)) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.parts.registered(ids.slice(0, -3));
    [this.startHandler, this.runHandler, this.restartHandler] = ids.slice(-3);
  }

  start(ctx: WorldContext): void {
    this.life.set(0, this.life.get(0) + 1);
    this.clients.start();
    this.recorders.start();
    this.status.set(
      0,
      this.clients.open(this.clientConfig(`system:${this.process}`, COMPONENT_GROUPS, 'shared-informers')),
    );
    if (this.options.leaderElect === false) {
      this.startControllers(ctx);
      return;
    }
    const election = this.clientConfig(`system:${this.process}`, COMPONENT_GROUPS, 'leader-election');
    // Half the renew deadline, as the components configure the client of their election.
    const renewDeadlineUs = this.options.electionTimes?.renewDeadlineUs ?? 10 * SECOND_US;
    const client = this.clients.open({ ...election, timeoutUs: Math.floor(renewDeadlineUs / 2) });
    const events = this.clients.open(this.clientConfig(`system:${this.process}`, COMPONENT_GROUPS, this.process));
    this.status.set(1, this.recorders.open(ctx, { client: events, component: this.process }));
    this.elector.start(ctx, client);
  }

  crash(ctx: WorldContext): void {
    this.informers.crash(ctx);
    this.life.set(0, this.life.get(0) + 1);
    for (const host of this.hosts) host.end();
    this.containers.dropVolatile();
  }

  get isLeading(): boolean {
    return this.options.leaderElect === false || this.elector.isLeading;
  }

  private ifAlive(life: number, run: () => void): void {
    if (life === this.life.get(0)) run();
  }

  private clientConfig(user: string, groups: readonly string[], purpose: string): ClientConfig {
    return {
      host: this.name,
      endpoint: this.options.transport.endpoint(this.name),
      user,
      groups,
      agent: `${this.process}/${purpose}`,
      limit: this.options.limit ?? DEFAULT_LIMIT,
      replica: this.options.replica,
    };
  }

  private startedLeading(ctx: WorldContext, identity: string): void {
    this.recordElection(ctx, `${identity} became leader`);
    const draw = ctx.draw(ctx.stream(`start/${this.name}`), PURPOSE_START, this.life.get(0));
    const delayUs = LATENCY.controllersStartMinUs + Math.floor(LATENCY.controllersStartSpreadUs * fraction(draw));
    ctx.schedule(delayUs, this.startHandler, 0, this.life.get(0), WHY.controllersStart);
  }

  /** The process ends at once: everything it knew is gone, and the kubelet starts it again. */
  private stoppedLeading(ctx: WorldContext, identity: string): void {
    this.recordElection(ctx, `${identity} stopped leading`);
    this.crash(ctx);
    ctx.schedule(LATENCY.processRestartUs, this.restartHandler, 0, this.life.get(0), WHY.processRestart);
  }

  private recordElection(ctx: WorldContext, message: string): void {
    const regarding = this.elector.leaseReference();
    this.recorders.record(ctx, this.status.get(1), { regarding, type: 'Normal', reason: 'LeaderElection', message });
  }

  private startControllers(ctx: WorldContext): void {
    if (this.status.get(2) === 1) return;
    this.status.set(2, 1);
    this.startedUs.set(0, ctx.nowUs);
    for (const host of this.hosts) this.startHost(ctx, host);
    this.open(ctx, this.groups);
    this.checkSynced(ctx);
  }

  private open(ctx: WorldContext, groups: readonly GroupId[]): void {
    for (const group of groups)
      this.informers.open(ctx, { group, client: this.status.get(0), firstList: this.options.firstList });
  }

  private startHost(ctx: WorldContext, host: ControllerHost): void {
    const { name, serviceAccount = name, eventSource = name, clientLimit } = host.controller;
    const user = `system:serviceaccount:kube-system:${serviceAccount}`;
    const config = this.clientConfig(user, SERVICE_ACCOUNT_GROUPS, user);
    const { qpsFactor = 1, burstFactor = 1 } = clientLimit ?? {};
    const limit = { qps: config.limit.qps * qpsFactor, burst: config.limit.burst * burstFactor };
    const client = this.clients.open({ ...config, limit });
    host.start(client, this.recorders.open(ctx, { client, component: eventSource }));
  }

  /** Starts the workers of each controller whose caches are all filled, at the next poll of WaitForCacheSync. */
  private checkSynced(ctx: WorldContext): void {
    const cause = ctx.cause;
    ctx.setCause(0);
    const elapsedUs = ctx.nowUs - this.startedUs.get(0);
    const waitUs = LATENCY.cacheSyncPollUs - (elapsedUs % LATENCY.cacheSyncPollUs);
    this.hosts.forEach((host, i) => {
      const isSynced = (group: GroupId) => this.informers.groupSynced(group);
      if (host.running || !host.groups.every(isSynced) || !host.lateGroups.every(isSynced)) return;
      ctx.schedule(waitUs, this.runHandler, i, this.life.get(0), WHY.cacheSync);
    });
    ctx.setCause(cause);
  }
}
