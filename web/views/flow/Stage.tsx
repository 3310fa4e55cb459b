import { useEffect, useRef, useState } from 'react';
import type { Palette } from '../../draw/palette.ts';
import { drawText, setFont, sizeCanvas } from '../../draw/text.ts';
import { t } from '../../i18n/index.ts';
import { shorten } from '../../model/shorten.ts';
import { usePalette, useSize } from '../../state/palette.ts';
import { useApp } from '../../state/store.ts';
import type { FlowKind, FlowMessage, Ladder } from '../../worker/queries/flow.ts';

const BOX = { width: 132, height: 30 };
/** A message that took less than this is shown for so long, so that playing shows it at all. */
const SHOWN_MIN_US = 1500;
const DOTS_MAX = 400;

const kindText = (kind: FlowKind): string => t(`flow.kind.${kind}`);

type Point = readonly [number, number];

/** Clients stand in a row above, the API server below them, etcd beside it: as the cluster is wired. */
function placesOf(actors: readonly string[], width: number, height: number, u: number): readonly Point[] {
  const above = actors.filter((a) => a !== 'kube-apiserver' && a !== 'etcd');
  return actors.map((actor): Point => {
    if (actor === 'kube-apiserver') return [width / 2, height - 30 * u];
    if (actor === 'etcd') return [Math.min(width - 80 * u, width / 2 + 230 * u), height - 30 * u];
    const i = above.indexOf(actor);
    return [((i + 0.5) / above.length) * width, 26 * u];
  });
}

/** The components with the messages that are under way at the moment on show: virtual time moves them, not the clock of the wall. */
export function Stage({ ladder }: { readonly ladder: Ladder }) {
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(box);
  const palette = usePalette();
  useEffect(() => {
    const draw = () => {
      if (canvas.current === null || width === 0) return;
      const { cursorUs } = useApp.getState();
      paint(sizeCanvas(canvas.current, width, height), palette, ladder, cursorUs, width, height);
    };
    draw();
    return useApp.subscribe((s, old) => {
      if (s.cursorUs !== old.cursorUs) draw();
    });
  }, [ladder, palette, width, height]);
  return (
    <div ref={setBox} className="stage" aria-hidden="true">
      <canvas ref={canvas} style={{ width, height }} />
    </div>
  );
}

function paint(
  ctx: CanvasRenderingContext2D,
  p: Palette,
  ladder: Ladder,
  nowUs: number,
  width: number,
  height: number,
): void {
  const u = p.unit;
  const { actors, messages } = ladder;
  const places = placesOf(actors, width, height, u);
  ctx.fillStyle = p.canvas;
  ctx.fillRect(0, 0, width, height);
  ctx.strokeStyle = p.line[1];
  ctx.lineWidth = 1;
  const wires = new Set(messages.map((m) => `${Math.min(m.from, m.to)} ${Math.max(m.from, m.to)}`));
  for (const wire of wires) {
    const [a, b] = wire.split(' ').map(Number);
    ctx.beginPath();
    ctx.moveTo(...places[a]);
    ctx.lineTo(...places[b]);
    ctx.stroke();
  }
  const under = messages.filter((m) => m.sentUs <= nowUs && nowUs < m.arrivedUs + SHOWN_MIN_US).slice(-DOTS_MAX);
  actors.forEach((actor, i) => {
    const [x, y] = places[i];
    const isBusy = under.some((m) => m.to === i || m.from === i);
    ctx.fillStyle = isBusy ? p.accentBg : p.bg[2];
    ctx.strokeStyle = isBusy ? p.accent : p.line[2];
    ctx.lineWidth = isBusy ? 1.5 : 1;
    const [w, h] = [BOX.width * u, BOX.height * u];
    ctx.fillRect(x - w / 2, y - h / 2, w, h);
    ctx.strokeRect(x - w / 2 + 0.5, y - h / 2 + 0.5, w - 1, h - 1);
    drawText(ctx, p, actor.replace(/^kube-/, ''), x, y, { align: 'center', colour: p.text[0], mono: true });
  });
  for (const m of under) dot(ctx, p, m, places, nowUs);
  // What the newest one is, beside it.
  const newest = under[under.length - 1];
  if (newest !== undefined) label(ctx, p, newest, kindText(newest.kind), places, nowUs, width);
}

function label(
  ctx: CanvasRenderingContext2D,
  p: Palette,
  m: FlowMessage,
  kind: string,
  places: readonly Point[],
  nowUs: number,
  width: number,
): void {
  const [x, y] = pointOf(m, places, nowUs);
  const text = `${kind}  ${shorten(m.about.slice(m.about.lastIndexOf('/') + 1), 32)}`;
  setFont(ctx, p, { size: 12, bold: true });
  const size = ctx.measureText(text).width;
  const left = x + 12 * p.unit + size > width ? x - 12 * p.unit - size : x + 12 * p.unit;
  drawText(ctx, p, text, left, y, { size: 12, bold: true, colour: p.text[0], halo: p.canvas });
}

function pointOf(m: FlowMessage, places: readonly Point[], nowUs: number): Point {
  const share = Math.min(1, (nowUs - m.sentUs) / Math.max(1, m.arrivedUs - m.sentUs));
  const [x1, y1] = places[m.from];
  const [x2, y2] = places[m.to];
  // From the edge of one box to that of the other: names stay free.
  const length = Math.hypot(x2 - x1, y2 - y1);
  const out = Math.min(
    0.45,
    Math.abs(y2 - y1) > BOX.height * 2 ? 24 / Math.max(1, Math.abs(y2 - y1)) : 76 / Math.max(1, length),
  );
  const at = out + (1 - 2 * out) * share;
  return [x1 + (x2 - x1) * at, y1 + (y2 - y1) * at];
}

function dot(ctx: CanvasRenderingContext2D, p: Palette, m: FlowMessage, places: readonly Point[], nowUs: number): void {
  const [x, y] = pointOf(m, places, nowUs);
  ctx.fillStyle =
    m.kind === 'watch' ? p.state.pulling : m.kind === 'answer' || m.kind === 'stored' ? p.text[1] : p.accent;
  ctx.strokeStyle = p.paper;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.arc(x, y, 5 * p.unit, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.fill();
}
