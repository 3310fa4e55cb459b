type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** Numbers in the order of arrival, in an array that grows by half. */
export class Column<T extends Numbers> {
  data: T;
  size = 0;

  constructor(empty: T) {
    this.data = empty;
  }

  push(value: number): void {
    if (this.size === this.data.length) this.reserve(this.size + 1);
    this.data[this.size++] = value;
  }

  /** Makes room for so many in all. */
  reserve(size: number): void {
    if (size <= this.data.length) return;
    const length = Math.max(64, size, this.data.length + (this.data.length >> 1));
    const larger = new (this.data.constructor as new (n: number) => T)(length);
    larger.set(this.data);
    this.data = larger;
  }

  /** As if `value` were behind the last of them up to a place; then that place is set. For columns whose places are numbers of objects. */
  put(place: number, value: number): void {
    if (place >= this.size) {
      this.reserve(place + 1);
      this.size = place + 1;
    }
    this.data[place] = value;
  }

  /** 0 beyond the end. */
  at(place: number): number {
    return place < this.size ? this.data[place] : 0;
  }

  /** What is there, without a copy. */
  get view(): T {
    return this.data.subarray(0, this.size) as T;
  }
}

export const floats = () => new Column(new Float64Array(0));
export const words = () => new Column(new Uint32Array(0));
export const bytes = () => new Column(new Uint8Array(0));

/** Lists of numbers by a small number, as of an object: 8 bytes an entry and 4 a key, whatever their shares. Lists only grow. */
export class Chains {
  /** Of the keys, in the order in which they came. */
  readonly keys = words();
  private readonly values = words();
  /** Place of the entry before in the same list, plus 1; 0 = it is the first. */
  private readonly before = words();
  /** Place of the last entry by key, plus 1. */
  private readonly last = words();

  add(key: number, value: number): void {
    const before = this.last.at(key);
    if (before === 0) this.keys.push(key);
    this.values.push(value);
    this.before.push(before);
    this.last.put(key, this.values.size);
  }

  /** Visits a list from its end, until the visitor says true. */
  back(key: number, visit: (value: number) => boolean): void {
    for (let at = this.last.at(key); at !== 0; at = this.before.data[at - 1])
      if (visit(this.values.data[at - 1]) === true) return;
  }

  /** A list in the order in which it came. */
  of(key: number): number[] {
    const list: number[] = [];
    this.back(key, (value) => {
      list.push(value);
      return false;
    });
    return list.reverse();
  }

  /** -1 = the list is empty. */
  lastOf(key: number): number {
    const at = this.last.at(key);
    return at === 0 ? -1 : this.values.data[at - 1];
  }

  firstOf(key: number): number {
    let first = -1;
    this.back(key, (value) => {
      first = value;
      return false;
    });
    return first;
  }

  has(key: number): boolean {
    return this.last.at(key) !== 0;
  }
}
