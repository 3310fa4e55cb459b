import { PodState } from '../contracts/index.ts';

/** How a state of a pod is drawn: a colour token `--st-<look>`, a glyph and a hatch of that name. */
export type PodLook =
  | 'unsched'
  | 'pulling'
  | 'starting'
  | 'notready'
  | 'ready'
  | 'term'
  | 'succ'
  | 'failed'
  | 'crash'
  | 'unknown';

/** What is drawn for each PodState, by its name. A bound pod waits for its sandbox and image; both back-offs look alike. */
export const POD_LOOKS: Readonly<Record<Exclude<keyof typeof PodState, 'deleted'>, PodLook>> = {
  pending: 'unsched',
  scheduled: 'pulling',
  initializing: 'starting',
  starting: 'starting',
  running: 'notready',
  ready: 'ready',
  crashLoop: 'crash',
  imagePull: 'crash',
  terminating: 'term',
  succeeded: 'succ',
  failed: 'failed',
  unknown: 'unknown',
};

/** The same by number; undefined = the pod is gone. */
export function podLook(state: number): PodLook | undefined {
  for (const name in POD_LOOKS)
    if (PodState[name as keyof typeof POD_LOOKS] === state) return POD_LOOKS[name as keyof typeof POD_LOOKS];
  return undefined;
}
