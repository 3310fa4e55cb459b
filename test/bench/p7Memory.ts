// What the page keeps while it runs P5, in chromium: `p7Memory.ts [nodes] [pods] [seconds] [every]`. Prints a line every so many virtual seconds.
import { openP5Page } from './p5Page.ts';
import { residentMb } from './resident.ts';
import { workerCpuMs, workerOf } from './workerThread.ts';

const [nodes = 1000, pods = 30_000, seconds = 120, every = 60] = process.argv.slice(2).map(Number);

const { page, renderers, began, firstPictureMs, close } = await openP5Page(nodes, pods, seconds);
const client = await page.context().newCDPSession(page);
const worker = await workerOf(page);
const mb = (bytes: number) => Math.round(bytes / 1e6);

async function say(what: string): Promise<void> {
  const before = residentMb(renderers);
  const workerMb = await worker.heapMb();
  await client.send('HeapProfiler.collectGarbage');
  const use = (await client.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number };
  console.log(
    JSON.stringify({
      what,
      atS: await page.evaluate(() => Math.round(window.orrery.nowUs() / 1e6)),
      wallS: Math.round((Date.now() - began) / 100) / 10,
      workerCpuS: Math.round(workerCpuMs(renderers) / 100) / 10,
      workerMb: Math.round(workerMb),
      pageMb: mb(use.usedSize + (use.backingStorageSize ?? 0)),
      residentMb: before,
      residentAfterMb: residentMb(renderers),
      keyframes: await page.evaluate(() => window.orrery.keyframes(false)),
      slices: await page.evaluate(() => window.orrery.slices()),
    }),
  );
}

await say('first picture');
for (let atS = every; atS <= seconds; atS += every) {
  await page.waitForFunction(
    (us) => window.orrery.nowUs() >= us || window.orrery.digest() !== undefined,
    atS * 1e6 - 2e6,
    {
      timeout: 3_600_000,
      polling: 200,
    },
  );
  await say(`${atS} s`);
}
await page.waitForFunction(() => window.orrery.digest() !== undefined, undefined, { timeout: 3_600_000 });
await page.evaluate(() => window.orrery.idle());
await say('end');
console.log(JSON.stringify({ nodes, pods, seconds, firstPictureMs, runMs: Date.now() - began }));
await close();
