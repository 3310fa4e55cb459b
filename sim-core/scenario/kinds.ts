import { allResources, resourceOfKind } from '../api/schema/index.ts';
import type { KubeObject } from '../contracts/index.ts';
import type { LoadedObject, Place, ScenarioProblem } from './spec.ts';

/** A kind that a CustomResourceDefinition defines. */
export interface CustomKind {
  readonly resource: string;
  readonly namespaced: boolean;
}

const kindKey = (group: string, kind: string) => `${group}/${kind}`;

const groupOf = (apiVersion: string) => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/** The kinds that the definitions among these objects make known. */
export function customKinds(objects: readonly KubeObject[]): ReadonlyMap<string, CustomKind> {
  const kinds = new Map<string, CustomKind>();
  for (const { kind, spec } of objects) {
    if (kind !== 'CustomResourceDefinition' || typeof spec?.group !== 'string' || spec?.names === undefined) continue;
    const resource = `${spec.names.plural}.${spec.group}`;
    kinds.set(kindKey(spec.group, spec.names.kind), { resource, namespaced: spec.scope !== 'Cluster' });
  }
  return kinds;
}

export function customKind(kinds: ReadonlyMap<string, CustomKind>, object: KubeObject): CustomKind | undefined {
  return kinds.get(kindKey(groupOf(object.apiVersion ?? ''), object.kind ?? ''));
}

/**
 * Takes out the objects of kinds that the API server does not serve, each with a warning in kubectl's words: a kind without
 * its definition, or a version of the past.
 */
export function knownObjects(
  objects: readonly LoadedObject[],
  alsoDefined: readonly LoadedObject[] = [],
): { readonly known: readonly LoadedObject[]; readonly problems: readonly ScenarioProblem[] } {
  const kinds = customKinds([...objects, ...alsoDefined].map((o) => o.object));
  const problems: ScenarioProblem[] = [];
  const known = objects.filter(({ object, at }) => {
    const { apiVersion = '', kind = '' } = object;
    if (resourceOfKind(apiVersion, kind) !== undefined || customKind(kinds, object) !== undefined) return true;
    problems.push({
      severity: 'warning',
      code: 'unknown-kind',
      message: `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}: not applied`,
      hint: hintFor(kind),
      at,
    });
    return false;
  });
  return { known, problems };
}

function hintFor(kind: string): string {
  const served = allResources()
    .filter((r) => r.kind === kind && r.preferred)
    .map((r) => (r.group === '' ? r.version : `${r.group}/${r.version}`));
  return served.length > 0
    ? `Kubernetes 1.35 serves it in ${served.join(', ')}`
    : 'its CustomResourceDefinition is not among these files';
}

/** What others need first: kubectl sends the objects of files in this order of kinds, else as they stand. */
const FIRST: readonly string[] = ['Namespace', 'CustomResourceDefinition', 'PriorityClass', 'StorageClass'];

export function inOrder(objects: readonly LoadedObject[]): readonly LoadedObject[] {
  const rank = ({ object }: LoadedObject) => {
    const at = FIRST.indexOf(object.kind ?? '');
    return at < 0 ? FIRST.length : at;
  };
  return objects
    .map((object, i) => ({ object, i }))
    .sort((a, b) => rank(a.object) - rank(b.object) || a.i - b.i)
    .map(({ object }) => object);
}

const PRESENT: ReadonlySet<string> = new Set(['', 'default', 'kube-system', 'kube-public', 'kube-node-lease']);

/** Namespaces that plain manifests name and do not hold; a default cluster has none of them. */
export function missingNamespaces(objects: readonly LoadedObject[], at: Place): readonly LoadedObject[] {
  const held = new Set(objects.filter((o) => o.object.kind === 'Namespace').map((o) => o.object.metadata.name));
  const named = new Set<string>();
  for (const { object } of objects) {
    const namespace = object.metadata.namespace ?? '';
    if (resourceOfKind(object.apiVersion ?? '', object.kind ?? '')?.namespaced === false) continue;
    if (!PRESENT.has(namespace) && !held.has(namespace)) named.add(namespace);
  }
  return [...named].map((name) => ({ object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, at }));
}
