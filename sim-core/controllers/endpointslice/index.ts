import type { Pod, Service } from '../../api/types/core.ts';
import { type Controller, type ControllerWatch, type Key, LOOKS_AT } from '../../contracts/controllers.ts';
import { SECOND_US } from '../../contracts/ids.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { podLabelIndex, podsWithLabels } from '../support/indexes.ts';
import { keyOf, splitKey } from '../support/objects.ts';
import { ENDPOINT_SLICES } from '../support/resources.ts';
import { emptyPlan, script } from '../support/script.ts';
import { podServiceKeys, serviceSelectorIndex, type TriggerTimes, triggerTime } from '../support/services.ts';
import { WallClock } from '../support/time.ts';
import { MANAGED_BY, MANAGER, SERVICE_NAME } from './slices.ts';
import { type EndpointSliceInput, endpointSliceSync } from './sync.ts';

/** `service`: the slices of this controller by the service that they belong to. */
const sliceServiceIndex = {
  resource: ENDPOINT_SLICES,
  index: 'service',
  keys: (object: KubeObject): readonly string[] => {
    const labels = object.metadata.labels ?? {};
    const service = labels[SERVICE_NAME];
    return labels[MANAGED_BY] === MANAGER && service ? [`${object.metadata.namespace}/${service}`] : [];
  },
};

/** Slices that somebody changed or deleted come back to what they should be. */
function sliceKeys({ type, now, before }: Parameters<ControllerWatch['keys']>[0]): readonly Key[] {
  if (type === 'ADDED') return [];
  return [...new Set([...sliceServiceIndex.keys(now), ...(before ? sliceServiceIndex.keys(before) : [])])];
}

/** pkg/controller/endpointslice: the EndpointSlices of Services with a selector. */
export function endpointSliceController(options: ControllerManagerOptions): Controller<TriggerTimes | undefined> {
  const clock = new WallClock(options.epochSeconds);
  const sync = script<EndpointSliceInput>('sync', endpointSliceSync(options));
  const batchUs = options.endpointSliceUpdatesBatchPeriodUs;
  return {
    name: 'endpointslice-controller',
    workers: options.concurrentServiceEndpointSyncs,
    maxRetries: 15,
    backOff: { baseUs: SECOND_US, maxUs: 1000 * SECOND_US },
    watches: [
      { resource: 'services', keys: ({ now }) => [keyOf(now)] },
      { resource: 'pods', keys: podServiceKeys, delayUs: batchUs, delayWhy: WHY.endpointSliceBatch },
      {
        resource: ENDPOINT_SLICES,
        keys: sliceKeys,
        delayUs: Math.max(SECOND_US, batchUs),
        delayWhy: WHY.endpointSliceBatch,
      },
      { resource: 'nodes', looksAt: LOOKS_AT.nothing, keys: () => [] },
    ],
    indexes: [podLabelIndex, serviceSelectorIndex, sliceServiceIndex],
    reconcile(view, memory, key, nowUs) {
      const { namespace, name } = splitKey(key);
      const version = view.get('services', namespace, name);
      const service = version?.object as Service | undefined;
      const selector = service?.spec?.selector;
      if (!version || !service || service.spec?.type === 'ExternalName' || !selector) return emptyPlan;
      const pods = podsWithLabels(view, namespace, selector);
      const { seen, at } = triggerTime(
        memory,
        service,
        pods.map((pod) => pod.object as Pod),
        clock,
      );
      const nodes = new Set(pods.map((pod) => (pod.object as Pod).spec.nodeName ?? ''));
      const input: EndpointSliceInput = {
        service: version,
        pods,
        slices: view.byIndex(ENDPOINT_SLICES, 'service', key),
        nodes: [...nodes].sort().flatMap((node) => view.get('nodes', '', node) ?? []),
        triggeredAt: at,
      };
      return { ...sync.start(input, nowUs), memory: seen };
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
