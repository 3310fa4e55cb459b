import { reproduceText } from './facts.ts';
import type { Finished } from './run.ts';
import { clock, say } from './terminal.ts';

/** Says which invariants were violated, each with its time, its object and the line that repeats the run; how many. */
export function sayViolations(finished: Finished): number {
  const results = finished.cluster.checkers?.results();
  if (results === undefined || results.total === 0) return 0;
  const { name, spec } = finished.cluster.scenario;
  say(`${name}: ${results.total} ${results.total === 1 ? 'violation' : 'violations'} of invariants, seed ${spec.seed}`);
  for (const { checker, name: rule, timeUs, object, message } of results.findings)
    say(`  ${checker} ${rule}  t=${clock(timeUs)} (${timeUs} µs)  ${object}: ${message}`);
  if (results.findings.length < results.total) say(`  and ${results.total - results.findings.length} more`);
  say(`    run it again: ${reproduceText(finished)}`);
  return results.total;
}
