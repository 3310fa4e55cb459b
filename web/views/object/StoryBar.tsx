import { useT } from '../../i18n/index.ts';
import { delayText } from '../../model/viewport.ts';
import { useApp } from '../../state/store.ts';
import { reach } from '../../state/time.ts';

/** How long the pod took, and which setting took most of it: one bar, a part for each step. */
export function StoryBar() {
  const t = useT();
  const part = useApp((s) => s.story?.parts[0]);
  if (part === undefined || part.totalUs === 0) return null;
  const { largest, totalUs } = part;
  return (
    <section className="story-bar" aria-label={t('story.label')}>
      <div className="row">
        <b className="story-big">{delayText(totalUs)}</b>
        <span className="mid ellipsis">
          {t(`story.became.${part.to}`)} {t('story.from', { first: (part.steps[0]?.what ?? '').slice(0, 80) })}
        </span>
        <span className="space" />
        {largest !== undefined && (
          <span className="ellipsis">
            <b className="accent">{Math.round((100 * largest.delayUs) / totalUs)}%</b>{' '}
            <span className="mid">{t('story.shareText')}</span>{' '}
            <span className="param">{largest.parameter.slice(0, 120)}</span>
          </span>
        )}
      </div>
      <div className="story-parts">
        {part.steps
          .filter((step) => step.delayUs > 0)
          .slice(0, 60)
          .map((step) => (
            <button
              type="button"
              key={step.record}
              style={{ flexGrow: step.delayUs / totalUs }}
              title={`+${delayText(step.delayUs)} ${step.parts.map((p) => p.parameter).join(', ')} → ${step.what}`.slice(
                0,
                300,
              )}
              onClick={() => reach(step.timeUs)}
            >
              <i />
              {step.delayUs > totalUs / 16 && (
                <>
                  <b className="small ellipsis">{delayText(step.delayUs)}</b>
                  <span className="small mono mid ellipsis">{step.parts[0]?.parameter.slice(0, 60)}</span>
                </>
              )}
              <span className="hidden">{`+${delayText(step.delayUs)} → ${step.what}`.slice(0, 200)}</span>
            </button>
          ))}
      </div>
    </section>
  );
}
