// npm run bench [-- --only P4,P5] [--json] [--minutes N]: all measurements of docs/performance.md, one after the other.
import { parseArgs } from 'node:util';
import { events } from './events.ts';
import { explainBench } from './explain.ts';
import type { BenchResult } from './p1.ts';
import { p1 } from './p1.ts';
import { p2 } from './p2.ts';
import { p3 } from './p3.ts';
import { p4 } from './p4.ts';
import { p5, type SteadyResult } from './p5.ts';
import { p7 } from './p7.ts';
import { p10 } from './p10.ts';
import { requests } from './requests.ts';
import { seek } from './seek.ts';
import { speed } from './speed.ts';

const printed = new Set<string>();
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    /** Virtual minutes of P5; the hour is extrapolated from fewer. */
    minutes: { type: 'string', default: '60' },
  },
});

const seconds = Number(values.minutes) * 60;
let steady: SteadyResult | undefined;
const runSteady = () => (steady ??= p5({ seconds }));

const BENCHES: Readonly<Record<string, () => Readonly<Record<string, BenchResult>>>> = {
  P1: () => ({ P1: p1() }),
  P2: () => ({ P2: p2(runSteady()) }),
  P3: () => {
    const { all, sampled } = p3();
    return { P3: all, 'P3, sampled': sampled };
  },
  P4: () => ({ P4: p4() }),
  P5: () => ({ P5: runSteady() }),
  P7: () => p7(),
  P10: () => ({ P10: p10() }),
  seek: () => ({ seek: seek() }),
  explain: () => explainBench(),
  requests: () => requests(),
  events: () => events(),
  speed: () => {
    const { a, b } = speed();
    return { 'speed, 1,000 nodes': a, 'speed, 1,200 nodes': b };
  },
};

const wanted = values.only?.split(',').map((name) => name.trim().toLowerCase());
const results: Record<string, BenchResult> = {};
for (const [name, run] of Object.entries(BENCHES)) {
  if (wanted !== undefined && !wanted.includes(name.toLowerCase())) continue;
  Object.assign(results, run());
  if (!values.json) for (const key of Object.keys(results)) printRow(key);
}
if (values.json) console.log(JSON.stringify(results, undefined, 2));

function printRow(key: string): void {
  if (printed.has(key)) return;
  printed.add(key);
  const { ratio, value, unit, must, aim, ...rest } = results[key];
  console.log(`${key.padEnd(20)} ${value} ${unit}  ratio ${ratio}  must ${must}  aim ${aim}`);
  const details = Object.entries(rest).map(([name, detail]) => `${name} ${detail}`);
  if (details.length > 0) console.log(`${' '.repeat(21)}${details.join(', ')}`);
}
