import {
  fieldPaths,
  fieldsOf,
  intersectFields,
  mergeApplied,
  pruneFields,
  typedProblem,
} from '../api/machinery/applyFields.ts';
import {
  compareObjects,
  differenceFields,
  type FieldTree,
  NO_FIELDS,
  objectShape,
  type Shape,
  sortFields,
  unionFields,
  withoutPaths,
} from '../api/machinery/fieldSets.ts';
import { sortManagers, UNTRACKED, updateManagedFields } from '../api/machinery/managedFields.ts';
import { timeText } from '../api/machinery/time.ts';
import { apiVersionOf, type ResourceInfo, schemaOfKind } from '../api/schema/index.ts';
import type { ApiRequest, ApiResponse, Json, KubeObject, ManagedFieldsEntry } from '../contracts/index.ts';
import { managerOf, resetFieldsOf } from './managed.ts';
import type { PipelineEnv } from './model.ts';
import { badRequest, failure, unknownError } from './status.ts';

/** Server-side apply: PATCH application/apply-patch+yaml (apimachinery pkg/util/managedfields, structured-merge-diff merge). */

/** Owner of what an object had before it was first applied, where nobody is noted. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

/** `info` is the resource in the version asked for, `schema` that of a custom resource. */
export interface Application {
  readonly request: ApiRequest;
  readonly info: ResourceInfo;
  readonly schema?: object;
  readonly env: PipelineEnv;
}

type Config = Readonly<Record<string, unknown>>;

function configOf(request: ApiRequest): Config {
  const value: unknown = request.patch?.value;
  return typeof value === 'object' && value !== null ? (value as Config) : {};
}

function shapeOf({ info, schema }: Application): Shape {
  return objectShape(schemaOfKind(apiVersionOf(info), info.kind), schema);
}

/** What is wrong with a configuration before anything is looked up. */
export function configProblem(application: Application): ApiResponse | undefined {
  const { request, info } = application;
  const config = configOf(request);
  const { apiVersion = '', kind = '' } = config as { apiVersion?: string; kind?: string };
  const version = apiVersionOf(info);
  const full = (text: string) => (text.includes('/') || text === '' ? text || '/' : `/${text}`);
  if (apiVersion !== version || kind !== info.kind) {
    const named = apiVersion === '' ? '/' : full(apiVersion);
    return badRequest(`invalid object type: ${named}, Kind=${kind}`);
  }
  const { name = '', namespace = '', managedFields } = (config.metadata ?? {}) as KubeObject['metadata'];
  if (managedFields !== undefined) return badRequest('metadata.managedFields must be nil');
  const problem = typedProblem(shapeOf(application), config);
  if (problem === undefined) return undefined;
  const object = `${namespace}/${name}; ${full(version)}, Kind=${kind}`;
  return unknownError(`failed to create typed patch object (${object}): ${problem}`);
}

function ignoredPaths({ request, info }: Application): readonly (readonly string[])[] {
  return [...UNTRACKED, ...resetFieldsOf(request, info)];
}

function entryFor(application: Application, fields: FieldTree, time: string | undefined): ManagedFieldsEntry {
  const { request, info } = application;
  return {
    manager: managerOf(request),
    operation: 'Apply',
    apiVersion: apiVersionOf(info),
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: sortFields(fields) as unknown as Json,
    ...(request.subresource !== undefined && { subresource: request.subresource }),
  };
}

function nowText({ env }: Application): string {
  return timeText(env.epochSeconds, env.nowUs);
}

function isNone(tree: FieldTree): boolean {
  return Object.keys(tree).length === 0;
}

/** managedFields of an object that an application creates. */
export function createdFields(application: Application): readonly ManagedFieldsEntry[] | undefined {
  const set = withoutPaths(fieldsOf(shapeOf(application), configOf(application.request)), ignoredPaths(application));
  return isNone(set) ? undefined : [entryFor(application, set, nowText(application))];
}

/** The live object with the configuration applied, its managedFields up to date; a 409 where others own what changes. */
export function applied(application: Application, live: KubeObject): { readonly object: KubeObject } | ApiResponse {
  const { request, info, schema } = application;
  const shape = shapeOf(application);
  const config = configOf(request);
  const ignored = ignoredPaths(application);
  const set = withoutPaths(fieldsOf(shape, config), ignored);
  const entries = entriesOf(application, live);
  const own = entries.find((entry) => isOwn(application, entry));
  const others = entries.filter((entry) => entry !== own);
  const merged = mergeApplied(shape, live, config);
  const keep = others.reduce((all, entry) => unionFields(all, treeOf(entry)), set);
  const object = (own ? pruneFields(shape, merged, treeOf(own), keep) : merged) as KubeObject;
  const kindSchema = schemaOfKind(apiVersionOf(info), info.kind);
  const compared = compareObjects(kindSchema, live, object, schema);
  const changed = withoutPaths(compared.changed, ignored);
  const removed = withoutPaths(compared.removed, ignored);
  const conflicts = others.flatMap((entry) => {
    const fields = intersectFields(treeOf(entry), changed);
    return isNone(fields) ? [] : [{ entry, fields }];
  });
  if (conflicts.length > 0 && !request.options?.force) return conflictAnswer(conflicts);
  const kept = others.flatMap((entry) => {
    const taken = conflicts.find((conflict) => conflict.entry === entry)?.fields ?? NO_FIELDS;
    const rest = differenceFields(differenceFields(treeOf(entry), taken), removed);
    return isNone(rest) ? [] : [{ ...entry, fieldsV1: sortFields(rest) as unknown as Json }];
  });
  // Times tell of changes of the object.
  const time = isNone(changed) && isNone(removed) ? own?.time : nowText(application);
  const managedFields = isNone(set) ? kept : [...kept, entryFor(application, set, time)];
  return { object: { ...object, metadata: { ...object.metadata, managedFields: sortManagers(managedFields) } } };
}

function treeOf(entry: ManagedFieldsEntry): FieldTree {
  return (entry.fieldsV1 ?? {}) as unknown as FieldTree;
}

function isOwn({ request, info }: Application, entry: ManagedFieldsEntry): boolean {
  return (
    entry.manager === managerOf(request) &&
    entry.operation === 'Apply' &&
    entry.apiVersion === apiVersionOf(info) &&
    (entry.subresource ?? '') === (request.subresource ?? '')
  );
}

function entriesOf(application: Application, live: KubeObject): readonly ManagedFieldsEntry[] {
  const entries = live.metadata.managedFields ?? [];
  if (entries.length > 0) return entries;
  const { info, schema } = application;
  return (
    updateManagedFields({
      before: undefined,
      after: live,
      manager: BEFORE_FIRST_APPLY,
      apiVersion: apiVersionOf(info),
      kind: info.kind,
      time: nowText(application),
      resetFields: resetFieldsOf(application.request, info),
      ...(schema && { openapi: schema }),
    }) ?? []
  );
}

interface Conflict {
  readonly entry: ManagedFieldsEntry;
  readonly fields: FieldTree;
}

/** How messages name a manager (managedfields/internal/conflict.go). */
function managerText({ manager, operation, subresource, apiVersion }: ManagedFieldsEntry): string {
  const part = subresource ? ` with subresource "${subresource}"` : '';
  return operation === 'Update' ? `"${manager}"${part} using ${apiVersion}` : `"${manager}"${part}`;
}

function conflictAnswer(conflicts: readonly Conflict[]): ApiResponse {
  const all = conflicts
    .map(({ entry, fields }) => ({ manager: managerText(entry), paths: fieldPaths(fields) }))
    .sort((a, b) => (a.manager < b.manager ? -1 : a.manager > b.manager ? 1 : 0));
  const causes = all.flatMap(({ manager, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${manager}`, field })),
  );
  const [first] = causes;
  const lists = all.map(({ manager, paths }) =>
    [`conflicts with ${manager}:`, ...paths.map((path) => `- ${path}`)].join('\n'),
  );
  const message =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${first.message}: ${first.field}`
      : `Apply failed with ${causes.length} conflicts: ${lists.join('\n')}`;
  return failure(409, 'Conflict', message, { causes });
}
