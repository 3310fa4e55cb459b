import { useEffect, useRef } from 'react';
import { Glyph } from '../../components/Icon.tsx';
import { Hatches } from '../../draw/hatches.ts';
import { sizeCanvas } from '../../draw/text.ts';
import { useT } from '../../i18n/index.ts';
import { ACTS } from '../../model/activity.ts';
import { LOOKS, type Look } from '../../model/states.ts';
import { TICKS } from '../../model/ticks.ts';
import { usePalette } from '../../state/palette.ts';
import { useApp } from '../../state/store.ts';
import { TickGlyph } from './TickGlyph.tsx';

/** The hatch of each state, as it is drawn in lanes. */
export function Legend() {
  const t = useT();
  const isComponents = useApp((s) => s.groupBy === 'component');
  if (isComponents) return <ActivityLegend />;
  return (
    <div className="legend">
      {LOOKS.map((look) => (
        <span key={look}>
          <Swatch look={look} />
          {t(`states.${look}`)}
        </span>
      ))}
      {TICKS.map((name) => (
        <span key={name}>
          <TickGlyph name={name} />
          {t(`ticks.${name}`)}
        </span>
      ))}
      <span>
        <Glyph name="fault" colour="var(--fault)" />
        {t('timeline.faults')}
      </span>
    </div>
  );
}

const ACT_COLOURS = { trouble: 'var(--st-failed)', write: 'var(--text-2)', work: 'var(--line-3)' } as const;

function ActivityLegend() {
  const t = useT();
  return (
    <div className="legend">
      {ACTS.map((act) => (
        <span key={act}>
          <i className="act-swatch" style={{ background: ACT_COLOURS[act] }} />
          {t(`activity.${act}`)}
        </span>
      ))}
      <span>
        <i className="act-swatch leads" />
        {t('activity.leads')}
      </span>
      <span>
        <Swatch look="failed" />
        {t('activity.down')}
      </span>
    </div>
  );
}

function Swatch({ look }: { readonly look: Look }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  useEffect(() => {
    if (canvas.current === null) return;
    const { clientWidth: width, clientHeight: height } = canvas.current;
    const ctx = sizeCanvas(canvas.current, width, height);
    ctx.clearRect(0, 0, width, height);
    new Hatches(palette, devicePixelRatio).segment(ctx, look, 0, 0, width, height);
  }, [look, palette]);
  return <canvas ref={canvas} className="swatch" />;
}
