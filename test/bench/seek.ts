// The second half of P10: how long it takes to go to drawn instants of P5, and what its keyframes keep.
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { draw, streamKey } from '../../sim-core/engine/index.ts';
import { TravelSession } from '../../sim-core/index.ts';
import { round, rssMiB } from './measure.ts';
import type { BenchResult } from './p1.ts';
import { p5Scenario } from './p5.ts';

export interface SeekResult extends BenchResult {
  readonly virtualSeconds: number;
  readonly runSeconds: number;
  readonly events: number;
  readonly seeks: number;
  readonly medianMs: number;
  readonly maxMs: number;
  readonly keyframes: number;
  /** As the session estimates it, and as the heap shrinks when they are given up. */
  readonly keyframesMiB: number;
  readonly heldMiB: number;
  readonly snapshotMs: number;
  readonly restoreMs: number;
  readonly rssMiB: number;
}

/** Processor time of this process: other work on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const SLICE_EVENTS = 2000;

/** `ratio` is the aim divided by the value: 1 or more reaches the aim. */
export function seek(
  options: { nodes?: number; pods?: number; seconds?: number; fromS?: number; seeks?: number } = {},
): SeekResult {
  const { nodes = 5000, pods = 150_000, seconds = 90, fromS = 35, seeks = 100 } = options;
  v8.setFlagsFromString('--expose-gc');
  const gc = vm.runInNewContext('gc') as () => void;
  const held = () => {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1048576;
  };
  const session = TravelSession.create(p5Scenario(nodes, pods, seconds), {
    clockMs: cpuMs,
    build: { checkers: false },
  });
  const began = cpuMs();
  while (session.advance({ events: SLICE_EVENTS }).stopped === 'events') {}
  const runSeconds = (cpuMs() - began) / 1000;
  const { world } = session.cluster;
  const snapshots: number[] = [];
  const restores: number[] = [];
  for (let i = 0; i < 5; i++) {
    const a = cpuMs();
    const snapshot = world.snapshot();
    const b = cpuMs();
    world.restore(snapshot);
    snapshots.push(b - a);
    restores.push(cpuMs() - b);
  }
  const stream = streamKey({ lo: 1, hi: 2 }, 'seek');
  const from = fromS * 1e6;
  const costs: number[] = [];
  for (let i = 0; i < seeks; i++) {
    const timeUs = from + (draw(stream, 0, i) / 2 ** 32) * (seconds * 1e6 - from);
    const before = cpuMs();
    session.seek(Math.floor(timeUs)).finish();
    costs.push(cpuMs() - before);
  }
  costs.sort((x, y) => x - y);
  const { count, bytes } = session.keyframeStats;
  const all = held();
  session.forgetKeyframes();
  const heldMiB = all - held();
  const value = costs[Math.ceil(seeks * 0.95) - 1];
  return {
    ratio: round(300 / value),
    value: round(value, 1),
    unit: 'ms of CPU a seek, 95th percentile',
    must: 600,
    aim: 300,
    virtualSeconds: seconds,
    runSeconds: round(runSeconds),
    events: session.recorded.eventNumber,
    seeks,
    medianMs: round(costs[seeks >> 1], 1),
    maxMs: round(costs[seeks - 1], 1),
    keyframes: count,
    keyframesMiB: round(bytes / 1048576, 1),
    heldMiB: round(heldMiB, 1),
    snapshotMs: round(snapshots.sort((x, y) => x - y)[2], 3),
    restoreMs: round(restores.sort((x, y) => x - y)[2], 3),
    rssMiB: rssMiB(),
  };
}

if (path.basename(import.meta.dirname) === 'test-bench-seek-ts') {
  const [nodes, pods, seconds, fromS] = process.argv.slice(2).map(Number);
  console.log(JSON.stringify({ seek: seek({ nodes, pods, seconds, fromS }) }));
}
