import { RecordKind, type TraceRecord } from '../../../sim-core/index.ts';
import type { Track, TrackKey } from '../openRun.ts';

/** Who controls whom, from the records. */
class Owners implements Track {
  readonly ownerOf = new Map<number, number>();
  readonly children = new Map<number, number[]>();

  add(r: TraceRecord): void {
    if (r.kind !== RecordKind.owner || this.ownerOf.get(r.obj) === r.a) return;
    this.ownerOf.set(r.obj, r.a);
    const list = this.children.get(r.a);
    if (list === undefined) this.children.set(r.a, [r.obj]);
    else list.push(r.obj);
  }

  find(path: string, nameOf: (obj: number) => string): number | undefined {
    for (const obj of this.ownerOf.keys()) if (nameOf(obj) === path) return obj;
    return undefined;
  }
}

export const OWNERS: TrackKey<Owners> = { make: () => new Owners() };

/** The outermost controller of an object; undefined = nobody controls it. */
export function rootOf(ownerOf: ReadonlyMap<number, number>, obj: number): number | undefined {
  let root = ownerOf.get(obj);
  for (let depth = 0; root !== undefined && depth < 8; depth++) {
    const next = ownerOf.get(root);
    if (next === undefined) break;
    root = next;
  }
  return root;
}
