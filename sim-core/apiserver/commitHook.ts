import type { ResourceInfo } from '../api/schema/index.ts';
import type {
  ComponentId,
  EtcdValue,
  KeyValue,
  KubeObject,
  ManagedFieldsEntry,
  ObjId,
  RecordId,
  Revision,
  StrId,
  TimeUs,
  WorldContext,
} from '../contracts/index.ts';
import { RecordKind, SECOND_US } from '../contracts/index.ts';
import type { CommitObserver } from './commitObserver.ts';
import { Cooling } from './compact/cooling.ts';
import { computedHash, contentHash } from './contentHash.ts';
import { recordEffects, recordNewEvent } from './effects.ts';
import { EventVersion } from './events/version.ts';
import { prefixTable, resourceOfKey } from './keys.ts';
import { StoredVersion, stamped } from './version.ts';

type Managers = readonly ManagedFieldsEntry[];

/** The last list of one manager by its set of fields, to be shared: a memo of equal immutable values. */
const lists = new WeakMap<object, Managers>();

/**
 * Leases and Events, the most numerous versions by far, have one manager each: those that it wrote in the same second share its
 * entry. Undefined = as it is; lists of several managers come shared already.
 */
function sharedManagers({ metadata }: KubeObject): Managers | undefined {
  const list = metadata.managedFields;
  if (list?.length !== 1) return undefined;
  const [entry] = list;
  const fields = entry.fieldsV1;
  if (typeof fields !== 'object' || fields === null) return undefined;
  const known = lists.get(fields);
  if (known !== undefined && sameEntry(known[0], entry)) return known;
  lists.set(fields, list);
  return undefined;
}

function sameEntry(a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean {
  return (
    a.time === b.time &&
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource &&
    a.fieldsType === b.fieldsType
  );
}

const EVENTS = 'events';
const PODS = 'pods';
/** Kubelets and controllers answer a write within seconds. */
const COMPACT_AFTER_US = 20 * SECOND_US;
const CREATE = 0;
const UPDATE = 1;
const DELETE = 2;

/**
 * What etcd calls for each object that it commits: the object gets its revision and becomes the one version that all
 * holders share; a `write` record with its content hash enters the trace. Deletions get a version too, of the last state
 * at the revision of the deletion.
 */
export class CommitHook {
  private readonly prefixes: ReadonlyMap<string, string>;
  private readonly observers: readonly CommitObserver[];
  private readonly actor: () => ComponentId;
  private readonly cooling: Cooling;

  /** `compactAfterUs`: when pods that were written are kept compact; -1 = never. */
  constructor(
    infos: readonly ResourceInfo[],
    actor: () => ComponentId,
    observers: readonly CommitObserver[] = [],
    compactAfterUs: TimeUs = COMPACT_AFTER_US,
  ) {
    this.cooling = new Cooling(compactAfterUs);
    this.prefixes = prefixTable(infos);
    this.observers = observers;
    this.actor = actor;
  }

  resourceOf(key: string): string | undefined {
    return resourceOfKey(this.prefixes, key);
  }

  /** The `write` record of an object that was found to differ from the version before in what its hash says. */
  recordRenewal(ctx: WorldContext, obj: ObjId, revision: Revision, hash: number): RecordId {
    const a = UPDATE | (ctx.objects.resourceId(obj) << 2);
    return ctx.record(RecordKind.write, this.actor(), obj, a, revision, hash);
  }

  /** As the end of `commit`, for a version with such a record. */
  tellRenewal(ctx: WorldContext, now: StoredVersion, before: StoredVersion): void {
    const resource = ctx.objects.resource(now.obj);
    for (const observe of this.observers) observe(ctx, this.actor(), resource, now, before, false);
    this.cooling.cool(ctx);
  }

  /** The same of a new object. */
  recordCreation(ctx: WorldContext, obj: ObjId, revision: Revision, hash: number): RecordId {
    return ctx.record(RecordKind.write, this.actor(), obj, CREATE | (ctx.objects.resourceId(obj) << 2), revision, hash);
  }

  /** As the end of `commit`, for an Event with such a record, about an object, with the text of a number. */
  tellEvent(ctx: WorldContext, now: EventVersion, about: ObjId, message: StrId): void {
    const actor = this.actor();
    for (const observe of this.observers) {
      if (observe === recordEffects) recordNewEvent(ctx, actor, now, about, message);
      else observe(ctx, actor, EVENTS, now, undefined, false);
    }
    ctx.setCause(now.record);
  }

  readonly commit = (
    ctx: WorldContext,
    key: string,
    value: EtcdValue,
    revision: Revision,
    prev: KeyValue | undefined,
    deleted: boolean,
  ): { value: EtcdValue; record: RecordId } => {
    const before = prev?.value instanceof StoredVersion ? prev.value : undefined;
    const resource = before ? ctx.objects.resource(before.obj) : this.resourceOf(key);
    if (deleted && resource !== undefined && before instanceof EventVersion)
      return this.deletedEvent(ctx, resource, before, revision);
    const given = deleted ? before?.object : value instanceof StoredVersion ? value.object : (value as KubeObject);
    if (resource === undefined || given === undefined || typeof given !== 'object') return { value, record: 0 };
    const { namespace = '', name = '' } = given.metadata;
    const obj = before?.obj ?? ctx.objects.id(resource, namespace, name);
    const content = deleted && before ? undefined : contentHash(given, before);
    const hash = content?.hash ?? deletionHash(before as StoredVersion);
    if (ctx.fireAllTimers && content !== undefined && hash !== computedHash(given).hash)
      throw new Error(`the hash of ${key} is not that of its content`);
    const verb = deleted ? DELETE : before ? UPDATE : CREATE;
    const a = verb | (ctx.objects.resourceId(obj) << 2);
    const record = ctx.record(RecordKind.write, this.actor(), obj, a, revision, hash);
    const version = new StoredVersion(
      obj,
      revision,
      hash,
      record,
      stamped(given, revision, deleted ? undefined : sharedManagers(given)),
      content,
    );
    for (const observe of this.observers) observe(ctx, this.actor(), resource, version, before, deleted);
    if (resource === PODS) this.cooling.add(version, ctx.nowUs);
    this.cooling.cool(ctx);
    return { value: version, record };
  };

  /** The object of an Event need not be put together to tell that it is gone. */
  private deletedEvent(ctx: WorldContext, resource: string, before: EventVersion, revision: Revision) {
    const hash = deletionHash(before);
    const a = DELETE | (ctx.objects.resourceId(before.obj) << 2);
    const record = ctx.record(RecordKind.write, this.actor(), before.obj, a, revision, hash);
    const version = before.deleted(revision, hash, record);
    for (const observe of this.observers) observe(ctx, this.actor(), resource, version, before, true);
    return { value: version, record };
  }
}

function deletionHash({ hash }: StoredVersion): number {
  return (hash ^ 0x5bd1e995) >>> 0;
}
