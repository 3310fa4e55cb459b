import { ContainerStep, NodeState, PodState, RecordKind, type TraceRecord } from '../../sim-core/index.ts';
import type { OpenRun, Track, TrackKey } from './openRun.ts';
import { cpuMilli, memoryMi } from './queries/quantities.ts';

/** Numbers in the order of arrival. */
class Column {
  data = new Float64Array(64);
  size = 0;

  push(value: number): void {
    if (this.size === this.data.length) {
      const larger = new Float64Array(this.size * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.size++] = value;
  }
}

/** counter: each entry adds to a total. gauge: each entry is the value from then on. histogram: each entry is an observation. */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface MetricSpec {
  /** As Kubernetes and kube-state-metrics name it. */
  readonly name: string;
  readonly labels: string;
  readonly kind: MetricKind;
  readonly unit: 'pods' | 'nodes' | 'perSecond' | 'seconds' | 'cores' | 'bytes' | 'count';
}

export class Series {
  readonly spec: MetricSpec;
  readonly times = new Column();
  readonly values = new Column();
  /** Of a gauge or counter: the last value. */
  last = 0;

  constructor(spec: MetricSpec) {
    this.spec = spec;
  }

  add(timeUs: number, by = 1): void {
    this.set(timeUs, this.last + by);
  }

  set(timeUs: number, value: number): void {
    this.last = value;
    const { times, values } = this;
    // Many changes of one instant are one.
    if (this.spec.kind === 'gauge' && times.size > 0 && times.data[times.size - 1] === timeUs) {
      values.data[values.size - 1] = value;
      return;
    }
    times.push(timeUs);
    values.push(value);
  }

  observe(timeUs: number, value: number): void {
    this.times.push(timeUs);
    this.values.push(value);
  }
}

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
/** Reasons of events that say that a pod was taken from its node. */
const EVICTIONS: ReadonlySet<string> = new Set(['TaintManagerEviction', 'Evicted', 'Preempted']);

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
  private readonly writes = VERBS.map((verb) =>
    this.make('apiserver_request_total', `verb="${verb}"`, 'counter', 'perSecond'),
  );
  private readonly errors = this.make('apiserver_request_total', 'code=~"[45].."', 'counter', 'perSecond');
  private readonly puts = this.make('etcd_mvcc_put_total', '', 'counter', 'perSecond');
  private readonly deletes = this.make('etcd_mvcc_delete_total', '', 'counter', 'perSecond');
  private readonly leaders = this.make('etcd_server_leader_changes_seen_total', '', 'counter', 'count');
  private readonly nodeReady = [NodeState.ready, 0].map((bit) =>
    this.make('kube_node_status_condition', `condition="Ready",status="${bit ? 'true' : 'false'}"`, 'gauge', 'nodes'),
  );
  private readonly restarts = this.make('kube_pod_container_status_restarts_total', '', 'counter', 'count');
  private readonly evictions = this.make('taint_eviction_controller_pod_deletions_total', '', 'counter', 'count');
  private readonly requested = [
    this.make('kube_pod_container_resource_requests', 'resource="cpu"', 'gauge', 'cores'),
    this.make('kube_pod_container_resource_requests', 'resource="memory"', 'gauge', 'bytes'),
  ];
  private readonly allocatable = [
    this.make('kube_node_status_allocatable', 'resource="cpu"', 'gauge', 'cores'),
    this.make('kube_node_status_allocatable', 'resource="memory"', 'gauge', 'bytes'),
  ];

  constructor(run: OpenRun) {
    this.run = run;
    this.phases = PHASES.map((phase) => this.make('kube_pod_status_phase', `phase="${phase}"`, 'gauge', 'pods'));
  }

  private make(name: string, labels: string, kind: MetricKind, unit: MetricSpec['unit']): Series {
    const series = new Series({ name, labels, kind, unit });
    this.series.push(series);
    return series;
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
    } else if (kind === RecordKind.refused) this.errors.add(timeUs);
    else if (kind === RecordKind.container) {
      if ((r.a & 0xff) === ContainerStep.started && r.b > 0) this.restarts.add(timeUs);
    } else this.rare(r);
  }

  private rare(r: TraceRecord): void {
    const { names } = this.run;
    if (r.kind === RecordKind.leader && names.string(r.a) === 'etcd') this.leaders.add(r.timeUs);
    else if (r.kind === RecordKind.kubeEvent && EVICTIONS.has(names.string(r.a))) this.evictions.add(r.timeUs);
  }

  private decision(r: TraceRecord): void {
    this.attempts[0].add(r.timeUs);
    const pod = this.pods.get(r.obj);
    if (pod !== undefined) this.latency.observe(r.timeUs, (r.timeUs - pod.bornUs) / 1e6);
  }

  private pod(r: TraceRecord): void {
    const { timeUs } = r;
    const before = this.pods.get(r.obj);
    const isNew = before === undefined || before.state === PodState.deleted;
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
    if (now.state === PodState.ready && before !== undefined && before.state < PodState.ready)
      this.startup.observe(timeUs, (timeUs - now.bornUs) / 1e6);
    this.pods.set(r.obj, now);
  }

  private count(pod: PodNow, by: 1 | -1, timeUs: number): void {
    const phase = phaseOf(pod.state);
    if (phase < 0) return;
    this.phases[phase].add(timeUs, by);
    if (pod.state === PodState.pending) this.pending.add(timeUs, by);
    if (pod.state === PodState.ready) this.ready.add(timeUs, by);
    if (pod.node === 0 || phase === 2 || phase === 3) return;
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
    const status = this.run.objects?.at(r.obj, r.timeUs)?.object.status as
      | { allocatable?: Record<string, string> }
      | undefined;
    const now = {
      bits: r.a,
      cpu: cpuMilli(status?.allocatable?.['cpu']) / 1000 || (before?.cpu ?? 0),
      memory: memoryMi(status?.allocatable?.['memory']) * 1048576 || (before?.memory ?? 0),
    };
    if (!gone(now.bits)) this.countNode(now, 1, r.timeUs);
    this.nodes.set(r.obj, now);
  }

  private countNode(
    node: { readonly bits: number; readonly cpu: number; readonly memory: number },
    by: 1 | -1,
    timeUs: number,
  ): void {
    this.nodeReady[node.bits & NodeState.ready ? 0 : 1].add(timeUs, by);
    this.allocatable[0].add(timeUs, by * node.cpu);
    this.allocatable[1].add(timeUs, by * node.memory);
  }
}

export const METRICS: TrackKey<Metrics> = { make: (run) => new Metrics(run) };
