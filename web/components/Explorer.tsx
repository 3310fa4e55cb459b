import { memo } from 'react';
import { numberText, useT } from '../i18n/index.ts';
import { LOOKS } from '../model/states.ts';
import { timeText } from '../model/viewport.ts';
import { showSpan } from '../state/actions.ts';
import { useApp } from '../state/store.ts';
import { useQuery, useSlowApp } from '../state/useQuery.ts';
import { Glyph, Icon } from './Icon.tsx';
import { Kinds } from './Kinds.tsx';
import { Workloads } from './Workloads.tsx';

const ROWS_MAX = 60;
const COUNT_MS = 250;

/** Beside the view: pods at the cursor, workloads, what happened, what was expected. */
export function Explorer() {
  const t = useT();
  const cursorUs = useSlowApp((s) => s.cursorUs, COUNT_MS);
  const hasRun = useApp((s) => s.facts !== undefined);
  const counts = useQuery('shell', 'counts', hasRun ? cursorUs : undefined).data;
  // What failed is what people came for.
  const isFailed = useApp((s) => s.end?.expectations.some((e) => !e.passed && e.isOpen !== true) === true);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <section className="explorer" aria-label={t('explorer.label')} tabIndex={0}>
      {isFailed && <Expectations />}
      <Counts counts={counts} />
      <Workloads counts={counts} />
      <Kinds />
      <Happened />
      {!isFailed && <Expectations />}
    </section>
  );
}

/** Memoised, as its neighbours: the moment changes with every frame, the counts a few times a second. */
const Counts = memo(function Counts({ counts }: { readonly counts: Uint32Array | undefined }) {
  const t = useT();
  const most = counts === undefined ? 1 : Math.max(1, ...counts.subarray(0, LOOKS.length));
  return (
    <section>
      <h3>{t('explorer.pods')}</h3>
      {LOOKS.map((look, i) => (
        <div className="count" key={look}>
          <Glyph name={look} colour={`var(--st-${look})`} />
          <span className="ellipsis">{t(`states.${look}`)}</span>
          <span className="count-bar">
            <i style={{ width: `${(100 * (counts?.[i] ?? 0)) / most}%`, background: `var(--st-${look})` }} />
          </span>
          <span className="num">{counts === undefined ? t('none') : numberText(counts[i])}</span>
        </div>
      ))}
    </section>
  );
});

const Happened = memo(function Happened() {
  const t = useT();
  const marks = useApp((s) => s.marks);
  if (marks === undefined) return null;
  return (
    <section>
      <h3>{t('explorer.happened')}</h3>
      {marks.length === 0 && <p className="dim small">{t('explorer.noMarks')}</p>}
      {marks.slice(0, ROWS_MAX).map((mark) => (
        <button
          type="button"
          className="happened"
          key={`${mark.kind} ${mark.fromUs} ${mark.label}`}
          title={mark.label.slice(0, 300)}
          onClick={() => showSpan(mark.fromUs, mark.untilUs)}
        >
          <Glyph name={mark.kind} colour={mark.kind === 'fault' ? 'var(--fault)' : 'var(--text-2)'} />
          <span className="ellipsis">{mark.label.slice(0, 120)}</span>
          <span className="num mono">{timeText(mark.fromUs, 0)}</span>
        </button>
      ))}
      {marks.length > ROWS_MAX && <p className="dim small">{t('explorer.more', { n: marks.length - ROWS_MAX })}</p>}
    </section>
  );
});

const Expectations = memo(function Expectations() {
  const t = useT();
  const end = useApp((s) => s.end);
  const isRunning = useApp((s) => s.phase.name === 'running');
  if (end === undefined ? !isRunning : end.expectations.length === 0) return null;
  return (
    <section data-testid="expectations">
      <h3>{t('explorer.expectations')}</h3>
      {end === undefined && <p className="dim small">{t('explorer.notYet')}</p>}
      {end?.expectations.slice(0, ROWS_MAX).map((e) => (
        <button
          type="button"
          className="expectation"
          key={`${e.name} ${e.atUs}`}
          title={e.detail.slice(0, 400)}
          onClick={() => showSpan(e.atUs, e.atUs)}
        >
          <span className={e.passed ? 'ok' : 'bad'}>
            <Icon name={e.passed ? 'check' : 'cross'} />
          </span>
          <span>
            {e.name.slice(0, 200)}{' '}
            <span className={e.passed ? 'dim' : 'bad'}>
              {e.passed ? timeText(e.atUs, 0) : t('explorer.failed', { why: e.detail.slice(0, 120) })}
            </span>
          </span>
        </button>
      ))}
    </section>
  );
});
