import { expect, test } from 'vitest';
import { playRecording } from '../../conformance/suites/kubelet/player.ts';
import type { Recording } from '../../conformance/suites/kubelet/recording.ts';

const NONE: readonly never[] = [];

/** Pods by name with their priority class and how long they take to stop; the machine shuts down at 8 s. */
function stops(kubeletConfiguration: object, pods: Readonly<Record<string, readonly [string, number]>>) {
  const names = Object.keys(pods);
  const create = (name: string) => ({
    t: 0,
    action: 'create',
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        automountServiceAccountToken: false,
        nodeName: 'node-1',
        containers: [{ name: 'app', image: 'r.test/app:v1' }],
        ...(pods[name][0] === '' ? {} : { priorityClassName: pods[name][0] }),
      },
    },
  });
  const byName = names.map((name) => [name, { containers: { app: { term: { delay: pods[name][1], exitCode: 0 } } } }]);
  const recording: Recording = {
    name: 'shutdown',
    kubeletConfiguration,
    kubeletRunningAtStart: true,
    runtimeScript: { images: { 'r.test/app:v1': { present: true } }, pods: Object.fromEntries(byName) },
    stable: null,
    script: [...names.map(create), { t: 8, action: 'shutdown', value: true }],
    cri: NONE,
    events: NONE,
    states: NONE,
    writes: NONE,
  };
  const stopped = playRecording(recording).cri.filter((e) => e['call'] === 'StopContainer');
  return Object.fromEntries(stopped.map((e) => [String(e['pod']), [Math.round(e.t / 1000), e['args'].timeout]]));
}

test('critical pods stop last: when the others have ended, at the latest when their time is over', () => {
  const config = { shutdownGracePeriod: '12s', shutdownGracePeriodCriticalPods: '4s' };
  expect(stops(config, { a: ['', 3], critical: ['system-node-critical', 1] })).toEqual({
    a: [8, 8],
    critical: [11, 4],
  });
  expect(stops(config, { a: ['', 30], critical: ['system-node-critical', 1] })).toEqual({
    a: [8, 8],
    critical: [16, 4],
  });
});

test('groups by priority; a group without pods takes no time', () => {
  const config = {
    shutdownGracePeriodByPodPriority: [
      { priority: 2_000_000_000, shutdownGracePeriodSeconds: 5 },
      { priority: 1000, shutdownGracePeriodSeconds: 60 },
      { priority: 0, shutdownGracePeriodSeconds: 10 },
    ],
  };
  expect(stops(config, { a: ['', 2], critical: ['system-cluster-critical', 1] })).toEqual({
    a: [8, 10],
    critical: [10, 5],
  });
});
