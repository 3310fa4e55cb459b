import { ContainerStep, PodState, RecordKind, type TraceNames, type TraceRecord } from '../../sim-core/index.ts';
import { type Overview, type RunFrame, textColumn } from '../model/frame.ts';
import { Tick } from '../model/ticks.ts';

interface Lane {
  readonly pod: number;
  readonly timeUs: number[];
  readonly state: number[];
  readonly node: number[];
  /** Time and kind of each mark, one after the other; most pods have none. */
  ticks?: number[];
}

interface FaultSpan {
  readonly record: number;
  readonly kind: number;
  readonly description: number;
  readonly fromUs: number;
  untilUs: number;
}

/** Reasons of events that say that a pod was taken from its node. */
const EVICTIONS: ReadonlySet<string> = new Set(['TaintManagerEviction', 'Evicted', 'Preempted']);
/** Steps from a `kubectl drain` to the deletion of a pod that it evicts. */
const DRAIN_STEPS = 10;

/** What a lane holds: times, PodStates and nodes by place, and its marks as pairs of time and Tick. */
export interface LaneView {
  readonly timeUs: readonly number[];
  readonly state: readonly number[];
  readonly ticks: readonly number[];
}

const NO_TICKS: readonly number[] = [];

/** Collects what the timeline shows, record by record, so that it can be packed at any moment of a run. */
export class RunScan {
  private readonly lanes: Lane[] = [];
  private readonly laneOf = new Map<number, number>();
  private readonly ownerOf = new Map<number, number>();
  private readonly nodes = new Set<number>();
  readonly faults: FaultSpan[] = [];
  readonly commands: TraceRecord[] = [];
  /** Who leads each election from when on: the name of the component. */
  readonly leaders: { readonly timeUs: number; readonly election: string; readonly name: string }[] = [];
  /** Every object that a record is about. */
  readonly objects = new Set<number>();
  private segments = 0;
  private tickCount = 0;
  /** Records that follow from a `kubectl drain`, with the steps in between. */
  private readonly drained = new Map<number, number>();
  private readonly reasons = new Map<number, boolean>();
  private readonly names: TraceNames;
  private grouped: { readonly lanes: number; readonly ownerOf: Uint32Array; readonly groups: number } | undefined;

  constructor(names: TraceNames) {
    this.names = names;
  }

  get laneCount(): number {
    return this.lanes.length;
  }

  get nodeCount(): number {
    return this.nodes.size;
  }

  get segmentCount(): number {
    return this.segments;
  }

  podOf(lane: number): number {
    return this.lanes[lane].pod;
  }

  /** Lane of a pod by its ObjId; undefined = it has none. */
  laneOfPod(pod: number): number | undefined {
    return this.laneOf.get(pod);
  }

  lane(lane: number): LaneView {
    const { timeUs, state, ticks } = this.lanes[lane];
    return { timeUs, state, ticks: ticks ?? NO_TICKS };
  }

  /** PodState of a lane at a moment; -1 = not there yet. */
  stateAt(lane: number, timeUs: number): number {
    const { timeUs: times, state } = this.lanes[lane];
    let place = times.length - 1;
    while (place >= 0 && times[place] > timeUs) place--;
    return place < 0 ? -1 : state[place];
  }

  /** The controllers' groups as `pack` numbers them. */
  ownerGroups(): { readonly ownerOf: Uint32Array; readonly groups: number } {
    if (this.grouped === undefined || this.grouped.lanes !== this.lanes.length) {
      const owners = new Groups(String);
      const ownerOf = Uint32Array.from(this.lanes, (lane) => owners.number(this.topOwner(lane.pod)));
      this.grouped = { lanes: this.lanes.length, ownerOf, groups: owners.names.length };
    }
    return this.grouped;
  }

  add(r: TraceRecord): void {
    if (r.obj !== 0) this.objects.add(r.obj);
    if (r.kind === RecordKind.podState) this.podState(r);
    else if (r.kind === RecordKind.owner) this.ownerOf.set(r.obj, r.a);
    else if (r.kind === RecordKind.nodeState) this.nodes.add(r.obj);
    else if (r.kind === RecordKind.fault) this.fault(r);
    else if (r.kind === RecordKind.leader) this.leader(r);
    else if (r.kind === RecordKind.external) {
      this.commands.push(r);
      if (this.names.string(r.b).startsWith('drain ')) this.drained.set(r.id, 0);
    } else if (r.kind === RecordKind.container) this.containerStep(r);
    else if (r.kind === RecordKind.decisionFailed) this.tick(r, Tick.unschedulable);
    else if (r.kind === RecordKind.kubeEvent && this.isEviction(r.a)) this.tick(r, Tick.evicted);
    if (this.drained.size > 0) this.follow(r);
  }

  /** An identity is the component's name, with a suffix for elections by a Lease. */
  private leader(r: TraceRecord): void {
    const name = this.names.string(r.b).split('_')[0];
    this.leaders.push({ timeUs: r.timeUs, election: this.names.string(r.a), name });
  }

  private containerStep(r: TraceRecord): void {
    const step = r.a & 0xff;
    if (step === ContainerStep.probeFailed) this.tick(r, Tick.probeFailed);
    else if (step === ContainerStep.exited) this.tick(r, Tick.exited);
    else if (step === ContainerStep.started && r.b > 0) this.tick(r, Tick.restarted);
  }

  private isEviction(reason: number): boolean {
    let known = this.reasons.get(reason);
    if (known === undefined) this.reasons.set(reason, (known = EVICTIONS.has(this.names.string(reason))));
    return known;
  }

  private tick(r: TraceRecord, kind: number): void {
    const place = this.laneOf.get(r.obj);
    if (place === undefined) return;
    const lane = this.lanes[place];
    lane.ticks ??= [];
    lane.ticks.push(r.timeUs, kind);
    this.tickCount++;
  }

  /** The eviction subresource leaves no event: a deletion that a drain asked for is one. */
  private follow(r: TraceRecord): void {
    const depth = this.drained.get(r.cause);
    if (depth === undefined || depth >= DRAIN_STEPS) return;
    if (r.kind === RecordKind.podState && r.a === PodState.terminating) this.tick(r, Tick.evicted);
    else this.drained.set(r.id, depth + 1);
  }

  private podState(r: TraceRecord): void {
    let place = this.laneOf.get(r.obj);
    if (place === undefined) {
      // The end of a pod that was never seen alive shows nothing.
      if (r.a === PodState.deleted) return;
      this.laneOf.set(r.obj, (place = this.lanes.length));
      this.lanes.push({ pod: r.obj, timeUs: [], state: [], node: [] });
    }
    const lane = this.lanes[place];
    lane.timeUs.push(r.timeUs);
    lane.state.push(r.a);
    lane.node.push(r.b);
    this.segments++;
  }

  private fault(r: TraceRecord): void {
    if (r.b === 1) {
      this.faults.push({
        record: r.id,
        kind: r.a,
        description: r.hash,
        fromUs: r.timeUs,
        untilUs: Number.POSITIVE_INFINITY,
      });
      return;
    }
    const open = this.faults.find(
      (f) => f.kind === r.a && f.description === r.hash && f.untilUs === Number.POSITIVE_INFINITY,
    );
    if (open !== undefined) open.untilUs = r.timeUs;
  }

  /** The controller that people know: the owner of the owner where there is one (Deployment, CronJob). 0 = none. */
  private topOwner(pod: number): number {
    let owner = this.ownerOf.get(pod) ?? 0;
    for (let depth = 0; depth < 8; depth++) {
      const next = this.ownerOf.get(owner);
      if (next === undefined) break;
      owner = next;
    }
    return owner;
  }

  /** A frame of everything up to `endUs`. */
  pack(names: TraceNames, endUs: number, untilUs: number): RunFrame {
    const count = this.lanes.length;
    const laneNames: string[] = [];
    const segFirst = new Uint32Array(count + 1);
    const segTime = new Float64Array(this.segments);
    const segState = new Uint8Array(this.segments);
    const segNode = new Uint32Array(this.segments);
    const ownerOf = new Uint32Array(count);
    const nodeOf = new Uint32Array(count);
    const tickFirst = new Uint32Array(count + 1);
    const tickTime = new Float64Array(this.tickCount);
    const tickKind = new Uint8Array(this.tickCount);
    let tick = 0;
    const owners = new Groups((id) => ownerText(names.object(id)));
    const nodes = new Groups((id) => lastPart(names.object(id)));
    let seg = 0;
    this.lanes.forEach((lane, i) => {
      laneNames.push(podText(names.object(lane.pod)));
      ownerOf[i] = owners.number(this.topOwner(lane.pod));
      let lastNode = 0;
      for (let k = 0; k < lane.timeUs.length; k++) {
        segTime[seg] = lane.timeUs[k];
        segState[seg] = lane.state[k];
        segNode[seg++] = nodes.number(lane.node[k]);
        if (lane.node[k] !== 0) lastNode = lane.node[k];
      }
      nodeOf[i] = nodes.number(lastNode);
      segFirst[i + 1] = seg;
      const { ticks } = lane;
      for (let k = 0; ticks !== undefined && k < ticks.length; k += 2) {
        tickTime[tick] = ticks[k];
        tickKind[tick++] = ticks[k + 1];
      }
      tickFirst[i + 1] = tick;
    });
    return {
      endUs,
      untilUs,
      laneCount: count,
      laneNames: textColumn(laneNames),
      segFirst,
      segTime,
      segState,
      segNode,
      tickFirst,
      tickTime,
      tickKind,
      ownerOf,
      owners: textColumn(owners.names),
      nodeOf,
      nodes: textColumn(nodes.names),
      overview: overviewOf(segFirst, segTime, segState, endUs, untilUs),
    };
  }
}

/** Numbers for the groups that occur; 0 is the one of everything that is in none, and has no name. */
class Groups {
  readonly names: string[] = [''];
  private readonly numbers = new Map<number, number>();
  private readonly textOf: (id: number) => string;

  constructor(textOf: (id: number) => string) {
    this.textOf = textOf;
  }

  number(id: number): number {
    if (id === 0) return 0;
    let n = this.numbers.get(id);
    if (n === undefined) {
      this.numbers.set(id, (n = this.names.length));
      this.names.push(this.textOf(id));
    }
    return n;
  }
}

const lastPart = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** `namespace/name` of `pods/namespace/name`. */
const podText = (path: string) => path.slice(path.indexOf('/') + 1);

/** `shop/gateway` for a Deployment; other kinds say what they are: `shop/etl (jobs)`. */
function ownerText(path: string): string {
  const [resource, ...rest] = path.split('/');
  const name = rest.join('/');
  return resource === 'deployments.apps' ? name : `${name} (${resource.split('.')[0]})`;
}

const BINS = 1024;

/** Pods that want to be Ready and are not, and pods that are. */
const PENDING = new Set<number>([
  PodState.pending,
  PodState.scheduled,
  PodState.initializing,
  PodState.starting,
  PodState.running,
  PodState.crashLoop,
  PodState.imagePull,
]);

function overviewOf(
  segFirst: Uint32Array,
  segTime: Float64Array,
  segState: Uint8Array,
  endUs: number,
  untilUs: number,
): Overview {
  const binUs = Math.max(1, untilUs / BINS);
  const bins = Math.min(BINS, Math.max(1, Math.ceil(endUs / binUs)));
  const pendingChange = new Int32Array(bins + 1);
  const readyChange = new Int32Array(bins + 1);
  for (let lane = 0; lane + 1 < segFirst.length; lane++) {
    for (let seg = segFirst[lane]; seg < segFirst[lane + 1]; seg++) {
      const toUs = seg + 1 < segFirst[lane + 1] ? segTime[seg + 1] : endUs;
      const first = Math.min(bins - 1, Math.floor(segTime[seg] / binUs));
      if (PENDING.has(segState[seg])) {
        // Touched bins count, so that a short wait shows.
        pendingChange[first]++;
        pendingChange[Math.min(bins, Math.max(first + 1, Math.ceil(toUs / binUs)))]--;
      } else if (segState[seg] === PodState.ready) {
        const from = Math.min(bins, Math.ceil(segTime[seg] / binUs));
        const to = toUs >= endUs ? bins : Math.min(bins, Math.floor(toUs / binUs));
        if (to > from) {
          readyChange[from]++;
          readyChange[to]--;
        }
      }
    }
  }
  const pending = new Uint32Array(bins);
  const ready = new Uint32Array(bins);
  for (let i = 0, p = 0, r = 0; i < bins; i++) {
    pending[i] = p += pendingChange[i];
    ready[i] = r += readyChange[i];
  }
  return { binUs, pending, ready };
}
