import { NodeState, PodState } from '../contracts/engine.ts';
import type { KubeObject } from '../contracts/objects.ts';

/**
 * What people see of pods and nodes, from their stored objects alone. The reading of a pod follows the STATUS column of
 * kubectl (printPod in pkg/printers/internalversion/printers.go), in fewer classes.
 */

interface ContainerStatus {
  readonly name?: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly state?: {
    readonly waiting?: { readonly reason?: string };
    readonly running?: object;
    readonly terminated?: { readonly exitCode?: number };
  };
}

interface Condition {
  readonly type?: string;
  readonly status?: string;
}

/** Reasons of a waiting container whose image cannot be had (pkg/kubelet/images/types.go). */
const IMAGE_REASONS: readonly string[] = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
];

/** The class of a pod; undefined = the object is gone. */
export function podStateOf(pod: KubeObject | undefined): PodState {
  if (pod === undefined) return PodState.deleted;
  const status = pod.status ?? {};
  const isTerminal = status.phase === 'Succeeded' || status.phase === 'Failed';
  if (pod.metadata.deletionTimestamp !== undefined && status.reason === 'NodeLost') return PodState.unknown;
  if (pod.metadata.deletionTimestamp !== undefined && !isTerminal) return PodState.terminating;
  if (status.phase === 'Succeeded') return PodState.succeeded;
  if (status.phase === 'Failed') return PodState.failed;
  if (status.phase === 'Unknown') return PodState.unknown;
  if (!pod.spec?.nodeName) return PodState.pending;
  const init: readonly ContainerStatus[] = status.initContainerStatuses ?? [];
  const main: readonly ContainerStatus[] = status.containerStatuses ?? [];
  const trouble = troubleOf(init) ?? troubleOf(main);
  if (trouble !== undefined) return trouble;
  if (isTrue(status.conditions, 'Ready')) return PodState.ready;
  if (init.length > 0 && isInitializing(pod, init)) return PodState.initializing;
  if (main.some((c) => c.state?.running !== undefined)) return PodState.running;
  return init.length + main.length > 0 ? PodState.starting : PodState.scheduled;
}

/** The bit set (NodeState) of a node; undefined = the object is gone. */
export function nodeStateOf(node: KubeObject | undefined): number {
  if (node === undefined) return NodeState.deleted;
  const conditions: readonly Condition[] = node.status?.conditions ?? [];
  const taints: readonly { readonly effect?: string }[] = node.spec?.taints ?? [];
  const ready = conditions.find((c) => c.type === 'Ready')?.status;
  let bits = 0;
  if (ready === 'True') bits |= NodeState.ready;
  if (ready === 'Unknown') bits |= NodeState.unknown;
  if (node.spec?.unschedulable === true) bits |= NodeState.cordoned;
  if (taints.some((t) => t.effect === 'NoExecute')) bits |= NodeState.noExecute;
  if (taints.some((t) => t.effect === 'NoSchedule')) bits |= NodeState.noSchedule;
  for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure']) {
    if (isTrue(conditions, type)) bits |= NodeState.pressure;
  }
  return bits;
}

/** The new class of a pod when a write changed it or the pod's node, else undefined. */
export function podEffect(
  before: KubeObject | undefined,
  after: KubeObject | undefined,
): { readonly state: PodState; readonly node: string } | undefined {
  const state = podStateOf(after);
  const node: string = (after ?? before)?.spec?.nodeName ?? '';
  if (before !== undefined && podStateOf(before) === state && (before.spec?.nodeName ?? '') === node) return undefined;
  return { state, node };
}

/** The new bit set of a node when a write changed it, else undefined. */
export function nodeEffect(before: KubeObject | undefined, after: KubeObject | undefined): number | undefined {
  const state = nodeStateOf(after);
  return before !== undefined && nodeStateOf(before) === state ? undefined : state;
}

function troubleOf(containers: readonly ContainerStatus[]): PodState | undefined {
  for (const container of containers) {
    const reason = container.state?.waiting?.reason ?? '';
    if (reason === 'CrashLoopBackOff') return PodState.crashLoop;
    if (IMAGE_REASONS.includes(reason)) return PodState.imagePull;
  }
  return undefined;
}

/** An init container is not done, or a sidecar (restartPolicy Always) has not started. */
function isInitializing(pod: KubeObject, statuses: readonly ContainerStatus[]): boolean {
  const specs: readonly { readonly name?: string; readonly restartPolicy?: string }[] = pod.spec?.initContainers ?? [];
  return statuses.some((container) => {
    const isSidecar = specs.find((spec) => spec.name === container.name)?.restartPolicy === 'Always';
    return isSidecar ? container.started !== true : container.state?.terminated?.exitCode !== 0;
  });
}

function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((c) => c.type === type && c.status === 'True') ?? false;
}
