import {
  NodeState,
  namesOf,
  PodState,
  type Recording,
  RecordKind,
  type RecordSource,
  recordsOf,
  type TraceNames,
  type TraceRecord,
} from '../sim-core/index.ts';
import { type Chain, chainTo } from './chain.ts';
import { counted, externalText, objectName, POD_STATE_NAMES } from './names.ts';

/** What a report knows besides the recording. */
export interface RunFacts {
  readonly name: string;
  readonly description: string;
  /** One line about the cluster. */
  readonly cluster: string;
  readonly wallMs: number;
  readonly events: number;
  /** Command that runs it again. */
  readonly reproduce: string;
  /** Fields of these objects that have no effect here: path -> how many objects. */
  readonly notSimulated: readonly { readonly path: string; readonly objects: number; readonly support: string }[];
  /** Pods by scheduling queue at the end, as metric scheduler_pending_pods counts them. */
  readonly pendingPods?: Readonly<Record<string, number>>;
  /** Pods that are neither Ready nor done at the end, by who made them and why: most first. */
  readonly notReady?: readonly {
    /** `default Deployment/web`. */
    readonly of: string;
    readonly why: string;
    readonly pods: number;
    /** Namespace and name of one of them. */
    readonly example: string;
  }[];
  readonly expectations: readonly {
    readonly name: string;
    readonly mode: string;
    readonly that: string;
    readonly passed: boolean;
    /** False when the run was cut before its window was over. */
    readonly decided: boolean;
    readonly atUs: number;
    readonly detail: string;
    readonly place: string;
  }[];
  /** What the kubectl commands of the timeline printed. */
  readonly printed: readonly {
    readonly atUs: number;
    readonly stream: 'stdout' | 'stderr';
    readonly text: string;
  }[];
}

/** For a recording of which nothing else is known. */
export const NO_FACTS: RunFacts = {
  name: '',
  description: '',
  cluster: '',
  wallMs: 0,
  events: 0,
  reproduce: '',
  notSimulated: [],
  expectations: [],
  printed: [],
};

export interface TimelineRow {
  readonly timeUs: number;
  readonly untilUs: number;
  readonly text: string;
}

export interface Recovery {
  readonly namespace: string;
  readonly deployment: string;
  readonly before: number;
  readonly lowest: number;
  readonly lowestAtUs: number;
  readonly replaced: number;
  /** Back at the count of before; -1 = not within the run. */
  readonly recoveredAtUs: number;
  /** The way of the replacement that became Ready last before the recovery. */
  readonly chain: Chain | undefined;
  readonly pod: string;
}

export interface FaultReport {
  readonly kind: string;
  readonly description: string;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly recoveries: readonly Recovery[];
}

/** Pods by class at sampled moments: columns are the classes that occur. */
export interface Phases {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly timeUs: number; readonly counts: readonly number[] }[];
}

export interface Report {
  readonly facts: RunFacts;
  readonly seed: string;
  readonly engineVersion: string;
  readonly endUs: number;
  readonly digest: string;
  readonly records: number;
  readonly timeline: readonly TimelineRow[];
  readonly phases: Phases;
  readonly faults: readonly FaultReport[];
}

interface PodLife {
  readonly obj: number;
  /** The stretch of lives of one name; a name may be used again. */
  createdUs: number;
  owner: number;
  states: { timeUs: number; state: number; node: number; record: number }[];
  endpointRecord: number;
}

interface Scan {
  readonly pods: Map<number, PodLife>;
  readonly ownerOf: Map<number, number>;
  readonly faults: TraceRecord[];
  readonly nodeChanges: TraceRecord[];
  readonly leaders: TraceRecord[];
  readonly external: TraceRecord[];
  readonly podChanges: TraceRecord[];
}

function scan(source: RecordSource): Scan {
  const s: Scan = {
    pods: new Map(),
    ownerOf: new Map(),
    faults: [],
    nodeChanges: [],
    leaders: [],
    external: [],
    podChanges: [],
  };
  for (let i = 0; i < source.size; i++) {
    const r = source.at(i);
    if (r.kind === RecordKind.podState) {
      s.podChanges.push(r);
      let pod = s.pods.get(r.obj);
      if (pod === undefined)
        s.pods.set(r.obj, (pod = { obj: r.obj, createdUs: r.timeUs, owner: 0, states: [], endpointRecord: -1 }));
      pod.states.push({ timeUs: r.timeUs, state: r.a, node: r.b, record: r.id });
    } else if (r.kind === RecordKind.owner) s.ownerOf.set(r.obj, r.a);
    else if (r.kind === RecordKind.fault) s.faults.push(r);
    else if (r.kind === RecordKind.nodeState) s.nodeChanges.push(r);
    else if (r.kind === RecordKind.leader) s.leaders.push(r);
    else if (r.kind === RecordKind.external) s.external.push(r);
    else if (r.kind === RecordKind.endpoint && r.b === 1) {
      const pod = s.pods.get(r.a);
      if (pod !== undefined && pod.endpointRecord < 0) pod.endpointRecord = r.id;
    }
  }
  return s;
}

/** Everything that the report tells, computed from the recording. */
export function buildReport(recording: Recording, facts: RunFacts): Report {
  const source = recordsOf(recording);
  const names = namesOf(recording);
  const s = scan(source);
  return {
    facts,
    seed: recording.seed,
    engineVersion: recording.engineVersion,
    endUs: recording.endUs,
    digest: recording.endDigest,
    records: recording.recordCount,
    timeline: timeline(s, names, facts),
    phases: phasesOverTime(s, recording.endUs, tableStepUs(recording.endUs)),
    faults: faultReports(s, source, names, recording.endUs),
  };
}

/** Changes of the same kind within this time are one row. */
const WAVE_US = 30_000_000;

function timeline(s: Scan, names: TraceNames, facts: RunFacts): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  for (const p of facts.printed)
    if (p.stream === 'stderr') rows.push({ timeUs: p.atUs, untilUs: p.atUs, text: `kubectl says: ${p.text}` });
  for (const r of s.external) rows.push({ timeUs: r.timeUs, untilUs: r.timeUs, text: externalText(names, r) });
  for (const r of s.faults)
    rows.push({
      timeUs: r.timeUs,
      untilUs: r.timeUs,
      text: `${r.b === 1 ? 'fault begins' : 'fault ends'}: ${names.string(r.a)} ${names.string(r.hash)}`,
    });
  for (const r of s.leaders)
    rows.push({
      timeUs: r.timeUs,
      untilUs: r.timeUs,
      text: `${names.string(r.b).replace(/_.*/, '')} leads ${names.string(r.a)}`,
    });
  rows.push(...nodeWaves(s), ...podWaves(s));
  return rows.sort(
    (a, b) => a.timeUs - b.timeUs || a.untilUs - b.untilUs || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0),
  );
}

/** A change of an object at a time. */
type Change = Pick<TraceRecord, 'timeUs' | 'obj'>;

/** Changes that follow each other closely are one row, with the number of objects. */
function wave(changes: readonly Change[], text: (count: number) => string): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  let from = 0;
  for (let i = 1; i <= changes.length; i++) {
    if (i < changes.length && changes[i].timeUs - changes[i - 1].timeUs <= WAVE_US) continue;
    const objects = new Set(changes.slice(from, i).map((change) => change.obj));
    rows.push({ timeUs: changes[from].timeUs, untilUs: changes[i - 1].timeUs, text: text(objects.size) });
    from = i;
  }
  return rows;
}

function nodeWaves(s: Scan): readonly TimelineRow[] {
  const last = new Map<number, number>();
  const ready: Change[] = [];
  const lost: Change[] = [];
  const tainted: Change[] = [];
  for (const r of s.nodeChanges) {
    const before = last.get(r.obj) ?? 0;
    last.set(r.obj, r.a);
    if (r.a & NodeState.ready && !(before & NodeState.ready)) ready.push(r);
    if (!(r.a & NodeState.ready) && before & NodeState.ready) lost.push(r);
    if (r.a & NodeState.noExecute && !(before & NodeState.noExecute)) tainted.push(r);
  }
  return [
    ...wave(ready, (n) => `${counted(n, 'node')} Ready`),
    ...wave(lost, (n) => `${counted(n, 'node')} NotReady (no heartbeat for --node-monitor-grace-period)`),
    ...wave(tainted, (n) => `${counted(n, 'node')} tainted NoExecute (--node-eviction-rate)`),
  ];
}

function podWaves(s: Scan): readonly TimelineRow[] {
  const created: Change[] = [];
  const ready: Change[] = [];
  const terminating: Change[] = [];
  const crashing: Change[] = [];
  const seen = new Set<number>();
  for (const r of s.podChanges) {
    if (r.a === PodState.pending && !seen.has(r.obj)) created.push(r);
    seen.add(r.obj);
    if (r.a === PodState.ready) ready.push(r);
    else if (r.a === PodState.terminating) terminating.push(r);
    else if (r.a === PodState.crashLoop) crashing.push(r);
  }
  return [
    ...wave(created, (n) => `${counted(n, 'pod')} created`),
    ...wave(ready, (n) => `${counted(n, 'pod')} became Ready`),
    ...wave(terminating, (n) => `${counted(n, 'pod')} being deleted`),
    ...wave(crashing, (n) => `${counted(n, 'pod')} in CrashLoopBackOff`),
  ];
}

const SAMPLES = 16;
const CURVE_SAMPLES = 320;

/** Pods by class at equal distances, fine enough for a chart. */
export function phaseCurve(recording: Recording): Phases {
  const stepUs = Math.max(1, Math.ceil(recording.endUs / CURVE_SAMPLES));
  return phasesOverTime(scan(recordsOf(recording)), recording.endUs, stepUs);
}

function tableStepUs(endUs: number): number {
  return Math.max(1, Math.ceil(endUs / SAMPLES / 15_000_000)) * 15_000_000;
}

function phasesOverTime(s: Scan, endUs: number, step: number): Phases {
  const current = new Map<number, number>();
  const counts = new Array<number>(POD_STATE_NAMES.length).fill(0);
  const samples: { timeUs: number; counts: number[] }[] = [];
  let next = step;
  const sample = (timeUs: number) => samples.push({ timeUs, counts: [...counts] });
  for (const r of s.podChanges) {
    while (r.timeUs > next && next < endUs) {
      sample(next);
      next += step;
    }
    const before = current.get(r.obj);
    if (before !== undefined) counts[before]--;
    current.set(r.obj, r.a);
    counts[r.a]++;
  }
  for (; next < endUs; next += step) sample(next);
  sample(endUs);
  const used = POD_STATE_NAMES.map((_, i) => i).filter(
    (i) => i !== PodState.deleted && samples.some((row) => row.counts[i] > 0),
  );
  return {
    columns: used.map((i) => POD_STATE_NAMES[i]),
    rows: samples.map((row) => ({ timeUs: row.timeUs, counts: used.map((i) => row.counts[i]) })),
  };
}

function faultReports(s: Scan, source: RecordSource, names: TraceNames, endUs: number): readonly FaultReport[] {
  const reports: FaultReport[] = [];
  for (const fault of s.faults) {
    if (fault.b !== 1) continue;
    const end = s.faults.find((f) => f.b === 0 && f.a === fault.a && f.hash === fault.hash && f.timeUs >= fault.timeUs);
    const kind = names.string(fault.a);
    const description = names.string(fault.hash);
    reports.push({
      kind,
      description,
      fromUs: fault.timeUs,
      untilUs: end?.timeUs ?? -1,
      recoveries: recoveries(s, source, names, fault, endUs),
    });
  }
  return reports;
}

/** The first time after the fault that each node lost its Ready condition. */
function lostNodes(s: Scan, fault: TraceRecord): ReadonlyMap<number, TraceRecord> {
  const lost = new Map<number, TraceRecord>();
  for (const r of s.nodeChanges)
    if (r.timeUs > fault.timeUs && !(r.a & NodeState.ready) && !lost.has(r.obj)) lost.set(r.obj, r);
  return lost;
}

function deploymentOf(s: Scan, names: TraceNames, pod: number): number {
  const replicaSet = s.ownerOf.get(pod);
  const deployment = replicaSet === undefined ? undefined : s.ownerOf.get(replicaSet);
  return deployment !== undefined && objectName(names, deployment).resource === 'deployments.apps' ? deployment : 0;
}

function recoveries(
  s: Scan,
  source: RecordSource,
  names: TraceNames,
  fault: TraceRecord,
  endUs: number,
): readonly Recovery[] {
  const byDeployment = new Map<number, PodLife[]>();
  for (const pod of s.pods.values()) {
    const deployment = deploymentOf(s, names, pod.obj);
    if (deployment !== 0) byDeployment.set(deployment, [...(byDeployment.get(deployment) ?? []), pod]);
  }
  const lost = lostNodes(s, fault);
  const rows: Recovery[] = [];
  for (const [deployment, pods] of byDeployment) {
    const row = recovery(pods, source, names, deployment, fault, endUs, lost);
    if (row !== undefined) rows.push(row);
  }
  return rows.sort((a, b) => a.recoveredAtUs - b.recoveredAtUs || (a.deployment < b.deployment ? -1 : 1));
}

function recovery(
  pods: readonly PodLife[],
  source: RecordSource,
  names: TraceNames,
  deployment: number,
  fault: TraceRecord,
  endUs: number,
  lost: ReadonlyMap<number, TraceRecord>,
): Recovery | undefined {
  const changes = pods
    .flatMap((pod) =>
      pod.states.map((st, i) => ({
        ...st,
        pod,
        delta: (st.state === PodState.ready ? 1 : 0) - (i > 0 && pod.states[i - 1].state === PodState.ready ? 1 : 0),
      })),
    )
    .filter((c) => c.delta !== 0)
    .sort((a, b) => a.timeUs - b.timeUs || a.record - b.record);
  let ready = 0;
  let before = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let lowestAtUs = -1;
  let recoveredAtUs = -1;
  let lastReady: PodLife | undefined;
  for (const c of changes) {
    ready += c.delta;
    if (c.timeUs <= fault.timeUs) {
      before = ready;
      continue;
    }
    if (ready < lowest) {
      lowest = ready;
      lowestAtUs = c.timeUs;
      recoveredAtUs = -1;
    }
    if (c.delta > 0 && c.pod.createdUs > fault.timeUs) lastReady = c.pod;
    if (ready >= before && lowest < before && recoveredAtUs < 0) recoveredAtUs = c.timeUs;
  }
  if (lowest >= before) return undefined;
  const { namespace, name } = objectName(names, deployment);
  const root = {
    timeUs: fault.timeUs,
    what: `${names.string(fault.a)} ${names.string(fault.hash)}`,
    record: fault.id,
    nodeLost: (node: number) => lost.get(node),
  };
  const end =
    lastReady === undefined
      ? -1
      : lastReady.endpointRecord >= 0
        ? lastReady.endpointRecord
        : (lastReady.states.find((st) => st.state === PodState.ready)?.record ?? -1);
  return {
    namespace,
    deployment: name,
    before,
    lowest,
    lowestAtUs,
    replaced: pods.filter((p) => p.createdUs > fault.timeUs && p.createdUs <= endUs).length,
    recoveredAtUs,
    chain: end < 0 ? undefined : chainTo(source, names, end, root),
    pod: lastReady === undefined ? '' : objectName(names, lastReady.obj).name,
  };
}
