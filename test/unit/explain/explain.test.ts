import { describe, expect, test } from 'vitest';
import { changesOf, reasonsIn } from '../../../sim-core/explain/attempts.ts';
import { explain } from '../../../sim-core/explain/explain.ts';
import { amountText, renderMessage } from '../../../sim-core/explain/render.ts';
import { explanationText } from '../../../sim-core/explain/text.ts';
import type { Explanation } from '../../../sim-core/explain/types.ts';
import { node, on, pod, snapshotOf } from '../scheduler/support.ts';
import { questionOf } from './support.ts';

const zone = (name: string) => ({ labels: { 'topology.kubernetes.io/zone': name } });
const obstacles = (e: Explanation, name: string) =>
  e.nearest.find((n) => n.node === name)?.obstacles.map((o) => renderMessage(o.message));

describe('reasons in a condition', () => {
  test('are read back from its text, commas and PostFilter’s part left aside', () => {
    const text =
      "0/5 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 node declared features check failed - unsatisfied requirements: a, b, 2 Insufficient cpu. no new claims to deallocate, preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.";
    expect(reasonsIn(text)).toEqual([
      { reason: "node(s) didn't match Pod's node affinity/selector", nodes: 1 },
      { reason: 'node declared features check failed - unsatisfied requirements: a, b', nodes: 2 },
      { reason: 'Insufficient cpu', nodes: 2 },
    ]);
    expect(reasonsIn('0/3 nodes are available: persistentvolumeclaim "x" not found. not found')).toEqual([]);
    expect(reasonsIn('running "P" filter plugin: no')).toEqual([]);
  });

  test('change from one attempt to the next', () => {
    const before = reasonsIn('0/3 nodes are available: 1 Too many pods, 2 Insufficient cpu.');
    const now = reasonsIn('0/3 nodes are available: 1 Insufficient memory, 2 Insufficient cpu.');
    expect(changesOf(before, now)).toEqual([
      { reason: 'Insufficient memory', before: 0, now: 1 },
      { reason: 'Too many pods', before: 1, now: 0 },
    ]);
  });
});

describe('why here', () => {
  test('the funnel, the matrix, the runner-up and what the margin is made of', () => {
    const snapshot = snapshotOf(
      [
        node('full', { cpu: '1' }),
        node('tainted', {}, { spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] } }),
        node('busy', {}),
        node('idle', {}),
      ],
      [on('full', pod({ cpu: '900m' })), on('busy', pod({ cpu: '2', memory: '8Gi' }))],
    );
    const e = explain(questionOf(snapshot, pod({ cpu: '500m' })));
    expect(e.result).toBe('scheduled');
    expect(e.funnel.map((s) => [s.point, s.plugin, s.removed, s.left])).toEqual([
      ['nodes', '', 0, 4],
      ['filter', 'NodeUnschedulable', 0, 4],
      ['filter', 'NodeName', 0, 4],
      ['filter', 'TaintToleration', 1, 3],
      ['filter', 'NodeResourcesFit', 1, 2],
      ['feasible', '', 0, 2],
    ]);
    expect(e.matrix.rows.map((r) => [r.node, r.verdict, r.failedBy])).toEqual([
      ['idle', 'feasible', ''],
      ['busy', 'feasible', ''],
      ['full', 'filtered', 'NodeResourcesFit'],
      ['tainted', 'filtered', 'TaintToleration'],
    ]);
    const [idle, busy] = e.matrix.rows;
    const weighted = (row: typeof idle) =>
      row.normalized.reduce((sum, n, i) => sum + n * e.matrix.columns[i].weight, 0);
    expect([weighted(idle), weighted(busy)]).toEqual([idle.total, busy.total]);
    expect(e.choice).toMatchObject({ how: 'scored', node: 'idle', runnerUp: 'busy', margin: idle.total - busy.total });
    const points = e.choice?.differences.reduce((sum, d) => sum + d.points, 0);
    expect(points).toBe(e.choice?.margin);
    expect(explanationText(e)).toContain('runner-up is busy');
  });

  test('a tie names how many and which was drawn', () => {
    const snapshot = snapshotOf([node('a'), node('b'), node('c')], []);
    const question = questionOf(snapshot, pod({ cpu: '1' }));
    const e = explain({ ...question, options: { ...question.options, chooseBest: () => 2 } });
    expect(e.choice).toMatchObject({ node: 'c', best: ['a', 'b', 'c'], drawn: 2, margin: 0 });
    expect(e.choice?.messages.map((m) => m.id)).toContain('sched.choice.tie');
    expect(e.matrix.rows[0].node).toBe('c');
  });

  test('states what the search left out', () => {
    const nodes = Array.from({ length: 400 }, (_, i) => node(`n${i}`));
    const e = explain(questionOf(snapshotOf(nodes, []), pod({ cpu: '1' })), { node: 'n399' });
    expect(e.nodes).toMatchObject({ total: 400, evaluated: 188, feasible: 188, wanted: 188 });
    expect(e.funnel.find((s) => s.point === 'sampling')).toMatchObject({ removed: 212, left: 188 });
    expect(e.matrix.rows.find((r) => r.node === 'n399')?.verdict).toBe('skipped');
    expect(e.whyNot).toMatchObject({ verdict: 'skipped', obstacles: [] });
    expect(e.whyNot?.total).toBe(e.whyNot?.chosenTotal);
  });

  test('the only node that fits is not scored', () => {
    const snapshot = snapshotOf([node('a'), node('b', { cpu: '1' })], []);
    const e = explain(questionOf(snapshot, pod({ cpu: '2' })));
    expect(e.choice).toMatchObject({ how: 'only', node: 'a' });
    expect(e.matrix.columns).toEqual([]);
  });
});

describe('why pending', () => {
  const labelSelector = { matchLabels: { app: 'x' } };
  const labels = { app: 'x' };

  test('by how much each node fails, nearest first', () => {
    const snapshot = snapshotOf(
      [node('small', { cpu: '1' }), node('near', {}), node('cordoned', {}, { spec: { unschedulable: true } })],
      [on('near', pod({ cpu: '2500m' })), on('cordoned', pod({ cpu: '3' }))],
    );
    const e = explain(questionOf(snapshot, pod({ cpu: '2', memory: '1Gi' })));
    expect(e.nearest.map((n) => n.node)).toEqual(['near', 'small', 'cordoned']);
    expect(obstacles(e, 'near')).toEqual(['asks for 2 cpu, 1500m of 4 is free: 500m short']);
    expect(obstacles(e, 'small')).toEqual(['asks for 2 cpu, the node has 1 in all: 1 short']);
    expect(obstacles(e, 'cordoned')).toEqual([
      'is cordoned (spec.unschedulable)',
      'asks for 2 cpu, 1 of 4 is free: 1 short',
    ]);
    expect(e.groups.map((g) => [g.plugin, g.code, g.count])).toEqual([
      ['NodeResourcesFit', 'Unschedulable', 1],
      ['NodeResourcesFit', 'UnschedulableAndUnresolvable', 1],
      ['NodeUnschedulable', 'UnschedulableAndUnresolvable', 1],
    ]);
  });

  test('taints, labels, expressions and ports', () => {
    const snapshot = snapshotOf(
      [
        node('a', {}, { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } }),
        node('b', {}, { labels: { disk: 'hdd' } }),
      ],
      [on('b', pod([{ name: 'c', ports: [{ hostPort: 80 }] }], { name: 'web' }))],
    );
    const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'size', operator: 'Gt', values: ['3'] }] }] };
    const incoming = pod([{ name: 'c', ports: [{ hostPort: 80 }] }], {
      nodeSelector: { disk: 'ssd' },
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
    });
    const e = explain(questionOf(snapshot, incoming));
    expect(obstacles(e, 'a')).toEqual([
      'has the taint gpu=yes:NoSchedule, which the pod does not tolerate',
      'lacks label disk=ssd',
      'does not meet size Gt (3) (there is no such label)',
    ]);
    expect(obstacles(e, 'b')).toEqual([
      'has label disk=hdd, the pod asks for ssd',
      'does not meet size Gt (3) (there is no such label)',
      'host port 80/TCP is taken by a/web',
    ]);
  });

  test('skew, and pods to be near to or away from', () => {
    const snapshot = snapshotOf(
      [node('a1', {}, zone('a')), node('b1', {}, zone('b')), node('nowhere')],
      [on('a1', pod({}, { labels, name: 'one' })), on('a1', pod({}, { labels, name: 'two' }))],
    );
    const key = 'topology.kubernetes.io/zone';
    const term = (app: string) => ({ labelSelector: { matchLabels: { app } }, topologyKey: key });
    const spread = { maxSkew: 1, topologyKey: key, whenUnsatisfiable: 'DoNotSchedule', labelSelector };
    const away = { requiredDuringSchedulingIgnoredDuringExecution: [term('x')] };
    const near = { requiredDuringSchedulingIgnoredDuringExecution: [term('missing')] };
    const e = explain(
      questionOf(
        snapshot,
        pod(
          {},
          {
            labels,
            topologySpreadConstraints: [spread],
            affinity: { podAntiAffinity: away, podAffinity: near },
          },
        ),
      ),
    );
    expect(obstacles(e, 'a1')).toEqual([
      `${key}=a has 2 matching pods, the least of all domains 0: a skew of 3, allowed 1`,
      `no pod that the pod wants to be near is in ${key}=a`,
      `${key}=a has 2 pods that the pod must be away from, such as a/one`,
    ]);
    expect(obstacles(e, 'b1')).toEqual([`no pod that the pod wants to be near is in ${key}=b`]);
    expect(obstacles(e, 'nowhere')).toEqual([
      `lacks label ${key}, which a topology spread constraint needs`,
      `lacks label ${key}, which pod affinity needs`,
    ]);
  });

  test('a restriction and a rejection by PreFilter', () => {
    const pinned = (names: string[]) => ({
      nodeSelectorTerms: names.map((n) => ({
        matchFields: [{ key: 'metadata.name', operator: 'In', values: [n] }],
      })),
    });
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: pinned(['a']) };
    const snapshot = snapshotOf([node('a', { cpu: '1' }), node('b'), node('c')], []);
    const e = explain(questionOf(snapshot, pod({ cpu: '2' }, { affinity: { nodeAffinity } })), { node: 'b' });
    expect(e.funnel.find((s) => s.point === 'preFilter')).toMatchObject({
      plugin: 'NodeAffinity',
      removed: 2,
      left: 1,
    });
    expect(e.whyNot).toMatchObject({ verdict: 'outside' });
    expect(e.groups.reduce((n, g) => n + g.count, 0)).toBe(3);
    const claim = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'gone' } }] };
    const rejected = explain(questionOf(snapshot, pod({}, claim)));
    expect(rejected.funnel.map((s) => s.left)).toEqual([3, 0, 0]);
    expect(rejected.groups).toMatchObject([{ count: 3, reasons: ['persistentvolumeclaim "gone" not found'] }]);
  });

  test('preemption: who is chosen, and why the others are not', () => {
    const victim = (name: string, priority: number) => pod({ cpu: '3' }, { name, priority });
    const snapshot = snapshotOf(
      [node('low'), node('high'), node('two'), node('same')],
      [
        on('low', victim('l', 1)),
        on('high', victim('h', 5)),
        on('two', pod({ cpu: '2' }, { name: 't1', priority: 1 })),
        on('two', pod({ cpu: '2' }, { name: 't2', priority: 1 })),
        on('same', victim('s', 10)),
      ],
    );
    const e = explain(questionOf(snapshot, pod({ cpu: '3' }, { priority: 10 })));
    expect(e.preemption).toMatchObject({ outcome: 'nominated', node: 'low' });
    expect(e.preemption?.candidates.map((c) => [c.node, c.lostBy?.id])).toEqual([
      ['low', undefined],
      ['high', 'sched.preempt.lostPriority'],
      ['two', 'sched.preempt.lostCount'],
    ]);
    expect(e.preemption?.failed).toEqual([{ reason: 'No preemption victims found for incoming pod', nodes: 1 }]);
    const never = explain(questionOf(snapshot, pod({ cpu: '3' }, { priority: 10, preemptionPolicy: 'Never' })));
    expect(never.preemption?.messages.map((m) => m.id)).toEqual(['sched.preempt.never']);
    const useless = explain(questionOf(snapshot, pod({ cpu: '30' }, { priority: 10 })));
    expect(useless.preemption?.outcome).toBe('notHelpful');
  });
});

describe('why not a node', () => {
  const snapshot = snapshotOf(
    [node('best'), node('twin'), node('busy'), node('full', { cpu: '500m' })],
    [on('busy', pod({ cpu: '2' }))],
  );
  const question = questionOf(snapshot, pod({ cpu: '1' }));

  test.each([
    ['best', 'chosen'],
    ['twin', 'tied'],
    ['busy', 'outscored'],
    ['full', 'filtered'],
  ])('%s: %s', (name, verdict) => {
    const { whyNot } = explain(question, { node: name });
    expect(whyNot?.verdict).toBe(verdict);
    expect(whyNot?.messages.length).toBe(1);
    if (verdict === 'outscored') expect(whyNot?.total).toBeLessThan(whyNot?.chosenTotal ?? 0);
    if (verdict === 'filtered') expect(whyNot?.obstacles).toHaveLength(1);
  });

  test('that the snapshot does not have is an error', () => {
    expect(() => explain(question, { node: 'nowhere' })).toThrow(/noSuchNode/);
  });
});

describe('what if', () => {
  test('a node like one that is full takes the pod; one that is too small does not', () => {
    const snapshot = snapshotOf(
      [node('full', { cpu: '2' }, { spec: { unschedulable: true } }), node('tiny', { cpu: '1' })],
      [on('full', pod({ cpu: '2' }))],
    );
    const question = questionOf(snapshot, pod({ cpu: '2' }));
    expect(explain(question, { whatIf: { like: 'full', count: 1 } }).whatIf).toMatchObject({
      result: 'scheduled',
      node: 'full-new-1',
      isNewNode: true,
    });
    const { whatIf } = explain(question, { whatIf: { like: 'tiny', count: 3 } });
    expect(whatIf).toMatchObject({ result: 'unschedulable', node: '' });
    expect(whatIf?.message).toContain('0/5 nodes are available');
  });
});

describe('the smallest flip', () => {
  test('is printed as a patch of the object', () => {
    const taints = [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }];
    const snapshot = snapshotOf([node('a', {}, { spec: { taints } })], []);
    const { flip } = explain(questionOf(snapshot, pod({ cpu: '1' })), { flip: true });
    expect(flip).toMatchObject({ found: true, node: 'a', complete: true });
    expect(flip?.changes.map((c) => renderMessage(c.message))).toEqual(['remove the taint gpu=yes:NoSchedule from a']);
    expect(flip?.patches).toEqual([{ target: 'node', name: 'a', patch: '{"spec":{"taints":[]}}' }]);
  });

  test('of a weight is a piece of a profile', () => {
    const image = (sizeBytes: number) => ({ images: [{ names: ['none:latest'], sizeBytes }] });
    const snapshot = snapshotOf(
      [node('has-image', {}, image(600 * 1024 * 1024)), node('idle')],
      [on('has-image', pod({ cpu: '2', memory: '2Gi' }))],
    );
    const question = questionOf(snapshot, pod({ cpu: '1', memory: '8Gi' }));
    const { flip } = explain(question, { flip: { percents: [] }, node: 'has-image' });
    expect(flip?.found).toBe(true);
    expect(flip?.changes).toHaveLength(1);
    if (flip?.changes[0].target === 'profile')
      expect(JSON.parse(flip.patches[0].patch).profiles[0].plugins.score.enabled).toHaveLength(1);
  });
});

describe('texts', () => {
  test.each([
    ['cpu', 1500, '1500m'],
    ['cpu', 2000, '2'],
    ['memory', 512 * 1024 * 1024, '512Mi'],
    ['memory', 1.5 * 1024 * 1024 * 1024, '1.5Gi'],
    ['nvidia.com/gpu', 4, '4'],
  ])('%s %d is %s', (resource, amount, text) => {
    expect(amountText(resource, amount)).toBe(text);
  });

  test('say one and many', () => {
    const text = (nodes: number) => renderMessage({ id: 'sched.funnel.feasible', params: { nodes } });
    expect([text(1), text(2)]).toEqual(['1 node fits', '2 nodes fit']);
  });
});
