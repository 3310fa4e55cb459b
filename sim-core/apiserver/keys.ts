import type { ResourceInfo } from '../api/schema/index.ts';

/** Prefix of all keys of the API server in etcd (--etcd-prefix). */
export const REGISTRY = '/registry/';

/** Where kinds are kept under another name than their plural (pkg/registry/.../storage, cmd/kube-apiserver). */
const FOLDERS: Readonly<Record<string, string>> = {
  nodes: 'minions',
  services: 'services/specs',
  endpoints: 'services/endpoints',
  'events.events.k8s.io': 'events',
  replicationcontrollers: 'controllers',
  'ingresses.networking.k8s.io': 'ingress',
  'customresourcedefinitions.apiextensions.k8s.io': 'apiextensions.k8s.io/customresourcedefinitions',
  'apiservices.apiregistration.k8s.io': 'apiregistration.k8s.io/apiservices',
};

/** The resource as the store knows it: both Event resources are one. */
export function storageResource(resource: string): string {
  return resource === 'events.events.k8s.io' ? 'events' : resource;
}

/** A memo of a pure result over the resources served. */
const prefixes = new Map<string, string>();

/** `/registry/<folder>/`; kinds of groups with a dot (CRDs and newer built-ins) stand under their group. */
export function resourcePrefix(resource: string): string {
  let prefix = prefixes.get(resource);
  if (prefix === undefined) prefixes.set(resource, (prefix = prefixOf(resource)));
  return prefix;
}

function prefixOf(resource: string): string {
  const known = FOLDERS[resource];
  if (known) return `${REGISTRY}${known}/`;
  const dot = resource.indexOf('.');
  const plural = dot < 0 ? resource : resource.slice(0, dot);
  const group = dot < 0 ? '' : resource.slice(dot + 1);
  const own = group.includes('.') && !group.endsWith('.k8s.io');
  return own ? `${REGISTRY}${group}/${plural}/` : `${REGISTRY}${plural}/`;
}

export function keyOf(resource: string, namespace: string, name: string): string {
  return resourcePrefix(resource) + (namespace === '' ? name : `${namespace}/${name}`);
}

/** Prefix -> resource, for reading keys back. */
export function prefixTable(infos: readonly ResourceInfo[]): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const info of infos) {
    const resource = storageResource(info.group ? `${info.plural}.${info.group}` : info.plural);
    table.set(resourcePrefix(resource), resource);
  }
  return table;
}

/** The resource of a key; undefined for keys that are not the API server's objects. */
export function resourceOfKey(table: ReadonlyMap<string, string>, key: string): string | undefined {
  if (!key.startsWith(REGISTRY)) return undefined;
  const first = key.indexOf('/', REGISTRY.length);
  // One folder, or two for services and custom resources.
  let slash = first;
  for (let depth = 0; depth < 2 && slash > 0; depth++) {
    const resource = table.get(key.slice(0, slash + 1));
    if (resource) return resource;
    slash = key.indexOf('/', slash + 1);
  }
  const group = key.slice(REGISTRY.length, first);
  const end = key.indexOf('/', first + 1);
  return first > 0 && end > 0 && group.includes('.') ? `${key.slice(first + 1, end)}.${group}` : undefined;
}
