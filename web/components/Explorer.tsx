import { useMemo } from 'react';
import { countsAt } from '../model/shares.ts';
import { LOOKS } from '../model/states.ts';
import { timeText } from '../model/viewport.ts';
import { showSpan } from '../state/actions.ts';
import { runData } from '../state/run.ts';
import { useApp } from '../state/store.ts';
import { texts } from '../texts.ts';
import { Glyph, Icon } from './Icon.tsx';

const t = texts.explorer;
const ROWS_MAX = 60;

/** Beside the lanes: counts at the cursor, what happened, what was expected. */
export function Explorer() {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <nav className="explorer" aria-label={t.label} tabIndex={0}>
      <Counts />
      <Happened />
      <Expectations />
    </nav>
  );
}

function Counts() {
  const cursorUs = useApp((s) => s.cursorUs);
  const version = useApp((s) => s.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the frame
  const counts = useMemo(() => {
    const frame = runData()?.frame;
    return frame === undefined ? undefined : countsAt(frame, cursorUs);
  }, [version, cursorUs]);
  const most = Math.max(1, ...(counts ?? []));
  return (
    <section>
      <h3>{t.pods}</h3>
      {LOOKS.map((look, i) => (
        <div className="count" key={look}>
          <Glyph name={look} colour={`var(--st-${look})`} />
          <span className="ellipsis">{texts.states[look]}</span>
          <span className="count-bar">
            <i style={{ width: `${(100 * (counts?.[i] ?? 0)) / most}%`, background: `var(--st-${look})` }} />
          </span>
          <span className="num">{counts === undefined ? '-' : counts[i].toLocaleString('en')}</span>
        </div>
      ))}
    </section>
  );
}

function Happened() {
  const marks = useApp((s) => s.facts?.marks);
  if (marks === undefined) return null;
  return (
    <section>
      <h3>{t.happened}</h3>
      {marks.length === 0 && <p className="dim small">{t.noMarks}</p>}
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
      {marks.length > ROWS_MAX && <p className="dim small">{t.more(marks.length - ROWS_MAX)}</p>}
    </section>
  );
}

function Expectations() {
  const end = useApp((s) => s.end);
  const isRunning = useApp((s) => s.phase.name === 'running');
  if (end === undefined ? !isRunning : end.expectations.length === 0) return null;
  return (
    <section data-testid="expectations">
      <h3>{t.expectations}</h3>
      {end === undefined && <p className="dim small">{t.notYet}</p>}
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
              {e.passed ? timeText(e.atUs, 0) : `${t.failed}: ${e.detail.slice(0, 120)}`}
            </span>
          </span>
        </button>
      ))}
    </section>
  );
}
