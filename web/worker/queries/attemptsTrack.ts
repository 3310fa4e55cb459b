import { RecordKind, type TraceRecord } from '../../../sim-core/index.ts';
import type { Track, TrackKey } from '../openRun.ts';

interface OfPod {
  readonly obj: number;
  readonly records: TraceRecord[];
  failed: number;
}

/** Decisions by pod, in the order of time. */
class AttemptsTrack implements Track {
  readonly ofPod = new Map<number, OfPod>();

  add(r: TraceRecord): void {
    if (r.kind !== RecordKind.decision && r.kind !== RecordKind.decisionFailed) return;
    let of = this.ofPod.get(r.obj);
    if (of === undefined) this.ofPod.set(r.obj, (of = { obj: r.obj, records: [], failed: 0 }));
    of.records.push(r);
    if (r.kind === RecordKind.decisionFailed) of.failed++;
  }
}

export const ATTEMPTS: TrackKey<AttemptsTrack> = { make: () => new AttemptsTrack() };
