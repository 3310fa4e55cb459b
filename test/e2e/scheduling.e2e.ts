import path from 'node:path';
import type { Page } from '@playwright/test';
import type { MapTestApi } from '../../web/views/map/testApi.ts';
import { axeInEveryLook, expect, idle, open, root, test } from './support.ts';

declare global {
  interface Window {
    orreryMap?: MapTestApi;
  }
}

const data = path.join(root, 'test/e2e/data');

async function openPending(page: Page): Promise<void> {
  await page
    .getByTestId('files')
    .first()
    .setInputFiles([path.join(data, 'pending.yaml'), path.join(data, 'heavy.yaml')]);
  await page.waitForFunction(() => window.orrery.digest() !== undefined);
  await idle(page);
  await page.getByTestId('tab-scheduling').click();
  await idle(page);
  await expect(page.getByTestId('funnel')).toBeVisible();
}

test('find out why a pod is pending, and fix it in a fork', async ({ page, site }) => {
  await open(page, site.at());
  await openPending(page);
  await expect(page.getByTestId('sched-counts')).toHaveText('1 waiting of 4');
  // The pod that waits is on show: no node is left, and for two reasons.
  await expect(page.getByTestId('funnel').locator('li.last')).toContainText('0');
  await expect(page.getByTestId('sched-reasons')).toContainText('Insufficient cpu');
  await expect(page.getByTestId('sched-reasons')).toContainText('untolerated taint');
  await expect(page.getByTestId('matrix').locator('.refused')).toHaveCount(4);
  await expect(page.locator('.sched-message')).toContainText('0/4 nodes are available');

  // A reason lights its nodes on the map.
  await page
    .getByTestId('sched-reasons')
    .getByRole('button', { name: /Insufficient cpu/ })
    .click();
  await idle(page);
  await expect(page.getByTestId('map-lit')).toContainText('Insufficient cpu');
  await page.getByTestId('tab-scheduling').click();
  await idle(page);

  const before = await page.evaluate(() => window.orrery.digest());
  await page.getByTestId('find-fixes').first().click();
  await idle(page);
  await expect(page.getByTestId('fix').first()).toContainText('✓');
  // Every way that was found is tried beside the run, each in a fork of its own; the run stays as it is.
  const ways = await page.getByTestId('try-fix').count();
  for (let i = 0; i < ways; i++) await page.getByTestId('try-fix').first().click();
  await idle(page);
  const trials = page.getByTestId('trial');
  expect(await trials.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['state']))).toEqual(
    Array.from({ length: ways }, () => 'worked'),
  );
  await expect(page.getByTestId('fixes')).toContainText('NodeResize');
  await expect(page.getByTestId('fixes')).toContainText('scale nodePool=small count=4');
  await expect(trials.first()).toContainText('In the fork');
  expect(await page.evaluate(() => window.orrery.digest())).toBe(before);
  // Side by side, and then the fork itself.
  await page.getByTestId('trial-compare').first().click();
  await expect(page.getByTestId('compare-metrics')).toBeVisible();
  await expect(page.getByTestId('compare-changes')).toContainText('timeline');
  await page.getByTestId('tab-scheduling').click();
  await idle(page);
  // Tried again after five minutes among those that cannot be scheduled.
  await page.getByTestId('compare-attempts').click();
  await expect(page.getByTestId('attempts-table').locator('tbody tr')).toHaveCount(2);
  await expect(page.getByTestId('attempts-table')).toContainText('Insufficient cpu');
  await page.getByTestId('trial-open').first().click();
  await page.waitForFunction((old) => window.orrery.digest() !== undefined && window.orrery.digest() !== old, before);
  await idle(page);
  // Nobody waits at the end of the fork.
  await page.getByTestId('tab-map').click();
  await page.waitForFunction(() => window.orreryMap?.counts() !== undefined);
  await page.evaluate(() => window.orreryMap?.setMoment(359e6));
  await idle(page);
  expect((await page.evaluate(() => window.orreryMap?.counts()))?.unscheduled).toBe(0);
});

test('why here: points by plugin add up, the runner-up and another node are told', async ({ page, site }) => {
  await open(page, site.at());
  await openPending(page);
  // The first pod had nodes to choose from.
  const scheduled = await page
    .getByTestId('sched-pod')
    .locator('option')
    .evaluateAll((options) =>
      options
        .map((o) => o as HTMLOptionElement)
        .filter((o) => o.text.includes('✓'))
        .map((o) => o.value),
    );
  await page.getByTestId('sched-pod').selectOption(scheduled[scheduled.length - 1]);
  await idle(page);
  await expect(page.getByTestId('matrix').locator('tr.winner')).toHaveCount(1);
  const row = page.getByTestId('matrix').locator('tr.winner');
  const total = Number(await row.locator('td.num').textContent());
  const points = await row.locator('td.score').allTextContents();
  expect(points.map(Number).reduce((a, b) => a + b, 0)).toBe(total);
  await page.getByRole('button', { name: 'raw', exact: true }).click();
  await page.getByRole('button', { name: 'filters', exact: true }).click();
  await expect(page.getByTestId('why')).toContainText('points');
  const other = (await page.getByTestId('matrix').locator('tbody th').allTextContents()).find((n) => !n.includes('★'));
  await page.getByRole('combobox', { name: 'Name of a node' }).fill(String(other).trim());
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await idle(page);
  await expect(page.getByTestId('why-not')).toBeVisible();
  // What would bring it there is tried in a fork from before the pod was created.
  await page.getByTestId('find-fixes').first().click();
  await idle(page);
  await page.getByTestId('try-fix').first().click();
  await idle(page);
  await expect(page.getByTestId('trial')).toHaveAttribute('data-state', 'worked');
  await expect(page.getByTestId('trial')).toContainText(String(other).trim());
});

test('a recording tells attempts and reasons, and offers to run again for the rest', async ({ page, site }) => {
  await open(page, site.at('zone-outage/run.orrery'));
  await page.getByTestId('tab-scheduling').click();
  await idle(page);
  await expect(page.getByTestId('sched-attempt').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run it again' })).toBeVisible();
});

test('no barrier that axe finds in scheduling', async ({ page, site }) => {
  test.slow();
  await open(page, site.at());
  await openPending(page);
  await page.getByTestId('find-fixes').first().click();
  await idle(page);
  await page.getByTestId('try-fix').first().click();
  await page.getByTestId('compare-attempts').click();
  await idle(page);
  await axeInEveryLook(page, 'scheduling');
});
