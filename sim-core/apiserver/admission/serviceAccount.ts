import type { KubeObject } from '../../contracts/index.ts';
import { forbidden } from '../status.ts';
import { type Fields, replaced } from '../strategies.ts';
import type { Mutate } from './attributes.ts';

/** Where a pod finds its token (plugin/pkg/admission/serviceaccount/admission.go). */
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const MIRROR = 'kubernetes.io/config.mirror';
/** An hour, and 7 s to tell it from a client's own value. */
const TOKEN_SECONDS = 3607;

interface Mount {
  readonly name: string;
  readonly mountPath: string;
}

interface Container {
  readonly volumeMounts?: readonly Mount[];
}

/** Gives a pod its service account: name, token volume, pull secrets. */
export const serviceAccount: Mutate = (attributes, object) => {
  const { env, info, request, resource, operation } = attributes;
  if (resource !== 'pods' || attributes.subresource || operation !== 'create') return object;
  if (object.metadata.annotations?.[MIRROR] !== undefined) return object;
  const name: string = object.spec?.serviceAccountName || 'default';
  const account = env.get('serviceaccounts', request.namespace, name)?.object;
  if (!account) {
    return forbidden(
      info,
      object.metadata.name ?? '',
      `error looking up service account ${request.namespace}/${name}: serviceaccount "${name}" not found`,
    );
  }
  let spec = replaced(object.spec ?? {}, { serviceAccountName: name, serviceAccount: name });
  const mounts: boolean = object.spec?.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  if (mounts) {
    const owner = object.metadata.name || object.metadata.generateName || '';
    spec = mounted(spec, () => VOLUME_PREFIX + env.suffix(request.namespace, `${owner}/${VOLUME_PREFIX}`));
  }
  const secrets: readonly unknown[] | undefined = account.imagePullSecrets;
  if (!object.spec?.imagePullSecrets?.length && secrets?.length) spec = replaced(spec, { imagePullSecrets: secrets });
  return { ...object, spec } as KubeObject;
};

function mounted(spec: Readonly<Record<string, unknown>>, newName: () => string): Record<string, unknown> {
  const volumes = (spec.volumes ?? []) as readonly { readonly name: string }[];
  const existing = volumes.find(({ name }) => name.startsWith(VOLUME_PREFIX))?.name;
  const lists = ['initContainers', 'containers'] as const;
  const needs = lists.some((list) => ((spec[list] ?? []) as readonly Container[]).some((c) => !hasMount(c)));
  if (!needs) return { ...spec };
  const name = existing ?? newName();
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
  const changes: Record<string, unknown> = {};
  for (const list of lists) {
    const containers = spec[list] as readonly Container[] | undefined;
    if (!containers) continue;
    changes[list] = containers.map((c) =>
      hasMount(c) ? c : replaced(c as Fields, { volumeMounts: [...(c.volumeMounts ?? []), mount] }),
    );
  }
  if (existing === undefined) changes.volumes = [...volumes, { name, projected: TOKEN_PROJECTION }];
  return replaced(spec, changes);
}

function hasMount(container: Container): boolean {
  return container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH) ?? false;
}

const TOKEN_PROJECTION = {
  sources: [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ],
  defaultMode: 420,
};
