import type { KubeObject } from '../../../contracts/index.ts';
import { histogramMessage } from '../../framework/fitError.ts';
import { compileLabelSelector, isEmptySelector } from '../../framework/matching.ts';
import { type NodeInfo, withoutPodInfos, withPod } from '../../framework/nodeInfo.ts';
import type { FrameworkHandle, Plugin, PostFilterInput, PostFilterResult } from '../../framework/plugin.ts';
import type { PodInfo } from '../../framework/podInfo.ts';
import { errorStatus, isSuccess, type Status, unresolvable, unschedulable } from '../../framework/status.ts';
import {
  BestSoFar,
  bestCandidates,
  type Candidate,
  compareImportance,
  earliestStartOfHighest,
  sumOfPriorities,
} from './candidates.ts';

export interface PreemptionArgs {
  readonly minCandidateNodesPercentage?: number;
  readonly minCandidateNodesAbsolute?: number;
}

const NO_VICTIMS = 'No preemption victims found for incoming pod';
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';

/** The dry run over the potential nodes, for decisions, explanations and recordings. */
export interface DryRun {
  /** How many candidates were found. */
  readonly count: number;
  readonly candidates: readonly Candidate[];
  /** Nodes where it would not help, and why. */
  readonly failed: ReadonlyMap<string, Status>;
  /** Of those nodes, by status. */
  readonly failures: ReadonlyMap<Status, number>;
  readonly best: readonly Candidate[];
  /** Of the best, the first in the order of the snapshot. */
  readonly first: Candidate | undefined;
}

function isTerminatingByPreemption(pod: KubeObject): boolean {
  if (pod.metadata.deletionTimestamp === undefined) return false;
  const conditions: readonly { type: string; status: string; reason?: string }[] = pod.status?.conditions ?? [];
  return conditions.some(
    (c) => c.type === 'DisruptionTarget' && c.status === 'True' && c.reason === 'PreemptionByScheduler',
  );
}

function ineligible(input: PostFilterInput): string | undefined {
  const { pod, snapshot, statuses, absent } = input;
  if (pod.pod.spec?.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const nominated: string = pod.pod.status?.nominatedNodeName ?? '';
  if (nominated === '') return undefined;
  if ((statuses.get(nominated) ?? absent).code === 'UnschedulableAndUnresolvable') return undefined;
  const waits = snapshot
    .node(nominated)
    ?.pods.some((p) => p.priority < pod.priority && isTerminatingByPreemption(p.pod));
  return waits ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

interface Budget {
  readonly matches: (labels: Readonly<Record<string, string>>) => boolean;
  readonly disrupted: Readonly<Record<string, unknown>>;
  allowed: number;
}

function budgetsOf(pdbs: readonly KubeObject[]): Budget[] {
  return pdbs
    .filter((pdb) => pdb.spec?.selector !== undefined && !isEmptySelector(pdb.spec.selector))
    .map((pdb) => ({
      matches: compileLabelSelector(pdb.spec.selector),
      disrupted: pdb.status?.disruptedPods ?? {},
      allowed: pdb.status?.disruptionsAllowed ?? 0,
    }));
}

/** Splits victims by whether their eviction would overdraw a budget, walking most important first. */
function splitByBudget(
  victims: readonly PodInfo[],
  pdbs: (namespace: string) => readonly KubeObject[],
): { violating: PodInfo[]; others: PodInfo[] } {
  const byNamespace = new Map<string, Budget[]>();
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const victim of victims) {
    let budgets = byNamespace.get(victim.namespace);
    if (budgets === undefined) byNamespace.set(victim.namespace, (budgets = budgetsOf(pdbs(victim.namespace))));
    let overdrawn = false;
    if (Object.keys(victim.labels).length > 0) {
      for (const budget of budgets) {
        if (!budget.matches(victim.labels) || budget.disrupted[victim.name] !== undefined) continue;
        budget.allowed--;
        if (budget.allowed < 0) overdrawn = true;
      }
    }
    (overdrawn ? violating : others).push(victim);
  }
  return { violating, others };
}

const NONE = unresolvable(NO_VICTIMS);

/** Victims on one node, or why preemption there would not help. */
function selectVictims(input: PostFilterInput, node: NodeInfo, framework: FrameworkHandle): Candidate | Status {
  const { pod, snapshot } = input;
  const isLower = (p: PodInfo) => p.priority < pod.priority;
  if (!node.pods.some(isLower)) return NONE;
  const lower = node.pods.filter(isLower);
  const state = input.state.clone();
  // Plugins look at the pod that goes and at the node's labels, so all pods can go before the first of these calls.
  let info = withoutPodInfos(node, lower);
  for (const victim of lower) framework.runRemovePod(state, pod, victim, info, snapshot);
  const empty = framework.runFiltersWithNominatedPods(state, pod, info, snapshot);
  if (!isSuccess(empty)) return empty as Status;
  const { violating, others } = splitByBudget(
    [...lower].sort(compareImportance),
    snapshot.listers.podDisruptionBudgets,
  );
  const victims: PodInfo[] = [];
  const reprieve = (candidate: PodInfo): boolean => {
    const before = info;
    info = withPod(info, candidate);
    framework.runAddPod(state, pod, candidate, info, snapshot);
    if (isSuccess(framework.runFiltersWithNominatedPods(state, pod, info, snapshot))) return true;
    info = before;
    framework.runRemovePod(state, pod, candidate, info, snapshot);
    victims.push(candidate);
    return false;
  };
  let pdbViolations = 0;
  for (const candidate of violating) if (!reprieve(candidate)) pdbViolations++;
  for (const candidate of others) reprieve(candidate);
  return weighed(node.name, victims.sort(compareImportance), pdbViolations);
}

/** How many candidates are enough. Source: defaultpreemption calculateNumCandidates. */
function candidatesWanted(nodes: number, args: PreemptionArgs): number {
  const share = Math.trunc((nodes * (args.minCandidateNodesPercentage ?? 10)) / 100);
  return Math.min(nodes, Math.max(share, args.minCandidateNodesAbsolute ?? 100));
}

/** Candidates are compared often, so they carry what they are compared by, all in one shape. */
function weighed(node: string, victims: readonly PodInfo[], pdbViolations: number): Candidate {
  const c = { node, victims, pdbViolations };
  const isEmpty = victims.length === 0;
  return {
    node,
    victims,
    pdbViolations,
    highestPriority: isEmpty ? undefined : victims[0].priority,
    prioritySum: sumOfPriorities(c),
    earliestStart: isEmpty ? undefined : earliestStartOfHighest(c),
  };
}

/** The nodes where preemption may help, in the order of the snapshot; by place where an index knows them. */
function potentialNodes({ snapshot, statuses, absent }: PostFilterInput) {
  const places = statuses.placesWith?.('Unschedulable');
  if (places !== undefined) {
    const { infos } = snapshot.index();
    return { count: places.length, place: (i: number) => places[i], node: (i: number) => infos[places[i]] };
  }
  const nodes = snapshot.nodes.filter((n) => (statuses.get(n.name) ?? absent).code === 'Unschedulable');
  return { count: nodes.length, place: undefined, node: (i: number) => nodes[i] };
}

const CLEAN = 1;
const VIOLATING = 2;
const FAILED = 3;

const kindOf = (outcome: Candidate | Status) =>
  'victims' in outcome ? (outcome.pdbViolations === 0 ? CLEAN : VIOLATING) : FAILED;

/** What comes of each potential node, by its number; from the memo where there is one. `outcome` follows `kind`. */
interface Outcomes {
  kind(i: number): number;
  outcome(i: number): Candidate | Status;
}

function outcomesOf(input: PostFilterInput, potential: ReturnType<typeof potentialNodes>): Outcomes {
  const { memo, framework, snapshot } = input;
  const { place, node } = potential;
  const known = new Map<number, Candidate | Status>();
  const compute = (i: number) => {
    const outcome = selectVictims(input, node(i), framework);
    known.set(i, outcome);
    return outcome;
  };
  if (memo === undefined || place === undefined)
    return { kind: (i) => kindOf(compute(i)), outcome: (i) => known.get(i) as Candidate | Status };
  const { stamps } = snapshot.index();
  return {
    kind(i) {
      const at = place(i);
      const before = memo.kind(at, stamps[at]);
      if (before !== 0) return before;
      const outcome = compute(i);
      const kind = kindOf(outcome);
      const namespaces = new Set(node(i).pods.map((p) => p.namespace));
      memo.set(at, stamps[at], kind, outcome, namespaces, snapshot.listers.podDisruptionBudgets);
      return kind;
    },
    outcome: (i) => known.get(i) ?? (memo.value(place(i)) as Candidate | Status),
  };
}

export function dryRunPreemption(input: PostFilterInput, args: PreemptionArgs = {}): DryRun {
  const potential = potentialNodes(input);
  const { count } = potential;
  const outcomes = outcomesOf(input, potential);
  const failed: number[] = [];
  const violating: number[] = [];
  const clean: number[] = [];
  const best = new BestSoFar();
  let offset = 0;
  if (count > 0) {
    const wanted = candidatesWanted(count, args);
    offset = input.drawOffset(count);
    for (let step = 0; step < count; step++) {
      const i = offset + step < count ? offset + step : offset + step - count;
      const kind = outcomes.kind(i);
      if (kind === FAILED) {
        failed.push(i);
        continue;
      }
      const list = kind === CLEAN ? clean : violating;
      if (list.length < wanted) {
        list.push(i);
        best.add(i, outcomes.outcome(i) as Candidate);
      }
      if (clean.length > 0 && clean.length + violating.length >= wanted) break;
    }
  }
  const reasonOf = (i: number) => outcomes.outcome(i) as Status;
  const candidateOf = (i: number) => outcomes.outcome(i) as Candidate;
  return {
    count: clean.length + violating.length,
    get candidates() {
      return [...clean, ...violating].map(candidateOf);
    },
    get failed() {
      return new Map(failed.map((i) => [potential.node(i).name, reasonOf(i)]));
    },
    get failures() {
      const failures = new Map<Status, number>();
      for (const i of failed) failures.set(reasonOf(i), (failures.get(reasonOf(i)) ?? 0) + 1);
      return failures;
    },
    // The search goes round: who is met after its end stands before the others in the order of the snapshot.
    get best() {
      const { numbers } = best;
      return [...numbers.filter((i) => i < offset), ...numbers.filter((i) => i >= offset)].map(candidateOf);
    },
    get first() {
      const i = best.numbers.find((number) => number < offset) ?? best.numbers[0];
      return i === undefined ? undefined : candidateOf(i);
    },
  };
}

/** Those that extenders left, in the order of the snapshot. */
function bestLeft(candidates: readonly Candidate[], nodes: readonly NodeInfo[]): readonly Candidate[] {
  const byName = new Map(bestCandidates(candidates).map((c) => [c.node, c]));
  return nodes.flatMap((n) => byName.get(n.name) ?? []);
}

/** `0/N nodes are available: ...` of a dry run without a candidate. */
function failureMessage(run: DryRun, nodesTotal: number): string {
  const reasons = new Map<string, number>();
  let unseen = nodesTotal;
  for (const [status, count] of run.failures) {
    unseen -= count;
    for (const reason of status.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  }
  if (unseen > 0) reasons.set(NOT_HELPFUL, (reasons.get(NOT_HELPFUL) ?? 0) + unseen);
  return histogramMessage(nodesTotal, reasons, '');
}

/** The candidates as extenders leave them, or an extender's error. */
function leftByExtenders(
  candidates: readonly Candidate[],
  processPreemption: NonNullable<PostFilterInput['processPreemption']>,
): readonly Candidate[] | string {
  const proposed = candidates.map(
    (c) => [c.node, { pods: c.victims.map((v) => v.uid), numPDBViolations: c.pdbViolations }] as const,
  );
  const answer = processPreemption(Object.fromEntries(proposed));
  if ('error' in answer) return answer.error;
  return candidates.flatMap((c) => {
    const left = answer.value[c.node];
    if (left === undefined) return [];
    return [
      weighed(
        c.node,
        c.victims.filter((v) => left.pods.includes(v.uid)),
        left.numPDBViolations,
      ),
    ];
  });
}

/** Makes room by removing pods of lower priority. Source: plugins/defaultpreemption, framework/preemption. */
export function defaultPreemption(args: PreemptionArgs = {}): Plugin & {
  /** For explanations: the dry run with the profile's arguments. */
  dryRun(input: PostFilterInput): DryRun;
} {
  return {
    name: 'DefaultPreemption',
    dryRun: (input) => dryRunPreemption(input, args),
    postFilter(input): PostFilterResult {
      const reason = ineligible(input);
      if (reason !== undefined) return { status: unschedulable(`preemption: ${reason}`) };
      const run = this.dryRun(input);
      if (run.count === 0) {
        const message = failureMessage(run, input.snapshot.size);
        return { status: unschedulable(`preemption: ${message}`), clearNomination: true };
      }
      let chosen = run.first;
      if (input.processPreemption !== undefined) {
        const left = leftByExtenders(run.candidates, input.processPreemption);
        if (typeof left === 'string') return { status: errorStatus(`preemption: ${left}`) };
        chosen = bestLeft(left, input.snapshot.nodes)[0];
      }
      if (chosen === undefined) return { status: unschedulable('preemption: no candidate node for preemption') };
      return { status: { code: 'Success', reasons: [] }, nominatedNode: chosen.node, victims: chosen.victims };
    },
    events: () => [{ resource: 'AssignedPod', actions: ['Delete'], hint: () => 'QueueSkip' }],
  };
}
