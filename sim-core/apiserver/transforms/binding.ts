import { timeText } from '../../api/machinery/time.ts';
import type { KubeObject, ObjectMeta } from '../../contracts/index.ts';
import { part, tellSums, valueHash } from '../contentHash.ts';
import { LOST } from '../fieldHashes.ts';
import { badRequest, conflict } from '../status.ts';
import { replaced, withMeta } from '../strategies.ts';
import { StoredVersion } from '../version.ts';
import type { Transform } from './outcome.ts';

/** Labels that PodTopologyLabels copies from the node to the Binding, and the registry from there to the pod. */
const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';

/** POST pods/binding (pkg/registry/core/pod/storage/storage.go assignPod): sets the node once, and PodScheduled. */
export const binding: Transform = (request, info, current, env) => {
  const body = request.body;
  const node: string = body?.target?.name ?? '';
  const pod = current.object;
  if (node === '') return { response: badRequest('target.name: Required value') };
  const uid = body?.metadata?.uid;
  if (uid && uid !== pod.metadata.uid) {
    return {
      response: conflict(
        info,
        request.name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`,
      ),
    };
  }
  if (pod.metadata.deletionTimestamp) {
    return {
      response: conflict(info, request.name, `pod ${request.name} is being deleted, cannot be assigned to a host`),
    };
  }
  if (pod.spec?.nodeName) {
    return {
      response: conflict(info, request.name, `pod ${request.name} is already assigned to node "${pod.spec.nodeName}"`),
    };
  }
  if (pod.spec?.schedulingGates?.length) {
    return { response: conflict(info, request.name, `pod ${request.name} has non-empty .spec.schedulingGates`) };
  }
  const isOff = (feature: string) => env.disabledFeatures?.includes(feature) === true;
  const place = isOff('PodTopologyLabelsAdmission') ? undefined : env.get('nodes', '', node)?.object.metadata.labels;
  const keepsNomination = isOff('ClearingNominatedNodeNameAfterBinding');
  const { annotations } = body?.metadata ?? {};
  const now = timeText(env.epochSeconds, env.nowUs);
  const spec = boundSpec(pod.spec ?? {}, node);
  const status = boundStatus(pod.status ?? {}, keepsNomination, now);
  const here = labelsAt(pod.metadata.labels ?? NONE, place?.[ZONE], place?.[REGION]);
  const metadata = boundMetadata(pod, here.labels, annotations);
  const object: KubeObject = { ...pod, metadata, spec, status: status.status };
  if (current instanceof StoredVersion) tellHashes(current, object, node, here, status.sum);
  // The assignment is not tracked in managedFields.
  return { object, code: 201 };
};

/** What the hash of a bound pod will be made of, where nothing but the node and the place in labels comes to the pod. */
function tellHashes(
  before: StoredVersion,
  object: KubeObject,
  node: string,
  { labels, change }: Place,
  statusSum: number,
): void {
  const { obj, metadataSum, specSum } = before;
  const pod = before.object;
  if (metadataSum === 0 || specSum === 0 || pod.spec?.nodeName !== undefined) return;
  const { metadata } = object;
  if (metadata.annotations !== undefined || pod.metadata.annotations !== undefined) return;
  if (pod.metadata.labels === undefined || metadata.labels !== labels) return;
  tellSums(obj, object, (metadataSum + change) | 0, (specSum + part('nodeName', node, LOST)) | 0, statusSum);
}

type Fields = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

function boundMetadata(pod: KubeObject, labels: Texts | undefined, annotations: Texts | undefined): ObjectMeta {
  const { metadata } = pod;
  if (annotations === undefined && metadata.annotations === undefined && metadata.labels && labels) {
    // Nothing comes and nothing goes but the version.
    return { ...metadata, resourceVersion: undefined, labels };
  }
  return withMeta(metadata, {
    resourceVersion: undefined,
    labels,
    annotations: sortedOrNone({ ...metadata.annotations, ...annotations }),
  });
}

const NONE: Texts = {};

interface Place {
  readonly zone: string | undefined;
  readonly region: string | undefined;
  readonly labels: Texts | undefined;
  /** What these labels instead of the pod's change in the sum of its metadata. */
  readonly change: number;
}

/** What pods with the same labels have in one place, last asked first: a memo of a pure result. */
const places = new WeakMap<object, Place[]>();
const PLACES_MAX = 8;

function labelsAt(labels: Texts, zone: string | undefined, region: string | undefined): Place {
  let known = places.get(labels);
  if (known === undefined) places.set(labels, (known = []));
  for (const one of known) if (one.zone === zone && one.region === region) return one;
  const all = {
    ...labels,
    ...(zone !== undefined && { [ZONE]: zone }),
    ...(region !== undefined && { [REGION]: region }),
  };
  const found = sortedOrNone(all);
  const change = (part('labels', found, LOST) - part('labels', labels, LOST)) | 0;
  const made: Place = { zone, region, labels: found, change };
  known.unshift(made);
  if (known.length > PLACES_MAX) known.pop();
  return made;
}

/** The last bound spec: those of one template differ in little, and copying one is cheaper than building it. */
let lastBound: { readonly names: readonly string[]; readonly spec: Fields } = { names: [], spec: {} };

function boundSpec(spec: Fields, node: string): Record<string, unknown> {
  const { names, spec: like } = lastBound;
  const bound: Record<string, unknown> = { ...like };
  let i = 0;
  for (const name in spec) {
    if (name !== names[i++]) {
      i = -1;
      break;
    }
    const value = spec[name];
    if (value !== like[name]) bound[name] = value;
  }
  if (i === names.length && i > 0) {
    bound['nodeName'] = node;
    return bound;
  }
  const made = replaced(spec, { nodeName: node });
  if (!('nodeName' in spec)) lastBound = { names: Object.keys(spec), spec: made };
  return made;
}

/** What pods with the same status have as soon as they are bound, in one second: a memo of a pure result. */
const statuses = new WeakMap<object, { now: string; keepsNomination: boolean; status: Fields; sum: number }>();

/** With what the status adds to the content hash. */
function boundStatus(
  status: Fields,
  keepsNomination: boolean,
  now: string,
): { readonly status: Fields; readonly sum: number } {
  const known = statuses.get(status);
  if (known?.now === now && known.keepsNomination === keepsNomination) return known;
  const made = replaced(status, {
    // A bound pod is nominated no longer (feature ClearingNominatedNodeNameAfterBinding, on since 1.35).
    ...(keepsNomination ? {} : { nominatedNodeName: undefined }),
    conditions: scheduled(status, now),
  });
  const bound = { now, keepsNomination, status: made, sum: valueHash(made) | 0 };
  statuses.set(status, bound);
  return bound;
}

/** A map as it is written, by key. */
function sortedOrNone(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  const keys = Object.keys(map).sort();
  if (keys.length === 0) return undefined;
  const result: Record<string, string> = {};
  for (const key of keys) result[key] = map[key];
  return result;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastProbeTime?: null;
  readonly lastTransitionTime?: string;
}

/** The pod's conditions with PodScheduled=True, in its place or at the end. */
function scheduled(status: Fields, now: string): readonly unknown[] {
  const conditions = (status['conditions'] ?? []) as readonly Condition[];
  const old = conditions.find(({ type }) => type === 'PodScheduled');
  const fresh = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: old?.status === 'True' ? old.lastTransitionTime : now,
  };
  return old ? conditions.map((condition) => (condition === old ? fresh : condition)) : conditions.concat(fresh);
}
