import { useEffect, useRef } from 'react';
import { Glyph } from '../../components/Icon.tsx';
import { sizeCanvas } from '../../draw/text.ts';
import { numberText, useT } from '../../i18n/index.ts';
import { LOOKS } from '../../model/states.ts';
import type { Colouring } from './colouring.ts';
import { OWN_COLOURS, STEPS, UNKNOWN_STEP } from './colouring.ts';
import { classColours, type MapPalette } from './mapPalette.ts';
import type { MapTotals } from './summary.ts';

interface Props {
  readonly colouring: Colouring;
  readonly totals: MapTotals;
  readonly palette: MapPalette;
}

const MARKS = ['notReady', 'cordoned', 'pressure', 'booting', 'partitioned'] as const;

/** Classes with their colours and numbers, and the marks of nodes. */
export function MapLegend({ colouring, totals, palette }: Props) {
  const t = useT();
  const colours = classColours(colouring, palette);
  const words = (cls: number): string => {
    if (colouring.kind === 'group')
      return cls === OWN_COLOURS ? t('map.others') : shortGroup(colouring.label(cls)) || t('map.noGroup');
    return cls === UNKNOWN_STEP ? t('map.unknown') : colouring.label(cls);
  };
  const classes =
    colouring.kind === 'state'
      ? LOOKS.map((_, i) => i)
      : colouring.kind === 'scale'
        ? Array.from({ length: STEPS + 1 }, (_, i) => i).filter((cls) => cls < STEPS || totals.classes[cls] > 0)
        : colouring.order.filter((cls) => totals.classes[cls] > 0);
  return (
    <div className="legend map-legend" data-testid="map-legend">
      {classes.map((cls) =>
        colouring.kind === 'state' ? (
          <span key={cls}>
            <Glyph name={LOOKS[cls]} colour={`var(--st-${LOOKS[cls]})`} />
            {t(`states.${LOOKS[cls]}`)} <b className="dim">{numberText(totals.classes[cls])}</b>
          </span>
        ) : words(cls) === '' ? null : (
          <span key={cls}>
            <i className="map-swatch" style={{ background: colours[cls] }} />
            {words(cls)} <b className="dim">{numberText(totals.classes[cls])}</b>
          </span>
        ),
      )}
      {MARKS.map((mark) => (
        <span key={mark}>
          <MarkSwatch mark={mark} palette={palette} />
          {t(`map.marks.${mark}`)} <b className="dim">{numberText(totals[mark])}</b>
        </span>
      ))}
    </div>
  );
}

/** `deployments.apps/shop/web` as `shop/web`. */
const shortGroup = (name: string) => {
  const parts = name.split('/');
  return (parts.length > 2 ? parts.slice(1).join('/') : name).slice(0, 40);
};

function MarkSwatch({ mark, palette: p }: { readonly mark: (typeof MARKS)[number]; readonly palette: MapPalette }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null) return;
    const { clientWidth: w, clientHeight: h } = canvas.current;
    const ctx = sizeCanvas(canvas.current, w, h);
    ctx.clearRect(0, 0, w, h);
    ctx.fillStyle = mark === 'notReady' ? p.state.unknown : mark === 'booting' ? p.tile : p.state.ready;
    ctx.fillRect(0, 0, w, h);
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = p.canvas;
    if (mark === 'notReady') {
      ctx.beginPath();
      for (let k = -h; k < w; k += 5) {
        ctx.moveTo(k, h);
        ctx.lineTo(k + h, 0);
      }
      ctx.stroke();
      ctx.strokeStyle = p.state.failed;
      ctx.lineWidth = 1;
      ctx.strokeRect(0.5, 0.5, w - 1, h - 1);
    } else if (mark === 'cordoned') {
      ctx.fillStyle = p.canvas;
      ctx.beginPath();
      ctx.moveTo(w - 6, 0);
      ctx.lineTo(w, 0);
      ctx.lineTo(w, 6);
      ctx.fill();
      ctx.strokeStyle = p.text[0];
      ctx.beginPath();
      ctx.moveTo(w - 6, 0);
      ctx.lineTo(w, 6);
      ctx.stroke();
    } else if (mark === 'pressure') {
      ctx.fillStyle = p.fault;
      ctx.fillRect(0, h - 3, w, 3);
    } else if (mark === 'booting') {
      ctx.strokeStyle = p.state.pulling;
      ctx.lineWidth = 1;
      ctx.setLineDash([2, 2]);
      ctx.strokeRect(0.5, 0.5, w - 1, h - 1);
    } else {
      ctx.fillStyle = p.fault;
      ctx.fillRect(0, 0, 2, h);
      ctx.fillRect(4, 0, 2, h);
    }
  }, [mark, p]);
  return <canvas ref={canvas} className="map-swatch" />;
}
