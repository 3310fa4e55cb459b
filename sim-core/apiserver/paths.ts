import { allResources, type ResourceInfo } from '../api/schema/index.ts';

/** What a URL path names. */
export interface ResourcePath {
  readonly info: ResourceInfo;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string | undefined;
}

const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'finalize']);

/**
 * Reads `/api/v1/...` and `/apis/<group>/<version>/...` (apiserver pkg/endpoints/request/requestinfo.go); undefined for other
 * paths and for resources that are not served. `custom` are the resources of CRDs.
 */
export function parseResourcePath(path: string, custom: readonly ResourceInfo[] = []): ResourcePath | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return undefined;
  const group = core ? '' : (parts[1] ?? '');
  const version = core ? parts[1] : parts[2];
  let rest = parts.slice(core ? 2 : 3).map(decodePart);
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && NAMESPACE_SUBRESOURCES.has(rest[2]))) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const matches = (info: ResourceInfo) => info.group === group && info.version === version && info.plural === rest[0];
  const info = custom.find(matches) ?? allResources().find(matches);
  if (!info || rest.length > 3) return undefined;
  if (namespace !== '' && !info.namespaced) return undefined;
  return { info, namespace, name: rest[1] ?? '', subresource: rest[2] };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The query of a URL; a repeated key keeps its first value, as Go's url.Values.Get does. */
export function parseQuery(search: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const key = decodePart((at < 0 ? pair : pair.slice(0, at)).replaceAll('+', ' '));
    const value = at < 0 ? '' : decodePart(pair.slice(at + 1).replaceAll('+', ' '));
    if (!query.has(key)) query.set(key, value);
  }
  return query;
}
