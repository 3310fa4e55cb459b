import type { EventFacts, KubeObject, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { hexOf } from '../../engine/index.ts';
import type { ClientRequest } from '../api_clients.ts';
import { microTimestamp, timestamp, type WallClock } from '../wall_clock.ts';
import type { SeriesEntry } from './series.ts';

const WORD = 4294967296;

/**
 * The number of an Event's name, as two words: the nanoseconds of a time since 1970. What is below a microsecond is the count
 * of events, so that names differ.
 */
export function nameNumber(clock: WallClock, atUs: TimeUs, n: number): { nameHigh: number; nameLow: number } {
  // 61 bits: the product with 1000 is made of two halves.
  const us = clock.epochSeconds * SECOND_US + atUs;
  const high = Math.floor(us / WORD);
  const low = (us - high * WORD) * 1000 + (n % 1000);
  const carry = Math.floor(low / WORD);
  return { nameHigh: high * 1000 + carry, nameLow: low - carry * WORD };
}

export function eventName({ metadata }: KubeObject, high: number, low: number): string {
  return `${metadata.name ?? ''}.${hexOf(high, low)}`;
}

/** The name of an Event that its facts tell of. */
function nameOf({ regarding, nameHigh, nameLow }: EventFacts): string {
  return eventName(regarding, nameHigh, nameLow);
}

/** The request that creates an Event. */
export function createRequest(clock: WallClock, facts: EventFacts): ClientRequest {
  const { isSeries, namespace } = facts;
  const name = nameOf(facts);
  const resource = isSeries ? 'events.events.k8s.io' : 'events';
  const body = isSeries ? seriesEvent(clock, facts, name) : coreEvent(clock, facts, name);
  return { verb: 'create', resource, namespace, name, body };
}

/** The request that counts one more of an Event that was written. */
export function countPatch(clock: WallClock, facts: EventFacts): ClientRequest {
  const { namespace, count, lastUs, message } = facts;
  const value = { count, lastTimestamp: timestamp(clock, lastUs), message };
  return { verb: 'patch', resource: 'events', namespace, name: nameOf(facts), patch: { type: 'strategic', value } };
}

/** The request that writes how far a series has come. */
export function seriesPatch(clock: WallClock, entry: SeriesEntry): ClientRequest {
  const value = { series: { count: entry.count, lastObservedTime: microTimestamp(clock, entry.lastUs) } };
  const { namespace, name } = entry;
  return {
    verb: 'patch',
    resource: 'events.events.k8s.io',
    namespace,
    name,
    patch: { type: 'strategic', value },
  };
}

function coreEvent(clock: WallClock, facts: EventFacts, name: string): KubeObject {
  const { namespace, component, host, type, reason, message, firstUs, lastUs, count } = facts;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: referenceTo(facts.regarding, facts.fieldPath),
    reason,
    message,
    source: host === '' ? { component } : { component, host },
    firstTimestamp: timestamp(clock, firstUs),
    lastTimestamp: timestamp(clock, lastUs),
    count,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: host,
  };
}

function seriesEvent(clock: WallClock, facts: EventFacts, name: string): KubeObject {
  const { namespace, component, host, action, reason, related, type, message, firstUs } = facts;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name, namespace },
    eventTime: microTimestamp(clock, firstUs),
    reportingController: component,
    reportingInstance: host,
    action,
    reason,
    regarding: referenceTo(facts.regarding, facts.fieldPath),
    ...(related ? { related: referenceTo(related) } : {}),
    note: message,
    type,
  };
}

function referenceTo(object: KubeObject, fieldPath?: string): Record<string, string | undefined> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const { kind, apiVersion } = object;
  return { kind, namespace, name, uid, apiVersion, resourceVersion, ...(fieldPath ? { fieldPath } : {}) };
}
