import type { KubeObject, Version } from '../../sim-core/index.ts';
import { type PodFacts, podFacts } from './podFacts.ts';

/** One version of an object as it was committed. */
export interface Revision {
  readonly rv: number;
  readonly timeUs: number;
  /** The record of the write. */
  readonly record: number;
  readonly deleted: boolean;
  readonly object: KubeObject;
}

/** A version as the engine holds it: objects of many are put together only when somebody looks. */
class HeldRevision implements Revision {
  readonly timeUs: number;
  readonly deleted: boolean;
  private readonly version: Version;

  constructor(timeUs: number, version: Version, deleted: boolean) {
    this.timeUs = timeUs;
    this.version = version;
    this.deleted = deleted;
  }

  get rv(): number {
    return this.version.rv;
  }

  get record(): number {
    return this.version.record;
  }

  get object(): KubeObject {
    return this.version.object;
  }
}

/** Above this many versions no more are kept: objects of later moments are read from the cluster itself. */
const VERSIONS_MAX = 300_000;

/** Every committed version of every object, by ObjId, in the order of time. Versions share what did not change. */
export class ObjectHistory {
  private readonly ofObject = new Map<number, Revision[]>();
  private readonly ofPath = new Map<string, number>();
  private readonly traitsOf = new Map<number, PodFacts>();
  private versions = 0;
  /** Every version up to this moment is held. */
  untilUs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.versions;
  }

  /** The same up to a moment, for a fork. */
  until(timeUs: number): ObjectHistory {
    const copy = new ObjectHistory();
    if (this.untilUs < timeUs) copy.untilUs = this.untilUs;
    for (const [obj, list] of this.ofObject) {
      const kept = list.slice(0, placeAt(list, timeUs) + 1);
      if (kept.length === 0) continue;
      copy.ofObject.set(obj, kept);
      copy.versions += kept.length;
    }
    for (const [obj, facts] of this.traitsOf) copy.traitsOf.set(obj, facts);
    for (const [path, obj] of this.ofPath) if (copy.ofObject.has(obj)) copy.ofPath.set(path, obj);
    return copy;
  }

  /** An object that the run begins with; it does not count. */
  begin(version: Version, pathOf: (obj: number) => string): void {
    const { obj } = version;
    this.ofObject.set(obj, [new HeldRevision(0, version, false)]);
    this.ofPath.set(pathOf(obj), obj);
  }

  /** Commits that come again after a seek are known already. */
  add(timeUs: number, now: Version, deleted: boolean, pathOf: (obj: number) => string): void {
    const { obj, rv } = now;
    const list = this.ofObject.get(obj);
    if (list !== undefined && list[list.length - 1].rv >= rv) return;
    if (this.versions >= VERSIONS_MAX) {
      this.untilUs = Math.min(this.untilUs, timeUs - 1);
      this.keepTraits(now, pathOf);
      return;
    }
    const revision = new HeldRevision(timeUs, now, deleted);
    if (list === undefined) {
      this.ofObject.set(obj, [revision]);
      this.ofPath.set(pathOf(obj), obj);
    } else list.push(revision);
    this.versions++;
  }

  /** Of a pod that came too late for its versions to be kept, what the map needs to know. */
  private keepTraits(version: Version, pathOf: (obj: number) => string): void {
    const { obj } = version;
    if (this.ofObject.has(obj) || this.traitsOf.has(obj) || !pathOf(obj).startsWith('pods/')) return;
    this.traitsOf.set(obj, podFacts(version.object));
  }

  traits(obj: number): PodFacts | undefined {
    return this.traitsOf.get(obj);
  }

  /** ObjId of `pods/shop/web-1`. */
  find(path: string): number | undefined {
    return this.ofPath.get(path);
  }

  revisions(obj: number): readonly Revision[] {
    return this.ofObject.get(obj) ?? [];
  }

  /** The version that is stored at an instant; undefined = there is none then. */
  at(obj: number, timeUs: number): Revision | undefined {
    const list = this.revisions(obj);
    const found = list[placeAt(list, timeUs)];
    return found === undefined || found.deleted ? undefined : found;
  }

  objects(): IterableIterator<number> {
    return this.ofObject.keys();
  }
}

/** Place of the last revision at or before an instant; -1 = none. */
export function placeAt(list: readonly Revision[], timeUs: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (list[mid].timeUs <= timeUs) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}
