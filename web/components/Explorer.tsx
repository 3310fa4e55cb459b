import { memo, useState } from 'react';
import { numberText, useT } from '../i18n/index.ts';
import { shorten } from '../model/shorten.ts';
import { LOOKS, WORST_FIRST } from '../model/states.ts';
import { timeText } from '../model/viewport.ts';
import { select, setFilter, showSpan } from '../state/actions.ts';
import { laneName, runData } from '../state/run.ts';
import { setTab } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import { useQuery, useSlowApp } from '../state/useQuery.ts';
import { Glyph, Icon } from './Icon.tsx';
import { Kinds } from './Kinds.tsx';

const ROWS_MAX = 60;
/** So many characters of a name stand in a row; its end tells workloads apart. */
const NAME_CHARS = 14;
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

/** Controllers by namespace, with the states of their pods; a click lists the pods. */
const Workloads = memo(function Workloads({ counts }: { readonly counts: Uint32Array | undefined }) {
  const t = useT();
  const [open, setOpen] = useState('');
  useApp((s) => s.version);
  const selection = useApp((s) => s.selection);
  const owner = runData()?.groupings.owner;
  if (owner === undefined) return null;
  const groups = [...owner.grouping.order];
  return (
    <section>
      <h3>{t('explorer.workloads')}</h3>
      {groups.slice(0, ROWS_MAX).map((group) => {
        const name = owner.names[group];
        const first = owner.grouping.first[group];
        const lanes = owner.grouping.lanes.subarray(first, owner.grouping.first[group + 1]);
        const isOpen = open === name;
        const now = counts?.subarray((group + 1) * LOOKS.length, (group + 2) * LOOKS.length);
        const pods = now?.reduce((sum, n) => sum + n, 0) ?? lanes.length;
        return (
          <div key={name}>
            <button
              type="button"
              className="tree-row"
              aria-expanded={isOpen}
              title={name.slice(0, 300)}
              onClick={() => setOpen(isOpen ? '' : name)}
            >
              <span className="twisty" />
              <span className="ellipsis">
                {name === '' ? t('timeline.noOwner') : shorten(name, pods < 1000 ? NAME_CHARS : NAME_CHARS - 2)}
              </span>
              <span className="num">{numberText(pods)}</span>
              <StateBar counts={now} />
            </button>
            {isOpen &&
              [...lanes.subarray(0, ROWS_MAX)].map((lane) => (
                <button
                  type="button"
                  key={lane}
                  className={selection === `pods/${laneName(lane)}` ? 'tree-row leaf on' : 'tree-row leaf'}
                  title={laneName(lane).slice(0, 300)}
                  onClick={() => select(lane)}
                >
                  <span className="ellipsis mono">{laneName(lane).slice(laneName(lane).indexOf('/') + 1, 200)}</span>
                </button>
              ))}
            {isOpen && lanes.length > ROWS_MAX && (
              <button
                type="button"
                className="tree-row leaf dim"
                onClick={() => {
                  setTab('timeline');
                  setFilter(name);
                }}
              >
                {t('explorer.more', { n: lanes.length - ROWS_MAX })}
              </button>
            )}
          </div>
        );
      })}
      {groups.length > ROWS_MAX && <p className="dim small">{t('explorer.more', { n: groups.length - ROWS_MAX })}</p>}
    </section>
  );
});

function StateBar({ counts }: { readonly counts: Uint32Array | undefined }) {
  return (
    <span className="bar" aria-hidden="true">
      {counts !== undefined &&
        WORST_FIRST.filter((look) => counts[look] > 0).map((look) => (
          <i key={look} style={{ flexGrow: counts[look], background: `var(--st-${LOOKS[look]})` }} />
        ))}
    </span>
  );
}

const Happened = memo(function Happened() {
  const t = useT();
  const marks = useApp((s) => s.facts?.marks);
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
