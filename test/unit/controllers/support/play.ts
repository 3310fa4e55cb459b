// Plays a recorded transcript's script against the test cluster with some controllers, and compares their writes and events
// with the recording, object by object.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Controller } from '../../../../sim-core/contracts/controllers.ts';
import { type ControllerManagerOptions, controllerManagerOptions } from '../../../../sim-core/controllers/options.ts';
import { DEFAULT_EPOCH_SECONDS } from '../../../../sim-core/controllers/support/time.ts';
import { TestCluster } from './cluster.ts';
import { Binder, Kwok } from './kwok.ts';
import { TestRuntime, Timeline } from './runtime.ts';

// biome-ignore lint/suspicious/noExplicitAny: recordings are plain JSON
type Any = any;

const folder = path.resolve('test/conformance/vectors/transcripts');
/** The recordings' second T+0 is this long after the epoch, so that times before it exist. */
const START_SECONDS = 100_000;

const qualified: Readonly<Record<string, string>> = {
  deployments: 'deployments.apps',
  replicasets: 'replicasets.apps',
  statefulsets: 'statefulsets.apps',
  daemonsets: 'daemonsets.apps',
  controllerrevisions: 'controllerrevisions.apps',
  endpointslices: 'endpointslices.discovery.k8s.io',
  poddisruptionbudgets: 'poddisruptionbudgets.policy',
  leases: 'leases.coordination.k8s.io',
  jobs: 'jobs.batch',
  cronjobs: 'cronjobs.batch',
  horizontalpodautoscalers: 'horizontalpodautoscalers.autoscaling',
};

export function qualify(resource: string): string {
  return qualified[resource] ?? resource;
}

export function loadTranscript(name: string): Any {
  return JSON.parse(gunzipSync(readFileSync(path.join(folder, `${name}.json.gz`))).toString());
}

export interface Played {
  readonly transcript: Any;
  readonly cluster: TestCluster;
  readonly timeline: Timeline;
  readonly runtimes: readonly TestRuntime[];
  readonly startUs: number;
}

function stampAll(value: Any, cluster: TestCluster): Any {
  const text = JSON.stringify(value).replaceAll(/<T([+-]\d+)>/g, (_, n) =>
    cluster.clock.stamp((START_SECONDS + Number(n)) * 1e6),
  );
  return JSON.parse(text);
}

export function canonical(value: Any): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const keys = Object.keys(value)
    .filter((k) => value[k] !== undefined)
    .sort();
  return `{${keys.map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(',')}}`;
}

function suffixes(transcript: Any): (generateName: string) => string {
  const used = JSON.stringify(transcript.initialObjects).matchAll(/<x(\d+)>/g);
  let n = 0;
  for (const match of used) n = Math.max(n, Number(match[1]));
  return () => `<x${++n}>`;
}

function scriptRequest(write: Any, cluster: TestCluster): Any {
  const { verb, resource, subresource, ns = '', name, body } = write;
  const request = { verb, resource: qualify(resource), subresource, namespace: ns, name };
  if (verb === 'create') return { ...request, body: stampAll(body, cluster) };
  if (verb === 'delete') return { ...request, options: { delete: body ?? {} } };
  if (verb === 'patch')
    return {
      ...request,
      patch: { type: write.patchType === 'json' ? 'json' : 'strategic', value: stampAll(body, cluster) },
    };
  return { ...request, body };
}

/** Flags of the recording that differ from the defaults. */
function flagOptions(flags: readonly string[]): Partial<ControllerManagerOptions> {
  const value = (name: string) => flags.find((flag) => flag.startsWith(`--${name}=`))?.split('=')[1];
  const seconds = (name: string) => {
    const text = value(name);
    return text === undefined ? undefined : Number.parseFloat(text) * (text.endsWith('ms') ? 1e3 : 1e6);
  };
  const given = {
    nodeMonitorGracePeriodUs: seconds('node-monitor-grace-period'),
    nodeMonitorPeriodUs: seconds('node-monitor-period'),
    nodeStartupGracePeriodUs: seconds('node-startup-grace-period'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined));
}

const outside = ['script', 'script-as-kubelet', 'kubectl'];

export interface PlayOptions {
  readonly controllers: (options: ControllerManagerOptions) => readonly Controller<Any>[];
  readonly options?: Partial<ControllerManagerOptions>;
  /** Let controllers work on the objects that are there at the start, some seconds before the script begins. */
  readonly prepare?: (played: Played & { kwok: Kwok }) => void;
  readonly untilMs?: number;
}

export function play(name: string, how: PlayOptions): Played {
  const transcript = loadTranscript(name);
  const cluster = new TestCluster(DEFAULT_EPOCH_SECONDS, suffixes(transcript));
  const startUs = START_SECONDS * 1e6;
  cluster.nowUs = startUs - 10e6;
  const timeline = new Timeline(cluster);
  for (const object of transcript.initialObjects) cluster.seed(qualify(object.resource), stampAll(object, cluster));
  const nodes = new Map<string, string>();
  for (const write of transcript.writes)
    if (write.subresource === 'binding') nodes.set(write.name, write.diff?.['spec.nodeName']?.[1]);
  const flags = flagOptions(transcript.settings?.['kube-controller-manager'] ?? []);
  const options = controllerManagerOptions({ ...flags, ...how.options });
  const runtimes = how.controllers(options).map((controller) => new TestRuntime(controller, cluster, timeline));
  for (const runtime of runtimes) runtime.start(true);
  const kwok = new Kwok(cluster, timeline);
  new Binder(cluster, timeline, nodes);
  kwok.runNodes(transcript.settings?.kubeletLeaseDurationSeconds ?? 40);
  const played = { transcript, cluster, timeline, runtimes, startUs };
  how.prepare?.({ ...played, kwok });
  timeline.runUntil(startUs - 1);
  cluster.writes.length = 0;
  for (const runtime of runtimes) runtime.events.length = 0;
  for (const write of transcript.writes) {
    if (!outside.includes(write.actor) || write.code >= 300) continue;
    timeline.after(startUs + (write.t - 3) * 1000 - cluster.nowUs, () =>
      cluster.request(scriptRequest(write, cluster), write.actor),
    );
  }
  for (const { t, environment } of transcript.script) {
    const group = /kwok\.demo\/group=(\w+)/.exec(environment ?? '')?.[1];
    if (group)
      timeline.after(startUs + t * 1000 - cluster.nowUs, () =>
        kwok.setRunning(group, environment.includes('run again')),
      );
  }
  const last = transcript.writes[transcript.writes.length - 1]?.t ?? 0;
  timeline.runUntil(startUs + (how.untilMs ?? last + 3000) * 1000);
  return played;
}

// --- Comparing ---

const listKeys: Readonly<Record<string, (item: Any) => string>> = {
  conditions: (c) => c.type,
  containers: (c) => c.name,
  containerStatuses: (c) => c.name,
  taints: (t) => `${t.key}:${t.effect}`,
  endpoints: (e) => e.targetRef?.name,
  addresses: (a) => a.ip ?? a,
  notReadyAddresses: (a) => a.ip,
};

/** What a write changed, in the recordings' form: path -> [before, after]. */
export function difference(before: Any, after: Any, at = ''): Record<string, [Any, Any]> {
  const result: Record<string, [Any, Any]> = {};
  const visit = (a: Any, b: Any, place: string, field: string): void => {
    if (canonical(a) === canonical(b)) return;
    if (
      a === undefined ||
      b === undefined ||
      a === null ||
      b === null ||
      typeof a !== 'object' ||
      typeof b !== 'object'
    ) {
      result[place] = [a ?? null, b ?? null];
      return;
    }
    if (Array.isArray(a) && Array.isArray(b)) {
      const key = listKeys[field];
      if (field === 'subsets' && a.length === b.length) {
        for (const [i, subset] of a.entries()) visit(subset, b[i], `${place}[${i}]`, '');
        return;
      }
      if (!key || a.length === 0 || b.length === 0) {
        result[place] = [a, b];
        return;
      }
      for (const item of [...new Set([...a, ...b].map(key))]) {
        visit(
          a.find((x: Any) => key(x) === item),
          b.find((x: Any) => key(x) === item),
          `${place}[${item}]`,
          '',
        );
      }
      return;
    }
    const map = field === 'annotations' || field === 'labels';
    if (map && Object.keys(a).length * Object.keys(b).length === 0) {
      result[place] = [Object.keys(a).length ? a : null, Object.keys(b).length ? b : null];
      return;
    }
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (key === 'resourceVersion') continue;
      visit(a[key], b[key], map && key.includes('.') ? `${place}[${key}]` : place ? `${place}.${key}` : key, key);
    }
  };
  visit(before, after, at, '');
  return result;
}

/** Times and addresses are not compared. */
export function faded(value: Any): string {
  return canonical(value)
    .replaceAll(/"resourceVersion":"\d+",?/g, '')
    .replaceAll(/<T[+-]\d+>|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<T>')
    .replaceAll(/<x\d+>/g, '<x>')
    .replaceAll(/<ip\d+>|10\.0\.0\.\d+/g, '<ip>');
}

export interface Difference {
  readonly object: string;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

function rowOfRecording(write: Any, contents: boolean): string {
  const body = write.verb === 'create' ? write.body : write.verb === 'delete' ? write.body : write.diff;
  const head = `${write.actor.replace('kube-controller-manager/', '')} ${write.verb} ${write.subresource ?? ''} ${write.code}`;
  return contents && body ? `${head} ${faded(withoutDefaults(body))}` : head;
}

/** Writes of the given controllers, object by object, without refused and empty ones. */
export function compareWrites(
  played: Played,
  actors: readonly string[],
  contents = true,
): { equal: number; total: number; differences: Difference[] } {
  const wanted = actors.map((a) => `kube-controller-manager/${a}`);
  const expected = new Map<string, string[]>();
  const actual = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, row: string) => map.set(key, [...(map.get(key) ?? []), row]);
  for (const w of played.transcript.writes) {
    if (!wanted.includes(w.actor) || w.code >= 300 || w.noop) continue;
    const full = contents && (w.stable === 'exact' || w.stable === 'once');
    add(expected, placeOf(w), rowOfRecording(w, full));
  }
  for (const w of played.cluster.writes) {
    if (!wanted.includes(w.actor) || w.code >= 300 || w.noop) continue;
    const place = placeOf(w);
    const diff =
      w.verb === 'create' ? w.body : w.verb === 'delete' ? w.body : difference(w.before ?? {}, w.after ?? {});
    const head = `${w.actor.replace('kube-controller-manager/', '')} ${w.verb} ${w.subresource ?? ''} ${w.code}`;
    const index = (actual.get(place) ?? []).length;
    const withContents =
      contents &&
      (w.verb === 'create' || w.verb === 'delete' || w.after) &&
      (expected.get(place)?.[index] ?? '').length > head.length;
    add(actual, place, withContents ? `${head} ${faded(withoutDefaults(diff))}` : head);
  }
  return tally(expected, actual);
}

/** Which of several equal pods is deleted is chance (their uids), so pods of one template are compared together. */
function placeOf(write: { resource: string; name: string }): string {
  return `${write.resource} ${(write.name || '*').replaceAll(/<x\d+>/g, '<x>')}`;
}

/** The recordings show bodies with the API server's defaults filled in. */
function withoutDefaults(body: Any): Any {
  if (!body.kind) return body;
  const { status: _, ...rest } = structuredClone(body);
  delete rest.spec?.enableServiceLinks;
  delete rest.spec?.template?.spec?.enableServiceLinks;
  return rest;
}

function tally(expected: Map<string, string[]>, actual: Map<string, string[]>) {
  const differences: Difference[] = [];
  let equal = 0;
  let total = 0;
  for (const object of [...new Set([...expected.keys(), ...actual.keys()])].sort()) {
    const e = expected.get(object) ?? [];
    const a = actual.get(object) ?? [];
    total += e.length;
    const same = e.filter((row, i) => row === a[i]).length;
    equal += same;
    if (same < e.length || a.length > e.length) differences.push({ object, expected: e, actual: a });
  }
  return { equal, total, differences };
}

function faceless(message: string): string {
  return message.replace('(combined from similar events): ', '').replaceAll(/<x\d+>/g, '<x>');
}

export function compareEvents(
  played: Played,
  sources: readonly string[],
): { equal: number; total: number; differences: Difference[] } {
  const expected = new Map<string, string[]>();
  const actual = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, row: string) => map.set(key, [...(map.get(key) ?? []), row]);
  for (const e of played.transcript.events) {
    const source = e.source?.component ?? e.source;
    if (!sources.includes(source)) continue;
    add(
      expected,
      `${e.involvedObject.kind}/${e.involvedObject.name}`,
      `${source} ${e.type} ${e.reason} ${faceless(e.message)}`,
    );
  }
  for (const e of played.runtimes.flatMap((r) => r.events).sort((a, b) => a.tUs - b.tUs)) {
    if (sources.includes(e.source))
      add(actual, e.regarding, `${e.source} ${e.type} ${e.reason} ${faceless(e.message)}`);
  }
  return tally(expected, actual);
}
