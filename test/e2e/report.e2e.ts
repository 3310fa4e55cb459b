import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { axeFindings, orrery, outDir } from './support.ts';

test('the report of a recording is one file that works from a disk, timeline included', async ({ page, context }) => {
  const file = path.join(outDir, 'report.html');
  const recording = path.join(outDir, 'zone-outage/run.orrery');
  expect(existsSync(recording)).toBe(true);
  orrery(['report', recording, '--html', file]);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  context.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) problems.push(`request to ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('zone-outage');
  await expect(page.getByRole('heading', { name: /^ZoneOutage zone/ })).toBeVisible();
  const timeline = page.frameLocator('iframe');
  await expect(timeline.locator('.lanes canvas').first()).toBeVisible({ timeout: 60_000 });
  const frame = page.frames()[1];
  await frame.waitForFunction(() => window.orrery.counts().nodes === 300);
  // A time of the report brings the timeline to it.
  await page.getByRole('region', { name: 'What happened' }).locator('.at').first().click();
  const wanted = Number(
    await page.getByRole('region', { name: 'What happened' }).locator('.at').first().getAttribute('data-us'),
  );
  await frame.waitForFunction((us) => window.orrery.cursor() === us, wanted);
  expect(await axeFindings(page, 'iframe')).toEqual([]);
  expect(problems).toEqual([]);
});
