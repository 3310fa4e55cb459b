import type { AttributeShape } from '../../../api/cel/device.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import type { Listers } from '../../framework/snapshot.ts';

export const CLAIMS = 'resourceclaims.resource.k8s.io';
export const SLICES = 'resourceslices.resource.k8s.io';
export const CLASSES = 'deviceclasses.resource.k8s.io';

export interface CelSelector {
  readonly cel?: { readonly expression: string };
}

/** ExactDeviceRequest, or one alternative of a prioritized list. */
export interface DeviceRequest {
  readonly name?: string;
  readonly deviceClassName?: string;
  readonly selectors?: readonly CelSelector[];
  readonly allocationMode?: 'ExactCount' | 'All';
  readonly count?: number;
  readonly adminAccess?: boolean;
}

export interface ClaimRequest {
  readonly name: string;
  readonly exactly?: DeviceRequest;
  readonly firstAvailable?: readonly (DeviceRequest & { readonly name: string })[];
}

export interface DeviceConstraint {
  readonly requests?: readonly string[];
  readonly matchAttribute?: string;
}

export interface Device {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, AttributeShape>>;
  readonly capacity?: Readonly<Record<string, { readonly value: string | number }>>;
}

export interface AllocatedDevice {
  readonly request: string;
  readonly driver: string;
  readonly pool: string;
  readonly device: string;
  readonly adminAccess?: boolean;
}

export const requestsOf = (claim: KubeObject): readonly ClaimRequest[] => claim.spec?.devices?.requests ?? [];
export const constraintsOf = (claim: KubeObject): readonly DeviceConstraint[] => claim.spec?.devices?.constraints ?? [];
export const keyOf = (claim: KubeObject) => `${claim.metadata.namespace}/${claim.metadata.name}`;

interface PodClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

const NONE: readonly PodClaim[] = [];

export function hasClaims(pod: KubeObject): boolean {
  return (pod.spec?.resourceClaims ?? NONE).length > 0;
}

/** The claims of a pod in the order of its entries; a text says what is missing or wrong. */
export function claimsOf(pod: KubeObject, listers: Listers): readonly KubeObject[] | string {
  const { namespace = '', name: podName, uid } = pod.metadata;
  const claims: KubeObject[] = [];
  for (const entry of (pod.spec?.resourceClaims ?? NONE) as readonly PodClaim[]) {
    let name = entry.resourceClaimName;
    if (name === undefined) {
      if (entry.resourceClaimTemplateName === undefined)
        return `pod "${namespace}/${podName}", spec.resourceClaim "${entry.name}": none of the supported fields are set`;
      const statuses: readonly { name: string; resourceClaimName?: string }[] = pod.status?.resourceClaimStatuses ?? [];
      const status = statuses.find((s) => s.name === entry.name);
      if (status === undefined) return `pod "${namespace}/${podName}": ResourceClaim not created yet`;
      // The controller found that no claim is needed.
      if (status.resourceClaimName === undefined) continue;
      name = status.resourceClaimName;
    }
    const claim = listers.get(CLAIMS, namespace, name);
    if (claim === undefined) return `could not find ResourceClaim "${namespace}/${name}"`;
    if (claim.metadata.deletionTimestamp !== undefined) return `resourceclaim "${name}" is being deleted`;
    const own = claim.metadata.ownerReferences?.some((o) => o.controller === true && o.uid === uid) === true;
    if (entry.resourceClaimName === undefined && !own)
      return `ResourceClaim ${namespace}/${name} was not created for Pod ${namespace}/${podName} (Pod is not owner)`;
    claims.push(claim);
  }
  return claims;
}

interface Consumer {
  readonly resource: string;
  readonly name: string;
  readonly uid: string;
}

export const reservedFor = (claim: KubeObject): readonly Consumer[] => claim.status?.reservedFor ?? [];
/** Source: dynamic-resource-allocation/resourceclaim: at most 256 consumers. */
const MAX_CONSUMERS = 256;

export function canBeReserved(claim: KubeObject, pod: KubeObject): boolean {
  const consumers = reservedFor(claim);
  return consumers.length < MAX_CONSUMERS || consumers.some((c) => c.uid === pod.metadata.uid);
}
