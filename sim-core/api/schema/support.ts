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
const BATCH = 'io.k8s.api.batch.v1.';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const NET = 'io.k8s.api.networking.v1.';

/** Types all of whose fields are simulated. */
const WHOLE: readonly string[] = [
  `${META}ObjectMeta`,
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
  `${CORE}ResourceRequirements`,
  `${CORE}Probe`,
  `${CORE}PodSchedulingGate`,
  `${CORE}PodReadinessGate`,
  `${CORE}PodCondition`,
  `${CORE}NodeCondition`,
  `${CORE}NodeAddress`,
  `${CORE}PodTemplateSpec`,
  `${CORE}ServicePort`,
  `${CORE}Event`,
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
  `${CORE}Lifecycle`,
  `${CORE}LifecycleHandler`,
  `${CORE}SleepAction`,
  `${CORE}ContainerRestartRule`,
  `${CORE}ContainerRestartRuleOnExitCodes`,
  `${APPS}DeploymentSpec`,
  `${APPS}DeploymentStrategy`,
  `${APPS}RollingUpdateDeployment`,
  `${APPS}DeploymentStatus`,
  `${APPS}DeploymentCondition`,
  `${APPS}ReplicaSetSpec`,
  `${APPS}ReplicaSetStatus`,
  `${APPS}ReplicaSetCondition`,
  `${APPS}StatefulSetSpec`,
  `${APPS}StatefulSetStatus`,
  `${APPS}StatefulSetUpdateStrategy`,
  `${APPS}RollingUpdateStatefulSetStrategy`,
  `${APPS}StatefulSetPersistentVolumeClaimRetentionPolicy`,
  `${APPS}StatefulSetOrdinals`,
  `${APPS}DaemonSetSpec`,
  `${APPS}DaemonSetStatus`,
  `${APPS}DaemonSetUpdateStrategy`,
  `${APPS}RollingUpdateDaemonSet`,
  `${APPS}ControllerRevision`,
  `${BATCH}JobSpec`,
  `${BATCH}JobStatus`,
  `${BATCH}JobCondition`,
  `${BATCH}PodFailurePolicy`,
  `${BATCH}PodFailurePolicyRule`,
  `${BATCH}PodFailurePolicyOnExitCodesRequirement`,
  `${BATCH}PodFailurePolicyOnPodConditionsPattern`,
  `${BATCH}SuccessPolicy`,
  `${BATCH}SuccessPolicyRule`,
  `${BATCH}UncountedTerminatedPods`,
  `${BATCH}CronJobSpec`,
  `${BATCH}CronJobStatus`,
  `${BATCH}JobTemplateSpec`,
  'io.k8s.api.coordination.v1.LeaseSpec',
  'io.k8s.api.policy.v1.PodDisruptionBudgetSpec',
  'io.k8s.api.policy.v1.PodDisruptionBudgetStatus',
  'io.k8s.api.discovery.v1.Endpoint',
  'io.k8s.api.discovery.v1.EndpointConditions',
  'io.k8s.api.discovery.v1.EndpointPort',
  `${NET}NetworkPolicySpec`,
  `${NET}NetworkPolicyPeer`,
  `${NET}NetworkPolicyPort`,
  `${NET}NetworkPolicyIngressRule`,
  `${NET}NetworkPolicyEgressRule`,
  `${NET}IPBlock`,
];

/** Types that are simulated in part: these fields are. */
const PARTS: Readonly<Record<string, string>> = {
  [`${CORE}PodSpec`]:
    'activeDeadlineSeconds affinity containers ephemeralContainers hostNetwork hostname initContainers nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates resources restartPolicy runtimeClassName schedulerName schedulingGates serviceAccountName subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes',
  [`${CORE}Container`]:
    'env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy resources restartPolicy restartPolicyRules startupProbe terminationMessagePath terminationMessagePolicy volumeDevices volumeMounts',
  [`${CORE}EphemeralContainer`]:
    'image imagePullPolicy name targetContainerName terminationMessagePath terminationMessagePolicy',
  [`${CORE}ContainerPort`]: 'containerPort hostIP hostPort name protocol',
  [`${CORE}EnvVar`]: 'name valueFrom',
  [`${CORE}EnvVarSource`]: 'configMapKeyRef secretKeyRef',
  [`${CORE}EnvFromSource`]: 'configMapRef secretRef',
  [`${CORE}ConfigMapKeySelector`]: 'key name optional',
  [`${CORE}SecretKeySelector`]: 'key name optional',
  [`${CORE}Volume`]: 'configMap emptyDir ephemeral hostPath name persistentVolumeClaim projected secret',
  [`${CORE}PodStatus`]:
    'conditions containerStatuses ephemeralContainerStatuses hostIP hostIPs initContainerStatuses message nominatedNodeName observedGeneration phase podIP podIPs qosClass reason resize startTime',
  [`${CORE}ContainerStatus`]:
    'allocatedResources containerID image imageID lastState name ready resources restartCount started state',
  [`${CORE}Pod`]: 'metadata spec status',
  [`${CORE}Node`]: 'metadata spec status',
  [`${CORE}NodeSpec`]: 'podCIDR podCIDRs providerID taints unschedulable',
  [`${CORE}NodeStatus`]: 'addresses allocatable capacity conditions images phase volumesAttached volumesInUse',
  [`${CORE}Service`]: 'metadata spec status',
  [`${CORE}ServiceSpec`]:
    'allocateLoadBalancerNodePorts clusterIP clusterIPs externalTrafficPolicy internalTrafficPolicy ports publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig trafficDistribution type',
  [`${CORE}PersistentVolumeClaimSpec`]: 'accessModes resources selector storageClassName volumeMode volumeName',
  [`${CORE}PersistentVolumeSpec`]:
    'accessModes capacity claimRef nodeAffinity persistentVolumeReclaimPolicy storageClassName volumeMode',
  [`${CORE}ConfigMap`]: 'binaryData data immutable metadata',
  [`${CORE}Secret`]: 'data immutable metadata stringData type',
  [`${CORE}ServiceAccount`]: 'automountServiceAccountToken metadata',
  [`${CORE}Namespace`]: 'metadata spec status',
  'io.k8s.api.discovery.v1.EndpointSlice': 'addressType endpoints metadata ports',
  'io.k8s.api.scheduling.v1.PriorityClass': 'globalDefault metadata preemptionPolicy value',
  'io.k8s.api.storage.v1.StorageClass': 'allowedTopologies metadata provisioner reclaimPolicy volumeBindingMode',
};

const IGNORED: Readonly<Record<string, string>> = {
  [`${CORE}PodSpec`]: 'hostIPC hostPID hostUsers os securityContext setHostnameAsFQDN shareProcessNamespace',
  [`${CORE}Container`]: 'securityContext stdin stdinOnce tty workingDir',
  [`${CORE}Volume`]:
    'awsElasticBlockStore azureDisk azureFile cephfs cinder fc flexVolume flocker gcePersistentDisk gitRepo glusterfs iscsi nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume',
};

const whole = new Set(WHOLE);
const words = (table: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(Object.entries(table).map(([type, fields]) => [type, new Set(fields.split(' '))]));
const parts = words(PARTS);
const ignored = words(IGNORED);

/** How far one field of one type is taken. */
export function supportOf(type: string, field: string): Support {
  if (ignored.get(type)?.has(field)) return 'ignored';
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
