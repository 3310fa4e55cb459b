import { microTimeText, timeText } from '../../api/machinery/time.ts';
import type { KubeObject, ManagedFieldsEntry, ObjId, StreamKey, StrId } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { hexOf } from '../../engine/index.ts';
import { combine } from '../../engine/mix.ts';
import { contentHash } from '../contentHash.ts';
import { uidFrom } from '../names.ts';

/** What Events of one kind from one recorder have in common. */
export interface EventTemplate {
  /** Before the name in the store. */
  readonly prefix: string;
  readonly namespace: string;
  readonly isSeries: boolean;
  readonly isWarning: boolean;
  readonly reason: string;
  /** Of the object that it is about; '' = of no known kind. */
  readonly aboutResource: string;
  readonly aboutNamespace: string;
  /** One of them as it goes to the store. */
  readonly object: KubeObject;
  readonly epochSeconds: number;
  /** Of what is drawn for uids. */
  readonly uids: StreamKey;
  /** Content hash of `object`. */
  readonly hash: number;
}

/** What one Event does not share. Numbers fit into 32 bits, which need no boxes of their own. */
export interface EventParts {
  /** The number behind the point of the name, u32 as i32. */
  readonly high: number;
  readonly low: number;
  readonly aboutName: string;
  readonly aboutUid: string | undefined;
  /** resourceVersion; -1 = none. */
  readonly aboutRv: number;
  readonly message: string;
  readonly host: string;
  /** When it happened. */
  readonly atSecond: number;
  readonly atMicro: number;
  /** When the server handled it. */
  readonly handledSecond: number;
}

interface Reference {
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** `object`: one as the long way prepares it for the store. */
export function eventTemplate(
  object: KubeObject,
  about: Pick<EventTemplate, 'prefix' | 'aboutResource' | 'aboutNamespace' | 'epochSeconds' | 'uids'>,
): EventTemplate {
  return {
    prefix: about.prefix,
    namespace: object.metadata.namespace ?? '',
    isSeries: object.apiVersion !== 'v1',
    isWarning: object.type === 'Warning',
    reason: object.reason ?? '',
    aboutResource: about.aboutResource,
    aboutNamespace: about.aboutNamespace,
    object,
    epochSeconds: about.epochSeconds,
    uids: about.uids,
    hash: contentHash(object).hash,
  };
}

export function eventName({ aboutName, high, low }: Pick<EventParts, 'aboutName' | 'high' | 'low'>): string {
  return `${aboutName}.${hexOf(high, low)}`;
}

const SERIES_EVENTS = 'events.events.k8s.io';

/** An Event that is written in one step is the first of its name. */
export function eventUid({ isSeries, namespace, uids }: EventTemplate, name: string): string {
  return uidFrom(uids, isSeries ? SERIES_EVENTS : 'events', namespace, name, 0);
}

/** The Event as it is stored, without its resourceVersion. */
export function eventObject(template: EventTemplate, parts: EventParts): KubeObject {
  const { object, epochSeconds, isSeries } = template;
  const { message, host, atSecond, atMicro, handledSecond } = parts;
  const name = eventName(parts);
  const handled = timeText(epochSeconds, handledSecond * SECOND_US);
  const [entry] = object.metadata.managedFields as readonly [ManagedFieldsEntry];
  const metadata = {
    ...object.metadata,
    name,
    uid: eventUid(template, name),
    creationTimestamp: handled,
    managedFields: [{ ...entry, time: handled }],
  };
  if (isSeries) {
    const eventTime = microTimeText(epochSeconds, atSecond * SECOND_US + atMicro);
    return { ...object, metadata, regarding: aboutOf(object.regarding, parts), note: message, eventTime };
  }
  const at = timeText(epochSeconds, atSecond * SECOND_US);
  const involvedObject = aboutOf(object.involvedObject, parts);
  const same = { ...object, metadata, involvedObject, message, firstTimestamp: at, lastTimestamp: at };
  return host === '' ? same : { ...same, source: { ...object.source, host }, reportingInstance: host };
}

function aboutOf(reference: Reference, { aboutName, aboutUid, aboutRv }: EventParts): Reference {
  if (aboutUid === undefined && aboutRv < 0) return { ...reference, name: aboutName };
  if (aboutRv < 0) return { ...reference, name: aboutName, uid: aboutUid };
  if (aboutUid === undefined) return { ...reference, name: aboutName, resourceVersion: String(aboutRv) };
  return { ...reference, name: aboutName, uid: aboutUid, resourceVersion: String(aboutRv) };
}

/** A hash of all that `eventObject` is made of, by the numbers of the object, the message and the host and the word of the uid. */
export function eventHash(
  template: EventTemplate,
  parts: EventParts,
  obj: ObjId,
  message: StrId,
  host: StrId,
  aboutUid: number,
): number {
  let h = combine(combine(combine(template.hash, obj), message), host);
  h = combine(combine(combine(h, aboutUid), parts.aboutRv), parts.atSecond);
  return combine(combine(h, parts.atMicro), parts.handledSecond);
}
