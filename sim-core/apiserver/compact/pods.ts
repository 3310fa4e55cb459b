import type { KubeObject } from '../../contracts/index.ts';
import type { StoredVersion } from '../version.ts';
import { ObjectTemplate } from './template.ts';

/** Templates of pods with the same list of containers, in one state of their lives. */
const TEMPLATES_MAX = 6;
const STATES_MAX = 32;

/** By state: undefined = no pod with these containers was in it yet. */
type States = Map<string, ObjectTemplate[]>;

/** By the list of containers, which pods that are made of one template share: a memo of pure results. */
const pods = new WeakMap<object, States>();

function stateOf({ metadata, status }: KubeObject): string {
  const { phase = '', conditions, podIP } = status ?? {};
  const { deletionTimestamp, managedFields } = metadata;
  const gone = deletionTimestamp === undefined ? '' : 'x';
  return `${phase} ${managedFields?.length ?? 0} ${conditions?.length ?? 0} ${podIP === undefined ? '' : 'ip'}${gone}`;
}

/**
 * Keeps the pod of a version as what differs from others of its template, if there are such: its object is put together when somebody
 * looks. One that fits no template stays as it is. False = it does.
 */
export function compactPod(version: StoredVersion, isChecked: boolean): boolean {
  const { object, rv } = version;
  const containers: unknown = object.spec?.containers;
  if (typeof containers !== 'object' || containers === null) return false;
  const states = pods.get(containers);
  if (states === undefined) {
    // A list that no other pod has is worth no template.
    pods.set(containers, new Map());
    return false;
  }
  const state = stateOf(object);
  let templates = states.get(state);
  if (templates === undefined) {
    if (states.size >= STATES_MAX) return false;
    states.set(state, (templates = []));
  }
  for (let i = 0; i < templates.length; i++) {
    const row = templates[i].row(object, rv);
    if (row === undefined) continue;
    if (isChecked && !templates[i].isRow(row, object, rv)) throw new Error(`a compact pod differs: ${row}`);
    version.compact(templates[i], row);
    return true;
  }
  if (templates.length >= TEMPLATES_MAX) return false;
  const template = ObjectTemplate.of(object, rv);
  if (template === undefined) return false;
  templates.push(template);
  version.compact(template, template.row(object, rv) as string);
  return true;
}
