import type { Inquiry } from './inquiry.ts';
import type { Choice, Matrix, MatrixRow, Message } from './types.ts';

/**
 * Node x plugin: what each filter said and what each scorer gave. At most `limit` rows, the best first; nodes in `pinned` are
 * always among them.
 */
export function matrixOf(inquiry: Inquiry, limit: number, pinned: readonly string[] = []): Matrix {
  const { decision, question } = inquiry;
  const { feasible, totals } = decision;
  const pins = new Set(pinned);
  const order = feasible.map((_, i) => i);
  order.sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0) || chosenFirst(inquiry, a, b) || a - b);
  const rows: MatrixRow[] = [];
  order.forEach((i, k) => {
    if (k < limit || pins.has(feasible[i])) rows.push(scoredRow(inquiry, i));
  });
  let seen = feasible.length;
  for (const { name } of question.snapshot.nodes) {
    if (inquiry.isFeasible(name)) continue;
    if (seen++ < limit || pins.has(name)) rows.push(unscoredRow(inquiry, name));
  }
  return {
    filters: inquiry.preFilter.status === undefined ? inquiry.activeFilters() : [],
    skippedFilters: decision.preFilter.skipped,
    columns: inquiry.scores.map(({ plugin, weight }) => ({ plugin, weight })),
    skippedScores: decision.preScoreSkipped,
    rows,
    rowsTotal: question.snapshot.nodes.length,
  };
}

function chosenFirst({ decision }: Inquiry, a: number, b: number): number {
  return decision.feasible[a] === decision.node ? -1 : decision.feasible[b] === decision.node ? 1 : 0;
}

function scoredRow({ decision, scores }: Inquiry, i: number): MatrixRow {
  return {
    node: decision.feasible[i],
    verdict: 'feasible',
    failedBy: '',
    reasons: [],
    raw: scores.map((s) => s.raw[i]),
    normalized: scores.map((s) => s.normalized[i]),
    total: decision.totals[i] ?? 0,
  };
}

function unscoredRow({ decision, preFilter }: Inquiry, node: string): MatrixRow {
  const status = decision.failed.get(node);
  const base = { node, raw: [], normalized: [], total: 0 };
  if (status !== undefined)
    return { ...base, verdict: 'filtered', failedBy: status.plugin ?? '', reasons: status.reasons };
  const isOutside = preFilter.status !== undefined || preFilter.nodeNames?.has(node) === false;
  if (!isOutside) return { ...base, verdict: 'skipped', failedBy: '', reasons: [] };
  const failedBy = preFilter.status?.plugin ?? preFilter.restrictedBy.join(' ');
  return { ...base, verdict: 'outside', failedBy, reasons: decision.absent?.reasons ?? [] };
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
  const differences = inquiry.scores
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
