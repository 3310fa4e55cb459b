import { useEffect, useState } from 'react';
import { RunAgainButton } from '../../components/RunAgain.tsx';
import { numberText, useT } from '../../i18n/index.ts';
import { shorten } from '../../model/shorten.ts';
import { selectPath } from '../../state/actions.ts';
import { useApp } from '../../state/store.ts';
import { useQuery, useSlow } from '../../state/useQuery.ts';
import type { WaitingGroup } from '../../worker/queries/scheduling.ts';
import { Attempts } from './Attempts.tsx';
import { Funnel, Reasons, RecordedReasons } from './Funnel.tsx';
import { defaultMode, Matrix } from './Matrix.tsx';
import './scheduling.css';
import { useScheduling } from './state.ts';
import { useFollow } from './useFollow.ts';
import Why from './Why.tsx';

const SLOW_MS = 400;

/** Why here, why pending: any attempt of any pod, made again. */
export default function SchedulingView() {
  const t = useT();
  useFollow();
  const [text, setText] = useState('');
  const timeUs = useSlow(
    useApp((s) => s.cursorUs),
    SLOW_MS,
  );
  const list = useQuery('scheduling', 'pods', { timeUs, text });
  const selection = useApp((s) => s.selection);
  const pod = useScheduling((s) => s.pod);
  const attempts = useScheduling((s) => s.attempts);
  const shown = useScheduling((s) => s.shown);
  const first = list.data?.pods[0]?.pod;
  const isWhyShown = useApp((s) => s.showInspector && s.selection !== '' && s.inspectorTab === 'why');
  // Who opens the view wants to see something: the pod that waits longest.
  useEffect(() => {
    if (!selection.startsWith('pods/') && first !== undefined) selectPath(`pods/${first}`);
    useApp.setState({ inspectorTab: 'why' });
  }, [first, selection]);
  const rows = list.data?.pods ?? [];
  const isListed = rows.some((r) => r.pod === pod);
  const label = (r: (typeof rows)[number]) => `${shorten(r.pod, 60)}  ${r.isScheduled ? '✓' : '✕'} ${r.attempts}`;
  return (
    <>
      <div className="tools">
        <input
          type="search"
          className="field"
          aria-label={t('sched.filter')}
          placeholder={t('sched.filter')}
          value={text}
          maxLength={200}
          onChange={(e) => setText(e.target.value)}
        />
        <select
          className="select mono sched-pods"
          aria-label={t('sched.pod')}
          value={pod}
          onChange={(e) => selectPath(`pods/${e.target.value}`)}
          data-testid="sched-pod"
        >
          {!isListed && <option value={pod}>{shorten(pod, 60)}</option>}
          <optgroup label={t('sched.waiting')}>
            {rows
              .filter((r) => !r.isScheduled)
              .map((r) => (
                <option key={r.pod} value={r.pod}>
                  {label(r)}
                </option>
              ))}
          </optgroup>
          <optgroup label={t('sched.scheduled')}>
            {rows
              .filter((r) => r.isScheduled)
              .map((r) => (
                <option key={r.pod} value={r.pod}>
                  {label(r)}
                </option>
              ))}
          </optgroup>
        </select>
        <span className="space" />
        {list.data !== undefined && (
          <span className="small2" data-testid="sched-counts">
            {t('sched.counts', { waiting: numberText(list.data.waiting), total: numberText(list.data.total) })}
          </span>
        )}
      </div>
      <div className="view sched">
        {list.data !== undefined && list.data.total === 0 && pod === '' ? (
          <div className="notice">
            <h2>{t('sched.nothing')}</h2>
            <p>{t('sched.nothingText')}</p>
          </div>
        ) : (
          <>
            {(list.data?.waiting ?? 0) > 1 && <WaitingGroups groups={list.data?.groups ?? []} pod={pod} />}
            {attempts.length > 0 && <Attempts attempts={attempts} shown={shown} />}
            <Body withWhy={!isWhyShown} />
          </>
        )}
      </div>
    </>
  );
}

const GROUPS_MAX = 5;

/** Pods that wait for the same reasons are one case: a click shows the one that waits longest. */
function WaitingGroups({ groups, pod }: { readonly groups: readonly WaitingGroup[]; readonly pod: string }) {
  const t = useT();
  return (
    <section className="waiting-groups" aria-label={t('sched.groups')} data-testid="waiting-groups">
      <h2>{t('sched.groups')}</h2>
      <ul>
        {groups.slice(0, GROUPS_MAX).map((g) => (
          <li key={g.pod}>
            <button
              type="button"
              className={g.pod === pod ? 'tree-row on' : 'tree-row'}
              aria-current={g.pod === pod}
              title={`${t('sched.longest', { pod: g.pod.slice(0, 260) })}\n${g.reasons.join('\n')}`.slice(0, 600)}
              onClick={() => selectPath(`pods/${g.pod}`)}
            >
              <b className="bad num">{numberText(g.count)}</b>
              <span className="mono">{g.workload === '' ? t('timeline.noOwner') : shorten(g.workload, 30)}</span>
              <span className="ellipsis">{g.reasons.join(' · ').slice(0, 300)}</span>
            </button>
          </li>
        ))}
      </ul>
      {groups.length > GROUPS_MAX && <p className="dim small">{t('sched.more', { n: groups.length - GROUPS_MAX })}</p>}
    </section>
  );
}

function Body({ withWhy }: { readonly withWhy: boolean }) {
  const t = useT();
  const attempts = useScheduling((s) => s.attempts);
  const shown = useScheduling((s) => s.shown);
  const e = useScheduling((s) => s.explanation);
  const problem = useScheduling((s) => s.problem);
  const isLoading = useScheduling((s) => s.isLoading);
  const mode = useScheduling((s) => s.mode);
  const pod = useScheduling((s) => s.pod);
  const attempt = attempts.find((a) => a.number === shown);
  if (attempt === undefined)
    return pod === '' ? null : (
      <div className="notice">
        <h2>{t('sched.noAttempts')}</h2>
      </div>
    );
  if (e === undefined)
    return (
      <div className="sched-body">
        <div className="sched-left">
          <RecordedReasons reasons={attempt.reasons} />
        </div>
        <div className="notice">
          {problem === '' ? (
            <p role="status">{isLoading ? t('sched.loading') : ''}</p>
          ) : (
            <>
              <h2>{t(problem === 'noObjects' ? 'replay.needed' : 'sched.notExplained')}</h2>
              <p>{t(problem === 'noObjects' ? 'replay.neededText' : `sched.problems.${problem}`)}</p>
              {problem === 'noObjects' && <RunAgainButton />}
            </>
          )}
        </div>
        <Message text={attempt.message} isBad />
      </div>
    );
  const text =
    e.message === '' ? t('sched.assigned', { pod: `${e.pod.namespace}/${e.pod.name}`, node: e.node }) : e.message;
  return (
    <div className={withWhy ? 'sched-body with-why' : 'sched-body'} aria-busy={isLoading}>
      <div className="sched-left">
        <h2>{t('sched.funnelOf', { n: e.nodes.total })}</h2>
        <Funnel steps={e.funnel} total={e.nodes.total} />
        {e.verified === false && (
          <p className="bad small2" role="alert">
            {t('sched.differs')}
          </p>
        )}
        <Reasons groups={e.node === '' ? e.groups : e.groups.slice(0, 8)} />
      </div>
      <Matrix explanation={e} mode={mode === '' ? defaultMode(e) : mode} />
      {withWhy && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keys
        <section className="sched-why" tabIndex={0} aria-label={t('sched.why')}>
          <Why />
        </section>
      )}
      <Message text={text} isBad={e.message !== ''} />
    </div>
  );
}

/** The text that kubectl describe shows. */
function Message({ text, isBad }: { readonly text: string; readonly isBad: boolean }) {
  return (
    <p className="sched-message mono small wrap">
      <b>{isBad ? 'FailedScheduling' : 'Scheduled'}</b> {text.slice(0, 2000)}
    </p>
  );
}
