import type { KubeObject, ManagedFieldsEntry, Revision } from '../../contracts/index.ts';
import { entryWith, type FieldsMaker, heldMaker, heldValues } from '../heldFields.ts';
import { type Copier, copierOf } from '../shapes/copies.ts';
import { addressOfKey, keyOfAddress } from '../shapes/match.ts';
import * as row from './row.ts';

/** The same in all objects of the template. */
const SAME = 0;
const OBJECT = 1;
const LIST = 2;
const TIME = 3;
const UID = 4;
const HASH = 5;
const ADDRESS = 6;
const TEXT = 7;
/** The revision of the version. */
const REVISION = 8;
/** A text or an address that came before. */
const AGAIN = 9;
/** An owner of fields whose set is put together when somebody looks. */
const HELD = 10;

type Fields = Readonly<Record<string, unknown>>;

const NO_PARTS: readonly Part[] = [];
const NO_NAMES: readonly string[] = [];
/** Parts that are known by what the row says of them: of machines, and of times. */
const OF_PLACES_MAX = 8192;
const OF_TIMES_MAX = 512;

class Part {
  readonly type: number;
  /** SAME: the value. OBJECT, LIST: that of the first object. HELD: what entries have in common. */
  readonly value: unknown;
  readonly keys: readonly string[];
  readonly parts: readonly Part[];
  /** TEXT, ADDRESS, AGAIN: the place of the value. */
  readonly slot: number;
  /** Of the parts: those that are no SAME. */
  readonly own: readonly number[];
  /** Does nothing of it belong to one object alone? Then objects may have it in common. */
  readonly isCommon: boolean;
  /** Has it names or addresses? */
  readonly isOfPlaces: boolean;
  /** By the part of the row: what all have in common that say the same. */
  interned: Map<string, unknown> | undefined = undefined;
  readonly copy: Copier | undefined;
  /** Has the object an address in the name of a field? That field is named '', and the address is the first part. */
  readonly isKeyed: boolean;

  constructor(type: number, value: unknown, isCommon: boolean, slot = -1, parts = NO_PARTS, keys = NO_NAMES) {
    this.type = type;
    this.value = value;
    this.keys = keys;
    this.parts = parts;
    this.slot = slot;
    this.isCommon = isCommon;
    this.own = parts.flatMap((part, i) => (part.type === SAME ? [] : [i]));
    this.copy = type === OBJECT ? copierOf(value as object) : undefined;
    this.isKeyed = keys.includes('');
    this.isOfPlaces = type === TEXT || type === ADDRESS || parts.some(({ isOfPlaces }) => isOfPlaces);
  }
}

/** Where templates of objects look for what differs. */
interface Learning {
  readonly rv: Revision;
  readonly name: string;
  /** Texts and addresses so far. */
  readonly values: unknown[];
}

class NoTemplate extends Error {}

/** What the name of a pod's volume with its token begins with, before five letters that are drawn. */
export const TOKEN_VOLUME = 'kube-api-access-';

/** Parts of an object that many others have in common by identity, until they were compacted as well. */
const OWNERS = 'managedFields';
const INTERNED: ReadonlySet<string> = new Set(['spec', 'conditions', 'hostIPs', 'state', OWNERS]);
/** Addresses of machines, and their names: of many pods. */
const COMMON: ReadonlySet<string> = new Set(['hostIP', 'hostIPs', 'nodeName']);

function learn(value: unknown, key: string, path: string, of: Learning, inCommon = false): Part {
  if (typeof value === 'string') return learnText(value, key, path, of, inCommon || COMMON.has(key));
  if (typeof value !== 'object' || value === null) return new Part(SAME, value, true);
  const common = inCommon || COMMON.has(key);
  if (Array.isArray(value)) {
    const itemKey = key === OWNERS ? key : '';
    const parts = value.map((item) => learn(item, itemKey, `${path}[]`, of, common));
    return compound(LIST, value, parts, NO_NAMES, key);
  }
  if (path === '.metadata.managedFields[]' && heldMaker(value) !== undefined) return learnHeld(value, of);
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new NoTemplate(path);
  const fields = value as Fields;
  const names = Object.keys(fields);
  const at = names.findIndex((name) => addressOfKey(name) !== undefined);
  const address = at < 0 ? NO_PARTS : [addressed(addressOfKey(names[at]), of)];
  const parts = names.map((name) => learn(fields[name], name, `${path}.${name}`, of, common));
  if (at < 0) return compound(OBJECT, value, parts, names, key);
  return new Part(OBJECT, value, false, -1, [...address, ...parts], ['', ...names.with(at, '')]);
}

function compound(type: number, value: object, parts: readonly Part[], keys: readonly string[], key: string): Part {
  if (parts.every((part) => part.type === SAME)) return new Part(SAME, value, true);
  const isCommon = parts.every((part) => part.isCommon);
  const part = new Part(type, value, isCommon, -1, parts, keys);
  if (isCommon && INTERNED.has(key)) part.interned = new Map();
  return part;
}

function learnText(value: string, key: string, path: string, of: Learning, isCommon: boolean): Part {
  if (path === '.metadata.name') return slotted(TEXT, value, of, false);
  if (path === '.metadata.uid') return new Part(UID, value, false);
  if (path === '.metadata.resourceVersion' && value === String(of.rv)) return new Part(REVISION, value, false);
  if (path === '.spec.nodeName') return slotted(TEXT, value, of, true);
  if (row.isTime(value)) return new Part(TIME, value, true);
  if (key === 'containerID' && row.isHash(value)) return new Part(HASH, value, false);
  const isOwn = value === of.name || value.startsWith(TOKEN_VOLUME);
  if (isOwn) return again(value, of) ?? slotted(TEXT, value, of, false);
  if (!row.isAddress(value)) return new Part(SAME, value, true);
  return isCommon ? slotted(ADDRESS, value, of, true) : addressed(value, of);
}

function again(value: string, { values }: Learning): Part | undefined {
  const known = values.indexOf(value);
  return known < 0 ? undefined : new Part(AGAIN, value, false, known);
}

function addressed(value: unknown, of: Learning): Part {
  if (typeof value !== 'string' || !row.isAddress(value)) throw new NoTemplate('no address');
  return again(value, of) ?? slotted(ADDRESS, value, of, false);
}

/** What all have in common is known without being read: its values are nobody else's. */
function slotted(type: number, value: string, of: Learning, isCommon: boolean): Part {
  const slot = of.values.length;
  of.values.push(isCommon ? undefined : value);
  return new Part(type, value, isCommon, slot);
}

/** Of owners of fields whose sets are put together when somebody looks: the first one may be looked at. */
interface Owner {
  readonly maker: FieldsMaker;
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string | undefined;
}

function learnHeld(value: object, of: Learning): Part {
  const { time, manager = '', apiVersion = '', subresource } = value as ManagedFieldsEntry;
  const owner: Owner = { maker: heldMaker(value) as FieldsMaker, manager, apiVersion, subresource };
  const address = addressed(heldValues(value), of);
  const since = time === undefined ? new Part(SAME, undefined, true) : learn(time, 'time', '', of);
  return new Part(HELD, owner, false, -1, [address, since]);
}

/** The values of texts and addresses of the object at hand. */
const values: unknown[] = [];
/** Parts of the object at hand that others may have: with their places in the row. */
const common = { parts: [] as Part[], values: [] as unknown[], from: [] as number[], to: [] as number[] };

function write(part: Part, value: unknown, rv: Revision): boolean {
  switch (part.type) {
    case SAME:
      return isSame(part.value, value);
    case OBJECT:
    case LIST: {
      const from = row.rowLength();
      if (!(part.type === LIST ? writeList(part, value, rv) : writeObject(part, value, rv))) return false;
      if (part.interned !== undefined) {
        common.parts.push(part);
        common.values.push(value);
        common.from.push(from);
        common.to.push(row.rowLength());
      }
      return true;
    }
    case TIME:
      return row.putTime(value);
    case UID:
      return row.putUid(value);
    case HASH:
      return row.putHash(value);
    case ADDRESS:
      values[part.slot] = value;
      return row.putAddress(value);
    case TEXT:
      values[part.slot] = value;
      return row.putText(value);
    case REVISION:
      return value === String(rv);
    case AGAIN:
      return value === values[part.slot];
    default:
      return writeHeld(part, value, rv);
  }
}

function writeObject(part: Part, value: unknown, rv: Revision): boolean {
  if (typeof value !== 'object' || value === null || heldMaker(value) !== undefined) return false;
  const { keys, parts, isKeyed } = part;
  const fields = value as Fields;
  if (isKeyed && !write(parts[0], addressIn(fields), rv)) return false;
  let i = isKeyed ? 1 : 0;
  for (const key in fields) {
    if (keys[i] !== key && !(isKeyed && keys[i] === '' && addressOfKey(key) !== undefined)) return false;
    if (!write(parts[i], fields[key], rv)) return false;
    i++;
  }
  return i === keys.length && !Array.isArray(value);
}

function addressIn(fields: Fields): string | undefined {
  for (const key in fields) {
    const address = addressOfKey(key);
    if (address !== undefined) return address;
  }
  return undefined;
}

function writeList({ parts }: Part, value: unknown, rv: Revision): boolean {
  if (!Array.isArray(value) || value.length !== parts.length) return false;
  for (let i = 0; i < parts.length; i++) if (!write(parts[i], value[i], rv)) return false;
  return true;
}

function writeHeld({ value: owner, parts }: Part, value: unknown, rv: Revision): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as ManagedFieldsEntry;
  const { maker, manager, apiVersion, subresource } = owner as Owner;
  if (heldMaker(entry) !== maker || entry.manager !== manager || entry.apiVersion !== apiVersion) return false;
  if (entry.subresource !== subresource) return false;
  return write(parts[0], heldValues(entry), rv) && write(parts[1], entry.time, rv);
}

/** The same value with the same fields in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return a !== 0 || Object.is(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (heldMaker(a) !== undefined || heldMaker(b) !== undefined) return false;
  const names = Object.keys(a);
  let i = 0;
  for (const key in b) {
    if (names[i++] !== key || !isSame((a as Fields)[key], (b as Fields)[key])) return false;
  }
  return i === names.length;
}

function read(part: Part, rv: Revision, text: string): unknown {
  switch (part.type) {
    case SAME:
      return part.value;
    case OBJECT:
    case LIST:
      return part.interned === undefined ? readCompound(part, rv, text) : readCommon(part, part.interned, rv, text);
    case TIME:
      return row.takeTime();
    case UID:
      return row.takeUid();
    case HASH:
      return row.takeHash();
    case ADDRESS:
      return (values[part.slot] = row.takeAddress());
    case TEXT:
      return (values[part.slot] = row.takeText());
    case REVISION:
      return String(rv);
    case AGAIN:
      return values[part.slot];
    default:
      return readHeld(part, rv, text);
  }
}

function readHeld({ value, parts }: Part, rv: Revision, text: string): ManagedFieldsEntry {
  const { maker, manager, apiVersion, subresource } = value as Owner;
  const address = read(parts[0], rv, text);
  const time = read(parts[1], rv, text) as string | undefined;
  return entryWith(manager, apiVersion, time, subresource, maker, address);
}

function readCompound(part: Part, rv: Revision, text: string): unknown {
  const { keys, parts, own } = part;
  if (part.type === LIST) {
    const list = (part.value as readonly unknown[]).slice();
    for (let i = 0; i < own.length; i++) list[own[i]] = read(parts[own[i]], rv, text);
    return list;
  }
  if (part.isKeyed) {
    const out: Record<string, unknown> = {};
    const address = read(parts[0], rv, text) as string;
    for (let i = 1; i < keys.length; i++) {
      const key = keys[i] === '' ? keyOfAddress(address) : keys[i];
      out[key] = read(parts[i], rv, text);
    }
    return out;
  }
  const out = (part.copy as Copier)(part.value as object);
  for (let i = 0; i < own.length; i++) out[keys[own[i]]] = read(parts[own[i]], rv, text);
  return out;
}

function readCommon(part: Part, interned: Map<string, unknown>, rv: Revision, text: string): unknown {
  const from = row.place();
  skip(part);
  const name = row.partOfRow(text, from, row.place());
  let value = interned.get(name);
  if (value !== undefined) return value;
  row.openRow(text);
  row.skipBytes(from - row.place());
  value = readCompound(part, rv, text);
  keep(part, name, value);
  return value;
}

function keep({ interned, isOfPlaces }: Part, name: string, value: unknown): void {
  if (interned === undefined || interned.has(name)) return;
  if (interned.size >= (isOfPlaces ? OF_PLACES_MAX : OF_TIMES_MAX)) interned.clear();
  interned.set(name, value);
}

function skip(part: Part): void {
  switch (part.type) {
    case OBJECT:
    case LIST:
      for (let i = 0; i < part.own.length; i++) skip(part.parts[part.own[i]]);
      return;
    case TIME:
      row.skipTime();
      return;
    case ADDRESS:
      row.skipBytes(row.ADDRESS_BYTES);
      return;
    case TEXT:
      row.skipText();
      return;
    default:
      return;
  }
}

/**
 * What objects have in common that differ in names, times, addresses and numbers alone. An object of the template is a row: it gives
 * an equal object each time, and the largest parts that objects have in common by identity they have in common again.
 */
export class ObjectTemplate {
  private readonly root: Part;

  private constructor(root: Part) {
    this.root = root;
  }

  /** The template of an object; undefined = it has none. */
  static of(object: KubeObject, rv: Revision): ObjectTemplate | undefined {
    try {
      const of = { rv, name: object.metadata.name ?? '', values: [] };
      const template = new ObjectTemplate(learn(object, '', '', of));
      const text = template.row(object, rv);
      return text !== undefined && template.isRow(text, object, rv) ? template : undefined;
    } catch (error) {
      if (!(error instanceof NoTemplate)) throw error;
      return undefined;
    }
  }

  /** Undefined = the object is not of this template. */
  row(object: KubeObject, rv: Revision): string | undefined {
    if (!row.beginRow(object.metadata.creationTimestamp)) return undefined;
    common.parts.length = common.values.length = common.from.length = common.to.length = 0;
    if (!write(this.root, object, rv)) return undefined;
    const text = row.endRow();
    if (text === undefined) return undefined;
    for (let i = 0; i < common.parts.length; i++) {
      keep(common.parts[i], row.partOfRow(text, common.from[i], common.to[i]), common.values[i]);
    }
    return text;
  }

  /** The object of a row. */
  object(text: string, rv: Revision): KubeObject {
    row.openRow(text);
    return read(this.root, rv, text) as KubeObject;
  }

  /** Is it the row of this object? */
  isRow(text: string, object: KubeObject, rv: Revision): boolean {
    return JSON.stringify(withoutHeld(this.object(text, rv))) === JSON.stringify(withoutHeld(object));
  }
}

/** Sets of fields that are put together when somebody looks are not looked at: one maker makes the same of the same. */
function withoutHeld(object: KubeObject): unknown {
  const owners = object.metadata.managedFields?.map((entry) =>
    heldMaker(entry) === undefined
      ? entry
      : { ...{ manager: entry.manager, time: entry.time, subresource: entry.subresource }, of: heldValues(entry) },
  );
  return { ...object, metadata: { ...object.metadata, managedFields: owners } };
}
