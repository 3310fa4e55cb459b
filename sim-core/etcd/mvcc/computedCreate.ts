import type { ComputedChange, EtcdValue, KeyValue, ObjId, RecordId, Revision, TimeUs } from '../../contracts/index.ts';
import { registerClass } from '../../engine/values.ts';
import { ComputedWrite } from './computedPut.ts';

/** What creates have in common until a fault or a compaction. */
interface Common {
  readonly term: number;
  readonly compacted: Revision;
  readonly member: number;
}

/** The last one, for who has it in common. A memo of immutable values. */
const last: { common: Common } = { common: { term: 0, compacted: 0, member: 0 } };

function commonOf(term: number, compacted: Revision, member: number): Common {
  const { common } = last;
  if (common.term === term && common.compacted === compacted && common.member === member) return common;
  last.common = { term, compacted, member };
  return last.common;
}

/** The row of a key that was put once. */
export class FirstPair implements KeyValue {
  readonly key: string;
  readonly value: EtcdValue;
  readonly modRevision: Revision;
  readonly lease: number;

  constructor(key: string, value: EtcdValue, revision: Revision, lease: number) {
    this.key = key;
    this.value = value;
    this.modRevision = revision;
    this.lease = lease;
  }

  get createRevision(): Revision {
    return this.modRevision;
  }
  get version(): number {
    return 1;
  }
}

/**
 * The first put of a key that was written in one step and is kept as numbers: its place in the history and its entry of the
 * common log, which are forgotten long before the row. What it wrote is in the row.
 */
export class ComputedCreate extends ComputedWrite {
  readonly obj: ObjId;
  readonly modRevision: Revision;
  readonly index: number;
  readonly proposal: number;
  readonly record: RecordId;
  readonly atUs: TimeUs;
  readonly common: Common;
  /** As an i32, which needs no box of its own. */
  private readonly folded: number;

  constructor(
    obj: ObjId,
    revision: Revision,
    record: RecordId,
    index: number,
    term: number,
    proposal: number,
    compacted: Revision,
    chain: number,
    member: number,
    atUs: TimeUs,
  ) {
    super();
    this.obj = obj;
    this.modRevision = revision;
    this.index = index;
    this.proposal = proposal;
    this.record = record;
    this.atUs = atUs;
    this.common = commonOf(term, compacted, member);
    this.folded = chain | 0;
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

/** The event of such a put, for who looks at it at once: its pair is read when it is asked for. */
export class CreatedEvent implements ComputedChange {
  private readonly created: ComputedCreate;
  private readonly read: (created: ComputedCreate) => KeyValue;
  private pair: KeyValue | undefined;

  constructor(created: ComputedCreate, read: (created: ComputedCreate) => KeyValue) {
    this.created = created;
    this.read = read;
  }

  get type(): 'PUT' {
    return 'PUT';
  }
  get isCompact(): boolean {
    return true;
  }
  get kv(): KeyValue {
    this.pair ??= this.read(this.created);
    return this.pair;
  }
  get value(): EtcdValue {
    return this.kv.value;
  }
  get prev(): undefined {
    return undefined;
  }
  get modRevision(): Revision {
    return this.created.modRevision;
  }
  get record(): RecordId {
    return this.created.record;
  }
  get atUs(): TimeUs {
    return this.created.atUs;
  }
}

registerClass(FirstPair, {
  tag: 'FirstPair',
  encode: (p) => [p.key, p.value, p.modRevision, p.lease],
  decode: (parts) => new FirstPair(...(parts as [string, EtcdValue, number, number])),
});

registerClass(ComputedCreate, {
  tag: 'ComputedCreate',
  encode: (p) => [
    p.obj,
    p.modRevision,
    p.record,
    [p.index, p.term, p.proposal, p.compacted, p.chain, p.member, p.atUs],
  ],
  decode: (parts) => {
    const [obj, revision, record, at] = parts as [
      number,
      number,
      number,
      [number, number, number, number, number, number, number],
    ];
    return new ComputedCreate(obj, revision, record, ...at);
  },
  hash: (p) => (Math.imul(p.modRevision, 0x9e3779b1) ^ Math.imul(p.index, 0x85ebca77) ^ p.chain ^ p.record) >>> 0,
});
