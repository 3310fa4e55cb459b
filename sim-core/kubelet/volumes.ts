/** Which volumes of a pod cannot be had, with the texts of the kubelet's volume manager. Pure functions. */
import type { KubeObject } from '../contracts/index.ts';

export interface VolumeProblem {
  readonly name: string;
  readonly text: string;
}

export interface VolumeProblems {
  /** A claim that cannot be processed: the sync fails at once. */
  readonly claim: VolumeProblem | undefined;
  /** Mounts that fail and are tried again. */
  readonly mounts: readonly VolumeProblem[];
}

/** Reads an object as the kubelet's managers have it; undefined = it does not exist. */
export type LookUp = (
  resource: 'configmaps' | 'secrets' | 'persistentvolumeclaims',
  namespace: string,
  name: string,
) => KubeObject | undefined;

/** Does the host have what a hostPath volume asks for? */
export type HostPaths = (path: string, type: string) => boolean;

const HOST_PATH_KINDS: Readonly<Record<string, string>> = {
  Directory: 'directory',
  File: 'file',
  Socket: 'socket file',
  CharDevice: 'character device',
  BlockDevice: 'block device',
};

const NONE: VolumeProblems = { claim: undefined, mounts: [] };

/** Every namespace has this one; it is not asked for pod by pod. */
export const ROOT_CA = 'kube-root-ca.crt';

// biome-ignore lint/suspicious/noExplicitAny: a Volume in its JSON shape
function configSources(volume: any): readonly { kind: 'configmap' | 'secret'; name: string; optional?: boolean }[] {
  const out: { kind: 'configmap' | 'secret'; name: string; optional?: boolean }[] = [];
  if (volume.configMap) out.push({ kind: 'configmap', ...volume.configMap });
  if (volume.secret) out.push({ kind: 'secret', ...volume.secret, name: volume.secret.secretName });
  for (const source of volume.projected?.sources ?? []) {
    if (source.configMap && source.configMap.name !== ROOT_CA) out.push({ kind: 'configmap', ...source.configMap });
    if (source.secret) out.push({ kind: 'secret', ...source.secret });
  }
  return out;
}

function claimProblem(lookUp: LookUp, namespace: string, claimName: string): string {
  const start = `error processing PVC ${namespace}/${claimName}: `;
  const claim = lookUp('persistentvolumeclaims', namespace, claimName);
  if (claim === undefined) {
    return `${start}failed to fetch PVC from API server: persistentvolumeclaims "${claimName}" not found`;
  }
  if (claim.metadata.deletionTimestamp !== undefined) return `${start}PVC is being deleted`;
  return claim.status?.phase === 'Bound' && claim.spec?.volumeName ? '' : `${start}PVC is not bound`;
}

export function volumeProblems(pod: KubeObject, lookUp: LookUp | undefined, hostPaths?: HostPaths): VolumeProblems {
  if (lookUp === undefined) return NONE;
  const namespace = pod.metadata.namespace ?? '';
  const mounts: VolumeProblem[] = [];
  for (const volume of pod.spec?.volumes ?? []) {
    if (volume.persistentVolumeClaim) {
      const text = claimProblem(lookUp, namespace, volume.persistentVolumeClaim.claimName);
      if (text !== '') return { claim: { name: volume.name, text }, mounts: [] };
    }
    const host = volume.hostPath as { readonly path: string; readonly type?: string } | undefined;
    const kind = host === undefined ? undefined : HOST_PATH_KINDS[host.type ?? ''];
    if (host !== undefined && kind !== undefined && hostPaths?.(host.path, host.type ?? '') === false)
      mounts.push({ name: volume.name, text: `hostPath type check failed: ${host.path} is not a ${kind}` });
    for (const source of configSources(volume)) {
      if (source.optional === true) continue;
      const resource = source.kind === 'configmap' ? 'configmaps' : 'secrets';
      if (lookUp(resource, namespace, source.name) !== undefined) continue;
      mounts.push({ name: volume.name, text: `${source.kind} "${source.name}" not found` });
      break;
    }
  }
  return { claim: undefined, mounts };
}
