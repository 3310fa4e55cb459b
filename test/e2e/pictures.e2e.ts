import { readFileSync, writeFileSync } from 'node:fs';
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

const LOOKS = [
  ['dark', 'en'],
  ['light', 'en'],
  ['hc', 'en'],
  ['light', 'zh-CN'],
] as const;

/** One picture in several looks; `name-dark`, `name-light-zh`, ... */
async function looks(page: Page, name: string, wanted: readonly string[] = ['dark', 'light', 'hc', 'light-zh']) {
  for (const [theme, lang] of LOOKS) {
    const suffix = `${theme}${lang === 'en' ? '' : '-zh'}`;
    if (!wanted.includes(suffix)) continue;
    await page.evaluate(([t, l]) => window.orrery.setLook(t, l), [theme, lang] as const);
    await picture(page, `${name}-${suffix}`);
  }
  await page.evaluate(() => window.orrery.setLook('dark', 'en'));
}

async function moment(page: Page, timeUs: number): Promise<void> {
  await page.evaluate((us) => window.orrery.setCursor(us), timeUs);
  await idle(page);
}

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
  await show(page, 'scheduling');
  await page.getByTestId('find-fixes').first().click();
  await idle(page);
  await page.getByTestId('try-fix').first().click();
  await page.getByTestId('compare-attempts').click();
  await idle(page);
  await looks(page, 'scheduling');
  await page.getByTestId('trial-compare').first().click();
  await page.getByTestId('compare-metrics').waitFor();
  await idle(page);
  await looks(page, 'compare');
  await show(page, 'metrics');
  await page.getByTestId('requests').scrollIntoViewIfNeeded();
  await looks(page, 'requests');
  await show(page, 'editor');
  await looks(page, 'editor');
  await show(page, 'scheduling');
  await page.keyboard.press('k');
  await picture(page, 'forks-dark');
});

test('pictures: the map of 12, 300 and 5,000 nodes, and of a cluster that is cut', async ({ page, site }) => {
  await open(page, site.at());
  const data = path.join(root, 'test/e2e/data');
  const twelve = readFileSync(path.join(data, 'small.yaml'), 'utf8')
    .replace('count: 4', 'count: 12')
    .replace('zones: [a, b]', 'zones: [a, b, c]')
    .replace('node: general-1', 'node: general-01')
    .replace('six pods run', 'sixty pods run')
    .replace('ready == 6', 'ready == 60');
  const app = readFileSync(path.join(data, 'app.yaml'), 'utf8').replace('replicas: 6', 'replicas: 60');
  await page
    .getByTestId('files')
    .first()
    .setInputFiles([
      { name: 'twelve.yaml', mimeType: 'text/yaml', buffer: Buffer.from(twelve) },
      { name: 'app.yaml', mimeType: 'text/yaml', buffer: Buffer.from(app) },
    ]);
  await page.waitForFunction(() => window.orrery.digest() !== undefined);
  await show(page, 'map');
  await moment(page, 122e6);
  await looks(page, 'map-12', ['dark', 'light']);
  await open(page, site.at('zone-outage/run.orrery'));
  await show(page, 'map');
  await moment(page, 500e6);
  await looks(page, 'map-300', ['dark', 'light', 'light-zh']);
  await open(page, site.at('cluster.orrery'));
  await show(page, 'map');
  await moment(page, 150e6);
  await looks(page, 'map-5000', ['dark', 'light']);
  for (let i = 0; i < 7; i++) await page.getByTestId('map-zoom-in').click();
  await picture(page, 'map-5000-names-dark');
  await open(page, `${site.at()}?cut`);
  await page
    .getByTestId('files')
    .first()
    .setInputFiles(['cut.yaml', 'app.yaml'].map((f) => path.join(data, f)));
  await page.waitForFunction(() => window.orrery.digest() !== undefined);
  await show(page, 'map');
  await moment(page, 65e6);
  await looks(page, 'map-cut');
});

test('pictures: the timeline of an outage, its sums, causes and components, and of ten thousand pods', async ({
  page,
  site,
}) => {
  await open(page, site.at('zone-outage/run.orrery'));
  await show(page, 'timeline');
  await moment(page, 500e6);
  await picture(page, 'timeline-357-dark');
  const [fromX, toX] = await page.evaluate(() => [window.orrery.xOf(310e6), window.orrery.xOf(890e6)]);
  const box = await page.getByTestId('lanes').boundingBox();
  if (box === null) throw new Error('no lanes');
  await page.keyboard.down('Shift');
  await page.mouse.move(fromX, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(toX, box.y + 150, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await idle(page);
  await looks(page, 'timeline-area');
  await page.keyboard.press('Escape');
  const pod = await page.evaluate(() => {
    const { orrery } = window;
    return orrery.pods().find((p) => orrery.segments(p)[0].timeUs > 400e6 && orrery.segments(p).length > 4) as string;
  });
  await page.evaluate((p) => window.orrery.select(`pods/${p}`), pod);
  await moment(page, 700e6);
  await looks(page, 'timeline-causes');
  await page.getByRole('tab', { name: 'Causes' }).click();
  await looks(page, 'story-357', ['light']);
  await page.keyboard.press('Escape');
  await page.getByTestId('group').selectOption('component');
  await idle(page);
  await looks(page, 'timeline-components');
  await open(page, site.at('huge.orrery'));
  await show(page, 'timeline');
  await moment(page, 150e6);
  await looks(page, 'timeline-10000', ['light']);
  await open(page, site.at('broken.orrery'));
  await looks(page, 'broken', ['light']);
});
