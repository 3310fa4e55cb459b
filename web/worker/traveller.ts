import type { Job, TraceNames, TravelSession } from '../../sim-core/index.ts';
import { sliceTook } from './slices.ts';
import { nextTask, SLICE_MS, type Task } from './task.ts';

/** A piece of engine work is at most about this long; what an event costs is learned on the way. */
const PIECE_MS = 2;

/** The session of a run, for many askers: one of them moves it at a time. */
export class Traveller {
  readonly session: TravelSession;
  readonly names: TraceNames;
  private lastInLine: Promise<void> = Promise.resolve();
  private piece = 32;
  private known: { readonly count: number; readonly names: TraceNames } | undefined;

  constructor(session: TravelSession) {
    this.session = session;
    const names = () => this.namesNow();
    this.names = {
      string: (id) => names().string(id),
      object: (id) => names().object(id),
      component: (id) => names().component(id),
      why: (id) => names().why(id),
    };
  }

  private namesNow(): TraceNames {
    const count = this.session.recordedCount;
    if (this.known === undefined || this.known.count !== count) this.known = { count, names: this.session.names };
    return this.known.names;
  }

  /** Waits for its turn, then has the session for itself until `work` is over. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const before = this.lastInLine;
    let release: () => void = () => {};
    this.lastInLine = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Events for one piece of work. */
  private measured<T>(run: (events: number) => T): T {
    const began = performance.now();
    const result = run(this.piece);
    const took = performance.now() - began;
    sliceTook('engine', took);
    if (took > PIECE_MS) this.piece = Math.max(1, this.piece >> 1);
    else if (took < PIECE_MS / 2) this.piece = Math.min(100_000, this.piece * 2);
    return result;
  }

  /** Does a job of the session in slices, or as much of it as is enough (then it has no result). A newer question of the lane ends it. */
  async finish<T>(task: Task, job: Job<T>, isEnough?: () => boolean): Promise<T> {
    try {
      while (!this.measured((events) => job.run(events))) {
        if (isEnough?.() === true) job.cancel();
        await task.pause();
      }
    } catch (error) {
      job.cancel();
      throw error;
    }
    return job.result as T;
  }

  /** What `read` says of the world at a moment (or after so many events): the session is moved there first. */
  at<T>(task: Task, target: Moment, read: (session: TravelSession) => T): Promise<T> {
    return this.exclusive(async () => {
      await this.moveTo(task, target);
      return read(this.session);
    });
  }

  /** Only inside `exclusive`. A pointer may stand within a µs, which is as its beginning: a fork from there goes on in whole ones. */
  async moveTo(task: Task, { timeUs, eventNumber }: Moment): Promise<void> {
    const { session } = this;
    const { position } = session;
    if (eventNumber !== undefined) {
      if (position.eventNumber !== eventNumber) await this.finish(task, session.seek({ eventNumber }));
    } else await this.finish(task, session.seek(Math.min(Math.floor(timeUs), session.recordedUntilUs)));
  }

  /** One slice of recording: from the furthest instant on. Undefined = not at the end yet. */
  advance(untilUs: number): Promise<ReturnType<TravelSession['advance']> | undefined> {
    return this.exclusive(async () => {
      const { session } = this;
      const { recorded } = session;
      if (session.eventsRun < recorded.eventNumber) {
        const job = session.seek({ eventNumber: recorded.eventNumber });
        while (!this.measured((events) => job.run(events))) await nextTask();
      }
      const until = performance.now() + SLICE_MS - PIECE_MS;
      do {
        const state = this.measured((events) => session.advance({ events, untilUs }));
        if (state.stopped !== 'events') return state;
      } while (performance.now() < until);
      return undefined;
    });
  }
}

/** A moment of a run: by time, or exactly by the number of events before it. */
export interface Moment {
  readonly timeUs: number;
  readonly eventNumber?: number;
}
