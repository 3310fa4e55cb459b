import type { Cell, Containers, EtcdAnswer, HandlerId, TimeUs, WorldContext } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import type { ReplicaProcess } from './process.ts';

/** The lease that Events are put under, for a minute or a thousand of them. */
interface EventLease {
  readonly id: number;
  readonly untilUs: TimeUs;
  readonly count: number;
}

const NO_LEASE: EventLease = { id: 0, untilUs: 0, count: 0 };
/** A lease is asked for and not yet granted. */
const LEASE_ASKED = -1;
const LEASE_OBJECTS = 1000;
const LEASE_REUSE_US = 60 * SECOND_US;
const LEASE_WAIT_US = 10 * SECOND_US;

/** Leases of etcd for objects that expire (apiserver storage/etcd3/lease_manager.go). */
export class EventLeases {
  private readonly replica: ReplicaProcess;
  private lease!: Cell<EventLease>;
  private leasedHandler: HandlerId = 0;

  constructor(replica: ReplicaProcess) {
    this.replica = replica;
  }

  init(c: Containers): void {
    this.lease = c.cell<EventLease>('lease', NO_LEASE, { volatile: true });
  }

  registered(leased: HandlerId): void {
    this.leasedHandler = leased;
  }

  /** The lease that an object is put under which is handled at a time; 0 = one has to be asked for. */
  take(handledUs: TimeUs): number {
    const { id, untilUs, count } = this.lease.get();
    if (id <= 0 || handledUs >= untilUs || count >= LEASE_OBJECTS) return 0;
    this.lease.set({ id, untilUs, count: count + 1 });
    return id;
  }

  /** Asks for the next one, unless that is under way. */
  ask(ctx: WorldContext, ttlSeconds: number): void {
    const { id, untilUs } = this.lease.get();
    if (id === LEASE_ASKED && ctx.nowUs < untilUs) return;
    this.lease.set({ id: LEASE_ASKED, untilUs: ctx.nowUs + LEASE_WAIT_US, count: 0 });
    const { endpoint, member, options } = this.replica;
    const ttl = ttlSeconds + LEASE_REUSE_US / SECOND_US;
    options.etcd.leaseGrant(ctx, endpoint, member, ttl, this.leasedHandler, 0);
  }

  answered(ctx: WorldContext, answer: EtcdAnswer): void {
    if ('lease' in answer) this.lease.set({ id: answer.lease, untilUs: ctx.nowUs + LEASE_REUSE_US, count: 0 });
    else this.lease.set(NO_LEASE);
  }
}
