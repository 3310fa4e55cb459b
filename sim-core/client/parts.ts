import type { ComponentId, Containers, HandlerId, HandlerSpec } from '../contracts/index.ts';

/**
 * A piece of a component (its API clients, its informers, a queue, an elector): containers and handlers of its own, but
 * started and crashed by the component that holds it. Several parts make up one component through `PartList`.
 */
export interface Part {
  /** As `Component.init`; all containers of a part carry the part's name as a prefix. */
  init(c: Containers, id: ComponentId): void;
  handlers(): readonly HandlerSpec[];
  registered(ids: readonly HandlerId[]): void;
}

/** The containers of a component as one of its parts sees them: every name gets the prefix `<part>/`. */
export function prefixed(c: Containers, part: string): Containers {
  const full = (name: string) => `${part}/${name}`;
  return {
    names: c.names,
    table: (name, options) => c.table(full(name), options),
    f64: (name, options) => c.f64(full(name), options),
    i32: (name, options) => c.i32(full(name), options),
    wordRows: (name, width, options) => c.wordRows(full(name), width, options),
    intMap: (name, options) => c.intMap(full(name), options),
    intSets: (name, options) => c.intSets(full(name), options),
    dict: (name, options) => c.dict(full(name), options),
    keyIndex: (name) => c.keyIndex(full(name)),
    sorted: (name, options) => c.sorted(full(name), options),
    ring: (name, options) => c.ring(full(name), options),
    wordRing: (name, width, options) => c.wordRing(full(name), width, options),
    cell: (name, initial, options) => c.cell(full(name), initial, options),
    dropVolatile: () => c.dropVolatile(),
  };
}

/** Forwards the life cycle of a component to its parts, in order. */
export class PartList implements Part {
  private readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  init(c: Containers, id: ComponentId): void {
    for (const part of this.parts) part.init(c, id);
  }

  handlers(): readonly HandlerSpec[] {
    return this.parts.flatMap((part) => part.handlers());
  }

  registered(ids: readonly HandlerId[]): void {
    let at = 0;
    for (const part of this.parts) {
      const count = part.handlers().length;
      part.registered(ids.slice(at, at + count));
      at += count;
    }
  }
}

/**
 * Tokens that travel in events: a slot and the life (or connection) in which it was given out, so that an answer addressed
 * to a former life finds nothing. 20 bits of slot, 11 of generation: at most 2^20 slots in use at once.
 */
const SLOT_BITS = 20;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const GENERATION_MASK = 0x7ff;

export function makeToken(slot: number, generation: number): number {
  if (slot > SLOT_MASK) throw new RangeError(`slot ${slot} does not fit into a token`);
  return ((generation & GENERATION_MASK) << SLOT_BITS) | slot;
}

export function tokenSlot(token: number): number {
  return token & SLOT_MASK;
}

export function tokenIsOf(token: number, generation: number): boolean {
  return token >>> SLOT_BITS === (generation & GENERATION_MASK);
}
