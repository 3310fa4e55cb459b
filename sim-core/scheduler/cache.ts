import type { Cell, Containers, Dict, KubeObject, RowCodec } from '../contracts/index.ts';
import { ClusterIndex } from './framework/clusterIndex.ts';
import type { ImageSummary } from './framework/images.ts';
import {
  emptyNodeInfo,
  type NodeInfo,
  takesTheSame,
  withNewerPod,
  withNode,
  withoutPodInfo,
  withPod,
} from './framework/nodeInfo.ts';
import { type PodInfo, type PodSource, placedPodInfo, withStatus } from './framework/podInfo.ts';
import type { Listers, Snapshot } from './framework/snapshot.ts';

/** Where a pod is: the node alone, or, until it was seen as bound, as what it is assumed. */
type PlaceOfPod = string | AssumedPlace;

interface AssumedPlace {
  readonly node: string;
}

interface Zone {
  readonly key: string;
  /** How many nodes. */
  readonly size: number;
}

/** Zones in the order in which they came; a zone without nodes goes, and comes back last. */
interface Zones {
  readonly list: readonly Zone[];
  /** How many nodes have joined a zone so far. */
  readonly joins: number;
}

interface Membership {
  readonly zone: string;
  /** Nodes of a zone stand in the order in which they joined. */
  readonly join: number;
}

interface CacheState {
  readonly changes: number;
}

/** The nodes of one zone by their places in the index, in the order in which they joined. */
interface ZonePlaces {
  readonly key: string;
  readonly places: number[];
}

/** An index, and the state of the cache that it shows. */
interface Indexed {
  state: CacheState;
  /** The zones that the places are right for; undefined since nodes came or went. */
  tree: Zones | undefined;
  readonly index: ClusterIndex;
  /** In the order of the zones. */
  zones: ZonePlaces[];
  /** Written out when somebody reads them. */
  nodes: readonly NodeInfo[] | undefined;
}

/** The cache as it is, for as long as it does not change. */
class CacheSnapshot implements Snapshot {
  readonly size: number;
  readonly listers: Listers;
  private readonly indexed: Indexed;
  private readonly state: CacheState;

  constructor(indexed: Indexed, state: CacheState, listers: Listers) {
    this.indexed = indexed;
    this.state = state;
    this.listers = listers;
    this.size = indexed.index.size;
  }

  get nodes(): readonly NodeInfo[] {
    const index = this.index();
    this.indexed.nodes ??= index.list();
    return this.indexed.nodes;
  }

  index(): ClusterIndex {
    if (this.indexed.state !== this.state) throw new Error('the scheduler cache has changed');
    return this.indexed.index;
  }

  node(name: string): NodeInfo | undefined {
    return this.index().node(name);
  }

  select(names: ReadonlySet<string>): readonly NodeInfo[] {
    return this.index().select(names);
  }

  images(): ReadonlyMap<string, ImageSummary> {
    return this.index().images;
  }

  nodesWithAffinity(): readonly NodeInfo[] {
    return this.index().nodesWithAffinity();
  }

  nodesWithRequiredAntiAffinity(): readonly NodeInfo[] {
    return this.index().nodesWithRequiredAntiAffinity();
  }
}

/** Region and zone of a node. The deprecated labels win. Source: component-helpers node/topology GetZoneKey. */
export function zoneKey(node: KubeObject): string {
  const labels = node.metadata.labels ?? {};
  const region = labels['failure-domain.beta.kubernetes.io/region'] ?? labels['topology.kubernetes.io/region'] ?? '';
  const zone = labels['failure-domain.beta.kubernetes.io/zone'] ?? labels['topology.kubernetes.io/zone'] ?? '';
  return region === '' && zone === '' ? '' : `${region}:\u0000:${zone}`;
}

/**
 * What the scheduler believes: nodes with the pods that are bound or assumed there, and the tree of zones that gives the
 * order of nodes. Source: pkg/scheduler/backend/cache.
 */
export class SchedulerCache {
  private nodes!: Dict<NodeInfo>;
  private zones!: Cell<Zones>;
  /** By node. */
  private memberships!: Dict<Membership>;
  /** By pod uid, for bound and assumed pods. */
  private placeOfPod!: Dict<PlaceOfPod>;

  /** A new object with every change of the nodes, so its identity tells one state from all others, past or forked. */
  private state!: Cell<CacheState>;

  /** Derived from `zones`: the order of the nodes for that value of the cell. */
  private ordered: { readonly zones: Zones; readonly names: readonly string[] } | undefined;
  /** Derived from `nodes` and the order: right while its `state` is the cell's. */
  private indexed: Indexed | undefined;

  init(c: Containers, codec: RowCodec<NodeInfo>): void {
    this.nodes = c.dict<NodeInfo>('cache/nodes', { volatile: true, codec });
    this.zones = c.cell<Zones>('cache/zones', { list: [], joins: 0 }, { volatile: true });
    this.memberships = c.dict<Membership>('cache/memberships', { volatile: true });
    this.placeOfPod = c.dict<PlaceOfPod>('cache/placeOfPod', { volatile: true });
    this.state = c.cell<CacheState>('cache/state', { changes: 0 }, { volatile: true });
  }

  setNode(node: KubeObject): void {
    const name = node.metadata.name as string;
    const info = this.nodes.get(name) ?? emptyNodeInfo(name);
    const now = withNode(info, node);
    this.nodes.set(name, now);
    if (info.node?.metadata.labels !== undefined && info.node.metadata.labels === node.metadata.labels) {
      const index = this.rightIndex();
      const place = index?.placeOf(info);
      if (place !== undefined) index?.nodeChanged(place, now);
      else if (index !== undefined) this.indexed = undefined;
      return;
    }
    const before = info.node === undefined ? undefined : zoneKey(info.node);
    const after = zoneKey(node);
    this.changed((index, indexed) => {
      if (before === undefined) return inserted(indexed, now, after);
      const place = before === after ? index.place(name) : undefined;
      if (place !== undefined) index.nodeChanged(place, now);
      return place !== undefined;
    });
    if (before !== after) {
      if (before !== undefined) this.leaveZone(name, before);
      this.joinZone(name, after);
    }
  }

  removeNode(node: KubeObject): void {
    const name = node.metadata.name as string;
    const info = this.nodes.get(name);
    if (info === undefined) return;
    this.changed((_index, indexed) => info.node === undefined || removed(indexed, name, zoneKey(info.node)));
    if (info.node !== undefined) this.leaveZone(name, zoneKey(info.node));
    // Pods that still name the node keep their entry until they go.
    if (info.pods.length === 0) this.nodes.delete(name);
    else this.nodes.set(name, withNode(info, undefined));
  }

  node(name: string): NodeInfo | undefined {
    return this.nodes.get(name);
  }

  isAssumed(uid: string): boolean {
    const place = this.placeOfPod.get(uid);
    return place !== undefined && typeof place !== 'string';
  }

  /** Uids of the assumed pods, ascending. */
  assumedPods(): readonly string[] {
    const uids: string[] = [];
    this.placeOfPod.forEach((place, uid) => {
      if (typeof place !== 'string') uids.push(uid);
    });
    return uids.sort();
  }

  /** `pending`: what is known of the pod before it has a node. */
  assume(pod: KubeObject, node: string, pending?: PodInfo): void {
    this.put(placedPodInfo(pod, pending), node, { node });
  }

  forget(uid: string): void {
    const place = this.placeOfPod.get(uid);
    if (place !== undefined && typeof place !== 'string') this.drop(uid, place);
  }

  /** A bound pod was seen: it confirms an assumed one, wherever it really went. `source`: what is kept of it. */
  setPod(pod: KubeObject, source: PodSource = { object: pod }): void {
    const uid = pod.metadata.uid as string;
    const node: string = pod.spec.nodeName;
    const place = this.placeOfPod.get(uid);
    const before = place !== undefined && nodeAt(place) === node ? this.nodes.get(node) : undefined;
    const known = before === undefined ? undefined : podOf(before, uid);
    const now = placedPodInfo(pod, known, source);
    if (before === undefined || known === undefined || !takesTheSame(known, now)) {
      if (place !== undefined) this.drop(uid, place);
      this.put(now, node, node);
      return;
    }
    if (place !== node) this.placeOfPod.set(uid, node);
    this.update(before, known, now);
  }

  /** A pod that was seen as bound has another status, and nothing else is new. */
  setPodStatus(before: PodSource, source: PodSource): void {
    const pod = source.object;
    const info = this.nodes.get(pod.spec.nodeName);
    const known = info === undefined ? undefined : versionOf(info, before);
    const now = known && withStatus(known, pod, source);
    if (info === undefined || known === undefined || now === undefined) this.setPod(pod, source);
    else this.update(info, known, now);
  }

  /** A pod stays where it is and takes what it took. */
  private update(before: NodeInfo, known: PodInfo, now: PodInfo): void {
    const info = withNewerPod(before, known, now);
    this.nodes.set(info.name, info);
    const index = this.rightIndex();
    if (index === undefined) return;
    const place = index.placeOf(before);
    if (place !== undefined) index.podUpdated(place, info, known, now);
  }

  removePod(uid: string): void {
    const place = this.placeOfPod.get(uid);
    if (place !== undefined) this.drop(uid, place);
  }

  /** The nodes as they are now: it must not be read any more once the cache has changed. */
  snapshot(listers: Listers): Snapshot {
    const state = this.state.get();
    if (this.indexed === undefined || this.indexed.index.isOutworn || !this.isBrought(this.indexed, state))
      this.indexed = this.indexedAnew(state);
    this.indexed.tree = this.zones.get();
    return new CacheSnapshot(this.indexed, state, listers);
  }

  /** Brings an index to a state of the cache, wherever in time it stands; false when other nodes are there. */
  private isBrought(indexed: Indexed, state: CacheState): boolean {
    if (indexed.state === state) return true;
    // The world jumped. An object of the zones is one set of nodes in one order.
    if (indexed.tree !== this.zones.get()) return false;
    const { index } = indexed;
    for (let rank = 0; rank < index.size; rank++) {
      const place = index.placeAt(rank);
      index.replace(place, this.nodes.get(index.infos[place].name) as NodeInfo);
    }
    indexed.state = state;
    indexed.nodes = undefined;
    return true;
  }

  private indexedAnew(state: CacheState): Indexed {
    const infos = this.order().map((name) => this.nodes.get(name) as NodeInfo);
    const tree = this.zones.get();
    const zones = tree.list.map(({ key }): ZonePlaces => ({ key, places: [] }));
    const byKey = new Map(zones.map((zone) => [zone.key, zone.places]));
    infos.forEach((info, place) => {
      byKey.get(zoneKey(info.node as KubeObject))?.push(place);
    });
    return { state, tree, index: new ClusterIndex(infos, true), zones, nodes: undefined };
  }

  /** Notes a change of the nodes. `follow` brings a right index along, or says that it cannot. */
  private changed(follow: (index: ClusterIndex, indexed: Indexed) => boolean): void {
    const index = this.rightIndex();
    if (index !== undefined && !follow(index, this.indexed as Indexed)) this.indexed = undefined;
  }

  /** Notes a change of the nodes. The index, if it was right before: whoever gets it has to bring it along. */
  private rightIndex(): ClusterIndex | undefined {
    const before = this.state.get();
    const now: CacheState = { changes: before.changes + 1 };
    this.state.set(now);
    const { indexed } = this;
    // One of another moment stays what it is.
    if (indexed === undefined || indexed.state !== before) return undefined;
    indexed.state = now;
    indexed.nodes = undefined;
    return indexed.index;
  }

  /** First node of each zone in the order of the zones, then the second of each, ... Source: node_tree.go list. */
  private order(): readonly string[] {
    const zones = this.zones.get();
    if (this.ordered?.zones === zones) return this.ordered.names;
    const members = new Map(zones.list.map((zone) => [zone.key, [] as { name: string; join: number }[]]));
    this.memberships.forEach(({ zone, join }, name) => {
      members.get(zone)?.push({ name, join });
    });
    const lists = [...members.values()].map((list) => list.sort((a, b) => a.join - b.join));
    const names = roundRobin(lists).map(({ name }) => name);
    this.ordered = { zones, names };
    return names;
  }

  private joinZone(name: string, key: string): void {
    const { list, joins } = this.zones.get();
    this.memberships.set(name, { zone: key, join: joins });
    const isNew = !list.some((z) => z.key === key);
    const grown = isNew ? [...list, { key, size: 1 }] : resized(list, key, 1);
    this.zones.set({ list: grown, joins: joins + 1 });
  }

  private leaveZone(name: string, key: string): void {
    const { list, joins } = this.zones.get();
    this.memberships.delete(name);
    this.zones.set({ list: resized(list, key, -1).filter((z) => z.size > 0), joins });
  }

  private put(pod: PodInfo, node: string, place: PlaceOfPod): void {
    const before = this.nodes.get(node);
    const now = withPod(before ?? emptyNodeInfo(node), pod);
    this.nodes.set(node, now);
    this.placeOfPod.set(pod.uid, place);
    this.podChanged(before, now, pod, 1);
  }

  private drop(uid: string, place: PlaceOfPod): void {
    const node = nodeAt(place);
    this.placeOfPod.delete(uid);
    const before = this.nodes.get(node) as NodeInfo;
    const gone = podOf(before, uid);
    if (gone === undefined) return;
    const info = withoutPodInfo(before, gone);
    if (info.node === undefined && info.pods.length === 0) this.nodes.delete(node);
    else this.nodes.set(node, info);
    this.podChanged(before, info, gone, -1);
  }

  /** Nodes whose object is gone have no place. */
  private podChanged(before: NodeInfo | undefined, info: NodeInfo, pod: PodInfo, delta: 1 | -1): void {
    const index = this.rightIndex();
    if (index === undefined || before === undefined) return;
    const place = index.placeOf(before);
    if (place !== undefined) index.podChanged(place, info, pod, delta);
  }
}

const nodeAt = (place: PlaceOfPod) => (typeof place === 'string' ? place : place.node);

/** The pod in the version that the node has of it. */
function versionOf({ pods }: NodeInfo, version: PodSource): PodInfo | undefined {
  for (let i = pods.length - 1; i >= 0; i--) if (pods[i].source === version) return pods[i];
  return undefined;
}

/** Who is spoken of came or changed lately, so stands among the last. */
function podOf({ pods }: NodeInfo, uid: string): PodInfo | undefined {
  for (let i = pods.length - 1; i >= 0; i--) if (pods[i].uid === uid) return pods[i];
  return undefined;
}

/** The first of each list, then the second of each, ... */
function roundRobin<T>(lists: readonly (readonly T[])[]): T[] {
  const all: T[] = [];
  let longest = 0;
  for (const list of lists) longest = Math.max(longest, list.length);
  for (let i = 0; i < longest; i++) for (const list of lists) if (i < list.length) all.push(list[i]);
  return all;
}

/** Brings the index along when a node joins a zone; false = there is no room for it. */
function inserted(indexed: Indexed, info: NodeInfo, key: string): boolean {
  const place = indexed.index.insert(info);
  if (place === undefined) return false;
  indexed.tree = undefined;
  const zone = indexed.zones.find((z) => z.key === key);
  if (zone === undefined) indexed.zones.push({ key, places: [place] });
  else zone.places.push(place);
  indexed.index.arrange(roundRobin(indexed.zones.map((z) => z.places)));
  return true;
}

/** The same when a node leaves its zone. */
function removed(indexed: Indexed, name: string, key: string): boolean {
  const place = indexed.index.remove(name);
  const zone = indexed.zones.find((z) => z.key === key);
  if (place === undefined || zone === undefined) return false;
  indexed.tree = undefined;
  zone.places.splice(zone.places.lastIndexOf(place), 1);
  if (zone.places.length === 0) indexed.zones = indexed.zones.filter((z) => z !== zone);
  indexed.index.arrange(roundRobin(indexed.zones.map((z) => z.places)));
  return true;
}

function resized(zones: readonly Zone[], key: string, by: 1 | -1): readonly Zone[] {
  return zones.map((z) => (z.key === key ? { key, size: z.size + by } : z));
}
