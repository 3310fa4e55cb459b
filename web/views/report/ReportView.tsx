import { Glyph, Icon } from '../../components/Icon.tsx';
import { useT } from '../../i18n/index.ts';
import { delayText, timeText } from '../../model/viewport.ts';
import { selectPath, setFilter, showSpan } from '../../state/actions.ts';
import { setTab } from '../../state/settings.ts';
import { useApp } from '../../state/store.ts';
import { reach } from '../../state/time.ts';
import { useQuery } from '../../state/useQuery.ts';
import type { ReportExpectation, ReportFault, ReportFinding } from '../../worker/queries/report.ts';
import './report.css';

const ROWS_MAX = 200;

/** A moment in the view in which one looks at it. */
function goTo(timeUs: number): void {
  if (useApp.getState().tab === 'report') setTab('timeline');
  reach(timeUs);
}

/** What was expected, what was found, and what the faults did. */
export default function ReportView() {
  const t = useT();
  const isRunning = useApp((s) => s.phase.name === 'running');
  const end = useApp((s) => s.end);
  const verdicts = useQuery('report', 'verdicts', {}).data;
  const faults = useQuery('report', 'faults', isRunning || end === undefined ? undefined : {});
  const expectations = verdicts?.expectations ?? [];
  const failed = expectations.filter((e) => e.verdict === 'failed');
  const passed = expectations.filter((e) => e.verdict === 'passed');
  const waiting = expectations.filter((e) => e.verdict === 'waiting');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <section className="report" aria-label={t('report.label')} tabIndex={0} data-testid="report">
      <div className="report-total">
        <b className={failed.length > 0 ? 'bad' : expectations.length === 0 ? 'mid' : 'ok'}>
          {expectations.length > 0 && <Icon name={failed.length > 0 ? 'cross' : 'check'} />}{' '}
          {expectations.length === 0
            ? t('report.noExpectations')
            : failed.length > 0
              ? t('report.failed', { n: failed.length, of: expectations.length })
              : waiting.length > 0
                ? t('report.waiting', { n: waiting.length })
                : t('report.passed', { n: passed.length })}
        </b>
        {verdicts !== undefined && (
          <span className="mid">
            {verdicts.invariants === undefined
              ? t('report.invariantsOff')
              : t('report.invariants', { n: verdicts.invariants })}
          </span>
        )}
      </div>
      {[...failed, ...waiting, ...passed].slice(0, ROWS_MAX).map((e) => (
        <Expectation key={e.name} expectation={e} />
      ))}
      {verdicts !== undefined && verdicts.findings.length > 0 && <Findings findings={verdicts.findings} />}
      <Faults faults={faults.data ?? []} isLoading={faults.isLoading} />
    </section>
  );
}

function Expectation({ expectation: e }: { readonly expectation: ReportExpectation }) {
  const t = useT();
  const isBad = e.verdict === 'failed';
  return (
    <button
      type="button"
      className={`verdict ${e.verdict}`}
      disabled={e.verdict === 'waiting'}
      onClick={() => goTo(e.atUs)}
      data-testid={`verdict-${e.verdict}`}
    >
      <span className={isBad ? 'bad' : e.verdict === 'passed' ? 'ok' : 'dim'}>
        <Icon name={isBad ? 'cross' : e.verdict === 'passed' ? 'check' : 'play'} />
      </span>
      <span className="verdict-name">
        <b>{e.name.slice(0, 300)}</b>
        <span className="dim small">
          {e.mode} {e.place}
        </span>
      </span>
      <span className="num mono">{e.verdict === 'waiting' ? t('report.open') : timeText(e.atUs)}</span>
      <code>{e.that.slice(0, 500)}</code>
      {e.detail !== '' && <span className={isBad ? 'bad small2' : 'mid small2'}>{e.detail.slice(0, 600)}</span>}
    </button>
  );
}

function Findings({ findings }: { readonly findings: readonly ReportFinding[] }) {
  const t = useT();
  return (
    <>
      <h2 className="h">{t('report.findings')}</h2>
      {findings.slice(0, ROWS_MAX).map((f) => (
        <button
          type="button"
          className="verdict failed"
          key={`${f.checker} ${f.object} ${f.timeUs} ${f.message}`}
          onClick={() => {
            goTo(f.timeUs);
            if (f.object.includes('/')) selectPath(f.object);
          }}
        >
          <span className="bad">
            <Icon name="cross" />
          </span>
          <span className="verdict-name">
            <b>{f.checker}</b>
            <span className="mono small">{f.object.slice(0, 200)}</span>
          </span>
          <span className="num mono">{timeText(f.timeUs)}</span>
          <span className="small2">{f.message.slice(0, 600)}</span>
        </button>
      ))}
    </>
  );
}

function Faults({ faults, isLoading }: { readonly faults: readonly ReportFault[]; readonly isLoading: boolean }) {
  const t = useT();
  if (faults.length === 0)
    return isLoading ? (
      <p className="dim delayed" role="status">
        {t('report.reading')}
      </p>
    ) : null;
  return (
    <>
      <h2 className="h">{t('report.faults')}</h2>
      {faults.slice(0, ROWS_MAX).map((f) => (
        <div key={`${f.text} ${f.fromUs}`} className="fault">
          <button type="button" className="link" onClick={() => showSpan(f.fromUs, f.untilUs)}>
            <Glyph name="fault" colour="var(--fault)" /> <b>{f.text.slice(0, 200)}</b>{' '}
            <span className="mono small">
              {timeText(f.fromUs, 0)} – {Number.isFinite(f.untilUs) ? timeText(f.untilUs, 0) : t('tip.endOfRun')}
            </span>
          </button>
          {f.recoveries.length === 0 ? (
            <p className="dim small2">{t('report.noEffect')}</p>
          ) : (
            <table className="table">
              <thead>
                <tr>
                  {(['workload', 'lowest', 'back', 'last'] as const).map((name) => (
                    <th key={name} scope="col">
                      {t(`report.column.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {f.recoveries.slice(0, ROWS_MAX).map((r) => (
                  <tr key={`${r.namespace}/${r.deployment}`}>
                    <th scope="row">
                      <button
                        type="button"
                        className="link mono"
                        onClick={() => {
                          setTab('timeline');
                          setFilter(`${r.namespace}/${r.deployment}`);
                        }}
                      >
                        {`${r.namespace}/${r.deployment}`.slice(0, 160)}
                      </button>
                    </th>
                    <td>
                      <button type="button" className="link" onClick={() => goTo(r.lowestAtUs)}>
                        {t('report.lowest', { n: r.lowest, of: r.before })}{' '}
                        <span className="mono small">{timeText(r.lowestAtUs, 0)}</span>
                      </button>
                    </td>
                    <td className={r.recoveredAtUs < 0 ? 'bad' : ''}>
                      {r.recoveredAtUs < 0 ? t('report.never') : delayText(Math.round(r.recoveredAtUs - f.fromUs))}
                    </td>
                    <td>
                      {r.pod !== '' && (
                        <button
                          type="button"
                          className="link mono"
                          onClick={() => {
                            goTo(r.recoveredAtUs < 0 ? r.lowestAtUs : r.recoveredAtUs);
                            selectPath(r.pod.startsWith('pods/') ? r.pod : `pods/${r.namespace}/${r.pod}`);
                            useApp.setState({ inspectorTab: 'causes' });
                          }}
                        >
                          {r.pod.slice(r.pod.lastIndexOf('/') + 1, 300)}
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      ))}
    </>
  );
}
