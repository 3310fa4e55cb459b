import type { TimeUs } from '../../contracts/index.ts';
import type { BuildOptions } from '../build.ts';
import type { TimelineAction } from '../spec.ts';
import type { BreakpointHit, BreakpointSpec } from './breakpoints.ts';
import type { KeyframeLimits } from './keyframes.ts';
import type { StepKind } from './steps.ts';

export interface TravelOptions {
  /** Default: with checkers. Records are always kept. */
  readonly build?: Pick<BuildOptions, 'checkers' | 'fireAllTimers' | 'freeze' | 'plugins' | 'tieBreak'>;
  readonly keyframes?: Partial<KeyframeLimits>;
  /** Any clock in ms that shows what work costs; without one, an event counts as 0.03 ms. It has no effect on the run. */
  readonly clockMs?: () => number;
}

/** An instant of a run: after so many events, at this time. */
export interface Position {
  readonly eventNumber: number;
  readonly timeUs: TimeUs;
}

export interface AdvanceOptions {
  /** Default: the end of the scenario. */
  readonly untilUs?: TimeUs;
  /** At most so many events in this call: the length of a slice. */
  readonly events?: number;
}

export interface Advance extends Position {
  /** idle: nothing is pending. */
  readonly stopped: 'time' | 'events' | 'breakpoint' | 'idle';
  /** Events run by this call. */
  readonly events: number;
  readonly hit?: BreakpointHit;
}

/** How far a step goes. `until` stops before the event that makes it true, as a breakpoint does. */
export type Stride = StepKind | { readonly us: TimeUs } | { readonly until: BreakpointSpec };

export interface Step extends Position {
  /** False when there was no such step before the end, or after the start: the world stands where it stood. */
  readonly moved: boolean;
  /** `component/handler` of the event that ran last, or is about to run after `until`. */
  readonly handler: string;
  readonly hit?: BreakpointHit;
}

/** A branch of a run: where it left its parent, and what was added there. */
export interface Branch {
  /** `0` for the run of the scenario, `0.1`, `0.2`, ... for its forks, `0.1.1`, ... for theirs. */
  readonly id: string;
  readonly title: string;
  readonly parent: Branch | undefined;
  readonly from: Position;
}

export interface ForkEdits {
  readonly title?: string;
  /** They happen 1 µs after the fork, in this order, or at `atUs`. */
  readonly actions?: readonly (TimelineAction | { readonly atUs: TimeUs; readonly action: TimelineAction })[];
}
