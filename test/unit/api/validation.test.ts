import { describe, expect, it } from 'vitest';
import { decode } from '../../../sim-core/api/decode/index.ts';
import { applyDefaults } from '../../../sim-core/api/defaulting/index.ts';
import { fieldErrorText } from '../../../sim-core/api/machinery/fieldErrors.ts';
import { createWarnings, validateCreate, validateUpdate } from '../../../sim-core/api/validation/index.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';

function made(object: KubeObject): KubeObject {
  return applyDefaults(
    decode(object, { apiVersion: object.apiVersion!, kind: object.kind!, strictness: 'strict' }).object,
  );
}

const deployment = (spec: object): KubeObject =>
  made({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
      ...spec,
    },
  });

const texts = (object: KubeObject): string[] => validateCreate(object).map(fieldErrorText);

describe('validation', () => {
  it('takes a good Deployment', () => {
    expect(texts(deployment({}))).toEqual([]);
  });

  it('tells what is wrong with a strategy', () => {
    const rollingUpdate = { maxSurge: 0, maxUnavailable: 0 };
    expect(texts(deployment({ strategy: { type: 'RollingUpdate', rollingUpdate } }))).toEqual([
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ]);
  });

  it('keeps a selector once it is set', () => {
    const before = deployment({});
    const now = { ...before, spec: { ...before.spec, selector: { matchLabels: { a: 'c' } } } };
    expect(validateUpdate(now, before).map(fieldErrorText)).toEqual([
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
      'spec.selector: Invalid value: {"matchLabels":{"a":"c"}}: field is immutable',
    ]);
  });

  it('warns of names that make bad host names', () => {
    const pod = made({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a.b' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    expect(createWarnings(pod)[0]).toContain('a DNS label is recommended: [must not contain dots]');
  });
});
