import type { KubeObject } from '../../contracts/objects.ts';
import type { PluginScores } from '../../scheduler/cycle/decision.ts';
import { schedulePod } from '../../scheduler/cycle/schedulePod.ts';
import type { NodeInfo } from '../../scheduler/framework/nodeInfo.ts';
import { CycleState } from '../../scheduler/framework/plugin.ts';
import { podInfo } from '../../scheduler/framework/podInfo.ts';
import { isSuccess } from '../../scheduler/framework/status.ts';
import type { Inquiry } from '../inquiry.ts';
import { applyAll, type Change, changedNode, changedQuestion, type Setting } from './setting.ts';

/** Plugins whose scores depend on the pod's requests or on a node's allocatable, and that do not normalise. */
const BY_RESOURCES: ReadonlySet<string> = new Set(['NodeResourcesFit', 'NodeResourcesBalancedAllocation']);
/** Plugins whose scores depend on neither. */
const BY_OTHERS: ReadonlySet<string> = new Set([
  'TaintToleration',
  'NodeAffinity',
  'VolumeBinding',
  'PodTopologySpread',
  'InterPodAffinity',
  'DynamicResources',
  'ImageLocality',
]);
/** So many nodes may be looked at in one search for a flip; it bounds the time, whatever the cluster. */
const NODE_VISITS = 400_000;

interface PreFiltered {
  readonly state: CycleState;
  readonly nodeNames: ReadonlySet<string> | undefined;
}

/**
 * Tries changes against one decision. Whole decisions are the judge; what is said before them is only ever a refusal that a
 * decision would confirm.
 */
export class Trials {
  readonly inquiry: Inquiry;
  /** Decisions made. */
  tried = 0;
  private visits: { left: number };
  private rivals: readonly NodeInfo[] | undefined;
  private readonly preFiltered = new Map<string, PreFiltered | undefined>();

  /** `budget` is shared by the searches that belong together. */
  constructor(inquiry: Inquiry, budget: { left: number } = { left: NODE_VISITS }) {
    this.inquiry = inquiry;
    this.visits = budget;
  }

  get budget(): { left: number } {
    return this.visits;
  }

  get isExhausted(): boolean {
    return this.visits.left <= 0;
  }

  /** The node that the pod gets with these changes; undefined = none. */
  decide(changes: readonly Change[]): string | undefined {
    const { question } = this.inquiry;
    this.tried++;
    this.visits.left -= question.snapshot.nodes.length + 20;
    const asked = changedQuestion(question, applyAll(question, changes));
    return schedulePod(asked.framework, asked.pod, asked.snapshot, asked.options).node;
  }

  /** Does the node take the pod with these changes? */
  fits(changes: readonly Change[], node: NodeInfo): boolean {
    const { question } = this.inquiry;
    this.visits.left -= 2;
    const setting = applyAll(question, changes);
    const isSimple = changes.every((c) => c.scope !== 'other') && this.inquiry.preFilter.status === undefined;
    if (isSimple) {
      if (!this.inquiry.isInside(node.name)) return false;
      return this.passes(this.inquiry.state, setting, node);
    }
    const found = this.stateFor(changes, setting);
    if (found === undefined || found.nodeNames?.has(node.name) === false) return false;
    return this.passes(found.state, setting, node);
  }

  private passes(state: CycleState, setting: Setting, node: NodeInfo): boolean {
    const { framework, pod, snapshot } = this.inquiry.question;
    const changed = setting.pod === pod.pod ? pod : podInfo(setting.pod);
    const info = changedNode(node, setting.nodes);
    return isSuccess(framework.runFiltersWithNominatedPods(state, changed, info, snapshot));
  }

  /** PreFilter with the changes; undefined when it rejects the pod. */
  private stateFor(changes: readonly Change[], setting: Setting): PreFiltered | undefined {
    const pods = changes.filter((c) => c.target === 'pod' || c.scope === 'other');
    const key = pods.map((c) => `${c.target}/${c.name}/${c.field}=${c.to}`).join(' ');
    if (this.preFiltered.has(key)) return this.preFiltered.get(key);
    const { question } = this.inquiry;
    this.visits.left -= question.snapshot.nodes.length / 4;
    const asked = changedQuestion(question, setting);
    const state = new CycleState();
    const outcome = asked.framework.runPreFilter(state, asked.pod, asked.snapshot);
    const result = outcome.status === undefined ? { state, nodeNames: outcome.nodeNames } : undefined;
    if (this.preFiltered.size < 1000) this.preFiltered.set(key, result);
    return result;
  }

  /** False when this single change certainly does not bring the pod to `target`, which fits without it. */
  mayWin(change: Change, target: NodeInfo): boolean {
    const { decision } = this.inquiry;
    const at = decision.feasible.indexOf(target.name);
    // What extenders say of other nodes is known to them alone.
    if (this.inquiry.question.options.extenders !== undefined) return true;
    // Weights choose among the nodes that fit; the target must be one of them.
    if (change.scope === 'weight') return at >= 0 && this.winsByWeight(change, target.name);
    const known = decision.scores.every((s) => BY_RESOURCES.has(s.plugin) || BY_OTHERS.has(s.plugin));
    if (change.field.startsWith('status.allocatable') && known && at >= 0) {
      const verdict = this.winsByAllocatable(change, target.name);
      if (verdict !== undefined) return verdict;
    }
    if (change.scope === 'other') return true;
    if (!this.fits([change], target)) return false;
    return change.scope !== 'requests' || !known || at < 0 || !this.isBeaten(change, target, at);
  }

  private winsByWeight(change: Change, target: string): boolean {
    const weights = this.inquiry.question.framework.plugins.score;
    const setting = applyAll(this.inquiry.question, [change]);
    const { scores, feasible } = this.inquiry.decision;
    const weightOf = (s: PluginScores) =>
      setting.weights.get(s.plugin) ?? weights.find((w) => w.plugin.name === s.plugin)?.weight ?? s.weight;
    const totals = feasible.map((_, i) => scores.reduce((sum, s) => sum + s.normalized[i] * weightOf(s), 0));
    return this.winnerOf(totals) === target;
  }

  private winnerOf(totals: readonly number[]): string {
    let top = Number.NEGATIVE_INFINITY;
    for (const total of totals) if (total > top) top = total;
    const best = this.inquiry.decision.feasible.filter((_, i) => totals[i] === top);
    return best[this.inquiry.question.options.chooseBest(best)];
  }

  /** Only the changed node's points by resources change. Undefined = the set of nodes that fit changes too. */
  private winsByAllocatable(change: Change, target: string): boolean | undefined {
    const { decision, question } = this.inquiry;
    const at = decision.feasible.indexOf(change.name);
    const node = question.snapshot.node(change.name);
    if (at < 0 || node === undefined || !this.fits([change], node)) return undefined;
    const info = changedNode(node, applyAll(question, [change]).nodes);
    const totals = decision.totals.slice();
    totals[at] += this.pointsByResources(question.pod, info) - this.pointsByResources(question.pod, node);
    return this.winnerOf(totals) === target;
  }

  /** Weighted points of the plugins that go by resources. */
  private pointsByResources(pod: Inquiry['question']['pod'], node: NodeInfo): number {
    const { framework, snapshot } = this.inquiry.question;
    const scored = this.inquiry.decision.scores;
    let points = 0;
    for (const { plugin, weight } of framework.plugins.score) {
      if (!BY_RESOURCES.has(plugin.name) || !scored.some((s) => s.plugin === plugin.name)) continue;
      points += weight * (plugin.score?.(this.inquiry.state, pod, node, snapshot) ?? 0);
    }
    return points;
  }

  /**
   * With another request: does a rival beat the target? A rival is a node that is looked at whenever the target is, and to
   * which all plugins that do not go by resources give what they give to the target, in any set of nodes.
   */
  private isBeaten(change: Change, target: NodeInfo, at: number): boolean {
    const pod = podInfo(applyAll(this.inquiry.question, [change]).pod);
    const mine = this.pointsByResources(pod, target);
    for (const rival of this.rivalsOf(target, at)) {
      if (this.pointsByResources(pod, rival) <= mine) continue;
      if (this.fits([change], rival)) return true;
    }
    return false;
  }

  private rivalsOf(target: NodeInfo, at: number): readonly NodeInfo[] {
    if (this.rivals !== undefined) return this.rivals;
    const { decision, question } = this.inquiry;
    const keys = spreadKeys(question.pod.pod);
    const isAlike = (i: number) => {
      const labels = question.snapshot.node(decision.feasible[i])?.labels ?? {};
      return keys.every((key) => labels[key] === target.labels[key]);
    };
    const others = decision.scores.filter((s) => !BY_RESOURCES.has(s.plugin));
    // A zero request takes a plugin out of the scoring; such a pod is judged by decisions alone.
    const isWhole = question.framework.plugins.score.every(
      ({ plugin }) => !BY_RESOURCES.has(plugin.name) || decision.scores.some((s) => s.plugin === plugin.name),
    );
    const isSampled = decision.nodesTotal >= 100 && question.options.percentageOfNodesToScore !== 100;
    const places = decision.feasible
      .map((_, i) => i)
      .filter((i) => i !== at && (!isSampled || i < at) && others.every((s) => s.raw[i] === s.raw[at]) && isAlike(i))
      .sort((a, b) => decision.totals[b] - decision.totals[a] || a - b)
      .slice(0, 16);
    this.rivals = isWhole ? places.map((i) => question.snapshot.node(decision.feasible[i]) as NodeInfo) : [];
    return this.rivals;
  }
}

/** Topology keys by which the pod is spread, but for the one of single nodes: equal values mean equal counts. */
function spreadKeys(pod: KubeObject): readonly string[] {
  const own: readonly { readonly topologyKey: string }[] = pod.spec?.topologySpreadConstraints ?? [];
  const keys = own.length > 0 ? own.map((c) => c.topologyKey) : ['topology.kubernetes.io/zone'];
  return keys.filter((key) => key !== 'kubernetes.io/hostname');
}
