/** A stretch of time of some lanes, as the user marked it. */
export interface Area {
  readonly fromUs: number;
  readonly toUs: number;
  readonly lanes: Uint32Array;
  /** Of lanes of components, which have no pods: their names. */
  readonly components: readonly string[];
  /** The outermost rows. */
  readonly top: RowName;
  readonly bottom: RowName;
}

/** A row that is found again after lanes were grouped or opened otherwise: a lane, or -1 and what the row is pinned by. */
export interface RowName {
  readonly lane: number;
  readonly key: string;
}

/** Something that went wrong in an area. */
export interface AreaFailure {
  readonly timeUs: number;
  readonly lane: number;
  /** Name of a Tick, or `state:` and a PodState. */
  readonly what: string;
}

/** What happened in an area. */
export interface AreaSums {
  readonly pods: number;
  readonly created: number;
  readonly deleted: number;
  /** By Tick. */
  readonly ticks: readonly number[];
  /** Pod time in µs by number of the look, and pods that were in the look. */
  readonly lookUs: readonly number[];
  readonly lookPods: readonly number[];
  /** Of pods that became Ready in the area for the first time: how long after their creation, µs; NaN = none did. */
  readonly ready: { readonly pods: number; readonly meanUs: number; readonly p50Us: number; readonly p99Us: number };
  /** The first failure of each pod, the earliest first. */
  readonly failures: readonly AreaFailure[];
  readonly failedPods: number;
}

/** What a component did in an area. */
export interface ComponentSum {
  readonly name: string;
  /** By act. */
  readonly counts: readonly number[];
  readonly leadsUs: number;
  readonly downUs: number;
}

/** Something that a component had trouble with: the first time of equal texts. */
export interface ComponentTrouble {
  readonly component: string;
  readonly text: string;
  readonly timeUs: number;
  readonly count: number;
}

export interface ComponentSums {
  readonly rows: readonly ComponentSum[];
  /** The earliest first. */
  readonly troubles: readonly ComponentTrouble[];
  /** How many different troubles there were. */
  readonly kinds: number;
}
