import { useState } from 'react';
import { Icon } from '../../components/Icon.tsx';
import { useT } from '../../i18n/index.ts';
import { timeText } from '../../model/viewport.ts';
import { fitAll } from '../../state/actions.ts';
import { toggleTable } from '../../state/settings.ts';
import { useApp } from '../../state/store.ts';
import { useQuery, useSlowApp } from '../../state/useQuery.ts';
import type { MetricSeries, MetricsAnswer } from '../../worker/queries/metrics.ts';
import { Chart } from './Chart.tsx';
import { valueText } from './valueText.ts';
import './metrics.css';

const BINS = 400;
const MOMENT_MS = 200;

/** Series that stand in one chart, in the order of the page. */
function chartsOf(
  series: readonly MetricSeries[],
  search: string,
): { readonly name: string; readonly series: readonly MetricSeries[] }[] {
  const charts = new Map<string, MetricSeries[]>();
  for (const s of series) {
    // Requests stand beside what there is to request.
    const about = /resource="(\w+)"/.exec(s.spec.labels)?.[1];
    const name = about === undefined ? s.spec.name : `${about}: requests, allocatable`;
    const list = charts.get(name);
    if (list === undefined) charts.set(name, [s]);
    else list.push(s);
  }
  const words = search.toLowerCase().split(/\s+/);
  const named = [...charts].map(([name, list]) => ({ name, series: list }));
  return named.filter((c) => {
    const text = `${c.name} ${c.series.map((s) => `${s.spec.name} ${s.spec.labels}`).join(' ')}`.toLowerCase();
    return words.every((w) => text.includes(w));
  });
}

/** Metrics under their names in Kubernetes. Drag in a chart to choose the stretch of time that all views show. */
export default function MetricsView() {
  const t = useT();
  const view = useSlowApp((s) => s.view, 60);
  const atUs = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  const [search, setSearch] = useState('');
  const asTable = useApp((s) => s.tables.metrics === true);
  const { data } = useQuery('metrics', 'series', { fromUs: view.fromUs, toUs: view.toUs, bins: BINS, atUs });
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
        <button type="button" className="btn" onClick={() => toggleTable('metrics')} data-testid="as-table">
          <Icon name="table" />
          {t(asTable ? 'views.asPicture' : 'views.asTable')}
        </button>
      </div>
      {asTable ? (
        <MetricsTable data={data} search={search} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
        <section className="charts" aria-label={t('metrics.charts')} tabIndex={0} data-testid="charts">
          {charts.map((c) => (
            <Chart key={c.name} name={c.name} series={c.series} times={data?.times ?? new Float64Array(0)} />
          ))}
          {data !== undefined && charts.length === 0 && <p className="dim">{t('palette.empty')}</p>}
        </section>
      )}
    </>
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
