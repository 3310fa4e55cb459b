import { ApiClients, EventRecorders, PartList, type RecorderConfig } from '../../../sim-core/client/index.ts';
import type {
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import type { Links } from '../../../sim-core/network/links.ts';

type Servers = ConstructorParameters<typeof ApiClients>[0];

/**
 * A component that has clients and recorders of Events, and handlers of a test by which it is told what to say. The test
 * gives `acts`, takes their ids by `act`, and opens recorders in `open`.
 */
export abstract class Speaker implements Component {
  readonly name: string;
  protected readonly recorders: EventRecorders;
  protected readonly clients: ApiClients;
  private readonly parts: PartList;
  private readonly ids = new Map<string, HandlerId>();

  constructor(name: string, servers: Servers) {
    this.name = name;
    this.clients = new ApiClients(servers);
    this.recorders = new EventRecorders(this.clients, { epochSeconds: 1_767_225_600 });
    this.parts = new PartList([this.clients, this.recorders]);
  }

  protected abstract acts(): readonly HandlerSpec[];
  protected abstract open(ctx: WorldContext): void;

  /** The handler of this name among `acts`. */
  act(name: string): HandlerId {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`${this.name} has no act ${name}`);
    return id;
  }

  init(c: Containers, id: ComponentId): void {
    this.parts.init(c, id);
  }
  handlers(): readonly HandlerSpec[] {
    return [...this.parts.handlers(), ...this.acts()];
  }
  registered(ids: readonly HandlerId[]): void {
    const acts = this.acts();
    const own = ids.length - acts.length;
    this.parts.registered(ids.slice(0, own));
    for (const [i, { name }] of acts.entries()) this.ids.set(name, ids[own + i]);
  }
  start(ctx: WorldContext): void {
    this.clients.start();
    this.recorders.start();
    this.open(ctx);
  }
  crash(): void {}

  /** A recorder with a client of its own, on a host of its own. */
  protected openAt(
    ctx: WorldContext,
    links: Links,
    host: string,
    qps: number,
    config: Omit<RecorderConfig, 'client'>,
  ): void {
    const endpoint = links.transport.endpoint(host);
    const limit = { qps, burst: 2 * qps };
    const client = this.clients.open({ host, endpoint, user: `system:${host}`, agent: 'speaker/v1', limit });
    this.recorders.open(ctx, { client, ...config });
  }
}

/** Starts a process or lets it crash; a name of none is left alone. */
export function setRunning(ctx: WorldContext, process: string, isUp: boolean): void {
  const id = ctx.components.find(process);
  if (id === undefined) return;
  if (isUp) ctx.components.start(id);
  else ctx.components.crash(id);
}
