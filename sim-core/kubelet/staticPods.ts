/**
 * Static pods: manifests in files of a node, which its kubelet runs without an API server, and their mirror pods
 * (pkg/kubelet/config/file.go and common.go, pod/mirror_client.go, kubelet.go tryReconcileMirrorPods, pod_workers.go
 * allowStaticPodStart).
 */
import { decode } from '../api/decode/index.ts';
import { applyDefaults } from '../api/defaulting/index.ts';
import { podQOSClass } from '../api/helpers/pods.ts';
import { microTimestamp } from '../client/index.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type Containers,
  type KubeObject,
  type PagedTable,
  type TimeUs,
  WHY,
  type WorldContext,
} from '../contracts/index.ts';
import { hex64 } from '../workloads/index.ts';
import { jitter, type KubeletCore, keyOf, SECOND } from './core.ts';
import type { PodWorkers } from './podWorker.ts';
import { copyPod, newRow, type PodRow } from './rows.ts';
import type { StaticStep } from './runtime.ts';
import { isMirrorOf, isStatic } from './spec.ts';
import type { StatusManager } from './statusManager.ts';

/** From a change of a file to the pod's worker: inotify. Model. */
const NOTICE_US = 10_000;
/** From the kubelet's start to its first look at the files' pods, which does not wait for the API as that at others does. Model. */
const BOOT_US = 290_000;
/** pod_workers.go backOffPeriod, workerBackOffPeriodJitterFactor. */
const WAIT_US = 10 * SECOND;
const WAIT_JITTER = 0.5;
const PURPOSE_WAIT = 6;
/** kubelet.go housekeepingPeriod. */
const HOUSEKEEPING_US = 2 * SECOND;
/** In `waitsFor` of a pod that waits for the end of one of its name. */
const OTHERS_OF_NAME = 'others of its name';

const HASH = 'kubernetes.io/config.hash';
const MIRROR = 'kubernetes.io/config.mirror';
const SEEN = 'kubernetes.io/config.seen';
const SOURCE = 'kubernetes.io/config.source';

export interface Manifest {
  readonly file: string;
  /** The pod that it says, without the time at which it was seen. */
  readonly pod: KubeObject;
}

export interface StaticHooks {
  admitted(ctx: WorldContext, slot: number): boolean;
  noticed(ctx: WorldContext, node: number, pod: KubeObject): void;
  /** The pod has been over, and nobody wants it. */
  forget(ctx: WorldContext, slot: number): void;
  /** Sends a delete of a mirror pod, or a create; `uid` is the static pod's whose turn comes with the answer. */
  request(ctx: WorldContext, node: number, request: Omit<ApiRequest, 'user' | 'agent'>, uid: string): void;
}

export class StaticPods {
  private readonly core: KubeletCore;
  private readonly workers: PodWorkers;
  private readonly status: StatusManager;
  private readonly hooks: StaticHooks;
  /** By node. */
  private manifests!: PagedTable<readonly Manifest[]>;
  /** By node: the mirror pods that the API has. */
  private mirrors!: PagedTable<readonly KubeObject[]>;
  /** By node: the kubelet process that has a housekeeping scheduled. */
  private housekeeping!: PagedTable<{ readonly life: number; readonly atUs: TimeUs }>;

  constructor(core: KubeletCore, workers: PodWorkers, status: StatusManager, hooks: StaticHooks) {
    this.core = core;
    this.workers = workers;
    this.status = status;
    this.hooks = hooks;
  }

  init(c: Containers): void {
    this.manifests = c.table('static/manifests');
    this.mirrors = c.table('static/mirrors');
    this.housekeeping = c.table('static/housekeeping');
  }

  /** A manifest is written to a file of the node, or taken away (no object). */
  write(ctx: WorldContext, node: number, file: string, object: KubeObject | undefined): void {
    const others = (this.manifests.get(node) ?? []).filter((m) => m.file !== file);
    const own = object === undefined ? [] : [{ file, pod: staticPod(object, this.core.node(node).spec.name, file) }];
    this.manifests.put(node, [...others, ...own]);
    if (this.core.node(node).running) this.later(ctx, node, NOTICE_US, 'read');
  }

  /** A kubelet process has started; it knows nothing of the API yet. */
  started(ctx: WorldContext, node: number): void {
    this.mirrors.free(node);
    if ((this.manifests.get(node) ?? []).length > 0) this.later(ctx, node, BOOT_US, 'read');
  }

  private later(ctx: WorldContext, node: number, delayUs: TimeUs, step: StaticStep, uid = ''): void {
    const { life } = this.core.node(node);
    this.core.later(ctx, delayUs, WHY.none, { on: 'static', node, life, step, uid });
  }

  step(ctx: WorldContext, node: number, step: StaticStep, uid: string): void {
    if (step === 'read') this.read(ctx, node);
    else if (step === 'housekeeping') this.keepHouse(ctx, node);
    else this.tryStart(ctx, node, uid);
  }

  /** What the files say against what runs: pods that are gone first (config.go, notifications are incremental). */
  private read(ctx: WorldContext, node: number): void {
    const wanted = (this.manifests.get(node) ?? []).map((m) => m.pod);
    const { startedUs } = this.core.node(node);
    // A change that came while the kubelet started is seen with its first look.
    if (ctx.nowUs < startedUs + BOOT_US) return;
    for (const slot of this.slots(node)) {
      const row = this.core.pod(slot);
      if (row.removed || wanted.some((p) => p.metadata.uid === row.uid)) continue;
      this.core.set(slot, { removed: true, waitsFor: row.waitsFor.filter((w) => w !== OTHERS_OF_NAME) });
      if (row.rejected || row.phase === 'finished' || row.waitsFor.includes(OTHERS_OF_NAME))
        this.hooks.forget(ctx, slot);
      else this.workers.terminate(ctx, slot);
      this.planHousekeeping(ctx, node);
    }
    for (const pod of wanted) this.add(ctx, node, pod);
  }

  private slots(node: number): readonly number[] {
    return this.core.podsOf.members(node).filter((slot) => isStatic(this.core.objectIn(slot)!));
  }

  private add(ctx: WorldContext, node: number, wanted: KubeObject): void {
    const key = keyOf(node, wanted.metadata.uid ?? '');
    const known = this.core.slotOfKey(key);
    if (known !== undefined) {
      // It comes back before it has ended (restartRequested): housekeeping starts it then.
      if (this.core.pod(known).removed) this.planHousekeeping(ctx, node);
      return;
    }
    const annotations = { ...wanted.metadata.annotations, [SEEN]: microTimestamp(this.core.clock, ctx.nowUs) };
    const pod = { ...wanted, metadata: { ...wanted.metadata, annotations } };
    const { namespace = '', name = '' } = pod.metadata;
    const id = this.core.runtime.idOf(key);
    const row = newRow({ id, key, node, pod }, ctx.objects.id('pods', namespace, name), this.core.runtime.pod(id));
    row.api = this.mirrorOf(node, pod) ?? pod;
    const slot = this.core.addRow(row);
    const isNew = row.cache.sandboxes.length === 0 && row.cache.containers.length === 0;
    if (isNew && !this.hooks.admitted(ctx, slot)) return;
    this.hooks.noticed(ctx, node, pod);
    if (this.core.pod(slot).waitsFor.length > 0) return;
    this.tryStart(ctx, node, row.uid);
  }

  /** allowStaticPodStart: one pod of a name at a time. */
  private tryStart(ctx: WorldContext, node: number, uid: string): void {
    const slot = this.core.slotOfKey(keyOf(node, uid));
    const row = slot === undefined ? undefined : this.core.podIn(slot);
    if (slot === undefined || row === undefined || row.removed) return;
    const others = this.slots(node).filter((s) => s !== slot && isSameName(this.core.pod(s).pod, row.pod));
    if (others.some((s) => holdsName(this.core.pod(s)))) {
      this.core.set(slot, { waitsFor: [OTHERS_OF_NAME] });
      const delayUs = jitter(WAIT_US, WAIT_JITTER, this.core.draw(ctx, row, PURPOSE_WAIT, ctx.nowUs));
      const atUs = this.core.tickAt(node, ctx.nowUs + delayUs);
      this.later(ctx, node, atUs - ctx.nowUs, 'start', uid);
      return;
    }
    const next = copyPod(row);
    next.waitsFor = [];
    this.workers.syncNow(ctx, slot, next);
  }

  private mirrorOf(node: number, pod: KubeObject): KubeObject | undefined {
    return this.mirrors.get(node)?.find((m) => isSameName(m, pod));
  }

  /** The row of a mirror pod's static pod. */
  private slotOfMirror(node: number, mirror: KubeObject): number | undefined {
    return this.slots(node).find((slot) => !this.core.pod(slot).removed && isSameName(this.core.pod(slot).pod, mirror));
  }

  /** A mirror pod in the API: its static pod is synced unless only the status changed. */
  mirrorSeen(ctx: WorldContext, node: number, mirror: KubeObject, isGone: boolean): void {
    const before = this.mirrorOf(node, mirror);
    const others = (this.mirrors.get(node) ?? []).filter((m) => !isSameName(m, mirror));
    this.mirrors.put(node, isGone ? others : [...others, mirror]);
    const slot = this.slotOfMirror(node, mirror);
    if (slot === undefined) {
      if (!isGone) this.planHousekeeping(ctx, node);
      return;
    }
    const row = copyPod(this.core.pod(slot));
    const isNew = before?.metadata.uid !== mirror.metadata.uid;
    if (isGone || isNew) row.api = isGone ? row.pod : mirror;
    else this.status.saw(row, mirror);
    this.core.put(slot, row);
    if (isNew && !isGone) this.status.tellAgain(ctx, slot);
    else if (!isGone) this.status.reconcile(ctx, slot);
    const isLeaving = before?.metadata.deletionTimestamp !== mirror.metadata.deletionTimestamp;
    if (isGone || isNew || isLeaving || before?.metadata.generation !== mirror.metadata.generation)
      this.workers.requestSync(ctx, slot);
  }

  /** The Node is registered: pods that began before it get their mirrors (fastStaticPodsRegistration). */
  registered(ctx: WorldContext, node: number): void {
    if (!this.manifests.has(node)) return;
    for (const slot of this.slots(node)) if (!this.core.pod(slot).removed) this.reconcile(ctx, slot);
  }

  /** tryReconcileMirrorPods: the mirror is made, or made anew where it is not of this pod or is being deleted. */
  reconcile(ctx: WorldContext, slot: number): void {
    const { pod, node, uid } = this.core.pod(slot);
    const { namespace = '', name = '' } = pod.metadata;
    const mirror = this.mirrorOf(node, pod);
    if (mirror === undefined) {
      this.create(ctx, slot);
      return;
    }
    if (isMirrorOf(mirror, pod) && mirror.metadata.deletionTimestamp === undefined) return;
    const options = { delete: { gracePeriodSeconds: 0, preconditions: { uid: mirror.metadata.uid } } };
    this.hooks.request(ctx, node, { verb: 'delete', resource: 'pods', namespace, name, options }, uid);
  }

  private create(ctx: WorldContext, slot: number): void {
    const { pod, node, uid } = this.core.pod(slot);
    const owner = this.core.node(node).node;
    if (owner === undefined || owner.metadata.deletionTimestamp !== undefined) return;
    const { name = '', uid: ownerUid = '' } = owner.metadata;
    const reference = { apiVersion: 'v1', kind: 'Node', name, uid: ownerUid, controller: true };
    const annotations = { ...pod.metadata.annotations, [MIRROR]: pod.metadata.annotations?.[HASH] ?? '' };
    const metadata = { ...pod.metadata, annotations, ownerReferences: [reference] };
    const { namespace = '' } = pod.metadata;
    const body = { ...pod, metadata };
    this.hooks.request(ctx, node, { verb: 'create', resource: 'pods', namespace, name: '', body }, uid);
  }

  /** A mirror pod was deleted for this pod: it gets its own at once. */
  deleted(ctx: WorldContext, node: number, uid: string, answer: ApiResponse | undefined): void {
    if (answer === undefined || answer.code >= 400 || uid === '') return;
    const slot = this.core.slotOfKey(keyOf(node, uid));
    if (slot !== undefined && this.core.podIn(slot)?.removed === false) this.create(ctx, slot);
  }

  /** The next of the ticks of housekeepingPeriod, which count from the kubelet's start. */
  private planHousekeeping(ctx: WorldContext, node: number): void {
    const { startedUs, life } = this.core.node(node);
    const planned = this.housekeeping.get(node);
    if (planned?.life === life && planned.atUs > ctx.nowUs) return;
    const firstUs = this.core.tickAt(node, startedUs);
    const ranUs = Math.max(0, ctx.nowUs - firstUs);
    const atUs = firstUs + (Math.floor(ranUs / HOUSEKEEPING_US) + 1) * HOUSEKEEPING_US;
    this.housekeeping.put(node, { life, atUs });
    this.later(ctx, node, atUs - ctx.nowUs, 'housekeeping');
  }

  /** HandlePodCleanups: mirror pods whose static pod is gone, and static pods that came back while they ended. */
  private keepHouse(ctx: WorldContext, node: number): void {
    let isDone = true;
    for (const mirror of this.mirrors.get(node) ?? []) {
      if (this.slotOfMirror(node, mirror) !== undefined) continue;
      isDone = false;
      const ends = (slot: number) => this.core.pod(slot).phase === 'terminating';
      if (this.slots(node).some((slot) => isSameName(this.core.pod(slot).pod, mirror) && ends(slot))) continue;
      const { namespace = '', name = '' } = mirror.metadata;
      const options = { delete: { gracePeriodSeconds: 0 } };
      this.hooks.request(ctx, node, { verb: 'delete', resource: 'pods', namespace, name, options }, '');
    }
    for (const { pod } of this.manifests.get(node) ?? []) {
      const slot = this.core.slotOfKey(keyOf(node, pod.metadata.uid ?? ''));
      if (slot === undefined) this.add(ctx, node, pod);
      else if (this.core.pod(slot).removed) isDone = false;
    }
    if (!isDone) this.planHousekeeping(ctx, node);
  }
}

/** The pod has started under its name and is not over. */
const holdsName = (row: PodRow): boolean =>
  !row.rejected && row.phase !== 'finished' && !row.waitsFor.includes(OTHERS_OF_NAME);

const isSameName = (a: KubeObject, b: KubeObject): boolean =>
  a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;

/** applyDefaults of config/common.go. The real uid is an MD5 sum of the manifest, the file and the host; this is another one. */
function staticPod(given: KubeObject, node: string, file: string): KubeObject {
  const { object } = decode(given, { apiVersion: 'v1', kind: 'Pod', strictness: 'ignore' });
  const full = applyDefaults({ ...object, apiVersion: 'v1', kind: 'Pod' } as KubeObject);
  const { metadata, spec } = full;
  const uid = metadata.uid || hex64(`static/${node}/${file}/${JSON.stringify(given)}`).slice(0, 32);
  const name = `${metadata.name}-${node.toLowerCase()}`;
  const namespace = metadata.namespace || 'default';
  const annotations = { ...metadata.annotations, [HASH]: uid, [SOURCE]: 'file' };
  const tolerations = [...(spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name, namespace, uid, annotations },
    spec: { ...spec, nodeName: node, tolerations },
  };
  return { ...pod, status: { phase: 'Pending', qosClass: podQOSClass(pod) } };
}
