import type { Decision, PluginScores } from '../scheduler/cycle/decision.ts';
import { EXTENDER_NAME } from '../scheduler/cycle/extenders.ts';
import type { Question } from '../scheduler/cycle/question.ts';
import { feasibleNodesToFind, schedulePod, scoreNodes } from '../scheduler/cycle/schedulePod.ts';
import type { NodeInfo } from '../scheduler/framework/nodeInfo.ts';
import { CycleState, type Plugin, type PostFilterInput } from '../scheduler/framework/plugin.ts';
import type { PodInfo } from '../scheduler/framework/podInfo.ts';
import { Framework, type NominatedPods, type PreFilterOutcome } from '../scheduler/framework/runtime.ts';
import type { Snapshot } from '../scheduler/framework/snapshot.ts';
import { isSuccess, type Status } from '../scheduler/framework/status.ts';
import type { DryRun } from '../scheduler/plugins/defaultpreemption/defaultPreemption.ts';

type DryRunner = Plugin & { dryRun(input: PostFilterInput): DryRun };

export const isDryRunner = (plugin: Plugin): plugin is DryRunner => 'dryRun' in plugin;

/** A framework that keeps what PreFilter left, and what preemption tried. */
class Listener extends Framework {
  state = new CycleState();
  preFilter: PreFilterOutcome = { restrictedBy: [], skipped: [] };
  dryRun: DryRun | undefined;

  constructor({ plugins }: Framework, nominated: NominatedPods) {
    const heard = (run: DryRun): DryRun => {
      this.dryRun = run;
      return run;
    };
    const postFilter = plugins.postFilter.map((plugin) =>
      isDryRunner(plugin)
        ? (Object.create(plugin, {
            dryRun: { value: (input: PostFilterInput) => heard(plugin.dryRun(input)) },
          }) as Plugin)
        : plugin,
    );
    super({ ...plugins, postFilter }, nominated);
  }

  override runPreFilter(state: CycleState, pod: PodInfo, snapshot: Snapshot): PreFilterOutcome {
    this.preFilter = super.runPreFilter(state, pod, snapshot);
    this.state = state.clone();
    return this.preFilter;
  }
}

/**
 * A decision that is made once more, with what is needed to ask further: its own PreFilter state, the verdict of each filter
 * on any node, and the scores of nodes that were never scored.
 */
export class Inquiry {
  readonly question: Question;
  readonly decision: Decision;
  /** Own state, as PreFilter leaves it. */
  readonly state: CycleState;
  readonly preFilter: PreFilterOutcome;
  /** What preemption tried in the course of the decision; undefined when it did not come to that. */
  readonly dryRun: DryRun | undefined;
  private readonly feasibleSet: ReadonlySet<string>;

  constructor(question: Question) {
    this.question = question;
    const { framework, nominated, pod, snapshot, options } = question;
    const listener = new Listener(framework, nominated);
    this.decision = schedulePod(listener, pod, snapshot, { ...options, extenders: options.extenders?.again() });
    this.state = listener.state;
    this.preFilter = listener.preFilter;
    this.dryRun = listener.dryRun;
    this.feasibleSet = new Set(this.decision.feasible);
  }

  /** Feasible nodes at which the search ends. */
  get wanted(): number {
    const { options, snapshot } = this.question;
    return feasibleNodesToFind(
      this.preFilter.nodeNames?.size ?? snapshot.nodes.length,
      options.percentageOfNodesToScore,
    );
  }

  isFeasible(node: string): boolean {
    return this.feasibleSet.has(node);
  }

  /** Does PreFilter leave this node? */
  isInside(node: string): boolean {
    return this.preFilter.nodeNames === undefined || this.preFilter.nodeNames.has(node);
  }

  /** The nominated node was tried first and taken: no other node was looked at. */
  get tookNominated(): boolean {
    const { decision } = this;
    const nominated: string = this.question.pod.pod.status?.nominatedNodeName ?? '';
    return (
      nominated !== '' && decision.evaluated === 1 && decision.feasible.length === 1 && decision.node === nominated
    );
  }

  /** What went into the totals: the score plugins, and the extenders as one more. */
  get scores(): readonly PluginScores[] {
    const { scores, extenderScores } = this.decision;
    if (extenderScores === undefined || scores.length === 0) return scores;
    return [...scores, { plugin: EXTENDER_NAME, weight: 1, raw: extenderScores, normalized: extenderScores }];
  }

  /** Nodes in the order in which the search walks them. */
  searchOrder(): readonly NodeInfo[] {
    const { snapshot, options } = this.question;
    const nodes = snapshot.nodes.filter((n) => this.isInside(n.name));
    return nodes.map((_, i) => nodes[(options.startIndex + i) % nodes.length]);
  }

  /** Filters that ran, in their order. */
  activeFilters(): readonly string[] {
    return this.question.framework.plugins.filter.map((p) => p.name).filter((name) => !this.state.skipFilter.has(name));
  }

  /** What all filters that ran say of one node, not only the first that fails. Empty after a rejection by PreFilter. */
  verdicts(node: NodeInfo): readonly Status[] {
    const failing: Status[] = [];
    this.eachVerdict(node, (plugin, status) => failing.push({ ...status, plugin }));
    return failing;
  }

  eachVerdict(node: NodeInfo, visit: (plugin: string, status: Status) => void): void {
    if (this.preFilter.status !== undefined) return;
    const { framework, pod, snapshot } = this.question;
    for (const plugin of framework.plugins.filter) {
      if (this.state.skipFilter.has(plugin.name)) continue;
      const status = plugin.filter?.(this.state, pod, node, snapshot);
      if (!isSuccess(status)) visit(plugin.name, status as Status);
    }
  }

  /** Scores over these nodes, as a cycle would give them that had found them feasible. */
  scoresOver(nodes: readonly NodeInfo[]): readonly PluginScores[] {
    const { framework, pod, snapshot } = this.question;
    const state = this.state.clone();
    if (framework.scoreError !== undefined) return [];
    framework.runPreScore(state, pod, nodes, snapshot);
    return scoreNodes(framework, state, pod, nodes, snapshot);
  }
}
