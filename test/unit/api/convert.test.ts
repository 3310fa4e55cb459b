import { describe, expect, it } from 'vitest';
import { convertTo } from '../../../sim-core/api/decode/index.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';

const hpa: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'h' },
  spec: {
    scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' },
    maxReplicas: 3,
    metrics: [
      { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '10' } } },
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
    ],
  },
  status: { desiredReplicas: 0, currentMetrics: null },
};

describe('conversion', () => {
  it('takes an autoscaler to v1 and back without loss', () => {
    const old = convertTo(hpa, 'autoscaling/v1')!;
    expect(old.spec).toEqual({
      scaleTargetRef: hpa.spec.scaleTargetRef,
      maxReplicas: 3,
      targetCPUUtilizationPercentage: 50,
    });
    expect(old.metadata.annotations).toEqual({
      'autoscaling.alpha.kubernetes.io/metrics':
        '[{"type":"Pods","pods":{"metricName":"rps","targetAverageValue":"10"}}]',
    });
    expect(convertTo(old, 'autoscaling/v2')!.spec).toEqual(hpa.spec);
    expect(convertTo(old, 'autoscaling/v2')!.metadata).toEqual(hpa.metadata);
  });

  it('renames the fields of Events', () => {
    const event: KubeObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      message: 'm',
      count: 2,
      involvedObject: { kind: 'Pod' },
    };
    const newer = convertTo(event, 'events.k8s.io/v1')!;
    expect(newer).toMatchObject({ note: 'm', deprecatedCount: 2, regarding: { kind: 'Pod' } });
    expect(convertTo(newer, 'v1')).toEqual(event);
  });

  it('knows no way between other versions', () => {
    expect(convertTo(hpa, 'v1')).toBeUndefined();
  });
});
