import { decode } from '../../../../sim-core/api/decode/index.ts';
import { applyDefaults } from '../../../../sim-core/api/defaulting/index.ts';
import { podTemplateHash } from '../../../../sim-core/api/machinery/hashes.ts';
import { allResources, qualifiedName } from '../../../../sim-core/api/schema/index.ts';
import { ApiServerGroup } from '../../../../sim-core/apiserver/apiServers.ts';
import { keyOf } from '../../../../sim-core/apiserver/keys.ts';
import type { Component, KubeObject } from '../../../../sim-core/contracts/index.ts';
import { controllerManagerControllers, controllerManagerOptions } from '../../../../sim-core/controllers/index.ts';
import { ControllerManager } from '../../../../sim-core/controllers/runtime/index.ts';
import { createWorld, type World } from '../../../../sim-core/engine/index.ts';
import { createEtcd } from '../../../../sim-core/etcd/index.ts';
import { Kwok, type Stage } from '../../../../sim-core/kubelet/index.ts';
import { Links } from '../../../../sim-core/network/links.ts';
import { MANAGER_FLAGS } from '../../../../sim-core/scenario/flags.ts';
import { parseKubectl } from '../../../../sim-core/scenario/kubectl/command.ts';
import { Kubectl } from '../../../../sim-core/scenario/kubectl/component.ts';
import { Truth } from '../../../../sim-core/scenario/truth.ts';
import { Scheduler } from '../../../../sim-core/scheduler/component.ts';
import { Concrete } from './concrete.ts';
import { CONFORMANCE_LATENCY } from './latency.ts';
import { Observations } from './observe.ts';
import { Outside } from './outside.ts';
import { Preparation } from './preparation.ts';
import type { Transcript } from './recording.ts';
import { type Seed, Seeds } from './seed.ts';
import { recordedTies, recordedVictims } from './ties.ts';

/** 2026-01-01T00:00:00Z */
const EPOCH_SECONDS = 1_767_225_600;
/** Label of the nodes that one of several KWOK processes plays. */
const GROUP_LABEL = 'kwok.demo/group';
const NODE_IP = '10.200.0.1';
/** Text of the certificate bundle in the recordings. */
const ROOT_CA = '<ca>';
/** What the stages report of a node that has come up; the recordings leave it out of their objects. */
const NODE_INFO = {
  architecture: 'amd64',
  bootID: '',
  containerRuntimeVersion: 'kwok',
  kernelVersion: 'kwok',
  kubeProxyVersion: 'v1.35.4',
  kubeletVersion: 'v1.35.4',
  machineID: '',
  operatingSystem: 'linux',
  osImage: '',
  systemUUID: '',
};
/** A kubectl command waits for the script. */
const NEVER_US = 1e14;
const SYSTEM_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** The world of one recording, with what the runner looks at. */
export interface Staged {
  readonly world: World;
  readonly truth: Truth;
  readonly seen: Observations;
  readonly outside: Outside;
  readonly concrete: Concrete;
  /** Objects that every cluster has and no recording shows. */
  readonly system: ReadonlySet<string>;
  readonly kubectl: Kubectl;
  readonly managers: readonly ControllerManager[];
  /** Handler that lets the controllers remember the events of the preparation. */
  readonly remember: number;
}

function flagsOf(settings: readonly string[]): Record<string, unknown> {
  let options = {};
  for (const setting of settings) {
    const [flag, value] = setting.replace(/^--/, '').split('=');
    if (Object.hasOwn(MANAGER_FLAGS, flag)) options = { ...options, ...MANAGER_FLAGS[flag](value) };
  }
  return options;
}

/** As the API server stores it: decoded and with defaults. */
function stored(object: KubeObject): KubeObject {
  const { object: decoded } = decode(object, {
    apiVersion: object.apiVersion ?? '',
    kind: object.kind ?? '',
    strictness: 'ignore',
  });
  return applyDefaults(decoded as KubeObject);
}

function seedOf(object: KubeObject): Seed {
  const info = allResources().find(
    (r) => r.kind === object.kind && `${r.group === '' ? '' : `${r.group}/`}${r.version}` === object.apiVersion,
  );
  if (!info) throw new Error(`no resource of kind ${object.kind}`);
  const { namespace = '', name = '' } = object.metadata;
  const up = object.kind === 'Node' && object.status?.conditions !== undefined;
  const full = up ? { ...object, status: { ...object.status, nodeInfo: NODE_INFO } } : object;
  return { key: keyOf(qualifiedName(info), namespace, name), object: stored(full) };
}

/** What a control plane that has run for a while has in the namespaces that a recording does not cover. */
function systemObjects(covered: ReadonlySet<string>): KubeObject[] {
  const creationTimestamp = '2025-12-31T00:00:00Z';
  return SYSTEM_NAMESPACES.filter((name) => !covered.has(`Namespace//${name}`)).flatMap((name): KubeObject[] => [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, uid: `namespace-${name}`, creationTimestamp, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: name, uid: `account-${name}`, creationTimestamp },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-root-ca.crt',
        namespace: name,
        uid: `ca-${name}`,
        creationTimestamp,
        annotations: {
          'kubernetes.io/description':
            'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
        },
      },
      data: { 'ca.crt': ROOT_CA },
    },
  ]);
}

const identity = (o: KubeObject) => `${o.kind}/${o.metadata.namespace ?? ''}/${o.metadata.name}`;

/** What a world is built from. */
export type Scene = Pick<Transcript, 'name' | 'settings' | 'namespaces' | 'script' | 'initialObjects' | 'writes'>;

/** Builds the world as it was recorded; nothing has run yet. Its t = 0 is the second in which the recording starts. */
export function stage(transcript: Scene, stages: readonly Stage[]): Staged {
  const concrete = new Concrete(EPOCH_SECONDS, recordedVictims(transcript));
  const clock = { epochSeconds: EPOCH_SECONDS };
  const links = new Links({ profiles: CONFORMANCE_LATENCY.links, place: () => ({ zone: 'z', host: 'h' }) });
  const transport = links.transport;
  const etcd = createEtcd({ members: 1, transport, profile: CONFORMANCE_LATENCY.etcd });
  const truth = new Truth();
  const seen = new Observations();
  const servers = new ApiServerGroup({
    replicas: 1,
    etcd,
    transport,
    epochSeconds: EPOCH_SECONDS,
    work: CONFORMANCE_LATENCY.work,
    throughput: CONFORMANCE_LATENCY.throughput,
    observers: [truth.observe, seen.commit],
    requestObserver: seen,
  });
  const options = controllerManagerOptions({
    epochSeconds: EPOCH_SECONDS,
    podTemplateHash,
    rootCA: ROOT_CA,
    ...flagsOf(transcript.settings['kube-controller-manager']),
  });
  const instances = transcript.settings.instances ?? 1;
  const managers = Array.from(
    { length: instances },
    (_, i) =>
      new ControllerManager({
        name: `kube-controller-manager-${i}`,
        servers,
        transport,
        clock,
        controllers: controllerManagerControllers(options),
        leaderElect: instances > 1,
      }),
  );
  const scheduler = new Scheduler('kube-scheduler-0', servers, {
    host: 'kube-scheduler-0',
    transport,
    clock,
    tieBreak: recordedTies(transcript),
    leaderElection: false,
  });
  const groups = transcript.settings.nodeGroups;
  const kwoks = (groups.length === 0 ? [''] : groups).map((group) => {
    const name = group === '' ? 'kwok' : `kwok-${group}`;
    return new Kwok({
      name,
      servers,
      get endpoint() {
        return transport.endpoint(name);
      },
      clock,
      stages,
      nodeLabel: group === '' ? '' : `${GROUP_LABEL}=${group}`,
      leaseDurationSeconds: transcript.settings.kubeletLeaseDurationSeconds,
      nodeIP: NODE_IP,
      user: 'kwok',
      groups: ['system:masters'],
    });
  });
  const kubectl = new Kubectl({
    servers,
    transport,
    epochSeconds: EPOCH_SECONDS,
    namespace: transcript.namespaces[0],
    entries: transcript.script
      .filter((step) => step.kubectl !== undefined)
      .map((step) => ({
        atUs: NEVER_US,
        text: step.kubectl ?? '',
        command: parseKubectl(step.kubectl ?? ''),
        objects: [],
      })),
  });
  const outside = new Outside(servers, transport);
  const initial = transcript.initialObjects.map(({ resource: _resource, ...object }) =>
    concrete.object(object as KubeObject),
  );
  const covered = new Set(initial.map(identity));
  const system = systemObjects(covered);
  const seeds = [...system, ...initial].map(seedOf);
  const components: Component[] = [
    links,
    ...etcd.components,
    truth,
    ...servers.components,
    new Seeds(etcd, seeds),
    new Preparation(managers[0], initial),
    ...managers,
    scheduler,
    ...kwoks,
    kubectl,
    outside,
  ];
  const world = createWorld({ seed: transcript.name, epochSeconds: EPOCH_SECONDS, components, keepRecords: false });
  const remember = world.handlerId('preparation', 'preparation/remember') ?? 0;
  return { world, managers, truth, seen, outside, concrete, kubectl, remember, system: new Set(system.map(identity)) };
}
