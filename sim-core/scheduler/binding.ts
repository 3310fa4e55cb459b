import { isError } from '../client/api_clients.ts';
import type { ApiResponse, KubeObject, WorldContext } from '../contracts/index.ts';
import { failureOf } from './bindingPlugins.ts';
import type { SchedulerCore } from './core.ts';
import type { PluginEffects } from './framework/plugin.ts';
import { effectsOf } from './framework/runtime.ts';
import { isSuccess, type Status } from './framework/status.ts';
import type { InFlightRequest } from './inFlight.ts';
import type { Permit } from './permit.ts';

const DEFAULT_BINDER = 'DefaultBinder';
/** Attempts count from 1: the call for a binding has a draw of its own. */
const EXTENDER_BIND_CALL = 0;

/** The end of the binding cycle: who binds, the request, and what follows from its answer. */
export class Binding {
  private readonly core: SchedulerCore;
  private readonly permit: Permit;

  constructor(core: SchedulerCore, permit: Permit) {
    this.core = core;
    this.permit = permit;
  }

  /** Sends the binding of a tracked request, unless somebody else is to make it. */
  send(ctx: WorldContext, token: number, request: InFlightRequest): void {
    if (this.core.extenders.length > 0 && !this.extenderBinds(ctx, token, request)) return;
    if (request.extender === undefined && !this.pluginBinds(ctx, token, request)) return;
    const namespace = ctx.objects.namespace(request.obj);
    const name = ctx.objects.name(request.obj);
    this.core.clients.request(
      ctx,
      this.core.client.get(),
      {
        verb: 'create',
        resource: 'pods',
        subresource: 'binding',
        namespace,
        name,
        body: {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace, uid: request.uid },
          target: { kind: 'Node', name: request.node },
        },
      },
      this.core.sink,
      token,
    );
  }

  /** Asks the extender that binds the pod, if there is one; true = the binding may be sent now. */
  private extenderBinds(ctx: WorldContext, token: number, request: InFlightRequest): boolean {
    if (request.extender !== undefined) {
      if (request.extender.error === undefined) return true;
      this.core.requests.free(token);
      this.failed(ctx, request, request.extender.error, 0);
      return false;
    }
    const pod = this.core.podObject(request.obj);
    const calls = this.core.extenderCalls(ctx, request.uid, EXTENDER_BIND_CALL);
    const answer = pod === undefined ? undefined : calls.bind(pod, request.node);
    if (answer === undefined) return true;
    this.core.requests.free(token);
    this.core.later(ctx, calls.elapsedUs(), { ...request, extender: answer });
    return false;
  }

  /** Asks the Bind plugins of users, in their order; true = the binding may be sent now. Source: framework.go RunBindPlugins. */
  private pluginBinds(ctx: WorldContext, token: number, request: InFlightRequest): boolean {
    if (request.binder !== undefined) return true;
    const pod = this.core.podObject(request.obj);
    const profile = pod && this.core.profileOf(pod);
    if (profile === undefined || pod === undefined || !profile.hasUsersBind) return true;
    const call = this.core.callOf(pod, request.node, request.carried);
    let skipped = '';
    for (const plugin of profile.framework.plugins.bind) {
      const { status, latency } = plugin.bind?.(call.state, call.info, call.node, call.snapshot) ?? {};
      if (status?.code === 'Skip') {
        skipped = status.reasons.join(', ');
        continue;
      }
      const answered = { ...request, binder: plugin.name, carried: call.state.carried() ?? request.carried };
      if (!isSuccess(status)) {
        this.core.requests.free(token);
        const { message, isRejection } = failureOf('Bind', plugin.name, status as Status);
        this.failed(ctx, answered, message, 0, isRejection);
        return false;
      }
      const takesUs = this.core.latencyUs(ctx, answered, plugin, 'bind', latency);
      if (takesUs === 0) {
        this.core.requests.set(token, answered);
        return true;
      }
      this.core.requests.free(token);
      this.core.later(ctx, takesUs, answered);
      return false;
    }
    // Nobody wants to bind the pod: the error is what the last of them said, mostly nothing.
    this.core.requests.free(token);
    this.failed(ctx, request, skipped, 0);
    return false;
  }

  /** The API server has answered the binding; undefined = not in time. */
  bound(ctx: WorldContext, request: InFlightRequest, answer: ApiResponse | undefined): void {
    const row = this.core.queue.get(request.obj);
    if (answer !== undefined && !isError(answer)) {
      const pod = row?.pod.object ?? this.core.podObject(request.obj);
      if (pod === undefined) return;
      this.core.recordEvent(
        ctx,
        pod,
        'Normal',
        'Scheduled',
        'Binding',
        `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${request.node}`,
      );
      this.postBind(ctx, pod, request);
      return;
    }
    const error = answer?.status?.message ?? 'context deadline exceeded';
    const binder = request.binder ?? DEFAULT_BINDER;
    const message = request.extender === undefined ? `running Bind plugin "${binder}": ${error}` : error;
    this.failed(ctx, request, message, answer?.record ?? 0);
  }

  private postBind(ctx: WorldContext, pod: KubeObject, request: InFlightRequest): void {
    const plugins = this.core.frameworkOf(pod)?.plugins.postBind;
    if (plugins === undefined || plugins.length === 0) return;
    const { state, info, node, snapshot } = this.core.callOf(pod, request.node, request.carried);
    const effects: PluginEffects[] = [];
    for (const plugin of plugins) {
      const wanted = plugin.postBind?.(state, info, node, snapshot, this.core.waitingPods.list());
      if (wanted !== undefined) effects.push(effectsOf(plugin, wanted));
    }
    this.permit.applyEffects(ctx, effects);
  }

  /** The room is free again; the pod itself goes back with an error, or with a plugin's rejection that waits for nothing. */
  failed(ctx: WorldContext, request: InFlightRequest, message: string, record: number, isRejection = false): void {
    const row = this.core.renewed(request.obj);
    const undone = row === undefined ? [] : this.permit.unreserve(row.pod.object, request);
    this.core.cache.forget(request.uid);
    this.core.assumedObjects.forget(request.uid);
    if (row !== undefined) {
      this.core.queue.addUnschedulable(request.obj, [], [], ctx.nowUs);
      this.core.queue.moveAll({ resource: 'AssignedPod', action: 'Delete', before: row.pod.object, record }, ctx.nowUs);
      this.core.tellFailure(ctx, row.pod.object, isRejection ? 'Unschedulable' : 'SchedulerError', message);
    }
    this.permit.applyEffects(ctx, undone);
    this.core.wake(ctx);
  }
}
