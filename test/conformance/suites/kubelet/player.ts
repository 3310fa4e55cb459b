import { formatUnixSeconds } from '../../../../sim-core/api/machinery/time.ts';
import type {
  ApiRequest,
  ApiResponse,
  Component,
  KubeObject,
  WorldContext,
} from '../../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../../sim-core/engine/index.ts';
import { Kubelets } from '../../../../sim-core/kubelet/kubelets.ts';
import type { NodeSpec } from '../../../../sim-core/kubelet/rows.ts';
import type { CallLog } from '../../../../sim-core/kubelet/runtimeWork.ts';
import { LocalApi } from './localApi.ts';
import type { Entry, Played, Recording, ScriptStep } from './recording.ts';
import { ScriptBehaviour } from './scriptBehaviour.ts';

const EPOCH = 1_767_225_600;
/** t = 0 of the script in the world's time: the kubelet is warm by then. */
const START_US = 20_000_000;
/**
 * Recorded kubelets began 16 s before (12 s or more, as the README says): their first collection of dead sandboxes, a minute after
 * the start, is at 43 to 44 s in all recordings.
 */
const RUNNING_SINCE_US = START_US - 16_000_000;
/** What a kubelet had said of its node by then: at its start (three times, as it asked for its Node) and when it got ready. */
const SAID_BEFORE: Readonly<Record<string, number>> = {
  NodeHasSufficientMemory: 3,
  NodeHasNoDiskPressure: 3,
  NodeHasSufficientPID: 3,
  NodeReady: 1,
};
const SAID_AT_US = 1_000_000;
const RUNTIME_LOOK_US = 5_000_000;
const NETWORK_NOT_READY =
  'NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';
const RUNTIME_NOT_READY =
  'container runtime not ready: RuntimeReady=false reason:RuntimeNotReady message:Runtime is not ready';
const NODE = 'node-1';
const NAMESPACE = 'demo';
const HOST_IP = '192.168.77.1';

export class Unsupported extends Error {}

const ADMIN = {
  user: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
  agent: 'script',
} as const;

function nodeSpec(recording: Recording): NodeSpec {
  const config = { ...recording.kubeletConfiguration };
  const hard =
    config.evictionHard === undefined ? { 'memory.available': '100Mi', 'nodefs.available': '1%' } : config.evictionHard;
  return {
    name: NODE,
    endpoint: 0,
    capacity: { cpu: '4', memory: '8388608Ki', 'ephemeral-storage': '100Gi', pods: String(config.maxPods ?? 110) },
    kubeletConfiguration: { ...config, evictionHard: hard },
    address: HOST_IP,
    cgroupV1: true,
    tickPhaseUs: tickPhaseUs(recording),
    ...(recording.kubeletRunningAtStart ? { runningSinceUs: RUNNING_SINCE_US } : {}),
  };
}

export class Player {
  private readonly api = new LocalApi(EPOCH);
  private readonly behaviour: ScriptBehaviour;
  private readonly kubelets: Kubelets;
  private readonly recording: Recording;
  private readonly cri: Entry[] = [];
  private readonly events: Entry[] = [];
  private readonly states: Entry[] = [];
  private look = 0;
  /** Manifests of a machine whose kubelet has not started yet. */
  private readonly files = new Map<string, KubeObject | undefined>();

  constructor(recording: Recording) {
    this.recording = recording;
    this.behaviour = new ScriptBehaviour(recording.runtimeScript);
    this.kubelets = new Kubelets({
      servers: this.api,
      clock: { epochSeconds: EPOCH },
      behaviour: this.behaviour,
      nodes: recording.kubeletRunningAtStart ? [nodeSpec(recording)] : [],
      lookUp: (resource, namespace, name) => this.api.memory.get(resource, namespace, name)?.object,
    });
  }

  play(): Played {
    this.seed();
    this.api.log = (nowUs, request, answer) =>
      this.sawRequest(nowUs, request, answer.version?.object ?? answer.object, answer);
    this.api.changed = (nowUs, resource, entry) => this.sawChange(nowUs, resource, entry.type, entry.now.object);
    this.kubelets.runtime.log = (entry) => this.sawCall(entry);
    const steps = this.recording.script;
    let act = 0;
    let before = 0;
    const driver: Component = {
      name: 'script',
      init: () => {},
      handlers: () => [
        { name: 'act', run: (ctx, i) => this.step(ctx, steps[i]) },
        { name: 'before', run: (ctx) => this.sayBefore(ctx) },
        { name: 'look', run: (ctx, isRuntime, isReady) => this.seeReady(ctx, isRuntime, isReady) },
      ],
      registered: (ids) => {
        [act, before, this.look] = ids;
      },
      start: (ctx) => {
        if (this.recording.kubeletRunningAtStart) ctx.scheduleAt(SAID_AT_US, before, 0, 0, 0);
        for (const [i, s] of steps.entries()) ctx.scheduleAt(START_US + Math.round(s.t * 1e6), act, i, 0, 0);
      },
      crash: () => {},
    };
    const world = createWorld({
      seed: 'kubelet recordings',
      components: [driver, this.kubelets],
      epochSeconds: EPOCH,
    });
    const all = [...this.recording.cri, ...this.recording.events, ...this.recording.states, ...this.recording.writes];
    const endMs = Math.max(0, ...all.map((e) => e.t));
    world.runUntil({ timeUs: START_US + Math.round(endMs * 1300) + 45_000_000 });
    return { cri: this.sorted(this.cri), events: this.sorted(this.events), states: this.sorted(this.states) };
  }

  /** The kubelet sees that the network or the runtime is ready, or no longer. */
  private seeReady(ctx: WorldContext, isRuntime: number, isReady: number): void {
    if (isRuntime === 1) this.behaviour.runtime = isReady === 1 ? '' : RUNTIME_NOT_READY;
    else this.behaviour.network = isReady === 1 ? '' : NETWORK_NOT_READY;
    this.kubelets.agent.wake(ctx, 0);
  }

  private sayBefore(ctx: WorldContext): void {
    for (const reason of Object.keys(SAID_BEFORE)) {
      const message = `Node ${NODE} status is now: ${reason}`;
      for (let i = 0; i < SAID_BEFORE[reason]; i++) this.kubelets.core.nodeEvent(ctx, 0, 'Normal', reason, message);
    }
  }

  private sorted(entries: readonly Entry[]): Entry[] {
    return [...entries].sort((a, b) => a.t - b.t);
  }

  private seed(): void {
    const { memory } = this.api;
    for (const name of [NAMESPACE, 'default', 'kube-system', 'kube-node-lease']) {
      memory.seedObject('namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
        status: { phase: 'Active' },
      });
    }
    for (const ns of [NAMESPACE, 'default']) {
      memory.seedObject('serviceaccounts', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: ns },
      });
    }
    for (const [name, value] of [
      ['system-node-critical', 2000001000],
      ['system-cluster-critical', 2000000000],
    ] as const) {
      memory.seedObject('priorityclasses.scheduling.k8s.io', {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name },
        value,
        preemptionPolicy: 'PreemptLowerPriority',
      });
    }
    if (!this.recording.kubeletRunningAtStart) return;
    const time = formatUnixSeconds(EPOCH);
    memory.seedObject('nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: NODE,
        labels: { 'kubernetes.io/hostname': NODE, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
        creationTimestamp: time,
      },
      spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] },
      status: {
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'KubeletReady',
            message: 'kubelet is posting ready status',
            lastHeartbeatTime: time,
            lastTransitionTime: time,
          },
        ],
      },
    });
  }

  private request(ctx: WorldContext, request: Omit<ApiRequest, 'user' | 'agent'>): void {
    const answer = this.api.handle(ctx, { ...request, ...ADMIN });
    if (answer.code >= 400)
      throw new Unsupported(`script: ${request.verb} ${request.resource}: ${answer.status?.message}`);
  }

  private step(ctx: WorldContext, s: ScriptStep): void {
    const resource = String(s['resource'] ?? '');
    const namespace = resource.startsWith('nodes') ? '' : NAMESPACE;
    switch (s.action) {
      case 'create':
        this.create(ctx, s['object']);
        return;
      case 'delete': {
        const options =
          s['gracePeriodSeconds'] === undefined ? {} : { delete: { gracePeriodSeconds: s['gracePeriodSeconds'] } };
        this.request(ctx, { verb: 'delete', resource, namespace, name: s['name'], options });
        return;
      }
      case 'patch': {
        const [plain, subresource] = resource.split('/');
        const type = String(s['patchType']).includes('strategic')
          ? 'strategic'
          : String(s['patchType']).includes('merge')
            ? 'merge'
            : 'json';
        this.request(ctx, {
          verb: 'patch',
          resource: plain,
          namespace,
          name: s['name'],
          ...(subresource ? { subresource } : {}),
          patch: { type, value: s['body'] },
        });
        return;
      }
      case 'deleteNode':
        this.request(ctx, { verb: 'delete', resource: 'nodes', namespace: '', name: s['name'] });
        return;
      case 'stopKubelet':
        this.kubelets.stopKubelet(ctx, 0);
        return;
      case 'startKubelet':
        if (this.kubelets.nodeNumber(NODE) === undefined) {
          const staticPods = [...this.files.values()].filter((o) => o !== undefined);
          this.kubelets.addNode(ctx, { ...nodeSpec(this.recording), staticPods });
        } else this.kubelets.startKubelet(ctx, 0);
        return;
      case 'writeStats':
        this.behaviour.lastStats = s['value'];
        return;
      case 'writeManifest':
      case 'removeManifest': {
        const node = this.kubelets.nodeNumber(NODE);
        const object = s.action === 'writeManifest' ? (s['object'] as KubeObject) : undefined;
        if (node === undefined) this.files.set(String(s['file']), object);
        else this.kubelets.writeManifest(ctx, node, String(s['file']), object);
        return;
      }
      case 'fillEmptyDir': {
        const pod = String(s['pod'] ?? this.onlyPodWith(String(s['volume'])));
        this.behaviour.fills.push({ key: `${pod}/${s['volume']}`, atUs: ctx.nowUs, bytes: Number(s['bytes']) });
        return;
      }
      case 'shutdown':
        this.kubelets.shutdown(ctx, 0);
        return;
      case 'runtime':
        this.runtimeStep(ctx, s['value']);
        return;
      default:
        throw new Unsupported(`action ${s.action}`);
    }
  }

  private onlyPodWith(volume: string): string | undefined {
    const { core } = this.kubelets;
    const has = (pod: KubeObject) => (pod.spec?.volumes ?? []).some((v: { name: string }) => v.name === volume);
    return core.podsOf
      .members(0)
      .map((slot) => core.pod(slot).pod)
      .find(has)?.metadata.name;
  }

  private create(ctx: WorldContext, object: KubeObject): void {
    const plural: Record<string, string> = {
      Pod: 'pods',
      ConfigMap: 'configmaps',
      Secret: 'secrets',
      PersistentVolumeClaim: 'persistentvolumeclaims',
      PriorityClass: 'priorityclasses.scheduling.k8s.io',
      ServiceAccount: 'serviceaccounts',
      RuntimeClass: 'runtimeclasses.node.k8s.io',
      PersistentVolume: 'persistentvolumes',
    };
    const resource = plural[object.kind ?? ''];
    if (resource === undefined) throw new Unsupported(`create ${object.kind}`);
    const namespace = ['PriorityClass', 'RuntimeClass', 'PersistentVolume'].includes(object.kind ?? '')
      ? ''
      : NAMESPACE;
    this.request(ctx, { verb: 'create', resource, namespace, name: '', body: object });
  }

  private runtimeStep(ctx: WorldContext, value: Record<string, unknown>): void {
    const slot = this.slotOf(String(value['pod'] ?? ''));
    const { core, runtime } = this.kubelets;
    const pod = slot ?? this.refOf(String(value['pod'] ?? ''));
    const ref = slot === undefined ? (pod as ReturnType<Player['refOf']>) : core.ref(core.pod(slot));
    const exitCode = Number(value['exitCode'] ?? 0);
    const run = { exitAfterUs: 0, exitCode, reason: String(value['reason'] ?? 'Error'), message: '' };
    if (value['action'] === 'exit') {
      const wanted = value['container'];
      const c = runtime
        .pod(ref!.id)
        .containers.find((x) => x.state === 'running' && (wanted === undefined || x.name === wanted));
      if (c) runtime.exitNow(ctx, ref!, c.id, run);
    } else if (value['action'] === 'stopSandbox') runtime.killSandbox(ctx, ref!);
    else if (value['action'] === 'forget') runtime.losePod(ctx, ref!.id, value['keepSandbox'] === true);
    else if (value['action'] === 'removeImage') this.behaviour.removedImages.add(String(value['image']));
    else if (value['action'] === 'networkReady' || value['action'] === 'runtimeReady') {
      // updateRuntimeUp looks every 5 s from the kubelet's start on.
      const leftUs = RUNTIME_LOOK_US - ((ctx.nowUs - RUNNING_SINCE_US) % RUNTIME_LOOK_US);
      ctx.schedule(leftUs, this.look, value['action'] === 'networkReady' ? 0 : 1, value['value'] === true ? 1 : 0, 0);
    } else if (value['action'] === 'hang') this.kubelets.hang(ctx, 0, value['value'] === true);
    else throw new Unsupported(`runtime ${value['action']}`);
  }

  private slotOf(name: string): number | undefined {
    return this.kubelets.core.podsOf.members(0).find((slot) => this.kubelets.core.pod(slot).pod.metadata.name === name);
  }

  private refOf(name: string) {
    const pod = this.api.memory.get('pods', NAMESPACE, name)?.object;
    const key = `0:${pod?.metadata.uid}`;
    return pod && { id: this.kubelets.runtime.idOf(key), key, node: 0, pod };
  }

  private t(nowUs: number): number {
    return Math.round((nowUs - START_US) / 1000);
  }

  /** Names in place of what differs from run to run. */
  private normal<T>(value: T): T {
    let text = JSON.stringify(value);
    for (const [uid, name] of this.behaviour.names.entries()) text = text.replaceAll(uid, `<uid:${name}>`);
    text = text.replaceAll(HOST_IP, '<hostIP>').replaceAll(/10\.88\.0\.(\d+)/g, '<podIP-$1>');
    text = text.replaceAll(/<digest ([^>]*)>/g, '<digest-$1>');
    text = text.replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/g, '"T"');
    return JSON.parse(text) as T;
  }

  private sawChange(nowUs: number, resource: string, type: string, object: KubeObject): void {
    if (resource !== 'pods' || object.metadata.namespace !== NAMESPACE) return;
    const name = object.metadata.name ?? '';
    this.behaviour.names.of(object);
    const hash = object.metadata.annotations?.['kubernetes.io/config.mirror'];
    if (hash !== undefined) this.behaviour.names.name(hash, `static:${name}`);
    const { generation, deletionTimestamp, deletionGracePeriodSeconds, finalizers, annotations } = object.metadata;
    const metadata = { generation, deletionTimestamp, deletionGracePeriodSeconds, finalizers, annotations };
    this.states.push({
      t: this.t(nowUs),
      type,
      pod: name,
      metadata: this.normal(metadata),
      status: this.normal(object.status ?? {}),
    });
  }

  private sawRequest(nowUs: number, request: ApiRequest, object: KubeObject | undefined, _answer: ApiResponse): void {
    if (nowUs < START_US - 2_000_000) return;
    if (
      request.resource !== 'events' ||
      object === undefined ||
      (request.verb !== 'create' && request.verb !== 'patch')
    )
      return;
    const { involvedObject, type, reason, message, count, source } = object as KubeObject & Record<string, never>;
    const regarding = involvedObject as { kind: string; name: string; uid?: string; fieldPath?: string };
    const uid = this.normal(regarding.uid ?? '');
    this.events.push({
      t: this.t(nowUs),
      verb: request.verb,
      type,
      reason,
      message: this.normal(message),
      count,
      object: `${regarding.kind}/${regarding.name}`,
      source,
      fieldPath: regarding.fieldPath,
      // Said where a pod of this name was there before.
      ...(uid.includes('#') ? { objectUid: uid } : {}),
    });
  }

  private sawCall(entry: Parameters<CallLog>[0]): void {
    const { call, answer, container, ref } = entry;
    const durationMs = Math.round((entry.endedUs - entry.startedUs) / 1000);
    const name = ref.pod.metadata.name;
    const base = {
      t: this.t(entry.startedUs),
      call: call.op as string,
      pod: name,
      ...(durationMs > 15 ? { duration: durationMs } : {}),
    };
    const error = answer.error === undefined ? {} : { error: answer.error };
    const inContainer = container ? { container: container.name, attempt: container.attempt } : {};
    const push = (e: object) => void this.cri.push(this.normal({ ...base, ...e, ...error }) as Entry);
    switch (call.op) {
      case 'RunPodSandbox': {
        const ports = (ref.pod.spec?.containers ?? []).flatMap(
          (c: { ports?: { hostPort?: number; containerPort: number; protocol?: string }[] }) =>
            (c.ports ?? [])
              .filter((p) => p.hostPort)
              .map((p) => `${p.protocol ?? 'TCP'} ${p.hostPort}->${p.containerPort}`),
        );
        const args = ref.pod.spec?.hostNetwork
          ? { hostNetwork: true }
          : { hostname: ref.pod.spec?.hostname ?? name, ...(ports.length > 0 ? { portMappings: ports } : {}) };
        push({ attempt: call.attempt, args });
        return;
      }
      case 'StopPodSandbox':
      case 'RemovePodSandbox':
        push({ attempt: Number(/#(\d+)>/.exec(call.id)?.[1] ?? 0) });
        return;
      case 'UpdatePodSandboxResources': {
        const overhead = { cpuPeriod: 0, cpuQuota: 0, cpuShares: 0, memoryLimit: 0, oomScoreAdj: 0 };
        push({ attempt: Number(/#(\d+)>/.exec(call.id)?.[1] ?? 0), args: { overhead } });
        return;
      }
      case 'CreateContainer':
        push({ container: call.name, attempt: call.attempt, args: { image: specImage(ref.pod, call.name) } });
        return;
      case 'StopContainer':
        push({ ...inContainer, args: { timeout: call.timeoutSeconds } });
        return;
      case 'PullImage':
        push({ args: { image: call.image } });
        return;
      case 'ExecSync': {
        const exit = answer.error && answer.code === 'DeadlineExceeded' ? {} : { exit: answer.exitCode ?? 0 };
        push({ ...inContainer, args: { cmd: call.command.join(' '), ...exit, timeout: call.timeoutSeconds } });
        return;
      }
      case '(exit)':
        push({ ...inContainer, args: { exitCode: answer.exitCode, reason: answer.output } });
        return;
      case '(http)':
        push({ ...inContainer, args: { code: answer.exitCode, method: 'GET', path: call.target.path } });
        return;
      default:
        push(inContainer);
    }
  }
}

function specImage(pod: KubeObject, name: string): string | undefined {
  const all = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []),
    ...(pod.spec?.ephemeralContainers ?? []),
  ];
  return all.find((c) => c.name === name)?.image;
}

/**
 * Where in the second the recorded kubelet's tickers stood: a container's first appearance as running was seen by the
 * relist. An initial condition of the run, read off the recording in one way for all files.
 */
function tickPhaseUs(recording: Recording): number | undefined {
  const seen = recording.states.find((s) =>
    (s['status']?.containerStatuses ?? [])
      .concat(s['status']?.initContainerStatuses ?? [])
      .some((c: { state: object }) => 'running' in c.state),
  );
  return seen === undefined ? undefined : ((Math.max(0, seen.t - 12) % 1000) * 1000) % 1_000_000;
}

export function playRecording(recording: Recording): Played {
  return new Player(recording).play();
}
