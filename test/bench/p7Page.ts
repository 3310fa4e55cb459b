// Measures the page in chromium and prints one JSON object: `p7Page.ts`. Needs the built page (npm run build) and a chromium.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CDPSession, Page } from '@playwright/test';
import type { TestApi } from '../../web/state/testApi.ts';
import type { MapTestApi } from '../../web/views/map/testApi.ts';
import { syntheticRecording } from '../e2e/synthetic.ts';
import { openSite } from './pageServer.ts';
import { residentMb } from './resident.ts';

declare global {
  interface Window {
    orrery: TestApi;
    orreryMap?: MapTestApi;
  }
}

const FRAMES = 300;

const folder = mkdtempSync(path.join(tmpdir(), 'p7-'));
const sizes = [
  ['12 pods', syntheticRecording(1, 12, 3)],
  ['10,000 pods', syntheticRecording(10, 1000, 334)],
  ['150,000 pods', syntheticRecording(150, 1000, 5000)],
] as const;
sizes.forEach(([, bytes], i) => {
  writeFileSync(path.join(folder, `${i}.orrery`), bytes);
});

/** CPU milliseconds of the main thread since the page was opened: whatever else the machine does, it does not count. */
async function threadMs(client: CDPSession): Promise<{ readonly task: number; readonly script: number }> {
  const { metrics } = await client.send('Performance.getMetrics');
  const of = (name: string) => 1000 * (metrics.find((m) => m.name === name)?.value ?? 0);
  return { task: of('TaskDuration'), script: of('ScriptDuration') };
}

function quantiles(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(100 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)) / 100;
  return { p50: at(0.5), p95: at(0.95) };
}

async function openRun(page: Page, base: string, i: number): Promise<number> {
  await page.goto(`${base}?recording=${i}.orrery`);
  await page.waitForFunction(() => window.orrery?.digest() !== undefined, undefined, { timeout: 120_000 });
  await page.getByTestId('tab-map').click();
  await page.waitForFunction(() => window.orreryMap?.counts() !== undefined);
  await page.evaluate(() => window.orrery.idle());
  const firstPicture = await page.evaluate(() => performance.now());
  return firstPicture;
}

/** Moves the moment as playing does, a step a frame, over the pods' start and the outage. */
async function playing(page: Page, client: CDPSession) {
  const run = (frames: number, fromUs: number, stepUs: number) =>
    page.evaluate(
      async ([n, from, step]) => {
        window.orreryMap?.setMoment(from);
        await window.orrery.idle();
        window.orreryMap?.takeCosts();
        window.orreryMap?.takeBuilds();
        for (let i = 1; i <= n; i++) {
          window.orreryMap?.setMoment(from + i * step);
          await new Promise(requestAnimationFrame);
        }
        await window.orrery.idle();
        return { costs: window.orreryMap?.takeCosts() ?? [], builds: window.orreryMap?.takeBuilds() ?? [] };
      },
      [frames, fromUs, stepUs] as const,
    );
  await run(60, 20e6, 166_667);
  const before = await threadMs(client);
  const measured = await run(FRAMES, 40e6, 166_667);
  const after = await threadMs(client);
  return {
    map: quantiles(measured.costs),
    worker: quantiles(measured.builds),
    scriptPerFrameMs: (after.script - before.script) / FRAMES,
    pagePerFrameMs: (after.task - before.task) / FRAMES,
  };
}

/** Zoom in and pan about: whole pictures. */
async function movingAbout(page: Page) {
  const costs = await page.evaluate(async () => {
    const map = window.orreryMap;
    map?.fit();
    await window.orrery.idle();
    map?.takeCosts();
    const next = () => new Promise(requestAnimationFrame);
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 12; i++) {
        map?.zoomBy(1.25, 400, 300);
        await next();
      }
      for (let i = 0; i < 12; i++) {
        map?.panBy(i % 2 === 0 ? 40 : -20, 25);
        await next();
      }
      map?.fit();
      await next();
    }
    await window.orrery.idle();
    return map?.takeCosts() ?? [];
  });
  return quantiles(costs);
}

/** Zooms into the timeline and pans along it, a step a frame: time between frames, CPU of the main thread a frame. */
async function timelineMoving(page: Page, client: CDPSession) {
  await page.getByTestId('tab-timeline').click();
  await page.evaluate(() => window.orrery.idle());
  await page.waitForFunction(() => document.querySelector('.lanes canvas') !== null);
  const run = () =>
    page.evaluate(async () => {
      const { orrery } = window;
      const next = () => new Promise(requestAnimationFrame);
      const whole = 300e6;
      const gaps: number[] = [];
      let last = performance.now();
      for (let i = 0; i < 200; i++) {
        // In and out, and along.
        const zoom = 0.5 + 0.48 * ((i % 40) / 40);
        const span = whole * (1 - zoom);
        const from = (whole - span) * ((i % 50) / 50);
        orrery.setView(from, from + span);
        await next();
        const now = performance.now();
        gaps.push(now - last);
        last = now;
      }
      await orrery.idle();
      return gaps;
    });
  await run();
  const before = await threadMs(client);
  const gaps = await run();
  const after = await threadMs(client);
  return {
    frames: quantiles(gaps),
    scriptPerFrameMs: (after.script - before.script) / gaps.length,
    pagePerFrameMs: (after.task - before.task) / gaps.length,
  };
}

async function measure() {
  const site = await openSite(folder);
  const { base, browser } = site;
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
  await client.send('Performance.enable');
  const results: Record<string, unknown> = {};
  for (let i = 0; i < sizes.length; i++) {
    const openedMs = Math.round(await openRun(page, base, i));
    const counts = await page.evaluate(() => window.orreryMap?.counts());
    const played = await playing(page, client);
    const moved = await movingAbout(page);
    const heapMb = await page.evaluate(() =>
      Math.round(((performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0) / 1e6),
    );
    const processes = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
    const rssMb = residentMb(processes.processInfo.filter((p) => p.type === 'renderer').map((p) => p.id));
    const domNodes = await page.evaluate(() => document.querySelectorAll('*').length);
    const timeline = await timelineMoving(page, client);
    results[sizes[i][0]] = { ...counts, openedMs, ...played, zoomAndPan: moved, timeline, heapMb, rssMb, domNodes };
  }
  await site.close();
  return results;
}

console.log(JSON.stringify(await measure()));
rmSync(folder, { recursive: true, force: true });
