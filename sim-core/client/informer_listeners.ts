import type { WorldContext } from '../contracts/index.ts';
import { LOOKS_AT } from '../contracts/index.ts';
import type { InformerStore } from './informer_store.ts';
import type { InformerEvent, InformerListener, Interest } from './informer_types.ts';
import { EVERYTHING } from './looks_at.ts';

interface Listening {
  readonly listener: InformerListener;
  readonly looksAt: number;
  readonly concerns: Interest['concerns'];
  /** The bit of `InformerStore.passedBy`; 0 = every object concerns it. */
  readonly bit: number;
}

/** Who is told of the changes of one store, and of which. */
export class Listeners {
  private readonly store: InformerStore;
  private list: readonly Listening[] = [];
  /** Some listeners say which objects concern them. */
  private choosy = false;

  constructor(store: InformerStore) {
    this.store = store;
  }

  /** At build only. Listeners are told in the order in which they came. */
  add(listener: InformerListener, { looksAt = EVERYTHING, concerns }: Interest): void {
    const bit = concerns === undefined ? 0 : 1 << this.list.filter((one) => one.bit !== 0).length;
    this.choosy ||= bit !== 0;
    this.list = [...this.list, { listener, looksAt, concerns, bit }];
  }

  tell(ctx: WorldContext, event: InformerEvent): void {
    const { list } = this;
    const { touched } = event;
    const passed = this.choosy ? this.passedBy(event) : 0;
    for (let i = 0; i < list.length; i++) {
      const { listener, looksAt, bit } = list[i];
      if (((looksAt & touched) !== 0 || looksAt === EVERYTHING) && (bit & passed) === 0) listener(ctx, event);
    }
  }

  /** The bits of the listeners that the event's object does not concern. */
  private passedBy({ now, before, touched }: InformerEvent): number {
    const { passedBy } = this.store;
    const known = passedBy.get(now.obj);
    if ((touched & (LOOKS_AT.additions | LOOKS_AT.spec)) === 0) return known;
    let bits = 0;
    for (const { bit, concerns } of this.list) if (concerns?.(now.object) === false) bits |= bit;
    if (bits !== known) passedBy.set(now.obj, bits);
    // Whom the former spec concerned is told of the change.
    return before === undefined ? bits : bits & known;
  }
}
