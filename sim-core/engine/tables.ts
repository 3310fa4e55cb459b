import type { ObjectTable, StringTable } from '../contracts/engine.ts';
import type { ObjId, StrId } from '../contracts/ids.ts';
import type { Containers, KeyIndex, PagedI32 } from '../contracts/state.ts';
import { StringIds } from './containers/keys.ts';
import { newI32 } from './containers/numbers.ts';
import { hashString } from './mix.ts';
import type { Trace } from './records.ts';

/** The names behind the numbers of records as they were at a moment; they never change again. */
export interface NameTables {
  /** Strings and objects known. */
  readonly strings: number;
  readonly objects: number;
  text(id: StrId): string;
  /** String id of the resource (0), namespace (1) or name (2) of an object. */
  part(id: ObjId, k: 0 | 1 | 2): StrId;
}

/** Interned strings; id 0 is ''. */
export class Strings implements StringTable {
  private readonly index: KeyIndex;
  private readonly trace: Trace;

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
    if (id === before) this.trace.mixAside(hashString(s), hashString(s, 0x3c2df2a1));
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

  text(id: StrId): string {
    return this.index.key(id);
  }
}

/** Names of objects as (resource, namespace, name); id 0 is no object. */
export class Objects implements ObjectTable {
  private readonly index: StringIds;
  /** Three string ids an object. */
  private readonly parts: PagedI32;
  private readonly strings: Strings;
  private readonly trace: Trace;
  /**
   * Ids by resource, namespace and name, found without joining the three into a key. A memo, not state: it holds for one
   * table of keys, of which a world that went back in time sees only the first ids.
   */
  private readonly memo = new Map<string, Map<string, Map<string, ObjId>>>();
  private memoOf: object | undefined;

  constructor(c: Containers, strings: Strings, trace: Trace) {
    this.index = c.keyIndex('objects') as StringIds;
    this.parts = c.i32('objectParts');
    this.strings = strings;
    this.trace = trace;
    this.index.id('');
    this.parts.set(2, 0);
  }

  get size(): number {
    return this.index.size;
  }

  id(resource: string, namespace: string, name: string): ObjId {
    const known = this.remembered(resource, namespace, name);
    if (known !== undefined) return known;
    const before = this.index.size;
    const id = this.index.id(keyOf(resource, namespace, name));
    if (id === before) {
      const ids = [this.strings.intern(resource), this.strings.intern(namespace), this.strings.intern(name)];
      for (let k = 0; k < 3; k++) this.parts.set(id * 3 + k, ids[k]);
      this.trace.mixAside(ids[0] ^ Math.imul(ids[1], 0x9e3779b1), ids[2]);
    }
    this.remember(resource, namespace, name, id);
    return id;
  }

  find(resource: string, namespace: string, name: string): ObjId | undefined {
    const known = this.remembered(resource, namespace, name);
    if (known !== undefined) return known;
    const id = this.index.find(keyOf(resource, namespace, name));
    if (id !== undefined) this.remember(resource, namespace, name, id);
    return id;
  }

  private remembered(resource: string, namespace: string, name: string): ObjId | undefined {
    if (this.memoOf !== this.index.table) return undefined;
    const id = this.memo.get(resource)?.get(namespace)?.get(name);
    return id !== undefined && id < this.index.size ? id : undefined;
  }

  private remember(resource: string, namespace: string, name: string, id: ObjId): void {
    if (this.memoOf !== this.index.table) {
      this.memo.clear();
      this.memoOf = this.index.table;
    }
    let namespaces = this.memo.get(resource);
    if (namespaces === undefined) this.memo.set(resource, (namespaces = new Map()));
    let names = namespaces.get(namespace);
    if (names === undefined) namespaces.set(namespace, (names = new Map()));
    names.set(name, id);
  }

  copy(): { readonly size: number; readonly parts: PagedI32 } {
    const parts = newI32(false);
    parts.load((this.parts as ReturnType<typeof newI32>).save());
    return { size: this.size, parts };
  }

  /** String id of the resource (0), namespace (1) or name (2). */
  part(id: ObjId, k: 0 | 1 | 2): StrId {
    return this.parts.get(id * 3 + k);
  }

  resource(id: ObjId): string {
    return this.strings.text(this.parts.get(id * 3));
  }

  namespace(id: ObjId): string {
    return this.strings.text(this.parts.get(id * 3 + 1));
  }

  name(id: ObjId): string {
    return this.strings.text(this.parts.get(id * 3 + 2));
  }
}

/** The tables as they are now, sharing their pages. */
export function nameTables(strings: Strings, objects: Objects): NameTables {
  const texts = strings.copy();
  const { size, parts } = objects.copy();
  return {
    strings: strings.size,
    objects: size,
    text: (id) => texts.key(id),
    part: (id, k) => parts.get(id * 3 + k),
  };
}

/** None of the parts can hold a slash. */
function keyOf(resource: string, namespace: string, name: string): string {
  return resource + '/' + namespace + '/' + name;
}
