import type { Place } from './spec.ts';

/** Where a field of an object is written. */
export type PlaceOfField = (path: readonly (string | number)[]) => Place;

/** `spec.containers[0].name` as the steps of a path. */
export function pathOf(field: string): readonly (string | number)[] {
  return field
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part));
}
