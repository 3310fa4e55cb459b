import type { RecordId, TimeUs } from '../contracts/ids.ts';
import type { MessageId } from './catalogue.ts';

/**
 * The shapes of explanations: plain data, no Maps, so that they can cross to another thread or be written as JSON. Whatever is
 * told to people is a message: an id of the catalogue with parameters. Reasons and messages of Kubernetes itself are parameters
 * and are never translated.
 */

export type MessageParam = string | number | boolean | readonly string[];

/**
 * Amounts are in base units (cpu in milli-cores, the rest in units) beside a parameter `resource`; names ending in `Us` are
 * microseconds of virtual time.
 */
export interface Message {
  readonly id: MessageId;
  readonly params: Readonly<Record<string, MessageParam>>;
}

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
}

/** Nodes by reason, as the pod's condition counts them. */
export interface ReasonCount {
  readonly reason: string;
  readonly nodes: number;
}

/** How the counts of a reason differ from those of the attempt before. */
export interface ReasonChange {
  readonly reason: string;
  readonly before: number;
  readonly now: number;
}

export type AttemptResult = 'scheduled' | 'unschedulable' | 'error';

/** One scheduling attempt, as the records of the run tell of it. */
export interface Attempt {
  /** 1 = the first attempt of a pod of this name; counts on over pods of the same name and restarts of the scheduler. */
  readonly number: number;
  /** The scheduler's own count, which decides the back-off and the draws. */
  readonly count: number;
  /** Record of the decision. */
  readonly record: RecordId;
  /** The end of the scheduling cycle. */
  readonly timeUs: TimeUs;
  readonly scheduler: string;
  readonly result: AttemptResult;
  /** '' when there is none. */
  readonly node: string;
  /** The text of the condition; '' when scheduled. */
  readonly message: string;
  readonly reasons: readonly ReasonCount[];
  /** Against the attempt before; empty for the first. */
  readonly changes: readonly ReasonChange[];
  /** Permit turned the pod away after a wait: the attempt that found its node. */
  readonly found?: Attempt;
  /** What made the scheduler try. */
  readonly wokenBy: Message;
  readonly wokenRecord: RecordId;
  readonly wokenAtUs: TimeUs;
  /** Time since the attempt before; -1 for the first. */
  readonly sincePreviousUs: TimeUs;
}

/** How many nodes are left after one step of the search. */
export interface FunnelStep {
  /** '' for the beginning and the end. */
  readonly plugin: string;
  readonly point: 'nodes' | 'preFilter' | 'sampling' | 'filter' | 'feasible';
  readonly removed: number;
  readonly left: number;
  readonly reasons: readonly ReasonCount[];
  readonly message: Message;
}

/** Nodes with the same first failing plugin and the same reasons. */
export interface ReasonGroup {
  readonly plugin: string;
  readonly code: string;
  readonly reasons: readonly string[];
  readonly count: number;
  /** In the order of the search, at most `ExplainOptions.nodesPerGroup`. */
  readonly nodes: readonly string[];
}

/** How far a node is from taking the pod. */
export interface NearMiss {
  readonly node: string;
  /** Everything that stands in the way, of all filters and not only of the first that fails. */
  readonly obstacles: readonly Obstacle[];
  /** Sum of the relative shortfalls; a missing label, taint or another yes-or-no counts 1. */
  readonly distance: number;
}

export interface Obstacle {
  readonly plugin: string;
  readonly message: Message;
  /** Shortfall as a part of what was asked, or 1. */
  readonly distance: number;
}

export interface ScoreColumn {
  readonly plugin: string;
  readonly weight: number;
}

/** One node in the matrix of filters and scores. */
export interface MatrixRow {
  readonly node: string;
  /** filtered = a filter failed; outside = not among the nodes that PreFilter leaves; skipped = the search had enough. */
  readonly verdict: 'feasible' | 'filtered' | 'outside' | 'skipped';
  /** First failing filter, '' when there is none. Filters before it passed, later ones did not run. */
  readonly failedBy: string;
  readonly reasons: readonly string[];
  /** Aligned with the columns; empty when the node was not scored. */
  readonly raw: readonly number[];
  readonly normalized: readonly number[];
  readonly total: number;
}

export interface Matrix {
  /** Filters that ran, in their order. */
  readonly filters: readonly string[];
  /** Filters that had nothing to do for this pod. */
  readonly skippedFilters: readonly string[];
  readonly columns: readonly ScoreColumn[];
  readonly skippedScores: readonly string[];
  /** Scored nodes by total, highest first, then the rest, each in the order of the search. */
  readonly rows: readonly MatrixRow[];
  /** Rows of the cluster, of which `rows` may hold fewer. */
  readonly rowsTotal: number;
}

/** How the node was chosen. */
export interface Choice {
  readonly how: 'scored' | 'only' | 'nominated';
  readonly node: string;
  readonly total: number;
  readonly feasible: number;
  /** All nodes with the highest total. */
  readonly best: readonly string[];
  /** Place of the chosen node in `best`: a draw keyed by the pod's uid and the attempt. */
  readonly drawn: number;
  /** The best node that was not chosen; '' when there is none. */
  readonly runnerUp: string;
  readonly margin: number;
  /** What the margin is made of: weighted points of the chosen node minus those of the runner-up. */
  readonly differences: readonly { readonly plugin: string; readonly points: number }[];
  readonly messages: readonly Message[];
}

export interface VictimView {
  readonly namespace: string;
  readonly name: string;
  readonly priority: number;
  /** RFC 3339, '' = not started. */
  readonly startTime: string;
}

export interface PreemptionCandidate {
  readonly node: string;
  readonly victims: readonly VictimView[];
  readonly pdbViolations: number;
  readonly chosen: boolean;
  /** Why it lost: the first criterion by which a better one exists; absent for those that are left at the end. */
  readonly lostBy?: Message;
}

/** What preemption found in this attempt. */
export interface Preemption {
  readonly outcome: 'nominated' | 'noCandidates' | 'notEligible' | 'notHelpful';
  readonly node: string;
  readonly candidates: readonly PreemptionCandidate[];
  /** Nodes on which removing pods of lower priority does not help, by reason. */
  readonly failed: readonly ReasonCount[];
  readonly messages: readonly Message[];
}

/** Where the pod is after the attempt and what it waits for. */
export interface Waiting {
  readonly place: 'active' | 'backoff' | 'errorBackoff' | 'unschedulable' | 'gated' | 'inFlight' | 'binding' | 'gone';
  /** -1 = none. */
  readonly backoffUntilUs: TimeUs;
  /** Next try without any event; -1 = none. */
  readonly flushAtUs: TimeUs;
  readonly gates: readonly string[];
  readonly nominatedNode: string;
  /** Events that a plugin which rejected the pod listens to. */
  readonly events: readonly {
    readonly plugin: string;
    readonly resource: string;
    readonly actions: readonly string[];
    /** false = every such event wakes the pod; true = the plugin's hint looks at the objects first. */
    readonly hinted: boolean;
  }[];
  readonly messages: readonly Message[];
}

/** One node against the decision. */
export interface WhyNot {
  readonly node: string;
  readonly verdict: 'chosen' | 'tied' | 'outscored' | 'filtered' | 'outside' | 'skipped';
  readonly obstacles: readonly Obstacle[];
  /** Weighted points by plugin beside those of the chosen node; empty when the node cannot take the pod. */
  readonly scores: readonly {
    readonly plugin: string;
    readonly weight: number;
    readonly raw: number;
    readonly normalized: number;
    readonly points: number;
    readonly chosenPoints: number;
  }[];
  readonly total: number;
  readonly chosenTotal: number;
  readonly messages: readonly Message[];
}

export type FlipTarget = 'pod' | 'node' | 'profile';

/** One field that is changed. */
export interface FlipChange {
  readonly target: FlipTarget;
  /** Name of the node; '' for the pod and the profile. */
  readonly name: string;
  /** Path within the object: `spec.containers[0].resources.requests.cpu`. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
  /** How large the change is, as a part of what was there; 1 for what has no size. */
  readonly relative: number;
  readonly message: Message;
}

/** The smallest set of changes that gets the pod where it is wanted. */
export interface Flip {
  /** The node that is wanted; '' = any. */
  readonly wanted: string;
  readonly found: boolean;
  /** The node that the pod then gets; '' when nothing was found. */
  readonly node: string;
  readonly changes: readonly FlipChange[];
  /** Strategic merge patches that make the changes, as JSON, by object; of the profile a piece of its configuration. */
  readonly patches: readonly { readonly target: FlipTarget; readonly name: string; readonly patch: string }[];
  /** Changes tried, and whether the search was given up before all were. */
  readonly tried: number;
  readonly complete: boolean;
  readonly messages: readonly Message[];
}

export interface WhatIf {
  readonly like: string;
  readonly count: number;
  readonly result: AttemptResult;
  readonly node: string;
  readonly isNewNode: boolean;
  readonly message: string;
  readonly messages: readonly Message[];
}

/** Everything about one attempt. */
export interface Explanation {
  readonly pod: PodRef & { readonly uid: string };
  readonly scheduler: string;
  readonly attempt: Attempt | undefined;
  /** Plugins that rejected the pod before and that listen to what woke it: one of their hints did. */
  readonly wokenFor: readonly string[];
  /** When the question was asked: the beginning of the cycle. */
  readonly timeUs: TimeUs;
  readonly result: AttemptResult;
  readonly node: string;
  readonly message: string;
  /** The decision that was run again is the one that the records tell of; undefined = there is no record. */
  readonly verified: boolean | undefined;
  readonly nodes: {
    readonly total: number;
    readonly evaluated: number;
    readonly feasible: number;
    /** Feasible nodes at which the search ends. */
    readonly wanted: number;
    readonly startIndex: number;
  };
  readonly funnel: readonly FunnelStep[];
  readonly groups: readonly ReasonGroup[];
  readonly matrix: Matrix;
  readonly choice: Choice | undefined;
  readonly nearest: readonly NearMiss[];
  readonly preemption: Preemption | undefined;
  readonly waiting: Waiting | undefined;
  readonly whyNot: WhyNot | undefined;
  readonly flip: Flip | undefined;
  readonly whatIf: WhatIf | undefined;
}
