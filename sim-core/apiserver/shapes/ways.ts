import type { KubeObject, ManagedFieldsEntry, ObjId, Version } from '../../contracts/index.ts';
import type { HoleKind } from './holes.ts';

/** Whatever makes objects from the values of holes: known by its identity. */
export type Maker = object;

/** What a shape made last of an object: known again by the identity of the two parts that it made. */
interface Made {
  readonly shape: Maker;
  readonly status: unknown;
  readonly managedFields: readonly ManagedFieldsEntry[] | undefined;
  readonly values: readonly unknown[];
}

/** Memos of what identical parts consist of; objects of one slot push each other out. */
const SLOTS = 16_384;
const lastMade = new Array<Made | undefined>(SLOTS).fill(undefined);

export function keepMade(obj: ObjId, shape: Maker, holes: readonly unknown[], { status, metadata }: KubeObject): void {
  const { managedFields } = metadata;
  lastMade[obj & (SLOTS - 1)] = { shape, status, managedFields, values: holes.slice() };
}

/** What made the status and the owners of a version; undefined = not known. */
export function madeOf({ obj, object }: Version): Made | undefined {
  const made = lastMade[obj & (SLOTS - 1)];
  if (made === undefined || made.status !== object.status) return undefined;
  return made.managedFields === object.metadata.managedFields ? made : undefined;
}

/** From the holes of a shape that made an object to those of a shape that finds it stored. */
export interface Way {
  /** Is everything that the one makes of the other's shape? */
  readonly isOpen: boolean;
  readonly to: readonly number[];
  /** For each: the hole whose value it gets; -1 = a constant. */
  readonly from: readonly number[];
  readonly constants: readonly unknown[];
}

export const CLOSED: Way = { isOpen: false, to: [], from: [], constants: [] };

/**
 * The way by what came out where: `found` are the values of holes in an object that was made of stand-ins. It is open where
 * each stand-in came to a hole that takes the same values.
 */
export function wayOf(
  found: readonly unknown[],
  kinds: readonly HoleKind[],
  standIns: readonly unknown[],
  standInKinds: readonly HoleKind[],
): Way {
  const [to, from, constants]: [number[], number[], unknown[]] = [[], [], []];
  for (const [hole, value] of found.entries()) {
    if (value === undefined) continue;
    const source = standIns.findIndex((standIn, i) => i < standInKinds.length && standIn === value);
    if (source >= 0 && standInKinds[source] !== kinds[hole]) return CLOSED;
    to.push(hole);
    from.push(source);
    constants.push(value);
  }
  return { isOpen: true, to, from, constants };
}

const WAYS_MAX = 32;

/** The ways that lead to a shape. */
export class Ways {
  private readonly makers: Maker[] = [];
  private readonly ways: Way[] = [];

  from(maker: Maker): Way | undefined {
    for (let i = 0; i < this.makers.length; i++) if (this.makers[i] === maker) return this.ways[i];
    return undefined;
  }

  add(maker: Maker, way: Way): void {
    if (this.makers.length >= WAYS_MAX) this.makers.length = this.ways.length = 0;
    this.makers.push(maker);
    this.ways.push(way);
  }
}
