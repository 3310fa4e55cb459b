import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiRequest, KubeObject } from '../../../sim-core/contracts/index.ts';

const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';

function ask(api: MemoryApi, verb: ApiRequest['verb'], resource: string, rest: Partial<ApiRequest> = {}) {
  api.nowUs += 1_000_000;
  return api.handle({ verb, resource, namespace: '', name: '', user: 'kubernetes-admin', agent: 'test/1', ...rest });
}

function definition(plural: string, kind: string): KubeObject {
  const spec = {
    type: 'object',
    'x-kubernetes-validations': [{ rule: 'self.min <= self.max', message: 'min above max' }],
    properties: {
      min: { type: 'integer' },
      max: { type: 'integer', default: 9 },
      name: { type: 'string', pattern: '^[a-z]+$', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] },
    },
  };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.x.io` },
    spec: {
      group: 'x.io',
      scope: 'Cluster',
      names: { plural, kind },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

function served(): MemoryApi {
  const api = new MemoryApi();
  expect(ask(api, 'create', CRDS, { body: definition('rays', 'Ray') }).code).toBe(201);
  return api;
}

const conditions = (api: MemoryApi, name: string) =>
  (api.get(CRDS, '', name)?.object.status?.conditions ?? []).map(
    ({ type, status, reason }: Record<string, string>) => `${type}=${status} ${reason}`,
  );
const ray = (name: string, spec: object): KubeObject => ({
  apiVersion: 'x.io/v1',
  kind: 'Ray',
  metadata: { name },
  spec,
});

describe('a CustomResourceDefinition', () => {
  it('is established when its names are free, and takes over a name that becomes free', () => {
    const api = served();
    expect(conditions(api, 'rays.x.io')).toEqual([
      'NamesAccepted=True NoConflicts',
      'Established=True InitialNamesAccepted',
    ]);
    ask(api, 'create', CRDS, { body: definition('rayz', 'Ray') });
    expect(conditions(api, 'rayz.x.io')).toEqual([
      'NamesAccepted=False ListKindConflict',
      'Established=False NotAccepted',
    ]);
    expect(ask(api, 'list', 'rayz.x.io').code).toBe(404);
    ask(api, 'delete', CRDS, { name: 'rays.x.io' });
    expect(conditions(api, 'rayz.x.io')[1]).toBe('Established=True InitialNamesAccepted');
  });

  it('is kept until its resources are gone', () => {
    const api = served();
    const body = { ...ray('a', { min: 1 }), metadata: { name: 'a', finalizers: ['x.io/hold'] } };
    expect(ask(api, 'create', 'rays.x.io', { body }).code).toBe(201);
    ask(api, 'delete', CRDS, { name: 'rays.x.io' });
    expect(conditions(api, 'rays.x.io')[2]).toBe('Terminating=True InstanceDeletionInProgress');
    expect(ask(api, 'create', 'rays.x.io', { body: ray('b', { min: 1 }) }).code).toBe(403);
    const value = { metadata: { finalizers: null } };
    const freed = ask(api, 'patch', 'rays.x.io', { name: 'a', patch: { type: 'merge', value } });
    expect(freed.object?.metadata.finalizers).toBeUndefined();
    api.nowUs += 10_000_000;
    expect(ask(api, 'get', CRDS, { name: 'rays.x.io' }).code).toBe(404);
  });
});

describe('rules of a schema', () => {
  it('refuse what breaks them, with defaults filled in, and leave alone what was wrong before', () => {
    const api = served();
    const { status } = ask(api, 'create', 'rays.x.io', { body: ray('a', { min: 10 }) });
    expect(status?.message).toBe('Ray.x.io "a" is invalid: spec: Invalid value: min above max');
    expect(ask(api, 'create', 'rays.x.io', { body: ray('a', { min: 1, name: 'Upper' }) }).status?.message).toBe(
      'Ray.x.io "a" is invalid: spec.name: Invalid value: "Upper": spec.name in body should match \'^[a-z]+$\'',
    );
    expect(ask(api, 'create', 'rays.x.io', { body: ray('a', { min: 1, name: 'old' }) }).code).toBe(201);
    const renamed = { type: 'merge', value: { spec: { name: 'new' } } } as const;
    expect(ask(api, 'patch', 'rays.x.io', { name: 'a', patch: renamed }).status?.message).toBe(
      'Ray.x.io "a" is invalid: spec.name: Invalid value: "new": failed rule: self == oldSelf',
    );
    api.seedObject('rays.x.io', ray('wrong', { min: 5, max: 1 }));
    const labelled = { type: 'merge', value: { metadata: { labels: { a: 'b' } } } } as const;
    expect(ask(api, 'patch', 'rays.x.io', { name: 'wrong', patch: labelled }).code).toBe(200);
  });
});
