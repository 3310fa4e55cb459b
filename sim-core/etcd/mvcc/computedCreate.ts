import type { ComputedChange, EtcdValue, KeyValue, RecordId, Revision, TimeUs } from '../../contracts/index.ts';
import { registerClass } from '../../engine/values.ts';
import { ComputedWrite } from './computedPut.ts';

/** What creates have in common until a fault or a compaction. */
interface Common {
  readonly lease: number;
  readonly term: number;
  readonly compacted: Revision;
  readonly member: number;
}

/** The last one, for who has it in common. A memo of immutable values. */
const last: { common: Common } = { common: { lease: 0, term: 0, compacted: 0, member: 0 } };

function commonOf(lease: number, term: number, compacted: Revision, member: number): Common {
  const { common } = last;
  if (common.lease === lease && common.term === term && common.compacted === compacted && common.member === member)
    return common;
  last.common = { lease, term, compacted, member };
  return last.common;
}

/**
 * The first put of a key that was written in one step, as everything that is kept of it: the row of its key, its event in the
 * history and its entry of the common log.
 */
export class ComputedCreate extends ComputedWrite implements KeyValue, ComputedChange {
  readonly key: string;
  readonly value: EtcdValue;
  readonly modRevision: Revision;
  readonly index: number;
  readonly proposal: number;
  readonly record: RecordId;
  readonly atUs: TimeUs;
  readonly common: Common;
  /** As an i32, which needs no box of its own. */
  private readonly folded: number;

  constructor(
    key: string,
    value: EtcdValue,
    revision: Revision,
    record: RecordId,
    lease: number,
    index: number,
    term: number,
    proposal: number,
    compacted: Revision,
    chain: number,
    member: number,
    atUs: TimeUs,
  ) {
    super();
    this.key = key;
    this.value = value;
    this.modRevision = revision;
    this.index = index;
    this.proposal = proposal;
    this.record = record;
    this.atUs = atUs;
    this.common = commonOf(lease, term, compacted, member);
    this.folded = chain | 0;
  }

  get createRevision(): Revision {
    return this.modRevision;
  }
  get version(): number {
    return 1;
  }
  get lease(): number {
    return this.common.lease;
  }
  get before(): undefined {
    return undefined;
  }
  get prev(): undefined {
    return undefined;
  }
  get term(): number {
    return this.common.term;
  }
  get compacted(): Revision {
    return this.common.compacted;
  }
  get member(): number {
    return this.common.member;
  }
  get chain(): number {
    return this.folded >>> 0;
  }
}

registerClass(ComputedCreate, {
  tag: 'ComputedCreate',
  encode: (p) => [p.key, p.value, p.modRevision, p.record, p.common, p.index, p.proposal, p.chain, p.atUs],
  decode: (parts) => {
    const [key, value, revision, record, common, index, proposal, chain, atUs] = parts as [
      string,
      EtcdValue,
      number,
      number,
      Common,
      number,
      number,
      number,
      number,
    ];
    const { lease, term, compacted, member } = common;
    return new ComputedCreate(
      key,
      value,
      revision,
      record,
      lease,
      index,
      term,
      proposal,
      compacted,
      chain,
      member,
      atUs,
    );
  },
  hash: (p) => (Math.imul(p.modRevision, 0x9e3779b1) ^ Math.imul(p.index, 0x85ebca77) ^ p.chain ^ p.record) >>> 0,
});
