import { decode } from '../../api/decode/index.ts';
import {
  fieldsAfter,
  type Merged,
  managedFieldsAfter,
  ownEntry,
  ownFieldsAfter,
  type Updater,
  withOwnEntry,
} from '../../api/machinery/managedFields.ts';
import { timeText } from '../../api/machinery/time.ts';
import { apiVersionOf, type ResourceInfo } from '../../api/schema/index.ts';
import { validateStatusUpdate } from '../../api/validation/index.ts';
import type { ApiRequest, Json, KubeObject, ManagedFieldsEntry, Version } from '../../contracts/index.ts';
import { keepHash, managersChange, tellSums } from '../contentHash.ts';
import { entryWith } from '../heldFields.ts';
import { managerOf, resetFieldsOf } from '../managed.ts';
import type { PipelineEnv } from '../model.ts';
import type { Outcome } from '../transforms/outcome.ts';
import { StoredVersion } from '../version.ts';
import { type Bucket, Buckets, isWorthLearning, prefer, remember } from './bucket.ts';
import { commonParts, isKeyed, type Markers, made, type Plan, planOf, uses } from './build.ts';
import { type Copier, copierOf } from './copies.ts';
import { foundAgain, type Lookups, lookupsOf, OpaqueError, StandIn } from './environment.ts';
import { type HashPlan, patternHash, planHash } from './hashes.ts';
import { ADDRESS_TEXT, COUNT, type HoleKind, OTHER_FIELDS, TEXT, TIME, untouchedPart } from './holes.ts';
import { filled, type HoleRule, matches, NotAShape, partOfWhole } from './match.ts';
import { isPlannable, PlannedFields } from './ownFields.ts';
import {
  alike,
  changeOf,
  equalities,
  fits,
  haveNames,
  isPrior,
  isStored,
  NO_ENTRIES,
  patternsOf,
  told,
  UID_PATH,
  type UpdatePatterns,
} from './prior.ts';
import { CLOSED, keepMade, type Way, wayOf } from './ways.ts';

/** The long way of an update: patch, decoding, owners of fields, admission, strategy, validation. */
type UpdateWay = (request: ApiRequest, info: ResourceInfo, current: Version, env: PipelineEnv) => Outcome;

type Fields = Readonly<Record<string, unknown>>;
type FieldTrees = Merged['kept'];
type Own = NonNullable<Merged['own']>;

/** What becomes of an owner's fields: nothing, they go, or others. */
type Fate = 'stays' | undefined | Plan;

/** What becomes of updates that look alike and whose compared values are the same in the same places. */
interface UpdateShape {
  readonly patterns: UpdatePatterns;
  /** As `equalities` tells them. */
  readonly equal: readonly number[];
  readonly lookups: Lookups;
  readonly result: Plan;
  /** Of the result. */
  readonly statusHash: HashPlan;
  /** Metadata have the fields that they had, owners apart. */
  readonly keepsMetadata: boolean;
  readonly metadataAfter: readonly string[];
  /** An object with the fields of metadata after. */
  readonly metadata: Fields;
  /** Fields of metadata stand as they stood. */
  readonly keepsOrder: boolean;
  /** So do they but for the version, the last of them, which is not there any longer. */
  readonly losesVersion: boolean;
  readonly copyMetadata: Copier;
  readonly copyObject: Copier;
  readonly fates: readonly Fate[];
  readonly own: Plan | undefined;
  /** The same where its values are put together when somebody looks. */
  readonly ownLater: PlannedFields | undefined;
  /** The place of the updater's entry before; -1 = none. */
  readonly ownAt: number;
  readonly othersStay: boolean;
  readonly isNew: boolean;
  /** Nothing that counts was changed. */
  readonly isUnowned: boolean;
  readonly manager: string;
  readonly apiVersion: string;
  /** The update that the shape was made from, with stand-ins in its holes. */
  readonly marked: Marked;
}

interface Marked {
  readonly request: ApiRequest;
  readonly current: Version;
}

/** Updates that look alike, the shape that was used last first. */
interface Family {
  readonly patterns: UpdatePatterns;
  readonly shapes: UpdateShape[];
}

const MEMBERS_MAX = 32;

const buckets = new Buckets<Family>();

/** Where an update may have a shape: the kubelet's status of a pod or of its node, and the counts of workloads. */
function bucketOf(request: ApiRequest, before: KubeObject): Bucket<Family> | undefined {
  const { subresource, options, resource, verb, apiVersion } = request;
  if (subresource !== 'status' || options !== undefined || apiVersion !== undefined) return undefined;
  if (verb === 'patch') {
    if (request.patch?.type !== 'strategic') return undefined;
    const wanted = told(request, before);
    if (wanted === undefined && !isOfStatusAlone(request.patch.value)) return undefined;
    if (resource === 'nodes') return NODE_SPEC.accepts(before.spec) ? buckets.find(request.agent, resource) : undefined;
    if (resource !== 'pods') return undefined;
    const status = wanted ?? (request.patch.value as { readonly status?: Fields }).status;
    const phases = phaseNumber(before.status?.phase) * 8 + phaseNumber((status as Fields | undefined)?.phase);
    return buckets.find(request.agent, String(before.spec?.containers?.[0]?.name), phases);
  }
  if (verb !== 'update' || (resource !== 'replicasets.apps' && resource !== 'deployments.apps')) return undefined;
  return hasNewStatusOnly(request.body, before) ? buckets.find(request.agent, resource) : undefined;
}

/**
 * Does a patch change the status and nothing else? Labels and a resourceVersion in it would be compared with those of the
 * object, of which shapes know the names alone.
 */
function isOfStatusAlone(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { metadata } = value as { readonly metadata?: unknown };
  for (const key in value) if (key !== 'status' && key !== 'metadata') return false;
  if (metadata === undefined) return true;
  if (metadata === null) return false;
  for (const key in metadata) if (key !== 'uid') return false;
  return true;
}

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'];

/** 0 to 5. */
function phaseNumber(phase: unknown): number {
  return phase === undefined ? 5 : PHASES.indexOf(phase as string) + 1;
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
  const families = bucket.shapes;
  const asked = changeOf(request, before);
  for (let i = 0; i < families.length; i++) {
    const shape = shapeIn(families[i], request, asked, current, env);
    if (shape === undefined) continue;
    prefer(bucket, i);
    const object = instance(shape, before, env);
    keepMade(current.obj, shape, shape.patterns.holes, object);
    if (shape.keepsMetadata && current instanceof StoredVersion) tellHashes(shape, current, object);
    return object;
  }
  return undefined;
}

/** What the object's hash will be made of follows from the version before and the values of the holes. */
function tellHashes({ patterns, statusHash }: UpdateShape, before: StoredVersion, object: KubeObject): void {
  const { obj, metadataSum, specSum } = before;
  const old = before.object;
  if (metadataSum === 0 || (specSum === 0 && old.spec !== undefined)) return;
  const owners = managersChange(obj, old.metadata.managedFields, object.metadata.managedFields);
  tellSums(obj, object, (metadataSum + owners) | 0, specSum, statusHash.hash(patterns.holes) | 0);
}

/** The shape of an update; leaves its values in the holes. */
function shapeIn(
  { patterns, shapes }: Family,
  request: ApiRequest,
  asked: unknown,
  current: Version,
  env: PipelineEnv,
): UpdateShape | undefined {
  if (!fits(patterns, request, asked, current)) return undefined;
  if (!isPrior(patterns, current, (maker) => newWay(patterns, maker as UpdateShape, env))) return undefined;
  const equal = equalities(patterns);
  for (let i = 0; i < shapes.length; i++) {
    const shape = shapes[i];
    if (!alike(shape.equal, equal) || !foundAgain(shape.lookups, env)) continue;
    for (let j = i; j > 0; j--) shapes[j] = shapes[j - 1];
    shapes[0] = shape;
    return shape;
  }
  return undefined;
}

/** Looks once whether a shape's result is always what an update finds stored, and which of the holes go where. */
function newWay(patterns: UpdatePatterns, maker: UpdateShape, env: PipelineEnv): Way {
  const values: unknown[] = [];
  const { request, current } = maker.marked;
  const isWhole =
    matches(maker.patterns.change, changeOf(request, current.object), values) &&
    isStored(maker.patterns, current.object, values);
  if (!isWhole) return CLOSED;
  const found: unknown[] = [];
  const time = timeText(env.epochSeconds, env.nowUs);
  if (!isStored(patterns, madeWith(maker, current.object, values, time), found)) return CLOSED;
  return wayOf(found, patterns.kinds, values, maker.patterns.kinds);
}

function instance(shape: UpdateShape, before: KubeObject, env: PipelineEnv): KubeObject {
  const time = shape.isUnowned ? '' : timeText(env.epochSeconds, env.nowUs);
  return madeWith(shape, before, shape.patterns.holes, time);
}

function madeWith(shape: UpdateShape, before: KubeObject, holes: readonly unknown[], time: string): KubeObject {
  const metadata = metadataOf(shape, before.metadata as Fields);
  if (!shape.isUnowned) {
    metadata['managedFields'] = managedFieldsOf(shape, before.metadata.managedFields ?? NO_ENTRIES, holes, time);
  }
  const object = shape.copyObject(before);
  object['metadata'] = metadata;
  object['status'] = made(shape.result, holes);
  return object as KubeObject;
}

function metadataOf(shape: UpdateShape, old: Fields): Record<string, unknown> {
  if (shape.keepsOrder) return shape.copyMetadata(old);
  if (shape.losesVersion) {
    // Its place is kept for the version to come.
    const metadata = shape.copyMetadata(old);
    metadata['resourceVersion'] = undefined;
    return metadata;
  }
  // Decoding puts the fields into their order.
  const metadata = shape.copyMetadata(shape.metadata);
  for (const name of shape.metadataAfter) metadata[name] = old[name];
  return metadata;
}

function managedFieldsOf(
  { fates, own, ownLater, ownAt, othersStay, isNew, manager, apiVersion }: UpdateShape,
  entries: readonly ManagedFieldsEntry[],
  holes: readonly unknown[],
  time: string,
): readonly ManagedFieldsEntry[] | undefined {
  if (ownLater !== undefined && othersStay) {
    const since = isNew ? time : entries[ownAt]?.time;
    const entry = entryWith(manager, apiVersion, since, 'status', ownLater, ownLater.valuesFrom(holes));
    return withOwnEntry(entries, ownAt, entry);
  }
  const updater: Updater = { manager, apiVersion, subresource: 'status', time };
  const isShared = own?.isShared !== false;
  if (own !== undefined && othersStay)
    return ownFieldsAfter(entries, ownAt, made(own, holes) as Own, updater, isNew, isShared);
  const kept: (FieldTrees[number] | undefined)[] = [];
  for (let i = 0; i < fates.length; i++) {
    const fate = fates[i];
    if (fate === 'stays') kept.push(entries[i].fieldsV1 as unknown as FieldTrees[number]);
    else kept.push(fate === undefined ? undefined : (made(fate, holes) as FieldTrees[number]));
  }
  const merged: Merged = { kept, own: own === undefined ? undefined : (made(own, holes) as Merged['own']), isNew };
  return managedFieldsAfter(merged, entries, updater, isShared);
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
    const family = familyOf(bucket, request, current);
    const shape = shapeOf(family.patterns, request, info, current, env, longWay);
    if (shape === undefined || !foundAgain(shape.lookups, env)) return;
    // The shape has to give what the long way gave.
    const again = instance(shape, before, env);
    if (JSON.stringify(again) !== JSON.stringify(outcome.object)) return;
    keepMade(current.obj, shape, family.patterns.holes, outcome.object);
    for (const plan of [shape.result, shape.own, ...shape.fates]) if (plan !== 'stays') commonParts(plan, keepHash);
    if (family.shapes.length === 0) remember(bucket, family);
    family.shapes.unshift(shape);
    if (family.shapes.length > MEMBERS_MAX) family.shapes.pop();
  } catch (error) {
    if (!(error instanceof NotAShape) && !(error instanceof OpaqueError)) throw error;
  }
}

/** The family that looks like an update, or a new one; the values are in its holes. Throws NotAShape. */
function familyOf(bucket: Bucket<Family>, request: ApiRequest, current: Version): Family {
  const asked = changeOf(request, current.object);
  const isOf = (patterns: UpdatePatterns): boolean =>
    fits(patterns, request, asked, current) && isStored(patterns, current.object, patterns.holes);
  for (const family of bucket.shapes) if (isOf(family.patterns)) return family;
  const patterns = patternsOf(request, current.object, HOLES[request.resource](asked));
  if (!isOf(patterns)) throw new NotAShape(request.name);
  return { patterns, shapes: [] };
}

function shapeOf(
  patterns: UpdatePatterns,
  request: ApiRequest,
  info: ResourceInfo,
  current: Version,
  env: PipelineEnv,
  longWay: UpdateWay,
): UpdateShape | undefined {
  const before = current.object;
  const equal = equalities(patterns).slice();
  const markers = standIns(patterns, equal);
  const marked = markedUpdate(request, current, patterns, markers);
  const standIn = new StandIn(env, env.nowUs);
  const outcome = longWay(marked.request, info, marked.current, standIn.env);
  if (!('object' in outcome) || standIn.drawn.length > 0) return undefined;
  const handed = patterns.isTold ? handedOf(patterns, told(marked.request, marked.current.object)) : undefined;
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
  const entriesBefore = before.metadata.managedFields ?? NO_ENTRIES;
  const markedEntries = marked.current.object.metadata.managedFields ?? NO_ENTRIES;
  const result = planOf(outcome.object.status, { ...found, handed });
  // A part has to come out as it went in.
  if (patterns.kinds.some((kind, i) => PARTS.has(kind) && !uses(result, i))) return undefined;
  const fates = (merged?.kept ?? []).map((tree, i): Fate => {
    if (tree === undefined) return undefined;
    const stays = JSON.stringify(tree) === JSON.stringify(markedEntries[i].fieldsV1);
    return stays ? 'stays' : planOf(tree, found);
  });
  if (fates.some((fate, i) => fate !== 'stays' && patterns.owners[i].fields.kind === OTHER_FIELDS)) return undefined;
  const ownAt = ownEntry(entriesBefore, managerOf(request), apiVersionOf(info), 'status');
  const own = merged?.own && planOf(merged.own, found);
  const metadataAfter = Object.keys(outcome.object.metadata);
  return {
    patterns,
    equal,
    lookups,
    result,
    statusHash: planHash(result, (hole) => {
      const part = hole < patterns.kinds.length ? undefined : partOfWhole(patterns.change, hole);
      return part && patternHash(part);
    }),
    keepsMetadata: haveSameNames(Object.keys(before.metadata), metadataAfter),
    metadataAfter,
    metadata: { ...outcome.object.metadata },
    keepsOrder: haveNames(outcome.object.metadata, Object.keys(before.metadata)),
    losesVersion: haveNames(before.metadata, metadataAfter.concat('resourceVersion')),
    copyMetadata: copierOf(outcome.object.metadata),
    copyObject: copierOf(outcome.object),
    fates,
    ownAt,
    othersStay: fates.every((fate, i) => fate === 'stays' || i === ownAt),
    own,
    ownLater: own && isKeyed(own) && isPlannable(own) ? new PlannedFields(own) : undefined,
    isNew: merged?.isNew ?? false,
    // Objects that have no owners get none by an update.
    isUnowned: merged === undefined || outcome.object.metadata.managedFields === undefined,
    manager: managerOf(request),
    apiVersion: apiVersionOf(info),
    marked,
  };
}

/** The same names, in any order, but for those of which the sum of metadata knows otherwise: owners, and the version, which it leaves out. */
function haveSameNames(before: readonly string[], after: readonly string[]): boolean {
  const others = (names: readonly string[]) =>
    names.filter((name) => name !== 'managedFields' && name !== 'resourceVersion').sort();
  return others(before).join() === others(after).join();
}

/** The parts of a told status, with stand-ins, that may be handed on: by their text. */
function handedOf({ change, kinds }: UpdatePatterns, marked: unknown): ReadonlyMap<string, number> {
  const wholes: unknown[] = [];
  matches(change, marked, wholes);
  const texts = new Map<string, number>();
  for (let i = wholes.length - 1; i >= kinds.length; i--) {
    if (isDefined(wholes[i])) texts.set(JSON.stringify(wholes[i]), i);
  }
  return texts;
}

/** Has the value no absent fields? */
function isDefined(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined;
  return Object.values(value).every(isDefined);
}

const NO_PARTS: ReadonlyMap<string, number> = new Map();

/** One stand-in for each value, the same for holes that are the same as they are compared. */
function standIns({ samples, kinds, groups }: UpdatePatterns, equal: readonly number[]): readonly unknown[] {
  const markers = samples.map((sample, i) => kinds[i].marker(i, sample));
  let at = 0;
  for (const group of groups) for (const hole of group) markers[hole] = markers[group[equal[at++]]];
  return markers;
}

function markedUpdate(
  request: ApiRequest,
  current: Version,
  { change, status, owners, uid, isTold }: UpdatePatterns,
  markers: readonly unknown[],
): Marked {
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
  const value = filled(change, markers) as Json;
  const { patch } = request;
  if (patch?.told && isTold) {
    const { valueFor } = patch.told;
    const asTold = { before: object, after: value, valueFor };
    const markedPatch = { type: patch.type, value: valueFor(object, value), told: asTold };
    return { request: { ...request, patch: markedPatch }, current: stored };
  }
  if (patch) return { request: { ...request, patch: { type: patch.type, value } }, current: stored };
  const body = { ...request.body, metadata: object.metadata, status: value } as KubeObject;
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
