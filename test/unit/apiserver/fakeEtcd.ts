import type {
  Component,
  ComponentId,
  Containers,
  Dict,
  EndpointId,
  EtcdAnswer,
  EtcdCluster,
  EtcdEvent,
  EtcdOp,
  EtcdOpResult,
  EtcdWatchResponse,
  HandlerId,
  HandlerSpec,
  KeyValue,
  PagedTable,
  Revision,
  StoreHistory,
  Txn,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { WHY } from '../../../sim-core/contracts/index.ts';

interface Watch {
  readonly handler: HandlerId;
  readonly token: number;
}

const COMMIT_US = 2000;
const WATCH_US = 500;

/** One etcd member without raft: commits after 2 ms, tells watchers 0.5 ms later. */
export class FakeEtcd implements Component, EtcdCluster {
  readonly name = 'etcd-0';
  readonly members = 1;
  private keys!: Dict<KeyValue>;
  private watches!: PagedTable<Watch>;
  private revision!: { get(): number; set(v: number): void };
  private hook: Parameters<EtcdCluster['setCommitHook']>[0] | undefined;
  private handler: HandlerId = 0;

  /** Of the present alone. */
  readonly history: StoreHistory = {
    compacted: 0,
    get: (key) => this.keys.get(key),
    range: (from, to) =>
      this.keys
        .keys()
        .filter((key) => key >= from && key < to)
        .map((key) => this.keys.get(key) as KeyValue),
    changes: () => [],
  };

  init(c: Containers, _id: ComponentId): void {
    this.keys = c.dict('keys');
    this.watches = c.table('watches');
    this.revision = c.cell('revision', 1);
  }

  handlers(): readonly HandlerSpec[] {
    return [{ name: 'txn', run: (ctx, a, b, payload) => this.run(ctx, a, b, payload as Txn) }];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.handler] = ids;
  }

  start(): void {}
  crash(): void {}

  setCommitHook(hook: Parameters<EtcdCluster['setCommitHook']>[0]): void {
    this.hook = hook;
  }

  txn(ctx: WorldContext, _from: EndpointId, _member: number, txn: Txn, handler: HandlerId, token: number): void {
    ctx.schedule(COMMIT_US, this.handler, handler, token, WHY.etcdCommit, txn);
  }

  range(
    ctx: WorldContext,
    _from: EndpointId,
    _member: number,
    range: EtcdOp & { op: 'range' },
    _serializable: boolean,
    handler: HandlerId,
    token: number,
  ): void {
    ctx.schedule(WATCH_US, this.handler, handler, token, WHY.link, { compare: [], success: [range], failure: [] });
  }

  watch(
    _ctx: WorldContext,
    _from: EndpointId,
    _member: number,
    _prefix: string,
    _fromRevision: Revision,
    handler: HandlerId,
    token: number,
  ): number {
    return this.watches.alloc({ handler, token });
  }

  cancelWatch(_ctx: WorldContext, watch: number): void {
    this.watches.free(watch);
  }

  compact(
    ctx: WorldContext,
    from: EndpointId,
    m: number,
    _revision: Revision,
    handler: HandlerId,
    token: number,
  ): void {
    this.txn(ctx, from, m, { compare: [], success: [], failure: [] }, handler, token);
  }

  leaseGrant(
    ctx: WorldContext,
    _f: EndpointId,
    _m: number,
    ttlSeconds: number,
    handler: HandlerId,
    token: number,
  ): void {
    ctx.schedule(COMMIT_US, handler, token, 0, WHY.etcdCommit, { revision: this.revision.get(), lease: 1, ttlSeconds });
  }

  private run(ctx: WorldContext, handler: HandlerId, token: number, txn: Txn): void {
    const before = this.revision.get();
    const events: EtcdEvent[] = [];
    const succeeded = txn.compare.every(({ key, operand }) => (this.keys.get(key)?.modRevision ?? 0) === operand);
    const results = (succeeded ? txn.success : txn.failure).map((op) => this.apply(ctx, op, before + 1, events));
    if (events.length > 0) this.revision.set(before + 1);
    const answer: EtcdAnswer = { revision: this.revision.get(), succeeded, results };
    ctx.schedule(WATCH_US, handler, token, 0, WHY.link, answer);
    if (events.length === 0) return;
    const response: EtcdWatchResponse = { revision: this.revision.get(), events };
    this.watches.forEach((watch) => {
      ctx.schedule(WATCH_US, watch.handler, watch.token, 0, WHY.link, response);
    });
  }

  private apply(ctx: WorldContext, op: EtcdOp, revision: Revision, events: EtcdEvent[]): EtcdOpResult {
    if (op.op === 'txn') throw new Error('no nested transactions here');
    const prev = this.keys.get(op.key);
    if (op.op === 'put') {
      const kept = this.hook?.(ctx, op.key, op.value, revision, prev, false) ?? { value: op.value, record: 0 };
      const createRevision = prev?.createRevision ?? revision;
      const version = (prev?.version ?? 0) + 1;
      const kv: KeyValue = { key: op.key, value: kept.value, createRevision, modRevision: revision, version, lease: 0 };
      this.keys.set(op.key, kv);
      events.push({ type: 'PUT', kv, prev, record: kept.record });
      return { op: 'put', revision, prev };
    }
    if (op.op === 'delete') {
      if (!prev) return { op: 'delete', revision, deleted: 0, prevs: [] };
      const kept = this.hook?.(ctx, op.key, prev.value, revision, prev, true) ?? { value: prev.value, record: 0 };
      this.keys.delete(op.key);
      const kv: KeyValue = { ...prev, value: kept.value, modRevision: revision, version: 0 };
      events.push({ type: 'DELETE', kv, prev, record: kept.record });
      return { op: 'delete', revision, deleted: 1, prevs: [prev] };
    }
    const kvs: KeyValue[] = [];
    this.keys.forEach((kv, key) => {
      if (op.rangeEnd ? key >= op.key && key < op.rangeEnd : key === op.key) kvs.push(kv);
    });
    return { op: 'range', revision, kvs: op.countOnly ? [] : kvs, count: kvs.length, more: false };
  }
}
