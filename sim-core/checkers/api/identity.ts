import type { Containers, IntMap, KeyIndex } from '../../contracts/index.ts';
import { type Checker, type Commit, label, type Scene } from '../checker.ts';

/** Objects that come and go in masses, whose uids nobody refers to. */
const FLEETING: readonly string[] = ['events', 'events.events.k8s.io', 'leases.coordination.k8s.io'];

/** A3: a uid is never used again; uid, creationTimestamp, name and namespace never change. */
export function identityIsFixed(): Checker {
  let uids!: KeyIndex;
  return {
    id: 'A3',
    name: 'identity-is-fixed',
    init(c: Containers) {
      uids = c.keyIndex('A3/uids');
    },
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      const meta = now.object.metadata;
      if (before === undefined) {
        if (deleted || meta.uid === undefined || FLEETING.includes(resource)) return;
        if (uids.find(meta.uid) !== undefined)
          scene.report(label(resource, now.object), `uid ${meta.uid} is used again`);
        uids.id(meta.uid);
        return;
      }
      const old = before.object.metadata;
      if (old === meta) return;
      for (const field of ['uid', 'creationTimestamp', 'name', 'namespace'] as const)
        if (old[field] !== meta[field])
          scene.report(label(resource, now.object), `${field} changed from ${old[field]} to ${meta[field]}`);
    },
  };
}

/** A5: one live object a name. N16 for all kinds: what is deleted was there. */
export function namesAreUnique(): Checker {
  let live!: IntMap;
  return {
    id: 'A5',
    name: 'one-object-a-name',
    init(c: Containers) {
      live = c.intMap('A5/live');
    },
    commit(scene: Scene, { resource, obj, now, before, deleted }: Commit) {
      if (deleted) {
        if (!live.delete(obj)) scene.report(label(resource, now.object), 'deleted, but it was not there');
      } else if (before === undefined) {
        if (live.has(obj)) scene.report(label(resource, now.object), 'created, but the name is taken');
        live.set(obj, now.rv);
      } else if (!live.has(obj)) scene.report(label(resource, now.object), 'changed, but it was not there');
    },
  };
}
