/**
 * Pods that run at t = 0 with the very status that their kubelet would write: their first sync changes nothing, so it is
 * enough to compute it for one pod of a template. Pure functions.
 */
import type { KubeObject } from '../contracts/index.ts';
import type { StatusJson } from './containerStatus.ts';
import { hasVolumes, initContainersOf, isMirror, isStatic } from './spec.ts';

/** A pod whose status was computed and found to be as stored, by the list of its containers. */
const settledPods = new WeakMap<object, KubeObject>();

/** True when the first sync of an adopted pod does nothing but look: no probes, hooks, volumes, deadlines or address of its own. */
export function isPlain(pod: KubeObject): boolean {
  const { spec, status, metadata } = pod;
  if (status?.phase !== 'Running' || metadata.deletionTimestamp !== undefined || isStatic(pod) || isMirror(pod))
    return false;
  if (initContainersOf(pod).length > 0 || (spec.ephemeralContainers ?? []).length > 0 || hasVolumes(pod)) return false;
  if (spec.hostNetwork || spec.activeDeadlineSeconds !== undefined || (spec.readinessGates ?? []).length > 0)
    return false;
  const containers = spec.containers as readonly StatusJson[];
  return containers.every((c) => !c.readinessProbe && !c.livenessProbe && !c.startupProbe);
}

export function rememberSettled(pod: KubeObject): void {
  settledPods.set(pod.spec.containers, pod);
}

/**
 * True when the status is that of a settled pod of the same containers, but for the names and addresses that the kubelet
 * copies from where it finds them: uids of containers, the pod's IP, and the node's, which has to be `hostIP`.
 */
export function isSettledLikeOthers(pod: KubeObject, hostIP: string): boolean {
  const model = settledPods.get(pod.spec.containers);
  if (model === undefined || model.metadata.generation !== pod.metadata.generation) return false;
  const [status, known] = [pod.status as StatusJson, model.status as StatusJson];
  return (
    sameBut(status, known, OWN_FIELDS) &&
    status.hostIP === hostIP &&
    isOnly(status.hostIPs, hostIP) &&
    isText(status.podIP) &&
    isOnly(status.podIPs, status.podIP) &&
    sameContainers(status.containerStatuses, known.containerStatuses)
  );
}

const OWN_FIELDS: readonly string[] = ['hostIP', 'hostIPs', 'podIP', 'podIPs', 'containerStatuses'];
const OWN_CONTAINER_FIELDS: readonly string[] = ['containerID'];

/** The same fields with the same values, by identity where they are objects; `own` are left out of the comparison. */
function sameBut(a: StatusJson, b: StatusJson, own: readonly string[]): boolean {
  let fields = 0;
  for (const key in a) {
    fields++;
    if (a[key] !== b[key] && !(own.includes(key) && key in b)) return false;
  }
  for (const _key in b) fields--;
  return fields === 0;
}

function sameContainers(a: readonly StatusJson[], b: readonly StatusJson[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((c, i) => isText(c.containerID) && sameBut(c, b[i], OWN_CONTAINER_FIELDS));
}

function isOnly(list: StatusJson, ip: string): boolean {
  return Array.isArray(list) && list.length === 1 && list[0].ip === ip && Object.keys(list[0]).length === 1;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
