import type { Version, WatchEntry } from '../contracts/index.ts';
import { type Checker, label, type Scene } from './checker.ts';

/**
 * W3 from end to end: an entry that reaches an informer tells of the version before it, and that is the one which the informer
 * holds. Anything else means that an event was lost, doubled or reordered on its way.
 */
export function informersFollow(): Checker {
  return {
    id: 'W3',
    name: 'informer-misses-nothing',
    delivered(scene: Scene, resource: string, { before, now, rv }: WatchEntry, held: Version | undefined) {
      if (before?.rv === held?.rv) return;
      const object = label(resource, now.object);
      if (before === undefined)
        scene.report(
          object,
          `created at ${rv}, but the informer still holds revision ${held?.rv}: a deletion was missed`,
        );
      else if (held === undefined) scene.report(object, `changed at ${rv}, but the informer does not know it`);
      else scene.report(object, `the change at ${rv} follows revision ${before.rv}, the informer holds ${held.rv}`);
    },
  };
}
