import {
  PodState,
  RecordKind,
  type RecordSource,
  story,
  type TraceNames,
  type TraceRecord,
  WHY,
  WHYS,
} from '../sim-core/index.ts';
import { externalText, nodeStateText, objectName, POD_STATE_NAMES } from './names.ts';

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

/** What stands before a chain that begins at a clock: a lost heartbeat causes nothing, it is the monitor that notices. */
export interface Root {
  readonly timeUs: number;
  readonly what: string;
  readonly record: number;
  /** When the monitor gave a node up, if the chain begins with that node. */
  nodeLost(node: number): TraceRecord | undefined;
}

/**
 * The chain of causes that ends in a record. Delays add up to the total by construction: each step takes the time since
 * the one before; what no parameter set is latency.
 */
export function chainTo(source: RecordSource, names: TraceNames, record: number, root?: Root): Chain {
  const hops = story(source, record).hops.filter((h) => h.record.kind !== RecordKind.clock);
  const steps: ChainStep[] = [];
  const add = (timeUs: number, what: string, id: number, parameter: string, component: string) => {
    const delayUs = steps.length === 0 ? 0 : timeUs - steps[steps.length - 1].timeUs;
    const parts = delayUs === 0 ? [] : [{ parameter, component, delayUs }];
    steps.push({ timeUs, what, delayUs, parts, record: id });
  };
  const first = hops.find((h) => h.record.kind !== RecordKind.hop);
  const evicts = hops.some((h) => isEvictor(h.record, names));
  // The chain of a lost node begins with the monitor, either at the loss or, for an eviction, at a later turn of it.
  let start: 'loss' | 'later turn' | undefined;
  if (root !== undefined && first !== undefined && root.timeUs <= first.record.timeUs) {
    add(root.timeUs, root.what, root.record, '', '');
    const lost = root.nodeLost(first.record.obj);
    if (lost !== undefined && lost.timeUs <= first.record.timeUs)
      start = lost.cause === first.record.id || lost.id === first.record.id ? 'loss' : 'later turn';
    if (lost !== undefined && start === 'later turn') {
      add(
        lost.timeUs,
        `node ${objectName(names, lost.obj).name} Ready=Unknown`,
        lost.id,
        '--node-monitor-grace-period since the last heartbeat',
        'kube-controller-manager',
      );
    }
  }
  for (const { record: r } of hops) {
    if (r.kind === RecordKind.hop) {
      const why = WHYS[r.a];
      // The tick that saw the loss set none of the delay: the grace period did.
      if (start === 'loss' && steps.length === 1 && r.a === WHY.nodeMonitorPeriod) continue;
      if (steps.length > 0 && r.timeUs > steps[steps.length - 1].timeUs)
        add(r.timeUs, HOP_TEXT[why.parameter] ?? why.parameter, r.id, why.parameter, why.component);
      continue;
    }
    const what = stepText(source, r, names, evicts);
    // A write and the change of state that it meant are told once.
    if (what === undefined || (what === steps[steps.length - 1]?.what && r.timeUs === steps[steps.length - 1].timeUs))
      continue;
    const isFirst = r === first?.record || (start === 'loss' && steps.length === 1);
    if (isFirst && start === 'later turn')
      add(r.timeUs, what, r.id, '--node-eviction-rate (nodes a second in a zone)', 'kube-controller-manager');
    else if (isFirst && start === 'loss')
      add(r.timeUs, what, r.id, '--node-monitor-grace-period since the last heartbeat', 'kube-controller-manager');
    else add(r.timeUs, what, r.id, LATENCY, '');
  }
  const beginUs = steps[0]?.timeUs ?? 0;
  return { steps, totalUs: (steps[steps.length - 1]?.timeUs ?? beginUs) - beginUs };
}

/** What is true when a named wait is over. */
const HOP_TEXT: Readonly<Record<string, string>> = {
  'image pull': 'image pulled',
  'sandbox creation': 'sandbox created',
  'sandbox stop': 'the old sandbox stopped',
  'application start-up': 'application up',
  'PLEG relist (1 s)': 'kubelet saw the container',
  'kubelet sync tick (1 s)': 'kubelet synced the pod',
  'periodSeconds of the probe': 'next probe',
  'initialDelaySeconds of the probe': 'first probe',
  'volume mount retry (300 ms)': 'volumes mounted',
  tolerationSeconds: 'toleration ran out',
  '--kube-api-qps': 'the client may send',
  '--node-eviction-rate': 'the turn of this node',
  CrashLoopBackOff: 'back-off over',
  ImagePullBackOff: 'pull back-off over',
};

const VERBS = ['created', 'updated', 'deleted'];

const EVICTORS: ReadonlySet<number> = new Set([WHY.nodeEvictionRate, WHY.tolerationSeconds]);

/** A node that is lost or drained evicts its pods; other deletions are what a controller or a person asked for. */
function isEvictor(r: TraceRecord, names: TraceNames): boolean {
  if (r.kind === RecordKind.nodeState) return true;
  if (r.kind === RecordKind.hop) return EVICTORS.has(r.a);
  return r.kind === RecordKind.external && names.string(r.b).startsWith('drain ');
}

/** What a record means to a person; undefined for records that only carry the cause on. */
function stepText(source: RecordSource, r: TraceRecord, names: TraceNames, evicts: boolean): string | undefined {
  const name = objectName(names, r.obj);
  switch (r.kind) {
    case RecordKind.fault:
      return `${names.string(r.a)} ${r.b === 1 ? 'begins' : 'ends'}: ${names.string(r.hash)}`;
    case RecordKind.external:
      return externalText(names, r);
    case RecordKind.nodeState:
      return `node ${name.name}: ${nodeStateText(r.a)}`;
    case RecordKind.decision:
      return `scheduled to ${objectName(names, r.a).name} (attempt ${r.b})`;
    case RecordKind.podState:
      return podText(r.a, name.name, objectName(names, r.b).name, evicts);
    case RecordKind.endpoint:
      return `${objectName(names, r.a).name} ${r.b === 1 ? 'is an endpoint' : 'is no endpoint any more'} of service ${name.name}`;
    case RecordKind.leader:
      return `${names.string(r.b)} leads ${names.string(r.a)}`;
    case RecordKind.write:
      return writeText(source, r, names, name, evicts);
    default:
      return undefined;
  }
}

function podText(state: number, pod: string, node: string, evicts: boolean): string {
  switch (state) {
    case PodState.pending:
      return `pod ${pod} created`;
    case PodState.terminating:
      return evicts ? `pod ${pod} evicted (deletion asked)` : `pod ${pod}: deletion asked`;
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

/** Records that say what a write meant follow it at once, with the write as their cause. */
const SIBLINGS = 8;

/** What a write meant to people, else what it did. */
function writeText(
  source: RecordSource,
  r: TraceRecord,
  names: TraceNames,
  name: { resource: string; name: string },
  evicts: boolean,
): string | undefined {
  for (let id = r.id + 1; id <= r.id + SIBLINGS; id++) {
    const place = source.placeOf(id);
    if (place < 0) break;
    const effect = source.at(place);
    if (effect.cause !== r.id || effect.timeUs !== r.timeUs) break;
    if (effect.kind === RecordKind.podState || effect.kind === RecordKind.nodeState)
      return stepText(source, effect, names, evicts);
  }
  const resource = names.string(r.a >>> 2);
  if (resource === 'events' || resource === 'leases.coordination.k8s.io' || resource.startsWith('endpoint'))
    return undefined;
  if (resource === 'pods' && (r.a & 3) === 1) return undefined;
  return `${resource.split('.')[0]}/${name.name} ${VERBS[r.a & 3]}`;
}
