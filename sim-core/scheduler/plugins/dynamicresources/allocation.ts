import type { KubeObject } from '../../../contracts/index.ts';
import type { ReservedWrite } from '../../framework/plugin.ts';
import type { Listers } from '../../framework/snapshot.ts';
import type { ClaimAllocation } from './allocator.ts';
import { CLAIMS, CLASSES, requestsOf, reservedFor } from './claims.ts';

const FINALIZER = 'resource.kubernetes.io/delete-protection';

interface SelectorTerm {
  readonly matchExpressions?: readonly object[];
  readonly matchFields?: readonly object[];
}

/** Where the allocated devices can be used: on this node alone as soon as one of them is local to it. */
function nodeSelectorOf(allocation: ClaimAllocation, node: string): object | undefined {
  const merged: { matchExpressions: object[]; matchFields: object[] } = { matchExpressions: [], matchFields: [] };
  for (const { slice } of allocation.devices) {
    const { nodeName, nodeSelector } = slice.spec;
    if (nodeName !== undefined) {
      const name = { key: 'metadata.name', operator: 'In', values: [node] };
      return { nodeSelectorTerms: [{ matchFields: [name] }] };
    }
    // Slices carry exactly one term; all of them must hold.
    const term: SelectorTerm | undefined = nodeSelector?.nodeSelectorTerms?.[0];
    merged.matchExpressions.push(...(term?.matchExpressions ?? []));
    merged.matchFields.push(...(term?.matchFields ?? []));
  }
  const term: Record<string, readonly object[]> = {};
  if (merged.matchExpressions.length > 0) term['matchExpressions'] = merged.matchExpressions;
  if (merged.matchFields.length > 0) term['matchFields'] = merged.matchFields;
  return Object.keys(term).length === 0 ? undefined : { nodeSelectorTerms: [term] };
}

/** Configuration of the classes of the chosen requests, then the claim's own that concerns them. */
function configOf(claim: KubeObject, allocation: ClaimAllocation, listers: Listers): readonly object[] {
  const config: object[] = [];
  const chosen = new Set(allocation.results.map((r) => r.request));
  for (const { name, exactly, firstAvailable } of requestsOf(claim)) {
    const all =
      exactly !== undefined
        ? [{ ...exactly, name }]
        : (firstAvailable ?? []).map((s) => ({ ...s, name: `${name}/${s.name}` }));
    for (const request of all) {
      if (!chosen.has(request.name)) continue;
      const deviceClass = listers.get(CLASSES, '', request.deviceClassName ?? '');
      for (const c of deviceClass?.spec?.config ?? [])
        config.push({ source: 'FromClass', requests: [request.name], ...c });
    }
  }
  for (const c of claim.spec?.devices?.config ?? []) {
    const names: readonly string[] = c.requests ?? [];
    const concerns =
      names.length === 0 || names.some((n) => chosen.has(n) || [...chosen].some((x) => x.startsWith(`${n}/`)));
    if (concerns) config.push({ source: 'FromClaim', ...c });
  }
  return config;
}

/**
 * The writes that give a claim to a pod: the finalizer first where devices are allocated, then the status. `allocation`
 * undefined = the claim has its devices already.
 */
export function claimWrites(
  claim: KubeObject,
  pod: KubeObject,
  node: string,
  allocation: ClaimAllocation | undefined,
  listers: Listers,
): readonly ReservedWrite[] {
  const writes: ReservedWrite[] = [];
  let object = claim;
  const finalizers = claim.metadata.finalizers ?? [];
  if (allocation !== undefined && !finalizers.includes(FINALIZER)) {
    object = { ...claim, metadata: { ...claim.metadata, finalizers: [...finalizers, FINALIZER] } };
    writes.push({ resource: CLAIMS, object });
  }
  const consumers = reservedFor(claim);
  const reserved = consumers.some((c) => c.uid === pod.metadata.uid);
  if (allocation === undefined && reserved) return writes;
  const consumer = { resource: 'pods', name: pod.metadata.name, uid: pod.metadata.uid };
  let status = { ...claim.status, reservedFor: reserved ? consumers : [...consumers, consumer] };
  if (allocation !== undefined) {
    const config = configOf(claim, allocation, listers);
    const devices = config.length === 0 ? { results: allocation.results } : { results: allocation.results, config };
    const nodeSelector = nodeSelectorOf(allocation, node);
    status = { ...status, allocation: nodeSelector === undefined ? { devices } : { devices, nodeSelector } };
  }
  writes.push({ resource: CLAIMS, object: { ...object, status }, subresource: 'status' });
  return writes;
}

/** Takes the devices away from a claim that nobody uses. */
export function deallocation(claim: KubeObject): ReservedWrite {
  const { allocation: _allocation, reservedFor: _reservedFor, ...status } = claim.status ?? {};
  return { resource: CLAIMS, object: { ...claim, status }, subresource: 'status' };
}
