import { useState } from 'react';
import { RunAgainButton } from '../../components/RunAgain.tsx';
import { TableButton } from '../../components/TableButton.tsx';
import { numberText, t, useT } from '../../i18n/index.ts';
import { timeText, type Viewport } from '../../model/viewport.ts';
import { fitAll } from '../../state/actions.ts';
import { useApp } from '../../state/store.ts';
import { useQuery, useSlowApp } from '../../state/useQuery.ts';
import type { MetricSeries, MetricsAnswer } from '../../worker/queries/metrics.ts';
import { Chart } from './Chart.tsx';
import { valueText } from './valueText.ts';
import './metrics.css';

const BINS = 400;
const MOMENT_MS = 200;

/** What people look for first stands first; other charts follow as they come. */
const FIRST: readonly string[] = [
  'scheduler_pending_pods',
  'kube_pod_status_phase',
  'scheduler_schedule_attempts_total',
  'scheduler_pod_scheduling_sli_duration_seconds',
  'apiserver_request_total',
  'apiserver_request_duration_seconds',
  'cpu',
  'memory',
  'kube_node_status_condition',
  'evictions',
];

interface ChartSpec {
  readonly id: string;
  readonly title: string;
  readonly series: readonly MetricSeries[];
}

/** Series that stand in one chart, in the order of the page. */
function chartsOf(series: readonly MetricSeries[], search: string): readonly ChartSpec[] {
  const charts = new Map<string, MetricSeries[]>();
  for (const s of series) {
    const id = s.spec.chart ?? s.spec.name;
    const list = charts.get(id);
    if (list === undefined) charts.set(id, [s]);
    else list.push(s);
  }
  const words = search.toLowerCase().split(/\s+/);
  const place = (id: string) => (FIRST.indexOf(id) + FIRST.length + 1) % (FIRST.length + 1);
  return [...charts]
    .map(([id, list]) => ({ id, title: titleOf(id, list), series: list }))
    .sort((a, b) => place(a.id) - place(b.id))
    .filter((c) => {
      const text = `${c.title} ${c.series.map((s) => `${s.spec.name} ${s.spec.labels}`).join(' ')}`.toLowerCase();
      return words.every((w) => text.includes(w));
    });
}

/** The real name; of resources the names stand in the table and below the pointer. */
function titleOf(id: string, [{ spec }]: readonly MetricSeries[]): string {
  if (spec.chart !== undefined) return t(`metrics.chart.${spec.chart}`);
  return spec.kind === 'histogram' && spec.labels !== '' ? `${id}{${spec.labels}}` : id;
}

/** Metrics under their names in Kubernetes. Drag in a chart to choose the stretch of time that all views show. */
export default function MetricsView() {
  const t = useT();
  const view = useSlowApp((s) => s.view, 60);
  const atUs = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  const [search, setSearch] = useState('');
  const [request, setRequest] = useState(-1);
  const asTable = useApp((s) => s.tables.metrics === true);
  const { data } = useQuery('metrics', 'series', { fromUs: view.fromUs, toUs: view.toUs, bins: BINS, atUs, request });
  const charts = data === undefined ? [] : chartsOf(data.series, search);
  return (
    <>
      <div className="tools">
        <input
          type="search"
          className="field"
          aria-label={t('metrics.search')}
          placeholder={t('metrics.search')}
          value={search}
          maxLength={100}
          onChange={(e) => setSearch(e.target.value)}
        />
        <span className="dim ellipsis wide-only">{t('metrics.hint')}</span>
        <span className="space" />
        <span className="mono small wide-only">
          {timeText(view.fromUs, 0)} – {timeText(view.toUs, 0)}
        </span>
        <button type="button" className="btn" onClick={fitAll}>
          {t('timeline.fit')}
        </button>
        <TableButton view="metrics" />
      </div>
      <Missing />
      {asTable ? (
        <MetricsTable data={data} search={search} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
        <section className="charts" aria-label={t('metrics.charts')} tabIndex={0} data-testid="charts">
          {charts.map((c) => (
            <Chart key={c.id} name={c.title} series={c.series} times={data?.times ?? new Float64Array(0)} />
          ))}
          <Requests view={view} search={search} request={request} onRequest={setRequest} />
          {data !== undefined && charts.length === 0 && <p className="dim">{t('palette.empty')}</p>}
        </section>
      )}
    </>
  );
}

/** What a recording cannot tell, and the way to it. */
function Missing() {
  const t = useT();
  const hasObjects = useApp((s) => s.facts?.hasObjects !== false);
  const canRun = useApp((s) => s.facts?.canRun === true);
  if (hasObjects) return null;
  return (
    <p className="metrics-missing" role="note" data-testid="metrics-missing">
      <span>{t(canRun ? 'metrics.missing' : 'metrics.missingForGood')}</span>
      <RunAgainButton className="btn box" />
    </p>
  );
}

function MetricsTable({ data, search }: { readonly data: MetricsAnswer | undefined; readonly search: string }) {
  const t = useT();
  const rows = chartsOf(data?.series ?? [], search).flatMap((c) => c.series);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <section className="table-box" aria-label={t('metrics.charts')} tabIndex={0}>
      <table className="table" data-testid="metrics-table">
        <thead>
          <tr>
            {(['name', 'now', 'least', 'most'] as const).map((name) => (
              <th key={name} scope="col" className={name === 'name' ? '' : 'num'}>
                {t(`metrics.column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((s) => {
            const known = s.values.filter((v) => !Number.isNaN(v));
            return (
              <tr key={`${s.spec.name}${s.spec.labels}${s.quantile}`}>
                <th scope="row" className="mono small">
                  {s.spec.name}
                  {(s.spec.labels !== '' || s.quantile !== '') && (
                    <span className="dim">
                      {'{'}
                      {[s.spec.labels, s.quantile === '' ? '' : `quantile="${s.quantile}"`]
                        .filter((l) => l !== '')
                        .join(',')}
                      {'}'}
                    </span>
                  )}
                </th>
                <td className="num">{valueText(s.now, s.spec.unit)}</td>
                <td className="num">
                  {valueText(
                    known.reduce((a, b) => Math.min(a, b), known[0] ?? Number.NaN),
                    s.spec.unit,
                  )}
                </td>
                <td className="num">
                  {valueText(
                    known.reduce((a, b) => Math.max(a, b), known[0] ?? Number.NaN),
                    s.spec.unit,
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

interface RequestsProps {
  readonly view: Viewport;
  readonly search: string;
  readonly request: number;
  readonly onRequest: (request: number) => void;
}

const REQUESTS_MAX = 60;

/** Requests of the stretch on show by kind; the charts above show those of a kind that is chosen. */
function Requests({ view, search, request, onRequest }: RequestsProps) {
  const t = useT();
  const { data } = useQuery('metrics', 'requests', { fromUs: view.fromUs, toUs: view.toUs });
  const words = search.toLowerCase().split(/\s+/);
  const rows = (data ?? []).filter((r) => {
    const text = `apiserver_request ${r.verb} ${r.resource}.${r.group}/${r.subresource}`.toLowerCase();
    return words.every((w) => text.includes(w));
  });
  if (rows.length === 0) return null;
  return (
    <section className="requests" aria-label={t('metrics.requests')}>
      <h2 className="row">
        {t('metrics.requests')} <span className="dim small2">{t('metrics.requestsHint')}</span>
        <span className="space" />
        {request >= 0 && (
          <button type="button" className="btn box" onClick={() => onRequest(-1)} data-testid="all-requests">
            {t('metrics.allRequests')}
          </button>
        )}
      </h2>
      <table className="table" data-testid="requests">
        <thead>
          <tr>
            <th scope="col">{t('metrics.request')}</th>
            {(['count', 'errors', 'p50', 'p99', 'max'] as const).map((name) => (
              <th key={name} scope="col" className="num">
                {t(`metrics.column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, REQUESTS_MAX).map((r) => (
            <tr key={r.number} className={r.number === request ? 'on' : ''}>
              <th scope="row">
                <button
                  type="button"
                  className="link mono"
                  aria-pressed={r.number === request}
                  onClick={() => onRequest(r.number === request ? -1 : r.number)}
                >
                  {r.verb} {r.resource.slice(0, 100)}
                  {r.group !== '' && <span className="dim">.{r.group.slice(0, 100)}</span>}
                  {r.subresource !== '' && `/${r.subresource}`}
                </button>
              </th>
              <td className="num">{numberText(r.count)}</td>
              <td className={r.errors > 0 ? 'num bad' : 'num'}>{numberText(r.errors)}</td>
              {[r.p50, r.p99, r.max].map((seconds, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: three columns
                <td key={i} className="num">
                  {valueText(seconds, 'seconds')}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > REQUESTS_MAX && (
        <p className="dim small">{t('explorer.more', { n: rows.length - REQUESTS_MAX })}</p>
      )}
    </section>
  );
}
