import type { OpenRun } from './openRun.ts';

/** The run that the one on show is compared with. */
export interface Other {
  readonly run: OpenRun;
  /** Title of a fork; '' = a run of its own. */
  readonly branch: string;
}

let other: Other | undefined;

export const otherRun = (): Other | undefined => other;

export function setOtherRun(run: Other | undefined): void {
  other = run;
}
