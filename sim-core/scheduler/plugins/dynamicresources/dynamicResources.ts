import { nodeSelectorTermsMatch } from '../../../api/helpers/nodeAffinity.ts';
import { deepEqual } from '../../../api/machinery/update.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import { defaultNormalize } from '../../framework/normalize.ts';
import type { CycleState, Plugin, PostFilterInput, PostFilterResult, Reservation } from '../../framework/plugin.ts';
import type { Listers } from '../../framework/snapshot.ts';
import { errorStatus, SKIP, type Status, unresolvable, unschedulable } from '../../framework/status.ts';
import { claimWrites, deallocation } from './allocation.ts';
import { AllocationError, Allocator, type ClaimAllocation } from './allocator.ts';
import { CLASSES, canBeReserved, claimsOf, hasClaims, requestsOf, reservedFor } from './claims.ts';

const STATE = 'DynamicResources';
/** A subrequest at place i of a prioritized list scores this less i. */
const MAX_SUBREQUESTS = 8;

/** One state for the whole cycle: filters note what they found out about the nodes. */
interface State {
  readonly claims: readonly KubeObject[];
  /** Those without devices, in the same order. */
  readonly unallocated: readonly KubeObject[];
  readonly allocator: Allocator | undefined;
  readonly allocations: Map<string, readonly ClaimAllocation[]>;
  /** Allocated claims whose devices some node cannot reach. */
  readonly unavailable: Set<KubeObject>;
}

const NO_CLAIMS: State = {
  claims: [],
  unallocated: [],
  allocator: undefined,
  allocations: new Map(),
  unavailable: new Set(),
};

const isAllocated = (claim: KubeObject) => claim.status?.allocation !== undefined;

function missingClass(name: string | undefined, request: string, listers: Listers): Status | undefined {
  if ((name ?? '') === '') return unresolvable(`request ${request}: unsupported request type`);
  return listers.get(CLASSES, '', name as string) === undefined
    ? unresolvable(`request ${request}: device class ${name} does not exist`)
    : undefined;
}

function checkClasses(claim: KubeObject, listers: Listers): Status | undefined {
  for (const { name, exactly, firstAvailable = [] } of requestsOf(claim)) {
    if (exactly === undefined && firstAvailable.length === 0) {
      const { namespace, name: claimName } = claim.metadata;
      return unresolvable(`resource claim ${namespace}/${claimName}, request ${name}: unknown request type`);
    }
    const missing =
      exactly !== undefined
        ? missingClass(exactly.deviceClassName, name, listers)
        : firstAvailable.map((s) => missingClass(s.deviceClassName, `${name}/${s.name}`, listers)).find((s) => s);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function preFilter(state: CycleState, pod: KubeObject, listers: Listers): Status | undefined {
  state.write(STATE, NO_CLAIMS);
  if (!hasClaims(pod)) return SKIP;
  const claims = claimsOf(pod, listers);
  if (typeof claims === 'string') return unresolvable(claims);
  if (claims.length === 0) return SKIP;
  for (const claim of claims) {
    if (isAllocated(claim)) {
      if (!canBeReserved(claim, pod)) return unresolvable('resourceclaim in use');
    } else {
      const missing = checkClasses(claim, listers);
      if (missing !== undefined) return missing;
    }
  }
  const unallocated = claims.filter((c) => !isAllocated(c));
  const found: State = {
    claims,
    unallocated,
    allocator: unallocated.length === 0 ? undefined : new Allocator(unallocated, listers),
    allocations: new Map(),
    unavailable: new Set(),
  };
  state.write(STATE, found);
  return undefined;
}

function filter(s: State, node: NodeInfo): Status | undefined {
  let reachable = true;
  for (const claim of s.claims) {
    const terms = claim.status?.allocation?.nodeSelector?.nodeSelectorTerms;
    if (terms === undefined || nodeSelectorTermsMatch(terms, node.node as KubeObject)) continue;
    s.unavailable.add(claim);
    reachable = false;
  }
  if (s.allocator !== undefined) {
    try {
      const allocations = s.allocator.allocate(node);
      if (allocations === undefined) return unresolvable('cannot allocate all claims');
      s.allocations.set(node.name, allocations);
    } catch (error) {
      if (!(error instanceof AllocationError)) throw error;
      return errorStatus(error.message);
    }
  }
  return reachable ? undefined : unresolvable('resourceclaim not available on the node');
}

/** Higher for alternatives that stand further ahead in their lists. */
function score(s: State, node: NodeInfo): number {
  const allocations = s.allocations.get(node.name);
  if (allocations === undefined) return 0;
  let sum = 0;
  s.unallocated.forEach((claim, i) => {
    for (const { name, firstAvailable } of requestsOf(claim)) {
      const at = (firstAvailable ?? []).findIndex((sub) =>
        allocations[i].results.some((r) => r.request === `${name}/${sub.name}`),
      );
      if (at >= 0) sum += MAX_SUBREQUESTS - at;
    }
  });
  return sum;
}

/** A claim that only this pod could use is freed, so that it can be allocated anew where the pod fits. */
function postFilter({ state, pod }: PostFilterInput): PostFilterResult {
  const s = state.read<State>(STATE);
  if (s === undefined) return { status: errorStatus('not found') };
  if (s.claims.length === 0) return { status: unschedulable('no new claims to deallocate') };
  for (const claim of s.unavailable) {
    const consumers = reservedFor(claim);
    if (consumers.length > 1 || (consumers.length === 1 && consumers[0].uid !== pod.uid)) continue;
    return { status: unschedulable('deallocation of ResourceClaim completed'), writes: [deallocation(claim)] };
  }
  return { status: unschedulable('still not schedulable') };
}

function reserve(s: State, pod: KubeObject, node: NodeInfo, listers: Listers): Reservation | undefined {
  const allocations = s.allocations.get(node.name) ?? [];
  const writes = s.claims.flatMap((claim) =>
    claimWrites(claim, pod, node.name, allocations[s.unallocated.indexOf(claim)], listers),
  );
  return writes.length === 0 ? undefined : { plugin: 'DynamicResources', writes, waitsFor: [] };
}

/** Devices for the resource claims of pods. Source: plugins/dynamicresources; scheduler.md §5, §18.3, §18.11. */
export function dynamicResources(): Plugin {
  return {
    name: 'DynamicResources',
    preEnqueue(pod, listers) {
      if (!hasClaims(pod)) return undefined;
      const claims = claimsOf(pod, listers);
      return typeof claims === 'string' ? unresolvable(claims) : undefined;
    },
    preFilter: (state, pod, snapshot) => ({ status: preFilter(state, pod.pod, snapshot.listers) }),
    filter(state, _pod, node) {
      const s = state.read<State>(STATE);
      return s === undefined || s.claims.length === 0 ? undefined : filter(s, node);
    },
    score(state, _pod, node) {
      const s = state.read<State>(STATE);
      return s?.allocator === undefined ? 0 : score(s, node);
    },
    normalize: (_state, _pod, scores) => defaultNormalize(scores, false),
    postFilter,
    reserve(state, pod, node, snapshot) {
      const s = state.read<State>(STATE);
      return s === undefined || s.claims.length === 0 ? undefined : reserve(s, pod.pod, node, snapshot.listers);
    },
    decompose: (pod) => (hasClaims(pod.pod) ? undefined : {}),
    events: () => EVENTS,
  };
}

const EVENTS: ReturnType<NonNullable<Plugin['events']>> = [
  { resource: 'Node', actions: ['Add', 'UpdateNodeLabel', 'UpdateNodeAllocatable'] },
  { resource: 'ResourceClaim', actions: ['Add', 'Update'], hint: claimHint },
  {
    resource: 'UnschedulablePod',
    actions: ['UpdatePodGeneratedResourceClaim'],
    hint: (pod, _before, now, listers) =>
      now?.metadata.uid === pod.metadata.uid && typeof claimsOf(now as KubeObject, listers) !== 'string'
        ? 'Queue'
        : 'QueueSkip',
  },
  { resource: 'DeviceClass', actions: ['Add', 'Update'] },
  { resource: 'ResourceSlice', actions: ['Add', 'Update'] },
];

function claimHint(pod: KubeObject, before: KubeObject | undefined, now: KubeObject | undefined, listers: Listers) {
  const claims = claimsOf(pod, listers);
  if (typeof claims === 'string' || now === undefined) return 'QueueSkip';
  // Somebody gave devices back.
  if (before !== undefined && isAllocated(before) && !isAllocated(now)) return 'Queue';
  if (!claims.some((c) => c.metadata.uid === now.metadata.uid)) return 'QueueSkip';
  return before !== undefined && deepEqual(before.status, now.status) ? 'QueueSkip' : 'Queue';
}
