// What the page keeps while it runs P5, in chromium: `p7Memory.ts [nodes] [pods] [seconds] [every]`. Prints a line every so many virtual seconds.
import type { TestApi } from '../../web/state/testApi.ts';
import type { MapTestApi } from '../../web/views/map/testApi.ts';
import { p5Files } from './p5.ts';
import { openSite } from './pageServer.ts';
import { residentMb } from './resident.ts';
import { workerCpuMs, workerOf } from './workerThread.ts';

declare global {
  interface Window {
    orrery: TestApi;
    orreryMap?: MapTestApi;
  }
}

const [nodes = 1000, pods = 30_000, seconds = 120, every = 60] = process.argv.slice(2).map(Number);

const site = await openSite();
const { base, browser } = site;
const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
await page.goto(base);
await page.waitForFunction(() => window.orrery !== undefined);
await page.evaluate(() => window.orrery.idle());
await page.getByTestId('tab-map').click();
const client = await page.context().newCDPSession(page);
const worker = await workerOf(page);
const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
const renderers = processInfo.filter((p) => p.type === 'renderer').map((p) => p.id);
const began = Date.now();
// Files that are chosen one by one have no folders.
const flat = (text: string) => text.replaceAll('new/', 'new-');
const files = Object.entries(p5Files(nodes, pods, seconds)).map(([name, text]) => ({
  name: flat(name),
  mimeType: 'application/yaml',
  buffer: Buffer.from(flat(text)),
}));
await page.getByTestId('files').first().setInputFiles(files);
await page.waitForFunction(() => (window.orreryMap?.counts()?.pods ?? 0) > 0, undefined, { timeout: 900_000 });
const firstPictureMs = Date.now() - began;
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
await site.close();
