/**
 * Work that is done in slices, so that a worker can answer between them. It can be given up at any time; what it worked
 * on then stays where it is, in a consistent state.
 */
export class Job<T> {
  private readonly work: Generator<number, T, number>;
  private state: { readonly value: T } | undefined;
  private part = 0;
  private givenUp = false;

  /** `work` gives its progress (0 to 1) and is given how many events it may run until it must give it again. */
  constructor(work: Generator<number, T, number>) {
    this.work = work;
    this.take(work.next(0));
  }

  get done(): boolean {
    return this.state !== undefined;
  }

  get cancelled(): boolean {
    return this.givenUp;
  }

  /** 0 to 1, by events. */
  get progress(): number {
    return this.state === undefined ? this.part : 1;
  }

  /** Undefined until it is done. */
  get result(): T | undefined {
    return this.state?.value;
  }

  /** Runs at most about so many events; true when there is nothing left to do (it is done, or was cancelled). */
  run(maxEvents = Number.POSITIVE_INFINITY): boolean {
    if (this.state === undefined && !this.givenUp) this.take(this.work.next(maxEvents));
    return this.state !== undefined || this.givenUp;
  }

  /** Runs to the end. Throws when it was cancelled. */
  finish(): T {
    while (!this.run()) {}
    if (this.state === undefined) throw new Error('the job was cancelled');
    return this.state.value;
  }

  cancel(): void {
    if (this.state !== undefined || this.givenUp) return;
    this.givenUp = true;
    this.work.return(undefined as T);
  }

  private take(next: IteratorResult<number, T>): void {
    if (next.done === true) this.state = { value: next.value };
    else this.part = next.value;
  }
}
