import type { BreakpointSpec, TimelineAction } from '../../sim-core/index.ts';
import type { Draft, EditorApi } from '../worker/editor/api.ts';
import type { Moment } from '../worker/traveller.ts';
import type { OtherRun } from './compare.ts';
import type { FramePart, Mark } from './frame.ts';
import type { Trial, TrialEnd, Verdict } from './trial.ts';

/** Facts of a run that are small. */
export interface RunFacts {
  readonly name: string;
  readonly description: string;
  readonly seed: string;
  /** Nodes that were seen. */
  readonly nodes: number;
  readonly untilUs: number;
  /** Objects can be asked for: the run was made here, not read from a recording. */
  readonly hasObjects: boolean;
  /** Every version of every object is kept up to here; Infinity = to the end. */
  readonly versionsUntilUs: number;
  /** Invariants are judged all along. */
  readonly judges: boolean;
  /** The scenario is known, so it can be run again. */
  readonly canRun: boolean;
  /** `0` for the run itself, `0.1`, ... for its forks. */
  readonly branch: string;
}

export interface ExpectationFact {
  readonly name: string;
  readonly passed: boolean;
  /** No verdict yet: the run was stopped. */
  readonly isOpen?: boolean;
  readonly atUs: number;
  readonly detail: string;
}

/** What is known of a run once it is over. */
export interface RunEnd {
  readonly digest: string;
  readonly endUs: number;
  readonly records: number;
  /** Of a run of this page only. */
  readonly events?: number;
  readonly wallMs?: number;
  readonly expectations: readonly ExpectationFact[];
  /** The run was stopped before its end. */
  readonly cancelled: boolean;
}

/** Marks of a run: commands that are new since the update before (all with a full frame), the others all. */
export interface MarksPart {
  readonly faults: readonly Mark[];
  readonly commands: readonly Mark[];
  readonly notes: readonly Mark[];
}

export interface RunUpdate {
  readonly facts: RunFacts;
  readonly marks: MarksPart;
  readonly frame: FramePart;
  /** Virtual time reached, and events so far. */
  readonly nowUs: number;
  readonly events: number;
}

export interface FailureLine {
  readonly place: string;
  readonly text: string;
  readonly hint: string;
  /** The line of the file, when there is one. */
  readonly quote: string;
}

/** Why there is nothing to show, in classes that the page has words for. */
export interface Failure {
  readonly kind: 'recording' | 'scenario' | 'engine' | 'fetch' | 'link' | 'unknown';
  /** RecordingFault, or another detail for the words. */
  readonly code: string;
  readonly message: string;
  readonly lines: readonly FailureLine[];
}

/** Where a breakpoint stopped the run: before its event. */
export interface HitFact {
  readonly timeUs: number;
  readonly eventNumber: number;
  readonly text: string;
}

/** A run or a fork of it. */
export interface BranchFact {
  /** `0`, `0.1`, `0.1.1` */
  readonly id: string;
  readonly title: string;
  readonly parent: string;
  readonly fromUs: number;
  readonly isShown: boolean;
  /** Known from before; it runs when it is shown. */
  readonly isKept: boolean;
}

/** How a fork can be made again. */
export interface KeptFork {
  readonly id: string;
  readonly title: string;
  readonly parent: string;
  readonly moment: Moment;
  readonly actions: readonly JoinedEntry[];
}

/** The forks of a run, and which of them is on show (`0` = the run itself). */
export interface ForkTree {
  readonly forks: readonly KeptFork[];
  readonly shown: string;
}

export type Outcome =
  | { readonly ok: true; readonly update: RunUpdate; readonly end: RunEnd; readonly hit?: HitFact }
  | { readonly ok: false; readonly failure: Failure };

export interface ScenarioEntry {
  /** Path below scenarios/, e.g. `failures/zone-outage.yaml`. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
}

export type RunSource =
  | { readonly from: 'bundled'; readonly path: string }
  /** Files that the user gave: path -> bytes. A scenario among them, or plain manifests. */
  | { readonly from: 'files'; readonly files: readonly (readonly [string, Uint8Array])[] }
  /** The scenario that the open recording or run holds. */
  | { readonly from: 'open' };

/** An entry that joined the timeline in a fork. */
export interface JoinedEntry {
  readonly atUs: number;
  readonly action: TimelineAction;
}

/** The scenario of a run, for links and command lines. */
export interface Origin {
  /** Of a bundled scenario; '' = the files below. */
  readonly path: string;
  readonly entry: string;
  readonly plain: readonly string[];
  readonly files: readonly (readonly [string, string])[];
  /** What joined the timeline before the run began. */
  readonly entries: readonly JoinedEntry[];
  readonly tree: ForkTree;
}

export interface EngineApi extends EditorApi {
  scenarios(): Promise<readonly ScenarioEntry[]>;
  open(bytes: Uint8Array): Promise<Outcome>;
  /** `entries` join the timeline; of `tree` the fork on show is made, the others can be. */
  run(
    source: RunSource,
    seed: string,
    onUpdate: (update: RunUpdate) => void,
    entries?: readonly JoinedEntry[],
    tree?: ForkTree,
  ): Promise<Outcome>;
  /** Stops recording; `resume` goes on. */
  cancel(): void;
  resume(onUpdate: (update: RunUpdate) => void): Promise<Outcome>;
  /** A branch of the run on show from a moment, with more actions; it is recorded to its end and shown. */
  fork(
    moment: Moment,
    actions: readonly TimelineAction[],
    title: string,
    onUpdate: (update: RunUpdate) => void,
  ): Promise<Outcome>;
  /** The same beside the run on show, which stays; it answers what became of a pod. undefined = another run took their place. */
  tryFork(trial: Trial, onProgress: (share: number, verdict: Verdict) => void): Promise<TrialEnd | undefined>;
  /** Makes the run that the one on show is compared with (undefined = none any more), beside it. */
  compare(other: OtherRun | undefined, onProgress: (share: number) => void): Promise<Failure | undefined>;
  branches(): Promise<readonly BranchFact[]>;
  /** Shows a branch; one that is kept from before is made and recorded first. */
  show(branch: string, onUpdate: (update: RunUpdate) => void): Promise<Outcome>;
  /** Forks of the open run from before. */
  keep(forks: readonly KeptFork[]): void;
  /** Gives up a fork that is not on show, and those that left it. */
  drop(branch: string): void;
  /** Throws when an expression cannot be understood. */
  setBreakpoints(specs: readonly BreakpointSpec[]): Promise<void>;
  /** A question to a query module about the open run; a newer one in the same lane cancels it (then undefined). */
  ask(query: string, name: string, args: unknown, lane: string): Promise<unknown>;
  /** Cancels what is under way in a lane. */
  forget(lane: string): void;
  /** Where the open run comes from; undefined = its scenario is not known. */
  origin(): Promise<Origin | undefined>;
  /** Files of a bundled scenario, or of the open run for ''. */
  draft(path: string): Promise<Draft | undefined>;
  /** The scenario file of the fork on show: run from the start, it is the fork. undefined = it is no fork, or of plain manifests. */
  branchFile(): Promise<{ readonly name: string; readonly text: string } | undefined>;
  /** The open run as a recording of level `story`. */
  recording(): Promise<Uint8Array | undefined>;
}
