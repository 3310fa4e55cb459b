import type { Node } from '../../api/types/core.ts';
import type { Controller } from '../../contracts/controllers.ts';
import type { Version } from '../../contracts/objects.ts';
import { patchRequest } from '../support/requests.ts';
import { emptyPlan, isNotFound, script, succeeded } from '../support/script.ts';

const ANNOTATION = 'node.alpha.kubernetes.io/ttl';

/** How long kubelets may cache secrets and config maps, by the number of nodes. The bounds overlap, so that a cluster at a
 * bound does not rewrite all its nodes at each change. */
const steps: readonly { readonly min: number; readonly max: number; readonly seconds: number }[] = [
  { min: 0, max: 100, seconds: 0 },
  { min: 90, max: 500, seconds: 15 },
  { min: 450, max: 1000, seconds: 30 },
  { min: 900, max: 2000, seconds: 60 },
  { min: 1800, max: Number.POSITIVE_INFINITY, seconds: 300 },
];

const texts = steps.map(({ seconds }) => String(seconds));

function stepFor(before: number, count: number): number {
  let step = before;
  while (count > steps[step].max) step += 1;
  while (count < steps[step].min) step -= 1;
  return step;
}

interface Memory {
  readonly step: number;
}

/** pkg/controller/ttl: writes the annotation that tells kubelets how long to cache. */
export function ttlController(): Controller<Memory> {
  const sync = script<{ readonly node: Version; readonly seconds: number }>('sync', function* (run, { node, seconds }) {
    const value = { metadata: { annotations: { [ANNOTATION]: String(seconds) } } };
    const answer = yield* run.request(patchRequest('nodes', node.object, value));
    return succeeded(answer) || isNotFound(answer) ? undefined : { failed: true };
  });
  return {
    name: 'ttl-controller',
    workers: 5,
    memoryScope: 'controller',
    initialMemory: { step: 0 },
    watches: [
      {
        resource: 'nodes',
        keys: ({ type, now }) => (type === 'DELETED' ? [] : [now.metadata.name ?? '']),
        // Heartbeats, as long as the number of nodes asks for no other step.
        idle: ({ type, now }, view, memory) => {
          const { step } = memory as Memory;
          return (
            type === 'MODIFIED' &&
            now.metadata.annotations?.[ANNOTATION] === texts[step] &&
            stepFor(step, view.count('nodes')) === step
          );
        },
      },
    ],
    reconcile(view, memory, key, nowUs) {
      const node = view.get('nodes', '', key);
      const step = stepFor(memory.step, view.count('nodes'));
      const kept = step === memory.step ? undefined : { step };
      const { seconds } = steps[step];
      const current = (node?.object as Node | undefined)?.metadata.annotations?.[ANNOTATION];
      if (!node || current === String(seconds)) return { ...emptyPlan, memory: kept };
      return { ...sync.start({ node, seconds }, nowUs), memory: kept };
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
