import { type Part, prefixed } from '../../client/parts.ts';
import type { ComponentId, Containers, Dict, HandlerId, HandlerSpec, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';

/** pkg/controller/controller_utils.go: ExpectationsTimeout. */
export const EXPECTATIONS_TIMEOUT_US = 300 * SECOND_US;

interface Expectation {
  readonly creations: number;
  readonly deletions: readonly string[];
  readonly setUs: TimeUs;
}

/**
 * What a controller still expects to see in its informers, per key: so many creations, and deletions by name, so that "has a
 * deletionTimestamp" and "is gone" count once (UIDTrackingControllerExpectations).
 */
export class Expectations implements Part {
  private readonly name: string;
  private rows!: Dict<Expectation>;

  constructor(name: string) {
    this.name = name;
  }

  init(c: Containers, _id: ComponentId): void {
    this.rows = prefixed(c, this.name).dict('rows', { volatile: true });
  }

  handlers(): readonly HandlerSpec[] {
    return [];
  }

  registered(_ids: readonly HandlerId[]): void {}

  /** Replaces the expectations of a key; with nothing to expect they are dropped. */
  expect(key: string, creations: number, deletions: readonly string[], nowUs: TimeUs): void {
    if (creations <= 0 && deletions.length === 0) this.rows.delete(key);
    else this.rows.set(key, { creations, deletions, setUs: nowUs });
  }

  /** True when nothing is awaited any more, or for longer than 5 minutes, or nothing was ever expected. */
  met(key: string, nowUs: TimeUs): boolean {
    if (this.rows.size === 0) return true;
    const row = this.rows.get(key);
    if (!row) return true;
    return (row.creations <= 0 && row.deletions.length === 0) || nowUs - row.setUs > EXPECTATIONS_TIMEOUT_US;
  }

  lowerCreations(key: string, by: number): void {
    const row = this.rows.get(key);
    if (row) this.rows.set(key, { ...row, creations: row.creations - by });
  }

  lowerDeletion(key: string, deletion: string): void {
    const row = this.rows.get(key);
    if (row?.deletions.includes(deletion)) {
      this.rows.set(key, { ...row, deletions: row.deletions.filter((other) => other !== deletion) });
    }
  }
}
