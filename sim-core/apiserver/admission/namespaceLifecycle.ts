import type { ApiResponse, KubeObject } from '../../contracts/index.ts';
import { forbidden, notFound } from '../status.ts';
import type { Attributes } from './attributes.ts';

/** Namespaces that cannot be deleted. */
export const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

const NAMESPACES = { group: '', plural: 'namespaces' };

/**
 * Nothing is created in a namespace that is missing or going (apiserver pkg/admission/plugin/namespace/lifecycle). The
 * real plug-in waits 50 ms for its cache and then asks the store; here the watch cache decides.
 */
export function namespaceLifecycle(attributes: Attributes, object: KubeObject): KubeObject | ApiResponse {
  const { env, info, request, operation } = attributes;
  if (operation !== 'create' || !info.namespaced || attributes.subresource) return object;
  if (ALLOWED_ANYWHERE.has(request.resource)) return object;
  const { namespace } = request;
  const found = env.get('namespaces', '', namespace);
  if (!found) return notFound(NAMESPACES, namespace);
  if (isOpen(found.object)) return object;
  const field = 'metadata.namespace';
  return forbidden(
    info,
    object.metadata.name ?? '',
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field }],
  );
}

/** Does nothing speak against new objects in the namespace? */
export function isOpen({ metadata, status }: KubeObject): boolean {
  return !metadata.deletionTimestamp && status?.phase !== 'Terminating';
}

/** Access reviews are answered in every namespace. */
const ALLOWED_ANYWHERE: ReadonlySet<string> = new Set(['localsubjectaccessreviews.authorization.k8s.io']);
