/** A step of a story: one of the reports' chains, with the object that it is about. */
export interface StoryStep {
  readonly timeUs: number;
  readonly what: string;
  readonly delayUs: number;
  readonly parts: readonly { readonly parameter: string; readonly component: string; readonly delayUs: number }[];
  readonly record: number;
  /** What it happened to, as `nodes/n-1`; '' = nothing that has a name. */
  readonly object: string;
  /** It is a fault, or a command from outside. */
  readonly from: 'fault' | 'command' | '';
}

/** One chain of causes: to the place among a Service's endpoints, to Ready, to where it is now, to its end, or to any moment. */
export interface StoryPart {
  readonly to: 'endpoint' | 'ready' | 'soFar' | 'ended' | 'moment';
  readonly totalUs: number;
  readonly steps: readonly StoryStep[];
  readonly largest: { readonly parameter: string; readonly delayUs: number } | undefined;
}

export interface PodStory {
  /** PodState at the end of the run. */
  readonly state: number;
  readonly bornUs: number;
  readonly parts: readonly StoryPart[];
}
