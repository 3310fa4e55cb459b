import type { Look } from '../model/states.ts';
import { drawGlyph } from './glyphs.ts';
import type { Palette } from './palette.ts';

const TILE = 8;

/** Fills of segments by state, as patterns: each differs in grey, too. One set per theme and pixel ratio. */
export class Hatches {
  private readonly patterns = new Map<Look, CanvasPattern>();
  private readonly palette: Palette;
  private readonly ratio: number;

  constructor(palette: Palette, ratio: number) {
    this.palette = palette;
    this.ratio = ratio;
  }

  private pattern(ctx: CanvasRenderingContext2D, look: Look): CanvasPattern {
    const known = this.patterns.get(look);
    if (known !== undefined) return known;
    const tile = document.createElement('canvas');
    tile.width = tile.height = TILE * this.ratio;
    const g = tile.getContext('2d') as CanvasRenderingContext2D;
    g.scale(this.ratio, this.ratio);
    paint(g, look, this.palette.state[look], this.palette.canvas);
    const pattern = ctx.createPattern(tile, 'repeat') as CanvasPattern;
    pattern.setTransform(new DOMMatrix().scale(1 / this.ratio));
    this.patterns.set(look, pattern);
    return pattern;
  }

  /** A segment of a lane; low or narrow ones are plain. */
  segment(ctx: CanvasRenderingContext2D, look: Look, x: number, y: number, width: number, height: number): void {
    const colour = this.palette.state[look];
    if (look === 'succ') {
      const line = Math.min(height, 4);
      ctx.fillStyle = colour;
      ctx.fillRect(x, y + height - line, width, line);
      return;
    }
    const isPlain = width < 4 || height < 6 || look === 'ready' || look === 'failed';
    ctx.fillStyle = isPlain ? colour : this.pattern(ctx, look);
    ctx.fillRect(x, y, width, height);
    if (look === 'failed' && width >= 9 && height >= 9)
      drawGlyph(ctx, 'failed', x + width / 2, y + height / 2, 9, this.palette.onFailed);
    if (isPlain) return;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1;
    ctx.setLineDash(look === 'unsched' ? [4, 3] : []);
    ctx.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    ctx.setLineDash([]);
  }
}

function paint(g: CanvasRenderingContext2D, look: Look, colour: string, ground: string): void {
  g.fillStyle = g.strokeStyle = colour;
  const flood = (alpha: number) => {
    g.globalAlpha = alpha;
    g.fillRect(0, 0, TILE, TILE);
    g.globalAlpha = 1;
  };
  const lines = (width: number, draw: () => void) => {
    g.lineWidth = width;
    g.beginPath();
    draw();
    g.stroke();
  };
  /** Diagonals that meet themselves at the edges of the tile. */
  const diagonals = (rises: boolean) => {
    for (const o of [-TILE, 0, TILE]) {
      g.moveTo(o - 2, rises ? TILE + 2 : -2);
      g.lineTo(o + TILE + 2, rises ? -2 : TILE + 2);
    }
  };
  switch (look) {
    case 'unsched':
      flood(0.16);
      break;
    case 'pulling':
      flood(0.22);
      lines(1.6, () => {
        for (const y of [2, 6]) {
          g.moveTo(0, y);
          g.lineTo(TILE, y);
        }
      });
      break;
    case 'starting':
      flood(0.3);
      lines(2.2, () => diagonals(true));
      break;
    case 'notready':
      flood(1);
      g.strokeStyle = ground;
      g.globalAlpha = 0.75;
      lines(1.8, () => diagonals(true));
      break;
    case 'term':
      flood(0.28);
      lines(1.8, () => diagonals(false));
      break;
    case 'crash':
      flood(0.25);
      g.fillRect(0, 0, 3, TILE);
      g.fillRect(4, 0, 3, TILE);
      break;
    case 'unknown':
      flood(0.22);
      g.fillRect(1, 1, 2, 2);
      g.fillRect(5, 5, 2, 2);
      break;
    default:
      flood(1);
  }
}
