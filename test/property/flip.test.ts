import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../sim-core/contracts/index.ts';
import { compareSets, costOf, smallestFlip } from '../../sim-core/explain/flip/search.ts';
import { applyAll, type Change, changedQuestion } from '../../sim-core/explain/flip/setting.ts';
import { changesToward, fixesFor, unique } from '../../sim-core/explain/flip/space.ts';
import { Inquiry } from '../../sim-core/explain/inquiry.ts';
import type { Question } from '../../sim-core/scheduler/cycle/question.ts';
import { schedulePod } from '../../sim-core/scheduler/cycle/schedulePod.ts';
import { questionOf } from '../unit/explain/support.ts';
import { node, on, pod, snapshotOf } from '../unit/scheduler/support.ts';

const OPTIONS = { percents: [5, 10, 20, 50, 100], weights: [1, 2, 3, 4, 5, 8, 10, 100] };

const nodeSpec = fc.record({
  zone: fc.constantFrom('a', 'b', 'c', undefined),
  cpu: fc.integer({ min: 1, max: 4 }),
  memory: fc.integer({ min: 1, max: 4 }),
  taints: fc.subarray(['k:NoSchedule', 'm=v:NoExecute', 's:PreferNoSchedule'], { maxLength: 2 }),
  isCordoned: fc.nat(5).map((n) => n === 0),
  disk: fc.constantFrom('ssd', 'hdd', undefined),
});
const podSpec = fc.record({
  cpu: fc.integer({ min: 1, max: 30 }).map((n) => n * 100),
  memory: fc.integer({ min: 1, max: 24 }).map((n) => n * 128),
  app: fc.constantFrom('x', 'y'),
  anti: fc.nat(3).map((n) => n === 0),
  spread: fc.nat(3).map((n) => n === 0),
  prefer: fc.nat(3).map((n) => n === 0),
  disk: fc.constantFrom('ssd', undefined, undefined),
});
const world = (max: number) =>
  fc.record({
    nodes: fc.array(nodeSpec, { minLength: 2, maxLength: max }),
    pods: fc.array(fc.tuple(fc.nat(), podSpec), { maxLength: 2 * max }),
    incoming: podSpec,
    wanted: fc.nat(),
  });
type WorldSpec = typeof world extends (max: number) => fc.Arbitrary<infer T> ? T : never;

function podOf(spec: WorldSpec['incoming'], name: string): KubeObject {
  const labelSelector = { matchLabels: { app: spec.app } };
  const term = { labelSelector, topologyKey: 'kubernetes.io/hostname' };
  const expression = { key: 'disk', operator: 'In', values: ['ssd'] };
  return pod(
    { cpu: `${spec.cpu}m`, memory: `${spec.memory}Mi` },
    {
      name,
      labels: { app: spec.app },
      ...(spec.disk !== undefined && { nodeSelector: { disk: spec.disk } }),
      affinity: {
        ...(spec.anti && { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }),
        ...(spec.prefer && {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 10, preference: { matchExpressions: [expression] } },
            ],
          },
        }),
      },
      ...(spec.spread && {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector },
        ],
      }),
    },
  );
}

function questionFor(w: WorldSpec): Question {
  const nodes = w.nodes.map(({ zone, cpu, memory, taints, isCordoned, disk }, i) => {
    const parsed = taints.map((t) => {
      const [rest, effect] = t.split(':');
      const [key, value] = rest.split('=');
      return { key, ...(value !== undefined && { value }), effect };
    });
    const labels = { ...(zone !== undefined && { zone }), ...(disk !== undefined && { disk }) };
    const spec = { taints: parsed, ...(isCordoned && { unschedulable: true }) };
    return node(`n${i}`, { cpu: String(cpu), memory: `${memory}Gi` }, { labels, spec });
  });
  const pods = w.pods.map(([at, spec], i) => on(`n${at % nodes.length}`, podOf(spec, `p${i}`)));
  return questionOf(snapshotOf(nodes, pods), podOf(w.incoming, 'incoming'));
}

function nodeAfter(question: Question, changes: readonly Change[]): string | undefined {
  const asked = changedQuestion(question, applyAll(question, changes));
  return schedulePod(asked.framework, asked.pod, asked.snapshot, asked.options).node;
}

const clash = (a: Change, b: Change) =>
  a.field !== 'spec.tolerations' && a.field !== 'spec.taints' && a.field === b.field && a.name === b.name;

/** Every set of up to `size` changes is decided; the cheapest that works. */
function bruteForce(
  question: Question,
  changes: readonly Change[],
  size: 1 | 2,
  works: (node: string | undefined) => boolean,
): readonly Change[] | undefined {
  let best: readonly Change[] | undefined;
  const look = (set: readonly Change[]) => {
    if (best !== undefined && compareSets(set, best) >= 0) return;
    if (works(nodeAfter(question, set))) best = set;
  };
  for (const change of changes) look([change]);
  if (best !== undefined || size === 1) return best;
  for (let i = 0; i < changes.length; i++)
    for (let k = i + 1; k < changes.length; k++) if (!clash(changes[i], changes[k])) look([changes[i], changes[k]]);
  return best;
}

const same = (flip: ReturnType<typeof smallestFlip>, best: readonly Change[] | undefined, size: number) => {
  if (best === undefined) {
    expect(flip.found && flip.changes.length <= size, JSON.stringify(flip.changes)).toBe(false);
    return;
  }
  const told = flip.changes.map((c) => `${c.name} ${c.field} ${c.from} -> ${c.to}`).sort();
  const least = best.map((c) => `${c.name} ${c.field} ${c.from} -> ${c.to}`).sort();
  expect({ changes: told, cost: costOf(flip.changes as readonly Change[]) }).toEqual({
    changes: least,
    cost: costOf(best),
  });
};

describe('the smallest flip', () => {
  test('for a pod that fits nowhere: no cheaper change exists, up to pairs', { timeout: 120_000 }, () => {
    let cases = 0;
    fc.assert(
      fc.property(world(6), (w) => {
        const question = questionFor(w);
        const inquiry = new Inquiry(question);
        if (inquiry.decision.node !== undefined) return;
        cases++;
        const space = unique(question.snapshot.nodes.flatMap((n) => [...fixesFor(inquiry, n)]));
        const flip = smallestFlip(question, OPTIONS);
        same(
          flip,
          bruteForce(question, space, 2, (found) => found !== undefined),
          2,
        );
      }),
      { numRuns: 250, seed: 11 },
    );
    expect(cases).toBeGreaterThan(15);
  });

  test('for a node that is wanted: no cheaper single change exists on 20 nodes', { timeout: 120_000 }, () => {
    let cases = 0;
    fc.assert(
      fc.property(world(20), (w) => {
        const question = questionFor(w);
        const inquiry = new Inquiry(question);
        const target = question.snapshot.nodes[w.wanted % question.snapshot.nodes.length];
        if (inquiry.decision.node === target.name) return;
        cases++;
        const space = changesToward(inquiry, target, OPTIONS);
        const flip = smallestFlip(question, { ...OPTIONS, node: target.name });
        same(
          flip,
          bruteForce(question, space, 1, (found) => found === target.name),
          1,
        );
        if (flip.found) expect(flip.node).toBe(target.name);
      }),
      { numRuns: 80, seed: 12 },
    );
    expect(cases).toBeGreaterThan(40);
  });

  test('for a node that is wanted: no cheaper pair exists', { timeout: 120_000 }, () => {
    let pairs = 0;
    fc.assert(
      fc.property(world(4), (w) => {
        const question = questionFor(w);
        const inquiry = new Inquiry(question);
        const target = question.snapshot.nodes[w.wanted % question.snapshot.nodes.length];
        if (inquiry.decision.node === target.name) return;
        const options = { percents: [10, 50], weights: [1, 2, 4] };
        const flip = smallestFlip(question, { ...options, node: target.name });
        if (flip.changes.length < 2) return;
        pairs++;
        const space = changesToward(inquiry, target, options);
        const best = bruteForce(question, space, 2, (found) => found === target.name);
        if (best === undefined) expect(flip.changes.length).toBeGreaterThan(2);
        else expect(costOf(flip.changes as readonly Change[])).toBeLessThanOrEqual(costOf(best) + 1e-12);
      }),
      { numRuns: 60, seed: 13 },
    );
    expect(pairs).toBeGreaterThan(3);
  });

  test('a lower request is the highest with which the pod fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1900 }), fc.integer({ min: 2, max: 4000 }), (used, wanted) => {
        const nodes = [node('n0', { cpu: '2' })];
        const question = questionOf(
          snapshotOf(nodes, [on('n0', pod({ cpu: `${used}m` }))]),
          pod({ cpu: `${wanted}m` }, { name: 'incoming' }),
        );
        const flip = smallestFlip(question, {});
        if (wanted <= 2000 - used) {
          expect(flip.messages[0].id).toBe('sched.flip.already');
          return;
        }
        const [change] = flip.changes;
        const down = (wanted - (2000 - used)) / wanted;
        const up = (used + wanted - 2000) / 2000;
        expect(change.relative).toBeCloseTo(Math.min(down, up), 12);
        expect(change.target).toBe(down <= up ? 'pod' : 'node');
      }),
      { numRuns: 100, seed: 14 },
    );
  });
});
