import { timeText } from '../../api/machinery/time.ts';
import { qualifiedName, resourceOfKind } from '../../api/schema/index.ts';
import { ApiClients, type ClientId, type ClientRequest, isError, type SinkId } from '../../client/api_clients.ts';
import { PartList } from '../../client/parts.ts';
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
  TimeUs,
  Transport,
  Version,
  WorldContext,
} from '../../contracts/index.ts';
import { SECOND_US, WHY } from '../../contracts/index.ts';
import type { Truth } from '../truth.ts';
import type { ChurnOp, CreateOp, DeletePodsOp, DriverOp, NamespacesOp, PerfOp, PerfWorkload } from './workload.ts';

/** The benchmark's clients do 5,000 requests a second. Source: scheduler_perf util.go mustSetupCluster. */
export const PERF_LIMIT = { qps: 5000, burst: 5000 };
/** Requests under way at a time; the benchmark creates with 30 workers. */
const WINDOW = 30;
const POLL_US = 100_000;

/** Ops that nobody waits for. */
const AT_ONCE: ReadonlySet<PerfOp['do']> = new Set([
  'createDriver',
  'allocClaims',
  'churn',
  'startMetrics',
  'stopMetrics',
]);

/** Where the run stands. */
export interface PerfState {
  /** Of `ops`; their number when all are done. */
  readonly op: number;
  readonly sent: number;
  readonly answered: number;
  readonly error: string;
}

/** What was measured. */
export interface PerfMeasure {
  /** -1 = not begun, or not ended. */
  readonly fromUs: TimeUs;
  readonly untilUs: TimeUs;
  readonly pods: number;
}

interface Churn {
  readonly op: number;
  readonly round: number;
  /** `template/number` -> name of what exists. */
  readonly names: Readonly<Record<string, string>>;
}

/** Goes through the ops of a workload as scheduler_perf does: the next begins when the one before is complete. */
export class PerfDriver implements Component {
  readonly name = 'scheduler-perf';
  private readonly workload: PerfWorkload;
  private readonly truth: Truth;
  private readonly transport: Pick<Transport, 'endpoint'>;
  private readonly clients: ApiClients;
  private readonly parts: PartList;
  private readonly sink: SinkId;
  private readonly aside: SinkId;
  private readonly epochSeconds: number;
  private client!: Cell<ClientId>;
  private state!: Cell<PerfState>;
  private measured!: Cell<PerfMeasure>;
  private collecting!: Cell<boolean>;
  /** `namespace/name` of a pod -> its op. */
  private opOf!: Dict<number>;
  /** Op -> pods of it that have a node, or that the scheduler has tried. */
  private scheduled!: Dict<number>;
  private attempted!: Dict<number>;
  private churns!: Dict<Churn>;
  private handlers_: readonly HandlerId[] = [];

  constructor(
    workload: PerfWorkload,
    parts: { servers: ApiServers; transport: Pick<Transport, 'endpoint'>; truth: Truth; epochSeconds: number },
  ) {
    this.workload = workload;
    this.truth = parts.truth;
    this.transport = parts.transport;
    this.epochSeconds = parts.epochSeconds;
    this.clients = new ApiClients(parts.servers);
    this.sink = this.clients.sink((ctx, token, answer) => this.answered(ctx, token, answer));
    this.aside = this.clients.sink(() => {});
    this.parts = new PartList([this.clients]);
    parts.truth.listen((ctx, now, before, deleted, resource) => this.committed(ctx, now, before, deleted, resource));
  }

  init(c: Containers, id: ComponentId): void {
    this.parts.init(c, id);
    this.client = c.cell('client', -1);
    this.state = c.cell<PerfState>('state', { op: 0, sent: 0, answered: 0, error: '' });
    this.measured = c.cell<PerfMeasure>('measured', { fromUs: -1, untilUs: -1, pods: 0 });
    this.collecting = c.cell<boolean>('collecting', false);
    this.opOf = c.dict('opOf');
    this.scheduled = c.dict('scheduled');
    this.attempted = c.dict('attempted');
    this.churns = c.dict('churns');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'perf/advance', run: (ctx, op) => this.advance(ctx, op) },
      { name: 'perf/churn', run: (ctx, op) => this.churn(ctx, op) },
      { name: 'perf/next', run: (ctx, op) => this.finish(ctx, op) },
      {
        name: 'perf/later',
        run: (ctx, _op, _b, payload) => this.request(ctx, payload as ClientRequest, this.aside),
      },
      ...this.parts.handlers(),
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.handlers_ = ids.slice(0, 4);
    this.parts.registered(ids.slice(4));
  }

  start(ctx: WorldContext): void {
    this.clients.start();
    this.client.set(
      this.clients.open({
        host: this.name,
        endpoint: this.transport.endpoint(this.name),
        user: 'system:admin',
        groups: ['system:masters', 'system:authenticated'],
        agent: 'scheduler-perf',
        limit: PERF_LIMIT,
      }),
    );
    // The control plane elects its leader first.
    this.state.set({ op: seededOps(this.workload), sent: 0, answered: 0, error: '' });
    ctx.schedule(10 * SECOND_US, this.handlers_[0], this.state.get().op, 0, WHY.scenario);
  }

  crash(_ctx: WorldContext): void {}

  get done(): boolean {
    return this.state.get().op >= this.workload.ops.length;
  }

  get progress(): PerfState {
    return this.state.get();
  }

  get measure(): PerfMeasure {
    return this.measured.get();
  }

  get isMeasuring(): boolean {
    return this.collecting.get();
  }

  /** What the op that runs waits for, in words. */
  waitsFor(): string {
    const { op, answered, error } = this.state.get();
    const current = this.workload.ops[op];
    if (current === undefined) return '';
    const count = 'count' in current ? ` of ${current.count}` : '';
    const got = current.do === 'createPods' ? `, ${this.scheduled.get(String(op)) ?? 0}${count} scheduled` : '';
    return `${current.do}: ${answered}${count} answered${got}${error === '' ? '' : `, ${error}`}`;
  }

  // --- one op after the other ---------------------------------------------------------------------------------------------

  /** Events of an op that is over are late and mean nothing. */
  private advance(ctx: WorldContext, op: number): void {
    if (op !== this.state.get().op || this.done) return;
    const current = this.workload.ops[op];
    if (this.state.get().sent === 0) this.begin(ctx, op, current);
    if (op !== this.state.get().op) return;
    if ('object' in current) this.send(ctx, current);
    this.check(ctx, op, current);
  }

  private begin(ctx: WorldContext, op: number, current: PerfOp): void {
    if (current.do === 'startMetrics') this.collect(ctx, true);
    if (current.do === 'stopMetrics') this.collect(ctx, false);
    if (current.do === 'deletePods') this.deletePods(ctx, op, current);
    if (current.do === 'churn') {
      this.churns.set(String(op), { op, round: 0, names: {} });
      this.ensureNamespace(ctx, current.namespace);
      ctx.schedule(current.everyUs, this.handlers_[1], op, 0, WHY.scenario);
    }
    if (current.do === 'sleep') ctx.schedule(current.forUs, this.handlers_[2], op, 0, WHY.scenario);
    if ((current.do === 'createPods' || current.do === 'createAny') && current.namespace !== '')
      this.ensureNamespace(ctx, current.namespace);
    if (current.do === 'createDriver') this.publish(ctx, current);
    if (current.do === 'allocClaims') this.allocate(ctx, current.namespace);
    if (current.do === 'createPods' && current.steadyForUs !== undefined)
      ctx.schedule(current.steadyForUs, this.handlers_[2], op, 0, WHY.scenario);
    if (AT_ONCE.has(current.do)) this.finish(ctx, op);
  }

  private collect(ctx: WorldContext, on: boolean): void {
    this.collecting.set(on);
    const measure = this.measured.get();
    if (on && measure.fromUs < 0) this.measured.set({ ...measure, fromUs: ctx.nowUs });
  }

  private finish(ctx: WorldContext, op: number): void {
    const { op: now, error } = this.state.get();
    if (op !== now) return;
    const current = this.workload.ops[op];
    if (current.do === 'createPods' && current.measured === true && current.skipWait !== true)
      this.collecting.set(false);
    this.state.set({ op: op + 1, sent: 0, answered: 0, error });
    if (this.done) this.collecting.set(false);
    else ctx.schedule(0, this.handlers_[0], op + 1, 0, WHY.scenario);
  }

  private check(ctx: WorldContext, op: number, current: PerfOp): void {
    const { answered } = this.state.get();
    const again = () => ctx.schedule(POLL_US, this.handlers_[0], op, 0, WHY.scenario);
    if ('object' in current) {
      // A steady op ends by the clock.
      if (answered < current.count || ('steadyForUs' in current && current.steadyForUs !== undefined)) return;
      const waits = current.do === 'createPods' && current.skipWait !== true;
      if (!waits || this.countOf(this.scheduled, op) >= current.count) this.finish(ctx, op);
    } else if (current.do === 'barrier') {
      if (this.isPassed(op, current.namespaces, current.attempted ? this.attempted : this.scheduled))
        this.finish(ctx, op);
      else again();
    } else if (current.do === 'deletePods') {
      if (current.skipWait || this.podsOf(ctx, current).length === 0) this.finish(ctx, op);
      else again();
    }
  }

  private countOf(counts: Dict<number>, op: number): number {
    return counts.get(String(op)) ?? 0;
  }

  /** All pods of the ops before, in these namespaces. */
  private isPassed(op: number, namespaces: readonly string[], counts: Dict<number>): boolean {
    return this.workload.ops.every(
      (o, i) =>
        i >= op ||
        o.do !== 'createPods' ||
        (namespaces.length > 0 && !namespaces.includes(o.namespace)) ||
        Math.max(this.countOf(counts, i), this.countOf(this.scheduled, i)) >= o.count,
    );
  }

  // --- requests -----------------------------------------------------------------------------------------------------------

  private request(ctx: WorldContext, request: ClientRequest, sink: SinkId, token = 0): void {
    this.clients.request(ctx, this.client.get(), request, sink, token);
  }

  private create(ctx: WorldContext, object: KubeObject, namespace: string, sink: SinkId, token = 0): void {
    const { resource, namespaced } = placeOf(object);
    const { name = '' } = object.metadata;
    this.request(
      ctx,
      { verb: 'create', resource, namespace: namespaced ? namespace : '', name, body: object },
      sink,
      token,
    );
  }

  private ensureNamespace(ctx: WorldContext, namespace: string): void {
    if (this.truth.find(ctx, 'namespaces', '', namespace) !== undefined) return;
    this.create(ctx, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, '', this.aside);
  }

  /** Pods need the service account that a controller makes. */
  private isReady(ctx: WorldContext, op: CreateOp | NamespacesOp): boolean {
    if (op.do !== 'createPods')
      return (
        !('namespace' in op) ||
        op.namespace === '' ||
        this.truth.find(ctx, 'namespaces', '', op.namespace) !== undefined
      );
    return this.truth.find(ctx, 'serviceaccounts', op.namespace, 'default') !== undefined;
  }

  private send(ctx: WorldContext, op: CreateOp | NamespacesOp): void {
    const at = this.state.get().op;
    if (!this.isReady(ctx, op)) {
      ctx.schedule(POLL_US, this.handlers_[0], at, 0, WHY.scenario);
      return;
    }
    if (op.do === 'createPods' && op.measured === true && this.state.get().sent === 0) this.collect(ctx, true);
    for (;;) {
      const { sent, answered } = this.state.get();
      if (sent >= op.count || sent - answered >= WINDOW) return;
      this.state.set({ ...this.state.get(), sent: sent + 1 });
      if (op.do === 'createNamespaces')
        this.create(ctx, named(op.object(sent, op.count), `${op.prefix}-${sent}`), '', this.sink);
      else if (op.do === 'updateAny') this.update(ctx, op, sent);
      else this.createOne(ctx, op, at, sent);
    }
  }

  private createOne(ctx: WorldContext, op: CreateOp, at: number, i: number): void {
    const object = op.object(i, op.count);
    const name = nameOf(object, op, i);
    if (op.do === 'createNodes') {
      this.create(ctx, perfNode(named(object, name), timeText(this.epochSeconds, ctx.nowUs)), '', this.sink, i + 1);
      return;
    }
    if (op.do !== 'createPods') {
      this.create(ctx, named(object, name), op.namespace, this.sink);
      return;
    }
    this.opOf.set(`${op.namespace}/${name}`, at);
    if (op.volume !== undefined && op.claim !== undefined) this.createVolume(ctx, op, i);
    this.create(ctx, this.pod(named(object, name), op, i), op.namespace, this.sink);
  }

  private pod(object: KubeObject, op: CreateOp, i: number): KubeObject {
    const pod = withClass(object);
    if (op.claim === undefined) return pod;
    const volume = { name: 'vol', persistentVolumeClaim: { claimName: `${op.index}-claim-${i}` } };
    return { ...pod, spec: { ...pod.spec, volumes: [...(pod.spec?.volumes ?? []), volume] } };
  }

  /** Bound from the start, as the benchmark makes them. */
  private createVolume(ctx: WorldContext, op: CreateOp, i: number): void {
    const claimName = `${op.index}-claim-${i}`;
    const volume = op.volume?.(i, op.count) as KubeObject;
    const claim = op.claim?.(i, op.count) as KubeObject;
    const claimRef = { kind: 'PersistentVolumeClaim', namespace: op.namespace, name: claimName, apiVersion: 'v1' };
    const name = `pv-${op.index}-${i}`;
    this.create(ctx, { ...named(volume, name), spec: { ...volume.spec, claimRef } }, '', this.aside);
    this.create(
      ctx,
      { ...named(claim, claimName), spec: { ...claim.spec, volumeName: name } },
      op.namespace,
      this.aside,
    );
  }

  private update(ctx: WorldContext, op: CreateOp, i: number): void {
    const object = op.object(i, op.count);
    const { resource, namespaced } = placeOf(object);
    const name = object.metadata.name ?? '';
    const namespace = namespaced ? op.namespace : '';
    const patch = {
      type: 'merge' as const,
      value: { metadata: { labels: object.metadata.labels ?? {} }, spec: object.spec ?? {} },
    };
    if (object.status !== undefined && resource === 'nodes') {
      const body = perfNode(object, timeText(this.epochSeconds, ctx.nowUs));
      const status = { type: 'merge' as const, value: { status: body.status } };
      this.request(ctx, { verb: 'patch', resource, namespace, name, subresource: 'status', patch: status }, this.aside);
    }
    this.request(ctx, { verb: 'patch', resource, namespace, name, patch }, this.sink);
  }

  /** The devices of the benchmark's test driver, one slice a node. Source: scheduler_perf dra.go resourceSlice. */
  private publish(ctx: WorldContext, { driver, nodes, devices }: DriverOp): void {
    const matches = new RegExp(`^${nodes.split('*').map(quoted).join('.*')}$`);
    for (const { object } of this.truth.list(ctx, 'nodes')) {
      const nodeName = object.metadata.name ?? '';
      if (!matches.test(nodeName)) continue;
      const slice = {
        apiVersion: 'resource.k8s.io/v1',
        kind: 'ResourceSlice',
        metadata: { name: nodeName },
        spec: {
          driver,
          nodeName,
          pool: { name: nodeName, generation: 1, resourceSliceCount: 1 },
          devices: Array.from({ length: devices }, (_, i) => ({
            name: `instance-${i}`,
            attributes: {
              model: { string: 'A100' },
              family: { string: 'GRID' },
              driverVersion: { version: '1.2.3' },
              'dra.example.com/numa': { int: i },
            },
            capacity: { memory: { value: '1Gi' } },
          })),
        },
      };
      this.create(ctx, slice as KubeObject, '', this.aside);
    }
  }

  private podsOf(ctx: WorldContext, { namespace, labels }: DeletePodsOp): readonly Version[] {
    return this.truth
      .list(ctx, 'pods')
      .filter(
        ({ object }) =>
          object.metadata.namespace === namespace &&
          Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value),
      );
  }

  private deletePods(ctx: WorldContext, op: number, current: DeletePodsOp): void {
    const perSecond = current.perSecond ?? 0;
    this.podsOf(ctx, current).forEach(({ object }, i) => {
      // Nobody runs the pods, so nobody ends them: without grace they go at once.
      const remove: ClientRequest = {
        verb: 'delete',
        resource: 'pods',
        namespace: current.namespace,
        name: object.metadata.name as string,
        options: { delete: { gracePeriodSeconds: 0 } },
      };
      if (perSecond === 0 || i === 0) this.request(ctx, remove, this.aside);
      else this.later(ctx, Math.trunc((i * SECOND_US) / perSecond), remove);
    });
    this.state.set({ ...this.state.get(), sent: 1 });
    ctx.schedule(POLL_US, this.handlers_[0], op, 0, WHY.scenario);
  }

  private later(ctx: WorldContext, afterUs: TimeUs, request: ClientRequest): void {
    ctx.schedule(afterUs, this.handlers_[3], 0, 0, WHY.scenario, request);
  }

  /** `token` = number of a node that was created, from 1: the API gave it a taint that the benchmark's does not give. */
  private answered(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    const state = this.state.get();
    const running = this.workload.ops[state.op];
    const created = answer?.version?.object;
    if (token > 0 && created !== undefined && running.do === 'createNodes') {
      const taints = running.object(token - 1, running.count).spec?.taints ?? [];
      const name = created.metadata.name as string;
      const patch = { type: 'merge' as const, value: { spec: { taints } } };
      this.request(ctx, { verb: 'patch', resource: 'nodes', namespace: '', name, patch }, this.sink);
      return;
    }
    const failed = answer === undefined || (isError(answer) && answer.code !== 409);
    const error = failed ? (answer?.status?.message ?? 'a request timed out') : state.error;
    this.state.set({ ...state, answered: state.answered + 1, error });
    this.advance(ctx, state.op);
  }

  // --- churn --------------------------------------------------------------------------------------------------------------

  private churn(ctx: WorldContext, op: number): void {
    if (this.done) return;
    const current = this.workload.ops[op] as ChurnOp;
    const { round, names } = this.churns.get(String(op)) as Churn;
    const isOver = !current.recreate && current.number > 0 && round >= current.number;
    if (isOver) return;
    const next: Record<string, string> = { ...names };
    current.objects.forEach((template, t) => {
      const slot = `${t}/${current.recreate ? round % Math.max(1, current.number) : round}`;
      const existing = next[slot];
      const object = template(round, current.number);
      if (existing !== undefined) {
        this.remove(ctx, object, existing, current.namespace);
        delete next[slot];
        return;
      }
      const name = `${object.metadata.name ?? object.metadata.generateName ?? 'churn-'}${op}-${t}-${round}`;
      const made =
        object.kind === 'Node'
          ? perfNode(named(object, name), timeText(this.epochSeconds, ctx.nowUs))
          : named(object, name);
      this.create(ctx, object.kind === 'Pod' ? withClass(made) : made, current.namespace, this.aside);
      if (current.recreate) next[slot] = name;
    });
    this.churns.set(String(op), { op, round: round + 1, names: next });
    ctx.schedule(current.everyUs, this.handlers_[1], op, 0, WHY.scenario);
  }

  private remove(ctx: WorldContext, object: KubeObject, name: string, namespace: string): void {
    const { resource, namespaced } = placeOf(object);
    const options = { delete: { gracePeriodSeconds: 0 } };
    this.request(ctx, { verb: 'delete', resource, namespace: namespaced ? namespace : '', name, options }, this.aside);
  }

  /** Another pod in the place of one that got its node. */
  private replace(ctx: WorldContext, running: CreateOp, op: number, { metadata }: KubeObject, sent: number): void {
    const { namespace = '', name = '' } = metadata;
    const options = { delete: { gracePeriodSeconds: 0 } };
    this.later(ctx, 0, { verb: 'delete', resource: 'pods', namespace, name, options });
    this.state.set({ ...this.state.get(), sent: sent + 1 });
    const object = running.object(sent, running.count);
    const next = nameOf(object, running, sent);
    this.opOf.set(`${running.namespace}/${next}`, op);
    const body = this.pod(named(object, next), running, sent);
    this.later(ctx, 0, { verb: 'create', resource: 'pods', namespace: running.namespace, name: next, body });
  }

  /** Devices for claims that no pod uses yet: of the slices in their order, each device once. */
  private allocate(ctx: WorldContext, namespace: string): void {
    interface Slice {
      readonly driver: string;
      readonly nodeName?: string;
      readonly pool: { readonly name: string };
      readonly devices?: readonly { readonly name: string }[];
    }
    const free = this.truth.list(ctx, 'resourceslices.resource.k8s.io').flatMap(({ object }) => {
      const { driver, nodeName, pool, devices = [] } = object.spec as Slice;
      return devices.map((device) => ({ driver, nodeName, pool: pool.name, device: device.name }));
    });
    let next = 0;
    for (const { object } of this.truth.list(ctx, 'resourceclaims.resource.k8s.io')) {
      if (object.metadata.namespace !== namespace || object.status?.allocation !== undefined) continue;
      const requests: readonly { readonly name: string }[] = object.spec?.devices?.requests ?? [];
      const taken = free.slice(next, next + requests.length);
      next += requests.length;
      if (taken.length < requests.length) return;
      const field = { key: 'metadata.name', operator: 'In', values: [taken[0]?.nodeName ?? ''] };
      const allocation = {
        devices: {
          results: taken.map(({ driver, pool, device }, i) => ({ request: requests[i].name, driver, pool, device })),
        },
        nodeSelector: { nodeSelectorTerms: [{ matchFields: [field] }] },
      };
      const body = { ...object, status: { ...object.status, allocation } };
      const name = object.metadata.name as string;
      const resource = 'resourceclaims.resource.k8s.io';
      this.request(ctx, { verb: 'update', resource, namespace, name, subresource: 'status', body }, this.aside);
    }
  }

  // --- what the store says ------------------------------------------------------------------------------------------------

  private committed(
    ctx: WorldContext,
    now: Version,
    before: Version | undefined,
    deleted: boolean,
    resource: string,
  ): void {
    if (deleted || resource !== 'pods') return;
    const op = this.opOf.get(`${now.object.metadata.namespace}/${now.object.metadata.name}`);
    if (op === undefined) return;
    const isBound = (v: Version | undefined) => (v?.object.spec?.nodeName ?? '') !== '';
    const isTried = (v: Version | undefined) =>
      (v?.object.status?.conditions ?? []).some((c: { type: string }) => c.type === 'PodScheduled');
    if (isTried(now) && !isTried(before)) this.attempted.set(String(op), this.countOf(this.attempted, op) + 1);
    if (!isBound(now) || isBound(before)) return;
    this.scheduled.set(String(op), this.countOf(this.scheduled, op) + 1);
    if (this.collecting.get()) {
      const measure = this.measured.get();
      this.measured.set({ ...measure, untilUs: ctx.nowUs, pods: measure.pods + 1 });
    }
    const { op: current, answered, sent } = this.state.get();
    const running = this.workload.ops[current];
    if (running?.do === 'createPods' && current === op && running.steadyForUs !== undefined) {
      this.replace(ctx, running, op, now.object, sent);
      return;
    }
    if (
      running?.do === 'createPods' &&
      current === op &&
      answered >= running.count &&
      this.countOf(this.scheduled, op) >= running.count
    )
      ctx.schedule(0, this.handlers_[2], op, 0, WHY.scenario);
  }
}

const quoted = (text: string) => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');

/** Nodes that come first are in the store from the start: that takes the run no time. */
export function seededOps({ ops }: PerfWorkload): number {
  const at = ops.findIndex((op) => op.do !== 'createNodes');
  return at < 0 ? ops.length : at;
}

export function nameOf(object: KubeObject, op: { readonly index: number }, i: number): string {
  return object.metadata.name ?? `${object.metadata.generateName ?? ''}${op.index}-${i}`;
}

function placeOf(object: KubeObject): { readonly resource: string; readonly namespaced: boolean } {
  const info = resourceOfKind(object.apiVersion ?? '', object.kind ?? '');
  return { resource: info === undefined ? '' : qualifiedName(info), namespaced: info?.namespaced ?? true };
}

export function named(object: KubeObject, name: string): KubeObject {
  const { generateName: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata: { ...metadata, name } };
}

/** Templates leave out what a kubelet or the API server of the benchmark would not ask for. */
export function perfNode(object: KubeObject, now: string): KubeObject {
  const { capacity = {}, allocatable = capacity, conditions = [], ...status } = object.status ?? {};
  const name = object.metadata.name as string;
  return {
    ...object,
    metadata: { ...object.metadata, labels: { 'kubernetes.io/hostname': name, ...object.metadata.labels } },
    status: {
      ...status,
      capacity,
      allocatable,
      conditions: (conditions as readonly object[]).map((c) => ({
        lastHeartbeatTime: now,
        lastTransitionTime: now,
        ...c,
      })),
    },
  };
}

export const priorityClassOf = (priority: number) => `priority-${priority}`;

/** The API refuses a plain priority, which the benchmark's accepts: a class of that value says the same. */
function withClass(pod: KubeObject): KubeObject {
  const { priority, ...spec } = pod.spec ?? {};
  return typeof priority === 'number' && priority !== 0
    ? { ...pod, spec: { ...spec, priorityClassName: priorityClassOf(priority) } }
    : pod;
}
