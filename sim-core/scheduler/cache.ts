import type { Cell, Containers, Dict, KubeObject, RowCodec } from '../contracts/index.ts';
import { emptyNodeInfo, type NodeInfo, withNode, withoutPod, withPod } from './framework/nodeInfo.ts';
import { podInfo } from './framework/podInfo.ts';
import { createSnapshot, type Listers, type Snapshot } from './framework/snapshot.ts';

interface AssumedPod {
  readonly node: string;
  readonly pod: KubeObject;
}

interface Zone {
  readonly key: string;
  readonly nodes: readonly string[];
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
  private zones!: Cell<readonly Zone[]>;
  private assumed!: Dict<AssumedPod>;
  /** Pod uid -> node, for bound and assumed pods. */
  private nodeOfPod!: Dict<string>;

  /** Derived from `zones`: the order of the nodes for that value of the cell. */
  private ordered: { zones: readonly Zone[]; names: readonly string[] } | undefined;

  init(c: Containers, codec: RowCodec<NodeInfo>): void {
    this.nodes = c.dict<NodeInfo>('cache/nodes', { volatile: true, codec });
    this.zones = c.cell<readonly Zone[]>('cache/zones', [], { volatile: true });
    this.assumed = c.dict<AssumedPod>('cache/assumed', { volatile: true });
    this.nodeOfPod = c.dict<string>('cache/nodeOfPod', { volatile: true });
  }

  setNode(node: KubeObject): void {
    const name = node.metadata.name as string;
    const info = this.nodes.get(name) ?? emptyNodeInfo(name);
    const before = info.node === undefined ? undefined : zoneKey(info.node);
    this.nodes.set(name, withNode(info, node));
    const after = zoneKey(node);
    if (before !== after) {
      if (before !== undefined) this.leaveZone(name, before);
      this.joinZone(name, after);
    }
  }

  removeNode(node: KubeObject): void {
    const name = node.metadata.name as string;
    const info = this.nodes.get(name);
    if (info === undefined) return;
    if (info.node !== undefined) this.leaveZone(name, zoneKey(info.node));
    // Pods that still name the node keep their entry until they go.
    if (info.pods.length === 0) this.nodes.delete(name);
    else this.nodes.set(name, withNode(info, undefined));
  }

  node(name: string): NodeInfo | undefined {
    return this.nodes.get(name);
  }

  isAssumed(uid: string): boolean {
    return this.assumed.has(uid);
  }

  /** Uids of the assumed pods, ascending. */
  assumedPods(): readonly string[] {
    return this.assumed.keys();
  }

  isKnown(uid: string): boolean {
    return this.nodeOfPod.has(uid);
  }

  assume(pod: KubeObject, node: string): void {
    this.assumed.set(pod.metadata.uid as string, { node, pod });
    this.put(pod, node);
  }

  forget(uid: string): void {
    if (!this.assumed.delete(uid)) return;
    this.drop(uid);
  }

  /** A bound pod was seen: it confirms an assumed one, wherever it really went. */
  setPod(pod: KubeObject): void {
    const uid = pod.metadata.uid as string;
    this.assumed.delete(uid);
    this.drop(uid);
    this.put(pod, pod.spec.nodeName);
  }

  removePod(uid: string): void {
    this.assumed.delete(uid);
    this.drop(uid);
  }

  snapshot(listers: Listers): Snapshot {
    const infos: NodeInfo[] = [];
    for (const name of this.order()) infos.push(this.nodes.get(name) as NodeInfo);
    return createSnapshot(infos, listers);
  }

  /** First node of each zone in the order of the zones, then the second of each, ... Source: node_tree.go list. */
  private order(): readonly string[] {
    const zones = this.zones.get();
    if (this.ordered?.zones === zones) return this.ordered.names;
    const names: string[] = [];
    let longest = 0;
    for (const zone of zones) longest = Math.max(longest, zone.nodes.length);
    for (let i = 0; i < longest; i++) for (const zone of zones) if (i < zone.nodes.length) names.push(zone.nodes[i]);
    this.ordered = { zones, names };
    return names;
  }

  private joinZone(name: string, key: string): void {
    const zones = this.zones.get();
    const at = zones.findIndex((z) => z.key === key);
    if (at < 0) this.zones.set([...zones, { key, nodes: [name] }]);
    else this.zones.set(zones.map((z, i) => (i === at ? { key, nodes: [...z.nodes, name] } : z)));
  }

  private leaveZone(name: string, key: string): void {
    const zones = this.zones.get().map((z) => (z.key === key ? { key, nodes: z.nodes.filter((n) => n !== name) } : z));
    this.zones.set(zones.filter((z) => z.nodes.length > 0));
  }

  private put(pod: KubeObject, node: string): void {
    this.nodes.set(node, withPod(this.nodes.get(node) ?? emptyNodeInfo(node), podInfo(pod)));
    this.nodeOfPod.set(podInfo(pod).uid, node);
  }

  private drop(uid: string): void {
    const node = this.nodeOfPod.get(uid);
    if (node === undefined) return;
    this.nodeOfPod.delete(uid);
    const info = withoutPod(this.nodes.get(node) as NodeInfo, uid);
    if (info.node === undefined && info.pods.length === 0) this.nodes.delete(node);
    else this.nodes.set(node, info);
  }
}
