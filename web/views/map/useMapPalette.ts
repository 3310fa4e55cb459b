import { useMemo } from 'react';
import { usePalette } from '../../state/palette.ts';
import { type MapPalette, readMapPalette } from './mapPalette.ts';

/** As `usePalette`, with the colours of the map. */
export function useMapPalette(): MapPalette {
  const palette = usePalette();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new palette means that the tokens changed
  return useMemo(readMapPalette, [palette]);
}
