import type {
  ApiRequest,
  ApiResponse,
  Cell,
  Component,
  ComponentId,
  Containers,
  Dict,
  EntryObserver,
  HandlerId,
  HandlerSpec,
  IntSets,
  KeyIndex,
  KubeObject,
  ObjId,
  Revision,
  Ring,
  TimeUs,
  Version,
  WorldContext,
} from '../contracts/index.ts';
import { SECOND_US, WHY } from '../contracts/index.ts';
import type { World } from '../engine/index.ts';
import type { EtcdObserver } from '../etcd/observer.ts';
import { allCheckers } from './all.ts';
import type { Checker, CheckerFlags, EtcdView, Finding, Probed, Scene, SchedulerView } from './checker.ts';
import { type Stage, StageScene } from './scene.ts';

export interface CheckersOptions {
  readonly epochSeconds: number;
  /** When the run ends: quiescence is judged then. */
  readonly endUs: TimeUs;
  readonly flags: CheckerFlags;
  /** The store's latest versions. */
  readonly truth: { get(obj: ObjId): Version | undefined };
  /** Default: all of them. */
  readonly checkers?: readonly Checker[];
}

/** Parts of the world that are built after the checkers. */
export interface CheckedParts {
  readonly etcd: EtcdView;
  readonly schedulers: readonly SchedulerView[];
  readonly faults: { list(): readonly unknown[] };
}

export interface CheckResults {
  readonly findings: readonly Finding[];
  /** Findings in all; `findings` holds the first hundred. */
  readonly total: number;
  /** True when the end was reached with nothing under way, so that the invariants of quiescence were judged. */
  readonly quiet: boolean;
}

/** What an API server tells of a request's write (RequestObserver.stored of apiserver/requestObserver). */
interface StoredOp {
  readonly op: string;
  readonly target?: { readonly resource: string; readonly namespace: string; readonly name: string };
  readonly expect?: Revision;
}

const KEPT = 100;
/** How often the faults are looked at. */
const LOOK_US = 5 * SECOND_US;
/** Nothing but periodic work for so long, and no fault: the run is quiet. */
const QUIET_US = 30 * SECOND_US;
const AFTER_FAULT_US = 60 * SECOND_US;
/** Written by healthy clusters for ever. */
const PERIODIC: readonly string[] = ['leases.coordination.k8s.io', 'events', 'events.events.k8s.io'];

type With<K extends keyof Checker> = Checker & Required<Pick<Checker, K>>;

function having<K extends keyof Checker>(checkers: readonly Checker[], what: K): readonly With<K>[] {
  return checkers.filter((c): c is With<K> => c[what] !== undefined);
}

/**
 * Judges the invariants of the whole cluster while it runs. It takes no part in the run: its events are skippable, it
 * records nothing, draws nothing and interns no string, so a run with checkers has the digest of the run without.
 */
export class Checkers implements Component {
  readonly name = 'checkers';
  private readonly options: CheckersOptions;
  private readonly checkers: readonly Checker[];
  private readonly byResource: ReadonlyMap<string, readonly With<'commit'>[]>;
  private readonly everywhere: readonly With<'commit'>[];
  private parts: CheckedParts | undefined;
  private resources!: KeyIndex;
  private members!: IntSets;
  private findings!: Ring<Finding>;
  private known!: Dict<number>;
  private total!: Cell<number>;
  private quiet!: Cell<boolean>;
  private lastChangeUs!: Cell<TimeUs>;
  private lastFaultUs!: Cell<TimeUs>;
  private lookHandler: HandlerId = 0;
  private endHandler: HandlerId = 0;

  constructor(options: CheckersOptions) {
    this.options = options;
    this.checkers = options.checkers ?? allCheckers();
    const committing = having(this.checkers, 'commit');
    this.everywhere = committing.filter((c) => c.resources === undefined);
    const named = new Set(committing.flatMap((c) => c.resources ?? []));
    this.byResource = new Map(
      [...named].map((r) => [r, committing.filter((c) => c.resources === undefined || c.resources.includes(r))]),
    );
  }

  /** At build only. */
  watch(parts: CheckedParts, world: World): void {
    this.parts = parts;
    const listeners = having(this.checkers, 'records');
    world.listen((batch) => {
      for (const { id, name, records } of listeners)
        records((timeUs, object, message) => this.add({ checker: id, name, object, message, timeUs }), batch);
    });
  }

  init(c: Containers, _id: ComponentId): void {
    this.resources = c.keyIndex('resources');
    this.members = c.intSets('members');
    this.findings = c.ring<Finding>('findings');
    this.known = c.dict<number>('known');
    this.total = c.cell('total', 0);
    this.quiet = c.cell<boolean>('quiet', false);
    this.lastChangeUs = c.cell('lastChangeUs', 0);
    this.lastFaultUs = c.cell('lastFaultUs', -1);
    for (const checker of this.checkers) checker.init?.(c);
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'checkers/look', skippable: true, laneDelayUs: LOOK_US, run: (ctx) => this.look(ctx) },
      { name: 'checkers/end', skippable: true, run: (ctx) => this.end(ctx) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.lookHandler, this.endHandler] = ids;
  }

  start(ctx: WorldContext): void {
    ctx.schedule(LOOK_US, this.lookHandler, 0, 0, WHY.none);
    ctx.scheduleAt(this.options.endUs, this.endHandler, 0, 0, WHY.none);
  }

  crash(_ctx: WorldContext): void {}

  /** Findings so far. */
  get found(): number {
    return this.total.get();
  }

  results(): CheckResults {
    const findings: Finding[] = [];
    for (let i = this.findings.first; i < this.findings.next; i++) findings.push(this.findings.get(i) as Finding);
    return { findings, total: this.total.get(), quiet: this.quiet.get() };
  }

  /** Listener of the truth. */
  readonly committed = (ctx: WorldContext, now: Version, before: Version | undefined, deleted: boolean): void => {
    const resource = ctx.objects.resource(now.obj);
    const place = this.resources.id(resource);
    if (deleted) this.members.remove(place, now.obj);
    else if (before === undefined) this.members.add(place, now.obj);
    if (isProgress(resource, now.object, before?.object, deleted)) this.lastChangeUs.set(ctx.nowUs);
    const stage = this.stage();
    const commit = { resource, obj: now.obj, now, before, deleted };
    for (const checker of this.byResource.get(resource) ?? this.everywhere)
      checker.commit(new StageScene(ctx, stage, checker.id, checker.name), commit);
  };

  get etcdObserver(): EtcdObserver {
    const applied = having(this.checkers, 'applied');
    const elected = having(this.checkers, 'elected');
    const opened = having(this.checkers, 'opened');
    const responded = having(this.checkers, 'responded');
    return {
      applied: (ctx, entry) => this.each(ctx, applied, (c, scene) => c.applied(scene, entry)),
      elected: (ctx, member, term, complete) =>
        this.each(ctx, elected, (c, scene) => c.elected(scene, member, term, complete)),
      opened: (ctx, watch, revision) => this.each(ctx, opened, (c, scene) => c.opened(scene, watch, revision)),
      responded: (ctx, watch, response) => this.each(ctx, responded, (c, scene) => c.responded(scene, watch, response)),
    };
  }

  get requestObserver() {
    const written = having(this.checkers, 'written');
    const answered = having(this.checkers, 'answered');
    return {
      stored: (ctx: WorldContext, _token: number, request: ApiRequest, op: StoredOp, rv: Revision): void => {
        const { target, expect } = op;
        if (target === undefined || (op.op !== 'put' && op.op !== 'delete')) return;
        const fact = { request, op: op.op, ...target, expect, rv } as const;
        this.each(ctx, written, (c, scene) => c.written(scene, fact));
      },
      answered: (ctx: WorldContext, _token: number, request: ApiRequest, response: ApiResponse): void =>
        this.each(ctx, answered, (c, scene) => c.answered(scene, request, response)),
    };
  }

  get entryObserver(): EntryObserver {
    const delivered = having(this.checkers, 'delivered');
    return (ctx, resource, entry, held) => {
      // The way of an entry that is as it should be is short: this runs for every informer.
      if (entry.before?.rv === held?.rv) return;
      this.each(ctx, delivered, (c, scene) => c.delivered(scene, resource, entry, held));
    };
  }

  /** For the kubelets: the result of a probe. */
  probed(ctx: WorldContext, fact: Probed): void {
    this.each(ctx, having(this.checkers, 'probed'), (c, scene) => c.probed(scene, fact));
  }

  private each<C extends Checker>(ctx: WorldContext, checkers: readonly C[], run: (c: C, scene: Scene) => void): void {
    const stage = this.stage();
    for (const checker of checkers) run(checker, new StageScene(ctx, stage, checker.id, checker.name));
  }

  private stage(): Stage {
    return {
      epochSeconds: this.options.epochSeconds,
      flags: this.options.flags,
      etcd: this.parts?.etcd,
      schedulers: this.parts?.schedulers ?? [],
      lastFaultUs: this.lastFaultUs.get(),
      resources: this.resources,
      members: this.members,
      get: (obj) => this.options.truth.get(obj),
      report: (ctx, checker, name, object, message) => this.add({ checker, name, object, message, timeUs: ctx.nowUs }),
    };
  }

  /** One finding a checker and object; the first hundred are kept. */
  private add(finding: Finding): void {
    const key = `${finding.name}\u0000${finding.object}`;
    if (this.known.has(key)) return;
    this.known.set(key, finding.timeUs);
    this.total.set(this.total.get() + 1);
    if (this.findings.next < KEPT) this.findings.push(finding);
  }

  private look(ctx: WorldContext): void {
    if ((this.parts?.faults.list().length ?? 0) > 0) this.lastFaultUs.set(ctx.nowUs);
    ctx.schedule(LOOK_US, this.lookHandler, 0, 0, WHY.none);
  }

  private end(ctx: WorldContext): void {
    if ((this.parts?.faults.list().length ?? 0) > 0) return;
    const fault = this.lastFaultUs.get();
    if (ctx.nowUs - this.lastChangeUs.get() < QUIET_US || (fault >= 0 && ctx.nowUs - fault < AFTER_FAULT_US)) return;
    this.quiet.set(true);
    this.each(ctx, having(this.checkers, 'quiet'), (c, scene) => c.quiet(scene));
  }
}

/** Does a commit say that something is still under way? Heartbeats do not. */
function isProgress(resource: string, now: KubeObject, before: KubeObject | undefined, deleted: boolean): boolean {
  if (PERIODIC.includes(resource)) return false;
  return resource !== 'nodes' || before === undefined || deleted || now.spec !== before.spec;
}
