// `node scripts/run-ts.mjs test/unit/controllers/support/report.ts NAME... [--show]`: how the controllers do on recordings.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { families } from './families.ts';
import { compareEvents, compareWrites, play } from './play.ts';

const show = process.argv.includes('--show');
const wanted = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const folder = path.resolve('test/conformance/vectors/transcripts');
const names = readdirSync(folder)
  .filter((f) => f.endsWith('.json.gz'))
  .map((f) => f.replace('.json.gz', ''));
for (const name of names) {
  const family = families.find((f) => name.startsWith(f.prefix));
  if (!family || (wanted.length > 0 && !wanted.some((w) => name.includes(w)))) continue;
  const played = play(name, family);
  for (const [what, result] of [
    ['writes', compareWrites(played, family.actors)],
    ['events', compareEvents(played, family.sources)],
  ] as const) {
    console.log(`${name} ${what} ${result.equal}/${result.total}, objects that differ: ${result.differences.length}`);
    if (!show) continue;
    for (const d of result.differences) {
      console.log(`  ${d.object}`);
      for (let i = 0; i < Math.max(d.expected.length, d.actual.length); i++) {
        if (d.expected[i] === d.actual[i]) console.log(`    =  ${d.expected[i].slice(0, 200)}`);
        else console.log(`    -  ${d.expected[i]?.slice(0, 900)}\n    +  ${d.actual[i]?.slice(0, 900)}`);
      }
    }
  }
}
