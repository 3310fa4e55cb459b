import type { Containers, PagedF64, PagedI32, TimeUs, WorldContext } from '../contracts/index.ts';
import { MS_US, SECOND_US } from '../contracts/index.ts';
import { fraction } from './rate.ts';

/** client-go tools/cache/reflector.go: NewExponentialBackoffManager(800 ms, 30 s, 2 min, 2.0, 1.0). */
const BACK_OFF_FIRST_US = 800 * MS_US;
const BACK_OFF_MAX_US = 30 * SECOND_US;
const BACK_OFF_RESET_US = 120 * SECOND_US;
const PURPOSE_BACK_OFF = 1;

/** How long each reflector of a component waits before it lists or watches again. */
export class BackOffs {
  private step!: PagedI32;
  private startUs!: PagedF64;

  init(own: Containers): void {
    this.step = own.i32('backOffStep', { volatile: true });
    this.startUs = own.f64('backOffStart', { volatile: true });
  }

  /** A reflector that has not waited yet. */
  open(id: number): void {
    this.step.set(id, 0);
    this.startUs.set(id, -BACK_OFF_RESET_US - 1);
  }

  /** `name` of the reflector, and the n-th draw of its stream. */
  nextUs(ctx: WorldContext, id: number, name: string, n: number): TimeUs {
    const idle = ctx.nowUs - this.startUs.get(id) > BACK_OFF_RESET_US;
    const step = idle ? 0 : this.step.get(id);
    this.step.set(id, step + 1);
    this.startUs.set(id, ctx.nowUs);
    const draw = ctx.draw(ctx.stream(`reflector/${name}`), PURPOSE_BACK_OFF, n);
    return Math.floor(Math.min(BACK_OFF_FIRST_US * 2 ** Math.min(step, 6), BACK_OFF_MAX_US) * (1 + fraction(draw)));
  }
}
