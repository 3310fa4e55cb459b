import { ApiClients, type ClientId } from '../../client/api_clients.ts';
import { PartList } from '../../client/parts.ts';
import type {
  ApiResponse,
  ApiServers,
  Cell,
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  KubeObject,
  Ring,
  TimeUs,
  Transport,
  WorldContext,
} from '../../contracts/index.ts';
import { RANK_EXTERNAL, RecordKind, WHY } from '../../contracts/index.ts';
import { Expectations } from '../../controllers/runtime/expectations.ts';
import { type Execution, PlanExecutor } from '../../controllers/runtime/plan_executor.ts';
import type { KubectlCommand } from './command.ts';
import type { KubectlPlan, KubectlRun, KubectlState } from './parts.ts';
import { continueKubectl, resumeKubectl, startKubectl } from './plans.ts';

/** A command that the timeline gives at a moment. */
export interface KubectlEntry {
  readonly atUs: TimeUs;
  readonly text: string;
  readonly command: KubectlCommand;
  readonly objects: readonly KubeObject[];
}

/** What a command printed, as it happened. */
export interface KubectlLine {
  readonly atUs: TimeUs;
  readonly entry: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface KubectlOptions {
  readonly servers: ApiServers;
  readonly transport: Pick<Transport, 'endpoint'>;
  readonly epochSeconds: number;
  readonly entries: readonly KubectlEntry[];
  readonly namespace?: string;
}

/** The person outside: gives the commands of the timeline to the API, as kubectl would. */
export class Kubectl implements Component {
  readonly name = 'kubectl';
  private readonly options: KubectlOptions;
  private readonly clients: ApiClients;
  private readonly expectations = new Expectations('expectations');
  private readonly executor: PlanExecutor;
  private readonly parts: PartList;
  private client!: Cell<ClientId>;
  private output!: Ring<KubectlLine>;
  private id: ComponentId = 0;
  private beginHandler: HandlerId = 0;
  private againHandler: HandlerId = 0;

  constructor(options: KubectlOptions) {
    this.options = options;
    this.clients = new ApiClients(options.servers);
    this.executor = new PlanExecutor('plans', this.clients, this.expectations, {
      client: () => this.client.get(),
      event: () => {},
      accept: (ctx, execution, plan) => this.print(ctx, Number(execution.key), plan),
      resume: (ctx, execution, answers) => this.resume(ctx, execution, answers),
      finished: (ctx, execution) => this.finished(ctx, execution),
    });
    this.parts = new PartList([this.clients, this.expectations, this.executor]);
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.parts.init(c, id);
    this.client = c.cell('client', -1);
    this.output = c.ring<KubectlLine>('output');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'kubectl/begin', run: (ctx, entry) => this.begin(ctx, entry) },
      { name: 'kubectl/again', run: (ctx, entry, _b, payload) => this.again(ctx, entry, payload as KubectlState) },
      ...this.parts.handlers(),
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.beginHandler, this.againHandler] = ids;
    this.parts.registered(ids.slice(2));
  }

  start(ctx: WorldContext): void {
    this.clients.start();
    this.client.set(
      this.clients.open({
        host: 'kubectl',
        endpoint: this.options.transport.endpoint(this.name),
        user: 'kubernetes-admin',
        groups: ['system:masters', 'system:authenticated'],
        agent: 'kubectl/v1.35.4 (linux/amd64) kubernetes/orrery',
        // kubectl gives itself 50 qps and a burst of 300 (cli-runtime config_flags).
        limit: { qps: 50, burst: 300 },
      }),
    );
    this.options.entries.forEach((entry, i) => {
      ctx.scheduleAt(Math.max(entry.atUs, ctx.nowUs), this.beginHandler, i, 0, WHY.scenario, undefined, RANK_EXTERNAL);
    });
  }

  crash(_ctx: WorldContext): void {}

  /** Everything that the commands printed so far. */
  lines(): readonly KubectlLine[] {
    const lines: KubectlLine[] = [];
    for (let i = this.output.first; i < this.output.next; i++) lines.push(this.output.get(i) as KubectlLine);
    return lines;
  }

  private run(entry: number): KubectlRun {
    const { command, objects } = this.options.entries[entry];
    return {
      command,
      objects,
      epochSeconds: this.options.epochSeconds,
      namespace: this.options.namespace ?? 'default',
    };
  }

  private begin(ctx: WorldContext, entry: number): void {
    const { command, text } = this.options.entries[entry];
    ctx.record(RecordKind.external, this.id, 0, ctx.strings.intern(command.verb), ctx.strings.intern(text), 0);
    this.execute(ctx, entry, startKubectl(this.run(entry), ctx.nowUs));
  }

  private again(ctx: WorldContext, entry: number, state: KubectlState): void {
    this.execute(ctx, entry, continueKubectl(this.run(entry), state, ctx.nowUs));
  }

  private execute(ctx: WorldContext, entry: number, plan: KubectlPlan): void {
    const slot = this.executor.open({ item: -1, key: String(entry), tick: -1, cause: ctx.cause });
    this.executor.begin(ctx, slot, plan);
  }

  private resume(ctx: WorldContext, execution: Execution, answers: readonly ApiResponse[]): KubectlPlan {
    const { point, data } = execution.plan!.resume!;
    return resumeKubectl(this.run(Number(execution.key)), point, data as KubectlState, answers, ctx.nowUs);
  }

  private finished(ctx: WorldContext, execution: Execution): void {
    const requeue = execution.plan?.requeue;
    if (requeue === undefined || !('afterUs' in requeue)) return;
    ctx.setCause(execution.cause);
    ctx.schedule(requeue.afterUs, this.againHandler, Number(execution.key), 0, requeue.why, execution.plan?.memory);
  }

  private print(ctx: WorldContext, entry: number, plan: KubectlPlan): void {
    for (const text of plan.stdout ?? []) this.output.push({ atUs: ctx.nowUs, entry, stream: 'stdout', text });
    for (const text of plan.stderr ?? []) this.output.push({ atUs: ctx.nowUs, entry, stream: 'stderr', text });
  }
}
