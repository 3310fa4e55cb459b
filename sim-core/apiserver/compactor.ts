import type {
  Cell,
  Containers,
  EndpointId,
  EtcdAnswer,
  EtcdCluster,
  HandlerId,
  Revision,
  WorldContext,
} from '../contracts/index.ts';
import { SECOND_US, WHY } from '../contracts/index.ts';

const PERIOD_US = 300 * SECOND_US;
/** The key by which the replicas agree who compacts. */
const KEY = 'compact_rev_key';

const TXN = 1;

/**
 * Compaction of etcd every 5 minutes (apiserver pkg/storage/etcd3/compact.go): the replica that wins the compare-and-swap
 * on one key's version compacts at the revision that was current 5 minutes before.
 */
export class Compactor {
  private readonly etcd: EtcdCluster;
  private readonly endpoint: () => EndpointId;
  private readonly index: number;
  /** Version of the key that this replica knows. */
  private version!: Cell<number>;
  private revision!: Cell<Revision>;
  private tickHandler: HandlerId = 0;
  private answerHandler: HandlerId = 0;

  constructor(etcd: EtcdCluster, endpoint: () => EndpointId, index: number) {
    this.etcd = etcd;
    this.endpoint = endpoint;
    this.index = index;
  }

  init(c: Containers): void {
    this.version = c.cell('compactVersion', 0, { volatile: true });
    this.revision = c.cell<Revision>('compactRevision', 0, { volatile: true });
  }

  registered(tick: HandlerId, answer: HandlerId): void {
    this.tickHandler = tick;
    this.answerHandler = answer;
  }

  start(ctx: WorldContext): void {
    ctx.schedule(PERIOD_US, this.tickHandler, 0, 0, WHY.compaction);
  }

  tick(ctx: WorldContext): void {
    ctx.schedule(PERIOD_US, this.tickHandler, 0, 0, WHY.compaction);
    const compare = [{ key: KEY, target: 'version', result: '=', operand: this.version.get() }] as const;
    const put = { op: 'put', key: KEY, value: String(this.revision.get()) } as const;
    const txn = { compare, success: [put], failure: [{ op: 'range', key: KEY }] } as const;
    this.etcd.txn(ctx, this.endpoint(), this.index % this.etcd.members, txn, this.answerHandler, TXN);
  }

  answered(ctx: WorldContext, token: number, answer: EtcdAnswer): void {
    if (!('results' in answer) || token !== TXN) return;
    const before = this.revision.get();
    this.revision.set(answer.revision);
    if (answer.succeeded) {
      this.version.set(this.version.get() + 1);
      if (before === 0) return;
      this.etcd.compact(ctx, this.endpoint(), this.index % this.etcd.members, before, this.answerHandler, 0);
      return;
    }
    const [read] = answer.results;
    if (read?.op === 'range' && read.kvs[0]) this.version.set(read.kvs[0].version);
  }
}
