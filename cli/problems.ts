import type { ScenarioProblem } from '../sim-core/index.ts';
import { colour, say } from './terminal.ts';

/** `file:line:col: error: message (hint)`, as compilers and editors know it. */
export function problemText(p: ScenarioProblem): string {
  const kind = p.severity === 'error' ? colour.red('error') : colour.yellow('warning');
  const hint = p.hint === undefined || p.hint === '' ? '' : colour.dim(` (${p.hint})`);
  return `${p.at.file}:${p.at.line}:${p.at.col}: ${kind}: ${p.message}${hint}`;
}

export function sayProblems(problems: readonly ScenarioProblem[], limit = 50): void {
  for (const p of problems.slice(0, limit)) say(problemText(p));
  if (problems.length > limit) say(`... and ${problems.length - limit} more`);
}
