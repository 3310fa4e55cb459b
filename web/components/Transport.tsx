import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { drawOverview, overviewScale } from '../draw/overview.ts';
import { sizeCanvas } from '../draw/text.ts';
import { clockText, timeText } from '../model/viewport.ts';
import { limitUs, setCursor, setView } from '../state/actions.ts';
import { usePalette, useSize } from '../state/palette.ts';
import { runData } from '../state/run.ts';
import { useApp } from '../state/store.ts';
import { texts } from '../texts.ts';

const t = texts.transport;

export function Transport() {
  const cursorUs = useApp((s) => s.cursorUs);
  const nowUs = useApp((s) => s.nowUs);
  const events = useApp((s) => s.events);
  const isRunning = useApp((s) => s.phase.name === 'running');
  const facts = useApp((s) => s.facts);
  const [clock, micros] = clockText(isRunning ? nowUs : cursorUs);
  const share = facts === undefined ? 0 : nowUs / Math.max(facts.untilUs, 1);
  return (
    <section className="transport" aria-label={t.clock}>
      <div className="transport-left">
        <div className="clock">
          {clock}
          <small>.{micros}</small>
        </div>
        {isRunning ? (
          <div className="progress-row">
            <div
              className="progress"
              role="progressbar"
              aria-label={t.progress}
              aria-valuenow={Math.round(share * 100)}
              aria-valuemin={0}
              aria-valuemax={100}
            >
              <i style={{ width: `${share * 100}%` }} />
            </div>
            <span>
              {t.event} {events.toLocaleString('en')}
            </span>
          </div>
        ) : (
          <div className="small mid">
            {facts === undefined ? '' : t.reached(timeText(cursorUs, 0), timeText(facts.untilUs, 0))}
          </div>
        )}
      </div>
      <OverviewCanvas />
    </section>
  );
}

type Drag = {
  readonly kind: 'pan' | 'from' | 'to' | 'new';
  readonly atUs: number;
  readonly fromUs: number;
  readonly toUs: number;
};
const EDGE_PX = 6;

/** The whole run; drag inside the brackets moves the view, at a bracket widens it, elsewhere chooses anew. */
function OverviewCanvas() {
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag | undefined>(undefined);
  const { width, height } = useSize(box);
  const palette = usePalette();
  const version = useApp((s) => s.version);
  const view = useApp((s) => s.view);
  const cursorUs = useApp((s) => s.cursorUs);
  const marks = useApp((s) => s.facts?.marks);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the frame
  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    const ctx = sizeCanvas(canvas.current, width, height);
    drawOverview(ctx, palette, {
      frame: runData()?.frame,
      marks: marks ?? [],
      view,
      limitUs: limitUs(),
      cursorUs,
      width,
      height,
    });
  }, [width, height, palette, version, view, cursorUs, marks]);

  const at = (e: PointerEvent) => overviewScale(width, palette.unit, limitUs()).invert(e.nativeEvent.offsetX);
  const down = (e: PointerEvent<HTMLDivElement>) => {
    if (runData() === undefined) return;
    const x = overviewScale(width, palette.unit, limitUs());
    const px = e.nativeEvent.offsetX;
    const kind =
      Math.abs(px - x(view.fromUs)) < EDGE_PX
        ? 'from'
        : Math.abs(px - x(view.toUs)) < EDGE_PX
          ? 'to'
          : px > x(view.fromUs) && px < x(view.toUs) && view.toUs - view.fromUs < limitUs() * 0.999
            ? 'pan'
            : 'new';
    drag.current = { kind, atUs: at(e), ...view };
    e.currentTarget.setPointerCapture(e.pointerId);
  };
  const move = (e: PointerEvent<HTMLDivElement>) => {
    const d = drag.current;
    if (d === undefined) return;
    const us = at(e);
    if (d.kind === 'pan') setView({ fromUs: d.fromUs + us - d.atUs, toUs: d.toUs + us - d.atUs });
    else if (d.kind === 'from') setView({ fromUs: Math.min(us, d.toUs - 1000), toUs: d.toUs });
    else if (d.kind === 'to') setView({ fromUs: d.fromUs, toUs: Math.max(us, d.fromUs + 1000) });
    else if (Math.abs(us - d.atUs) > limitUs() / 200)
      setView({ fromUs: Math.min(us, d.atUs), toUs: Math.max(us, d.atUs) });
  };
  const up = (e: PointerEvent<HTMLDivElement>) => {
    const d = drag.current;
    drag.current = undefined;
    if (d !== undefined && Math.abs(at(e) - d.atUs) <= limitUs() / 200) setCursor(d.atUs);
  };
  const key = (e: KeyboardEvent) => {
    const step = { ArrowLeft: -0.01, ArrowRight: 0.01, PageDown: -0.1, PageUp: 0.1 }[e.key];
    if (step !== undefined) setCursor(cursorUs + step * limitUs());
    else if (e.key === 'Home') setCursor(0);
    else if (e.key === 'End') setCursor(limitUs());
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div
      ref={setBox}
      className="overview"
      role="slider"
      tabIndex={0}
      aria-label={t.overview}
      aria-valuemin={0}
      aria-valuemax={Math.round(limitUs() / 1e6)}
      aria-valuenow={Math.round(cursorUs / 1e6)}
      aria-valuetext={timeText(cursorUs)}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onKeyDown={key}
    >
      <canvas ref={canvas} />
    </div>
  );
}
