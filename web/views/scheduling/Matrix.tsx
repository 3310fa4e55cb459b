import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { Explanation, MatrixRow } from '../../../sim-core/index.ts';
import { useT } from '../../i18n/index.ts';
import { shorten } from '../../model/shorten.ts';
import { type MatrixMode, setMode, showAllRows } from './state.ts';
import { shortObstacle } from './words.ts';

const ROW = 26;
const COLUMN = 76;
const FILTER_COLUMN = 106;
const NODE_COLUMN = 132;
const MODES: readonly MatrixMode[] = ['filters', 'raw', 'normalized', 'weighted'];

/** Nodes by plugins: which filter refused a node, or the points that each score plugin gave. Only cells in sight exist. */
export function Matrix({ explanation: e, mode }: { readonly explanation: Explanation; readonly mode: MatrixMode }) {
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  const { matrix } = e;
  const isScores = mode !== 'filters';
  const rows = isScores ? matrix.rows.filter((r) => r.raw.length > 0) : nearestFirst(e);
  // Filters that refused nobody say so in one line.
  const refusing = matrix.filters.filter((f) => matrix.rows.some((r) => r.failedBy === f));
  const isShort = refusing.length > 0 && matrix.filters.length > refusing.length;
  const columns = isScores ? matrix.columns.map((c) => c.plugin) : isShort ? refusing : matrix.filters;
  const passed = isScores || !isShort ? [] : matrix.filters.filter((f) => !refusing.includes(f));
  const width = isScores ? COLUMN : FILTER_COLUMN;
  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => width,
    overscan: 3,
  });
  const value = (row: MatrixRow, c: number) =>
    mode === 'raw'
      ? row.raw[c]
      : mode === 'weighted'
        ? row.normalized[c] * matrix.columns[c].weight
        : row.normalized[c];
  const most = isScores ? columns.map((_, c) => Math.max(1, ...rows.map((r) => value(r, c)))) : [];
  const items = down.getVirtualItems();
  const cells = across.getVirtualItems();
  const left = cells[0]?.start ?? 0;
  const right = across.getTotalSize() - (cells.at(-1)?.end ?? 0);
  const top = items[0]?.start ?? 0;
  const bottom = down.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <section className="matrix" data-testid="matrix">
      <header className="row">
        <h2>{t(isScores ? 'sched.scores' : 'sched.filters')}</h2>
        <span className="space" />
        <fieldset className="sched-modes" aria-label={t('sched.mode')}>
          {MODES.map((m) => (
            <button
              key={m}
              type="button"
              aria-pressed={m === mode}
              disabled={m !== 'filters' && matrix.columns.length === 0}
              onClick={() => setMode(m)}
            >
              {t(`sched.modes.${m}`)}
            </button>
          ))}
        </fieldset>
      </header>
      {rows.length === 0 ? (
        <p className="dim small2">{t(isScores ? 'sched.notScored' : 'sched.noFilters')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keys
        <section className="matrix-scroll" ref={scroller} tabIndex={0} aria-label={t('sched.matrix')}>
          <table
            style={{ width: NODE_COLUMN + (isScores ? 60 : 0) + across.getTotalSize() }}
            aria-rowcount={rows.length + 1}
            aria-colcount={columns.length + (isScores ? 2 : 1)}
          >
            <thead>
              <tr>
                <th scope="col" className="sticky" style={{ width: NODE_COLUMN }}>
                  {t('sched.node')}
                </th>
                {isScores && (
                  <th scope="col" style={{ width: 60 }}>
                    {t('sched.total')}
                  </th>
                )}
                {left > 0 && <td style={{ width: left }} />}
                {cells.map(({ index }) => (
                  <th key={columns[index]} scope="col" style={{ width: width }} title={columns[index]}>
                    <span className="ellipsis">{shortPlugin(columns[index])}</span>
                    {isScores && <small className="dim">×{matrix.columns[index].weight}</small>}
                  </th>
                ))}
                {right > 0 && <td style={{ width: right }} />}
              </tr>
            </thead>
            <tbody>
              {top > 0 && <tr style={{ height: top }} />}
              {items.map((item) => {
                const row = rows[item.index];
                const isWinner = row.node === e.node;
                return (
                  <tr key={row.node} className={isWinner ? 'winner' : ''} aria-rowindex={item.index + 2}>
                    <th scope="row" className="sticky mono" title={row.node.slice(0, 253)}>
                      {isWinner ? '★ ' : ''}
                      {shorten(row.node, 20)}
                    </th>
                    {isScores && <td className="num">{row.total}</td>}
                    {left > 0 && <td />}
                    {cells.map(({ index }) =>
                      isScores ? (
                        <td key={columns[index]} className="score">
                          {value(row, index)}
                          <i style={{ width: `${(100 * value(row, index)) / most[index]}%` }} />
                        </td>
                      ) : (
                        <FilterCell
                          key={columns[index]}
                          e={e}
                          row={row}
                          filter={columns[index]}
                          isFirst={index === 0}
                        />
                      ),
                    )}
                    {right > 0 && <td />}
                  </tr>
                );
              })}
              {bottom > 0 && <tr style={{ height: bottom }} />}
            </tbody>
          </table>
        </section>
      )}
      {matrix.rows.length < matrix.rowsTotal && (
        <button type="button" className="btn" onClick={showAllRows} data-testid="matrix-all">
          {t('sched.allRows', { n: matrix.rowsTotal })}
        </button>
      )}
      {passed.length > 0 && (
        <p className="small2 mid">
          <span className="ok">✓</span> {t('sched.passed', { plugins: passed.join(', ') })}
        </p>
      )}
      <p className="dim small2">{isScores ? t('sched.winner') : t('sched.notReached')}</p>
    </section>
  );
}

/** Rows of the nodes that are nearest to taking the pod, then the others as they come. */
function nearestFirst({ matrix, nearest }: Explanation): readonly MatrixRow[] {
  const place = new Map(nearest.map((n, i) => [n.node, i]));
  const of = (row: MatrixRow) => place.get(row.node) ?? nearest.length;
  return nearest.length === 0 ? matrix.rows : [...matrix.rows].sort((a, b) => of(a) - of(b));
}

/** Passed, refused with what is short, or never asked because an earlier filter had refused. */
function FilterCell({
  e,
  row,
  filter,
  isFirst,
}: {
  readonly e: Explanation;
  readonly row: MatrixRow;
  readonly filter: string;
  readonly isFirst: boolean;
}) {
  const t = useT();
  const { filters } = e.matrix;
  const failedAt = filters.indexOf(row.failedBy);
  if (row.verdict === 'outside' || row.verdict === 'skipped')
    return <td className="dim">{isFirst ? t(`sched.verdict.${row.verdict}`) : '·'}</td>;
  if (row.failedBy === filter) {
    const near = e.nearest.find((n) => n.node === row.node)?.obstacles.find((o) => o.plugin === filter);
    const reason = row.reasons.join(', ');
    return (
      <td className="refused" title={reason.slice(0, 300)}>
        {near === undefined ? reason.slice(0, 60) : shortObstacle(near)}
      </td>
    );
  }
  const passed = failedAt < 0 || filters.indexOf(filter) < failedAt;
  return <td className={passed ? 'ok' : 'dim'}>{passed ? '✓' : '·'}</td>;
}

const shortPlugin = (plugin: string): string =>
  plugin
    .replace(/^NodeResources/, '')
    .replace(/^(Pod)?Topology/, '')
    .replace(/Toleration$|Allocation$/, '')
    .slice(0, 24);

/** Rows that tell most: scores where there are any, else filters. */
export function defaultMode(e: Explanation): MatrixMode {
  return e.node !== '' && e.matrix.columns.length > 0 ? 'weighted' : 'filters';
}
