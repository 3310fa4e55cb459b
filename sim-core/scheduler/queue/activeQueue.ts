import type { Cell, Containers, ObjId, PagedTable, Ring, SortedIndex, TimeUs } from '../../contracts/index.ts';

/** What decides where a pod stands among those that are ready. */
export interface Standing {
  readonly obj: ObjId;
  readonly priority: number;
  readonly timestampUs: TimeUs;
}

/** A row of the queue, as far as this file reads it. */
interface ActiveRow extends Standing {
  readonly place: string;
  /** Its place in the line; -1 = it stands in the index, or is not active. */
  readonly at: number;
}

/** How much of a number one character of a key holds: no key has characters that stand for half of another. */
const DIGIT = 2 ** 15;

const SCALES = [1, DIGIT, DIGIT * DIGIT, DIGIT * DIGIT * DIGIT] as const;

/** One digit of a number, 0 = the last: keys of digits sort as the numbers do. */
const digit = (n: number, place: 0 | 1 | 2 | 3) => Math.floor(n / SCALES[place]) % DIGIT;

/** PrioritySort: priority descending, then time of entry. The object id makes the order total. */
export function activeKey({ priority, timestampUs, obj }: Standing): string {
  const p = 2 ** 31 - priority;
  return String.fromCharCode(
    digit(p, 2),
    digit(p, 1),
    digit(p, 0),
    digit(timestampUs, 3),
    digit(timestampUs, 2),
    digit(timestampUs, 1),
    digit(timestampUs, 0),
    digit(obj, 2),
    digit(obj, 1),
    digit(obj, 0),
  );
}

/** The order of `activeKey`; negative = `a` stands before `b`. */
function compareStandings(a: Standing, b: Standing): number {
  return b.priority - a.priority || a.timestampUs - b.timestampUs || a.obj - b.obj;
}

/**
 * The pods that are ready, in the order of PrioritySort. Nearly all come in that order: these wait in a line, all others in an
 * index by key, and the head is the first of both. A pod that leaves the line keeps its place there until the head passes by.
 */
export class ActiveQueue {
  private readonly rows: () => PagedTable<ActiveRow>;
  /** With an order of its own, whoever reads the queue wants all pods in the index. */
  private readonly hasLine: boolean;
  private index!: SortedIndex;
  private line!: Ring<Standing>;
  /** Pods in the line that have not left it. */
  private inLine!: Cell<number>;

  constructor(rows: () => PagedTable<ActiveRow>, hasLine: boolean) {
    this.rows = rows;
    this.hasLine = hasLine;
  }

  init(c: Containers): void {
    this.index = c.sorted('queue/active', { volatile: true });
    this.line = c.ring<Standing>('queue/line', { volatile: true, rowBytes: 40 });
    this.inLine = c.cell('queue/inLine', 0, { volatile: true });
  }

  get size(): number {
    return this.inLine.get() + this.index.size;
  }

  get isEmpty(): boolean {
    return this.inLine.get() === 0 && this.index.size === 0;
  }

  /** Takes a pod in; its place in the line, -1 = it stands in the index. */
  enter({ obj, priority, timestampUs }: Standing): number {
    const { line } = this;
    const pod: Standing = { obj, priority, timestampUs };
    const isLast = line.next === line.first || compareStandings(line.get(line.next - 1) as Standing, pod) < 0;
    if (!this.hasLine || !isLast) {
      this.index.set(activeKey(pod), obj);
      return -1;
    }
    this.inLine.set(this.inLine.get() + 1);
    return line.push(pod);
  }

  leave(row: ActiveRow): void {
    if (row.at < 0) {
      this.index.delete(activeKey(row));
      return;
    }
    const left = this.inLine.get() - 1;
    this.inLine.set(left);
    const { line } = this;
    if (left === 0) line.dropBefore(line.next);
    else if (row.at === line.first) line.dropBefore(row.at + 1);
  }

  head(): ObjId | undefined {
    const first = this.headOfLine();
    if (this.index.size === 0) return first?.obj;
    let head: ObjId | undefined;
    this.index.range('', '', (_key, obj) => {
      head = obj;
      return false;
    });
    if (first === undefined) return head;
    const other = this.rows().get(head as ObjId) as ActiveRow;
    return compareStandings(first, other) < 0 ? first.obj : head;
  }

  /** All pods in the order of their keys; only where there is no line. */
  forEach(visit: (obj: ObjId) => void): void {
    this.index.range('', '', (_key, obj) => {
      visit(obj);
      return true;
    });
  }

  private headOfLine(): Standing | undefined {
    const { line } = this;
    if (this.inLine.get() === 0) return undefined;
    for (;;) {
      const { first } = line;
      const pod = line.get(first) as Standing;
      const row = this.rows().get(pod.obj);
      if (row?.place === 'active' && row.at === first) return pod;
      line.dropBefore(first + 1);
    }
  }
}
