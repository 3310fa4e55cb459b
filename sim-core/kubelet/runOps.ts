/** The operations of a sync, one after the other: kuberuntime_manager.go SyncPod and kuberuntime_container.go. */
import { formatDurationUs } from '../api/machinery/duration.ts';
import { type TimeUs, WHY, type WorldContext } from '../contracts/index.ts';
import { type BackoffEntry, crashLoopParameters, inBackoffSince, nextBackoff } from './backoff.ts';
import { type Answer, type KubeletCore, SECOND } from './core.ts';
import type { Images } from './images.ts';
import type { Killer } from './killer.ts';
import { parseGoDuration } from './kwok/lifecycle.ts';
import type { PodWorkers } from './podWorker.ts';
import { assign, copyPod, copySync, type Op, type PodRow, type Sync } from './rows.ts';
import type { Cont } from './runtime.ts';
import { findContainer, podText, pullPolicyOf } from './spec.ts';

/** Steps of the start of a container. */
export const STEP = { backoff: 0, image: 1, config: 2, create: 3, start: 4, postStart: 5, done: 6 } as const;

export class OpRunner {
  private readonly core: KubeletCore;
  private readonly workers: PodWorkers;
  private readonly images: Images;
  private readonly killer: Killer;
  /** Missing ConfigMaps and Secrets of a container: the error's text, or ''. */
  config: (row: PodRow, container: string) => string = () => '';

  constructor(core: KubeletCore, workers: PodWorkers, images: Images, killer: Killer) {
    this.core = core;
    this.workers = workers;
    this.images = images;
    this.killer = killer;
  }

  private sync(slot: number): Sync {
    return this.core.pod(slot).sync!;
  }

  setSync(slot: number, change: Partial<Sync>): Sync {
    const sync = assign(copySync(this.sync(slot)), change);
    this.core.set(slot, { sync });
    return sync;
  }

  /** The next operation; the sync is done after the last. */
  run(ctx: WorldContext, slot: number): void {
    const sync = this.sync(slot);
    const op = sync.ops[sync.at];
    if (op === undefined) {
      this.workers.opsDone(ctx, slot);
      return;
    }
    if (op.do === 'kills') this.killer.begin(ctx, slot, op);
    else if (op.do === 'stopSandboxes') this.stopSandbox(ctx, slot, op.ids);
    else if (op.do === 'remove') this.remove(ctx, slot, op.ids);
    else if (op.do === 'sandbox')
      this.core.call(ctx, slot, { op: 'RunPodSandbox', attempt: op.attempt }, this.core.opCont(slot));
    else if (op.do === 'resize') this.resize(ctx, slot, op);
    else this.start(ctx, slot, op);
  }

  /** The next step of a resize; after the last one PLEG's next look makes a sync. */
  private resize(ctx: WorldContext, slot: number, op: Op & { do: 'resize' }): void {
    const { step, sandbox } = this.sync(slot);
    const now = op.steps[step];
    if (now === undefined) {
      const next = copyPod(this.core.pod(slot));
      this.core.noteChange(ctx, slot, next);
      next.watched = true;
      this.core.put(slot, next);
      this.nextOp(ctx, slot);
      return;
    }
    this.setSync(slot, { step: step + 1 });
    const call =
      now.of === 'pod'
        ? ({ op: 'UpdatePodSandboxResources', id: sandbox } as const)
        : ({ op: 'UpdateContainerResources', id: now.id, resources: now.resources } as const);
    this.core.call(ctx, slot, call, this.core.opCont(slot));
  }

  /** The operation at hand is done, with what it leaves behind. */
  nextOp(ctx: WorldContext, slot: number, change?: Partial<Sync>): void {
    const next = copySync(this.sync(slot));
    next.at += 1;
    next.step = 0;
    next.containerID = '';
    this.core.set(slot, { sync: change === undefined ? next : assign(next, change) });
    this.run(ctx, slot);
  }

  /** Ends the sync early: what comes after depends on this operation. */
  private abort(ctx: WorldContext, slot: number): void {
    this.setSync(slot, { at: this.sync(slot).ops.length, failed: true });
    this.run(ctx, slot);
  }

  /** An answer of the runtime for the operation at hand. */
  answered(ctx: WorldContext, slot: number, answer: Answer): void {
    const sync = this.sync(slot);
    if (sync.at < 0) {
      this.workers.begin(ctx, slot);
      return;
    }
    const op = sync.ops[sync.at];
    if (op === undefined) return;
    if (op.do === 'sandbox') this.sandboxMade(ctx, slot, answer);
    else if (op.do === 'stopSandboxes') this.sandboxStopped(ctx, slot, op, answer);
    else if (op.do === 'remove') this.remove(ctx, slot, op.ids);
    else if (op.do === 'resize') this.resize(ctx, slot, op);
    else if (op.do === 'start') this.startAnswered(ctx, slot, op, answer);
  }

  private sandboxMade(ctx: WorldContext, slot: number, answer: Answer): void {
    if (answer.error) {
      this.core.event(
        ctx,
        this.core.pod(slot),
        'Warning',
        'FailedCreatePodSandBox',
        `Failed to create pod sandbox: ${answer.error}`,
      );
      this.abort(ctx, slot);
      return;
    }
    this.nextOp(ctx, slot, { sandbox: answer.id ?? '' });
  }

  private stopSandbox(ctx: WorldContext, slot: number, ids: readonly string[]): void {
    const { step } = this.sync(slot);
    if (step >= ids.length) {
      this.nextOp(ctx, slot);
      return;
    }
    this.core.call(ctx, slot, { op: 'StopPodSandbox', id: ids[step] }, this.core.opCont(slot));
  }

  private sandboxStopped(ctx: WorldContext, slot: number, op: Op & { do: 'stopSandboxes' }, answer: Answer): void {
    const row = this.core.pod(slot);
    if (answer.error) {
      const text = `failed to "KillPodSandbox" for "${row.uid}" with KillPodSandboxError: ${JSON.stringify(answer.error)}`;
      this.core.event(ctx, row, 'Warning', 'FailedKillPod', `error killing pod: ${text}`);
      this.abort(ctx, slot);
      return;
    }
    this.setSync(slot, { step: this.sync(slot).step + 1 });
    this.stopSandbox(ctx, slot, op.ids);
  }

  private remove(ctx: WorldContext, slot: number, ids: readonly string[]): void {
    const row = this.core.pod(slot);
    for (const id of ids) {
      if (!this.core.runtime.pod(row.id).containers.some((c) => c.id === id)) continue;
      this.core.call(ctx, slot, { op: 'RemoveContainer', id }, undefined);
    }
    this.nextOp(ctx, slot);
  }

  private fail(
    ctx: WorldContext,
    slot: number,
    op: Op & { do: 'start' },
    reason: string,
    message: string,
    expiryUs?: TimeUs,
  ): void {
    const sync = this.sync(slot);
    this.setSync(slot, {
      failures: { ...sync.failures, [op.name]: { reason, message } },
      onlyCrashLoop: sync.onlyCrashLoop && expiryUs !== undefined,
      expiryUs: Math.min(sync.expiryUs, expiryUs ?? Number.MAX_SAFE_INTEGER),
    });
    const spec = findContainer(this.core.pod(slot).pod, op.name)?.spec;
    if (op.list === 'init' && spec?.restartPolicy !== 'Always') {
      this.setSync(slot, { at: sync.ops.length });
      this.run(ctx, slot);
    } else this.nextOp(ctx, slot);
  }

  specOf(row: PodRow, name: string) {
    const pod = row.sync?.pod ?? row.pod;
    return (
      findContainer(pod, name)?.spec ??
      (pod.spec?.ephemeralContainers ?? []).find((c: { name: string }) => c.name === name)
    );
  }

  private start(ctx: WorldContext, slot: number, op: Op & { do: 'start' }): void {
    const row = this.core.pod(slot);
    const last = row.sync!.seen.containers.find((c) => c.name === op.name && c.state === 'exited');
    if (last !== undefined) {
      const max = this.core.node(row.node).spec.kubeletConfiguration?.crashLoopBackOff?.maxContainerRestartPeriod;
      const parameters = crashLoopParameters(max === undefined ? undefined : parseGoDuration(max));
      const entry: BackoffEntry | undefined = row.backoff[op.name];
      if (inBackoffSince(entry, last.finishedUs, ctx.nowUs, parameters)) {
        this.core.event(
          ctx,
          row,
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${op.name} in pod ${podText(row.pod)}`,
          op.name,
        );
        const message = `back-off ${formatDurationUs(entry!.backoffUs)} restarting failed container=${op.name} pod=${podText(row.pod)}`;
        this.fail(ctx, slot, op, 'CrashLoopBackOff', message, last.finishedUs + entry!.backoffUs);
        return;
      }
      this.core.set(slot, {
        backoff: { ...row.backoff, [op.name]: nextBackoff(entry, last.finishedUs, ctx.nowUs, parameters) },
      });
    }
    this.setSync(slot, { step: STEP.image });
    const spec = this.specOf(row, op.name);
    this.images.ensure(ctx, slot, op.name, spec.image, pullPolicyOf(spec));
  }

  /** The image is there, or the reason and message why not. */
  imageReady(ctx: WorldContext, slot: number, error: { reason: string; message: string } | undefined): void {
    const sync = this.sync(slot);
    const op = sync.ops[sync.at] as Op & { do: 'start' };
    const row = this.core.pod(slot);
    if (error !== undefined) {
      this.core.event(ctx, row, 'Warning', 'Failed', `Error: ${error.reason}`, op.name);
      this.fail(ctx, slot, op, error.reason, error.message);
      return;
    }
    const missing = this.config(row, op.name);
    if (missing !== '') {
      this.core.event(ctx, row, 'Warning', 'Failed', `Error: ${missing}`, op.name);
      this.fail(ctx, slot, op, 'CreateContainerConfigError', missing);
      return;
    }
    this.setSync(slot, { step: STEP.create });
    const known = row.sync!.seen.containers.find((c) => c.name === op.name);
    const attempt = known === undefined ? 0 : known.attempt + 1;
    this.core.call(
      ctx,
      slot,
      { op: 'CreateContainer', name: op.name, attempt, sandbox: sync.sandbox },
      this.core.opCont(slot),
    );
  }

  private startAnswered(ctx: WorldContext, slot: number, op: Op & { do: 'start' }, answer: Answer): void {
    const { step } = this.sync(slot);
    const row = this.core.pod(slot);
    if (step === STEP.create) {
      if (answer.error) {
        this.startFailed(ctx, slot, op, 'CreateContainerError', answer.error);
        return;
      }
      this.core.event(ctx, row, 'Normal', 'Created', 'Container created', op.name);
      this.setSync(slot, { step: STEP.start, containerID: answer.id ?? '' });
      this.core.call(ctx, slot, { op: 'StartContainer', id: answer.id ?? '' }, this.core.opCont(slot));
    } else if (step === STEP.start) {
      if (answer.error) {
        this.startFailed(ctx, slot, op, 'RunContainerError', answer.error);
        return;
      }
      this.core.event(ctx, row, 'Normal', 'Started', 'Container started', op.name);
      const hook = this.specOf(row, op.name)?.lifecycle?.postStart;
      if (!hook) {
        this.startedWell(ctx, slot, op);
        return;
      }
      this.setSync(slot, { step: STEP.postStart });
      this.hook(ctx, slot, op.name, this.sync(slot).containerID, hook, this.core.opCont(slot));
    } else if (step === STEP.postStart) this.postStarted(ctx, slot, op, answer);
  }

  private startFailed(ctx: WorldContext, slot: number, op: Op & { do: 'start' }, reason: string, error: string): void {
    const message = error.replace(/^rpc error: code = \w+ desc = /, '');
    this.core.event(ctx, this.core.pod(slot), 'Warning', 'Failed', `Error: ${message}`, op.name);
    this.fail(ctx, slot, op, reason, message);
  }

  private startedWell(ctx: WorldContext, slot: number, op: Op & { do: 'start' }): void {
    const sync = this.sync(slot);
    this.nextOp(ctx, slot, { failures: { ...sync.failures, [op.name]: null } });
  }

  private postStarted(ctx: WorldContext, slot: number, op: Op & { do: 'start' }, answer: Answer): void {
    const row = this.core.pod(slot);
    const hook = this.specOf(row, op.name)?.lifecycle?.postStart;
    if (!hookFailed(answer, hook)) {
      this.startedWell(ctx, slot, op);
      return;
    }
    this.core.event(ctx, row, 'Warning', 'FailedPostStartHook', 'PostStartHook failed', op.name);
    const sync = this.sync(slot);
    const kill = { id: sync.containerID, name: op.name, message: 'FailedPostStartHook', reason: 'other' as const };
    this.setSync(slot, { step: STEP.done });
    const failure = {
      reason: 'PostStartHookError',
      message: hookText(row, op.name, hook, this.hookHost(row, hook), answer),
    };
    this.setSync(slot, {
      failures: { ...sync.failures, [op.name]: failure },
      onlyCrashLoop: false,
      ops: [
        ...sync.ops.slice(0, sync.at + 1),
        { do: 'kills', kills: [kill], parallel: true },
        ...sync.ops.slice(sync.at + 1),
      ],
    });
    this.nextOp(ctx, slot);
  }

  /** Whom a hook asks: its own host, else the pod, whose address the runtime knows before the status does. */
  private hookHost(row: PodRow, hook: PodRow['status']): string {
    const own = hook?.httpGet?.host as string | undefined;
    return own || row.status?.podIP || (this.core.runtime.pod(row.id).sandboxes[0]?.ip ?? '');
  }

  /** Runs a lifecycle handler (exec, httpGet, sleep); the answer goes to `cont`. */
  hook(
    ctx: WorldContext,
    slot: number,
    container: string,
    containerID: string,
    hook: PodRow['status'],
    cont: Cont,
  ): void {
    const row = this.core.pod(slot);
    if (hook.exec) {
      this.core.call(
        ctx,
        slot,
        { op: 'ExecSync', id: containerID, command: hook.exec.command ?? [], timeoutSeconds: 0 },
        cont,
      );
    } else if (hook.sleep) this.core.later(ctx, hook.sleep.seconds * SECOND, WHY.preStop, cont);
    else {
      const port = this.workers.prober.port(row, container, hook.httpGet?.port ?? 80);
      this.core.runtime.connect(
        ctx,
        this.core.ref(row),
        {
          protocol: 'http',
          container,
          containerID,
          host: this.hookHost(row, hook),
          port,
          path: hook.httpGet?.path ?? '/',
          scheme: 'http',
          service: '',
          timeoutSeconds: 0,
        },
        cont,
      );
    }
  }
}

/** lifecycle/handlers.go: what a container's status says of a postStart hook that failed. */
function hookText(row: PodRow, container: string, hook: PodRow['status'], host: string, answer: Answer): string {
  const whose = `for Container "${container}" in Pod "${podText(row.pod)}" failed - error: `;
  if (hook?.exec) {
    const command = (hook.exec.command ?? []) as readonly string[];
    const failed = `command '${command.join(' ')}' exited with ${answer.exitCode ?? 0}: `;
    const output = JSON.stringify(answer.output ?? '');
    return `Exec lifecycle hook ([${command.join(' ')}]) ${whose}${answer.error ?? failed}, message: ${output}`;
  }
  const { path = '', port, scheme = 'HTTP' } = hook?.httpGet ?? {};
  const slash = String(path).startsWith('/') ? '' : '/';
  const url = `${scheme.toLowerCase()}://${host}:${port}${slash}${path}`;
  return `HTTP lifecycle hook (${path}) ${whose}Get "${url}": ${answer.error ?? ''}`;
}

/** A command fails by its exit code, a request only by getting no answer: nobody looks at its status. */
export const hookFailed = (answer: Answer, hook: PodRow['status']): boolean =>
  answer.error !== undefined || (hook?.exec !== undefined && (answer.exitCode ?? 0) !== 0);
