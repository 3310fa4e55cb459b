import type { PodInfo } from '../scheduler/framework/podInfo.ts';
import { unresolvable } from '../scheduler/framework/status.ts';
import {
  type Candidate,
  earliestStartOfHighest,
  startTime,
  sumOfPriorities,
} from '../scheduler/plugins/defaultpreemption/candidates.ts';
import { sortedCounts } from './funnel.ts';
import { type Inquiry, isDryRunner } from './inquiry.ts';
import type { Message, Preemption, PreemptionCandidate, VictimView } from './types.ts';

/** What preemption found; undefined when the pod was scheduled or its profile does not preempt. */
export function preemptionOf(inquiry: Inquiry): Preemption | undefined {
  const { decision, question } = inquiry;
  const preempts = question.framework.plugins.postFilter.some(isDryRunner);
  if (!preempts || decision.result !== 'Unschedulable') return undefined;
  const none = { node: '', candidates: [], failed: [] };
  const refused = refusal(inquiry);
  if (refused !== undefined) return { ...none, outcome: 'notEligible', messages: [refused] };
  const statuses = decision.failed;
  const absent = decision.absent ?? unresolvable();
  const helpful = question.snapshot.nodes.some((n) => (statuses.get(n.name) ?? absent).code === 'Unschedulable');
  if (!helpful) return { ...none, outcome: 'notHelpful', messages: [{ id: 'sched.preempt.notHelpful', params: {} }] };
  const run = inquiry.dryRun;
  // Another PostFilter plugin ended the attempt before.
  if (run === undefined) return undefined;
  const counts = new Map<string, number>();
  for (const status of run.failed.values())
    for (const reason of status.reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const failed = sortedCounts(counts);
  const chosen = run.best[0];
  if (chosen === undefined || decision.nominatedNode === undefined)
    return { ...none, outcome: 'noCandidates', failed, messages: [{ id: 'sched.preempt.noCandidates', params: {} }] };
  return {
    outcome: 'nominated',
    node: chosen.node,
    candidates: run.candidates.map((c) => candidateView(c, chosen)),
    failed,
    messages: [{ id: 'sched.preempt.nominated', params: { node: chosen.node, victims: chosen.victims.length } }],
  };
}

function refusal(inquiry: Inquiry): Message | undefined {
  const { pod } = inquiry.question;
  if (pod.pod.spec?.preemptionPolicy === 'Never') return { id: 'sched.preempt.never', params: {} };
  const text = inquiry.decision.postFilter?.message ?? '';
  return text.includes('terminating pod on the nominated node')
    ? { id: 'sched.preempt.terminating', params: {} }
    : undefined;
}

export function victimView(victim: PodInfo): VictimView {
  const { namespace, name, priority } = victim;
  return { namespace, name, priority, startTime: startTime(victim) };
}

function candidateView(candidate: Candidate, chosen: Candidate): PreemptionCandidate {
  const { node, pdbViolations } = candidate;
  const victims = candidate.victims.map(victimView);
  if (candidate === chosen) return { node, victims, pdbViolations, chosen: true };
  return { node, victims, pdbViolations, chosen: false, lostBy: lostBy(candidate, chosen) };
}

/** The first criterion by which the chosen candidate is better, in the order in which they are asked. */
function lostBy(candidate: Candidate, chosen: Candidate): Message {
  if (candidate.pdbViolations > chosen.pdbViolations) {
    const { pdbViolations: violations } = candidate;
    return { id: 'sched.preempt.lostPdb', params: { violations, best: chosen.pdbViolations } };
  }
  const priority = candidate.victims[0].priority;
  if (priority > chosen.victims[0].priority)
    return { id: 'sched.preempt.lostPriority', params: { priority, best: chosen.victims[0].priority } };
  const victims = candidate.victims.length;
  if (sumOfPriorities(candidate) > sumOfPriorities(chosen))
    return victims === chosen.victims.length
      ? { id: 'sched.preempt.lostSum', params: { victims } }
      : { id: 'sched.preempt.lostCount', params: { victims, best: chosen.victims.length } };
  if (victims > chosen.victims.length)
    return { id: 'sched.preempt.lostCount', params: { victims, best: chosen.victims.length } };
  if (earliestStartOfHighest(candidate) !== earliestStartOfHighest(chosen))
    return { id: 'sched.preempt.lostStart', params: {} };
  return { id: 'sched.preempt.lostOrder', params: {} };
}
