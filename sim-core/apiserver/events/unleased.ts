import type {
  ApiResponse,
  Containers,
  EtcdAnswer,
  HandlerId,
  HandlerSpec,
  IntSets,
  PagedTable,
  RecordId,
  TimeUs,
  WorldContext,
} from '../../contracts/index.ts';
import { SECOND_US, WHY } from '../../contracts/index.ts';
import type { ApiServerReplica } from '../replica.ts';
import { internalError, timeout } from '../status.ts';
import type { UnderWay } from './underWay.ts';

/** How often a server looks whether somebody still waits. */
const LOOK_US = 10 * SECOND_US;
/** --request-timeout */
const TIMEOUT_US = 60 * SECOND_US;

/** Who waits for a lease, since when and because of what. */
interface Waiting {
  readonly way: UnderWay;
  readonly sinceUs: TimeUs;
  readonly cause: RecordId;
}

export interface LeaseUsers {
  readonly servers: () => readonly ApiServerReplica[];
  readonly isUp: (ctx: WorldContext, replica: number) => boolean;
  /** Takes an Event that has a lease to the store. */
  readonly put: (ctx: WorldContext, way: UnderWay, lease: number) => void;
  /** An Event cannot be computed any more. */
  readonly refuse: (ctx: WorldContext, way: UnderWay) => void;
  /** The server has answered that it will not be written. */
  readonly fail: (ctx: WorldContext, way: UnderWay, response: ApiResponse) => void;
}

/**
 * Events for which there was no lease when they were sent: when their server gets to them it asks for one, and puts all that
 * wait under it when it is granted (apiserver storage/etcd3/lease_manager.go: GetLease blocks).
 */
export class UnleasedEvents {
  private readonly users: LeaseUsers;
  private waiting!: PagedTable<Waiting>;
  /** Server -> places of those that wait there. */
  private waitingAt!: IntSets;
  private handledHandler: HandlerId = 0;
  private lateHandler: HandlerId = 0;

  constructor(users: LeaseUsers) {
    this.users = users;
  }

  init(c: Containers): void {
    this.waiting = c.table<Waiting>('unleasedEvents');
    this.waitingAt = c.intSets('unleasedEventsAt');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'eventHandled', run: (ctx, _a, _b, payload) => this.handled(ctx, payload as UnderWay) },
      { name: 'eventsUnleased', run: (ctx, replica) => this.late(ctx, replica) },
    ];
  }

  registered([handled, late]: readonly HandlerId[]): void {
    this.handledHandler = handled;
    this.lateHandler = late;
    this.users.servers().forEach((server, replica) => {
      server.onEventLease = (ctx, answer) => this.leased(ctx, replica, answer);
    });
  }

  /** An Event was sent, its server will get to it, and there is no lease yet. */
  expect(ctx: WorldContext, way: UnderWay): void {
    ctx.scheduleAt(way.handledUs, this.handledHandler, 0, 0, WHY.apiserverWork, way);
  }

  private handled(ctx: WorldContext, way: UnderWay): void {
    if (!this.lives(ctx, way)) this.users.refuse(ctx, way);
    else if (!this.putsNow(ctx, way)) this.wait(ctx, { way, sinceUs: ctx.nowUs, cause: ctx.cause });
  }

  private lives(ctx: WorldContext, { replica, life }: UnderWay): boolean {
    return this.users.isUp(ctx, replica) && this.users.servers()[replica].processes === life;
  }

  /** Puts an Event under the lease at hand, if there is one. */
  private putsNow(ctx: WorldContext, way: UnderWay): boolean {
    const lease = this.users.servers()[way.replica].takeEventLease(ctx.nowUs);
    if (lease > 0) this.users.put(ctx, way, lease);
    return lease > 0;
  }

  private wait(ctx: WorldContext, waiting: Waiting): void {
    const { replica } = waiting.way;
    if (this.waitingAt.count(replica) === 0) ctx.schedule(LOOK_US, this.lateHandler, replica, 0, WHY.requestTimeout);
    this.waitingAt.add(replica, this.waiting.alloc(waiting));
    this.users.servers()[replica].askEventLease(ctx);
  }

  private take(replica: number, place: number): Waiting {
    const waiting = this.waiting.get(place) as Waiting;
    this.waiting.free(place);
    this.waitingAt.remove(replica, place);
    return waiting;
  }

  /** A server was granted a lease, or was not. */
  private leased(ctx: WorldContext, replica: number, answer: EtcdAnswer): void {
    for (const place of this.waitingAt.members(replica)) {
      const waiting = this.take(replica, place);
      const { way, cause } = waiting;
      ctx.setCause(cause);
      if (!this.lives(ctx, way)) this.users.refuse(ctx, way);
      else if ('error' in answer) this.users.fail(ctx, way, internalError(answer.error));
      else if (!this.putsNow(ctx, way)) this.wait(ctx, waiting);
    }
  }

  /** Some may wait in vain: the server is another process now, or no answer comes. */
  private late(ctx: WorldContext, replica: number): void {
    for (const place of this.waitingAt.members(replica)) {
      const { sinceUs, way, cause } = this.waiting.get(place) as Waiting;
      const lives = this.lives(ctx, way);
      if (lives && ctx.nowUs - sinceUs < TIMEOUT_US) continue;
      this.take(replica, place);
      ctx.setCause(cause);
      if (lives) this.users.fail(ctx, way, timeout('request did not complete within the allotted timeout'));
      else this.users.refuse(ctx, way);
    }
    if (this.waitingAt.count(replica) > 0) ctx.schedule(LOOK_US, this.lateHandler, replica, 0, WHY.requestTimeout);
  }
}
