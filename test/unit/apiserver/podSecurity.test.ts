import { describe, expect, it } from 'vitest';
import { BASELINE, RESTRICTED } from '../../../sim-core/apiserver/admission/podSecurityChecks.ts';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';

const reasons = (checks: typeof BASELINE, spec: object) => checks.flatMap((check) => check(spec)?.reason ?? []);
const plain = { containers: [{ name: 'c', image: 'nginx' }] };

describe('PodSecurity', () => {
  it('takes a plain pod at baseline, and asks for four things at restricted', () => {
    expect(reasons(BASELINE, plain)).toEqual([]);
    expect(reasons(RESTRICTED, plain)).toEqual([
      'allowPrivilegeEscalation != false',
      'unrestricted capabilities',
      'runAsNonRoot != true',
      'seccompProfile',
    ]);
  });

  it('refuses pods of a namespace that enforces a level', () => {
    const api = new MemoryApi();
    const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' };
    const metadata = { name: 'ns', labels };
    api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase: 'Active' } });
    const account = { name: 'default', namespace: 'ns' };
    api.seedObject('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
    const { status } = api.handle({
      verb: 'create',
      resource: 'pods',
      namespace: 'ns',
      name: '',
      user: 'kubernetes-admin',
      agent: 'test/1.0',
      body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { ...plain, hostPID: true } },
    });
    expect(status?.message).toBe(
      'pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)',
    );
  });
});
