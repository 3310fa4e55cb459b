import type { Node } from '../../api/types/core.ts';
import { SECOND_US, type TimeUs } from '../../contracts/ids.ts';
import type { ControllerManagerOptions } from '../options.ts';

export type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** Token bucket with burst 1 (flowcontrol.NewTokenBucketRateLimiter); a rate of 0 never accepts. */
export interface Limiter {
  /** Tokens a second. */
  readonly rate: number;
  /** When the next token is there. */
  readonly nextUs: TimeUs;
}

/** Nodes of one zone that wait for their NoExecute taint. */
export interface Zone {
  readonly state: ZoneState;
  readonly limiter: Limiter;
  readonly queue: readonly { readonly node: string; readonly addedUs: TimeUs }[];
  /** Nodes that are or were in the queue; a node comes in again only after it was ready. */
  readonly seen: Readonly<Record<string, true>>;
}

export type Zones = Readonly<Record<string, Zone>>;

export function newZone(rate: number): Zone {
  return { state: 'Initial', limiter: { rate, nextUs: 0 }, queue: [], seen: {} };
}

const zoneKeys = new WeakMap<object, string>();
const NO_LABELS = Object.freeze({});

/** region:\0:zone; '' for a node without both labels. */
export function zoneKey(node: Node): string {
  const labels = node.metadata.labels ?? NO_LABELS;
  let key = zoneKeys.get(labels);
  if (key === undefined) zoneKeys.set(labels, (key = zoneKeyOf(labels)));
  return key;
}

function zoneKeyOf(labels: Readonly<Record<string, string>>): string {
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? '';
  return region === '' && zone === '' ? '' : `${region}:\u0000:${zone}`;
}

export function accepts(limiter: Limiter, nowUs: TimeUs): boolean {
  return limiter.rate > 0 && limiter.nextUs <= nowUs;
}

export function taken(limiter: Limiter, nowUs: TimeUs): Limiter {
  return { ...limiter, nextUs: nowUs + Math.round(SECOND_US / limiter.rate) };
}

/** A new rate. A bucket that was empty stays empty (RateLimitedTimedQueue.SwapLimiter). */
function withRate(zone: Zone, rate: number, nowUs: TimeUs): Zone {
  if (zone.limiter.rate === rate) return zone;
  const limiter: Limiter = { rate, nextUs: 0 };
  if (rate === 0 || accepts(zone.limiter, nowUs)) return { ...zone, limiter };
  return { ...zone, limiter: taken(limiter, nowUs) };
}

/** Nodes that come into the queue; those that are or were in it already do not. */
export function enqueued(zone: Zone, nodes: readonly string[], addedUs: TimeUs): Zone {
  const fresh = nodes.filter((node) => !zone.seen[node]);
  if (fresh.length === 0) return zone;
  const seen = { ...zone.seen };
  for (const node of fresh) seen[node] = true;
  return { ...zone, queue: [...zone.queue, ...fresh.map((node) => ({ node, addedUs }))], seen };
}

/** Nodes that are ready again leave the queue and may come in again. */
export function removed(zone: Zone, nodes: readonly string[]): Zone {
  const gone = new Set(nodes.filter((node) => zone.seen[node]));
  if (gone.size === 0) return zone;
  const seen: Record<string, true> = {};
  for (const node of Object.keys(zone.seen)) if (!gone.has(node)) seen[node] = true;
  return { ...zone, queue: zone.queue.filter((entry) => !gone.has(entry.node)), seen };
}

/** Nodes that had left the queue and lack the taint all the same may come in again. */
export function forgotten(zone: Zone, nodes: readonly string[]): Zone {
  const waiting = new Set(zone.queue.map((entry) => entry.node));
  const left = nodes.filter((node) => !waiting.has(node));
  return removed(zone, left);
}

/** State of a zone by how many of its nodes are ready (ComputeZoneState). */
export function zoneState(ready: number, notReady: number, unhealthyThreshold: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  if (notReady > 2 && notReady / (notReady + ready) >= unhealthyThreshold) return 'PartialDisruption';
  return 'Normal';
}

function rateOf(state: ZoneState, size: number, options: ControllerManagerOptions): number {
  if (state !== 'PartialDisruption') return options.nodeEvictionRate;
  return size > options.largeClusterSizeThreshold ? options.secondaryNodeEvictionRate : 0;
}

export interface ZoneCounts {
  readonly ready: number;
  readonly notReady: number;
}

export interface Disruption {
  readonly zones: Zones;
  /** All zones are down: the fault is taken to be the control plane's, and evictions stop. */
  readonly stops: boolean;
  /** Zones answer again after all were down: every node gets a fresh grace period. */
  readonly resumes: boolean;
}

/** New states and rates of the zones after a pass (handleDisruption). */
export function handleDisruption(
  zones: Zones,
  counts: Readonly<Record<string, ZoneCounts>>,
  options: ControllerManagerOptions,
  nowUs: TimeUs,
): Disruption {
  const names = Object.keys(counts).sort();
  const states: Record<string, ZoneState> = {};
  for (const name of names) {
    states[name] = zoneState(counts[name].ready, counts[name].notReady, options.unhealthyZoneThreshold);
  }
  const allAre = names.every((name) => states[name] === 'FullDisruption');
  const allWere = names.every((name) => zones[name]?.state === 'FullDisruption');
  const result: Record<string, Zone> = { ...zones };
  if (allAre && allWere) return { zones, stops: false, resumes: false };
  for (const name of names) {
    const zone = result[name] ?? newZone(options.nodeEvictionRate);
    const state = states[name];
    if (allAre) result[name] = { ...withRate(zone, 0, nowUs), state: 'FullDisruption' };
    else if (allWere || zone.state !== state) {
      const size = counts[name].ready + counts[name].notReady;
      result[name] = { ...withRate(zone, rateOf(state, size, options), nowUs), state };
    }
  }
  return { zones: result, stops: allAre, resumes: allWere && !allAre };
}
