import type { Piece } from '../common.ts';

/** A container and where it stands. */
export interface Place {
  readonly container: Piece;
  readonly at: string;
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** The containers of all kinds of a pod's spec, which stands at `path`. */
export function containersOf(spec: Piece, path: string): readonly Place[] {
  return LISTS.flatMap((list) =>
    (spec[list] ?? []).map((container: Piece, i: number) => ({ container, at: `${path}.${list}[${i}]` })),
  );
}
