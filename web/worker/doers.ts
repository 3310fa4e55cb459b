import type { TraceRecord } from '../../sim-core/index.ts';
import type { OpenRun } from './openRun.ts';

/** Steps back from a write to who asked for it. */
const ASKER_STEPS = 8;

/** Who did what a record tells: a write is that of its client, not of the API server. '' = nobody. */
export function doerOf(run: OpenRun, r: TraceRecord): string {
  const { records, names } = run;
  const own = r.actor === 0 ? '' : names.component(r.actor);
  if (!isServer(own)) return own;
  for (let at = r.cause, steps = 0; at !== 0 && steps < ASKER_STEPS; steps++) {
    const place = records.placeOf(at);
    if (place < 0) break;
    const cause = records.at(place);
    const name = cause.actor === 0 ? '' : names.component(cause.actor);
    if (name !== '' && !isServer(name)) return name;
    at = cause.cause;
  }
  return own;
}

const isServer = (name: string) => name.startsWith('apiserver') || name.startsWith('etcd');
