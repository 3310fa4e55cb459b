import type { ComputedChange, EtcdValue, KeyValue, RecordId, Revision, TimeUs } from '../../contracts/index.ts';
import { registerClass } from '../../engine/values.ts';
import { appliedEntry } from './appliedEntry.ts';

/** What all computed puts of a key have in common. */
export interface Origin {
  readonly key: string;
  readonly createRevision: Revision;
  readonly lease: number;
}

/** A write of one key in one step, as what is kept of it in the history and in the log. */
export abstract class ComputedWrite {
  abstract readonly modRevision: Revision;
  abstract readonly index: number;
  abstract readonly term: number;
  abstract readonly proposal: number;
  abstract readonly member: number;
  abstract readonly atUs: TimeUs;

  // An event of the history
  get type(): 'PUT' {
    return 'PUT';
  }

  // An entry of the log
  get revision(): Revision {
    return this.modRevision;
  }
  get answer(): undefined {
    return undefined;
  }
  /** Who made it, not what it wrote. */
  get entry() {
    return appliedEntry(this);
  }
}

/** Makes the values of a put now and before it, when somebody looks. */
export interface PutValues {
  value(): EtcdValue;
  oldValue(): EtcdValue;
}

/**
 * A put that was written in one step and is kept as a timed row, as somebody looks at it: the pair of its key, its event in the
 * history and its entry of the common log.
 */
export class ComputedPut extends ComputedWrite implements KeyValue, ComputedChange {
  readonly origin: Origin;
  private readonly values: PutValues;
  readonly modRevision: Revision;
  readonly version: number;
  readonly record: RecordId;
  readonly oldRevision: Revision;
  readonly index: number;
  readonly term: number;
  readonly proposal: number;
  readonly compacted: Revision;
  readonly member: number;
  readonly atUs: TimeUs;
  /** As an i32, which needs no box of its own. */
  private readonly folded: number;

  constructor(
    origin: Origin,
    values: PutValues,
    revision: Revision,
    version: number,
    record: RecordId,
    oldRevision: Revision,
    index: number,
    term: number,
    proposal: number,
    compacted: Revision,
    chain: number,
    member: number,
    atUs: TimeUs,
  ) {
    super();
    this.origin = origin;
    this.values = values;
    this.modRevision = revision;
    this.version = version;
    this.record = record;
    this.oldRevision = oldRevision;
    this.index = index;
    this.term = term;
    this.proposal = proposal;
    this.compacted = compacted;
    this.member = member;
    this.atUs = atUs;
    this.folded = chain | 0;
  }

  // A pair
  get value(): EtcdValue {
    return this.values.value();
  }
  get key(): string {
    return this.origin.key;
  }
  get createRevision(): Revision {
    return this.origin.createRevision;
  }
  get lease(): number {
    return this.origin.lease;
  }

  // An event of the history
  get kv(): KeyValue {
    return this;
  }
  /** What the key was before. */
  get before(): KeyValue {
    const { key, createRevision, lease } = this.origin;
    const value = this.values.oldValue();
    const { oldRevision: modRevision } = this;
    return { key, value, createRevision, modRevision, version: this.version - 1, lease };
  }
  get prev(): KeyValue {
    return this.before;
  }

  // An entry of the log
  get chain(): number {
    return this.folded >>> 0;
  }
}

registerClass(ComputedPut, {
  tag: 'ComputedPut',
  encode: (p) => [
    p.origin,
    p.value,
    p.modRevision,
    p.version,
    p.record,
    [p.before.value, p.oldRevision],
    [p.index, p.term, p.proposal, p.compacted, p.chain, p.member, p.atUs],
  ],
  decode: (parts) => {
    const [origin, value, revision, version, record, old, at] = parts as [
      Origin,
      EtcdValue,
      number,
      number,
      number,
      [EtcdValue, number],
      [number, number, number, number, number, number, number],
    ];
    const [oldValue, oldRevision] = old;
    const values = { value: () => value, oldValue: () => oldValue };
    return new ComputedPut(origin, values, revision, version, record, oldRevision, ...at);
  },
  // The places in history and log tell the rest.
  hash: (p) => (Math.imul(p.modRevision, 0x9e3779b1) ^ Math.imul(p.index, 0x85ebca77) ^ p.chain ^ p.record) >>> 0,
});
