import { ApiClients, type ClientId, isError } from '../client/api_clients.ts';
import { EventRecorders, type RecorderId } from '../client/event_recorder.ts';
import { PartList } from '../client/parts.ts';
import type { WallClock } from '../client/wall_clock.ts';
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
  KubeObject,
  PagedTable,
  TimeUs,
  Transport,
  WorldContext,
} from '../contracts/index.ts';
import { RANK_EXTERNAL, RecordKind, SECOND_US, WHY } from '../contracts/index.ts';
import { sampleUs } from '../engine/index.ts';
import type { FaultTarget } from '../faults/index.ts';
import type { Kubelets } from '../kubelet/index.ts';
import { type MachineRef, machineRef, nodeName, nodeObject, nodeSpec, nodeZone } from './nodes.ts';
import { numbersGiven, numbersOf, type PoolSize, poolSize, resized } from './poolSize.ts';
import type { LatencySpec, NodePoolSpec, TimelineEntry } from './spec.ts';

/** What the event of a `scale` entry carries. */
export interface PoolScaling {
  readonly nodePool: string;
  readonly count: number;
  readonly remove: readonly string[];
  readonly boot?: LatencySpec;
}

export interface NodePoolsOptions {
  readonly pools: readonly NodePoolSpec[];
  readonly timeline: readonly TimelineEntry[];
  readonly servers: ApiServers;
  readonly transport: Pick<Transport, 'endpoint'>;
  readonly clock: WallClock;
  readonly kubelets: Pick<Kubelets, 'addNode' | 'nodePower' | 'nodeNumber' | 'nodeResize'>;
  /** The Node as it is now. */
  readonly node: (name: string) => KubeObject | undefined;
  /** True while a fault holds the thing broken: `power/<node>`, `kubelet/<node>`, `zone/<name>`. */
  readonly isHeld: (thing: string) => boolean;
}

/** A request about a machine that waits for its answer: a machine has one at most. */
interface Asked {
  readonly verb: 'create' | 'delete';
  readonly ref: MachineRef;
}

type Amounts = Readonly<Record<string, string>>;

/** Model: a virtual machine of a public cloud, from the request until its kubelet starts. */
const DEFAULT_BOOT: LatencySpec = { p50Us: 45 * SECOND_US, p99Us: 90 * SECOND_US };
/** As in the schema of scenarios. */
const MACHINES_MAX = 200_000;
/** A group of machines asks again for one that its zone could not give. */
const BOOT_AGAIN_US = 10 * SECOND_US;
/** cloud-controller-manager --node-monitor-period (k8s.io/cloud-provider config/v1alpha1 defaults). */
const NODE_MONITOR_US = 5 * SECOND_US;
const PURPOSE_BOOT = 1;

/**
 * The cloud behind the node pools: `scale` entries of the timeline add machines, which boot and register, or take some away. A
 * machine that goes loses its power at once, as when a group of machines is made smaller without a drain; when its Node has turned
 * NotReady, the node lifecycle controller of the cloud-controller-manager finds no machine for it and deletes it
 * (k8s.io/cloud-provider controllers/nodelifecycle). Nodes of pools without kubelets are created and deleted through the API.
 */
export class NodePools implements Component {
  readonly name = 'cloud-controller-manager';
  private readonly options: NodePoolsOptions;
  private readonly clients: ApiClients;
  private readonly events: EventRecorders;
  private readonly parts: PartList;
  private readonly sink: number;
  /** Sizes of the pools that were scaled. */
  private sizes!: Dict<PoolSize>;
  private asked!: PagedTable<Asked>;
  /** Machine that has not started yet -> what pods may use of it once it does. */
  private amounts!: Dict<Amounts>;
  private client!: Cell<ClientId>;
  private recorder!: Cell<RecorderId>;
  private id: ComponentId = 0;
  private scaleHandler: HandlerId = 0;
  private bootHandler: HandlerId = 0;
  private monitorHandler: HandlerId = 0;

  constructor(options: NodePoolsOptions) {
    this.options = options;
    this.clients = new ApiClients(options.servers);
    this.events = new EventRecorders(this.clients, options.clock);
    this.parts = new PartList([this.clients, this.events]);
    this.sink = this.clients.sink((ctx, token, answer) => this.answered(ctx, token, answer));
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.parts.init(c, id);
    this.sizes = c.dict('sizes');
    this.asked = c.table('asked');
    this.amounts = c.dict('amounts');
    this.client = c.cell('client', -1);
    this.recorder = c.cell('recorder', -1);
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'scale', run: (ctx, _a, _b, payload) => this.scale(ctx, payload as PoolScaling) },
      { name: 'boot', run: (ctx, _a, _b, payload) => this.boot(ctx, payload as MachineRef) },
      { name: 'monitor', run: (ctx, _a, _b, payload) => this.monitor(ctx, payload as MachineRef) },
      ...this.parts.handlers(),
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.scaleHandler, this.bootHandler, this.monitorHandler] = ids;
    this.parts.registered(ids.slice(3));
  }

  start(ctx: WorldContext): void {
    this.clients.start();
    this.events.start();
    for (const { atUs, action } of this.options.timeline)
      if (action.do === 'scale')
        ctx.scheduleAt(atUs, this.scaleHandler, 0, 0, WHY.scenario, scalingOf(action), RANK_EXTERNAL);
  }

  crash(_ctx: WorldContext): void {}

  /** Machines that exist or boot now, sorted by name. */
  machines(): readonly FaultTarget[] {
    return this.options.pools
      .flatMap((pool) =>
        numbersOf(this.sizeOf(pool)).map((i) => ({ name: nodeName(pool, i), zone: nodeZone(pool, i) })),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** As of the kubelets; a machine that boots has these amounts when it starts. */
  nodeResize(ctx: WorldContext, node: string, allocatable: Amounts | undefined): void {
    const { kubelets, pools } = this.options;
    if (kubelets.nodeNumber(node) !== undefined) kubelets.nodeResize(ctx, node, allocatable);
    else if (allocatable === undefined) this.amounts.delete(node);
    else if (machineRef(pools, node) !== undefined) this.amounts.set(node, allocatable);
  }

  /** What is wrong with a `scale` entry that joins the timeline while the cluster runs; `joined` = those that joined before it. */
  wrongScaling({ nodePool, count, remove }: PoolScaling, joined: readonly TimelineEntry[] = []): string | undefined {
    const names = this.options.pools.map(({ name }) => name);
    if (!names.includes(nodePool)) return `there is no node pool ${nodePool}; there are: ${names.join(', ')}`;
    if (!Number.isInteger(count) || count < 0 || count > MACHINES_MAX)
      return `the number of machines must be an integer from 0 to ${MACHINES_MAX}`;
    const stranger = remove.find((node) => machineRef(this.options.pools, node)?.pool !== nodePool);
    if (stranger !== undefined) return `${stranger} is no node of the pool ${nodePool}`;
    const { pools: nodePools, timeline } = this.options;
    const given = numbersGiven({ nodePools, timeline: [...timeline, ...joined] }, nodePool);
    const unknown = remove.filter((node) => (machineRef(nodePools, node)?.i ?? given) >= given);
    return unknown.length === 0 ? undefined : `the pool ${nodePool} never had a machine ${unknown.join(', ')}`;
  }

  /** True when the machine was taken away: nobody can give it power again. */
  isGone(node: string): boolean {
    const ref = machineRef(this.options.pools, node);
    return ref !== undefined && this.sizes.get(ref.pool)?.removed.includes(ref.i) === true;
  }

  private pool(name: string): NodePoolSpec {
    return this.options.pools.find((pool) => pool.name === name) as NodePoolSpec;
  }

  private sizeOf(pool: NodePoolSpec): PoolSize {
    return this.sizes.get(pool.name) ?? poolSize(pool.count);
  }

  private scale(ctx: WorldContext, { nodePool, count, remove, boot }: PoolScaling): void {
    const pool = this.pool(nodePool);
    const before = this.sizeOf(pool);
    const first = remove.map((name) => machineRef(this.options.pools, name)?.i ?? -1);
    const after = resized(before, count, first);
    this.sizes.set(nodePool, after.size);
    const text = `scale node pool ${nodePool} from ${numbersOf(before).length} to ${count}`;
    ctx.record(RecordKind.external, this.id, 0, ctx.strings.intern('scale'), ctx.strings.intern(text), 0);
    for (const i of after.added) {
      ctx.schedule(this.bootUs(ctx, nodeName(pool, i), boot ?? DEFAULT_BOOT), this.bootHandler, 0, 0, WHY.nodeBoot, {
        pool: nodePool,
        i,
      });
    }
    for (const i of after.removed) {
      this.options.kubelets.nodePower(ctx, nodeName(pool, i), false);
      this.later(ctx, { pool: nodePool, i }, pool.stages === undefined ? NODE_MONITOR_US : 0);
    }
  }

  private bootUs(ctx: WorldContext, node: string, times: LatencySpec): TimeUs {
    if (times.p50Us === times.p99Us) return times.p50Us;
    const draw = ctx.draw(ctx.stream(`machine/${node}`), PURPOSE_BOOT, 0) >>> 0;
    return sampleUs({ kind: 'logNormal', ...times }, draw);
  }

  private boot(ctx: WorldContext, ref: MachineRef): void {
    const pool = this.pool(ref.pool);
    const name = nodeName(pool, ref.i);
    if (this.isGone(name) || this.options.node(name) !== undefined) return;
    const holders = [`zone/${nodeZone(pool, ref.i)}`, `power/${name}`, `kubelet/${name}`];
    if (holders.some((thing) => this.options.isHeld(thing))) {
      ctx.schedule(BOOT_AGAIN_US, this.bootHandler, 0, 0, WHY.nodeBoot, ref);
      return;
    }
    if (pool.stages === undefined) {
      // As plain data: the row of the node keeps it.
      this.options.kubelets.addNode(ctx, { ...nodeSpec(pool, ref.i, (n) => this.options.transport.endpoint(n)) });
      const amounts = this.amounts.get(name);
      if (amounts !== undefined) this.options.kubelets.nodeResize(ctx, name, amounts);
      this.amounts.delete(name);
      return;
    }
    const { metadata, ...rest } = nodeObject(pool, ref.i, 0);
    const { uid: _uid, creationTimestamp: _created, ...own } = metadata;
    const body = { ...rest, metadata: own } as KubeObject;
    this.request(ctx, { verb: 'create', ref }, { resource: 'nodes', namespace: '', name: '', body });
  }

  /** Asks for a machine that is gone until its Node is gone too. */
  private monitor(ctx: WorldContext, ref: MachineRef): void {
    const pool = this.pool(ref.pool);
    const name = nodeName(pool, ref.i);
    const node = this.options.node(name);
    if (node === undefined) return;
    if (pool.stages === undefined && isReady(node)) {
      this.later(ctx, ref, NODE_MONITOR_US);
      return;
    }
    this.open(ctx);
    this.events.record(ctx, this.recorder.get(), {
      regarding: node,
      type: 'Normal',
      reason: 'DeletingNode',
      message: `Deleting node ${name} because it does not exist in the cloud provider`,
    });
    this.request(ctx, { verb: 'delete', ref }, { resource: 'nodes', namespace: '', name });
  }

  /** The next look at a machine comes after the answer: requests that the client's limit holds back must not pile up. */
  private answered(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    const { verb, ref } = this.asked.get(token) as Asked;
    this.asked.free(token);
    const isGone = this.isGone(nodeName(this.pool(ref.pool), ref.i));
    // A machine may have been taken away while its Node was being created. A creation without an answer may still come.
    if (isGone) this.later(ctx, ref, verb === 'create' && answer !== undefined ? 0 : NODE_MONITOR_US);
    else if (isError(answer)) ctx.schedule(BOOT_AGAIN_US, this.bootHandler, 0, 0, WHY.clientRetry, ref);
  }

  private later(ctx: WorldContext, ref: MachineRef, delayUs: TimeUs): void {
    ctx.schedule(delayUs, this.monitorHandler, 0, 0, WHY.cloudNodeMonitor, ref);
  }

  private request(ctx: WorldContext, asked: Asked, request: Omit<Parameters<ApiClients['request']>[2], 'verb'>): void {
    this.open(ctx);
    const token = this.asked.alloc(asked);
    this.clients.request(ctx, this.client.get(), { verb: asked.verb, ...request }, this.sink, token);
  }

  /** The process has no part in runs that scale nothing. */
  private open(ctx: WorldContext): void {
    if (this.client.get() >= 0) return;
    const identity = {
      host: this.name,
      endpoint: this.options.transport.endpoint(this.name),
      user: 'system:serviceaccount:kube-system:node-controller',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
      agent: 'cloud-controller-manager/v1.35.4 (linux/amd64)',
    };
    // cloud-controller-manager --kube-api-qps and --kube-api-burst.
    this.client.set(this.clients.open({ ...identity, limit: { qps: 20, burst: 30 } }));
    const client = this.clients.open({ ...identity, limit: { qps: 20, burst: 30 } });
    this.recorder.set(this.events.open(ctx, { client, component: 'cloud-node-lifecycle-controller' }));
  }
}

export function scalingOf(action: PoolScaling): PoolScaling {
  const { nodePool, count, remove, boot } = action;
  return { nodePool, count, remove, boot };
}

function isReady(node: KubeObject): boolean {
  const conditions = (node.status?.conditions ?? []) as readonly { readonly type: string; readonly status: string }[];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
