import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiResponse, Json, KubeObject } from '../../../sim-core/contracts/index.ts';

const NS = 'default';
const to = { namespace: NS, user: 'system:node:n', agent: 'kubelet/v1.35.4 (linux/amd64)' } as const;

function cluster(): MemoryApi {
  const api = new MemoryApi();
  const metadata = { name: NS };
  api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase: 'Active' } });
  const account = { name: 'default', namespace: NS };
  api.seedObject('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  return api;
}

function create(api: MemoryApi, name: string, restartPolicy: string): void {
  const spec = { containers: [{ name: 'app', image: 'x' }], restartPolicy };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } as KubeObject;
  expect(api.handle({ verb: 'create', resource: 'pods', name: '', ...to, body }).code).toBe(201);
}

function tell(api: MemoryApi, name: string, second: number, isUp: boolean): ApiResponse {
  const startedAt = `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
  const terminated = { exitCode: 1, startedAt, finishedAt: startedAt };
  const state = isUp ? { running: { startedAt } } : { terminated };
  const app = { name: 'app', state, lastState: {}, ready: isUp, restartCount: 1, image: 'x', imageID: '' };
  const value = { status: { containerStatuses: [app] } } as unknown as Json;
  const request = { verb: 'patch', resource: 'pods', subresource: 'status', name, ...to } as const;
  return api.handle({ ...request, patch: { type: 'strategic', value } });
}

describe('statuses of pods that look alike', () => {
  it('let a container that has ended run again only where its pod restarts it', () => {
    const api = cluster();
    for (let n = 0; n < 4; n++) {
      create(api, `always-${n}`, 'Always');
      expect([false, true].map((isUp, i) => tell(api, `always-${n}`, 2 * n + i, isUp).code)).toEqual([200, 200]);
    }
    create(api, 'never', 'Never');
    expect(tell(api, 'never', 30, false).code).toBe(200);
    const { code, status } = tell(api, 'never', 31, true);
    expect(code).toBe(422);
    expect(status?.message).toContain('may not be transitioned to non-terminated state');
  });
});
