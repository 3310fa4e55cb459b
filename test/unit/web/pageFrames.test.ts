import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { loadScenario } from '../../../sim-core/index.ts';
import type { RunFrame } from '../../../web/model/frame.ts';
import { FrameKeeper } from '../../../web/model/frameKeeper.ts';
import type { Outcome, RunUpdate } from '../../../web/model/protocol.ts';
import { Forks } from '../../../web/worker/forks.ts';
import { timelineQueries } from '../../../web/worker/queries/timeline.ts';
import { Runner } from '../../../web/worker/runner.ts';
import { RunScan } from '../../../web/worker/scan.ts';
import { Task } from '../../../web/worker/task.ts';
import { shown } from './shownFrame.ts';

const data = path.resolve(import.meta.dirname, '../../e2e/data');
const files = new Map(['small.yaml', 'app.yaml'].map((f) => [f, new Uint8Array(readFileSync(path.join(data, f)))]));
const bundle = { entry: 'small.yaml', files };

/** What a page holds of the runs that it shows one after the other. */
class Page {
  private keeper = new FrameKeeper();
  private frame: RunFrame | undefined;
  private commands = 0;
  parts = 0;

  take({ frame, marks }: RunUpdate): void {
    if (frame.full) {
      this.keeper = new FrameKeeper();
      this.commands = 0;
    } else this.parts++;
    this.frame = this.keeper.take(frame);
    this.commands += marks.commands.length;
  }

  finish(outcome: Outcome): void {
    if (outcome.ok) this.take(outcome.update);
  }

  /** Against the records of a run, read from the start. */
  check({ run }: Runner): void {
    const frame = this.frame as RunFrame;
    const scan = new RunScan(run.names, run.untilUs);
    for (let i = 0; i < run.records.size; i++) scan.add(run.records.at(i));
    expect(shown(frame)).toEqual(shown(scan.pack(frame.endUs, run.untilUs)));
    expect(this.commands).toBe(scan.commands.length);
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

test('what a page shows is the run, however it was stopped, forked and shown again', { timeout: 120_000 }, async () => {
  const { scenario } = loadScenario(bundle);
  if (scenario === undefined) throw new Error('no scenario');
  // Time runs fast, so that updates come often.
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() * 8);
  const root = Runner.begin(scenario, { bundle, plain: [] }, []);
  const forks = new Forks(root);
  const page = new Page();
  /** Until so many updates came; between them views ask, and move the session. */
  const go = async (runner: Runner, updates: number): Promise<void> => {
    const task = () => new Task(runner.run, () => false);
    let n = 0;
    const onUpdate = async (update: RunUpdate): Promise<void> => {
      page.take(update);
      n++;
      if (n % 8 === 1) page.check(runner);
      if (n % 3 === 1) await timelineQueries.find(task(), 'app');
      if (n % 5 === 1) runner.run.scan.pack(update.nowUs, runner.run.untilUs);
      if (n % 4 === 1) await runner.traveller.at(task(), { timeUs: update.nowUs / 3 }, () => 0);
    };
    page.finish(await runner.execute(() => n >= updates, onUpdate));
    page.check(runner);
  };
  await go(root, 5);
  await go(root, 9);
  // A pointer may stand within a µs.
  const kubectl = { do: 'kubectl', command: 'scale deployment/app --replicas=9', files: [] } as const;
  const fork = await forks.make(root, { timeUs: Math.floor(root.run.nowUs / 2) + 0.5 }, [kubectl], 'more');
  await go(fork, 6);
  page.finish(await root.traveller.exclusive(() => root.finish(true, undefined)));
  page.check(root);
  // One is being stopped while the next one begins.
  let isStopped = false;
  const other = fork.execute(
    () => isStopped,
    () => {
      isStopped = true;
    },
  );
  await Promise.all([other, go(fork, Number.POSITIVE_INFINITY)]);
  await go(root, Number.POSITIVE_INFINITY);
  expect([root, fork].map(({ run }) => run.nowUs)).toEqual([root.run.untilUs, fork.run.untilUs]);
  expect(page.parts).toBeGreaterThan(5);
});
