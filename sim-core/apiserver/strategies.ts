import type { ResourceInfo } from '../api/schema/index.ts';
import { qualifiedName } from '../api/schema/index.ts';
import type { Json, KubeObject, ObjectMeta } from '../contracts/index.ts';

/** Top-level fields of an object by name. */
export type Fields = { readonly [field: string]: unknown };

/** How one kind is stored: the registry's strategy (pkg/registry/<group>/<kind>/strategy.go). */
export interface Strategy {
  /** none; spec: 1, and +1 when a counted field changes; one: always 1; fromUpdate: absent until the first change. */
  readonly generation: 'none' | 'spec' | 'one' | 'fromUpdate';
  /** Fields that count for the generation, besides metadata. Default: all but status. */
  readonly counted?: readonly string[];
  /** Metadata maps that count too. */
  readonly countedMeta?: readonly ('annotations' | 'labels')[];
  /** Every update raises the generation, even one that changes nothing counted. */
  readonly alwaysRaises?: boolean;
  /** What status a new object gets, whatever the request says; undefined = the request's. */
  readonly initialStatus?: Json;
  /** The main resource keeps the stored status (there is a status subresource). */
  readonly status: boolean;
  /** Parts of metadata that an update of status cannot change. */
  readonly statusKeeps: 'nothing' | 'labels' | 'metadata';
  readonly createOnUpdate: boolean;
  readonly unconditionalUpdate: boolean;
  /** Pods: a delete first sets a grace period. */
  readonly graceful: boolean;
  /** What a delete without a policy does to dependents. */
  readonly orphansByDefault: boolean;
  /** A completed delete answers with the object instead of a Status. */
  readonly returnsDeleted: boolean;
  /** The strategy of all custom resources. */
  readonly custom?: boolean;
  /** Delete can add the finalizers of the garbage collector. */
  readonly garbageCollected: boolean;
}

const BASE: Strategy = {
  generation: 'none',
  status: false,
  statusKeeps: 'nothing',
  createOnUpdate: false,
  unconditionalUpdate: true,
  graceful: false,
  orphansByDefault: false,
  returnsDeleted: false,
  garbageCollected: true,
};

const CUSTOM: Strategy = {
  ...BASE,
  custom: true,
  generation: 'spec',
  statusKeeps: 'metadata',
  unconditionalUpdate: false,
};

const spec = { generation: 'spec', counted: ['spec'], status: true } as const;
const specOnly = { generation: 'spec', counted: ['spec'] } as const;

const DIFFERENCES: Readonly<Record<string, Partial<Strategy>>> = {
  pods: { ...spec, initialStatus: { phase: 'Pending' }, graceful: true, returnsDeleted: true },
  podtemplates: { generation: 'spec', counted: ['template'], returnsDeleted: true },
  replicationcontrollers: { ...spec, initialStatus: { replicas: 0 }, orphansByDefault: true },
  services: { status: true, initialStatus: { loadBalancer: {} }, createOnUpdate: true, returnsDeleted: true },
  endpoints: { createOnUpdate: true },
  events: { createOnUpdate: true, garbageCollected: false },
  'events.events.k8s.io': { createOnUpdate: true, garbageCollected: false },
  limitranges: { createOnUpdate: true },
  serviceaccounts: { returnsDeleted: true },
  resourcequotas: { status: true, initialStatus: {}, returnsDeleted: true },
  namespaces: { status: true, initialStatus: { phase: 'Active' } },
  nodes: { status: true },
  persistentvolumes: { status: true, initialStatus: { phase: 'Pending' }, returnsDeleted: true },
  persistentvolumeclaims: { status: true, initialStatus: { phase: 'Pending' }, returnsDeleted: true },
  'deployments.apps': {
    ...spec,
    countedMeta: ['annotations'],
    initialStatus: {},
    statusKeeps: 'labels',
  },
  'replicasets.apps': { ...spec, initialStatus: { replicas: 0 } },
  'statefulsets.apps': { ...spec, initialStatus: { replicas: 0, availableReplicas: 0 } },
  'daemonsets.apps': {
    ...spec,
    initialStatus: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  },
  'jobs.batch': { ...spec, initialStatus: {}, orphansByDefault: true },
  'cronjobs.batch': { ...spec, initialStatus: {} },
  'horizontalpodautoscalers.autoscaling': {
    status: true,
    initialStatus: { desiredReplicas: 0, currentMetrics: null },
  },
  'poddisruptionbudgets.policy': {
    ...spec,
    initialStatus: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    unconditionalUpdate: false,
  },
  'ingresses.networking.k8s.io': { ...spec, initialStatus: { loadBalancer: {} } },
  'ingressclasses.networking.k8s.io': specOnly,
  'networkpolicies.networking.k8s.io': specOnly,
  'servicecidrs.networking.k8s.io': { status: true, initialStatus: {} },
  'endpointslices.discovery.k8s.io': {
    generation: 'spec',
    counted: ['endpoints', 'ports', 'addressType'],
    countedMeta: ['labels'],
  },
  'leases.coordination.k8s.io': { createOnUpdate: true, unconditionalUpdate: false },
  'priorityclasses.scheduling.k8s.io': { generation: 'one' },
  'storageclasses.storage.k8s.io': { returnsDeleted: true },
  'volumeattributesclasses.storage.k8s.io': { returnsDeleted: true },
  'csidrivers.storage.k8s.io': {
    generation: 'fromUpdate',
    counted: ['spec'],
    unconditionalUpdate: false,
    returnsDeleted: true,
  },
  'csinodes.storage.k8s.io': { unconditionalUpdate: false, returnsDeleted: true },
  'csistoragecapacities.storage.k8s.io': { unconditionalUpdate: false },
  'volumeattachments.storage.k8s.io': {
    status: true,
    initialStatus: { attached: false },
    statusKeeps: 'metadata',
    unconditionalUpdate: false,
    returnsDeleted: true,
  },
  'roles.rbac.authorization.k8s.io': { createOnUpdate: true },
  'rolebindings.rbac.authorization.k8s.io': { createOnUpdate: true },
  'clusterroles.rbac.authorization.k8s.io': { createOnUpdate: true },
  'clusterrolebindings.rbac.authorization.k8s.io': { createOnUpdate: true },
  'runtimeclasses.node.k8s.io': { createOnUpdate: true, unconditionalUpdate: false },
  'certificatesigningrequests.certificates.k8s.io': { status: true, initialStatus: {} },
  'validatingwebhookconfigurations.admissionregistration.k8s.io': {
    generation: 'spec',
    counted: ['webhooks'],
    unconditionalUpdate: false,
  },
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': {
    generation: 'spec',
    counted: ['webhooks'],
    unconditionalUpdate: false,
  },
  'validatingadmissionpolicies.admissionregistration.k8s.io': {
    ...spec,
    initialStatus: {},
    statusKeeps: 'metadata',
    unconditionalUpdate: false,
  },
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': { ...specOnly, unconditionalUpdate: false },
  'flowschemas.flowcontrol.apiserver.k8s.io': { ...spec, initialStatus: {}, statusKeeps: 'metadata' },
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': { ...spec, initialStatus: {}, statusKeeps: 'metadata' },
  'customresourcedefinitions.apiextensions.k8s.io': { ...spec, unconditionalUpdate: false },
  'apiservices.apiregistration.k8s.io': {
    status: true,
    initialStatus: {},
    statusKeeps: 'metadata',
    unconditionalUpdate: false,
  },
  'resourceclaims.resource.k8s.io': { status: true, initialStatus: {}, statusKeeps: 'metadata' },
};

const cache = new Map<string, Strategy>(
  Object.entries(DIFFERENCES).map(([name, difference]) => [name, { ...BASE, ...difference }]),
);

export function strategyOf(info: ResourceInfo): Strategy {
  const known = cache.get(qualifiedName(info));
  if (known) return known;
  if (info.group.endsWith('.k8s.io') || !info.group.includes('.')) return BASE;
  const status = info.subresources.some(({ name }) => name === 'status');
  return status ? { ...CUSTOM, status: true } : CUSTOM;
}

/** Deep equality of JSON as Kubernetes compares semantically: absent, null, {} and [] are alike in a field. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isEmpty(a)) return isEmpty(b);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!sameJson(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const left = a as Fields;
  const right = b as Fields;
  for (const key of Object.keys(left)) if (!sameJson(left[key], right[key])) return false;
  for (const key of Object.keys(right)) if (left[key] === undefined && !isEmpty(right[key])) return false;
  return true;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value as object) return false;
  return true;
}

/** The generation of an object that is about to be created. */
export function firstGeneration(strategy: Strategy): number | undefined {
  return strategy.generation === 'spec' || strategy.generation === 'one' ? 1 : undefined;
}

/** The generation of an object after an update of its main resource. */
export function nextGeneration(strategy: Strategy, now: KubeObject, before: KubeObject): number | undefined {
  const old = before.metadata.generation;
  if (strategy.generation !== 'spec' && strategy.generation !== 'fromUpdate') return old;
  return countedChange(strategy, now, before) ? (old ?? 0) + 1 : old;
}

function countedChange(strategy: Strategy, now: KubeObject, before: KubeObject): boolean {
  if (strategy.alwaysRaises) return true;
  for (const field of strategy.countedMeta ?? []) {
    if (!sameJson(now.metadata[field], before.metadata[field])) return true;
  }
  const fields = strategy.counted ?? customFields(now, before);
  return fields.some((field) => !sameJson(now[field], before[field]));
}

function customFields(now: KubeObject, before: KubeObject): readonly string[] {
  const names = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...names].filter((name) => !UNCOUNTED.has(name)).sort();
}

const UNCOUNTED: ReadonlySet<string> = new Set(['metadata', 'status', 'apiVersion', 'kind']);

/** metadata with fields replaced; undefined values leave no key behind. */
export function withMeta(metadata: ObjectMeta, changes: Partial<ObjectMeta>): ObjectMeta {
  return replaced(metadata as Fields, changes as Fields) as ObjectMeta;
}

/** An object with top-level fields replaced; undefined values leave no key behind. */
export function withFields(object: KubeObject, changes: Fields): KubeObject {
  return replaced(object as Fields, changes) as KubeObject;
}

/**
 * The fields with some replaced; undefined values leave no key behind. Field by field: new keys behind a spread would give
 * every object a shape of its own.
 */
export function replaced(fields: Fields, changes: Fields): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key in fields) {
    const value = key in changes ? changes[key] : fields[key];
    if (value !== undefined || !(key in changes)) result[key] = value;
  }
  for (const key in changes) {
    if (changes[key] !== undefined && !(key in fields)) result[key] = changes[key];
  }
  return result;
}
