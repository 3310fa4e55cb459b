import { describe, expect, it } from 'vitest';
import { NodeState, PodState } from '../../../sim-core/contracts/engine.ts';
import type { KubeObject } from '../../../sim-core/contracts/objects.ts';
import { nodeEffect, nodeStateOf, podEffect, podStateOf } from '../../../sim-core/trace/index.ts';

const pod = (status: object, spec: object = { nodeName: 'n1' }, metadata: object = {}): KubeObject => ({
  metadata,
  spec,
  status,
});
const waiting = (reason: string) => ({ name: 'app', state: { waiting: { reason } } });
const RUNNING = { name: 'app', state: { running: {} } };
const READY = [{ type: 'Ready', status: 'True' }];

describe('state of a pod', () => {
  it.each([
    ['no node', pod({ phase: 'Pending' }, {}), PodState.pending],
    ['bound', pod({ phase: 'Pending' }), PodState.scheduled],
    [
      'container being created',
      pod({ phase: 'Pending', containerStatuses: [waiting('ContainerCreating')] }),
      PodState.starting,
    ],
    ['running', pod({ phase: 'Running', containerStatuses: [RUNNING] }), PodState.running],
    ['ready', pod({ phase: 'Running', containerStatuses: [RUNNING], conditions: READY }), PodState.ready],
    [
      'crash loop',
      pod({ phase: 'Running', containerStatuses: [RUNNING, waiting('CrashLoopBackOff')] }),
      PodState.crashLoop,
    ],
    ['image', pod({ phase: 'Pending', containerStatuses: [waiting('ImagePullBackOff')] }), PodState.imagePull],
    ['init image', pod({ phase: 'Pending', initContainerStatuses: [waiting('ErrImagePull')] }), PodState.imagePull],
    ['succeeded', pod({ phase: 'Succeeded' }), PodState.succeeded],
    ['failed while deleted', pod({ phase: 'Failed' }, {}, { deletionTimestamp: 'x' }), PodState.failed],
    ['deleted', pod({ phase: 'Running', conditions: READY }, {}, { deletionTimestamp: 'x' }), PodState.terminating],
    ['node lost', pod({ phase: 'Running', reason: 'NodeLost' }, {}, { deletionTimestamp: 'x' }), PodState.unknown],
    ['gone', undefined, PodState.deleted],
  ])('%s', (_, object, state) => {
    expect(podStateOf(object)).toBe(state);
  });

  it('initializing ends with the last init container, and with the start of a sidecar', () => {
    const spec = { nodeName: 'n1', initContainers: [{ name: 'i' }, { name: 's', restartPolicy: 'Always' }] };
    const at = (initContainerStatuses: object[]) => podStateOf(pod({ phase: 'Pending', initContainerStatuses }, spec));
    const done = { name: 'i', state: { terminated: { exitCode: 0 } } };
    expect(at([{ name: 'i', state: { running: {} } }])).toBe(PodState.initializing);
    expect(at([done, { name: 's', started: false, state: { running: {} } }])).toBe(PodState.initializing);
    expect(at([done, { name: 's', started: true, state: { running: {} } }])).toBe(PodState.starting);
  });

  it('an effect is a change of class or node', () => {
    const pending = pod({ phase: 'Pending' }, {});
    const bound = pod({ phase: 'Pending' });
    expect(podEffect(undefined, pending)).toEqual({ state: PodState.pending, node: '' });
    expect(podEffect(pending, bound)).toEqual({ state: PodState.scheduled, node: 'n1' });
    expect(podEffect(bound, pod({ phase: 'Pending', hostIP: '1.2.3.4' }))).toBeUndefined();
    expect(podEffect(bound, undefined)).toEqual({ state: PodState.deleted, node: 'n1' });
  });
});

describe('state of a node', () => {
  const node = (ready: string, spec: object = {}, more: object[] = []): KubeObject => ({
    metadata: {},
    spec,
    status: { conditions: [{ type: 'Ready', status: ready }, ...more] },
  });

  it('is a bit set', () => {
    expect(nodeStateOf(node('True'))).toBe(NodeState.ready);
    expect(nodeStateOf(node('False'))).toBe(0);
    expect(nodeStateOf(undefined)).toBe(NodeState.deleted);
    const lost = node('Unknown', { unschedulable: true, taints: [{ effect: 'NoExecute' }, { effect: 'NoSchedule' }] }, [
      { type: 'DiskPressure', status: 'True' },
    ]);
    const { unknown, cordoned, noExecute, noSchedule, pressure } = NodeState;
    expect(nodeStateOf(lost)).toBe(unknown | cordoned | noExecute | noSchedule | pressure);
    expect(nodeEffect(node('True'), node('True'))).toBeUndefined();
    expect(nodeEffect(node('True'), lost)).toBe(nodeStateOf(lost));
    expect(nodeEffect(lost, undefined)).toBe(NodeState.deleted);
  });
});
