import { axeFindings, expect, idle, open, test } from './support.ts';

test('the editor completes, finds mistakes, inserts a fault at the cursor’s time and runs what was written', async ({
  page,
  site,
}) => {
  await open(page, site.at());
  await page
    .getByTestId('editor-tab')
    .or(page.getByRole('tab', { name: 'Editor' }))
    .click();
  await page.getByTestId('editor-empty').or(page.locator('.cm-content')).first().waitFor();
  await page.getByLabel('Scenario', { exact: true }).first().selectOption('teaching/first-deployment.yaml');
  await expect(page.locator('.cm-content')).toContainText('name: first-deployment');
  await expect(page.getByTestId('editor-problems')).toContainText('No problems');

  // A new line in spec: the list of keys opens, one is taken, a wrong value is found where it stands.
  const spec = page.locator('.cm-line', { hasText: /^spec:/ });
  await spec.click();
  await page.keyboard.press('End');
  await page.keyboard.type('\ngen');
  await expect(page.locator('.cm-tooltip-autocomplete')).toContainText('generate');
  await page.keyboard.press('Escape');
  for (let i = 0; i < 3; i++) await page.keyboard.press('Backspace');
  await page.keyboard.type('nodePool: 3');
  const problems = page.getByTestId('editor-problems');
  await expect(problems).toContainText('nodePool');
  await expect(problems).toContainText('nodePools');
  await expect(page.getByTestId('editor-run')).toBeDisabled();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(problems).toContainText('No problems');

  await page.getByTestId('editor-insert').selectOption('note');
  await expect(page.locator('.cm-content')).toContainText('{at: 0s, note: what to look at}');
  await expect(problems).toContainText('No problems');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByTestId('editor-run').click();
  await idle(page);
  await expect.poll(() => page.evaluate(() => window.orrery.marks().map((m) => m.label))).toContain('what to look at');
});
