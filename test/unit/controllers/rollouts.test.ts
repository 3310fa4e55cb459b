import { describe, expect, it } from 'vitest';
import { controllerManagerControllers, controllerManagerOptions } from '../../../sim-core/controllers/index.ts';
import { DEFAULT_EPOCH_SECONDS } from '../../../sim-core/controllers/support/time.ts';
import { TestCluster } from './support/cluster.ts';
import { Binder, Kwok } from './support/kwok.ts';
import { TestRuntime, Timeline } from './support/runtime.ts';

const DEPLOYMENTS = 'deployments.apps';

function start(spec: object) {
  let n = 0;
  const cluster = new TestCluster(DEFAULT_EPOCH_SECONDS, () => `${n++}`);
  const timeline = new Timeline(cluster);
  for (const name of ['node-a', 'node-b'])
    cluster.seed('nodes', { kind: 'Node', metadata: { name, uid: name }, spec: {}, status: {} });
  const runtimes = controllerManagerControllers(controllerManagerOptions()).map(
    (c) => new TestRuntime(c, cluster, timeline),
  );
  new Kwok(cluster, timeline);
  new Binder(cluster, timeline, new Map());
  const container = { name: 'c', image: 'app:1' };
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
    },
  };
  const place = { resource: DEPLOYMENTS, namespace: 'demo' };
  cluster.request({ verb: 'create', ...place, name: 'web', body }, 'script');
  timeline.runUntil(10e6);
  return {
    cluster,
    timeline,
    patch: (value: object) =>
      cluster.request(
        { verb: 'patch', ...place, name: 'web', patch: { type: 'strategic', value: value as never } },
        'script',
      ),
    deployment: () => cluster.get(DEPLOYMENTS, 'demo', 'web')!.object,
    images: () => [...cluster.table('pods').values()].map(({ object }) => object.spec.containers[0].image).sort(),
    messages: () =>
      runtimes
        .flatMap((r) => r.events)
        .filter((e) => e.source === 'deployment-controller')
        .map((e) => e.message),
  };
}

const image = (tag: string) => ({ spec: { template: { spec: { containers: [{ name: 'c', image: tag }] } } } });

describe('rollouts that no recording shows', () => {
  it('Recreate waits for the last old pod before the first new one', () => {
    const world = start({ replicas: 2, strategy: { type: 'Recreate' } });
    expect(world.images()).toEqual(['app:1', 'app:1']);
    world.patch(image('app:2'));
    const mixed: boolean[] = [];
    world.cluster.listeners.push(() => mixed.push(new Set(world.images()).size > 1));
    world.timeline.runUntil(20e6);
    expect(mixed).not.toContain(true);
    expect(world.images()).toEqual(['app:2', 'app:2']);
    expect(
      world
        .messages()
        .slice(1)
        .map((m) => m.replace(/web-\w+/, 'rs')),
    ).toEqual(['Scaled down replica set rs from 2 to 0', 'Scaled up replica set rs from 0 to 2']);
  });

  it('a paused Deployment scales but does not roll out, and says so', () => {
    const world = start({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    world.patch({ spec: { paused: true } });
    world.patch(image('app:2'));
    world.patch({ spec: { replicas: 3 } });
    world.timeline.runUntil(15e6);
    expect(world.images()).toEqual(['app:1', 'app:1', 'app:1']);
    const progressing = () =>
      world.deployment().status.conditions.find((c: { type: string }) => c.type === 'Progressing');
    expect(progressing()).toMatchObject({
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    });
    world.patch({ spec: { paused: false } });
    world.timeline.runUntil(30e6);
    expect(world.images()).toEqual(['app:2', 'app:2', 'app:2']);
    expect(progressing().reason).toBe('NewReplicaSetAvailable');
  });

  it('rolls back by the old annotation', () => {
    const world = start({ replicas: 1 });
    world.patch(image('app:2'));
    world.timeline.runUntil(20e6);
    world.patch({ metadata: { annotations: { 'deprecated.deployment.rollback.to': '0' } } });
    world.timeline.runUntil(30e6);
    expect(world.images()).toEqual(['app:1']);
    expect(world.messages()).toContain('Rolled back deployment "web" to revision 1');
    expect(world.deployment().metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '3' });
  });

  it('counts a collision of names and takes another', () => {
    const world = start({ replicas: 1 });
    const [rs] = [...world.cluster.table('replicasets.apps').values()];
    const name = rs.object.metadata.name!;
    world.cluster.request(
      {
        verb: 'delete',
        resource: DEPLOYMENTS,
        namespace: 'demo',
        name: 'web',
        options: { delete: { propagationPolicy: 'Orphan' } },
      },
      'script',
    );
    world.timeline.runUntil(12e6);
    const { ownerReferences, ...metadata } = {
      ...world.cluster.get('replicasets.apps', 'demo', name)!.object.metadata,
    };
    expect(ownerReferences ?? []).toEqual([]);
    world.cluster.request(
      {
        verb: 'patch',
        resource: 'replicasets.apps',
        namespace: 'demo',
        name,
        patch: { type: 'strategic', value: { metadata: { labels: { app: 'other' } } } as never },
      },
      'script',
    );
    const body = { ...world.cluster.get('replicasets.apps', 'demo', name)!.object };
    expect(body.metadata.labels).toMatchObject({
      app: 'other',
      'pod-template-hash': metadata.labels?.['pod-template-hash'],
    });
    const spec = { ...body.spec, replicas: 1, selector: { matchLabels: { app: 'web' } } };
    const { template } = spec;
    const { 'pod-template-hash': _, ...labels } = template.metadata.labels;
    spec.template = { ...template, metadata: { labels } };
    world.cluster.request(
      {
        verb: 'create',
        resource: DEPLOYMENTS,
        namespace: 'demo',
        name: 'web',
        body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec },
      },
      'script',
    );
    world.timeline.runUntil(25e6);
    expect(world.deployment().status.collisionCount).toBe(1);
    const owned = [...world.cluster.table('replicasets.apps').values()].filter(
      (v) => v.object.metadata.ownerReferences?.length,
    );
    expect(owned.map((v) => v.object.metadata.name)).not.toContain(name);
    expect(owned).toHaveLength(1);
  });

  it('a change of annotations and size meets a 409 before it scales: the sync starts from the cache twice', () => {
    const world = start({ replicas: 2 });
    const from = world.cluster.writes.length;
    world.patch({ metadata: { annotations: { note: 'x' } }, spec: { replicas: 3 } });
    world.timeline.runUntil(20e6);
    const sets = world.cluster.writes
      .slice(from)
      .filter(({ resource, subresource }) => resource === 'replicasets' && !subresource);
    expect(sets.map(({ code }) => code)).toEqual([200, 409, 200]);
    expect(world.images()).toHaveLength(3);
  });
});
