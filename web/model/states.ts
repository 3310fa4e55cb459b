import { PodState } from '../../sim-core/index.ts';

/** How a state is drawn: a token `--st-<look>`, a glyph and a hatch of that name. */
export type Look =
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

/** In the order of a pod's life; also the order of the legend. */
export const LOOKS: readonly Look[] = [
  'unsched',
  'pulling',
  'starting',
  'notready',
  'ready',
  'term',
  'succ',
  'failed',
  'crash',
  'unknown',
];

/** What is drawn for each PodState. A bound pod waits for its sandbox and image; both back-offs look alike. */
const LOOK_OF: Readonly<Record<number, Look>> = {
  [PodState.pending]: 'unsched',
  [PodState.scheduled]: 'pulling',
  [PodState.initializing]: 'starting',
  [PodState.starting]: 'starting',
  [PodState.running]: 'notready',
  [PodState.ready]: 'ready',
  [PodState.crashLoop]: 'crash',
  [PodState.imagePull]: 'crash',
  [PodState.terminating]: 'term',
  [PodState.succeeded]: 'succ',
  [PodState.failed]: 'failed',
  [PodState.unknown]: 'unknown',
};

/** Number of a look in LOOKS by PodState; -1 = the pod is not there. */
export const LOOK_NUMBER: Int8Array = Int8Array.from({ length: 13 }, (_, state) => {
  const look = LOOK_OF[state];
  return look === undefined ? -1 : LOOKS.indexOf(look);
});

/** When room is short the worse state is shown. By number of the look; larger = worse. */
export const SEVERITY: Uint8Array = (() => {
  const worstFirst: readonly Look[] = [
    'failed',
    'crash',
    'unknown',
    'term',
    'notready',
    'starting',
    'pulling',
    'unsched',
    'ready',
    'succ',
  ];
  return Uint8Array.from(LOOKS, (look) => worstFirst.length - worstFirst.indexOf(look));
})();

/** Numbers of looks, worst first. */
export const WORST_FIRST: readonly number[] = LOOKS.map((_, i) => i).sort((a, b) => SEVERITY[b] - SEVERITY[a]);
