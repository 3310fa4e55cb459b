import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';
import { ContainerSet, valueCodec } from '../../../sim-core/engine/index.ts';
import { SchedulerCache } from '../../../sim-core/scheduler/cache.ts';
import { Executor, type ExecutorName } from '../../../sim-core/scheduler/executors/executor.ts';
import { buildProfiles } from '../../../sim-core/scheduler/framework/config.ts';
import { podInfo } from '../../../sim-core/scheduler/framework/podInfo.ts';
import { Framework } from '../../../sim-core/scheduler/framework/runtime.ts';
import { nodeInfoCodec } from '../../../sim-core/scheduler/nodeInfoCodec.ts';
import { loaded, ranCluster, shippedBundle } from '../support/scenarios.ts';
import { listersOf, node, pod } from './support.ts';

function newCache(nodes: readonly KubeObject[]) {
  const containers = new ContainerSet('scheduler', false);
  const cache = new SchedulerCache();
  cache.init(containers, nodeInfoCodec(valueCodec));
  for (const n of nodes) cache.setNode(n);
  return { cache, containers };
}

function deciderOf(name: ExecutorName, percentageOfNodesToScore = 100) {
  const { plugins } = buildProfiles({ percentageOfNodesToScore })[0];
  const executor = new Executor(new Framework(plugins, () => []), name);
  const listers = listersOf({});
  return (cache: SchedulerCache, p: KubeObject) =>
    executor.decide(podInfo(p), cache.snapshot(listers), {
      startIndex: 0,
      percentageOfNodesToScore,
      chooseBest: () => 0,
      drawOffset: () => 0,
    });
}

const nodes = (n: number) => Array.from({ length: n }, (_, i) => node(`n${i}`));

describe('executors', () => {
  it('bring a scenario to the same digest', () => {
    const scenario = loaded(shippedBundle('failures/drain'));
    const digests = (['plain', 'typed', 'indexed'] as const).map((executor) =>
      ranCluster(scenario, { executor, untilUs: 150e6 }).world.digest(),
    );
    expect(new Set(digests).size).toBe(1);
  }, 60_000);

  it('a decision says who made it; pods that do not decompose go to the plain one', () => {
    const { cache } = newCache(nodes(3));
    const claim = { name: 'v', persistentVolumeClaim: { claimName: 'missing' } };
    for (const name of ['typed', 'indexed'] as const) {
      const decide = deciderOf(name);
      expect(decide(cache, pod({ cpu: '1' })).executor).toBe(name);
      expect(decide(cache, pod({ cpu: '1' }, { volumes: [{ name: 'c', configMap: { name: 'c' } }] })).executor).toBe(
        name,
      );
      expect(decide(cache, pod({ cpu: '1' }, { volumes: [claim] })).executor).toBeUndefined();
    }
  });

  it('agree on 100,000 nodes with adaptive sampling', () => {
    const zones = ['a', 'b', 'c'];
    const many = Array.from({ length: 100_000 }, (_, i) =>
      node(`n${i}`, { cpu: String(2 + (i % 3)) }, { labels: { 'topology.kubernetes.io/zone': zones[i % 3] } }),
    );
    const listers = listersOf({});
    const runs = (['plain', 'typed', 'indexed'] as const).map((name) => {
      const { cache } = newCache(many);
      const executor = new Executor(new Framework(buildProfiles({})[0].plugins, () => []), name);
      let startIndex = 0;
      return Array.from({ length: 24 }, (_, i) => {
        const p = pod({ cpu: i % 4 === 3 ? '9' : '1500m' }, { name: `p${i}`, labels: { app: `a${i % 3}` } });
        const found = executor.decide(podInfo(p), cache.snapshot(listers), {
          startIndex,
          percentageOfNodesToScore: 0,
          chooseBest: (best) => (i * 7919) % best.length,
          drawOffset: () => 0,
        });
        startIndex = found.nextStartIndex;
        const told = [found.node, found.evaluated, found.nextStartIndex, found.best.length, found.message];
        if (found.node !== undefined) cache.assume(p, found.node);
        return told;
      });
    });
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    expect(runs[0].map((told) => told[1])).toContain(5000);
  }, 120_000);

  it('what is kept does not outlive a restored state', () => {
    const { cache, containers } = newCache(nodes(2));
    const decide = deciderOf('indexed');
    const p = pod({ cpu: '3' });
    const saved = containers.save();
    cache.assume(pod({ cpu: '3' }, { name: 'first' }), 'n0');
    expect(decide(cache, p).node).toBe('n1');
    containers.load(saved);
    cache.assume(pod({ cpu: '3' }, { name: 'second' }), 'n1');
    expect(decide(cache, p).node).toBe('n0');
    containers.load(saved);
    expect(decide(cache, p).feasible).toEqual(['n0', 'n1']);
  });

  it('a snapshot must not be read after the cache changed', () => {
    const { cache } = newCache(nodes(2));
    const snapshot = cache.snapshot(listersOf({}));
    expect(snapshot.nodes.length).toBe(2);
    const d = deciderOf('indexed')(cache, pod({ cpu: '1' }));
    cache.assume(pod({ cpu: '1' }), 'n0');
    expect(() => snapshot.nodes).toThrow('the scheduler cache has changed');
    expect(() => d.failed.size).toThrow('the nodes have changed since this decision');
  });

  it('sees nodes that come, change and go', () => {
    const { cache } = newCache(nodes(1));
    const decide = deciderOf('indexed');
    const p = () => pod({ cpu: '3' });
    cache.assume(p(), 'n0');
    expect(decide(cache, p()).message).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, ' +
        'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    );
    cache.setNode(node('n1'));
    expect(decide(cache, p()).node).toBe('n1');
    cache.setNode(node('n1', {}, { spec: { unschedulable: true } }));
    expect(decide(cache, p()).failed.get('n1')?.plugin).toBe('NodeUnschedulable');
    cache.setNode(node('n0', { cpu: '6' }));
    expect(decide(cache, p()).node).toBe('n0');
    cache.removeNode(node('n0'));
    expect(decide(cache, p()).nodesTotal).toBe(1);
  });

  it('looks at as many nodes as the percentage asks for, and goes on where it stopped', () => {
    const { cache } = newCache(nodes(200));
    const [plain, typed, indexed] = (['plain', 'typed', 'indexed'] as const).map((name) => {
      const d = deciderOf(name, 60)(cache, pod({ cpu: '1' }, { name: 'p' }));
      return { evaluated: d.evaluated, next: d.nextStartIndex, feasible: d.feasible.length };
    });
    expect(plain).toEqual({ evaluated: 120, next: 120, feasible: 120 });
    expect(typed).toEqual(plain);
    expect(indexed).toEqual(plain);
  });
});
