import type { ApiRequest, Json, KubeObject, ManagedFieldsEntry, Version } from '../../contracts/index.ts';
import { ADDRESS_TEXT, type HoleKind, OTHER_FIELDS } from './holes.ts';
import {
  fieldsPattern,
  type Hole,
  type HoleRule,
  matches,
  numberWholes,
  type Pattern,
  patternOf,
  rememberLists,
} from './match.ts';
import { type Maker, madeOf, type Way, Ways } from './ways.ts';

/** An owner of fields before the update. */
interface Owner {
  readonly manager: string | undefined;
  readonly operation: string | undefined;
  readonly apiVersion: string | undefined;
  readonly subresource: string | undefined;
  readonly fields: Pattern;
}

/** What updates look like: what is asked, and what is stored. */
export interface UpdatePatterns {
  readonly request: ApiRequest;
  /** The sender tells the whole status that is to be. */
  readonly isTold: boolean;
  /** That status, the patch, or the status of the body. */
  readonly change: Pattern;
  readonly status: Pattern;
  readonly owners: readonly Owner[];
  /** Fields of metadata as they stand before. */
  readonly metadata: readonly string[];
  /** What the specs of pods say of containers that run again; undefined = none of theirs has ended. */
  readonly restarts: string | undefined;
  /** The hole of the uid that a patch names; -1 = none. */
  readonly uid: number;
  /** Of each hole. */
  readonly kinds: readonly HoleKind[];
  readonly samples: readonly unknown[];
  /**
   * The holes that the long way compares with one another: those of one field before and after, and all addresses, which are
   * keys of lists.
   */
  readonly groups: readonly (readonly number[])[];
  /** From shapes whose results these updates find stored. */
  readonly ways: Ways;
  /** The values of the update at hand. */
  readonly holes: unknown[];
  readonly equal: number[];
}

/** A told status and its fields may be handed on as they came. */
const WHOLES_DEPTH = 2;

/** Pods that change in the same second share these. */
const SHARED_LISTS: readonly string[] = ['conditions'];

export const UID_PATH = 'new.metadata.uid';
export const NO_ENTRIES: readonly ManagedFieldsEntry[] = [];

/** The patterns of an update. Throws NotAShape. */
export function patternsOf(request: ApiRequest, before: KubeObject, rule: HoleRule): UpdatePatterns {
  const holes: Hole[] = [];
  const isTold = told(request, before) !== undefined;
  const isPatch = request.verb === 'patch' && !isTold;
  const change = patternOf(changeOf(request, before), rule, holes, isPatch ? 'new' : 'new.status');
  const status = patternOf(before.status, rule, holes, 'old.status');
  const owners = (before.metadata.managedFields ?? NO_ENTRIES).map(
    (entry, i): Owner => ({
      manager: entry.manager,
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource,
      fields: OTHER_FIELDS.accepts(entry.fieldsV1)
        ? patternOf(entry.fieldsV1, () => OTHER_FIELDS, holes, `own[${i}]`)
        : fieldsPattern(entry.fieldsV1, ADDRESS_TEXT, holes, `own[${i}]`),
    }),
  );
  if (isTold) {
    numberWholes(change, holes.length, WHOLES_DEPTH);
    rememberLists(change, SHARED_LISTS);
  }
  return {
    request: { ...request, body: undefined, patch: undefined },
    isTold,
    change,
    status,
    owners,
    metadata: Object.keys(before.metadata),
    restarts: restartsOf(before),
    uid: holes.findIndex(({ path }) => path === UID_PATH),
    kinds: holes.map(({ kind }) => kind),
    samples: holes.map(({ sample }) => sample),
    groups: groupsOf(holes),
    ways: new Ways(),
    holes: [],
    equal: [],
  };
}

function groupsOf(holes: readonly Hole[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  holes.forEach(({ kind, path }, i) => {
    if (kind === OTHER_FIELDS) return;
    const name = kind === ADDRESS_TEXT ? '' : `${kind.name} ${path.slice('new'.length)}`;
    const group = groups.get(name);
    if (group) group.push(i);
    else groups.set(name, [i]);
  });
  return [...groups.values()].filter((group) => group.length > 1);
}

/** For each hole of each group the place of the first one of its group with the same value. */
export function equalities({ groups, holes, equal }: UpdatePatterns): readonly number[] {
  let at = 0;
  for (let g = 0; g < groups.length; g++) {
    const group = groups[g];
    for (let i = 0; i < group.length; i++) {
      const value = holes[group[i]];
      let first = 0;
      while (holes[group[first]] !== value) first++;
      equal[at++] = first;
    }
  }
  return equal;
}

export function alike(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The status that the sender wants, if what it knows is what is stored. */
export function told({ patch }: ApiRequest, before: KubeObject): Json | undefined {
  return patch?.told?.before === before ? patch.told.after : undefined;
}

/** What a shape looks at in a request: the status as it is told, the patch, or the status of the body. */
export function changeOf(request: ApiRequest, before: KubeObject): unknown {
  if (request.verb !== 'patch') return request.body?.status;
  return told(request, before) ?? request.patch?.value;
}

/** Does an update look so, as far as it asks for something and names an object? */
export function fits(patterns: UpdatePatterns, request: ApiRequest, asked: unknown, { object }: Version): boolean {
  const { holes, uid } = patterns;
  const known = patterns.request;
  if (patterns.isTold !== (told(request, object) !== undefined)) return false;
  if (known.resource !== request.resource || known.verb !== request.verb || known.agent !== request.agent) return false;
  if (!matches(patterns.change, asked, holes)) return false;
  const { metadata } = object;
  if (metadata.name !== request.name || (metadata.namespace ?? '') !== request.namespace) return false;
  if (uid >= 0 && holes[uid] !== metadata.uid) return false;
  if (patterns.restarts !== undefined && restartsOf(object) !== patterns.restarts) return false;
  return haveNames(metadata, patterns.metadata);
}

interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly restartPolicyRules?: Json;
}

/** Where a container has ended: whether a status may have it run again depends on the spec, as does nothing else. */
function restartsOf({ spec, status }: KubeObject): string | undefined {
  if (!hasEnded(status?.containerStatuses) && !hasEnded(status?.initContainerStatuses)) return undefined;
  const rules = (containers: readonly Container[] = []) =>
    containers.map(({ name, restartPolicy, restartPolicyRules }) => ({ name, restartPolicy, restartPolicyRules }));
  return JSON.stringify([spec?.restartPolicy, rules(spec?.containers), rules(spec?.initContainers)]);
}

function hasEnded(statuses: readonly { readonly state?: { readonly terminated?: unknown } }[] = []): boolean {
  for (let i = 0; i < statuses.length; i++) if (statuses[i].state?.terminated !== undefined) return true;
  return false;
}

/** Does what is stored look so? What a shape made is known by that. */
export function isPrior(patterns: UpdatePatterns, current: Version, find: (maker: Maker) => Way): boolean {
  const made = madeOf(current);
  if (made !== undefined && areOwners(patterns.owners, current.object.metadata.managedFields ?? NO_ENTRIES)) {
    let way = patterns.ways.from(made.shape);
    if (way === undefined) patterns.ways.add(made.shape, (way = find(made.shape)));
    if (way.isOpen) {
      const { to, from, constants } = way;
      for (let i = 0; i < to.length; i++) patterns.holes[to[i]] = from[i] < 0 ? constants[i] : made.values[from[i]];
      return true;
    }
  }
  return isStored(patterns, current.object, patterns.holes);
}

export function isStored(patterns: UpdatePatterns, { status, metadata }: KubeObject, holes: unknown[]): boolean {
  const { owners } = patterns;
  const entries = metadata.managedFields ?? NO_ENTRIES;
  if (!matches(patterns.status, status, holes) || !areOwners(owners, entries)) return false;
  for (let i = 0; i < owners.length; i++) if (!matches(owners[i].fields, entries[i].fieldsV1, holes)) return false;
  return true;
}

/** Are they these, in this order? It depends on their times. */
function areOwners(owners: readonly Owner[], entries: readonly ManagedFieldsEntry[]): boolean {
  if (entries.length !== owners.length) return false;
  for (let i = 0; i < owners.length; i++) {
    const owner = owners[i];
    const entry = entries[i];
    if (entry.manager !== owner.manager || entry.operation !== owner.operation) return false;
    if (entry.apiVersion !== owner.apiVersion || entry.subresource !== owner.subresource) return false;
    if (entry.fieldsType !== 'FieldsV1') return false;
  }
  return true;
}

/** Has the object these fields in this order? */
export function haveNames(fields: object, names: readonly string[]): boolean {
  let i = 0;
  for (const name in fields) if (name !== names[i++]) return false;
  return i === names.length;
}
