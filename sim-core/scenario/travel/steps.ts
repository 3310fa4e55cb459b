import type { HandlerId } from '../../contracts/index.ts';
import type { World } from '../../engine/index.ts';

/**
 * What one step can be. The engine knows events only; the others are recognised by the names of their handlers:
 *
 * - `event`: every event.
 * - `message`: something that travelled arrives at its receiver: a request at an API server or an etcd member, an answer
 *   at a client, a watch event at an API server or an informer, a message of raft at a member.
 * - `reconcile`: a controller's worker took a key and looked at it.
 * - `attempt`: the scheduler began a cycle for a pod.
 */
export type StepKind = 'event' | 'message' | 'reconcile' | 'attempt';

const MESSAGES: ReadonlySet<string> = new Set([
  'request',
  'forward',
  'raft',
  'deliver',
  'readReady',
  'stored',
  'loaded',
  'changed',
  'watch',
  'clients/answer',
  'informers/deliver',
]);

const IS_STEP: Readonly<Record<StepKind, (handler: string) => boolean>> = {
  event: () => true,
  message: (handler) => MESSAGES.has(handler),
  reconcile: (handler) => handler === 'reconcile' || handler.endsWith('/reconcile'),
  attempt: (handler) => handler === 'scheduler/cycle',
};

/** Of each handler: is an event of it such a step? */
export function stepHandlers(world: World, kind: StepKind): (id: HandlerId) => boolean {
  const flags = Uint8Array.from([0, ...world.handlerRuns().map(({ handler }) => (IS_STEP[kind](handler) ? 1 : 0))]);
  return (id) => flags[id] === 1;
}
