import { timeUs } from '../api/machinery/time.ts';
import { ApiServerGroup } from '../apiserver/apiServers.ts';
import { RequestTap } from '../apiserver/requestTap.ts';
import { Checkers } from '../checkers/index.ts';
import type { Component, KubeObject, TimeUs, Version, WorldContext } from '../contracts/index.ts';
import { controllerManagerControllers, deviceControllers, storageControllers } from '../controllers/index.ts';
import { ControllerManager } from '../controllers/runtime/index.ts';
import { createWorld, type Snapshot, type World } from '../engine/index.ts';
import { createEtcd, type Etcd } from '../etcd/index.ts';
import { Faults, type FaultTargets } from '../faults/index.ts';
import { Kubelets, Kwok, type ProbeObserver, parseStages, type Stage } from '../kubelet/index.ts';
import { DEFAULT_PROFILES } from '../network/latency.ts';
import { Links } from '../network/links.ts';
import { ServiceTable } from '../network/services.ts';
import { BUILD_PLUGINS } from '../scheduler/buildPlugins.ts';
import { Scheduler, type SchedulerOptions } from '../scheduler/component.ts';
import { type ExtenderScript, scriptedExtender } from '../scheduler/extenders/scripted.ts';
import { guardedExtender, type UserExtender } from '../scheduler/extenders/userExtender.ts';
import type { SchedulerConfiguration } from '../scheduler/framework/config.ts';
import type { UserPlugin } from '../scheduler/framework/userPlugins.ts';
import type { PendingPods } from '../scheduler/queue/queuedPod.ts';
import { parseRules, ScenarioBehaviour } from '../workloads/index.ts';
import { controlPlaneZones, replicaNames, schedulerBase } from './controlPlane.ts';
import { Expectations } from './expectations/component.ts';
import { enabledControllers, managerOptions, managerProcess } from './flags.ts';
import { InitialState } from './initialState.ts';
import { Interventions, schedulerConfigurations } from './interventions.ts';
import { parseKubectl } from './kubectl/command.ts';
import { Kubectl, type KubectlEntry } from './kubectl/component.ts';
import { LiveTimeline } from './liveTimeline.ts';
import { NodePools } from './nodePools.ts';
import { machineRef, nodeSpec, nodeZone } from './nodes.ts';
import { POOL_LABEL_NAME } from './poolLabel.ts';
import { SchedulerProcess } from './schedulerProcess.ts';
import { numberedName, seedObjects } from './seed.ts';
import type { NodePoolSpec, Scenario } from './spec.ts';
import { Truth } from './truth.ts';

export interface BuildOptions {
  /** Keep records in memory (for reports and recordings). Default true. */
  readonly keepRecords?: boolean;
  readonly fireAllTimers?: boolean;
  readonly freeze?: boolean;
  /** For comparisons: false = every renewal of a lease is a request as any other. */
  readonly computedRenewals?: boolean;
  /** For comparisons: false = every create of an Event is a request as any other. */
  readonly computedEvents?: boolean;
  /** How long after a write pods are kept compact; -1 = never. The run is the same. */
  readonly compactAfterUs?: TimeUs;
  readonly from?: Snapshot | Uint8Array;
  readonly tieBreak?: SchedulerOptions['tieBreak'];
  /** How schedulers decide, for debugging: all executors come to the same. */
  readonly executor?: SchedulerOptions['executor'];
  /** Scheduler plugins besides Kubernetes' own and those of the build. */
  readonly plugins?: readonly UserPlugin[];
  /** Extenders besides those that the scenario scripts. */
  readonly extenders?: readonly UserExtender[];
  /** Components besides those of the scenario, after them. */
  readonly extra?: (parts: {
    readonly servers: ApiServerGroup;
    readonly transport: Links['transport'];
    readonly truth: Truth;
  }) => readonly Component[];
  /** Judge the invariants of the cluster while it runs. The digest is the same. */
  readonly checkers?: boolean;
}

/** A world with handles on the parts that reports, checkers and doors look at. */
export interface Cluster {
  readonly scenario: Scenario;
  readonly world: World;
  readonly truth: Truth;
  readonly expectations: Expectations;
  readonly kubectl: Kubectl;
  readonly apiServers: ApiServerGroup;
  /** For who wants to hear of the requests. */
  readonly requests: RequestTap;
  readonly etcd: Etcd;
  readonly links: Links;
  readonly schedulers: readonly Scheduler[];
  readonly controllerManagers: readonly ControllerManager[];
  readonly kubelets: Kubelets;
  /** Takes further entries while the cluster runs. */
  readonly timeline: LiveTimeline;
  /** Present when asked for. */
  readonly checkers?: Checkers;
}

/** Builds the world of a scenario: nothing has run yet. The same scenario gives the same components in the same order. */
export function buildCluster(scenario: Scenario, options: BuildOptions = {}): Cluster {
  const { spec } = scenario;
  const clock = { epochSeconds: spec.epochSeconds };
  const zones = spec.controlPlane.zones;
  const zoneOf = controlPlaneZones(spec.controlPlane);
  const links = new Links({
    profiles: {
      ...DEFAULT_PROFILES,
      ...(spec.network.sameZone === undefined
        ? {}
        : { sameZone: { kind: 'logNormal' as const, ...spec.network.sameZone } }),
      ...(spec.network.crossZone === undefined
        ? {}
        : { crossZone: { kind: 'logNormal' as const, ...spec.network.crossZone } }),
    },
    place: (name) => ({ zone: zoneOf.get(name) ?? zoneOfNode(spec.nodePools, name) ?? zones[0], host: name }),
  });
  const transport = links.transport;
  const truth = new Truth();
  const services = new ServiceTable();
  truth.listen((_ctx, now, _before, deleted, resource) => {
    if (resource !== 'endpointslices.discovery.k8s.io') return;
    if (deleted) services.remove(now.object.metadata.namespace ?? '', now.object.metadata.name ?? '');
    else services.update(now.object);
  });
  const checkers = options.checkers === true ? makeCheckers(scenario, truth) : undefined;
  const etcd = createEtcd({
    members: spec.controlPlane.etcd.members,
    transport,
    observer: checkers?.etcdObserver,
  });
  truth.renewalsIn((obj) => etcd.computed?.timedValue(obj) as Version | undefined);
  truth.readCompact({
    get: (obj) => etcd.history.compactValue?.(obj) as Version | undefined,
    forEach: (visit) => etcd.history.eachCompact?.(visit),
  });
  const requests = new RequestTap(checkers === undefined ? [] : [checkers.requestObserver]);
  const servers = new ApiServerGroup({
    replicas: spec.controlPlane.apiServers,
    etcd,
    transport,
    epochSeconds: spec.epochSeconds,
    disabledFeatures: spec.controlPlane.disabledFeatures,
    observers: [truth.observe],
    requestObserver: requests,
    computedRenewals: options.computedRenewals,
    computedEvents: options.computedEvents,
    compactAfterUs: options.compactAfterUs,
    entryObserver: checkers?.entryObserver,
  });
  const controllers = enabledControllers(spec, [
    ...controllerManagerControllers(managerOptions(spec)),
    ...deviceControllers(hasDeviceClaims(scenario)),
  ]);
  const controllerManagers = replicaNames('kube-controller-manager', spec.controlPlane.controllerManagers).map(
    (name) => new ControllerManager({ name, servers, transport, clock, controllers, ...managerProcess(spec) }),
  );
  const provisioners = hasStorageClasses(scenario)
    ? [
        new ControllerManager({
          name: 'csi-provisioner-0',
          process: 'csi-provisioner',
          leaderElect: false,
          servers,
          transport,
          clock,
          controllers: storageControllers(),
        }),
      ]
    : [];
  // The world is made last; what kubelets and extenders look up is asked only while it runs.
  let world: World | undefined;
  const lookUp = (resource: string, namespace: string, name: string) =>
    world === undefined ? undefined : truth.find(world, resource, namespace, name)?.object;
  const schedulers = schedulerNames(scenario).map(
    ({ name, configurations, replicas, extenders }) =>
      new SchedulerProcess(
        name,
        configurations,
        (configuration) =>
          new Scheduler(name, servers, {
            host: name,
            transport,
            clock,
            configuration,
            plugins: [...BUILD_PLUGINS, ...(options.plugins ?? [])],
            extenders: [
              ...extenders.map((script) => scriptedExtender(script, (node) => lookUp('nodes', '', node))),
              ...(options.extenders ?? []).map(guardedExtender),
            ],
            tieBreak: options.tieBreak,
            executor: options.executor,
            disabledFeatures: spec.controlPlane.disabledFeatures,
            // Whether there is an election cannot change: the process would be made of other parts.
            leaderElection: replicas > 1 && configurations[0]?.leaderElection?.leaderElect !== false,
          }),
      ),
  );
  const kwoks = spec.nodePools
    .filter((pool) => pool.stages !== undefined)
    .map((pool) => {
      const name = `kwok-${pool.name}`;
      return new Kwok({
        name,
        servers,
        get endpoint() {
          return transport.endpoint(name);
        },
        clock,
        stages: stagesOf(pool),
        manages: (node) => node.metadata.labels?.[POOL_LABEL_NAME] === pool.name,
      });
    });
  const kubeletPools = spec.nodePools.filter((pool) => pool.stages === undefined);
  const kubelets = new Kubelets({
    servers,
    clock,
    behaviour: new ScenarioBehaviour({
      rules: parseRules(spec.workloads),
      usOf: (text) => timeUs(spec.epochSeconds, text),
    }),
    nodes: kubeletPools.flatMap((pool) =>
      Array.from({ length: pool.count }, (_, i) => nodeSpec(pool, i, (name) => transport.endpoint(name))),
    ),
    lookUp,
    adopt: true,
    probeObserver: checkers === undefined ? undefined : probeObserver(checkers),
  });
  const commands = kubectlEntries(scenario);
  const kubectl = new Kubectl({ servers, transport, epochSeconds: spec.epochSeconds, entries: commands });
  const initialState = new InitialState(etcd, (ctx) => seedObjects(scenario, ctx));
  const nodePools: NodePools = new NodePools({
    pools: spec.nodePools,
    timeline: spec.timeline,
    servers,
    transport,
    clock,
    kubelets,
    node: (name) => lookUp('nodes', '', name),
    isHeld: (thing) => faults.isHeld(thing),
  });
  const faults: Faults = new Faults({
    targets: faultTargets(links, etcd, servers, kubelets, nodePools, [...zoneOf]),
    timeline: spec.timeline.flatMap((e) =>
      e.action.do === 'fault'
        ? [{ atUs: e.atUs, kind: e.action.kind, params: e.action.params, forUs: e.action.forUs }]
        : [],
    ),
    processes: spec.failures,
  });
  const expectations = new Expectations(spec.expect, truth, services, () =>
    pendingPodsOf(schedulers.map((s) => s.current)),
  );
  const interventions = new Interventions(spec.timeline, { links, schedulers, world: () => world as World });
  const components: Component[] = [
    links,
    ...etcd.components,
    truth,
    services,
    ...servers.components,
    initialState,
    ...controllerManagers,
    ...schedulers,
    ...provisioners,
    kubelets,
    ...kwoks,
    faults,
    kubectl,
    expectations,
    interventions,
    nodePools,
    ...(options.extra?.({ servers, transport, truth }) ?? []),
    ...(checkers === undefined ? [] : [checkers]),
  ];
  world = createWorld({
    seed: spec.seed,
    epochSeconds: spec.epochSeconds,
    components,
    keepRecords: options.keepRecords,
    fireAllTimers: options.fireAllTimers,
    freeze: options.freeze,
    from: options.from,
  });
  checkers?.watch({ etcd, schedulers, faults }, world);
  return {
    scenario,
    world,
    truth,
    expectations,
    kubectl,
    apiServers: servers,
    requests,
    etcd,
    links,
    get schedulers() {
      return schedulers.map((process) => process.current);
    },
    controllerManagers,
    kubelets,
    timeline: new LiveTimeline(world, commands, schedulers, nodePools),
    checkers,
  };
}

/** A node's zone is known before the machine is there. */
function zoneOfNode(pools: readonly NodePoolSpec[], name: string): string | undefined {
  const ref = machineRef(pools, name);
  const pool = pools.find((p) => p.name === ref?.pool);
  return pool === undefined || ref === undefined ? undefined : nodeZone(pool, ref.i);
}

function makeCheckers(scenario: Scenario, truth: Truth): Checkers {
  const { spec } = scenario;
  const { nodeMonitorGracePeriodUs, nodeEvictionRate } = managerOptions(spec);
  const checkers = new Checkers({
    epochSeconds: spec.epochSeconds,
    endUs: spec.durationUs,
    flags: { nodeMonitorGracePeriodUs, nodeEvictionRate, rivalSchedulers: hasRivals(spec.controlPlane.schedulers) },
    truth,
  });
  truth.listen(checkers.committed);
  return checkers;
}

/** Every object that the scenario's files bring, at any time. */
function objectsOf(scenario: Scenario): readonly KubeObject[] {
  return [
    ...[...scenario.manifests, ...scenario.initialState].map((o) => o.object),
    ...scenario.generate.map((g) => g.template),
    ...scenario.spec.timeline.flatMap(({ action }) => (action.do === 'kubectl' ? action.files : [])),
  ];
}

/** Somebody must make the volumes of classes whose provisioner is not Kubernetes' own. */
function hasStorageClasses(scenario: Scenario): boolean {
  return objectsOf(scenario).some(
    (o) => o.kind === 'StorageClass' && !String(o['provisioner'] ?? '').startsWith('kubernetes.io/'),
  );
}

/** There are claims on devices, or the flag names their controller. */
function hasDeviceClaims(scenario: Scenario): boolean {
  const named = scenario.spec.controlPlane.controllerManagerFlags['controllers'] ?? '';
  return named.includes('resourceclaim-controller') || objectsOf(scenario).some((o) => DEVICE_CLAIMS.has(o.kind ?? ''));
}

const DEVICE_CLAIMS: ReadonlySet<string> = new Set(['ResourceClaim', 'ResourceClaimTemplate']);

/** Counts of scheduler_pending_pods over all schedulers. */
export function pendingPodsOf(schedulers: readonly Scheduler[]): PendingPods {
  const sum = { active: 0, backoff: 0, unschedulable: 0, gated: 0 };
  for (const scheduler of schedulers) {
    const { active, backoff, unschedulable, gated } = scheduler.pendingPods();
    sum.active += active;
    sum.backoff += backoff;
    sum.unschedulable += unschedulable;
    sum.gated += gated;
  }
  return sum;
}

/** Schedulers that know nothing of each other's assumed pods may overfill a node. */
function hasRivals(schedulers: Scenario['spec']['controlPlane']['schedulers']): boolean {
  const withoutElection = (s: (typeof schedulers)[number]) =>
    s.replicas > 1 && (s.configuration as SchedulerConfiguration | undefined)?.leaderElection?.leaderElect === false;
  return schedulers.length > 1 || schedulers.some(withoutElection);
}

function probeObserver(checkers: Checkers): ProbeObserver {
  return (ctx, pod, before, after, result, spec) =>
    checkers.probed(ctx, {
      pod,
      container: before.container,
      containerID: before.containerID,
      type: before.type,
      result,
      verdictBefore: before.result,
      verdict: after.result,
      failureThreshold: spec.failureThreshold ?? 3,
    });
}

function schedulerNames(scenario: Scenario): {
  name: string;
  configurations: readonly (SchedulerConfiguration | undefined)[];
  replicas: number;
  extenders: readonly ExtenderScript[];
}[] {
  const { controlPlane, timeline } = scenario.spec;
  return controlPlane.schedulers.flatMap(({ replicas, configuration, extenders = [] }, i) => {
    const first = configuration as SchedulerConfiguration | undefined;
    const configurations = schedulerConfigurations(first, i, timeline);
    return replicaNames(schedulerBase(i), replicas).map((name) => ({ name, configurations, replicas, extenders }));
  });
}

function stagesOf(pool: NodePoolSpec): readonly Stage[] {
  const text = (pool.stages ?? []).map((stage) => JSON.stringify(stage)).join('\n---\n');
  return parseStages(`${pool.name} stages`, text).stages;
}

function kubectlEntries(scenario: Scenario): KubectlEntry[] {
  const entries: KubectlEntry[] = [];
  if (scenario.manifests.length > 0) {
    const text = 'apply -f manifests';
    entries.push({
      atUs: APPLY_AT_US,
      text,
      command: parseKubectl(text),
      objects: scenario.manifests.map((m) => m.object),
    });
  }
  for (const { template, count, asInitialState } of scenario.generate) {
    if (asInitialState || count === 0) continue;
    const text = `create -f ${template.kind ?? 'objects'} x ${count}`;
    const objects = Array.from({ length: count }, (_, i) => ({
      ...template,
      metadata: { ...template.metadata, name: numberedName(template, i) },
    }));
    entries.push({ atUs: APPLY_AT_US, text, command: parseKubectl('create -f generated'), objects });
  }
  for (const { action, atUs } of scenario.spec.timeline) {
    if (action.do === 'kubectl')
      entries.push({ atUs, text: action.command, command: parseKubectl(action.command), objects: action.files });
  }
  return entries;
}

/** The control plane elects its leaders and the nodes register before the first manifest comes. */
const APPLY_AT_US: TimeUs = 10_000_000;

function faultTargets(
  links: Links,
  etcd: Etcd,
  servers: ApiServerGroup,
  kubelets: Kubelets,
  nodePools: NodePools,
  components: readonly (readonly [string, string])[],
): FaultTargets {
  const allComponents = [...components].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([name, zone]) => ({ name, zone }));
  return {
    nodes: () => nodePools.machines(),
    components: () => allComponents,
    nodePower: (ctx: WorldContext, node: string, on: boolean) => {
      if (!on || !nodePools.isGone(node)) kubelets.nodePower(ctx, node, on);
    },
    kubeletProcess: (ctx: WorldContext, node: string, running: boolean) => {
      const number = kubelets.nodeNumber(node);
      if (number === undefined) return;
      if (running) kubelets.startKubelet(ctx, number);
      else kubelets.stopKubelet(ctx, number);
    },
    runtimeHang: (ctx, node, isHung) => {
      const number = kubelets.nodeNumber(node);
      if (number !== undefined) kubelets.hang(ctx, number, isHung);
    },
    nodeResize: (ctx, node, allocatable) => nodePools.nodeResize(ctx, node, allocatable),
    beginPartition: (ctx, partition) => {
      servers.handOver(ctx);
      links.beginPartition(partition);
    },
    endPartition: (_ctx, name) => {
      links.endPartition(name);
    },
    beginDegradation: (ctx, degradation) => {
      servers.handOver(ctx);
      links.beginDegradation(degradation);
    },
    endDegradation: (_ctx, name) => {
      links.endDegradation(name);
    },
    etcdDisk: (ctx, member, slow) =>
      etcd.setDiskFactor(ctx, member, slow === undefined ? 1 : Math.max(1, Math.round(slow.p50Us / 500))),
  };
}
