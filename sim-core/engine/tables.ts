import type { ObjectTable, StringTable } from '../contracts/engine.ts';
import type { ObjId, StrId } from '../contracts/ids.ts';
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
  /** String id of the resource (0), namespace (1) or name (2) of an object. */
  part(id: ObjId, k: 0 | 1 | 2): StrId;
}

/** Interned strings; id 0 is ''. */
export class Strings implements StringTable {
  private readonly index: KeyIndex;
  private readonly trace: Trace;
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

  text(id: StrId): string {
    return this.index.key(id);
  }
}

/** Names of objects as (resource, namespace, name); id 0 is no object. */
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
    const { strings, index } = this;
    const ids = [strings.intern(resource), strings.intern(namespace), strings.intern(name)];
    const before = index.size;
    const id = index.id(ids[0], ids[1], ids[2]);
    if (id === before) this.trace.mixAside(ids[0] ^ Math.imul(ids[1], 0x9e3779b1), ids[2]);
    return id;
  }

  find(resource: string, namespace: string, name: string): ObjId | undefined {
    const { strings } = this;
    const c = strings.find(name);
    if (c === undefined) return undefined;
    const a = strings.find(resource);
    const b = strings.find(namespace);
    return a === undefined || b === undefined ? undefined : this.index.find(a, b, c);
  }

  copy(): TripleIds {
    const copy = new TripleIds();
    copy.load(this.index.save());
    return copy;
  }

  /** String id of the resource (0), namespace (1) or name (2). */
  part(id: ObjId, k: 0 | 1 | 2): StrId {
    return this.index.part(id, k);
  }

  resourceId(id: ObjId): StrId {
    return this.index.part(id, 0);
  }

  resource(id: ObjId): string {
    return this.strings.text(this.index.part(id, 0));
  }

  namespace(id: ObjId): string {
    return this.strings.text(this.index.part(id, 1));
  }

  name(id: ObjId): string {
    return this.strings.text(this.index.part(id, 2));
  }
}

/** The tables as they are now, sharing their pages. */
export function nameTables(strings: Strings, objects: Objects): NameTables {
  const texts = strings.copy();
  const parts = objects.copy();
  return {
    strings: strings.size,
    objects: parts.size,
    text: (id) => texts.key(id),
    part: (id, k) => parts.part(id, k),
  };
}
