import type { Component, HandlerSpec, WorldContext } from '../../../sim-core/contracts/engine.ts';
import type { ComponentId, HandlerId } from '../../../sim-core/contracts/ids.ts';
import type {
  Cell,
  Containers,
  Dict,
  IntSets,
  PagedTable,
  Ring,
  SortedIndex,
} from '../../../sim-core/contracts/state.ts';
import { WHY } from '../../../sim-core/contracts/whys.ts';
import { sampleUs } from '../../../sim-core/engine/index.ts';

/** What most components of these tests share: an id, containers and handlers. */
export abstract class Toy implements Component {
  readonly name: string;
  protected id: ComponentId = 0;
  protected h: readonly HandlerId[] = [];

  constructor(name: string) {
    this.name = name;
  }

  abstract init(c: Containers, id: ComponentId): void;
  abstract handlers(): readonly HandlerSpec[];
  abstract start(ctx: WorldContext): void;
  crash(_ctx: WorldContext): void {}
  registered(ids: readonly HandlerId[]): void {
    this.h = ids;
  }
}

/** Counts beats, writes a record of each, and remembers them in every kind of container. */
export class Heart extends Toy {
  readonly periodUs: number;
  beats!: Cell<number>;
  rows!: PagedTable<{ readonly beat: number; readonly text: string }>;
  names!: Dict<{ readonly at: number }>;
  sorted!: SortedIndex;
  sets!: IntSets;
  log!: Ring<number>;
  fresh!: Cell<number>;

  constructor(name: string, periodUs: number) {
    super(name);
    this.periodUs = periodUs;
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.beats = c.cell('beats', 0);
    this.rows = c.table('rows');
    this.names = c.dict('names');
    this.sorted = c.sorted('sorted');
    this.sets = c.intSets('sets');
    this.log = c.ring('log');
    this.fresh = c.cell('fresh', 0, { volatile: true });
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'beat', run: (ctx, a) => this.beat(ctx, a) },
      { name: 'echo', run: (ctx, a, _b, payload) => this.echo(ctx, a, payload as { readonly at: number }) },
    ];
  }

  start(ctx: WorldContext): void {
    ctx.schedule(this.periodUs, this.h[0], 0, 0, WHY.pleg);
  }

  private beat(ctx: WorldContext, a: number): void {
    const n = this.beats.get() + 1;
    this.beats.set(n);
    this.fresh.set(this.fresh.get() + 1);
    const row = this.rows.alloc({ beat: n, text: `beat ${n % 7}` });
    if (row > 20) this.rows.free(row - 20);
    this.names.set(`${this.name}-${n % 50}`, { at: ctx.nowUs });
    if (n % 3 === 0) this.names.delete(`${this.name}-${(n * 7) % 50}`);
    this.sorted.set(`k${(n * 37) % 101}`, n);
    this.sets.add(n % 5, n % 40);
    if (n % 4 === 0) this.sets.remove(n % 5, (n * 3) % 40);
    this.log.push(n);
    this.log.dropBefore(n - 10);
    const obj = ctx.objects.id('pods', 'default', `${this.name}-${n % 9}`);
    ctx.record(8, this.id, obj, ctx.strings.intern(`text ${n % 11}`), ctx.strings.intern(`beat ${n % 13}`), 0);
    const delay = sampleUs({ kind: 'exponential', meanUs: 5000 }, ctx.draw(ctx.stream(this.name), 1, n));
    ctx.schedule(delay, this.h[1], n, 0, WHY.link, { at: ctx.nowUs });
    ctx.setCause(0);
    ctx.schedule(this.periodUs, this.h[0], a + 1, 0, WHY.pleg);
  }

  private echo(ctx: WorldContext, n: number, payload: { readonly at: number }): void {
    ctx.record(15, this.id, 0, ctx.nowUs - payload.at, 0, n);
  }
}
