import { NodeState, PodState, type TraceNames, type TraceRecord } from '../sim-core/index.ts';

/** Names of pod classes, by number. */
export const POD_STATE_NAMES: readonly string[] = Object.entries(PodState)
  .sort((a, b) => a[1] - b[1])
  .map(([name]) => name);

/** An object as kubectl prints it: `pod/web-1`, `node/general-003`; the namespace only where it is not the run's own. */
export interface ObjectName {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Splits the trace's `resource/namespace/name`. */
export function objectName(names: TraceNames, id: number): ObjectName {
  const parts = names.object(id).split('/');
  if (parts.length === 2) return { resource: parts[0], namespace: '', name: parts[1] };
  return { resource: parts[0] ?? '', namespace: parts[1] ?? '', name: parts[2] ?? '' };
}

export function nodeStateText(bits: number): string {
  if (bits & NodeState.deleted) return 'deleted';
  const parts = [bits & NodeState.ready ? 'Ready' : bits & NodeState.unknown ? 'Unknown' : 'NotReady'];
  if (bits & NodeState.noExecute) parts.push('NoExecute taint');
  else if (bits & NodeState.noSchedule) parts.push('NoSchedule taint');
  if (bits & NodeState.cordoned) parts.push('cordoned');
  if (bits & NodeState.pressure) parts.push('pressure');
  return parts.join(', ');
}

/** What came from outside: a command of kubectl, or another entry of the timeline. */
export function externalText(names: TraceNames, r: Pick<TraceRecord, 'actor' | 'a' | 'b'>): string {
  const text = names.string(r.b);
  if (names.component(r.actor) === 'kubectl') return `kubectl ${text}`;
  switch (names.string(r.a)) {
    case 'reseed':
      return `another seed: ${text}`;
    case 'scheduler':
      return `${text} gets another configuration`;
    default:
      return text;
  }
}

/** Virtual time for people: `5m00s`, `5m50.4s` where tenths matter. */
export function at(us: number): string {
  const tenths = Math.round(us / 100_000);
  const minutes = Math.floor(tenths / 600);
  const seconds = (tenths % 600) / 10;
  return `${minutes}m${seconds < 10 ? '0' : ''}${seconds.toFixed(1)}s`;
}

/** A delay: `350ms`, `4.2s`, `5m00s`. */
export function span(us: number): string {
  if (us < 1000) return `${us}µs`;
  if (us < 1_000_000) return `${Math.round(us / 1000)}ms`;
  if (us < 100_000_000) return `${(us / 1_000_000).toFixed(1)}s`;
  return at(us).replace(/\.0s$/, 's');
}

/** `1 node`, `3 nodes`; `plural` where an s is not enough. */
export const counted = (n: number, word: string, plural = `${word}s`): string => `${n} ${n === 1 ? word : plural}`;
