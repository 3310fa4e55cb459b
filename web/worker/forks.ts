import type { TimelineAction } from '../../sim-core/index.ts';
import type { BranchFact, JoinedEntry, KeptFork, RunUpdate } from '../model/protocol.ts';
import type { OpenRun } from './openRun.ts';
import type { Runner } from './runner.ts';
import { Task } from './task.ts';
import type { Moment } from './traveller.ts';

/** A run and its forks: those that were run here, and those that are known from before and can be made again. */
export class Forks {
  private readonly runners = new Map<string, Runner>();
  private readonly made = new Map<string, KeptFork>();

  constructor(root: Runner) {
    this.runners.set(root.id, root);
  }

  get all(): readonly Runner[] {
    return [...this.runners.values()];
  }

  of(run: OpenRun | undefined): Runner | undefined {
    return this.all.find((runner) => runner.run === run);
  }

  get(id: string): Runner | undefined {
    return this.runners.get(id);
  }

  has(runner: Runner): boolean {
    return this.runners.get(runner.id) === runner;
  }

  /** Takes forks of the same run from before; they run when they are wanted. */
  keep(forks: readonly KeptFork[]): void {
    for (const fork of forks) if (!this.made.has(fork.id)) this.made.set(fork.id, fork);
  }

  /** How each fork can be made again, parents first. */
  get kept(): readonly KeptFork[] {
    return [...this.made.values()].sort((a, b) => (byNumbers(a.id, b.id) ? -1 : 1));
  }

  facts(shown: OpenRun | undefined): BranchFact[] {
    const [root] = this.all;
    const facts = this.kept.map(({ id, title, parent, moment }): BranchFact => {
      const runner = this.runners.get(id);
      return {
        id,
        title,
        parent,
        fromUs: moment.timeUs,
        isShown: runner !== undefined && runner.run === shown,
        isKept: runner === undefined,
      };
    });
    const title = root.session.branch.title;
    return [{ id: root.id, title, parent: '', fromUs: 0, isShown: root.run === shown, isKept: false }, ...facts];
  }

  /** A fork of a run from a moment. Throws what is wrong with the actions. */
  async make(
    parent: Runner,
    moment: Moment,
    actions: readonly (TimelineAction | JoinedEntry)[],
    title: string,
    id = this.freeId(parent.id),
  ): Promise<Runner> {
    const fork = await parent.traveller.exclusive(async () => {
      await parent.traveller.moveTo(new Task(parent.run, () => false), moment);
      return parent.fork(id, { title, actions });
    });
    // What joined before is the parents'.
    const { timeUs } = fork.session.branch.from;
    const own = fork.session.entries.filter(({ atUs }) => atUs > timeUs);
    this.runners.set(id, fork);
    this.made.set(id, {
      id,
      title,
      parent: parent.id,
      moment,
      actions: own.map(({ atUs, action }) => ({ atUs, action })),
    });
    return fork;
  }

  /** Makes a fork from before again: its parents run as far as it needs. undefined = there is none, or nobody wants it any more. */
  async restore(
    id: string,
    isCancelled: () => boolean,
    onUpdate: (update: RunUpdate) => void,
  ): Promise<Runner | undefined> {
    const known = this.runners.get(id);
    const fork = this.made.get(id);
    if (known !== undefined || fork === undefined) return known;
    const parent = await this.restore(fork.parent, isCancelled, onUpdate);
    if (parent === undefined) return undefined;
    const atUs = Math.floor(fork.moment.timeUs);
    if (parent.run.nowUs < atUs) await parent.execute(isCancelled, onUpdate, atUs);
    if (isCancelled()) return undefined;
    return this.make(parent, fork.moment, fork.actions, fork.title, id);
  }

  /** Gives up a fork and those that left it. */
  drop(id: string): void {
    const isOf = (other: string) => other === id || other.startsWith(`${id}.`);
    for (const other of [...this.runners.keys()]) if (isOf(other)) this.runners.delete(other);
    for (const other of [...this.made.keys()]) if (isOf(other)) this.made.delete(other);
  }

  private freeId(parent: string): string {
    for (let n = 1; ; n++) {
      const id = `${parent}.${n}`;
      if (!this.runners.has(id) && !this.made.has(id)) return id;
    }
  }
}

/** `0.2` before `0.10`, and parents before their forks. */
function byNumbers(a: string, b: string): boolean {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i] < y[i];
  return x.length < y.length;
}
