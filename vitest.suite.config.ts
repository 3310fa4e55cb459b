import path from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { bundledTest, bundleTests, TESTS_DIR } from './scripts/bundle-tests.mjs';
import base from './vitest.config.ts';

/**
 * All tests, as `npm test` runs them: bundled once and loaded natively, and two processes that run one file after the other
 * with what they have loaded and compiled. (One file, or a few, are run sooner by vitest.config.ts, without a bundle.)
 */

/** The files that take longest, longest first: begun first, they leave no processor idle at the end. */
const LONGEST = [
  'determinism/scenarios',
  'property/swarm',
  'property/computedWrites',
  'golden/golden',
  'unit/cli/cli',
  'data/manifests',
  'unit/scenario/travel',
  'unit/scheduler/gpuSharing',
  'determinism/travel',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

await bundleTests();

export default mergeConfig(
  base,
  defineConfig({
    plugins: [
      {
        name: 'bundled-tests',
        enforce: 'pre',
        load(id: string) {
          if (!id.endsWith('.test.ts') || !id.startsWith(path.join(import.meta.dirname, 'test'))) return undefined;
          return `import ${JSON.stringify(bundledTest(id))};`;
        },
      },
    ],
    test: {
      isolate: false,
      sequence: { sequencer: LongestFirst },
      server: { deps: { external: [new RegExp(TESTS_DIR.replaceAll(/[.\\]/g, '\\$&'))] } },
      execArgv: ['--enable-source-maps'],
    },
  }),
);
