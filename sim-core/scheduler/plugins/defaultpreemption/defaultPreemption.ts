import type { KubeObject } from '../../../contracts/index.ts';
import { histogramMessage } from '../../framework/fitError.ts';
import { compileLabelSelector, isEmptySelector } from '../../framework/matching.ts';
import { type NodeInfo, withoutPod, withPod } from '../../framework/nodeInfo.ts';
import type { FrameworkHandle, Plugin, PostFilterInput, PostFilterResult } from '../../framework/plugin.ts';
import type { PodInfo } from '../../framework/podInfo.ts';
import { errorStatus, isSuccess, type Status, unresolvable, unschedulable } from '../../framework/status.ts';
import { bestCandidates, type Candidate, compareImportance } from './candidates.ts';

export interface PreemptionArgs {
  readonly minCandidateNodesPercentage?: number;
  readonly minCandidateNodesAbsolute?: number;
}

const NO_VICTIMS = 'No preemption victims found for incoming pod';
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';

/** The dry run over the potential nodes, for decisions, explanations and recordings. */
export interface DryRun {
  readonly candidates: readonly Candidate[];
  /** Nodes where it would not help, and why. */
  readonly failed: ReadonlyMap<string, Status>;
  /** Of those nodes, by status. */
  readonly failures: ReadonlyMap<Status, number>;
  readonly best: readonly Candidate[];
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
  let info = node;
  for (const victim of lower) {
    info = withoutPod(info, victim.uid);
    framework.runRemovePod(state, pod, victim, info, snapshot);
  }
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
  return { node: node.name, victims: victims.sort(compareImportance), pdbViolations };
}

/** How many candidates are enough. Source: defaultpreemption calculateNumCandidates. */
function candidatesWanted(nodes: number, args: PreemptionArgs): number {
  const share = Math.trunc((nodes * (args.minCandidateNodesPercentage ?? 10)) / 100);
  return Math.min(nodes, Math.max(share, args.minCandidateNodesAbsolute ?? 100));
}

/** The outcome on one node, from the memo where there is one and no pod expects to land on the node. */
function outcomeOn(input: PostFilterInput, node: NodeInfo): Candidate | Status {
  const { memo, framework, pod } = input;
  if (memo === undefined || framework.hasNominated(node.name, pod)) return selectVictims(input, node, framework);
  const known = memo.get(node) as Candidate | Status | undefined;
  if (known !== undefined) return known;
  const outcome = selectVictims(input, node, framework);
  const namespaces = new Set(node.pods.map((p) => p.namespace));
  memo.set(node, outcome, namespaces, input.snapshot.listers.podDisruptionBudgets);
  return outcome;
}

export function dryRunPreemption(input: PostFilterInput, args: PreemptionArgs = {}): DryRun {
  const { snapshot, statuses, absent } = input;
  const potential =
    statuses.withCode?.('Unschedulable') ??
    snapshot.nodes.filter((n) => (statuses.get(n.name) ?? absent).code === 'Unschedulable');
  const failed: NodeInfo[] = [];
  const reasons: Status[] = [];
  const violating: Candidate[] = [];
  const clean: Candidate[] = [];
  // The search goes round: who is met after its end stands before the others in the order of the snapshot.
  const wrapped = new Set<Candidate>();
  if (potential.length > 0) {
    input.memo?.begin(snapshot.listers.podDisruptionBudgets);
    const wanted = candidatesWanted(potential.length, args);
    const offset = input.drawOffset(potential.length);
    for (let i = 0; i < potential.length; i++) {
      const isWrapped = offset + i >= potential.length;
      const node = potential[isWrapped ? offset + i - potential.length : offset + i];
      const result = outcomeOn(input, node);
      if (!('victims' in result)) {
        failed.push(node);
        reasons.push(result);
        continue;
      }
      if (isWrapped) wrapped.add(result);
      if (result.pdbViolations === 0) {
        if (clean.length < wanted) clean.push(result);
      } else if (violating.length < wanted) violating.push(result);
      if (clean.length > 0 && clean.length + violating.length >= wanted) break;
    }
  }
  const candidates = [...clean, ...violating];
  const best = bestCandidates(candidates);
  return {
    candidates,
    get failed() {
      return new Map(failed.map((node, i) => [node.name, reasons[i]]));
    },
    get failures() {
      const failures = new Map<Status, number>();
      for (const status of reasons) failures.set(status, (failures.get(status) ?? 0) + 1);
      return failures;
    },
    // The best violate the same number of budgets, so they are met in the order of the search.
    best: [...best.filter((c) => wrapped.has(c)), ...best.filter((c) => !wrapped.has(c))],
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
function leftByExtenders(candidates: readonly Candidate[], input: PostFilterInput): readonly Candidate[] | string {
  if (input.processPreemption === undefined) return candidates;
  const proposed = candidates.map(
    (c) => [c.node, { pods: c.victims.map((v) => v.uid), numPDBViolations: c.pdbViolations }] as const,
  );
  const answer = input.processPreemption(Object.fromEntries(proposed));
  if ('error' in answer) return answer.error;
  return candidates.flatMap((c) => {
    const left = answer.value[c.node];
    if (left === undefined) return [];
    return [
      { ...c, victims: c.victims.filter((v) => left.pods.includes(v.uid)), pdbViolations: left.numPDBViolations },
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
      if (run.candidates.length === 0) {
        const message = failureMessage(run, input.snapshot.size);
        return { status: unschedulable(`preemption: ${message}`), clearNomination: true };
      }
      const left = leftByExtenders(run.candidates, input);
      if (typeof left === 'string') return { status: errorStatus(`preemption: ${left}`) };
      const chosen = (left === run.candidates ? run.best : bestLeft(left, input.snapshot.nodes))[0];
      if (chosen === undefined) return { status: unschedulable('preemption: no candidate node for preemption') };
      return { status: { code: 'Success', reasons: [] }, nominatedNode: chosen.node, victims: chosen.victims };
    },
    events: () => [{ resource: 'AssignedPod', actions: ['Delete'], hint: () => 'QueueSkip' }],
  };
}
