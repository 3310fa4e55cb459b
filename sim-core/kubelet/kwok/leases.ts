import {
  type ApiClients,
  type ClientId,
  type ClientRequest,
  isError,
  microTimestamp,
  type Part,
  prefixed,
  type SinkId,
  type WallClock,
} from '../../client/index.ts';
import {
  type ApiResponse,
  type Cell,
  type Containers,
  type Dict,
  type HandlerId,
  type HandlerSpec,
  type KubeObject,
  type LeaseRenewals,
  type RenewalOutcome,
  type Ticket,
  type TimeUs,
  type Version,
  WHY,
  type WorldContext,
} from '../../contracts/index.ts';
import { leaseRenewUs } from './lifecycle.ts';

const NAMESPACE = 'kube-node-lease';
const RESOURCE = 'leases.coordination.k8s.io';
const PURPOSE_RENEW = 1;

interface Held {
  readonly uid: string;
  readonly held: boolean;
  /** The lease as the API last showed it. */
  readonly version: Version | undefined;
  /** uid of the owner that it names there. */
  readonly ownerUid: string | undefined;
  readonly ticket: Ticket;
  readonly renewals: number;
  /** Token of the write under way; 0 = none. */
  readonly token: number;
}

const UNKNOWN = { held: false, version: undefined, ownerUid: undefined, ticket: 0, renewals: 0, token: 0 };

/**
 * Leases of simulated nodes (KWOK node_lease_controller): taken when a node appears, renewed every quarter of the duration
 * with 4 % jitter.
 */
export class NodeLeases implements Part {
  private readonly clients: ApiClients;
  private readonly clock: WallClock;
  private readonly durationSeconds: number;
  private readonly holder: string;
  private readonly sink: SinkId;
  private notify: (ctx: WorldContext, node: string) => void = () => {};
  private nodes!: Dict<Held>;
  private byToken!: Dict<string>;
  private cell!: Cell<{ readonly client: ClientId; readonly token: number; readonly life: number }>;
  private renewHandler: HandlerId = 0;
  private readonly renewals: LeaseRenewals | undefined;
  private readonly renewer: number = 0;

  /** `renewals`: of the API servers, where they compute them. */
  constructor(
    clients: ApiClients,
    clock: WallClock,
    durationSeconds: number,
    holder: string,
    renewals: LeaseRenewals | undefined,
  ) {
    this.clients = clients;
    this.clock = clock;
    this.durationSeconds = durationSeconds;
    this.holder = holder;
    this.sink = clients.sink((ctx, token, answer) => this.answered(ctx, token, answer));
    this.renewals = renewals;
    if (renewals === undefined) return;
    this.renewer = renewals.caller({
      request: (ctx, name) => this.clients.signed(this.cell.get().client, this.request(ctx, ctx.strings.text(name))),
      told: (ctx, name, token, outcome, version, answeredUs) =>
        this.told(ctx, ctx.strings.text(name), token, outcome, version, answeredUs),
    });
  }

  /** At build: who is told when a node's lease is held for the first time. */
  whenHeld(notify: (ctx: WorldContext, node: string) => void): void {
    this.notify = notify;
  }

  init(c: Containers): void {
    const own = prefixed(c, 'leases');
    this.nodes = own.dict('nodes', { volatile: true });
    this.byToken = own.dict('tokens', { volatile: true });
    this.cell = own.cell('cell', { client: 0, token: 0, life: 0 });
  }

  handlers(): readonly HandlerSpec[] {
    return [{ name: 'leases/renew', run: (ctx, life, _b, node) => this.renew(ctx, life, node as string) }];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.renewHandler] = ids;
  }

  start(client: ClientId): void {
    this.cell.set({ ...this.cell.get(), client, life: this.cell.get().life + 1 });
  }

  holds(node: string): boolean {
    return this.nodes.get(node)?.held === true;
  }

  /** Takes the node's lease; `whenHeld` follows. */
  hold(ctx: WorldContext, node: KubeObject): void {
    const name = node.metadata.name!;
    if (this.nodes.has(name)) return;
    this.nodes.set(name, { ...UNKNOWN, uid: node.metadata.uid ?? '' });
    this.get(ctx, name);
  }

  /** Without leases a node is managed at once. */
  holdWithout(ctx: WorldContext, name: string): void {
    if (this.nodes.has(name)) return;
    this.nodes.set(name, { ...UNKNOWN, uid: '', held: true });
    this.notify(ctx, name);
  }

  /** Stops renewing; the lease stays in the API. */
  release(ctx: WorldContext, name: string): void {
    this.forget(ctx, name);
  }

  forget(ctx: WorldContext, name: string): void {
    const row = this.nodes.get(name);
    if (!row) return;
    ctx.cancel(row.ticket);
    this.byToken.delete(String(row.token));
    this.nodes.delete(name);
  }

  private token(node: string): number {
    const token = this.cell.get().token + 1;
    this.cell.set({ ...this.cell.get(), token });
    this.byToken.set(String(token), node);
    this.nodes.set(node, { ...this.nodes.get(node)!, token });
    return token;
  }

  private get(ctx: WorldContext, name: string): void {
    const request = { verb: 'get', resource: RESOURCE, namespace: NAMESPACE, name } as const;
    this.clients.request(ctx, this.cell.get().client, request, this.sink, this.token(name));
  }

  private lease(ctx: WorldContext, name: string, row: Held): KubeObject {
    const old = row.version?.object;
    const renewTime = microTimestamp(this.clock, ctx.nowUs);
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name,
        namespace: NAMESPACE,
        ...(old ? { resourceVersion: old.metadata.resourceVersion, uid: old.metadata.uid } : {}),
        ownerReferences: old?.metadata.ownerReferences ?? [{ apiVersion: 'v1', kind: 'Node', name, uid: row.uid }],
      },
      spec: { holderIdentity: this.holder, leaseDurationSeconds: this.durationSeconds, renewTime },
    };
  }

  private request(ctx: WorldContext, name: string): ClientRequest {
    const row = this.nodes.get(name)!;
    const verb = row.version ? 'update' : 'create';
    return { verb, resource: RESOURCE, namespace: NAMESPACE, name, body: this.lease(ctx, name, row) };
  }

  private write(ctx: WorldContext, name: string): void {
    this.clients.request(ctx, this.cell.get().client, this.request(ctx, name), this.sink, this.token(name));
  }

  /** Renews where the servers compute it. */
  private isComputed(ctx: WorldContext, name: string, { version, ownerUid, renewals: n }: Held): boolean {
    if (version === undefined || this.renewals === undefined) return false;
    const { client } = this.cell.get();
    const from = this.clients.config(client).endpoint;
    const replica = this.clients.replica(ctx, client);
    const stream = ctx.stream(`kwok/renewal/${name}`);
    const [a, token] = [ctx.strings.intern(name), this.cell.get().token + 1];
    if (!this.renewals.begin(ctx, this.renewer, from, replica, version, version.rv, ownerUid, stream, n, a, token))
      return false;
    this.cell.set({ ...this.cell.get(), token });
    this.nodes.set(name, { ...this.nodes.get(name)!, token });
    return true;
  }

  /** What became of a renewal that was computed; called when it is written. */
  private told(
    ctx: WorldContext,
    name: string,
    token: number,
    outcome: RenewalOutcome,
    version: Version | undefined,
    answeredUs: TimeUs,
  ): void {
    const row = this.nodes.get(name);
    if (row?.token !== token) return;
    if (outcome === 'renewed' && version !== undefined) {
      this.nodes.set(name, { ...row, version });
      this.schedule(ctx, name, answeredUs - ctx.nowUs);
    } else if (outcome === 'again') this.write(ctx, name);
    else {
      const request = this.request(ctx, name);
      this.clients.awaitNothing(ctx, this.cell.get().client, request, this.sink, this.token(name));
    }
  }

  private answered(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    const name = this.byToken.get(String(token));
    if (name === undefined) return;
    this.byToken.delete(String(token));
    const row = this.nodes.get(name);
    if (!row || row.token !== token) return;
    if (answer?.code === 404) {
      this.nodes.set(name, { ...row, version: undefined });
      this.write(ctx, name);
    } else if (answer?.code === 409) this.get(ctx, name);
    else if (isError(answer) || !answer?.version) this.schedule(ctx, name, 0);
    else {
      const { version } = answer;
      const known = { ...row, version, ownerUid: version.object.metadata.ownerReferences?.[0]?.uid };
      if (answer.code === 200 && !row.held && version.object.spec?.holderIdentity !== this.holder) {
        this.nodes.set(name, known);
        this.write(ctx, name);
      } else this.written(ctx, name, known);
    }
  }

  private written(ctx: WorldContext, name: string, row: Held): void {
    this.nodes.set(name, { ...row, held: true });
    this.schedule(ctx, name, 0);
    if (!row.held) this.notify(ctx, name);
  }

  /** The next renewal, a period from when the answer is there. */
  private schedule(ctx: WorldContext, name: string, afterUs: TimeUs): void {
    const row = this.nodes.get(name)!;
    const draw = ctx.draw(ctx.stream(`kwok/lease/${name}`), PURPOSE_RENEW, row.renewals);
    const delayUs = leaseRenewUs(this.durationSeconds, draw);
    const cause = ctx.cause;
    ctx.setCause(0);
    const ticket = ctx.schedule(afterUs + delayUs, this.renewHandler, this.cell.get().life, 0, WHY.leaseRenew, name);
    ctx.setCause(cause);
    this.nodes.set(name, { ...row, ticket, renewals: row.renewals + 1 });
  }

  private renew(ctx: WorldContext, life: number, name: string): void {
    const row = this.nodes.get(name);
    if (life !== this.cell.get().life || row === undefined) return;
    if (row.version === undefined) this.get(ctx, name);
    else if (!this.isComputed(ctx, name, row)) this.write(ctx, name);
  }
}
