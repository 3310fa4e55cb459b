import type { Containers, PagedF64, TimeUs } from '../contracts/index.ts';

/** Bookmarks that are on their way to informers, or were not looked at yet: the last of each. */
export class Bookmarks {
  private rvs!: PagedF64;
  /** When it is there; 0 = none. */
  private atUs!: PagedF64;

  init(c: Containers): void {
    this.rvs = c.f64('bookmarkRv', { volatile: true });
    this.atUs = c.f64('bookmarkUs', { volatile: true });
  }

  note(informer: number, rv: number, atUs: TimeUs): void {
    this.rvs.set(informer, rv);
    this.atUs.set(informer, atUs);
  }

  forget(informer: number): void {
    this.atUs.set(informer, 0);
  }

  /** The revision of a bookmark that is there by now, which is told once; 0 = none. */
  take(informer: number, nowUs: TimeUs): number {
    const atUs = this.atUs.get(informer);
    if (atUs === 0 || atUs > nowUs) return 0;
    this.atUs.set(informer, 0);
    return this.rvs.get(informer);
  }
}
