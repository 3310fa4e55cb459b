/** What components do, in classes that a lane can show. */
export const ACTS = ['trouble', 'write', 'work'] as const;
export type Act = (typeof ACTS)[number];

/** What each component did in a stretch of time, a column a pixel. Arrays are handed over. */
export interface Activity {
  readonly fromUs: number;
  readonly toUs: number;
  readonly columns: number;
  readonly names: readonly string[];
  /** [(component * ACTS.length + act) * columns + column]. */
  readonly counts: Uint32Array;
  /** Over the whole run: [component * ACTS.length + act]. */
  readonly totals: Uint32Array;
  readonly spans: readonly ActivitySpan[];
}

/** A component led an election, or was down. */
export interface ActivitySpan {
  readonly component: number;
  readonly kind: 'leads' | 'down';
  readonly fromUs: number;
  readonly untilUs: number;
}
