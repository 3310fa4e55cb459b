import { deepEqual } from '../../api/machinery/update.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { Columns } from './columns.ts';
import { DomainMap } from './domains.ts';
import { countImages, type ImageSummary } from './images.ts';
import { type NodeInfo, takesTheSame } from './nodeInfo.ts';
import { type LabelClass, PodCounters } from './podCounters.ts';
import type { PodInfo } from './podInfo.ts';

/** How many changes the log holds for each node before the oldest are overwritten. */
const LOG_PER_NODE = 4;
const LOG_MIN = 1024;

/** So many nodes more than there are have room, and at least the latter number: then the index is made anew. */
const SLACK_SHARE = 1 / 16;
const SLACK_MIN = 64;

/** After so many choices by the order of other places than the nodes', an index in order is worth its making. */
const CHOICES_OUT_OF_ORDER_MAX = 256;

/** What of a node object the plugins that decompose read. */
export const NODE_TAINTED = 1;
export const NODE_HAS_IMAGES = 2;

function flagsOf(node: KubeObject | undefined): number {
  const isTainted = (node?.spec?.taints?.length ?? 0) > 0 || node?.spec?.unschedulable === true;
  return (isTainted ? NODE_TAINTED : 0) | ((node?.status?.images?.length ?? 0) > 0 ? NODE_HAS_IMAGES : 0);
}

const same = (a: unknown, b: unknown) => a === b || deepEqual(a ?? null, b ?? null);

function taintsChanged(a: KubeObject | undefined, b: KubeObject | undefined): boolean {
  return (
    !same(a?.spec?.taints, b?.spec?.taints) || (a?.spec?.unschedulable === true) !== (b?.spec?.unschedulable === true)
  );
}

const imagesChanged = (a: KubeObject | undefined, b: KubeObject | undefined) =>
  !same(a?.status?.images, b?.status?.images);

/**
 * The nodes of a snapshot as columns, by place, with a log of the places that changed. A node keeps its place while others
 * come and go; its rank is its position in the order of the snapshot. It is derived data
 * of one scheduler cache (or of one snapshot that was made by hand): whoever changes the nodes tells it, whoever keeps
 * something by place replays the log. It never outlives the state that it was made from: see SchedulerCache.
 */
export class ClusterIndex {
  /** Nothing is read at free places. */
  readonly infos: NodeInfo[];
  /** Number of nodes. */
  size: number;
  /** No place reaches this, now or later. */
  readonly capacity: number;
  /** One past the highest place that was ever taken. */
  limit: number;
  /** 1 = a node has the place. */
  readonly isTaken: Uint8Array;
  /** Places by rank, and ranks by place. */
  readonly order: Int32Array;
  readonly ranks: Int32Array;
  /** Place and rank are the same everywhere. */
  isOrdered = true;
  /** Choices that had to walk the order, since place and rank differ. */
  choicesOutOfOrder = 0;
  readonly columns: Columns;
  readonly pods: PodCounters;
  /** Of the node object: raised when it changes in a way that plugins may see. */
  readonly objectVersions: Int32Array;
  readonly flags: Uint8Array;
  readonly images = new Map<string, ImageSummary>();
  imagesVersion = 0;
  /** Places that changed, newest at `logEnd - 1`; entry i stands at i & logMask. */
  readonly log: Int32Array;
  readonly logMask: number;
  logEnd = 0;
  /** By place: the newest log entry. */
  readonly lastAt: Float64Array;
  /** By place: another number whenever anything is new at the node, even what the log does not tell of. */
  readonly stamps: Float64Array;
  private lastStamp = 0;
  private readonly places = new Map<string, number>();
  private readonly freePlaces: number[] = [];
  private readonly withAffinity = new Set<number>();
  private readonly withAntiAffinity = new Set<number>();
  private affinityLists: { readonly any: readonly NodeInfo[]; readonly anti: readonly NodeInfo[] } | undefined;
  private domainMaps = new Map<string, DomainMap>();

  /** With `mayGrow` there is room for nodes that come later. */
  constructor(nodes: readonly NodeInfo[], mayGrow = false) {
    const count = nodes.length;
    const n = mayGrow ? count + Math.max(SLACK_MIN, Math.floor(count * SLACK_SHARE)) : count;
    this.infos = [...nodes];
    this.size = count;
    this.limit = count;
    this.capacity = n;
    this.isTaken = new Uint8Array(n).fill(1, 0, count);
    this.order = Int32Array.from({ length: n }, (_, i) => i);
    this.ranks = this.order.slice();
    this.columns = new Columns(n);
    this.pods = new PodCounters(n, (key) => this.domains(key));
    this.objectVersions = new Int32Array(n).fill(1);
    this.flags = new Uint8Array(n);
    let capacity = LOG_MIN;
    while (capacity < LOG_PER_NODE * n) capacity *= 2;
    this.log = new Int32Array(capacity);
    this.logMask = capacity - 1;
    this.lastAt = new Float64Array(n).fill(-1);
    this.stamps = new Float64Array(n);
    for (let i = 0; i < count; i++) {
      this.setObject(i, nodes[i]);
      for (const pod of nodes[i].pods) this.pods.add(i, pod, 1);
    }
  }

  private setObject(i: number, info: NodeInfo): void {
    this.places.set(info.name, i);
    this.columns.setNode(i, info);
    this.columns.setUse(i, info);
    this.flags[i] = flagsOf(info.node);
    countImages(this.images, info, 1);
    this.noteAffinity(i, info);
  }

  /** A node comes; its place, or undefined when there is no room left. `arrange` must follow. */
  insert(info: NodeInfo): number | undefined {
    const i = this.freePlaces[this.freePlaces.length - 1] ?? this.limit;
    for (const map of this.domainMaps.values()) if (!map.hasRoomFor(info)) return undefined;
    if (i >= this.capacity) return undefined;
    if (i === this.limit) this.limit++;
    else this.freePlaces.pop();
    this.size++;
    this.infos[i] = info;
    this.isTaken[i] = 1;
    this.setObject(i, info);
    this.imagesVersion++;
    this.objectVersions[i]++;
    this.regroup(() => {
      for (const map of this.domainMaps.values()) map.add(i, info);
      this.pods.nodeChanged(i, 1);
    });
    for (const pod of info.pods) this.pods.add(i, pod, 1);
    this.touch(i);
    return i;
  }

  /** A node goes; its place, which is free now. `arrange` must follow. */
  remove(name: string): number | undefined {
    const i = this.places.get(name);
    if (i === undefined) return undefined;
    const info = this.infos[i];
    for (const pod of info.pods) this.pods.add(i, pod, -1);
    this.regroup(() => {
      this.pods.nodeChanged(i, -1);
      for (const map of this.domainMaps.values()) map.remove(i);
    });
    countImages(this.images, info, -1);
    this.imagesVersion++;
    this.places.delete(name);
    this.withAffinity.delete(i);
    this.withAntiAffinity.delete(i);
    this.affinityLists = undefined;
    this.isTaken[i] = 0;
    this.freePlaces.push(i);
    this.size--;
    this.touch(i);
    return i;
  }

  /** Programs that look domains up by node, or do not, are wrong once that is no longer right. */
  private regroup(change: () => void): void {
    const before = [...this.domainMaps.values()].map((map) => map.isByNode);
    change();
    if ([...this.domainMaps.values()].some((map, i) => map.isByNode !== before[i])) this.pods.version++;
  }

  /** The order of the nodes after some came or went: their places, as many as there are nodes. */
  arrange(places: Iterable<number>): void {
    let rank = 0;
    this.isOrdered = true;
    for (const place of places) {
      if (place !== rank) this.isOrdered = false;
      this.order[rank] = place;
      this.ranks[place] = rank++;
    }
    this.affinityLists = undefined;
  }

  /** The place at a rank that may go beyond the last, where the order begins again. */
  placeAt(rank: number): number {
    return this.order[rank < this.size ? rank : rank - this.size];
  }

  /** An index whose places are in order would answer sooner. */
  get isOutworn(): boolean {
    return this.choicesOutOfOrder > CHOICES_OUT_OF_ORDER_MAX;
  }

  /** The nodes in their order. */
  list(): NodeInfo[] {
    const list: NodeInfo[] = new Array(this.size);
    for (let rank = 0; rank < this.size; rank++) list[rank] = this.infos[this.order[rank]];
    return list;
  }

  place(name: string): number | undefined {
    return this.places.get(name);
  }

  /** The place of a node, by its state that the index shows. */
  placeOf(info: NodeInfo): number | undefined {
    const { hint } = info;
    if (this.infos[hint.place] === info && this.isTaken[hint.place] === 1) return hint.place;
    const place = this.places.get(info.name);
    if (place !== undefined) hint.place = place;
    return place;
  }

  node(name: string): NodeInfo | undefined {
    const i = this.places.get(name);
    return i === undefined ? undefined : this.infos[i];
  }

  /** Those of the named nodes that exist, in their order. */
  select(names: ReadonlySet<string>): readonly NodeInfo[] {
    const found: number[] = [];
    for (const name of names) {
      const i = this.places.get(name);
      if (i !== undefined) found.push(i);
    }
    return this.inOrder(found).map((i) => this.infos[i]);
  }

  private inOrder(places: number[]): readonly number[] {
    return places.sort((a, b) => this.ranks[a] - this.ranks[b]);
  }

  /** A pod came to the node (delta 1) or left it (-1); `info` is the node from now on. */
  podChanged(i: number, info: NodeInfo, pod: PodInfo, delta: 1 | -1): void {
    this.infos[i] = info;
    this.columns.setUse(i, info);
    this.pods.add(i, pod, delta);
    this.noteAffinity(i, info);
    this.touch(i);
  }

  /**
   * A newer version of one of the node's pods, which takes the same as before, was seen. What is said of a node with a pod
   * depends on the pod's labels and spec; its status matters to preemption alone, which goes by stamps.
   */
  podUpdated(i: number, info: NodeInfo, before: PodInfo, now: PodInfo): void {
    this.infos[i] = info;
    if (info.podsWithAffinity.length > 0) this.noteAffinity(i, info);
    const relabelled = this.pods.update(i, before, now);
    if (relabelled || before.pod.spec !== now.pod.spec) this.touch(i);
    else this.stamps[i] = ++this.lastStamp;
  }

  nodesWithAffinity(): readonly NodeInfo[] {
    return this.listAffinity().any;
  }

  nodesWithRequiredAntiAffinity(): readonly NodeInfo[] {
    return this.listAffinity().anti;
  }

  /** The node object changed, its name and its place did not. Heartbeats and conditions change no verdict and no score. */
  nodeChanged(i: number, info: NodeInfo): void {
    const before = this.infos[i];
    this.infos[i] = info;
    this.noteAffinity(i, info);
    const labels = !same(before.labels, info.labels);
    const taints = taintsChanged(before.node, info.node);
    const images = imagesChanged(before.node, info.node);
    const resources = this.columns.setNode(i, info);
    if (!labels && !taints && !images && !resources) return;
    this.flags[i] = flagsOf(info.node);
    if (images) {
      countImages(this.images, before, -1);
      countImages(this.images, info, 1);
      this.imagesVersion++;
    }
    if (labels) {
      this.domainMaps = new Map();
      this.pods.dropViews();
    } else if (taints) this.pods.taintsChanged();
    this.objectVersions[i]++;
    this.touch(i);
  }

  /** The node as it is at another moment: what differs is told, change by change. */
  replace(i: number, now: NodeInfo): void {
    const before = this.infos[i];
    if (before === now) return;
    if (before.node !== now.node) this.nodeChanged(i, now);
    this.infos[i] = now;
    if (before.pods === now.pods) return;
    const came = now.pods.filter((pod) => !before.pods.includes(pod));
    for (const gone of before.pods) {
      if (now.pods.includes(gone)) continue;
      const newer = came.findIndex((pod) => pod.uid === gone.uid && takesTheSame(gone, pod));
      if (newer >= 0) this.podUpdated(i, now, gone, came.splice(newer, 1)[0]);
      else this.podChanged(i, now, gone, -1);
    }
    for (const pod of came) this.podChanged(i, now, pod, 1);
  }

  /** Values of one label by place. */
  domains(topologyKey: string): DomainMap {
    let map = this.domainMaps.get(topologyKey);
    if (map === undefined) this.domainMaps.set(topologyKey, (map = this.domainMap(topologyKey)));
    return map;
  }

  private domainMap(topologyKey: string): DomainMap {
    const map = new DomainMap(topologyKey, this.capacity);
    for (let i = 0; i < this.limit; i++) if (this.isTaken[i] === 1) map.add(i, this.infos[i]);
    map.seal();
    return map;
  }

  labelClass(pod: PodInfo): LabelClass {
    return this.pods.classOf(pod);
  }

  private noteAffinity(i: number, info: NodeInfo): void {
    if (info.podsWithAffinity.length === 0 && !this.withAffinity.has(i)) return;
    this.affinityLists = undefined;
    if (info.podsWithAffinity.length > 0) this.withAffinity.add(i);
    else this.withAffinity.delete(i);
    if (info.podsWithRequiredAntiAffinity.length > 0) this.withAntiAffinity.add(i);
    else this.withAntiAffinity.delete(i);
  }

  private listAffinity() {
    const list = (places: ReadonlySet<number>) => this.inOrder([...places]).map((i) => this.infos[i]);
    return (this.affinityLists ??= { any: list(this.withAffinity), anti: list(this.withAntiAffinity) });
  }

  private touch(i: number): void {
    this.stamps[i] = ++this.lastStamp;
    this.lastAt[i] = this.logEnd;
    this.log[this.logEnd & this.logMask] = i;
    this.logEnd++;
  }
}
