// npm start: sets up, runs the flagship scenario, prints its report and digest; on a terminal it then serves the page.
import path from 'node:path';
import { buildIfStale, checkNode, installPackages, run } from './setup.mjs';

checkNode();
installPackages();
buildIfStale();
const out = path.join('out', 'zone-outage');
const result = run(process.execPath, [
  'dist/cli/orrery.js',
  'run',
  'scenarios/failures/zone-outage.yaml',
  '--record',
  out,
]);
const code = result.status ?? 70;
if (process.stdout.isTTY && (code === 0 || code === 1))
  run(process.execPath, ['dist/cli/orrery.js', 'ui', path.join(out, 'run.orrery')]);
process.exit(code);
