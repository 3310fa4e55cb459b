import type { ObjId, RecordId, Revision, TimeUs } from './ids.ts';

/** JSON as Kubernetes uses it. Objects and arrays are immutable once they leave the code that made them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Any Kubernetes object in its JSON shape. Kinds that code touches have static types in `api/types/`. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  // biome-ignore lint/suspicious/noExplicitAny: kinds narrow these
  readonly spec?: any;
  // biome-ignore lint/suspicious/noExplicitAny: kinds narrow these
  readonly status?: any;
  // biome-ignore lint/suspicious/noExplicitAny: unknown fields round-trip
  readonly [field: string]: any;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: 'FieldsV1';
  readonly fieldsV1?: Json;
  readonly subresource?: string;
}

export interface ObjectMeta {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** The revision in decimal; set on every object that was read from the store. */
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string | null;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/**
 * One immutable version of one object, made once when the store applied it and shared by everybody who holds it
 * (history, watch caches, informers, recordings). Objects share unchanged parts (spec, labels) with earlier versions.
 */
export interface Version {
  readonly obj: ObjId;
  /** mod revision; for a deletion the revision of the deletion. */
  readonly rv: Revision;
  /** Content hash, u32: part of the digest. */
  readonly hash: number;
  /** The record of the write: the cause of everything that reacts to it. */
  readonly record: RecordId;
  /** Frozen; `metadata.resourceVersion` is set. Hot kinds may be class instances whose fields are accessors: read fields,
   * never spread or enumerate a Version's object outside `api/` (use `api/machinery/update.ts`). */
  readonly object: KubeObject;
  /** The store keeps it as numbers: who can ask there need not keep it. */
  readonly isCompact?: boolean;
  /** Of some versions of leases: their renewTime, for readers who want nothing else of the object. */
  readonly renewUs?: TimeUs;
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
