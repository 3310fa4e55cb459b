import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { orrery, outDir, root } from './support.ts';

/** The recordings that the tests open: the flagship scenario by the command line, a huge one, a small one, a broken one. */
export default function setup(): void {
  if (!existsSync(path.join(root, 'dist/web/index.html')) || !existsSync(path.join(root, 'dist/cli/orrery.js')))
    throw new Error('the page and the command line are not built: npm run build');
  mkdirSync(outDir, { recursive: true });
  orrery(['run', 'scenarios/failures/zone-outage.yaml', '-q', '--record', path.join(outDir, 'zone-outage')]);
  const made = spawnSync(process.execPath, ['scripts/run-ts.mjs', 'test/e2e/writeSynthetic.ts', outDir], {
    cwd: root,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(made.stderr);
}
