import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadScenario } from '../../../sim-core/index.ts';
import type { OpenRun } from '../../../web/worker/openRun.ts';
import { schedulingQueries } from '../../../web/worker/queries/scheduling.ts';
import { Runner } from '../../../web/worker/runner.ts';
import type { Task } from '../../../web/worker/task.ts';

const data = path.resolve(import.meta.dirname, '../../e2e/data');

async function run(): Promise<Runner> {
  const files = new Map(['pending.yaml', 'heavy.yaml'].map((name) => [name, readFileSync(path.join(data, name))]));
  const bundle = { entry: 'pending.yaml', files };
  const { scenario } = loadScenario(bundle, {});
  if (scenario === undefined) throw new Error('the scenario does not load');
  const runner = Runner.begin(scenario, { bundle, plain: [] }, []);
  await runner.execute(
    () => false,
    () => {},
  );
  return runner;
}

const taskOf = (openRun: OpenRun) => ({ run: openRun, pause: async () => {}, isDue: false }) as unknown as Task;

test('asking about decisions leaves the run as it is, and the answers are those of the records', async () => {
  const runner = await run();
  const digest = runner.run.end?.digest;
  const task = taskOf(runner.run);
  const list = await schedulingQueries.pods(task, { timeUs: 180e6, text: '' });
  expect([list.total, list.waiting]).toEqual([4, 1]);
  const [waiting] = list.pods;
  expect(waiting.isScheduled).toBe(false);

  const attempts = await schedulingQueries.attempts(task, waiting.pod);
  expect(attempts[0]).toMatchObject({ number: 1, result: 'unschedulable' });
  const asked = { pod: waiting.pod, number: 1, timeUs: attempts[0].timeUs };
  const answer = await schedulingQueries.explain(task, { ...asked, node: 'small-1', rows: 10 });
  if ('problem' in answer) throw new Error(answer.problem);
  const { explanation } = answer;
  expect(explanation.verified).toBe(true);
  expect(explanation.message).toBe(attempts[0].message);
  expect(explanation.groups.reduce((n, g) => n + g.count, 0)).toBe(4);
  expect(explanation.whyNot?.verdict).toBe('filtered');

  const like = explanation.nearest.map((n) => n.node);
  const fixes = await schedulingQueries.fixes(task, { ...asked, node: '', like, nodes: 4 });
  if ('problem' in fixes) throw new Error(fixes.problem);
  expect(fixes[0].actions.length).toBeGreaterThan(0);
  expect(fixes.some((f) => f.whatIf?.result === 'scheduled')).toBe(true);

  expect(await schedulingQueries.explain(task, { ...asked, number: 99, node: '', rows: 1 })).toEqual({
    problem: 'noSuchAttempt',
  });
  expect(await schedulingQueries.explain(task, { ...asked, node: 'nowhere', rows: 1 })).toEqual({
    problem: 'noSuchNode',
  });

  // Back at the end nothing shows that somebody asked.
  const { session } = runner;
  session.seek(session.endUs).finish();
  expect(session.cluster.world.digest()).toBe(digest);
}, 60_000);
