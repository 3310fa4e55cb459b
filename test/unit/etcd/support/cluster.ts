import type {
  Component,
  EtcdAnswer,
  EtcdEvent,
  EtcdWatchResponse,
  HandlerId,
  HandlerSpec,
  PutIf,
  Txn,
  WorldContext,
} from '../../../../sim-core/contracts/index.ts';
import { createWorld, type World } from '../../../../sim-core/engine/index.ts';
import type { EtcdOptions } from '../../../../sim-core/etcd/index.ts';
import { createEtcd, type Etcd } from '../../../../sim-core/etcd/index.ts';
import { Links } from '../../../../sim-core/network/links.ts';

export interface Call {
  readonly startUs: number;
  readonly member: number;
  readonly txn: Txn | undefined;
  endUs: number;
  answer: EtcdAnswer | undefined;
}

/** A client outside of the cluster: sends what the test asks and keeps what comes back. */
class Client implements Component {
  readonly name = 'client';
  answerHandler: HandlerId = 0;
  watchHandler: HandlerId = 0;
  readonly calls: Call[] = [];
  readonly watched: EtcdWatchResponse[][] = [];

  init(): void {}
  start(): void {}
  crash(): void {}

  handlers(): readonly HandlerSpec[] {
    return [
      {
        name: 'answer',
        run: (ctx, token, _b, payload) => {
          const call = this.calls[token];
          // A world that was restored has no calls of its own.
          if (call === undefined) return;
          call.endUs = ctx.nowUs;
          call.answer = payload as EtcdAnswer;
        },
      },
      { name: 'watch', run: (_ctx, token, _b, payload) => void this.watched[token].push(payload as EtcdWatchResponse) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.answerHandler, this.watchHandler] = ids;
  }
}

export class Lab {
  readonly world: World;
  readonly etcd: Etcd;
  readonly links = new Links();
  readonly client = new Client();

  constructor(options: Partial<EtcdOptions> & { members: number }, seed = '1', from?: Uint8Array) {
    this.etcd = createEtcd({ transport: this.links.transport, ...options });
    const components = [this.links, ...this.etcd.components, this.client];
    this.world = createWorld({ seed, components, freeze: true, from });
  }

  get ctx(): WorldContext {
    return this.world.context;
  }

  get endpoint(): number {
    return this.links.transport.endpoint('client');
  }

  #call(member: number, txn: Txn | undefined): number {
    this.client.calls.push({ startUs: this.world.nowUs, member, txn, endUs: -1, answer: undefined });
    return this.client.calls.length - 1;
  }

  txn(member: number, txn: Txn): Call {
    const token = this.#call(member, txn);
    this.etcd.txn(this.ctx, this.endpoint, member, txn, this.client.answerHandler, token);
    return this.client.calls[token];
  }

  putIf(member: number, put: PutIf): Call {
    const token = this.#call(member, undefined);
    this.etcd.putIf(this.ctx, this.endpoint, member, put, this.client.answerHandler, token);
    return this.client.calls[token];
  }

  put(member: number, key: string, value: string | object, lease = 0): Call {
    return this.txn(member, { compare: [], success: [{ op: 'put', key, value, lease }], failure: [] });
  }

  delete(member: number, key: string): Call {
    return this.txn(member, { compare: [], success: [{ op: 'delete', key }], failure: [] });
  }

  get(member: number, key: string, serializable = false): Call {
    const token = this.#call(member, undefined);
    const range = { op: 'range', key } as const;
    this.etcd.range(this.ctx, this.endpoint, member, range, serializable, this.client.answerHandler, token);
    return this.client.calls[token];
  }

  compact(member: number, revision: number): Call {
    const token = this.#call(member, undefined);
    this.etcd.compact(this.ctx, this.endpoint, member, revision, this.client.answerHandler, token);
    return this.client.calls[token];
  }

  lease(member: number, ttlSeconds: number): Call {
    const token = this.#call(member, undefined);
    this.etcd.leaseGrant(this.ctx, this.endpoint, member, ttlSeconds, this.client.answerHandler, token);
    return this.client.calls[token];
  }

  /** Returns what the watch delivers, as it comes. */
  watch(member: number, prefix: string, fromRevision: number): EtcdWatchResponse[] {
    const token = this.client.watched.push([]) - 1;
    this.etcd.watch(this.ctx, this.endpoint, member, prefix, fromRevision, this.client.watchHandler, token);
    return this.client.watched[token];
  }

  run(ms: number): void {
    this.world.runFor(ms * 1000);
  }

  crash(member: number): void {
    this.world.crash(this.world.componentId(`etcd-${member}`)!);
  }

  start(member: number): void {
    this.world.start(this.world.componentId(`etcd-${member}`)!);
  }

  isolate(...members: number[]): void {
    this.links.beginPartition({ name: 'cut', a: members.map((m) => `etcd-${m}`), b: this.others(members) });
  }

  others(members: readonly number[]): string[] {
    const rest = Array.from({ length: this.etcd.members }, (_, i) => i).filter((i) => !members.includes(i));
    return rest.map((i) => `etcd-${i}`);
  }

  heal(): void {
    this.links.endPartition('cut');
  }

  /** All members' hashes at the lowest revision that all have applied. */
  hashes(): (number | undefined)[] {
    const all = Array.from({ length: this.etcd.members }, (_, i) => i);
    const revision = Math.min(...all.map((m) => this.etcd.revision(this.ctx, m)));
    return all.map((m) => this.etcd.hashKv(this.ctx, m, revision));
  }
}

export function eventsOf(responses: readonly EtcdWatchResponse[]): EtcdEvent[] {
  return responses.flatMap((r) => [...r.events]);
}
