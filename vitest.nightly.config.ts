import { defineConfig } from 'vitest/config';

/** npm run nightly: thousands of seeds of the swarm. `SWARM_SEEDS=1-10000` sets which; each failure prints its seed. */
process.env['SWARM_SEEDS'] ??= '1-3000';
process.env['SWARM_BUDGET_MS'] ??= String(4 * 3600 * 1000);
process.env['PLANTED_SEARCH'] ??= '1-200';

export default defineConfig({
  test: {
    include: ['test/property/**/*.test.ts', 'test/planted/**/*.test.ts'],
    testTimeout: 5 * 3600 * 1000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
