import type { ApiRequest, ApiResponse, KubeObject, Version } from '../contracts/index.ts';
import { failure, forbidden } from './status.ts';

/** Role-based access control (--authorization-mode=RBAC; plugin/pkg/auth/authorizer/rbac). */

/** Where roles and bindings are read from. */
export interface RoleSource {
  get(resource: string, namespace: string, name: string): Version | undefined;
  list(resource: string, namespace: string): readonly Version[];
}

export interface Caller {
  readonly user: string;
  /** Undefined: a part of the simulation that names no groups, trusted. */
  readonly groups?: readonly string[];
  readonly uid?: string;
}

/** What is asked for (authorizer.Attributes). */
export type Attributes =
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly verb: string; readonly path: string };

export interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Grant {
  readonly binding: string;
  readonly role: string;
  readonly subject: string;
  readonly rules: readonly Rule[];
}

export const ANONYMOUS = 'system:anonymous';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';
const SUPERUSERS = 'system:masters';
const SERVICE_ACCOUNT = 'system:serviceaccount:';
const SYSTEM_ACCOUNT = `${SERVICE_ACCOUNT}kube-system:`;

const HEALTH = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const PUBLIC_INFO: Rule = { verbs: ['get'], nonResourceURLs: HEALTH };
const DISCOVERY: readonly string[] = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];

/** Cluster roles that the server binds at its start (plugin/pkg/auth/authorizer/rbac/bootstrappolicy). */
const BOOTSTRAP: readonly (Omit<Grant, 'subject'> & { readonly groups: readonly string[] })[] = [
  {
    binding: 'ClusterRoleBinding "system:basic-user"',
    role: 'ClusterRole "system:basic-user"',
    groups: [AUTHENTICATED],
    rules: [
      {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
      { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    ],
  },
  {
    binding: 'ClusterRoleBinding "system:discovery"',
    role: 'ClusterRole "system:discovery"',
    groups: [AUTHENTICATED],
    rules: [{ verbs: ['get'], nonResourceURLs: DISCOVERY }],
  },
  {
    binding: 'ClusterRoleBinding "system:public-info-viewer"',
    role: 'ClusterRole "system:public-info-viewer"',
    groups: [AUTHENTICATED, UNAUTHENTICATED],
    rules: [PUBLIC_INFO],
  },
];

/** Components of the simulation are trusted: they name no groups, or act under a name of the system. */
export function isTrusted({ user, groups }: Caller): boolean {
  if (groups === undefined || groups.includes(SUPERUSERS)) return true;
  if (user.startsWith(SERVICE_ACCOUNT)) return user.startsWith(SYSTEM_ACCOUNT);
  return user.startsWith('system:') && user !== ANONYMOUS;
}

/** Name and namespace of a service account's user; undefined for other users. */
export function accountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const [namespace, name, more] = user.startsWith(SERVICE_ACCOUNT) ? user.slice(SERVICE_ACCOUNT.length).split(':') : [];
  return namespace && name && more === undefined ? { namespace, name } : undefined;
}

/** The groups of a caller, with the one that tells whether it is known. */
export function groupsOf({ user, groups = [] }: Caller): readonly string[] {
  return [...groups, user === ANONYMOUS ? UNAUTHENTICATED : AUTHENTICATED];
}

/** The text of a subject that is the caller, `User "alice"`. */
function matchingSubject(
  subjects: readonly Subject[],
  caller: Caller,
  groups: readonly string[],
  namespace: string,
): string | undefined {
  for (const subject of subjects) {
    const { kind, name } = subject;
    if (kind === 'User' && name === caller.user) return `User "${name}"`;
    if (kind === 'Group' && groups.includes(name)) return `Group "${name}"`;
    const owner = subject.namespace || namespace;
    if (kind === 'ServiceAccount' && caller.user === `${SERVICE_ACCOUNT}${owner}:${name}`) {
      return `ServiceAccount "${name}/${owner}"`;
    }
  }
  return undefined;
}

function rulesOf(source: RoleSource, binding: KubeObject, namespace: string): readonly Rule[] {
  const { kind, name } = binding.roleRef ?? {};
  const resource = `${kind === 'Role' ? 'roles' : 'clusterroles'}.rbac.authorization.k8s.io`;
  return source.get(resource, kind === 'Role' ? namespace : '', name ?? '')?.object.rules ?? [];
}

/** Everything that the caller was granted, for the cluster and for one namespace. */
function* grantsOf(caller: Caller, source: RoleSource, namespace: string): Generator<Grant> {
  const groups = groupsOf(caller);
  for (const grant of BOOTSTRAP) {
    const group = grant.groups.find((name) => groups.includes(name));
    if (group) yield { ...grant, subject: `Group "${group}"` };
  }
  const all = [...source.list('clusterrolebindings.rbac.authorization.k8s.io', '')];
  if (namespace !== '') all.push(...source.list('rolebindings.rbac.authorization.k8s.io', namespace));
  for (const { object } of all) {
    const { name = '', namespace: own = '' } = object.metadata;
    const subject = matchingSubject(object.subjects ?? [], caller, groups, own);
    if (subject === undefined) continue;
    const binding = own === '' ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${own}"`;
    const role = `${object.roleRef?.kind} "${object.roleRef?.name}"`;
    yield { binding, role, subject, rules: rulesOf(source, object, own) };
  }
}

function has(list: readonly string[] | undefined, wanted: string): boolean {
  return list?.includes('*') || list?.includes(wanted) || false;
}

function allows(rule: Rule, asked: Attributes): boolean {
  if (!has(rule.verbs, asked.verb)) return false;
  if ('path' in asked) {
    return (rule.nonResourceURLs ?? []).some((url) =>
      url.endsWith('*') ? asked.path.startsWith(url.slice(0, -1)) : url === asked.path,
    );
  }
  if (!has(rule.apiGroups, asked.group)) return false;
  const { resource, subresource } = asked;
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  const named = has(rule.resources, full) || (subresource !== '' && rule.resources?.includes(`*/${subresource}`));
  return Boolean(named) && (!rule.resourceNames?.length || rule.resourceNames.includes(asked.name));
}

/** Whether the caller may, and why, as a SubjectAccessReview tells it. */
export function decide(caller: Caller, asked: Attributes, source: RoleSource): { allowed: boolean; reason?: string } {
  if (isTrusted(caller)) return { allowed: true };
  const namespace = 'path' in asked ? '' : asked.namespace;
  for (const { binding, role, subject, rules } of grantsOf(caller, source, namespace)) {
    if (rules.some((rule) => allows(rule, asked))) {
      return { allowed: true, reason: `RBAC: allowed by ${binding} of ${role} to ${subject}` };
    }
  }
  return { allowed: false };
}

/** All rules of the caller in a namespace, for a SelfSubjectRulesReview. */
export function rulesIn(caller: Caller, source: RoleSource, namespace: string): readonly Rule[] {
  return [...grantsOf(caller, source, namespace)].flatMap(({ rules }) => rules);
}

/** The 403 of a request that is not allowed (apiserver endpoints/handlers/responsewriters/errors.go). */
export function authorizeAttributes(caller: Caller, asked: Attributes, source: RoleSource): ApiResponse | undefined {
  if (decide(caller, asked, source).allowed) return undefined;
  const cannot = `User "${caller.user}" cannot ${asked.verb}`;
  if ('path' in asked) {
    return failure(403, 'Forbidden', `forbidden: ${cannot} path "${asked.path}"`, {});
  }
  const { group, resource, subresource, namespace, name } = asked;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return forbidden({ group, plural: resource }, name, `${cannot} resource "${what}" in API group "${group}" ${where}`);
}

/** What a request asks for. */
export function attributesOf(request: ApiRequest): Attributes {
  const { verb, resource, subresource = '', namespace, name } = request;
  const dot = resource.indexOf('.');
  const [plural, group] = dot < 0 ? [resource, ''] : [resource.slice(0, dot), resource.slice(dot + 1)];
  return { verb, group, resource: plural, subresource, namespace: plural === 'namespaces' ? name : namespace, name };
}

const METHOD_VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
  GET: 'get',
  HEAD: 'get',
};

const NAMESPACE_PARTS: ReadonlySet<string> = new Set(['status', 'finalize']);

/** What a URL asks for, whether it is served or not (apiserver pkg/endpoints/request/requestinfo.go). */
export function attributesOfPath(method: string, path: string, query: ReadonlyMap<string, string>): Attributes {
  const verb = METHOD_VERBS[method] ?? method.toLowerCase();
  const parts = path.split('/').filter((part) => part !== '');
  const core = parts[0] === 'api';
  if ((!core && parts[0] !== 'apis') || parts.length < (core ? 3 : 4)) return { verb, path };
  const group = core ? '' : parts[1];
  let rest = parts.slice(core ? 2 : 3);
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1];
    if (rest.length > 2 && !NAMESPACE_PARTS.has(rest[2])) rest = rest.slice(2);
  }
  const [resource, named = '', subresource = ''] = rest;
  const fields = /(?:^|,)metadata\.name==?([^,]+)/.exec(query.get('fieldSelector') ?? '');
  const name = named === '' ? (fields?.[1] ?? '') : named;
  if (named !== '') return { verb, group, resource, subresource, namespace, name };
  const watching = query.has('watch') && !['false', '0'].includes(query.get('watch') ?? '');
  const many: Readonly<Record<string, string>> = { get: watching ? 'watch' : 'list', delete: 'deletecollection' };
  const listed = many[verb] !== undefined;
  return { verb: many[verb] ?? verb, group, resource, subresource, namespace, name: listed ? name : '' };
}
