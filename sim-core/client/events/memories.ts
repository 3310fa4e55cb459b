import type { Cell, Containers, KubeObject, PagedI32, PagedTable, TimeUs } from '../../contracts/index.ts';
import { combine } from '../../engine/mix.ts';
import { prefixed } from '../parts.ts';

/** An event that was written, or that all further ones of a reason are combined in. */
export interface Written {
  readonly fieldPath: string | undefined;
  readonly message: string;
  readonly isCombined: boolean;
  readonly count: number;
  readonly firstUs: TimeUs;
  readonly nameHigh: number;
  readonly nameLow: number;
}

/** What was said of an object under one reason. */
export interface ReasonMemory {
  readonly reason: string;
  /** When the last of `messages` came. */
  readonly lastUs: TimeUs;
  /** Different messages of late: mostly one. */
  readonly messages: string | readonly string[];
  /** Mostly one. */
  readonly written: Written | readonly Written[];
}

/** Who says something of what. */
export interface About {
  /** Tells recorders apart that share their memories. */
  readonly recorder: number;
  readonly component: string;
  readonly host: string;
  readonly type: string;
  readonly regarding: KubeObject;
}

/** What a source has said of one object, by the type of events. */
export interface ObjectMemory {
  readonly hash: number;
  readonly recorder: number;
  readonly component: string;
  readonly host: string;
  readonly type: string;
  readonly kind: string | undefined;
  readonly apiVersion: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly uid: string | undefined;
  /** The token bucket of the source for the object, as the time at which it is full again. */
  readonly fullAtUs: TimeUs;
  readonly reasons: readonly ReasonMemory[];
}

/** Spreads objects and sources: equal ones have equal hashes. */
export function hashOf({ recorder, type, regarding }: About): number {
  const { uid, name = '' } = regarding.metadata;
  const text = uid ?? name;
  const { length } = text;
  let h = combine(recorder, (length << 8) ^ type.length);
  // The ends of names and uids differ most.
  for (let i = length > 12 ? length - 12 : 0; i < length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return combine(h, length);
}

/** Is it the memory of this source about this object? */
export function isAbout(memory: ObjectMemory, about: About): boolean {
  const { kind, apiVersion, metadata } = about.regarding;
  return (
    memory.recorder === about.recorder &&
    memory.uid === metadata.uid &&
    memory.name === metadata.name &&
    memory.type === about.type &&
    memory.component === about.component &&
    memory.namespace === metadata.namespace &&
    memory.kind === kind &&
    memory.apiVersion === apiVersion &&
    memory.host === about.host
  );
}

/** One generation: rows, and 1 + the row by hash with linear probing; 0 = none. */
interface Half {
  readonly rows: PagedTable<ObjectMemory>;
  readonly places: PagedI32;
}

/**
 * Memories of recorders by object, of which at least the `size` used last are kept, and at most twice as many: two generations,
 * of which the older one is dropped when the younger is full. They stand for client-go's LRU caches of 4,096 keys a process,
 * whose exact order of eviction matters only beyond thousands of keys.
 */
export class ObjectMemories {
  private readonly name: string;
  private readonly size: number;
  /** A power of two, twice the size at least. */
  private readonly room: number;
  private halves!: readonly [Half, Half];
  /** Which half is the younger one. */
  private young!: Cell<number>;

  constructor(name: string, size: number) {
    this.name = name;
    this.size = size;
    this.room = 1 << (33 - Math.clz32(Math.max(1, size - 1)));
  }

  init(c: Containers): void {
    const own = prefixed(c, this.name);
    const half = (name: string): Half => ({
      rows: own.table(`${name}/rows`, { volatile: true }),
      places: own.i32(`${name}/places`, { volatile: true }),
    });
    this.halves = [half('0'), half('1')];
    this.young = own.cell('young', 0, { volatile: true });
  }

  /** `hash`: that of the source and the object. */
  find(hash: number, about: About): ObjectMemory | undefined {
    const young = this.young.get();
    return this.findIn(this.halves[young], hash, about) ?? this.findIn(this.halves[1 - young], hash, about);
  }

  keep(memory: ObjectMemory, about: About): void {
    let { rows, places } = this.halves[this.young.get()];
    let at = this.placeOf(places, rows, memory.hash, about);
    const known = places.get(at);
    if (known > 0) {
      rows.set(known - 1, memory);
      return;
    }
    if (rows.size >= this.size) {
      this.young.set(1 - this.young.get());
      ({ rows, places } = this.halves[this.young.get()]);
      empty(rows, places);
      at = this.placeOf(places, rows, memory.hash, about);
    }
    places.set(at, rows.alloc(memory) + 1);
  }

  private findIn({ rows, places }: Half, hash: number, about: About): ObjectMemory | undefined {
    const known = places.get(this.placeOf(places, rows, hash, about));
    return known > 0 ? rows.get(known - 1) : undefined;
  }

  /** Where the memory is, or would be. */
  private placeOf(places: PagedI32, rows: PagedTable<ObjectMemory>, hash: number, about: About): number {
    const mask = this.room - 1;
    let at = hash & mask;
    for (;;) {
      const known = places.get(at);
      if (known === 0) return at;
      const row = rows.get(known - 1) as ObjectMemory;
      if (row.hash === hash && isAbout(row, about)) return at;
      at = (at + 1) & mask;
    }
  }
}

function empty(rows: PagedTable<ObjectMemory>, places: PagedI32): void {
  for (let i = 0; i < rows.limit; i++) if (rows.has(i)) rows.free(i);
  for (let i = 0; i < places.length; i++) if (places.get(i) !== 0) places.set(i, 0);
}
