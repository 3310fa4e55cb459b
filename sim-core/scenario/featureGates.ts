import type { ScenarioProblem } from './spec.ts';
import { suggest } from './suggest.ts';

/** Alpha gates are off until somebody turns them on; the others say it themselves. */
interface Gate {
  readonly stage: 'alpha' | 'beta' | 'GA' | 'deprecated';
  readonly on: boolean;
  readonly locked: boolean;
}

/**
 * The feature gates of 1.35, by stage and default. Source: pkg/features/kube_features.go with those of apiserver, apiextensions,
 * client-go, component-base and the controller managers.
 */
const TABLE: readonly (readonly [Gate, string])[] = [
  [
    { stage: 'GA', on: true, locked: true },
    `AnonymousAuthConfigurableEndpoints AnyVolumeDataSource APIServerTracing AuthorizeNodeWithSelectors AuthorizeWithSelectors
    BtreeWatchCache ConsistentListFromCache CPUManagerPolicyOptions CRDValidationRatcheting CSIMigrationPortworx
    CustomResourceFieldSelectors DisableAllocatorDualWrite DynamicResourceAllocation ExecProbeTimeout HonorPVReclaimPolicy
    ImageMaximumGCAge InPlacePodVerticalScaling JobBackoffLimitPerIndex JobManagedBy JobPodReplacementPolicy JobSuccessPolicy
    KubeletCgroupDriverFromCRI KubeletTracing LogarithmicScaleDown MatchLabelKeysInPodAffinity MemoryManager
    MultiCIDRServiceAllocator NFTablesProxyMode NodeInclusionPolicyInPodTopologySpread NodeSwap OrderedNamespaceDeletion
    PodLifecycleSleepAction PodLifecycleSleepActionAllowZero PodObservedGenerationTracking PodSchedulingReadiness
    PreferSameTrafficDistribution RecoverVolumeExpansionFailure RecursiveReadOnlyMounts RelaxedDNSSearchValidation
    RelaxedEnvironmentVariableValidation ResilientWatchCacheInitialization RetryGenerateName SchedulerQueueingHints
    SeparateTaintEvictionController ServiceAccountTokenJTI ServiceAccountTokenNodeBinding
    ServiceAccountTokenNodeBindingValidation ServiceAccountTokenPodNodeInfo ServiceTrafficDistribution SidecarContainers
    StreamingCollectionEncodingToJSON StreamingCollectionEncodingToProtobuf StructuredAuthenticationConfiguration
    StructuredAuthorizationConfiguration SupplementalGroupsPolicy SystemdWatchdog TopologyAwareHints WinDSR WinOverlay`,
  ],
  [{ stage: 'GA', on: true, locked: false }, 'TopologyManagerPolicyOptions VolumeAttributesClass'],
  [{ stage: 'deprecated', on: true, locked: true }, 'AggregatedDiscoveryRemoveBetaType'],
  [
    { stage: 'deprecated', on: false, locked: true },
    'AllowOverwriteTerminationGracePeriodSeconds WatchFromStorageWithoutResourceVersion',
  ],
  [
    { stage: 'deprecated', on: true, locked: false },
    'DisableNodeKubeProxyVersion KubeletPodResourcesListUseActivePods StorageNamespaceIndex',
  ],
  [
    { stage: 'deprecated', on: false, locked: false },
    `AllowDNSOnlyNodeCSR AllowInsecureKubeletCertificateSigningRequests ChangeContainerStatusOnKubeletRestart
    GitRepoVolumeDriver InPlacePodVerticalScalingAllocatedStatus KMSv1 KubeletRegistrationGetOnExistsOnly
    SeparateCacheWatchRPC WindowsHostNetwork`,
  ],
  [
    { stage: 'beta', on: true, locked: false },
    `AllowParsingUserUIDFromCertAuth APIResponseCompression APIServerIdentity AuthorizePodWebsocketUpgradeCreatePermission
    ClearingNominatedNodeNameAfterBinding ContainerCheckpoint ContainerRestartRules ContextualLogging
    CPUManagerPolicyBetaOptions CSIServiceAccountTokenSecrets DeclarativeValidation DeploymentReplicaSetTerminatingReplicas
    DetectCacheInconsistency DisableCPUQuotaWithExclusiveCPUs DRAAdminAccess DRAPrioritizedList DRAResourceClaimDeviceStatus
    DRASchedulerFilterTimeout EnvFiles ExternalServiceAccountTokenSigner GracefulNodeShutdown
    GracefulNodeShutdownBasedOnPodPriority HostnameOverride HPAConfigurableTolerance ImageVolume InOrderInformers
    KubeletCrashLoopBackOffMax KubeletEnsureSecretPulledImages KubeletFineGrainedAuthz KubeletPodResourcesDynamicResources
    KubeletPodResourcesGet KubeletPSI KubeletSeparateDiskGC KubeletServiceAccountTokenForCredentialProviders
    ListFromCacheSnapshot LoggingBetaOptions MatchLabelKeysInPodTopologySpread MatchLabelKeysInPodTopologySpreadSelectorMerge
    MaxUnavailableStatefulSet MutableCSINodeAllocatableCount NominatedNodeNameForExpectation OpenAPIEnums
    OpportunisticBatching PodDeletionCost PodLevelResources PodReadyToStartContainersCondition PodTopologyLabelsAdmission
    PortForwardWebsockets PreventStaticPodAPIReferences ProcMountType ReloadKubeletServerCertificateFile
    RemoteRequestHeaderUID RotateKubeletServerCertificate SchedulerAsyncPreemption SchedulerPopFromBackoffQ
    SELinuxChangePolicy SELinuxMountReadWriteOncePod ServiceAccountNodeAudienceRestriction SizeBasedListCostEstimate
    StatefulSetSemanticRevisionComparison StorageVersionHash StructuredAuthenticationConfigurationEgressSelector
    StructuredAuthenticationConfigurationJWKSMetrics TokenRequestServiceAccountUIDValidation TopologyManagerPolicyBetaOptions
    TranslateStreamCloseWebsocketRequests UnauthenticatedHTTP2DOSMitigation UserNamespacesSupport WatchList WatchListClient
    WindowsGracefulNodeShutdown`,
  ],
  [
    { stage: 'beta', on: false, locked: false },
    `ClusterTrustBundle ClusterTrustBundleProjection ConcurrentWatchObjectDecode CoordinatedLeaderElection
    CRDObservedGenerationTracking DeclarativeValidationTakeover LocalStorageCapacityIsolationFSQuotaMonitoring
    MutatingAdmissionPolicy NodeLogQuery PodCertificateRequest SchedulerAsyncAPICalls SELinuxMount StorageVersionMigrator
    WatchCacheInitializationPostStartHook`,
  ],
  [
    { stage: 'alpha', on: false, locked: false },
    `AllowUnsafeMalformedObjectDeletion APIServingWithRoutine CBORServingAndStorage ClientsAllowCBOR ClientsPreferCBOR
    CloudControllerManagerWatchBasedRoutesReconciliation CloudControllerManagerWebhook ComponentFlagz ComponentStatusz
    ConstrainedImpersonation ContainerStopSignals CPUCFSQuotaPeriod CPUManagerPolicyAlphaOptions
    CrossNamespaceVolumeDataSource CSIVolumeHealth DRAConsumableCapacity DRADeviceBindingConditions DRADeviceTaintRules
    DRADeviceTaints DRAExtendedResource DRAPartitionableDevices EventedPLEG GangScheduling GenericWorkload HPAScaleToZero
    ImageVolumeWithDigest InformerResourceVersion InPlacePodLevelResourcesVerticalScaling
    InPlacePodVerticalScalingExclusiveCPUs InPlacePodVerticalScalingExclusiveMemory InTreePluginPortworxUnregister
    KubeletInUserNamespace LoggingAlphaOptions MemoryQoS MutablePodResourcesForSuspendedJobs MutablePVNodeAffinity
    MutableSchedulingDirectivesForSuspendedJobs NodeDeclaredFeatures PodAndContainerStatsFromCRI PodLogsQuerySplitStreams
    QOSReserved ReduceDefaultCrashLoopBackOffDecay RelaxedServiceNameValidation ResourceHealthStatus
    RestartAllContainersOnContainerExits RuntimeClassInImageCriAPI StorageCapacityScoring StorageVersionAPI
    StrictIPCIDRValidation TaintTolerationComparisonOperators TopologyManagerPolicyAlphaOptions
    UnknownVersionInteroperabilityProxy UserNamespacesHostNetworkSupport VolumeLimitScaling WindowsCPUAndMemoryAffinity`,
  ],
];

const GATES: ReadonlyMap<string, Gate> = new Map(
  TABLE.flatMap(([gate, names]) => names.split(/\s+/).map((name) => [name, gate] as const)),
);

/** Gates that need others. Source: kube_features.go defaultKubernetesFeatureGateDependencies. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  ClusterTrustBundleProjection: ['ClusterTrustBundle'],
  DeclarativeValidationTakeover: ['DeclarativeValidation'],
  DRADeviceBindingConditions: ['DynamicResourceAllocation', 'DRAResourceClaimDeviceStatus'],
  DRADeviceTaintRules: ['DRADeviceTaints'],
  GangScheduling: ['GenericWorkload'],
  GracefulNodeShutdownBasedOnPodPriority: ['GracefulNodeShutdown'],
  ImageVolumeWithDigest: ['ImageVolume'],
  InPlacePodLevelResourcesVerticalScaling: ['InPlacePodVerticalScaling', 'PodLevelResources', 'NodeDeclaredFeatures'],
  MatchLabelKeysInPodTopologySpreadSelectorMerge: ['MatchLabelKeysInPodTopologySpread'],
  ProcMountType: ['UserNamespacesSupport'],
  RestartAllContainersOnContainerExits: ['ContainerRestartRules', 'NodeDeclaredFeatures'],
  StorageVersionAPI: ['APIServerIdentity'],
  UnknownVersionInteroperabilityProxy: ['APIServerIdentity'],
  UserNamespacesHostNetworkSupport: ['UserNamespacesSupport'],
  WindowsGracefulNodeShutdown: ['GracefulNodeShutdown'],
};

/** Gates whose other value is simulated too; all of them are on by default. */
export const SIMULATED_GATES: readonly string[] = [
  'ClearingNominatedNodeNameAfterBinding',
  'MatchLabelKeysInPodTopologySpread',
  'MatchLabelKeysInPodTopologySpreadSelectorMerge',
  'NominatedNodeNameForExpectation',
  'OpportunisticBatching',
  'PodLevelResources',
  'PodTopologyLabelsAdmission',
  'SchedulerAsyncPreemption',
  'SchedulerPopFromBackoffQ',
];

/** All gates of a stage at once, but those that are named themselves. */
const GROUPS: Readonly<Record<string, Gate['stage']>> = { AllAlpha: 'alpha', AllBeta: 'beta' };

type PlaceOfGate = (name: string) => ScenarioProblem['at'];

export interface FeatureGates {
  /** Those of SIMULATED_GATES that are off. */
  readonly off: readonly string[];
  readonly problems: readonly ScenarioProblem[];
}

/** Go's strconv.ParseBool. */
const BOOLEANS: Readonly<Record<string, boolean>> = Object.fromEntries(
  [['1 t T TRUE true True', true] as const, ['0 f F FALSE false False', false] as const].flatMap(([words, value]) =>
    words.split(' ').map((word) => [word, value]),
  ),
);

/**
 * What `--feature-gates` of the components would say to these gates. `unlocked` = gates that may be set although 1.35 locks
 * them. Source of the texts: component-base/featuregate.
 */
export function readFeatureGates(
  given: Readonly<Record<string, unknown>>,
  at: PlaceOfGate,
  unlocked: readonly string[] = [],
): FeatureGates {
  const problems: ScenarioProblem[] = [];
  const tell = (severity: 'error' | 'warning', code: string, name: string, message: string, hint?: string) =>
    problems.push({ severity, code, message, hint, at: at(name) });
  const values = new Map<string, boolean>();
  for (const [name, raw] of Object.entries(given)) {
    const value = BOOLEANS[String(raw)];
    const gate = GATES.get(name);
    if (value === undefined) {
      const go = `strconv.ParseBool: parsing ${JSON.stringify(String(raw))}: invalid syntax`;
      tell('error', 'bad-feature-gate', name, `invalid value of ${name}=${String(raw)}, err: ${go}`);
    } else if (gate === undefined && GROUPS[name] === undefined) {
      const near = suggest(name, [...GATES.keys()]);
      const hint = near === undefined ? 'the gates are those of Kubernetes 1.35' : `did you mean ${near}?`;
      tell('error', 'unknown-feature-gate', name, `unrecognized feature gate: ${name}`, hint);
    } else if (gate?.locked === true && gate.on !== value && !unlocked.includes(name)) {
      const text = `cannot set feature gate ${name} to ${value}, feature is locked to ${gate.on}`;
      tell('error', 'locked-feature-gate', name, text);
    } else values.set(name, value);
  }
  for (const [group, stage] of Object.entries(GROUPS)) {
    const value = values.get(group);
    if (value === undefined) continue;
    const others: string[] = [];
    for (const [name, gate] of GATES) {
      if (gate.stage !== stage || gate.on === value || values.has(name)) continue;
      values.set(name, value);
      if (!SIMULATED_GATES.includes(name)) others.push(name);
    }
    if (others.length > 0) {
      const text = `${group}=${value}: ${others.length} of these gates are not simulated and stay as they are by default`;
      tell('warning', 'gate-not-simulated', group, text, `such as ${others.slice(0, 3).join(', ')}`);
    }
  }
  const isOn = (name: string) => values.get(name) ?? GATES.get(name)?.on === true;
  const off = SIMULATED_GATES.filter((name) => !isOn(name));
  for (const [name, needed] of Object.entries(NEEDS)) {
    const missing = needed.filter((n) => !isOn(n));
    if (!isOn(name) || missing.length === 0) continue;
    const place = [name, ...missing].find((n) => given[n] !== undefined) ?? name;
    const text = `${name} is enabled, but depends on features that are disabled: [${missing.join(' ')}]`;
    tell('error', 'feature-gate-dependency', place, text);
  }
  for (const name of Object.keys(given)) {
    const gate = GATES.get(name);
    if (gate === undefined || values.get(name) === undefined || values.get(name) === gate.on) continue;
    if (SIMULATED_GATES.includes(name) || unlocked.includes(name)) continue;
    const text = `${name}=${values.get(name)} is not simulated: everything goes on as with ${gate.on}, its default in 1.35`;
    tell('warning', 'gate-not-simulated', name, text, 'docs/scenarios.md lists the gates that have an effect');
  }
  return { off, problems };
}
