import path from 'node:path';
import { expect, test } from 'vitest';
import gang from '../../../examples/plugins/gang.ts';
import { attemptsOf, buildCluster, explainAttempt, Rewinder, recordsOfRun } from '../../../sim-core/index.ts';
import { filesOf, loaded, ROOT } from '../support/scenarios.ts';

test('a pod that Permit turned away after a wait is explained by the cycle that found its node', () => {
  const plugins = [{ definition: gang, file: 'gang.ts', hash: '' }];
  const files = filesOf(path.join(ROOT, 'examples/plugins'));
  const cluster = buildCluster(loaded({ entry: 'gangs.yaml', files }, { plugins }), { plugins, keepRecords: true });
  const travel = new Rewinder(cluster);
  cluster.world.runUntil({ timeUs: 60e6 });
  const { source, names } = recordsOfRun(cluster.world);
  const pods = cluster.truth.list(cluster.world, 'pods').map((v) => v.object.metadata.name ?? '');
  const found = pods
    .map((name) => ({ namespace: 'default', name }))
    .map((pod) => ({ pod, turnedAway: attemptsOf(source, names, pod).find((a) => a.found !== undefined) }))
    .find(({ turnedAway }) => turnedAway !== undefined);
  expect(found?.turnedAway?.result).toBe('unschedulable');
  expect(found?.turnedAway?.found?.result).toBe('scheduled');
  if (found?.turnedAway === undefined) return;
  const explanation = explainAttempt(travel, found.pod, found.turnedAway);
  expect(explanation.node).toBe(found.turnedAway.found?.node);
  expect(explanation.waiting).toBeDefined();
});
