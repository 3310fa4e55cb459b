import { fitErrorMessage } from '../framework/fitError.ts';
import type { NodeInfo } from '../framework/nodeInfo.ts';
import { CycleState, type PostFilterInput, type PostFilterResult, type WaitingPod } from '../framework/plugin.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import type { Framework, PreFilterOutcome } from '../framework/runtime.ts';
import type { Snapshot } from '../framework/snapshot.ts';
import { isRejected, isSuccess, type Status, unresolvable } from '../framework/status.ts';
import type { Decision, PluginScores } from './decision.ts';
import { type CycleExtenders, EXTENDER_NAME } from './extenders.ts';

/** What a cycle needs beyond the snapshot; each choice is one keyed draw or a fixed rule. */
export interface CycleOptions {
  readonly startIndex: number;
  /** Profile's or global percentageOfNodesToScore; 0 = adaptive. */
  readonly percentageOfNodesToScore: number;
  /** Index into the best nodes, in the order of the search. */
  chooseBest(best: readonly string[]): number;
  /** The same choice for executors that do not write out the best nodes; only where their number is enough. */
  readonly chooseIndex?: ((ties: number) => number) | undefined;
  drawOffset(n: number): number;
  /** Absent when none are configured. */
  readonly extenders?: CycleExtenders;
  /** The pods that wait at Permit; absent = none. */
  waitingPods?(): readonly WaitingPod[];
}

const MIN_FEASIBLE_NODES = 100;
const MIN_PERCENTAGE = 5;

/** Source: schedule_one.go numFeasibleNodesToFind. */
export function feasibleNodesToFind(nodes: number, percentage: number): number {
  if (nodes < MIN_FEASIBLE_NODES) return nodes;
  let share = percentage;
  if (share === 0) share = Math.max(MIN_PERCENTAGE, 50 - Math.trunc(nodes / 125));
  return Math.max(MIN_FEASIBLE_NODES, Math.trunc((nodes * share) / 100));
}

interface Search {
  readonly feasible: readonly NodeInfo[];
  readonly failed: Map<string, Status>;
  readonly absent: Status | undefined;
  readonly evaluated: number;
  readonly nextStartIndex: number;
  readonly restrictedBy: readonly string[];
  /** A filter plugin failed, which ends the cycle. */
  readonly error?: Status;
  /** An extender failed, which ends the cycle too. */
  readonly extenderError?: string;
  /** An extender took nodes away, said why or not. */
  readonly rejectedByExtender?: boolean;
}

/**
 * One scheduling cycle of the plain executor: it reads like the documentation and is the oracle of faster ones.
 * Source: pkg/scheduler/schedule_one.go schedulePod.
 */
export function schedulePod(framework: Framework, pod: PodInfo, snapshot: Snapshot, options: CycleOptions): Decision {
  const state = new CycleState();
  if (snapshot.size === 0) return noNodes(options);
  const preFilter = framework.runPreFilter(state, pod, snapshot);
  if (preFilter.status !== undefined) return rejectedByPreFilter(framework, state, pod, snapshot, preFilter, options);
  const search = findFeasible(framework, state, pod, snapshot, preFilter, options);
  if (search.error !== undefined) return failedFilter(snapshot, preFilter, search, options);
  if (search.extenderError !== undefined) return failedExtender(snapshot, preFilter, search, options);
  if (search.feasible.length === 0) return nothingFits(framework, state, pod, snapshot, preFilter, search, options);
  const found = {
    result: 'Scheduled' as const,
    nodesTotal: snapshot.size,
    evaluated: search.evaluated,
    preFilter: { skipped: preFilter.skipped, restrictedBy: preFilter.restrictedBy },
    failed: search.failed,
    absent: search.absent,
    feasible: search.feasible.map((n) => n.name),
    message: '',
    rejectedBy: [],
    pendingPlugins: [],
    nextStartIndex: search.nextStartIndex,
  };
  if (search.feasible.length === 1) {
    const only = search.feasible[0];
    const decision = { ...found, preScoreSkipped: [], scores: [], totals: [], best: [only.name] };
    return reserveAndPermit(framework, state, pod, snapshot, options, decision, only);
  }
  if (framework.scoreError !== undefined)
    return {
      ...found,
      result: 'Error',
      preScoreSkipped: [],
      scores: [],
      totals: [],
      best: [],
      message: framework.scoreError,
    };
  const preScoreSkipped = framework.runPreScore(state, pod, search.feasible, snapshot);
  const scores = scoreNodes(framework, state, pod, search.feasible, snapshot);
  const extenderScores = options.extenders?.prioritize(pod, search.feasible);
  const totals = search.feasible.map((_, i) =>
    scores.reduce((sum, s) => sum + s.normalized[i] * s.weight, extenderScores?.[i] ?? 0),
  );
  let top = Number.NEGATIVE_INFINITY;
  for (const total of totals) if (total > top) top = total;
  const best = found.feasible.filter((_, i) => totals[i] === top);
  const node = snapshot.node(best[options.chooseBest(best)]) as NodeInfo;
  const decision = { ...found, preScoreSkipped, scores, extenderScores, totals, best };
  return reserveAndPermit(framework, state, pod, snapshot, options, decision, node);
}

/**
 * The end of the cycle: plugins reserve what belongs to the node and have a last word. Whoever is turned away here counts
 * one node, the chosen one. Source: schedule_one.go schedulingCycle.
 */
function reserveAndPermit(
  framework: Framework,
  state: CycleState,
  pod: PodInfo,
  snapshot: Snapshot,
  options: CycleOptions,
  decision: Decision,
  node: NodeInfo,
): Decision {
  const { reservations, status: failed } = framework.runReserve(state, pod, node, snapshot);
  if (failed === undefined && framework.plugins.permit.length === 0)
    return { ...decision, node: node.name, reservations, carried: state.carried() };
  const waiting = options.waitingPods?.() ?? [];
  const permit =
    failed === undefined
      ? framework.runPermit(state, pod, node, snapshot, waiting)
      : { status: failed, waits: {}, effects: [] };
  const { status, waits, effects } = permit;
  if (status === undefined)
    return { ...decision, node: node.name, reservations, waits, effects, carried: state.carried() };
  const undone = framework.runUnreserve(state, pod, node.name, snapshot, waiting);
  const refused = { node: node.name, point: failed === undefined ? ('Permit' as const) : ('Reserve' as const), status };
  return { ...decision, ...refusal(node.name, status), refused, effects: [...effects, ...undone] };
}

/** What the pod is told when its own node is taken from it. */
export function refusal(
  node: string,
  status: Status,
): Pick<Decision, 'result' | 'message' | 'rejectedBy' | 'pendingPlugins' | 'clearNomination'> {
  const by = status.plugin ?? '';
  if (!isRejected(status))
    return {
      result: 'Error',
      message: status.reasons.join(', '),
      rejectedBy: [],
      pendingPlugins: [],
      clearNomination: true,
    };
  return {
    result: 'Unschedulable',
    message: fitErrorMessage(1, new Map([[node, status]]), undefined, '', ''),
    rejectedBy: status.code === 'Pending' ? [] : [by],
    pendingPlugins: status.code === 'Pending' ? [by] : [],
    clearNomination: true,
  };
}

export function scoreNodes(
  framework: Framework,
  state: CycleState,
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  snapshot: Snapshot,
): readonly PluginScores[] {
  const scores: PluginScores[] = [];
  for (const { plugin, weight } of framework.plugins.score) {
    if (state.skipScore.has(plugin.name)) continue;
    const raw = nodes.map((node) => plugin.score?.(state, pod, node, snapshot) ?? 0);
    const normalized = [...raw];
    plugin.normalize?.(state, pod, normalized, nodes);
    scores.push({ plugin: plugin.name, weight, raw, normalized });
  }
  return scores;
}

function findFeasible(
  framework: Framework,
  state: CycleState,
  pod: PodInfo,
  snapshot: Snapshot,
  preFilter: PreFilterOutcome,
  options: CycleOptions,
): Search {
  const failed = new Map<string, Status>();
  let restrictedBy = preFilter.restrictedBy;
  const nominated: string = pod.pod.status?.nominatedNodeName ?? '';
  const nominatedInfo = nominated === '' ? undefined : snapshot.node(nominated);
  if (nominatedInfo !== undefined) {
    // The nominated node is looked at first, even outside of what PreFilter allows.
    const status = framework.runFiltersWithNominatedPods(state, pod, nominatedInfo, snapshot);
    const extended = isSuccess(status) ? options.extenders?.filter(pod, [nominatedInfo]) : undefined;
    if (isSuccess(status) && extended?.nodes.length !== 0) {
      return {
        feasible: [nominatedInfo],
        failed,
        absent: undefined,
        evaluated: 1,
        nextStartIndex: options.startIndex,
        restrictedBy,
      };
    }
    if (status !== undefined) failed.set(nominated, status);
    else for (const [name, rejected] of extended?.failed ?? []) failed.set(name, rejected);
    // The plugin that failed there joins those that are blamed for nodes outside the restriction.
    if (status?.plugin !== undefined && preFilter.nodeNames !== undefined && !restrictedBy.includes(status.plugin))
      restrictedBy = [...restrictedBy, status.plugin];
  }
  const nodes = preFilter.nodeNames === undefined ? snapshot.nodes : snapshot.select(preFilter.nodeNames);
  const absent =
    preFilter.nodeNames === undefined
      ? undefined
      : unresolvable(`node(s) didn't satisfy plugin(s) [${[...restrictedBy].sort().join(' ')}]`);
  const wanted = feasibleNodesToFind(nodes.length, options.percentageOfNodesToScore);
  const feasible: NodeInfo[] = [];
  let evaluated = 0;
  // The search ends when it meets one feasible node more than wanted; that one does not count, failures before it do.
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[(options.startIndex + i) % nodes.length];
    const status = framework.runFiltersWithNominatedPods(state, pod, node, snapshot);
    if (status?.code === 'Error') {
      return { feasible, failed, absent, evaluated, nextStartIndex: options.startIndex, restrictedBy, error: status };
    }
    if (!isSuccess(status)) failed.set(node.name, status as Status);
    else if (feasible.length < wanted) feasible.push(node);
    else break;
    evaluated++;
  }
  const extended = options.extenders?.filter(pod, feasible);
  for (const [name, rejected] of extended?.failed ?? []) failed.set(name, rejected);
  return {
    feasible: extended?.nodes ?? feasible,
    failed,
    absent,
    evaluated,
    nextStartIndex: (options.startIndex + evaluated) % snapshot.size,
    restrictedBy,
    extenderError: extended?.error,
    rejectedByExtender: extended !== undefined && extended.nodes.length !== feasible.length,
  };
}

/** The error of an extender is the cycle's own. */
function failedExtender(
  snapshot: Snapshot,
  preFilter: PreFilterOutcome,
  search: Search,
  options: CycleOptions,
): Decision {
  return {
    ...unschedulableDecision(snapshot, preFilter, options),
    result: 'Error',
    evaluated: search.evaluated,
    failed: search.failed,
    message: search.extenderError as string,
    rejectedBy: [],
    pendingPlugins: [],
    nextStartIndex: search.nextStartIndex,
  };
}

function failedFilter(
  snapshot: Snapshot,
  preFilter: PreFilterOutcome,
  search: Search,
  options: CycleOptions,
): Decision {
  const { plugin, reasons } = search.error as Status;
  return {
    ...unschedulableDecision(snapshot, preFilter, options),
    result: 'Error',
    evaluated: search.evaluated,
    failed: search.failed,
    message: `running "${plugin}" filter plugin: ${reasons.join(', ')}`,
    rejectedBy: [],
    pendingPlugins: [],
  };
}

function noNodes(options: CycleOptions): Decision {
  return {
    result: 'Error',
    nodesTotal: 0,
    evaluated: 0,
    preFilter: { skipped: [], restrictedBy: [] },
    failed: new Map(),
    feasible: [],
    preScoreSkipped: [],
    scores: [],
    totals: [],
    best: [],
    message: 'no nodes available to schedule pods',
    rejectedBy: [],
    pendingPlugins: [],
    nextStartIndex: options.startIndex,
  };
}

function unschedulableDecision(snapshot: Snapshot, preFilter: PreFilterOutcome, options: CycleOptions) {
  return {
    result: 'Unschedulable' as const,
    nodesTotal: snapshot.size,
    evaluated: 0,
    preFilter: { status: preFilter.status, skipped: preFilter.skipped, restrictedBy: preFilter.restrictedBy },
    feasible: [],
    preScoreSkipped: [],
    scores: [],
    totals: [],
    best: [],
    nextStartIndex: options.startIndex,
  };
}

function rejectedByPreFilter(
  framework: Framework,
  state: CycleState,
  pod: PodInfo,
  snapshot: Snapshot,
  preFilter: PreFilterOutcome,
  options: CycleOptions,
): Decision {
  const status = preFilter.status as Status;
  const base = unschedulableDecision(snapshot, preFilter, options);
  const failed = new Map<string, Status>();
  if (!isRejected(status)) {
    return {
      ...base,
      result: 'Error',
      failed,
      absent: status,
      message: status.reasons.join(', '),
      rejectedBy: [],
      pendingPlugins: [],
    };
  }
  const post = framework.runPostFilter({
    state,
    pod,
    snapshot,
    statuses: failed,
    absent: status,
    drawOffset: options.drawOffset,
    processPreemption: preemptExtenders(pod, options),
    waiting: options.waitingPods?.(),
  });
  const message = fitErrorMessage(snapshot.size, failed, status, status.reasons.join(', '), post.message);
  return {
    ...base,
    failed,
    absent: status,
    message,
    rejectedBy: [status.plugin ?? ''],
    pendingPlugins: [],
    postFilter: post,
    ...outcomeOf(post),
  };
}

function nothingFits(
  framework: Framework,
  state: CycleState,
  pod: PodInfo,
  snapshot: Snapshot,
  preFilter: PreFilterOutcome,
  search: Search,
  options: CycleOptions,
): Decision {
  const absent = search.absent ?? unresolvable();
  const post = framework.runPostFilter({
    state,
    pod,
    snapshot,
    statuses: search.failed,
    absent,
    drawOffset: options.drawOffset,
    processPreemption: preemptExtenders(pod, options),
    waiting: options.waitingPods?.(),
  });
  const rejectedBy = new Set<string>(preFilter.nodeNames === undefined ? [] : search.restrictedBy);
  const pendingPlugins = new Set<string>();
  if (search.rejectedByExtender === true) rejectedBy.add(EXTENDER_NAME);
  for (const status of search.failed.values())
    (status.code === 'Pending' ? pendingPlugins : rejectedBy).add(status.plugin ?? '');
  return {
    ...unschedulableDecision(snapshot, preFilter, options),
    evaluated: search.evaluated,
    failed: search.failed,
    absent: search.absent,
    message: fitErrorMessage(snapshot.size, search.failed, search.absent, '', post.message),
    rejectedBy: [...rejectedBy].sort(),
    pendingPlugins: [...pendingPlugins].sort(),
    nextStartIndex: search.nextStartIndex,
    postFilter: post,
    ...outcomeOf(post),
  };
}

function preemptExtenders(pod: PodInfo, { extenders }: CycleOptions): PostFilterInput['processPreemption'] {
  return extenders === undefined ? undefined : (victims) => extenders.preempt(pod, victims);
}

function outcomeOf(post: PostFilterResult) {
  const { nominatedNode, clearNomination, victims, writes, effects } = post;
  return { nominatedNode, clearNomination, victims, writes, effects };
}
