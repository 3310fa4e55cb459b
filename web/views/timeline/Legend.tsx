import { useEffect, useRef } from 'react';
import { Glyph } from '../../components/Icon.tsx';
import { Hatches } from '../../draw/hatches.ts';
import { sizeCanvas } from '../../draw/text.ts';
import { useT } from '../../i18n/index.ts';
import { LOOKS, type Look } from '../../model/states.ts';
import { usePalette } from '../../state/palette.ts';

/** The hatch of each state, as it is drawn in lanes. */
export function Legend() {
  const t = useT();
  return (
    <div className="legend">
      {LOOKS.map((look) => (
        <span key={look}>
          <Swatch look={look} />
          {t(`states.${look}`)}
        </span>
      ))}
      <span>
        <Glyph name="fault" colour="var(--fault)" />
        {t('timeline.faults')}
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
