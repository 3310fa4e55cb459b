import { isError } from '../client/api_clients.ts';
import type { ApiResponse, WorldContext } from '../contracts/index.ts';
import { SECOND_US } from '../contracts/index.ts';
import type { Binding } from './binding.ts';
import { failureOf } from './bindingPlugins.ts';
import { BIND_TIMEOUT_US, type SchedulerCore } from './core.ts';
import type { ReservedWrite } from './framework/plugin.ts';
import { isSuccess, type Status } from './framework/status.ts';
import { type InFlightRequest, NO_VICTIMS } from './inFlight.ts';
import { findByName } from './listers.ts';

/** Source: volumebinding binder looks every second. */
const BIND_POLL_US = SECOND_US;

/** Steps of PreBind: what reservations ask for, and the writes of the plugin that ran just now. */
const RESERVATIONS = '';
const WRITES_ONLY = '/';

/** PreBind: the writes of reservations and users' plugins, one after the other, and the wait for others. */
export class PreBinding {
  private readonly core: SchedulerCore;
  private readonly binding: Binding;

  constructor(core: SchedulerCore, binding: Binding) {
    this.core = core;
    this.binding = binding;
  }

  /** The binding cycle of a pod with something to do before it is bound begins, or goes on after a wait. */
  begin(ctx: WorldContext, request: InFlightRequest): void {
    this.preBind(ctx, { ...request, waitUntilUs: request.waitUntilUs ?? ctx.nowUs + BIND_TIMEOUT_US });
  }

  /** Runs a user's PreBind plugin; its writes are made like those of a reservation. */
  private usersPreBind(ctx: WorldContext, request: InFlightRequest, name: string): void {
    const pod = this.core.podObject(request.obj);
    const plugin = this.core.frameworkOfObj(request.obj)?.plugins.preBind.find((p) => p.name === name);
    const rest = (request.steps ?? []).slice(1);
    if (pod === undefined || plugin === undefined) {
      this.preBind(ctx, { ...request, steps: rest });
      return;
    }
    let { answer, carried } = request;
    if (answer === undefined) {
      const call = this.core.callOf(pod, request.node, carried);
      answer = plugin.preBind?.(call.state, call.info, call.node, call.snapshot) ?? {};
      carried = call.state.carried() ?? carried;
      const takesUs = this.core.latencyUs(ctx, request, plugin, 'preBind', answer.latency);
      if (takesUs > 0) {
        this.core.later(ctx, takesUs, { ...request, answer, carried });
        return;
      }
    }
    if (!isSuccess(answer.status)) {
      const { message, isRejection } = failureOf('PreBind', name, answer.status as Status);
      this.binding.failed(ctx, request, message, 0, isRejection);
      return;
    }
    const { writes = [] } = answer;
    const next = { ...request, carried, answer: undefined, isWaiting: undefined };
    if (writes.length === 0) this.preBind(ctx, { ...next, steps: rest });
    else
      this.preBind(ctx, {
        ...next,
        reservations: [{ plugin: name, writes, waitsFor: [] }, ...(request.reservations ?? [])],
        steps: [WRITES_ONLY, ...rest],
      });
  }

  /** The next write of the reservations; when all are made, the wait for others; then the binding. */
  private preBind(ctx: WorldContext, request: InFlightRequest): void {
    const reservations = request.reservations ?? [];
    const [step = RESERVATIONS, ...later] = request.steps ?? [];
    if (step !== RESERVATIONS && step !== WRITES_ONLY) {
      this.usersPreBind(ctx, request, step);
      return;
    }
    const inTurn = step === WRITES_ONLY ? reservations.slice(0, 1) : reservations;
    const write = inTurn.find((r) => r.writes.length > 0)?.writes[0];
    if (step === WRITES_ONLY && write === undefined) {
      this.preBind(ctx, { ...request, reservations: reservations.slice(1), steps: later });
      return;
    }
    if (write !== undefined) {
      this.core.sendWrite(ctx, write, request);
      return;
    }
    if (request.isWaiting !== true && reservations.some((r) => r.waitsFor.length > 0)) {
      this.waitForOthers(ctx, request);
      return;
    }
    for (const { plugin, waitsFor } of reservations) {
      const isReady = this.core.frameworkOfObj(request.obj)?.plugins.all.find((p) => p.name === plugin)?.isReady;
      for (const { resource, namespace, name } of waitsFor) {
        const stored = findByName(this.core.informers.storeOf(resource)?.list(namespace) ?? [], name)?.object;
        const ready = isReady?.(stored, request.node) ?? true;
        if (ready === true) continue;
        const isLate = ctx.nowUs >= (request.waitUntilUs ?? Number.POSITIVE_INFINITY);
        const error = ready !== false ? ready : isLate ? 'context deadline exceeded' : undefined;
        if (error !== undefined) this.preBindFailed(ctx, request, `binding volumes: ${error}`, 0);
        else this.waitForOthers(ctx, request);
        return;
      }
    }
    if (later.length > 0) {
      this.preBind(ctx, { ...request, reservations: [], steps: later });
      return;
    }
    const { obj, uid, node, carried, attempt } = request;
    const bind: InFlightRequest = { kind: 'bind', obj, uid, node, victims: NO_VICTIMS, carried, attempt };
    this.binding.send(ctx, this.core.track(bind), bind);
  }

  private waitForOthers(ctx: WorldContext, request: InFlightRequest): void {
    const waitUntilUs = request.waitUntilUs ?? ctx.nowUs + BIND_TIMEOUT_US;
    this.core.later(ctx, BIND_POLL_US, { ...request, waitUntilUs, isWaiting: true });
  }

  /** Without a reservation's write under way this was the nomination, whose failure is of no consequence. */
  answered(ctx: WorldContext, request: InFlightRequest, answer: ApiResponse | undefined): void {
    const reservations = request.reservations ?? [];
    const at = reservations.findIndex((r) => r.writes.length > 0);
    const wasNomination = request.waitUntilUs === undefined;
    const started = { ...request, waitUntilUs: request.waitUntilUs ?? ctx.nowUs + BIND_TIMEOUT_US };
    if (wasNomination || at < 0) {
      this.preBind(ctx, started);
      return;
    }
    const [write, ...others] = reservations[at].writes;
    if (answer === undefined || isError(answer)) {
      this.preBindFailed(ctx, request, answer?.status?.message ?? 'context deadline exceeded', answer?.record ?? 0);
      return;
    }
    const isSame = (w: ReservedWrite) =>
      w.resource === write.resource &&
      w.object.metadata.name === write.object.metadata.name &&
      w.object.metadata.namespace === write.object.metadata.namespace;
    const seen = findByName(
      this.core.informers.storeOf(write.resource)?.list(write.object.metadata.namespace ?? '') ?? [],
      write.object.metadata.name ?? '',
    );
    this.core.assumedObjects.written(write, !others.some(isSame), answer, seen?.rv ?? 0);
    const resourceVersion = answer.version?.object.metadata.resourceVersion;
    const rest = others.map((w) =>
      isSame(w) && resourceVersion !== undefined
        ? { ...w, object: { ...w.object, metadata: { ...w.object.metadata, resourceVersion } } }
        : w,
    );
    this.preBind(ctx, {
      ...started,
      reservations: reservations.map((r, i) => (i === at ? { ...r, writes: rest } : r)),
    });
  }

  private preBindFailed(ctx: WorldContext, request: InFlightRequest, error: string, record: number): void {
    const plugin = (request.reservations ?? []).find((r) => r.writes.length > 0 || r.waitsFor.length > 0)?.plugin;
    this.binding.failed(ctx, request, `running PreBind plugin "${plugin}": ${error}`, record);
  }
}
