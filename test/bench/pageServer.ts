import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { type Browser, chromium } from '@playwright/test';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface OpenSite {
  /** Address of the page, with a slash at its end. */
  readonly base: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Serves the built page, with recordings of a folder beside it, and starts the browser: $CHROMIUM, else the system's, else Playwright's. */
export async function openSite(recordings = ''): Promise<OpenSite> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1) || 'index.html';
    const full = name.endsWith('.orrery') ? path.join(recordings, name) : path.join(process.cwd(), 'dist/web', name);
    if (name.includes('..') || !existsSync(full)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[path.extname(full)] ?? 'application/octet-stream' });
    createReadStream(full).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({
    ...(existsSync(executable) ? { executablePath: executable } : {}),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  return {
    base: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`,
    browser,
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
