import { describe, expect, it } from 'vitest';
import { controllerManagerControllers, controllerManagerOptions } from '../../../sim-core/controllers/index.ts';
import { DEFAULT_EPOCH_SECONDS } from '../../../sim-core/controllers/support/time.ts';
import { TestCluster } from './support/cluster.ts';
import { TestRuntime, Timeline } from './support/runtime.ts';

const BUDGETS = 'poddisruptionbudgets.policy';

function start(budgets: readonly object[], owner: object | undefined) {
  let n = 0;
  const cluster = new TestCluster(DEFAULT_EPOCH_SECONDS, () => `${n++}`);
  const timeline = new Timeline(cluster);
  const runtime = controllerManagerControllers(controllerManagerOptions())
    .filter(({ name }) => name === 'disruption-controller')
    .map((controller) => new TestRuntime(controller, cluster, timeline))[0];
  const metadata = {
    name: 'p',
    namespace: 'demo',
    uid: 'p',
    labels: { a: 'b' },
    ...(owner && { ownerReferences: [owner] }),
  };
  const ready = [{ type: 'Ready', status: 'True' }];
  cluster.seed('pods', {
    kind: 'Pod',
    metadata,
    spec: { nodeName: 'n' },
    status: { phase: 'Running', conditions: ready },
  });
  budgets.forEach((spec, i) => {
    const place = { resource: BUDGETS, namespace: 'demo', name: `b${i}` };
    const body = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: `b${i}` }, spec };
    cluster.request({ verb: 'create', ...place, body }, 'script');
  });
  timeline.runUntil(100e6);
  return {
    cluster,
    timeline,
    events: runtime.events,
    budget: (i: number) => cluster.get(BUDGETS, 'demo', `b${i}`)!.object,
  };
}

const selector = { matchLabels: { a: 'b' } };

/** pkg/controller/disruption, and controllers.md section 13. */
describe('disruption budgets', () => {
  it('of pods whose controller has no scale allow nothing, and are not tried again and again', () => {
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'j', controller: true };
    const world = start([{ maxUnavailable: 1, selector }], owner);
    expect(world.budget(0).status).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: 'False',
          reason: 'SyncFailed',
          message: 'jobs.batch does not implement the scale subresource',
        },
      ],
    });
    const failures = world.events.filter(({ reason }) => reason === 'CalculateExpectedPodCountFailed');
    // The first look, and that at the status which it wrote.
    expect(failures.length).toBeLessThanOrEqual(2);
  });

  it('print their whole selector where pods have no controller', () => {
    const rule = { key: 'c', operator: 'In', values: ['x', 'y'] };
    const both = { ...selector, matchExpressions: [{ ...rule, key: 'a', values: ['b', 'y'] }] };
    const world = start([{ maxUnavailable: 1, selector: both }], undefined);
    expect(world.events.find(({ reason }) => reason === 'UnmanagedPods')?.message).toContain(
      '(selector: &LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:a,Operator:In,Values:[b y],},},})',
    );
  });

  it('warn of a pod that two of them select, when it changes', () => {
    const world = start(
      [
        { minAvailable: 0, selector },
        { minAvailable: 0, selector },
      ],
      undefined,
    );
    const value = { metadata: { annotations: { x: 'y' } } };
    const patch = { type: 'strategic', value } as const;
    world.cluster.request({ verb: 'patch', resource: 'pods', namespace: 'demo', name: 'p', patch }, 'script');
    world.timeline.runUntil(110e6);
    expect(world.events.find(({ reason }) => reason === 'MultiplePodDisruptionBudgets')?.message).toBe(
      'Pod "demo"/"p" matches multiple PodDisruptionBudgets.  Chose "b0" arbitrarily.',
    );
  });
});
