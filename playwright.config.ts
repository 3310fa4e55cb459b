import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** The browser: $CHROMIUM, else the system's, else Playwright's own. Nothing is fetched and nothing phones home. */
const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.e2e.ts',
  timeout: 120_000,
  workers: 1,
  retries: 0,
  reporter: 'list',
  outputDir: 'out/e2e',
  globalSetup: './test/e2e/setup.ts',
  use: {
    viewport: { width: 1280, height: 720 },
    colorScheme: 'dark',
    launchOptions: {
      ...(existsSync(chromium) ? { executablePath: chromium } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
