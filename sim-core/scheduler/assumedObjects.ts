import type { ApiResponse, Containers, Dict, KubeObject, Revision } from '../contracts/index.ts';
import type { Reservation, ReservedWrite } from './framework/plugin.ts';

interface Assumed {
  readonly resource: string;
  readonly object: KubeObject;
  /** The pod it was assumed for. */
  readonly uid: string;
  /** The revision of its last write; 0 while that is on its way. */
  readonly rv: Revision;
}

const keyOf = (resource: string, object: KubeObject) =>
  `${resource}|${object.metadata.namespace ?? ''}|${object.metadata.name}`;

/**
 * Volumes and claims as reservations will leave them: plugins see them like this from the choice of the node until the
 * informer has caught up with the last write. Source: plugins/volumebinding assume cache, dynamicresources dra manager.
 */
export class AssumedObjects {
  private assumed!: Dict<Assumed>;

  init(c: Containers): void {
    this.assumed = c.dict<Assumed>('assumedObjects', { volatile: true });
  }

  get isEmpty(): boolean {
    return this.assumed.size === 0;
  }

  /** The later of several writes to one object holds. */
  assume(uid: string, reservations: readonly Reservation[]): void {
    for (const { writes } of reservations)
      for (const { resource, object } of writes)
        this.assumed.set(keyOf(resource, object), { resource, object, uid, rv: 0 });
  }

  /** The object with what is assumed of it. */
  view(resource: string, object: KubeObject): KubeObject {
    return this.assumed.get(keyOf(resource, object))?.object ?? object;
  }

  /** A write was accepted: once the informer shows this revision, the assumption has done its work. */
  written(write: ReservedWrite, isLast: boolean, answer: ApiResponse, seen: Revision): void {
    const key = keyOf(write.resource, write.object);
    const known = this.assumed.get(key);
    const rv = answer.version?.rv ?? answer.rv;
    if (known === undefined || !isLast) return;
    if (seen >= rv) this.assumed.delete(key);
    else this.assumed.set(key, { ...known, rv });
  }

  /** The informer shows a version of the object. */
  seen(resource: string, object: KubeObject, rv: Revision, isGone: boolean): void {
    if (this.isEmpty) return;
    const key = keyOf(resource, object);
    const known = this.assumed.get(key);
    if (known !== undefined && (isGone || (known.rv > 0 && rv >= known.rv))) this.assumed.delete(key);
  }

  /** Unreserve: nothing is assumed for the pod any more. */
  forget(uid: string): void {
    for (const key of [...this.assumed.keys()]) if (this.assumed.get(key)?.uid === uid) this.assumed.delete(key);
  }
}
