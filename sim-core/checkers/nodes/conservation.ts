import type { Cell, Containers } from '../../contracts/index.ts';
import type { Checker, Commit, Scene } from '../checker.ts';

interface Counts {
  readonly created: number;
  readonly deleted: number;
}

/** N16: every pod that was created is there or was deleted, and in exactly one phase. */
export function podsAreConserved(): Checker {
  let counts!: Cell<Counts>;
  return {
    id: 'N16',
    name: 'pods-conserved',
    resources: ['pods'],
    init(c: Containers) {
      counts = c.cell<Counts>('N16/counts', { created: 0, deleted: 0 });
    },
    commit(_scene: Scene, { before, deleted }: Commit) {
      if (before !== undefined && !deleted) return;
      const { created, deleted: gone } = counts.get();
      counts.set(deleted ? { created, deleted: gone + 1 } : { created: created + 1, deleted: gone });
    },
    quiet(scene: Scene) {
      const { created, deleted } = counts.get();
      const live = scene.list('pods').length;
      if (created !== live + deleted)
        scene.report('pods', `${created} were created, ${deleted} deleted, ${live} are there`);
    },
  };
}
