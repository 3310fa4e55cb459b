import type { ObjId, StrId } from './ids.ts';

export interface StringTable {
  /** A new string enters the digest. */
  intern(s: string): StrId;
  /** Looks without interning: for whoever must not have an effect on the run. */
  find(s: string): StrId | undefined;
  text(id: StrId): string;
  /** Ids below it are given. */
  readonly size: number;
}

export interface ObjectTable {
  /** Qualified resource as kubectl prints it: `pods`, `deployments.apps`, `leases.coordination.k8s.io`. */
  id(resource: string, namespace: string, name: string): ObjId;
  find(resource: string, namespace: string, name: string): ObjId | undefined;
  /** The interned resource of an object. */
  resourceId(id: ObjId): StrId;
  resource(id: ObjId): string;
  namespace(id: ObjId): string;
  /**
   * The object of a namespace and resource `events` with the name `<base>.<number in hex>`, where the number is
   * high * 2^32 + low > 0. It is the object that `id` finds for that text: names of this form are kept as numbers.
   */
  eventId(namespace: string, base: string, high: number, low: number): ObjId;
  /** The same where an object of that namespace and name is known. */
  eventIdFor(about: ObjId, high: number, low: number): ObjId;
  /** The base of such a name; undefined for all others. */
  eventBase(id: ObjId): string | undefined;
  /** The words of its number, u32. */
  eventHigh(id: ObjId): number;
  eventLow(id: ObjId): number;
  name(id: ObjId): string;
}
