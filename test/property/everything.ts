import {
  type Component,
  type HandlerSpec,
  RANK_FAULT,
  RANK_ORDINARY,
  type WorldContext,
} from '../../sim-core/contracts/engine.ts';
import type { HandlerId } from '../../sim-core/contracts/ids.ts';
import type { Cell, Containers } from '../../sim-core/contracts/state.ts';
import { WHY } from '../../sim-core/contracts/whys.ts';

/** Containers of every kind; those of which `volatile` is allowed, in both forms. */
function containersOf(c: Containers) {
  const both = [false, true].map((volatile) => {
    const v = volatile ? '-volatile' : '';
    return {
      table: c.table<{ readonly v: number } | number | string>(`table${v}`, { volatile }),
      f64: c.f64(`f64${v}`, { volatile }),
      i32: c.i32(`i32${v}`, { volatile }),
      wordRows: c.wordRows(`wordRows${v}`, 3, { volatile }),
      intMap: c.intMap(`intMap${v}`, { volatile }),
      intSets: c.intSets(`intSets${v}`, { volatile }),
      dict: c.dict<{ readonly v: number }>(`dict${v}`, { volatile }),
      sorted: c.sorted(`sorted${v}`, { volatile }),
      ring: c.ring<number | { readonly v: number }>(`ring${v}`, { volatile }),
      words: c.wordRing(`words${v}`, 4, { volatile }),
      cell: c.cell<unknown>(`cell${v}`, 0, { volatile }),
    };
  });
  return { both, keys: c.keyIndex('keys'), tickets: c.table<number>('tickets') };
}

const DELAYS = [0, 10, 1000, 1000, 1_000_000, 1_000_000, 3_000_000_000];

/** Does something drawn to each of its containers and to its pending events at every event; what it draws is part of its state. */
export class Everything implements Component {
  readonly name = 'everything';
  private readonly seed: number;
  private h: readonly HandlerId[] = [];
  private c!: ReturnType<typeof containersOf>;
  private drawn!: Cell<number>;

  constructor(seed: number) {
    this.seed = seed;
  }

  init(c: Containers): void {
    this.c = containersOf(c);
    this.drawn = c.cell('drawn', this.seed | 1);
  }

  handlers(): readonly HandlerSpec[] {
    const run: HandlerSpec['run'] = (ctx, a, _b, payload) => this.act(ctx, a, payload);
    return [
      { name: 'one', run },
      { name: 'other', run },
      { name: 'late', skippable: true, run: (_ctx, a) => this.c.both[0].i32.set(a & 511, a) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.h = ids;
  }

  start(ctx: WorldContext): void {
    for (let i = 0; i < 5; i++) ctx.schedule(i * 7, this.h[0], 0, 0, WHY.pleg);
  }

  crash(): void {}

  /** Below `n`. */
  private draw(n: number): number {
    let x = this.drawn.get();
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.drawn.set(x);
    return (x >>> 0) % n;
  }

  private act(ctx: WorldContext, a: number, payload: unknown): void {
    const count = 1 + this.draw(this.draw(20) === 0 ? 60 : 5);
    for (let i = 0; i < count; i++) this.change(this.c.both[this.draw(2)], payload);
    this.c.keys.id(`key ${this.draw(3000)}`);
    this.pend(ctx, a);
  }

  /** Pending events: on average one for each that runs, a few hundred at most. */
  private pend(ctx: WorldContext, a: number): void {
    const { tickets } = this.c;
    const wanted = tickets.size < 300 ? this.draw(4) : this.draw(2);
    for (let i = 0; i < Math.max(wanted, 1); i++) {
      const delay = this.draw(3) === 0 ? this.draw(9_000_000) : DELAYS[this.draw(DELAYS.length)];
      const payload = this.draw(4) === 0 ? { v: this.draw(5) } : this.draw(4) === 0 ? 'text' : undefined;
      const rank = this.draw(20) === 0 ? RANK_FAULT : RANK_ORDINARY;
      tickets.alloc(
        ctx.scheduleAt(ctx.nowUs + delay, this.h[this.draw(2)], a + i, this.draw(9) / 3, WHY.pleg, payload, rank),
      );
    }
    if (this.draw(5) === 0) ctx.schedule(5000, this.h[2], this.draw(1 << 30), this.draw(1000), WHY.pleg);
    for (let i = this.draw(3); i > 0; i--) {
      const place = this.draw(tickets.limit + 1);
      const ticket = tickets.get(place);
      if (ticket === undefined) continue;
      ctx.cancel(ticket);
      tickets.free(place);
    }
  }

  private change(c: ReturnType<typeof containersOf>['both'][number], payload: unknown): void {
    const i = this.draw([8, 20, 1500][this.draw(3)]);
    const key = [i, i, -i, 2 ** 30 + i][this.draw(4)];
    const v = [i, -i, i / 7, -0, Number.NaN, 2 ** 51 + i, i * 1000][this.draw(7)];
    const row = [{ v: i }, i, `row ${i}`][this.draw(3)];
    switch (this.draw(14)) {
      case 0:
        c.table.alloc(row);
        c.f64.set(i, v);
        return;
      case 1:
        c.table.put(i, row);
        c.i32.set(i, v);
        return;
      case 2:
        c.table.free(i);
        return;
      case 3:
        c.wordRows.put(i, [1 + this.draw(9), -i, i]);
        return;
      case 4:
        c.wordRows.free(i);
        return;
      case 5:
        c.intMap.set(key, i);
        return;
      case 6:
        c.intMap.delete(key);
        c.dict.delete(`k${i}`);
        return;
      case 7:
        for (let n = this.draw(this.draw(10) === 0 ? 1200 : 5); n >= 0; n--) c.intSets.add(key % 5, i + n);
        c.intSets.members(key % 5);
        return;
      case 8:
        for (let n = this.draw(this.draw(30) === 0 ? 900 : 5); n >= 0; n--) c.intSets.remove(key % 5, i + n);
        return;
      case 9:
        c.dict.set(`k${i}`, { v: i });
        if (this.draw(3) === 0) c.dict.keys();
        return;
      case 10:
        for (let n = this.draw(this.draw(10) === 0 ? 700 : 4); n >= 0; n--) c.sorted.set(`s${i + n}`, n);
        if (this.draw(3) === 0) c.sorted.delete(`s${i}`);
        return;
      case 11:
        c.sorted.drop(`s${i}`);
        c.cell.set([payload, i, undefined, { v }][this.draw(4)]);
        return;
      case 12:
        for (let n = this.draw(this.draw(6) === 0 ? 9000 : 30); n >= 0; n--) {
          c.ring.push(n % 2 === 0 ? n : { v: n });
          const at = c.words.push();
          c.words.setWide(at, 0, i * 2 ** 20);
          c.words.set(at, 2, n);
        }
        if (c.words.next > c.words.first) c.words.set(c.words.first, 3, i);
        return;
      default:
        c.ring.dropBefore(c.ring.first + this.draw(this.draw(6) === 0 ? 40_000 : 40));
        c.words.dropBefore(c.words.first + this.draw(this.draw(3) === 0 ? 20_000 : 40));
        return;
    }
  }
}
