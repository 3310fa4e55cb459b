// What the page's worker does when it runs P5, in node: `pageRun.ts [nodes] [pods] [seconds] [seeks]`. Prints a line every 10 virtual seconds.
import { draw, streamKey } from '../../sim-core/engine/index.ts';
import { Runner } from '../../web/worker/runner.ts';
import { load } from '../../web/worker/sources.ts';
import { p5Files } from './p5.ts';

const [nodes = 1000, pods = 30_000, seconds = 60, seeks = 100] = process.argv.slice(2).map(Number);
const FROM_S = 32;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const encoder = new TextEncoder();
const files = new Map(
  Object.entries(p5Files(nodes, pods, seconds)).map(([name, text]) => [name, encoder.encode(text)]),
);
const loadable = { bundle: { entry: 'scenario.yaml', files }, plain: [] };
const { scenario } = load(loadable, '1');
if (scenario === undefined) throw new Error('no scenario');
let began = cpuMs();
const runner = Runner.begin(scenario, loadable, []);
const say = (what: string, more: object = {}) => {
  const now = cpuMs();
  const { heapUsed, rss, arrayBuffers } = process.memoryUsage();
  const mb = (n: number) => Math.round(n / 1048576);
  console.log(
    JSON.stringify({
      what,
      ms: Math.round(now - began),
      heap: mb(heapUsed),
      arrays: mb(arrayBuffers),
      rss: mb(rss),
      ...runner.session.keyframeStats,
      ...more,
    }),
  );
  began = now;
};
say('built');
let next = 30e6;
await runner.execute(
  () => false,
  ({ nowUs }) => {
    if (nowUs < next) return;
    next += 10e6;
    say(`${Math.round(nowUs / 1e6)} s`);
  },
);
say('run', { events: runner.session.recorded.eventNumber });
const stream = streamKey({ lo: 1, hi: 2 }, 'seek');
const costs: number[] = [];
for (let i = 0; i < seeks; i++) {
  const us = (FROM_S + ((draw(stream, 0, i) >>> 0) / 2 ** 32) * (seconds - FROM_S)) * 1e6;
  const before = cpuMs();
  runner.session.seek(Math.floor(us)).finish();
  costs.push(cpuMs() - before);
}
costs.sort((a, b) => a - b);
say('seeks', {
  median: Math.round(costs[seeks >> 1]),
  p95: Math.round(costs[Math.ceil(seeks * 0.95) - 1]),
  max: Math.round(costs[seeks - 1]),
});
process.exit(0);
