import { nodeSelectorTermsMatch } from '../../../api/helpers/nodeAffinity.ts';
import { compareRequests, findMatchingVolume } from '../../../api/helpers/volumes.ts';
import { value } from '../../../api/machinery/quantity.ts';
import { labelSelectorMatches } from '../../../api/machinery/selectors.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { Listers } from '../../framework/snapshot.ts';
import { CSI_CAPACITIES, CSI_DRIVERS, classOf, PVS, STORAGE_CLASSES } from '../volumes/claims.ts';

export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** The claims of one pod by what is left to do for them. */
export interface PodClaims {
  readonly bound: readonly KubeObject[];
  /** Claims whose class waits for the first consumer. */
  readonly delayed: readonly KubeObject[];
  /** Unbound ones that the volume controller alone can bind. */
  readonly immediate: readonly KubeObject[];
  /** Class name -> its volumes, for the delayed claims. */
  readonly volumes: ReadonlyMap<string, readonly KubeObject[]>;
}

/** What binding to one node would take. */
export interface PodVolumes {
  readonly bindings: readonly { readonly claim: KubeObject; readonly volume: KubeObject }[];
  readonly provisions: readonly KubeObject[];
}

export interface Found extends PodVolumes {
  readonly nodeConflict: boolean;
  readonly bindConflict: boolean;
  readonly noSpace: boolean;
  readonly volumeGone: boolean;
  readonly error?: string;
}

/** A volume's node affinity over the labels of a node (its name does not count). */
export function volumeReaches(volume: KubeObject, node: NodeInfo): boolean {
  const required = volume.spec?.nodeAffinity?.required;
  return (
    required === undefined || nodeSelectorTermsMatch(required.nodeSelectorTerms, { metadata: { labels: node.labels } })
  );
}

/** allowedTopologies: terms are alternatives, a term without expressions matches nothing. */
function topologyAllowed(storageClass: KubeObject, labels: Readonly<Record<string, string>>): boolean {
  interface Term {
    readonly matchLabelExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
  }
  const terms: readonly Term[] = storageClass['allowedTopologies'] ?? [];
  if (terms.length === 0) return true;
  return terms.some(({ matchLabelExpressions: all = [] }) => {
    return all.length > 0 && all.every((e) => labels[e.key] !== undefined && e.values.includes(labels[e.key]));
  });
}

/** Drivers that publish their capacity must have room for the claim in a segment that the node reaches. */
function hasCapacity(listers: Listers, claim: KubeObject, storageClass: KubeObject, node: NodeInfo): boolean {
  const requested = claim.spec?.resources?.requests?.storage;
  if (requested === undefined) return true;
  if (listers.get(CSI_DRIVERS, '', storageClass['provisioner'])?.spec?.storageCapacity !== true) return true;
  return listers.list(CSI_CAPACITIES, '').some((c) => {
    const limit = c['maximumVolumeSize'] ?? c['capacity'];
    return (
      c['storageClassName'] === storageClass.metadata.name &&
      limit !== undefined &&
      value(limit) >= value(requested) &&
      c['nodeTopology'] !== undefined &&
      labelSelectorMatches(c['nodeTopology'], node.labels)
    );
  });
}

type Provisioning = 'ok' | 'conflict' | 'noSpace' | { readonly error: string };

function canProvision(listers: Listers, claims: readonly KubeObject[], node: NodeInfo): Provisioning {
  for (const claim of claims) {
    const className = classOf(claim);
    if (className === '') return { error: `no class for claim "${claim.metadata.namespace}/${claim.metadata.name}"` };
    const storageClass = listers.get(STORAGE_CLASSES, '', className);
    if (storageClass === undefined) return { error: `failed to find storage class "${className}"` };
    const provisioner: string = storageClass['provisioner'] ?? '';
    if (provisioner === '' || provisioner === NO_PROVISIONER) return 'conflict';
    if (!topologyAllowed(storageClass, node.labels)) return 'conflict';
    if (!hasCapacity(listers, claim, storageClass, node)) return 'noSpace';
  }
  return 'ok';
}

const NOTHING: Found = {
  bindings: [],
  provisions: [],
  nodeConflict: false,
  bindConflict: false,
  noSpace: false,
  volumeGone: false,
};

function checkBound(claims: readonly KubeObject[], node: NodeInfo, listers: Listers): Found {
  for (const claim of claims) {
    const volume = listers.get(PVS, '', claim.spec.volumeName);
    if (volume === undefined) return { ...NOTHING, volumeGone: true };
    if (!volumeReaches(volume, node)) return { ...NOTHING, nodeConflict: true };
  }
  return NOTHING;
}

/** Can the claims be had on this node, and how? Source: plugins/volumebinding FindPodVolumes. */
export function findPodVolumes(claims: PodClaims, node: NodeInfo, listers: Listers): Found {
  const found = checkBound(claims.bound, node, listers);
  if (claims.delayed.length === 0) return found;
  const provisions: KubeObject[] = [];
  const toMatch: KubeObject[] = [];
  for (const claim of claims.delayed) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected === undefined) toMatch.push(claim);
    else if (selected === node.name) provisions.push(claim);
    else return { ...found, bindConflict: true };
  }
  const taken = new Set<string>();
  const bindings: { claim: KubeObject; volume: KubeObject }[] = [];
  // Small claims first, so that they take the small volumes.
  for (const claim of [...toMatch].sort(compareRequests)) {
    const volumes = claims.volumes.get(classOf(claim)) ?? [];
    const volume = findMatchingVolume(claim, volumes, { reaches: (v) => volumeReaches(v, node), taken });
    if (volume === undefined) provisions.push(claim);
    else {
      taken.add(volume.metadata.name as string);
      bindings.push({ claim, volume });
    }
  }
  const outcome = canProvision(listers, provisions, node);
  if (typeof outcome === 'object') return { ...found, error: outcome.error };
  return {
    ...found,
    bindings,
    provisions,
    bindConflict: outcome === 'conflict',
    noSpace: outcome === 'noSpace',
  };
}
