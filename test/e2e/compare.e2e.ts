import path from 'node:path';
import type { Page } from '@playwright/test';
import { axeInEveryLook, expect, idle, open, outDir, root, test } from './support.ts';

const data = path.join(root, 'test/e2e/data');

async function runFiles(page: Page, files: readonly string[]): Promise<void> {
  await page
    .getByTestId('files')
    .first()
    .setInputFiles(files.map((file) => path.join(data, file)));
  await page.waitForFunction(() => window.orrery.digest() !== undefined);
  await idle(page);
  await page.getByTestId('tab-compare').click();
  await idle(page);
}

async function compare(page: Page): Promise<void> {
  await page.getByTestId('compare-go').click();
  await expect(page.getByTestId('compare-metrics')).toBeVisible({ timeout: 60_000 });
  await idle(page);
}

test('a recording and the run that it is of are the same', async ({ page, site }) => {
  await open(page, site.at());
  await runFiles(page, ['small.yaml', 'app.yaml']);
  await page.getByTestId('compare-kind').selectOption('seed');
  await page.getByTestId('compare-seed').fill('3');
  await compare(page);
  await expect(page.getByTestId('divergence')).toContainText('Both runs are the same');
  await expect(page.getByTestId('compare-lanes')).toHaveAttribute('data-differing', '0');
  await expect(page.getByTestId('compare-nodes')).toHaveAttribute('data-changed', '0');
});

test('another seed: the first difference, what was asked for, metrics, pods in pairs', async ({ page, site }) => {
  await open(page, site.at());
  await runFiles(page, ['small.yaml', 'app.yaml']);
  const digest = await page.evaluate(() => window.orrery.digest());
  await page.getByTestId('compare-kind').selectOption('seed');
  await page.getByTestId('compare-seed').fill('5');
  await compare(page);
  await expect(page.getByTestId('divergence')).toContainText('First difference at');
  await expect(page.getByTestId('compare-changes')).toContainText('seed');
  await page.getByTestId('divergence').locator('summary').click();
  await expect(page.getByTestId('divergence').locator('dd')).toHaveCount(2);
  expect(Number(await page.getByTestId('compare-lanes').getAttribute('data-differing'))).toBeGreaterThan(0);
  // A pair is a pod of the run on show.
  await page
    .getByTestId('compare-lanes')
    .locator('.compare-scroll')
    .click({ position: { x: 100, y: 40 } });
  expect(await page.evaluate(() => window.orrery.selection())).toMatch(/^pods\/default\/app-/);
  // The run on show is what it was.
  expect(await page.evaluate(() => window.orrery.digest())).toBe(digest);
});

test('compare two scheduler configurations: spread against packed', async ({ page, site }) => {
  await open(page, site.at());
  await runFiles(page, ['small.yaml', 'app.yaml']);
  await page.getByTestId('compare-kind').selectOption('scheduler');
  await compare(page);
  await expect(page.getByTestId('compare-changes')).toContainText('schedulers[0].configuration');
  expect(Number(await page.getByTestId('compare-nodes').getAttribute('data-changed'))).toBeGreaterThan(0);

  await page.getByTestId('compare-yaml').fill('kind: Nonsense');
  await page.getByTestId('compare-go').click();
  await expect(page.getByTestId('compare').getByRole('alert')).toContainText('KubeSchedulerConfiguration');
});

test('a recording from a file beside the run on show', async ({ page, site }) => {
  await open(page, site.at('small.orrery'));
  await page.getByTestId('tab-compare').click();
  await page.getByTestId('compare-kind').selectOption('recording');
  await page.getByTestId('compare-file').setInputFiles(path.join(outDir, 'small.orrery'));
  await compare(page);
  await expect(page.getByTestId('divergence')).toContainText('Both runs are the same');
});

test('no barrier that axe finds in compare', async ({ page, site }) => {
  test.slow();
  await open(page, site.at());
  await runFiles(page, ['small.yaml', 'app.yaml']);
  await page.getByTestId('compare-kind').selectOption('seed');
  await page.getByTestId('compare-seed').fill('5');
  await compare(page);
  await axeInEveryLook(page, 'compare');
  await page.keyboard.press('v');
  await idle(page);
  await axeInEveryLook(page, 'table of compare', ['en']);
});
