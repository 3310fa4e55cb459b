import { expect, test } from 'vitest';
import type { ApiRequest, Component, WorldContext } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { Kwok } from '../../../sim-core/kubelet/kwok/component.ts';
import { parseStages } from '../../../sim-core/kubelet/kwok/stage.ts';
import { LocalApi } from '../../conformance/suites/kubelet/localApi.ts';

const EPOCH = 1_767_225_600;

const STAGES = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: ready}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
    - {key: .metadata.deletionTimestamp, operator: DoesNotExist}
    - {key: .status.phase, operator: In, values: [Pending]}
  delay: {durationMilliseconds: 800}
  next:
    statusTemplate: |
      phase: Running
      startTime: {{ Now | Quote }}
      podIP: {{ PodIPWith .spec.nodeName false .metadata.uid | Quote }}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: delete}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
    - {key: .metadata.deletionTimestamp, operator: Exists}
  delay: {durationMilliseconds: 500}
  next: {delete: true}
`;

const base = { namespace: '', name: '', user: 'kubernetes-admin', groups: ['system:masters'], agent: 'test' } as const;

test('a pod becomes running after the delay and leaves after its deletion; the node has a lease', () => {
  const api = new LocalApi(EPOCH);
  for (const name of ['default', 'kube-node-lease']) {
    api.memory.seedObject('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      status: { phase: 'Active' },
    });
  }
  api.memory.seedObject('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'default' },
  });
  const { stages, problems } = parseStages('stages.yaml', STAGES);
  expect(problems).toEqual([]);
  const kwok = new Kwok({ name: 'kwok-0', servers: api, endpoint: 0, clock: { epochSeconds: EPOCH }, stages });
  const script: { atUs: number; request: ApiRequest }[] = [
    {
      atUs: 0,
      request: {
        ...base,
        verb: 'create',
        resource: 'nodes',
        body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } },
      },
    },
    {
      atUs: 1_000_000,
      request: {
        ...base,
        namespace: 'default',
        verb: 'create',
        resource: 'pods',
        body: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'p' },
          spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
        },
      },
    },
    { atUs: 5_000_000, request: { ...base, namespace: 'default', name: 'p', verb: 'delete', resource: 'pods' } },
  ];
  const driver: Component = {
    name: 'script',
    init: () => {},
    handlers: () => [{ name: 'act', run: (ctx: WorldContext, a: number) => void api.handle(ctx, script[a].request) }],
    registered: ([act]) => Object.assign(driver, { act }),
    start: (ctx) => {
      for (const [i, s] of script.entries())
        ctx.scheduleAt(s.atUs, (driver as unknown as { act: number }).act, i, 0, 0);
    },
    crash: () => {},
  };
  const world = createWorld({ seed: 's', components: [driver, kwok], epochSeconds: EPOCH });
  const log: string[] = [];
  api.log = (nowUs, r, answer) => {
    if (r.agent === 'kwok' && r.verb !== 'list' && r.verb !== 'get')
      log.push(`${Math.round(nowUs / 1000)} ${r.verb} ${r.resource} ${answer.code}`);
  };
  world.runUntil({ timeUs: 15_000_000 });
  expect(log.slice(0, 3)).toEqual([
    '6 create leases.coordination.k8s.io 201',
    '1802 patch pods 200',
    '5502 delete pods 200',
  ]);
  expect(log[3]).toMatch(/^10\d\d\d update leases.coordination.k8s.io 200$/);
  expect(api.memory.list('pods', '')).toEqual([]);
});
