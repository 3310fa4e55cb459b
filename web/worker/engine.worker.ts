import * as Comlink from 'comlink';
import {
  type BuildOptions,
  buildCluster,
  type Cluster,
  decodeRecord,
  namesOf,
  namesOfWorld,
  RECORD_BYTES,
  type Recording,
  RecordingError,
  readRecording,
  recordBytes,
  recordingOf,
  recordsOf,
  type Scenario,
  StoredRecords,
  type TraceNames,
  writeRecording,
} from '../../sim-core/index.ts';
import { buffersOf, type Mark, type RunFrame, textAt } from '../model/frame.ts';
import type { EngineApi, Failure, Outcome, RunEnd, RunFacts, RunSource, RunUpdate } from '../model/protocol.ts';
import type { PodStory } from '../model/story.ts';
import { texts } from '../texts.ts';
import { podStory, type StoryIndex, storyIndex } from './podStory.ts';
import { RunScan } from './scan.ts';
import { type Loadable, load, loadableOfFiles, loadableOfRecording, scenarioFailure } from './sources.ts';

declare const __ORRERY_VERSION__: string;
declare const __ORRERY_SOURCES__: string;

/** The worker is busy for at most this long before it answers queries. */
const SLICE_MS = 8;
/** A run asks the engine for so many events that it stays well below a slice. */
const BATCH_MS = 2;
/** Frames while running: this often, or less when packing one is slow. */
const FRAME_MS = 200;
const FRAME_SHARE = 10;

/** The run that the page shows. */
interface OpenRun {
  readonly scan: RunScan;
  readonly names: TraceNames;
  readonly loadable: Loadable | undefined;
  readonly index: () => StoryIndex;
  readonly recording: () => Recording | undefined;
  readonly texts: () => {
    lanes: readonly string[];
    owners: readonly string[];
    nodes: readonly string[];
    frame: SearchFrame;
  };
}

interface SearchFrame {
  readonly ownerOf: Uint32Array;
  readonly nodeOf: Uint32Array;
}

let current: OpenRun | undefined;
let runNumber = 0;

const nextTask = (() => {
  const { port1, port2 } = new MessageChannel();
  let resume: (() => void) | undefined;
  port1.onmessage = () => resume?.();
  return () =>
    new Promise<void>((resolve) => {
      resume = resolve;
      port2.postMessage(0);
    });
})();

const groupTexts = { noOwner: texts.timeline.noOwner, noNode: texts.timeline.noNode };

function marksOf(scan: RunScan, names: TraceNames, scenario: Scenario | undefined): readonly Mark[] {
  const marks: Mark[] = scan.faults.map((f) => ({
    kind: 'fault',
    label: `${names.string(f.kind)} ${names.string(f.description)}`,
    fromUs: f.fromUs,
    untilUs: f.untilUs,
  }));
  for (const c of scan.commands)
    marks.push({ kind: 'command', label: `kubectl ${names.string(c.text)}`, fromUs: c.timeUs, untilUs: c.timeUs });
  for (const { atUs, action } of scenario?.spec.timeline ?? []) {
    if (action.do === 'note') marks.push({ kind: 'note', label: action.text, fromUs: atUs, untilUs: atUs });
  }
  return marks.sort((a, b) => a.fromUs - b.fromUs);
}

function send(update: RunUpdate): RunUpdate {
  return Comlink.transfer(update, buffersOf(update.frame));
}

function searchTexts(scan: RunScan, names: TraceNames, endUs: number): () => ReturnType<OpenRun['texts']> {
  let found: ReturnType<OpenRun['texts']> | undefined;
  return () => {
    if (found !== undefined) return found;
    const frame = scan.pack(names, endUs, endUs, groupTexts);
    const all = (column: RunFrame['owners']) => Array.from(column.ends, (_, i) => textAt(column, i).toLowerCase());
    found = { lanes: all(frame.laneNames), owners: all(frame.owners), nodes: all(frame.nodes), frame };
    return found;
  };
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

function openRecording(bytes: Uint8Array): Outcome {
  const recording = readRecording(bytes);
  const source = recordsOf(recording);
  const names = namesOf(recording);
  const scan = new RunScan();
  for (let i = 0; i < source.size; i++) scan.add(source.at(i));
  const loadable = loadableOfRecording(recording);
  const scenario = loadable === undefined ? undefined : load(loadable, recording.seed).scenario;
  const { endUs } = recording;
  current = {
    scan,
    names,
    loadable,
    index: once(() => storyIndex(source, names)),
    recording: () => recording,
    texts: searchTexts(scan, names, endUs),
  };
  const facts: RunFacts = {
    name: scenario?.name ?? recording.entry,
    description: scenario?.description ?? '',
    seed: recording.seed,
    nodes: scan.nodeCount,
    untilUs: endUs,
    marks: marksOf(scan, names, scenario),
  };
  const update = send({ facts, frame: scan.pack(names, endUs, endUs, groupTexts), nowUs: endUs, events: 0 });
  const end: RunEnd = {
    digest: recording.endDigest,
    endUs,
    records: recording.recordCount,
    expectations: recording.expectations.map((e) => ({
      name: e.name,
      passed: e.passed,
      atUs: e.atUs,
      detail: e.message,
    })),
    cancelled: false,
  };
  return { ok: true, update, end };
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RecordingError) return { kind: 'recording', code: error.fault, message, lines: [] };
  if (error instanceof Error && error.name === 'SimulationError')
    return { kind: 'engine', code: '', message, lines: [] };
  return { kind: 'unknown', code: '', message, lines: [] };
}

async function loadableOf(source: RunSource): Promise<Loadable | undefined> {
  if (source.from === 'files') return loadableOfFiles(source.files);
  if (source.from === 'open') return current?.loadable;
  const { bundleOf } = await import('./bundled.ts');
  return { bundle: bundleOf(source.path), plain: [] };
}

/** Runs a scenario in slices; how it is sliced does not show in the result. */
class Runner {
  private readonly scan = new RunScan();
  private readonly cluster: Cluster;
  private readonly names: TraceNames;
  private readonly untilUs: number;
  private batch = 16;
  private readonly started = performance.now();
  private frameAt = 0;
  private frameCostMs = 0;

  constructor(scenario: Scenario, options: BuildOptions = {}) {
    this.cluster = buildCluster(scenario, options);
    this.names = namesOfWorld(this.cluster.world);
    this.untilUs = scenario.spec.durationUs;
    this.cluster.world.listen((batch) => {
      for (let i = 0; i < batch.count; i++)
        this.scan.add(decodeRecord(batch.bytes, i * RECORD_BYTES, batch.firstRecord + i));
    });
  }

  /** One slice; true when the run is over. */
  private slice(): boolean {
    const { world } = this.cluster;
    const end = performance.now() + SLICE_MS - 2 * BATCH_MS;
    for (let now = performance.now(); ; ) {
      const state = world.runUntil({ timeUs: this.untilUs, events: this.batch });
      if (state.stopped !== 'events') return true;
      const took = performance.now() - now;
      now += took;
      if (took > BATCH_MS) this.batch = Math.max(1, this.batch >> 1);
      else if (took < BATCH_MS / 2) this.batch = Math.min(100_000, this.batch * 2);
      if (now >= end) return false;
    }
  }

  private update(): RunUpdate {
    const began = performance.now();
    const { world, scenario } = this.cluster;
    const facts: RunFacts = {
      name: scenario.name,
      description: scenario.description,
      seed: scenario.spec.seed,
      nodes: this.scan.nodeCount,
      untilUs: this.untilUs,
      marks: marksOf(this.scan, this.names, scenario),
    };
    const frame = this.scan.pack(this.names, world.nowUs, this.untilUs, groupTexts);
    this.frameCostMs = performance.now() - began;
    return send({ facts, frame, nowUs: world.nowUs, events: world.eventsRun });
  }

  async run(isCancelled: () => boolean, onUpdate: (update: RunUpdate) => void): Promise<boolean> {
    while (!isCancelled()) {
      if (this.slice()) return false;
      const now = performance.now();
      if (now - this.frameAt >= Math.max(FRAME_MS, FRAME_SHARE * this.frameCostMs)) {
        this.frameAt = now;
        await onUpdate(this.update());
      }
      await nextTask();
    }
    return true;
  }

  finish(loadable: Loadable, cancelled: boolean): Outcome {
    const { world, expectations } = this.cluster;
    const results = expectations.results();
    const end: RunEnd = {
      digest: world.digest(),
      endUs: world.nowUs,
      records: world.trace.count,
      events: world.eventsRun,
      wallMs: performance.now() - this.started,
      expectations: results.map((r) => ({
        name: r.spec.name,
        passed: r.verdict === 'passed',
        atUs: Math.max(0, r.atUs),
        detail: r.detail,
      })),
      cancelled,
    };
    current = {
      scan: this.scan,
      names: this.names,
      loadable,
      index: once(() => storyIndex(new StoredRecords(recordBytes(world)), this.names)),
      recording: () => this.recordingOf(loadable, end),
      texts: searchTexts(this.scan, this.names, world.nowUs),
    };
    return { ok: true, update: this.update(), end };
  }

  private recordingOf(loadable: Loadable, end: RunEnd): Recording {
    const { spec } = this.cluster.scenario;
    return recordingOf(this.cluster.world, {
      engineVersion: typeof __ORRERY_VERSION__ === 'string' ? __ORRERY_VERSION__ : '0.0.0-dev',
      sourceHash: typeof __ORRERY_SOURCES__ === 'string' ? __ORRERY_SOURCES__ : 'unbuilt',
      level: 'story',
      options: {
        seed: spec.seed,
        durationUs: String(spec.durationUs),
        plain: loadable.plain.join('\n'),
        parameters: JSON.stringify(spec.parameters),
      },
      entry: loadable.bundle.entry,
      files: loadable.bundle.files,
      external: [],
      checkpoints: [],
      expectations: end.expectations.map((e) => ({ name: e.name, passed: e.passed, atUs: e.atUs, message: e.detail })),
    });
  }
}

const api = {
  async scenarios() {
    return (await import('./bundled.ts')).bundledScenarios();
  },

  open(bytes: Uint8Array): Outcome {
    runNumber++;
    try {
      return openRecording(bytes);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },

  async run(source: RunSource, seed: string, onUpdate: (update: RunUpdate) => void): Promise<Outcome> {
    const mine = ++runNumber;
    try {
      const loadable = await loadableOf(source);
      if (loadable === undefined)
        return { ok: false, failure: { kind: 'unknown', code: '', message: texts.failures.noScenario, lines: [] } };
      const { scenario, problems } = load(loadable, seed);
      if (scenario === undefined) return { ok: false, failure: scenarioFailure(problems, loadable.bundle) };
      const runner = new Runner(scenario);
      const cancelled = await runner.run(() => runNumber !== mine, onUpdate);
      return runner.finish(loadable, cancelled);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },

  cancel(): void {
    runNumber++;
  },

  story(lane: number): PodStory {
    if (current === undefined) return { state: 0, bornUs: 0, parts: [] };
    return podStory(current.index(), current.scan.podOf(lane));
  },

  find(text: string): Uint8Array {
    const wanted = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (current === undefined) return new Uint8Array(0);
    const { lanes, owners, nodes, frame } = current.texts();
    const match = new Uint8Array(lanes.length);
    lanes.forEach((name, lane) => {
      const owner = owners[frame.ownerOf[lane]];
      const node = nodes[frame.nodeOf[lane]];
      match[lane] = wanted.every((word) => name.includes(word) || owner.includes(word) || node.includes(word)) ? 1 : 0;
    });
    return Comlink.transfer(match, [match.buffer]);
  },

  recording(): Uint8Array | undefined {
    const recording = current?.recording();
    if (recording === undefined) return undefined;
    const bytes = writeRecording(recording);
    return Comlink.transfer(bytes, [bytes.buffer as ArrayBuffer]);
  },
} satisfies { [K in keyof EngineApi]: unknown };

Comlink.expose(api);
