import {
  NodeState,
  PodState,
  RecordKind,
  type RecordSource,
  type StoryHop,
  story,
  type TraceNames,
  WHYS,
} from '../sim-core/index.ts';
import { nodeStateText, objectName, POD_STATE_NAMES } from './names.ts';

/** A delay inside a step that has a name. */
export interface NamedDelay {
  readonly parameter: string;
  readonly component: string;
  readonly delayUs: number;
}

/** One step of the chain from a root cause to an effect, as a person would tell it. */
export interface ChainStep {
  readonly timeUs: number;
  readonly what: string;
  /** Since the step before. */
  readonly delayUs: number;
  /** What set the delay; the rest is `request and watch latency`. They sum to delayUs. */
  readonly parts: readonly NamedDelay[];
  readonly record: number;
}

export interface Chain {
  readonly steps: readonly ChainStep[];
  readonly totalUs: number;
}

export const LATENCY = 'request and watch latency';

/**
 * The chain of causes that ends in a record. Delays add up to the total by construction: each step takes the time since
 * the one before, and what no parameter set is latency. `rootUs` puts a fault in front of a chain that begins at a clock:
 * a lost heartbeat causes nothing; it is the monitor that notices.
 */
export function chainTo(
  source: RecordSource,
  names: TraceNames,
  record: number,
  root?: { timeUs: number; what: string; record: number },
): Chain {
  const told = story(source, record);
  const hops = told.hops.filter((h) => h.record.kind !== RecordKind.clock);
  const steps: ChainStep[] = [];
  let lastUs = hops[0]?.record.timeUs ?? 0;
  if (root !== undefined && root.timeUs <= lastUs) {
    steps.push({ timeUs: root.timeUs, what: root.what, delayUs: 0, parts: [], record: root.record });
    lastUs = root.timeUs;
  }
  let parts: NamedDelay[] = [];
  for (const [i, hop] of hops.entries()) {
    if (hop.record.kind === RecordKind.hop) {
      const why = WHYS[hop.record.a];
      const delayUs = Math.min(hop.delayUs, hop.record.timeUs - lastUs);
      if (delayUs > 0) parts.push({ parameter: why.parameter, component: why.component, delayUs });
      continue;
    }
    const what = stepText(hop, names, hops[i + 1]);
    if (what === undefined) continue;
    const delayUs = hop.record.timeUs - lastUs;
    steps.push({
      timeUs: hop.record.timeUs,
      what,
      delayUs,
      parts: withLatency(parts, delayUs, steps.length > 0 && root !== undefined && steps.length === 1),
      record: hop.record.id,
    });
    lastUs = hop.record.timeUs;
    parts = [];
  }
  const first = steps[0]?.timeUs ?? 0;
  return { steps, totalUs: (steps[steps.length - 1]?.timeUs ?? first) - first };
}

/** The named parts of a step and what is left. The first step after a fault is the monitor's wait. */
function withLatency(parts: readonly NamedDelay[], delayUs: number, afterFault: boolean): readonly NamedDelay[] {
  if (afterFault && parts.reduce((sum, p) => sum + p.delayUs, 0) < delayUs) {
    return [
      {
        parameter: '--node-monitor-grace-period (50 s after the last heartbeat, seen by --node-monitor-period)',
        component: 'kube-controller-manager',
        delayUs,
      },
    ];
  }
  const merged: NamedDelay[] = [];
  for (const part of parts) {
    const same = merged.findIndex((m) => m.parameter === part.parameter);
    if (same < 0) merged.push(part);
    else merged[same] = { ...part, delayUs: merged[same].delayUs + part.delayUs };
  }
  const rest = delayUs - merged.reduce((sum, p) => sum + p.delayUs, 0);
  if (rest > 0) merged.push({ parameter: LATENCY, component: '', delayUs: rest });
  return merged;
}

const VERBS = ['created', 'updated', 'deleted'];

/** What a record means to a person; undefined for records that only carry the cause on. */
function stepText(hop: StoryHop, names: TraceNames, next: StoryHop | undefined): string | undefined {
  const r = hop.record;
  const name = objectName(names, r.obj);
  switch (r.kind) {
    case RecordKind.fault:
      return `${names.string(r.a)} ${r.b === 1 ? 'begins' : 'ends'}: ${names.string(r.hash)}`;
    case RecordKind.external:
      return `kubectl ${names.string(r.b)}`;
    case RecordKind.nodeState:
      return `node ${name.name}: ${nodeStateText(r.a)}`;
    case RecordKind.decision:
      return `scheduled to ${objectName(names, r.a).name}`;
    case RecordKind.podState:
      return podText(r.a, name.name, objectName(names, r.b).name);
    case RecordKind.endpoint:
      return `${objectName(names, r.a).name} ${r.b === 1 ? 'is an endpoint' : 'is no endpoint any more'} of service ${name.name}`;
    case RecordKind.leader:
      return `${names.string(r.b)} leads ${names.string(r.a)}`;
    case RecordKind.write:
      return writeText(r.a, names, name, next);
    default:
      return undefined;
  }
}

function podText(state: number, pod: string, node: string): string {
  switch (state) {
    case PodState.pending:
      return `pod ${pod} created`;
    case PodState.terminating:
      return `pod ${pod} evicted (deletion asked)`;
    case PodState.scheduled:
      return `bound to ${node}`;
    case PodState.ready:
      return `pod ${pod} Ready`;
    case PodState.running:
      return 'container started';
    default:
      return POD_STATE_NAMES[state];
  }
}

/** A write shows only when no record of its own tells what it meant. */
function writeText(
  a: number,
  names: TraceNames,
  name: { resource: string; name: string },
  next: StoryHop | undefined,
): string | undefined {
  if (
    next !== undefined &&
    (next.record.kind === RecordKind.podState ||
      next.record.kind === RecordKind.nodeState ||
      next.record.kind === RecordKind.endpoint)
  )
    return undefined;
  const resource = names.string(a >>> 2);
  if (resource === 'events' || resource === 'leases.coordination.k8s.io') return undefined;
  return `${resource.split('.')[0]}/${name.name} ${VERBS[a & 3]}`;
}

export const NODE_DOWN = NodeState;
