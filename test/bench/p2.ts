// P2: ordinary events of P5 by the time that they took.
import path from 'node:path';
import { round } from './measure.ts';
import type { BenchResult } from './p1.ts';
import { p5, type SteadyResult } from './p5.ts';

export function p2(from: SteadyResult): BenchResult {
  const value = round(from.eventsPerSecond / 1e6, 3);
  return { ratio: round(value / 1.5, 3), value, unit: 'M events/s of CPU', must: 1.5, aim: 4 };
}

if (path.basename(import.meta.dirname) === 'test-bench-p2-ts') console.log(JSON.stringify({ P2: p2(p5()) }));
