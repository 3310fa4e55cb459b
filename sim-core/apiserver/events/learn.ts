import { qualifiedName, resourceOfKind } from '../../api/schema/index.ts';
import type { ApiRequest, EventFacts, KubeObject, ObjectMeta, StreamKey } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { keyOf } from '../keys.ts';
import type { PipelineEnv, Turn } from '../model.ts';
import { foundAgain, type Lookups, lookupsOf, OpaqueError, StandIn, UID_MARKER } from '../shapes/environment.ts';
import { deepEqual } from '../verbs/same.ts';
import { type EventParts, type EventTemplate, eventObject, eventTemplate } from './template.ts';

/** The long way of a create. */
export type LongWay = (request: ApiRequest, env: PipelineEnv) => Turn;

/** What decides how an Event is stored, but for the parts that each has of its own; and how it is stored: null = not to be computed. */
export interface Known {
  readonly facts: EventFacts;
  readonly agent: string;
  readonly uids: StreamKey;
  readonly lookups: Lookups;
  readonly template: EventTemplate | null;
  /** In the table of templates; -1 = not known there. A memo. */
  number: number;
}

/** An Event to be created, and by whom. */
export interface Wanted {
  readonly facts: EventFacts;
  readonly agent: string;
  readonly uids: StreamKey;
  /** The whole request that such an Event takes. */
  readonly request: (facts: EventFacts) => ApiRequest;
}

/** More kinds than these are found anew. */
const KNOWN_MAX = 4096;

/**
 * Templates by what Events of one kind have in common. A memo: what it gives follows from the facts and from what the server
 * looks up, which has to be found again.
 */
export class EventTemplates {
  private byReason = new Map<string, Known[]>();
  private count = 0;

  /** What Events of this kind have in common. */
  find(write: Wanted, env: PipelineEnv, longWay: LongWay): Known {
    const { facts, agent, uids } = write;
    const list = this.listOf(facts.reason);
    for (let i = 0; i < list.length; i++) {
      const known = list[i];
      if (known.agent !== agent || known.uids !== uids || !isAlike(known.facts, facts)) continue;
      if (i > 0) {
        list[i] = list[0];
        list[0] = known;
      }
      if (foundAgain(known.lookups, env)) return known;
      list[0] = learned(write, env, longWay);
      return list[0];
    }
    if (this.count++ >= KNOWN_MAX) this.forget();
    const known = learned(write, env, longWay);
    this.listOf(facts.reason).push(known);
    return known;
  }

  private listOf(reason: string): Known[] {
    let list = this.byReason.get(reason);
    if (list === undefined) this.byReason.set(reason, (list = []));
    return list;
  }

  private forget(): void {
    this.byReason = new Map();
    this.count = 1;
  }
}

function isAlike(a: EventFacts, b: EventFacts): boolean {
  const [x, y] = [a.regarding, b.regarding];
  return (
    a.namespace === b.namespace &&
    a.fieldPath === b.fieldPath &&
    x.kind === y.kind &&
    x.apiVersion === y.apiVersion &&
    x.metadata.namespace === y.metadata.namespace &&
    a.component === b.component &&
    a.type === b.type &&
    a.isSeries === b.isSeries &&
    a.action === b.action &&
    (a.isSeries ? a.host === b.host : (a.host === '') === (b.host === '')) &&
    (x.metadata.uid === undefined) === (y.metadata.uid === undefined) &&
    (x.metadata.resourceVersion === undefined) === (y.metadata.resourceVersion === undefined)
  );
}

/** Does two Events the long way that differ in all that may differ: the template of the first must give the second. */
function learned(write: Wanted, env: PipelineEnv, longWay: LongWay): Known {
  const { facts, agent, uids } = write;
  const first = new StandIn(env, TIMES[0]);
  const second = new StandIn(env, TIMES[1]);
  let template: EventTemplate | null = null;
  try {
    const one = prepared(write, first.env, longWay, 0);
    const other = prepared(write, second.env, longWay, 1);
    if (one !== undefined && other !== undefined) template = templateFrom(write, one, other, env.epochSeconds);
  } catch (error) {
    if (!(error instanceof OpaqueError)) throw error;
  }
  return { facts: standIn(facts, 0), agent, uids, lookups: lookupsOf(first), template, number: -1 };
}

function templateFrom(
  { facts, uids }: Wanted,
  one: KubeObject,
  other: KubeObject,
  epochSeconds: number,
): EventTemplate | null {
  const { isSeries, host } = facts;
  const { apiVersion, kind, metadata } = facts.regarding;
  if (one.metadata.managedFields?.length !== 1 || one.spec !== undefined || one.status !== undefined) return null;
  const info = resourceOfKind(apiVersion ?? '', kind ?? '');
  const template = eventTemplate(one, {
    prefix: keyOf('events', one.metadata.namespace ?? '', ''),
    aboutResource: info ? qualifiedName(info) : '',
    aboutNamespace: info?.namespaced ? (metadata.namespace ?? '') : '',
    epochSeconds,
    uids,
  });
  const hasHost = !isSeries && host !== '';
  const has = { uid: metadata.uid !== undefined, rv: metadata.resourceVersion !== undefined, host: hasHost };
  const like = [0, 1].map((i) => withMarker(eventObject(template, standInParts(i, has))));
  return deepEqual(like[0], one) && deepEqual(like[1], other) ? template : null;
}

function withMarker(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, uid: UID_MARKER } };
}

function prepared(write: Wanted, env: PipelineEnv, longWay: LongWay, i: number): KubeObject | undefined {
  const turn = longWay(write.request(standIn(write.facts, i)), env);
  if (turn.do !== 'store' || turn.op.op !== 'put' || turn.frame.point !== 'put') return undefined;
  return (turn.frame.data.names?.length ?? 0) > 0 ? undefined : turn.op.object;
}

/** Two instants that no scenario reaches. */
const TIMES = [36_525 * 86_400 * SECOND_US, 36_526 * 86_400 * SECOND_US] as const;
const AT = [36_524 * 86_400 + 1, 36_523 * 86_400 + 2] as const;
const MICROS = [654_321, 123_456] as const;
const NAMES = ['stand-in', 'stand-in-2'] as const;
const UIDS = ['7d3a1a52-8b0e-4a43-9d5a-0f6c1c8f6d11', '0b7be4f6-3f5e-4d8e-8f0a-2f0de9d3b522'] as const;
const RVS = [1001, 20_002] as const;
const MESSAGES = ['A message.', 'Another "message"'] as const;
const HOSTS = ['host-1', 'another-host'] as const;

function standIn(facts: EventFacts, i: number): EventFacts {
  const { regarding, isSeries, host } = facts;
  const { namespace, uid, resourceVersion } = regarding.metadata;
  const metadata: ObjectMeta = {
    name: NAMES[i],
    namespace,
    uid: uid === undefined ? undefined : UIDS[i],
    resourceVersion: resourceVersion === undefined ? undefined : String(RVS[i]),
  };
  const atUs = AT[i] * SECOND_US + MICROS[i];
  return {
    ...facts,
    nameHigh: 0,
    nameLow: 1,
    regarding: { kind: regarding.kind, apiVersion: regarding.apiVersion, metadata },
    message: MESSAGES[i],
    host: isSeries || host === '' ? host : HOSTS[i],
    firstUs: atUs,
    lastUs: atUs,
  };
}

function standInParts(i: number, has: { uid: boolean; rv: boolean; host: boolean }): EventParts {
  return {
    high: 0,
    low: 1,
    aboutName: NAMES[i],
    aboutUid: has.uid ? UIDS[i] : undefined,
    aboutRv: has.rv ? RVS[i] : -1,
    message: MESSAGES[i],
    host: has.host ? HOSTS[i] : '',
    atSecond: AT[i],
    atMicro: MICROS[i],
    handledSecond: TIMES[i] / SECOND_US,
  };
}
