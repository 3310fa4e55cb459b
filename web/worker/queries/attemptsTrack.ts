import { RecordKind, type RecordSource, type TraceRecord } from '../../../sim-core/index.ts';
import { Chains } from '../../model/columns.ts';
import type { Track, TrackKey } from '../openRun.ts';

/** Decisions by pod, in the order of time. */
class AttemptsTrack implements Track {
  private readonly ofPod = new Chains();
  private readonly source: RecordSource;

  constructor(source: RecordSource) {
    this.source = source;
  }

  add(r: TraceRecord): void {
    if (r.kind === RecordKind.decision || r.kind === RecordKind.decisionFailed) this.ofPod.add(r.obj, r.id);
  }

  /** Pods about which something was decided, by ObjId. */
  get pods(): Uint32Array {
    return this.ofPod.keys.view;
  }

  of(pod: number): readonly TraceRecord[] {
    return this.ofPod.of(pod).map((id) => this.source.at(this.source.placeOf(id)));
  }
}

export const ATTEMPTS: TrackKey<AttemptsTrack> = { make: (run) => new AttemptsTrack(run.records) };
