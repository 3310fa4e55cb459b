import type { Json, ManagedFieldsEntry } from '../contracts/index.ts';

/** What a set of owned fields is made of, for as long as nobody looks at it. */
export interface FieldsMaker {
  fields(values: unknown): Json;
  /** The content hash of these. */
  hash(values: unknown): number;
}

type Draft = { -readonly [K in keyof ManagedFieldsEntry]: ManagedFieldsEntry[K] };

/** Lets a class put private fields into an object that was there before. */
class Host {
  constructor(host: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the only way to give a plain object a private field
    return host;
  }
}

/** Once somebody has looked `#maker` is undefined and `#values` is the set. */
class Held extends Host {
  #maker: FieldsMaker | undefined;
  #values: unknown;

  constructor(entry: object, maker: FieldsMaker, values: unknown) {
    super(entry);
    this.#maker = maker;
    this.#values = values;
  }

  static isIn(entry: object): entry is Held {
    return #maker in entry;
  }

  static fieldsOf(held: Held): Json {
    const maker = held.#maker;
    if (maker === undefined) return held.#values as Json;
    const fields = maker.fields(held.#values);
    held.#maker = undefined;
    held.#values = fields;
    return fields;
  }

  static makerOf(held: Held): FieldsMaker | undefined {
    return held.#maker;
  }

  static valuesOf(held: Held): unknown {
    return held.#values;
  }

  static hashOf(held: Held): number {
    return held.#maker === undefined ? -1 : held.#maker.hash(held.#values);
  }
}

const FIELDS: PropertyDescriptor & ThisType<object> = {
  get() {
    return Held.isIn(this) ? Held.fieldsOf(this) : undefined;
  },
  enumerable: true,
  configurable: true,
};

/**
 * An entry whose set of fields is put together when somebody looks: of sets that no other object has, as those that name the
 * address of a pod in a key, each needs hidden classes of its own, and hardly one is ever read. The entry is a plain object
 * in every other way.
 */
export function entryWith(
  manager: string,
  apiVersion: string,
  time: string | undefined,
  subresource: string | undefined,
  maker: FieldsMaker,
  values: unknown,
): ManagedFieldsEntry {
  const entry: Draft =
    time === undefined
      ? { manager, operation: 'Update', apiVersion, fieldsType: 'FieldsV1' }
      : { manager, operation: 'Update', apiVersion, time, fieldsType: 'FieldsV1' };
  Object.defineProperty(entry, 'fieldsV1', FIELDS);
  if (subresource) entry.subresource = subresource;
  new Held(entry, maker, values);
  return entry;
}

/** The hash of an entry's fields that nobody has looked at; -1 = they are there to be hashed. */
export function heldHash(entry: object): number {
  return Held.isIn(entry) ? Held.hashOf(entry) : -1;
}

/** What makes the fields of an entry that nobody has looked at; undefined = they are there. */
export function heldMaker(entry: object): FieldsMaker | undefined {
  return Held.isIn(entry) ? Held.makerOf(entry) : undefined;
}

/** And what it makes them of. */
export function heldValues(entry: object): unknown {
  return Held.isIn(entry) ? Held.valuesOf(entry) : undefined;
}

/** Has an entry of the list such a set? Then no other object shares the list. */
export function isHeld(entries: readonly object[]): boolean {
  for (let i = 0; i < entries.length; i++) if (Held.isIn(entries[i])) return true;
  return false;
}
