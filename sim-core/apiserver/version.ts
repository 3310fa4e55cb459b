import type { KubeObject, ManagedFieldsEntry, ObjId, RecordId, Revision, Version } from '../contracts/index.ts';
import { registerClass } from '../engine/values.ts';
import type { Sums } from './contentHash.ts';

/** What makes the object of a version from what it alone says. The same of the same. */
export interface CompactForm {
  object(row: string, rv: Revision): KubeObject;
}

/** Compact versions whose objects were put together last: they keep them for a while, since who looks once looks again. */
const READ_MAX = 1024;
const read = { versions: new Array<StoredVersion | undefined>(READ_MAX).fill(undefined), next: 0 };

/** A version of an object as the store keeps it and everybody shares it. */
export class StoredVersion implements Version {
  readonly obj: ObjId;
  readonly rv: Revision;
  readonly record: RecordId;
  /** What the hash of the next version starts from; 0 = not known. */
  readonly metadataSum: number;
  readonly specSum: number;
  readonly statusSum: number;
  /** As an i32, which needs no box of its own. */
  private readonly content: number;
  /** undefined where it is put together when somebody looks. */
  protected kept: KubeObject | undefined;
  /** Of a compact version: what its object is put together of. */
  private form: CompactForm | undefined;
  private row: string | undefined;

  constructor(obj: ObjId, rv: Revision, hash: number, record: RecordId, object: KubeObject | undefined, sums?: Sums) {
    this.obj = obj;
    this.rv = rv;
    this.content = hash | 0;
    this.record = record;
    this.kept = object;
    this.form = undefined;
    this.row = undefined;
    this.metadataSum = sums?.metadataSum ?? 0;
    this.specSum = sums?.specSum ?? 0;
    this.statusSum = sums?.statusSum ?? 0;
  }

  get hash(): number {
    return this.content >>> 0;
  }

  get object(): KubeObject {
    return this.kept ?? this.made();
  }

  private made(): KubeObject {
    const object = (this.form as CompactForm).object(this.row as string, this.rv);
    const { versions, next } = read;
    const oldest = versions[next];
    if (oldest !== undefined) oldest.kept = undefined;
    versions[next] = this;
    read.next = (next + 1) % READ_MAX;
    this.kept = object;
    return object;
  }

  /** Keeps no object any longer, since the form makes an equal one of the row. */
  compact(form: CompactForm, row: string): void {
    this.form = form;
    this.row = row;
    this.kept = undefined;
  }

  /** Is it kept so? */
  get hasForm(): boolean {
    return this.form !== undefined;
  }
}

registerClass(StoredVersion, {
  tag: 'Version',
  encode: (version) => [version.obj, version.rv, version.hash, version.record, version.object],
  decode: (parts) => {
    const [obj, rv, hash, record, object] = parts as [number, number, number, number, KubeObject];
    return new StoredVersion(obj, rv, hash, record, object);
  },
  hash: (version) => (version.hash ^ Math.imul(version.rv, 0x9e3779b1)) >>> 0,
});

/** The object with its resourceVersion in it: what readers get. `managers` stands in for an equal list. */
export function stamped(object: KubeObject, rv: Revision, managers?: readonly ManagedFieldsEntry[]): KubeObject {
  const before = object.metadata as Fields;
  const metadata = 'resourceVersion' in before ? copied(object.kind, before) : copiedByField(before);
  metadata['resourceVersion'] = String(rv);
  if (managers !== undefined) metadata['managedFields'] = managers;
  return withMetadata(object, metadata as KubeObject['metadata']);
}

type Fields = Readonly<Record<string, unknown>>;

/** Field by field: a copy that gets a new key would have a hidden class of its own. */
function copiedByField(before: Fields): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key in before) copy[key] = before[key];
  return copy;
}

/** A place for each of the most frequent kinds: V8 copies quickly where few hidden classes come by. */
function copied(kind: string | undefined, before: Fields): Record<string, unknown> {
  switch (kind) {
    case 'Pod':
      return { ...before };
    case 'Node':
      return { ...before };
    case 'ReplicaSet':
      return { ...before };
    case 'Deployment':
      return { ...before };
    default:
      return { ...before };
  }
}

/** As `copied`. */
function withMetadata(object: KubeObject, metadata: KubeObject['metadata']): KubeObject {
  switch (object.kind) {
    case 'Pod':
      return { ...object, metadata };
    case 'Event':
      return { ...object, metadata };
    case 'Node':
      return { ...object, metadata };
    case 'ReplicaSet':
      return { ...object, metadata };
    case 'Deployment':
      return { ...object, metadata };
    default:
      return { ...object, metadata };
  }
}
