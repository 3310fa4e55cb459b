import type { View } from '../../contracts/controllers.ts';
import type { ObjId } from '../../contracts/ids.ts';
import type { Version } from '../../contracts/objects.ts';

/** Where a node was found last, by its name: a memo that the name has to confirm, kept small. */
const places = new Map<string, ObjId>();
const PLACES_MAX = 16_384;

/** The node of this name, if the cache has it: asked by several controllers for each pod that is bound. */
export function nodeNamed(view: View, name: string): Version | undefined {
  const place = places.get(name);
  if (place !== undefined) {
    const known = view.at?.('nodes', place);
    if (known?.object.metadata.name === name) return known;
  }
  const found = view.get('nodes', '', name);
  if (found === undefined) return undefined;
  if (places.size >= PLACES_MAX) places.clear();
  places.set(name, found.obj);
  return found;
}
