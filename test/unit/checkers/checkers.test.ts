import { describe, expect, test } from 'vitest';
import { evictionsArePaid } from '../../../sim-core/checkers/controllers/disruptionBudgets.ts';
import { rolloutBounds } from '../../../sim-core/checkers/controllers/rollouts.ts';
import { allCheckers } from '../../../sim-core/checkers/index.ts';
import { informersFollow } from '../../../sim-core/checkers/informers.ts';
import { podsAreBoundOnce } from '../../../sim-core/checkers/nodes/binding.ts';
import { phasesGoForward } from '../../../sim-core/checkers/nodes/podPhases.ts';
import { restartsAreAllowed } from '../../../sim-core/checkers/nodes/restarts.ts';
import { scene, version } from './scene.ts';

const pod = (spec: object, status: object = {}, metadata: object = {}) => ({
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'a', uid: 'u', labels: { app: 'x' }, ...metadata },
  spec,
  status,
});
const change = (before: object, now: object) => ({
  resource: 'pods',
  obj: 1,
  before: version(before, 1),
  now: version(now, 2),
  deleted: false,
});

describe('checkers', () => {
  test('there are at least thirty, with names of their own', () => {
    const all = allCheckers();
    expect(new Set(all.map((c) => c.name)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(30);
  });

  test('N2: a second node is reported, the first is not', () => {
    const { scene: s, reports } = scene();
    podsAreBoundOnce().commit?.(s, change(pod({}), pod({ nodeName: 'n1' })));
    expect(reports).toEqual([]);
    podsAreBoundOnce().commit?.(s, change(pod({ nodeName: 'n1' }), pod({ nodeName: 'n2' })));
    expect(reports).toEqual(['pods/a/p: was on node n1, is on n2']);
  });

  test('N9: an end is final; init containers may run again', () => {
    const { scene: s, reports } = scene();
    const running = { phase: 'Running' };
    phasesGoForward().commit?.(
      s,
      change(pod({ initContainers: [{}] }, running), pod({ initContainers: [{}] }, { phase: 'Pending' })),
    );
    expect(reports).toEqual([]);
    phasesGoForward().commit?.(s, change(pod({}, { phase: 'Failed' }), pod({}, running)));
    expect(reports).toEqual(['pods/a/p: phase went from Failed to Running']);
  });

  test('N10: a restart waits from its end, or, when a probe killed it, from the end before', () => {
    const at = (second: number) => `1970-01-01T00:0${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}Z`;
    const ran = (from: number, to: number) => ({ terminated: { startedAt: at(from), finishedAt: at(to) } });
    const status = (restartCount: number, startedS: number, lastState: object) => ({
      containerStatuses: [{ name: 'app', restartCount, state: { running: { startedAt: at(startedS) } }, lastState }],
    });
    const judged = (container: object, startedS: number, previous: readonly [number, number]) => {
      const { scene: s, reports } = scene();
      const spec = { containers: [{ name: 'app', ...container }] };
      const before = pod(spec, status(2, 30, ran(...previous)));
      restartsAreAllowed().commit?.(s, change(before, pod(spec, status(3, startedS, ran(30, 60)))));
      return reports;
    };
    expect(judged({}, 60, [10, 20])).toEqual(['pods/a/p: restart 3 of app came 0 s after its end']);
    expect(judged({}, 80, [10, 20])).toEqual([]);
    expect(judged({ livenessProbe: {} }, 60, [10, 20])).toEqual([]);
    expect(judged({ livenessProbe: {} }, 60, [10, 55])).toEqual(['pods/a/p: restart 3 of app came 5 s after its end']);
  });

  test('C15: an eviction is paid for, unless the budget is too young to be known', () => {
    const evicted = {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI' },
      ],
    };
    const budget = (status: object, creationTimestamp: string) =>
      version(
        {
          metadata: { name: 'b', namespace: 'a', creationTimestamp },
          spec: { selector: { matchLabels: { app: 'x' } } },
          status,
        },
        1,
      );
    const judged = (b: ReturnType<typeof budget>) => {
      const { scene: s, reports } = scene({ 'poddisruptionbudgets.policy': [b] }, 60e6);
      evictionsArePaid().commit?.(s, change(pod({}, { phase: 'Running' }), pod({}, evicted)));
      return reports.length;
    };
    expect(judged(budget({}, '1970-01-01T00:00:00Z'))).toBe(1);
    expect(judged(budget({ disruptedPods: { p: '1970-01-01T00:00:50Z' } }, '1970-01-01T00:00:00Z'))).toBe(0);
    expect(judged(budget({}, '1970-01-01T00:00:55Z'))).toBe(0);
  });

  test('W3: an informer that holds another version than the one before has missed something', () => {
    const { scene: s, reports } = scene();
    const [one, two, three] = [1, 2, 3].map((rv) => version(pod({}), rv));
    informersFollow().delivered?.(s, 'pods', { rv: 2, type: 'MODIFIED', now: two, before: one }, one);
    expect(reports).toEqual([]);
    informersFollow().delivered?.(s, 'pods', { rv: 3, type: 'MODIFIED', now: three, before: two }, one);
    expect(reports).toEqual(['pods/a/p: the change at 3 follows revision 2, the informer holds 1']);
  });

  test('C3: maxSurge is rounded up, maxUnavailable down, and one of them is at least one', () => {
    const bounds = (replicas: number, rollingUpdate: object) =>
      rolloutBounds({ metadata: {}, spec: { replicas, strategy: { rollingUpdate } } });
    expect(bounds(10, {})).toEqual({ most: 13, least: 8 });
    expect(bounds(3, { maxSurge: 0, maxUnavailable: '25%' })).toEqual({ most: 3, least: 2 });
  });
});
