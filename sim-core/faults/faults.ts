import type {
  Component,
  ComponentId,
  Containers,
  Dict,
  HandlerId,
  HandlerSpec,
  PagedTable,
  TimeUs,
  WorldContext,
} from '../contracts/index.ts';
import { RANK_FAULT, RecordKind, WHY } from '../contracts/index.ts';
import { sampleUs } from '../engine/index.ts';
import type { RawParams } from './params.ts';
import { faultKind, parseFault } from './registry.ts';
import type { FaultHands, FaultTargets } from './targets.ts';

/** A fault at a time of the scenario. */
export interface PlannedFault {
  readonly atUs: TimeUs;
  readonly kind: string;
  readonly params: RawParams;
  /** Undefined: as the kind's default, else for ever. */
  readonly forUs?: TimeUs;
}

/** Faults drawn at random: time between failures and time to repair are exponential. */
export interface FaultProcess {
  readonly kind: string;
  readonly params: RawParams;
  readonly mtbfUs: TimeUs;
  readonly mttrUs: TimeUs;
  readonly fromUs: TimeUs;
  /** No failure begins at or after this time; what is broken is still repaired in its time. */
  readonly untilUs: TimeUs;
}

export interface FaultsOptions {
  readonly targets: FaultTargets;
  readonly timeline: readonly PlannedFault[];
  readonly processes: readonly FaultProcess[];
}

/** A fault that has begun. */
interface Active {
  readonly id: string;
  readonly kind: string;
  readonly params: object;
  readonly state: unknown;
  /** The random process that it belongs to, or -1. */
  readonly source: number;
}

/** One target of a random process. */
interface Source {
  readonly process: number;
  readonly target: string;
  readonly params: object;
  readonly failures: number;
}

const PURPOSE_FAILURE = 1;
const PURPOSE_REPAIR = 2;

/**
 * Breaks and repairs things at the scenario's times and at random. A thing that two faults hold broken is repaired when the
 * last of them ends. Each beginning and end is a record, the cause of what follows from it.
 */
export class Faults implements Component {
  readonly name = 'faults';
  private readonly options: FaultsOptions;
  private id: ComponentId = 0;
  private active!: PagedTable<Active>;
  private sources!: PagedTable<Source>;
  /** Thing -> how many active faults hold it. */
  private holds!: Dict<number>;
  private counts!: Dict<number>;
  private beginHandler: HandlerId = 0;
  private endHandler: HandlerId = 0;
  private failHandler: HandlerId = 0;
  private processHandler: HandlerId = 0;

  /** Throws FaultParamError when a kind or its parameters are wrong. */
  constructor(options: FaultsOptions) {
    this.options = options;
    for (const { kind, params } of options.timeline) parseFault(kind, params, 'timeline');
    for (const { kind, params } of options.processes) parseFault(kind, params, 'process');
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.active = c.table('active');
    this.sources = c.table('sources');
    this.holds = c.dict('holds');
    this.counts = c.dict('counts');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'begin', run: (ctx, _a, _b, payload) => this.beginPlanned(ctx, payload as Omit<PlannedFault, 'atUs'>) },
      { name: 'end', run: (ctx, slot) => this.end(ctx, slot) },
      { name: 'fail', run: (ctx, source) => this.fail(ctx, source) },
      { name: 'process', run: (ctx, process) => this.startProcess(ctx, process) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.beginHandler, this.endHandler, this.failHandler, this.processHandler] = ids;
  }

  start(ctx: WorldContext): void {
    const { timeline, processes } = this.options;
    for (const { atUs, kind, params, forUs } of timeline) {
      ctx.scheduleAt(atUs, this.beginHandler, 0, 0, WHY.fault, { kind, params, forUs }, RANK_FAULT);
    }
    processes.forEach(({ fromUs }, i) => {
      ctx.scheduleAt(fromUs, this.processHandler, i, 0, WHY.fault, undefined, RANK_FAULT);
    });
  }

  crash(_ctx: WorldContext): void {}

  /** Handler for faults from outside: payload `{kind, params, forUs?}`, checked by `checkFault` before. */
  get beginEvent(): HandlerId {
    return this.beginHandler;
  }

  /** True while an active fault holds the thing: `power/<node>`, `kubelet/<node>`, `zone/<name>`. */
  isHeld(thing: string): boolean {
    return (this.holds.get(thing) ?? 0) > 0;
  }

  /** Faults that are active now. */
  list(): readonly { readonly id: string; readonly kind: string; readonly description: string }[] {
    const found: { id: string; kind: string; description: string }[] = [];
    this.active.forEach(({ id, kind, params }) => {
      found.push({ id, kind, description: faultKind(kind).describe(params) });
    });
    return found;
  }

  private beginPlanned(ctx: WorldContext, { kind, params, forUs }: Omit<PlannedFault, 'atUs'>): void {
    const known = faultKind(kind);
    const count = this.counts.get(kind) ?? 0;
    this.counts.set(kind, count + 1);
    const slot = this.begin(ctx, `${kind}-${count}`, kind, known.parse(params), -1);
    const lastsUs = forUs ?? known.defaultForUs;
    if (lastsUs !== undefined) this.scheduleFault(ctx, lastsUs, this.endHandler, slot);
  }

  private begin(ctx: WorldContext, id: string, kind: string, params: object, source: number): number {
    this.trace(ctx, kind, params, true);
    const state = faultKind(kind).begin(this.hands(ctx, id), params);
    return this.active.alloc({ id, kind, params, state, source });
  }

  private end(ctx: WorldContext, slot: number): void {
    const { id, kind, params, state, source } = this.active.get(slot)!;
    this.active.free(slot);
    this.trace(ctx, kind, params, false);
    faultKind(kind).end(this.hands(ctx, id), params, state);
    if (source >= 0) this.scheduleFailure(ctx, source, ctx.nowUs);
  }

  private trace(ctx: WorldContext, kind: string, params: object, begins: boolean): void {
    const known = faultKind(kind);
    const node = known.node?.(params);
    const obj = node === undefined ? 0 : ctx.objects.id('nodes', '', node);
    const description = ctx.strings.intern(known.describe(params));
    ctx.record(RecordKind.fault, this.id, obj, ctx.strings.intern(kind), begins ? 1 : 0, description);
  }

  private hands(ctx: WorldContext, id: string): FaultHands {
    return {
      ctx,
      targets: this.options.targets,
      id,
      actor: this.id,
      hold: (thing) => {
        const count = this.holds.get(thing) ?? 0;
        this.holds.set(thing, count + 1);
        return count === 0;
      },
      release: (thing) => {
        const count = (this.holds.get(thing) ?? 0) - 1;
        if (count > 0) this.holds.set(thing, count);
        else this.holds.delete(thing);
        return count === 0;
      },
    };
  }

  private scheduleFault(ctx: WorldContext, delayUs: TimeUs, handler: HandlerId, a: number): void {
    ctx.scheduleAt(ctx.nowUs + delayUs, handler, a, 0, WHY.fault, undefined, RANK_FAULT);
  }

  /** Gives every target of a process a stream of draws of its own. Targets are those that exist now. */
  private startProcess(ctx: WorldContext, process: number): void {
    const { kind, params, fromUs } = this.options.processes[process];
    const known = faultKind(kind);
    const parsed = known.parse(params);
    const single = [{ target: known.describe(parsed), params: parsed as object }];
    for (const { target, params: own } of known.each?.(this.options.targets, parsed) ?? single) {
      const source = this.sources.alloc({ process, target, params: own, failures: 0 });
      this.scheduleFailure(ctx, source, fromUs);
    }
  }

  private scheduleFailure(ctx: WorldContext, slot: number, fromUs: TimeUs): void {
    const source = this.sources.get(slot)!;
    const { mtbfUs, untilUs } = this.options.processes[source.process];
    const atUs =
      fromUs + 1 + sampleUs({ kind: 'exponential', meanUs: mtbfUs }, this.draw(ctx, source, PURPOSE_FAILURE));
    if (atUs >= untilUs) return;
    // A random failure has no cause but the clock.
    ctx.setCause(0);
    ctx.scheduleAt(atUs, this.failHandler, slot, 0, WHY.fault, undefined, RANK_FAULT);
  }

  private fail(ctx: WorldContext, slot: number): void {
    const source = this.sources.get(slot)!;
    const { kind, mttrUs } = this.options.processes[source.process];
    const repairUs = 1 + sampleUs({ kind: 'exponential', meanUs: mttrUs }, this.draw(ctx, source, PURPOSE_REPAIR));
    this.sources.set(slot, { ...source, failures: source.failures + 1 });
    const id = `${kind}-${source.process}-${source.target}-${source.failures}`;
    this.scheduleFault(ctx, repairUs, this.endHandler, this.begin(ctx, id, kind, source.params, slot));
  }

  private draw(ctx: WorldContext, { process, target, failures }: Source, purpose: number): number {
    const { kind } = this.options.processes[process];
    return ctx.draw(ctx.stream(`failure/${process}/${kind}/${target}`), purpose, failures) >>> 0;
  }
}
