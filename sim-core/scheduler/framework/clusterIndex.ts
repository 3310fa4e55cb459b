import { deepEqual } from '../../api/machinery/update.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { Columns } from './columns.ts';
import { DomainMap } from './domains.ts';
import { countImages, type ImageSummary } from './images.ts';
import type { NodeInfo } from './nodeInfo.ts';
import { type LabelClass, PodCounters } from './podCounters.ts';
import type { PodInfo } from './podInfo.ts';

/** How many changes the log holds for each node before the oldest are overwritten. */
const LOG_PER_NODE = 4;
const LOG_MIN = 1024;

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
 * The nodes of a snapshot by their place in its order, as columns, with a log of the places that changed. It is derived data
 * of one scheduler cache (or of one snapshot that was made by hand): whoever changes the nodes tells it, whoever keeps
 * something by place replays the log. It never outlives the state that it was made from: see SchedulerCache.
 */
export class ClusterIndex {
  readonly infos: NodeInfo[];
  readonly size: number;
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
  private readonly places: ReadonlyMap<string, number>;
  private readonly withAffinity = new Set<number>();
  private readonly withAntiAffinity = new Set<number>();
  private affinityLists: { readonly any: readonly NodeInfo[]; readonly anti: readonly NodeInfo[] } | undefined;
  private domainMaps = new Map<string, DomainMap>();

  constructor(nodes: readonly NodeInfo[]) {
    const n = nodes.length;
    this.infos = [...nodes];
    this.size = n;
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
    const places = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const info = nodes[i];
      places.set(info.name, i);
      this.columns.setNode(i, info);
      this.columns.setUse(i, info);
      this.flags[i] = flagsOf(info.node);
      countImages(this.images, info, 1);
      for (const pod of info.pods) this.pods.add(i, pod, 1);
      this.noteAffinity(i, info);
    }
    this.places = places;
  }

  place(name: string): number | undefined {
    return this.places.get(name);
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
    return found.sort((a, b) => a - b).map((i) => this.infos[i]);
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

  /** Values of one label by place. */
  domains(topologyKey: string): DomainMap {
    let map = this.domainMaps.get(topologyKey);
    if (map === undefined) this.domainMaps.set(topologyKey, (map = new DomainMap(this.infos, topologyKey)));
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
    const list = (places: ReadonlySet<number>) => [...places].sort((a, b) => a - b).map((i) => this.infos[i]);
    return (this.affinityLists ??= { any: list(this.withAffinity), anti: list(this.withAntiAffinity) });
  }

  private touch(i: number): void {
    this.stamps[i] = ++this.lastStamp;
    this.lastAt[i] = this.logEnd;
    this.log[this.logEnd & this.logMask] = i;
    this.logEnd++;
  }
}
