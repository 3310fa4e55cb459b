import type { ObjId, StrId } from '../contracts/ids.ts';
import type { ObjectTable, StringTable } from '../contracts/names.ts';
import type { Containers, KeyIndex } from '../contracts/state.ts';
import { StringIds } from './containers/keys.ts';
import type { ContainerSet } from './containers/registry.ts';
import { TripleIds } from './containers/triples.ts';
import { hashStringTwice } from './mix.ts';
import type { Trace } from './records.ts';

/** The names behind the numbers of records as they were at a moment; they never change again. */
export interface NameTables {
  /** Strings and objects known. */
  readonly strings: number;
  readonly objects: number;
  text(id: StrId): string;
  /** Resource (0), namespace (1) or name (2) of an object. */
  part(id: ObjId, k: 0 | 1 | 2): string;
}

const RECENTS = 64;

function slotOfText(s: string): number {
  const { length } = s;
  return length === 0 ? 0 : (s.charCodeAt(0) + 7 * s.charCodeAt(length >> 1) + 31 * length) & (RECENTS - 1);
}

/** Interned strings; id 0 is ''. */
export class Strings implements StringTable {
  private readonly index: KeyIndex;
  private readonly trace: Trace;
  private readonly recents = new Int32Array(RECENTS);
  /** Written and read in one place. */
  private readonly words = { first: 0, second: 0 };

  constructor(c: Containers, trace: Trace) {
    this.index = c.keyIndex('strings');
    this.trace = trace;
    this.index.id('');
  }

  get size(): number {
    return this.index.size;
  }

  intern(s: string): StrId {
    const before = this.index.size;
    const id = this.index.id(s);
    if (id === before) {
      const { words } = this;
      hashStringTwice(s, 0, 0x3c2df2a1, words);
      this.trace.mixAside(words.first, words.second);
    }
    return id;
  }

  copy(): KeyIndex {
    const copy = new StringIds();
    copy.load((this.index as StringIds).save());
    return copy;
  }

  /** Looks without interning. */
  find(s: string): StrId | undefined {
    return this.index.find(s);
  }

  /** As `intern`, and `findShort` as `find`, for a text out of a few short ones, as names of resources. */
  internShort(s: string): StrId {
    const id = this.recent(s);
    return id >= 0 ? id : this.keep(s, this.intern(s));
  }

  findShort(s: string): StrId | undefined {
    const id = this.recent(s);
    if (id >= 0) return id;
    const found = this.find(s);
    return found === undefined ? undefined : this.keep(s, found);
  }

  /** By a slot of the text: the number that it had last, which may be that of another state of the world. -1 = not known. */
  private recent(s: string): number {
    const id = this.recents[slotOfText(s)];
    return id < this.index.size && this.index.key(id) === s ? id : -1;
  }

  private keep(s: string, id: StrId): StrId {
    this.recents[slotOfText(s)] = id;
    return id;
  }

  text(id: StrId): string {
    return this.index.key(id);
  }
}

/** The resource whose names end in a number: `<object>.<nanoseconds in hex>`. */
const EVENTS = 'events';
/** Hexadecimal digits of a word. */
const DIGITS = 8;

/** Where the number of an Event's name begins: behind its last point; -1 = it does not end in a number that is written in one way alone. */
function numberAt(name: string): number {
  const point = name.lastIndexOf('.');
  const length = name.length - point - 1;
  if (point < 1 || length < 1 || length > 2 * DIGITS || name.charCodeAt(point + 1) === 48) return -1;
  for (let i = point + 1; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return -1;
  }
  return point + 1;
}

/** The text of a number of two words. */
export function hexOf(high: number, low: number): string {
  const digits = (low >>> 0).toString(16);
  return high === 0 ? digits : (high >>> 0).toString(16) + digits.padStart(DIGITS, '0');
}

/**
 * Names of objects as (resource, namespace, name); id 0 is no object. Names of Events, by far the most, are (-base, two words):
 * `base` is the triple of the namespace and the name without its number, which no text is kept of.
 */
export class Objects implements ObjectTable {
  private readonly index: TripleIds;
  private readonly strings: Strings;
  private readonly trace: Trace;

  constructor(c: ContainerSet, strings: Strings, trace: Trace) {
    this.index = c.triples('objects');
    this.strings = strings;
    this.trace = trace;
    this.index.id(0, 0, 0);
  }

  get size(): number {
    return this.index.size;
  }

  id(resource: string, namespace: string, name: string): ObjId {
    const number = resource === EVENTS ? numberAt(name) : -1;
    if (number < 0) return this.plainId(resource, namespace, name);
    return this.eventId(namespace, name.slice(0, number - 1), highOf(name, number), lowOf(name, number));
  }

  eventId(namespace: string, base: string, high: number, low: number): ObjId {
    return this.numberedId(-this.plainId(EVENTS, namespace, base), high, low);
  }

  eventIdFor(about: ObjId, high: number, low: number): ObjId {
    const { index } = this;
    const base = this.tripleId(this.strings.internShort(EVENTS), index.part(about, 1), index.part(about, 2));
    return this.numberedId(-base, high, low);
  }

  private numberedId(of: number, high: number, low: number): ObjId {
    const { index } = this;
    const before = index.size;
    const id = index.id(of, high | 0, low | 0);
    if (id === before) this.trace.mixAside(of ^ Math.imul(high, 0x9e3779b1), low >>> 0);
    return id;
  }

  eventBase(id: ObjId): string | undefined {
    const base = -this.index.part(id, 0);
    return base > 0 ? this.strings.text(this.index.part(base, 2)) : undefined;
  }

  eventHigh(id: ObjId): number {
    return this.index.part(id, 1) >>> 0;
  }

  eventLow(id: ObjId): number {
    return this.index.part(id, 2) >>> 0;
  }

  private plainId(resource: string, namespace: string, name: string): ObjId {
    const { strings } = this;
    return this.tripleId(strings.internShort(resource), strings.internShort(namespace), strings.intern(name));
  }

  private tripleId(resource: StrId, namespace: StrId, name: StrId): ObjId {
    const { index } = this;
    const before = index.size;
    const id = index.id(resource, namespace, name);
    if (id === before) this.trace.mixAside(resource ^ Math.imul(namespace, 0x9e3779b1), name);
    return id;
  }

  find(resource: string, namespace: string, name: string): ObjId | undefined {
    const number = resource === EVENTS ? numberAt(name) : -1;
    if (number < 0) return this.findPlain(resource, namespace, name);
    const base = this.findPlain(resource, namespace, name.slice(0, number - 1));
    return base === undefined ? undefined : this.index.find(-base, highOf(name, number), lowOf(name, number));
  }

  private findPlain(resource: string, namespace: string, name: string): ObjId | undefined {
    const { strings } = this;
    const c = strings.find(name);
    if (c === undefined) return undefined;
    const a = strings.findShort(resource);
    const b = strings.findShort(namespace);
    return a === undefined || b === undefined ? undefined : this.index.find(a, b, c);
  }

  copy(): TripleIds {
    const copy = new TripleIds();
    copy.load(this.index.save());
    return copy;
  }

  resourceId(id: ObjId): StrId {
    return this.index.part(this.placed(id), 0);
  }

  resource(id: ObjId): string {
    return this.strings.text(this.index.part(this.placed(id), 0));
  }

  namespace(id: ObjId): string {
    return this.strings.text(this.index.part(this.placed(id), 1));
  }

  name(id: ObjId): string {
    const { index, strings } = this;
    return nameIn(index, id, (text) => strings.text(text));
  }

  /** The triple that tells the resource and the namespace. */
  private placed(id: ObjId): ObjId {
    const first = this.index.part(id, 0);
    return first < 0 ? -first : id;
  }
}

function highOf(name: string, number: number): number {
  const end = name.length - DIGITS;
  return end > number ? Number.parseInt(name.slice(number, end), 16) | 0 : 0;
}

function lowOf(name: string, number: number): number {
  return Number.parseInt(name.slice(Math.max(number, name.length - DIGITS)), 16) | 0;
}

function nameIn(index: TripleIds, id: ObjId, text: (id: StrId) => string): string {
  const first = index.part(id, 0);
  if (first >= 0) return text(index.part(id, 2));
  return `${text(index.part(-first, 2))}.${hexOf(index.part(id, 1), index.part(id, 2))}`;
}

/** The tables as they are now, sharing their pages. */
export function nameTables(strings: Strings, objects: Objects): NameTables {
  const texts = strings.copy();
  const parts = objects.copy();
  const text = (id: StrId) => texts.key(id);
  return {
    strings: strings.size,
    objects: parts.size,
    text,
    part: (id, k) => {
      if (k === 2) return nameIn(parts, id, text);
      const first = parts.part(id, 0);
      return text(parts.part(first < 0 ? -first : id, k));
    },
  };
}
