import { useMemo } from 'react';
import { numberText, useT } from '../../i18n/index.ts';
import { ACTS } from '../../model/activity.ts';
import type { Area, ComponentSum, ComponentTrouble } from '../../model/area.ts';
import { delayText, timeText } from '../../model/viewport.ts';
import { reach } from '../../state/time.ts';
import { useQuery } from '../../state/useQuery.ts';

/** Sums over the marked lanes of components: what they did, how long they led or were down, and what went wrong first. */
export function ComponentArea({ area }: { readonly area: Area }) {
  const t = useT();
  const { fromUs, toUs, components } = area;
  const args = useMemo(() => ({ fromUs, toUs, components }), [fromUs, toUs, components]);
  const { data } = useQuery('timeline', 'componentArea', args);
  if (data === undefined) return null;
  const seconds = Math.max(1, toUs - fromUs) / 1e6;
  const total = data.rows.reduce((sum, row) => add(sum, row), {
    name: '',
    counts: ACTS.map(() => 0),
    leadsUs: 0,
    downUs: 0,
  });
  return (
    <div className="area-body">
      <table className="table" data-testid="area-components">
        <caption>{t('area.counts')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('activity.component')}</th>
            {ACTS.map((act) => (
              <th key={act} scope="col" className="num">
                {t(`activity.${act}`)}
              </th>
            ))}
            <th scope="col" className="num">
              {t('area.writeRate')}
            </th>
            <th scope="col" className="num">
              {t('activity.leads')}
            </th>
            <th scope="col" className="num">
              {t('activity.down')}
            </th>
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row) => (
            <Row key={row.name} row={row} seconds={seconds} />
          ))}
          {data.rows.length > 1 && <Row row={{ ...total, name: t('area.sum') }} seconds={seconds} isSum />}
        </tbody>
      </table>
      <div className="area-failures">
        <h2>{t('area.troubles', { n: data.kinds })}</h2>
        {data.kinds === 0 && <p className="dim">{t('area.noFailures')}</p>}
        <ol>
          {data.troubles.map((trouble) => (
            <Trouble key={`${trouble.component} ${trouble.text}`} trouble={trouble} />
          ))}
        </ol>
        {data.kinds > data.troubles.length && (
          <p className="dim small">{t('explorer.more', { n: data.kinds - data.troubles.length })}</p>
        )}
      </div>
    </div>
  );
}

const add = (a: ComponentSum, b: ComponentSum): ComponentSum => ({
  ...a,
  counts: a.counts.map((n, act) => n + b.counts[act]),
  leadsUs: a.leadsUs + b.leadsUs,
  downUs: a.downUs + b.downUs,
});

const WRITE = ACTS.indexOf('write');

function Row({
  row,
  seconds,
  isSum,
}: {
  readonly row: ComponentSum;
  readonly seconds: number;
  readonly isSum?: boolean;
}) {
  const t = useT();
  const span = (us: number) => (us === 0 ? '-' : delayText(us));
  return (
    <tr>
      <th scope="row" className={isSum ? '' : 'mono small'}>
        {isSum ? <b>{row.name}</b> : row.name.slice(0, 60)}
      </th>
      {ACTS.map((act, i) => (
        <td key={act} className={act === 'trouble' && row.counts[i] > 0 ? 'bad' : ''}>
          {numberText(row.counts[i])}
        </td>
      ))}
      <td>{t('metrics.perSecond', { n: (row.counts[WRITE] / seconds).toFixed(1) })}</td>
      <td>{isSum ? '' : span(row.leadsUs)}</td>
      <td>{isSum ? '' : span(row.downUs)}</td>
    </tr>
  );
}

function Trouble({ trouble }: { readonly trouble: ComponentTrouble }) {
  const { component, text, timeUs, count } = trouble;
  return (
    <li>
      <button type="button" className="life-row" onClick={() => reach(timeUs)} title={text.slice(0, 500)}>
        <span className="mono small">{timeText(timeUs)}</span>
        <span className="mono small ellipsis">{component.slice(0, 60)}</span>
        <span className="ellipsis">
          {count > 1 && <b>{numberText(count)} × </b>}
          {text.slice(0, 200)}
        </span>
      </button>
    </li>
  );
}
