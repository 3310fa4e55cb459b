import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { fewColours } from './png.ts';
import { idle, open, root, test } from './support.ts';

/** `PICTURES=1 npx playwright test pictures` paints docs/ui/ anew. Look at what it made. */
test.skip(process.env['PICTURES'] !== '1', 'pictures are made on demand');
test.setTimeout(600_000);

type Theme = 'dark' | 'light' | 'hc';

async function begin(page: Page, url: string, theme: Theme, lang: string, scenario: string): Promise<void> {
  await page.addInitScript(
    ([name, value]) => {
      localStorage.setItem('orrery-theme', name);
      localStorage.setItem('orrery-lang', value);
    },
    [theme, lang],
  );
  await open(page, url);
  await page.getByTestId('scenario').selectOption(scenario);
  await page.getByTestId('run').click();
  await page.waitForFunction(() => window.orrery.digest() !== undefined, undefined, { timeout: 400_000 });
  await idle(page);
}

async function picture(page: Page, name: string): Promise<void> {
  await page.mouse.move(2, 400);
  await page.waitForTimeout(600);
  await idle(page);
  writeFileSync(path.join(root, 'docs/ui', `${name}.png`), fewColours(await page.screenshot()));
}

const show = async (page: Page, tab: string) => {
  await page.getByTestId(`tab-${tab}`).click();
  await idle(page);
};

/** The first pod of the second version: it was created in the run, not at its beginning. */
const aPod = (page: Page) =>
  page.evaluate(() => {
    const { orrery } = window;
    return orrery.pods().find((p) => orrery.segments(p)[0].timeUs > 100e6) ?? orrery.pods()[0];
  });

for (const [theme, lang] of [
  ['dark', 'en'],
  ['light', 'en'],
  ['hc', 'en'],
  ['light', 'zh-CN'],
] as const) {
  test(`pictures: ${theme} ${lang}`, async ({ page, site }) => {
    const suffix = `${theme}${lang === 'en' ? '' : '-zh'}`;
    await begin(page, site.at(), theme, lang, 'failures/rolling-update.yaml');
    const pod = await aPod(page);
    await page.evaluate((p) => window.orrery.select(`pods/${p}`), pod);
    await page.evaluate(() => window.orrery.setCursor(150e6));
    for (const tab of ['timeline', 'flow', 'object', 'events', 'metrics']) {
      await show(page, tab);
      await picture(page, `${tab}-${suffix}`);
    }
    if (lang !== 'en') return;
    if (theme === 'dark') {
      await show(page, 'timeline');
      await page.keyboard.press('`');
      await picture(page, 'drawer-dark');
      await page.keyboard.press('`');
      await page.keyboard.press('?');
      await picture(page, 'keys-dark');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+p');
      await page.keyboard.type('web-6');
      await picture(page, 'palette-dark');
      await page.keyboard.press('Escape');
      await page.setViewportSize({ width: 800, height: 720 });
      await picture(page, 'narrow-dark');
      await page.setViewportSize({ width: 1280, height: 720 });
    }
    await page.getByTestId('scenario').selectOption('failures/etcd-leader-loss.yaml');
    await page.getByTestId('run').click();
    await page.waitForFunction(() => window.orrery.digest() === undefined);
    await page.waitForFunction(() => window.orrery.digest() !== undefined, undefined, { timeout: 400_000 });
    await page.evaluate(() => window.orrery.setCursor(121.62e6));
    for (const tab of ['etcd', 'report']) {
      await show(page, tab);
      await picture(page, `${tab}-${suffix}`);
    }
  });
}

test('pictures: a pod that waits, its way out beside the run, requests, forks, the editor', async ({ page, site }) => {
  await open(page, site.at());
  await page
    .getByTestId('files')
    .first()
    .setInputFiles(['pending.yaml', 'heavy.yaml'].map((f) => path.join(root, 'test/e2e/data', f)));
  await page.waitForFunction(() => window.orrery.digest() !== undefined);
  await idle(page);
  const looks = async (name: string) => {
    for (const [theme, lang] of [
      ['dark', 'en'],
      ['light', 'en'],
      ['hc', 'en'],
      ['light', 'zh-CN'],
    ] as const) {
      await page.evaluate(([t, l]) => window.orrery.setLook(t, l), [theme, lang] as const);
      await picture(page, `${name}-${theme}${lang === 'en' ? '' : '-zh'}`);
    }
    await page.evaluate(() => window.orrery.setLook('dark', 'en'));
  };
  await show(page, 'scheduling');
  await page.getByTestId('find-fixes').first().click();
  await idle(page);
  await page.getByTestId('try-fix').first().click();
  await page.getByTestId('compare-attempts').click();
  await idle(page);
  await looks('scheduling');
  await page.getByTestId('trial-compare').first().click();
  await page.getByTestId('compare-metrics').waitFor();
  await idle(page);
  await looks('compare');
  await show(page, 'metrics');
  await page.getByTestId('requests').scrollIntoViewIfNeeded();
  await looks('requests');
  await show(page, 'editor');
  await looks('editor');
  await show(page, 'scheduling');
  await page.keyboard.press('k');
  await picture(page, 'forks-dark');
});
