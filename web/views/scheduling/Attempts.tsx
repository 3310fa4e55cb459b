import { Fragment, useState } from 'react';
import type { Attempt } from '../../../sim-core/index.ts';
import { Icon } from '../../components/Icon.tsx';
import { numberText, useT } from '../../i18n/index.ts';
import { delayText, timeText } from '../../model/viewport.ts';
import { choose } from './state.ts';
import { useSay } from './words.ts';

/** A wait this long has the longest bar. */
const LONGEST_US = 300e6;
const CHIPS_MAX = 60;

/** The bar of a wait: longer for longer ones, by its logarithm, so that 1 s and 300 s both show. */
function barWidth(us: number): number {
  return Math.round(6 + 30 * Math.min(1, Math.log2(1 + us / 1e6) / Math.log2(1 + LONGEST_US / 1e6)));
}

/** All attempts as chips in a row, with the waits between them and what ended each. */
export function Attempts({ attempts, shown }: { readonly attempts: readonly Attempt[]; readonly shown: number }) {
  const t = useT();
  const say = useSay();
  const from = Math.max(0, Math.min(attempts.length - CHIPS_MAX, shown - CHIPS_MAX / 2));
  const part = attempts.slice(from, from + CHIPS_MAX);
  const chosen = attempts.find((a) => a.number === shown);
  const [compared, setCompared] = useState(false);
  return (
    <div className="sched-attempts">
      <div className="sched-chips" data-testid="sched-attempts">
        <span className="dim">{t('sched.attempts')}</span>
        {from > 0 && <span className="dim">{t('sched.more', { n: from })}</span>}
        {part.map((a) => (
          <Fragment key={a.record}>
            {a.sincePreviousUs >= 0 && (
              <span className="sched-wait" title={`${delayText(a.sincePreviousUs)}: ${say(a.wokenBy)}`}>
                <i style={{ width: barWidth(a.sincePreviousUs) }} />
                {delayText(a.sincePreviousUs)}
              </span>
            )}
            <button
              type="button"
              className={a.number === shown ? 'chip on' : 'chip'}
              aria-pressed={a.number === shown}
              title={a.message.slice(0, 300) || a.node}
              onClick={() => choose(a.number)}
              data-testid="sched-attempt"
            >
              <span className={a.result === 'scheduled' ? 'ok' : 'bad'}>
                <Icon name={a.result === 'scheduled' ? 'check' : 'cross'} />
              </span>
              <b>{a.number}</b>
              <span className="mono">{timeText(a.timeUs, 1)}</span>
            </button>
          </Fragment>
        ))}
        {from + CHIPS_MAX < attempts.length && (
          <span className="dim">{t('sched.more', { n: attempts.length - from - CHIPS_MAX })}</span>
        )}
        {attempts.length > 1 && (
          <button
            type="button"
            className="btn box"
            aria-pressed={compared}
            onClick={() => setCompared(!compared)}
            data-testid="compare-attempts"
          >
            {t('sched.compareAttempts')}
          </button>
        )}
      </div>
      {compared && attempts.length > 1 && <AttemptsTable attempts={attempts} shown={shown} />}
      {chosen !== undefined && (
        <p className="small2 mid">
          {t('sched.triedBecause')} {say(chosen.wokenBy)}
          {chosen.wokenAtUs >= 0 && chosen.timeUs > chosen.wokenAtUs && (
            <> ({t('sched.before', { time: delayText(chosen.timeUs - chosen.wokenAtUs) })})</>
          )}
          {chosen.changes.slice(0, 4).map((c) => (
            <span key={c.reason} className="sched-change">
              {c.reason}: {c.before} → <b>{c.now}</b>
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

const REASONS_MAX = 6;
const ROWS_MAX = 200;

/** All attempts below each other: how long each waited, what woke it, and how many nodes each reason cost. */
function AttemptsTable({ attempts, shown }: { readonly attempts: readonly Attempt[]; readonly shown: number }) {
  const t = useT();
  const say = useSay();
  const totals = new Map<string, number>();
  for (const a of attempts)
    for (const { reason, nodes } of a.reasons) totals.set(reason, (totals.get(reason) ?? 0) + nodes);
  const reasons = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([reason]) => reason);
  const columns = reasons.slice(0, REASONS_MAX);
  const countOf = (a: Attempt, reason: string) => a.reasons.find((r) => r.reason === reason)?.nodes ?? 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keys
    <section className="attempts-table" tabIndex={0} aria-label={t('sched.compareAttempts')}>
      <table className="table" data-testid="attempts-table">
        <thead>
          <tr>
            <th scope="col" className="num">
              {t('sched.column.attempt')}
            </th>
            <th scope="col" className="num">
              {t('sched.column.at')}
            </th>
            <th scope="col" className="num">
              {t('sched.column.waited')}
            </th>
            <th scope="col">{t('sched.column.woken')}</th>
            <th scope="col">{t('sched.column.result')}</th>
            {columns.map((reason) => (
              <th key={reason} scope="col" className="num" title={reason.slice(0, 300)}>
                <span className="ellipsis">{reason.slice(0, 60)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {attempts.slice(0, ROWS_MAX).map((a, i) => (
            <tr key={a.record} className={a.number === shown ? 'on' : ''}>
              <th scope="row" className="num">
                <button type="button" className="link" onClick={() => choose(a.number)}>
                  {a.number}
                </button>
              </th>
              <td className="num mono">{timeText(a.timeUs, 1)}</td>
              <td className="num">{a.sincePreviousUs < 0 ? t('none') : delayText(a.sincePreviousUs)}</td>
              <td className="wrap">{say(a.wokenBy)}</td>
              <td className={a.result === 'scheduled' ? 'ok mono' : 'bad'}>
                {a.result === 'scheduled' ? a.node.slice(0, 80) : t('sched.unschedulable')}
              </td>
              {columns.map((reason) => {
                const now = countOf(a, reason);
                const change = i === 0 ? 0 : now - countOf(attempts[i - 1], reason);
                return (
                  <td key={reason} className="num">
                    {now === 0 ? '·' : numberText(now)}
                    {change !== 0 && <b className="accent"> {change > 0 ? `+${change}` : `−${-change}`}</b>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {reasons.length > REASONS_MAX && (
        <p className="dim small">{t('sched.moreReasons', { n: reasons.length - REASONS_MAX })}</p>
      )}
      {attempts.length > ROWS_MAX && <p className="dim small">{t('sched.more', { n: attempts.length - ROWS_MAX })}</p>}
    </section>
  );
}
