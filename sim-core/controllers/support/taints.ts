import type { Node, Taint } from '../../api/types/core.ts';
import type { Json } from '../../contracts/objects.ts';
import { patchRequest } from './requests.ts';
import type { Request } from './script.ts';

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';

export function sameTaint(a: Pick<Taint, 'key' | 'effect'>, b: Pick<Taint, 'key' | 'effect'>): boolean {
  return a.key === b.key && a.effect === b.effect;
}

export function hasTaint(node: Node, key: string, effect: Taint['effect']): boolean {
  return (node.spec?.taints ?? []).some((taint) => sameTaint(taint, { key, effect }));
}

/** Patch of a node's taints that holds only for the version it was computed from. */
export function taintPatch(node: Node, taints: readonly Taint[]): Request {
  const spec: Json = { taints: taints.length > 0 ? (taints as unknown as Json) : null };
  return patchRequest('nodes', node, { metadata: { resourceVersion: node.metadata.resourceVersion }, spec });
}
