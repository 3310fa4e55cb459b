import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';

const GROUP = 'rbac.authorization.k8s.io';
const meta = (name: string) => ({ name, namespace: 'demo' });

function api(): MemoryApi {
  const server = new MemoryApi();
  const rules = [
    { apiGroups: [GROUP], resources: ['roles', 'rolebindings'], verbs: ['create'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
  ];
  const subjects = [{ kind: 'User', name: 'alice' }];
  const roleRef = { apiGroup: GROUP, kind: 'Role', name: 'writer' };
  server.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  server.seedObject(`roles.${GROUP}`, { apiVersion: `${GROUP}/v1`, kind: 'Role', metadata: meta('writer'), rules });
  const binding = { apiVersion: `${GROUP}/v1`, kind: 'RoleBinding', metadata: meta('writer'), roleRef, subjects };
  server.seedObject(`rolebindings.${GROUP}`, binding);
  return server;
}

function create(server: MemoryApi, resource: string, body: object) {
  const request = {
    verb: 'create',
    resource: `${resource}.${GROUP}`,
    namespace: 'demo',
    name: '',
    agent: 'test/1',
  } as const;
  return server.handle({ ...request, user: 'alice', groups: ['devs'], body: body as KubeObject });
}

const role = (name: string, rules: readonly object[]) => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Role',
  metadata: { name },
  rules,
});

describe('who writes roles', () => {
  it('can give what they hold and no more', () => {
    const server = api();
    const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
    expect(create(server, 'roles', role('same', [pods])).code).toBe(201);
    const { code, status } = create(server, 'roles', role('more', [{ ...pods, verbs: ['get', 'list', 'watch'] }]));
    expect(code).toBe(403);
    expect(status?.message).toBe(
      `roles.${GROUP} "more" is forbidden: user "alice" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n` +
        '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}',
    );
  });

  it('can bind only roles that are there and that they could write', () => {
    const server = api();
    const binding = (kind: string, name: string) => ({
      apiVersion: `${GROUP}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'b' },
      roleRef: { apiGroup: GROUP, kind, name },
      subjects: [{ kind: 'User', name: 'bob' }],
    });
    expect(create(server, 'rolebindings', binding('ClusterRole', 'nope')).status?.message).toBe(
      `rolebindings.${GROUP} "nope" not found`,
    );
    expect(create(server, 'rolebindings', binding('ClusterRole', 'cluster-admin')).code).toBe(403);
    expect(create(server, 'rolebindings', binding('Role', 'writer')).code).toBe(201);
  });

  it('need all rights for an aggregationRule, and no less for a change of labels', () => {
    const server = api();
    const rules = [{ apiGroups: [GROUP], resources: ['clusterroles'], verbs: ['create', 'update', 'patch'] }];
    const roleRef = { apiGroup: GROUP, kind: 'ClusterRole', name: 'author' };
    const subjects = [{ kind: 'User', name: 'alice' }];
    const kind = (name: string, metadata: object) => ({ apiVersion: `${GROUP}/v1`, kind: name, metadata });
    server.seedObject(`clusterroles.${GROUP}`, { ...kind('ClusterRole', { name: 'author' }), rules } as KubeObject);
    server.seedObject(`clusterrolebindings.${GROUP}`, {
      ...kind('ClusterRoleBinding', { name: 'author' }),
      roleRef,
      subjects,
    } as KubeObject);
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] };
    const sum = { ...kind('ClusterRole', { name: 'sum' }), aggregationRule, rules: [] };
    expect(create(server, 'clusterroles', sum).status?.message).toBe(
      `clusterroles.${GROUP} "sum" is forbidden: must have cluster-admin privileges to use the aggregationRule`,
    );
    const others = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
    server.seedObject(`clusterroles.${GROUP}`, {
      ...kind('ClusterRole', { name: 'other' }),
      rules: others,
    } as KubeObject);
    const patched = (metadata: object) =>
      server.handle({
        ...{ verb: 'patch', resource: `clusterroles.${GROUP}`, namespace: '', name: 'other', agent: 'test/1' },
        ...{ user: 'alice', groups: ['devs'], patch: { type: 'merge', value: { metadata } as never } },
      });
    expect(patched({ finalizers: ['a.b/c'] }).code).toBe(200);
    expect(patched({ labels: { a: 'b' } }).code).toBe(403);
  });
});
