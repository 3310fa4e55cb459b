import type { ControllerWatch, KubeObject, Version, WorldContext } from '../contracts/index.ts';
import { LOOKS_AT } from '../contracts/index.ts';
import type { ClientId } from './api_clients.ts';
import type { IndexSpec } from './informer_store.ts';
import { EVERYTHING } from './looks_at.ts';

/** What an informer tells its listeners, after its store has changed. */
export class InformerEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** For DELETED the last state; only the last known one when `finalStateUnknown`. */
  readonly now: Version;
  readonly before: Version | undefined;
  readonly informer: InformerId;
  /** What the event is about, of `LOOKS_AT`. */
  readonly touched: number;
  /** The deletion was missed and found by a new list (cache.DeletedFinalStateUnknown). */
  readonly finalStateUnknown: boolean;
  private made: ObjectChange | undefined = undefined;

  constructor(
    type: InformerEvent['type'],
    now: Version,
    before: Version | undefined,
    informer: InformerId,
    touched: number,
    finalStateUnknown = false,
  ) {
    this.type = type;
    this.now = now;
    this.before = before;
    this.informer = informer;
    this.touched = touched;
    this.finalStateUnknown = finalStateUnknown;
  }

  /** As controllers see it. */
  get change(): ObjectChange {
    this.made ??= { type: this.type, now: this.now.object, before: this.before?.object };
    return this.made;
  }
}

type ObjectChange = Parameters<ControllerWatch['keys']>[0];

/** What an event is about, of `LOOKS_AT`. Parts that objects share are untouched. */
export function touchedBy(type: InformerEvent['type'], now: KubeObject, before: KubeObject | undefined): number {
  if (type === 'ADDED') return LOOKS_AT.additions;
  if (type === 'DELETED') return LOOKS_AT.deletions;
  // Nobody knows what it was.
  if (before === undefined || before === now) return EVERYTHING;
  const [a, b] = [before.metadata, now.metadata];
  let bits: number = LOOKS_AT.nothing;
  if (a.labels !== b.labels) bits |= LOOKS_AT.labels;
  if (a.ownerReferences !== b.ownerReferences) bits |= LOOKS_AT.owners;
  if (a.deletionTimestamp !== undefined || b.deletionTimestamp !== undefined) bits |= LOOKS_AT.marks;
  if (before.spec !== now.spec) bits |= LOOKS_AT.spec;
  if (before.status !== now.status) bits |= LOOKS_AT.status;
  return bits;
}

export type InformerListener = (ctx: WorldContext, event: InformerEvent) => void;

/** Which events a listener is told of. */
export interface Interest {
  /** Of `LOOKS_AT`; default: all. */
  readonly looksAt?: number;
  /** See `ControllerWatch.concerns`. */
  readonly concerns?: (object: KubeObject) => boolean;
}
export type InformerId = number;
export type GroupId = number;

/** A store of objects of one resource, fed by one informer, or by many that never hold the same object. */
export interface GroupSpec {
  readonly resource: string;
  /** Default: the resource. A component may hold two stores of one resource with different selectors. */
  readonly name?: string;
  readonly indexes?: readonly IndexSpec[];
  /** Many informers feed this store (pods by node); each object belongs to one of them. */
  readonly partitioned?: boolean;
  /** Renewals of leases need not be told: they are fetched when somebody reads the store. Undefined = no matter. */
  readonly quiet?: boolean;
}

export interface InformerConfig {
  readonly group: GroupId;
  readonly client: ClientId;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** `recent` (default): the first list is as fresh as etcd (resourceVersion unset), as client-go's watch-list of 1.35.
   * `any`: resourceVersion 0, whatever the API server's watch cache has (the former default; may go back in time). */
  readonly firstList?: 'recent' | 'any';
}
