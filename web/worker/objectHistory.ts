import type { KubeObject, Version } from '../../sim-core/index.ts';
import { bytes, Chains, floats, words } from '../model/columns.ts';
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

type PathOf = (obj: number) => string;

/** Numbers of objects by a hash of their paths; no path is kept. */
class Paths {
  private readonly first = new Uint32Array(1 << 18);
  private readonly objects = words();
  private readonly before = words();

  private slotOf(path: string): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 0x01000193);
    return (hash ^ (hash >>> 15)) & (this.first.length - 1);
  }

  add(path: string, obj: number): void {
    const slot = this.slotOf(path);
    this.objects.push(obj);
    this.before.push(this.first[slot]);
    this.first[slot] = this.objects.size;
  }

  find(path: string, pathOf: PathOf): number | undefined {
    for (let at = this.first[this.slotOf(path)]; at !== 0; at = this.before.data[at - 1]) {
      const obj = this.objects.data[at - 1];
      if (pathOf(obj) === path) return obj;
    }
    return undefined;
  }
}

/** Every committed version of every object, by ObjId, in the order of time. Versions share what did not change. */
export class ObjectHistory {
  /** Of what came too late to be kept, that it came and went: the number of the revision. */
  private readonly versions: (Version | number)[] = [];
  private readonly timeUs = floats();
  private readonly isDeleted = bytes();
  /** Places in the columns, by object. */
  private readonly ofObject = new Chains();
  private readonly paths = new Paths();
  /** By ObjId: place in `traitsKnown` plus 1. */
  private readonly traitsOf = words();
  private readonly traitsKnown: PodFacts[] = [];
  /** Objects that the run begins with. */
  private begun = 0;
  /** Every version up to this moment is held. */
  untilUs = Number.POSITIVE_INFINITY;

  /** Versions that came since the run began. */
  get size(): number {
    return this.versions.length - this.begun;
  }

  /** The same up to a moment, for a fork; `objects`: so many are known then. Others may bear the next numbers in it. */
  until(timeUs: number, pathOf: PathOf, objects: number): ObjectHistory {
    const copy = new ObjectHistory();
    if (this.untilUs < timeUs) copy.untilUs = this.untilUs;
    const objOf = new Uint32Array(this.versions.length);
    for (const obj of this.objects()) for (const place of this.ofObject.of(obj)) objOf[place] = obj;
    for (let i = 0; i < this.versions.length && this.timeUs.data[i] <= timeUs; i++)
      copy.keep(this.timeUs.data[i], objOf[i], this.versions[i], this.isDeleted.data[i] === 1, pathOf);
    copy.begun = Math.min(this.begun, copy.versions.length);
    this.traitsOf.view.subarray(0, objects).forEach((trait, obj) => {
      copy.traitsOf.put(obj, trait);
    });
    copy.traitsKnown.push(...this.traitsKnown);
    return copy;
  }

  private keep(timeUs: number, obj: number, version: Version | number, deleted: boolean, pathOf: PathOf): void {
    if (!this.ofObject.has(obj)) this.paths.add(pathOf(obj), obj);
    this.ofObject.add(obj, this.versions.push(version) - 1);
    this.timeUs.push(timeUs);
    this.isDeleted.push(deleted ? 1 : 0);
  }

  /** An object that the run begins with; it does not count. */
  begin(version: Version, pathOf: PathOf): void {
    this.keep(0, version.obj, version, false, pathOf);
    this.begun++;
  }

  /** Commits that come again after a seek are known already. */
  add(timeUs: number, now: Version, deleted: boolean, pathOf: PathOf): void {
    const last = this.ofObject.lastOf(now.obj);
    if (last >= 0 && rvOf(this.versions[last]) >= now.rv) return;
    if (this.size >= VERSIONS_MAX) {
      this.untilUs = Math.min(this.untilUs, timeUs - 1);
      this.keepTraits(now, pathOf);
      const isThere = last >= 0 && this.isDeleted.data[last] === 0;
      if (deleted || !isThere) this.keep(timeUs, now.obj, now.rv, deleted, pathOf);
      return;
    }
    this.keep(timeUs, now.obj, now, deleted, pathOf);
  }

  /** Of a pod that came too late for its versions to be kept, what the map needs to know. */
  private keepTraits(version: Version, pathOf: PathOf): void {
    const { obj } = version;
    if (this.first(obj) !== undefined || this.traitsOf.at(obj) !== 0 || !pathOf(obj).startsWith('pods/')) return;
    const facts = podFacts(version.object);
    const { traitsKnown } = this;
    let place = traitsKnown.findLastIndex(
      (t) => t.cpuMilli === facts.cpuMilli && t.memoryMi === facts.memoryMi && t.priority === facts.priority,
    );
    if (place < 0) place = traitsKnown.push(facts) - 1;
    this.traitsOf.put(obj, place + 1);
  }

  traits(obj: number): PodFacts | undefined {
    return this.traitsKnown[this.traitsOf.at(obj) - 1];
  }

  /** ObjId of `pods/shop/web-1`. */
  find(path: string, pathOf: PathOf): number | undefined {
    return this.paths.find(path, pathOf);
  }

  has(obj: number): boolean {
    return this.ofObject.has(obj);
  }

  private revision(place: number): Revision[] {
    const version = this.versions[place];
    if (version === undefined || typeof version === 'number') return [];
    return [new HeldRevision(this.timeUs.data[place], version, this.isDeleted.data[place] === 1)];
  }

  revisions(obj: number): readonly Revision[] {
    return this.ofObject.of(obj).flatMap((place) => this.revision(place));
  }

  /** The oldest version that is held. */
  first(obj: number): Revision | undefined {
    return this.revision(this.ofObject.firstOf(obj))[0];
  }

  /** The version that is stored at an instant; undefined = there is none then. */
  at(obj: number, timeUs: number): Revision | undefined {
    const place = this.placeAt(obj, timeUs);
    return place < 0 || this.isDeleted.data[place] === 1 ? undefined : this.revision(place)[0];
  }

  private placeAt(obj: number, timeUs: number): number {
    let found = -1;
    this.ofObject.back(obj, (place) => {
      if (this.timeUs.data[place] <= timeUs) found = place;
      return found >= 0;
    });
    return found;
  }

  /** Is it there at an instant? That is known of every object and every instant. */
  exists(obj: number, timeUs: number): boolean {
    const place = this.placeAt(obj, timeUs);
    return place >= 0 && this.isDeleted.data[place] === 0;
  }

  /** In the order in which they came. */
  objects(): Uint32Array {
    return this.ofObject.keys.view;
  }
}

const rvOf = (version: Version | number): number => (typeof version === 'number' ? version : version.rv);

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
