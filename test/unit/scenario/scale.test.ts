import { describe, expect, it } from 'vitest';
import {
  branchBundle,
  buildCluster,
  type Cluster,
  type KubeObject,
  loadScenario,
  runCluster,
  TravelSession,
} from '../../../sim-core/index.ts';
import { bundleOf, loaded } from '../support/scenarios.ts';

const scenarioWith = (timeline: string, pool = 'name: node, count: 2, machine: m5.large') => `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: { name: scale }
spec:
  duration: 8m
  nodePools: [{ ${pool} }]
  manifests: [web.yaml]
  timeline:
${timeline}
`;
const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: c, image: "web:1", resources: { requests: { cpu: 1500m } } }]
`;
const files = { 'web.yaml': WEB };

const built = (timeline: string, pool?: string) =>
  buildCluster(loaded(bundleOf(scenarioWith(timeline, pool), files)), { checkers: true });

const nodesOf = (cluster: Cluster) =>
  cluster.truth
    .list(cluster.world, 'nodes')
    .map(({ object }) => object.metadata.name)
    .sort();

const podsOn = (cluster: Cluster) =>
  cluster.truth
    .list(cluster.world, 'pods')
    .map(({ object }) => (object as KubeObject).spec?.nodeName ?? '')
    .sort();

describe('a node pool that is scaled', () => {
  it('gets machines that boot, register and take the pods that waited', () => {
    const cluster = built('    - { at: 60s, scale: { nodePool: node, count: 4 } }');
    runCluster(cluster, { untilUs: 60e6 });
    expect(podsOn(cluster)).toEqual(['', 'node-0', 'node-1']);
    runCluster(cluster, { untilUs: 80e6 });
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1']);
    runCluster(cluster, { untilUs: 5 * 60e6 });
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2', 'node-3']);
    expect(podsOn(cluster)).not.toContain('');
    expect(cluster.checkers?.results().findings).toEqual([]);
  });

  it('boots them in the time that the entry says', () => {
    const cluster = built('    - { at: 60s, scale: { nodePool: node, count: 3, boot: 20s } }');
    runCluster(cluster, { untilUs: 79.9e6 });
    expect(nodesOf(cluster)).toHaveLength(2);
    runCluster(cluster, { untilUs: 81e6 });
    expect(nodesOf(cluster)).toHaveLength(3);
  });

  it('loses the newest machines, and their Nodes when they have turned NotReady', () => {
    const cluster = built('    - { at: 60s, scale: { nodePool: node, count: 1 } }');
    runCluster(cluster, { untilUs: 95e6 });
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1']);
    runCluster(cluster, { untilUs: 125e6 });
    expect(nodesOf(cluster)).toEqual(['node-0']);
    const events = cluster.truth.list(cluster.world, 'events').map(({ object }) => object as KubeObject);
    expect(events.find((e) => e['reason'] === 'DeletingNode')?.['message']).toBe(
      'Deleting node node-1 because it does not exist in the cloud provider',
    );
    runCluster(cluster, { untilUs: 4 * 60e6 });
    expect(podsOn(cluster)).toEqual(['', '', 'node-0']);
    expect(cluster.checkers?.results().findings).toEqual([]);
  });

  it('loses those that the entry names first, and gives no number twice', () => {
    const cluster = built(`    - { at: 60s, scale: { nodePool: node, count: 1, remove: [node-0] } }
    - { at: 61s, scale: { nodePool: node, count: 2, boot: 5s } }`);
    runCluster(cluster, { untilUs: 4 * 60e6 });
    expect(nodesOf(cluster)).toEqual(['node-1', 'node-2']);
  });

  it('keeps a machine that went while it booted', () => {
    const cluster = built(`    - { at: 60s, scale: { nodePool: node, count: 3, boot: 30s } }
    - { at: 70s, scale: { nodePool: node, count: 2 } }`);
    runCluster(cluster, { untilUs: 3 * 60e6 });
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1']);
  });

  it('has nodes that faults reach, and none of a zone that is out', () => {
    const zones = 'name: node, count: 3, machine: m5.large, zones: [a, b, c]';
    const cluster = built(
      `    - { at: 60s, fault: { kind: ZoneOutage, zone: c, for: 90s } }
    - { at: 61s, scale: { nodePool: node, count: 6, boot: 5s } }
    - { at: 4m, fault: { kind: NodeCrash, node: node-4 } }`,
      zones,
    );
    runCluster(cluster, { untilUs: 75e6 });
    expect(nodesOf(cluster)).toContain('node-4');
    expect(nodesOf(cluster)).not.toContain('node-5');
    runCluster(cluster, { untilUs: 3 * 60e6 });
    expect(nodesOf(cluster)).toContain('node-5');
    runCluster(cluster, { untilUs: 5.5 * 60e6 });
    expect(cluster.truth.find(cluster.world, 'nodes', '', 'node-4')?.object.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'Unknown' }),
    );
  });

  it('starts no kubelet while a fault that began before holds it', () => {
    const cluster = built(`    - { at: 60s, scale: { nodePool: node, count: 3, boot: 5s } }
    - { at: 61s, fault: { kind: KubeletStop, node: node-2, for: 60s } }`);
    runCluster(cluster, { untilUs: 120e6 });
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1']);
    runCluster(cluster, { untilUs: 140e6 });
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2']);
  });

  it('gives a machine that is gone no power when a fault ends', () => {
    const cluster = built(`    - { at: 60s, fault: { kind: NodeCrash, node: node-1, for: 60s } }
    - { at: 70s, scale: { nodePool: node, count: 1 } }`);
    runCluster(cluster, { untilUs: 5 * 60e6 });
    expect(nodesOf(cluster)).toEqual(['node-0']);
  });

  it('has amounts that were changed while it booted', () => {
    const cluster = built(`    - { at: 60s, scale: { nodePool: node, count: 3, boot: 40s } }
    - { at: 70s, fault: { kind: NodeResize, node: node-2, allocatable: { cpu: 500m } } }`);
    runCluster(cluster, { untilUs: 3 * 60e6 });
    const node = cluster.truth.list(cluster.world, 'nodes').find(({ object }) => object.metadata.name === 'node-2');
    expect(node?.object.status?.allocatable?.cpu).toBe('500m');
  });

  it('is told in the trace', () => {
    const cluster = built('    - { at: 60s, scale: { nodePool: node, count: 4 } }');
    runCluster(cluster, { untilUs: 61e6 });
    const names = cluster.world.names();
    const told = Array.from({ length: names.strings }, (_, id) => names.text(id));
    expect(told).toContain('scale node pool node from 2 to 4');
  });
});

describe('an entry that joins a run', () => {
  it('comes to the same as if the scenario had it, and can be gone back over', () => {
    const text = scenarioWith('    - { at: 7m, note: end }');
    const session = TravelSession.create(loaded(bundleOf(text, files)), { keyframes: { replayMs: 15 } });
    session.advance({ untilUs: 60e6 });
    const fork = session.fork({
      actions: [
        { do: 'scale', nodePool: 'node', count: 3, remove: [], boot: { p50Us: 20e6, p99Us: 40e6 } },
        { atUs: 200e6, action: { do: 'scale', nodePool: 'node', count: 1, remove: ['node-0'] } },
      ],
    });
    while (fork.advance({ events: 3000 }).stopped !== 'time') {}
    const written = buildCluster(loaded(branchBundle(bundleOf(text, files), fork.entries)));
    runCluster(written);
    expect(fork.cluster.world.digest()).toBe(written.world.digest());
    const end = fork.cluster.world.hashes();
    fork.seek(70e6).finish();
    fork.seek(fork.recordedUntilUs).finish();
    expect(fork.cluster.world.hashes()).toEqual(end);
  });

  it('is refused when its count is no number of machines', () => {
    const session = TravelSession.create(loaded(bundleOf(scenarioWith('    - { at: 7m, note: end }'), files)));
    session.advance({ untilUs: 20e6 });
    for (const count of [Number.NaN, -1, 1.5, 200_001])
      expect(() => session.inject({ do: 'scale', nodePool: 'node', count, remove: [] })).toThrow(
        'the number of machines must be an integer from 0 to 200000',
      );
  });

  it('is refused when there is no such pool or node', () => {
    const session = TravelSession.create(loaded(bundleOf(scenarioWith('    - { at: 7m, note: end }'), files)));
    session.advance({ untilUs: 20e6 });
    expect(() => session.inject({ do: 'scale', nodePool: 'nod', count: 3, remove: [] })).toThrow(
      'there is no node pool nod; there are: node',
    );
    expect(() => session.inject({ do: 'scale', nodePool: 'node', count: 1, remove: ['web-0'] })).toThrow(
      'web-0 is no node of the pool node',
    );
    expect(() => session.inject({ do: 'scale', nodePool: 'node', count: 1, remove: ['node-0', 'node-7'] })).toThrow(
      'the pool node never had a machine node-7',
    );
    session.inject({ do: 'scale', nodePool: 'node', count: 3, remove: [] });
    session.inject({ do: 'scale', nodePool: 'node', count: 2, remove: ['node-2'] });
    expect(session.fork().entries).toHaveLength(2);
  });
});

describe('a pool without kubelets', () => {
  const stage = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: { name: node-initialize }
spec:
  resourceRef: { apiGroup: v1, kind: Node }
  selector:
    matchExpressions: [{ key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: NotIn, values: ["True"] }]
  next:
    statusTemplate: |
      conditions:
      - type: Ready
        status: "True"
        reason: KubeletReady
        message: kubelet is posting ready status
`;

  it('gets and loses Nodes through the API', () => {
    const text = scenarioWith(
      `    - { at: 60s, scale: { nodePool: node, count: 3, boot: 5s } }
    - { at: 90s, scale: { nodePool: node, count: 1 } }`,
      'name: node, count: 2, stages: [node.yaml]',
    );
    const cluster = buildCluster(loaded(bundleOf(text, { ...files, 'node.yaml': stage })));
    runCluster(cluster, { untilUs: 70e6 });
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2']);
    runCluster(cluster, { untilUs: 100e6 });
    expect(nodesOf(cluster)).toEqual(['node-0']);
  });

  it('loses Nodes whose creation still waits for the limit of the client, and asks once for each', () => {
    const text = scenarioWith(
      `    - { at: 60s, scale: { nodePool: node, count: 102, boot: 1s } }
    - { at: 62s, scale: { nodePool: node, count: 2 } }`,
      'name: node, count: 2, stages: [node.yaml]',
    );
    const cluster = buildCluster(loaded(bundleOf(text, { ...files, 'node.yaml': stage })));
    const asked = { create: 0, delete: 0 };
    cluster.requests.listen({
      received: (_ctx, _token, { agent, resource, verb }) => {
        if (agent.startsWith('cloud-controller-manager') && resource === 'nodes')
          asked[verb as 'create' | 'delete'] += 1;
      },
    });
    runCluster(cluster, { untilUs: 100e6 });
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1']);
    expect(asked).toEqual({ create: 100, delete: 100 });
  });
});

describe('mistakes', () => {
  const problemsOf = (entry: string) =>
    loadScenario(bundleOf(scenarioWith(`    - { at: 60s, ${entry} }`), files)).problems.map(
      (p) => `${p.at.line}:${p.at.col} ${p.message}; ${p.hint ?? ''}`,
    );

  it('are told with their place and what was probably meant', () => {
    expect(problemsOf('scale: { nodePool: nodee, count: 3 }')).toEqual([
      '10:18 there is no node pool nodee; did you mean node?',
    ]);
    expect(problemsOf('scale: { nodePool: node, count: 1, remove: [node-7] }')).toEqual([
      '10:18 there is no node node-7 in the pool node; did you mean node-0?',
    ]);
    expect(problemsOf('scale: { nodePool: node }')[0]).toContain('spec.timeline[0].scale needs "count"');
    expect(problemsOf('scale: { deployment: web, replicas: 3 }').join('\n')).toContain(
      'for pods write kubectl: "scale deployment/NAME --replicas=N"',
    );
    expect(problemsOf('scale: { pool: node, count: 3 }').join('\n')).toContain('unknown field "pool"');
    expect(problemsOf('scale: { nodePool: node, count: 3, boot: soon }')[0]).toContain('soon');
    expect(problemsOf('fault: { kind: NodeCrash, node: node-2 }')[0]).toContain('there is no node node-2');
  });
});
