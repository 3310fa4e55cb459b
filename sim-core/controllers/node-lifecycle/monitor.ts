import type { Node, NodeCondition } from '../../api/types/core.ts';
import type { Key, Plan, Step, View } from '../../contracts/controllers.ts';
import { type ObjId, SECOND_US, type TimeUs } from '../../contracts/ids.ts';
import type { KubeObject, Version } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { findCondition } from '../support/conditions.ts';
import { LEASES } from '../support/resources.ts';
import { emptyPlan } from '../support/script.ts';
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
  /** The id of its lease, once that was seen. */
  readonly lease: ObjId | undefined;
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

/** What a pass finds in one zone. */
interface Round {
  readonly key: string;
  /** Some nodes are or were in the zone's queue. */
  readonly isQueueing: boolean;
  /** Some nodes count for its state. */
  isCounted: boolean;
  readyCount: number;
  notReadyCount: number;
  /** Nodes that are ready and may be in the queue, and nodes that shall be tainted. */
  readonly ready: string[];
  readonly unready: string[];
}

interface Pass {
  readonly known: Known[];
  readonly zones: Record<string, Zone>;
  readonly rounds: Round[];
  /** Nodes that carry a NoExecute taint. */
  readonly carriers: string[];
  readonly steps: Step[];
  readonly keys: Key[];
}

/** What a pass reads of a node object. */
interface Facts {
  readonly zone: string;
  readonly isExcluded: boolean;
  readonly carriesNoExecute: boolean;
  readonly ready: NodeCondition | undefined;
}

/** Memos of pure functions of immutable objects. */
const factsOfNodes = new WeakMap<Node, Facts>();
const renewTimes = new WeakMap<KubeObject, TimeUs>();

function factsOf(node: Node): Facts {
  let facts = factsOfNodes.get(node);
  if (facts === undefined) {
    facts = {
      zone: zoneKey(node),
      isExcluded: node.metadata.labels?.[EXCLUDE_DISRUPTION] !== undefined,
      carriesNoExecute: carriesNoExecute(node),
      ready: findCondition(node.status?.conditions, 'Ready'),
    };
    factsOfNodes.set(node, facts);
  }
  return facts;
}

function leaseOf(view: View, node: string, known: ObjId | undefined): Version | undefined {
  if (known === undefined || view.at === undefined) return view.get(LEASES, 'kube-node-lease', node);
  return view.at(LEASES, known);
}

function renewedUs(lease: Version | undefined, clock: WallClock): TimeUs | undefined {
  if (lease === undefined || lease.renewUs !== undefined) return lease?.renewUs;
  const { object } = lease;
  let us = renewTimes.get(object);
  if (us === undefined) {
    us = clock.parse(object.spec?.renewTime as string | undefined);
    if (us !== undefined) renewTimes.set(object, us);
  }
  return us;
}

function roundOf(pass: Pass, key: string, options: ControllerManagerOptions): Round {
  for (const round of pass.rounds) if (round.key === key) return round;
  pass.zones[key] ??= newZone(options.nodeEvictionRate);
  const isQueueing = Object.keys(pass.zones[key].seen).length > 0;
  const round: Round = { key, isQueueing, isCounted: false, readyCount: 0, notReadyCount: 0, ready: [], unready: [] };
  pass.rounds.push(round);
  return round;
}

function count(round: Round, facts: Facts, isReady: boolean): void {
  if (facts.isExcluded) return;
  round.isCounted = true;
  if (isReady) round.readyCount++;
  else round.notReadyCount++;
}

function carriesNoExecute(node: Node): boolean {
  if (!node.spec?.taints) return false;
  return hasTaint(node, NOT_READY, 'NoExecute') || hasTaint(node, UNREACHABLE, 'NoExecute');
}

/** Taint-based eviction: a swap of one taint for the other and a removal are immediate, a first taint waits in the zone's queue. */
function considerTaints(pass: Pass, round: Round, node: Node, facts: Facts, status: string): void {
  const name = node.metadata.name ?? '';
  if (status === 'True') {
    if (facts.carriesNoExecute) pass.keys.push(`reachable/${name}`);
    // Only those that are or were in the queue can leave it.
    if (round.isQueueing && pass.zones[round.key].seen[name]) round.ready.push(name);
    return;
  }
  const [wanted, opposite] = status === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
  if (hasTaint(node, opposite, 'NoExecute')) pass.keys.push(`taint/${name}`);
  else if (!hasTaint(node, wanted, 'NoExecute')) round.unready.push(name);
}

/** One pass of monitorNodeHealth. Writes are left to the keys that it adds; the memory counts on their success. */
export function monitor(
  view: View,
  memory: Memory,
  nowUs: TimeUs,
  options: ControllerManagerOptions,
  clock: WallClock,
): Plan {
  const pass: Pass = { known: [], zones: { ...memory.zones }, rounds: [], carriers: [], steps: [], keys: [] };
  const gone: Known[] = [];
  let i = 0;
  // Both lists are in the order of names.
  for (const { object } of view.list('nodes', '')) {
    const node = object as Node;
    const { name = '', uid = '' } = node.metadata;
    for (; i < memory.nodes.length && memory.nodes[i].name < name; i++) gone.push(memory.nodes[i]);
    const before = memory.nodes[i]?.name === name ? memory.nodes[i++] : undefined;
    if (before === undefined) {
      pass.steps.push(nodeEvent(name, uid, 'RegisteredNode', `Registered Node ${name} in Controller`));
    }
    const facts = factsOf(node);
    const lease = leaseOf(view, name, before?.lease);
    const renewed = renewedUs(lease, clock);
    const { health, silenced } = probe(node, facts.ready, renewed, before?.health, nowUs, options, clock);
    const isKnown = before?.health === health && before.uid === uid;
    pass.known.push(isKnown ? before : { name, uid, health, lease: lease?.obj });
    if (silenced) pass.keys.push(`silence/${name}`);
    if (facts.carriesNoExecute) pass.carriers.push(name);
    const ready = silenced ? findCondition(silenced.status?.conditions, 'Ready') : facts.ready;
    const round = roundOf(pass, facts.zone, options);
    count(round, facts, ready?.status === 'True');
    if (ready) considerTaints(pass, round, node, facts, ready.status);
  }
  gone.push(...memory.nodes.slice(i));
  for (const { name, uid } of gone) {
    pass.steps.push(nodeEvent(name, uid, 'RemovingNode', `Removing Node ${name} from Controller`));
  }
  return finish(pass, nowUs, options);
}

function moveQueues({ rounds, zones }: Pass, nowUs: TimeUs): void {
  for (const { key, ready, unready } of rounds) {
    if (ready.length > 0) zones[key] = removed(zones[key], ready);
    if (unready.length > 0) zones[key] = enqueued(forgotten(zones[key], unready), unready, nowUs);
  }
}

function countsOf({ rounds }: Pass): Readonly<Record<string, ZoneCounts>> {
  const counts: Record<string, ZoneCounts> = {};
  for (const { key, isCounted, readyCount, notReadyCount } of rounds)
    if (isCounted) counts[key] = { ready: readyCount, notReady: notReadyCount };
  return counts;
}

function finish(pass: Pass, nowUs: TimeUs, options: ControllerManagerOptions): Plan {
  moveQueues(pass, nowUs);
  const open: OpenPass = {
    startedUs: nowUs,
    writesLeft: pass.keys.filter((key) => key.startsWith('silence/')).length,
    counts: countsOf(pass),
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
  if (!isQueueing(memory.zones)) return emptyPlan;
  const names = Object.keys(memory.zones).sort();
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

/** Some node waits for a taint. */
export function isQueueing(zones: Zones): boolean {
  for (const name in zones) if (zones[name].queue.length > 0) return true;
  return false;
}
