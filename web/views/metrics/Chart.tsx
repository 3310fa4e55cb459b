import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Palette } from '../../draw/palette.ts';
import { tickText } from '../../model/viewport.ts';
import { setCursor, setView } from '../../state/actions.ts';
import { usePalette, useSize } from '../../state/palette.ts';
import { useApp } from '../../state/store.ts';
import type { MetricSeries } from '../../worker/queries/metrics.ts';
import { valueText } from './valueText.ts';

const HEIGHT = 132;
/** Round steps of the time axis, seconds. */
const STEPS_S = [1e-3, 1e-2, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400];

/** Colours that differ in lightness too; states have their own. */
function colourOf(s: MetricSeries, i: number, p: Palette): string {
  const phase = /phase="(\w+)"/.exec(s.spec.labels)?.[1];
  if (phase !== undefined)
    return {
      Pending: p.state.unsched,
      Running: p.state.ready,
      Succeeded: p.state.succ,
      Failed: p.state.failed,
      Unknown: p.state.unknown,
    }[phase] as string;
  if (s.spec.labels.includes('status="false"') || s.spec.labels.includes('code=')) return p.state.failed;
  if (s.spec.labels.includes('unschedulable')) return p.state.unsched;
  return [p.state.pulling, p.state.crash, p.state.notready, p.text[1], p.state.term, p.state.unsched, p.state.ready][
    i % 7
  ];
}

const nameOf = (s: MetricSeries): string => {
  if (s.quantile !== '') return `p${Number(s.quantile) * 100}`;
  const { name, chart, labels } = s.spec;
  if (chart === 'evictions') return name;
  if (chart !== undefined)
    return name.includes('requests')
      ? 'requests'
      : name.includes('usage') || name.includes('working_set')
        ? 'used'
        : 'allocatable';
  return [...labels.matchAll(/"([^"]*)"/g)].map((m) => m[1]).join(' ');
};

interface Props {
  readonly name: string;
  readonly series: readonly MetricSeries[];
  readonly times: Float64Array;
}

/** One chart. Drag chooses the stretch on show, a click the moment; the moment is a line on all charts. */
export function Chart({ name, series, times }: Props) {
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const line = useRef<HTMLElement>(null);
  const { width } = useSize(box);
  const palette = usePalette();
  const unit = series[0].spec.unit;
  const shape = series.map((s) => s.spec.labels + s.quantile).join('|');

  // biome-ignore lint/correctness/useExhaustiveDependencies: data are set below; shape stands for the series
  useEffect(() => {
    if (box === null || width === 0) return;
    const made = new uPlot(optionsOf(width, series, palette, unit), dataOf(times, series), box);
    plot.current = made;
    if (line.current !== null) made.over.append(line.current);
    place();
    return () => {
      plot.current = undefined;
      made.destroy();
    };
  }, [box, width, palette, shape]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the plot takes new data
  useEffect(() => {
    plot.current?.setData(dataOf(times, series));
    place();
  }, [times, series]);

  // The moment moves by a style, not by a drawing: it does so with every frame while playing.
  const place = () => {
    const u = plot.current;
    const element = line.current;
    if (u === undefined || element === null) return;
    const x = u.valToPos(useApp.getState().cursorUs / 1e6, 'x');
    element.style.transform = `translateX(${x}px)`;
    element.hidden = !(x >= 0 && x <= u.over.clientWidth);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: place reads what is current
  useEffect(() => useApp.subscribe((s, old) => s.cursorUs !== old.cursorUs && place()), []);

  return (
    <figure className="chart">
      <figcaption>
        <b className="mono small ellipsis" title={name}>
          {name}
        </b>
        <span className="chart-legend">
          {series.map((s, i) => (
            <span key={s.spec.labels + s.quantile}>
              <i style={{ background: colourOf(s, i, palette) }} />
              {nameOf(s)} <b>{valueText(s.now, unit)}</b>
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={setBox} className="chart-box" aria-hidden="true">
        <i ref={line} className="chart-cursor" hidden />
      </div>
    </figure>
  );
}

const dataOf = (times: Float64Array, series: readonly MetricSeries[]): uPlot.AlignedData =>
  [times, ...series.map((s) => Array.from(s.values, (v) => (Number.isNaN(v) ? null : v)))] as uPlot.AlignedData;

function optionsOf(
  width: number,
  series: readonly MetricSeries[],
  p: Palette,
  unit: MetricSeries['spec']['unit'],
): uPlot.Options {
  const u = p.unit;
  const font = `${Math.round(11 * u)}px ${p.uiFont}`;
  const grid = { stroke: p.line[0], width: 1 };
  const isPoints = series[0].spec.kind === 'histogram';
  return {
    width,
    height: HEIGHT * u,
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
      bind: {
        click: (self) => (e: MouseEvent) => {
          // A drag ends with a click too; it has chosen a stretch.
          if (self.select.width < 3) setCursor(self.posToVal(e.offsetX, 'x') * 1e6);
          return null;
        },
      },
    },
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
    hooks: {
      setSelect: [
        (self) => {
          const { left, width: wide } = self.select;
          if (wide < 3) return;
          setView({ fromUs: self.posToVal(left, 'x') * 1e6, toUs: self.posToVal(left + wide, 'x') * 1e6 });
          self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
    axes: [
      {
        stroke: p.text[2],
        font,
        grid,
        ticks: { show: false },
        size: 22 * u,
        incrs: STEPS_S,
        values: (_, splits) => splits.map((s, i) => tickText(s * 1e6, i > 0 ? (s - splits[i - 1]) * 1e6 : 1e6)),
      },
      {
        stroke: p.text[2],
        font,
        grid,
        ticks: { show: false },
        size: 52 * u,
        values: (_, splits) => splits.map((s) => (s === 0 ? '0' : valueText(s, unit))),
      },
    ],
    series: [
      {},
      ...series.map((s, i) => ({
        stroke: colourOf(s, i, p),
        width: 1.5,
        dash: i % 4 === 1 && series.length < 4 ? [4, 3] : undefined,
        spanGaps: false,
        points: { show: isPoints, size: 4 },
        paths: s.spec.kind === 'gauge' ? uPlot.paths.stepped?.({ align: 1 }) : undefined,
      })),
    ],
  };
}
