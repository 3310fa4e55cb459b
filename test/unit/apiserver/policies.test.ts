import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiRequest, KubeObject } from '../../../sim-core/contracts/index.ts';

const AR = 'admissionregistration.k8s.io';

function post(api: MemoryApi, resource: string, namespace: string, body: object, rest: Partial<ApiRequest> = {}) {
  return api.handle({
    verb: 'create',
    resource,
    namespace,
    name: '',
    user: 'kubernetes-admin',
    agent: 'test/1',
    body: body as KubeObject,
    ...rest,
  });
}

function withPolicy(validation: object, binding: object = {}, spec: object = {}): MemoryApi {
  const api = new MemoryApi();
  api.seedObject('namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'demo', labels: { env: 'prod' } },
  });
  const rule = { operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] };
  const policy = {
    apiVersion: `${AR}/v1`,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'p' },
    spec: { matchConstraints: { resourceRules: [rule] }, validations: [validation], ...spec },
  };
  expect(post(api, `validatingadmissionpolicies.${AR}`, '', policy).code).toBe(201);
  const bound = {
    apiVersion: `${AR}/v1`,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'b' },
    spec: { policyName: 'p', validationActions: ['Deny'], ...binding },
  };
  expect(post(api, `validatingadmissionpolicybindings.${AR}`, '', bound).code).toBe(201);
  return api;
}

const configMap = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data });
const create = (api: MemoryApi, data: object) => post(api, 'configmaps', 'demo', configMap(data));

describe('a ValidatingAdmissionPolicy', () => {
  it('refuses as invalid, with its name and the failed expression', () => {
    const api = withPolicy({ expression: "object.data.a == 'x'" });
    expect(create(api, { a: 'x' }).code).toBe(201);
    const { code, status } = create(api, { a: 'y' });
    expect(code).toBe(422);
    const message =
      "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.data.a == 'x'";
    expect(status).toMatchObject({
      reason: 'Invalid',
      message: `configmaps "c" is forbidden: ${message}`,
      details: { name: 'c', kind: 'configmaps', causes: [{ message }] },
    });
  });

  it('tells errors of evaluation unless it is to be ignored then', () => {
    const api = withPolicy({ expression: 'object.data.missing == 1', message: 'no' });
    expect(create(api, { a: 'x' }).status?.message).toContain(
      "expression 'object.data.missing == 1' resulted in error: no such key: missing",
    );
    expect(
      create(withPolicy({ expression: 'object.data.missing == 1' }, {}, { failurePolicy: 'Ignore' }), {}).code,
    ).toBe(201);
  });

  it('warns, sees variables, the namespace and the old object, and takes its own reason', () => {
    const warned = withPolicy({ expression: 'false', message: 'be careful' }, { validationActions: ['Warn'] });
    expect(create(warned, {}).warnings).toEqual([
      "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': be careful",
    ]);
    const spec = { variables: [{ name: 'isProd', expression: "namespaceObject.metadata.labels['env'] == 'prod'" }] };
    const named = {
      expression: '!variables.isProd || oldObject != null',
      reason: 'Forbidden',
      messageExpression: "'in ' + request.namespace",
    };
    const { code, status } = create(withPolicy(named, {}, spec), {});
    expect([code, status?.reason]).toEqual([403, 'Forbidden']);
    expect(status?.message).toMatch(/denied request: in demo$/);
  });

  it('takes its parameters from the binding', () => {
    const api = withPolicy(
      { expression: 'size(object.data) <= int(params.data.max)' },
      { paramRef: { name: 'limits', namespace: 'demo', parameterNotFoundAction: 'Deny' } },
      { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
    );
    expect(create(api, { a: '1' }).status?.message).toContain('failed to configure binding: no params found');
    api.seedObject('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'limits', namespace: 'demo' },
      data: { max: '1' },
    });
    expect(create(api, { a: '1', b: '2' }).code).toBe(422);
    expect(create(api, { a: '1' }).code).toBe(201);
  });

  it('knows the name and the labels of what is created', () => {
    const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['*'] };
    const matchConstraints = { resourceRules: [{ ...rule, resourceNames: ['c'] }] };
    expect(create(withPolicy({ expression: 'false' }, {}, { matchConstraints }), {}).code).toBe(422);
    const namespaceSelector = { matchLabels: { env: 'prod' } };
    const api = withPolicy(
      { expression: 'false' },
      {},
      { matchConstraints: { resourceRules: [rule], namespaceSelector } },
    );
    const namespace = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', labels } });
    expect(post(api, 'namespaces', '', namespace({ env: 'prod' })).code).toBe(422);
    expect(post(api, 'namespaces', '', namespace({ env: 'test' })).code).toBe(201);
  });

  it('is asked about renewals of leases', () => {
    const rule = { operations: ['UPDATE'], apiGroups: ['*'], apiVersions: ['*'], resources: ['leases'] };
    const api = withPolicy({ expression: 'false' }, {}, { matchConstraints: { resourceRules: [rule] } });
    const spec = { holderIdentity: 'n', leaseDurationSeconds: 40, renewTime: '2026-01-01T00:00:01.000000Z' };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'n' }, spec };
    const resource = 'leases.coordination.k8s.io';
    const { version } = post(api, resource, 'demo', lease);
    const body = { ...version?.object, spec: { ...spec, renewTime: '2026-01-01T00:00:11.000000Z' } } as KubeObject;
    const user = { user: 'kubernetes-admin', agent: 'test/1' };
    expect(api.handle({ verb: 'update', resource, namespace: 'demo', name: 'n', body, ...user }).code).toBe(422);
  });

  const forAll = (resources: readonly string[], validation: object): MemoryApi => {
    const rule = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources };
    return withPolicy(validation, {}, { matchConstraints: { resourceRules: [rule] } });
  };
  const user = { user: 'kubernetes-admin', agent: 'test/1' };

  it('sees the Scale of a scale and the Binding of a binding', () => {
    const kinds = "request.kind.kind == 'Scale' && object.spec.replicas <= oldObject.spec.replicas + 2";
    const api = forAll(['deployments/scale'], { expression: kinds });
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const spec = { replicas: 1, selector: { matchLabels: { a: 'b' } }, template };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec };
    const resource = 'deployments.apps';
    expect(post(api, resource, 'demo', deployment).code).toBe(201);
    const scaled = (replicas: number) =>
      api.handle({
        ...{ verb: 'patch', resource, subresource: 'scale', namespace: 'demo', name: 'd', ...user },
        patch: { type: 'merge', value: { spec: { replicas } } },
      });
    expect([scaled(4).code, scaled(3).code]).toEqual([422, 200]);

    const bindings = forAll(['pods/binding'], { expression: "object.target.name != 'n1' && oldObject == null" });
    bindings.seedObject('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'demo' },
      spec: {},
    });
    const bound = (name: string) => {
      const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name } };
      return post(bindings, 'pods', 'demo', body, { subresource: 'binding', name: 'p' }).code;
    };
    expect([bound('n1'), bound('n2')]).toEqual([422, 201]);
  });

  it('sees evictions and the end of namespaces', () => {
    const api = forAll(['pods/eviction', 'namespaces/finalize'], { expression: "request.kind.kind == 'Namespace'" });
    api.seedObject('pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'demo' }, spec: {} });
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
    expect(post(api, 'pods', 'demo', eviction, { subresource: 'eviction', name: 'p' }).code).toBe(422);
    // Whether or not there is such a pod.
    const stranger = { ...eviction, metadata: { name: 'stranger' } };
    expect(post(api, 'pods', 'demo', stranger, { subresource: 'eviction', name: 'stranger' }).code).toBe(422);
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' }, spec: {} } as KubeObject;
    const finalize = { verb: 'update', resource: 'namespaces', subresource: 'finalize', namespace: '' } as const;
    expect(api.handle({ ...finalize, name: 'demo', body, ...user }).code).toBe(200);
    expect(
      forAll(['namespaces/finalize'], { expression: 'false' }).handle({ ...finalize, name: 'demo', body, ...user })
        .code,
    ).toBe(422);
  });

  it('is asked by name with all its bindings, and warns of a refused request too', () => {
    const api = withPolicy({ expression: 'false', message: 'first' }, { validationActions: ['Warn'] });
    const more = (name: string, policyName: string, actions: readonly string[]) => ({
      apiVersion: `${AR}/v1`,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName, validationActions: actions },
    });
    const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] };
    post(api, `validatingadmissionpolicies.${AR}`, '', {
      apiVersion: `${AR}/v1`,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'q' },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: 'false', message: 'second' }],
      },
    });
    post(api, `validatingadmissionpolicybindings.${AR}`, '', more('a', 'q', ['Deny']));
    post(api, `validatingadmissionpolicybindings.${AR}`, '', more('z', 'p', ['Deny']));
    const { status, warnings } = create(api, {});
    expect(status?.message).toContain("ValidatingAdmissionPolicy 'p' with binding 'z' denied request: first");
    expect(warnings).toEqual(["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': first"]);
  });
});
