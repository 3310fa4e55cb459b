import { EXTENDER_NAME } from '../scheduler/cycle/extenders.ts';
import type { Status } from '../scheduler/framework/status.ts';
import type { Inquiry } from './inquiry.ts';
import type { FunnelStep, ReasonCount, ReasonGroup } from './types.ts';

/** Nodes that stay after each step of the search; the last step holds those that fit. */
export function funnelOf(inquiry: Inquiry): readonly FunnelStep[] {
  const { decision, preFilter } = inquiry;
  const steps: FunnelStep[] = [];
  let left = decision.nodesTotal;
  const step = (point: FunnelStep['point'], plugin: string, removed: number, reasons: readonly ReasonCount[]) => {
    left -= removed;
    return { plugin, point, removed, left, reasons };
  };
  steps.push({
    ...step('nodes', '', 0, []),
    message: { id: 'sched.funnel.nodes', params: { nodes: left } },
  });
  if (inquiry.tookNominated) {
    const node = decision.node as string;
    const removed = left - 1;
    steps.push({ ...step('sampling', '', removed, []), message: { id: 'sched.funnel.nominated', params: { node } } });
  } else if (preFilter.status !== undefined) {
    const plugin = preFilter.status.plugin ?? '';
    const reason = preFilter.status.reasons.join(', ');
    steps.push({
      ...step('preFilter', plugin, left, [{ reason, nodes: left }]),
      message: { id: 'sched.funnel.preFilterRejected', params: { plugin, reason } },
    });
  } else {
    walk(inquiry, steps, step, () => left);
  }
  steps.push({
    ...step('feasible', '', 0, []),
    message: { id: 'sched.funnel.feasible', params: { nodes: left } },
  });
  return steps;
}

function walk(
  inquiry: Inquiry,
  steps: FunnelStep[],
  step: (
    point: FunnelStep['point'],
    plugin: string,
    removed: number,
    reasons: readonly ReasonCount[],
  ) => Omit<FunnelStep, 'message'>,
  left: () => number,
): void {
  const { decision, preFilter, question } = inquiry;
  if (preFilter.nodeNames !== undefined) {
    const inside = question.snapshot.nodes.filter((n) => inquiry.isInside(n.name)).length;
    const plugins = preFilter.restrictedBy;
    const outside = left() - inside;
    const reasons = decision.absent?.reasons.map((reason) => ({ reason, nodes: outside })) ?? [];
    steps.push({
      ...step('preFilter', plugins.join(' '), outside, reasons),
      message: { id: 'sched.funnel.preFilter', params: { plugins, left: inside } },
    });
  }
  const inside = left();
  const skipped = inside - decision.evaluated;
  if (skipped > 0 && decision.result !== 'Error') {
    const percentage = Math.trunc((inquiry.wanted * 100) / inside);
    steps.push({
      ...step('sampling', '', skipped, []),
      message: {
        id: 'sched.funnel.sampling',
        params: { removed: skipped, wanted: inquiry.wanted, percentage, nodes: inside },
      },
    });
  }
  const byPlugin = failuresByPlugin(inquiry);
  for (const plugin of inquiry.activeFilters()) {
    const { removed, counts } = byPlugin.get(plugin) ?? { removed: 0, counts: new Map<string, number>() };
    steps.push({
      ...step('filter', plugin, removed, sortedCounts(counts)),
      message: { id: 'sched.funnel.filter', params: { plugin, removed } },
    });
  }
  // Extenders come after the filters; they may leave nodes out without a word.
  const removed = left() - decision.feasible.length;
  if (removed > 0 && question.options.extenders !== undefined) {
    const { counts } = byPlugin.get(EXTENDER_NAME) ?? { counts: new Map<string, number>() };
    steps.push({
      ...step('filter', EXTENDER_NAME, removed, sortedCounts(counts)),
      message: { id: 'sched.funnel.filter', params: { plugin: EXTENDER_NAME, removed } },
    });
  }
}

interface Failures {
  removed: number;
  readonly counts: Map<string, number>;
}

function failuresByPlugin(inquiry: Inquiry): ReadonlyMap<string, Failures> {
  const byPlugin = new Map<string, Failures>();
  for (const [node, { plugin = '', reasons }] of inquiry.decision.failed) {
    if (!inquiry.isInside(node)) continue;
    let failures = byPlugin.get(plugin);
    if (failures === undefined) byPlugin.set(plugin, (failures = { removed: 0, counts: new Map() }));
    failures.removed++;
    for (const reason of reasons) failures.counts.set(reason, (failures.counts.get(reason) ?? 0) + 1);
  }
  return byPlugin;
}

/** Most nodes first, then by the reason. */
export function sortedCounts(counts: ReadonlyMap<string, number>): readonly ReasonCount[] {
  return [...counts]
    .map(([reason, nodes]) => ({ reason, nodes }))
    .sort((a, b) => b.nodes - a.nodes || (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : 0));
}

/** Failed nodes by first failing plugin and reasons, the largest group first. */
export function groupsOf(inquiry: Inquiry, nodesPerGroup: number): readonly ReasonGroup[] {
  const groups = new Map<string, { plugin: string; status: Status; count: number; nodes: string[] }>();
  const add = (plugin: string, status: Status, node: string) => {
    const reasons = status.reasons.length === 1 ? status.reasons[0] : status.reasons.join('\u0000');
    const key = `${plugin}\u0000${status.code}\u0000${reasons}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { plugin, status, count: 0, nodes: [] }));
    group.count++;
    if (group.nodes.length < nodesPerGroup) group.nodes.push(node);
  };
  const { decision, question } = inquiry;
  for (const { name } of question.snapshot.nodes) {
    const status = decision.failed.get(name);
    if (status !== undefined) add(status.plugin ?? '', status, name);
    else if (decision.absent !== undefined && !inquiry.isFeasible(name) && isAbsent(inquiry, name))
      add(decision.absent.plugin ?? inquiry.preFilter.restrictedBy.join(' '), decision.absent, name);
  }
  return [...groups]
    .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
    .map(([, { plugin, status, count, nodes }]) => ({
      plugin,
      code: status.code,
      reasons: status.reasons,
      count,
      nodes,
    }));
}

/** Has the node no verdict of its own because PreFilter left it out? */
function isAbsent(inquiry: Inquiry, node: string): boolean {
  return inquiry.preFilter.status !== undefined || !inquiry.isInside(node);
}
