import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Controller, KubeObject, Plan, Version, View } from '../../../sim-core/contracts/index.ts';
import { deploymentController } from '../../../sim-core/controllers/deployment/index.ts';
import { settledStatus } from '../../../sim-core/controllers/deployment/settled.ts';
import { type DeploymentInput, DeploymentSync } from '../../../sim-core/controllers/deployment/sync.ts';
import { controllerManagerOptions } from '../../../sim-core/controllers/options.ts';
import { replicaSetController } from '../../../sim-core/controllers/replicaset/index.ts';
import { type ReplicaSetInput, ReplicaSetSync } from '../../../sim-core/controllers/replicaset/sync.ts';
import { script } from '../../../sim-core/controllers/support/script.ts';
import { WallClock } from '../../../sim-core/controllers/support/time.ts';

const options = controllerManagerOptions();
const nowUs = 1000e6;
const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';

const version = (object: object) => ({ obj: 1, rv: 1, hash: 0, record: 1, object }) as unknown as Version;

/** A view in which there is nothing but what the indexes say. */
function viewOf(found: Readonly<Record<string, readonly Version[]>>): View {
  const byIndex = (resource: string, index: string, key: string) => found[`${resource}/${index}/${key}`] ?? [];
  return {
    get: (resource, _namespace, name) => found[resource]?.find((v) => v.object.metadata.name === name),
    list: (resource) => found[resource] ?? [],
    byIndex,
    count: (resource, index, key = '') =>
      (index === undefined ? (found[resource] ?? []) : byIndex(resource, index, key)).length,
  };
}

const rarely = <T>(value: T) => fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.constant(value));
const size = fc.constantFrom(0, 3, 3, 3, 4);
const condition = fc.record({
  type: fc.constant('Progressing'),
  status: fc.constant('True'),
  reason: fc.constantFrom(
    'ReplicaSetUpdated',
    'NewReplicaSetAvailable',
    'DeploymentPaused',
    'ProgressDeadlineExceeded',
  ),
  lastUpdateTime: fc.constantFrom('2026-01-01T00:10:00Z', '2026-01-01T00:00:01Z'),
  lastTransitionTime: fc.constant('2026-01-01T00:00:01Z'),
  message: fc.constant(''),
});
const counts = fc.record({
  replicas: size,
  readyReplicas: fc.option(size, { nil: undefined }),
  availableReplicas: fc.option(size, { nil: undefined }),
  updatedReplicas: fc.option(size, { nil: undefined }),
});
const cases = fc.record({
  wanted: size,
  setSize: size,
  desired: fc.constantFrom('3', '3', '3', '4', undefined),
  revisions: fc.constantFrom(['1', '1'], ['1', '1'], ['1', '1'], ['2', '1'], [undefined, '1']),
  label: fc.constantFrom('a', 'a', 'a', 'b'),
  paused: rarely(true),
  deleted: rarely('2026-01-01T00:00:00Z'),
  minReadySeconds: rarely(5),
  rollback: rarely('1'),
  strategy: rarely('Recreate'),
  note: rarely('x'),
  sets: fc.constantFrom(1, 1, 1, 2),
  deadline: fc.constantFrom(600, 600, undefined),
  conditions: fc.option(fc.tuple(condition), { nil: undefined }),
  before: counts,
  now: counts,
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function objects(c: Case): { readonly deployment: Version; readonly owned: readonly Version[] } {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } };
  const deployment = {
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'd',
      generation: 1,
      deletionTimestamp: c.deleted,
      annotations: {
        ...(c.revisions[0] && { [REVISION]: c.revisions[0] }),
        ...(c.rollback && { 'deprecated.deployment.rollback.to': c.rollback }),
        ...(c.note && { note: c.note }),
      },
    },
    spec: {
      replicas: c.wanted,
      paused: c.paused,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: c.strategy ?? 'RollingUpdate' },
      minReadySeconds: c.minReadySeconds,
      progressDeadlineSeconds: c.deadline,
      revisionHistoryLimit: 10,
      template,
    },
    status: { ...c.before, observedGeneration: 1, conditions: c.conditions },
  };
  const set = (i: number) => ({
    metadata: {
      name: `web-${i}`,
      namespace: 'default',
      uid: `rs-${i}`,
      labels: { app: 'web', 'pod-template-hash': `${i}` },
      annotations: { [REVISION]: c.revisions[1], ...(c.desired && { [DESIRED]: c.desired }) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd', controller: true }],
    },
    spec: {
      replicas: i === 0 ? c.setSize : 0,
      selector: { matchLabels: { app: 'web' } },
      template: { ...template, metadata: { labels: { app: c.label === 'a' && i === 0 ? 'web' : 'old' } } },
    },
    status: { ...c.now, updatedReplicas: undefined },
  });
  return { deployment: version(deployment), owned: Array.from({ length: c.sets }, (_, i) => version(set(i))) };
}

/** Everything of a plan but the script's own data. */
const shown = ({ steps, requeue, enqueue, resume }: Plan) =>
  JSON.stringify({ steps, requeue, enqueue, point: resume?.point, onErrorOnly: resume?.onErrorOnly });

const refused = { code: 409, rv: 0, record: 0, status: { message: 'no', reason: 'Conflict' } };

/** The plan that a controller makes, and what it makes of a refusal, are those of the whole sync. */
function expectSame(
  controller: Controller<never>,
  view: View,
  whole: ReturnType<typeof script<never>>,
  input: unknown,
) {
  const plan = controller.reconcile(view, undefined as never, 'default/web', nowUs, {
    expectationsMet: true,
    retries: 0,
  } as never);
  const plain = whole.start(input as never, nowUs);
  expect(shown(plan)).toBe(shown(plain));
  if (plan.resume === undefined) return plan;
  const answers = [refused] as never;
  const { point, data } = plan.resume;
  const after = controller.resume?.(view, undefined as never, 'default/web', nowUs + 1, point, data, answers) as Plan;
  expect(shown(after)).toBe(shown(whole.resume(nowUs + 1, plain.resume?.data, answers)));
  return plan;
}

describe('a Deployment that is settled but for its counts', () => {
  const whole = script<DeploymentInput>('sync', (run, input) => new DeploymentSync(run, input, options).sync());

  it('gets the plan that the whole sync makes', () => {
    let [written, settled] = [0, 0];
    const clock = new WallClock(options.epochSeconds);
    fc.assert(
      fc.property(cases, (c) => {
        const { deployment, owned } = objects(c);
        const sync = (d: Version) => {
          const view = viewOf({ 'deployments.apps': [d], 'replicasets.apps/controller/d': owned });
          const input: DeploymentInput = { deployment: d, owned, orphans: [], pods: [], namesake: undefined };
          const plan = expectSame(deploymentController(options) as never, view, whole as never, input);
          return settledStatus(input, nowUs, clock) && plan;
        };
        const plan = sync(deployment);
        const last = plan?.steps[0];
        if (last?.do !== 'request') return;
        written++;
        // The sync after that write finds nothing to write.
        if (sync(version(last.request.body as KubeObject))?.steps.length === 0) settled++;
      }),
      { numRuns: 2000 },
    );
    expect(written).toBeGreaterThan(50);
    expect(settled).toBeGreaterThan(50);
  });
});

describe('a ReplicaSet that is complete', () => {
  const whole = script<ReplicaSetInput>('sync', (run, input) => new ReplicaSetSync(run, input, options).sync());
  const number = fc.integer({ min: 0, max: 4 });

  it('gets the plan that the whole sync makes', () => {
    fc.assert(
      fc.property(
        number,
        number,
        number,
        counts,
        fc.boolean(),
        rarely('x'),
        (replicas, active, ready, before, met, gone) => {
          const labels = { app: 'web' };
          const object = {
            metadata: { name: 'web', namespace: 'default', uid: 'r', generation: 1, deletionTimestamp: gone },
            spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels } } },
            status: { ...before, updatedReplicas: undefined, terminatingReplicas: 0, observedGeneration: 1 },
          };
          const rs = version(object as unknown as KubeObject);
          const pods = { size: active, counts: [{ labels, active, ready: Math.min(ready, active), terminating: 0 }] };
          const tally = { active, fullyLabeled: active, ready: Math.min(ready, active), terminating: 0, strays: 0 };
          if (active > replicas) return;
          const input: ReplicaSetInput = { rs, tally, owned: [], orphans: [], related: [], expectationsMet: met };
          const view = viewOf({ 'replicasets.apps': [rs] });
          const info = { expectationsMet: met, retries: 0, census: () => pods };
          const plan = replicaSetController(options).reconcile(view, undefined as never, 'default/web', nowUs, info);
          expect(shown(plan)).toBe(shown(whole.start(input, nowUs)));
        },
      ),
    );
  });
});
