import type { Containers, Dict } from '../../contracts/index.ts';
import { type Checker, type Commit, label, type Scene, type Written } from '../checker.ts';

/** The garbage collector's own, which a second delete may add or swap. */
const COLLECTORS: readonly string[] = ['foregroundDeletion', 'orphan'];

interface Gone {
  readonly object: string;
  readonly finalizers: readonly string[];
}

/**
 * A7: an object that is being deleted stays until its last finalizer is taken away, gets no new ones, and comes not back to
 * life. The update that takes the last one deletes the object in the same write, so a deletion with finalizers is judged when
 * it is known which request made it.
 */
export function finalizersHold(): Checker {
  let gone!: Dict<Gone>;
  return {
    id: 'A7',
    name: 'finalizers-hold',
    init(c: Containers) {
      gone = c.dict('A7/gone');
    },
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      const finalizers = before?.object.metadata.finalizers ?? [];
      if (deleted) {
        if (finalizers.length > 0) gone.set(String(now.rv), { object: label(resource, now.object), finalizers });
        return;
      }
      const was = before?.object.metadata;
      if (was?.deletionTimestamp === undefined) return;
      const is = now.object.metadata;
      if (is.deletionTimestamp === undefined)
        scene.report(label(resource, now.object), 'deletionTimestamp was cleared');
      for (const finalizer of is.finalizers ?? [])
        if (!finalizers.includes(finalizer) && !COLLECTORS.includes(finalizer))
          scene.report(label(resource, now.object), `finalizer ${finalizer} was added while it is being deleted`);
    },
    written(scene: Scene, { request, rv }: Written) {
      if (gone.size === 0) return;
      const last = gone.get(String(rv));
      if (last === undefined) return;
      gone.delete(String(rv));
      const emptied = request.verb === 'update' || request.verb === 'patch';
      if (!emptied)
        scene.report(last.object, `deleted by ${request.verb} with finalizers ${last.finalizers.join(', ')}`);
    },
  };
}
