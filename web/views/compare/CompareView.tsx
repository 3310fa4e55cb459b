import { useEffect, useMemo, useRef, useState } from 'react';
import { sizeCanvas } from '../../draw/text.ts';
import { numberText, useT } from '../../i18n/index.ts';
import {
  type Comparison,
  type LanePairs,
  METRIC_IDS,
  type MetricRow,
  type NodeDifference,
} from '../../model/compare.ts';
import { textAt } from '../../model/frame.ts';
import { shorten } from '../../model/shorten.ts';
import { delayText, timeText } from '../../model/viewport.ts';
import { selectPath, setCursor } from '../../state/actions.ts';
import { useSize } from '../../state/palette.ts';
import { useApp } from '../../state/store.ts';
import { reach } from '../../state/time.ts';
import { useQuery, useSlow } from '../../state/useQuery.ts';
import { readMapPalette } from '../map/mapPalette.ts';
import { useMapPalette } from '../map/useMapPalette.ts';
import '../map/map.css';
import './compare.css';
import { OtherPicker } from './OtherPicker.tsx';
import { type ComparePalette, DifferenceMap, drawLines, PairLanes } from './paint.ts';
import { barOf, relative } from './scale.ts';
import { compareAgain, useCompare } from './state.ts';

function useComparePalette(): ComparePalette {
  const palette = useMapPalette();
  return useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const token = (name: string) => style.getPropertyValue(name).trim();
    return { ...readMapPalette(), ...palette, runA: token('--cmp-a'), runB: token('--cmp-b') };
  }, [palette]);
}

/** Two runs side by side: where they part and why, what became of it. */
export default function CompareView() {
  const t = useT();
  const comparison = useCompare((s) => s.comparison);
  const isRunning = useCompare((s) => s.isRunning);
  const progress = useCompare((s) => s.progress);
  const failure = useCompare((s) => s.failure);
  const digest = useApp((s) => s.end?.digest);
  const isTable = useApp((s) => s.tables.compare === true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another digest is another run on show
  useEffect(compareAgain, [digest]);
  return (
    <>
      <OtherPicker />
      <div className="view compare" data-testid="compare">
        {failure !== undefined ? (
          <div className="notice" role="alert">
            <h2>{t('compare.failed')}</h2>
            <pre>{failure.message.slice(0, 500)}</pre>
          </div>
        ) : isRunning ? (
          <div className="notice" role="status">
            <h2>{t('compare.running')}</h2>
            <div className="progress">
              <i style={{ width: `${Math.round(100 * progress)}%` }} />
            </div>
            <p>{Math.round(100 * progress)}%</p>
          </div>
        ) : comparison === undefined ? (
          <div className="notice">
            <h2>{t('compare.nothing')}</h2>
            <p>{t('compare.nothingText')}</p>
          </div>
        ) : (
          <>
            <Banner c={comparison} />
            <div className="compare-body">
              <Metrics c={comparison} />
              <div className="compare-right">
                <Lines c={comparison} />
                <Nodes isTable={isTable} />
              </div>
            </div>
            <Lanes c={comparison} isTable={isTable} />
          </>
        )}
      </div>
    </>
  );
}

/** Where the runs part, and why. */
function Banner({ c }: { readonly c: Comparison }) {
  const t = useT();
  const { divergence: d } = c;
  return (
    <section className="compare-banner" data-testid="divergence">
      {d.timeUs === undefined ? (
        <p>
          <b>=</b> {t('compare.equal', { n: d.equal })}
        </p>
      ) : (
        <div className="compare-where">
          <details>
            <summary>
              <span>
                <b>=</b> {t('compare.equalFor', { n: d.equal })} {t('compare.firstAt')}{' '}
                <b className="mono">{timeText(d.timeUs, 6)}</b>
              </span>
            </summary>
            <dl>
              {(['a', 'b'] as const).map((run) => (
                <div key={run}>
                  <dt className={`run-${run}`}>{run.toUpperCase()}</dt>
                  <dd className="mono small wrap">
                    {d[run] === '' ? t('compare.nothingMore') : d[run].slice(0, 400)}
                    {(run === 'a' ? d.causesA : d.causesB).map((cause) => (
                      <span key={cause} className="dim">
                        ← {cause.slice(0, 300)}
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </details>
          <button
            type="button"
            className="btn box"
            onClick={() => reach(d.timeUs as number)}
            data-testid="to-divergence"
          >
            {t('compare.jump')}
          </button>
        </div>
      )}
      <p className="small2 mid" data-testid="compare-changes">
        {c.changes.length === 0 && c.a.branch === c.b.branch ? t('compare.sameInput') : t('compare.because')}{' '}
        {c.changes.map((change) => (
          <span key={change.path} className="compare-change">
            <code>{shorten(change.path, 70)}</code> {change.a} → <b>{change.b}</b>
          </span>
        ))}
      </p>
    </section>
  );
}

function valueText(value: number, unit: MetricRow['unit']): string {
  if (value < 0) return '-';
  return unit === 'time' ? delayText(value) : numberText(value);
}

function deltaText({ a, b, unit }: MetricRow): string {
  if (a < 0 || b < 0) return '';
  if (a === b) return '0';
  const sign = b > a ? '+' : '−';
  const share = relative(a, b);
  if (!Number.isNaN(share) && Math.abs(share) < 10 && Math.abs(share) >= 0.1)
    return `${sign}${Math.round(Math.abs(share) * 100)}%`;
  return `${sign}${unit === 'time' ? delayText(Math.abs(b - a)) : numberText(Math.abs(b - a))}`;
}

function Metrics({ c }: { readonly c: Comparison }) {
  const t = useT();
  const rows = METRIC_IDS.flatMap((id) => c.metrics.filter((m) => m.id === id));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keys
    <section className="compare-metrics" tabIndex={0} aria-label={t('compare.metrics')}>
      <table data-testid="compare-metrics">
        <thead>
          <tr>
            <th scope="col">{t('compare.metric')}</th>
            <th scope="col" className="num run-a">
              A
            </th>
            <th scope="col" className="num run-b">
              B
            </th>
            <th scope="col" className="num">
              {t('compare.delta')}
            </th>
            <th scope="col" className="bars">
              {t('compare.lessMore')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((m) => {
            const bar = barOf(m.a, m.b);
            return (
              <tr key={m.id} data-metric={m.id}>
                <th scope="row">{t(`compare.metrics.${m.id}`)}</th>
                <td className="num">{valueText(m.a, m.unit)}</td>
                <td className="num">{valueText(m.b, m.unit)}</td>
                <td className="num">
                  <b>{deltaText(m)}</b>
                </td>
                <td className="bars">
                  <i
                    className={bar < 0 ? 'less' : 'more'}
                    style={{ left: `${50 + Math.min(0, bar) * 48}%`, width: `${Math.abs(bar) * 48}%` }}
                  />
                </td>
              </tr>
            );
          })}
          {c.expectations.length > 0 && (
            <tr>
              <th scope="colgroup" colSpan={5} className="dim">
                {t('compare.expectations')}
              </th>
            </tr>
          )}
          {c.expectations.map((e) => (
            <tr key={e.name}>
              <th scope="row">{shorten(e.name, 50)}</th>
              {(['a', 'b'] as const).map((run) => (
                <td key={run} className={e[run] === 1 ? 'num ok' : 'num bad'}>
                  {e[run] < 0 ? '-' : `${e[run] === 1 ? '✓' : '✕'} ${timeText(run === 'a' ? e.aUs : e.bUs, 0)}`}
                </td>
              ))}
              <td className="num">{e.a === e.b ? '' : '≠'}</td>
              <td className="bars" />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Lines({ c }: { readonly c: Comparison }) {
  const t = useT();
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(box);
  const palette = useComparePalette();
  const cursorUs = useApp((s) => s.cursorUs);
  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    const at = c.divergence.timeUs;
    const first = at === undefined ? '' : `${t('compare.first')} ${timeText(at, 1)}`;
    drawLines(sizeCanvas(canvas.current, width, height), palette, c, width, height, cursorUs, { first });
  });
  return (
    <section className="compare-part">
      <h2>{t('compare.notReady')}</h2>
      <div
        ref={setBox}
        className="compare-canvas"
        role="img"
        aria-label={t('compare.linesLabel', {
          a: numberText(Math.max(0, ...c.notReadyA)),
          b: numberText(Math.max(0, ...c.notReadyB)),
        })}
        onPointerDown={(e) => {
          const rect = e.currentTarget.getBoundingClientRect();
          const left = 44 * palette.unit;
          const share = (e.clientX - rect.left - left) / Math.max(1, width - 14 * palette.unit - left);
          setCursor(Math.max(0, share) * c.endUs);
        }}
      >
        <canvas ref={canvas} style={{ width, height }} />
      </div>
    </section>
  );
}

const SLOW_MS = 150;

function Nodes({ isTable }: { readonly isTable: boolean }) {
  const t = useT();
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(box);
  const palette = useComparePalette();
  const [painter] = useState(() => new DifferenceMap());
  const timeUs = useSlow(
    useApp((s) => s.cursorUs),
    SLOW_MS,
  );
  const { data } = useQuery('compare', 'nodes', timeUs);
  const [changed, setChanged] = useState(0);
  useEffect(() => {
    if (canvas.current === null || width === 0 || data === undefined || data === null) return;
    const names = data.groups.map((g) => (g === '' ? t('map.noGroup') : t('map.zoneName', { name: g })));
    painter.draw(sizeCanvas(canvas.current, width, height), palette, data, names, width, height);
    setChanged(painter.changed);
  });
  if (data === null) return null;
  return (
    <section className="compare-part grow">
      <h2 className="row">
        <span>{t('compare.nodes', { time: timeText(timeUs, 0) })}</span>
        <span className="space" />
        {changed > 0 && (
          <span className="compare-scale" aria-hidden="true">
            −{painter.most}{' '}
            {palette.difference.map((colour) => (
              <i key={colour} style={{ background: colour }} />
            ))}{' '}
            +{painter.most}
          </span>
        )}
      </h2>
      {isTable && data !== undefined ? (
        <NodeTable data={data} />
      ) : (
        <div
          ref={setBox}
          className="compare-canvas"
          role="img"
          aria-label={t('compare.nodesLabel', { n: changed })}
          data-changed={changed}
          onPointerDown={(e) => {
            const rect = e.currentTarget.getBoundingClientRect();
            const node = painter.nodeAt(e.clientX - rect.left, e.clientY - rect.top);
            if (node !== '') selectPath(`nodes/${node}`);
          }}
          data-testid="compare-nodes"
        >
          <canvas ref={canvas} style={{ width, height }} />
        </div>
      )}
    </section>
  );
}

const TABLE_ROWS_MAX = 200;

/** Nodes whose Ready pods differ, most first. */
function NodeTable({ data }: { readonly data: NodeDifference }) {
  const t = useT();
  const rows = Array.from(data.a, (a, n) => ({ n, d: data.b[n] - a }))
    .filter(({ d }) => d !== 0)
    .sort((x, y) => Math.abs(y.d) - Math.abs(x.d) || x.n - y.n)
    .slice(0, TABLE_ROWS_MAX);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keys
    <section className="compare-table" tabIndex={0} aria-label={t('compare.nodes', { time: timeText(data.timeUs, 0) })}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('map.columns.name')}</th>
            <th scope="col" className="num">
              A
            </th>
            <th scope="col" className="num">
              B
            </th>
            <th scope="col" className="num">
              {t('compare.delta')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ n, d }) => (
            <tr key={n}>
              <th scope="row" className="mono">
                <button
                  type="button"
                  className="link mono"
                  onClick={() => selectPath(`nodes/${textAt(data.names, n)}`)}
                >
                  {shorten(textAt(data.names, n), 40)}
                </button>
              </th>
              <td className="num">{data.a[n]}</td>
              <td className="num">{data.b[n]}</td>
              <td className="num">{d > 0 ? `+${d}` : `−${-d}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Lanes({ c, isTable }: { readonly c: Comparison; readonly isTable: boolean }) {
  const t = useT();
  const lanes = useCompare((s) => s.lanes);
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(box);
  const palette = useComparePalette();
  const painter = useMemo(() => new PairLanes(palette, devicePixelRatio), [palette]);
  const cursorUs = useApp((s) => s.cursorUs);
  const view = useApp((s) => s.view);
  const [scrollTop, setScrollTop] = useState(0);
  useEffect(() => {
    if (canvas.current === null || width === 0 || lanes === undefined) return;
    const ctx = sizeCanvas(canvas.current, width, height);
    painter.draw(ctx, lanes, view, width, height, scrollTop, cursorUs, { absent: t('compare.absent') });
  });
  if (lanes === undefined) return null;
  const text = t('compare.lanes', { n: lanes.differing, shown: numberText(lanes.pairs.length) });
  return (
    <section className="compare-lanes" data-testid="compare-lanes" data-differing={lanes.differing}>
      <h2>{lanes.differing === 0 ? t('compare.noLanes') : text}</h2>
      {isTable ? (
        <LaneTable lanes={lanes} endUs={c.endUs} />
      ) : (
        <div
          ref={setBox}
          className="compare-scroll"
          role="application"
          aria-label={text}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the lanes scroll by keys
          tabIndex={0}
          onScroll={(e) => setScrollTop(e.currentTarget.scrollTop)}
          onClick={(e) => {
            const rect = e.currentTarget.getBoundingClientRect();
            const hit = painter.at(
              e.clientX - rect.left,
              e.clientY - rect.top,
              scrollTop,
              width,
              view,
              lanes.pairs.length,
            );
            const pair = lanes.pairs[hit.pair];
            if (pair !== undefined && pair.name !== '') selectPath(`pods/${pair.name}`);
            if (hit.timeUs >= 0) setCursor(hit.timeUs);
          }}
          onKeyDown={(e) => {
            if (e.key !== 'Enter' || lanes.pairs.length === 0) return;
            const top = lanes.pairs[Math.round(scrollTop / painter.pairHeight)];
            if (top !== undefined && top.name !== '') selectPath(`pods/${top.name}`);
          }}
        >
          <canvas ref={canvas} style={{ width, height }} />
          <div style={{ height: Math.max(0, painter.heightOf(lanes.pairs.length) - height) }} />
        </div>
      )}
    </section>
  );
}

function LaneTable({ lanes, endUs }: { readonly lanes: LanePairs; readonly endUs: number }) {
  const t = useT();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keys
    <section className="compare-table" tabIndex={0} aria-label={t('compare.lanesTable')}>
      <table>
        <thead>
          <tr>
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col" className="num">
              {t('compare.differs')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lanes.pairs.map((pair) => (
            <tr key={`${pair.name} ${pair.nameB}`}>
              <th scope="row" className="mono">
                {pair.name === '' ? (
                  t('compare.absent')
                ) : (
                  <button type="button" className="link mono" onClick={() => selectPath(`pods/${pair.name}`)}>
                    {shorten(pair.name, 60)}
                  </button>
                )}
              </th>
              <td className="mono">{shorten(pair.nameB, 60) || t('compare.absent')}</td>
              <td className="num">{delayText(Math.min(pair.differsUs, endUs))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
