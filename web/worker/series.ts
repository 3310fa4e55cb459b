import { floats } from '../model/columns.ts';

/** counter: each entry adds to a total. gauge: each entry is the value from then on. histogram: each entry is an observation. */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface MetricSpec {
  /** As Kubernetes and kube-state-metrics name it. */
  readonly name: string;
  readonly labels: string;
  readonly kind: MetricKind;
  readonly unit: 'pods' | 'nodes' | 'perSecond' | 'seconds' | 'cores' | 'bytes' | 'count';
  /** Metrics of several names that stand in one chart. */
  readonly chart?: 'cpu' | 'memory' | 'evictions';
}

/** Entries of a series that a run keeps: an hour of them is then a tenth of a second wide each. */
const ENTRIES_MAX = 65_536;

/**
 * A metric over the time of a run. Every change is an entry until there are too many; then all changes of a stretch of time are one, and
 * the stretches grow with the run. Of observations every second, every fourth, ... is kept then.
 */
export class Series {
  readonly spec: MetricSpec;
  /** First instant of each entry. */
  readonly times = floats();
  /** At its end; of a histogram what was observed. */
  readonly values = floats();
  /** The largest in it; of gauges only. */
  private readonly peaks = floats();
  private readonly most: number;
  private stretchUs = 0;
  private stride = 1;
  private skipped = 0;
  /** Of a gauge or counter: the last value. */
  last = 0;

  /** `most`: entries before changes are put together. */
  constructor(spec: MetricSpec, most = ENTRIES_MAX) {
    this.spec = spec;
    this.most = most;
  }

  add(timeUs: number, by = 1): void {
    this.set(timeUs, this.last + by);
  }

  set(timeUs: number, value: number): void {
    this.last = value;
    const { times, values, peaks } = this;
    const isGauge = this.spec.kind === 'gauge';
    const at = times.size - 1;
    if (at >= 0 && this.isWithin(times.data[at], timeUs)) {
      values.data[at] = value;
      // Many changes of one instant are one: what it was in between was never seen.
      if (isGauge)
        peaks.data[at] = times.data[at] === timeUs && this.stretchUs === 0 ? value : Math.max(peaks.data[at], value);
      return;
    }
    times.push(timeUs);
    values.push(value);
    if (isGauge) peaks.push(value);
    if (times.size >= this.most) this.widen();
  }

  private isWithin(fromUs: number, timeUs: number): boolean {
    const { stretchUs } = this;
    if (stretchUs === 0) return this.spec.kind === 'gauge' && fromUs === timeUs;
    return Math.floor(fromUs / stretchUs) === Math.floor(timeUs / stretchUs);
  }

  /** At most half as many entries. */
  private widen(): void {
    const { times, values, peaks } = this;
    const { size } = times;
    this.stretchUs = Math.max(1, Math.ceil((2 * (times.data[size - 1] + 1)) / this.most));
    let to = -1;
    for (let i = 0; i < size; i++) {
      if (to < 0 || !this.isWithin(times.data[to], times.data[i])) {
        times.data[++to] = times.data[i];
        peaks.data[to] = peaks.data[i];
      } else peaks.data[to] = Math.max(peaks.data[to], peaks.data[i]);
      values.data[to] = values.data[i];
    }
    for (const column of [times, values, peaks]) column.size = Math.min(column.size, to + 1);
  }

  /** How much an entry of a counter adds. */
  weightAt(i: number): number {
    return i === 0 ? this.values.data[0] : this.values.data[i] - this.values.data[i - 1];
  }

  /** The largest value of a gauge within an entry. */
  peakAt(i: number): number {
    return this.peaks.data[i];
  }

  observe(timeUs: number, value: number): void {
    if (++this.skipped < this.stride) return;
    this.skipped = 0;
    this.times.push(timeUs);
    this.values.push(value);
    if (this.times.size < this.most) return;
    const half = this.times.size >> 1;
    for (let i = 0; i < half; i++)
      for (const column of [this.times, this.values]) column.data[i] = column.data[2 * i + 1];
    this.times.size = this.values.size = half;
    this.stride *= 2;
  }
}
