import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import type { TestApi } from '../../web/state/testApi.ts';

declare global {
  interface Window {
    orrery: TestApi;
  }
}

export const root = path.resolve(import.meta.dirname, '../..');
export const outDir = path.join(root, 'out/e2e-data');

/** Runs the built command line and gives what it printed. Exit codes 0 and 1 (an expectation failed) are both runs. */
export function orrery(args: readonly string[]): string {
  const result = spawnSync(process.execPath, [path.join(root, 'dist/cli/orrery.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0 && result.status !== 1)
    throw new Error(`orrery ${args.join(' ')}: ${result.status}\n${result.stderr}`);
  return result.stdout;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The policy of `orrery ui`. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self'; frame-ancestors 'none'";

interface Site {
  /** Address of the page with a recording of `outDir`, or without one. */
  at(recording?: string): string;
}

/** Serves dist/web under a path that is not the root, with recordings beside it. */
async function serve(): Promise<{ site: Site; close: () => void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname.replace(/^\/some\/path\//, '');
    const full = name.endsWith('.orrery')
      ? path.join(outDir, name)
      : path.join(root, 'dist/web', name === '' ? 'index.html' : name);
    if (!pathname.startsWith('/some/path/') || name.includes('..') || !existsSync(full)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[path.extname(full)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    createReadStream(full).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const base = `http://127.0.0.1:${port}/some/path/`;
  return {
    site: { at: (recording) => (recording === undefined ? base : `${base}?recording=${recording}`) },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Tests fail on errors of the page and on requests to any other origin. */
export const test = base.extend<{ site: Site; quiet: undefined }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the pattern
  site: async ({}, use) => {
    const { site, close } = await serve();
    await use(site);
    close();
  },
  quiet: [
    async ({ page }, use) => {
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      page.on('request', (request) => {
        if (!/^(http:\/\/127\.0\.0\.1|blob:|data:)/.test(request.url())) problems.push(`request to ${request.url()}`);
      });
      await use(undefined);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens the page and waits until nothing is under way. */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => window.orrery !== undefined);
  await idle(page);
  // The code of a view comes with its first showing.
  await page.waitForFunction(() => document.querySelector('#view .delayed') === null);
  await idle(page);
}

export const idle = (page: Page): Promise<void> => page.evaluate(() => window.orrery.idle());

/** What axe finds in the page: rule and elements. `exclude` is a selector of what has its own test. */
export async function axeFindings(page: Page, exclude?: string): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource());
  return page.evaluate(async (left) => {
    // Colours on their way from one theme to the next are nobody's.
    const ending = document
      .getAnimations()
      .filter((a) => Number.isFinite(Number(a.effect?.getComputedTiming().endTime)));
    await Promise.allSettled(ending.map((a) => a.finished));
    const { axe } = window as unknown as {
      axe: { run: (...args: object[]) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await (left === undefined ? axe.run() : axe.run({ exclude: [left] }, { iframes: false }));
    return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
  }, exclude);
}

/** Asks axe in every theme and language, in the page that is open: each needs no run of its own. */
export async function axeInEveryLook(
  page: Page,
  what: string,
  langs: readonly ('en' | 'zh-CN')[] = ['en', 'zh-CN'],
): Promise<void> {
  for (const lang of langs)
    for (const theme of ['dark', 'light', 'hc'] as const) {
      await page.evaluate(([t, l]) => window.orrery.setLook(t, l), [theme, lang] as const);
      await idle(page);
      expect([what, theme, lang, await axeFindings(page)]).toEqual([what, theme, lang, []]);
    }
  await page.evaluate(() => window.orrery.setLook('system', 'en'));
}

const axeSource = (): string => readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
