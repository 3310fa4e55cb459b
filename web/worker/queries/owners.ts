import { RecordKind, type TraceRecord } from '../../../sim-core/index.ts';
import { Chains, words } from '../../model/columns.ts';
import type { Track, TrackKey } from '../openRun.ts';

/** Who controls whom, from the records. */
export class Owners implements Track {
  /** By ObjId; 0 = nobody. */
  private readonly owner = words();
  private readonly owned = new Chains();

  add(r: TraceRecord): void {
    if (r.kind !== RecordKind.owner || this.owner.at(r.obj) === r.a) return;
    this.owner.put(r.obj, r.a);
    this.owned.add(r.a, r.obj);
  }

  /** undefined = nobody controls it. */
  ownerOf(obj: number): number | undefined {
    const owner = this.owner.at(obj);
    return owner === 0 ? undefined : owner;
  }

  /** What it came to control, in that order. */
  ownedBy(owner: number): readonly number[] {
    return this.owned.of(owner);
  }

  /** The controlled object with a path. */
  find(path: string, nameOf: (obj: number) => string): number | undefined {
    for (let obj = 0; obj < this.owner.size; obj++) if (this.owner.at(obj) !== 0 && nameOf(obj) === path) return obj;
    return undefined;
  }
}

export const OWNERS: TrackKey<Owners> = { make: () => new Owners() };

/** The outermost controller of an object; undefined = nobody controls it. */
export function rootOf(owners: Owners, obj: number): number | undefined {
  let root = owners.ownerOf(obj);
  for (let depth = 0; root !== undefined && depth < 8; depth++) {
    const next = owners.ownerOf(root);
    if (next === undefined) break;
    root = next;
  }
  return root;
}
