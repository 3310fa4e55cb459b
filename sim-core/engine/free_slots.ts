/**
 * A set of small integers that gives the lowest first, so that what is in use stays close together in memory after a rush.
 * Bits by slot, and bits that say which 32 of those have any.
 */
export class FreeSlots {
  count = 0;
  private bits = new Int32Array(32);
  private summary = new Int32Array(1);
  /** No word of the summary below has a bit. */
  private hint = 0;

  add(slot: number): void {
    const word = slot >>> 5;
    const group = slot >>> 10;
    if (word >= this.bits.length) this.grow(word);
    this.bits[word] |= 1 << (slot & 31);
    this.summary[group] |= 1 << (word & 31);
    if (group < this.hint) this.hint = group;
    this.count++;
  }

  has(slot: number): boolean {
    const word = slot >>> 5;
    return word < this.bits.length && (this.bits[word] & (1 << (slot & 31))) !== 0;
  }

  /** Only when `count` is above 0. */
  takeLowest(): number {
    const { bits, summary } = this;
    let group = this.hint;
    while (summary[group] === 0) group++;
    this.hint = group;
    const word = (group << 5) | lowestBit(summary[group]);
    const rest = bits[word];
    const left = rest & (rest - 1);
    bits[word] = left;
    if (left === 0) summary[group] &= summary[group] - 1;
    this.count--;
    return (word << 5) | lowestBit(rest);
  }

  /** Ascending. */
  list(): number[] {
    const slots: number[] = [];
    this.bits.forEach((word, w) => {
      for (let rest = word; rest !== 0; rest &= rest - 1) slots.push((w << 5) | lowestBit(rest));
    });
    return slots;
  }

  save(): Int32Array {
    return this.bits.slice();
  }

  load(bits: Int32Array): void {
    this.bits = bits.slice();
    this.summary = new Int32Array(Math.ceil(bits.length / 32));
    this.hint = 0;
    this.count = 0;
    bits.forEach((word, w) => {
      if (word !== 0) this.summary[w >>> 5] |= 1 << (w & 31);
      for (let rest = word; rest !== 0; rest &= rest - 1) this.count++;
    });
  }

  private grow(word: number): void {
    let size = this.bits.length;
    while (size <= word) size *= 2;
    const bits = new Int32Array(size);
    const summary = new Int32Array(size >>> 5);
    bits.set(this.bits);
    summary.set(this.summary);
    this.bits = bits;
    this.summary = summary;
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
