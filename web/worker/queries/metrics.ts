import * as Comlink from 'comlink';
import { METRICS } from '../metricsTrack.ts';
import type { MetricSpec, Series } from '../series.ts';
import type { Task } from '../task.ts';
import { requestRows, requestSeries } from './requests.ts';

export interface MetricSeries {
  readonly spec: MetricSpec;
  /** '' or the quantile. */
  readonly quantile: '' | '0.5' | '0.99';
  /** One value a bin: the largest of a gauge, a rate or a count of a counter; NaN = nothing observed. */
  readonly values: Float64Array;
  /** At the moment asked for. */
  readonly now: number;
}

export interface MetricsAnswer {
  /** Start of each bin, seconds of virtual time. */
  readonly times: Float64Array;
  readonly series: readonly MetricSeries[];
}

export interface MetricsArgs {
  readonly fromUs: number;
  readonly toUs: number;
  readonly bins: number;
  readonly atUs: number;
  /** Requests of one kind only, by its number; -1 = all. */
  readonly request: number;
}

const BINS_MAX = 2000;

export const metricsQueries = {
  /** All metrics over a stretch of time, in equal bins. */
  async series(task: Task, args: MetricsArgs): Promise<MetricsAnswer> {
    const track = await task.run.track(task, METRICS);
    const bins = Math.max(1, Math.min(BINS_MAX, Math.floor(args.bins)));
    const binUs = Math.max(1, (args.toUs - args.fromUs) / bins);
    const times = Float64Array.from({ length: bins }, (_, i) => (args.fromUs + i * binUs) / 1e6);
    const series: MetricSeries[] = [];
    for (const s of [...track.series, ...(await requestSeries(task, args))]) {
      if (s.spec.kind === 'histogram') series.push(...quantiles(s, args, bins, binUs));
      else if (s.spec.kind === 'counter') series.push(counter(s, args, bins, binUs));
      else series.push(gauge(s, args, bins, binUs, task.run.nowUs));
      await task.pause();
    }
    return Comlink.transfer({ times, series }, [times.buffer, ...series.map((s) => s.values.buffer as ArrayBuffer)]);
  },

  requests: requestRows,
};

/** Place of the first entry after a time. */
function after({ times }: Series, timeUs: number): number {
  let low = 0;
  let high = times.size;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (times.data[mid] <= timeUs) low = mid + 1;
    else high = mid;
  }
  return low;
}

const valueAt = (s: Series, timeUs: number): number => {
  const place = after(s, timeUs) - 1;
  return place < 0 ? 0 : s.values.data[place];
};

function gauge(s: Series, { fromUs, atUs }: MetricsArgs, bins: number, binUs: number, nowUs: number): MetricSeries {
  const values = new Float64Array(bins).fill(Number.NaN);
  let place = after(s, fromUs);
  let value = place === 0 ? 0 : s.values.data[place - 1];
  for (let bin = 0; bin < bins && fromUs + bin * binUs <= nowUs; bin++) {
    const end = fromUs + (bin + 1) * binUs;
    let most = value;
    for (; place < s.times.size && s.times.data[place] < end; place++) {
      value = s.values.data[place];
      most = Math.max(most, s.peakAt(place));
    }
    values[bin] = most;
  }
  return { spec: s.spec, quantile: '', values, now: valueAt(s, atUs) };
}

function counter(s: Series, { fromUs, toUs, atUs }: MetricsArgs, bins: number, binUs: number): MetricSeries {
  const values = new Float64Array(bins);
  const perSecond = s.spec.unit === 'perSecond';
  for (let i = after(s, fromUs - 1); i < s.times.size && s.times.data[i] < toUs; i++)
    values[Math.min(bins - 1, Math.floor((s.times.data[i] - fromUs) / binUs))] += s.weightAt(i);
  if (perSecond) for (let bin = 0; bin < bins; bin++) values[bin] /= binUs / 1e6;
  const bin = binOf(atUs, fromUs, binUs, bins);
  const rate = bin >= 0 && bin < bins ? values[bin] : 0;
  return { spec: s.spec, quantile: '', values, now: perSecond ? rate : valueAt(s, atUs) };
}

function quantiles(s: Series, { fromUs, toUs, atUs }: MetricsArgs, bins: number, binUs: number): MetricSeries[] {
  const half = new Float64Array(bins).fill(Number.NaN);
  const high = new Float64Array(bins).fill(Number.NaN);
  let i = after(s, fromUs - 1);
  for (let bin = 0; bin < bins && i < s.times.size; bin++) {
    const first = i;
    const end = Math.min(toUs, fromUs + (bin + 1) * binUs);
    while (i < s.times.size && s.times.data[i] < end) i++;
    if (i === first) continue;
    const sorted = s.values.data.slice(first, i).sort();
    half[bin] = sorted[Math.floor((sorted.length - 1) * 0.5)];
    high[bin] = sorted[Math.ceil((sorted.length - 1) * 0.99)];
  }
  const bin = binOf(atUs, fromUs, binUs, bins);
  const now = (values: Float64Array) => (bin >= 0 && bin < bins ? values[bin] : Number.NaN);
  return [
    { spec: s.spec, quantile: '0.5', values: half, now: now(half) },
    { spec: s.spec, quantile: '0.99', values: high, now: now(high) },
  ];
}

/** The bin of a moment; the end of the stretch belongs to the last. */
function binOf(atUs: number, fromUs: number, binUs: number, bins: number): number {
  const bin = Math.floor((atUs - fromUs) / binUs);
  return bin === bins ? bins - 1 : bin;
}
