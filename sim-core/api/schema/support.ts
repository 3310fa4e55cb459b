import type { KubeObject } from '../../contracts/objects.ts';
import { schemaOfKind, typeNamed } from './table.ts';
import type { Support, TypeRef } from './types.ts';

/**
 * How far the simulator takes each field. Hand-kept, by type: a field that is not named is `stored`: it round-trips, is
 * defaulted and validated, and has no effect. `ignored` fields are accepted and have no meaning in a simulation at all
 * (host devices, security modules, legacy volumes).
 */

const CORE = 'io.k8s.api.core.v1.';
const APPS = 'io.k8s.api.apps.v1.';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const DISCOVERY = 'io.k8s.api.discovery.v1.';

/** Types all of whose fields are simulated. */
const WHOLE: readonly string[] = [
  `${META}OwnerReference`,
  `${META}LabelSelector`,
  `${META}LabelSelectorRequirement`,
  `${META}Condition`,
  `${META}ManagedFieldsEntry`,
  `${CORE}ContainerState`,
  `${CORE}ContainerStateRunning`,
  `${CORE}ContainerStateTerminated`,
  `${CORE}ContainerStateWaiting`,
  `${CORE}Toleration`,
  `${CORE}Taint`,
  `${CORE}NodeSelector`,
  `${CORE}NodeSelectorTerm`,
  `${CORE}NodeSelectorRequirement`,
  `${CORE}NodeAffinity`,
  `${CORE}PodAffinity`,
  `${CORE}PodAntiAffinity`,
  `${CORE}Affinity`,
  `${CORE}PodAffinityTerm`,
  `${CORE}WeightedPodAffinityTerm`,
  `${CORE}PreferredSchedulingTerm`,
  `${CORE}TopologySpreadConstraint`,
  `${CORE}Probe`,
  `${CORE}TCPSocketAction`,
  `${CORE}GRPCAction`,
  `${CORE}ExecAction`,
  `${CORE}PodSchedulingGate`,
  `${CORE}PodReadinessGate`,
  `${CORE}PodCondition`,
  `${CORE}PodIP`,
  `${CORE}HostIP`,
  `${CORE}NodeCondition`,
  `${CORE}NodeAddress`,
  `${CORE}ContainerImage`,
  `${CORE}PodTemplateSpec`,
  `${CORE}ContainerPort`,
  `${CORE}Event`,
  'io.k8s.api.events.v1.Event',
  'io.k8s.api.events.v1.EventSeries',
  `${CORE}EventSource`,
  `${CORE}EventSeries`,
  `${CORE}ObjectReference`,
  `${CORE}Binding`,
  `${CORE}ResourceQuotaSpec`,
  `${CORE}ResourceQuotaStatus`,
  `${CORE}LimitRangeSpec`,
  `${CORE}LimitRangeItem`,
  `${CORE}NamespaceSpec`,
  `${CORE}NamespaceStatus`,
  `${CORE}NamespaceCondition`,
  `${CORE}LifecycleHandler`,
  `${CORE}SleepAction`,
  `${CORE}ContainerRestartRule`,
  `${CORE}ContainerRestartRuleOnExitCodes`,
  `${CORE}EndpointSubset`,
  `${CORE}EndpointAddress`,
  `${CORE}EndpointPort`,
  `${APPS}DeploymentSpec`,
  `${APPS}DeploymentStrategy`,
  `${APPS}RollingUpdateDeployment`,
  `${APPS}DeploymentStatus`,
  `${APPS}DeploymentCondition`,
  `${APPS}ReplicaSetSpec`,
  `${APPS}ReplicaSetStatus`,
  `${APPS}ReplicaSetCondition`,
  'io.k8s.api.policy.v1.PodDisruptionBudgetSpec',
  'io.k8s.api.policy.v1.PodDisruptionBudgetStatus',
];

/** Types that are simulated in part: these fields are. */
const PARTS: Readonly<Record<string, string>> = {
  [`${META}ObjectMeta`]:
    'annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation labels managedFields name namespace ownerReferences resourceVersion uid',
  [`${CORE}PodSpec`]:
    'activeDeadlineSeconds affinity automountServiceAccountToken containers ephemeralContainers hostNetwork hostname initContainers nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates resources restartPolicy runtimeClassName schedulerName schedulingGates serviceAccount serviceAccountName subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes',
  [`${CORE}Container`]:
    'args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy resources restartPolicy restartPolicyRules startupProbe',
  [`${CORE}EphemeralContainer`]: 'args command env envFrom image imagePullPolicy name',
  [`${CORE}ResourceRequirements`]: 'limits requests',
  [`${CORE}Lifecycle`]: 'postStart preStop',
  // A probe's answer comes from the workload model: what is asked for shows in messages.
  [`${CORE}HTTPGetAction`]: 'host path port scheme',
  [`${CORE}EnvVar`]: 'valueFrom',
  [`${CORE}EnvVarSource`]: 'configMapKeyRef secretKeyRef',
  [`${CORE}EnvFromSource`]: 'configMapRef secretRef',
  [`${CORE}ConfigMapEnvSource`]: 'name optional',
  [`${CORE}SecretEnvSource`]: 'name optional',
  [`${CORE}ConfigMapKeySelector`]: 'key name optional',
  [`${CORE}SecretKeySelector`]: 'key name optional',
  // The kubelet waits for what a volume needs; nothing is in it.
  [`${CORE}Volume`]: 'configMap emptyDir ephemeral name persistentVolumeClaim projected secret',
  [`${CORE}EmptyDirVolumeSource`]: 'sizeLimit',
  [`${CORE}EphemeralVolumeSource`]: 'volumeClaimTemplate',
  [`${CORE}PersistentVolumeClaimTemplate`]: 'metadata spec',
  [`${CORE}ConfigMapVolumeSource`]: 'name optional',
  [`${CORE}SecretVolumeSource`]: 'optional secretName',
  [`${CORE}PersistentVolumeClaimVolumeSource`]: 'claimName',
  [`${CORE}ProjectedVolumeSource`]: 'sources',
  [`${CORE}VolumeProjection`]: 'configMap secret',
  [`${CORE}ConfigMapProjection`]: 'name optional',
  [`${CORE}SecretProjection`]: 'name optional',
  [`${CORE}PodStatus`]:
    'conditions containerStatuses ephemeralContainerStatuses hostIP hostIPs initContainerStatuses message nominatedNodeName observedGeneration phase podIP podIPs qosClass reason startTime',
  [`${CORE}ContainerStatus`]:
    'allocatedResources containerID image imageID lastState name ready resources restartCount started state',
  [`${CORE}Pod`]: 'metadata spec status',
  [`${CORE}Node`]: 'metadata spec status',
  [`${CORE}NodeSpec`]: 'taints unschedulable',
  [`${CORE}NodeStatus`]: 'addresses allocatable capacity conditions images',
  [`${CORE}Service`]: 'metadata spec status',
  [`${CORE}ServiceSpec`]:
    'allocateLoadBalancerNodePorts clusterIP clusterIPs healthCheckNodePort ipFamilies ipFamilyPolicy ports publishNotReadyAddresses selector type',
  [`${CORE}ServicePort`]: 'appProtocol name nodePort port protocol targetPort',
  [`${CORE}Endpoints`]: 'metadata subsets',
  [`${CORE}PersistentVolumeClaimSpec`]:
    'accessModes resources selector storageClassName volumeAttributesClassName volumeMode volumeName',
  [`${CORE}PersistentVolumeClaimStatus`]: 'accessModes capacity phase',
  [`${CORE}PersistentVolume`]: 'metadata spec status',
  [`${CORE}PersistentVolumeSpec`]:
    'accessModes capacity claimRef csi nodeAffinity persistentVolumeReclaimPolicy storageClassName volumeAttributesClassName volumeMode',
  [`${CORE}PersistentVolumeStatus`]: 'lastPhaseTransitionTime message phase reason',
  [`${CORE}VolumeNodeAffinity`]: 'required',
  'io.k8s.api.storage.v1.StorageClass': 'allowedTopologies metadata provisioner reclaimPolicy volumeBindingMode',
  [`${CORE}ConfigMap`]: 'binaryData data immutable metadata',
  [`${CORE}Secret`]: 'data immutable metadata stringData type',
  [`${CORE}ServiceAccount`]: 'automountServiceAccountToken imagePullSecrets metadata',
  [`${CORE}Namespace`]: 'metadata spec status',
  // Connections take the ready endpoints of the first port in turn.
  [`${DISCOVERY}EndpointSlice`]: 'addressType endpoints metadata ports',
  [`${DISCOVERY}Endpoint`]: 'addresses conditions hostname nodeName targetRef zone',
  [`${DISCOVERY}EndpointConditions`]: 'ready serving terminating',
  [`${DISCOVERY}EndpointPort`]: 'appProtocol name port protocol',
  'io.k8s.api.coordination.v1.LeaseSpec': 'acquireTime holderIdentity leaseDurationSeconds leaseTransitions renewTime',
  'io.k8s.api.scheduling.v1.PriorityClass': 'globalDefault metadata preemptionPolicy value',
  'io.k8s.api.node.v1.RuntimeClass': 'metadata overhead scheduling',
};

const IGNORED: Readonly<Record<string, string>> = {
  [`${META}ObjectMeta`]: 'selfLink',
  [`${CORE}PodSpec`]: 'hostIPC hostPID hostUsers os securityContext setHostnameAsFQDN shareProcessNamespace',
  [`${CORE}Container`]: 'securityContext stdin stdinOnce tty workingDir',
  [`${CORE}EphemeralContainer`]: 'securityContext stdin stdinOnce tty workingDir',
  [`${CORE}Volume`]:
    'awsElasticBlockStore azureDisk azureFile cephfs cinder fc flexVolume flocker gcePersistentDisk gitRepo glusterfs iscsi nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume',
  [`${CORE}NodeSpec`]: 'configSource externalID',
};

/** Kinds that no component of the simulation acts on: their specs and statuses are kept as they are. */
const INERT: readonly string[] = [
  'io.k8s.api.apps.v1.StatefulSet',
  'io.k8s.api.apps.v1.DaemonSet',
  'io.k8s.api.apps.v1.ControllerRevision',
  'io.k8s.api.batch.v1.Job',
  'io.k8s.api.batch.v1.CronJob',
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  'io.k8s.api.networking.v1.NetworkPolicy',
  'io.k8s.api.networking.v1.Ingress',
  'io.k8s.api.core.v1.ReplicationController',
  'io.k8s.api.core.v1.PodTemplate',
];

const inert = new Set(INERT);
const whole = new Set(WHOLE);
const words = (table: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(Object.entries(table).map(([type, fields]) => [type, new Set(fields.split(' '))]));
const parts = words(PARTS);
const ignored = words(IGNORED);

/** How far one field of one type is taken. */
export function supportOf(type: string, field: string): Support {
  if (ignored.get(type)?.has(field)) return 'ignored';
  if (inert.has(type) && field !== 'metadata') return 'stored';
  if (whole.has(type) || parts.get(type)?.has(field)) return 'simulated';
  // The outer fields of kinds only lead to what is inside.
  return field === 'metadata' || field === 'spec' || field === 'status' ? 'simulated' : 'stored';
}

export interface FieldSupport {
  /** Paths of leaves that the simulation acts on. */
  readonly simulated: readonly string[];
  /** Kept and shown, without effect. */
  readonly stored: readonly string[];
  /** Accepted, without any meaning in a simulation. */
  readonly ignored: readonly string[];
  /** Not fields of the kind, or a kind without a schema. */
  readonly unknown: readonly string[];
}

interface Lists {
  readonly simulated: string[];
  readonly stored: string[];
  readonly ignored: string[];
  readonly unknown: string[];
}

/**
 * Which of an object's fields have an effect. Paths are as in error texts: `spec.containers[0].image`. A field that is not
 * simulated counts as one path with all that is below it.
 */
export function fieldSupport(object: KubeObject): FieldSupport {
  const lists: Lists = { simulated: [], stored: [], ignored: [], unknown: [] };
  const type = schemaOfKind(object.apiVersion ?? '', object.kind ?? '');
  if (type === undefined) {
    for (const key of Object.keys(object))
      if (key !== 'apiVersion' && key !== 'kind') lists[key === 'metadata' ? 'stored' : 'unknown'].push(key);
    return lists;
  }
  walk(object, { kind: 'struct', name: type.name }, '', lists);
  return lists;
}

function walk(value: unknown, ref: TypeRef, path: string, lists: Lists): void {
  if (ref.kind === 'list' && Array.isArray(value)) {
    value.forEach((item, i) => {
      walk(item, ref.of, `${path}[${i}]`, lists);
    });
    return;
  }
  if (ref.kind !== 'struct' || value === null || typeof value !== 'object') {
    lists.simulated.push(path);
    return;
  }
  const type = typeNamed(ref.name)!;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || (path === '' && (key === 'apiVersion' || key === 'kind'))) continue;
    const at = path === '' ? key : `${path}.${key}`;
    const field = type.byName.get(key);
    if (field === undefined) {
      lists.unknown.push(at);
      continue;
    }
    const support = supportOf(type.name, key);
    if (support === 'simulated') walk(item, field.type, at, lists);
    else lists[support].push(at);
  }
}
