import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../sim-core/contracts/index.ts';
import { decide, node, on, pod, snapshotOf } from '../unit/scheduler/support.ts';

const ZONES = ['a', 'b', 'c'];

const nodeSpec = fc.record({
  zone: fc.constantFrom(...ZONES),
  cpu: fc.integer({ min: 1, max: 8 }),
  taint: fc.constantFrom(undefined, 'NoSchedule', 'PreferNoSchedule'),
  isCordoned: fc.boolean(),
});
const podSpec = fc.record({
  cpu: fc.integer({ min: 0, max: 3000 }),
  app: fc.constantFrom('x', 'y'),
  priority: fc.constantFrom(0, 10, 20),
  anti: fc.boolean(),
  spread: fc.constantFrom(undefined, 'DoNotSchedule', 'ScheduleAnyway'),
});
const world = fc.record({
  nodes: fc.array(nodeSpec, { minLength: 2, maxLength: 8 }),
  pods: fc.array(fc.tuple(fc.nat(), podSpec), { maxLength: 15 }),
  incoming: podSpec,
  turn: fc.nat(),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function podOf({ cpu, app, priority, anti, spread }: World['incoming'], name: string): KubeObject {
  const labelSelector = { matchLabels: { app } };
  const term = { labelSelector, topologyKey: 'kubernetes.io/hostname' };
  const whenUnsatisfiable = spread;
  return pod(
    { cpu: `${cpu}m` },
    {
      name,
      labels: { app },
      priority,
      ...(anti && { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }),
      ...(spread && {
        topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable, labelSelector }],
      }),
    },
  );
}

function objectsOf(w: World) {
  const nodes = w.nodes.map(({ zone, cpu, taint, isCordoned }, i) => {
    const taints = taint === undefined ? [] : [{ key: 'k', effect: taint }];
    return node(`n${i}`, { cpu: String(cpu) }, { labels: { zone }, spec: { taints, unschedulable: isCordoned } });
  });
  const pods = w.pods.map(([at, spec], i) => on(`n${at % nodes.length}`, podOf(spec, `p${i}`)));
  return { nodes, pods, incoming: podOf(w.incoming, 'incoming') };
}

const turned = <T>(list: readonly T[], by: number): T[] => {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)].reverse();
};

describe('one scheduling cycle', () => {
  test('does not depend on the order in which nodes and pods are known', () => {
    fc.assert(
      fc.property(world, (w) => {
        const { nodes, pods, incoming } = objectsOf(w);
        const a = decide(snapshotOf(nodes, pods), incoming);
        const b = decide(snapshotOf(turned(nodes, w.turn), turned(pods, w.turn)), incoming);
        expect(b.result).toBe(a.result);
        expect(b.message).toBe(a.message);
        expect([...b.feasible].sort()).toEqual([...a.feasible].sort());
        expect([...b.best].sort()).toEqual([...a.best].sort());
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test('puts the pod where it fits, among the best', () => {
    fc.assert(
      fc.property(world, (w) => {
        const { nodes, pods, incoming } = objectsOf(w);
        const d = decide(snapshotOf(nodes, pods), incoming);
        if (d.result !== 'Scheduled') {
          expect(d.feasible).toEqual([]);
          expect(d.failed.size).toBe(nodes.length);
          return;
        }
        expect(d.best).toContain(d.node);
        expect(d.feasible.length + d.failed.size).toBe(nodes.length);
        for (const s of d.scores) for (const v of s.normalized) expect(v >= 0 && v <= 100).toBe(true);
        const chosen = w.nodes[Number(d.node?.slice(1))];
        expect(chosen.isCordoned || chosen.taint === 'NoSchedule').toBe(false);
        const used = pods.filter((p) => p.spec.nodeName === d.node);
        const milli = (p: KubeObject) => Number.parseInt(p.spec.containers[0].resources.requests.cpu, 10);
        if (w.incoming.cpu > 0)
          expect([...used, incoming].reduce((sum, p) => sum + milli(p), 0)).toBeLessThanOrEqual(chosen.cpu * 1000);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  test('evicts only pods of lower priority, and the pod fits without them', () => {
    fc.assert(
      fc.property(world, (w) => {
        const { nodes, pods, incoming } = objectsOf(w);
        const d = decide(snapshotOf(nodes, pods), incoming);
        if (d.nominatedNode === undefined) return;
        const gone = new Set((d.victims ?? []).map((v) => v.name));
        expect(gone.size).toBeGreaterThan(0);
        for (const v of d.victims ?? []) expect(v.priority).toBeLessThan(w.incoming.priority);
        const left = pods.filter((p) => !gone.has(p.metadata.name as string));
        expect(decide(snapshotOf(nodes, left), incoming).feasible).toContain(d.nominatedNode);
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});
