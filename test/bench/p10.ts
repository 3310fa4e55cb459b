// P10: what a keyframe costs at 150,000 pods: time of snapshot(), memory kept a keyframe, time of restore().
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import type { Component, HandlerSpec, WorldContext } from '../../sim-core/contracts/engine.ts';
import type { ComponentId, HandlerId } from '../../sim-core/contracts/ids.ts';
import type {
  Cell,
  Containers,
  Dict,
  IntMap,
  IntSets,
  PagedF64,
  PagedTable,
  SortedIndex,
} from '../../sim-core/contracts/state.ts';
import { createWorld, type Snapshot } from '../../sim-core/engine/index.ts';
import type { BenchResult } from './p1.ts';

const PODS = 150_000;
const NODES = 5_000;

interface PodRow {
  readonly name: string;
  readonly node: number;
  readonly version: number;
  readonly phase: number;
}

/** Pods in every kind of container, a heartbeat of each node, and 20 creations and 20 deletions a second. */
class Pods implements Component {
  readonly name = 'pods';
  private id: ComponentId = 0;
  private h: readonly HandlerId[] = [];
  private rows!: PagedTable<PodRow>;
  private byName!: Dict<number>;
  private sorted!: SortedIndex;
  private byNode!: IntSets;
  private states!: IntMap;
  private renewals!: PagedF64;
  private serial!: Cell<number>;

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.rows = c.table('rows');
    this.byName = c.dict('byName');
    this.sorted = c.sorted('sorted');
    this.byNode = c.intSets('byNode');
    this.states = c.intMap('states');
    this.renewals = c.f64('renewals');
    this.serial = c.cell('serial', 0);
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'renew', laneDelayUs: 10_000_000, run: (ctx, node) => this.renew(ctx, node) },
      { name: 'churn', laneDelayUs: 50_000, run: (ctx, n) => this.churn(ctx, n) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.h = ids;
  }

  start(ctx: WorldContext): void {
    for (let i = 0; i < PODS; i++) this.add(i % NODES);
    for (let node = 0; node < NODES; node++) ctx.schedule(node * 2_000, this.h[0], node, 0, 0);
    ctx.schedule(50_000, this.h[1], 0, 0, 0);
  }

  crash(): void {}

  private add(node: number): void {
    const serial = this.serial.get();
    this.serial.set(serial + 1);
    const name = `default/web-${serial}`;
    const i = this.rows.alloc({ name, node, version: 1, phase: 0 });
    this.byName.set(name, i);
    this.sorted.set(name, i);
    this.byNode.add(node, i);
    this.states.set(i, 1);
  }

  private renew(ctx: WorldContext, node: number): void {
    this.renewals.set(node, ctx.nowUs);
    ctx.record(2, this.id, 0, 1, node, 0);
    ctx.setCause(0);
    ctx.schedule(10_000_000, this.h[0], node, 0, 0);
  }

  private churn(ctx: WorldContext, n: number): void {
    const i = (n * 7919) % PODS;
    const row = this.rows.get(i);
    if (row !== undefined) {
      this.rows.free(i);
      this.byName.delete(row.name);
      this.sorted.delete(row.name);
      this.byNode.remove(row.node, i);
      this.add((n * 31) % NODES);
      ctx.record(2, this.id, 0, 2, i, n);
    }
    ctx.setCause(0);
    ctx.schedule(50_000, this.h[1], n + 1, 0, 0);
  }
}

const median = (values: number[]) => values.toSorted((x, y) => x - y)[values.length >> 1];
const round = (v: number) => Math.round(v * 1000) / 1000;

export interface KeyframeResult extends BenchResult {
  readonly keptMBPerKeyframe: number;
  readonly restoreMs: number;
  readonly freshProcessRestoreMs: number;
  readonly stateMB: number;
}

/** `ratio` is the aim divided by the value: 1 or more reaches the aim. */
export function p10(options: { keyframes?: number; apartUs?: number } = {}): KeyframeResult {
  const { keyframes = 40, apartUs = 5_000_000 } = options;
  v8.setFlagsFromString('--expose-gc');
  const gc = vm.runInNewContext('gc') as () => void;
  const memory = () => {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const world = createWorld({ seed: '1', components: [new Pods()], keepRecords: false });
  world.runFor(30_000_000);
  const kept: Snapshot[] = [];
  const costs: number[] = [];
  const before = memory();
  for (let i = 0; i < keyframes; i++) {
    const begin = performance.now();
    kept.push(world.snapshot());
    costs.push(performance.now() - begin);
    world.runFor(apartUs);
  }
  const keptMB = (memory() - before) / keyframes / 1048576;
  const end = world.digest();
  const restores = kept.toReversed().map((snapshot) => {
    const begin = performance.now();
    world.restore(snapshot);
    return performance.now() - begin;
  });
  const bytes = world.serialise();
  const begin = performance.now();
  const fresh = createWorld({ seed: '1', components: [new Pods()], from: bytes, keepRecords: false });
  const freshMs = performance.now() - begin;
  fresh.runFor(keyframes * apartUs);
  if (fresh.digest() !== end) throw new Error('a restored world went another way');
  const value = median(costs);
  return {
    ratio: round(1 / value),
    value: round(value),
    unit: 'ms a keyframe',
    must: 5,
    aim: 1,
    keptMBPerKeyframe: round(keptMB),
    restoreMs: round(median(restores)),
    freshProcessRestoreMs: round(freshMs),
    stateMB: round(bytes.length / 1048576),
  };
}

if (path.basename(import.meta.dirname) === 'test-bench-p10-ts') console.log(JSON.stringify({ P10: p10() }));
