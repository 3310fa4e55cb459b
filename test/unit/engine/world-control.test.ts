import { describe, expect, it } from 'vitest';
import type { HandlerSpec, WorldContext } from '../../../sim-core/contracts/engine.ts';
import type { ComponentId, HandlerId } from '../../../sim-core/contracts/ids.ts';
import type { Cell, Containers } from '../../../sim-core/contracts/state.ts';
import { WHY } from '../../../sim-core/contracts/whys.ts';
import { createWorld, firstDifference, type RecordBatch, SimulationError } from '../../../sim-core/engine/index.ts';
import { namesOfWorld, recordBytes, StoredRecords, traceText } from '../../../sim-core/trace/index.ts';
import { Heart, Toy } from './toys.ts';

/** Beats every 100 µs; its other handlers do what the test says. */
class Server extends Toy {
  beats!: Cell<number>;
  lasting!: Cell<number>;
  onPoke: (ctx: WorldContext, a: number, payload: unknown) => void = () => {};

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.beats = c.cell('beats', 0, { volatile: true });
    this.lasting = c.cell('lasting', 0);
  }

  handlers(): readonly HandlerSpec[] {
    return [
      {
        name: 'beat',
        run: (ctx) => {
          this.beats.set(this.beats.get() + 1);
          this.lasting.set(this.lasting.get() + 1);
          ctx.record(14, this.id, 0, 3, this.beats.get(), 0);
          ctx.setCause(0);
          ctx.schedule(100, this.h[0], 0, 0, WHY.none);
        },
      },
      { name: 'poke', run: (ctx, a, _b, payload) => this.onPoke(ctx, a, payload) },
      { name: 'look', skippable: true, run: (ctx, a, _b, payload) => this.onPoke(ctx, a, payload) },
    ];
  }

  start(ctx: WorldContext): void {
    ctx.schedule(100, this.h[0], 0, 0, WHY.none);
  }

  get poke(): HandlerId {
    return this.h[1];
  }

  get look(): HandlerId {
    return this.h[2];
  }
}

function one(onPoke?: Server['onPoke']) {
  const server = new Server('server');
  if (onPoke) server.onPoke = onPoke;
  return { server, world: createWorld({ seed: 's', components: [server], freeze: true }) };
}

describe('life of a component', () => {
  it('drops events of an earlier life and volatile containers, and starts anew', () => {
    const { server, world } = one();
    world.runUntil({ timeUs: 1000 });
    expect(server.beats.get()).toBe(10);
    expect(world.crash(1)).toBe(true);
    expect(world.crash(1)).toBe(false);
    expect([server.beats.get(), server.lasting.get()]).toEqual([0, 10]);
    world.runUntil({ timeUs: 1050 });
    expect(world.start(1)).toBe(true);
    world.runUntil({ timeUs: 2000 });
    // Beats at 1150, 1250, ... 1950; the old timer for 1100 is gone.
    expect([server.beats.get(), server.lasting.get()]).toEqual([9, 19]);
    expect(world.eventsDropped).toBe(1);
  });

  it('drops what is due while the component is down', () => {
    let pokes = 0;
    const { server, world } = one(() => pokes++);
    world.crash(1);
    world.inject(server.poke, 0, 0);
    world.runUntil({ timeUs: 10 });
    world.start(1);
    world.inject(server.poke, 0, 0);
    world.runUntil({ timeUs: 20 });
    expect(pokes).toBe(1);
  });
});

describe('running', () => {
  it('stops at times, counts, predicates and breakpoints', () => {
    const { server, world } = one();
    expect(world.runUntil({ timeUs: 250 })).toEqual({ nowUs: 250, events: 2, stopped: 'time' });
    expect(world.runFor(50)).toEqual({ nowUs: 300, events: 1, stopped: 'time' });
    expect(world.runUntil({ events: 2 })).toEqual({ nowUs: 500, events: 2, stopped: 'events' });
    const until = world.runUntil({ timeUs: 10_000, predicate: () => server.beats.get() === 9 });
    expect(until).toEqual({ nowUs: 900, events: 4, stopped: 'predicate' });
    const remove = world.addBreakpoint('twelve', () => server.beats.get() === 12);
    expect(world.runFor(1000)).toEqual({ nowUs: 1200, events: 3, stopped: 'breakpoint', breakpoint: 'twelve' });
    remove();
    expect(world.runFor(1000).stopped).toBe('time');
    expect(world.handlerRuns()[0]).toEqual({ component: 'server', handler: 'beat', runs: 22 });
  });

  it('runs input from outside before everything else of its instant', () => {
    const order: number[] = [];
    const { server, world } = one((ctx, a) => {
      order.push(a);
      if (a === 1) {
        ctx.scheduleAt(ctx.nowUs + 5, server.poke, 3, 0, 0);
        ctx.scheduleAt(ctx.nowUs + 5, server.poke, 2, 0, 0, undefined, 1);
        ctx.schedule(5, server.look, 5, 0, 0);
        ctx.schedule(5, server.look, 4, 0, 0);
        ctx.schedule(5, server.poke, 3.5, 0, 0);
      }
    });
    expect(world.inject(server.poke, 1, 0)).toBe(1);
    world.injectAt(6, server.poke, 1.5, 0, { text: 'x' });
    world.runUntil({ timeUs: 10 });
    expect(order).toEqual([1, 1.5, 2, 3, 3.5, 4, 5]);
    expect(world.injections.map((i) => [i.timeUs, i.payload])).toEqual([
      [1, undefined],
      [6, { text: 'x' }],
    ]);
  });

  it('tells where an exception came from', () => {
    const { server, world } = one(() => {
      throw new TypeError('no such pod');
    });
    world.runUntil({ timeUs: 300 });
    world.inject(server.poke, 0, 0);
    let caught: unknown;
    try {
      world.runUntil({ timeUs: 400 });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SimulationError);
    const error = caught as SimulationError;
    expect(error.message).toBe('seed "s", t = 301 µs, event 4, server/poke: no such pod');
    expect(error.cause).toBeInstanceOf(TypeError);
    expect([error.seed, error.timeUs, error.eventNumber, error.component, error.handler]).toEqual([
      's',
      301,
      4,
      'server',
      'poke',
    ]);
  });

  it('refuses delays that are not whole microseconds, unknown handlers, and times gone by', () => {
    const { world, server } = one();
    world.runUntil({ timeUs: 10 });
    const { context } = world;
    for (const delay of [-1, 0.5, Number.NaN])
      expect(() => context.schedule(delay, server.poke, 0, 0, 0)).toThrow('delay');
    expect(() => context.schedule(1, 99, 0, 0, 0)).toThrow('no handler 99');
    expect(() => context.scheduleAt(9, server.poke, 0, 0, 0)).toThrow('time 9 µs, at 10 µs');
  });

  it('throws when a payload or a row is changed after it was given away', () => {
    const { world, server } = one((_ctx, _a, payload) => {
      (payload as { n: number }).n++;
    });
    world.inject(server.poke, 0, 0, { n: 1 });
    expect(() => world.runFor(10)).toThrow('read only');
  });
});

describe('causes', () => {
  const trace = (world: ReturnType<typeof one>['world']) =>
    traceText(new StoredRecords(recordBytes(world)), namesOfWorld(world))
      .split('\n')
      .filter((line) => line.includes('server'));

  it('writes a hop for a named delay, and what follows descends from it', () => {
    const { world, server } = one((ctx, a) => {
      if (a === 0) ctx.schedule(2500, server.poke, 1, 0, WHY.crashLoopBackOff);
      else ctx.record(14, 1, 0, 3, 77, 0);
    });
    world.inject(server.poke, 0, 0);
    world.runUntil({ timeUs: 3000 });
    expect(trace(world).filter((line) => line.includes('hop') || line.includes('restarts=77'))).toEqual([
      '    0.002501  #26  <-#0  server  hop  -  why=CrashLoopBackOff  delay=2ms',
      '    0.002501  #27  <-#26  server  container  -  step=started[0]  restarts=77',
    ]);
  });

  it('writes the hop of a skippable handler only with its first effect', () => {
    const { world, server } = one((ctx, a) => {
      if (a === 0) ctx.schedule(10, server.look, 1, 0, WHY.probePeriod);
      if (a === 1) ctx.schedule(10, server.look, 2, 0, WHY.probePeriod);
      if (a === 2) ctx.record(14, 1, 0, 6, 0, 0);
    });
    world.inject(server.poke, 0, 0);
    world.runUntil({ timeUs: 50 });
    expect(trace(world)).toEqual([
      '    0.000021  #1  <-#0  server  hop  -  why=periodSeconds of the probe  delay=0ms',
      '    0.000021  #2  <-#1  server  container  -  step=probeFailed[0]  restarts=0',
    ]);
  });
});

describe('digest', () => {
  const hearts = () => [new Heart('a', 1000), new Heart('b', 1500)];

  it('does not depend on observers or on keeping records, and observers get every record once', () => {
    const plain = createWorld({ seed: '7', components: hearts(), keepRecords: false });
    plain.runUntil({ timeUs: 3_000_000 });
    const watched = createWorld({ seed: '7', components: hearts() });
    const batches: RecordBatch[] = [];
    watched.listen((batch) => {
      batches.push(batch);
      batch.bytes.slice();
    });
    watched.listen((batch) => batch.bytes.fill(0));
    for (let t = 0; t < 3_000_000; t += 70_000) watched.runUntil({ timeUs: t });
    watched.runUntil({ timeUs: 3_000_000 });
    expect(watched.digest()).toBe(plain.digest());
    const bytes = recordBytes(watched);
    let next = 0;
    for (const { firstRecord, count, bytes: part } of batches) {
      expect(firstRecord).toBe(next);
      expect(part).toEqual(bytes.slice(next * 32, (next + count) * 32));
      next += count;
    }
    expect(next).toBe(watched.trace.count);
  });

  it('changes with one letter of one string, one object name, one join', () => {
    const digest = (act: (ctx: WorldContext) => void) => {
      const { server, world } = one(act);
      world.inject(server.poke, 0, 0);
      world.runFor(10);
      return world.digest();
    };
    const digests = [
      digest((ctx) => void ctx.record(7, 1, 0, ctx.strings.intern('message one'), 0, 0)),
      digest((ctx) => void ctx.record(7, 1, 0, ctx.strings.intern('message onf'), 0, 0)),
      digest((ctx) => void ctx.record(3, 1, ctx.objects.id('pods', 'a', 'b'), 0, 0, 0)),
      digest((ctx) => void ctx.record(3, 1, ctx.objects.id('pods', 'a', 'c'), 0, 0, 0)),
      digest((ctx) => void ctx.record(3, 1, 0, 0, 0, 0)),
      digest((ctx) => {
        const first = ctx.record(3, 1, 0, 0, 0, 0);
        ctx.join(ctx.record(3, 1, 0, 0, 0, 0), first);
      }),
      digest((ctx) => {
        ctx.record(3, 1, 0, 0, 0, 0);
        ctx.record(3, 1, 0, 0, 0, 0);
      }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('names the first container and row in which two worlds differ', () => {
    const [x, y] = ['1', '1'].map((seed) => createWorld({ seed, components: hearts() }));
    x.runUntil({ timeUs: 100_000 });
    y.runUntil({ timeUs: 100_000 });
    expect(firstDifference(x, y)).toBeUndefined();
    (y.components[1] as Heart).rows.set(3, { beat: -1, text: 'other' });
    expect(firstDifference(x, y)).toMatch(/^b\/rows: row 3: \{"beat":\d+,.*\} and \{"beat":-1,"text":"other"\}$/);
  });
});

describe('state in bytes', () => {
  it('is refused by a world of other components, of another seed, and when damaged', () => {
    const x = createWorld({ seed: '1', components: [new Heart('a', 1000)] });
    x.runUntil({ timeUs: 50_000 });
    const bytes = x.serialise();
    const open = (seed: string, name: string, from: Uint8Array) => () =>
      createWorld({ seed, components: [new Heart(name, 1000)], from });
    expect(open('1', 'a', bytes)).not.toThrow();
    expect(open('2', 'a', bytes)).toThrow('state of seed "1", not "2"');
    expect(open('1', 'b', bytes)).toThrow("the state has component 'a' where this world has 'b'");
    expect(open('1', 'a', bytes.slice(0, 5))).toThrow('not a state');
    expect(open('1', 'a', bytes.slice(0, 900))).toThrow(RangeError);
  });
});
