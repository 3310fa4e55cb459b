import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { drawOverview, overviewScale } from '../draw/overview.ts';
import { sizeCanvas } from '../draw/text.ts';
import { numberText, useT } from '../i18n/index.ts';
import { clockText, timeText } from '../model/viewport.ts';
import { limitUs, setCursor, setView } from '../state/actions.ts';
import { usePalette, useSize } from '../state/palette.ts';
import { runData } from '../state/run.ts';
import { SPEEDS, type StepUnit, useApp } from '../state/store.ts';
import { pause, reach, step, togglePlay } from '../state/time.ts';
import { Icon } from './Icon.tsx';

const UNITS: readonly StepUnit[] = ['event', 'message', 'reconcile', 'attempt', 'second', 'condition'];

export function Transport() {
  const t = useT();
  return (
    <section className="transport" aria-label={t('transport.clock')} data-region>
      <div className="transport-left">
        <Clock />
        <Buttons />
        <Progress />
        <Speeds />
      </div>
      <OverviewCanvas />
    </section>
  );
}

function Clock() {
  const cursorUs = useApp((s) => s.cursorUs);
  const [clock, micros] = clockText(cursorUs);
  return (
    <div className="clock" data-testid="clock">
      {clock}
      <small>.{micros}</small>
    </div>
  );
}

function Buttons() {
  const t = useT();
  const isPlaying = useApp((s) => s.playing);
  const unit = useApp((s) => s.unit);
  const isOff = useApp((s) => s.facts === undefined);
  const name = t(`transport.unit.${unit}`);
  const button = (icon: 'first' | 'back' | 'forward' | 'last', label: string, act: () => void) => (
    <button type="button" className="btn icon-only" title={label} aria-label={label} disabled={isOff} onClick={act}>
      <Icon name={icon} />
    </button>
  );
  return (
    <div className="tgroup">
      {button('first', t('transport.first'), () => {
        pause();
        reach(0);
      })}
      {button('back', t('transport.back', { unit: name }), () => step(-1))}
      <button
        type="button"
        className="btn icon-only primary"
        title={t(isPlaying ? 'transport.pause' : 'transport.play')}
        aria-label={t(isPlaying ? 'transport.pause' : 'transport.play')}
        disabled={isOff}
        onClick={togglePlay}
        data-testid="play"
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
      </button>
      {button('forward', t('transport.forward', { unit: name }), () => step(1))}
      {button('last', t('transport.last'), () => {
        pause();
        reach(useApp.getState().nowUs);
      })}
    </div>
  );
}

function Progress() {
  const t = useT();
  const isRunning = useApp((s) => s.phase.name === 'running');
  const nowUs = useApp((s) => s.nowUs);
  const events = useApp((s) => s.events);
  const untilUs = useApp((s) => s.facts?.untilUs);
  const unit = useApp((s) => s.unit);
  const breakpoints = useApp((s) => s.breakpoints.filter((b) => b.on).length);
  const forks = useApp((s) => s.branches.filter((b) => b.parent !== '').length);
  const share = untilUs === undefined ? 0 : nowUs / Math.max(untilUs, 1);
  return (
    <div className="progress-row">
      {isRunning && (
        <div
          className="progress"
          role="progressbar"
          aria-label={t('transport.progress')}
          aria-valuenow={Math.round(share * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <i style={{ width: `${share * 100}%` }} />
        </div>
      )}
      {isRunning ? (
        <span>{t('transport.event', { n: numberText(events) })}</span>
      ) : (
        <select
          className="select"
          aria-label={t('transport.unit')}
          title={t('transport.unit')}
          value={unit}
          onChange={(e) => useApp.setState({ unit: e.target.value as StepUnit })}
          data-testid="unit"
        >
          {UNITS.map((u) => (
            <option key={u} value={u}>
              {t(`transport.unit.${u}`)}
            </option>
          ))}
        </select>
      )}
      <Tool dialog="breaks" icon="stopAt" count={breakpoints} />
      <Tool dialog="forks" icon="fork" count={forks} />
    </div>
  );
}

function Tool({
  dialog,
  icon,
  count,
}: {
  readonly dialog: 'breaks' | 'forks';
  readonly icon: 'stopAt' | 'fork';
  readonly count: number;
}) {
  const t = useT();
  const isOff = useApp((s) => s.facts?.hasObjects !== true);
  const label = t(dialog === 'breaks' ? 'breaks.title' : 'transport.fork');
  return (
    <button
      type="button"
      className={count > 0 ? 'btn icon-only armed' : 'btn icon-only'}
      title={`${label} (${dialog === 'breaks' ? 'B' : 'K'})`}
      aria-label={label}
      disabled={isOff}
      onClick={() => useApp.setState({ dialog })}
      data-testid={dialog}
    >
      <Icon name={icon} />
    </button>
  );
}

function Speeds() {
  const t = useT();
  const speed = useApp((s) => s.speed);
  return (
    <fieldset className="seg">
      <legend className="hidden">{t('transport.speed')}</legend>
      {SPEEDS.map((s) => (
        <label key={s} className={s === speed ? 'on' : ''}>
          <input
            type="radio"
            name="speed"
            className="hidden"
            checked={s === speed}
            onChange={() => useApp.setState({ speed: s })}
          />
          {s === Number.POSITIVE_INFINITY ? t('transport.speed.max') : `${s}×`}
        </label>
      ))}
    </fieldset>
  );
}

type Drag = {
  readonly kind: 'seek' | 'pan' | 'from' | 'to' | 'new';
  readonly atUs: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly cursorUs: number;
};
const EDGE_PX = 6;
const AXIS_PX = 15;

/**
 * The whole run. Drag: the moment moves. On a bracket the stretch on show widens; on the axis below it moves, or with Shift it is
 * chosen anew. Escape while dragging goes back to where the drag began.
 */
function OverviewCanvas() {
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag | undefined>(undefined);
  const { width, height } = useSize(box);
  const palette = usePalette();
  const version = useApp((s) => s.version);
  const view = useApp((s) => s.view);
  const cursorUs = useApp((s) => s.cursorUs);
  const marks = useApp((s) => s.marks);
  const t = useT();
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
      texts: { ready: t('states.ready'), pending: t('transport.pending') },
    });
  }, [width, height, palette, version, view, cursorUs, marks, t]);

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
          : e.shiftKey
            ? 'new'
            : e.nativeEvent.offsetY > height - AXIS_PX && view.toUs - view.fromUs < limitUs() * 0.999
              ? 'pan'
              : 'seek';
    drag.current = { kind, atUs: at(e), ...view, cursorUs };
    e.currentTarget.setPointerCapture(e.pointerId);
    pause();
    if (kind === 'seek') setCursor(at(e));
  };
  const move = (e: PointerEvent<HTMLDivElement>) => {
    const d = drag.current;
    if (d === undefined) return;
    const us = at(e);
    if (d.kind === 'seek') setCursor(us);
    else if (d.kind === 'pan') setView({ fromUs: d.fromUs + us - d.atUs, toUs: d.toUs + us - d.atUs });
    else if (d.kind === 'from') setView({ fromUs: Math.min(us, d.toUs - 1000), toUs: d.toUs });
    else if (d.kind === 'to') setView({ fromUs: d.fromUs, toUs: Math.max(us, d.fromUs + 1000) });
    else if (Math.abs(us - d.atUs) > limitUs() / 200)
      setView({ fromUs: Math.min(us, d.atUs), toUs: Math.max(us, d.atUs) });
  };
  const up = () => {
    drag.current = undefined;
  };
  const key = (e: KeyboardEvent) => {
    if (e.key === 'Escape' && drag.current !== undefined) {
      const d = drag.current;
      drag.current = undefined;
      setCursor(d.cursorUs);
      setView(d);
      e.stopPropagation();
      return;
    }
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
      aria-label={t('transport.overview')}
      aria-valuemin={0}
      aria-valuemax={Math.round(limitUs() / 1e6)}
      aria-valuenow={Math.round(cursorUs / 1e6)}
      aria-valuetext={timeText(cursorUs)}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={key}
    >
      <canvas ref={canvas} />
    </div>
  );
}
