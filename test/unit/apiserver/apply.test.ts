import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiResponse, Json } from '../../../sim-core/contracts/index.ts';

const base = { namespace: 'default', user: 'kubernetes-admin', agent: 'test/1.0' } as const;

function server(): MemoryApi {
  const api = new MemoryApi();
  const metadata = { name: 'default' };
  api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase: 'Active' } });
  return api;
}

function apply(api: MemoryApi, fieldManager: string, data: Json | undefined, force = false): ApiResponse {
  const value: Json = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    ...(data !== undefined && { data }),
  };
  const options = { fieldManager, ...(force && { force }) };
  return api.handle({
    ...base,
    verb: 'patch',
    resource: 'configmaps',
    name: 'x',
    patch: { type: 'apply', value },
    options,
  });
}

const dataOf = (response: ApiResponse) => (response.version?.object ?? response.object)?.data;

describe('server-side apply', () => {
  it('creates, changes and removes what its manager owns', () => {
    const api = server();
    expect(apply(api, 'm1', { a: '1', b: '2' }).code).toBe(201);
    expect(dataOf(apply(api, 'm1', { a: '3' }))).toEqual({ a: '3' });
  });

  it('refuses to change what another manager owns, unless forced', () => {
    const api = server();
    apply(api, 'm1', { a: '1' });
    const refused = apply(api, 'm2', { a: '2' });
    expect(refused.code).toBe(409);
    expect(refused.status?.message).toBe('Apply failed with 1 conflict: conflict with "m1": .data.a');
    expect(dataOf(apply(api, 'm2', { a: '2' }, true))).toEqual({ a: '2' });
  });

  it('keeps a field that two managers own until both have dropped it', () => {
    const api = server();
    apply(api, 'm1', { a: '1' });
    apply(api, 'm2', { a: '1' });
    expect(dataOf(apply(api, 'm1', undefined))).toEqual({ a: '1' });
    expect(dataOf(apply(api, 'm2', undefined))).toBeUndefined();
  });

  it('tells fields that the schema does not have', () => {
    const api = server();
    const value: Json = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, zzz: 1 };
    const options = { fieldManager: 'm' };
    const patch = { type: 'apply', value } as const;
    const { status } = api.handle({ ...base, verb: 'patch', resource: 'configmaps', name: 'x', patch, options });
    expect(status?.message).toContain('.zzz: field not declared in schema');
  });
});
