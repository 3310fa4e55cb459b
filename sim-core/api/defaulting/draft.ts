import type { Json } from '../../contracts/objects.ts';

/**
 * Functional editing with structural sharing: an edit that changes nothing returns the same object, so an object that has
 * all defaults passes unchanged.
 */

// biome-ignore lint/suspicious/noExplicitAny: a piece of any kind, after structural decoding
export type Piece = any;

/** Adds the fields that are missing. */
export function fill(piece: Piece, defaults: { readonly [field: string]: Json | undefined }): Piece {
  let result = piece;
  for (const [field, value] of Object.entries(defaults)) {
    if (value === undefined || (piece[field] !== undefined && piece[field] !== null)) continue;
    if (result === piece) result = { ...piece };
    result[field] = value;
  }
  return result;
}

/** Sets a field. */
export function put(piece: Piece, field: string, value: Piece): Piece {
  return piece[field] === value ? piece : { ...piece, [field]: value };
}

/** Edits a field if it is there. */
export function at(piece: Piece, field: string, edit: (value: Piece) => Piece): Piece {
  const value = piece[field];
  return value === undefined || value === null ? piece : put(piece, field, edit(value));
}

/** Edits every element of a list field if it is there. */
export function each(piece: Piece, field: string, edit: (item: Piece) => Piece): Piece {
  return at(piece, field, (list) => mapList(list, edit));
}

/** Edits every value of a map field if it is there. */
export function eachValue(piece: Piece, field: string, edit: (item: Piece) => Piece): Piece {
  return at(piece, field, (map) => {
    let result = map;
    for (const [key, value] of Object.entries(map)) {
      const next = edit(value);
      if (next === value) continue;
      if (result === map) result = { ...map };
      result[key] = next;
    }
    return result;
  });
}

export function mapList(list: readonly Piece[], edit: (item: Piece) => Piece): readonly Piece[] {
  let changed = false;
  const result = list.map((item) => {
    const next = edit(item);
    changed ||= next !== item;
    return next;
  });
  return changed ? result : list;
}

/** Applies edits in order. */
export function pipe(piece: Piece, ...edits: readonly ((piece: Piece) => Piece)[]): Piece {
  return edits.reduce((value, edit) => edit(value), piece);
}
