import { goQuote } from '../api/machinery/gotext.ts';
import { deepEqual } from '../api/machinery/json.ts';
import type { ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../contracts/index.ts';
import {
  type Attributes,
  type Caller,
  decide,
  groupsOf,
  isTrusted,
  type RoleSource,
  type Rule,
  rulesIn,
} from './authorization.ts';
import { forbidden, notFound } from './status.ts';

/**
 * Who writes roles or bindings can give away no more than they hold (pkg/registry/rbac/role/policybased, rolebinding/policybased,
 * validation.ConfirmNoEscalation).
 */

const GROUP = 'rbac.authorization.k8s.io';
const ROLES: ReadonlySet<string> = new Set([`roles.${GROUP}`, `clusterroles.${GROUP}`]);
const BINDINGS: ReadonlySet<string> = new Set([`rolebindings.${GROUP}`, `clusterrolebindings.${GROUP}`]);

/** Roles that the server makes at its start; those for users are empty until a controller fills them. */
const BOOTSTRAP: Readonly<Record<string, readonly Rule[]>> = {
  'cluster-admin': [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ],
  admin: [],
  edit: [],
  view: [],
};

/** The answer to a write that would give too much; undefined where it may be done. */
export function escalation(
  source: RoleSource,
  info: ResourceInfo,
  request: ApiRequest,
  object: KubeObject,
  before?: KubeObject,
): ApiResponse | undefined {
  const { resource, namespace } = request;
  if (!ROLES.has(resource) && !BINDINGS.has(resource)) return undefined;
  const caller: Caller = { user: request.user, ...(request.groups && { groups: request.groups }) };
  if (isTrusted(caller)) return undefined;
  if (before && deepEqual(withoutOwners(object), withoutOwners(before))) return undefined;
  const name = object.metadata.name ?? '';
  const ask = (verb: string, plural: string, named: string): boolean => {
    const asked: Attributes = { verb, group: GROUP, resource: plural, subresource: '', namespace, name: named };
    return decide(caller, asked, source).allowed;
  };
  if (ROLES.has(resource)) {
    if (ask('escalate', info.plural, request.name)) return undefined;
    const rules = (object.rules ?? []) as readonly Rule[];
    const more = notHeld(source, info, caller, namespace, name, rules);
    if (more || !(object.aggregationRule || before?.aggregationRule)) return more;
    return notHeld(source, info, caller, namespace, name, BOOTSTRAP['cluster-admin'])
      ? forbidden(info, name, 'must have cluster-admin privileges to use the aggregationRule')
      : undefined;
  }
  const { kind, name: role = '' } = object.roleRef ?? {};
  const plural = kind === 'Role' ? 'roles' : 'clusterroles';
  if (ask('bind', plural, role)) return undefined;
  const bound = source.get(`${plural}.${GROUP}`, kind === 'Role' ? namespace : '', role)?.object;
  const known = kind === 'Role' ? undefined : role.startsWith('system:') ? [] : BOOTSTRAP[role];
  if (!bound && !known) return notFound(info, role);
  return notHeld(source, info, caller, namespace, name, (bound?.rules as readonly Rule[] | undefined) ?? known ?? []);
}

/** A role or binding without what the garbage collector changes (pkg/registry/rbac IsOnlyMutatingGCFields). */
function withoutOwners(object: KubeObject): object {
  const { ownerReferences: _o, finalizers: _f, managedFields: _m, resourceVersion: _r, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function notHeld(
  source: RoleSource,
  info: ResourceInfo,
  caller: Caller,
  namespace: string,
  name: string,
  rules: readonly Rule[],
): ApiResponse | undefined {
  const own = rulesIn(caller, source, namespace);
  const missing = rules.flatMap(singleRules).filter((rule) => !own.some((held) => covers(held, rule)));
  if (missing.length === 0) return undefined;
  const texts = [...new Set(compacted(missing).map(ruleText))].sort();
  const groups = groupsOf(caller).map(goQuote).join(' ');
  const why = `user ${goQuote(caller.user)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${texts.join('\n')}`;
  return forbidden(info, name, why);
}

/** A rule as rules of one verb on one thing each. */
function singleRules({
  verbs = [],
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: Rule): Rule[] {
  const names: readonly (readonly string[] | undefined)[] =
    resourceNames.length > 0 ? resourceNames.map((name) => [name]) : [undefined];
  const result: Rule[] = [];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        for (const name of names) {
          result.push({
            apiGroups: [group],
            resources: [resource],
            verbs: [verb],
            ...(name && { resourceNames: name }),
          });
        }
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) result.push({ nonResourceURLs: [url], verbs: [verb] });
  return result;
}

const includes = (list: readonly string[] | undefined, wanted: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(wanted));

/** Does a rule that is held grant all of a rule of one verb on one thing? */
function covers(held: Rule, { verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule): boolean {
  if (!includes(held.verbs, verbs?.[0] ?? '')) return false;
  const url = nonResourceURLs?.[0];
  if (url !== undefined) {
    return (held.nonResourceURLs ?? []).some(
      (pattern) => pattern === url || (pattern.endsWith('*') && url.startsWith(pattern.slice(0, -1))),
    );
  }
  const resource = resources?.[0] ?? '';
  const slash = resource.indexOf('/');
  const anyParent = slash >= 0 && held.resources?.includes(`*${resource.slice(slash)}`);
  if (!includes(held.apiGroups, apiGroups?.[0] ?? '') || !(includes(held.resources, resource) || anyParent))
    return false;
  if (!held.resourceNames?.length) return true;
  return resourceNames !== undefined && resourceNames.every((name) => held.resourceNames?.includes(name));
}

/** Rules on the same thing become one (validation.CompactRules). */
function compacted(rules: readonly Rule[]): readonly Rule[] {
  const merged = new Map<string, Rule>();
  const rest: Rule[] = [];
  for (const rule of rules) {
    if (rule.nonResourceURLs) {
      rest.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames ?? []]);
    const known = merged.get(key);
    merged.set(key, known ? { ...known, verbs: [...(known.verbs ?? []), ...(rule.verbs ?? [])] } : rule);
  }
  return [...rest, ...merged.values()];
}

/** rbac/v1 CompactString. */
function ruleText({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: Rule): string {
  const parts: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['APIGroups', apiGroups],
    ['Resources', resources],
    ['NonResourceURLs', nonResourceURLs],
    ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ];
  const texts = parts
    .filter(([, list]) => list?.length)
    .map(([key, list]) => `${key}:[${list?.map(goQuote).join(' ')}]`);
  return `{${texts.join(', ')}}`;
}
