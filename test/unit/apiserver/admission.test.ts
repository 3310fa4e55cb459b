import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';

const base = { namespace: 'default', name: '', user: 'kubernetes-admin', agent: 'test/1.0' } as const;

function server(): MemoryApi {
  const api = new MemoryApi();
  const metadata = { name: 'default' };
  api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase: 'Active' } });
  const account = { name: 'default', namespace: 'default' };
  api.seedObject('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  return api;
}

function create(api: MemoryApi, name: string, resources?: object) {
  const body: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'nginx', ...(resources && { resources }) }] },
  };
  return api.handle({ ...base, verb: 'create', resource: 'pods', body });
}

describe('admission', () => {
  it('charges quotas and says which resources are exceeded', () => {
    const api = server();
    const hard = { pods: '1', 'requests.cpu': '1' };
    const used = { pods: '0', 'requests.cpu': '0' };
    const metadata = { name: 'rq', namespace: 'default' };
    api.seedObject('resourcequotas', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: { hard },
      status: { hard, used },
    });
    expect(create(api, 'a').status?.message).toBe(
      'pods "a" is forbidden: failed quota: rq: must specify requests.cpu for: c',
    );
    expect(create(api, 'a', { requests: { cpu: '500m' } }).code).toBe(201);
    expect(create(api, 'b', { requests: { cpu: '600m' } }).status?.message).toBe(
      'pods "b" is forbidden: exceeded quota: rq, requested: pods=1,requests.cpu=600m, used: pods=1,requests.cpu=500m, limited: pods=1,requests.cpu=1',
    );
  });

  it('fills in and enforces a LimitRange', () => {
    const api = server();
    const limits = [
      { type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m' }, max: { cpu: '1' } },
    ];
    const metadata = { name: 'lr', namespace: 'default' };
    api.seedObject('limitranges', { apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits } });
    const made = create(api, 'a').version?.object;
    expect(made?.spec.containers[0].resources).toEqual({ limits: { cpu: '500m' }, requests: { cpu: '100m' } });
    expect(made?.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container c; cpu limit for container c',
    });
    expect(create(api, 'b', { limits: { cpu: '2' } }).status?.message).toBe(
      'pods "b" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
    );
  });

  it('evicts within the budget of a PodDisruptionBudget', () => {
    const api = server();
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default', labels: { app: 'x' }, uid: 'u' },
      spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }], terminationGracePeriodSeconds: 30 },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    };
    api.seedObject('pods', pod);
    const status = {
      observedGeneration: 1,
      disruptionsAllowed: 0,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
    };
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b', namespace: 'default', generation: 1 },
      spec: { selector: { matchLabels: { app: 'x' } } },
    };
    api.seedObject('poddisruptionbudgets.policy', { ...budget, status });
    const evict = () =>
      api.handle({
        ...base,
        verb: 'create',
        resource: 'pods',
        subresource: 'eviction',
        name: 'p',
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p', namespace: 'default' } },
      });
    const refused = evict();
    expect(refused.code).toBe(429);
    expect(refused.status?.details?.causes?.[0].message).toBe(
      'The disruption budget b needs 1 healthy pods and has 1 currently',
    );
    api.seedObject('poddisruptionbudgets.policy', { ...budget, status: { ...status, disruptionsAllowed: 1 } });
    const before = api.events.length;
    expect(evict().code).toBe(201);
    const written = api.events.slice(before).map(({ resource, entry }) => `${resource} ${entry.type}`);
    expect(written).toEqual(['poddisruptionbudgets.policy MODIFIED', 'pods MODIFIED', 'pods MODIFIED']);
    const left = api.get('pods', 'default', 'p')?.object;
    expect(left?.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(left?.status.conditions.map(({ type }: { type: string }) => type)).toEqual(['Ready', 'DisruptionTarget']);
  });
});
