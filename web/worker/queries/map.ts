import * as Comlink from 'comlink';
import { type KubeObject, PodState, type Scenario, type TimelineAction } from '../../../sim-core/index.ts';
import { LOOK_NUMBER, LOOKS } from '../../model/states.ts';
import { buffersOfMap, type MapFrame, type MapGroups } from '../../views/map/frames.ts';
import { placeAt, type Revision } from '../objectHistory.ts';
import type { OpenRun, TrackKey } from '../openRun.ts';
import { podFacts } from '../podFacts.ts';
import type { Task } from '../task.ts';
import { Change, type FactSource, MapCursor, MapTrack, type NodeFacts } from './mapTrack.ts';
import { nodesAt, oneMore, POOL_LABEL, poolOfNode, withoutNodes } from './nodePools.ts';
import { cpuMilli, memoryMi } from './quantities.ts';

export const MAP_TRACK: TrackKey<MapTrack> = { make: (run) => new MapTrack(run.names) };

interface Reader {
  cursor: MapCursor;
  readonly facts: FactSource;
}

const readers = new WeakMap<OpenRun, Map<string, Reader>>();

/** What the objects of a run say of its pods and nodes. */
export function factsOf(run: OpenRun): FactSource {
  const { objects, names, scenario } = run;
  if (objects === undefined) {
    const nodes = nodesOfPools(scenario);
    return { pod: () => undefined, node: (obj) => nodes(lastPart(names.object(obj))) };
  }
  return {
    pod(obj) {
      const first = objects.first(obj);
      return first === undefined ? objects.traits(obj) : podFacts(first.object);
    },
    node(obj, timeUs) {
      const all = objects.revisions(obj);
      const shown = all[Math.max(0, placeAt(all, timeUs))];
      // What is left of a deleted node is what it was.
      const told = shown?.deleted === true ? all.findLast((r) => !r.deleted && r.timeUs <= timeUs) : shown;
      return told === undefined ? undefined : nodeFacts(told.object);
    },
  };
}

const lastPart = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function nodeFacts(node: KubeObject): NodeFacts {
  const { allocatable } = (node.status ?? {}) as { readonly allocatable?: Readonly<Record<string, string>> };
  const { taints } = (node.spec ?? {}) as {
    readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  };
  const has = allocatable !== undefined;
  return {
    cpuMilli: has ? cpuMilli(allocatable['cpu']) : Number.NaN,
    memoryMi: has ? memoryMi(allocatable['memory']) : Number.NaN,
    pods: has ? Number(allocatable['pods']) : Number.NaN,
    labels: node.metadata.labels ?? {},
    taints: (taints ?? []).map((t) => `${t.key}${t.value ? `=${t.value}` : ''}:${t.effect}`),
  };
}

/** Of a recording without objects: what its scenario says of the pools' nodes. */
function nodesOfPools(scenario: Scenario | undefined): (name: string) => NodeFacts | undefined {
  const find = poolOfNode(scenario);
  return (name) => {
    const found = find(name);
    if (found === undefined) return undefined;
    const { pool, i } = found;
    const labels = {
      'node.kubernetes.io/instance-type': pool.machine,
      [POOL_LABEL]: pool.name,
      [ZONE_LABEL]: pool.zones[i % pool.zones.length],
      ...pool.labels,
    };
    const node = { metadata: { labels }, spec: { taints: pool.taints }, status: { allocatable: pool.allocatable } };
    return nodeFacts(node as unknown as KubeObject);
  };
}

export const ZONE_LABEL = 'topology.kubernetes.io/zone';
/** Labels that differ on every node group nothing. */
const NOT_A_GROUP: ReadonlySet<string> = new Set(['kubernetes.io/hostname']);

function groupText(facts: NodeFacts | undefined, key: string): string {
  if (facts === undefined) return '';
  if (key === 'zone') return facts.labels[ZONE_LABEL] ?? '';
  if (key === 'pool') return facts.labels[POOL_LABEL] ?? '';
  if (key === 'taint') return facts.taints.join(', ');
  return facts.labels[key.slice('label:'.length)] ?? '';
}

function readerOf(run: OpenRun, name: string): Reader | undefined {
  return readers.get(run)?.get(name);
}

/** Used and allocatable. */
type Load = readonly [used: number, of: number];

export interface NodeLoad {
  /** Pods by number of the look. */
  readonly looks: Uint32Array;
  readonly pods: Load;
  readonly cpuMilli: Load;
  readonly memoryMi: Load;
}

export const mapQueries = {
  /** What the timeline says for one machine more in the pool of each node, or for these nodes less. */
  async scaling(
    task: Task,
    args: { readonly action: 'add' | 'remove'; readonly nodes: readonly string[]; readonly timeUs: number },
  ): Promise<readonly TimelineAction[]> {
    const { action, nodes, timeUs } = args;
    if (action === 'remove') return withoutNodes(task.run, nodes, timeUs);
    const pools = nodesAt(task.run, timeUs);
    const wanted = new Set(nodes.map((node) => pools.get(node) ?? ''));
    return [...wanted].flatMap((pool) => oneMore(task.run, pool, timeUs) ?? []);
  },

  /** The map at an instant for a reader: what changed since it asked last, or everything when `fresh`. */
  async frame(
    task: Task,
    args: { readonly timeUs: number; readonly reader: string; readonly fresh: boolean },
  ): Promise<MapFrame> {
    const { run } = task;
    const track = await task.run.track(task, MAP_TRACK);
    let reader = readerOf(run, args.reader);
    if (reader === undefined || args.fresh) {
      reader = { cursor: new MapCursor(track, run.names), facts: factsOf(run) };
      const of = readers.get(run) ?? new Map<string, Reader>();
      of.set(args.reader, reader);
      readers.set(run, of);
    }
    while (!reader.cursor.prepare(reader.facts, 300)) await task.pause();
    const began = performance.now();
    const made = reader.cursor.frameAt(args.timeUs, reader.facts);
    const frame = { ...made, buildMs: performance.now() - began };
    return Comlink.transfer(frame, buffersOfMap(frame));
  },

  /** One node at an instant: its pods by look, what they request and what there is; NaN = the run does not say. */
  async node(task: Task, args: { readonly name: string; readonly timeUs: number }): Promise<NodeLoad | null> {
    const { run } = task;
    const track = await run.track(task, MAP_TRACK);
    const node = track.nodes.findIndex((obj) => lastPart(run.names.object(obj)) === args.name);
    if (node < 0) return null;
    const values = new Uint32Array(track.pods.length).fill(PodState.deleted);
    track.walk(0, track.placeOf(args.timeUs), (kind, subject, value) => {
      if (kind === Change.pod) values[subject] = value;
    });
    const facts = factsOf(run);
    const looks = new Uint32Array(LOOKS.length);
    let cpu = 0;
    let memory = 0;
    let pods = 0;
    for (let pod = 0; pod < values.length; pod++) {
      const state = values[pod] & 15;
      if (state === PodState.deleted || (values[pod] >>> 4) - 1 !== node) continue;
      pods++;
      looks[LOOK_NUMBER[state]]++;
      if (state === PodState.succeeded || state === PodState.failed) continue;
      const known = facts.pod(track.pods[pod]);
      cpu += known?.cpuMilli ?? Number.NaN;
      memory += known?.memoryMi ?? Number.NaN;
    }
    const whole = facts.node(track.nodes[node], args.timeUs);
    const none = Number.NaN;
    return {
      looks,
      pods: [pods, whole?.pods ?? none],
      cpuMilli: [cpu, whole?.cpuMilli ?? none],
      memoryMi: [memory, whole?.memoryMi ?? none],
    };
  },

  /** Groups of the nodes known so far at a moment, in the order of the frames' node numbers. */
  async groups(task: Task, args: { readonly key: string; readonly timeUs: number }): Promise<MapGroups> {
    const { key, timeUs } = args;
    const track = await task.run.track(task, MAP_TRACK);
    const facts = factsOf(task.run);
    const texts = track.nodes.map((obj) => groupText(facts.node(obj, timeUs), key));
    const [fromUs, untilUs] = await sameUntil(task, track.nodes, timeUs, key);
    const names = [...new Set(texts)].sort((a, b) => (a === '' ? 1 : b === '' ? -1 : naturally(a, b)));
    const numbers = new Map(names.map((name, i) => [name, i]));
    const groupOf = Uint32Array.from(texts, (text) => numbers.get(text) ?? 0);
    return Comlink.transfer({ key, fromUs, untilUs, groupOf, names }, [groupOf.buffer as ArrayBuffer]);
  },

  /** What the nodes can be grouped by: zone, pool, taint, and labels that some nodes share. */
  async keys(task: Task, _args: null): Promise<readonly string[]> {
    const track = await task.run.track(task, MAP_TRACK);
    const facts = factsOf(task.run);
    const labels = new Map<string, Set<string>>();
    for (const obj of track.nodes)
      for (const [key, value] of Object.entries(facts.node(obj, Number.POSITIVE_INFINITY)?.labels ?? {})) {
        const values = labels.get(key) ?? new Set();
        values.add(value);
        labels.set(key, values);
      }
    const useful = [...labels].filter(([key, values]) => !NOT_A_GROUP.has(key) && values.size <= 200);
    return ['zone', 'pool', 'taint', ...useful.map(([key]) => `label:${key}`).sort((a, b) => (a < b ? -1 : 1))];
  },
};

/** The stretch of time around a moment in which no node's group changes: [from, until). */
async function sameUntil(
  task: Task,
  nodes: readonly number[],
  timeUs: number,
  key: string,
): Promise<readonly [number, number]> {
  const { objects } = task.run;
  let fromUs = 0;
  let untilUs = Number.POSITIVE_INFINITY;
  if (objects === undefined) return [fromUs, untilUs];
  for (const obj of nodes) {
    const all = objects.revisions(obj);
    const here = Math.max(0, placeAt(all, timeUs));
    for (let i = here + 1; i < all.length && all[i].timeUs < untilUs; i++) {
      if (isSameGroup(all[i - 1], all[i], key)) continue;
      untilUs = all[i].timeUs;
    }
    for (let i = here; i > 0 && all[i].timeUs > fromUs; i--) {
      if (isSameGroup(all[i - 1], all[i], key)) continue;
      fromUs = all[i].timeUs;
    }
    await task.pause();
  }
  return [fromUs, untilUs];
}

/** Versions share what did not change. */
function isSameGroup({ object: a }: Revision, { object: b, deleted }: Revision, key: string): boolean {
  if (deleted) return true;
  if (key === 'taint' ? a.spec?.taints === b.spec?.taints : a.metadata.labels === b.metadata.labels) return true;
  return groupText(nodeFacts(a), key) === groupText(nodeFacts(b), key);
}

/** `n-2` before `n-10`. */
function naturally(a: string, b: string): number {
  const pa = a.split(/(\d+)/);
  const pb = b.split(/(\d+)/);
  for (let i = 0; i < Math.min(pa.length, pb.length); i++) {
    if (pa[i] === pb[i]) continue;
    if (i % 2 === 1 && Number(pa[i]) !== Number(pb[i])) return Number(pa[i]) - Number(pb[i]);
    return pa[i] < pb[i] ? -1 : 1;
  }
  return a.length - b.length;
}
