import { type PodLook, podLook } from '../../sim-core/index.ts';

export type Look = PodLook;

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

/** Number of a look in LOOKS by PodState; -1 = the pod is not there. */
export const LOOK_NUMBER: Int8Array = Int8Array.from({ length: 13 }, (_, state) => {
  const look = podLook(state);
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
