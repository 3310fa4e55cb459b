import { axeInEveryLook, expect, idle, open, test } from './support.ts';

/** As of `kubectl get namespaces -o yaml`. */
const DUMP = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Namespace
  metadata:
    name: from-a-cluster
    resourceVersion: "812"
    uid: 7b1c0e60-0000-4000-8000-000000000000
  spec:
    finalizers: [kubernetes]
  status:
    phase: Active
`;

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

  // What is inserted names nodes, pools and zones that the scenario has.
  for (const choice of ['NodeCrash', 'ZoneOutage', 'scaleNodePool']) {
    await page.getByTestId('editor-insert').selectOption(choice);
    await expect(page.locator('.cm-content')).toContainText(choice === 'scaleNodePool' ? 'scale: {' : choice);
    await idle(page);
    await expect(problems).toContainText('No problems');
  }
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page.locator('.cm-content')).not.toContainText('scale: {');

  await page.getByTestId('editor-insert').selectOption('note');
  await expect(page.locator('.cm-content')).toContainText('{at: 0s, note: what to look at}');
  await expect(problems).toContainText('No problems');
  // What a key means stands below the pointer.
  await page
    .locator('.cm-line', { hasText: /^ {2}duration:/ })
    .locator('span')
    .first()
    .hover();
  await expect(page.locator('.cm-hover')).toContainText('spec.duration');

  // A dump of a cluster becomes the state that the run begins with, manifests are applied.
  const drop = (name: string, text: string) =>
    page.locator('.editor').evaluate(
      (element, [file, content]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], file, { type: 'application/yaml' }));
        element.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      [name, text] as const,
    );
  await drop('extra.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {a: b}\n');
  await expect(page.locator('.cm-content')).toContainText('- extra.yaml');
  await drop('dump.yaml', DUMP);
  await expect(page.locator('.cm-content')).toContainText('initialState:');
  await expect(page.locator('.cm-content')).toContainText('- dump.yaml');
  await expect(problems).toContainText('No problems');
  await axeInEveryLook(page, 'editor');
  await page.getByTestId('editor-run').click();
  await idle(page);
  await expect.poll(() => page.evaluate(() => window.orrery.marks().map((m) => m.label))).toContain('what to look at');
  await page.evaluate(() => window.orrery.select('namespaces/from-a-cluster'));
  await page.getByTestId('tab-object').click();
  await expect(page.getByTestId('yaml')).toContainText('name: from-a-cluster');
  // Every kind stands in the explorer.
  await page.getByTestId('kinds').getByRole('button').first().click();
  await page
    .getByTestId('kinds')
    .getByRole('button', { name: /^configmaps/ })
    .click();
  await page.getByTestId('kinds').getByRole('button', { name: 'default/extra' }).click();
  await expect(page.getByTestId('yaml')).toContainText('kind: ConfigMap');
});
