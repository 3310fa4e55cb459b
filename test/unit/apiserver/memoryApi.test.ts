import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiRequest } from '../../../sim-core/contracts/index.ts';

const base = { namespace: 'default', name: '', user: 'kubernetes-admin', agent: 'test/1.0' } as const;

function api(): MemoryApi {
  const server = new MemoryApi();
  server.seedObject('namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'default' },
    status: { phase: 'Active' },
  });
  server.seedObject('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'default' },
  });
  return server;
}

function pod(name: string): ApiRequest {
  return {
    ...base,
    verb: 'create',
    resource: 'pods',
    body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  };
}

describe('MemoryApi', () => {
  it('creates, reads, lists, binds and deletes a pod', () => {
    const server = api();
    const created = server.handle(pod('a'));
    expect(created.code).toBe(201);
    expect(created.version?.object.metadata.generation).toBe(1);
    expect(created.version?.object.status.phase).toBe('Pending');
    expect(server.handle(pod('a')).status?.message).toBe('pods "a" already exists');
    const binding = server.handle({
      ...base,
      verb: 'create',
      resource: 'pods',
      subresource: 'binding',
      name: 'a',
      body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'a' }, target: { kind: 'Node', name: 'n1' } },
    });
    expect(binding.code).toBe(201);
    const read = server.handle({ ...base, verb: 'get', resource: 'pods', name: 'a' });
    expect(read.version?.object.spec.nodeName).toBe('n1');
    const deleted = server.handle({ ...base, verb: 'delete', resource: 'pods', name: 'a' });
    expect(deleted.version?.object.metadata.deletionGracePeriodSeconds).toBe(30);
    const gone = server.handle({
      ...base,
      verb: 'delete',
      resource: 'pods',
      name: 'a',
      options: { delete: { gracePeriodSeconds: 0 } },
    });
    expect(gone.code).toBe(200);
    expect(server.handle({ ...base, verb: 'get', resource: 'pods', name: 'a' }).status?.message).toBe(
      'pods "a" not found',
    );
    expect(server.events.slice(-2).map(({ entry }) => entry.type)).toEqual(['MODIFIED', 'DELETED']);
  });

  it('pages a list at one revision', () => {
    const server = api();
    for (const name of ['a', 'b', 'c']) server.handle(pod(name));
    const list = { ...base, verb: 'list', resource: 'pods' } as const;
    const first = server.handle({ ...list, options: { limit: 2 } });
    expect(first.list?.versions.map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
    expect(first.list?.metadata.remainingItemCount).toBe(1);
    server.handle(pod('bb'));
    const second = server.handle({ ...list, options: { limit: 2, continue: first.list?.metadata.continue } });
    expect(second.list?.versions.map(({ object }) => object.metadata.name)).toEqual(['c']);
    expect(second.list?.metadata.resourceVersion).toBe(first.list?.metadata.resourceVersion);
  });

  it('refuses a stale PUT and retries a PATCH', () => {
    const server = api();
    const a = server.handle(pod('a')).version?.object;
    const labels = { l: '1' };
    const patch = {
      ...base,
      verb: 'patch',
      resource: 'pods',
      name: 'a',
      patch: { type: 'merge', value: { metadata: { labels } } },
    } as const;
    expect(server.handle(patch).version?.object.metadata.labels).toEqual(labels);
    const put = server.handle({ ...base, verb: 'update', resource: 'pods', name: 'a', body: a });
    expect(put.status?.reason).toBe('Conflict');
  });
});
