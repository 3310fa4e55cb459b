import type { KubeObject } from '../../contracts/objects.ts';
import type { Piece } from './draft.ts';
import * as others from './others.ts';
import { defaultPod } from './pods.ts';
import * as workloads from './workloads.ts';

export { imageTag } from './pods.ts';
export { prepareForCreate } from './prepare.ts';

const BY_KIND: Readonly<Record<string, (object: Piece) => Piece>> = {
  'v1 Pod': defaultPod,
  'v1 PodTemplate': workloads.defaultPodTemplate,
  'v1 ReplicationController': workloads.defaultReplicationController,
  'apps/v1 Deployment': workloads.defaultDeployment,
  'apps/v1 ReplicaSet': workloads.defaultReplicaSet,
  'apps/v1 DaemonSet': workloads.defaultDaemonSet,
  'apps/v1 StatefulSet': workloads.defaultStatefulSet,
  'batch/v1 Job': workloads.defaultJob,
  'batch/v1 CronJob': workloads.defaultCronJob,
  'autoscaling/v2 HorizontalPodAutoscaler': workloads.defaultHpaV2,
  'autoscaling/v1 HorizontalPodAutoscaler': workloads.defaultHpaV1,
  'v1 PersistentVolumeClaim': workloads.defaultPersistentVolumeClaim,
  'v1 Service': others.defaultService,
  'v1 Endpoints': others.defaultEndpoints,
  'discovery.k8s.io/v1 EndpointSlice': others.defaultEndpointSlice,
  'v1 Namespace': others.defaultNamespace,
  'v1 Node': others.defaultNode,
  'v1 Secret': others.defaultSecret,
  'v1 PersistentVolume': others.defaultPersistentVolume,
  'v1 LimitRange': others.defaultLimitRange,
  'v1 ResourceQuota': others.defaultResourceQuota,
  'networking.k8s.io/v1 IngressClass': others.defaultIngressClass,
  'networking.k8s.io/v1 NetworkPolicy': others.defaultNetworkPolicy,
  'rbac.authorization.k8s.io/v1 RoleBinding': others.defaultBinding,
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': others.defaultBinding,
  'storage.k8s.io/v1 StorageClass': others.defaultStorageClass,
  'storage.k8s.io/v1 CSIDriver': others.defaultCsiDriver,
  'scheduling.k8s.io/v1 PriorityClass': others.defaultPriorityClass,
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': others.defaultValidatingWebhooks,
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': others.defaultMutatingWebhooks,
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy': others.defaultAdmissionPolicy,
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding': others.defaultAdmissionPolicyBinding,
  'flowcontrol.apiserver.k8s.io/v1 FlowSchema': others.defaultFlowSchema,
  'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration': others.defaultPriorityLevel,
  'apiregistration.k8s.io/v1 APIService': others.defaultApiService,
  'apiextensions.k8s.io/v1 CustomResourceDefinition': others.defaultCustomResourceDefinition,
  'resource.k8s.io/v1 ResourceClaim': others.defaultResourceClaim,
  'resource.k8s.io/v1 ResourceClaimTemplate': others.defaultResourceClaimTemplate,
};

/**
 * Sets the defaults of the kind's served version on a decoded object. Pure; shares what it does not change, and returns the
 * same object where nothing was missing. New fields stand last: `orderFields` restores Go's order.
 */
export function applyDefaults(object: KubeObject): KubeObject {
  const defaults = BY_KIND[`${object.apiVersion} ${object.kind}`];
  return defaults === undefined ? object : defaults(object);
}
