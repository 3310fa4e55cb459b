/** pkg/kubelet/prober: the workers of a pod's probes, and what their results change. */
import { type KubeObject, type TimeUs, WHY, type WorldContext } from '../contracts/index.ts';
import type { ProbeView } from './containerStatus.ts';
import type { Answer, KubeletCore } from './core.ts';
import {
  afterProbe,
  beforeProbe,
  MAX_PROBE_RETRIES,
  PROBE_TYPES,
  type ProbeSpec,
  type ProbeType,
  type ProbeWorker,
  periodUs,
  probeSpecOf,
} from './probes.ts';
import { effectivePolicy } from './restartPolicy.ts';
import type { PodRow } from './rows.ts';
import {
  type ContainerSpec,
  containersOf,
  findContainer,
  initContainersOf,
  isRestartableInit,
  isTerminalPhase,
} from './spec.ts';
import type { StatusManager } from './statusManager.ts';

const PURPOSE_START = 7;
/** A time that does not come. */
const FOREVER_US = 1e15;

/** A tick of a worker: when it was asked for, and when it is. */
export interface Tick {
  readonly uid: string;
  readonly life: number;
  readonly atUs: TimeUs;
  readonly fromUs: TimeUs;
}

export class Prober {
  private readonly core: KubeletCore;
  private readonly status: StatusManager;
  private readonly requestSync: (ctx: WorldContext, slot: number) => void;

  constructor(core: KubeletCore, status: StatusManager, requestSync: (ctx: WorldContext, slot: number) => void) {
    this.core = core;
    this.status = status;
    this.requestSync = requestSync;
  }

  /** AddPod: workers for every probe; the first attempt is made at once (or after a start delay). */
  add(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    if (row.probing) return;
    const workers: ProbeWorker[] = [];
    for (const c of probedContainers(row.pod)) {
      for (const type of PROBE_TYPES) {
        const spec = probeSpecOf(c, type);
        if (!spec) continue;
        workers.push({
          container: c.name,
          type,
          containerID: '',
          onHold: false,
          lastResult: undefined,
          resultRun: 0,
          result: undefined,
          nextTickUs: 0,
          triggered: false,
          busy: false,
          retries: 0,
          stopped: false,
          asleep: false,
        });
      }
    }
    this.core.set(slot, { probes: workers, probing: true });
    if (workers.length === 0) return;
    const node = this.core.node(row.node);
    for (let i = 0; i < workers.length; i += 1) {
      const period = periodUs(this.specOf(row, workers[i]));
      const young = period > ctx.nowUs - node.startedUs;
      const delay = young ? Math.floor(period * (this.core.draw(ctx, row, PURPOSE_START, i) / 4294967296)) : 0;
      this.set(slot, i, { nextTickUs: ctx.nowUs + delay });
      this.scheduleTick(ctx, slot, i, ctx.nowUs + delay);
    }
  }

  remove(slot: number): void {
    this.core.set(slot, { probes: NONE, probing: false });
  }

  stopLivenessAndStartup(slot: number): void {
    const row = this.core.pod(slot);
    if (row.probes.length === 0) return;
    this.core.set(slot, { probes: row.probes.map((p) => (p.type === 'readiness' ? p : { ...p, stopped: true })) });
  }

  private specOf(row: PodRow, worker: ProbeWorker): ProbeSpec {
    return probeSpecOf(findContainer(row.pod, worker.container)?.spec ?? {}, worker.type) ?? {};
  }

  private set(slot: number, i: number, change: Partial<ProbeWorker>): void {
    const row = this.core.pod(slot);
    this.core.set(slot, { probes: row.probes.map((p, n) => (n === i ? { ...p, ...change } : p)) });
  }

  /** Results as the status and the sync read them. */
  view(row: PodRow): ProbeView & { liveness(id: string): 'success' | 'failure' | 'unknown' | undefined } {
    if (row.probes.length === 0) return NO_PROBES;
    const result = (type: ProbeType, id: string) =>
      row.probes.find((p) => p.type === type && p.containerID === id)?.result;
    return {
      readiness: (id) => result('readiness', id) as 'success' | 'failure' | undefined,
      startup: (id) => result('startup', id),
      liveness: (id) => result('liveness', id),
      hasWorker: (container, type) =>
        row.probes.some((p) => p.container === container && p.type === type && !p.stopped),
    };
  }

  /** UpdatePodStatus asked for a readiness probe at once; the ticker starts anew with it. */
  trigger(ctx: WorldContext, slot: number, container: string): void {
    const row = this.core.pod(slot);
    const i = row.probes.findIndex((p) => p.container === container && p.type === 'readiness' && !p.stopped);
    if (i < 0) return;
    if (row.probes[i].busy) {
      this.set(slot, i, { triggered: true });
      return;
    }
    this.scheduleTick(ctx, slot, i, ctx.nowUs);
  }

  private scheduleTick(ctx: WorldContext, slot: number, i: number, atUs: TimeUs): void {
    const row = this.core.pod(slot);
    this.set(slot, i, { nextTickUs: atUs, asleep: false });
    const { life } = this.core.node(row.node);
    const tick: Tick = { uid: row.uid, life, atUs, fromUs: ctx.nowUs };
    // What is asked for at once has not waited for the ticker; a start-up probe's tick tells itself what it waited for.
    const tells = atUs <= ctx.nowUs || row.probes[i].type === 'startup';
    const why = tells ? WHY.none : WHY.probePeriod;
    ctx.scheduleAt(Math.max(atUs, ctx.nowUs), this.core.handlers.probe, slot, i, why, tick);
  }

  tick(ctx: WorldContext, slot: number, i: number, tick: Tick): void {
    const row = this.core.live(slot, tick.uid, tick.life);
    const worker = row?.probes[i];
    if (!row || !worker || worker.stopped || worker.busy || worker.nextTickUs !== tick.atUs) return;
    if (worker.type === 'startup' && tick.atUs > tick.fromUs) this.descend(ctx, row, worker, tick);
    this.attempt(ctx, slot, i);
  }

  /**
   * A tick of a start-up probe after something happened in the runtime waited since then, not since the tick before, which found
   * no container. (Readiness probes are asked for when the container runs.)
   */
  private descend(ctx: WorldContext, row: PodRow, worker: ProbeWorker, { atUs, fromUs }: Tick): void {
    const isNews = row.changedUs > atUs - periodUs(this.specOf(row, worker)) && row.changedUs < ctx.nowUs;
    if (worker.result !== 'success' && row.changedBy !== 0 && isNews)
      this.core.hopSinceChange(ctx, row, WHY.probePeriod);
    else this.core.hop(ctx, WHY.probePeriod, fromUs);
  }

  private attempt(ctx: WorldContext, slot: number, i: number): void {
    const row = this.core.pod(slot);
    const worker = row.probes[i];
    const spec = this.specOf(row, worker);
    const container = findContainer(row.pod, worker.container);
    const statuses = container?.init ? row.status?.initContainerStatuses : row.status?.containerStatuses;
    const status = (statuses ?? []).find((s: { name: string }) => s.name === worker.container);
    const running = row.cache.containers.find((c) => c.id === status?.containerID);
    const neverRestarts = !container?.init && effectivePolicy(row.pod, container?.spec ?? {}) === 'Never';
    const decision = beforeProbe(worker, {
      spec,
      status,
      startedUs: running?.startedUs ?? 0,
      podTerminal: isTerminalPhase(row.status?.phase),
      podDeleting: row.pod.metadata.deletionTimestamp !== undefined,
      neverRestarts,
      nowUs: ctx.nowUs,
    });
    this.update(ctx, slot, i, worker, decision.worker);
    if (decision.do === 'stop') this.set(slot, i, { stopped: true });
    else if (decision.do === 'wait') this.next(ctx, slot, i);
    else {
      this.set(slot, i, { busy: true, retries: 0 });
      this.run(ctx, slot, i, ctx.nowUs);
    }
  }

  /** The next tick of the ticker, a period after the last. */
  private next(ctx: WorldContext, slot: number, i: number): void {
    const row = this.core.pod(slot);
    const worker = row.probes[i];
    if (worker.triggered) {
      this.set(slot, i, { triggered: false });
      this.scheduleTick(ctx, slot, i, ctx.nowUs);
      return;
    }
    const period = periodUs(this.specOf(row, worker));
    let at = worker.nextTickUs + period;
    // A ticker drops ticks that nobody took, but keeps one.
    if (at < ctx.nowUs) at = ctx.nowUs;
    const quietUs = this.quietUntilUs(ctx, row, worker);
    if (quietUs > at) {
      // Probes that will answer as before change nothing: the ticker goes on when something may be otherwise.
      if (quietUs >= FOREVER_US) {
        this.set(slot, i, { nextTickUs: at, asleep: true });
        return;
      }
      at += Math.ceil((quietUs - at) / period) * period;
    }
    this.scheduleTick(ctx, slot, i, at);
  }

  /** Until when a worker's ticks would change nothing. */
  private quietUntilUs(ctx: WorldContext, row: PodRow, worker: ProbeWorker): TimeUs {
    if (worker.result !== 'success') return ctx.nowUs;
    if (worker.type === 'startup') return FOREVER_US;
    if (worker.lastResult !== 'success') return ctx.nowUs;
    return this.core.runtime.steadyUntilUs(ctx, this.core.ref(row), worker.containerID);
  }

  /** The pod's status was computed: workers asleep go on where their container is another, or runs no more. */
  wake(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    if (row.probes.length === 0) return;
    const statuses = [...(row.status?.initContainerStatuses ?? []), ...(row.status?.containerStatuses ?? [])];
    for (let i = 0; i < row.probes.length; i += 1) {
      const worker = row.probes[i];
      if (!worker.asleep || worker.stopped) continue;
      const status = statuses.find((s) => s.name === worker.container);
      if (status?.containerID === worker.containerID && status?.state.running) continue;
      const period = periodUs(this.specOf(row, worker));
      const late = Math.max(0, Math.ceil((ctx.nowUs - worker.nextTickUs) / period)) * period;
      this.set(slot, i, { asleep: false });
      this.scheduleTick(ctx, slot, i, worker.nextTickUs + late);
    }
  }

  /** Stores a worker and tells the kubelet when its result changed. */
  private update(ctx: WorldContext, slot: number, i: number, before: ProbeWorker, after: ProbeWorker): void {
    if (after === before) return;
    this.set(slot, i, after);
    const same = before.containerID === after.containerID && before.result === after.result;
    if (same || after.result === undefined) return;
    if (after.type === 'liveness') {
      if (after.result === 'failure') this.requestSync(ctx, slot);
      return;
    }
    const flag = after.type === 'readiness' ? 'ready' : 'started';
    this.status.setFlag(ctx, slot, after.containerID, flag, after.result === 'success');
    this.requestSync(ctx, slot);
  }

  private run(ctx: WorldContext, slot: number, i: number, _startUs: TimeUs): void {
    const row = this.core.pod(slot);
    const worker = row.probes[i];
    const spec = this.specOf(row, worker);
    const life = this.core.node(row.node).life;
    const cont = {
      on: 'probe',
      slot,
      uid: row.uid,
      life,
      container: worker.container,
      type: worker.type,
      containerID: worker.containerID,
    } as const;
    if (spec.exec) {
      if (row.phase !== 'sync') {
        // The context of exec probes ends with the pod's sync.
        this.core.later(ctx, 0, WHY.none, cont);
        return;
      }
      const command = spec.exec.command ?? [];
      this.core.call(
        ctx,
        slot,
        { op: 'ExecSync', id: worker.containerID, command, timeoutSeconds: spec.timeoutSeconds ?? 1 },
        cont,
      );
      return;
    }
    const action = spec.httpGet ?? spec.tcpSocket ?? spec.grpc ?? {};
    this.core.runtime.connect(
      ctx,
      this.core.ref(row),
      {
        protocol: spec.httpGet ? 'http' : spec.tcpSocket ? 'tcp' : 'grpc',
        container: worker.container,
        containerID: worker.containerID,
        host: action.host ?? row.status?.podIP ?? '',
        port: this.port(row, worker.container, action.port),
        path: action.path ?? '/',
        scheme: (action.scheme ?? 'HTTP').toLowerCase(),
        service: action.service ?? '',
        timeoutSeconds: spec.timeoutSeconds ?? 1,
      },
      cont,
    );
  }

  port(row: PodRow, container: string, port: unknown): number {
    if (typeof port === 'number') return port;
    const ports = (findContainer(row.pod, container)?.spec.ports ?? []) as readonly {
      name?: string;
      containerPort: number;
    }[];
    return ports.find((p) => p.name === port)?.containerPort ?? Number(port);
  }

  answered(
    ctx: WorldContext,
    slot: number,
    cont: { uid: string; life: number; container: string; type: string; containerID: string },
    answer: Answer | undefined,
  ): void {
    const row = this.core.live(slot, cont.uid, cont.life);
    if (!row) return;
    const i = row.probes.findIndex((p) => p.container === cont.container && p.type === cont.type);
    const worker = row.probes[i];
    if (!worker?.busy) return;
    const spec = this.specOf(row, worker);
    const verdict = judge(spec, this.urlOf(row, worker, spec), answer);
    if (verdict.result === 'error' && answer !== undefined && worker.retries + 1 < MAX_PROBE_RETRIES) {
      this.set(slot, i, { retries: worker.retries + 1 });
      this.run(ctx, slot, i, ctx.nowUs);
      return;
    }
    this.set(slot, i, { busy: false, retries: 0 });
    const name = `${worker.type[0].toUpperCase()}${worker.type.slice(1)}`;
    if (verdict.result === 'error') {
      this.core.event(
        ctx,
        row,
        'Warning',
        'Unhealthy',
        `${name} probe errored and resulted in unknown state: ${verdict.message}`,
        worker.container,
      );
    } else {
      if (verdict.result === 'failure')
        this.core.event(ctx, row, 'Warning', 'Unhealthy', `${name} probe failed: ${verdict.message}`, worker.container);
      if (!worker.stopped) {
        const after = { ...afterProbe(worker, spec, verdict.result), busy: false, retries: 0 };
        this.core.probeObserver?.(ctx, row.pod, worker, after, verdict.result, spec);
        this.update(ctx, slot, i, { ...worker, busy: false }, after);
      }
    }
    if (!worker.stopped) this.next(ctx, slot, i);
  }

  private urlOf(row: PodRow, worker: ProbeWorker, spec: ProbeSpec): string {
    const action = spec.httpGet ?? spec.tcpSocket ?? spec.grpc;
    if (!action) return '';
    const host = `${action.host ?? row.status?.podIP ?? ''}:${this.port(row, worker.container, action.port)}`;
    if (!spec.httpGet) return host;
    const path = action.path ?? '/';
    return `${(action.scheme ?? 'HTTP').toLowerCase()}://${host}${path.startsWith('/') ? path : `/${path}`}`;
  }
}

/** Containers with probes that may run: sidecars, then regular ones. */
function probedContainers(pod: KubeObject): readonly ContainerSpec[] {
  const hasProbe = (c: ContainerSpec) => Boolean(c.startupProbe || c.readinessProbe || c.livenessProbe);
  const init = initContainersOf(pod);
  if (init.length === 0 && !containersOf(pod).some(hasProbe)) return NONE;
  return [...init.filter(isRestartableInit), ...containersOf(pod)];
}

const NONE: readonly never[] = [];

const NO_PROBES = {
  readiness: () => undefined,
  startup: () => undefined,
  liveness: () => undefined,
  hasWorker: () => false,
};

interface Verdict {
  readonly result: 'success' | 'failure' | 'error';
  readonly message: string;
}

/** prober.go runProbe and the probe packages: what an answer means, with the texts of the events. */
function judge(spec: ProbeSpec, url: string, answer: Answer | undefined): Verdict {
  if (answer === undefined) return { result: 'error', message: 'rpc error: code = Canceled desc = context canceled' };
  if (spec.exec) {
    if (answer.code === 'DeadlineExceeded')
      return {
        result: 'failure',
        message: `command timed out: ${execText(spec)} timed out after ${spec.timeoutSeconds ?? 1}s`,
      };
    if (answer.error) return { result: 'error', message: answer.error };
    return answer.exitCode === 0
      ? { result: 'success', message: '' }
      : { result: 'failure', message: answer.output ?? '' };
  }
  if (spec.httpGet) {
    if (answer.code === 'DeadlineExceeded')
      return {
        result: 'failure',
        message: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      };
    if (answer.error) return { result: 'failure', message: `Get "${url}": ${answer.error}` };
    const code = answer.exitCode ?? 0;
    return code >= 200 && code < 400
      ? { result: 'success', message: '' }
      : { result: 'failure', message: `HTTP probe failed with statuscode: ${code}` };
  }
  if (spec.tcpSocket)
    return answer.error ? { result: 'failure', message: answer.error } : { result: 'success', message: '' };
  if (answer.error) {
    const seconds = spec.timeoutSeconds ?? 1;
    return {
      result: 'failure',
      message: `timeout: failed to connect service ${JSON.stringify(url)} within ${seconds}s: context deadline exceeded`,
    };
  }
  return answer.exitCode === 1
    ? { result: 'success', message: '' }
    : { result: 'failure', message: 'service unhealthy (responded with "NOT_SERVING")' };
}

const execText = (spec: ProbeSpec): string => `"${(spec.exec.command ?? []).join(' ')}"`;
