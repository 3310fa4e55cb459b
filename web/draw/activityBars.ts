import { ACTS, type Activity } from '../model/activity.ts';
import type { Palette } from './palette.ts';
import { abgr } from './shareBars.ts';

/** What a component did, as columns on a square-root scale: trouble on top. Pictures are kept until there is another activity. */
export class ActivityBars {
  private of: Activity | undefined;
  private height = 0;
  private readonly bars = new Map<number, HTMLCanvasElement>();
  private readonly colours: readonly number[];

  constructor(p: Palette) {
    const colour = { trouble: p.state.failed, write: p.text[1], work: p.line[2] };
    this.colours = ACTS.map((act) => abgr(colour[act]));
  }

  bar(activity: Activity, component: number, rows: number): HTMLCanvasElement {
    if (this.of !== activity || this.height !== rows) this.bars.clear();
    this.of = activity;
    this.height = rows;
    let canvas = this.bars.get(component);
    if (canvas !== undefined) return canvas;
    canvas = document.createElement('canvas');
    canvas.width = activity.columns;
    canvas.height = rows;
    const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
    const image = ctx.createImageData(activity.columns, rows);
    this.paint(new Uint32Array(image.data.buffer), activity, component, rows);
    ctx.putImageData(image, 0, 0);
    this.bars.set(component, canvas);
    return canvas;
  }

  private paint(pixels: Uint32Array, { columns, counts }: Activity, component: number, rows: number): void {
    const at = component * ACTS.length * columns;
    const count = (act: number, column: number) => counts[at + act * columns + column];
    let most = 1;
    for (let column = 0; column < columns; column++) {
      let n = 0;
      for (let act = 0; act < ACTS.length; act++) n += count(act, column);
      most = Math.max(most, n);
    }
    for (let column = 0; column < columns; column++) {
      let left = 0;
      for (let act = 0; act < ACTS.length; act++) left += count(act, column);
      if (left === 0) continue;
      let y = rows - Math.max(1, Math.round(Math.sqrt(left / most) * rows));
      for (let act = 0; act < ACTS.length; act++) {
        const n = count(act, column);
        if (n === 0) continue;
        left -= n;
        const size = left === 0 ? rows - y : Math.max(2, Math.round(((rows - y) * n) / (n + left)));
        for (const end = Math.min(rows, y + size); y < end; y++) pixels[y * columns + column] = this.colours[act];
      }
    }
  }
}
