import { decode } from '../api/decode/index.ts';
import { applyDefaults } from '../api/defaulting/index.ts';
import { podQOSClass } from '../api/helpers/pods.ts';
import { podTemplateHash } from '../api/machinery/hashes.ts';
import { timeText } from '../api/machinery/time.ts';
import { apiVersionOf, qualifiedName, resourceOfKind } from '../api/schema/index.ts';
import { keyOf } from '../apiserver/keys.ts';
import { suffixFrom, textHash, uuidFrom } from '../apiserver/names.ts';
import type { KubeObject, WorldContext } from '../contracts/index.ts';
import { machineAddress } from '../kubelet/index.ts';
import { canonicalReference, hex64 } from '../workloads/images.ts';
import type { SeedObject } from './initialState.ts';
import { nodeName, nodeObject } from './nodes.ts';
import type { Scenario } from './spec.ts';

/**
 * The store at t = 0: objects of `initialState` as they are, with what the API server would have filled in, and bulk objects
 * of `generate`. Pods are spread over the nodes in turn and run, with the status that their kubelet would have written, so
 * that it takes them up without a change. A Deployment or ReplicaSet of `generate` brings its ReplicaSet and its pods.
 */

// biome-ignore lint/suspicious/noExplicitAny: pieces of any kind
type Piece = any;

interface Machine {
  readonly name: string;
  /** Undefined for machines without a kubelet (KWOK). */
  readonly address: string | undefined;
  /** The same as the pods of the machine tell it: one list for all of them. */
  readonly hostIPs?: readonly { readonly ip: string }[];
}

class Seeder {
  private readonly ctx: WorldContext;
  private readonly now: string;
  private readonly machines: readonly Machine[];
  private pods = 0;
  /** Pods of one template on one machine share their spec, as versions of one pod do. */
  private readonly placed = new WeakMap<object, KubeObject['spec'][]>();
  private readonly told = new WeakMap<object, Piece>();
  /** By template: the first object that was made of it. */
  private readonly firsts = new WeakMap<KubeObject, KubeObject>();

  constructor(ctx: WorldContext, scenario: Scenario) {
    this.ctx = ctx;
    this.now = timeText(scenario.spec.epochSeconds, ctx.nowUs);
    const { nodePools } = scenario.spec;
    const withKubelets = nodePools.filter((pool) => pool.stages === undefined);
    const kubelets = withKubelets.flatMap((pool) => Array.from({ length: pool.count }, (_, i) => nodeName(pool, i)));
    const rest = nodePools
      .filter((pool) => pool.stages !== undefined)
      .flatMap((pool) => Array.from({ length: pool.count }, (_, i) => nodeName(pool, i)));
    this.machines = [
      ...kubelets.map((name, i) => {
        const address = machineAddress(i);
        return { name, address, hostIPs: [{ ip: address }] };
      }),
      ...rest.map((name) => ({ name, address: undefined })),
    ];
  }

  private uid(resource: string, namespace: string, name: string): string {
    const key = `${resource}/${namespace}/${name}`;
    const stream = this.ctx.stream('seed/uid');
    const word = (k: number) => this.ctx.draw(stream, textHash(key, k), k);
    return uuidFrom(word(0), word(1), word(2), word(3));
  }

  /** The object with defaults and system fields where it has none. */
  complete(given: KubeObject): KubeObject {
    const info = resourceOfKind(given.apiVersion ?? '', given.kind ?? '');
    if (info === undefined) return given;
    const { object } = decode(given, { apiVersion: apiVersionOf(info), kind: info.kind, strictness: 'ignore' });
    const full = applyDefaults({ ...object, apiVersion: apiVersionOf(info), kind: info.kind } as KubeObject);
    return this.named(full, full.metadata);
  }

  private named(object: KubeObject, metadata: KubeObject['metadata']): KubeObject {
    const info = resourceOfKind(object.apiVersion ?? '', object.kind ?? '');
    const resource = info === undefined ? '' : qualifiedName(info);
    const namespace = info?.namespaced === false ? undefined : metadata.namespace || 'default';
    const { name = '' } = metadata;
    const generation = object.spec === undefined ? undefined : (metadata.generation ?? 1);
    return {
      ...object,
      metadata: {
        ...metadata,
        ...(namespace === undefined ? {} : { namespace }),
        uid: metadata.uid ?? this.uid(resource, namespace ?? '', name),
        creationTimestamp: metadata.creationTimestamp ?? this.now,
        ...(generation === undefined ? {} : { generation }),
      },
    };
  }

  /** The same object under another name: an override keeps the shape that all of them have, a new field would not. */
  private twin(like: KubeObject, name: string): KubeObject {
    const info = resourceOfKind(like.apiVersion ?? '', like.kind ?? '');
    const resource = info === undefined ? '' : qualifiedName(info);
    const uid = this.uid(resource, like.metadata.namespace ?? '', name);
    return { ...like, metadata: { ...like.metadata, name, uid } };
  }

  entry(object: KubeObject): SeedObject {
    const info = resourceOfKind(object.apiVersion ?? '', object.kind ?? '');
    const { namespace = '', name = '' } = object.metadata;
    const resource = info === undefined ? '' : qualifiedName(info);
    return { key: keyOf(resource, info?.namespaced === false ? '' : namespace, name), object };
  }

  /** One object of `generate` and what belongs to it. `template` is complete. */
  *expand(template: KubeObject, i: number): Generator<SeedObject> {
    const name = numberedName(template, i);
    let first = this.firsts.get(template);
    if (first === undefined) {
      first = this.named(template, { ...template.metadata, uid: undefined, name });
      this.firsts.set(template, first);
    }
    const object = first.metadata.name === name ? first : this.twin(first, name);
    switch (object.kind) {
      case 'Pod':
        yield this.entry(this.running(object));
        return;
      case 'Deployment':
        yield* this.deployment(object);
        return;
      case 'ReplicaSet':
        yield* this.replicaSet(object);
        return;
      default:
        yield this.entry(object);
    }
  }

  private *deployment(object: KubeObject): Generator<SeedObject> {
    const { spec, metadata } = object as Piece;
    const replicas: number = spec.replicas ?? 1;
    const condition = { status: 'True', lastUpdateTime: this.now, lastTransitionTime: this.now };
    const hash = podTemplateHash(spec.template);
    const name = `${metadata.name}-${hash}`;
    const status = {
      observedGeneration: metadata.generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      terminatingReplicas: 0,
      conditions: [
        {
          type: 'Available',
          ...condition,
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        },
        {
          type: 'Progressing',
          ...condition,
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "${name}" has successfully progressed.`,
        },
      ],
    };
    const annotations = { ...metadata.annotations, 'deployment.kubernetes.io/revision': '1' };
    const owner = { ...object, metadata: { ...metadata, annotations }, status };
    yield this.entry(owner);
    const labels = { ...spec.template.metadata?.labels, 'pod-template-hash': hash };
    const set: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        namespace: metadata.namespace,
        labels,
        annotations: {
          'deployment.kubernetes.io/desired-replicas': String(replicas),
          'deployment.kubernetes.io/max-replicas': String(replicas + surge(spec, replicas)),
          'deployment.kubernetes.io/revision': '1',
        },
        ownerReferences: [ownerOf(owner)],
      },
      spec: {
        ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
        replicas,
        selector: {
          ...spec.selector,
          matchLabels: { ...spec.selector?.matchLabels, 'pod-template-hash': hash },
        },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    };
    yield* this.replicaSet(this.named(set, set.metadata));
  }

  private *replicaSet(object: KubeObject): Generator<SeedObject> {
    const { spec, metadata } = object as Piece;
    const replicas: number = spec.replicas ?? 1;
    const status = {
      replicas,
      fullyLabeledReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      terminatingReplicas: 0,
      observedGeneration: metadata.generation,
    };
    yield this.entry({ ...object, status });
    const template = this.complete({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...spec.template.metadata, name: 'template', namespace: metadata.namespace },
      spec: spec.template.spec,
    });
    const ownerReferences = [ownerOf(object)];
    const generateName = `${metadata.name}-`;
    const stream = this.ctx.stream(`seed/${metadata.namespace}/${generateName}`);
    const taken = new Set<string>();
    let first: KubeObject | undefined;
    for (let i = 0, n = 0; i < replicas; n++) {
      const name = generateName + suffixFrom(this.ctx.draw(stream, 0, n));
      if (taken.has(name)) continue;
      taken.add(name);
      i++;
      first ??= this.named(template, { ...template.metadata, uid: undefined, name, generateName, ownerReferences });
      yield this.entry(this.running(this.twin(first, name)));
    }
  }

  /** The pod on the next machine, Running and Ready. A pod that has a node or a status keeps it. */
  running(pod: KubeObject): KubeObject {
    if (pod.status?.phase !== undefined || this.machines.length === 0) return pod;
    const bound: string = pod.spec?.nodeName ?? '';
    const at = bound === '' ? this.pods++ % this.machines.length : this.machines.findIndex((m) => m.name === bound);
    const machine = this.machines[at];
    if (machine === undefined) return pod;
    const spec = bound === '' ? this.specOn(pod.spec, at) : pod.spec;
    const { apiVersion, kind, metadata } = pod;
    return { apiVersion, kind, metadata, spec, status: this.status(pod, machine) };
  }

  private specOn(spec: KubeObject['spec'], at: number): KubeObject['spec'] {
    let byMachine = this.placed.get(spec);
    if (byMachine === undefined) this.placed.set(spec, (byMachine = []));
    byMachine[at] ??= { ...admitted(spec), nodeName: this.machines[at].name };
    return byMachine[at];
  }

  private status(pod: KubeObject, machine: Machine): KubeObject['status'] {
    const { uid, namespace = '', name = '' } = pod.metadata;
    const id = this.ctx.objects.id('pods', namespace, name);
    const podIP = `10.${128 + ((id >>> 16) & 127)}.${(id >>> 8) & 255}.${id & 255}`;
    const shared = this.shared(pod);
    const hostIP = machine.address;
    const { observedGeneration, phase, conditions } = shared.head;
    const podIPs = [{ ip: podIP }];
    const startTime = this.now;
    const containerStatuses = shared.containers.map((c: Piece) => ({
      ...c,
      containerID: hex64(`container/${uid}/${c.name}/0`),
    }));
    const { qosClass } = shared;
    const own = { podIP, podIPs, startTime, containerStatuses, qosClass };
    if (hostIP === undefined) return { observedGeneration, phase, conditions, ...own };
    return { observedGeneration, phase, conditions, hostIP, hostIPs: machine.hostIPs, ...own };
  }

  /** What the statuses of all pods of a template have in common. */
  private shared(pod: KubeObject): Piece {
    let known = this.told.get(pod.spec);
    if (known !== undefined) return known;
    const condition = { observedGeneration: 1, status: 'True', lastProbeTime: null, lastTransitionTime: this.now };
    const types = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
    known = {
      head: { observedGeneration: 1, phase: 'Running', conditions: types.map((type) => ({ type, ...condition })) },
      containers: containerStatuses(pod.spec, this.now),
      qosClass: podQOSClass(pod as Piece),
    };
    this.told.set(pod.spec, known);
    return known;
  }
}

/** Statuses of running containers as the kubelet writes them, sorted by name. */
function containerStatuses(spec: Piece, startedAt: string): readonly Piece[] {
  const statuses = ((spec.containers ?? []) as readonly Piece[]).map((c) => {
    const reference = canonicalReference(c.image ?? '');
    const { limits, requests } = c.resources ?? {};
    return {
      name: c.name,
      state: { running: { startedAt } },
      lastState: {},
      ready: true,
      restartCount: 0,
      image: c.image,
      imageID: `sha256:${hex64(`image/${reference}`)}`,
      containerID: '',
      started: true,
      ...(requests && Object.keys(requests).length > 0 ? { allocatedResources: requests } : {}),
      resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) },
      ...(c.volumeMounts?.length > 0
        ? {
            volumeMounts: c.volumeMounts.map((m: Piece) => ({
              name: m.name,
              mountPath: m.mountPath,
              ...(m.readOnly ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
            })),
          }
        : {}),
      user: { linux: { uid: 0, gid: 0, supplementalGroups: [0] } },
    };
  });
  return statuses.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const TOLERATED_S = 300;

/** What admission adds to a pod's spec (ServiceAccount without its volume, Priority, DefaultTolerationSeconds). */
function admitted(spec: Piece): Piece {
  const tolerations: readonly Piece[] = spec.tolerations ?? [];
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (key) => !tolerations.some((t) => (t.key === key || !t.key) && (!t.effect || t.effect === 'NoExecute')),
  );
  const serviceAccountName = spec.serviceAccountName ?? 'default';
  return {
    ...spec,
    serviceAccountName,
    serviceAccount: serviceAccountName,
    priority: spec.priority ?? 0,
    preemptionPolicy: spec.preemptionPolicy ?? 'PreemptLowerPriority',
    tolerations: [
      ...tolerations,
      ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATED_S })),
    ],
  };
}

function ownerOf({ apiVersion = '', kind = '', metadata }: KubeObject) {
  const { name = '', uid = '' } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** maxSurge as a number, rounded up (apimachinery intstr GetScaledValueFromIntOrPercent). */
function surge(spec: Piece, replicas: number): number {
  const given: number | string = spec.strategy?.rollingUpdate?.maxSurge ?? 0;
  return typeof given === 'number' ? given : Math.ceil((Number(given.replace('%', '')) * replicas) / 100);
}

export function numberedName(template: KubeObject, i: number): string {
  const base = template.metadata.name ?? template.metadata.generateName ?? 'object-';
  return `${base.replace(/-?$/, '-')}${i}`;
}

/** Everything that the store holds at t = 0, one after the other, so that no list of all of them is ever made. */
export function* seedObjects(scenario: Scenario, ctx: WorldContext): Generator<SeedObject> {
  const seeder = new Seeder(ctx, scenario);
  for (const pool of scenario.spec.nodePools) {
    if (pool.stages === undefined) continue;
    for (let i = 0; i < pool.count; i++) yield seeder.entry(nodeObject(pool, i, scenario.spec.epochSeconds));
  }
  for (const { object } of scenario.initialState) {
    const full = seeder.complete(object);
    yield seeder.entry(full.kind === 'Pod' ? seeder.running(full) : full);
  }
  for (const { template, count, asInitialState } of scenario.generate) {
    if (!asInitialState) continue;
    const full = seeder.complete({ ...template, metadata: { ...template.metadata, name: 'template' } });
    const named = { ...full, metadata: { ...full.metadata, ...nameOf(template) } };
    for (let i = 0; i < count; i++) yield* seeder.expand(named, i);
  }
}

function nameOf({ metadata }: KubeObject): { name?: string; generateName?: string } {
  return {
    name: metadata.name,
    ...(metadata.generateName === undefined ? {} : { generateName: metadata.generateName }),
  };
}
