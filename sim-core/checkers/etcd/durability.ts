import type { Cell, Containers } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import type { AppliedEntry } from '../../etcd/observer.ts';
import type { Checker, Scene, Written } from '../checker.ts';

/** E3: a write that its API server was told of is in the store's history, or was compacted. */
export function acknowledgedStays(): Checker {
  return {
    id: 'E3',
    name: 'acknowledged-write-stays',
    written(scene: Scene, { rv, name, resource }: Written) {
      const store = scene.etcd?.store;
      if (store === undefined || rv <= store.compacted) return;
      if (rv > store.revision)
        scene.report(name, `acknowledged revision ${rv} is beyond the store's ${store.revision}`);
      else if (!store.changes(rv).some(({ kv }) => kv.key.endsWith(`/${name}`)))
        scene.report(name, `the acknowledged write of ${resource} at revision ${rv} is lost`);
    },
  };
}

const STALL_US = 60 * SECOND_US;

/** R2: nothing is applied that a majority does not have on disk; after faults are healed etcd makes progress again. */
export function quorumCommits(): Checker {
  let lastUs!: Cell<number>;
  return {
    id: 'R2',
    name: 'commit-needs-quorum',
    init(c: Containers) {
      lastUs = c.cell('R2/lastUs', 0);
    },
    applied(scene: Scene, { index, durable, members }: AppliedEntry) {
      lastUs.set(scene.nowUs);
      const needed = Math.floor(members / 2) + 1;
      if (durable < needed)
        scene.report('etcd', `entry ${index} was applied with ${durable} of ${members} copies on disk`);
    },
    quiet(scene: Scene) {
      if (scene.nowUs - lastUs.get() > STALL_US)
        scene.report('etcd', `no entry was applied for ${Math.floor((scene.nowUs - lastUs.get()) / SECOND_US)} s`);
    },
  };
}
