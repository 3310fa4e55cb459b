import { sha256 } from '../api/machinery/sha256.ts';
import type { ResourceInfo } from '../api/schema/index.ts';
import type { KubeObject } from '../contracts/index.ts';
import { base64Url, utf8 } from './continueToken.ts';

/** Discovery of the groups of custom resources (apiextensions-apiserver pkg/apiserver/customresource_discovery_controller.go). */

/** `/version`: of 1.35.4, with a build that says nothing of itself. */
export const VERSION = Object.freeze({
  major: '1',
  minor: '35',
  emulationMajor: '1',
  emulationMinor: '35',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '34',
  gitVersion: 'v1.35.4',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
}) as unknown as KubeObject;

/** discovery.StorageVersionHash of apiserver. */
function storageVersionHash({ group, version, kind }: ResourceInfo): string {
  const sum = sha256(Uint8Array.from(utf8(`${group}/${version}/${kind}`))).subarray(0, 8);
  return `${base64Url(sum).replaceAll('-', '+').replaceAll('_', '/')}=`;
}

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const PART_VERBS = ['get', 'patch', 'update'];

function* resourcesOf(info: ResourceInfo): Iterable<object> {
  const { plural, singular, namespaced, kind, shortNames, categories, subresources } = info;
  yield {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: VERBS,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    storageVersionHash: storageVersionHash(info),
  };
  const has = (name: string) => subresources.some((part) => part.name === name);
  const part = { singularName: '', namespaced };
  if (has('status')) yield { name: `${plural}/status`, ...part, kind, verbs: PART_VERBS };
  if (!has('scale')) return;
  yield { name: `${plural}/scale`, ...part, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: PART_VERBS };
}

/** `/apis/<group>/<version>`: APIResourceList. */
export function versionDocument(group: string, version: string, infos: readonly ResourceInfo[]): KubeObject {
  const resources = infos.flatMap((info) => [...resourcesOf(info)]);
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: `${group}/${version}`,
    resources,
  } as object as KubeObject;
}

/** `/apis/<group>`: APIGroup. */
export function groupDocument(name: string, infos: readonly ResourceInfo[]): KubeObject {
  const versions = [...new Set(infos.map(({ version }) => version))].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { kind: 'APIGroup', apiVersion: 'v1', name, versions, preferredVersion: versions[0] } as object as KubeObject;
}
