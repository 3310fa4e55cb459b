import { timeUs as parseTimeUs } from '../../api/machinery/time.ts';
import {
  ApiClients,
  type ClientId,
  EventRecorders,
  type InformerEvent,
  Informers,
  isError,
  type Part,
  PartList,
  type SinkId,
  timestamp,
  type WallClock,
} from '../../client/index.ts';
import {
  type ApiResponse,
  type ApiServers,
  type Cell,
  type Component,
  type ComponentId,
  type Containers,
  type Dict,
  type EndpointId,
  type HandlerId,
  type HandlerSpec,
  type KubeObject,
  type Ring,
  type Ticket,
  type Version,
  WHY,
  type WorldContext,
} from '../../contracts/index.ts';
import type { StageEnvironment } from './functions.ts';
import { NodeLeases } from './leases.ts';
import { chooseStage, type StageAction, stageActions, stageDelayUs } from './lifecycle.ts';
import type { Stage } from './stage.ts';

export interface KwokOptions {
  /** Unique in the world: `kwok-0`. */
  readonly name: string;
  readonly servers: ApiServers;
  readonly endpoint: EndpointId;
  readonly clock: WallClock;
  readonly stages: readonly Stage[];
  /** Only nodes with this label (`key=value`); '' or absent: all nodes. */
  readonly nodeLabel?: string;
  /** Restricts further, e.g. to nodes that no full kubelet runs. */
  manages?(node: KubeObject): boolean;
  /** 0: no leases. Default 40. */
  readonly leaseDurationSeconds?: number;
  /** Address of every node that has none (--node-ip); absent: derived from the node's place in the order of arrival. */
  readonly nodeIP?: string;
  /** --node-name: '' as KWOK in a cluster of its own. */
  readonly nodeName?: string;
  readonly nodePort?: number;
  readonly version?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
}

type Kind = 'nodes' | 'pods';

/** A stage that waits for its time, or is being played. */
interface Job {
  readonly kind: Kind;
  readonly stage: number;
  readonly version: Version;
  readonly ticket: Ticket;
}

/** A job whose actions are sent one after the other. */
interface Run {
  readonly key: string;
  readonly job: Job;
  readonly actions: readonly StageAction[];
  readonly next: number;
  readonly last: Version | undefined;
}

/** The object whose stage is rendered. */
interface Played {
  readonly ctx: WorldContext;
  readonly object: KubeObject;
  readonly nodeIP: string;
}

/** KWOK's podPlayStageParallelism and nodePlayStageParallelism. */
const PARALLELISM = 4;
const PURPOSE_STAGE = 1;
const PURPOSE_DELAY = 2;

/**
 * One KWOK process (v0.8.0): plays Stages for the nodes it manages and their pods, and renews the nodes' leases. While it
 * is crashed its kubelets are silent; `silence` does the same to single nodes.
 */
export class Kwok implements Component {
  readonly name: string;
  private readonly options: KwokOptions;
  private readonly clients: ApiClients;
  private readonly informers: Informers;
  private readonly events: EventRecorders;
  private readonly leases: NodeLeases;
  private readonly parts: PartList;
  private readonly sink: SinkId;
  private readonly nodeGroup: number;
  private readonly podGroup: number;
  private readonly stages: Readonly<Record<Kind, readonly Stage[]>>;
  private jobs!: Dict<Job>;
  private runs!: Dict<Run>;
  /** Keys by the token of their request. */
  private waiting!: Dict<string>;
  private ready!: Ring<string>;
  private counters!: Cell<{
    readonly token: number;
    readonly ip: number;
    readonly nodes: number;
    readonly life: number;
  }>;
  /** Pod addresses in use -> uid. */
  private addresses!: Dict<string>;
  private nodeAddresses!: Dict<string>;
  private silent!: Dict<boolean>;
  private ids!: Cell<{ readonly client: ClientId; readonly recorder: number }>;
  private dueHandler: HandlerId = 0;
  private readonly functions: StageEnvironment;
  /** Only while a template is rendered. */
  private played: Played | undefined;

  constructor(options: KwokOptions) {
    this.name = options.name;
    this.options = options;
    this.functions = this.environment();
    this.clients = new ApiClients(options.servers);
    this.informers = new Informers(options.servers, this.clients);
    this.events = new EventRecorders(this.clients, options.clock);
    const [seconds, { renewals }] = [options.leaseDurationSeconds ?? 40, options.servers];
    this.leases = new NodeLeases(this.clients, options.clock, seconds, options.name, renewals);
    this.nodeGroup = this.informers.group({ resource: 'nodes' });
    this.podGroup = this.informers.group({
      resource: 'pods',
      indexes: [{ index: 'node', keys: (o) => (o.spec?.nodeName ? [o.spec.nodeName] : []) }],
    });
    this.informers.listen(this.nodeGroup, (ctx, event) => this.nodeEvent(ctx, event));
    this.informers.listen(this.podGroup, (ctx, event) => this.podEvent(ctx, event));
    this.sink = this.clients.sink((ctx, token, answer) => this.answered(ctx, token, answer));
    this.leases.whenHeld((ctx, node) => this.nodeHeld(ctx, node));
    const own: Part = {
      init: (c) => this.initOwn(c),
      handlers: () => [{ name: 'due', run: (ctx, a, _b, key) => this.due(ctx, a, key as string) }],
      registered: (ids) => {
        [this.dueHandler] = ids;
      },
    };
    this.parts = new PartList([this.clients, this.informers, this.events, this.leases, own]);
    const of = (kind: string) =>
      options.stages.filter((s) => s.kind === kind && (s.apiGroup === 'v1' || s.apiGroup === ''));
    this.stages = { nodes: of('Node'), pods: of('Pod') };
  }

  init(c: Containers, id: ComponentId): void {
    this.parts.init(c, id);
  }

  private initOwn(c: Containers): void {
    const volatile = { volatile: true };
    this.jobs = c.dict('jobs', volatile);
    this.runs = c.dict('runs', volatile);
    this.waiting = c.dict('waiting', volatile);
    this.ready = c.ring('ready', volatile);
    this.counters = c.cell('counters', { token: 0, ip: 0, nodes: 0, life: 0 });
    this.addresses = c.dict('addresses', volatile);
    this.nodeAddresses = c.dict('nodeAddresses');
    this.silent = c.dict('silent');
    this.ids = c.cell('ids', { client: 0, recorder: 0 });
  }

  handlers(): readonly HandlerSpec[] {
    return this.parts.handlers();
  }

  registered(ids: readonly HandlerId[]): void {
    this.parts.registered(ids);
  }

  start(ctx: WorldContext): void {
    this.clients.start();
    this.events.start();
    this.counters.set({ ...this.counters.get(), life: this.counters.get().life + 1 });
    const { endpoint, user, groups } = this.options;
    const client = this.clients.open({
      host: this.name,
      endpoint,
      user: user ?? 'kubernetes-admin',
      groups: groups ?? ['system:masters', 'system:authenticated'],
      agent: 'kwok',
      limit: { qps: 0, burst: 0 },
    });
    this.ids.set({ client, recorder: this.events.open(ctx, { client, component: 'kwok_controller' }) });
    this.leases.start(client);
    this.informers.open(ctx, { group: this.nodeGroup, client });
    this.informers.open(ctx, { group: this.podGroup, client, fieldSelector: 'spec.nodeName!=' });
  }

  crash(ctx: WorldContext): void {
    this.informers.crash(ctx);
  }

  /** Single nodes fall silent (no lease, no status, no pod handling) or run again. */
  silence(ctx: WorldContext, node: string, silent: boolean): void {
    if (silent) {
      this.silent.set(node, true);
      this.leases.release(ctx, node);
      for (const pod of this.podsOn(node)) this.cancel(ctx, podKey(pod.object));
      this.cancel(ctx, `nodes/${node}`);
      return;
    }
    this.silent.delete(node);
    const version = this.node(ctx, node);
    if (version) this.adopt(ctx, version.object);
  }

  private node(ctx: WorldContext, name: string): Version | undefined {
    return this.informers.view(ctx).get('nodes', '', name);
  }

  private podsOn(node: string): readonly Version[] {
    return this.informers.store(this.podGroup).byIndex('node', node);
  }

  private manages(node: KubeObject): boolean {
    const label = this.options.nodeLabel ?? '';
    if (label !== '') {
      const equals = label.indexOf('=');
      if (node.metadata.labels?.[label.slice(0, equals)] !== label.slice(equals + 1)) return false;
    }
    return this.options.manages?.(node) ?? true;
  }

  private nodeEvent(ctx: WorldContext, event: InformerEvent): void {
    const node = event.now.object;
    const name = node.metadata.name!;
    if (event.type === 'DELETED') {
      this.leases.forget(ctx, name);
      this.cancel(ctx, `nodes/${name}`);
      return;
    }
    if (!this.manages(node) || this.silent.has(name)) return;
    if (this.leases.holds(name)) this.consider(ctx, 'nodes', event.now);
    else this.adopt(ctx, node);
  }

  private adopt(ctx: WorldContext, node: KubeObject): void {
    if (!this.manages(node)) return;
    if ((this.options.leaseDurationSeconds ?? 40) > 0) this.leases.hold(ctx, node);
    else this.leases.holdWithout(ctx, node.metadata.name!);
  }

  /** The lease is held: from now on this process plays the node and its pods. */
  private nodeHeld(ctx: WorldContext, name: string): void {
    const node = this.node(ctx, name);
    if (!node || this.silent.has(name)) return;
    this.consider(ctx, 'nodes', node);
    for (const pod of this.podsOn(name)) this.consider(ctx, 'pods', pod);
  }

  private podEvent(ctx: WorldContext, event: InformerEvent): void {
    const pod = event.now.object;
    const ip = pod.status?.podIP;
    if (event.type === 'DELETED') {
      if (ip && this.addresses.get(ip) === pod.metadata.uid) this.addresses.delete(ip);
      this.cancel(ctx, podKey(pod));
      return;
    }
    if (ip && !pod.spec?.hostNetwork) this.addresses.set(ip, pod.metadata.uid ?? '');
    if (this.leases.holds(pod.spec?.nodeName ?? '') && !this.silent.has(pod.spec.nodeName)) {
      this.consider(ctx, 'pods', event.now);
    }
  }

  private cancel(ctx: WorldContext, key: string): void {
    const job = this.jobs.get(key);
    if (!job) return;
    ctx.cancel(job.ticket);
    this.jobs.delete(key);
  }

  /** preprocess: the stage that the object is in, and when it is played. A job in wait gives way to the new one. */
  private consider(ctx: WorldContext, kind: Kind, version: Version): void {
    const key = kind === 'nodes' ? `nodes/${version.object.metadata.name}` : podKey(version.object);
    if (this.jobs.get(key)?.version.rv === version.rv) return;
    const stream = `kwok/${key}`;
    const draw = (purpose: number) => () => ctx.draw(ctx.stream(stream), purpose, version.rv);
    const stage = chooseStage(this.stages[kind], version.object, draw(PURPOSE_STAGE));
    if (!stage) return;
    const parse = (text: string) => {
      const us = /^\d{4}-\d\d-\d\dT/.test(text) ? parseTimeUs(this.options.clock.epochSeconds, text) : Number.NaN;
      return Number.isFinite(us) ? us : undefined;
    };
    const delayUs = stageDelayUs(stage, version.object, ctx.nowUs, parse, draw(PURPOSE_DELAY));
    this.cancel(ctx, key);
    const ticket = ctx.schedule(delayUs, this.dueHandler, this.counters.get().life, 0, WHY.stageDelay, key);
    this.jobs.set(key, { kind, stage: this.stages[kind].indexOf(stage), version, ticket });
  }

  private due(ctx: WorldContext, life: number, key: string): void {
    if (life !== this.counters.get().life || !this.jobs.has(key)) return;
    this.ready.push(key);
    this.work(ctx);
  }

  /** Takes jobs whose time has come while workers are free. */
  private work(ctx: WorldContext): void {
    while (this.runs.size < PARALLELISM && this.ready.first < this.ready.next) {
      const key = this.ready.get(this.ready.first)!;
      this.ready.dropBefore(this.ready.first + 1);
      const job = this.jobs.get(key);
      if (!job || this.runs.has(key)) continue;
      this.jobs.delete(key);
      ctx.setCause(job.version.record || ctx.cause);
      const actions = this.actionsOf(ctx, job);
      this.runs.set(key, { key, job, actions, next: 0, last: undefined });
      this.step(ctx, key);
    }
  }

  private step(ctx: WorldContext, key: string): void {
    for (;;) {
      const run = this.runs.get(key)!;
      const action = run.actions[run.next];
      if (!action) {
        this.finish(ctx, run);
        return;
      }
      this.runs.set(key, { ...run, next: run.next + 1 });
      if (action.do !== 'event') {
        this.send(ctx, run, action);
        return;
      }
      const { type, reason, message } = action;
      const regarding = run.job.version.object;
      const spec = { regarding, type: type === 'Warning' ? type : 'Normal', reason, message } as const;
      this.events.record(ctx, this.ids.get().recorder, spec);
    }
  }

  private send(ctx: WorldContext, run: Run, action: StageAction & { do: 'patch' | 'delete' }): void {
    const { name = '', namespace = '' } = run.job.version.object.metadata;
    const token = this.counters.get().token + 1;
    this.counters.set({ ...this.counters.get(), token });
    this.waiting.set(String(token), run.key);
    const target = { resource: run.job.kind, namespace, name };
    const request =
      action.do === 'delete'
        ? ({ ...target, verb: 'delete', options: { delete: { gracePeriodSeconds: 0 } } } as const)
        : ({
            ...target,
            verb: 'patch',
            ...(action.subresource ? { subresource: action.subresource } : {}),
            patch: { type: action.type, value: action.value },
          } as const);
    this.clients.request(ctx, this.ids.get().client, request, this.sink, token);
  }

  private answered(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    const key = this.waiting.get(String(token));
    if (key === undefined) return;
    this.waiting.delete(String(token));
    const run = this.runs.get(key)!;
    // An object that is gone, or a refused write: KWOK logs it and goes on; the next event of the object counts.
    if (isError(answer)) this.runs.set(key, { ...run, next: run.actions.length });
    else if (answer?.version) this.runs.set(key, { ...run, last: answer.version });
    this.step(ctx, key);
  }

  private finish(ctx: WorldContext, run: Run): void {
    this.runs.delete(run.key);
    const stage = this.stages[run.job.kind][run.job.stage];
    if (stage.immediateNextStage && run.last) this.consider(ctx, run.job.kind, run.last);
    if (this.jobs.has(run.key)) this.requeueDue(ctx, run.key);
    this.work(ctx);
  }

  /** A job that fell due while an earlier one of its object was being played. */
  private requeueDue(ctx: WorldContext, key: string): void {
    const job = this.jobs.get(key)!;
    if (ctx.cancel(job.ticket)) {
      const stage = this.stages[job.kind][job.stage];
      const delayUs = stageDelayUs(
        stage,
        job.version.object,
        ctx.nowUs,
        () => undefined,
        () => 0,
      );
      const ticket = ctx.schedule(delayUs, this.dueHandler, this.counters.get().life, 0, WHY.stageDelay, key);
      this.jobs.set(key, { ...job, ticket });
    } else this.ready.push(key);
  }

  /** What the functions of templates say of the object that is played now. */
  private environment(): StageEnvironment {
    const { clock, version = 'v0.8.0', nodeName = '', nodePort = 0 } = this.options;
    const played = () => this.played as Played;
    const nodeIPWith = (node: string): string => {
      const addresses = this.node(played().ctx, node)?.object.status?.addresses as
        | readonly { type: string; address: string }[]
        | undefined;
      return addresses?.find((a) => a.type === 'InternalIP')?.address ?? this.nodeAddress(node);
    };
    const podIPWith = (node: string, hostNetwork: boolean, uid: string): string => {
      if (hostNetwork) return nodeIPWith(node);
      return played().object.status?.podIP || this.podAddress(uid);
    };
    return {
      now: () => timestamp(clock, played().ctx.nowUs),
      version,
      get nodeIP() {
        return played().nodeIP;
      },
      nodeName,
      nodePort,
      nodeIPWith,
      nodeIPsWith: (node) => [nodeIPWith(node)],
      podIPWith,
      podIPsWith: (node, hostNetwork, uid) => [podIPWith(node, hostNetwork, uid)],
    };
  }

  private actionsOf(ctx: WorldContext, { kind, stage, version: { object } }: Job): readonly StageAction[] {
    const isNode = object.kind === 'Node' || object.spec?.nodeName === undefined;
    this.played = { ctx, object, nodeIP: this.nodeAddress(isNode ? (object.metadata.name ?? '') : '') };
    const actions = stageActions(this.stages[kind][stage], object, this.functions, true);
    this.played = undefined;
    return actions;
  }

  private nodeAddress(node: string): string {
    if (this.options.nodeIP !== undefined) return this.options.nodeIP;
    const known = this.nodeAddresses.get(node);
    if (known !== undefined) return known;
    const n = this.counters.get().nodes + 1;
    this.counters.set({ ...this.counters.get(), nodes: n });
    const address = `172.${16 + Math.floor(n / 65536)}.${Math.floor(n / 256) % 256}.${n % 256}`;
    this.nodeAddresses.set(node, address);
    return address;
  }

  /** The next free address of 10.0.0.0/8. */
  private podAddress(uid: string): string {
    for (;;) {
      const n = (this.counters.get().ip + 1) % 0xfffffe;
      this.counters.set({ ...this.counters.get(), ip: n });
      const address = `10.${Math.floor(n / 65536)}.${Math.floor(n / 256) % 256}.${n % 256}`;
      if (n % 256 === 0 || this.addresses.has(address)) continue;
      this.addresses.set(address, uid);
      return address;
    }
  }
}

const podKey = (pod: KubeObject): string => `pods/${pod.metadata.namespace}/${pod.metadata.name}`;
