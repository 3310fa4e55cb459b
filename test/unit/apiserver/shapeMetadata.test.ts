import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiResponse, Json, KubeObject } from '../../../sim-core/contracts/index.ts';

const NS = 'default';
const to = { namespace: NS, user: 'kubernetes-admin', agent: 'curl/8' } as const;

function cluster(pods: readonly string[]): MemoryApi {
  const api = new MemoryApi();
  api.seedObject('namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NS },
    status: { phase: 'Active' },
  });
  api.seedObject('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: NS },
  });
  for (const name of pods) {
    const spec = { containers: [{ name: 'app', image: 'x' }] };
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'web' } }, spec } as KubeObject;
    expect(api.handle({ verb: 'create', resource: 'pods', name: '', ...to, body }).code).toBe(201);
  }
  return api;
}

function patch(api: MemoryApi, name: string, second: number, metadata: Json): ApiResponse {
  const time = `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
  const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: time }];
  const value = { metadata, status: { conditions } } as unknown as Json;
  const request = { verb: 'patch', resource: 'pods', subresource: 'status', name, ...to } as const;
  return api.handle({ ...request, patch: { type: 'strategic', value } });
}

const labels = ({ version }: ApiResponse) => version?.object.metadata.labels;

describe('patches of statuses that look alike and ask for something of metadata', () => {
  it('set the label of every pod, not only of the first ones', () => {
    const api = cluster(['a', 'b']);
    for (let n = 0; n < 6; n++)
      expect(labels(patch(api, 'a', n, { labels: { seen: 'yes' } }))).toEqual({ app: 'web', seen: 'yes' });
    patch(api, 'b', 7, { labels: { seen: 'no' } });
    patch(api, 'b', 8, { labels: { seen: 'no' } });
    expect(labels(patch(api, 'b', 9, { labels: { seen: 'yes' } }))).toEqual({ app: 'web', seen: 'yes' });
  });

  it('are refused where they name a version that is not the one stored', () => {
    const api = cluster(['a']);
    for (let n = 0; n < 8; n++) {
      const { rv } = patch(api, 'a', n, {});
      const resourceVersion = String(rv);
      expect(patch(api, 'a', n + 20, { resourceVersion }).code).toBe(200);
      expect(patch(api, 'a', n + 40, { resourceVersion }).code).toBe(409);
    }
  });
});
