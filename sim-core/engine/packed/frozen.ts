import { classNamed, classOf } from '../values.ts';
import { PackReader } from './reader.ts';
import { type Packed, PackWriter } from './writer.ts';

const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const NUMBER = 4;
const STRING = 5;
const KNOWN_STRING = 6;
const ARRAY = 7;
const KNOWN_OBJECT = 8;
const CLASS = 9;
const DECIMAL = 10;
const NEW_SHAPE = 11;
/** From here on: a plain object with the keys of a shape that came before. */
const SHAPES = 12;

/** Integers within are written as differences from the last one at the same path. */
const INT_LIMIT = 2 ** 49;
const DECIMAL_TEXT = /^[1-9]\d{0,13}$/;

/** A path from a row to a value in it, with the last integer that was there. */
class Path {
  last = 0;
  /** Of the last object here: most have the same keys as the one before. */
  shape: Shape | undefined;
  private readonly items: Path[] = [];
  private readonly parts = new Map<string, Path>();

  item(i: number): Path {
    while (this.items.length <= i) this.items.push(new Path());
    return this.items[i];
  }

  to(part: string): Path {
    let next = this.parts.get(part);
    if (next === undefined) {
      next = new Path();
      this.parts.set(part, next);
    }
    return next;
  }
}

/** Keys of plain objects at a path, in their order, and the paths to their values. */
interface Shape {
  readonly keys: readonly string[];
  readonly id: number;
  readonly paths: readonly Path[];
}

function isOf({ keys }: Shape, others: readonly string[]): boolean {
  if (keys.length !== others.length) return false;
  for (let i = 0; i < keys.length; i++) if (keys[i] !== others[i]) return false;
  return true;
}

/** Rows as bytes: each string, object and list of keys is written once, an integer as it differs from the one before. */
class RowWriter {
  private readonly w = new PackWriter();
  private readonly root = new Path();
  private readonly strings = new Map<string, number>();
  private readonly objects = new Map<object, number>();
  private readonly shapes = new Map<string, number>();

  row(v: unknown): void {
    this.value(v, this.root);
  }

  finish(): Uint8Array {
    return this.w.finish().bytes;
  }

  private value(v: unknown, path: Path): void {
    switch (typeof v) {
      case 'number':
        if (Number.isInteger(v) && v < INT_LIMIT && v > -INT_LIMIT && !Object.is(v, -0)) this.int(v, path);
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
        else this.object(v as object, path);
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
      this.w.varint(known);
      return;
    }
    this.strings.set(v, this.strings.size);
    this.code(STRING);
    this.w.varint(v.length);
    for (let i = 0; i < v.length; i++) this.w.varint(v.charCodeAt(i));
  }

  private object(v: object, path: Path): void {
    const known = this.objects.get(v);
    if (known !== undefined) {
      this.code(KNOWN_OBJECT);
      this.w.varint(known);
      return;
    }
    if (Array.isArray(v)) {
      this.code(ARRAY);
      this.w.varint(v.length);
      for (let i = 0; i < v.length; i++) this.value(v[i], path.item(i));
    } else {
      const spec = classOf(v);
      if (spec === undefined) this.record(v as Readonly<Record<string, unknown>>, path);
      else {
        this.code(CLASS);
        this.text(spec.tag, path);
        this.value(spec.encode(v), path.to(spec.tag));
      }
    }
    // Only now: a reader knows it when it is whole.
    this.objects.set(v, this.objects.size);
  }

  private record(v: Readonly<Record<string, unknown>>, path: Path): void {
    const keys = Object.keys(v);
    let { shape } = path;
    if (shape !== undefined && isOf(shape, keys)) this.code(SHAPES + shape.id);
    else {
      shape = { keys, id: this.shapeOf(keys, path), paths: keys.map((key) => path.to(key)) };
      path.shape = shape;
    }
    for (let i = 0; i < keys.length; i++) this.value(v[keys[i]], shape.paths[i]);
  }

  /** Writes which keys these are. */
  private shapeOf(keys: readonly string[], path: Path): number {
    let name = '';
    for (const key of keys) name += `${key.length}:${key}`;
    const known = this.shapes.get(name);
    if (known !== undefined) {
      this.code(SHAPES + known);
      return known;
    }
    const id = this.shapes.size;
    this.shapes.set(name, id);
    this.code(NEW_SHAPE);
    this.w.varint(keys.length);
    for (const key of keys) this.text(key, path);
    return id;
  }
}

class RowReader {
  private readonly r: PackReader;
  private readonly root = new Path();
  private readonly strings: string[] = [];
  private readonly objects: object[] = [];
  private readonly shapes: (readonly string[])[] = [];

  constructor(packed: Packed) {
    this.r = new PackReader(packed);
  }

  row(): unknown {
    return this.value(this.root);
  }

  private value(path: Path): unknown {
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
      case KNOWN_OBJECT:
        return this.objects[r.varint()];
      case STRING:
      case KNOWN_STRING:
      case DECIMAL:
        return this.text(code / 2, path);
      default: {
        const object = this.object(code / 2, path);
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
    if (code === KNOWN_STRING) return strings[r.varint()];
    if (code === DECIMAL) return String(this.int(r.varint(), path));
    const units: number[] = [];
    for (let n = r.varint(); n > 0; n--) units.push(r.varint());
    let text = '';
    for (let i = 0; i < units.length; i += 1024) text += String.fromCharCode(...units.slice(i, i + 1024));
    strings.push(text);
    return text;
  }

  private object(code: number, path: Path): object {
    const { r } = this;
    if (code === ARRAY) {
      const items: unknown[] = [];
      const length = r.varint();
      for (let i = 0; i < length; i++) items.push(this.value(path.item(i)));
      return items;
    }
    if (code === CLASS) {
      const tag = this.value(path) as string;
      return classNamed(tag).decode(this.value(path.to(tag)));
    }
    if (code === NEW_SHAPE) {
      const keys: string[] = [];
      for (let n = r.varint(); n > 0; n--) keys.push(this.value(path) as string);
      this.shapes.push(keys);
      return this.record(keys, path);
    }
    return this.record(this.shapes[code - SHAPES], path);
  }

  private record(keys: readonly string[], path: Path): object {
    const record: Record<string, unknown> = {};
    for (const key of keys) {
      const value = this.value(path.to(key));
      // A plain assignment of this key would set the prototype.
      if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true });
      else record[key] = value;
    }
    return record;
  }
}

/** Pages of rows that are thawed together. */
interface Block {
  readonly bytes: Uint8Array;
  readonly pages: number;
  readonly size: number;
}

/** So many pages share their strings and objects. */
const BLOCK_PAGES = 4;
const PAGE_BYTES = 60;

/** A page of rows of which only few will ever be looked at again: as bytes. */
export class FrozenPage {
  readonly block: Block;
  readonly place: number;

  constructor(block: Block, place: number) {
    this.block = block;
    this.place = place;
  }

  /** About what it keeps in memory. */
  get heldBytes(): number {
    return PAGE_BYTES + Math.ceil(this.block.bytes.length / this.block.pages);
  }

  /** All pages of its block. */
  thaw(): readonly (readonly unknown[])[] {
    const { bytes, pages, size } = this.block;
    const reader = new RowReader({ bytes, refs: [], rowBytes: 0 });
    return Array.from({ length: pages }, () => Array.from({ length: size }, () => reader.row()));
  }

  /** As a page that is copied: its rows. */
  slice(): readonly unknown[] {
    return this.thaw()[this.place];
  }
}

/** Freezes pages of rows of one size, each of which is an immutable value. */
export function freezePages(pages: readonly (readonly unknown[])[]): readonly FrozenPage[] {
  const frozen: FrozenPage[] = [];
  for (let from = 0; from < pages.length; from += BLOCK_PAGES) {
    const part = pages.slice(from, from + BLOCK_PAGES);
    const writer = new RowWriter();
    for (const page of part) for (let i = 0; i < page.length; i++) writer.row(page[i]);
    const block = { bytes: writer.finish(), pages: part.length, size: part[0].length };
    part.forEach((_, place) => {
      frozen.push(new FrozenPage(block, place));
    });
  }
  return frozen;
}
