import { timeUs } from '../api/machinery/time.ts';
import {
  ApiClients,
  type InformerEvent,
  Informers,
  type Part,
  PartList,
  type SinkId,
  type WallClock,
} from '../client/index.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type ApiServers,
  type Component,
  type ComponentId,
  type Containers,
  type Dict,
  type HandlerId,
  type HandlerSpec,
  type KubeObject,
  type PagedI32,
  type PagedTable,
  type Version,
  WHY,
  type WorldContext,
} from '../contracts/index.ts';
import { adopted, adoptImages, adoptPod } from './adopt.ts';
import type { Behaviour } from './behaviour.ts';
import { missingConfig } from './configRefs.ts';
import type { StatusJson } from './containerStatus.ts';
import { KubeletCore, keyOf, SECOND, STATUS_IDLE } from './core.ts';
import { EvictionManager } from './evictionManager.ts';
import { Images } from './images.ts';
import { Killer } from './killer.ts';
import { parseGoDuration } from './kwok/lifecycle.ts';
import { NodeAgent } from './nodeAgent.ts';
import { NodeGuard } from './nodeGuard.ts';
import { PlainStart } from './plainStart.ts';
import { PlainStop } from './plainStop.ts';
import { PodWorkers } from './podWorker.ts';
import { Prober, type Tick } from './prober.ts';
import type { ProbeObserver } from './probes.ts';
import { Relist } from './relist.ts';
import { Resizer } from './resizer.ts';
import {
  assign,
  copyPod,
  type KubeletConfiguration,
  type NodeRow,
  type NodeSpec,
  newRow,
  type PodRow,
} from './rows.ts';
import { OpRunner } from './runOps.ts';
import type { Cont, RuntimeAnswer, RuntimePodRef } from './runtime.ts';
import { SimRuntime } from './simRuntime.ts';
import { isMirror, isTerminalPhase } from './spec.ts';
import { StaticPods } from './staticPods.ts';
import { StatusManager } from './statusManager.ts';
import { sameJson } from './statusPatch.ts';
import { volumeProblems } from './volumes.ts';

export interface KubeletsOptions {
  readonly servers: ApiServers;
  readonly clock: WallClock;
  readonly behaviour: Behaviour;
  readonly nodes: readonly NodeSpec[];
  /** Reads an object that a container's config needs, as the kubelet's managers have it; undefined = it does not exist. */
  lookUp?(
    resource: 'configmaps' | 'secrets' | 'persistentvolumeclaims',
    namespace: string,
    name: string,
  ): KubeObject | undefined;
  /** Pods that run already at t = 0 (state of the store): they are adopted as running. */
  readonly adopt?: boolean;
  /** Told of the result of every probe that was run, for checkers. */
  readonly probeObserver?: ProbeObserver;
}

/** kubelet.go housekeepingPeriod. */
const HOUSEKEEPING_US = 2 * SECOND;

/**
 * The kubelets of all nodes: one component with a row per node and per pod. Nothing is scheduled for a node or a pod where
 * nothing is to happen; tickers exist as phases, and their ticks are computed when something waits for one.
 */
export class Kubelets implements Component {
  readonly name = 'kubelets';
  readonly core: KubeletCore;
  readonly runtime: SimRuntime;
  readonly workers: PodWorkers;
  readonly agent: NodeAgent;
  private readonly options: KubeletsOptions;
  private readonly clients: ApiClients;
  private readonly informers: Informers;
  private readonly status: StatusManager;
  private readonly prober: Prober;
  private readonly images: Images;
  private readonly killer: Killer;
  private readonly runner: OpRunner;
  private readonly plain: PlainStart;
  private readonly plainStop: PlainStop;
  private readonly guard: NodeGuard;
  private readonly eviction: EvictionManager;
  private readonly statics: StaticPods;
  private readonly resizer: Resizer;
  private readonly pleg: Relist;
  private readonly parts: PartList;
  private readonly podGroup: number;
  private readonly nodeGroup: number;
  private readonly sink: SinkId;
  private nodeByName!: Dict<number>;
  /** Informer -> 1 + its node. */
  private byInformer!: PagedI32;
  private replies!: PagedTable<{
    readonly what: 'status' | 'node' | 'lease' | 'mirror';
    readonly node: number;
    readonly slot: number;
    readonly uid: string;
    readonly life: number;
  }>;

  constructor(options: KubeletsOptions) {
    this.options = options;
    this.clients = new ApiClients(options.servers);
    this.informers = new Informers(options.servers, this.clients);
    this.core = new KubeletCore(this.clients, options.clock, options.probeObserver);
    this.runtime = new SimRuntime(options.behaviour, {
      knows: (id) => this.core.slotOf(id) !== undefined,
      answered: (ctx, cont, answer) => this.answered(ctx, cont, answer),
      changed: (ctx, id) => this.pleg.changed(ctx, id),
      finished: (ctx, id, cont, answer) => this.finished(ctx, id, cont, answer),
    });
    this.core.runtime = this.runtime;
    this.core.wake = (slot, pod) => this.wake(slot, pod);
    this.status = new StatusManager(this.core);
    this.workers = new PodWorkers(this.core, this.status);
    this.prober = new Prober(this.core, this.status, (ctx, slot) => this.workers.requestSync(ctx, slot));
    this.images = new Images(this.core);
    this.killer = new Killer(this.core);
    this.runner = new OpRunner(this.core, this.workers, this.images, this.killer);
    this.plain = new PlainStart(this.core, this.workers, this.images);
    this.workers.plain = this.plain;
    this.plainStop = new PlainStop(this.core, this.workers);
    this.workers.plainStop = this.plainStop;
    this.agent = new NodeAgent(this.core, (ctx, node) => this.nodeReady(ctx, node));
    this.guard = new NodeGuard(this.core, this.agent, this.workers, this.status);
    this.eviction = new EvictionManager(this.core, this.agent, options.behaviour, {
      activePods: (node) => this.guard.othersOn(node, -1),
      evict: (ctx, slot, grace, message, isPressure) => this.guard.evict(ctx, slot, grace, message, isPressure),
      sinceUs: (pod) =>
        timeUs(options.clock.epochSeconds, pod.status?.startTime ?? pod.metadata.creationTimestamp ?? ''),
    });
    this.resizer = new Resizer(this.core, {
      othersOn: (node, slot) => this.guard.othersOn(node, slot),
      allocatable: (node) => this.agent.allocatable(node),
      requestSync: (ctx, slot) => this.workers.requestSync(ctx, slot),
      before: (id) => this.runtime.orphan(id)?.pod,
    });
    this.statics = new StaticPods(this.core, this.workers, this.status, {
      admitted: (ctx, slot) => this.guard.admitted(ctx, slot),
      noticed: (ctx, node, pod) => this.eviction.noticed(ctx, node, pod),
      forget: (ctx, slot) => this.forget(ctx, slot),
      request: (ctx, node, request, uid) => {
        const { life, client } = this.core.node(node);
        const id = this.replies.alloc({
          what: 'mirror',
          node,
          slot: 0,
          uid: request.verb === 'delete' ? uid : '',
          life,
        });
        this.clients.request(ctx, client, request, this.sink, id);
      },
    });
    this.pleg = new Relist(this.core, this.workers, (ctx, slot) => this.forget(ctx, slot));
    this.wire();
    this.podGroup = this.informers.group({ resource: 'pods', partitioned: true });
    this.nodeGroup = this.informers.group({ resource: 'nodes', partitioned: true });
    this.informers.listen(this.podGroup, (ctx, event) => this.podEvent(ctx, event));
    this.informers.listen(this.nodeGroup, (ctx, event) => this.nodeEvent(ctx, event));
    this.informers.whenSynced((ctx, informer) => this.synced(ctx, informer));
    this.sink = this.clients.sink((ctx, token, answer) => this.replied(ctx, token, answer));
    const own: Part = {
      init: (c) => this.initOwn(c),
      handlers: () => this.ownHandlers(),
      registered: (ids) => this.ownRegistered(ids),
    };
    this.parts = new PartList([this.clients, this.informers, this.core.events, this.runtime, own]);
  }

  private wire(): void {
    const { core, workers } = this;
    workers.prober = this.prober;
    workers.usOf = (text) => timeUs(this.options.clock.epochSeconds, text);
    workers.hooks = {
      runOps: (ctx, slot) => this.runner.run(ctx, slot),
      hostIP: (node) => this.agent.address(node),
      hashOf: (c) => this.runtime.specHash(c),
      over: (ctx, slot) => this.over(ctx, slot),
      volumes: (row) =>
        volumeProblems(
          row.pod,
          this.options.lookUp,
          (path, type) => this.options.behaviour.hostPath?.(path, type) ?? true,
        ),
      preempt: (ctx, node, uid) => this.guard.preempt(ctx, node, uid),
      resized: (ctx, slot) => this.resizer.checkDone(ctx, slot),
      mirror: (ctx, slot) => this.statics.reconcile(ctx, slot),
      killed: (ctx, node, uid) => {
        this.eviction.killed(ctx, node, uid);
        this.guard.killed(ctx, node, uid);
      },
    };
    this.images.runner = this.runner;
    this.killer.runner = this.runner;
    this.runner.config = (row, container) =>
      missingConfig(this.options.lookUp, row.pod.metadata.namespace ?? '', this.runner.specOf(row, container));
    core.request = (ctx, node, request, what, token) => {
      const { life, heartbeatClient } = core.node(node);
      const id = this.replies.alloc({ what, node, slot: token, uid: '', life });
      this.clients.request(ctx, heartbeatClient, request, this.sink, id);
    };
    core.requestStatus = (ctx, slot, { node, uid, pod }, patch, options) => {
      const { life, client } = core.node(node);
      const { user, groups, agent } = this.clients.config(client);
      const { namespace = '', name = '' } = pod.metadata;
      // All fields of a request: as its client signs it.
      const request: ApiRequest = {
        verb: patch === undefined ? 'delete' : 'patch',
        resource: 'pods',
        subresource: patch === undefined ? undefined : 'status',
        namespace,
        name,
        user,
        groups,
        agent,
        options,
        body: undefined,
        patch,
        accept: undefined,
        apiVersion: undefined,
      };
      const id = this.replies.alloc({ what: 'status', node, slot, uid, life });
      this.clients.requestSigned(ctx, client, request, this.sink, id);
    };
    core.awaitNothing = (ctx, node, request, what) => {
      const { life, heartbeatClient } = core.node(node);
      const id = this.replies.alloc({ what, node, slot: 0, uid: '', life });
      this.clients.awaitNothing(ctx, heartbeatClient, request, this.sink, id);
    };
    if (this.options.servers.renewals) this.agent.renewBy(this.options.servers.renewals);
  }

  init(c: Containers, id: ComponentId): void {
    this.core.actor = id;
    this.parts.init(c, id);
  }

  private initOwn(c: Containers): void {
    this.core.init(c);
    this.agent.init(c);
    this.eviction.init(c);
    this.guard.init(c);
    this.statics.init(c);
    this.resizer.init(c);
    this.nodeByName = c.dict('nodeByName');
    this.replies = c.table('replies');
    this.byInformer = c.i32('byInformer');
  }

  handlers(): readonly HandlerSpec[] {
    return this.parts.handlers();
  }

  registered(ids: readonly HandlerId[]): void {
    this.parts.registered(ids);
  }

  private ownHandlers(): HandlerSpec[] {
    const life = (node: number, n: number) => this.core.nodes.get(node)?.life === n;
    return [
      { name: 'pleg', run: (ctx, node, n) => void (life(node, n) && this.pleg.relist(ctx, node)) },
      {
        name: 'tick',
        run: (ctx, slot, n, uid) => void (this.core.live(slot, uid as string, n) && this.tick(ctx, slot)),
      },
      { name: 'worker', run: (ctx, slot, n, uid) => this.workers.work(ctx, slot, n, uid as string) },
      { name: 'timer', run: (ctx, _a, _b, cont) => this.answered(ctx, cont as Cont, undefined) },
      {
        name: 'probe',
        run: (ctx, slot, i, p) => this.prober.tick(ctx, slot, i, p as Tick),
      },
      { name: 'status', run: (ctx, node, n) => this.status.run(ctx, node, n) },
      { name: 'statusSync', run: (ctx, slot, n) => this.status.fullSync(ctx, slot, n) },
      { name: 'deadline', run: (ctx, slot, n, uid) => this.workers.deadline(ctx, slot, n, uid as string) },
      { name: 'lease', run: (ctx, node, n) => void (life(node, n) && this.agent.renewLease(ctx, node)) },
      { name: 'nodeStatus', run: (ctx, node, n) => void (life(node, n) && this.agent.tick(ctx, node)) },
      {
        name: 'register',
        run: (ctx, node, n, step) => void (life(node, n) && this.agent.step(ctx, node, step as string)),
      },
    ];
  }

  private ownRegistered(ids: readonly HandlerId[]): void {
    const h = this.core.handlers;
    [
      h.pleg,
      h.tick,
      h.worker,
      h.timer,
      h.probe,
      h.status,
      h.statusSync,
      h.deadline,
      h.lease,
      h.nodeStatus,
      h.register,
    ] = ids;
  }

  start(ctx: WorldContext): void {
    this.clients.start();
    this.core.events.start();
    for (const spec of this.options.nodes) this.addNode(ctx, spec);
  }

  /** The runtime does not answer who asks for its pods (ListPodSandbox), or answers again. */
  hang(ctx: WorldContext, node: number, isHung: boolean): void {
    this.agent.hang(ctx, node, isHung);
  }

  /** The machine is told to shut down. */
  shutdown(ctx: WorldContext, node: number): void {
    this.guard.shutdown(ctx, node);
  }

  /** The component as a whole does not crash: nodes and their kubelets do, one by one. */
  crash(ctx: WorldContext): void {
    this.informers.crash(ctx);
  }

  /** A machine joins the cluster: its kubelet starts and registers. */
  addNode(ctx: WorldContext, spec: NodeSpec): number {
    const row: NodeRow = {
      spec,
      on: true,
      running: false,
      life: 0,
      startedUs: ctx.nowUs,
      stream: ctx.stream(`kubelet/${spec.name}`),
      phaseUs: 0,
      client: -1,
      heartbeatClient: -1,
      recorder: -1,
      podInformer: -1,
      nodeInformer: -1,
      podsSynced: false,
      node: undefined,
      adoptedUs: -1,
      hungSinceUs: -1,
      pulling: 0,
      pullQueue: [],
      bootID: 0,
    };
    const node = this.core.nodes.alloc(row);
    this.nodeByName.set(spec.name, node);
    for (const [i, object] of (spec.staticPods ?? []).entries()) this.statics.write(ctx, node, `${i}.yaml`, object);
    this.startKubelet(ctx, node);
    return node;
  }

  nodeNumber(name: string): number | undefined {
    return this.nodeByName.get(name);
  }

  startKubelet(ctx: WorldContext, node: number): void {
    const row = this.core.node(node);
    if (row.running || !row.on) return;
    const { spec } = row;
    const config = spec.kubeletConfiguration ?? {};
    const identity = {
      host: spec.name,
      endpoint: spec.endpoint,
      user: `system:node:${spec.name}`,
      groups: ['system:nodes', 'system:authenticated'],
      agent: 'kubelet/v1.35.4 (linux/amd64)',
    };
    const client = this.clients.open({
      limit: { qps: config.kubeAPIQPS ?? 50, burst: config.kubeAPIBurst ?? 100 },
      ...identity,
    });
    const heartbeatClient = this.clients.open({
      limit: { qps: 0, burst: 0 },
      timeoutUs: heartbeatTimeoutUs(config),
      ...identity,
    });
    const eventClient = this.clients.open({
      limit: { qps: config.eventRecordQPS ?? 50, burst: config.eventBurst ?? 100 },
      ...identity,
    });
    const recorder = this.core.events.open(
      ctx,
      { client: eventClient, component: 'kubelet', host: spec.name },
      row.recorder,
    );
    if (row.life > 0) this.runtime.forgetDeadAddresses(node);
    const first = row.life === 0 && spec.runningSinceUs !== undefined;
    const draw = ctx.draw(row.stream, 2, row.life);
    this.core.setNode(node, {
      running: true,
      life: row.life + 1,
      startedUs: first ? spec.runningSinceUs! : ctx.nowUs,
      phaseUs:
        row.life === 0 && spec.tickPhaseUs !== undefined ? spec.tickPhaseUs : Math.floor((draw / 4294967296) * SECOND),
      client,
      heartbeatClient,
      recorder,
      podsSynced: false,
      pulling: 0,
      pullQueue: [],
    });
    this.core.plegAtUs.set(node, -1);
    this.core.statusState.set(node, STATUS_IDLE);
    this.agent.start(ctx, node, first);
    const podInformer = this.informers.open(ctx, {
      group: this.podGroup,
      client,
      fieldSelector: `spec.nodeName=${spec.name}`,
    });
    const nodeInformer = this.informers.open(ctx, {
      group: this.nodeGroup,
      client,
      fieldSelector: `metadata.name=${spec.name}`,
    });
    this.core.setNode(node, { podInformer, nodeInformer });
    this.byInformer.set(podInformer, node + 1);
    this.byInformer.set(nodeInformer, node + 1);
    this.statics.started(ctx, node);
  }

  /** A manifest in a file of the node (`staticPodPath`), or none any more. */
  writeManifest(ctx: WorldContext, node: number, file: string, object: KubeObject | undefined): void {
    this.statics.write(ctx, node, file, object);
  }

  /** The kubelet process ends; containers go on. */
  stopKubelet(ctx: WorldContext, node: number): void {
    const row = this.core.node(node);
    if (!row.running) return;
    this.informers.close(ctx, row.podInformer);
    this.informers.close(ctx, row.nodeInformer);
    this.clients.dropPending(row.client);
    this.clients.dropPending(row.heartbeatClient);
    this.core.events.close(row.recorder);
    this.resizer.stopped(node);
    this.runtime.cancelCalls(ctx, node);
    this.core.setNode(node, { running: false, life: row.life + 1, podsSynced: false });
    for (const slot of [...this.core.podsOf.members(node)]) {
      const row = this.core.pod(slot);
      // Timers end with the process.
      if (row.dueTicket > 0) ctx.cancel(row.dueTicket);
      this.runtime.orphaned(this.core.ref(row));
      this.core.dropRow(slot);
    }
  }

  /** Power of a machine: off ends every process at once, on boots it. */
  nodePower(ctx: WorldContext, name: string, on: boolean): void {
    const node = this.nodeByName.get(name);
    if (node === undefined || this.core.node(node).on === on) return;
    if (!on) {
      this.stopKubelet(ctx, node);
      this.runtime.nodeLost(ctx, node);
      this.core.setNode(node, { on: false, hungSinceUs: -1 });
      return;
    }
    this.core.setNode(node, { on: true, bootID: this.core.node(node).bootID + 1 });
    this.startKubelet(ctx, node);
  }

  /** What pods may use of a machine from now on; undefined = as its spec says. */
  nodeResize(ctx: WorldContext, name: string, allocatable: Readonly<Record<string, string>> | undefined): void {
    const node = this.nodeByName.get(name);
    if (node !== undefined) this.agent.resize(ctx, node, allocatable);
  }

  private nodeOfInformer(informer: number): number | undefined {
    const node = this.byInformer.get(informer) - 1;
    const row = node < 0 ? undefined : this.core.nodes.get(node);
    return row?.running && (row.podInformer === informer || row.nodeInformer === informer) ? node : undefined;
  }

  private synced(ctx: WorldContext, informer: number): void {
    const node = this.nodeOfInformer(informer);
    if (node === undefined) return;
    const row = this.core.node(node);
    if (informer === row.podInformer) this.core.setNode(node, { podsSynced: true });
    const ready = this.core.node(node).podsSynced && this.informers.hasSynced(row.nodeInformer);
    if (ready) this.agent.sourcesReady(ctx, node);
  }

  /** The node may run pods: what the informer has is taken up, oldest first. */
  private nodeReady(ctx: WorldContext, node: number): void {
    const row = this.core.node(node);
    const order = this.informers
      .store(this.podGroup)
      .heldBy(row.podInformer)
      .map((version) => {
        const { creationTimestamp, namespace, name } = version.object.metadata;
        return { place: `${creationTimestamp}/${namespace}/${name}`, version };
      })
      .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
    const first = this.options.adopt === true && row.life === 1 && row.adoptedUs < 0;
    if (first) this.core.setNode(node, { adoptedUs: ctx.nowUs });
    this.statics.registered(ctx, node);
    for (const { version } of order) {
      const { object, obj } = version;
      if (isMirror(object)) this.statics.mirrorSeen(ctx, node, object, false);
      else if (!first || !this.sleeps(ctx, node, version)) this.addPod(ctx, this.refOf(node, object), obj);
    }
    this.resizer.retry(ctx, node);
    this.core.later(ctx, HOUSEKEEPING_US, WHY.none, { on: 'orphans', node, life: row.life });
    if (this.options.behaviour.mayPress === undefined) this.eviction.begin(ctx, node);
  }

  /** A pod that was adopted by the node's first kubelet and needs nothing is kept as its version until something touches it. */
  private sleeps(ctx: WorldContext, node: number, version: Version): boolean {
    const { behaviour, clock } = this.options;
    const { obj, object: pod } = version;
    if (this.core.slotOfPod(node, obj, pod.metadata) !== undefined) return false;
    // The runtime does not know it before it wakes.
    const ref = { key: keyOf(node, pod.metadata.uid ?? ''), node, pod };
    const rowOf = () => newRow({ id: 0, ...ref }, obj, adopted(behaviour, clock, ref));
    if (!this.workers.isSettled(ctx, node, pod, rowOf)) return false;
    const ends = (s: StatusJson) => behaviour.run(ctx, ref, s.name, s.restartCount ?? 0) !== undefined;
    const statuses = pod.status.containerStatuses as readonly StatusJson[];
    if (statuses.some(ends)) return false;
    adoptImages(this.runtime, node, statuses);
    this.core.addAsleep(node, version);
    this.eviction.noticed(ctx, node, pod);
    return true;
  }

  /** The row of a pod that was asleep, as it would be had it been made at once. */
  private wake(slot: number, { object: pod }: Version): PodRow {
    const node = this.nodeByName.get(pod.spec.nodeName)!;
    const ref = this.refOf(node, pod);
    const seen = adopted(this.options.behaviour, this.options.clock, ref);
    this.runtime.place(ref, seen);
    const row = newRow(ref, 0, seen);
    assign(row, this.workers.settledState(pod, this.core.node(node).adoptedUs));
    return this.core.putRow(slot, row);
  }

  private nodeEvent(ctx: WorldContext, event: InformerEvent): void {
    const node = this.nodeByName.get(event.now.object.metadata.name ?? '');
    if (node === undefined) return;
    this.core.setNode(node, { node: event.type === 'DELETED' ? undefined : event.now.object });
    if (event.type === 'DELETED') this.agent.deleted(ctx, node);
    else this.agent.saw(ctx, node, event.now.object);
  }

  private podEvent(ctx: WorldContext, event: InformerEvent): void {
    const pod = event.now.object;
    const node = this.byInformer.get(event.informer) - 1;
    if (node < 0 || !this.agent.takesPods(node)) return;
    if (isMirror(pod)) {
      this.statics.mirrorSeen(ctx, node, pod, event.type === 'DELETED');
      return;
    }
    const { obj } = event.now;
    if (event.type === 'DELETED') {
      const slot = this.core.slotOfPod(node, obj, pod.metadata);
      if (slot !== undefined) this.removePod(ctx, slot, pod);
      return;
    }
    const slot = this.core.slotOfObj(node, obj, pod.metadata);
    if (slot !== undefined) this.updatePod(ctx, slot, pod);
    else {
      const ref = this.refOf(node, pod);
      const known = this.core.slotOf(ref.id);
      if (known === undefined) this.addPod(ctx, ref, obj);
      else this.updatePod(ctx, known, pod);
    }
  }

  private refOf(node: number, pod: KubeObject): RuntimePodRef {
    const key = keyOf(node, pod.metadata.uid ?? '');
    return { id: this.runtime.idOf(key), key, node, pod };
  }

  /** HandlePodAdditions. */
  private addPod(ctx: WorldContext, ref: RuntimePodRef, obj: number): void {
    const { node, pod } = ref;
    if (this.core.slotOf(ref.id) !== undefined) return;
    const adopted =
      this.options.adopt &&
      this.core.node(node).life === 1 &&
      adoptPod(ctx, this.runtime, this.options.behaviour, this.options.clock, ref);
    const slot = this.core.addRow(newRow(ref, obj, this.runtime.pod(ref.id)));
    if (adopted && this.workers.settle(ctx, slot)) {
      this.eviction.noticed(ctx, node, pod);
      return;
    }
    if (isTerminalPhase(pod.status?.phase) && pod.metadata.deletionTimestamp === undefined) {
      this.settled(ctx, slot);
      return;
    }
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.workers.terminate(ctx, slot);
      return;
    }
    this.eviction.noticed(ctx, node, pod);
    const known = this.runtime.pod(ref.id);
    if (known.containers.length > 0) this.resizer.restore(ctx, slot);
    if (known.sandboxes.length === 0 && known.containers.length === 0 && !this.guard.admitted(ctx, slot)) return;
    const row = this.core.podIn(slot);
    if (row !== undefined) this.workers.syncNow(ctx, slot, copyPod(row));
  }

  /** HandlePodCleanups: pods that the runtime has and the API does not (deleted while the kubelet was down). */
  private killOrphans(ctx: WorldContext, node: number): void {
    for (const ref of this.runtime.orphansOn(node)) {
      const seen = this.runtime.pod(ref.id);
      if (!seen.containers.some((c) => c.state === 'running')) continue;
      const slot = this.core.addRow({ ...newRow(ref, 0, seen), removed: true });
      this.workers.terminate(ctx, slot, 1);
    }
  }

  /** A pod that had ended before this kubelet started: its worker only puts things away. */
  private settled(ctx: WorldContext, slot: number): void {
    this.core.set(slot, { phase: 'terminating', graceSeconds: 1 });
    this.workers.requestSync(ctx, slot);
  }

  private updatePod(ctx: WorldContext, slot: number, pod: KubeObject): void {
    const before = this.core.pod(slot);
    const row = copyPod(before);
    this.status.saw(row, pod);
    const isSpecNew = before.pod.spec !== pod.spec;
    // An equal spec may be another object: that of a cold pod is put together again.
    if (isSpecNew && !sameJson(before.pod.spec, pod.spec)) this.resizer.keepForSync(row);
    const isResized = isSpecNew && this.resizer.take(row, pod);
    if (!isSpecNew) row.pod = pod;
    this.core.put(slot, row);
    if (isSpecNew) {
      this.core.claimed.remove(row.node, before.pod);
      this.core.claimed.add(row.node, row.pod);
    }
    if (isResized && pod.metadata.deletionTimestamp === undefined) this.resizer.push(ctx, slot);
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (row.rejected) {
        this.core.set(slot, { finished: true, statusBy: ctx.cause });
        this.core.unsentOf.add(row.node, slot);
        this.status.signal(ctx, row.node);
      } else if (row.phase === 'finished') {
        this.core.set(slot, { statusBy: ctx.cause });
        this.core.unsentOf.add(row.node, slot);
        this.status.signal(ctx, row.node);
      } else if (
        before.pod.metadata.deletionTimestamp === undefined ||
        before.pod.metadata.deletionGracePeriodSeconds !== pod.metadata.deletionGracePeriodSeconds
      ) {
        this.workers.terminate(ctx, slot);
      }
      return;
    }
    this.status.reconcile(ctx, slot);
    if (isResized || specChanged(before.pod, row.pod)) this.workers.requestSync(ctx, slot);
  }

  /** HandlePodRemoves. */
  private removePod(ctx: WorldContext, slot: number, last: KubeObject): void {
    const row = this.core.pod(slot);
    this.core.set(slot, {
      removed: true,
      pod: row.pod.metadata.deletionTimestamp ? row.pod : withMetadata(row.pod, last),
    });
    if (row.rejected || row.phase === 'finished') this.forget(ctx, slot);
    else this.workers.terminate(ctx, slot);
    this.resizer.retry(ctx, row.node);
  }

  private over(ctx: WorldContext, slot: number): void {
    if (this.core.pod(slot).removed) this.forget(ctx, slot);
  }

  private forget(ctx: WorldContext, slot: number): void {
    // What is left of the pod in the runtime goes with the look that follows (cleanUpContainersInPod), then with the minute's GC.
    const row = this.core.pod(slot);
    const { dirty, id, key } = row;
    if (dirty) return;
    if (this.runtime.pod(id).containers.length > 0) {
      this.runtime.orphaned(this.core.ref(row));
      this.core.later(ctx, HOUSEKEEPING_US, WHY.none, { on: 'forget', id, key });
    } else this.runtime.forget(id, key);
    this.resizer.forget(row.node, slot);
    this.core.dropRow(slot);
  }

  private finishedPlain(ctx: WorldContext, id: number, cont: Cont, answer: RuntimeAnswer): boolean {
    if (cont.on !== 'op' && cont.on !== 'kill') return false;
    const { slot } = cont;
    const row = this.core.live(slot, cont.uid, cont.life);
    // A pod that was forgotten and came back has another number.
    if (row === undefined || row.id !== id) return false;
    if (cont.on === 'kill') return this.plainStop.stopped(ctx, slot, row, cont);
    return this.plain.done(ctx, slot, row, cont, answer) || this.plainStop.sandboxStopped(ctx, slot, row, cont, answer);
  }

  /** A call changed the pod and was answered. */
  private finished(ctx: WorldContext, id: number, cont: Cont, answer: RuntimeAnswer): void {
    if (this.core.hasShortWays && this.finishedPlain(ctx, id, cont, answer)) return;
    this.pleg.changed(ctx, id);
    this.answered(ctx, cont, answer);
  }

  private tick(ctx: WorldContext, slot: number): void {
    this.core.set(slot, { dueTicket: 0 });
    this.workers.requestSync(ctx, slot);
  }

  /** Answers of the runtime and timers. */
  private answered(ctx: WorldContext, cont: Cont, answer: RuntimeAnswer | undefined): void {
    if (cont.on === 'remove') {
      this.pleg.removeContainer(ctx, cont.ref, cont.id);
      return;
    }
    if (cont.on === 'evict') {
      if (this.core.nodes.get(cont.node)?.life === cont.life) this.eviction.step(ctx, cont.node, cont.step, cont.uid);
      return;
    }
    if (cont.on === 'static') {
      if (this.core.nodes.get(cont.node)?.life === cont.life) this.statics.step(ctx, cont.node, cont.step, cont.uid);
      return;
    }
    if (cont.on === 'resize') {
      if (this.core.nodes.get(cont.node)?.life === cont.life) this.resizer.retry(ctx, cont.node);
      return;
    }
    if (cont.on === 'orphans') {
      if (this.core.nodes.get(cont.node)?.life === cont.life) this.killOrphans(ctx, cont.node);
      return;
    }
    if (cont.on === 'hung') {
      if (this.core.nodes.get(cont.node)?.life === cont.life)
        this.agent.stillHung(ctx, cont.node, cont.sinceUs, cont.what);
      return;
    }
    if (cont.on === 'shutdown') {
      if (this.core.nodes.get(cont.node)?.life === cont.life) this.guard.shutdownTimeOver(ctx, cont.node, cont.at);
      return;
    }
    if (cont.on === 'forget') {
      if (this.core.slotOf(cont.id) === undefined) this.runtime.forget(cont.id, cont.key);
      return;
    }
    if (cont.on === 'pull') {
      if (this.core.nodes.get(cont.node)?.life === cont.life)
        this.images.answered(ctx, cont.slot, cont.node, cont.uid, cont.image, answer ?? {});
      return;
    }
    if (!this.core.live(cont.slot, cont.uid, cont.life)) return;
    if (cont.on === 'probe') this.prober.answered(ctx, cont.slot, cont, answer);
    else if (!this.core.pod(cont.slot).sync) return;
    else if (cont.on === 'op' && cont.sync !== this.core.pod(cont.slot).syncs) return;
    else if (cont.on === 'op') this.runner.answered(ctx, cont.slot, answer ?? {});
    else if (cont.on === 'kill') this.killer.answered(ctx, cont.slot, cont.id);
    else if (cont.on === 'hook') this.killer.hookAnswered(ctx, cont.slot, cont.id, cont.startedUs, answer ?? {});
  }

  private replied(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    const reply = this.replies.get(token);
    if (!reply) return;
    this.replies.free(token);
    if (this.core.nodes.get(reply.node)?.life !== reply.life) return;
    if (reply.what === 'mirror') this.statics.deleted(ctx, reply.node, reply.uid, answer);
    else if (reply.what === 'status') this.status.answered(ctx, reply.slot, reply.uid, reply.node, answer);
    else this.agent.answered(ctx, reply.node, reply.what, answer);
  }
}

/** The pod as it was, with the metadata of its last version. */
function withMetadata({ apiVersion, kind, spec, status }: KubeObject, { metadata }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata, spec, status };
}

/** Changes of the API object that make a sync: everything but the status and the version. */
function specChanged(before: KubeObject, after: KubeObject): boolean {
  if (!sameJson(before.spec, after.spec)) return true;
  if (!sameJson(before.metadata.labels as never, after.metadata.labels as never)) return true;
  if (!sameJson(before.metadata.annotations as never, after.metadata.annotations as never)) return true;
  // A readiness gate's condition is somebody else's, and counts.
  if (after.spec?.readinessGates === undefined) return false;
  const gates = ((after.spec?.readinessGates ?? []) as readonly { conditionType: string }[]).map(
    (g) => g.conditionType,
  );
  const of = (p: KubeObject) => (p.status?.conditions ?? []).filter((c: { type: string }) => gates.includes(c.type));
  return gates.length > 0 && !sameJson(of(before), of(after));
}

/** How long a heartbeat waits for its answer: the period of the status, at most a lease's time (cmd/kubelet/app/server.go). */
function heartbeatTimeoutUs(config: KubeletConfiguration): number {
  const periodUs = parseGoDuration(String(config['nodeStatusUpdateFrequency'] ?? '10s')) ?? 10 * SECOND;
  return Math.min(periodUs, Number(config['nodeLeaseDurationSeconds'] ?? 40) * SECOND);
}
