import {
  type BreakpointHit,
  type BreakpointSpec,
  type Recording,
  recordingOf,
  type Scenario,
  TravelSession,
} from '../../sim-core/index.ts';
import type { HitFact, JoinedEntry, Outcome, RunEnd, RunUpdate } from '../model/protocol.ts';
import { updateOf } from './facts.ts';
import { GrowingRecords } from './growingRecords.ts';
import { ObjectHistory } from './objectHistory.ts';
import { OpenRun } from './openRun.ts';
import { RequestLog } from './requestLog.ts';
import { RunScan } from './scan.ts';
import { sliceTook } from './slices.ts';
import type { Loadable } from './sources.ts';
import { nextTask } from './task.ts';
import { Traveller } from './traveller.ts';

declare const __ORRERY_VERSION__: string;
declare const __ORRERY_SOURCES__: string;

/** Frames while running: this often, or less when packing one is slow. */
const FRAME_MS = 200;
const FRAME_SHARE = 10;
/** Invariants are judged all along up to this many nodes; in larger runs they would cost too much. */
const CHECKED_NODES_MAX = 500;

/** A run or a fork of one: records it on to its end, in slices; how it is sliced does not show in the result. */
export class Runner {
  /** `0` = the run itself, `0.1` its first fork. A fork that is made again keeps its own. */
  readonly id: string;
  readonly run: OpenRun;
  readonly traveller: Traveller;
  /** What joined the scenario's timeline before it was built: by a link. */
  readonly entries: readonly JoinedEntry[];
  private readonly scan: RunScan;
  private readonly records = new GrowingRecords();
  private readonly objects: ObjectHistory;
  private readonly requests: RequestLog;
  private wallMs = 0;
  private frameAt = 0;
  private frameCostMs = 0;
  /** Who got the last update: the next one for the same holds only what is new. */
  private reader: object | undefined;
  private isPacking = false;

  static begin(scenario: Scenario, loadable: Loadable, entries: readonly JoinedEntry[]): Runner {
    const nodes = scenario.spec.nodePools.reduce((sum, pool) => sum + pool.count, 0);
    const session = TravelSession.create(scenario, {
      build: { checkers: nodes <= CHECKED_NODES_MAX },
      clockMs: () => performance.now(),
    });
    return new Runner('0', session, loadable, new ObjectHistory(), new RequestLog(), entries);
  }

  constructor(
    id: string,
    session: TravelSession,
    loadable: Loadable,
    objects: ObjectHistory,
    requests: RequestLog,
    entries: readonly JoinedEntry[],
  ) {
    this.id = id;
    this.objects = objects;
    this.requests = requests;
    session.cluster.requests.listen(requests.observer(() => session.eventsRun));
    this.entries = entries;
    this.traveller = new Traveller(session);
    this.scan = new RunScan(this.traveller.names, session.endUs);
    const { truth, world } = session.cluster;
    const pathOf = (obj: number) =>
      [world.objects.resource(obj), world.objects.namespace(obj), world.objects.name(obj)]
        .filter((p) => p !== '')
        .join('/');
    // What the run begins with was stored before anybody could listen.
    if (objects.size === 0)
      truth.forEach((version) => {
        objects.begin(version, pathOf);
      });
    truth.listen((ctx, now, _before, deleted) => objects.add(ctx.nowUs, now, deleted, pathOf));
    const { scenario } = session;
    this.run = new OpenRun({
      names: this.traveller.names,
      records: this.records,
      scan: this.scan,
      scenario,
      loadable,
      untilUs: session.endUs,
      traveller: this.traveller,
      objects,
      requests,
      recording: (run) => this.recordingOf(run),
    });
    this.take();
  }

  get session(): TravelSession {
    return this.traveller.session;
  }

  /** A branch from where the session stands now. Call it inside `exclusive`. */
  fork(id: string, edits: Parameters<TravelSession['fork']>[0]): Runner {
    const fork = this.session.fork(edits);
    const loadable = this.run.loadable as Loadable;
    const { timeUs, eventNumber } = fork.branch.from;
    return new Runner(
      id,
      fork,
      loadable,
      this.objects.until(timeUs, (obj) => this.run.names.object(obj), fork.cluster.world.objects.size),
      this.requests.until(timeUs, eventNumber),
      this.entries,
    );
  }

  /** Stops are before the events that make them true. */
  setBreakpoints(specs: readonly BreakpointSpec[]): void {
    const { breakpoints } = this.session;
    for (const { id } of breakpoints.list()) breakpoints.remove(id);
    for (const spec of specs) breakpoints.add(spec);
  }

  /** Takes the records that are new, unless what is there is being packed: then the next time. */
  take(): void {
    const { session, scan, records } = this;
    const began = performance.now();
    if (session.recordedCount > records.size && !this.isPacking) {
      const from = records.size;
      records.share(session.cluster.world.trace.blocks);
      const batch = session.records(records.size);
      records.append(batch.bytes, batch.firstRecord, batch.count);
      for (let i = from; i < records.size; i++) scan.add(records.at(i));
    }
    this.run.nowUs = session.recordedUntilUs;
    sliceTook('records', performance.now() - began);
  }

  private async update(reader: object | undefined): Promise<RunUpdate> {
    while (this.isPacking) await nextTask();
    const began = performance.now();
    const isFull = reader === undefined || this.reader !== reader;
    this.reader = reader;
    this.isPacking = true;
    const { eventNumber, timeUs } = this.session.recorded;
    try {
      return await updateOf(this.run, timeUs, eventNumber, isFull, { branch: this.id });
    } finally {
      this.isPacking = false;
      this.frameCostMs = performance.now() - began;
      if (!isFull) sliceTook('update', this.frameCostMs);
    }
  }

  /** Records on, to the end or up to a time. */
  async execute(
    isCancelled: () => boolean,
    onUpdate: (update: RunUpdate) => void,
    untilUs = this.run.untilUs,
  ): Promise<Outcome> {
    let hit: BreakpointHit | undefined;
    let cancelled = true;
    const started = performance.now();
    this.run.end = undefined;
    const reader = {};
    while (!isCancelled()) {
      const state = await this.traveller.advance(untilUs);
      this.take();
      if (state !== undefined) {
        hit = state.hit;
        cancelled = hit !== undefined || untilUs < this.run.untilUs;
        break;
      }
      const now = performance.now();
      if (now - this.frameAt >= Math.max(FRAME_MS, FRAME_SHARE * this.frameCostMs)) {
        this.frameAt = now;
        await onUpdate(await this.update(reader));
      }
      await nextTask();
    }
    this.wallMs += performance.now() - started;
    return this.traveller.exclusive(async () => this.finish(cancelled, hit, reader));
  }

  /** What is known now; the session is moved to the furthest instant. Call it inside `exclusive`. */
  async finish(cancelled: boolean, hit: BreakpointHit | undefined, reader?: object): Promise<Outcome> {
    this.toEnd();
    while (this.isPacking) await nextTask();
    this.take();
    const { world, expectations } = this.session.cluster;
    const end: RunEnd = {
      digest: world.digest(),
      endUs: world.nowUs,
      records: world.trace.count,
      events: world.eventsRun,
      wallMs: this.wallMs,
      expectations: expectations.results().map((r) => ({
        name: r.spec.name,
        passed: r.verdict === 'passed',
        isOpen: r.verdict === 'waiting',
        atUs: Math.max(0, r.atUs),
        detail: r.detail,
      })),
      cancelled,
    };
    this.run.end = end;
    const fact: HitFact | undefined = hit && { timeUs: hit.timeUs, eventNumber: hit.eventNumber - 1, text: hit.detail };
    return { ok: true, update: await this.update(reader), end, ...(fact && { hit: fact }) };
  }

  private toEnd(): void {
    const { session } = this;
    const { recorded } = session;
    if (session.eventsRun < recorded.eventNumber) session.seek({ eventNumber: recorded.eventNumber }).finish();
  }

  private recordingOf(run: OpenRun): Promise<Recording | undefined> {
    return this.traveller.exclusive(async () => {
      this.toEnd();
      const { spec } = this.session.scenario;
      const { loadable, end } = run;
      if (loadable === undefined || end === undefined) return undefined;
      return recordingOf(this.session.cluster.world, {
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
        expectations: end.expectations.map((e) => ({
          name: e.name,
          passed: e.passed,
          atUs: e.atUs,
          message: e.detail,
        })),
      });
    });
  }
}
