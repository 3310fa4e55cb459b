import type { Cell, Containers, TimeUs, WorldContext } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { sampleUs } from '../../engine/distributions.ts';
import { NamedStream } from '../../engine/draws.ts';
import type { ReplicaOptions } from './options.ts';

const PURPOSE = { work: 0 } as const;

/** The time that a server takes for each request. */
export class Pace {
  private readonly options: ReplicaOptions;
  private readonly stream: NamedStream;
  private served!: Cell<number>;
  private freeAtUs!: Cell<TimeUs>;

  constructor(options: ReplicaOptions, name: string) {
    this.options = options;
    this.stream = new NamedStream(`work/${name}`);
  }

  init(c: Containers): void {
    this.served = c.cell('served', 0);
    this.freeAtUs = c.cell<TimeUs>('freeAtUs', 0);
  }

  /** How long the server works on one request before it turns to the store. */
  workUs(ctx: WorldContext): TimeUs {
    const n = this.served.get();
    this.served.set(n + 1);
    return this.turnUs(ctx) + sampleUs(this.options.work, ctx.draw(this.stream.key(ctx), PURPOSE.work, n));
  }

  /** How long a request waits while more come than the machine sustains (generic cell rate algorithm). */
  private turnUs(ctx: WorldContext): TimeUs {
    const { throughput } = this.options;
    if (!throughput) return 0;
    const intervalUs = Math.round(SECOND_US / throughput.requestsPerSecond);
    const freeAtUs = Math.max(this.freeAtUs.get(), ctx.nowUs) + intervalUs;
    this.freeAtUs.set(freeAtUs);
    return Math.max(0, freeAtUs - ctx.nowUs - throughput.burst * intervalUs);
  }
}
