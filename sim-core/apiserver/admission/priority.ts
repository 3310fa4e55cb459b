import type { ApiResponse, KubeObject } from '../../contracts/index.ts';
import { forbidden } from '../status.ts';
import { replaced } from '../strategies.ts';
import type { Attributes, Mutate } from './attributes.ts';

const CLASSES = 'priorityclasses.scheduling.k8s.io';

/** Computes a pod's priority from its class (plugin/pkg/admission/priority). */
export const priority: Mutate = (attributes, object) => {
  const { resource, subresource, operation, before } = attributes;
  if (resource === CLASSES && !subresource && object.globalDefault === true) return onlyDefault(attributes, object);
  if (resource !== 'pods' || subresource) return object;
  if (operation === 'update') return kept(object, before);
  return computed(attributes, object);
};

function kept(object: KubeObject, before: KubeObject | undefined): KubeObject {
  const old = before?.spec ?? {};
  const spec = { ...object.spec };
  let changed = false;
  for (const field of ['priority', 'preemptionPolicy'] as const) {
    if (spec[field] !== undefined || old[field] === undefined) continue;
    spec[field] = old[field];
    changed = true;
  }
  return changed ? { ...object, spec } : object;
}

function computed(attributes: Attributes, object: KubeObject): KubeObject | ApiResponse {
  const { env, info } = attributes;
  const given = object.spec ?? {};
  const name = object.metadata.name ?? '';
  let className: string = given.priorityClassName ?? '';
  let chosen: KubeObject | undefined;
  if (className === '') {
    chosen = defaultClass(attributes);
    className = chosen?.metadata.name ?? '';
  } else {
    chosen = env.get(CLASSES, '', className)?.object;
    if (!chosen) return forbidden(info, name, `no PriorityClass with name ${className} was found`);
  }
  const value: number = chosen?.value ?? 0;
  const policy: string = chosen?.preemptionPolicy ?? 'PreemptLowerPriority';
  if (given.priority !== undefined && given.priority !== value) {
    return forbidden(
      info,
      name,
      `the integer value of priority (${given.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  if (given.preemptionPolicy !== undefined && given.preemptionPolicy !== policy) {
    return forbidden(
      info,
      name,
      `the string value of PreemptionPolicy (${given.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  const priorityClassName: string | undefined = className || given.priorityClassName;
  const spec = replaced(given, { priorityClassName, priority: value, preemptionPolicy: policy });
  return { ...object, spec } as KubeObject;
}

/** Of several global defaults the one with the lowest value. */
function defaultClass({ env }: Attributes): KubeObject | undefined {
  let chosen: KubeObject | undefined;
  for (const { object } of env.list(CLASSES, '')) {
    if (object.globalDefault === true && (!chosen || object.value < chosen.value)) chosen = object;
  }
  return chosen;
}

function onlyDefault(attributes: Attributes, object: KubeObject): KubeObject | ApiResponse {
  const { env, info, request } = attributes;
  const name = object.metadata.name ?? request.name;
  const other = env.list(CLASSES, '').find((v) => v.object.globalDefault === true && v.object.metadata.name !== name);
  if (!other) return object;
  const why = `PriorityClass ${other.object.metadata.name} is already marked as default. Only one default can exist`;
  return forbidden(info, name, why);
}
