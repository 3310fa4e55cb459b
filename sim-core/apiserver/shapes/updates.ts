import { decode } from '../../api/decode/index.ts';
import { fieldsAfter, type Merged, managedFieldsAfter, type Updater } from '../../api/machinery/managedFields.ts';
import { timeText } from '../../api/machinery/time.ts';
import { apiVersionOf, type ResourceInfo } from '../../api/schema/index.ts';
import { validateStatusUpdate } from '../../api/validation/index.ts';
import type { ApiRequest, Json, KubeObject, ManagedFieldsEntry, Version } from '../../contracts/index.ts';
import { keepHash } from '../contentHash.ts';
import { managerOf, resetFieldsOf } from '../managed.ts';
import type { PipelineEnv } from '../model.ts';
import type { Outcome } from '../transforms/index.ts';
import { type Bucket, Buckets, isWorthLearning, prefer, remember } from './bucket.ts';
import { commonParts, type Markers, made, type Plan, planOf, uses } from './build.ts';
import { foundAgain, type Lookups, lookupsOf, OpaqueError, StandIn } from './environment.ts';
import { ADDRESS_TEXT, COUNT, type HoleKind, TEXT, TIME, untouchedPart } from './holes.ts';
import {
  fieldsPattern,
  filled,
  type Hole,
  type HoleRule,
  matches,
  NotAShape,
  type Pattern,
  patternOf,
} from './match.ts';

/** The long way of an update: patch, decoding, owners of fields, admission, strategy, validation. */
type UpdateWay = (request: ApiRequest, info: ResourceInfo, current: Version, env: PipelineEnv) => Outcome;

type Fields = Readonly<Record<string, unknown>>;
type FieldTrees = Merged['kept'];

/** An owner of fields before the update. */
interface Owner {
  readonly manager: string | undefined;
  readonly operation: string | undefined;
  readonly apiVersion: string | undefined;
  readonly subresource: string | undefined;
  readonly fields: Pattern;
}

/** What becomes of an owner's fields: nothing, they go, or others. */
type Fate = 'stays' | undefined | Plan;

/** How updates of one shape are done: what is asked, what is stored, and what becomes of it. */
interface UpdateShape {
  readonly request: ApiRequest;
  readonly lookups: Lookups;
  /** The patch, or the status of the body. */
  readonly change: Pattern;
  readonly status: Pattern;
  readonly owners: readonly Owner[];
  /** Triples: two holes, and 1 where their values are the same. */
  readonly pairs: readonly number[];
  /** The hole of the uid that a patch names; -1 = none. */
  readonly uid: number;
  readonly result: Plan;
  /** Fields of metadata as they stand before and after. */
  readonly metadataBefore: readonly string[];
  readonly metadataAfter: readonly string[];
  /** An object with the fields of metadata after. */
  readonly metadata: Fields;
  readonly fates: readonly Fate[];
  readonly own: Plan | undefined;
  readonly isNew: boolean;
  /** Nothing that counts was changed. */
  readonly isUnowned: boolean;
  readonly manager: string;
  readonly apiVersion: string;
  readonly holes: unknown[];
}

const buckets = new Buckets<UpdateShape>();

/** Where an update may have a shape: the kubelet's status of a pod or of its node, and the counts of workloads. */
function bucketOf(request: ApiRequest, before: KubeObject): Bucket<UpdateShape> | undefined {
  const { subresource, options, resource, verb, apiVersion } = request;
  if (subresource !== 'status' || options !== undefined || apiVersion !== undefined) return undefined;
  if (verb === 'patch') {
    if (request.patch?.type !== 'strategic') return undefined;
    if (resource === 'nodes') return NODE_SPEC.accepts(before.spec) ? buckets.find(request.agent, resource) : undefined;
    if (resource !== 'pods') return undefined;
    const status = (request.patch.value as { readonly status?: Fields } | null)?.status;
    const phase = String(before.status?.phase) + String(status?.phase);
    return buckets.find(request.agent, phase + String(before.spec?.containers?.[0]?.name));
  }
  if (verb !== 'update' || (resource !== 'replicasets.apps' && resource !== 'deployments.apps')) return undefined;
  return hasNewStatusOnly(request.body, before) ? buckets.find(request.agent, resource) : undefined;
}

/** Is the body the stored object, by identity, with another status? */
function hasNewStatusOnly(body: KubeObject | undefined, before: KubeObject): boolean {
  if (body === undefined || body === null) return false;
  let surplus = 0;
  for (const key in body) {
    if (key !== 'status' && body[key] !== before[key]) return false;
    surplus++;
  }
  for (const _ in before) surplus--;
  return surplus === 0;
}

/** Does an update of a shape that is known; undefined where none fits: the long way has to be gone. */
export function knownUpdate(request: ApiRequest, current: Version, env: PipelineEnv): KubeObject | undefined {
  const before = current.object;
  const bucket = bucketOf(request, before);
  if (bucket === undefined || before.metadata.resourceVersion !== String(current.rv)) return undefined;
  const { shapes } = bucket;
  for (let i = 0; i < shapes.length; i++) {
    const shape = shapes[i];
    if (!fits(shape, request, before, env)) continue;
    prefer(bucket, i);
    return instance(shape, before, env);
  }

  return undefined;
}

function changeOf({ verb, patch, body }: ApiRequest): unknown {
  return verb === 'patch' ? patch?.value : body?.status;
}

function fits(shape: UpdateShape, request: ApiRequest, before: KubeObject, env: PipelineEnv): boolean {
  const { holes, uid, pairs } = shape;
  const known = shape.request;
  if (known.resource !== request.resource || known.verb !== request.verb || known.agent !== request.agent) return false;
  if (!matches(shape.change, changeOf(request), holes) || !matches(shape.status, before.status, holes)) return false;
  const { metadata } = before;
  if (metadata.name !== request.name || (metadata.namespace ?? '') !== request.namespace) return false;
  if (uid >= 0 && holes[uid] !== metadata.uid) return false;
  if (!haveNames(metadata, shape.metadataBefore)) return false;
  if (!haveOwners(shape.owners, metadata.managedFields ?? NO_ENTRIES, holes)) return false;
  for (let i = 0; i < pairs.length; i += 3) {
    if ((holes[pairs[i]] === holes[pairs[i + 1]]) !== (pairs[i + 2] === 1)) return false;
  }
  return foundAgain(shape.lookups, env);
}

function haveNames(fields: object, names: readonly string[]): boolean {
  let i = 0;
  for (const name in fields) if (name !== names[i++]) return false;
  return i === names.length;
}

function haveOwners(owners: readonly Owner[], entries: readonly ManagedFieldsEntry[], holes: unknown[]): boolean {
  if (entries.length !== owners.length) return false;
  for (let i = 0; i < owners.length; i++) {
    const owner = owners[i];
    const entry = entries[i];
    if (entry.manager !== owner.manager || entry.operation !== owner.operation) return false;
    if (entry.apiVersion !== owner.apiVersion || entry.subresource !== owner.subresource) return false;
    if (entry.fieldsType !== 'FieldsV1' || !matches(owner.fields, entry.fieldsV1, holes)) return false;
  }
  return true;
}

function instance(shape: UpdateShape, before: KubeObject, env: PipelineEnv): KubeObject {
  const { holes } = shape;
  const old = before.metadata as Fields;
  // Decoding puts the fields into their order.
  const metadata: Record<string, unknown> = { ...shape.metadata };
  for (const name of shape.metadataAfter) metadata[name] = old[name];
  if (!shape.isUnowned) {
    const entries = (old.managedFields ?? NO_ENTRIES) as readonly ManagedFieldsEntry[];
    metadata.managedFields = managedFieldsOf(shape, entries, env);
  }
  return {
    ...before,
    metadata,
    status: made(shape.result, holes) as KubeObject['status'],
  };
}

function managedFieldsOf(
  shape: UpdateShape,
  entries: readonly ManagedFieldsEntry[],
  env: PipelineEnv,
): readonly ManagedFieldsEntry[] | undefined {
  const { holes, fates, own, isNew, manager, apiVersion } = shape;
  const kept: (FieldTrees[number] | undefined)[] = [];
  for (let i = 0; i < fates.length; i++) {
    const fate = fates[i];
    if (fate === 'stays') kept.push(entries[i].fieldsV1 as unknown as FieldTrees[number]);
    else kept.push(fate === undefined ? undefined : (made(fate, holes) as FieldTrees[number]));
  }
  const merged: Merged = { kept, own: own === undefined ? undefined : (made(own, holes) as Merged['own']), isNew };
  const time = timeText(env.epochSeconds, env.nowUs);
  const updater: Updater = { manager, apiVersion, subresource: 'status', time };
  return managedFieldsAfter(merged, entries, updater);
}

/** Looks at an update that went the long way, to know the next one of its shape. */
export function learnUpdate(
  request: ApiRequest,
  info: ResourceInfo,
  current: Version,
  env: PipelineEnv,
  outcome: Outcome,
  longWay: UpdateWay,
): void {
  const before = current.object;
  const bucket = bucketOf(request, before);
  if (bucket === undefined || !isWorthLearning(bucket)) return;
  if (!('object' in outcome) || outcome.warnings !== undefined || outcome.code !== undefined) return;
  if (before.metadata.resourceVersion !== String(current.rv) || before.status === undefined) return;
  try {
    const shape = shapeOf(request, info, current, env, longWay);
    if (shape === undefined || !fits(shape, request, before, env)) {
      return;
    }
    // The shape has to give what the long way gave.
    const again = instance(shape, before, env);
    if (JSON.stringify(again) !== JSON.stringify(outcome.object)) return;
    for (const plan of [shape.result, shape.own, ...shape.fates]) if (plan !== 'stays') commonParts(plan, keepHash);
    remember(bucket, shape);
  } catch (error) {
    if (!(error instanceof NotAShape) && !(error instanceof OpaqueError)) throw error;
  }
}

function shapeOf(
  request: ApiRequest,
  info: ResourceInfo,
  current: Version,
  env: PipelineEnv,
  longWay: UpdateWay,
): UpdateShape | undefined {
  const before = current.object;
  const entries = before.metadata.managedFields ?? NO_ENTRIES;
  const holes: Hole[] = [];
  const rule = HOLES[request.resource](changeOf(request));
  const change = patternOf(changeOf(request), rule, holes, request.verb === 'patch' ? 'new' : 'new.status');
  const status = patternOf(before.status, rule, holes, 'old.status');
  const owners = entries.map(
    (entry, i): Owner => ({
      manager: entry.manager,
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource,
      fields: fieldsPattern(entry.fieldsV1, ADDRESS_TEXT, holes, `own[${i}]`),
    }),
  );
  const uid = holes.findIndex(({ path }) => path === UID_PATH);
  const pairs = pairsOf(holes);
  const markers = standIns(holes, pairs);
  const marked = markedUpdate(request, current, { change, status, owners }, markers, uid);
  const standIn = new StandIn(env, env.nowUs);
  const outcome = longWay(marked.request, info, marked.current, standIn.env);
  if (!('object' in outcome) || standIn.drawn.length > 0) return undefined;
  const found: Markers = { wholes: new Map(markers.map((marker, i) => [marker, i])), parts: NO_PARTS };
  const lookups = lookupsOf(standIn);
  if (lookups.objects.some(({ key }) => key.some((text) => found.wholes.has(text)))) return undefined;
  const merged = fieldsAfter({
    before: marked.current.object,
    after: outcome.object,
    manager: managerOf(request),
    apiVersion: apiVersionOf(info),
    kind: info.kind,
    subresource: 'status',
    time: '',
    resetFields: resetFieldsOf(request, info),
  });
  const markedEntries = marked.current.object.metadata.managedFields ?? NO_ENTRIES;
  const result = planOf(outcome.object.status, found);
  // A part has to come out as it went in.
  if (holes.some(({ kind }, i) => PARTS.has(kind) && !uses(result, i))) return undefined;
  return {
    request: { ...request, body: undefined, patch: undefined },
    lookups,
    change,
    status,
    owners,
    pairs,
    uid,
    result,
    metadataBefore: Object.keys(before.metadata),
    metadataAfter: Object.keys(outcome.object.metadata),
    metadata: { ...outcome.object.metadata },
    fates: (merged?.kept ?? []).map((tree, i): Fate => {
      if (tree === undefined) return undefined;
      return (tree as unknown) === markedEntries[i].fieldsV1 ? 'stays' : planOf(tree, found);
    }),
    own: merged?.own && planOf(merged.own, found),
    isNew: merged?.isNew ?? false,
    isUnowned: merged === undefined,
    manager: managerOf(request),
    apiVersion: apiVersionOf(info),
    holes: [],
  };
}

const UID_PATH = 'new.metadata.uid';
const NO_PARTS: ReadonlyMap<string, number> = new Map();
const NO_ENTRIES: readonly ManagedFieldsEntry[] = [];

/**
 * The holes that the long way compares: those of one field before and after, and all addresses, which are keys of lists. A
 * shape tells for each pair whether the values are the same.
 */
function pairsOf(holes: readonly Hole[]): readonly number[] {
  const pairs: number[] = [];
  holes.forEach((a, i) => {
    for (let j = i + 1; j < holes.length; j++) {
      const b = holes[j];
      if (a.kind !== b.kind) continue;
      const isOneField = a.path.slice(3) === b.path.slice(3) && a.path !== b.path;
      if (isOneField || a.kind === ADDRESS_TEXT) pairs.push(i, j, a.sample === b.sample ? 1 : 0);
    }
  });
  return pairs;
}

/** One stand-in for each value, the same for holes that are the same as they are compared. */
function standIns(holes: readonly Hole[], pairs: readonly number[]): readonly unknown[] {
  const markers = holes.map(({ kind, sample }, i) => kind.marker(i, sample));
  for (let i = 0; i < pairs.length; i += 3) if (pairs[i + 2] === 1) markers[pairs[i + 1]] = markers[pairs[i]];
  return markers;
}

function markedUpdate(
  request: ApiRequest,
  current: Version,
  { change, status, owners }: Pick<UpdateShape, 'change' | 'status' | 'owners'>,
  markers: readonly unknown[],
  uid: number,
): { readonly request: ApiRequest; readonly current: Version } {
  const before = current.object;
  const entries = before.metadata.managedFields;
  const managedFields = entries?.map((entry, i) => ({ ...entry, fieldsV1: filled(owners[i].fields, markers) as Json }));
  const named = uid < 0 ? {} : { uid: markers[uid] as string };
  const object = {
    ...before,
    metadata: { ...before.metadata, ...named, ...(managedFields && { managedFields }) },
    status: filled(status, markers),
  } as KubeObject;
  const { obj, rv, record, hash } = current;
  const stored: Version = { obj, rv, record, hash, object };
  if (request.patch) {
    const patch = { type: request.patch.type, value: filled(change, markers) as Json };
    return { request: { ...request, patch }, current: stored };
  }
  const body = { ...request.body, metadata: object.metadata, status: filled(change, markers) } as KubeObject;
  return { request: { ...request, body }, current: stored };
}

const TIMES: ReadonlySet<string> = new Set([
  'lastTransitionTime',
  'lastHeartbeatTime',
  'lastProbeTime',
  'lastUpdateTime',
  'startTime',
  'startedAt',
  'finishedAt',
]);
const ADDRESSES: ReadonlySet<string> = new Set(['ip', 'podIP', 'hostIP']);

function podHole(path: string, name: string): HoleKind | undefined {
  if (TIMES.has(name)) return TIME;
  if (ADDRESSES.has(name)) return ADDRESS_TEXT;
  if (name === 'containerID' || name === 'message' || path === UID_PATH) return TEXT;
  if (name === 'name' && path.includes('.volumeMounts[')) return TEXT;
  return name === 'restartCount' ? COUNT : undefined;
}

function workloadHole(_path: string, name: string, value: unknown): HoleKind | undefined {
  if (TIMES.has(name)) return TIME;
  if (name === 'message') return TEXT;
  return typeof value === 'number' ? COUNT : undefined;
}

/** Parts of a node's status that each node has of its own, and that its heartbeats leave alone. */
const NODE_PARTS: ReadonlyMap<string, HoleKind> = new Map(
  ['addresses', 'nodeInfo', 'images', 'daemonEndpoints'].map((field) => [
    `old.status.${field}`,
    untouchedPart(field, (value) => {
      const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, status: { [field]: value } };
      const { object, errors } = decode(node, { apiVersion: 'v1', kind: 'Node', strictness: 'warn' });
      return errors.length === 0 && (object as unknown as KubeObject).status?.[field] === value;
    }),
  ]),
);
const PARTS: ReadonlySet<HoleKind> = new Set(NODE_PARTS.values());

/** A node's spec is validated with its status. */
const NODE_SPEC = untouchedPart('spec', (spec) => {
  const metadata = { name: 'n', resourceVersion: '1' };
  const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata, spec };
  return validateStatusUpdate(node, node).length === 0;
});

/** A part that the patch changes is looked into. */
function nodeHole(change: unknown): HoleRule {
  const asked = ((change as { readonly status?: Fields } | null)?.status ?? {}) as Fields;
  return (path, name) => {
    if (TIMES.has(name)) return TIME;
    if (name === 'message' || path === UID_PATH) return TEXT;
    const part = NODE_PARTS.get(path);
    return part === undefined || name in asked || `$setElementOrder/${name}` in asked ? undefined : part;
  };
}

/** What statuses of a resource may differ in. */
const HOLES: Readonly<Record<string, (change: unknown) => HoleRule>> = {
  pods: () => podHole,
  nodes: nodeHole,
  'replicasets.apps': () => workloadHole,
  'deployments.apps': () => workloadHole,
};
