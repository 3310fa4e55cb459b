import { classOf, type ValueClass } from '../values.ts';
import {
  ARRAY,
  arrayBase,
  CLASS,
  DECIMAL,
  DECIMAL_TEXT,
  ELSEWHERE,
  FALSE,
  HEX_64,
  HEX_64_TAIL,
  isEqual,
  isInt,
  KNOWN_OBJECT,
  KNOWN_STRING,
  LIKE_ARRAY,
  LIKE_INSTANCE,
  LIKE_RECORD,
  MASK_BITS,
  MEMBERS_MAX,
  memberOf,
  NEW_SHAPE,
  NO_BASE,
  NONE,
  NULL,
  NUMBER,
  Path,
  partsOf,
  recordBase,
  SAME,
  SHAPES,
  STRING,
  SUCCESSOR,
  Successions,
  TRUE,
  UNDEFINED,
  UUID,
  UUID_TEXT,
} from './rowCode.ts';
import { PackWriter } from './writer.ts';

/** What becomes of instances of classes. */
export interface InstanceSink {
  /** Where an instance is kept; undefined = it is to be written here. */
  placeOf?(v: object): { readonly list: number; readonly place: number } | undefined;
  /** An instance was written as the object of this number. */
  wrote?(v: object, number: number): void;
}

/**
 * Rows as bytes: each string, object and list of keys is written once, an integer as it differs from the one before at the same path,
 * an object as it differs from the one before it in its place, or from the last version of itself.
 */
export class RowWriter {
  private readonly w = new PackWriter();
  private readonly root = new Path();
  private readonly strings = new Map<string, number>();
  private readonly objects = new Map<object, number>();
  private objectCount = 0;
  private readonly shapes = new Map<string, number>();
  private readonly tags = new Map<string, number>();
  private readonly successions = new Successions();
  private readonly sink: InstanceSink;

  constructor(sink: InstanceSink = {}) {
    this.sink = sink;
  }

  get length(): number {
    return this.w.position;
  }

  row(v: unknown): void {
    this.value(v, this.root, NO_BASE);
  }

  bytes(): Uint8Array {
    return this.w.finish().bytes;
  }

  private value(v: unknown, path: Path, base: unknown): void {
    if (Object.is(v, base)) {
      this.code(SAME);
      if (isInt(v)) path.last = v;
      return;
    }
    switch (typeof v) {
      case 'number':
        if (isInt(v)) this.int(v, path);
        else {
          this.code(NUMBER);
          this.w.number(v);
        }
        return;
      case 'string':
        this.text(v, path);
        return;
      case 'boolean':
        this.code(v ? TRUE : FALSE);
        return;
      case 'undefined':
        this.code(UNDEFINED);
        return;
      default:
        if (v === null) this.code(NULL);
        else this.object(v as object, path, base);
    }
  }

  private code(code: number): void {
    this.w.varint(code * 2);
  }

  private int(v: number, path: Path): void {
    const d = v - path.last;
    path.last = v;
    this.w.varint((d >= 0 ? d * 2 : -d * 2 - 1) * 2 + 1);
  }

  private text(v: string, path: Path): void {
    const first = v.length > 0 && v.length <= 14 ? v.charCodeAt(0) : 0;
    if (first >= 49 && first <= 57 && DECIMAL_TEXT.test(v)) {
      this.code(DECIMAL);
      this.int(Number(v), path);
      return;
    }
    const known = this.strings.get(v);
    if (known !== undefined) {
      this.code(KNOWN_STRING);
      this.w.varint(this.strings.size - known);
      return;
    }
    this.newText(v, path);
    this.strings.set(v, this.strings.size);
  }

  private newText(v: string, path: Path): void {
    if (v.length === 36 && UUID_TEXT.test(v)) {
      this.code(UUID);
      this.w.hex(v.replaceAll('-', ''));
    } else if (v.length >= 64 && HEX_64_TAIL.test(v)) {
      this.code(HEX_64);
      this.text(v.slice(0, -64), path);
      this.w.hex(v.slice(-64));
    } else {
      this.code(STRING);
      const before = path.text;
      let same = 0;
      while (same < v.length && same < before.length && v.charCodeAt(same) === before.charCodeAt(same)) same++;
      path.text = v;
      this.w.varint(same);
      this.w.varint(v.length - same);
      for (let i = same; i < v.length; i++) this.w.varint(v.charCodeAt(i));
    }
  }

  private object(v: object, path: Path, base: unknown): void {
    const known = this.objects.get(v);
    if (known !== undefined) {
      this.code(KNOWN_OBJECT);
      this.w.varint(this.objectCount - known);
      path.base = v;
      return;
    }
    if (Array.isArray(v)) this.array(v, path, arrayBase(base, path));
    else {
      const spec = classOf(v);
      if (spec === undefined) this.record(v as Readonly<Record<string, unknown>>, path, recordBase(base, path));
      else if (this.isElsewhere(v, path)) {
        path.base = undefined;
        return;
      } else {
        this.instance(v, spec, path);
        this.sink.wrote?.(v, this.objectCount);
      }
    }
    // Only now: a reader knows it when it is whole.
    path.base = v;
    this.objects.set(v, this.objectCount++);
  }

  private isElsewhere(v: object, path: Path): boolean {
    const found = this.sink.placeOf?.(v);
    if (found === undefined) return false;
    this.code(ELSEWHERE);
    this.w.varint(found.list);
    this.w.signed(found.place - path.place);
    path.place = found.place;
    return true;
  }

  private array(v: readonly unknown[], path: Path, base: readonly unknown[]): void {
    if (base.length === v.length && v.length <= MEMBERS_MAX) {
      this.code(LIKE_ARRAY);
      this.mask(v, base);
      this.items(v, base, path);
      return;
    }
    this.code(ARRAY);
    this.w.varint(v.length);
    for (let i = 0; i < v.length; i++) this.value(v[i], path.item(i), i < base.length ? base[i] : NO_BASE);
  }

  private instance(v: object, spec: ValueClass<object>, path: Path): void {
    const encoded = spec.encode(v);
    const parts = partsOf(encoded);
    const at = path.to(spec.tag);
    const former = this.successions.last(spec.tag, parts[0]);
    const theirs = former ?? at.instance ?? NONE;
    if (Array.isArray(encoded) && theirs.length === parts.length && parts.length <= MEMBERS_MAX) {
      this.code(former === undefined ? LIKE_INSTANCE : SUCCESSOR);
      this.tag(spec.tag, path);
      if (former !== undefined) this.int(parts[0] as number, at.item(0));
      this.mask(parts, theirs);
      this.items(parts, theirs, at);
    } else {
      this.code(CLASS);
      this.tag(spec.tag, path);
      this.w.varint(Array.isArray(encoded) ? parts.length + 1 : 0);
      for (let i = 0; i < parts.length; i++) this.value(parts[i], at.item(i), NO_BASE);
    }
    at.instance = parts;
    this.successions.add(spec.tag, parts);
  }

  private tag(tag: string, path: Path): void {
    const known = this.tags.get(tag);
    this.w.varint(known ?? this.tags.size);
    if (known !== undefined) return;
    this.tags.set(tag, this.tags.size);
    this.text(tag, path);
  }

  private record(
    v: Readonly<Record<string, unknown>>,
    path: Path,
    base: Readonly<Record<string, unknown>> | undefined,
  ) {
    const keys = Object.keys(v);
    const paths = path.membersOf(keys);
    if (base !== undefined && keys.length <= MEMBERS_MAX && isEqual(Object.keys(base), keys)) {
      this.code(LIKE_RECORD);
      const [mine, theirs] = [Object.values(v), Object.values(base)];
      this.mask(mine, theirs);
      for (let i = 0; i < mine.length; i++)
        if (!Object.is(mine[i], theirs[i])) this.value(mine[i], paths[i], theirs[i]);
      return;
    }
    this.shape(keys, path);
    for (let i = 0; i < keys.length; i++) this.value(v[keys[i]], paths[i], memberOf(base, keys[i]));
  }

  /** Which members are others than those of the base. */
  private mask(v: readonly unknown[], base: readonly unknown[]): void {
    for (let from = 0; from < v.length; from += MASK_BITS) {
      let mask = 0;
      const end = Math.min(v.length, from + MASK_BITS);
      for (let i = from; i < end; i++) if (!Object.is(v[i], base[i])) mask |= 1 << (i - from);
      this.w.varint(mask);
    }
  }

  private items(v: readonly unknown[], base: readonly unknown[], path: Path): void {
    for (let i = 0; i < v.length; i++) if (!Object.is(v[i], base[i])) this.value(v[i], path.item(i), base[i]);
  }

  /** Writes which keys these are. */
  private shape(keys: readonly string[], path: Path): void {
    let name = '';
    for (const key of keys) name += `${key.length}:${key}`;
    const known = this.shapes.get(name);
    if (known !== undefined) {
      this.code(SHAPES + known);
      return;
    }
    this.shapes.set(name, this.shapes.size);
    this.code(NEW_SHAPE);
    this.w.varint(keys.length);
    for (const key of keys) this.text(key, path);
  }
}
