import type { Inquiry } from './inquiry.ts';
import type { Choice, Matrix, MatrixRow, Message } from './types.ts';

/**
 * Node x plugin: what each filter said and what each scorer gave. At most `limit` rows, the best first; nodes in `pinned` are
 * always among them.
 */
export function matrixOf(inquiry: Inquiry, limit: number, pinned: readonly string[] = []): Matrix {
  const { decision, question } = inquiry;
  const place = new Map(decision.feasible.map((name, i) => [name, i]));
  const rest: MatrixRow[] = [];
  for (const { name } of question.snapshot.nodes) {
    if (place.has(name)) continue;
    const status = decision.failed.get(name);
    const outside =
      decision.failed.size === 0 && inquiry.preFilter.status !== undefined ? true : !inquiry.isInside(name);
    const verdict = status !== undefined ? 'filtered' : outside ? 'outside' : 'skipped';
    rest.push({
      node: name,
      verdict,
      failedBy: status?.plugin ?? (outside ? inquiry.preFilter.restrictedBy.join(' ') : ''),
      reasons: status?.reasons ?? (outside ? (decision.absent?.reasons ?? []) : []),
      raw: [],
      normalized: [],
      total: 0,
    });
  }
  const scored: MatrixRow[] = decision.feasible.map((node, i) => ({
    node,
    verdict: 'feasible' as const,
    failedBy: '',
    reasons: [],
    raw: decision.scores.map((s) => s.raw[i]),
    normalized: decision.scores.map((s) => s.normalized[i]),
    total: decision.totals[i] ?? 0,
  }));
  scored.sort((a, b) => b.total - a.total || chosenFirst(a, b, decision.node) || order(place, a, b));
  const all = [...scored, ...rest];
  const rows = all.length <= limit ? all : all.filter((row, i) => i < limit || pinned.includes(row.node));
  return {
    filters: inquiry.preFilter.status === undefined ? inquiry.activeFilters() : [],
    skippedFilters: decision.preFilter.skipped,
    columns: decision.scores.map(({ plugin, weight }) => ({ plugin, weight })),
    skippedScores: decision.preScoreSkipped,
    rows,
    rowsTotal: all.length,
  };
}

function chosenFirst(a: MatrixRow, b: MatrixRow, chosen: string | undefined): number {
  return a.node === chosen ? -1 : b.node === chosen ? 1 : 0;
}

function order(place: ReadonlyMap<string, number>, a: MatrixRow, b: MatrixRow): number {
  return (place.get(a.node) ?? 0) - (place.get(b.node) ?? 0);
}

/** How the chosen node was chosen; undefined when none was. */
export function choiceOf(inquiry: Inquiry): Choice | undefined {
  const { decision } = inquiry;
  const { node, feasible, best, totals } = decision;
  if (node === undefined) return undefined;
  const base = { node, feasible: feasible.length, best, runnerUp: '', margin: 0, differences: [], drawn: 0 };
  if (decision.scores.length === 0) {
    const how = inquiry.tookNominated ? 'nominated' : 'only';
    return { ...base, how, total: 0, messages: [{ id: `sched.choice.${how}`, params: { node } }] };
  }
  const winner = feasible.indexOf(node);
  const total = totals[winner];
  let second = -1;
  for (let i = 0; i < totals.length; i++) if (i !== winner && (second < 0 || totals[i] > totals[second])) second = i;
  const differences = decision.scores
    .map((s) => ({ plugin: s.plugin, points: (s.normalized[winner] - s.normalized[second]) * s.weight }))
    .filter((d) => d.points !== 0)
    .sort((a, b) => b.points - a.points || (a.plugin < b.plugin ? -1 : 1));
  const margin = total - totals[second];
  const drawn = best.indexOf(node);
  const messages: Message[] = [{ id: 'sched.choice.scored', params: { node, total, feasible: feasible.length } }];
  if (best.length > 1)
    messages.push({ id: 'sched.choice.tie', params: { nodes: best.length, total, place: drawn + 1 } });
  const runnerUp = feasible[second];
  messages.push(
    margin === 0
      ? { id: 'sched.choice.runnerUpTied', params: { node: runnerUp } }
      : { id: 'sched.choice.runnerUp', params: { node: runnerUp, total: totals[second], margin } },
  );
  for (const { plugin, points } of differences)
    messages.push({
      id: points > 0 ? 'sched.choice.better' : 'sched.choice.worse',
      params: { plugin, points: Math.abs(points) },
    });
  return { ...base, how: 'scored', total, drawn, runnerUp, margin, differences, messages };
}
