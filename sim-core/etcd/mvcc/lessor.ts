import type { Containers, EtcdError, IntSets, PagedTable, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { ERR } from './errors.ts';

export interface Lease {
  readonly id: number;
  readonly ttlSeconds: number;
  /** By the leader's clock; moved by keep-alives, and by a full TTL when the leader changes. */
  readonly expiresUs: TimeUs;
}

/** etcd 3.6 lease/lessor.go */
export const MAX_TTL_SECONDS = 9_000_000_000;

/** ceil(1.5 x election timeout) in seconds (etcd 3.6 server.go): 2 with defaults. */
export function minTtlSeconds(electionTimeoutUs: TimeUs): number {
  return Math.ceil((3 * electionTimeoutUs) / (2 * SECOND_US));
}

/** Leases and the keys attached to them. Grants and revocations come through raft; renewals live at the leader. */
export class Lessor {
  readonly #leases: PagedTable<Lease>;
  readonly #keys: IntSets;

  constructor(containers: Containers) {
    this.#leases = containers.table<Lease>('leases');
    this.#keys = containers.intSets('lease-keys');
  }

  has(id: number): boolean {
    return this.#leases.has(id);
  }

  get(id: number): Lease | undefined {
    return this.#leases.get(id);
  }

  /** Smallest id that was never used. */
  get nextId(): number {
    return Math.max(1, this.#leases.limit);
  }

  grant(id: number, ttlSeconds: number, minTtl: number, nowUs: TimeUs): Lease | EtcdError {
    if (ttlSeconds > MAX_TTL_SECONDS) return ERR.leaseTtlTooLarge;
    if (this.#leases.has(id)) return ERR.leaseExists;
    const ttl = Math.max(ttlSeconds, minTtl);
    const lease: Lease = { id, ttlSeconds: ttl, expiresUs: nowUs + ttl * SECOND_US };
    this.#leases.put(id, lease);
    return lease;
  }

  /** Renews; undefined if there is no such lease. */
  keepAlive(id: number, nowUs: TimeUs): Lease | undefined {
    const lease = this.#leases.get(id);
    if (lease === undefined) return undefined;
    const renewed = { ...lease, expiresUs: nowUs + lease.ttlSeconds * SECOND_US };
    this.#leases.set(id, renewed);
    return renewed;
  }

  /** A new leader does not know the renewals of the old one: every lease gets its full TTL again. */
  promote(nowUs: TimeUs): void {
    this.#leases.forEach((lease) => void this.keepAlive(lease.id, nowUs));
  }

  /** Forgets the lease; its keys are the caller's to delete, in one revision. */
  revoke(id: number): void {
    this.#leases.free(id);
    for (const slot of [...this.#keys.members(id)]) this.#keys.remove(id, slot);
  }

  attach(id: number, slot: number): void {
    this.#keys.add(id, slot);
  }

  detach(id: number, slot: number): void {
    this.#keys.remove(id, slot);
  }

  /** Slots of attached keys. */
  slots(id: number): readonly number[] {
    return this.#keys.members(id);
  }

  /** Ascending. */
  ids(): readonly number[] {
    const ids: number[] = [];
    this.#leases.forEach((lease) => void ids.push(lease.id));
    return ids;
  }

  expired(nowUs: TimeUs): readonly number[] {
    const ids: number[] = [];
    this.#leases.forEach((lease) => {
      if (lease.expiresUs <= nowUs) ids.push(lease.id);
    });
    return ids;
  }

  /** When the next lease runs out; undefined without leases. */
  nextExpiryUs(): TimeUs | undefined {
    let next: TimeUs | undefined;
    this.#leases.forEach((lease) => {
      if (next === undefined || lease.expiresUs < next) next = lease.expiresUs;
    });
    return next;
  }
}
