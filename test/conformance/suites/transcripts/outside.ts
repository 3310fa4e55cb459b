import type {
  ApiRequest,
  ApiResponse,
  ApiServers,
  Component,
  HandlerId,
  HandlerSpec,
  Transport,
  WorldContext,
} from '../../../../sim-core/contracts/index.ts';

/** Sends the requests of a script, as they are injected, and keeps the answers. */
export class Outside implements Component {
  readonly name = 'outside';
  readonly answers: (ApiResponse | undefined)[] = [];
  private readonly servers: ApiServers;
  private readonly transport: Pick<Transport, 'endpoint'>;
  private answerHandler: HandlerId = 0;

  constructor(servers: ApiServers, transport: Pick<Transport, 'endpoint'>) {
    this.servers = servers;
    this.transport = transport;
  }

  init(): void {}

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'outside/send', run: (ctx, _a, _b, payload) => this.send(ctx, payload as ApiRequest) },
      { name: 'outside/answer', run: (_ctx, _a, _b, payload) => this.answers.push(payload as ApiResponse | undefined) },
    ];
  }

  registered(ids: readonly number[]): void {
    this.answerHandler = ids[1];
  }

  start(): void {}
  crash(): void {}

  private send(ctx: WorldContext, request: ApiRequest): void {
    const reply = { handler: this.answerHandler, token: 0 };
    this.servers.submit(ctx, this.transport.endpoint(this.name), 0, request, reply);
  }
}
