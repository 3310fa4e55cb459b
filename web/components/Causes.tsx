import type { GlyphName } from '../draw/glyphs.ts';
import { useT } from '../i18n/index.ts';
import type { StoryPart, StoryStep } from '../model/story.ts';
import { delayText, timeText } from '../model/viewport.ts';
import { useBack } from '../state/back.ts';
import { useApp } from '../state/store.ts';
import { reach } from '../state/time.ts';
import { trailNow } from '../state/trail.ts';
import { Glyph } from './Icon.tsx';

/** What the reports call delays without a parameter. */
const LATENCY = 'request and watch latency';

/** Steps of a chain are few; a damaged or endless one is cut. */
const STEPS_MAX = 200;
const TEXT_MAX = 300;

/** The story of the selected pod, back to the root cause. */
export function Causes() {
  const t = useT();
  const lane = useApp((s) => s.selectedLane);
  const story = useApp((s) => s.story);
  const isRunning = useApp((s) => s.phase.name === 'running');
  const isTimeline = useApp((s) => s.tab === 'timeline');
  const isNode = useApp((s) => s.selection.startsWith('nodes/'));
  const back = useBack();
  // What ends where another chain ends is told once.
  const ends = new Set(story?.parts.map((part) => part.steps[part.steps.length - 1]?.record));
  const isNew = back !== undefined && !ends.has(back.steps[back.steps.length - 1]?.record);
  const at = trailNow()?.at;
  if (lane < 0 && !isNode) return <p className="dim">{t('story.none')}</p>;
  if (isNode) return isNew ? <Part part={back} at={at} /> : <p className="dim">{t('story.nothing')}</p>;
  return (
    <>
      {isNew && story !== undefined && <Part part={back} at={at} />}
      {story === undefined && <p className="dim">{t(isRunning ? 'explorer.notYet' : 'story.loading')}</p>}
      {story?.parts.length === 0 && <p className="dim">{t('story.nothing')}</p>}
      {story?.parts.map((part) => (
        <Part key={part.to} part={part} />
      ))}
      {isTimeline && <p className="dim small">{t('story.walk')}</p>}
    </>
  );
}

function Part({ part, at }: { readonly part: StoryPart; readonly at?: number | undefined }) {
  const t = useT();
  const { largest, totalUs } = part;
  const percent = largest === undefined || totalUs === 0 ? 0 : Math.round((100 * largest.delayUs) / totalUs);
  return (
    <section className="story">
      <h3>{t(`story.became.${part.to}`)}</h3>
      <p className="story-total">
        <b>{delayText(totalUs)}</b>{' '}
        <span className="mid">
          {part.steps.length > 0 && t('story.from', { first: part.steps[0].what.slice(0, 80) })}
        </span>
      </p>
      {largest !== undefined && (
        <p className="story-share">
          <b>{percent}%</b> {t('story.shareText')} <span className="param">{largest.parameter.slice(0, TEXT_MAX)}</span>
        </p>
      )}
      <ol>
        {part.steps.slice(0, STEPS_MAX).map((step, i) => (
          <Step
            key={step.record}
            step={step}
            isFirst={i === 0}
            isLast={i === part.steps.length - 1}
            totalUs={totalUs}
            to={part.to}
            isHere={i === at}
          />
        ))}
      </ol>
    </section>
  );
}

interface StepProps {
  readonly step: StoryStep;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly totalUs: number;
  readonly to: StoryPart['to'];
  /** The walk along the chain is here. */
  readonly isHere: boolean;
}

function Step({ step, isFirst, isLast, totalUs, to, isHere }: StepProps) {
  const glyph = glyphOf(step, isLast, to);
  const colour =
    glyph === 'fault'
      ? 'var(--fault)'
      : glyph === 'step' || glyph === 'command'
        ? 'var(--text-2)'
        : `var(--st-${glyph})`;
  return (
    <li>
      {!isFirst && step.delayUs > 0 && (
        <div className="wait">
          <span className="delay">+{delayText(step.delayUs)}</span>
          <span className="rail" />
          <span className="cause">
            {step.parts.map((part) => (
              <span
                key={part.parameter}
                className={part.parameter === LATENCY ? 'latency' : 'param'}
                style={{ ['--share' as string]: `${totalUs === 0 ? 0 : (100 * part.delayUs) / totalUs}%` }}
                title={part.component === '' ? part.parameter : `${part.parameter} (${part.component})`}
              >
                {part.parameter.slice(0, TEXT_MAX)}
              </span>
            ))}
          </span>
        </div>
      )}
      <button
        type="button"
        className={isHere ? 'hop here' : 'hop'}
        onClick={() => reach(step.timeUs)}
        data-testid="hop"
      >
        <span className="time">{timeText(step.timeUs)}</span>
        <span className="mark">
          <Glyph name={glyph} colour={colour} />
        </span>
        <span className={isLast ? 'what last' : 'what'}>{step.what.slice(0, TEXT_MAX)}</span>
      </button>
    </li>
  );
}

function glyphOf(step: StoryStep, isLast: boolean, to: StoryPart['to']): GlyphName {
  if (step.from !== '') return step.from;
  if (isLast && to !== 'moment') return to === 'ended' ? 'term' : to === 'soFar' ? 'starting' : 'ready';
  if (/^pod .* created$/.test(step.what)) return 'unsched';
  if (step.what.startsWith('bound to ')) return 'pulling';
  if (step.what === 'container started') return 'starting';
  if (/ Ready$/.test(step.what)) return 'ready';
  if (/\bevicted\b|: deletion asked$/.test(step.what)) return 'term';
  return 'step';
}
