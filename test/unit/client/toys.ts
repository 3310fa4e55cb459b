import { ApiClients } from '../../../sim-core/client/api_clients.ts';
import type { InformerEvent } from '../../../sim-core/client/informer_types.ts';
import { Informers } from '../../../sim-core/client/informers.ts';
import { PartList } from '../../../sim-core/client/parts.ts';
import { WorkQueue } from '../../../sim-core/client/work_queue.ts';
import type {
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  Ring,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { WHY } from '../../../sim-core/contracts/index.ts';
import type { FakeServers } from './fakeServers.ts';

export interface Told {
  readonly tUs: number;
  readonly type: string;
  readonly name: string;
  readonly rv: number;
  readonly beforeRv: number;
  readonly unknown: boolean;
}

/** A process with one informer, which notes what it is told. */
export class Watcher implements Component {
  readonly name = 'watcher';
  readonly clients: ApiClients;
  readonly informers: Informers;
  readonly group: number;
  told!: Ring<Told>;
  private readonly parts: PartList;
  private c!: Containers;

  constructor(servers: FakeServers) {
    this.clients = new ApiClients(servers);
    this.informers = new Informers(servers, this.clients);
    this.group = this.informers.group({ resource: 'pods' });
    this.informers.group({
      resource: 'pods',
      indexes: [{ index: 'node', keys: (o) => (o.spec?.nodeName ? [o.spec.nodeName] : []) }],
    });
    this.informers.listen(this.group, (ctx, event) => this.note(ctx, event));
    this.parts = new PartList([this.clients, this.informers]);
  }

  init(c: Containers, id: ComponentId): void {
    this.c = c;
    this.parts.init(c, id);
    this.told = c.ring('told', { volatile: true });
  }

  handlers(): readonly HandlerSpec[] {
    return this.parts.handlers();
  }

  registered(ids: readonly HandlerId[]): void {
    this.parts.registered(ids);
  }

  start(ctx: WorldContext): void {
    this.clients.start();
    const client = this.clients.open({
      host: 'watcher',
      endpoint: 1,
      user: 'u',
      agent: 'a',
      limit: { qps: 20, burst: 30 },
    });
    this.informers.open(ctx, { group: this.group, client });
  }

  crash(ctx: WorldContext): void {
    this.informers.crash(ctx);
    this.c.dropVolatile();
  }

  notes(): Told[] {
    const all: Told[] = [];
    for (let i = this.told.first; i < this.told.next; i++) all.push(this.told.get(i)!);
    return all;
  }

  private note(ctx: WorldContext, { type, now, before, finalStateUnknown }: InformerEvent): void {
    this.told.push({
      tUs: ctx.nowUs,
      type,
      name: now.object.metadata.name!,
      rv: now.rv,
      beforeRv: before?.rv ?? 0,
      unknown: finalStateUnknown,
    });
  }
}

/** A queue with workers that take a fixed time and fail as told. */
export class QueueUser implements Component {
  readonly name = 'user';
  readonly queue: WorkQueue;
  readonly workers: number;
  readonly workUs: number;
  runs!: Ring<{ readonly tUs: number; readonly key: string; readonly cause: number }>;
  busy!: Ring<number>;
  private finishHandler: HandlerId = 0;
  opHandler: HandlerId = 0;
  private readonly fails: (key: string, nowUs: number) => boolean;

  constructor(workers: number, workUs: number, fails: (key: string, nowUs: number) => boolean = () => false) {
    this.workers = workers;
    this.workUs = workUs;
    this.fails = fails;
    this.queue = new WorkQueue('queue', (ctx) => this.dispatch(ctx));
  }

  init(c: Containers, id: ComponentId): void {
    this.queue.init(c, id);
    this.runs = c.ring('runs');
    this.busy = c.ring('busy');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      ...this.queue.handlers(),
      { name: 'finish', run: (ctx, _a, _b, key) => this.finish(ctx, key as string) },
      {
        name: 'op',
        run: (ctx, _a, delayUs, key) => this.queue.addAfter(ctx, key as string, delayUs, WHY.requeueAfter),
      },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.queue.registered(ids.slice(0, 1));
    [this.finishHandler, this.opHandler] = ids.slice(1);
  }

  start(_ctx: WorldContext): void {
    this.queue.start();
  }

  crash(_ctx: WorldContext): void {}

  private dispatch(ctx: WorldContext): void {
    while (this.busy.next - this.busy.first < this.workers) {
      const item = this.queue.get();
      if (!item) return;
      this.busy.push(item.id);
      this.runs.push({ tUs: ctx.nowUs, key: item.key, cause: item.cause });
      ctx.schedule(this.workUs, this.finishHandler, 0, 0, WHY.queueWork, item.key);
    }
  }

  private finish(ctx: WorldContext, key: string): void {
    this.busy.dropBefore(this.busy.first + 1);
    if (this.fails(key, ctx.nowUs)) this.queue.addRateLimited(ctx, key);
    else this.queue.forget(key);
    this.queue.done(ctx, key);
    this.dispatch(ctx);
  }

  log(): { tUs: number; key: string }[] {
    const all: { tUs: number; key: string }[] = [];
    for (let i = this.runs.first; i < this.runs.next; i++) {
      const { tUs, key } = this.runs.get(i)!;
      all.push({ tUs, key });
    }
    return all;
  }
}
