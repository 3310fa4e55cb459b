import { useState } from 'react';
import type { Explanation, Flip, NearMiss, Preemption, Waiting, WhyNot } from '../../../sim-core/index.ts';
import { RunAgainButton } from '../../components/RunAgain.tsx';
import { numberText, useT } from '../../i18n/index.ts';
import { actionText } from '../../model/actionText.ts';
import { shorten } from '../../model/shorten.ts';
import { timeText } from '../../model/viewport.ts';
import { selectPath } from '../../state/actions.ts';
import { useApp } from '../../state/store.ts';
import type { Fix } from '../../worker/queries/scheduling.ts';
import { RecordedReasons } from './Funnel.tsx';
import './scheduling.css';
import { askNode, compareTrial, findFixes, openTrial, type TrialState, tryFix, useScheduling } from './state.ts';
import { useFollow } from './useFollow.ts';
import { shortObstacle, useSay } from './words.ts';

const LINES_MAX = 12;

/** The tab of the inspector: why the pod is here, or what it waits for and what would help. */
export default function Why() {
  const t = useT();
  const say = useSay();
  useFollow();
  const pod = useScheduling((s) => s.pod);
  const explanation = useScheduling((s) => s.explanation);
  const isLoading = useScheduling((s) => s.isLoading);
  const problem = useScheduling((s) => s.problem);
  const attempts = useScheduling((s) => s.attempts);
  if (pod === '') return <p className="dim">{t('sched.noPod')}</p>;
  if (attempts.length === 0) return <p className="dim">{t('sched.noAttempts')}</p>;
  if (explanation === undefined)
    return problem === 'noObjects' ? (
      <Recorded />
    ) : (
      <p className="dim">{problem !== '' ? t(`sched.problems.${problem}`) : isLoading ? t('sched.loading') : ''}</p>
    );
  const { choice } = explanation;
  return (
    <div className="why" data-testid="why">
      {choice !== undefined && (
        <section>
          <h3>{t('sched.whyHere')}</h3>
          <ul className="lines">
            {choice.messages.map((m) => (
              <li key={say(m)}>{say(m)}</li>
            ))}
          </ul>
        </section>
      )}
      <Fixes explanation={explanation} />
      <Nearest misses={explanation.nearest} />
      {explanation.preemption !== undefined && <PreemptionPart preemption={explanation.preemption} />}
      {explanation.waiting !== undefined && <WaitingPart waiting={explanation.waiting} />}
      <AskNode explanation={explanation} />
    </div>
  );
}

/** What a recording says of the attempt, and the way to the rest. */
function Recorded() {
  const t = useT();
  const shown = useScheduling((s) => s.shown);
  const attempt = useScheduling((s) => s.attempts).find((a) => a.number === shown);
  const canRun = useApp((s) => s.facts?.canRun === true);
  return (
    <div className="why" data-testid="why-recorded">
      {attempt !== undefined && attempt.message !== '' && <p>{attempt.message}</p>}
      {attempt !== undefined && <RecordedReasons reasons={attempt.reasons} />}
      <p className="dim">{t(canRun ? 'replay.neededText' : 'replay.impossibleText')}</p>
      <RunAgainButton />
    </div>
  );
}

/** Cards of what would change the decision. Each was found by making the decision again. */
function Fixes({ explanation }: { readonly explanation: Explanation }) {
  const t = useT();
  const fixes = useScheduling((s) => s.fixes);
  const isFixing = useScheduling((s) => s.isFixing);
  const node = useScheduling((s) => s.node);
  const isPending = explanation.node === '';
  if (!isPending && node === '') return null;
  return (
    <section data-testid="fixes">
      <h3>
        {isPending ? t('sched.fixes') : t('sched.flipTo', { node: shorten(node, 30) })}{' '}
        <span className="aside">{t('sched.tried')}</span>
      </h3>
      {fixes === undefined && !isFixing && (
        <button type="button" className="btn box" onClick={findFixes} data-testid="find-fixes">
          {t('sched.findFixes')}
        </button>
      )}
      {isFixing && (
        <p className="dim" role="status">
          {t('sched.fixing')}
        </p>
      )}
      {fixes?.length === 0 && <p className="dim">{t('sched.noFixes')}</p>}
      {fixes?.map((fix, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fixes come once, in their order
        <FixCard key={i} fix={fix} place={i} isBest={i === 0 && fix.flip?.found === true} />
      ))}
    </section>
  );
}

interface FixProps {
  readonly fix: Fix;
  readonly place: number;
  readonly isBest: boolean;
}

function FixCard({ fix, place, isBest }: FixProps) {
  const t = useT();
  const say = useSay();
  const [error, setError] = useState('');
  const trial = useScheduling((s) => s.trials[place]);
  const title = titleOf(fix, t, say);
  const works = fix.flip?.found === true || fix.whatIf?.result === 'scheduled';
  return (
    <div className={isBest ? 'fix best' : 'fix'} data-testid="fix">
      <p>
        <b>{title}</b> <span className={works ? 'ok' : 'bad'}>{works ? '✓' : '✕'}</span>
      </p>
      <p className="small2 mid">
        {(fix.flip?.messages ?? fix.whatIf?.messages ?? []).map((m) => (
          <span key={m.id}>{say(m)} </span>
        ))}
      </p>
      {fix.actions.length > 0 && trial === undefined && (
        <button
          type="button"
          className="btn box"
          onClick={() => {
            setError('');
            tryFix(place, title.slice(0, 100)).catch((e: unknown) =>
              setError(e instanceof Error ? e.message : String(e)),
            );
          }}
          data-testid="try-fix"
        >
          {t('sched.tryIt')}
        </button>
      )}
      {trial !== undefined && <TrialPart trial={trial} wanted={fix.flip?.wanted ?? ''} />}
      {fix.actions.length > 0 && <code className="small">{commandsText(fix)}</code>}
      {error !== '' && (
        <p className="bad small2" role="alert">
          {error.slice(0, 300)}
        </p>
      )}
    </div>
  );
}

function titleOf({ flip, whatIf, pool = '' }: Fix, t: ReturnType<typeof useT>, say: ReturnType<typeof useSay>): string {
  if (whatIf === undefined) return flip === undefined ? '' : changesText(flip, say);
  const { count: n, like } = whatIf;
  return pool === ''
    ? t('sched.moreNodes', { n, like: shorten(like, 24) })
    : t('sched.moreOfPool', { n, pool: shorten(pool, 32) });
}

const TRIAL_CLASS = { running: 'dim', worked: 'ok', others: 'warn', failed: 'bad' } as const;

/** The fork beside the run: how far it is, whether the pod got its node, and the ways to it. */
function TrialPart({ trial, wanted }: { readonly trial: TrialState; readonly wanted: string }) {
  const t = useT();
  const { share, verdict, branch } = trial;
  const state = verdict?.state ?? 'running';
  const pod = shorten(verdict?.pod ?? '', 40);
  const node = shorten(verdict?.node ?? '', 30);
  const time = timeText(Math.max(0, verdict?.atUs ?? 0), 1);
  return (
    <div className="trial" data-testid="trial" data-state={state}>
      {branch === '' && (
        <div
          className="progress"
          role="progressbar"
          aria-label={t('sched.trial.running')}
          aria-valuenow={Math.round(share * 100)}
        >
          <i style={{ width: `${share * 100}%` }} />
        </div>
      )}
      <p role="status" className={TRIAL_CLASS[state]}>
        {state === 'worked'
          ? `✓ ${t('sched.trial.worked', { pod, node, time })}`
          : state === 'others'
            ? `≈ ${t('sched.trial.others', { n: verdict?.placed ?? 0, pod, node, time })}`
            : state === 'running'
              ? t('sched.trial.running')
              : verdict !== undefined && wanted !== '' && verdict.node !== ''
                ? `✕ ${t('sched.trial.otherNode', { pod, node, time })}`
                : `✕ ${t('sched.trial.failed')}`}
      </p>
      {state === 'failed' && verdict !== undefined && verdict.message !== '' && (
        <p className="small2 mid">{verdict.message.slice(0, 300)}</p>
      )}
      {(state === 'worked' || state === 'others') && verdict !== undefined && verdict.waiting > 0 && (
        <p className="small2 mid">{t('sched.trial.waiting', { n: verdict.waiting })}</p>
      )}
      {branch !== '' && (
        <p className="row">
          <button type="button" className="btn box" onClick={() => compareTrial(branch)} data-testid="trial-compare">
            {t('sched.trial.compare')}
          </button>
          <button type="button" className="btn box" onClick={() => void openTrial(branch)} data-testid="trial-open">
            {t('sched.trial.open')}
          </button>
        </p>
      )}
    </div>
  );
}

const changesText = (flip: Flip, say: ReturnType<typeof useSay>): string =>
  flip.changes.length === 0 ? flip.messages.map(say).join(' ') : flip.changes.map((c) => say(c.message)).join(' + ');

const commandsText = (fix: Fix): string => fix.actions.map(actionText).join('; ').slice(0, 200);

function Nearest({ misses }: { readonly misses: readonly NearMiss[] }) {
  const t = useT();
  const say = useSay();
  if (misses.length === 0) return null;
  return (
    <section>
      <h3>{t('sched.nearest')}</h3>
      <ul className="nearest">
        {misses.map((miss) => (
          <li key={miss.node}>
            <button type="button" className="link mono ellipsis" onClick={() => askNode(miss.node)}>
              {shorten(miss.node, 28)}
            </button>
            <span className="bad" title={miss.obstacles.map((o) => `${o.plugin}: ${say(o.message)}`).join('\n')}>
              {miss.obstacles.map(shortObstacle).join(', ').slice(0, 80)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function PreemptionPart({ preemption }: { readonly preemption: Preemption }) {
  const t = useT();
  const say = useSay();
  return (
    <section data-testid="preemption">
      <h3>{t('sched.preemption')}</h3>
      <ul className="lines">
        {preemption.messages.map((m) => (
          <li key={m.id}>{say(m)}</li>
        ))}
      </ul>
      {preemption.candidates.slice(0, LINES_MAX).map((c) => (
        <details key={c.node} open={c.chosen}>
          <summary>
            <span className="mono">{shorten(c.node, 28)}</span>{' '}
            <span className={c.chosen ? 'ok' : 'dim'}>
              {c.chosen ? t('sched.nominated') : c.lostBy === undefined ? '' : say(c.lostBy)}
            </span>
          </summary>
          <ul className="lines">
            {c.victims.slice(0, LINES_MAX).map((v) => (
              <li key={`${v.namespace}/${v.name}`}>
                <button type="button" className="link mono" onClick={() => selectPath(`pods/${v.namespace}/${v.name}`)}>
                  {shorten(`${v.namespace}/${v.name}`, 36)}
                </button>{' '}
                <span className="dim">{t('sched.priority', { n: v.priority })}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
      {preemption.failed.map((f) => (
        <p key={f.reason} className="small2 mid">
          {numberText(f.nodes)} {f.reason}
        </p>
      ))}
    </section>
  );
}

function WaitingPart({ waiting }: { readonly waiting: Waiting }) {
  const t = useT();
  const say = useSay();
  if (waiting.messages.length === 0) return null;
  return (
    <section data-testid="waiting">
      <h3>{t('sched.waitsFor')}</h3>
      <ul className="lines">
        {waiting.messages.map((m, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have a fixed order
          <li key={i}>{say(m)}</li>
        ))}
      </ul>
    </section>
  );
}

/** Why not this node? */
function AskNode({ explanation }: { readonly explanation: Explanation }) {
  const t = useT();
  const node = useScheduling((s) => s.node);
  const [text, setText] = useState(node);
  return (
    <section>
      <h3>{t('sched.whyNot')}</h3>
      <form
        className="row"
        onSubmit={(e) => {
          e.preventDefault();
          askNode(text.trim());
        }}
      >
        <input
          className="field"
          list="sched-nodes"
          aria-label={t('sched.nodeName')}
          placeholder={t('sched.nodeName')}
          value={text}
          maxLength={253}
          onChange={(e) => setText(e.target.value)}
        />
        <datalist id="sched-nodes">
          {explanation.matrix.rows.slice(0, 100).map((row) => (
            <option key={row.node} value={row.node} />
          ))}
        </datalist>
        <button type="submit" className="btn box" disabled={text.trim() === ''}>
          {t('sched.ask')}
        </button>
      </form>
      {explanation.whyNot !== undefined && explanation.whyNot.node === node && (
        <WhyNotPart whyNot={explanation.whyNot} />
      )}
    </section>
  );
}

function WhyNotPart({ whyNot }: { readonly whyNot: WhyNot }) {
  const t = useT();
  const say = useSay();
  return (
    <div data-testid="why-not">
      <ul className="lines">
        {whyNot.messages.map((m) => (
          <li key={m.id}>{say(m)}</li>
        ))}
        {whyNot.obstacles.map((o) => (
          <li key={o.plugin + say(o.message)} className="bad">
            {o.plugin}: {say(o.message)}
          </li>
        ))}
      </ul>
      {whyNot.scores.length > 0 && (
        <table className="small2">
          <thead>
            <tr>
              <th scope="col">{t('sched.plugin')}</th>
              <th scope="col">{t('sched.points')}</th>
              <th scope="col">{t('sched.chosenPoints')}</th>
            </tr>
          </thead>
          <tbody>
            {whyNot.scores.map((s) => (
              <tr key={s.plugin}>
                <td>{s.plugin}</td>
                <td className="num">{s.points}</td>
                <td className="num">{s.chosenPoints}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{t('sched.total')}</th>
              <td className="num">
                <b>{whyNot.total}</b>
              </td>
              <td className="num">
                <b>{whyNot.chosenTotal}</b>
              </td>
            </tr>
          </tbody>
        </table>
      )}
    </div>
  );
}
