// Runs P5 in the page, in chromium, and goes to drawn instants: `p7Seek.ts [nodes] [pods] [seconds] [seeks]`. Prints one JSON object.
import { draw, streamKey } from '../../sim-core/engine/index.ts';
import { openP5Page } from './p5Page.ts';
import { residentMb } from './resident.ts';
import { workerCpuMs, workerOf } from './workerThread.ts';

const [nodes = 1000, pods = 30_000, seconds = 60, seeks = 100] = process.argv.slice(2).map(Number);
const FROM_S = 32;

const { page, renderers, began, firstPictureMs, close } = await openP5Page(nodes, pods, seconds);
await page.waitForFunction(() => window.orrery.digest() !== undefined, undefined, { timeout: 1_800_000 });
const runMs = Date.now() - began;
await page.evaluate(() => window.orrery.idle());
const runCpuMs = Math.round(workerCpuMs(renderers));
const stream = streamKey({ lo: 1, hi: 2 }, 'seek');
const instants = Array.from(
  { length: seeks },
  (_, i) => (FROM_S + ((draw(stream, 0, i) >>> 0) / 2 ** 32) * (seconds - FROM_S)) * 1e6,
);
const times: number[] = [];
const cpus: number[] = [];
for (const us of instants) {
  const before = workerCpuMs(renderers);
  times.push(
    await page.evaluate(async (at) => {
      const from = performance.now();
      await window.orrery.seek(at);
      return performance.now() - from;
    }, us),
  );
  cpus.push(workerCpuMs(renderers) - before);
}
const rssMb = residentMb(renderers);
const worker = await workerOf(page);
const held = await worker.heapMb();
const { count: keyframes, bytes } = (await page.evaluate(() => window.orrery.keyframes(true))) ?? {
  count: 0,
  bytes: 0,
};
const heapMb = await worker.heapMb();
const quantiles = (list: readonly number[]) => {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { medianMs: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
};
console.log(
  JSON.stringify({
    nodes,
    pods,
    seconds,
    firstPictureMs,
    runMs,
    runCpuMs,
    seeks,
    ...quantiles(times),
    'CPU of the worker': quantiles(cpus),
    keyframes,
    keyframesMiB: Math.round(bytes / 1048576),
    keyframesHeldMiB: Math.round((held - heapMb) / 1.048576),
    heapMb: Math.round(heapMb),
    rssMb,
  }),
);
await close();
