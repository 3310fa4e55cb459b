import { goQuote } from '../api/machinery/gotext.ts';
import { deepEqual } from '../api/machinery/json.ts';
import type { KubeObject } from '../contracts/index.ts';

/**
 * What the API server's own controllers write into the status of a CustomResourceDefinition (apiextensions-apiserver
 * pkg/controller/status, establish, finalizer). Pure: a definition and the others in, the next status out.
 */

export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

interface Names {
  readonly plural: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly kind: string;
  readonly listKind?: string;
  readonly categories?: readonly string[];
}

export interface DefinitionCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

export function definitionCondition(definition: KubeObject, type: string): DefinitionCondition | undefined {
  const conditions = (definition.status?.conditions ?? []) as readonly DefinitionCondition[];
  return conditions.find((condition) => condition.type === type);
}

export function definitionHolds(definition: KubeObject, type: string): boolean {
  return definitionCondition(definition, type)?.status === 'True';
}

/** The status with a condition set; its transition time moves only with its status. */
function withCondition(status: KubeObject['status'], condition: DefinitionCondition, now: string): object {
  const conditions = (status?.conditions ?? []) as readonly DefinitionCondition[];
  const old = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime = old && old.status === condition.status ? old.lastTransitionTime : now;
  const { type, status: state, reason, message } = condition;
  const next = { type, status: state, lastTransitionTime, reason, message };
  return {
    ...status,
    conditions: old ? conditions.map((one) => (one === old ? next : one)) : [...conditions, next],
  };
}

/** A definition whose deletion has begun: marked, held until its resources are gone. */
export function markedDefinition(definition: KubeObject, now: string): KubeObject {
  const { metadata } = definition;
  const { resourceVersion: _, ...kept } = metadata;
  const finalizers = metadata.finalizers ?? [];
  return {
    ...definition,
    metadata: {
      ...kept,
      deletionTimestamp: now,
      finalizers: finalizers.includes(CLEANUP_FINALIZER) ? finalizers : [...finalizers, CLEANUP_FINALIZER],
    },
    status: terminating(
      definition,
      'InstanceDeletionPending',
      'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
      now,
    ),
  };
}

function terminating(definition: KubeObject, reason: string, message: string, now: string): object {
  return withCondition(definition.status, { type: 'Terminating', status: 'True', reason, message }, now);
}

/** The status while the resources of a definition are being deleted; undefined where it says so already. */
export function emptyingStatus(definition: KubeObject, now: string): object | undefined {
  const reason = 'InstanceDeletionInProgress';
  if (definitionCondition(definition, 'Terminating')?.reason === reason) return undefined;
  return terminating(definition, reason, 'CustomResource deletion is in progress', now);
}

interface Taken {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

/** The names that other definitions of the group hold. */
function takenNames(definition: KubeObject, all: readonly KubeObject[]): Taken {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const other of all) {
    if (other.spec?.group !== definition.spec?.group || other.metadata.uid === definition.metadata.uid) continue;
    const names: Partial<Names> = other.status?.acceptedNames ?? {};
    for (const name of [names.plural, names.singular, ...(names.shortNames ?? [])]) if (name) resources.add(name);
    for (const name of [names.kind, names.listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}

/** What of the asked names is free, and the conflict that is told. */
function acceptNames(definition: KubeObject, all: readonly KubeObject[]): readonly [Names, DefinitionCondition] {
  const asked = definition.spec?.names as Names;
  const held = (definition.status?.acceptedNames ?? {}) as Partial<Names>;
  const { resources, kinds } = takenNames(definition, all);
  let problem: { readonly reason: string; readonly message: string } | undefined;
  const inUse = (name: string) => `${goQuote(name)} is already in use`;
  const take = (reason: string, name: string | undefined, own: string | undefined, others: ReadonlySet<string>) => {
    if (!name || name === own || !others.has(name)) return name;
    problem = { reason, message: inUse(name) };
    return own;
  };
  const plural = take('PluralConflict', asked.plural, held.plural, resources);
  const singular = take('SingularConflict', asked.singular, held.singular, resources);
  const short = asked.shortNames ?? [];
  const clashing = short.filter((name) => !held.shortNames?.includes(name) && resources.has(name));
  if (clashing.length > 0) {
    const texts = clashing.map(inUse);
    problem = { reason: 'ShortNamesConflict', message: texts.length === 1 ? texts[0] : `[${texts.join(', ')}]` };
  }
  const shortNames = clashing.length > 0 ? held.shortNames : asked.shortNames;
  const kind = take('KindConflict', asked.kind, held.kind, kinds);
  const listKind = take('ListKindConflict', asked.listKind, held.listKind, kinds);
  const names: Names = {
    plural: plural ?? '',
    ...(singular && { singular }),
    ...(shortNames && { shortNames }),
    kind: kind ?? '',
    ...(listKind && { listKind }),
    ...(asked.categories && { categories: asked.categories }),
  };
  const condition = problem
    ? { type: 'NamesAccepted', status: 'False', ...problem }
    : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  return [names, condition];
}

const ACCEPTED = 'the initial names have been accepted';

/** The next step of the naming or the establishing controller; undefined where there is none. `now` is a time's text. */
export function nextDefinitionStatus(
  definition: KubeObject,
  all: readonly KubeObject[],
  now: string,
): object | undefined {
  const [acceptedNames, accepted] = acceptNames(definition, all);
  const old = definitionCondition(definition, 'Established');
  const refused = {
    type: 'Established',
    status: 'False',
    reason: 'NotAccepted',
    message: 'not all names are accepted',
  };
  const installing = { type: 'Established', status: 'False', reason: 'Installing', message: ACCEPTED };
  const established = old?.status === 'True' ? old : accepted.status === 'True' ? installing : (old ?? refused);
  const named = withCondition({ ...definition.status, acceptedNames }, accepted, now);
  const next = withCondition(named, established, now);
  if (!deepEqual(next, definition.status)) return next;
  if (old?.reason !== 'Installing') return undefined;
  const done = { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: ACCEPTED };
  return withCondition(definition.status, done, now);
}
