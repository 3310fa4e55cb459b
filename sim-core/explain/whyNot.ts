import type { NodeInfo } from '../scheduler/framework/nodeInfo.ts';
import type { Inquiry } from './inquiry.ts';
import { obstaclesOf } from './obstacles.ts';
import type { Message, WhyNot } from './types.ts';

/** One node against the decision. The node must be in the snapshot. */
export function whyNot(inquiry: Inquiry, node: NodeInfo): WhyNot {
  const { decision } = inquiry;
  const chosen = decision.node ?? '';
  const obstacles = inquiry.isFeasible(node.name) ? [] : obstaclesOf(inquiry, node);
  const verdict = verdictOf(inquiry, node.name);
  const scores = obstacles.length > 0 || chosen === '' ? [] : scoresAgainst(inquiry, node);
  const total = scores.reduce((sum, s) => sum + s.points, 0);
  const chosenTotal = scores.reduce((sum, s) => sum + s.chosenPoints, 0);
  const base = { node: node.name, verdict, obstacles, scores, total, chosenTotal };
  return { ...base, messages: messagesOf(inquiry, base) };
}

function verdictOf(inquiry: Inquiry, node: string): WhyNot['verdict'] {
  const { decision } = inquiry;
  if (decision.node === node) return 'chosen';
  if (inquiry.isFeasible(node)) return decision.best.includes(node) ? 'tied' : 'outscored';
  if (inquiry.preFilter.status !== undefined || !inquiry.isInside(node)) return 'outside';
  return decision.failed.has(node) ? 'filtered' : 'skipped';
}

/** Scores as the cycle gave them; for a node that it did not look at, as it would have given them with the node. */
function scoresAgainst(inquiry: Inquiry, node: NodeInfo): WhyNot['scores'] {
  const { decision, question } = inquiry;
  const chosen = decision.node as string;
  let names = decision.feasible;
  let { scores } = inquiry;
  if (!inquiry.isFeasible(node.name)) {
    names = [...decision.feasible, node.name];
    scores = inquiry.scoresOver(names.map((name) => question.snapshot.node(name) as NodeInfo));
  }
  const mine = names.indexOf(node.name);
  const theirs = names.indexOf(chosen);
  return scores.map(({ plugin, weight, raw, normalized }) => ({
    plugin,
    weight,
    raw: raw[mine],
    normalized: normalized[mine],
    points: normalized[mine] * weight,
    chosenPoints: normalized[theirs] * weight,
  }));
}

function messagesOf(inquiry: Inquiry, view: Omit<WhyNot, 'messages'>): readonly Message[] {
  const { node, total, chosenTotal, obstacles } = view;
  const { decision, preFilter } = inquiry;
  const chosen = decision.node ?? '';
  const would: readonly Message[] =
    view.scores.length === 0 ? [] : [{ id: 'sched.whyNot.wouldScore', params: { total, chosenTotal, chosen } }];
  switch (view.verdict) {
    case 'chosen':
      return [{ id: 'sched.whyNot.chosen', params: { node } }];
    case 'tied':
      return [{ id: 'sched.whyNot.tied', params: { node, chosen, total } }];
    case 'outscored': {
      const params = { node, total, chosen, chosenTotal, margin: chosenTotal - total };
      return [{ id: 'sched.whyNot.outscored', params }];
    }
    case 'filtered':
      return [{ id: 'sched.whyNot.filtered', params: { node } }];
    case 'outside':
      return preFilter.status !== undefined
        ? [{ id: 'sched.whyNot.filtered', params: { node } }]
        : [{ id: 'sched.whyNot.outside', params: { node, plugins: preFilter.restrictedBy } }];
    default:
      if (inquiry.tookNominated) return [{ id: 'sched.whyNot.nominatedFirst', params: { chosen } }, ...would];
      if (obstacles.length > 0) return [{ id: 'sched.whyNot.skippedUnfit', params: { node } }];
      return [{ id: 'sched.whyNot.skipped', params: { node, feasible: decision.feasible.length } }, ...would];
  }
}
