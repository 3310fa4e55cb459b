// The fake kubelets and scheduler of the recordings, for the stages that these tests need.
import type { Pod } from '../../../../sim-core/api/types/core.ts';
import type { TestCluster } from './cluster.ts';
import type { Timeline } from './runtime.ts';

const KUBELET = 'kubelet(kwok)';

function delayUs(pod: Pod, stage: string, ms: number): number {
  const text = pod.metadata.annotations?.[`${stage}.stage.kwok.x-k8s.io/delay`];
  if (!text) return ms * 1000;
  return Math.round(Number.parseFloat(text) * (text.endsWith('ms') ? 1000 : 1_000_000));
}

export class Kwok {
  readonly #cluster: TestCluster;
  readonly #timeline: Timeline;
  /** Nodes whose kubelets are silent. */
  readonly stopped = new Set<string>();
  #ip = 100;
  #freeUs = 0;

  constructor(cluster: TestCluster, timeline: Timeline) {
    this.#cluster = cluster;
    this.#timeline = timeline;
    cluster.listeners.push((event) => {
      if (event.resource === 'pods' && event.type !== 'DELETED') this.consider(event.now.object as Pod);
    });
  }

  /** Kubelets renew their leases every quarter of the duration, and report a node that is not ready. */
  runNodes(leaseSeconds: number): void {
    const renew = () => {
      for (const { object } of this.#cluster.table('nodes').values()) this.#beat(object.metadata.name ?? '');
      this.#timeline.after(leaseSeconds * 250_000, renew);
    };
    renew();
    this.#cluster.listeners.push((event) => {
      if (event.resource === 'nodes' && event.type !== 'DELETED') this.#initialize(event.now.object);
    });
  }

  #beat(node: string): void {
    if (this.stopped.has(node)) return;
    const us = String(this.#cluster.nowUs % 1e6).padStart(6, '0');
    const renewTime = this.#cluster.clock.stamp(this.#cluster.nowUs).replace('Z', `.${us}Z`);
    const metadata = { name: node, namespace: 'kube-node-lease' };
    this.#cluster.seed('leases.coordination.k8s.io', { kind: 'Lease', metadata, spec: { renewTime } });
  }

  /** Starts or stops the kubelets of a group of nodes. */
  setRunning(group: string, running: boolean): void {
    for (const { object } of this.#cluster.table('nodes').values()) {
      if (object.metadata.labels?.['kwok.demo/group'] !== group) continue;
      const name = object.metadata.name ?? '';
      if (!running) this.stopped.add(name);
      else {
        this.stopped.delete(name);
        this.#beat(name);
        this.#initialize(object);
        for (const pod of this.#cluster.table('pods').values()) this.consider(pod.object as Pod);
      }
    }
  }

  #initialize(node: {
    metadata: { name?: string; resourceVersion?: string };
    status?: { conditions?: { type: string; status: string }[] };
  }): void {
    const name = node.metadata.name ?? '';
    if (this.stopped.has(name) || this.#neverReady(name)) return;
    if (node.status?.conditions?.find((c) => c.type === 'Ready')?.status === 'True') return;
    this.#timeline.after(15_000, () => {
      const current = this.#cluster.get('nodes', '', name)?.object;
      if (!current || current.metadata.resourceVersion !== node.metadata.resourceVersion) {
        if (current && current.metadata.resourceVersion !== node.metadata.resourceVersion)
          this.#initialize(current as never);
        return;
      }
      this.#reportReady(name);
    });
  }

  #neverReady(name: string): boolean {
    const node = this.#cluster.get('nodes', '', name)?.object;
    return node?.metadata.annotations?.['stage.demo/node-ready'] === 'never';
  }

  #reportReady(name: string): void {
    const now = this.#cluster.clock.stamp(this.#cluster.nowUs);
    const healthy = [
      ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['NetworkUnavailable', 'False', 'RouteCreated', 'RouteController created a route'],
    ];
    const conditions = healthy.map(([type, status, reason, message]) => ({
      type,
      status,
      reason,
      message,
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    }));
    this.#cluster.request(
      {
        verb: 'patch',
        resource: 'nodes',
        subresource: 'status',
        namespace: '',
        name,
        patch: { type: 'strategic', value: { status: { conditions } } as never },
      },
      KUBELET,
    );
  }

  /** Plans the next stage of a pod; it happens unless the pod changes before. */
  consider(pod: Pod): void {
    const node = pod.spec.nodeName;
    if (!node) return;
    const stage = this.#stage(pod);
    if (!stage) return;
    const { namespace = '', name = '', resourceVersion } = pod.metadata;
    // One after the other, as the recording machine did it.
    const dueUs = this.#cluster.nowUs + stage.afterUs;
    const atUs = Math.max(dueUs, this.#freeUs);
    this.#freeUs = atUs + 20_000;
    this.#timeline.after(atUs - this.#cluster.nowUs, () => {
      const now = this.#cluster.get('pods', namespace, name)?.object;
      if (!now || now.metadata.resourceVersion !== resourceVersion || this.stopped.has(node)) return;
      if (!this.#cluster.get('nodes', '', node)) return;
      stage.act(now as Pod);
    });
  }

  #stage(pod: Pod): { afterUs: number; act: (pod: Pod) => void } | undefined {
    const { annotations = {} } = pod.metadata;
    if (pod.metadata.deletionTimestamp) {
      if ((pod.metadata.finalizers ?? []).length > 0) return undefined;
      return { afterUs: delayUs(pod, 'pod-delete', 1000), act: (now) => this.#remove(now) };
    }
    if (!pod.status?.podIP) return { afterUs: delayUs(pod, 'pod-create', 200), act: (now) => this.#create(now) };
    const ready = pod.status.conditions?.find((c) => c.type === 'Ready')?.status === 'True';
    if (!ready && pod.status.phase === 'Pending' && annotations['stage.demo/ready'] !== 'never') {
      return { afterUs: delayUs(pod, 'pod-ready', 800), act: (now) => this.#ready(now) };
    }
    return undefined;
  }

  #patch(pod: Pod, status: object): void {
    const { namespace = '', name = '' } = pod.metadata;
    this.#cluster.request(
      {
        verb: 'patch',
        resource: 'pods',
        subresource: 'status',
        namespace,
        name,
        patch: { type: 'strategic', value: { status } as never },
      },
      KUBELET,
    );
  }

  #create(pod: Pod): void {
    const now = this.#cluster.clock.stamp(this.#cluster.nowUs);
    const ip = `10.0.0.${this.#ip++}`;
    const unready = `containers with unready status: [${pod.spec.containers.map((c) => c.name).join(' ')}]`;
    const waiting = {
      lastProbeTime: null,
      lastTransitionTime: now,
      status: 'False',
      reason: 'ContainersNotReady',
      message: unready,
    };
    this.#patch(pod, {
      conditions: [
        { type: 'Initialized', status: 'True', lastProbeTime: null, lastTransitionTime: now },
        { ...waiting, type: 'Ready' },
        { ...waiting, type: 'ContainersReady' },
      ],
      phase: 'Pending',
      hostIP: '10.200.0.1',
      podIP: ip,
      podIPs: [{ ip }],
      startTime: now,
    });
  }

  #ready(pod: Pod): void {
    const now = this.#cluster.clock.stamp(this.#cluster.nowUs);
    const condition = { status: 'True', lastProbeTime: null, lastTransitionTime: now, reason: '', message: '' };
    this.#patch(pod, {
      conditions: [
        { ...condition, type: 'Ready' },
        { ...condition, type: 'ContainersReady' },
      ],
      phase: 'Running',
    });
  }

  #remove(pod: Pod): void {
    const { namespace = '', name = '' } = pod.metadata;
    this.#cluster.request(
      { verb: 'delete', resource: 'pods', namespace, name, options: { delete: { gracePeriodSeconds: 0 } } },
      KUBELET,
    );
  }
}

/** Binds pods a few milliseconds after they appear: to the recorded node, else to the emptiest one. */
export class Binder {
  constructor(cluster: TestCluster, timeline: Timeline, recorded: ReadonlyMap<string, string>) {
    cluster.listeners.push((event) => {
      const pod = event.now.object as Pod;
      if (event.resource !== 'pods' || event.type !== 'ADDED' || pod.spec.nodeName || pod.spec.schedulingGates) return;
      const { namespace = '', name = '' } = pod.metadata;
      if (pod.spec.nodeSelector) return;
      const bind = (): void => {
        if (!cluster.get('pods', namespace, name)) return;
        const node = recorded.get(name) ?? emptiest(cluster);
        if (!node || isTainted(cluster, node)) {
          timeline.after(50_000, bind);
          return;
        }
        const body = {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace },
          target: { kind: 'Node', name: node },
        };
        cluster.request(
          { verb: 'create', resource: 'pods', subresource: 'binding', namespace, name, body },
          'kube-scheduler',
        );
      };
      timeline.after(6_000, bind);
    });
  }
}

function emptiest(cluster: TestCluster): string | undefined {
  const counts = new Map<string, number>();
  for (const node of cluster.table('nodes').values()) counts.set(node.object.metadata.name ?? '', 0);
  for (const pod of cluster.table('pods').values()) {
    const node = pod.object.spec.nodeName;
    if (node) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return [...counts.entries()].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))[0]?.[0];
}

function isTainted(cluster: TestCluster, node: string): boolean {
  const taints = cluster.get('nodes', '', node)?.object.spec?.taints ?? [];
  return taints.some((taint: { effect: string }) => taint.effect === 'NoSchedule');
}
