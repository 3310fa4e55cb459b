import { ContainerStep, PodState, RecordKind, type TraceNames, type TraceRecord } from '../../sim-core/index.ts';
import { bytes, floats, words } from '../model/columns.ts';
import { type FramePart, joinedTexts, type RunFrame, type TextColumn, textColumn } from '../model/frame.ts';
import { FrameKeeper } from '../model/frameKeeper.ts';
import { Stretches } from '../model/stretches.ts';
import { Tick } from '../model/ticks.ts';
import { OverviewCount } from './overviewCount.ts';

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

/** Lanes between two looks at the clock. */
const PACK_STEP = 1000;

/** What a lane holds: times and PodStates by place, times and Ticks of its marks. Valid until the next record. */
export interface LaneView {
  readonly timeUs: Float64Array;
  readonly state: Uint8Array;
  readonly tickUs: Float64Array;
  readonly tick: Uint8Array;
}

/** Segments or marks in the order of arrival, with the lane of each. */
class Log {
  lane = words();
  time = floats();
  kind = bytes();
  node = words();

  add(lane: number, timeUs: number, kind: number, node: number): void {
    this.lane.push(lane);
    this.time.push(timeUs);
    this.kind.push(kind);
    this.node.push(node);
  }
}

/** What came since the last part. */
interface Fresh {
  readonly segments: Log;
  readonly ticks: Log;
  /** Lanes whose controller became known or another. */
  readonly owned: Set<number>;
}

/** Collects what the timeline shows, record by record, in columns, and hands out what is new of it. */
export class RunScan {
  private readonly pods = words();
  /** By ObjId: the lane plus 1, the owner. */
  private readonly laneOf = words();
  private readonly ownerOf = words();
  /** By ObjId: 1 = it controls something. */
  private readonly owns = bytes();
  private readonly time = floats();
  private readonly state = bytes();
  private readonly node = words();
  private readonly segments = new Stretches([this.time, this.state, this.node]);
  private readonly tickTime = floats();
  private readonly tickKind = bytes();
  private readonly ticks = new Stretches([this.tickTime, this.tickKind]);
  private readonly nodes = new Set<number>();
  private readonly owners = new Groups(ownerText);
  private readonly nodeGroups = new Groups(lastPart);
  /** Group of each lane by its controller, as it was handed out. */
  private readonly groupOf = words();
  private readonly overview: OverviewCount;
  readonly faults: FaultSpan[] = [];
  readonly commands: TraceRecord[] = [];
  /** Who leads each election from when on: the name of the component. */
  readonly leaders: { readonly timeUs: number; readonly election: string; readonly name: string }[] = [];
  private readonly seen = bytes();
  private readonly seenObjects = words();
  /** Records that follow from a `kubectl drain`, with the steps in between. */
  private readonly drained = new Map<number, number>();
  private readonly reasons = new Map<number, boolean>();
  private readonly names: TraceNames;
  private fresh: Fresh | undefined;
  /** What was handed out before. */
  private sent = { lanes: 0, owners: 0, nodes: 0 };

  constructor(names: TraceNames, untilUs: number) {
    this.names = names;
    this.overview = new OverviewCount(untilUs);
  }

  get laneCount(): number {
    return this.pods.size;
  }

  get nodeCount(): number {
    return this.nodes.size;
  }

  /** Every object that a record is about, in the order in which they came. */
  get objects(): Uint32Array {
    return this.seenObjects.view;
  }

  podOf(lane: number): number {
    return this.pods.data[lane];
  }

  lane(lane: number): LaneView {
    const { segments, ticks } = this;
    const [from, to] = [segments.first.data[lane], segments.end.data[lane]];
    const [tickFrom, tickTo] = [ticks.first.data[lane], ticks.end.data[lane]];
    return {
      timeUs: this.time.data.subarray(from, to),
      state: this.state.data.subarray(from, to),
      tickUs: this.tickTime.data.subarray(tickFrom, tickTo),
      tick: this.tickKind.data.subarray(tickFrom, tickTo),
    };
  }

  /** PodState of a lane at a moment; -1 = not there yet. */
  stateAt(lane: number, timeUs: number): number {
    const first = this.segments.first.data[lane];
    let place = this.segments.end.data[lane] - 1;
    while (place >= first && this.time.data[place] > timeUs) place--;
    return place < first ? -1 : this.state.data[place];
  }

  /** Names of the controller and of the last node of a lane; '' = none. */
  textsOf(lane: number): { readonly owner: string; readonly node: string } {
    return {
      owner: this.owners.names[this.owners.number(this.topOwner(this.pods.data[lane]), this.names)],
      node: this.nodeGroups.names[this.lastNode(lane)],
    };
  }

  /** Group of a lane by its controller, as frames number them. */
  groupOfLane(lane: number): number {
    return this.groupOf.at(lane);
  }

  get groupCount(): number {
    return this.owners.names.length;
  }

  add(r: TraceRecord): void {
    if (r.obj !== 0 && this.seen.at(r.obj) === 0) {
      this.seen.put(r.obj, 1);
      this.seenObjects.push(r.obj);
    }
    if (r.kind === RecordKind.podState) this.podState(r);
    else if (r.kind === RecordKind.owner) this.owner(r);
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

  private owner(r: TraceRecord): void {
    this.ownerOf.put(r.obj, r.a);
    this.owns.put(r.a, 1);
    const { fresh } = this;
    if (fresh === undefined) return;
    const lane = this.laneOf.at(r.obj);
    if (lane !== 0) fresh.owned.add(lane - 1);
    // The controller of a controller is seldom told this late: any lane may be another's now. Nobody's controller, as a pod, comes often.
    if (this.owns.at(r.obj) === 1) for (let i = 0; i < this.pods.size; i++) fresh.owned.add(i);
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
    const lane = this.laneOf.at(r.obj) - 1;
    if (lane < 0) return;
    const at = this.ticks.place(lane);
    this.tickTime.data[at] = r.timeUs;
    this.tickKind.data[at] = kind;
    this.fresh?.ticks.add(lane, r.timeUs, kind, 0);
  }

  /** The eviction subresource leaves no event: a deletion that a drain asked for is one. */
  private follow(r: TraceRecord): void {
    const depth = this.drained.get(r.cause);
    if (depth === undefined || depth >= DRAIN_STEPS) return;
    if (r.kind === RecordKind.podState && r.a === PodState.terminating) this.tick(r, Tick.evicted);
    else this.drained.set(r.id, depth + 1);
  }

  private podState(r: TraceRecord): void {
    let lane = this.laneOf.at(r.obj) - 1;
    if (lane < 0) {
      // The end of a pod that was never seen alive shows nothing.
      if (r.a === PodState.deleted) return;
      lane = this.pods.size;
      this.laneOf.put(r.obj, lane + 1);
      this.pods.push(r.obj);
      this.segments.addList();
      this.ticks.addList();
    }
    const node = this.nodeGroups.number(r.b, this.names);
    const end = this.segments.end.data[lane];
    if (end > this.segments.first.data[lane])
      this.overview.leave(this.state.data[end - 1], this.time.data[end - 1], r.timeUs);
    const at = this.segments.place(lane);
    this.time.data[at] = r.timeUs;
    this.state.data[at] = r.a;
    this.node.data[at] = node;
    this.overview.enter(r.a, r.timeUs);
    this.fresh?.segments.add(lane, r.timeUs, r.a, node);
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
  topOwner(pod: number): number {
    let owner = this.ownerOf.at(pod);
    for (let depth = 0; depth < 8; depth++) {
      const next = this.ownerOf.at(owner);
      if (next === 0) break;
      owner = next;
    }
    return owner;
  }

  /** Group of the last node that a lane was on. */
  private lastNode(lane: number): number {
    const first = this.segments.first.data[lane];
    let place = this.segments.end.data[lane] - 1;
    while (place >= first && this.node.data[place] === 0) place--;
    return place < first ? 0 : this.node.data[place];
  }

  /** A frame of everything up to `endUs`. */
  pack(endUs: number, untilUs: number): RunFrame {
    const { sent, fresh } = this;
    const frame = new FrameKeeper().take(this.whole(endUs, untilUs));
    this.sent = sent;
    this.fresh = fresh;
    return frame;
  }

  /** What is new since the part before; the first is `whole`. One reader takes them all. */
  part(endUs: number, untilUs: number): FramePart {
    const { fresh } = this;
    if (fresh === undefined) return this.whole(endUs, untilUs);
    for (let lane = this.sent.lanes; lane < this.pods.size; lane++) fresh.owned.add(lane);
    const owned = [...fresh.owned];
    this.group(owned);
    const names = this.namesOf(this.sent.lanes, this.pods.size);
    return this.partOf(false, fresh.segments, fresh.ticks, owned, names, endUs, untilUs);
  }

  /** Everything, for a reader who begins. */
  whole(endUs: number, untilUs: number): FramePart {
    const packing = this.packing(endUs, untilUs);
    for (;;) {
      const { done, value } = packing.next();
      if (done === true) return value;
    }
  }

  /** The same in steps. No record may be added meanwhile. */
  *packing(endUs: number, untilUs: number): Generator<void, FramePart, void> {
    this.sent = { lanes: 0, owners: 0, nodes: 0 };
    const segments = new Log();
    const ticks = new Log();
    const names: TextColumn[] = [];
    for (let lane = 0; lane < this.pods.size; lane++) {
      if (lane % PACK_STEP === 0) {
        names.push(this.namesOf(lane, Math.min(this.pods.size, lane + PACK_STEP)));
        yield;
      }
      for (let at = this.segments.first.data[lane]; at < this.segments.end.data[lane]; at++)
        segments.add(lane, this.time.data[at], this.state.data[at], this.node.data[at]);
      for (let at = this.ticks.first.data[lane]; at < this.ticks.end.data[lane]; at++)
        ticks.add(lane, this.tickTime.data[at], this.tickKind.data[at], 0);
    }
    const owned = [...this.pods.view.keys()];
    for (let from = 0; from < owned.length; from += PACK_STEP) {
      this.group(owned.slice(from, from + PACK_STEP));
      yield;
    }
    return this.partOf(true, segments, ticks, owned, joinedTexts(names), endUs, untilUs);
  }

  /** Finds the groups of some lanes by their controllers. */
  private group(lanes: readonly number[]): void {
    for (const lane of lanes)
      this.groupOf.put(lane, this.owners.number(this.topOwner(this.pods.data[lane]), this.names));
  }

  private namesOf(from: number, to: number): TextColumn {
    return textColumn(Array.from(this.pods.data.subarray(from, to), (pod) => podText(this.names.object(pod))));
  }

  private partOf(
    full: boolean,
    segments: Log,
    ticks: Log,
    owned: readonly number[],
    laneNames: TextColumn,
    endUs: number,
    untilUs: number,
  ): FramePart {
    const { sent, owners, nodeGroups } = this;
    const lanes = this.pods.size;
    const ownerLane = Uint32Array.from(owned);
    const part = {
      full,
      endUs,
      untilUs,
      laneNames,
      segLane: segments.lane.view.slice(),
      segTime: segments.time.view.slice(),
      segState: segments.kind.view.slice(),
      segNode: segments.node.view.slice(),
      tickLane: ticks.lane.view.slice(),
      tickTime: ticks.time.view.slice(),
      tickKind: ticks.kind.view.slice(),
      ownerLane,
      ownerGroup: ownerLane.map((lane) => this.groupOf.data[lane]),
      owners: textColumn(owners.names.slice(sent.owners)),
      nodes: textColumn(nodeGroups.names.slice(sent.nodes)),
      overview: this.overview.at(endUs),
    };
    this.sent = { lanes, owners: owners.names.length, nodes: nodeGroups.names.length };
    this.fresh = { segments: new Log(), ticks: new Log(), owned: new Set() };
    return part;
  }
}

/** Numbers for the groups that occur; 0 is the one of everything that is in none, and has no name. */
class Groups {
  readonly names: string[] = [''];
  private readonly numbers = words();
  private readonly textOf: (path: string) => string;

  constructor(textOf: (path: string) => string) {
    this.textOf = textOf;
  }

  number(id: number, names: TraceNames): number {
    if (id === 0) return 0;
    const known = this.numbers.at(id);
    if (known !== 0) return known;
    const number = this.names.push(this.textOf(names.object(id))) - 1;
    this.numbers.put(id, number);
    return number;
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
