import type {
  CompactObjects,
  Containers,
  Dict,
  ObjectTable,
  ObjId,
  PagedTable,
  RecordId,
  Revision,
  StringTable,
} from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { resourcePrefix } from '../keys.ts';
import { uidFrom } from '../names.ts';
import { type EventParts, type EventTemplate, eventHash } from './template.ts';
import { EventVersion } from './version.ts';

const EVENTS = 'events';
const WORD = 4294967296;
/** Nanoseconds of the name that its time does not tell. */
const NANOS = 1000;

// Words of a value.
const TEMPLATE = 0;
const ABOUT_RV = 1;
const MESSAGE = 2;
const HOST = 3;
const HANDLED = 4;
/** How much later it happened than its name says, in µs. */
const LATE = 5;
/** -1 = none; from 0 on: the uid is that of this incarnation of the object; below -1: -2 - its string. */
const ABOUT_UID = 6;
const WIDTH = 7;

/** What the row of an Event says beside its name. */
export interface EventRow {
  readonly template: number;
  readonly aboutRv: number;
  readonly message: number;
  readonly host: number;
  readonly handledSecond: number;
  readonly lateUs: number;
  readonly aboutUid: number;
}

/** The time that a name's number tells, in µs since the epoch of the world. */
function namedUs(high: number, low: number, epochSeconds: number): number {
  const top = high >>> 0;
  const thousands = Math.floor(top / NANOS);
  const rest = Math.floor(((top - thousands * NANOS) * WORD + (low >>> 0)) / NANOS);
  return thousands * WORD + rest - epochSeconds * SECOND_US;
}

/** How much later an Event happened than its name says; undefined = not to be kept in a word. */
export function lateUs(high: number, low: number, epochSeconds: number, atUs: number): number | undefined {
  const late = atUs - namedUs(high, low, epochSeconds);
  return late === (late | 0) ? late : undefined;
}

/**
 * Events as the store keeps them: seven words, from which with the number of the object, the tables of names and the templates
 * everything follows that was written. Their uids and those of the objects that they are about are drawn again.
 */
export class CompactEvents implements CompactObjects {
  readonly prefix = resourcePrefix(EVENTS);
  readonly width = WIDTH;
  private templates!: PagedTable<EventTemplate>;
  /** Text of a template -> its number. */
  private numbers!: Dict<number>;
  private strings!: StringTable;
  private objects!: ObjectTable;
  private readonly words = new Int32Array(WIDTH);

  init(c: Containers): void {
    if (c.names === undefined) return;
    this.templates = c.table('eventTemplates');
    this.numbers = c.dict('eventTemplateNumbers');
    this.strings = c.names.strings;
    this.objects = c.names.objects;
  }

  /** The number of a template; `known`: what it was before, if this is the same state. */
  numberOf(template: EventTemplate, known: number): number {
    if (known >= 0 && this.templates.get(known) === template) return known;
    const text = JSON.stringify(template);
    const found = this.numbers.get(text);
    if (found !== undefined) return found;
    const number = this.templates.alloc(template);
    this.numbers.set(text, number);
    return number;
  }

  template(number: number): EventTemplate {
    return this.templates.get(number) as EventTemplate;
  }

  /** Valid until the next call. */
  encode(row: EventRow): ArrayLike<number> {
    const { words } = this;
    words[TEMPLATE] = row.template;
    words[ABOUT_RV] = row.aboutRv;
    words[MESSAGE] = row.message;
    words[HOST] = row.host;
    words[HANDLED] = row.handledSecond;
    words[LATE] = row.lateUs;
    words[ABOUT_UID] = row.aboutUid;
    return words;
  }

  key(obj: ObjId): string {
    const { objects } = this;
    return `${this.prefix}${objects.namespace(obj)}/${objects.name(obj)}`;
  }

  find(key: string): ObjId | undefined {
    const slash = key.indexOf('/', this.prefix.length);
    if (slash < 0) return undefined;
    return this.objects.find(EVENTS, key.slice(this.prefix.length, slash), key.slice(slash + 1));
  }

  value(obj: ObjId, revision: Revision, record: RecordId, word: (k: number) => number): EventVersion {
    const { objects, strings } = this;
    const template = this.template(word(TEMPLATE));
    const aboutName = objects.eventBase(obj) as string;
    const high = objects.eventHigh(obj) | 0;
    const low = objects.eventLow(obj) | 0;
    const atUs = namedUs(high, low, template.epochSeconds) + word(LATE);
    const atSecond = Math.floor(atUs / SECOND_US);
    const message = word(MESSAGE);
    const host = word(HOST);
    const aboutUid = word(ABOUT_UID);
    const parts: EventParts = {
      high,
      low,
      aboutName,
      aboutUid: this.aboutUid(template, aboutName, aboutUid),
      aboutRv: word(ABOUT_RV),
      message: strings.text(message),
      host: strings.text(host),
      atSecond,
      atMicro: atUs - atSecond * SECOND_US,
      handledSecond: word(HANDLED),
    };
    const hash = eventHash(template, parts, obj, message, host, aboutUid);
    return new EventVersion(obj, revision, hash, record, template, parts);
  }

  private aboutUid(template: EventTemplate, aboutName: string, word: number): string | undefined {
    if (word === -1) return undefined;
    if (word < -1) return this.strings.text(-2 - word);
    return uidFrom(template.uids, template.aboutResource, template.aboutNamespace, aboutName, word);
  }
}
