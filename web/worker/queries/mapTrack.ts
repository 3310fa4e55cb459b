import { NodeState, PodState, RecordKind, type TraceNames, type TraceRecord } from '../../../sim-core/index.ts';
import { bytes, floats, words } from '../../model/columns.ts';
import { joinedTexts, type TextColumn, textColumn } from '../../model/frame.ts';
import { type Cut, type MapFrame, type MapStatics, NO_NODE, NodeMark } from '../../views/map/frames.ts';
import type { Track } from '../openRun.ts';
import type { PodFacts } from '../podFacts.ts';
import { type PartitionSides, sidesOf } from './partitions.ts';

/** A deleted node stays on the map as a cross for so long. */
const GONE_SHOWN_US = 2e6;
const ATTEMPTS_MAX = 255;

/** What a change is of. */
export const Change = { pod: 0, attempt: 1, node: 2, fault: 3 } as const;

/** What the object of a node says; the records do not hold it. */
export interface NodeFacts {
  readonly cpuMilli: number;
  readonly memoryMi: number;
  readonly pods: number;
  readonly labels: Readonly<Record<string, string>>;
  /** `key=value:Effect`, without those that say that the node is not ready. */
  readonly taints: readonly string[];
}

/** Objects of the run as far as they are known, by ObjId. A node is told as it is at a moment; before its time, as it will be. */
export interface FactSource {
  pod(obj: number): PodFacts | undefined;
  node(obj: number, timeUs: number): NodeFacts | undefined;
}

/**
 * Everything that changes on the map, in the order of the run. A change knows what it replaced, so that the state at any instant is
 * a walk forward or back from the state at another one: the cost is that of the changes between.
 */
export class MapTrack implements Track {
  private readonly time = floats();
  private readonly kind = bytes();
  private readonly subject = words();
  private readonly value = words();
  private readonly before = words();
  /** ObjId of each pod and node, and back. */
  readonly pods: number[] = [];
  readonly nodes: number[] = [];
  /** By ObjId, plus 1. */
  private readonly podOf = words();
  private readonly nodeOf = words();
  readonly bornUs = floats();
  private readonly ownerOf = words();
  readonly faults: PartitionSides[] = [];
  private readonly openFaults = new Map<string, number>();
  /** The newest value of each pod, its attempts and each node: what the next change replaces. */
  private readonly lastPod: number[] = [];
  private readonly lastAttempt: number[] = [];
  private readonly lastNode: number[] = [];
  private readonly goneAt = new Map<number, number>();
  private readonly names: TraceNames;

  constructor(names: TraceNames) {
    this.names = names;
  }

  get size(): number {
    return this.time.size;
  }

  add(r: TraceRecord): void {
    switch (r.kind) {
      case RecordKind.podState: {
        const node = r.b === 0 ? 0 : this.nodeNumber(r.b) + 1;
        const pod = this.podNumber(r.obj, r.timeUs);
        this.lastPod[pod] = this.push(r.timeUs, Change.pod, pod, r.a + node * 16, this.lastPod[pod]);
        return;
      }
      case RecordKind.decision:
      case RecordKind.decisionFailed: {
        const pod = this.podOf.at(r.obj) - 1;
        if (pod < 0) return;
        const attempts = Math.min(ATTEMPTS_MAX, r.b);
        this.lastAttempt[pod] = this.push(r.timeUs, Change.attempt, pod, attempts, this.lastAttempt[pod]);
        return;
      }
      case RecordKind.nodeState:
        this.nodeChange(r);
        return;
      case RecordKind.owner:
        this.ownerOf.put(r.obj, r.a);
        return;
      case RecordKind.fault:
        this.fault(r);
        return;
      default:
    }
  }

  private push(timeUs: number, kind: number, subject: number, value: number, before: number): number {
    this.time.push(timeUs);
    this.kind.push(kind);
    this.subject.push(subject);
    this.value.push(value);
    this.before.push(before);
    return value;
  }

  private podNumber(obj: number, timeUs: number): number {
    let pod = this.podOf.at(obj) - 1;
    if (pod < 0) {
      this.podOf.put(obj, this.pods.push(obj));
      pod = this.pods.length - 1;
      this.bornUs.push(timeUs);
      this.lastPod.push(PodState.deleted);
      this.lastAttempt.push(0);
    }
    return pod;
  }

  private nodeNumber(obj: number): number {
    let node = this.nodeOf.at(obj) - 1;
    if (node < 0) {
      this.nodeOf.put(obj, this.nodes.push(obj));
      node = this.nodes.length - 1;
      this.lastNode.push(NodeMark.absent);
    }
    return node;
  }

  private nodeChange(r: TraceRecord): void {
    const node = this.nodeNumber(r.obj);
    const before = this.lastNode[node];
    const isDeleted = (r.a & NodeState.deleted) !== 0;
    const wasNever = (before & (NodeMark.absent | NodeMark.gone)) !== 0;
    const boots = (r.a & NodeState.ready) === 0 && (wasNever || (before & NodeMark.booting) !== 0);
    const marks = isDeleted ? NodeMark.gone : (r.a & 63) | (boots ? NodeMark.booting : 0);
    this.lastNode[node] = this.push(r.timeUs, Change.node, node, marks, before);
    if (isDeleted) this.goneAt.set(node, r.timeUs);
  }

  private fault(r: TraceRecord): void {
    const { names } = this;
    if (names.string(r.a) !== 'Partition') return;
    const description = names.string(r.hash);
    const key = `${r.a} ${r.hash}`;
    if (r.b === 1) {
      const fault = this.faults.push(sidesOf(description)) - 1;
      this.openFaults.set(key, fault);
      this.push(r.timeUs, Change.fault, fault, 1, 0);
      return;
    }
    const fault = this.openFaults.get(key);
    if (fault === undefined) return;
    this.openFaults.delete(key);
    this.push(r.timeUs, Change.fault, fault, 0, 1);
  }

  numberOfPod(obj: number): number | undefined {
    const pod = this.podOf.at(obj);
    return pod === 0 ? undefined : pod - 1;
  }

  /** Number of changes at or before an instant. */
  placeOf(timeUs: number): number {
    let low = 0;
    let high = this.time.size;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.time.data[mid] <= timeUs) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  /** Visits the changes between two places, forward or back, with the value that each leaves. */
  walk(from: number, to: number, visit: (kind: number, subject: number, value: number) => void): void {
    const { data: kind } = this.kind;
    const { data: subject } = this.subject;
    if (from <= to) {
      const { data: value } = this.value;
      for (let i = from; i < to; i++) visit(kind[i], subject[i], value[i]);
    } else {
      const { data: before } = this.before;
      for (let i = from - 1; i >= to; i--) visit(kind[i], subject[i], before[i]);
    }
  }

  /** A node that was deleted so long ago that its cross is gone. */
  isLongGone(node: number, timeUs: number): boolean {
    const at = this.goneAt.get(node);
    return at !== undefined && timeUs - at >= GONE_SHOWN_US;
  }

  /** The controller that people know: the owner of the owner where there is one. 0 = none. */
  topOwner(obj: number): number {
    let owner = this.ownerOf.at(obj);
    for (let depth = 0; depth < 8; depth++) {
      const next = this.ownerOf.at(owner);
      if (next === 0) break;
      owner = next;
    }
    return owner;
  }
}

/** The state of the map at one instant, for one reader, who gets what changed since it was asked last. */
export class MapCursor {
  private place = 0;
  private pod: Uint32Array = new Uint32Array(0);
  private attempts: Uint8Array = new Uint8Array(0);
  private node: Uint16Array = new Uint16Array(0);
  private readonly active = new Set<number>();
  private sentPods = 0;
  private sentNodes = 0;
  private hasSent = false;
  private partitionKey = '';
  private readonly marked = new Set<number>();
  /** Deleted nodes, and whether their crosses are over: that changes by time alone. */
  private readonly gone = new Map<number, boolean>();
  private changedPod: Uint8Array = new Uint8Array(0);
  private changedNode: Uint8Array = new Uint8Array(0);
  private readonly track: MapTrack;
  private readonly names: TraceNames;

  constructor(track: MapTrack, names: TraceNames) {
    this.track = track;
    this.names = names;
  }

  frameAt(timeUs: number, facts: FactSource): MapFrame {
    const full = !this.hasSent;
    this.hasSent = true;
    this.grow();
    const pods: number[] = [];
    const nodes: number[] = [];
    const touchNode = (node: number) => {
      if (this.changedNode[node] !== 0) return;
      this.changedNode[node] = 1;
      nodes.push(node);
    };
    const to = this.track.placeOf(timeUs);
    let faultsChanged = false;
    this.track.walk(this.place, to, (kind, subject, value) => {
      if (kind === Change.node) {
        this.node[subject] = value;
        if ((value & NodeMark.gone) === 0) this.gone.delete(subject);
        else if (!this.gone.has(subject)) this.gone.set(subject, false);
        touchNode(subject);
      } else if (kind === Change.fault) {
        faultsChanged = true;
        if (value === 1) this.active.add(subject);
        else this.active.delete(subject);
      } else {
        if (kind === Change.pod) this.pod[subject] = value;
        else this.attempts[subject] = value;
        if (this.changedPod[subject] === 0) {
          this.changedPod[subject] = 1;
          pods.push(subject);
        }
      }
    });
    this.place = to;
    if (faultsChanged || full) this.markPartitions(facts, timeUs, touchNode);
    for (const [node, isAbsent] of this.gone) {
      if (this.track.isLongGone(node, timeUs) === isAbsent) continue;
      this.gone.set(node, !isAbsent);
      touchNode(node);
    }
    const cuts = faultsChanged || full ? this.cuts(facts, timeUs) : undefined;
    const frame = this.pack(timeUs, full, pods, nodes, facts, cuts);
    for (const pod of pods) this.changedPod[pod] = 0;
    for (const node of nodes) this.changedNode[node] = 0;
    return frame;
  }

  private grow(): void {
    const { pods, nodes } = this.track;
    if (pods.length > this.pod.length) {
      const size = pods.length * 2;
      const known = this.pod.length;
      this.pod = grown(this.pod, new Uint32Array(size));
      this.pod.fill(PodState.deleted, known);
      this.attempts = grown(this.attempts, new Uint8Array(size));
      this.changedPod = new Uint8Array(size);
    }
    if (nodes.length > this.node.length) {
      const size = nodes.length * 2;
      const known = this.node.length;
      this.node = grown(this.node, new Uint16Array(size));
      this.node.fill(NodeMark.absent, known);
      this.changedNode = new Uint8Array(size);
    }
  }

  private markPartitions(facts: FactSource, timeUs: number, touch: (node: number) => void): void {
    const key = [...this.active].sort((a, b) => a - b).join(' ');
    if (key === this.partitionKey && key === '') return;
    this.partitionKey = key;
    const now = new Set<number>();
    if (this.active.size > 0) {
      this.track.nodes.forEach((obj, node) => {
        const name = lastPart(this.names.object(obj));
        const zone = facts.node(obj, timeUs)?.labels[ZONE];
        for (const fault of this.active) if (this.track.faults[fault].holds(name, zone)) now.add(node);
      });
    }
    for (const node of [...this.marked, ...now]) touch(node);
    this.marked.clear();
    for (const node of now) this.marked.add(node);
  }

  /** Open partitions as sets of nodes. */
  private cuts(facts: FactSource, timeUs: number): readonly Cut[] {
    const known = new Set<string>();
    const nodes = this.track.nodes.map((obj) => {
      const name = lastPart(this.names.object(obj));
      known.add(name);
      return { name, zone: facts.node(obj, timeUs)?.labels[ZONE] };
    });
    return [...this.active]
      .sort((a, b) => a - b)
      .map((fault) => {
        const sides = this.track.faults[fault];
        const on = (side: 'a' | 'b') =>
          Uint32Array.from(nodes.flatMap(({ name, zone }, i) => (sides.sideOf(name, zone) === side ? [i] : [])));
        const components = sides.named().flatMap(({ name }) => (known.has(name) ? [] : [name]));
        return { a: on('a'), b: on('b'), oneWay: sides.oneWay, components };
      });
  }

  private pack(
    timeUs: number,
    full: boolean,
    changedPods: readonly number[],
    changedNodes: readonly number[],
    facts: FactSource,
    cuts: readonly Cut[] | undefined,
  ): MapFrame {
    const { track } = this;
    const pods = full ? indices(track.pods.length) : Uint32Array.from(changedPods);
    const nodes = full ? indices(track.nodes.length) : Uint32Array.from(changedNodes);
    const state = new Uint8Array(pods.length);
    const node = new Uint32Array(pods.length);
    const attempts = new Uint8Array(pods.length);
    for (let i = 0; i < pods.length; i++) {
      const value = this.pod[pods[i]];
      state[i] = value & 15;
      node[i] = value < 16 ? NO_NODE : (value >>> 4) - 1;
      attempts[i] = this.attempts[pods[i]];
    }
    const marks = new Uint16Array(nodes.length);
    for (let i = 0; i < nodes.length; i++) {
      const n = nodes[i];
      marks[i] =
        this.gone.get(n) === true ? NodeMark.absent : this.node[n] | (this.marked.has(n) ? NodeMark.partitioned : 0);
    }
    const hasNew = this.sentPods < track.pods.length || this.sentNodes < track.nodes.length;
    return {
      timeUs,
      full,
      pods,
      state,
      node,
      attempts,
      nodes,
      marks,
      statics: hasNew ? this.statics(facts, timeUs) : undefined,
      cuts,
      buildMs: 0,
    };
  }

  /** Gets some of what is to be told of new pods ready beforehand; true = there is no more. */
  prepare(facts: FactSource, pods: number): boolean {
    const { track, names, fresh } = this;
    const from = this.sentPods + fresh.count;
    const to = Math.min(track.pods.length, from + pods);
    const texts: string[] = [];
    for (let pod = from; pod < to; pod++) {
      const obj = track.pods[pod];
      const path = names.object(obj);
      const text = path.slice(path.indexOf('/') + 1);
      const owner = track.topOwner(obj);
      fresh.add(
        this.namespaces.number(text.slice(0, Math.max(0, text.indexOf('/')))),
        this.owners.number(owner === 0 ? '' : names.object(owner)),
        facts.pod(obj),
      );
      texts.push(text);
    }
    if (texts.length > 0) fresh.names.push(textColumn(texts));
    return to === track.pods.length;
  }

  private statics(facts: FactSource, timeUs: number): MapStatics {
    const { track, names } = this;
    const podFrom = this.sentPods;
    const nodeFrom = this.sentNodes;
    this.prepare(facts, Number.POSITIVE_INFINITY);
    const { fresh } = this;
    this.fresh = new FreshPods();
    const nodes = track.nodes.slice(nodeFrom);
    this.sentPods = track.pods.length;
    this.sentNodes = track.nodes.length;
    const of = nodes.map((obj) => facts.node(obj, timeUs));
    return {
      podFrom,
      podNames: joinedTexts(fresh.names),
      namespaceOf: Uint32Array.from(fresh.namespaceOf),
      ownerOf: Uint32Array.from(fresh.ownerOf),
      priority: Int32Array.from(fresh.priority),
      cpuMilli: Float32Array.from(fresh.cpuMilli),
      memoryMi: Float32Array.from(fresh.memoryMi),
      bornUs: track.bornUs.data.slice(podFrom, track.pods.length),
      nodeFrom,
      nodeNames: textColumn(nodes.map((obj) => lastPart(names.object(obj)))),
      nodeCpuMilli: Float32Array.from(of, (n) => n?.cpuMilli ?? Number.NaN),
      nodeMemoryMi: Float32Array.from(of, (n) => n?.memoryMi ?? Number.NaN),
      nodePods: Float32Array.from(of, (n) => n?.pods ?? Number.NaN),
      namespaces: this.namespaces.names,
      owners: this.owners.names,
    };
  }

  private fresh = new FreshPods();
  private readonly namespaces = new Numbers();
  private readonly owners = new Numbers();
}

/** What does not change of pods that the reader does not know yet. */
class FreshPods {
  readonly names: TextColumn[] = [];
  readonly namespaceOf: number[] = [];
  readonly ownerOf: number[] = [];
  readonly priority: number[] = [];
  readonly cpuMilli: number[] = [];
  readonly memoryMi: number[] = [];

  get count(): number {
    return this.ownerOf.length;
  }

  add(namespace: number, owner: number, known: PodFacts | undefined): void {
    this.namespaceOf.push(namespace);
    this.ownerOf.push(owner);
    this.priority.push(known?.priority ?? 0);
    this.cpuMilli.push(known?.cpuMilli ?? Number.NaN);
    this.memoryMi.push(known?.memoryMi ?? Number.NaN);
  }
}

class Numbers {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  number(name: string): number {
    let n = this.numbers.get(name);
    if (n === undefined) this.numbers.set(name, (n = this.names.push(name) - 1));
    return n;
  }
}

function grown<T extends Uint32Array | Uint16Array | Uint8Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

function indices(n: number): Uint32Array {
  const all = new Uint32Array(n);
  for (let i = 0; i < n; i++) all[i] = i;
  return all;
}

const ZONE = 'topology.kubernetes.io/zone';

const lastPart = (path: string) => path.slice(path.lastIndexOf('/') + 1);
