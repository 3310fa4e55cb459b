import type { Containers, IntMap } from '../../contracts/index.ts';
import { type Checker, type Commit, label, type Scene, type Written } from '../checker.ts';

/** A1: the resourceVersion of an object grows with each change, and nothing is written that changes nothing. */
export function resourceVersionsGrow(): Checker {
  return {
    id: 'A1',
    name: 'resource-version-grows',
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      if (now.object.metadata.resourceVersion !== String(now.rv))
        scene.report(label(resource, now.object), `stored at ${now.rv} as ${now.object.metadata.resourceVersion}`);
      if (before === undefined) return;
      if (now.rv <= before.rv) scene.report(label(resource, now.object), `revision ${now.rv} follows ${before.rv}`);
      if (!deleted && now.hash === before.hash)
        scene.report(label(resource, now.object), `revision ${now.rv} changed nothing`);
    },
  };
}

/** Revisions for which the version before is remembered: as long as a write can be on its way to its API server. */
const KEPT = 20_000;
const CARRY_VERSION: readonly (string | undefined)[] = [undefined, 'status', 'scale', 'finalize', 'approval', 'resize'];

/** A2: a write with a resourceVersion takes effect only on that version: of two with the same one exactly one wins. */
export function staleWritesFail(): Checker {
  let before!: IntMap;
  return {
    id: 'A2',
    name: 'stale-write-refused',
    init(c: Containers) {
      before = c.intMap('A2/before');
    },
    commit(_scene: Scene, { now, before: old }: Commit) {
      before.set(now.rv, old?.rv ?? 0);
      before.delete(now.rv - KEPT);
    },
    written(scene: Scene, { request, rv, expect, op, resource, namespace, name }: Written) {
      const replaced = before.get(rv);
      if (replaced === undefined) return;
      const object = namespace === '' ? `${resource}/${name}` : `${resource}/${namespace}/${name}`;
      if (expect !== undefined && expect !== replaced)
        scene.report(object, `a write that expected revision ${expect} replaced revision ${replaced}`);
      if (op !== 'put' || resource !== request.resource || name !== request.name) return;
      if (request.verb !== 'update' || !CARRY_VERSION.includes(request.subresource)) return;
      const asked = request.body?.metadata?.resourceVersion ?? '';
      if (asked !== '' && asked !== '0' && replaced !== 0 && asked !== String(replaced))
        scene.report(object, `an update of resourceVersion ${asked} replaced ${replaced} at ${rv}`);
    },
  };
}
