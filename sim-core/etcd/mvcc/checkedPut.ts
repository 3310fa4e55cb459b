import type { EtcdOpResult, KeyValue, PutIf, RecordId, Revision } from '../../contracts/index.ts';
import { registerClass } from '../../engine/values.ts';
import { appliedEntry } from './appliedEntry.ts';

/**
 * What nearly all writes of an API server are (apiserver storage/etcd3/store.go), as one command: a put of one key if its mod
 * revision is `expect` (0 = there is no such key), that reads the key back in either branch. `obj`: its row is found by it
 * (`Store.slotOf`).
 */
export type CheckedPut = PutIf;

/** Where a put stands in raft's log. */
export interface LogPlace {
  readonly index: number;
  readonly term: number;
  readonly proposal: number;
  readonly member: number;
  readonly compacted: Revision;
  readonly chain: number;
}

/**
 * A checked put that was done on the fast path, in one object: its event in the history, its entry of the common log, and the
 * answer to who asked for it.
 */
export class DonePut {
  readonly kv: KeyValue;
  /** What the key was before, a tombstone included. */
  readonly before: KeyValue | undefined;
  readonly record: RecordId;
  readonly index: number;
  readonly term: number;
  readonly proposal: number;
  readonly member: number;
  readonly compacted: Revision;
  /** As an i32, which needs no box of its own. */
  private readonly folded: number;

  constructor(kv: KeyValue, before: KeyValue | undefined, record: RecordId, place: LogPlace) {
    this.kv = kv;
    this.before = before;
    this.record = record;
    this.index = place.index;
    this.term = place.term;
    this.proposal = place.proposal;
    this.member = place.member;
    this.compacted = place.compacted;
    this.folded = place.chain | 0;
  }

  get revision(): Revision {
    return this.kv.modRevision;
  }

  // An event of the history
  get type(): 'PUT' {
    return 'PUT';
  }
  get prev(): KeyValue | undefined {
    const { before } = this;
    return before !== undefined && before.version > 0 ? before : undefined;
  }

  // An entry of the log
  get chain(): number {
    return this.folded >>> 0;
  }
  get answer(): undefined {
    return undefined;
  }
  /** Who made it, not what it wrote. */
  get entry() {
    return appliedEntry(this);
  }

  // The answer
  get succeeded(): true {
    return true;
  }
  get results(): readonly EtcdOpResult[] {
    const { revision, kv } = this;
    return [
      { op: 'put', revision },
      { op: 'range', revision, kvs: [kv], count: 1, more: false },
    ];
  }
}

registerClass(DonePut, {
  tag: 'DonePut',
  encode: (p) => [p.kv, p.before, p.record, [p.index, p.term, p.proposal, p.member, p.compacted, p.chain]],
  decode: (parts) => {
    const [kv, before, record, at] = parts as [KeyValue, KeyValue | undefined, number, readonly number[]];
    const [index, term, proposal, member, compacted, chain] = at;
    return new DonePut(kv, before, record, { index, term, proposal, member, compacted, chain });
  },
  // The places in history and log tell the rest.
  hash: (p) => (Math.imul(p.revision, 0x9e3779b1) ^ Math.imul(p.index, 0x85ebca77) ^ p.chain ^ p.record) >>> 0,
});
