import { Fragment } from 'react';
import type { Attempt } from '../../../sim-core/index.ts';
import { Icon } from '../../components/Icon.tsx';
import { useT } from '../../i18n/index.ts';
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
      </div>
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
