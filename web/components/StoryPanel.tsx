import type { GlyphName } from '../draw/glyphs.ts';
import { LOOK_NUMBER, LOOKS } from '../model/states.ts';
import type { StoryPart, StoryStep } from '../model/story.ts';
import { delayText, timeText } from '../model/viewport.ts';
import { select, setCursor } from '../state/actions.ts';
import { laneName } from '../state/run.ts';
import { useApp } from '../state/store.ts';
import { texts } from '../texts.ts';
import { Glyph, Icon } from './Icon.tsx';

const t = texts.story;

/** Steps of a chain are few; a damaged or endless one is cut. */
const STEPS_MAX = 200;
const TEXT_MAX = 300;

export function StoryPanel() {
  const lane = useApp((s) => s.selectedLane);
  const story = useApp((s) => s.story);
  const isRunning = useApp((s) => s.phase.name === 'running');
  if (lane < 0) {
    return (
      <aside className="inspector" aria-label={t.label}>
        <div className="notice">
          <h2>{t.emptyTitle}</h2>
          <p>{t.empty}</p>
        </div>
      </aside>
    );
  }
  const full = laneName(lane);
  const slash = full.indexOf('/');
  const look = story === undefined ? undefined : LOOKS[LOOK_NUMBER[story.state]];
  return (
    <aside className="inspector" aria-label={t.label} data-testid="story">
      <div className="inspector-head">
        <div className="row dim small2">
          <span>
            {t.pod} · {full.slice(0, Math.max(0, slash)).slice(0, 80)}
          </span>
          <span className="space" />
          <button
            type="button"
            className="btn icon-only"
            aria-label={t.close}
            title={t.close}
            onClick={() => select(-1)}
          >
            <Icon name="close" />
          </button>
        </div>
        <h2 className="pod-name" data-testid="story-pod">
          {full.slice(slash + 1).slice(0, TEXT_MAX)}
        </h2>
        {story !== undefined && (
          <div className="row">
            <span className="chip">
              {look !== undefined && <Glyph name={look} colour={`var(--st-${look})`} />}
              {texts.podStates[story.state]}
            </span>
          </div>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <section className="inspector-body" tabIndex={0} aria-label={t.label}>
        {story === undefined && <p className="dim">{isRunning ? texts.explorer.notYet : t.loading}</p>}
        {story?.parts.length === 0 && <p className="dim">{t.nothing}</p>}
        {story?.parts.map((part) => (
          <Part key={part.to} part={part} />
        ))}
      </section>
    </aside>
  );
}

function Part({ part }: { readonly part: StoryPart }) {
  const { largest, totalUs } = part;
  const percent = largest === undefined || totalUs === 0 ? 0 : Math.round((100 * largest.delayUs) / totalUs);
  return (
    <section className="story">
      <h3>{t.became[part.to]}</h3>
      <p className="story-total">
        <b>{delayText(totalUs)}</b>{' '}
        <span className="mid">{part.steps.length > 0 && t.from(part.steps[0].what.slice(0, 80))}</span>
      </p>
      {largest !== undefined && (
        <p className="story-share">
          <b>{t.share(percent)}</b> {t.shareText} <span className="param">{largest.parameter.slice(0, TEXT_MAX)}</span>
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
}

function Step({ step, isFirst, isLast, totalUs, to }: StepProps) {
  const glyph = glyphOf(step, isFirst, isLast, to);
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
                className={part.parameter === t.latency ? 'latency' : 'param'}
                style={{ ['--share' as string]: `${totalUs === 0 ? 0 : (100 * part.delayUs) / totalUs}%` }}
                title={part.component === '' ? part.parameter : `${part.parameter} (${part.component})`}
              >
                {part.parameter.slice(0, TEXT_MAX)}
              </span>
            ))}
          </span>
        </div>
      )}
      <button type="button" className="hop" onClick={() => setCursor(step.timeUs)} data-testid="hop">
        <span className="time">{timeText(step.timeUs)}</span>
        <span className="mark">
          <Glyph name={glyph} colour={colour} />
        </span>
        <span className={isLast ? 'what last' : 'what'}>{step.what.slice(0, TEXT_MAX)}</span>
      </button>
    </li>
  );
}

function glyphOf(step: StoryStep, isFirst: boolean, isLast: boolean, to: StoryPart['to']): GlyphName {
  if (isLast) return to === 'ended' ? 'term' : to === 'soFar' ? 'starting' : 'ready';
  if (step.what.startsWith('kubectl ')) return 'command';
  if (isFirst) return 'fault';
  if (/^pod .* created$/.test(step.what)) return 'unsched';
  if (step.what.startsWith('bound to ')) return 'pulling';
  if (step.what === 'container started') return 'starting';
  if (/ Ready$/.test(step.what)) return 'ready';
  if (/\bevicted\b/.test(step.what)) return 'term';
  return 'step';
}
