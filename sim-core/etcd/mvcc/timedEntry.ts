import type { Revision, TimeUs } from '../../contracts/index.ts';
import { appliedEntry } from './appliedEntry.ts';

/** An entry of the common log whose put is kept as a row. */
export class TimedEntry {
  readonly revision: Revision;
  readonly index: number;
  readonly term: number;
  readonly proposal: number;
  readonly member: number;
  readonly compacted: Revision;
  readonly chain: number;
  readonly atUs: TimeUs;

  constructor(
    revision: Revision,
    index: number,
    term: number,
    proposal: number,
    member: number,
    compacted: Revision,
    chain: number,
    atUs: TimeUs,
  ) {
    this.revision = revision;
    this.index = index;
    this.term = term;
    this.proposal = proposal;
    this.member = member;
    this.compacted = compacted;
    this.chain = chain;
    this.atUs = atUs;
  }

  get answer(): undefined {
    return undefined;
  }
  /** Who made it, not what it wrote. */
  get entry() {
    return appliedEntry(this);
  }
}
