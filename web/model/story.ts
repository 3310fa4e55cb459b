/** A step of a pod's story; the same shape as in reports. */
export interface StoryStep {
  readonly timeUs: number;
  readonly what: string;
  readonly delayUs: number;
  readonly parts: readonly { readonly parameter: string; readonly component: string; readonly delayUs: number }[];
  readonly record: number;
}

/** One chain of causes: to the place among a Service's endpoints, to Ready, to where it is now, or to its end. */
export interface StoryPart {
  readonly to: 'endpoint' | 'ready' | 'soFar' | 'ended';
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
