import type { ObjId, TimeUs, WorldContext } from '../../contracts/index.ts';
import type { StoredVersion } from '../version.ts';
import { compactPod } from './pods.ts';

/** Of one call: versions come at once in lists of many. */
const MOST = 32;
const WASTE = 4096;

/**
 * Versions of pods that were written lately. Those who react to a write read it soon, and know its parts by identity: only when they
 * have cooled down are pods kept as what differs from their template. What is kept how nobody can see.
 */
export class Cooling {
  private readonly afterUs: TimeUs;
  private versions: StoredVersion[] = [];
  private times: TimeUs[] = [];
  private first = 0;
  /** The last one of each pod: those before it are forgotten soon, and are left as they are. */
  private readonly last = new Map<ObjId, StoredVersion>();

  constructor(afterUs: TimeUs) {
    this.afterUs = afterUs;
  }

  add(version: StoredVersion, atUs: TimeUs): void {
    if (this.afterUs < 0) return;
    this.last.set(version.obj, version);
    this.versions.push(version);
    this.times.push(atUs);
  }

  /** Compacts some of those that have cooled down, and those that a step back in time has left behind. */
  cool({ nowUs, fireAllTimers }: WorldContext): void {
    const { versions, times, afterUs } = this;
    if (versions.length === 0) return;
    for (let i = 0; i < MOST && this.first < versions.length; i++) {
      const atUs = times[this.first];
      if (nowUs >= atUs && nowUs - atUs < afterUs) break;
      const version = versions[this.first++];
      if (this.last.get(version.obj) !== version) continue;
      this.last.delete(version.obj);
      compactPod(version, fireAllTimers);
    }
    if (this.first === versions.length || this.first >= WASTE) {
      this.versions = versions.slice(this.first);
      this.times = times.slice(this.first);
      this.first = 0;
    }
  }
}
