import { microTimeText, timeText } from '../../api/machinery/time.ts';
import type { KubeObject, ManagedFieldsEntry, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { combine, hashString } from '../../engine/mix.ts';
import { OBJECT, part, START } from '../contentHash.ts';
import { LOST } from '../fieldHashes.ts';
import { uuidFrom } from '../names.ts';
import { microTimeHash } from '../renewedVersion.ts';

/** What Events of one kind from one recorder have in common, and what hashing one of them starts from. */
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
  /** Sums as i32, without what differs. */
  readonly rest: number;
  readonly metadataRest: number;
  readonly aboutRest: number;
  readonly entryRest: number;
  readonly sourceRest: number;
}

/** What one Event does not share. Numbers of a fresh Event fit into 31 bits, which need no boxes of their own. */
export interface EventParts {
  readonly name: string;
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
  /** The four words of the uid, as i32. */
  readonly uid0: number;
  readonly uid1: number;
  readonly uid2: number;
  readonly uid3: number;
}

interface Reference {
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const CORE_OWN: ReadonlySet<string> = new Set([
  'metadata',
  'involvedObject',
  'message',
  'firstTimestamp',
  'lastTimestamp',
  'source',
  'reportingInstance',
]);
const SERIES_OWN: ReadonlySet<string> = new Set(['metadata', 'regarding', 'note', 'eventTime']);
const META_OWN: ReadonlySet<string> = new Set(['name', 'uid', 'creationTimestamp', 'managedFields', 'resourceVersion']);
const ABOUT_OWN: ReadonlySet<string> = new Set(['name', 'uid', 'resourceVersion']);

/** `object`: one as the long way prepares it for the store. */
export function eventTemplate(
  object: KubeObject,
  about: Pick<EventTemplate, 'prefix' | 'aboutResource' | 'aboutNamespace' | 'epochSeconds'>,
): EventTemplate {
  const isSeries = object.apiVersion !== 'v1';
  const [entry] = object.metadata.managedFields as readonly [ManagedFieldsEntry];
  return {
    prefix: about.prefix,
    namespace: object.metadata.namespace ?? '',
    isSeries,
    isWarning: object.type === 'Warning',
    reason: object.reason ?? '',
    aboutResource: about.aboutResource,
    aboutNamespace: about.aboutNamespace,
    object,
    epochSeconds: about.epochSeconds,
    rest: sumBut(START, object, isSeries ? SERIES_OWN : CORE_OWN),
    metadataRest: sumBut(OBJECT, object.metadata, META_OWN),
    aboutRest: sumBut(OBJECT, isSeries ? object.regarding : object.involvedObject, ABOUT_OWN),
    entryRest: sumBut(OBJECT, entry, new Set(['time'])),
    sourceRest: isSeries ? 0 : sumBut(OBJECT, object.source, new Set(['host'])),
  };
}

function sumBut(start: number, value: object, own: ReadonlySet<string>): number {
  const fields = value as Fields;
  let sum = start;
  for (const key in fields) if (!own.has(key)) sum = (sum + part(key, fields[key], LOST)) | 0;
  return sum;
}

/** The Event as it is stored, without its resourceVersion. */
export function eventObject(template: EventTemplate, parts: EventParts): KubeObject {
  const { object, epochSeconds, isSeries } = template;
  const { name, message, host, atSecond, atMicro, handledSecond } = parts;
  const handled = timeText(epochSeconds, handledSecond * SECOND_US);
  const [entry] = object.metadata.managedFields as readonly [ManagedFieldsEntry];
  const metadata = {
    ...object.metadata,
    name,
    uid: uidText(parts),
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

export function uidText({ uid0, uid1, uid2, uid3 }: Pick<EventParts, 'uid0' | 'uid1' | 'uid2' | 'uid3'>): string {
  return uuidFrom(uid0 >>> 0, uid1 >>> 0, uid2 >>> 0, uid3 >>> 0);
}

const LIST_OF_ONE = combine(0x846ca68b, 1);
const NAME = hashString('name');
const UID = hashString('uid');
const RESOURCE_VERSION = hashString('resourceVersion');
const CREATED = hashString('creationTimestamp');
const MANAGED_FIELDS = hashString('managedFields');
const TIME = hashString('time');
const METADATA = hashString('metadata');
const INVOLVED = hashString('involvedObject');
const REGARDING = hashString('regarding');
const MESSAGE = hashString('message');
const NOTE = hashString('note');
const EVENT_TIME = hashString('eventTime');
const FIRST = hashString('firstTimestamp');
const LAST = hashString('lastTimestamp');
const SOURCE = hashString('source');
const HOST = hashString('host');
const INSTANCE = hashString('reportingInstance');

/** The hash of the text of a second: many Events fall into one. A memo of a pure result. */
const recent = { unix: Number.NaN, hash: 0 };

function secondHash(epochSeconds: number, second: number): number {
  const unix = epochSeconds + second;
  if (recent.unix !== unix) {
    recent.hash = hashString(timeText(epochSeconds, second * SECOND_US));
    recent.unix = unix;
  }
  return recent.hash;
}

/** What the last objects of each slot add to the hash of an Event about them: several are about one, one after the other. */
const ABOUTS = 4096;
const abouts = {
  names: new Array<string>(ABOUTS).fill(''),
  uids: new Array<string | undefined>(ABOUTS).fill(undefined),
  rvs: new Int32Array(ABOUTS),
  sums: new Int32Array(ABOUTS),
};

/** `about`: number of the object. A memo of a pure result, found by identity. */
function aboutSum(about: number, name: string, uid: string | undefined, rv: number): number {
  const { names, uids, rvs, sums } = abouts;
  const slot = about & (ABOUTS - 1);
  if (names[slot] === name && uids[slot] === uid && rvs[slot] === rv) return sums[slot];
  let sum = combine(NAME, hashString(name));
  if (uid !== undefined) sum += combine(UID, hashString(uid));
  if (rv >= 0) sum += combine(RESOURCE_VERSION, hashString(String(rv)));
  names[slot] = name;
  uids[slot] = uid;
  rvs[slot] = rv;
  sums[slot] = sum | 0;
  return sum | 0;
}

/** The last texts of each slot with their hashes: most messages are told of many objects. */
const texts = { texts: new Array<string>(ABOUTS).fill(''), hashes: new Int32Array(ABOUTS) };

function messageHash(id: number, text: string): number {
  const slot = id & (ABOUTS - 1);
  if (texts.texts[slot] !== text) {
    texts.texts[slot] = text;
    texts.hashes[slot] = hashString(text);
  }
  return texts.hashes[slot] >>> 0;
}

/** The content hash of `eventObject`; `about` and `messageId` number the object and the message. */
export function eventHash(template: EventTemplate, parts: EventParts, about: number, messageId: number): number {
  const { epochSeconds, isSeries } = template;
  const { name, aboutName, aboutUid, aboutRv, message, host, atSecond, atMicro, handledSecond } = parts;
  const handled = secondHash(epochSeconds, handledSecond);
  const entry = (template.entryRest + combine(TIME, handled)) >>> 0;
  const metadata =
    template.metadataRest +
    combine(NAME, hashString(name)) +
    combine(UID, hashString(uidText(parts))) +
    combine(CREATED, handled) +
    combine(MANAGED_FIELDS, combine(LIST_OF_ONE, entry));
  const regarding = template.aboutRest + aboutSum(about, aboutName, aboutUid, aboutRv);
  let h = template.rest + combine(METADATA, metadata >>> 0) + combine(isSeries ? REGARDING : INVOLVED, regarding >>> 0);
  h += combine(isSeries ? NOTE : MESSAGE, messageHash(messageId, message));
  if (isSeries) {
    const atUs: TimeUs = atSecond * SECOND_US + atMicro;
    return (h + combine(EVENT_TIME, microTimeHash(epochSeconds, atUs))) >>> 0;
  }
  const at = secondHash(epochSeconds, atSecond);
  h += combine(FIRST, at) + combine(LAST, at);
  if (host === '') return sourceless(h, template);
  const hostHash = hashString(host);
  return (
    (h + combine(SOURCE, (template.sourceRest + combine(HOST, hostHash)) >>> 0) + combine(INSTANCE, hostHash)) >>> 0
  );
}

/** Without a host: the source and the empty instance are those of the template. */
function sourceless(h: number, { object, sourceRest }: EventTemplate): number {
  const instance: unknown = object.reportingInstance;
  return (
    (h + combine(SOURCE, sourceRest >>> 0) + (instance === undefined ? 0 : combine(INSTANCE, hashString('')))) >>> 0
  );
}
