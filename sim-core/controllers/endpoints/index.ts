import type { EndpointSubset, Endpoints, Pod, Service } from '../../api/types/core.ts';
import type { Controller } from '../../contracts/controllers.ts';
import type { KubeObject, Version } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { podLabelIndex, podsWithLabels } from '../support/indexes.ts';
import { changed, keyOf, semanticallyEqual, splitKey } from '../support/objects.ts';
import { createRequest, updateRequest } from '../support/requests.ts';
import type { Conversation, Outcome, ScriptRun } from '../support/script.ts';
import { emptyPlan, errorText, isNamespaceTerminating, isNotFound, script, succeeded } from '../support/script.ts';
import {
  isHeadless,
  LAST_CHANGE_TRIGGER_TIME,
  podServiceKeys,
  serviceSelectorIndex,
  type TriggerTimes,
  triggerTime,
} from '../support/services.ts';
import { WallClock } from '../support/time.ts';
import { isOverCapacity, subsetsOf, truncated } from './subsets.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const HEADLESS = 'service.kubernetes.io/headless';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

interface EndpointsInput {
  /** Undefined: the service is gone, and its Endpoints shall go. */
  readonly service: Version | undefined;
  readonly current: Version | undefined;
  readonly pods: readonly Version[];
  readonly triggeredAt: string | undefined;
  readonly namespace: string;
  readonly name: string;
}

function labelsOf(service: Service): Readonly<Record<string, string>> {
  const { [HEADLESS]: _, ...labels } = service.metadata.labels ?? {};
  return { ...labels, [MANAGED_BY]: 'endpoint-controller', ...(isHeadless(service) ? { [HEADLESS]: '' } : {}) };
}

function desired(
  service: Service,
  current: Endpoints | undefined,
  pods: readonly Pod[],
  at: string | undefined,
): Endpoints {
  const full = subsetsOf(service, pods);
  const subsets: readonly EndpointSubset[] = truncated(full);
  const {
    [LAST_CHANGE_TRIGGER_TIME]: _time,
    [OVER_CAPACITY]: _over,
    ...annotations
  } = current?.metadata.annotations ?? {};
  const marked = {
    ...annotations,
    ...(at === undefined ? {} : { [LAST_CHANGE_TRIGGER_TIME]: at }),
    ...(isOverCapacity(full) ? { [OVER_CAPACITY]: 'truncated' } : {}),
  };
  const { name, namespace } = service.metadata;
  const base: KubeObject = current ?? { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace } };
  const made = changed(base, { metadata: { labels: labelsOf(service), annotations: marked } });
  return { ...made, subsets: subsets.length > 0 ? subsets : undefined } as Endpoints;
}

function isUpToDate(current: Endpoints, wanted: Endpoints): boolean {
  const over = (object: Endpoints) => object.metadata.annotations?.[OVER_CAPACITY];
  return (
    semanticallyEqual(current.subsets, wanted.subsets) &&
    semanticallyEqual(current.metadata.labels, wanted.metadata.labels) &&
    over(current) === over(wanted)
  );
}

function* syncEndpoints(run: ScriptRun, input: EndpointsInput): Conversation<Outcome | undefined> {
  const { namespace, name } = input;
  const service = input.service?.object as Service | undefined;
  if (!service) {
    const answer = yield* run.request({
      verb: 'delete',
      resource: 'endpoints',
      namespace,
      name,
      options: { delete: {} },
    });
    return succeeded(answer) || isNotFound(answer) ? undefined : { failed: true };
  }
  const current = input.current?.object as Endpoints | undefined;
  const pods = input.pods.map((version) => version.object as Pod);
  const wanted = desired(service, current, pods, input.triggeredAt);
  if (current && isUpToDate(current, wanted)) return undefined;
  const request = current ? updateRequest('endpoints', wanted) : createRequest('endpoints', namespace, wanted);
  const answer = yield* run.request(request);
  if (succeeded(answer) || isNamespaceTerminating(answer)) return undefined;
  const text = errorText(answer);
  if (current) {
    const message = `Failed to update endpoint ${namespace}/${name}: ${text}`;
    run.event({ regarding: current, type: 'Warning', reason: 'FailedToUpdateEndpoint', message });
  } else {
    const message = `Failed to create endpoint for service ${namespace}/${name}: ${text}`;
    run.event({ regarding: service, type: 'Warning', reason: 'FailedToCreateEndpoint', message });
  }
  return { failed: true };
}

/** pkg/controller/endpoint: the Endpoints object of each Service with a selector. */
export function endpointsController(options: ControllerManagerOptions): Controller<TriggerTimes | undefined> {
  const clock = new WallClock(options.epochSeconds);
  const sync = script<EndpointsInput>('sync', syncEndpoints);
  return {
    name: 'endpoint-controller',
    workers: options.concurrentEndpointSyncs,
    maxRetries: 15,
    watches: [
      { resource: 'services', keys: ({ now }) => [keyOf(now)] },
      {
        resource: 'pods',
        keys: podServiceKeys,
        delayUs: options.endpointUpdatesBatchPeriodUs,
        delayWhy: WHY.endpointSliceBatch,
      },
      { resource: 'endpoints', keys: ({ type, now }) => (type === 'DELETED' ? [keyOf(now)] : []) },
    ],
    indexes: [podLabelIndex, serviceSelectorIndex],
    reconcile(view, memory, key, nowUs) {
      const { namespace, name } = splitKey(key);
      const service = view.get('services', namespace, name);
      const current = view.get('endpoints', namespace, name);
      if (!service) return sync.start({ service, current, pods: [], triggeredAt: undefined, namespace, name }, nowUs);
      const object = service.object as Service;
      const selector = object.spec?.selector;
      if (object.spec?.type === 'ExternalName' || !selector) return emptyPlan;
      const pods = podsWithLabels(view, namespace, selector);
      const { seen, at } = triggerTime(
        memory,
        object,
        pods.map((pod) => pod.object as Pod),
        clock,
      );
      return { ...sync.start({ service, current, pods, triggeredAt: at, namespace, name }, nowUs), memory: seen };
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
