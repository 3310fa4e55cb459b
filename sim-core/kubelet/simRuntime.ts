import { type Part, prefixed } from '../client/index.ts';
import {
  type Cell,
  type Containers,
  type Dict,
  type HandlerId,
  type HandlerSpec,
  type IntSets,
  type PagedTable,
  type TimeUs,
  WHY,
  type WorldContext,
} from '../contracts/index.ts';
import type { Behaviour, ConnectOutcome, ExecOutcome, ProcessRun } from './behaviour.ts';
import { nodeOfKey } from './core.ts';
import { NodeImages } from './nodeImages.ts';
import type { Draft } from './rows.ts';
import {
  type ConnectTarget,
  type Cont,
  type ContainerRuntime,
  type ContainerState,
  EMPTY_POD,
  type RuntimeAnswer,
  type RuntimeCall,
  type RuntimePod,
  type RuntimePodRef,
  type RuntimeSink,
  type SandboxState,
} from './runtime.ts';
import { type CallLog, copyContainer, NOTHING, outcome, ownEnd, type Work } from './runtimeWork.ts';
import { type ContainerSpec, findContainer, withTag } from './spec.ts';

/**
 * A container runtime in virtual time: sandboxes, containers and images per node. How long calls take, which fail, what
 * processes do and how they answer probes is the `Behaviour`'s.
 */
export class SimRuntime implements ContainerRuntime, Part {
  private readonly behaviour: Behaviour;
  private readonly sink: RuntimeSink;
  /** Keys of the pods that somebody knows -> their numbers. */
  private ids!: Dict<number>;
  /** Numbers are never used twice: what is under way for a pod that was forgotten finds nothing. */
  private lastId!: Cell<number>;
  private pods!: PagedTable<RuntimePod>;
  /** Pods that a kubelet knew and knows no longer, as it knew them last. */
  private refs!: PagedTable<RuntimePodRef>;
  /** Node -> numbers of the pods with a sandbox. */
  private podsOf!: IntSets;
  private readonly images: NodeImages;
  /** StopContainer calls under way. */
  private work!: PagedTable<Work>;
  /** Container id -> the StopContainer that waits for its end. */
  private stops!: Dict<number>;
  private doneHandler: HandlerId = 0;
  /** By the definition's identity: it never changes. */
  private readonly hashes = new WeakMap<object, string>();
  log: CallLog | undefined;

  constructor(behaviour: Behaviour, sink: RuntimeSink) {
    this.behaviour = behaviour;
    this.images = new NodeImages(behaviour);
    this.sink = sink;
  }

  init(c: Containers): void {
    const own = prefixed(c, 'runtime');
    this.ids = own.dict('ids');
    this.lastId = own.cell('lastId', 0);
    this.pods = own.table('pods');
    this.refs = own.table('refs');
    this.podsOf = own.intSets('podsOf');
    this.images.init(own);
    this.work = own.table('work');
    this.stops = own.dict('stops');
  }

  handlers(): readonly HandlerSpec[] {
    return [{ name: 'runtime/done', run: (ctx, _a, _b, work) => this.done(ctx, work as Work) }];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.doneHandler] = ids;
  }

  pod(id: number): RuntimePod {
    return this.pods.get(id) ?? EMPTY_POD;
  }

  find(key: string): number | undefined {
    return this.ids.get(key);
  }

  idOf(key: string): number {
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.lastId.get() + 1;
      this.lastId.set(id);
      this.ids.set(key, id);
    }
    return id;
  }

  image(node: number, reference: string): { readonly id: string; readonly sizeBytes: number } | undefined {
    return this.images.find(node, reference);
  }

  adoptImage(node: number, reference: string, id: string): void {
    this.images.adopt(node, reference, id);
  }

  /** Hash of a container's definition. */
  specHash(spec: ContainerSpec): string {
    let hash = this.hashes.get(spec);
    if (hash === undefined) {
      hash = this.behaviour.specHash(spec);
      this.hashes.set(spec, hash);
    }
    return hash;
  }

  condition(node: number): { readonly runtime: string; readonly network: string } {
    return this.behaviour.condition(node);
  }

  steadyUntilUs(ctx: WorldContext, ref: RuntimePodRef, id: string): TimeUs {
    const c = this.container(ref.id, id);
    return c?.state === 'running' ? this.behaviour.steadyUntilUs(ctx, ref, c) : ctx.nowUs;
  }

  forget(id: number, key: string): void {
    this.ids.delete(key);
    this.pods.free(id);
    this.refs.free(id);
    this.podsOf.remove(nodeOfKey(key), id);
  }

  /** A kubelet no longer knows this pod, which the runtime may have. */
  orphaned(ref: RuntimePodRef): void {
    if (this.podsOf.has(ref.node, ref.id)) this.refs.put(ref.id, ref);
  }

  /** The pod as the last kubelet process that ended knew it. */
  orphan(id: number): RuntimePodRef | undefined {
    return this.refs.get(id);
  }

  /** Pods of a node that the runtime has and its kubelet does not know. */
  orphansOn(node: number): readonly RuntimePodRef[] {
    const refs: RuntimePodRef[] = [];
    for (const id of this.podsOf.members(node)) {
      const ref = this.refs.get(id);
      if (ref !== undefined && !this.sink.knows(id)) refs.push(ref);
    }
    return refs.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  /** A kubelet process starts: it cannot know the addresses of sandboxes that died before. */
  forgetDeadAddresses(node: number): void {
    for (const id of this.podsOf.members(node)) {
      const pod = this.pods.get(id);
      if (pod === undefined || !pod.sandboxes.some((s) => !s.ready && s.ip !== '')) continue;
      const sandboxes = pod.sandboxes.map((s) => (s.ready ? s : { ...s, ip: '' }));
      this.pods.put(id, { ...pod, sandboxes });
    }
  }

  /** The kubelet process ended: its calls end with it, what they began goes on. */
  cancelCalls(ctx: WorldContext, node: number): void {
    for (const id of this.stops.keys()) {
      const slot = this.stops.get(id)!;
      const work = this.work.get(slot);
      if (work?.ref.node !== node) continue;
      const answer = { error: 'rpc error: code = Canceled desc = context canceled', code: 'Canceled' };
      this.work.set(slot, { ...work, call: undefined, cont: undefined });
      this.finish(ctx, { ...work, answer, cont: undefined }, this.container(work.ref.id, id));
    }
  }

  private begin(ctx: WorldContext, delayUs: TimeUs, why: number, work: Work): void {
    ctx.schedule(delayUs, this.doneHandler, 0, 0, why, work);
  }

  private container(pod: number, id: string): ContainerState | undefined {
    for (const c of this.pod(pod).containers) if (c.id === id) return c;
    return undefined;
  }

  private setContainer(pod: number, next: ContainerState): void {
    const { sandboxes, containers } = this.pod(pod);
    this.pods.put(pod, {
      sandboxes,
      containers: containers.length === 1 ? [next] : containers.map((c) => (c.id === next.id ? next : c)),
    });
  }

  call(ctx: WorldContext, ref: RuntimePodRef, call: RuntimeCall, cont: Cont | undefined): void {
    const base: Draft<Work> = {
      ref,
      cont,
      call,
      answer: NOTHING,
      startedUs: ctx.nowUs,
      effect: 'none',
      id: 'id' in call ? call.id : '',
      run: undefined,
    };
    switch (call.op) {
      case 'RunPodSandbox': {
        const o = this.behaviour.sandbox(ctx, ref, call.attempt);
        const answer = o.error
          ? { error: o.error, code: 'Unknown' }
          : { id: this.behaviour.sandboxId(ref, call.attempt), ip: o.ip };
        this.begin(ctx, o.delayUs, WHY.sandbox, outcome(base, answer, o.error ? 'none' : 'sandbox'));
        return;
      }
      case 'StopPodSandbox': {
        const o = this.behaviour.stopSandbox(ctx, ref);
        const answer = o.error ? { error: o.error, code: 'Unknown' } : NOTHING;
        this.begin(ctx, o.delayUs, WHY.sandboxStop, outcome(base, answer, o.error ? 'none' : 'stopSandbox'));
        return;
      }
      case 'RemovePodSandbox':
        this.begin(ctx, 0, WHY.none, outcome(base, NOTHING, 'removeSandbox'));
        return;
      case 'RemoveContainer':
        // Nobody waits for it, and it takes no time.
        if (cont === undefined) this.done(ctx, outcome(base, NOTHING, 'remove'));
        else this.begin(ctx, 0, WHY.none, outcome(base, NOTHING, 'remove'));
        return;
      case 'CreateContainer': {
        const o = this.behaviour.create(ctx, ref, call.name, call.attempt);
        if (o.error) {
          this.begin(ctx, o.delayUs, WHY.none, outcome(base, { error: o.error, code: 'Unknown' }, 'none'));
          return;
        }
        base.id = this.behaviour.containerId(ref, call.name, call.attempt);
        this.begin(ctx, o.delayUs, WHY.containerCreate, outcome(base, { id: base.id }, 'create'));
        return;
      }
      case 'StartContainer':
        this.startCall(ctx, ref, call.id, base);
        return;
      case 'StopContainer':
        this.stopCall(ctx, ref, call.id, call.timeoutSeconds, base);
        return;
      case 'PullImage': {
        const o = this.behaviour.pull(ctx, ref, call.image);
        const answer = o.error ? { error: o.error, code: o.code } : { imageID: o.imageID, sizeBytes: o.sizeBytes };
        this.begin(ctx, o.delayUs, WHY.imagePull, outcome(base, answer, o.error ? 'none' : 'pull'));
        return;
      }
      case 'ExecSync':
        this.execCall(ctx, ref, call, base);
        return;
      case 'UpdatePodSandboxResources':
        this.begin(ctx, 0, WHY.none, outcome(base, NOTHING, 'none'));
        return;
      case 'UpdateContainerResources': {
        const c = this.container(ref.id, call.id);
        if (c) this.setContainer(ref.id, { ...c, resources: call.resources });
        this.begin(ctx, 0, WHY.none, outcome(base, NOTHING, 'none'));
      }
    }
  }

  private startCall(ctx: WorldContext, ref: RuntimePodRef, id: string, base: Draft<Work>): void {
    const c = this.container(ref.id, id);
    if (!c) return void this.begin(ctx, 0, WHY.none, outcome(base, { error: 'not found', code: 'NotFound' }, 'none'));
    const o = this.behaviour.start(ctx, ref, c.name, c.attempt);
    const answer = o.error ? { error: o.error, code: 'Unknown' } : NOTHING;
    this.begin(ctx, o.delayUs, WHY.containerCreate, outcome(base, answer, 'start'));
  }

  private stopCall(ctx: WorldContext, ref: RuntimePodRef, id: string, timeoutSeconds: number, base: Draft<Work>): void {
    const c = this.container(ref.id, id);
    if (c?.state !== 'running') return void this.begin(ctx, 0, WHY.none, outcome(base, NOTHING, 'none'));
    const term = this.behaviour.term(ctx, ref, c.name, c.attempt);
    const timeoutUs = timeoutSeconds * 1_000_000;
    const slot = this.work.alloc(outcome(base, NOTHING, 'kill'));
    this.stops.set(id, slot);
    const run =
      term.delayUs === undefined || term.delayUs >= timeoutUs
        ? { exitAfterUs: timeoutUs, exitCode: 137, reason: 'Error', message: '' }
        : {
            exitAfterUs: term.delayUs,
            exitCode: term.exitCode,
            reason: term.exitCode === 0 ? 'Completed' : 'Error',
            message: '',
          };
    this.begin(ctx, run.exitAfterUs, WHY.terminationGracePeriod, {
      ref,
      cont: undefined,
      call: undefined,
      answer: NOTHING,
      startedUs: ctx.nowUs,
      effect: 'stopped',
      id,
      run,
    });
  }

  private execCall(
    ctx: WorldContext,
    ref: RuntimePodRef,
    call: RuntimeCall & { op: 'ExecSync' },
    base: Draft<Work>,
  ): void {
    const c = this.container(ref.id, call.id);
    const timeoutUs = call.timeoutSeconds * 1_000_000;
    const o: ExecOutcome =
      c?.state === 'running'
        ? this.behaviour.exec(ctx, ref, c, call.command)
        : { delayUs: 0, exitCode: 0, output: '', error: 'rpc error: code = Unknown desc = container not running' };
    if (timeoutUs > 0 && o.delayUs >= timeoutUs) {
      const error = `rpc error: code = DeadlineExceeded desc = failed to exec in container: timeout ${call.timeoutSeconds}s exceeded: context deadline exceeded`;
      this.begin(ctx, timeoutUs, WHY.none, outcome(base, { error, code: 'DeadlineExceeded' }, 'none'));
      return;
    }
    const answer = o.error ? { error: o.error, code: 'Unknown' } : { exitCode: o.exitCode, output: o.output };
    this.begin(ctx, o.delayUs, WHY.none, outcome(base, answer, 'none'));
  }

  /** A connection reaches what listens now: the container that the caller knows may have been replaced since it looked. */
  private listener(pod: number, { container, containerID }: ConnectTarget): ContainerState | undefined {
    const known = this.container(pod, containerID);
    if (known?.state === 'running') return known;
    return this.pod(pod).containers.find((c) => c.name === container && c.state === 'running') ?? known;
  }

  connect(ctx: WorldContext, ref: RuntimePodRef, target: ConnectTarget, cont: Cont): void {
    const c = this.listener(ref.id, target);
    const o: ConnectOutcome = this.behaviour.connect(ctx, ref, c, target);
    const timeoutUs = target.timeoutSeconds * 1_000_000;
    const timedOut = timeoutUs > 0 && o.delayUs >= timeoutUs;
    const answer: RuntimeAnswer = timedOut
      ? { error: 'timeout', code: 'DeadlineExceeded' }
      : { error: o.error, exitCode: o.code, output: o.body };
    if (o.received && target.protocol === 'http') {
      const exitCode = o.code;
      this.log?.({
        startedUs: ctx.nowUs,
        endedUs: ctx.nowUs + o.delayUs,
        ref,
        call: { op: '(http)', target },
        answer: { exitCode },
        container: c,
        attempt: c?.attempt ?? 0,
      });
    }
    this.begin(ctx, timedOut ? timeoutUs : o.delayUs, WHY.none, {
      ref,
      cont,
      call: undefined,
      answer,
      startedUs: ctx.nowUs,
      effect: 'none',
      id: '',
      run: undefined,
    });
  }

  /** A pod that is there already and whose containers do not end by themselves. */
  place(ref: RuntimePodRef, pod: RuntimePod): void {
    this.pods.put(ref.id, pod);
    this.podsOf.add(ref.node, ref.id);
  }

  /** A pod that is there already (state of the store at t = 0). */
  adopt(ctx: WorldContext, ref: RuntimePodRef, pod: RuntimePod): void {
    this.place(ref, pod);
    for (const c of pod.containers) {
      if (c.state !== 'running') continue;
      const run = this.behaviour.run(ctx, ref, c.name, c.attempt);
      if (run === undefined) continue;
      const delayUs = Math.max(0, c.startedUs + run.exitAfterUs - ctx.nowUs);
      this.begin(ctx, delayUs, WHY.containerRun, ownEnd(ref, c, c.startedUs, run));
    }
  }

  /** All processes of the node end with the power. */
  nodeLost(ctx: WorldContext, node: number): void {
    for (const id of this.podsOf.members(node)) if (this.pods.has(id)) this.loseProcesses(ctx, id);
  }

  /** The runtime loses a pod altogether. */
  losePod(ctx: WorldContext, id: number, keepSandbox = false): void {
    const pod = this.pod(id);
    if (keepSandbox) this.pods.put(id, { ...pod, containers: [] });
    else this.pods.free(id);
    this.sink.changed(ctx, id);
  }

  /** The sandbox dies, and its containers with it. */
  killSandbox(ctx: WorldContext, ref: RuntimePodRef): void {
    const pod = this.pod(ref.id);
    for (const c of pod.containers)
      if (c.state === 'running')
        this.end(ctx, ref, c.id, { exitAfterUs: 0, exitCode: 137, reason: 'Error', message: '' });
    const now = this.pod(ref.id);
    this.pods.put(ref.id, { ...now, sandboxes: now.sandboxes.map((s) => ({ ...s, ready: false })) });
    this.sink.changed(ctx, ref.id);
  }

  private loseProcesses(ctx: WorldContext, id: number): void {
    const pod = this.pod(id);
    const containers = pod.containers.map((c) => {
      this.stops.delete(c.id);
      return c.state === 'running'
        ? { ...c, state: 'exited' as const, exitCode: 255, reason: 'Unknown', finishedUs: ctx.nowUs }
        : c;
    });
    this.pods.put(id, { sandboxes: pod.sandboxes.map((s) => ({ ...s, ready: false })), containers });
  }

  /** Ends a container from outside. */
  exitNow(ctx: WorldContext, ref: RuntimePodRef, id: string, run: ProcessRun): void {
    this.end(ctx, ref, id, run);
  }

  private done(ctx: WorldContext, work: Work): void {
    if (work.effect === 'exit' || work.effect === 'stopped') {
      const c = this.container(work.ref.id, work.id);
      if (c?.state === 'running' && this.isCurrentEnd(work, c)) this.end(ctx, work.ref, work.id, work.run!);
      return;
    }
    const container = this.log && this.container(work.ref.id, work.id);
    const isChange = this.apply(ctx, work);
    if (this.log) this.logEnd(this.log, ctx, work, container);
    if (isChange && work.cont) this.sink.finished(ctx, work.ref.id, work.cont, work.answer);
    else if (isChange) this.sink.changed(ctx, work.ref.id);
    else if (work.cont) this.sink.answered(ctx, work.cont, work.answer);
  }

  /** An end by itself counts while the process of that start runs; an end by StopContainer while the call waits. */
  private isCurrentEnd(work: Work, c: ContainerState): boolean {
    if (work.effect === 'exit') return work.startedUs === c.startedUs;
    return this.stops.has(c.id);
  }

  private finish(ctx: WorldContext, work: Work, before: ContainerState | undefined): void {
    if (this.log) this.logEnd(this.log, ctx, work, before);
    if (work.cont) this.sink.answered(ctx, work.cont, work.answer);
  }

  /** `before`: the container as it was. */
  private logEnd(log: CallLog, ctx: WorldContext, work: Work, before: ContainerState | undefined): void {
    if (!work.call) return;
    const container = before ?? this.container(work.ref.id, work.id);
    log({
      startedUs: work.startedUs,
      endedUs: ctx.nowUs,
      ref: work.ref,
      call: work.call,
      answer: work.answer,
      container,
      attempt: container?.attempt ?? this.pod(work.ref.id).sandboxes[0]?.attempt ?? 0,
    });
  }

  private end(ctx: WorldContext, ref: RuntimePodRef, id: string, run: ProcessRun): void {
    const c = this.container(ref.id, id);
    if (c?.state !== 'running') return;
    const ended: ContainerState = {
      ...c,
      state: 'exited',
      finishedUs: ctx.nowUs,
      exitCode: run.exitCode,
      reason: run.reason,
      message: run.message,
    };
    this.setContainer(ref.id, ended);
    this.log?.({
      startedUs: ctx.nowUs,
      endedUs: ctx.nowUs,
      ref,
      call: { op: '(exit)', id },
      answer: { exitCode: run.exitCode, output: run.reason },
      container: ended,
      attempt: c.attempt,
    });
    const stop = this.stops.get(id);
    const work = stop === undefined ? undefined : this.work.get(stop);
    if (stop !== undefined) {
      this.stops.delete(id);
      this.work.free(stop);
    }
    if (work !== undefined && this.log) this.logEnd(this.log, ctx, work, ended);
    if (work?.cont) this.sink.finished(ctx, ref.id, work.cont, work.answer);
    else this.sink.changed(ctx, ref.id);
  }

  /** True when something of the pod changed. */
  private apply(ctx: WorldContext, work: Work): boolean {
    const { id } = work.ref;
    const pod = this.pod(id);
    const call = work.call;
    switch (work.effect) {
      case 'sandbox': {
        const attempt = (call as { attempt: number }).attempt;
        const s: SandboxState = {
          id: work.answer.id!,
          attempt,
          ready: true,
          ip: work.answer.ip ?? '',
          createdUs: ctx.nowUs,
        };
        this.podsOf.add(work.ref.node, id);
        // Its kubelet ended meanwhile.
        if (!this.sink.knows(id)) this.refs.put(id, work.ref);
        const sandboxes = pod.sandboxes.length === 0 ? [s] : [s, ...pod.sandboxes];
        this.pods.put(id, { sandboxes, containers: pod.containers });
        break;
      }
      case 'stopSandbox':
        this.pods.put(id, {
          ...pod,
          sandboxes: pod.sandboxes.map((s) => (s.id === work.id ? { ...s, ready: false } : s)),
        });
        break;
      case 'removeSandbox':
        this.pods.put(id, { ...pod, sandboxes: pod.sandboxes.filter((s) => s.id !== work.id) });
        break;
      case 'remove':
        this.pods.put(id, { ...pod, containers: pod.containers.filter((c) => c.id !== work.id) });
        break;
      case 'create':
        this.created(ctx, work, call as RuntimeCall & { op: 'CreateContainer' });
        break;
      case 'start':
        this.started(ctx, work);
        break;
      case 'pull': {
        const image = (call as { image: string }).image;
        this.images.add(work.ref.node, image, work.answer.imageID ?? '', work.answer.sizeBytes ?? 0);
        return false;
      }
      default:
        return false;
    }
    return true;
  }

  private created(ctx: WorldContext, work: Work, call: RuntimeCall & { op: 'CreateContainer' }): void {
    const { id, node, pod: object } = work.ref;
    const spec =
      findContainer(object, call.name)?.spec ??
      (object.spec?.ephemeralContainers ?? []).find((e: { name: string }) => e.name === call.name);
    const image = withTag(spec.image);
    const state: ContainerState = {
      id: work.id,
      name: call.name,
      attempt: call.attempt,
      image,
      imageID: this.images.find(node, image)?.id ?? '',
      sandbox: call.sandbox,
      state: 'created',
      definition: spec,
      createdUs: ctx.nowUs,
      startedUs: -1,
      finishedUs: -1,
      exitCode: 0,
      reason: '',
      message: '',
      resources: spec.resources ?? {},
    };
    const { sandboxes, containers } = this.pod(id);
    this.pods.put(id, { sandboxes, containers: containers.length === 0 ? [state] : [state, ...containers] });
  }

  private started(ctx: WorldContext, work: Work): void {
    const c = this.container(work.ref.id, work.id);
    if (!c) return;
    if (work.answer.error) {
      // containerd leaves a container whose start failed as exited, with 128 and StartError.
      const message = work.answer.error.replace(/^rpc error: code = \w+ desc = /, '');
      this.setContainer(work.ref.id, {
        ...c,
        state: 'exited',
        exitCode: 128,
        reason: 'StartError',
        message,
        finishedUs: ctx.nowUs,
      });
      return;
    }
    const running = copyContainer(c);
    running.state = 'running';
    running.startedUs = ctx.nowUs;
    this.setContainer(work.ref.id, running);
    const run = this.behaviour.run(ctx, work.ref, c.name, c.attempt);
    if (run === undefined) return;
    this.begin(ctx, run.exitAfterUs, WHY.containerRun, ownEnd(work.ref, c, ctx.nowUs, run));
  }
}
