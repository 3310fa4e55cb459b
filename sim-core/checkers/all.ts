import { finalizersHold } from './api/finalizers.ts';
import { generationCountsSpecs, observedGenerationFollows } from './api/generations.ts';
import { identityIsFixed, namesAreUnique } from './api/identity.ts';
import { namespacesAreClosed } from './api/namespaces.ts';
import { resourceVersionsGrow, staleWritesFail } from './api/resourceVersions.ts';
import type { Checker } from './checker.ts';
import { timeGoesForward } from './clock.ts';
import { evictionsArePaid } from './controllers/disruptionBudgets.ts';
import { endpointsAreReadyPods } from './controllers/endpoints.ts';
import { replicaSetsSettle } from './controllers/replicaSets.ts';
import { historyIsKept, rolloutsStayInBounds } from './controllers/rollouts.ts';
import { acknowledgedStays, quorumCommits } from './etcd/durability.ts';
import { membersAgree, oneLeaderATerm } from './etcd/members.ts';
import { pairsFollow, revisionsByOne } from './etcd/revisions.ts';
import { watchesAtomic, watchesOrdered, watchesReliable, watchesResumable, watchesUnique } from './etcd/watches.ts';
import { informersFollow } from './informers.ts';
import { assumedPodsEnd, podsAreBoundOnce } from './nodes/binding.ts';
import { nodesAreNotOvercommitted } from './nodes/capacity.ts';
import { podsAreConserved } from './nodes/conservation.ts';
import { nodesFailAfterGrace, noEvictionInFullOutage } from './nodes/nodeEvictions.ts';
import { phasesGoForward } from './nodes/podPhases.ts';
import { probesHaveThresholds } from './nodes/probes.ts';
import { restartsAreAllowed } from './nodes/restarts.ts';
import { podsEndGracefully } from './nodes/termination.ts';
import { oneController, orphansCollected } from './ownership.ts';

/** New instances of every checker, in the order of docs/checkers.md. */
export function allCheckers(): readonly Checker[] {
  return [
    revisionsByOne(),
    acknowledgedStays(),
    pairsFollow(),
    watchesOrdered(),
    watchesUnique(),
    watchesReliable(),
    informersFollow(),
    watchesAtomic(),
    watchesResumable(),
    oneLeaderATerm(),
    quorumCommits(),
    membersAgree(),
    resourceVersionsGrow(),
    staleWritesFail(),
    identityIsFixed(),
    generationCountsSpecs(),
    observedGenerationFollows(),
    namesAreUnique(),
    finalizersHold(),
    namespacesAreClosed(),
    orphansCollected(),
    oneController(),
    replicaSetsSettle(),
    rolloutsStayInBounds(),
    historyIsKept(),
    evictionsArePaid(),
    endpointsAreReadyPods(),
    nodesAreNotOvercommitted(),
    podsAreBoundOnce(),
    assumedPodsEnd(),
    phasesGoForward(),
    restartsAreAllowed(),
    probesHaveThresholds(),
    podsEndGracefully(),
    noEvictionInFullOutage(),
    nodesFailAfterGrace(),
    podsAreConserved(),
    timeGoesForward(),
  ];
}
