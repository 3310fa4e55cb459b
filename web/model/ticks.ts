/** What happens to a pod in an instant and is no state of its own: a mark in its lane. */
export const Tick = { exited: 0, restarted: 1, probeFailed: 2, evicted: 3, unschedulable: 4 } as const;

/** By number. */
export const TICKS = ['exited', 'restarted', 'probeFailed', 'evicted', 'unschedulable'] as const;

export type TickName = (typeof TICKS)[number];

/** When one pixel has room for one mark, the graver is drawn; larger = graver. */
export const TICK_GRAVITY: Uint8Array = Uint8Array.of(3, 4, 2, 5, 1);
