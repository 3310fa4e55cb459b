import type { ObjectTable, ObjId } from '../contracts/index.ts';

/** A slot for a name, of a power of two: generated names differ at their end. */
export function nameSlot(name: string, slots: number): number {
  const { length } = name;
  const end = name.charCodeAt(length - 1) + 31 * name.charCodeAt(length - 2) + 961 * name.charCodeAt(length - 3);
  return (end ^ (length << 7)) & (slots - 1);
}

const SLOTS = 4096;

/** The numbers of objects by slots of their names: a memo whose answers are compared with the table of objects. */
export class NamedIds {
  private readonly ids = new Int32Array(SLOTS);

  of(objects: ObjectTable, resource: string, namespace: string, name: string): ObjId {
    const slot = nameSlot(name, SLOTS);
    const known = this.ids[slot];
    if (
      known > 0 &&
      objects.name(known) === name &&
      objects.namespace(known) === namespace &&
      objects.resource(known) === resource
    )
      return known;
    return (this.ids[slot] = objects.id(resource, namespace, name));
  }
}
