import type { Mark, RunFrame } from './frame.ts';
import type { PodStory } from './story.ts';

/** Facts of a run that are small. */
export interface RunFacts {
  readonly name: string;
  readonly description: string;
  readonly seed: string;
  /** Nodes that were seen. */
  readonly nodes: number;
  readonly untilUs: number;
  readonly marks: readonly Mark[];
}

export interface ExpectationFact {
  readonly name: string;
  readonly passed: boolean;
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

export interface RunUpdate {
  readonly facts: RunFacts;
  readonly frame: RunFrame;
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
  readonly kind: 'recording' | 'scenario' | 'engine' | 'fetch' | 'unknown';
  /** RecordingFault, or another detail for the words. */
  readonly code: string;
  readonly message: string;
  readonly lines: readonly FailureLine[];
}

export type Outcome =
  | { readonly ok: true; readonly update: RunUpdate; readonly end: RunEnd }
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

export interface EngineApi {
  scenarios(): Promise<readonly ScenarioEntry[]>;
  open(bytes: Uint8Array): Promise<Outcome>;
  run(source: RunSource, seed: string, onUpdate: (update: RunUpdate) => void): Promise<Outcome>;
  cancel(): void;
  story(lane: number): Promise<PodStory>;
  /** One byte a lane: 1 = the lane, its group or its node matches. */
  find(text: string): Promise<Uint8Array>;
  /** The open run as a recording of level `story`. */
  recording(): Promise<Uint8Array | undefined>;
}
