import type { KubeObject, ObjId } from '../../contracts/index.ts';
import type { StoredVersion } from '../version.ts';
import { ObjectTemplate, TOKEN_VOLUME } from './template.ts';

/** Templates of pods with the same list of containers, in one state of their lives. */
const TEMPLATES_MAX = 6;
const STATES_MAX = 32;
const MISFITS_MAX = 16;

/** What is known of pods with equal containers. */
interface Alike {
  /** The pod that was the first of them: templates are worth it for several. */
  readonly first: ObjId;
  readonly states: Map<string, ObjectTemplate[]>;
  /** Pods of which no template could be made. */
  misfits: number;
}

/** By the list of containers, which many pods of one template share, and by its text. Memos of pure results. */
const byList = new WeakMap<object, Alike>();
const byText = new Map<string, Alike>();
const TEXTS_MAX = 256;
const TOKEN_VOLUMES = new RegExp(`${TOKEN_VOLUME}[a-z0-9]{5}`, 'g');

function alikeOf(containers: object, obj: ObjId): Alike {
  let alike = byList.get(containers);
  if (alike !== undefined) return alike;
  const text = JSON.stringify(containers).replaceAll(TOKEN_VOLUMES, TOKEN_VOLUME);
  alike = byText.get(text);
  if (alike === undefined) {
    if (byText.size >= TEXTS_MAX) byText.clear();
    byText.set(text, (alike = { first: obj, states: new Map(), misfits: 0 }));
  }
  byList.set(containers, alike);
  return alike;
}

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
  const { object, obj, rv } = version;
  const containers: unknown = object.spec?.containers;
  if (typeof containers !== 'object' || containers === null) return false;
  const alike = alikeOf(containers, obj);
  const { states } = alike;
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
  if (templates.length >= TEMPLATES_MAX || obj === alike.first || alike.misfits >= MISFITS_MAX) return false;
  const template = ObjectTemplate.of(object, rv);
  if (template === undefined) {
    alike.misfits++;
    return false;
  }
  templates.push(template);
  version.compact(template, template.row(object, rv) as string);
  return true;
}
