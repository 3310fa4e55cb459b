import type { Node } from '../../api/types/core.ts';
import type { Key, Plan, Step, View } from '../../contracts/controllers.ts';
import { SECOND_US, type TimeUs } from '../../contracts/ids.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { findCondition } from '../support/conditions.ts';
import { LEASES } from '../support/resources.ts';
import { hasTaint, NOT_READY, UNREACHABLE } from '../support/taints.ts';
import type { WallClock } from '../support/time.ts';
import { type Health, probe } from './health.ts';
import {
  accepts,
  enqueued,
  forgotten,
  handleDisruption,
  newZone,
  removed,
  taken,
  type Zone,
  type ZoneCounts,
  type Zones,
  zoneKey,
} from './zones.ts';

/** How long a node in the queue may look ready in the cache before its entry is given up. */
const CACHE_LAG_US = SECOND_US;
const EXCLUDE_DISRUPTION = 'node.kubernetes.io/exclude-disruption';

/** A node that was there in the last pass. */
interface Known {
  readonly name: string;
  readonly uid: string;
  readonly health: Health;
}

/** One memory for all nodes. */
export interface Memory {
  /** By name. A node that gave no sign of life since the pass before keeps its entry. */
  readonly nodes: readonly Known[];
  readonly zones: Zones;
  /** A pass whose writes are still under way: the zones are judged when the last is done. */
  readonly open?: OpenPass;
}

export interface OpenPass {
  /** When the pass began, and how many of its writes are not done yet. */
  readonly startedUs: TimeUs;
  readonly writesLeft: number;
  readonly counts: Readonly<Record<string, ZoneCounts>>;
  /** Nodes that carried a NoExecute taint when the pass began. */
  readonly carriers: readonly string[];
}

export const initialMemory: Memory = { nodes: [], zones: {} };

function nodeReference(name: string, uid: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } };
}

/** Event on a node, in the form of controllerutil.RecordNodeEvent. */
export function nodeEvent(name: string, uid: string, reason: string, text: string): Step {
  const message = `Node ${name} event: ${text}`;
  return { do: 'event', event: { regarding: nodeReference(name, uid), type: 'Normal', reason, message } };
}

export function statusEvent(node: Node, status: string) {
  const { name = '', uid = '' } = node.metadata;
  const message = `Node ${name} status is now: ${status}`;
  return { regarding: nodeReference(name, uid), type: 'Normal' as const, reason: status, message };
}

interface Pass {
  readonly known: Known[];
  readonly zones: Record<string, Zone>;
  readonly counts: Record<string, { ready: number; notReady: number }>;
  /** Nodes that carry a NoExecute taint. */
  readonly carriers: string[];
  readonly steps: Step[];
  readonly keys: Key[];
  /** By zone: nodes that are ready, and nodes that shall be tainted. */
  readonly ready: Record<string, string[]>;
  readonly unready: Record<string, string[]>;
}

function count(pass: Pass, node: Node, ready: boolean): void {
  if (node.metadata.labels?.[EXCLUDE_DISRUPTION] !== undefined) return;
  const counts = (pass.counts[zoneKey(node)] ??= { ready: 0, notReady: 0 });
  if (ready) counts.ready++;
  else counts.notReady++;
}

function carriesNoExecute(node: Node): boolean {
  if (!node.spec?.taints) return false;
  return hasTaint(node, NOT_READY, 'NoExecute') || hasTaint(node, UNREACHABLE, 'NoExecute');
}

/** Taint-based eviction: a swap of one taint for the other and a removal are immediate, a first taint waits in the zone's queue. */
function considerTaints(pass: Pass, node: Node, status: string): void {
  const name = node.metadata.name ?? '';
  const zone = zoneKey(node);
  if (status === 'True') {
    if (carriesNoExecute(node)) pass.keys.push(`reachable/${name}`);
    // Only those that are or were in the queue can leave it.
    if (pass.zones[zone].seen[name]) (pass.ready[zone] ??= []).push(name);
    return;
  }
  const [wanted, opposite] = status === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
  if (hasTaint(node, opposite, 'NoExecute')) pass.keys.push(`taint/${name}`);
  else if (!hasTaint(node, wanted, 'NoExecute')) (pass.unready[zone] ??= []).push(name);
}

/** One pass of monitorNodeHealth. Writes are left to the keys that it adds; the memory counts on their success. */
export function monitor(
  view: View,
  memory: Memory,
  nowUs: TimeUs,
  options: ControllerManagerOptions,
  clock: WallClock,
): Plan {
  const pass: Pass = {
    known: [],
    zones: { ...memory.zones },
    counts: {},
    carriers: [],
    steps: [],
    keys: [],
    ready: {},
    unready: {},
  };
  const gone: Known[] = [];
  let i = 0;
  // Both lists are in the order of names.
  for (const { object } of view.list('nodes', '')) {
    const node = object as Node;
    const { name = '', uid = '' } = node.metadata;
    for (; i < memory.nodes.length && memory.nodes[i].name < name; i++) gone.push(memory.nodes[i]);
    const before = memory.nodes[i]?.name === name ? memory.nodes[i++] : undefined;
    pass.zones[zoneKey(node)] ??= newZone(options.nodeEvictionRate);
    if (before === undefined) {
      pass.steps.push(nodeEvent(name, uid, 'RegisteredNode', `Registered Node ${name} in Controller`));
    }
    const lease = view.get(LEASES, 'kube-node-lease', name)?.object;
    const { health, silenced } = probe(node, lease, before?.health, nowUs, options, clock);
    pass.known.push(before?.health === health && before.uid === uid ? before : { name, uid, health });
    if (silenced) pass.keys.push(`silence/${name}`);
    if (carriesNoExecute(node)) pass.carriers.push(name);
    const ready = findCondition((silenced ?? node).status?.conditions, 'Ready');
    count(pass, node, ready?.status === 'True');
    if (ready) considerTaints(pass, node, ready.status);
  }
  gone.push(...memory.nodes.slice(i));
  for (const { name, uid } of gone) {
    pass.steps.push(nodeEvent(name, uid, 'RemovingNode', `Removing Node ${name} from Controller`));
  }
  return finish(pass, nowUs, options);
}

function moveQueues(pass: Pass, nowUs: TimeUs): void {
  for (const zone of Object.keys(pass.ready)) pass.zones[zone] = removed(pass.zones[zone], pass.ready[zone]);
  for (const zone of Object.keys(pass.unready)) {
    const names = pass.unready[zone];
    pass.zones[zone] = enqueued(forgotten(pass.zones[zone], names), names, nowUs);
  }
}

function finish(pass: Pass, nowUs: TimeUs, options: ControllerManagerOptions): Plan {
  moveQueues(pass, nowUs);
  const open: OpenPass = {
    startedUs: nowUs,
    writesLeft: pass.keys.filter((key) => key.startsWith('silence/')).length,
    counts: pass.counts,
    carriers: pass.carriers,
  };
  const memory: Memory = { nodes: pass.known, zones: pass.zones };
  const judged = open.writesLeft > 0 ? { memory: { ...memory, open }, keys: [] } : judge(memory, open, nowUs, options);
  const keys = [...new Set([...pass.keys, ...judged.keys])];
  return {
    steps: pass.steps,
    enqueue: keys.map((key) => ({ key, afterUs: 0, why: WHY.nodeMonitorPeriod })),
    memory: judged.memory,
  };
}

/** The end of a pass: the states of the zones, and what follows from them for queues, taints and grace periods. */
function judge(
  memory: Memory,
  pass: OpenPass,
  nowUs: TimeUs,
  options: ControllerManagerOptions,
): { readonly memory: Memory; readonly keys: readonly Key[] } {
  const disruption = handleDisruption(memory.zones, pass.counts, options, nowUs);
  const zones: Record<string, Zone> = { ...disruption.zones };
  let { nodes } = memory;
  if (disruption.stops) {
    for (const zone of Object.keys(zones)) zones[zone] = removed(zones[zone], Object.keys(zones[zone].seen));
  }
  if (disruption.resumes) {
    nodes = nodes.map((known) => ({ ...known, health: { ...known.health, probeUs: nowUs } }));
  }
  const keys = disruption.stops ? pass.carriers.map((name) => `reachable/${name}`) : [];
  return { memory: { nodes, zones, open: undefined }, keys };
}

/** One of the writes of the pass that began then is done. */
export function silenced(memory: Memory, startedUs: TimeUs, nowUs: TimeUs, options: ControllerManagerOptions): Plan {
  const { open } = memory;
  if (open?.startedUs !== startedUs) return { steps: [] };
  const writesLeft = open.writesLeft - 1;
  if (writesLeft > 0) return { steps: [], memory: { ...memory, open: { ...open, writesLeft } } };
  const judged = judge(memory, open, nowUs, options);
  const enqueue = judged.keys.map((key) => ({ key, afterUs: 0, why: WHY.nodeMonitorPeriod }));
  return { steps: [], enqueue, memory: judged.memory };
}

/** One pass over the queues of NoExecute taints (doNoExecuteTaintingPass): each node costs a token of its zone. */
export function taintPass(view: View, memory: Memory, nowUs: TimeUs): Plan {
  const names = Object.keys(memory.zones).sort();
  if (names.every((name) => memory.zones[name].queue.length === 0)) return { steps: [] };
  const zones: Record<string, Zone> = { ...memory.zones };
  const keys: Key[] = [];
  for (const name of names) {
    let zone = zones[name];
    while (zone.queue.length > 0 && accepts(zone.limiter, nowUs)) {
      const [head, ...queue] = zone.queue;
      const node = view.get('nodes', '', head.node)?.object as Node | undefined;
      const status = findCondition(node?.status?.conditions, 'Ready')?.status;
      const bad = status === 'False' || status === 'Unknown';
      if (node && !bad && nowUs - head.addedUs < CACHE_LAG_US) break;
      zone = { ...zone, queue, limiter: taken(zone.limiter, nowUs) };
      if (node && bad) keys.push(`taint/${head.node}`);
    }
    zones[name] = zone;
  }
  return {
    steps: [],
    enqueue: keys.map((key) => ({ key, afterUs: 0, why: WHY.nodeEvictionRate })),
    memory: { ...memory, zones },
  };
}
