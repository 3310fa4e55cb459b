import { type Palette, readPalette } from '../../draw/palette.ts';
import { LOOKS } from '../../model/states.ts';
import type { Colouring } from './colouring.ts';
import { OWN_COLOURS, STEPS } from './colouring.ts';
import { CLASSES } from './mirror.ts';

/** Colours of the map besides those of all canvases. */
export interface MapPalette extends Palette {
  readonly tile: string;
  readonly bad: string;
  readonly badBg: string;
  readonly draining: string;
  readonly gone: string;
  readonly sequence: readonly string[];
  readonly categories: readonly string[];
  readonly difference: readonly string[];
  readonly onState: Readonly<Record<string, string>>;
}

export function readMapPalette(): MapPalette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ...readPalette(),
    tile: token('tile'),
    bad: token('bad'),
    badBg: token('bad-bg'),
    draining: token('st-term'),
    gone: token('nd-gone'),
    sequence: Array.from({ length: STEPS }, (_, i) => token(`seq-${i}`)),
    categories: Array.from({ length: OWN_COLOURS }, (_, i) => token(`cat-${i}`)),
    difference: Array.from({ length: 9 }, (_, i) => token(`div-${i}`)),
    onState: Object.fromEntries(LOOKS.map((look) => [look, token(`on-st-${look}`)])),
  };
}

/** Colour of each class of a colouring, as CSS. */
export function classColours(colouring: Colouring, p: MapPalette): readonly string[] {
  const colours = new Array<string>(CLASSES).fill(p.line[2]);
  if (colouring.kind === 'state')
    LOOKS.forEach((look, i) => {
      colours[i] = p.state[look];
    });
  else if (colouring.kind === 'group')
    p.categories.forEach((colour, i) => {
      colours[i] = colour;
    });
  else
    p.sequence.forEach((colour, i) => {
      colours[i] = colour;
    });
  return colours;
}

/** A CSS colour `#rgb`, `#rrggbb` or `rgb(r, g, b)` as a pixel of ImageData (ABGR in a little-endian word). */
export function pixelOf(colour: string): number {
  const hex = colour.startsWith('#') ? colour.slice(1) : '';
  const part = (i: number) =>
    hex.length === 3 ? Number.parseInt(hex[i] + hex[i], 16) : Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  const [r, g, b] =
    hex === ''
      ? (colour.match(/\d+(\.\d+)?/g) ?? ['0', '0', '0']).slice(0, 3).map(Number)
      : [part(0), part(1), part(2)];
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
