import { describe, expect, it } from 'vitest';
import {
  allResources,
  fieldOf,
  fieldSupport,
  resourceInfo,
  resourceOfKind,
  schemaOfKind,
  typeNamed,
  typeNames,
} from '../../../sim-core/api/schema/index.ts';

describe('schema table', () => {
  it('parses every type, and every struct that a field names exists', () => {
    for (const name of typeNames()) {
      for (const field of typeNamed(name)!.fields) {
        let type = field.type;
        while (type.kind === 'list' || type.kind === 'map') type = type.of;
        if (type.kind === 'struct') expect(typeNamed(type.name), `${name}.${field.name}`).toBeDefined();
      }
    }
  });

  it('knows resources by their qualified names and kinds', () => {
    expect(resourceInfo('deployments.apps')).toMatchObject({
      kind: 'Deployment',
      shortNames: ['deploy'],
      namespaced: true,
    });
    expect(resourceInfo('horizontalpodautoscalers.autoscaling')?.version).toBe('v2');
    expect(resourceInfo('horizontalpodautoscalers.autoscaling', 'v1')?.preferred).toBe(false);
    expect(resourceOfKind('v1', 'Pod')?.subresources.map((sub) => sub.name)).toContain('eviction');
    for (const info of allResources()) {
      const apiVersion = info.group ? `${info.group}/${info.version}` : info.version;
      expect(schemaOfKind(apiVersion, info.kind), info.plural).toBeDefined();
    }
  });

  it('gives list and patch rules of fields', () => {
    expect(fieldOf('v1', 'Pod', 'spec.containers[0].ports')).toMatchObject({
      listType: 'map',
      listMapKeys: ['containerPort', 'protocol'],
      patchMergeKey: 'containerPort',
      patchStrategy: 'merge',
    });
    expect(fieldOf('v1', 'Pod', 'spec.nope')).toBeUndefined();
  });

  it('keeps fields in the order of Go', () => {
    expect(schemaOfKind('v1', 'Pod')!.fields.map((field) => field.name)).toEqual([
      'kind',
      'apiVersion',
      'metadata',
      'spec',
      'status',
    ]);
  });

  it('says which fields have an effect', () => {
    const support = fieldSupport({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { hostPID: true, dnsPolicy: 'Default', zz: 1, containers: [{ name: 'c', image: 'i', tty: true }] },
    });
    expect(support.ignored).toEqual(['spec.hostPID', 'spec.containers[0].tty']);
    expect(support.stored).toEqual(['spec.dnsPolicy']);
    expect(support.unknown).toEqual(['spec.zz']);
    expect(support.simulated).toContain('spec.containers[0].image');
  });
});
