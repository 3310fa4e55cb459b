import type { Why } from '../contracts/engine.ts';
import type { RecordId, TimeUs } from '../contracts/ids.ts';
import { WHYS } from '../contracts/whys.ts';
import { type BlockDigest, type NameTables, RECORD_BYTES, type World } from '../engine/index.ts';
import { KINDS } from './kinds.ts';
import { type RecordSource, recordBytes, StoredRecords, type TraceNames } from './view.ts';

/** digest = block digests only; story = what a timeline and its causes need; full = every record. */
export type RecordingLevel = 'digest' | 'story' | 'full';

/** A request or another input from outside, as the session log holds it. */
export interface ExternalInput {
  readonly timeUs: TimeUs;
  /** Immutable value that the replay knows how to inject, e.g. an ApiRequest. */
  readonly value: unknown;
}

export interface Checkpoint {
  readonly timeUs: TimeUs;
  readonly records: number;
  /** Bytes of `World.serialise`. */
  readonly state: Uint8Array;
}

export interface ExpectationResult {
  readonly name: string;
  readonly passed: boolean;
  readonly atUs: TimeUs;
  readonly message: string;
}

/** What the caller knows and the world does not. */
export interface RecordingMeta {
  readonly engineVersion: string;
  /** Hash of the sources of sim-core, as text. */
  readonly sourceHash: string;
  readonly level: RecordingLevel;
  /** Resolved options of the run, by name. */
  readonly options: Readonly<Record<string, string>>;
  /** Name of the scenario's own file in `files`; '' = none. */
  readonly entry: string;
  /** The bytes of the scenario and of every file that it names. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly external: readonly ExternalInput[];
  readonly checkpoints: readonly Checkpoint[];
  readonly expectations: readonly ExpectationResult[];
}

/** A run as a value: see `format.ts` for its bytes. */
export interface Recording extends RecordingMeta {
  readonly seed: string;
  readonly strings: readonly string[];
  /** String ids of resource, namespace and name; index = ObjId. */
  readonly objects: readonly (readonly [number, number, number])[];
  /** Names by ComponentId - 1. */
  readonly components: readonly string[];
  readonly whys: readonly Why[];
  /** Count of records of the whole run. */
  readonly recordCount: number;
  readonly blockDigests: readonly BlockDigest[];
  /** Digest chain of strings, objects and joins at the end. */
  readonly endChain: readonly [number, number];
  readonly joins: readonly (readonly [RecordId, RecordId])[];
  /** level story: ids of the records held; undefined = all (full) or none (digest). */
  readonly ids: Uint32Array | undefined;
  readonly recordBytes: Uint8Array;
  readonly endUs: TimeUs;
  readonly endDigest: string;
}

/** The recording of a run so far. Levels story and full need a world that keeps its records. */
export function recordingOf(world: World, meta: RecordingMeta): Recording {
  const { trace } = world;
  const all = meta.level === 'digest' ? new Uint8Array(0) : recordBytes(world);
  const ids = meta.level === 'story' ? storyIds(new StoredRecords(all)) : undefined;
  const named = namesIn(world);
  return {
    ...meta,
    seed: world.seed,
    strings: named.strings,
    objects: named.objects,
    components: world.components.map((component) => component.name),
    whys: WHYS,
    recordCount: trace.count,
    blockDigests: trace.blockDigests.slice(),
    endChain: trace.chain,
    joins: world.joins,
    ids,
    recordBytes: ids === undefined ? all : pick(all, ids),
    endUs: world.nowUs,
    endDigest: world.digest(),
  };
}

/** The world's strings, and names of objects by their places; behind them names that the world keeps as numbers. */
function namesIn({ strings, objects }: World): Pick<Recording, 'strings' | 'objects'> {
  const texts = Array.from({ length: strings.size }, (_, id) => strings.text(id));
  const place = (text: string) => strings.find(text) ?? texts.push(text) - 1;
  const parts = Array.from({ length: objects.size }, (_, id) => {
    const [resource, namespace, name] = [objects.resource(id), objects.namespace(id), objects.name(id)];
    return [place(resource), place(namespace), place(name)] as const;
  });
  return { strings: texts, objects: parts };
}

/** Records of story kinds with all their ancestors, ascending. */
function storyIds(source: RecordSource): Uint32Array {
  const kept = new Uint8Array(source.size);
  let count = 0;
  // Causes are older than their effects, so one pass from the end marks every ancestor.
  for (let i = source.size - 1; i >= 0; i--) {
    const record = source.at(i);
    if (kept[i] === 0 && KINDS[record.kind]?.story !== true) continue;
    kept[i] = 1;
    count++;
    kept[record.cause] = 1;
  }
  const ids = new Uint32Array(count);
  let n = 0;
  for (let i = 0; i < kept.length; i++) if (kept[i] === 1) ids[n++] = i;
  return ids;
}

function pick(all: Uint8Array, ids: Uint32Array): Uint8Array {
  const out = new Uint8Array(ids.length * RECORD_BYTES);
  ids.forEach((id, i) => {
    out.set(all.subarray(id * RECORD_BYTES, (id + 1) * RECORD_BYTES), i * RECORD_BYTES);
  });
  return out;
}

/** The records that a recording holds. */
export function recordsOf(recording: Recording): RecordSource {
  return new StoredRecords(recording.recordBytes, recording.ids);
}

export function namesOf(recording: Recording): TraceNames {
  const text = (id: number) => recording.strings[id] ?? `string ${id}`;
  return {
    string: text,
    object: (id) => {
      const parts = recording.objects[id];
      return parts === undefined
        ? `object ${id}`
        : parts
            .map(text)
            .filter((part) => part !== '')
            .join('/');
    },
    component: (id) => recording.components[id - 1] ?? `component ${id}`,
    why: (id) => recording.whys[id]?.parameter ?? `why ${id}`,
  };
}

/** Names straight from a live world. */
export function namesOfWorld(world: World): TraceNames {
  const { strings, objects } = world;
  return {
    string: (id) => strings.text(id),
    object: (id) =>
      [objects.resource(id), objects.namespace(id), objects.name(id)].filter((part) => part !== '').join('/'),
    component: (id) => world.components[id - 1].name,
    why: (id) => WHYS[id]?.parameter ?? `why ${id}`,
  };
}

/** Names as they were known at a moment of a world. */
export function namesOfTables(tables: NameTables, world: World): TraceNames {
  return {
    string: (id) => tables.text(id),
    object: (id) =>
      ([0, 1, 2] as const)
        .map((k) => tables.part(id, k))
        .filter((part) => part !== '')
        .join('/'),
    component: (id) => world.components[id - 1].name,
    why: (id) => WHYS[id]?.parameter ?? `why ${id}`,
  };
}

/** Where two recordings of what should be one run first differ. */
export interface Divergence {
  /** Index of the first block whose running digest differs; the count of full blocks = the open block at the end. */
  readonly block: number;
  /** First differing record, when both hold their bytes. */
  readonly record?: RecordId;
}

/** Undefined when both runs are the same. */
export function firstDivergence(left: Recording, right: Recording): Divergence | undefined {
  if (left.endDigest === right.endDigest && left.recordCount === right.recordCount) return undefined;
  const blocks = Math.min(left.blockDigests.length, right.blockDigests.length);
  let block = 0;
  while (block < blocks && sameWords(left.blockDigests[block].digest, right.blockDigests[block].digest)) block++;
  if (left.level !== 'full' || right.level !== 'full') return { block };
  const [mine, theirs] = [left.recordBytes, right.recordBytes];
  const end = Math.min(mine.length, theirs.length);
  let at = 0;
  while (at < end && mine[at] === theirs[at]) at++;
  // Equal records with different digests: the difference is in a string.
  if (at === mine.length && at === theirs.length) return { block };
  return { block, record: Math.floor(at / RECORD_BYTES) };
}

function sameWords(left: readonly number[], right: readonly number[]): boolean {
  return left.every((word, i) => word === right[i]);
}
