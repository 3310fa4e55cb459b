import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';
import { admit } from '../../../sim-core/kubelet/admission.ts';
import {
  evictionMessage,
  isMet,
  localStorageProblem,
  observe,
  type PodUsage,
  rank,
  thresholdsOf,
} from '../../../sim-core/kubelet/eviction.ts';
import { canResize, planResize, resizeText, sameResources, withResourcesOf } from '../../../sim-core/kubelet/resize.ts';
import { hookFailed } from '../../../sim-core/kubelet/runOps.ts';
import type { ContainerState, RuntimePod } from '../../../sim-core/kubelet/runtime.ts';

const GI = 2 ** 30;
const pod = (name: string, spec: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: name, generation: 2 },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

describe('eviction', () => {
  const quiet = { pod: () => undefined, volumeBytes: () => undefined };

  test('percentages are float32, as Go has them; 0 % and 100 % stand for none', () => {
    const [threshold] = thresholdsOf({ evictionHard: { 'nodefs.available': '10%', 'imagefs.available': '0%' } });
    const at = (availableBytes: number) =>
      observe({ ...quiet, fs: { availableBytes, capacityBytes: 107_374_182_400 } });
    expect(isMet(threshold, at(10_737_418_399), false)).toBe(true);
    expect(isMet(threshold, at(10_737_418_400), false)).toBe(false);
    expect(thresholdsOf({ evictionHard: { 'nodefs.available': '0%', 'imagefs.available': '100%' } })).toEqual([]);
  });

  test('soft thresholds have their grace, and what is to be reclaimed at least counts once a threshold was due', () => {
    const config = {
      evictionHard: {},
      evictionSoft: { 'memory.available': '1Gi' },
      evictionSoftGracePeriod: { 'memory.available': '90s' },
      evictionMinimumReclaim: { 'memory.available': '500Mi' },
    };
    const [soft] = thresholdsOf(config);
    expect(soft).toMatchObject({ graceUs: 90_000_000, minReclaim: '500Mi' });
    const observed = observe({ ...quiet, memory: { availableBytes: 1.2 * GI, capacityBytes: 8 * GI } });
    expect([isMet(soft, observed, false), isMet(soft, observed, true)]).toEqual([false, true]);
  });

  test('no statistics first, then over the request, then the lower priority, then the larger excess', () => {
    const request = { containers: [{ name: 'c', resources: { requests: { memory: '1Gi' } } }] };
    const pods = [
      pod('under', request),
      pod('over-much', request),
      pod('over-important', { ...request, priority: 10 }),
      pod('over', request),
      pod('pending'),
    ];
    const bytes: Record<string, number> = { under: 0.5, over: 1.5, 'over-much': 3, 'over-important': 4 };
    const usage = (p: KubeObject): PodUsage | undefined => {
      const gib = bytes[p.metadata.name ?? ''];
      return gib === undefined ? undefined : { memoryBytes: gib * GI };
    };
    expect(rank(pods, 'memory', usage).map((p) => p.metadata.name)).toEqual([
      'pending',
      'over-much',
      'over',
      'over-important',
      'under',
    ]);
    const processes = (p: KubeObject): PodUsage => ({ processes: p.metadata.name === 'over' ? 900 : 3 });
    expect(rank(pods, 'pids', processes)[0].metadata.name).toBe('over');
    expect(rank(pods, 'pids', processes).at(-1)?.metadata.name).toBe('over-important');
  });

  test('messages for inodes and processes name decimal amounts', () => {
    const thresholds = thresholdsOf({ evictionHard: { 'nodefs.inodesFree': '5%', 'pid.available': '10%' } });
    const observed = observe({
      ...quiet,
      fs: { availableBytes: GI, capacityBytes: 2 * GI, inodesFree: 100_000, inodes: 6_000_000 },
      pids: { max: 32_768, running: 32_000 },
    });
    expect(evictionMessage(pod('p'), 'inodes', undefined, thresholds, observed)).toBe(
      'The node was low on resource: inodes. Threshold quantity: 300000, available: 100k. ',
    );
    expect(evictionMessage(pod('p'), 'pids', undefined, thresholds, observed)).toBe(
      'The node was low on resource: pids. Threshold quantity: 3276, available: 768. ',
    );
  });

  test('a container over its own limit of ephemeral storage, with the pod within the sum', () => {
    const limited = (name: string, limit: string) => ({
      name,
      resources: { limits: { 'ephemeral-storage': limit } },
    });
    const usage = { ephemeralBytes: 2 * GI, containers: [{ name: 'a', diskBytes: 1.5 * GI }] };
    expect(localStorageProblem(pod('p', { containers: [limited('a', '1Gi'), limited('b', '4Gi')] }), usage, {})).toBe(
      'Container a exceeded its local ephemeral storage limit "1Gi". ',
    );
  });
});

describe('resize', () => {
  const sized = (cpu: string, memory: string, policy?: object): KubeObject =>
    pod('p', {
      containers: [
        { name: 'c', image: 'i', resources: { requests: { cpu, memory } }, ...(policy && { resizePolicy: [policy] }) },
      ],
    });
  const running = (p: KubeObject): RuntimePod => ({
    sandboxes: [{ id: 's', attempt: 0, ready: true, ip: '1.2.3.4', createdUs: 0 }],
    containers: [
      {
        id: 'x',
        name: 'c',
        attempt: 0,
        state: 'running',
        resources: p.spec?.containers[0].resources,
      } as ContainerState,
    ],
  });
  const allocatable = { cpu: '4', memory: '8Gi', pods: '110' };

  test('what never fits is infeasible, what does not fit now waits', () => {
    expect(canResize(sized('50', '1Gi'), [], allocatable)).toEqual({
      reason: 'Infeasible',
      message: "Node didn't have enough capacity: cpu, requested: 50000, capacity: 4000",
    });
    expect(canResize(sized('3', '9Gi'), [], allocatable).message).toContain('memory, requested: 9663676416');
    expect(canResize(sized('3', '1Gi'), [sized('2', '1Gi')], allocatable).reason).toBe('Deferred');
    expect(canResize(sized('2', '1Gi'), [sized('2', '1Gi')], allocatable).reason).toBe('');
  });

  test('allocated resources stay until the new ones are', () => {
    const asked = sized('2', '1Gi');
    const kept = withResourcesOf(asked, sized('1', '1Gi'));
    expect(kept.spec?.containers[0].resources.requests.cpu).toBe('1');
    expect([sameResources(kept, asked), sameResources(kept, sized('1', '1Gi'))]).toEqual([false, true]);
    expect(resizeText(asked, 'no "room"')).toBe(
      '{"containers":[{"name":"c","resources":{"requests":{"cpu":"2","memory":"1Gi"}}}],"generation":2,"error":"no \\"room\\""}',
    );
  });

  test('a policy asks for a restart for its own resource alone', () => {
    const policy = { resourceName: 'memory', restartPolicy: 'RestartContainer' };
    const before = running(sized('1', '1Gi'));
    expect(planResize(sized('1', '2Gi', policy), before).restarts).toEqual([{ id: 'x', name: 'c' }]);
    expect(planResize(sized('2', '1Gi', policy), before)).toMatchObject({
      restarts: [],
      steps: [{ of: 'pod' }, { of: 'container', name: 'c', resources: { requests: { cpu: '2', memory: '1Gi' } } }],
    });
  });
});

test('hooks: a command fails by its exit code, a request by getting no answer', () => {
  const [exec, httpGet] = [{ exec: { command: ['x'] } }, { httpGet: { port: 80 } }];
  expect([0, 1, 127, 255].map((exitCode) => hookFailed({ exitCode }, exec))).toEqual([false, true, true, true]);
  expect([200, 404, 500].map((exitCode) => hookFailed({ exitCode }, httpGet))).toEqual([false, false, false]);
  expect(hookFailed({ error: 'connection refused' }, httpGet)).toBe(true);
});

test('admission: extended resources that the node does not know are not asked for; another system is refused', () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'kubernetes.io/os': 'linux' } } };
  const asked = (spec: object, labels?: Record<string, string>) =>
    admit({
      pod: { ...pod('p', spec), metadata: { name: 'p', labels } },
      node,
      others: [],
      allocatable: { cpu: '1', pods: '10', 'example.com/known': '1' },
      allowedUnsafeSysctls: [],
      pressure: [],
      shuttingDown: false,
    })?.reason;
  const wants = (name: string, n: string) => ({ containers: [{ name: 'c', resources: { requests: { [name]: n } } }] });
  expect(asked(wants('example.com/unknown', '5'))).toBeUndefined();
  expect(asked(wants('example.com/known', '5'))).toBe('OutOfexample.com/known');
  expect(asked(wants('hugepages-2Mi', '2Mi'))).toBe('OutOfhugepages-2Mi');
  expect(asked({ os: { name: 'windows' } })).toBe('PodOSNotSupported');
  expect(asked({}, { 'kubernetes.io/os': 'windows' })).toBe('PodOSSelectorNodeLabelDoesNotMatch');
});
