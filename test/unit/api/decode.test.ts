import { describe, expect, it } from 'vitest';
import { decode, JsonSyntaxError, orderFields, parseJson } from '../../../sim-core/api/decode/index.ts';
import { applyDefaults } from '../../../sim-core/api/defaulting/index.ts';

const pod = (spec: unknown, strictness: 'strict' | 'warn' | 'ignore' = 'strict') =>
  decode(
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec },
    { apiVersion: 'v1', kind: 'Pod', strictness },
  );

describe('decode', () => {
  it('names the Go field of a wrong type', () => {
    expect(pod({ containers: [{ name: 5 }] }).errors).toEqual([
      'json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string',
    ]);
    expect(pod({ volumes: [{ name: 'v', nfs: 'x' }] }).errors[0]).toContain(
      'Volume.spec.volumes.VolumeSource.nfs of type v1.NFSVolumeSource',
    );
  });

  it('tells unknown and repeated fields by strictness', () => {
    const spec = { containers: [{ name: 'c', zz: 1 }] };
    expect(pod(spec).errors).toEqual(['strict decoding error: unknown field "spec.containers[0].zz"']);
    expect(pod(spec, 'warn')).toMatchObject({ errors: [], warnings: ['unknown field "spec.containers[0].zz"'] });
    expect(pod(spec, 'ignore')).toMatchObject({ errors: [], warnings: [] });
    const { value, duplicates } = parseJson('{"metadata":{"name":"a","name":"b"}}');
    expect(decode(value, { apiVersion: 'v1', kind: 'ConfigMap', strictness: 'strict', duplicates }).errors).toEqual([
      'strict decoding error: duplicate field "metadata.name"',
    ]);
  });

  it('keeps integers apart from other numbers as they were written', () => {
    const { value } = parseJson('{"spec":{"replicas":2.0}}');
    expect(decode(value, { apiVersion: 'apps/v1', kind: 'Deployment', strictness: 'strict' }).errors).toEqual([
      'json: cannot unmarshal number 2.0 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ]);
  });

  it('writes the shape that the server stores', () => {
    const { object } = pod({
      containers: [{ name: 'c', resources: { requests: { cpu: 0.5, memory: '1024Mi' } }, env: [] }],
      hostNetwork: false,
    });
    expect(object.spec.containers).toEqual([{ name: 'c', resources: { requests: { cpu: '500m', memory: '1Gi' } } }]);
    expect(object.spec.hostNetwork).toBeUndefined();
    expect(object.status).toEqual({});
  });

  it('passes kinds without a schema', () => {
    const given = {
      apiVersion: 'a.b/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { any: [1, null, { x: 'y' }] },
    };
    expect(decode(given, { apiVersion: 'a.b/v1', kind: 'Widget', strictness: 'strict' }).object).toEqual(given);
  });

  it('has the syntax errors of Go', () => {
    expect(() => parseJson('{"a":1,}')).toThrow(
      new JsonSyntaxError("invalid character '}' looking for beginning of object key string"),
    );
    expect(() => parseJson('{"a"')).toThrow(new JsonSyntaxError('unexpected end of JSON input'));
  });
});

describe('defaults', () => {
  it('change nothing the second time, and then share everything', () => {
    const once = applyDefaults(pod({ containers: [{ name: 'c', image: 'nginx:1' }], volumes: [{ name: 'v' }] }).object);
    expect(once.spec.containers[0].imagePullPolicy).toBe('IfNotPresent');
    expect(once.spec.volumes).toEqual([{ name: 'v', emptyDir: {} }]);
    expect(applyDefaults(once)).toBe(once);
  });

  it('are put in Go order by orderFields', () => {
    const full = orderFields(applyDefaults(pod({ containers: [{ image: 'nginx', name: 'c' }] }).object));
    expect(Object.keys(full.spec)).toEqual([
      'containers',
      'restartPolicy',
      'terminationGracePeriodSeconds',
      'dnsPolicy',
      'securityContext',
      'schedulerName',
      'enableServiceLinks',
    ]);
    expect(orderFields(full)).toBe(full);
  });
});
