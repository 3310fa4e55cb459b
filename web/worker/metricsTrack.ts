import {
  behaviourOf,
  ContainerStep,
  type KubeObject,
  NodeState,
  PodState,
  parseRules,
  RecordKind,
  type TraceRecord,
  usage,
} from '../../sim-core/index.ts';
import type { OpenRun, Track, TrackKey } from './openRun.ts';
import { poolOfNode } from './queries/nodePools.ts';
import { cpuMilli, memoryMi } from './queries/quantities.ts';
import { type MetricKind, type MetricSpec, Series } from './series.ts';

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;

/** Place in PHASES by PodState; -1 = the pod is gone. */
function phaseOf(state: number): number {
  if (state === PodState.deleted) return -1;
  if (state === PodState.succeeded) return 2;
  if (state === PodState.failed) return 3;
  if (state === PodState.unknown) return 4;
  const starts: readonly number[] = [
    PodState.pending,
    PodState.scheduled,
    PodState.initializing,
    PodState.starting,
    PodState.imagePull,
  ];
  return starts.includes(state) ? 0 : 1;
}

interface PodNow {
  readonly state: number;
  readonly node: number;
  readonly bornUs: number;
  readonly cpu: number;
  readonly memory: number;
}

const VERBS = ['create', 'update', 'delete'] as const;
/** Reasons of events that say that a pod was taken from its node, and the metric that counts it. */
const EVICTIONS = [
  ['TaintManagerEviction', 'taint_eviction_controller_pod_deletions_total'],
  ['Evicted', 'kubelet_evictions'],
  ['Preempted', 'scheduler_preemption_victims'],
] as const;

interface Load {
  readonly cpu: number;
  readonly memory: number;
}

type AllocatableOf = (obj: number, timeUs: number) => Readonly<Record<string, string>> | undefined;

const NO_LOAD: Load = { cpu: 0, memory: 0 };

/** The metrics that follow from the records and objects of a run; those that need what is inside a component are left out. */
export class Metrics implements Track {
  readonly series: Series[] = [];
  private readonly run: OpenRun;
  private readonly pods = new Map<number, PodNow>();
  private readonly nodes = new Map<number, { readonly bits: number; readonly cpu: number; readonly memory: number }>();
  private readonly phases: readonly Series[];
  private readonly pending = this.make('scheduler_pending_pods', '', 'gauge', 'pods');
  private readonly ready = this.make('kube_pod_status_ready', 'condition="true"', 'gauge', 'pods');
  private readonly attempts = ['scheduled', 'unschedulable'].map((result) =>
    this.make('scheduler_schedule_attempts_total', `result="${result}"`, 'counter', 'perSecond'),
  );
  private readonly latency = this.make('scheduler_pod_scheduling_sli_duration_seconds', '', 'histogram', 'seconds');
  private readonly startup = this.make('kubelet_pod_start_sli_duration_seconds', '', 'histogram', 'seconds');
  /** Of a recording, which tells of writes only; where requests were heard of they are counted from those. */
  private readonly writes: readonly Series[];
  private readonly errors: Series | undefined;
  private readonly puts = this.make('etcd_mvcc_put_total', '', 'counter', 'perSecond');
  private readonly deletes = this.make('etcd_mvcc_delete_total', '', 'counter', 'perSecond');
  private readonly leaders = this.make('etcd_server_leader_changes_seen_total', '', 'counter', 'count');
  private readonly nodeReady = [NodeState.ready, 0].map((bit) =>
    this.make('kube_node_status_condition', `condition="Ready",status="${bit ? 'true' : 'false'}"`, 'gauge', 'nodes'),
  );
  private readonly restarts = this.make('kube_pod_container_status_restarts_total', '', 'counter', 'count');
  private readonly evictions = EVICTIONS.map(([, name]) => this.make(name, '', 'counter', 'count', 'evictions'));
  /** What pods ask for and use is in the objects: a recording does not hold them. */
  private readonly requested: readonly Series[];
  private readonly allocatable: readonly Series[];
  private readonly used: readonly Series[];
  /** Load of each node's containers that run; counted while the node is Ready, as its kubelet answers then. */
  private readonly loads = new Map<number, Load>();
  /** Load of each container that runs, by pod. */
  private readonly running = new Map<number, Map<number, Load>>();
  private readonly rules: ReturnType<typeof parseRules>;
  private readonly allocatableOf: AllocatableOf;

  constructor(run: OpenRun) {
    this.run = run;
    this.rules = parseRules(run.scenario?.spec.workloads ?? []);
    this.phases = PHASES.map((phase) => this.make('kube_pod_status_phase', `phase="${phase}"`, 'gauge', 'pods'));
    const ofRecords = run.requests === undefined;
    this.writes = ofRecords
      ? VERBS.map((verb) => this.make('apiserver_request_total', `verb="${verb}"`, 'counter', 'perSecond'))
      : [];
    this.errors = ofRecords
      ? this.make('apiserver_request_total', 'code=~"[45].."', 'counter', 'perSecond')
      : undefined;
    this.requested = run.objects === undefined ? [] : this.resources('kube_pod_container_resource_requests');
    const isKnown = run.objects !== undefined || run.scenario !== undefined;
    this.allocatable = isKnown ? this.resources('kube_node_status_allocatable') : [];
    this.allocatableOf = allocatableOf(run);
    this.used =
      run.objects === undefined
        ? []
        : [
            this.make('container_cpu_usage_seconds_total', '', 'gauge', 'cores', 'cpu'),
            this.make('container_memory_working_set_bytes', '', 'gauge', 'bytes', 'memory'),
          ];
  }

  private make(
    name: string,
    labels: string,
    kind: MetricKind,
    unit: MetricSpec['unit'],
    chart?: MetricSpec['chart'],
  ): Series {
    const series = new Series({ name, labels, kind, unit, ...(chart && { chart }) });
    this.series.push(series);
    return series;
  }

  private resources(name: string): readonly Series[] {
    return [
      this.make(name, 'resource="cpu"', 'gauge', 'cores', 'cpu'),
      this.make(name, 'resource="memory"', 'gauge', 'bytes', 'memory'),
    ];
  }

  add(r: TraceRecord): void {
    const { kind, timeUs } = r;
    if (kind === RecordKind.podState) this.pod(r);
    else if (kind === RecordKind.nodeState) this.node(r);
    else if (kind === RecordKind.decision) this.decision(r);
    else if (kind === RecordKind.decisionFailed) this.attempts[1].add(timeUs);
    else if (kind === RecordKind.write) {
      this.writes[r.a & 3]?.add(timeUs);
      ((r.a & 3) === 2 ? this.deletes : this.puts).add(timeUs);
    } else if (kind === RecordKind.refused) this.errors?.add(timeUs);
    else if (kind === RecordKind.container) {
      if ((r.a & 0xff) === ContainerStep.started && r.b > 0) this.restarts.add(timeUs);
      this.container(r);
    } else this.rare(r);
  }

  private rare(r: TraceRecord): void {
    const { names } = this.run;
    if (r.kind === RecordKind.leader && names.string(r.a) === 'etcd') this.leaders.add(r.timeUs);
    else if (r.kind === RecordKind.kubeEvent) {
      const reason = names.string(r.a);
      const place = EVICTIONS.findIndex(([name]) => name === reason);
      if (place >= 0) this.evictions[place].add(r.timeUs);
    }
  }

  /** A container began or ended: its load by the scenario's rule for it, at rest. */
  private container(r: TraceRecord): void {
    const step = r.a & 0xff;
    if (this.used.length === 0 || (step !== ContainerStep.started && step !== ContainerStep.exited)) return;
    let ofPod = this.running.get(r.obj);
    if (ofPod === undefined) this.running.set(r.obj, (ofPod = new Map()));
    const container = r.a >>> 8;
    const before = ofPod.get(container) ?? NO_LOAD;
    const now = step === ContainerStep.started ? this.loadOf(r, container) : NO_LOAD;
    if (step === ContainerStep.exited) ofPod.delete(container);
    else ofPod.set(container, now);
    this.load(this.pods.get(r.obj)?.node ?? 0, now.cpu - before.cpu, now.memory - before.memory, r.timeUs);
  }

  private loadOf(r: TraceRecord, container: number): Load {
    const pod: KubeObject | undefined = this.run.objects?.at(r.obj, r.timeUs)?.object;
    const spec = pod?.spec as { containers?: { name: string }[]; initContainers?: { name: string }[] } | undefined;
    const list = container >= 128 ? spec?.initContainers : spec?.containers;
    const name = list?.[container & 127]?.name;
    if (pod === undefined || name === undefined) return NO_LOAD;
    const { cpuMilli: milli, memoryBytes } = usage(behaviourOf(this.rules, pod, name), 0, 0, 0);
    return { cpu: milli / 1000, memory: memoryBytes };
  }

  private load(node: number, cpu: number, memory: number, timeUs: number): void {
    const before = this.loads.get(node) ?? NO_LOAD;
    this.loads.set(node, { cpu: before.cpu + cpu, memory: before.memory + memory });
    if (((this.nodes.get(node)?.bits ?? 0) & NodeState.ready) === 0) return;
    this.used[0].add(timeUs, cpu);
    this.used[1].add(timeUs, memory);
  }

  /** Nobody hears of the containers of a node whose kubelet is silent. */
  private countLoad(node: number, by: 1 | -1, timeUs: number): void {
    const load = this.loads.get(node);
    if (load === undefined || this.used.length === 0) return;
    this.used[0].add(timeUs, by * load.cpu);
    this.used[1].add(timeUs, by * load.memory);
  }

  /** Nothing of a pod that is gone runs. */
  private endAll(pod: number, node: number, timeUs: number): void {
    for (const { cpu, memory } of this.running.get(pod)?.values() ?? []) this.load(node, -cpu, -memory, timeUs);
    this.running.delete(pod);
  }

  private decision(r: TraceRecord): void {
    this.attempts[0].add(r.timeUs);
    const pod = this.pods.get(r.obj);
    if (pod !== undefined) this.latency.observe(r.timeUs, (r.timeUs - pod.bornUs) / 1e6);
  }

  private pod(r: TraceRecord): void {
    const { timeUs } = r;
    const before = this.pods.get(r.obj);
    const isNew = before === undefined;
    const request = isNew ? this.requestOf(r.obj, timeUs) : before;
    const now: PodNow = {
      state: r.a,
      node: r.b,
      bornUs: isNew ? timeUs : before.bornUs,
      cpu: request.cpu,
      memory: request.memory,
    };
    if (before !== undefined) this.count(before, -1, timeUs);
    this.count(now, 1, timeUs);
    if (now.state === PodState.deleted) this.endAll(r.obj, before?.node ?? now.node, timeUs);
    if (now.state === PodState.ready && before !== undefined && before.state < PodState.ready)
      this.startup.observe(timeUs, (timeUs - now.bornUs) / 1e6);
    if (now.state === PodState.deleted) this.pods.delete(r.obj);
    else this.pods.set(r.obj, now);
  }

  private count(pod: PodNow, by: 1 | -1, timeUs: number): void {
    const phase = phaseOf(pod.state);
    if (phase < 0) return;
    this.phases[phase].add(timeUs, by);
    if (pod.state === PodState.pending) this.pending.add(timeUs, by);
    if (pod.state === PodState.ready) this.ready.add(timeUs, by);
    if (pod.node === 0 || phase === 2 || phase === 3 || this.requested.length === 0) return;
    this.requested[0].add(timeUs, by * pod.cpu);
    this.requested[1].add(timeUs, by * pod.memory);
  }

  private requestOf(obj: number, timeUs: number): { readonly cpu: number; readonly memory: number } {
    type Containers = readonly { resources?: { requests?: Record<string, string> } }[] | undefined;
    const spec = this.run.objects?.at(obj, timeUs)?.object.spec as { containers?: Containers } | undefined;
    let cpu = 0;
    let memory = 0;
    for (const { resources } of spec?.containers ?? []) {
      cpu += cpuMilli(resources?.requests?.['cpu']) / 1000;
      memory += memoryMi(resources?.requests?.['memory']) * 1048576;
    }
    return { cpu, memory };
  }

  private node(r: TraceRecord): void {
    const before = this.nodes.get(r.obj);
    const gone = (bits: number) => (bits & NodeState.deleted) !== 0;
    if (before !== undefined && !gone(before.bits)) this.countNode(before, -1, r.timeUs);
    const allocatable = this.allocatableOf(r.obj, r.timeUs);
    const now = {
      bits: r.a,
      cpu: cpuMilli(allocatable?.['cpu']) / 1000 || (before?.cpu ?? 0),
      memory: memoryMi(allocatable?.['memory']) * 1048576 || (before?.memory ?? 0),
    };
    if (!gone(now.bits)) this.countNode(now, 1, r.timeUs);
    const isReady = (now.bits & (NodeState.ready | NodeState.deleted)) === NodeState.ready;
    const wasReady = before !== undefined && (before.bits & (NodeState.ready | NodeState.deleted)) === NodeState.ready;
    if (isReady !== wasReady) this.countLoad(r.obj, isReady ? 1 : -1, r.timeUs);
    this.nodes.set(r.obj, now);
  }

  private countNode(
    node: { readonly bits: number; readonly cpu: number; readonly memory: number },
    by: 1 | -1,
    timeUs: number,
  ): void {
    this.nodeReady[node.bits & NodeState.ready ? 0 : 1].add(timeUs, by);
    this.allocatable[0]?.add(timeUs, by * node.cpu);
    this.allocatable[1]?.add(timeUs, by * node.memory);
  }
}

/** What a node gives to pods: as its object says, or in a recording the scenario of its pool. */
function allocatableOf(run: OpenRun): AllocatableOf {
  const { objects, names } = run;
  if (objects !== undefined)
    return (obj, timeUs) =>
      (objects.at(obj, timeUs)?.object.status as { allocatable?: Record<string, string> } | undefined)?.allocatable;
  const pools = poolOfNode(run.scenario);
  return (obj) => pools(names.object(obj).slice('nodes/'.length))?.pool.allocatable;
}

export const METRICS: TrackKey<Metrics> = { make: (run) => new Metrics(run) };
