import path from 'node:path';
import { expect, idle, open, root, test } from './support.ts';

const data = path.join(root, 'test/e2e/data');

/** Kind of breakpoint, its fields, from where one steps in which direction, where one lands (between two times), what is said. */
const BREAKS = [
  [
    'object',
    'deployments.apps/default/app',
    'object.spec.replicas == 7',
    20e6,
    1,
    90e6,
    91e6,
    'deployments.apps/default/app updated',
  ],
  ['condition', "pods('app=app').ready >= 7", '', 20e6, 1, 91e6, 110e6, 'ready = 7'],
  ['failedScheduling', 'Insufficient cpu', '', 119e6, -1, 5e6, 20e6, 'Insufficient cpu'],
  ['leaderChange', 'etcd', '', 20e6, 1, 50e6, 55e6, 'leads etcd'],
  ['crash', 'general-1', '', 20e6, 1, 79e6, 80e6, 'NodeCrash node general-1'],
  ['violation', '', '', 20e6, 1, 20e6, 20e6, 'No breakpoint is hit in this direction.'],
] as const;

test('breakpoints of every kind, steps of every unit both ways, seeks that are given up', async ({ page, site }) => {
  await open(page, site.at());
  await page
    .getByTestId('files')
    .setInputFiles(['breaks.yaml', 'app.yaml', 'heavy.yaml'].map((f) => path.join(data, f)));
  await page.waitForFunction(() => window.orrery.digest() !== undefined);
  await idle(page);
  const digest = await page.evaluate(() => window.orrery.digest());
  const cursor = () => page.evaluate(() => window.orrery.cursor());
  const said = page.locator('[aria-live=polite]').first();

  await page.getByTestId('unit').selectOption('condition');
  for (const [kind, value, when, fromUs, direction, atLeastUs, atMostUs, text] of BREAKS) {
    await page.getByTestId('breaks').click();
    for (const remove of await page.getByRole('button', { name: /^Remove / }).all()) await remove.click();
    await page.getByTestId('break-kind').selectOption(kind);
    await page.getByTestId('break-value').fill(value);
    if (when !== '') await page.getByLabel('and CEL over object is true').fill(when);
    await page.getByTestId('break-add').click();
    await expect(page.getByRole('dialog').getByRole('checkbox')).toBeChecked();
    await page.keyboard.press('Escape');
    await page.evaluate((us) => window.orrery.setCursor(us), fromUs);
    await page.getByRole('button', { name: `Step ${direction > 0 ? 'forward' : 'back'} by condition` }).click();
    await idle(page);
    await expect(said, kind).toContainText(text);
    expect(await cursor(), kind).toBeGreaterThanOrEqual(atLeastUs);
    expect(await cursor(), kind).toBeLessThanOrEqual(atMostUs);
  }

  // Each unit: on twice and back once is on once; at the end there is nothing more, and the moment stays.
  for (const unit of ['event', 'message', 'reconcile', 'attempt', 'second'] as const) {
    await page.getByTestId('unit').selectOption(unit);
    const name = unit === 'attempt' ? 'scheduling attempt' : unit;
    const step = async (to: 'back' | 'forward') => {
      await page.getByRole('button', { name: `Step ${to} by ${name}` }).click();
      await idle(page);
      return `${await cursor()} ${await page.getByTestId('event-number').textContent()}`;
    };
    await page.evaluate(() => window.orrery.setCursor(9e6));
    const once = await step('forward');
    const twice = await step('forward');
    expect(twice, unit).not.toBe(once);
    expect(await step('back'), unit).toBe(once);
  }
  await page.getByTestId('unit').selectOption('attempt');
  await page.evaluate(() => window.orrery.setCursor(119e6));
  await page.getByRole('button', { name: 'Step forward by scheduling attempt' }).click();
  await idle(page);
  expect(await cursor()).toBe(119e6);

  // Dragging over the whole run: only the last place is sought to its end, and what is shown there is exact.
  const straight = await page.evaluate(async () => {
    window.orrery.setCursor(64e6);
    return window.orrery.hashes();
  });
  await page.getByTestId('tab-object').click();
  await page.evaluate(() => window.orrery.select('nodes/general-1'));
  const bar = await page.getByRole('slider', { name: /^Time/ }).boundingBox();
  if (bar === null) throw new Error('no overview');
  const began = Date.now();
  await page.mouse.move(bar.x + bar.width * 0.2, bar.y + 12);
  await page.mouse.down();
  for (let i = 0; i < 60; i++)
    await page.mouse.move(bar.x + bar.width * (0.2 + (0.6 * ((i * 7) % 11)) / 11), bar.y + 12);
  await page.mouse.up();
  await idle(page);
  expect(Date.now() - began).toBeLessThan(20_000);
  expect(
    await page.evaluate(async () => {
      window.orrery.setCursor(64e6);
      return window.orrery.hashes();
    }),
  ).toEqual(straight);
  expect(await page.evaluate(() => window.orrery.digest())).toBe(digest);
});
