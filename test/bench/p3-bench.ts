import type { KubeObject } from '../../sim-core/contracts/index.ts';
import { ContainerSet, valueCodec } from '../../sim-core/engine/index.ts';
import { hashString } from '../../sim-core/engine/mix.ts';
import { SchedulerCache } from '../../sim-core/scheduler/cache.ts';
import type { Decision } from '../../sim-core/scheduler/cycle/decision.ts';
import { Executor, type ExecutorName } from '../../sim-core/scheduler/executors/executor.ts';
import { buildProfiles } from '../../sim-core/scheduler/framework/config.ts';
import { podInfo } from '../../sim-core/scheduler/framework/podInfo.ts';
import { Framework } from '../../sim-core/scheduler/framework/runtime.ts';
import type { Listers } from '../../sim-core/scheduler/framework/snapshot.ts';
import { nodeInfoCodec } from '../../sim-core/scheduler/nodeInfoCodec.ts';
import { Nominations } from '../../sim-core/scheduler/nominations.ts';

/** Processor time of this process, in seconds: other work on the machine does not count. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export function listersOf(services: readonly KubeObject[]): Listers {
  const byNamespace = new Map<string, KubeObject[]>();
  for (const s of services) {
    const namespace = s.metadata.namespace ?? '';
    const list = byNamespace.get(namespace);
    if (list === undefined) byNamespace.set(namespace, [s]);
    else list.push(s);
  }
  const none: readonly KubeObject[] = [];
  const noLabels = {};
  return {
    namespaceLabels: () => noLabels,
    services: (namespace) => byNamespace.get(namespace) ?? none,
    replicaSets: () => none,
    replicationControllers: () => none,
    statefulSets: () => none,
    podDisruptionBudgets: () => none,
    get: () => undefined,
    list: () => none,
  };
}

/** A scheduler without the rest of a cluster: cache, nominations and one executor of the default profile. */
export class Bench {
  readonly cache = new SchedulerCache();
  readonly nominations = new Nominations();
  /** Of everything that was decided. */
  digest = 0;
  /** Decisions by executor. */
  readonly shares = { plain: 0, typed: 0, indexed: 0 };
  private readonly executor: Executor;
  private readonly listers: Listers;
  private readonly percentage: number;
  private startIndex = 0;

  constructor(name: ExecutorName, nodes: readonly KubeObject[], listers: Listers, percentage: number) {
    const containers = new ContainerSet('scheduler', false);
    this.cache.init(containers, nodeInfoCodec(valueCodec));
    this.nominations.init(containers);
    for (const node of nodes) this.cache.setNode(node);
    const { plugins } = buildProfiles({ percentageOfNodesToScore: percentage })[0];
    const framework = new Framework(
      plugins,
      (node) => this.nominations.to(node),
      () => this.nominations.nodes(),
    );
    this.executor = new Executor(framework, name);
    this.listers = listers;
    this.percentage = percentage;
  }

  decide(pod: KubeObject): Decision {
    const uid = pod.metadata.uid as string;
    const decision = this.executor.decide(podInfo(pod), this.cache.snapshot(this.listers), {
      startIndex: this.startIndex,
      percentageOfNodesToScore: this.percentage,
      chooseIndex: (ties) => hashString(uid) % ties,
      chooseBest: (best) => hashString(uid) % best.length,
      drawOffset: (n) => hashString(uid) % n,
    });
    this.startIndex = decision.nextStartIndex;
    this.shares[decision.executor ?? 'plain']++;
    this.digest = hashString(decision.node ?? decision.nominatedNode ?? decision.message, this.digest);
    return decision;
  }

  /** Decides, and puts the pod on its node. */
  schedule(pod: KubeObject): Decision {
    const decision = this.decide(pod);
    if (decision.node !== undefined) this.place(pod, decision.node);
    return decision;
  }

  place(pod: KubeObject, nodeName: string): void {
    this.cache.assume({ ...pod, spec: { ...pod.spec, nodeName } }, nodeName, podInfo(pod));
  }

  /** As when a pod cannot be scheduled, makes room and comes again once its victims are gone. Its node in the end. */
  scheduleOrPreempt(pod: KubeObject): string | undefined {
    const first = this.schedule(pod);
    if (first.nominatedNode === undefined) return first.node;
    const { uid } = pod.metadata as { uid: string };
    const nominated = { ...pod, status: { ...pod.status, nominatedNodeName: first.nominatedNode } };
    this.nominations.set(uid, { node: first.nominatedNode, pod: nominated });
    for (const victim of first.victims ?? []) this.cache.removePod(victim.uid);
    const second = this.schedule(nominated);
    if (second.node !== undefined) this.nominations.delete(uid);
    return second.node;
  }
}
