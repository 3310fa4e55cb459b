import { type TextColumn, textAt } from '../../model/frame.ts';
import { type Colouring, NO_CLASS } from './colouring.ts';
import { GONE, type MapFrame, type MapStatics, NO_NODE, NodeMark } from './frames.ts';

/** Room for classes of pods in the counts of a node. */
export const CLASSES = 16;

/**
 * The cluster at one instant as typed arrays, kept up to date by the worker's frames. Sums per node and class follow each change, so
 * that drawing reads a few numbers per node, whatever the number of pods.
 */
export class ClusterMirror {
  podCount = 0;
  nodeCount = 0;
  timeUs = 0;
  state = new Uint8Array(0);
  node = new Uint32Array(0);
  attempts = new Uint8Array(0);
  /** Class of each pod by the colouring; NO_CLASS = not there. */
  classOf = new Uint8Array(0);
  namespaceOf = new Uint32Array(0);
  ownerOf = new Uint32Array(0);
  priority = new Int32Array(0);
  cpuMilli = new Float32Array(0);
  memoryMi = new Float32Array(0);
  bornUs = new Float64Array(0);
  namespaces: readonly string[] = [];
  owners: readonly string[] = [];
  marks = new Uint16Array(0);
  nodeCpuMilli = new Float32Array(0);
  nodeMemoryMi = new Float32Array(0);
  nodePods = new Float32Array(0);
  /** Pods of each class on each node: [node * CLASSES + class]. */
  counts = new Uint32Array(0);
  podsOn = new Uint32Array(0);
  /** Of them, those that are not well, and those on their way out; whatever the colours. */
  troubleOn = new Uint32Array(0);
  leavingOn = new Uint32Array(0);
  /** Requests of the pods on each node that are not over. */
  usedCpu = new Float64Array(0);
  usedMemory = new Float64Array(0);
  /** Pods on no node, by class. */
  readonly tray = new Uint32Array(CLASSES);
  trayCount = 0;
  /** Nodes that changed since `takeDirty`. */
  private dirtyNodes: number[] = [];
  private isDirty = new Uint8Array(0);
  private isAllDirty = true;
  /** Grows when nodes appear or disappear: the layout must be made anew. */
  layoutVersion = 0;
  /** Grows with names of pods and nodes. */
  staticsVersion = 0;
  private podNames: { from: number; column: TextColumn }[] = [];
  private nodeNames: string[] = [];
  private colouring: Colouring;
  private changes = 0;
  private sortedAt = -1;
  private sorted = new Uint32Array(0);
  private firstOf = new Uint32Array(2);

  constructor(colouring: Colouring) {
    this.colouring = colouring;
  }

  apply(frame: MapFrame): void {
    this.timeUs = frame.timeUs;
    this.changes++;
    if (frame.full) this.clear();
    if (frame.statics !== undefined) this.addStatics(frame.statics);
    const { nodes, marks } = frame;
    for (let i = 0; i < nodes.length; i++) {
      const n = nodes[i];
      if (((this.marks[n] ^ marks[i]) & NodeMark.absent) !== 0) this.layoutVersion++;
      this.marks[n] = marks[i];
      this.touch(n);
    }
    const { pods, state, node, attempts } = frame;
    for (let i = 0; i < pods.length; i++) {
      const pod = pods[i];
      this.leave(pod);
      this.state[pod] = state[i];
      this.node[pod] = node[i];
      this.attempts[pod] = attempts[i];
      this.enter(pod);
    }
  }

  private leave(pod: number): void {
    const cls = this.classOf[pod];
    if (cls === NO_CLASS) return;
    const node = this.node[pod];
    if (node === NO_NODE) {
      this.tray[cls]--;
      this.trayCount--;
      return;
    }
    this.counts[node * CLASSES + cls]--;
    this.podsOn[node]--;
    this.trouble(node, this.state[pod], -1);
    if (isOver(this.state[pod])) return;
    this.usedCpu[node] -= this.cpuMilli[pod];
    this.usedMemory[node] -= this.memoryMi[pod];
  }

  private enter(pod: number): void {
    const cls = this.state[pod] === GONE ? NO_CLASS : this.colouring.classOf(this, pod);
    this.classOf[pod] = cls;
    const node = this.node[pod];
    if (cls === NO_CLASS) {
      if (node !== NO_NODE) this.touch(node);
      return;
    }
    if (node === NO_NODE) {
      this.tray[cls]++;
      this.trayCount++;
      return;
    }
    this.counts[node * CLASSES + cls]++;
    this.podsOn[node]++;
    this.trouble(node, this.state[pod], 1);
    if (!isOver(this.state[pod])) {
      this.usedCpu[node] += this.cpuMilli[pod];
      this.usedMemory[node] += this.memoryMi[pod];
    }
    this.touch(node);
  }

  private trouble(node: number, state: number, by: 1 | -1): void {
    if (state !== READY && state !== SUCCEEDED) this.troubleOn[node] += by;
    if (state === TERMINATING) this.leavingOn[node] += by;
  }

  private touch(node: number): void {
    if (this.isDirty[node] !== 0) return;
    this.isDirty[node] = 1;
    this.dirtyNodes.push(node);
  }

  private clear(): void {
    this.podCount = this.nodeCount = 0;
    this.podNames = [];
    this.nodeNames = [];
    this.tray.fill(0);
    this.trayCount = 0;
    this.dirtyNodes = [];
    this.isAllDirty = true;
    this.layoutVersion++;
  }

  private addStatics(s: MapStatics): void {
    const newPods = s.podNames.ends.length;
    const newNodes = s.nodeNames.ends.length;
    this.staticsVersion++;
    if (newPods > 0) {
      this.growPods(s.podFrom + newPods);
      this.state.fill(GONE, s.podFrom, s.podFrom + newPods);
      this.classOf.fill(NO_CLASS, s.podFrom, s.podFrom + newPods);
      this.namespaceOf.set(s.namespaceOf, s.podFrom);
      this.ownerOf.set(s.ownerOf, s.podFrom);
      this.priority.set(s.priority, s.podFrom);
      this.cpuMilli.set(s.cpuMilli, s.podFrom);
      this.memoryMi.set(s.memoryMi, s.podFrom);
      this.bornUs.set(s.bornUs, s.podFrom);
      this.podNames.push({ from: s.podFrom, column: s.podNames });
      this.podCount = s.podFrom + newPods;
    }
    if (newNodes > 0) {
      this.growNodes(s.nodeFrom + newNodes);
      const to = s.nodeFrom + newNodes;
      this.marks.fill(NodeMark.absent, s.nodeFrom, to);
      this.counts.fill(0, s.nodeFrom * CLASSES, to * CLASSES);
      this.podsOn.fill(0, s.nodeFrom, to);
      this.troubleOn.fill(0, s.nodeFrom, to);
      this.leavingOn.fill(0, s.nodeFrom, to);
      this.usedCpu.fill(0, s.nodeFrom, to);
      this.usedMemory.fill(0, s.nodeFrom, to);
      this.isDirty.fill(0, s.nodeFrom, to);
      this.nodeCpuMilli.set(s.nodeCpuMilli, s.nodeFrom);
      this.nodeMemoryMi.set(s.nodeMemoryMi, s.nodeFrom);
      this.nodePods.set(s.nodePods, s.nodeFrom);
      for (let i = 0; i < newNodes; i++) this.nodeNames.push(textAt(s.nodeNames, i));
      this.nodeCount = to;
      this.layoutVersion++;
    }
    this.namespaces = s.namespaces;
    this.owners = s.owners;
    this.colouring.learn(this);
  }

  private growPods(count: number): void {
    if (count <= this.state.length) return;
    const size = Math.ceil(count * 1.5);
    this.state = copied(this.state, new Uint8Array(size));
    this.node = copied(this.node, new Uint32Array(size));
    this.attempts = copied(this.attempts, new Uint8Array(size));
    this.classOf = copied(this.classOf, new Uint8Array(size));
    this.namespaceOf = copied(this.namespaceOf, new Uint32Array(size));
    this.ownerOf = copied(this.ownerOf, new Uint32Array(size));
    this.priority = copied(this.priority, new Int32Array(size));
    this.cpuMilli = copied(this.cpuMilli, new Float32Array(size));
    this.memoryMi = copied(this.memoryMi, new Float32Array(size));
    this.bornUs = copied(this.bornUs, new Float64Array(size));
  }

  private growNodes(count: number): void {
    if (count <= this.marks.length) return;
    const size = Math.ceil(count * 1.5);
    this.marks = copied(this.marks, new Uint16Array(size));
    this.counts = copied(this.counts, new Uint32Array(size * CLASSES));
    this.podsOn = copied(this.podsOn, new Uint32Array(size));
    this.troubleOn = copied(this.troubleOn, new Uint32Array(size));
    this.leavingOn = copied(this.leavingOn, new Uint32Array(size));
    this.usedCpu = copied(this.usedCpu, new Float64Array(size));
    this.usedMemory = copied(this.usedMemory, new Float64Array(size));
    this.nodeCpuMilli = copied(this.nodeCpuMilli, new Float32Array(size));
    this.nodeMemoryMi = copied(this.nodeMemoryMi, new Float32Array(size));
    this.nodePods = copied(this.nodePods, new Float32Array(size));
    this.isDirty = copied(this.isDirty, new Uint8Array(size));
  }

  /** Colours all pods anew. */
  recolour(colouring: Colouring): void {
    this.colouring = colouring;
    colouring.learn(this);
    this.counts.fill(0);
    this.tray.fill(0);
    for (let pod = 0; pod < this.podCount; pod++) {
      const cls = this.state[pod] === GONE ? NO_CLASS : colouring.classOf(this, pod);
      this.classOf[pod] = cls;
      if (cls === NO_CLASS) continue;
      const node = this.node[pod];
      if (node === NO_NODE) this.tray[cls]++;
      else this.counts[node * CLASSES + cls]++;
    }
    this.isAllDirty = true;
    this.changes++;
  }

  /** The nodes to draw again, or `all`; they are clean from then on. */
  takeDirty(): readonly number[] | 'all' {
    const dirty = this.isAllDirty ? 'all' : this.dirtyNodes;
    for (const node of this.dirtyNodes) this.isDirty[node] = 0;
    this.dirtyNodes = [];
    this.isAllDirty = false;
    return dirty;
  }

  podName(pod: number): string {
    let low = 0;
    let high = this.podNames.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.podNames[mid].from <= pod) low = mid;
      else high = mid - 1;
    }
    const part = this.podNames[low];
    return part === undefined ? '' : textAt(part.column, pod - part.from);
  }

  nodeName(node: number): string {
    return this.nodeNames[node] ?? '';
  }

  nodeByName(name: string): number {
    return this.nodeNames.indexOf(name);
  }

  podByName(name: string): number {
    for (let pod = 0; pod < this.podCount; pod++) if (this.podName(pod) === name) return pod;
    return -1;
  }

  isAbsent(node: number): boolean {
    return (this.marks[node] & NodeMark.absent) !== 0;
  }

  /** Pods of a node (NO_NODE = of none), in the order of the picture: by class, worst first, then by birth. */
  podsOf(node: number): readonly number[] {
    this.sortPods();
    const slot = node === NO_NODE ? this.nodeCount : node;
    const pods = Array.from(this.sorted.subarray(this.firstOf[slot], this.firstOf[slot + 1]));
    const { rank } = this.colouring;
    return pods.sort((a, b) => rank[this.classOf[a]] - rank[this.classOf[b]] || a - b);
  }

  /** Pods by node, sorted when somebody asks after a change. */
  private sortPods(): void {
    if (this.sortedAt === this.changes) return;
    this.sortedAt = this.changes;
    const first = new Uint32Array(this.nodeCount + 2);
    const slotOf = (pod: number) => (this.node[pod] === NO_NODE ? this.nodeCount : this.node[pod]);
    let count = 0;
    for (let pod = 0; pod < this.podCount; pod++) {
      if (this.classOf[pod] === NO_CLASS) continue;
      first[slotOf(pod) + 1]++;
      count++;
    }
    for (let n = 0; n <= this.nodeCount; n++) first[n + 1] += first[n];
    const next = first.slice();
    this.sorted = new Uint32Array(count);
    for (let pod = 0; pod < this.podCount; pod++)
      if (this.classOf[pod] !== NO_CLASS) this.sorted[next[slotOf(pod)]++] = pod;
    this.firstOf = first;
  }

  /** Cordoned, with pods that are on their way out. */
  isDraining(node: number): boolean {
    return (this.marks[node] & NodeMark.cordoned) !== 0 && this.leavingOn[node] > 0;
  }
}

/** PodState. */
const READY = 5;
const TERMINATING = 8;
const SUCCEEDED = 9;
const FAILED = 10;

/** Succeeded and Failed pods hold nothing of their node. */
const isOver = (state: number) => state === SUCCEEDED || state === FAILED;

function copied<T extends { set(a: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

export const isNotReady = (marks: number): boolean =>
  (marks & (NodeMark.ready | NodeMark.booting | NodeMark.gone | NodeMark.absent)) === 0;
