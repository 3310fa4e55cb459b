import type { KubeObject } from '../../contracts/objects.ts';
import { nameIsDNS1035Label, nameIsDNSLabel, nameIsDNSSubdomain } from '../machinery/names.ts';
import { resourceOfKind } from '../schema/table.ts';
import * as admission from './admission.ts';
import * as cluster from './cluster.ts';
import { eachOf, type FieldError, type Piece } from './common.ts';
import { validateEvent, validateEventUpdate } from './events.ts';
import { validateJobStatus } from './jobStatus.ts';
import * as jobs from './jobs.ts';
import {
  finalizerName,
  type NameCheck,
  pathSegmentName,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './meta.ts';
import * as network from './network.ts';
import { validatePodCreate } from './pods/spec.ts';
import { validateEphemeralUpdate, validatePodUpdate } from './pods/update.ts';
import * as policy from './policy.ts';
import * as rbac from './rbac.ts';
import * as scaling from './scaling.ts';
import { validateSigningRequest, validateSigningRequestUpdate } from './signingRequests.ts';
import * as statuses from './statuses.ts';
import * as storage from './storage.ts';
import * as workloads from './workloads.ts';

/**
 * Validation of every built-in kind: the field errors of a 422, in the server's order and words (Kubernetes 1.35). Objects
 * are decoded, defaulted and prepared by the kind's strategy. Kinds that are not here have only their metadata checked.
 */

interface KindRules {
  /** Messages for a name; the default is a DNS subdomain. */
  readonly name?: (name: string, prefix: boolean, object: Piece) => readonly string[];
  /** Checks that come before all others and alone: what allocators do. */
  readonly first?: (object: Piece) => FieldError[];
  readonly create?: (object: Piece) => FieldError[];
  /** Checks of an update, those of the new object included; without it the checks of a create are repeated. */
  readonly update?: (now: Piece, before: Piece) => FieldError[];
  /** The strategy repeats the checks of a create before those of an update. */
  readonly repeats?: true;
  /** Rules of the kind leave metadata to the registry. */
  readonly metaOnce?: true;
  /** `part` is the subresource. */
  readonly status?: (now: Piece, before: Piece, part?: string) => FieldError[];
}

const segment = (name: string, prefix: boolean): readonly string[] => pathSegmentName(name, prefix);
const label = nameIsDNSLabel;

/** Kinds with declarative validation count bytes in words. */
const longName = (name: string, prefix: boolean): readonly string[] =>
  nameIsDNSSubdomain(name, prefix).map((message) => message.replace('253 characters', '253 bytes'));

const RULES: Readonly<Record<string, KindRules>> = {
  Pod: { create: validatePodCreate, update: validatePodUpdate, status: statuses.validatePodStatus },
  PodTemplate: { create: workloads.validatePodTemplateObject },
  ReplicationController: {
    name: longName,
    create: workloads.validateReplicationController,
    status: statuses.validateReplicaSetStatus,
  },
  'apps Deployment': { create: workloads.validateDeployment, update: workloads.validateDeploymentUpdate },
  'apps ReplicaSet': { create: workloads.validateReplicaSet, update: workloads.validateReplicaSetUpdate },
  'apps StatefulSet': {
    name: label,
    create: workloads.validateStatefulSet,
    update: workloads.validateStatefulSetUpdate,
    status: statuses.validateStatefulSetStatus,
  },
  'apps DaemonSet': {
    create: workloads.validateDaemonSet,
    update: workloads.validateDaemonSetUpdate,
    status: statuses.validateDaemonSetStatus,
  },
  'apps ControllerRevision': {
    create: workloads.validateControllerRevision,
    update: workloads.validateControllerRevisionUpdate,
  },
  'batch Job': { create: jobs.validateJob, update: jobs.validateJobUpdate, status: validateJobStatus },
  'batch CronJob': {
    name: jobs.cronJobName,
    create: (object) => jobs.validateCronJob(object),
    update: jobs.validateCronJobUpdate,
  },
  'autoscaling HorizontalPodAutoscaler': { create: scaling.validateHpa, status: statuses.validateHpaStatus },
  'policy PodDisruptionBudget': { name: segment, create: scaling.validatePdb, status: statuses.validatePdbStatus },
  Service: {
    name: nameIsDNS1035Label,
    first: network.serviceAllocationErrors,
    create: network.validateService,
    update: network.validateServiceUpdate,
    status: network.validateServiceStatus,
  },
  Endpoints: { create: network.validateEndpoints },
  'discovery.k8s.io EndpointSlice': {
    create: network.validateEndpointSlice,
    update: network.validateEndpointSliceUpdate,
  },
  'networking.k8s.io Ingress': { create: network.validateIngress, status: statuses.validateIngressStatus },
  'networking.k8s.io IngressClass': {
    create: network.validateIngressClass,
    update: network.validateIngressClassUpdate,
  },
  'networking.k8s.io NetworkPolicy': { create: network.validateNetworkPolicy },
  'networking.k8s.io IPAddress': {
    name: network.ipAddressName,
    create: network.validateIpAddress,
    repeats: true,
    update: network.validateIpAddressUpdate,
  },
  'networking.k8s.io ServiceCIDR': {
    create: network.validateServiceCidr,
    repeats: true,
    update: network.validateServiceCidrUpdate,
  },
  ConfigMap: { create: policy.validateConfigMap, update: policy.validateConfigMapUpdate },
  Secret: { create: policy.validateSecret, update: policy.validateSecretUpdate },
  ServiceAccount: {},
  Namespace: { name: label, create: policy.validateNamespace, status: statuses.validateNamespaceStatus },
  Node: {
    create: policy.validateNode,
    repeats: true,
    update: policy.validateNodeUpdate,
    status: policy.validateNodeUpdate,
  },
  Event: { name: segment, create: validateEvent, update: validateEventUpdate, metaOnce: true },
  'events.k8s.io Event': { create: validateEvent, update: validateEventUpdate },
  LimitRange: { create: policy.validateLimitRange },
  ResourceQuota: {
    create: policy.validateResourceQuota,
    update: policy.validateResourceQuotaUpdate,
    status: statuses.validateQuotaStatus,
  },
  'scheduling.k8s.io PriorityClass': {
    create: policy.validatePriorityClass,
    update: policy.validatePriorityClassUpdate,
  },
  'node.k8s.io RuntimeClass': { create: policy.validateRuntimeClass, update: policy.validateRuntimeClassUpdate },
  'coordination.k8s.io Lease': { create: policy.validateLease },
  PersistentVolume: { create: storage.validatePersistentVolume, update: storage.validatePersistentVolumeUpdate },
  PersistentVolumeClaim: {
    create: storage.validatePersistentVolumeClaim,
    update: storage.validatePersistentVolumeClaimUpdate,
    status: statuses.validateClaimStatus,
  },
  'storage.k8s.io StorageClass': { create: storage.validateStorageClass, update: storage.validateStorageClassUpdate },
  'storage.k8s.io VolumeAttachment': {
    create: storage.validateVolumeAttachment,
    update: storage.validateVolumeAttachmentUpdate,
    status: statuses.validateAttachmentStatus,
  },
  'storage.k8s.io CSIDriver': { create: storage.validateCsiDriver, update: storage.validateCsiDriverUpdate },
  'storage.k8s.io CSINode': { create: storage.validateCsiNode, update: storage.validateCsiNodeUpdate },
  'storage.k8s.io CSIStorageCapacity': {
    create: storage.validateCsiStorageCapacity,
    update: storage.validateCsiStorageCapacityUpdate,
  },
  'storage.k8s.io VolumeAttributesClass': {
    create: storage.validateVolumeAttributesClass,
    update: storage.validateVolumeAttributesClassUpdate,
  },
  'rbac.authorization.k8s.io Role': { name: segment, create: rbac.validateRole },
  'rbac.authorization.k8s.io ClusterRole': { name: segment, create: rbac.validateClusterRole },
  'rbac.authorization.k8s.io RoleBinding': {
    name: segment,
    create: rbac.validateRoleBinding,
    update: rbac.validateRoleBindingUpdate,
  },
  'rbac.authorization.k8s.io ClusterRoleBinding': {
    name: segment,
    create: rbac.validateClusterRoleBinding,
    update: rbac.validateClusterRoleBindingUpdate,
  },
  'admissionregistration.k8s.io ValidatingWebhookConfiguration': { create: admission.validateWebhooks },
  'admissionregistration.k8s.io MutatingWebhookConfiguration': { create: admission.validateWebhooks },
  'admissionregistration.k8s.io ValidatingAdmissionPolicy': { create: admission.validateAdmissionPolicy },
  'admissionregistration.k8s.io ValidatingAdmissionPolicyBinding': { create: admission.validateAdmissionPolicyBinding },
  'apiregistration.k8s.io APIService': {
    name: (name, _, object) => cluster.apiServiceName(name, object),
    create: cluster.validateApiService,
    update: (now) => [
      ...validateObjectMeta(now.metadata, false, (name) => cluster.apiServiceName(name, now)),
      ...cluster.validateApiService(now),
    ],
  },
  'apiextensions.k8s.io CustomResourceDefinition': {
    name: (name, _, object) => cluster.crdName(name, object),
    create: cluster.validateCustomResourceDefinition,
  },
  'flowcontrol.apiserver.k8s.io FlowSchema': { create: cluster.validateFlowSchema },
  'flowcontrol.apiserver.k8s.io PriorityLevelConfiguration': { create: cluster.validatePriorityLevel },
  'certificates.k8s.io CertificateSigningRequest': {
    name: segment,
    create: validateSigningRequest,
    update: validateSigningRequestUpdate,
    status: validateSigningRequestUpdate,
  },
  'resource.k8s.io ResourceClaim': {
    create: cluster.validateResourceClaim,
    update: cluster.validateResourceClaimUpdate,
  },
  'resource.k8s.io ResourceClaimTemplate': {
    create: cluster.validateResourceClaimTemplate,
    repeats: true,
    update: cluster.validateResourceClaimTemplateUpdate,
  },
  'resource.k8s.io ResourceSlice': {
    create: cluster.validateResourceSlice,
    update: cluster.validateResourceSliceUpdate,
  },
};

const NONE: KindRules = {};

function rulesOf(object: KubeObject): KindRules {
  const apiVersion = object.apiVersion ?? '';
  const group = apiVersion.includes('/') ? `${apiVersion.slice(0, apiVersion.indexOf('/'))} ` : '';
  return RULES[`${group}${object.kind ?? ''}`] ?? NONE;
}

function nameCheck(rules: KindRules, object: KubeObject): NameCheck {
  const { name } = rules;
  return name === undefined ? nameIsDNSSubdomain : (text, prefix) => name(text, prefix, object);
}

function isNamespaced(object: KubeObject): boolean {
  return (
    resourceOfKind(object.apiVersion ?? '', object.kind ?? '')?.namespaced ?? object.metadata.namespace !== undefined
  );
}

/** Go's nil: pointers and lists that are written as null count as absent. Shares what has none. */
function withoutNulls(value: Piece): Piece {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map(withoutNulls);
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  let isAsGiven = true;
  const result: Piece = {};
  for (const key in value) {
    const item = value[key];
    const next = item === null ? undefined : withoutNulls(item);
    if (next !== item) isAsGiven = false;
    if (next !== undefined || item === undefined) result[key] = next;
  }
  return isAsGiven ? value : result;
}

/** Field errors of a new object. */
export function validateCreate(given: KubeObject): FieldError[] {
  const object = withoutNulls(given) as KubeObject;
  const rules = rulesOf(object);
  const first = rules.first?.(object) ?? [];
  if (first.length) return first;
  return [
    ...validateObjectMeta(object.metadata, isNamespaced(object), nameCheck(rules, object)),
    ...(rules.create?.(object) ?? []),
  ];
}

/** Field errors of an update of the whole object (or of everything but its status). */
export function validateUpdate(given: KubeObject, old: KubeObject): FieldError[] {
  const now = withoutNulls(given) as KubeObject;
  const before = withoutNulls(old) as KubeObject;
  const rules = rulesOf(now);
  // The registry checks metadata, and then each kind's own rules do so again: causes tell it twice.
  const meta = validateObjectMetaUpdate(now, before);
  // Labels are looked at once more, and again by kinds that repeat the checks of a create.
  const labels = meta.filter(({ field }) => field === 'metadata.labels');
  const isWhole = rules.update === undefined || rules.repeats === true;
  const again = isWhole ? [...labels, ...labels] : labels;
  const whole = isWhole ? (rules.create?.(now) ?? []) : [];
  return [...meta, ...(rules.metaOnce ? [] : meta), ...again, ...whole, ...(rules.update?.(now, before) ?? [])];
}

/** Field errors of an update through the status subresource, or another one that writes a part of the object. */
export function validateStatusUpdate(now: KubeObject, before: KubeObject, part = 'status'): FieldError[] {
  const rules = rulesOf(now);
  return [...validateObjectMetaUpdate(now, before), ...(rules.status?.(now, before, part) ?? [])];
}

/**
 * Field errors of the counts in the status of a ReplicaSet or a Deployment. Apart from `validateStatusUpdate`, because the
 * counts differ in updates that are else alike.
 */
export function validateCounts(now: KubeObject, before: KubeObject): FieldError[] {
  if (statuses.hasPlausibleCounts(now, before)) return NO_ERRORS;
  return now.kind === 'Deployment'
    ? statuses.validateDeploymentStatus(now, before)
    : statuses.validateReplicaSetStatus(now);
}

const NO_ERRORS: FieldError[] = [];

/** Field errors of namespaces/finalize. */
export function validateFinalize({ spec }: KubeObject): FieldError[] {
  return eachOf(spec?.finalizers, 'spec.finalizers', (name: string, at) => finalizerName(name, at));
}

/** Field errors of an update through pods/ephemeralcontainers. */
export function validateEphemeralContainersUpdate(now: KubeObject, before: KubeObject): FieldError[] {
  return [...validateObjectMetaUpdate(now, before), ...validateEphemeralUpdate(now, before)];
}

export type { FieldError } from './common.ts';
export { NODE_PORTS, SERVICE_CIDR, serviceRangeErrors } from './network.ts';
export { validateResize } from './pods/update.ts';
export { createWarnings, deprecationWarning, updateWarnings } from './warnings.ts';
