import { describe, expect, test } from 'vitest';
import { formatDurationUs } from '../../../sim-core/api/machinery/duration.ts';
import { computePodActions } from '../../../sim-core/kubelet/actions.ts';
import { admit, shortages, victims } from '../../../sim-core/kubelet/admission.ts';
import { allocatableOf } from '../../../sim-core/kubelet/allocatable.ts';
import { type BackoffEntry, CRASH_LOOP, inBackoffSince, nextBackoff } from '../../../sim-core/kubelet/backoff.ts';
import { getPhase } from '../../../sim-core/kubelet/podStatus.ts';
import { afterProbe, beforeProbe, type ProbeWorker } from '../../../sim-core/kubelet/probes.ts';
import type { KubeletConfiguration } from '../../../sim-core/kubelet/rows.ts';
import type { ContainerState, RuntimePod } from '../../../sim-core/kubelet/runtime.ts';
import { podStatusPatch } from '../../../sim-core/kubelet/statusPatch.ts';

const S = 1_000_000;

describe('CrashLoopBackOff', () => {
  test('waits 0, 10, 20, 40, 80, 160, 300, 300 s; starts again after 600 s', () => {
    let entry: BackoffEntry | undefined;
    let nowUs = 0;
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const endedUs = nowUs + S;
      nowUs = endedUs;
      while (inBackoffSince(entry, endedUs, nowUs, CRASH_LOOP)) nowUs += S;
      waits.push((nowUs - endedUs) / S);
      entry = nextBackoff(entry, endedUs, nowUs, CRASH_LOOP);
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
    expect(nextBackoff(entry, nowUs + 601 * S, nowUs + 601 * S, CRASH_LOOP).backoffUs).toBe(10 * S);
  });

  test('Go durations', () => {
    expect([10, 160, 300, 3661].map((s) => formatDurationUs(s * S))).toEqual(['10s', '2m40s', '5m0s', '1h1m1s']);
    expect(formatDurationUs(401_000)).toBe('401ms');
    expect(formatDurationUs(8_006_000)).toBe('8.006s');
  });
});

describe('allocatable', () => {
  const capacity = { cpu: '10', memory: '10Gi', pods: '110' };
  const spec = (kubeletConfiguration: KubeletConfiguration) => ({
    name: 'n',
    endpoint: 0,
    capacity,
    kubeletConfiguration,
  });
  test('reservations and thresholds (float32 percentages)', () => {
    const reserved = { kubeReserved: { cpu: '100m', memory: '100Mi' }, systemReserved: { cpu: '50m', memory: '50Mi' } };
    expect(allocatableOf(spec({ ...reserved, evictionHard: {} }))).toMatchObject({
      cpu: '9850m',
      memory: `${10090 * 1024}Ki`,
    });
    expect(allocatableOf(spec({ ...reserved, evictionHard: { 'memory.available': '100Mi' } }))['memory']).toBe(
      `${9990 * 1024}Ki`,
    );
    const percent = allocatableOf(spec({ ...reserved, evictionHard: { 'memory.available': '5%' } }))['memory'];
    expect(percent).toBe(String(10 * 1024 ** 3 - 694_157_320));
  });
});

describe('admission', () => {
  const node = {
    metadata: { name: 'n', labels: { zone: 'a' } },
    spec: { taints: [{ key: 'k', effect: 'NoExecute' }] },
  };
  const pod = (cpu: string, spec: object = {}, name = 'p') => ({
    metadata: { name, uid: name },
    spec: {
      containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }],
      tolerations: [{ operator: 'Exists' }],
      ...spec,
    },
  });
  const base = {
    node,
    others: [],
    allocatable: { cpu: '4', memory: '8Gi', pods: '2' },
    allowedUnsafeSysctls: [],
    pressure: [],
    shuttingDown: false,
  };

  test('texts of refusals', () => {
    expect(admit({ ...base, pod: pod('9') })?.message).toBe(
      "Node didn't have enough resource: cpu, requested: 9000, used: 0, capacity: 4000",
    );
    expect(admit({ ...base, pod: pod('1', { nodeSelector: { zone: 'b' } }) })?.reason).toBe('NodeAffinity');
    expect(admit({ ...base, pod: pod('1', { tolerations: [] }) })?.reason).toBe('TaintToleration');
    expect(admit({ ...base, pod: pod('1') })).toBeUndefined();
  });

  test('pods are counted; a critical pod finds victims, the cheap ones first', () => {
    const others = [pod('2', {}, 'a'), pod('1', {}, 'b')];
    expect(shortages({ ...base, others, pod: pod('1') }).map((s) => s.resource)).toEqual(['pods']);
    const critical = pod('3', { priority: 2_000_001_000 }, 'crit');
    expect(victims({ ...base, others, pod: critical })?.map((p) => p.metadata.name)).toEqual(['a']);
  });
});

describe('actions of a sync', () => {
  const container = (name: string, change: Partial<ContainerState> = {}): ContainerState => ({
    id: `${name}-id`,
    name,
    attempt: 0,
    image: 'i',
    imageID: '',
    sandbox: 's',
    state: 'running',
    definition: {},
    createdUs: 0,
    startedUs: 0,
    finishedUs: 0,
    exitCode: 0,
    reason: '',
    message: '',
    resources: {},
    ...change,
  });
  const sandboxes = [{ id: 's', attempt: 0, ready: true, ip: '10.0.0.1', createdUs: 0 }];
  const probes = { liveness: () => undefined, startup: () => undefined };
  const act = (pod: object, status: RuntimePod) =>
    computePodActions({ pod: pod as never, status, probes, hash: () => 'h' });
  const pod = {
    metadata: {},
    spec: { restartPolicy: 'Always', initContainers: [{ name: 'i' }], containers: [{ name: 'a' }] },
  };

  test('a new pod begins with its first init container', () => {
    expect(act(pod, { sandboxes: [], containers: [] })).toMatchObject({
      createSandbox: true,
      initToStart: ['i'],
      toStart: [],
    });
  });
  test('containers follow the last init container', () => {
    const done = container('i', { state: 'exited' });
    expect(act(pod, { sandboxes, containers: [done] })).toMatchObject({
      killPod: false,
      initToStart: [],
      toStart: ['a'],
    });
  });
  test('a failed init container with policy Never kills the pod', () => {
    const failed = container('i', { state: 'exited', exitCode: 1 });
    const never = { ...pod, spec: { ...pod.spec, restartPolicy: 'Never' } };
    expect(act(never, { sandboxes, containers: [failed] })).toMatchObject({ killPod: true, toStart: [] });
  });
  test('in a new sandbox the init containers run again', () => {
    const old = container('a', { state: 'exited', sandbox: 'old' });
    const containers = [container('i', { state: 'running' }), old];
    expect(act(pod, { sandboxes, containers })).toMatchObject({ initToStart: [], toStart: [] });
  });
});

test('phases', () => {
  const pod = { metadata: {}, spec: { restartPolicy: 'OnFailure', containers: [{ name: 'a' }] } };
  const ended = (exitCode: number) => [{ name: 'a', state: { terminated: { exitCode } } }];
  expect(getPhase(pod, ended(0), false)).toBe('Succeeded');
  expect(getPhase(pod, ended(1), false)).toBe('Running');
  expect(getPhase(pod, ended(1), true)).toBe('Failed');
  expect(getPhase(pod, [{ name: 'a', state: { waiting: {} } }], false)).toBe('Pending');
});

describe('probe workers', () => {
  const worker: ProbeWorker = {
    container: 'a',
    type: 'liveness',
    containerID: '',
    onHold: false,
    lastResult: undefined,
    resultRun: 0,
    result: undefined,
    nextTickUs: 0,
    triggered: false,
    busy: false,
    retries: 0,
    stopped: false,
    asleep: false,
  };
  const context = {
    spec: { initialDelaySeconds: 5 },
    status: { containerID: 'x', state: { running: {} }, started: true },
    startedUs: 0,
    podTerminal: false,
    podDeleting: false,
    neverRestarts: false,
    nowUs: 4 * S,
  };
  test('a new container starts with the initial result and waits its initial delay', () => {
    const first = beforeProbe(worker, context);
    expect(first).toMatchObject({ do: 'wait', worker: { containerID: 'x', result: 'success' } });
    expect(beforeProbe(first.worker, { ...context, nowUs: 5 * S }).do).toBe('probe');
  });
  test('the third failure in a row counts and holds the worker', () => {
    let w: ProbeWorker = { ...worker, containerID: 'x', result: 'success' };
    for (let i = 0; i < 2; i += 1) w = afterProbe(w, { failureThreshold: 3 }, 'failure');
    expect(w.result).toBe('success');
    expect(afterProbe(w, { failureThreshold: 3 }, 'failure')).toMatchObject({
      result: 'failure',
      onHold: true,
      resultRun: 0,
    });
  });
});

test('status patches name changed conditions only, in their order', () => {
  const before = {
    phase: 'Pending',
    conditions: [
      { type: 'A', status: 'False', reason: 'R' },
      { type: 'B', status: 'True' },
    ],
  };
  const after = {
    phase: 'Running',
    conditions: [
      { type: 'A', status: 'True' },
      { type: 'B', status: 'True' },
    ],
  };
  expect(podStatusPatch('u', before, after)).toEqual({
    metadata: { uid: 'u' },
    status: {
      phase: 'Running',
      '$setElementOrder/conditions': [{ type: 'A' }, { type: 'B' }],
      conditions: [{ type: 'A', status: 'True', reason: null }],
    },
  });
  expect(podStatusPatch('u', before, before)).toBeUndefined();
});
