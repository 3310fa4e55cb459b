import { expect, test } from 'vitest';
import { oneMore, withoutNodes } from '../../../web/worker/queries/nodePools.ts';
import { bundleOf, loaded } from '../support/scenarios.ts';

const SCENARIO = `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: { name: pools }
spec:
  duration: 5m
  nodePools: [{ name: node, count: 4, machine: m5.large }]
  timeline:
    - { at: 60s, scale: { nodePool: node, count: 3, remove: [node-1] } }
`;

const NODES = ['node-0', 'node-1', 'node-2', 'node-3', 'mine'];

/** A run that shows these Nodes: that of a machine that went stays until the cloud-controller-manager deletes it. */
const run = {
  scenario: loaded(bundleOf(SCENARIO, {})),
  names: { object: (obj: number) => `nodes/${NODES[obj]}` },
  objects: {
    objects: () => NODES.keys(),
    at: (obj: number) => ({
      object: { metadata: { labels: NODES[obj] === 'mine' ? {} : { 'orrery.dev/pool': 'node' } } },
    }),
  },
} as unknown as Parameters<typeof withoutNodes>[0];

test('nodes are taken out of their pool by name', () => {
  expect(withoutNodes(run, ['node-0', 'mine', 'node-3'], 50e6)).toEqual([
    { do: 'scale', nodePool: 'node', count: 2, remove: ['node-0', 'node-3'] },
  ]);
  expect(withoutNodes(run, ['mine'], 50e6)).toEqual([]);
});

test('for a node whose machine is gone already no other machine goes', () => {
  expect(withoutNodes(run, ['node-1'], 70e6)).toEqual([]);
  expect(withoutNodes(run, ['node-1', 'node-2'], 70e6)).toEqual([
    { do: 'scale', nodePool: 'node', count: 2, remove: ['node-2'] },
  ]);
});

test('one more counts what the timeline took away', () => {
  expect(oneMore(run, 'node', 50e6)).toMatchObject({ count: 5 });
  expect(oneMore(run, 'node', 70e6)).toMatchObject({ count: 4 });
});
