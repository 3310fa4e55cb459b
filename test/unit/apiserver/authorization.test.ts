import { describe, expect, it } from 'vitest';
import { attributesOfPath, authorizeAttributes, decide } from '../../../sim-core/apiserver/authorization.ts';
import { readHttp } from '../../../sim-core/apiserver/http.ts';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';

const RBAC = 'rbac.authorization.k8s.io';

function withRole(): MemoryApi {
  const api = new MemoryApi();
  const metadata = { name: 'reader', namespace: 'ns' };
  api.seedObject(`roles.${RBAC}`, {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
  });
  api.seedObject(`rolebindings.${RBAC}`, {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'User', name: 'alice', apiGroup: RBAC }],
  });
  return api;
}

const asked = (method: string, path: string, query = new Map<string, string>()) =>
  attributesOfPath(method, path, query);
const alice = { user: 'alice', groups: [] };

describe('authorization', () => {
  it('allows what a role grants in its namespace, and nothing else', () => {
    const api = withRole();
    expect(decide(alice, asked('GET', '/api/v1/namespaces/ns/pods'), api)).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "reader/ns" of Role "reader" to User "alice"',
    });
    const refused = authorizeAttributes(alice, asked('DELETE', '/api/v1/namespaces/ns/pods/p'), api);
    expect(refused?.status?.message).toBe(
      'pods "p" is forbidden: User "alice" cannot delete resource "pods" in API group "" in the namespace "ns"',
    );
    expect(decide(alice, asked('GET', '/api/v1/namespaces/other/pods'), api).allowed).toBe(false);
  });

  it('reads requests of collections, watches and names in selectors from the URL', () => {
    const watch = new Map([
      ['watch', '1'],
      ['fieldSelector', 'metadata.name=p'],
    ]);
    expect(asked('GET', '/api/v1/namespaces/ns/pods', watch)).toMatchObject({ verb: 'watch', name: 'p' });
    expect(asked('DELETE', '/apis/apps/v1/namespaces/ns/deployments')).toMatchObject({ verb: 'deletecollection' });
    expect(asked('GET', '/healthz')).toEqual({ verb: 'get', path: '/healthz' });
  });

  it('lets administrators and components of the simulation do everything', () => {
    const api = new MemoryApi();
    const what = asked('DELETE', '/api/v1/nodes/n');
    expect(decide({ user: 'root', groups: ['system:masters'] }, what, api).allowed).toBe(true);
    expect(decide({ user: 'system:kube-scheduler', groups: ['system:authenticated'] }, what, api).allowed).toBe(true);
    expect(decide({ user: 'kubectl' }, what, api).allowed).toBe(true);
  });

  it('lets nobody act as somebody else without a right to', () => {
    const api = withRole();
    const as = (headers: Record<string, string>, groups: readonly string[] = []) => {
      const call = readHttp(
        { method: 'GET', path: '/api/v1/namespaces/ns/pods', headers, user: 'bob', groups },
        [],
        api,
      );
      return call.do === 'reply' ? call.response.status?.message : call.do;
    };
    expect(as({ 'Impersonate-User': 'alice' })).toBe(
      'users "alice" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    expect(as({ 'Impersonate-User': 'system:serviceaccount:ns:a' })).toBe(
      'serviceaccounts "a" is forbidden: User "bob" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "ns"',
    );
    expect(as({ 'Impersonate-User': 'alice' }, ['system:masters'])).toBe('request');
    expect(as({ 'Impersonate-User': 'system:serviceaccount:ns:a' }, ['system:masters'])).toContain(
      'User "system:serviceaccount:ns:a" cannot list resource "pods"',
    );
  });
});
