// P5 in the page, in chromium, with the map on show.
import type { Page } from '@playwright/test';
import type { TestApi } from '../../web/state/testApi.ts';
import type { MapTestApi } from '../../web/views/map/testApi.ts';
import { p5Files } from './p5.ts';
import { openSite } from './pageServer.ts';

declare global {
  interface Window {
    orrery: TestApi;
    orreryMap?: MapTestApi;
  }
}

export interface P5Page {
  readonly page: Page;
  /** Numbers of the processes that draw and run. */
  readonly renderers: readonly number[];
  /** Date.now() when the files were given. */
  readonly began: number;
  readonly firstPictureMs: number;
  close(): Promise<void>;
}

/** Opens the page, gives it the files and waits for the first pods on the map. */
export async function openP5Page(nodes: number, pods: number, seconds: number): Promise<P5Page> {
  const { base, browser, close } = await openSite();
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  await page.goto(base);
  await page.waitForFunction(() => window.orrery !== undefined);
  await page.evaluate(() => window.orrery.idle());
  await page.getByTestId('tab-map').click();
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter((p) => p.type === 'renderer').map((p) => p.id);
  const began = Date.now();
  // Files that are chosen one by one have no folders.
  const flat = (text: string) => text.replaceAll('new/', 'new-');
  const files = Object.entries(p5Files(nodes, pods, seconds)).map(([name, text]) => ({
    name: flat(name),
    mimeType: 'application/yaml',
    buffer: Buffer.from(flat(text)),
  }));
  await page.getByTestId('files').first().setInputFiles(files);
  await page.waitForFunction(() => (window.orreryMap?.counts()?.pods ?? 0) > 0, undefined, { timeout: 900_000 });
  return { page, renderers, began, firstPictureMs: Date.now() - began, close };
}
