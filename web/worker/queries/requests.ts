import type { RequestKind, RequestLog } from '../requestLog.ts';
import { Series } from '../series.ts';
import type { Task } from '../task.ts';

/** One kind of request over a stretch of time; durations in seconds. */
export interface RequestRow extends RequestKind {
  /** Its number: what `MetricsArgs.request` takes. */
  readonly number: number;
  readonly count: number;
  /** Answers with a code of 400 or more. */
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Between two looks at the clock. */
const CHUNK = 20_000;

/** Walks over the requests of a stretch of time. */
async function walk(task: Task, log: RequestLog, fromUs: number, toUs: number, visit: (at: number) => void) {
  const end = log.after(toUs);
  for (let at = log.after(fromUs - 1); at < end; at++) {
    visit(at);
    if (at % CHUNK === 0) await task.pause();
  }
}

/** Kinds of requests that were answered in a stretch of time, the most frequent first. */
export async function requestRows(
  task: Task,
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): Promise<readonly RequestRow[]> {
  const log = task.run.requests;
  if (log === undefined) return [];
  const found = new Map<number, { durations: number[]; errors: number }>();
  await walk(task, log, fromUs, toUs, (at) => {
    let row = found.get(log.kindOf[at]);
    if (row === undefined) found.set(log.kindOf[at], (row = { durations: [], errors: 0 }));
    row.durations.push(log.durations[at]);
    if (log.codes[at] >= 400) row.errors++;
  });
  const rows: RequestRow[] = [];
  for (const [number, { durations, errors }] of found) {
    const sorted = Float64Array.from(durations).sort();
    const n = sorted.length;
    rows.push({
      ...log.kinds[number],
      number,
      count: n * log.weight,
      errors: errors * log.weight,
      p50: sorted[Math.floor((n - 1) * 0.5)] / 1e6,
      p99: sorted[Math.ceil((n - 1) * 0.99)] / 1e6,
      max: sorted[n - 1] / 1e6,
    });
    await task.pause();
  }
  return rows.sort((a, b) => b.count - a.count || a.number - b.number);
}

const labelsOf = ({ verb, group, resource, subresource }: RequestKind): string =>
  [
    ['verb', verb],
    ['group', group],
    ['resource', resource],
    ['subresource', subresource],
  ]
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');

/** Rates by verb, errors, and the latency of one kind of request, or of all (-1), over a stretch of time. */
export async function requestSeries(
  task: Task,
  { fromUs, toUs, request }: { readonly fromUs: number; readonly toUs: number; readonly request: number },
): Promise<readonly Series[]> {
  const log = task.run.requests;
  if (log === undefined) return [];
  const byVerb = new Map<string, Series>();
  const total = (labels: string) =>
    new Series(
      { name: 'apiserver_request_total', labels, kind: 'counter', unit: 'perSecond' },
      Number.POSITIVE_INFINITY,
    );
  const errors = total('code=~"[45].."');
  const labels = request < 0 ? '' : labelsOf(log.kinds[request]);
  const latency = new Series(
    { name: 'apiserver_request_duration_seconds', labels, kind: 'histogram', unit: 'seconds' },
    Number.POSITIVE_INFINITY,
  );
  await walk(task, log, fromUs, toUs, (at) => {
    const kind = log.kindOf[at];
    if (request >= 0 && kind !== request) return;
    const { verb } = log.kinds[kind];
    let series = byVerb.get(verb);
    if (series === undefined) byVerb.set(verb, (series = total(`verb="${verb}"`)));
    series.add(log.times[at], log.weight);
    if (log.codes[at] >= 400) errors.add(log.times[at], log.weight);
    latency.observe(log.times[at], log.durations[at] / 1e6);
  });
  const verbs = [...byVerb].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
  return [latency, ...verbs, errors];
}
