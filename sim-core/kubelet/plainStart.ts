/**
 * The short way of pods that start for the first time with nothing but regular containers: the steps of `OpRunner` and
 * `PodWorkers` between two answers of the runtime in one, with one new row. Whatever else comes up (an error, a pull, a hook,
 * a reference to a ConfigMap) is left to the general way, which finds the row as if it had made it.
 */
import type { WorldContext } from '../contracts/index.ts';
import type { PodActions } from './actions.ts';
import type { Answer, KubeletCore } from './core.ts';
import type { Images } from './images.ts';
import type { PodWorkers } from './podWorker.ts';
import { copyPod, copySync, type Draft, type Op, type PodRow, type Sync } from './rows.ts';
import { STEP } from './runOps.ts';
import type { Cont } from './runtime.ts';
import { type ContainerSpec, containersOf, initContainersOf, pullPolicyOf } from './spec.ts';
import { EMPTY_SYNC } from './sync.ts';
import { hasAny } from './syncPlan.ts';
import { ROOT_CA } from './volumes.ts';

type StartOp = Op & { readonly do: 'start' };
type OpCont = Cont & { readonly on: 'op' };

/** What the first sync of pods with containers of these names does. */
interface Plan {
  readonly actions: PodActions;
  readonly ops: readonly Op[];
}

const PLANS_MAX = 1024;

export class PlainStart {
  private readonly core: KubeletCore;
  private readonly workers: PodWorkers;
  private readonly images: Images;
  /** By the names of containers: a memo, bounded. */
  private readonly plans = new Map<string, Plan>();

  constructor(core: KubeletCore, workers: PodWorkers, images: Images) {
    this.core = core;
    this.workers = workers;
    this.images = images;
  }

  /** The part of the first sync after the volumes. False: not for here. */
  begin(ctx: WorldContext, slot: number): boolean {
    const row = this.core.pod(slot);
    const seen = row.sync?.seen ?? row.cache;
    if (seen.sandboxes.length > 0 || seen.containers.length > 0 || row.probing || row.cache !== seen) return false;
    if (!isPlainSpec(row) || !hasOnlyHarmlessVolumes(row)) return false;
    const { actions, ops } = this.planOf(row);
    const sync = copySync(EMPTY_SYNC);
    sync.seen = seen;
    sync.actions = actions;
    sync.ops = ops;
    sync.at = 0;
    sync.isPlain = true;
    const next = copyPod(row);
    next.mountedVolumes = true;
    next.probes = NONE;
    next.probing = true;
    next.sync = sync;
    this.core.put(slot, next);
    this.core.runtime.call(ctx, this.core.ref(next), RUN_SANDBOX, this.core.opContOf(slot, next));
    return true;
  }

  private planOf({ pod }: PodRow): Plan {
    const containers = containersOf(pod);
    // No name holds a slash.
    const key = containers.length === 1 ? (containers[0].name as string) : containers.map((c) => c.name).join('/');
    let plan = this.plans.get(key);
    if (plan === undefined) {
      const toStart = containers.map((c) => c.name as string);
      const actions = { ...FIRST_ACTIONS, toStart };
      const starts = toStart.map((name): Op => ({ do: 'start', name, list: 'containers' }));
      plan = { actions, ops: [{ do: 'sandbox', attempt: 0 }, ...starts] };
      if (this.plans.size >= PLANS_MAX) this.plans.clear();
      this.plans.set(key, plan);
    }
    return plan;
  }

  /** A call of the pod's sync changed the pod and was answered. False: not for here, and nothing was done. */
  done(ctx: WorldContext, slot: number, row: PodRow, cont: OpCont, answer: Answer): boolean {
    const { sync } = row;
    if (sync === undefined || !sync.isPlain || cont.sync !== row.syncs) return false;
    if (answer.error !== undefined || sync.at < 0 || sync.failed || hasAny(sync.failures) || hasAny(row.failures))
      return false;
    const op = sync.ops[sync.at];
    if (op === undefined) return false;
    if (op.do === 'sandbox') {
      const next = this.changed(ctx, slot, row);
      this.nextStart(ctx, slot, next, sync, answer.id ?? '', cont);
      return true;
    }
    if (op.do !== 'start') return false;
    if (sync.step === STEP.create) this.created(ctx, slot, row, sync, op, answer.id ?? '', cont);
    else if (sync.step !== STEP.start || specOf(row, op)?.lifecycle?.postStart) return false;
    else this.started(ctx, slot, row, sync, op, cont);
    return true;
  }

  private changed(ctx: WorldContext, slot: number, row: PodRow): Draft<PodRow> {
    const next = copyPod(row);
    this.core.noteChange(ctx, slot, next);
    return next;
  }

  /** The operation at hand is done: the next container, whose image is there, is made. `cont`: of all answers to this sync. */
  private nextStart(
    ctx: WorldContext,
    slot: number,
    next: Draft<PodRow>,
    before: Sync,
    sandbox: string,
    cont: OpCont,
  ): void {
    const sync = copySync(before);
    sync.at = before.at + 1;
    sync.containerID = '';
    sync.sandbox = sandbox;
    next.sync = sync;
    const op = sync.ops[sync.at];
    const spec = op?.do === 'start' ? specOf(next, op) : undefined;
    if (spec === undefined) {
      sync.step = 0;
      this.core.put(slot, next);
      this.workers.hooks.runOps(ctx, slot);
      return;
    }
    const { name } = op as StartOp;
    const policy = pullPolicyOf(spec);
    const text = this.images.textOf(spec.image);
    const isThere = text.isValid && policy !== 'Always' && this.core.runtime.image(next.node, text.name) !== undefined;
    if (!isThere || spec.env !== undefined || spec.envFrom !== undefined) {
      sync.step = STEP.image;
      this.core.put(slot, next);
      this.images.ensure(ctx, slot, name, spec.image, policy);
      return;
    }
    sync.step = STEP.create;
    this.core.put(slot, next);
    this.core.event(ctx, next, 'Normal', 'Pulled', text.present, name);
    const call = { op: 'CreateContainer', name, attempt: 0, sandbox } as const;
    this.core.runtime.call(ctx, this.core.ref(next), call, cont);
  }

  private created(
    ctx: WorldContext,
    slot: number,
    row: PodRow,
    before: Sync,
    op: StartOp,
    id: string,
    cont: OpCont,
  ): void {
    const next = this.changed(ctx, slot, row);
    const sync = copySync(before);
    sync.step = STEP.start;
    sync.containerID = id;
    next.sync = sync;
    this.core.put(slot, next);
    this.core.event(ctx, next, 'Normal', 'Created', 'Container created', op.name);
    this.core.runtime.call(ctx, this.core.ref(next), { op: 'StartContainer', id }, cont);
  }

  private started(ctx: WorldContext, slot: number, row: PodRow, sync: Sync, op: StartOp, cont: OpCont): void {
    const next = this.changed(ctx, slot, row);
    this.core.event(ctx, next, 'Normal', 'Started', 'Container started', op.name);
    if (sync.at + 1 < sync.ops.length) this.nextStart(ctx, slot, next, sync, sync.sandbox, cont);
    else this.workers.completeWell(ctx, slot, next);
  }
}

const RUN_SANDBOX = { op: 'RunPodSandbox', attempt: 0 } as const;

const FIRST_ACTIONS: PodActions = {
  killPod: true,
  createSandbox: true,
  sandboxID: '',
  attempt: 0,
  initToStart: [],
  toStart: [],
  toKill: [],
};

/** The container that an operation starts: most pods have one. */
function specOf({ pod }: PodRow, { name }: StartOp): ContainerSpec | undefined {
  for (const c of containersOf(pod)) if (c.name === name) return c;
  return undefined;
}

/** Regular containers without probes and hooks alone. */
function isPlainSpec({ pod }: PodRow): boolean {
  const { spec } = pod;
  if (initContainersOf(pod).length > 0 || spec.ephemeralContainers?.length > 0) return false;
  const containers = containersOf(pod);
  for (const c of containers)
    if (c.readinessProbe || c.livenessProbe || c.startupProbe || c.lifecycle || c.restartPolicyRules) return false;
  return containers.length > 0;
}

/** No volume is of a kind that may be missing (`volumeProblems`). */
function hasOnlyHarmlessVolumes({ pod }: PodRow): boolean {
  const volumes = pod.spec.volumes;
  if (volumes === undefined) return true;
  for (const volume of volumes) {
    if (volume.persistentVolumeClaim || volume.configMap || volume.secret || volume.hostPath) return false;
    for (const source of volume.projected?.sources ?? NONE)
      if (source.secret || (source.configMap && source.configMap.name !== ROOT_CA)) return false;
  }
  return true;
}

const NONE: readonly never[] = [];
