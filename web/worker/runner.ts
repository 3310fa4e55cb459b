import {
  buildCluster,
  type Cluster,
  namesOfWorld,
  type Recording,
  recordingOf,
  type Scenario,
} from '../../sim-core/index.ts';
import type { Outcome, RunEnd, RunUpdate } from '../model/protocol.ts';
import { updateOf } from './facts.ts';
import { GrowingRecords } from './growingRecords.ts';
import { ObjectHistory } from './objectHistory.ts';
import { OpenRun } from './openRun.ts';
import { RunScan } from './scan.ts';
import type { Loadable } from './sources.ts';
import { nextTask, SLICE_MS } from './task.ts';

declare const __ORRERY_VERSION__: string;
declare const __ORRERY_SOURCES__: string;

/** A run asks the engine for so many events that it stays well below a slice. */
const BATCH_MS = 2;
/** Frames while running: this often, or less when packing one is slow. */
const FRAME_MS = 200;
const FRAME_SHARE = 10;

/** Runs a scenario in slices; how it is sliced does not show in the result. */
export class Runner {
  readonly run: OpenRun;
  private readonly scan = new RunScan();
  private readonly cluster: Cluster;
  private readonly untilUs: number;
  private batch = 16;
  private readonly started = performance.now();
  private frameAt = 0;
  private frameCostMs = 0;

  constructor(scenario: Scenario, loadable: Loadable) {
    const records = new GrowingRecords();
    const objects = new ObjectHistory();
    this.cluster = buildCluster(scenario);
    this.untilUs = scenario.spec.durationUs;
    this.cluster.truth.listen((ctx, now, _before, deleted) => objects.add(ctx.nowUs, now, deleted));
    this.cluster.world.listen((batch) => {
      const from = records.append(batch.bytes, batch.firstRecord, batch.count);
      for (let i = from; i < records.size; i++) this.scan.add(records.at(i));
    });
    this.run = new OpenRun({
      names: namesOfWorld(this.cluster.world),
      records,
      scan: this.scan,
      scenario,
      loadable,
      untilUs: this.untilUs,
      cluster: this.cluster,
      objects,
      recording: (run) => this.recordingOf(run),
    });
  }

  /** One slice; true when the run is over. */
  private slice(): boolean {
    const { world } = this.cluster;
    const end = performance.now() + SLICE_MS - 2 * BATCH_MS;
    for (let now = performance.now(); ; ) {
      const state = world.runUntil({ timeUs: this.untilUs, events: this.batch });
      this.run.nowUs = world.nowUs;
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
    const { world } = this.cluster;
    const update = updateOf(this.run, world.nowUs, world.eventsRun);
    this.frameCostMs = performance.now() - began;
    return update;
  }

  async execute(isCancelled: () => boolean, onUpdate: (update: RunUpdate) => void): Promise<boolean> {
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

  finish(cancelled: boolean): Outcome {
    const { world, expectations } = this.cluster;
    const end: RunEnd = {
      digest: world.digest(),
      endUs: world.nowUs,
      records: world.trace.count,
      events: world.eventsRun,
      wallMs: performance.now() - this.started,
      expectations: expectations.results().map((r) => ({
        name: r.spec.name,
        passed: r.verdict === 'passed',
        atUs: Math.max(0, r.atUs),
        detail: r.detail,
      })),
      cancelled,
    };
    this.run.end = end;
    return { ok: true, update: this.update(), end };
  }

  private recordingOf(run: OpenRun): Recording | undefined {
    const { spec } = this.cluster.scenario;
    const { loadable, end } = run;
    if (loadable === undefined || end === undefined) return undefined;
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
