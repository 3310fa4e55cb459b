import {
  PodState,
  RecordKind,
  type RecordSource,
  recordText,
  story,
  type TraceNames,
} from '../../../sim-core/index.ts';
import type { Divergence, LanePair, LanePairs, MetricRow } from '../../model/compare.ts';
import { type RunFrame, textAt } from '../../model/frame.ts';
import { LOOK_NUMBER } from '../../model/states.ts';
import type { OpenRun, Track, TrackKey } from '../openRun.ts';
import { PENDING } from '../overviewCount.ts';
import type { Task } from '../task.ts';

const CAUSES_MAX = 6;

/** A record without its number and that of its cause, which are places in a run and nothing that happened. */
function lineOf(source: RecordSource, place: number, names: TraceNames): string {
  const text = recordText(source.at(place), names);
  const [time, _id, _cause, ...rest] = text.split('  ').filter((part) => part.trim() !== '');
  return [time.trim(), ...rest.map((part) => part.trim())].join('  ');
}

/** What led to a record, the newest first. */
function causesOf(source: RecordSource, place: number, names: TraceNames): readonly string[] {
  const { hops } = story(source, source.idAt(place));
  return hops
    .map(({ record }) => record)
    .filter((r) => r.kind !== RecordKind.hop && r.kind !== RecordKind.clock)
    .reverse()
    .slice(1, 1 + CAUSES_MAX)
    .map((r) => {
      const at = source.placeOf(r.id);
      return at < 0 ? '' : lineOf(source, at, names);
    })
    .filter((text) => text !== '');
}

/**
 * The first record that differs. Numbers of names are the same as long as the runs are: the texts decide only where numbers do not
 * agree. The clock's record holds the seed, and is no event.
 */
export async function divergenceOf(task: Task, a: OpenRun, b: OpenRun): Promise<Divergence> {
  const [ra, rb] = [a.records, b.records];
  const size = Math.min(ra.size, rb.size);
  let i = 0;
  for (; i < size; i++) {
    if (i % 500 === 0) await task.pause();
    const x = ra.at(i);
    const y = rb.at(i);
    if (x.kind === RecordKind.clock && y.kind === RecordKind.clock) continue;
    const isSame =
      x.timeUs === y.timeUs &&
      x.kind === y.kind &&
      x.actor === y.actor &&
      x.obj === y.obj &&
      x.a === y.a &&
      x.b === y.b &&
      x.hash === y.hash;
    if (!isSame && lineOf(ra, i, a.names) !== lineOf(rb, i, b.names)) break;
  }
  const hasA = i < ra.size;
  const hasB = i < rb.size;
  const times = [...(hasA ? [ra.at(i).timeUs] : []), ...(hasB ? [rb.at(i).timeUs] : [])];
  return {
    equal: i,
    timeUs: times.length === 0 ? undefined : Math.min(...times),
    a: hasA ? lineOf(ra, i, a.names) : '',
    b: hasB ? lineOf(rb, i, b.names) : '',
    causesA: hasA ? causesOf(ra, i, a.names) : [],
    causesB: hasB ? causesOf(rb, i, b.names) : [],
  };
}

/** Numbers of a run that records alone tell. */
export class MetricsTrack implements Track {
  private readonly born = new Map<number, number>();
  private readonly waits: number[] = [];
  private readonly lostAt = new Map<number, number>();
  private readonly outages: number[] = [];
  private readonly state = new Map<number, number>();
  private readonly downNodes = new Set<number>();
  private readonly upNodes = new Set<number>();
  private pending = 0;
  private notReady = 0;
  private readonly changeTimes: number[] = [];
  private readonly changeCounts: number[] = [];
  pendingPeak = 0;
  notReadyPeak = 0;
  nodesNotReadyPeak = 0;
  attempts = 0;
  attemptsFailed = 0;
  deleted = 0;
  crashes = 0;
  writes = 0;
  /** The last moment at which some pod that should be was not Ready. */
  lastNotReadyUs = -1;
  records = 0;

  add(r: { kind: number; timeUs: number; obj: number; a: number; b: number }): void {
    this.records++;
    switch (r.kind) {
      case RecordKind.podState:
        this.podState(r.obj, r.a, r.timeUs);
        return;
      case RecordKind.nodeState:
        this.nodeState(r.obj, r.a);
        return;
      case RecordKind.decision:
        this.attempts++;
        return;
      case RecordKind.decisionFailed:
        this.attempts++;
        this.attemptsFailed++;
        return;
      case RecordKind.write:
        this.writes++;
        return;
      default:
    }
  }

  private podState(pod: number, to: number, timeUs: number): void {
    const from = this.state.get(pod) ?? PodState.deleted;
    if (to === PodState.deleted) this.state.delete(pod);
    else this.state.set(pod, to);
    if (from === PodState.deleted) this.born.set(pod, timeUs);
    if (to === PodState.deleted) this.deleted++;
    if (to === PodState.crashLoop) this.crashes++;
    if (from === PodState.pending && to !== PodState.pending && to !== PodState.deleted)
      this.waits.push(timeUs - (this.born.get(pod) ?? timeUs));
    this.pending += Number(to === PodState.pending) - Number(from === PodState.pending);
    this.pendingPeak = Math.max(this.pendingPeak, this.pending);
    const [was, is] = [wants(from), wants(to)];
    if (was || is) this.lastNotReadyUs = timeUs;
    this.notReady += Number(is) - Number(was);
    this.notReadyPeak = Math.max(this.notReadyPeak, this.notReady);
    if (is !== was) {
      this.changeTimes.push(timeUs);
      this.changeCounts.push(this.notReady);
    }
    if (is && !was) this.lostAt.set(pod, timeUs);
    if (was && !is) {
      this.outages.push(timeUs - (this.lostAt.get(pod) ?? timeUs));
      this.lostAt.delete(pod);
    }
  }

  private nodeState(node: number, bits: number): void {
    if ((bits & 64) !== 0) {
      this.upNodes.delete(node);
      this.downNodes.delete(node);
    } else if ((bits & 1) !== 0) {
      this.upNodes.add(node);
      this.downNodes.delete(node);
    } else if (this.upNodes.has(node)) this.downNodes.add(node);
    this.nodesNotReadyPeak = Math.max(this.nodesNotReadyPeak, this.downNodes.size);
  }

  /** Most pods without Ready at a time, by bin. */
  notReadySeries(binUs: number, bins: number): Uint32Array {
    const series = new Uint32Array(bins);
    let now = 0;
    let i = 0;
    for (let bin = 0; bin < bins; bin++) {
      series[bin] = now;
      for (; i < this.changeTimes.length && this.changeTimes[i] < (bin + 1) * binUs; i++) {
        now = this.changeCounts[i];
        if (now > series[bin]) series[bin] = now;
      }
    }
    return series;
  }

  get scheduledMedianUs(): number {
    return quantile(this.waits, 0.5);
  }

  get scheduledP99Us(): number {
    return quantile(this.waits, 0.99);
  }

  get notReadyMedianUs(): number {
    return quantile(this.outages, 0.5);
  }

  /** When the last pod became Ready, if all are. */
  get allReadyUs(): number {
    return this.notReady === 0 ? this.lastNotReadyUs : -1;
  }
}

export const METRICS_TRACK: TrackKey<MetricsTrack> = { make: () => new MetricsTrack() };

/** States of a pod that should be Ready and is not. */
const NOT_READY: ReadonlySet<number> = new Set([...PENDING, PodState.unknown]);

const wants = (state: number) => NOT_READY.has(state);

/** The value below which a share of the values is; -1 = there are none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return -1;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

export function metricRows(a: MetricsTrack, b: MetricsTrack): readonly MetricRow[] {
  const row = (id: MetricRow['id'], unit: MetricRow['unit'], read: (m: MetricsTrack) => number): MetricRow => ({
    id,
    unit,
    a: read(a),
    b: read(b),
  });
  return [
    row('notReadyPeak', 'count', (m) => m.notReadyPeak),
    row('notReadyMedian', 'time', (m) => m.notReadyMedianUs),
    row('allReady', 'time', (m) => m.allReadyUs),
    row('pendingPeak', 'count', (m) => m.pendingPeak),
    row('scheduledMedian', 'time', (m) => m.scheduledMedianUs),
    row('scheduledP99', 'time', (m) => m.scheduledP99Us),
    row('attempts', 'count', (m) => m.attempts),
    row('attemptsFailed', 'count', (m) => m.attemptsFailed),
    row('deleted', 'count', (m) => m.deleted),
    row('crashes', 'count', (m) => m.crashes),
    row('nodesNotReady', 'count', (m) => m.nodesNotReadyPeak),
    row('writes', 'count', (m) => m.writes),
    row('records', 'count', (m) => m.records),
  ];
}

/** Lanes of the two runs side by side: by name, and what is left by controller and order of birth. */
export async function lanePairs(task: Task, a: RunFrame, b: RunFrame, limit: number): Promise<LanePairs> {
  const pairs: { a: number; b: number; differsUs: number }[] = [];
  const byName = new Map<string, number>();
  for (let lane = 0; lane < b.laneCount; lane++) byName.set(textAt(b.laneNames, lane), lane);
  const restB = new Set(byName.values());
  const restA: number[] = [];
  const endUs = Math.max(a.endUs, b.endUs);
  for (let lane = 0; lane < a.laneCount; lane++) {
    if (lane % 500 === 0) await task.pause();
    const other = byName.get(textAt(a.laneNames, lane));
    if (other === undefined) {
      restA.push(lane);
      continue;
    }
    restB.delete(other);
    const differsUs = differenceUs(a, lane, b, other, endUs);
    if (differsUs > 0) pairs.push({ a: lane, b: other, differsUs });
  }
  const waiting = new Map<string, number[]>();
  for (const lane of [...restB].sort((x, y) => x - y)) {
    const owner = textAt(b.owners, b.ownerOf[lane]);
    waiting.set(owner, [...(waiting.get(owner) ?? []), lane]);
  }
  for (const lane of restA) {
    const other = waiting.get(textAt(a.owners, a.ownerOf[lane]))?.shift() ?? -1;
    pairs.push({ a: lane, b: other, differsUs: differenceUs(a, lane, b, other, endUs) });
  }
  for (const lanes of waiting.values())
    for (const lane of lanes) pairs.push({ a: -1, b: lane, differsUs: differenceUs(a, -1, b, lane, endUs) });
  // Those of B alone come after those of A.
  const placeOf = (lane: number) => (lane < 0 ? Number.MAX_SAFE_INTEGER : lane);
  pairs.sort((x, y) => y.differsUs - x.differsUs || placeOf(x.a) - placeOf(y.a) || x.b - y.b);
  return {
    pairs: pairs.slice(0, limit).map((p) => pairOf(a, b, p)),
    differing: pairs.length,
    endA: a.endUs,
    endB: b.endUs,
  };
}

function pairOf(a: RunFrame, b: RunFrame, p: { a: number; b: number; differsUs: number }): LanePair {
  const part = (f: RunFrame, lane: number) => (lane < 0 ? [0, 0] : [f.segFirst[lane], f.segEnd[lane]]);
  const [a0, a1] = part(a, p.a);
  const [b0, b1] = part(b, p.b);
  return {
    name: p.a < 0 ? '' : textAt(a.laneNames, p.a),
    nameB: p.b < 0 ? '' : textAt(b.laneNames, p.b),
    timesA: a.segTime.slice(a0, a1),
    statesA: a.segState.slice(a0, a1),
    timesB: b.segTime.slice(b0, b1),
    statesB: b.segState.slice(b0, b1),
    differsUs: p.differsUs,
  };
}

/** Virtual time in which two lanes look different; -1 as a lane is one that never is. */
export function differenceUs(a: RunFrame, laneA: number, b: RunFrame, laneB: number, endUs: number): number {
  let i = laneA < 0 ? 0 : a.segFirst[laneA];
  let k = laneB < 0 ? 0 : b.segFirst[laneB];
  const iEnd = laneA < 0 ? 0 : a.segEnd[laneA];
  const kEnd = laneB < 0 ? 0 : b.segEnd[laneB];
  let at = 0;
  let lookA = -1;
  let lookB = -1;
  let sum = 0;
  for (;;) {
    const next = Math.min(i < iEnd ? a.segTime[i] : endUs, k < kEnd ? b.segTime[k] : endUs);
    if (lookA !== lookB) sum += next - at;
    at = next;
    if (i >= iEnd && k >= kEnd) return sum;
    while (i < iEnd && a.segTime[i] <= at) lookA = LOOK_NUMBER[a.segState[i++]];
    while (k < kEnd && b.segTime[k] <= at) lookB = LOOK_NUMBER[b.segState[k++]];
  }
}
