import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';

/** pkg/registry/core/pod/storage/eviction.go: what no budget guards is told why it goes all the same. */
describe('an eviction', () => {
  it('of a pending pod with finalizers leaves DisruptionTarget, once', () => {
    const api = new MemoryApi();
    api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
    const finalizers = ['a.b/c'];
    const metadata = { name: 'p', namespace: 'demo', labels: { a: 'b' }, finalizers };
    api.seedObject('pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec: {}, status: { phase: 'Pending' } });
    api.seedObject('poddisruptionbudgets.policy', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b', namespace: 'demo' },
      spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } } },
    });
    const at = { resource: 'pods', namespace: 'demo', name: 'p', user: 'kubernetes-admin', agent: 'test/1' };
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } } as KubeObject;
    const evict = () => api.handle({ verb: 'create', subresource: 'eviction', body, ...at }).code;
    const pod = () => api.handle({ verb: 'get', ...at }).version?.object;
    expect(evict()).toBe(201);
    const first = pod();
    expect(first?.status?.conditions).toMatchObject([
      { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' },
    ]);
    expect(first?.metadata.deletionTimestamp).toBeDefined();
    expect(evict()).toBe(201);
    expect(pod()?.metadata.resourceVersion).toBe(first?.metadata.resourceVersion);
  });
});
