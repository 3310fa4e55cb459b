import { describe, expect, test } from 'vitest';
import {
  annotatedPod,
  attemptsOf,
  buildCluster,
  type Cluster,
  explainAttempt,
  explainNow,
  knownPods,
  namesOf,
  type Recording,
  Rewinder,
  readRecording,
  recordsOf,
  renderMessage,
  runCluster,
  writeRecording,
} from '../../../sim-core/index.ts';
import { bundleOf, loaded, recorded } from '../support/scenarios.ts';

const SCENARIO = `apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: asked}
spec:
  seed: "7"
  duration: 3m
  nodePools: [{name: small, count: 2, machine: m5.large, zones: [a]}]
  manifests: [objects.yaml]
  timeline:
    - {at: 40s, kubectl: apply -f urgent.yaml}
    - {at: 80s, kubectl: delete pod greedy-1 --grace-period=0}
`;

const podText = (name: string, cpu: string, more = '') => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  containers: [{name: c, image: registry.example.com/c:1, resources: {requests: {cpu: ${cpu}}}}]
${more}---
`;

const BUNDLE = bundleOf(SCENARIO, {
  'objects.yaml': `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: urgent}
value: 1000
---
${podText('greedy-1', '1500m')}${podText('greedy-2', '1500m')}${podText('late', '1')}${podText('gated', '1', '  schedulingGates: [{name: example.com/wait}]\n')}${podText('nobodys', '1', '  schedulerName: absent\n')}`,
  'urgent.yaml': podText('urgent', '1', '  priorityClassName: urgent\n'),
});

const of = (name: string) => ({ namespace: 'default', name });

/** A world that goes back forgets names, so those of the end are kept in a recording. */
function ran(): { cluster: Cluster; travel: Rewinder; recording: Recording } {
  const cluster = buildCluster(loaded(BUNDLE));
  const travel = new Rewinder(cluster);
  runCluster(cluster, {
    slice: 3000,
    progress: () => {
      travel.keep();
      return true;
    },
  });
  return { cluster, travel, recording: readRecording(writeRecording(recorded(cluster, BUNDLE, 'story'))) };
}

describe('attempts of a run', () => {
  const { travel, recording } = ran();
  const source = recordsOf(recording);
  const names = namesOf(recording);

  test('every recorded decision comes again, in any order', () => {
    let count = 0;
    for (const key of [...knownPods(source, names).keys()].sort().reverse()) {
      const [namespace, name] = key.split('/');
      for (const attempt of attemptsOf(source, names, { namespace, name })) {
        const { verified, result, timeUs } = explainAttempt(travel, { namespace, name }, attempt);
        expect(verified, `${key} ${attempt.number}`).toBe(true);
        expect(result).toBe(attempt.result);
        expect(timeUs).toBeLessThan(attempt.timeUs);
        count++;
      }
    }
    expect(count).toBeGreaterThan(5);
  });

  test('tell what woke the pod, what changed, and what it waits for', () => {
    const attempts = attemptsOf(source, names, of('late'));
    expect(attempts.length).toBeGreaterThan(1);
    expect(attempts[0].wokenBy.id).toBe('sched.woken.created');
    expect(attempts[0].reasons).toEqual([{ reason: 'Insufficient cpu', nodes: 2 }]);
    const first = explainAttempt(travel, of('late'), attempts[0]);
    expect(first.waiting?.place).toBe('unschedulable');
    expect(first.waiting?.events.map((e) => e.plugin)).toContain('NodeResourcesFit');
    expect(first.waiting?.messages.map((m) => renderMessage(m))).toContain(
      'NodeResourcesFit: AssignedPod Delete, UpdatePodScaleDown that helps',
    );
    const second = explainAttempt(travel, of('late'), attempts[1]);
    expect(second.wokenFor).toEqual(['NodeResourcesFit']);
    expect(attempts[1].wokenBy.params['object']).toMatch(/^pods\/default\//);
  });

  test('preemption: the victim, and the place that is kept', () => {
    const [attempt] = attemptsOf(source, names, of('urgent'));
    const e = explainAttempt(travel, of('urgent'), attempt);
    expect(e.preemption?.outcome).toBe('nominated');
    expect(e.preemption?.candidates.find((c) => c.chosen)?.victims.map((v) => v.name)).toEqual([
      expect.stringMatching(/^greedy-/),
    ]);
    expect(e.waiting?.nominatedNode).toBe(e.preemption?.node);
  });

  test('a flip that is made wins in the same cycle, and what-if asks it with more nodes', () => {
    const [attempt] = attemptsOf(source, names, of('late'));
    const e = explainAttempt(travel, of('late'), attempt, { flip: true, whatIf: { like: 'small-0', count: 1 } });
    expect(e.flip).toMatchObject({ found: true, complete: true });
    expect(e.flip?.changes).toHaveLength(1);
    expect(e.whatIf).toMatchObject({ result: 'scheduled', isNewNode: true });
  });

  test('as kube-scheduler-simulator notes them, all attempts in the history', () => {
    const attempts = attemptsOf(source, names, of('late'));
    const { annotations = {} } = annotatedPod(travel, of('late'), attempts, attempts).metadata;
    const history = JSON.parse(annotations['scheduler-simulator/result-history']) as Record<string, string>[];
    expect(history).toHaveLength(attempts.length);
    const filters = JSON.parse(history[0]['scheduler-simulator/filter-result']);
    expect(filters['small-0']).toEqual({
      NodeName: 'passed',
      NodeResourcesFit: 'Insufficient cpu',
      NodeUnschedulable: 'passed',
      TaintToleration: 'passed',
    });
    expect(history[0]['scheduler-simulator/selected-node']).toBe('');
    expect(Object.keys(history[0]).length).toBe(13);
  });

  test('are explained the same from a recording, in a world that runs for the first time', () => {
    const [, attempt] = attemptsOf(source, names, of('late'));
    const again = new Rewinder(buildCluster(loaded(BUNDLE)));
    const e = explainAttempt(again, of('late'), attempt, { flip: true });
    expect(e).toEqual(explainAttempt(travel, of('late'), attempt, { flip: true }));
  });
});

describe('a pod that was never tried', () => {
  const { cluster, recording } = ran();

  test('because of its gates', () => {
    expect(attemptsOf(recordsOf(recording), namesOf(recording), of('gated'))).toEqual([]);
    const e = explainNow(cluster, of('gated'));
    expect(e?.waiting).toMatchObject({ place: 'gated', gates: ['example.com/wait'] });
    expect(e?.waiting?.messages.map((m) => renderMessage(m))).toEqual(['it has scheduling gates: example.com/wait']);
  });

  test('because no scheduler has its name, or there is no such pod', () => {
    expect(explainNow(cluster, of('nobodys'))).toBeUndefined();
    expect(explainNow(cluster, of('nothing'))).toBeUndefined();
  });
});
