import type { Recording, RecordSource, Scenario, TraceNames, TraceRecord } from '../../sim-core/index.ts';
import type { RunEnd } from '../model/protocol.ts';
import type { ObjectHistory } from './objectHistory.ts';
import type { RequestLog } from './requestLog.ts';
import type { RunScan } from './scan.ts';
import type { Loadable } from './sources.ts';
import type { Task } from './task.ts';
import type { Traveller } from './traveller.ts';

/** Something that is collected record by record, once a run. */
export interface Track {
  add(record: TraceRecord): void;
}

/** Names a kind of track; the same object gives the same track. */
export interface TrackKey<T extends Track> {
  make(run: OpenRun): T;
}

interface Fed {
  readonly track: Track;
  next: number;
}

export interface RunParts {
  readonly names: TraceNames;
  readonly records: RecordSource;
  readonly scan: RunScan;
  readonly scenario: Scenario | undefined;
  readonly loadable: Loadable | undefined;
  readonly untilUs: number;
  /** Of a run of this page: the session that moves in it, and every version of its objects. */
  readonly traveller?: Traveller;
  readonly objects?: ObjectHistory;
  readonly requests?: RequestLog;
  readonly recording: (run: OpenRun) => Promise<Recording | undefined>;
}

/** The run on show, as queries see it. Grows while the engine runs. */
export class OpenRun {
  readonly names: TraceNames;
  readonly records: RecordSource;
  readonly scan: RunScan;
  readonly scenario: Scenario | undefined;
  readonly loadable: Loadable | undefined;
  readonly untilUs: number;
  /** Moves in the run; undefined = a recording that was not run again. */
  readonly traveller: Traveller | undefined;
  /** undefined = a recording that was not run again: it holds records only. */
  readonly objects: ObjectHistory | undefined;
  /** What API servers answered; undefined = a recording, which holds no requests. */
  readonly requests: RequestLog | undefined;
  readonly recording: () => Promise<Recording | undefined>;
  /** Up to where the run is known. */
  nowUs = 0;
  end: RunEnd | undefined;
  private readonly tracks = new Map<TrackKey<Track>, Fed>();

  constructor(parts: RunParts) {
    this.names = parts.names;
    this.records = parts.records;
    this.scan = parts.scan;
    this.scenario = parts.scenario;
    this.loadable = parts.loadable;
    this.untilUs = parts.untilUs;
    this.traveller = parts.traveller;
    this.objects = parts.objects;
    this.requests = parts.requests;
    this.recording = () => parts.recording(this);
  }

  /** The track of a kind, brought up to the last record in slices. */
  async track<T extends Track>(task: Task, key: TrackKey<T>): Promise<T> {
    let fed = this.tracks.get(key);
    if (fed === undefined) {
      fed = { track: key.make(this), next: 0 };
      this.tracks.set(key, fed);
    }
    while (fed.next < this.records.size) {
      const end = Math.min(this.records.size, fed.next + 500);
      // Another question may feed it while this one gives way, so the place is read anew each time.
      while (fed.next < end) fed.track.add(this.records.at(fed.next++));
      await task.pause();
    }
    return fed.track as T;
  }
}
