import type { KubeObject } from '../../contracts/index.ts';
import { compareQuantities, parseQuantity } from '../machinery/quantity.ts';
import { labelSelectorMatches } from '../machinery/selectors.ts';

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** The beta annotation wins over the field. Source: component-helpers GetPersistentVolumeClaimClass. */
export function storageClassOf(object: KubeObject): string {
  return object.metadata.annotations?.[CLASS_ANNOTATION] ?? object.spec?.storageClassName ?? '';
}

const storageOf = (list: Readonly<Record<string, string>> | undefined) =>
  parseQuantity(String(list?.['storage'] ?? '0'));
const capacityOf = (volume: KubeObject) => storageOf(volume.spec?.capacity);
const modeOf = (o: KubeObject): string => o.spec?.volumeMode ?? 'Filesystem';

/** By what a claim asks for, the smallest first. */
export function compareRequests(a: KubeObject, b: KubeObject): number {
  return compareQuantities(storageOf(a.spec?.resources?.requests), storageOf(b.spec?.resources?.requests));
}

export function isBoundToClaim(volume: KubeObject, claim: KubeObject): boolean {
  const ref = volume.spec?.claimRef;
  if (ref === undefined || ref.name !== claim.metadata.name || ref.namespace !== claim.metadata.namespace) return false;
  return (ref.uid ?? '') === '' || ref.uid === claim.metadata.uid;
}

export function isLargeEnough(volume: KubeObject, claim: KubeObject): boolean {
  return compareQuantities(capacityOf(volume), storageOf(claim.spec?.resources?.requests)) >= 0;
}

export function hasModeOf(volume: KubeObject, claim: KubeObject): boolean {
  return modeOf(volume) === modeOf(claim);
}

export function hasAccessModesOf(volume: KubeObject, claim: KubeObject): boolean {
  const modes: readonly string[] = volume.spec?.accessModes ?? [];
  return (claim.spec?.accessModes ?? []).every((m: string) => modes.includes(m));
}

function isCandidate(volume: KubeObject, claim: KubeObject): boolean {
  if (volume.spec?.claimRef !== undefined && !isBoundToClaim(volume, claim)) return false;
  if (!isLargeEnough(volume, claim) || !hasModeOf(volume, claim)) return false;
  if ((volume.spec?.volumeAttributesClassName ?? '') !== (claim.spec?.volumeAttributesClassName ?? '')) return false;
  return volume.metadata.deletionTimestamp === undefined;
}

function suits(volume: KubeObject, claim: KubeObject): boolean {
  if (volume.status?.phase !== 'Available' || storageClassOf(volume) !== storageClassOf(claim)) return false;
  const selector = claim.spec?.selector;
  if (selector !== undefined && !labelSelectorMatches(selector, volume.metadata.labels ?? {})) return false;
  return hasAccessModesOf(volume, claim);
}

/** What else decides where a volume is sought for one node, or by the volume controller. */
export interface VolumeSearch {
  /** Can the node reach the volume? Absent: no node is chosen, so that does not matter. */
  readonly reaches?: (volume: KubeObject) => boolean;
  /** Names of volumes that other claims of the pod take. */
  readonly taken?: ReadonlySet<string>;
  /** The claim waits for its first consumer: only a volume that is pre-bound to it counts. */
  readonly onlyPreBound?: boolean;
}

/**
 * The volume that is pre-bound to the claim, else the smallest that suits; the first of equal ones.
 * Source: component-helpers/storage/volume FindMatchingVolume.
 */
export function findMatchingVolume(
  claim: KubeObject,
  volumes: readonly KubeObject[],
  search: VolumeSearch = {},
): KubeObject | undefined {
  const { reaches = () => true, taken, onlyPreBound = false } = search;
  let smallest: KubeObject | undefined;
  for (const volume of volumes) {
    if (taken?.has(volume.metadata.name as string) || !isCandidate(volume, claim)) continue;
    if (isBoundToClaim(volume, claim)) return reaches(volume) ? volume : undefined;
    if (onlyPreBound || !suits(volume, claim) || !reaches(volume)) continue;
    if (smallest === undefined || compareQuantities(capacityOf(smallest), capacityOf(volume)) > 0) smallest = volume;
  }
  return smallest;
}
