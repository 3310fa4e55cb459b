import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { axeInEveryLook, expect, idle, open, orrery, outDir, root, test } from './support.ts';

const data = path.join(root, 'test/e2e/data');

/** Runs a scenario of the test's data in the page. */
async function run(page: Page, ...files: string[]): Promise<string> {
  await page.getByTestId('files').setInputFiles(files.map((f) => path.join(data, f)));
  await page.waitForFunction(() => window.orrery.digest() !== undefined);
  await idle(page);
  return String(await page.evaluate(() => window.orrery.digest()));
}

const cursor = (page: Page) => page.evaluate(() => window.orrery.cursor());

test('time: step back over a decision and on again, seek, and the cluster is the same as on the straight way', async ({
  page,
  site,
}) => {
  await open(page, site.at());
  const digest = await run(page, 'small.yaml', 'app.yaml');
  await page.evaluate(() => window.orrery.setCursor(90e6));
  await idle(page);
  const straight = await page.evaluate(() => window.orrery.hashes());
  // The last attempt of the scheduler before this moment, and the one before it.
  await page.keyboard.press('Shift+ArrowLeft');
  await idle(page);
  const decided = await cursor(page);
  expect(decided).toBeLessThan(90e6);
  await page.keyboard.press('Shift+ArrowLeft');
  await idle(page);
  expect(await cursor(page)).toBeLessThan(decided);
  await page.keyboard.press('Shift+ArrowRight');
  await idle(page);
  expect(await cursor(page)).toBe(decided);
  await page.keyboard.press('Alt+ArrowRight');
  await idle(page);
  expect(await cursor(page)).toBe(decided + 1e6);
  for (const us of [10e6, 170e6, 61e6]) await page.evaluate((at) => window.orrery.setCursor(at), us);
  await page.evaluate(() => window.orrery.setCursor(90e6));
  await idle(page);
  const again = await page.evaluate(() => window.orrery.hashes());
  expect(again).toEqual(straight);
  expect((straight ?? []).length).toBeGreaterThan(50);
  expect(await page.evaluate(() => window.orrery.digest())).toBe(digest);
  await expect(page.getByTestId('event-number')).toContainText('/');
});

test('time: playing moves the moment at its speed and pauses', async ({ page, site }) => {
  await open(page, site.at());
  await run(page, 'small.yaml', 'app.yaml');
  await page.evaluate(() => window.orrery.setCursor(20e6));
  await page.getByTestId('play').click();
  await page.waitForFunction(() => window.orrery.cursor() > 25e6);
  await page.getByTestId('play').click();
  const stopped = await cursor(page);
  await idle(page);
  expect(await cursor(page)).toBe(stopped);
  expect(stopped).toBeLessThan(120e6);
});

test('a breakpoint stops the run before the event; a fork changes what follows and leaves the run alone', async ({
  page,
  site,
}) => {
  await open(page, site.at());
  const digest = await run(page, 'small.yaml', 'app.yaml');
  await page.keyboard.press('b');
  await page.getByTestId('break-kind').selectOption('crash');
  await page.getByTestId('break-value').fill('general-1');
  await page.getByTestId('break-add').click();
  await expect(page.getByRole('dialog')).toContainText('something crashes');
  await page.keyboard.press('Escape');
  await page.evaluate(() => window.orrery.setCursor(20e6));
  await page.getByTestId('unit').selectOption('condition');
  await page.getByTestId('play').focus();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Step forward by condition' }).click();
  await idle(page);
  // Before the event: at the last instant at which something else happened.
  expect(await cursor(page)).toBeGreaterThan(59e6);
  expect(await cursor(page)).toBeLessThan(60e6);

  // The fork is to go on behind it.
  await page.keyboard.press('b');
  await page.getByRole('dialog').getByRole('checkbox').click();
  await expect(page.getByRole('dialog').getByRole('checkbox')).not.toBeChecked();
  await page.keyboard.press('Escape');
  await page.keyboard.press('k');
  await page.getByTestId('fork-text').fill('scale deployment/app --replicas=9');
  await page.getByTestId('fork-run').click();
  await page.waitForFunction(() => window.orrery.branch() === '0.1');
  await page.waitForFunction((old) => ![old, undefined].includes(window.orrery.digest()), digest);
  await idle(page);
  const pods = (await page.evaluate(() => window.orrery.counts())).pods;
  const forked = await page.evaluate(() => window.orrery.digest());
  // The command line runs the fork by the file that the page gives.
  await page.getByTestId('share').click();
  await expect(page.getByTestId('share-command')).toHaveValue(/^orrery run small-fork-0-1\.yaml --seed 3 /);
  await page.keyboard.press('Escape');
  await page.keyboard.press('k');
  await page.getByTestId('branch-0').click();
  await page.waitForFunction(() => window.orrery.branch() === '0');
  await page.keyboard.press('Escape');
  await idle(page);
  expect((await page.evaluate(() => window.orrery.counts())).pods).toBeLessThan(pods);
  expect(await page.evaluate(() => window.orrery.digest())).toBe(digest);

  // The address holds the run and its forks: after a reload they can be shown again, and are what they were.
  await page.waitForFunction(() => location.hash.includes('fk=') && !location.hash.includes('b=0.1'));
  await page.reload();
  await page.waitForFunction(() => window.orrery?.digest() !== undefined);
  await idle(page);
  expect(await page.evaluate(() => window.orrery.digest())).toBe(digest);
  await page.keyboard.press('k');
  await expect(page.getByTestId('branch-0.1')).toContainText('from before');
  await page.getByTestId('branch-0.1').click();
  await page.waitForFunction((wanted) => window.orrery.digest() === wanted, forked);
  await idle(page);
  expect(await page.evaluate(() => window.orrery.branch())).toBe('0.1');
  // A fork on show comes back itself, and a browser that knows the run knows its forks.
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => location.hash.includes('b=0.1'));
  await page.reload();
  await page.waitForFunction((wanted) => window.orrery?.digest() === wanted, forked);
  await idle(page);
  expect(await page.evaluate(() => window.orrery.branch())).toBe('0.1');
  await page.goto(`${site.at()}?fresh`);
  await page.waitForFunction(() => window.orrery !== undefined);
  await run(page, 'small.yaml', 'app.yaml');
  await page.keyboard.press('k');
  await page.getByTestId('drop-0.1').click();
  await expect(page.getByTestId('branch-0.1')).toHaveCount(0);
});

test('a link brings somebody else to the same moment of the same run', async ({ page, site, context }) => {
  await open(page, site.at());
  const digest = await run(page, 'small.yaml', 'app.yaml');
  const pod = (await page.evaluate(() => window.orrery.pods()))[0];
  await page.evaluate((p) => window.orrery.select(`pods/${p}`), pod);
  await page.evaluate(() => window.orrery.setCursor(61_234_567));
  await page.keyboard.press('p');
  await page.getByTestId('group').selectOption('node');
  await page.getByTestId('tab-events').click();
  await idle(page);
  await page.getByTestId('share').click();
  await expect(page.getByTestId('share-link')).toHaveValue(/#v=1&z=/);
  await expect(page.getByTestId('share-command')).toHaveValue('orrery run small.yaml --seed 3 --until 61235ms');
  const link = await page.getByTestId('share-link').inputValue();
  expect(link.length).toBeLessThan(8000);
  const other = await context.newPage();
  await other.goto(link);
  await other.waitForFunction(() => window.orrery?.digest() !== undefined);
  await idle(other);
  expect(await other.evaluate(() => [window.orrery.digest(), window.orrery.cursor(), window.orrery.tab()])).toEqual([
    digest,
    61_234_567,
    'events',
  ]);
  expect(await other.evaluate(() => window.orrery.selection())).toBe(`pods/${pod}`);
  expect(await other.evaluate(() => window.orrery.pins())).toEqual([`pods/${pod}`]);
  await other.goto(link.replace(/engine=[^&]*/, 'engine=0.0.1'));
  await other.reload();
  await expect(other.getByTestId('other-engine')).toContainText('engine 0.0.1');
});

test('an object: who wrote a field and when, what a revision changed, owners', async ({ page, site }) => {
  await open(page, site.at());
  await run(page, 'small.yaml', 'app.yaml');
  const pod = (await page.evaluate(() => window.orrery.pods()))[0];
  await page.keyboard.press('Control+p');
  await page.keyboard.type(pod.slice(pod.indexOf('/') + 1));
  await expect(page.getByRole('dialog').getByRole('option', { selected: true })).toContainText(pod);
  await page.keyboard.press('Enter');
  await idle(page);
  expect(await page.evaluate(() => window.orrery.selection())).toContain(pod);
  await page.evaluate((p) => window.orrery.select(`pods/${p}`), pod);
  await page.evaluate(() => window.orrery.setCursor(40e6));
  await page.keyboard.press('y');
  await idle(page);
  const yaml = page.getByTestId('yaml');
  await expect(yaml).toContainText('kind: Pod');
  await expect(page.getByTestId('conditions')).toContainText('Ready');
  await expect(page.getByTestId('owners')).toContainText('deployments');
  const before = await page.getByTestId('revision').textContent();
  await page.getByRole('button', { name: 'Previous revision' }).click();
  await idle(page);
  await expect(page.getByTestId('revision')).not.toHaveText(String(before));
  await page.getByTestId('diff').click();
  await idle(page);
  await expect(page.getByTestId('diff-lines').locator('.added').first()).toBeVisible();
  await page.getByTestId('diff').click();
  // The phase is the kubelet's; its history says from what to what, and goes there.
  await yaml.locator('.vbody').focus();
  const phase = yaml.locator('.vrow', { hasText: 'phase: ' });
  for (const key of ['End', 'PageUp', 'PageUp', 'PageUp', 'PageUp']) {
    if ((await phase.count()) > 0) break;
    await page.keyboard.press(key);
    await idle(page);
  }
  await phase.click();
  const change = page.getByTestId('field-history').locator('button.life-row', { hasText: 'Running' });
  await expect(change).toContainText('kubelet');
  await change.click();
  await idle(page);
  expect(await cursor(page)).toBeGreaterThan(10e6);
  expect(await cursor(page)).toBeLessThan(40e6);
});

test('events: search in the worker, few rows alive, a row sets the moment', async ({ page, site }) => {
  await open(page, site.at());
  await run(page, 'small.yaml', 'app.yaml');
  await page.getByTestId('tab-events').click();
  await page.getByTestId('events-writes').click();
  await page.getByTestId('events-waits').click();
  await idle(page);
  const table = page.getByTestId('events');
  await expect.poll(async () => Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(500);
  expect(await table.locator('.vbody .vrow').count()).toBeLessThanOrEqual(60);
  await page.getByTestId('events-search').fill('/Node.*NotReady|NodeCrash/');
  await expect.poll(async () => Number(await table.getAttribute('aria-rowcount'))).toBeLessThan(50);
  await idle(page);
  await table.locator('.vrow', { hasText: 'NodeCrash' }).first().click();
  await idle(page);
  expect(await cursor(page)).toBe(60e6);
  await page.getByTestId('events-search').fill('/(/');
  await expect(page.getByRole('alert')).toContainText('Invalid regular expression');
  // The log of one component: what it did, its writes among it.
  await page.getByTestId('events-search').fill('');
  await page.getByTestId('events-preset').selectOption('log');
  await page.getByTestId('events-component').selectOption('kube-scheduler-0');
  await idle(page);
  const log = table.locator('.vbody .vrow');
  await expect(log.filter({ hasText: 'decision' }).first()).toBeVisible();
  await expect(log.filter({ hasText: 'write' }).first()).toBeVisible();
  await expect(log.filter({ hasNotText: 'kube-scheduler-0' })).toHaveCount(0);
});

test('metrics: a brush sets the time of all views', async ({ page, site }) => {
  await open(page, site.at());
  await run(page, 'small.yaml', 'app.yaml');
  await page.getByTestId('tab-metrics').click();
  await idle(page);
  await expect(page.getByTestId('charts')).toContainText('kube_node_status_condition');
  const over = page.locator('.u-over').first();
  const box = await over.boundingBox();
  if (box === null) throw new Error('no chart');
  await page.mouse.move(box.x + box.width * 0.3, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 30, { steps: 5 });
  await page.mouse.up();
  await idle(page);
  const view = await page.evaluate(() => window.orrery.view());
  expect(view.fromUs / 1e6).toBeGreaterThan(45);
  expect(view.toUs / 1e6).toBeLessThan(100);
  await page.keyboard.press('v');
  await expect(page.getByTestId('metrics-table')).toContainText('scheduler_pending_pods');
});

test('metrics of a recording say what it cannot tell, and how to have it', async ({ page, site }) => {
  orrery(['run', path.join(data, 'small.yaml'), '-q', '--record', path.join(outDir, 'small-run')]);
  await open(page, site.at('small-run/run.orrery'));
  await page.getByTestId('tab-metrics').click();
  await idle(page);
  const charts = page.getByTestId('charts');
  await expect(page.getByTestId('metrics-missing')).toContainText('not the objects');
  await expect(charts).toContainText('allocatable 16');
  await expect(charts).not.toContainText('requests 0');
  await page.getByTestId('metrics-missing').getByRole('button').click();
  await page.waitForFunction(() => window.orrery.digest() !== undefined);
  await idle(page);
  await expect(page.getByTestId('metrics-missing')).toHaveCount(0);
  await expect(charts).toContainText('apiserver_request_duration_seconds');
});

test('numbers of the moment, names that people look for first, and a fault without an end', async ({ page, site }) => {
  await open(page, site.at());
  await run(page, 'small.yaml', 'app.yaml');
  const workload = page.getByTestId('workloads').locator('.tree-row.nested', { hasText: 'app' });
  // One of seven pods that there ever were comes later.
  await expect(workload.locator('.num')).toHaveText('7');
  await page.evaluate(() => window.orrery.setCursor(75e6));
  await idle(page);
  await expect(workload.locator('.num')).toHaveText('6');
  // Nodes come before their leases and events.
  await page.keyboard.press('Control+p');
  await page.keyboard.type('general');
  await idle(page);
  await expect(page.locator('[cmdk-item]').first()).toContainText('nodes');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.getByTestId('tab-report').click();
  await idle(page);
  await expect(page.getByTestId('report')).toContainText('01:00 – the end');
  await page.getByTestId('tab-events').click();
  await idle(page);
  await page.getByTestId('events-search').fill('NodeCrash');
  await idle(page);
  await expect(page.locator('#view')).toContainText('NodeCrash begins: node general-1');
  // Every canvas has the button of its table.
  await page.getByTestId('tab-map').click();
  await idle(page);
  await page.getByTestId('map-colour').selectOption('namespace');
  await expect(page.getByTestId('map-legend')).toContainText('default');
  await page.getByTestId('as-table').click();
  await expect(page.getByTestId('map-table')).toContainText('general-1');
});

test('a fork that still runs is there after a reload', async ({ page, site }) => {
  await open(page, site.at());
  const small = readFileSync(path.join(data, 'small.yaml'), 'utf8').replace('duration: 3m', 'duration: 200h');
  await page.getByTestId('files').setInputFiles([
    { name: 'long.yaml', mimeType: 'text/yaml', buffer: Buffer.from(small) },
    { name: 'app.yaml', mimeType: 'text/yaml', buffer: readFileSync(path.join(data, 'app.yaml')) },
  ]);
  await page.waitForFunction(() => window.orrery.counts().pods >= 6);
  await page.evaluate(() => window.orrery.setCursor(20e6));
  await page.keyboard.press('k');
  await expect(page.getByTestId('fork-text')).toBeFocused();
  await page.getByTestId('fork-text').fill('scale deployment/app --replicas=9');
  await page.getByTestId('fork-run').click();
  await page.waitForFunction(() => window.orrery.branch() === '0.1' && window.orrery.phase() === 'running');
  await page.waitForFunction(() => location.hash.includes('b=0.1'));
  await page.reload();
  await page.waitForFunction(() => window.orrery?.branch() === '0.1' && window.orrery.counts().pods >= 9);
  await page.keyboard.press('k');
  await expect(page.getByTestId('branch-0.1')).toContainText('shown');
});

test('the report leads to the first failing moment; hostile texts stay texts', async ({ page, site }) => {
  await open(page, site.at());
  await run(page, 'failing.yaml', 'hostile.yaml');
  await page.getByTestId('tab-report').click();
  await idle(page);
  await expect(page.getByTestId('report')).toContainText('1 of 2 expectations failed');
  await page.getByTestId('verdict-failed').click();
  await idle(page);
  expect(await page.evaluate(() => window.orrery.tab())).toBe('timeline');
  expect(await cursor(page)).toBeGreaterThan(60e6);
  expect(await cursor(page)).toBeLessThan(130e6);
  await page.evaluate(() => window.orrery.select('deployments.apps/default/web'));
  await page.keyboard.press('y');
  await idle(page);
  await expect(page.getByTestId('yaml')).toContainText('<img src=x onerror=alert(1)>');
  const giant = (await page.evaluate(() => window.orrery.pods())).find((p) => p.includes('giant')) ?? '';
  expect(giant.length).toBeGreaterThan(240);
  await page.evaluate((p) => window.orrery.select(`pods/${p}`), giant);
  for (const tab of ['timeline', 'events', 'object', 'report']) {
    await page.getByTestId(`tab-${tab}`).click();
    await idle(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
  expect(await page.locator('img').count()).toBe(0);
});

test('the flow of a pod has its messages in the order of the textbooks', async ({ page, site }) => {
  await open(page, site.at());
  await run(page, 'small.yaml', 'app.yaml');
  const pod = (await page.evaluate(() => window.orrery.pods()))[0];
  await page.evaluate((p) => window.orrery.select(`pods/${p}`), pod);
  // Around the binding: the table holds what is in sight only.
  const boundUs = await page.evaluate((p) => window.orrery.segments(p).find((s) => s.state === 1)?.timeUs ?? 0, pod);
  await page.evaluate((us) => window.orrery.setCursor(us), boundUs);
  await page.getByTestId('tab-flow').click();
  await idle(page);
  await page.keyboard.press('v');
  await idle(page);
  const rows = page.getByTestId('ladder').locator('.vbody .vrow');
  const place = async (...words: string[]) =>
    (await rows.allTextContents()).findIndex((r) => words.every((w) => r.includes(w)));
  // The scheduler hears of the pod and then binds it through the API server.
  const heard = () => place('kube-apiserver', 'kube-scheduler', 'watch event');
  await expect.poll(heard).toBeGreaterThanOrEqual(0);
  expect(await place('kube-scheduler', 'request')).toBeGreaterThan(await heard());
});

test('a teacher shows the life of a pod: one button, message by message, large texts, nothing cut off', async ({
  page,
  site,
}) => {
  await open(page, site.at());
  await page.getByTestId('life').click();
  await expect(page.getByTestId('walk')).toBeVisible({ timeout: 60_000 });
  await idle(page);
  expect(await page.evaluate(() => window.orrery.selection())).toMatch(/^pods\/default\/hello-/);
  expect(await cursor(page)).toBe(0);
  await page.getByTestId('walk').click();
  await expect.poll(() => cursor(page)).toBeGreaterThan(10e6);
  const first = await cursor(page);
  await expect.poll(() => cursor(page)).toBeGreaterThan(first);
  await page.getByTestId('walk').click();
  const stopped = await cursor(page);
  await page.waitForTimeout(400);
  expect(await cursor(page)).toBe(stopped);
  await page.getByText('Layout').click();
  await page.getByTestId('large').click();
  await idle(page);
  for (const tab of ['flow', 'timeline', 'map', 'etcd', 'events']) {
    await page.getByTestId(`tab-${tab}`).click();
    await idle(page);
    expect([tab, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([tab, 0]);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('#view *')]
        .filter(
          (e) =>
            e.textContent !== '' && e.childElementCount === 0 && Number.parseFloat(getComputedStyle(e).fontSize) < 13,
        )
        .map((e) => e.outerHTML.slice(0, 80)),
    );
    expect([tab, small]).toEqual([tab, []]);
  }
});

test('etcd: members with their roles at the moment', async ({ page, site }) => {
  await open(page, site.at());
  await run(page, 'small.yaml', 'app.yaml');
  await page.getByTestId('tab-etcd').click();
  await page.keyboard.press('v');
  await idle(page);
  await expect(page.getByTestId('etcd-table')).toContainText('leader');
  await expect(page.getByTestId('elections')).toContainText('kube-controller-manager');
});

test('single keys can be switched off; languages switch while it runs; a narrow page shows one panel', async ({
  page,
  site,
}) => {
  await open(page, site.at());
  await run(page, 'small.yaml', 'app.yaml');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByRole('checkbox').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('7');
  expect(await page.evaluate(() => window.orrery.tab())).toBe('timeline');
  await page.keyboard.press('Control+Shift+p');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByTestId('language').click();
  await expect(page.getByTestId('tab-timeline')).toHaveText('时间线');
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  await page.reload();
  await expect(page.getByTestId('tab-timeline')).toHaveText('时间线');
  await page.getByTestId('language').click();
  await run(page, 'small.yaml', 'app.yaml');
  await page.setViewportSize({ width: 800, height: 700 });
  await expect(page.getByRole('tab', { name: 'Explorer' })).toBeVisible();
  await page.getByRole('tab', { name: 'Explorer' }).click();
  await expect(page.getByText('Pods at the cursor')).toBeVisible();
  await expect(page.getByTestId('lanes')).toBeHidden();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test('a recording without its scenario says what can be shown; the others offer to run it again', async ({
  page,
  site,
}) => {
  await open(page, site.at('small.orrery'));
  await page.getByTestId('tab-object').click();
  await expect(page.getByTestId('run-again')).toContainText('This recording holds no scenario');
  await page.getByTestId('tab-events').click();
  await idle(page);
  await page.getByTestId('events-pods').click();
  await expect.poll(() => page.getByTestId('events').getAttribute('aria-rowcount')).not.toBe('0');
  await open(page, site.at('zone-outage/run.orrery'));
  await page.getByTestId('tab-etcd').click();
  await expect(page.getByTestId('run-again')).toContainText('checks the digest');
  await expect(page.getByRole('button', { name: 'Run it again' })).toBeVisible();
  await page.getByTestId('tab-timeline').click();
  const pod = (await page.evaluate(() => window.orrery.pods()))[0];
  await page.evaluate((p) => window.orrery.select(`pods/${p}`), pod);
  await page.getByTestId('inspector-why').click();
  const why = page.getByTestId('why-recorded');
  await expect(why).toContainText('checks the digest');
  await expect(why.getByRole('button', { name: 'Run it again' })).toBeVisible();
});

test('no barrier that axe finds in any view, theme and language', async ({ page, site }) => {
  test.slow();
  await open(page, site.at());
  await run(page, 'failing.yaml', 'hostile.yaml');
  const pod = (await page.evaluate(() => window.orrery.pods()))[0];
  await page.evaluate((p) => window.orrery.select(`pods/${p}`), pod);
  await page.evaluate(() => window.orrery.setCursor(70e6));
  for (const tab of ['timeline', 'flow', 'etcd', 'object', 'events', 'metrics', 'report']) {
    await page.getByTestId(`tab-${tab}`).click();
    await page.mouse.move(5, 400);
    await idle(page);
    await axeInEveryLook(page, tab);
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(3000);
  }
});
