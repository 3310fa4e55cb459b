import { LOOKS, type Look } from '../model/states.ts';

/** Colours and fonts of a theme as canvases need them, read from the tokens once a theme. */
export interface Palette {
  readonly unit: number;
  readonly uiFont: string;
  readonly monoFont: string;
  readonly dim: number;
  readonly state: Readonly<Record<Look, string>>;
  readonly onFailed: string;
  readonly onFault: string;
  readonly fault: string;
  readonly accent: string;
  readonly accentBg: string;
  readonly ink: string;
  readonly paper: string;
  readonly canvas: string;
  readonly bg: readonly [string, string, string, string];
  readonly text: readonly [string, string, string];
  readonly line: readonly [string, string, string];
  readonly focus: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    unit: Number.parseFloat(token('u')) || 1,
    uiFont: token('font-ui'),
    monoFont: token('font-mono'),
    dim: Number.parseFloat(token('dim')) || 0.4,
    state: Object.fromEntries(LOOKS.map((look) => [look, token(`st-${look}`)])) as Record<Look, string>,
    onFailed: token('on-st-failed'),
    onFault: token('on-fault'),
    fault: token('fault'),
    accent: token('accent'),
    accentBg: token('accent-bg'),
    ink: token('ink'),
    paper: token('paper'),
    canvas: token('canvas'),
    bg: [token('bg-0'), token('bg-1'), token('bg-2'), token('bg-3')],
    text: [token('text-1'), token('text-2'), token('text-3')],
    line: [token('line-1'), token('line-2'), token('line-3')],
    focus: token('focus'),
  };
}
