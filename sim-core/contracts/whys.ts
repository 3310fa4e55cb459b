import type { Why } from './engine.ts';

/**
 * Every delay that the simulator knows, by the Kubernetes parameter or model constant that sets it. A component refers to
 * one by `WHY.name`. The list only grows; ids are stable within one engine version.
 */
const table = {
  none: ['', '', false, ''],
  link: ['link latency', 'network', false, 'model: network/links'],
  etcdCommit: ['etcd commit (fsync and quorum)', 'etcd', false, 'model: etcd/latency'],
  apiserverWork: ['request handling', 'kube-apiserver', false, 'model: apiserver/stages'],
  clientRateLimit: ['--kube-api-qps', 'client-go', true, 'client-go util/flowcontrol'],
  queueWork: ['reconcile', 'controller', false, 'model: controllers/runtime'],
  queueBackOff: [
    'work queue back-off (5 ms x 2^n)',
    'client-go',
    true,
    'client-go util/workqueue default rate limiter',
  ],
  requeueAfter: ['requeue after', 'controller', true, 'the controller that asks'],
  nodeMonitorPeriod: [
    '--node-monitor-period',
    'kube-controller-manager',
    true,
    'cmd/kube-controller-manager/app/options/nodelifecyclecontroller.go',
  ],
  nodeMonitorGracePeriod: [
    '--node-monitor-grace-period',
    'kube-controller-manager',
    true,
    'pkg/controller/nodelifecycle',
  ],
  nodeEvictionRate: ['--node-eviction-rate', 'kube-controller-manager', true, 'pkg/controller/nodelifecycle'],
  tolerationSeconds: ['tolerationSeconds', 'taint-eviction-controller', true, 'pkg/controller/tainteviction'],
  podGCPeriod: ['pod GC period (20 s)', 'kube-controller-manager', true, 'pkg/controller/podgc'],
  progressDeadline: ['progressDeadlineSeconds', 'deployment-controller', true, 'pkg/controller/deployment'],
  minReadySeconds: ['minReadySeconds', 'controller', true, 'pkg/controller'],
  endpointSliceBatch: [
    '--endpointslice-updates-batch-period',
    'endpointslice-controller',
    true,
    'pkg/controller/endpointslice',
  ],
  namespaceDeletionDelay: ['namespace deletion grace (5 s)', 'namespace-controller', true, 'pkg/controller/namespace'],
  schedulingCycle: ['scheduling cycle', 'kube-scheduler', false, 'model: scheduler'],
  schedulerBackOff: ['podInitialBackoffSeconds', 'kube-scheduler', true, 'pkg/scheduler/backend/queue'],
  schedulerFlush: ['unschedulable flush (5 min)', 'kube-scheduler', true, 'pkg/scheduler/backend/queue'],
  leaseRenew: ['renew interval', 'kubelet', false, 'component-helpers apimachinery/lease'],
  leaderElectionRetry: ['--leader-elect-retry-period', 'client-go', true, 'client-go tools/leaderelection'],
  leaseDuration: ['--leader-elect-lease-duration', 'client-go', true, 'client-go tools/leaderelection'],
  nodeStatusUpdate: ['nodeStatusUpdateFrequency', 'kubelet', false, 'pkg/kubelet'],
  pleg: ['PLEG relist (1 s)', 'kubelet', true, 'pkg/kubelet/pleg'],
  syncLoop: ['kubelet sync tick (1 s)', 'kubelet', true, 'pkg/kubelet/kubelet.go'],
  sandbox: ['sandbox creation', 'container runtime', true, 'model: workloads'],
  imagePull: ['image pull', 'container runtime', true, 'model: workloads'],
  containerCreate: ['container creation', 'container runtime', false, 'model: workloads'],
  containerStartup: ['application start-up', 'workload', true, 'workloads in the scenario'],
  containerRun: ['run time of the process', 'workload', true, 'workloads in the scenario'],
  probePeriod: ['periodSeconds of the probe', 'kubelet', true, 'pkg/kubelet/prober'],
  probeInitialDelay: ['initialDelaySeconds of the probe', 'kubelet', true, 'pkg/kubelet/prober'],
  crashLoopBackOff: ['CrashLoopBackOff', 'kubelet', true, 'pkg/kubelet/kuberuntime'],
  imageBackOff: ['ImagePullBackOff', 'kubelet', true, 'pkg/kubelet/images'],
  terminationGracePeriod: ['terminationGracePeriodSeconds', 'kubelet', true, 'pkg/kubelet'],
  preStop: ['preStop hook', 'kubelet', true, 'pkg/kubelet/kuberuntime'],
  volumeMount: ['volume mount retry (300 ms)', 'kubelet', true, 'pkg/kubelet/volumemanager'],
  kubeletRetry: ['pod worker retry (10 s)', 'kubelet', true, 'pkg/kubelet/pod_workers.go'],
  statusSync: ['status manager sync (10 s)', 'kubelet', true, 'pkg/kubelet/status'],
  nodeBoot: ['node boot', 'node', true, 'model: faults'],
  stageDelay: ['stage delay', 'kwok', true, 'the Stage file'],
  raftTick: ['raft tick (100 ms)', 'etcd', false, 'etcd embed/config.go'],
  raftElection: ['--election-timeout', 'etcd', true, 'etcd embed/config.go'],
  watchCache: ['watch cache update', 'kube-apiserver', false, 'model: apiserver'],
  watchBookmark: ['bookmark period (60 s)', 'kube-apiserver', false, 'apiserver storage/cacher'],
  requestTimeout: ['--request-timeout', 'kube-apiserver', true, 'apiserver server/config.go'],
  clientRetry: ['retry of a failed request', 'client-go', true, 'client-go rest'],
  reflectorBackOff: ['reflector back-off', 'client-go', true, 'client-go tools/cache/reflector.go'],
  compaction: ['etcd compaction period (5 min)', 'kube-apiserver', false, 'apiserver storage/etcd3/compact.go'],
  fault: ['fault in the scenario', 'scenario', true, 'timeline'],
  scenario: ['timeline of the scenario', 'scenario', true, 'timeline'],
  drainRetry: ['kubectl drain retry (5 s)', 'kubectl', true, 'kubectl pkg/drain'],
  resync: ['resync period', 'client-go', false, 'client-go tools/cache'],
  controllersStart: ['start-up of the controllers', 'kube-controller-manager', true, 'model: controllers/runtime'],
  cacheSync: ['wait for cache sync (100 ms)', 'client-go', false, 'client-go tools/cache WaitForCacheSync'],
  processRestart: ['restart of a static pod', 'kubelet', true, 'model: controllers/runtime'],
  eventRetry: ['retry of an event (10 s)', 'client-go', false, 'client-go tools/record'],
  drainPoll: ['kubectl drain poll (1 s)', 'kubectl', true, 'kubectl pkg/drain'],
  sandboxStop: ['sandbox stop', 'container runtime', true, 'model: workloads'],
  cloudNodeMonitor: [
    '--node-monitor-period',
    'cloud-controller-manager',
    true,
    'k8s.io/cloud-provider controllers/nodelifecycle',
  ],
} as const satisfies Record<string, readonly [string, string, boolean, string]>;

export type WhyName = keyof typeof table;

export const WHY_NAMES = Object.keys(table) as readonly WhyName[];

/** Name -> id. */
export const WHY = Object.fromEntries(WHY_NAMES.map((name, id) => [name, id])) as Readonly<Record<WhyName, number>>;

/** Id -> description. */
export const WHYS: readonly Why[] = WHY_NAMES.map((name) => {
  const [parameter, component, hop, source] = table[name];
  return { parameter, component, hop, source };
});
