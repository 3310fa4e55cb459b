import { classNamed, type ValueClass } from '../values.ts';
import { PackReader } from './reader.ts';
import {
  ARRAY,
  arrayBase,
  CLASS,
  DECIMAL,
  ELSEWHERE,
  FALSE,
  HEX_64,
  isInt,
  KNOWN_OBJECT,
  KNOWN_STRING,
  LIKE_ARRAY,
  LIKE_INSTANCE,
  LIKE_RECORD,
  MASK_BITS,
  memberOf,
  NEW_SHAPE,
  NO_BASE,
  NULL,
  NUMBER,
  Path,
  recordBase,
  SAME,
  SHAPES,
  STRING,
  SUCCESSOR,
  Successions,
  TRUE,
  UNDEFINED,
  UUID,
} from './rowCode.ts';

/** The objects of other places, by list and number. */
export type Elsewhere = (list: number, place: number) => object;

/** Reads what a RowWriter wrote. */
export class RowReader {
  private readonly r: PackReader;
  private readonly elsewhere: Elsewhere | undefined;
  private readonly root = new Path();
  private readonly strings: string[] = [];
  /** In the order in which they were written. */
  readonly objects: object[] = [];
  private readonly shapes: (readonly string[])[] = [];
  private readonly tags: string[] = [];
  private readonly successions = new Successions();

  constructor(bytes: Uint8Array, elsewhere?: Elsewhere) {
    this.r = new PackReader({ bytes, refs: [], rowBytes: 0 });
    this.elsewhere = elsewhere;
  }

  row(): unknown {
    return this.value(this.root, NO_BASE);
  }

  private value(path: Path, base: unknown): unknown {
    const { r } = this;
    const code = r.varint();
    if (code % 2 === 1) return this.int(code, path);
    switch (code / 2) {
      case UNDEFINED:
        return undefined;
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case NUMBER:
        return r.number();
      case SAME:
        if (isInt(base)) path.last = base;
        return base;
      case KNOWN_OBJECT: {
        const { objects } = this;
        path.base = objects[objects.length - r.varint()];
        return path.base;
      }
      case ELSEWHERE: {
        const list = r.varint();
        path.place += r.signed();
        path.base = undefined;
        return (this.elsewhere as Elsewhere)(list, path.place);
      }
      case STRING:
      case KNOWN_STRING:
      case DECIMAL:
      case HEX_64:
      case UUID:
        return this.text(code / 2, path);
      default: {
        const object = this.object(code / 2, path, base);
        path.base = object;
        this.objects.push(object);
        return object;
      }
    }
  }

  private int(code: number, path: Path): number {
    const z = (code - 1) / 2;
    path.last += z % 2 === 0 ? z / 2 : -(z + 1) / 2;
    return path.last;
  }

  private text(code: number, path: Path): string {
    const { r, strings } = this;
    if (code === KNOWN_STRING) return strings[strings.length - r.varint()];
    if (code === DECIMAL) return String(this.int(r.varint(), path));
    const text = this.newText(code, path);
    strings.push(text);
    return text;
  }

  private newText(code: number, path: Path): string {
    const { r } = this;
    if (code === UUID) {
      const hex = r.hex(16);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    }
    if (code === HEX_64) return this.text(r.varint() / 2, path) + r.hex(32);
    let text = path.text.slice(0, r.varint());
    const units: number[] = [];
    for (let n = r.varint(); n > 0; n--) units.push(r.varint());
    for (let i = 0; i < units.length; i += 1024) text += String.fromCharCode(...units.slice(i, i + 1024));
    path.text = text;
    return text;
  }

  private object(code: number, path: Path, base: unknown): object {
    const { r } = this;
    switch (code) {
      case ARRAY: {
        const like = arrayBase(base, path);
        const length = r.varint();
        const items: unknown[] = [];
        for (let i = 0; i < length; i++) items.push(this.value(path.item(i), i < like.length ? like[i] : NO_BASE));
        return items;
      }
      case LIKE_ARRAY:
        return this.members(arrayBase(base, path), path);
      case CLASS:
        return this.instance(path);
      case LIKE_INSTANCE: {
        const spec = this.tag(path);
        const at = path.to(spec.tag);
        return this.instanceLike(at.instance as readonly unknown[], spec, at);
      }
      case SUCCESSOR: {
        const spec = this.tag(path);
        const at = path.to(spec.tag);
        const number = this.int(r.varint(), at.item(0));
        return this.instanceLike(this.successions.last(spec.tag, number) as readonly unknown[], spec, at);
      }
      case LIKE_RECORD: {
        const like = recordBase(base, path) as Readonly<Record<string, unknown>>;
        const keys = Object.keys(like);
        const members = this.members(Object.values(like), undefined, path.membersOf(keys));
        const record: Record<string, unknown> = {};
        for (let i = 0; i < keys.length; i++) put(record, keys[i], members[i]);
        return record;
      }
      case NEW_SHAPE: {
        const keys: string[] = [];
        for (let n = r.varint(); n > 0; n--) keys.push(this.text(r.varint() / 2, path));
        this.shapes.push(keys);
        return this.record(keys, path, recordBase(base, path));
      }
      default:
        return this.record(this.shapes[code - SHAPES], path, recordBase(base, path));
    }
  }

  private tag(path: Path): ValueClass<object> {
    const { r, tags } = this;
    const known = r.varint();
    if (known === tags.length) tags.push(this.text(r.varint() / 2, path));
    return classNamed(tags[known]);
  }

  private instance(path: Path): object {
    const { r } = this;
    const spec = this.tag(path);
    const at = path.to(spec.tag);
    const count = r.varint();
    const parts: unknown[] = [];
    for (let i = 0; i < Math.max(1, count - 1); i++) if (count !== 1) parts.push(this.value(at.item(i), NO_BASE));
    return this.made(spec, at, parts, spec.decode(count === 0 ? parts[0] : parts));
  }

  private instanceLike(like: readonly unknown[], spec: ValueClass<object>, at: Path): object {
    const parts = this.members(like, at);
    return this.made(spec, at, parts, spec.decode(parts));
  }

  private made(spec: ValueClass<object>, at: Path, parts: readonly unknown[], v: object): object {
    at.instance = parts;
    this.successions.add(spec.tag, parts);
    return v;
  }

  /** Those of a base but for the ones that were written. */
  private members(base: readonly unknown[], path: Path | undefined, paths?: readonly Path[]): unknown[] {
    const masks: number[] = [];
    for (let from = 0; from < base.length; from += MASK_BITS) masks.push(this.r.varint());
    const members = base.slice();
    for (let m = 0; m < masks.length; m++)
      for (let mask = masks[m], i = m * MASK_BITS; mask !== 0; mask >>>= 1, i++)
        if ((mask & 1) === 1) members[i] = this.value(paths?.[i] ?? (path as Path).item(i), base[i]);
    return members;
  }

  private record(keys: readonly string[], path: Path, base: Readonly<Record<string, unknown>> | undefined): object {
    const record: Record<string, unknown> = {};
    const paths = path.membersOf(keys);
    for (let i = 0; i < keys.length; i++) put(record, keys[i], this.value(paths[i], memberOf(base, keys[i])));
    return record;
  }
}

function put(record: Record<string, unknown>, key: string, value: unknown): void {
  // A plain assignment of this key would set the prototype.
  if (key === '__proto__')
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  else record[key] = value;
}
