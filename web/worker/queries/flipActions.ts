import type { Flip, FlipChange, KubeObject, PodRef, TimelineAction } from '../../../sim-core/index.ts';

type Lookup = (resource: string, namespace: string, name: string) => KubeObject | undefined;

interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}

/** Controllers whose pods come from a template that may be changed, by kind. */
const TEMPLATED: Readonly<Record<string, string>> = {
  Deployment: 'deployments.apps',
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
  DaemonSet: 'daemonsets.apps',
  ReplicationController: 'replicationcontrollers',
};

/**
 * What somebody would do in the run to make the changes of a flip: patch the template that the pod comes from, or replace a pod that
 * nobody owns; label, taint or uncordon nodes. Empty when one of them cannot be done from outside (allocatable, the profile).
 */
export function entriesOfFlip(flip: Flip, pod: PodRef, objects: Lookup): readonly TimelineAction[] {
  if (!flip.found || flip.changes.length === 0) return [];
  const actions: TimelineAction[] = [];
  const ofPod = flip.changes.filter((c) => c.target === 'pod');
  for (const change of flip.changes) {
    if (change.target === 'profile') return [];
    if (change.target !== 'node') continue;
    const command = nodeCommand(change);
    if (command === undefined) return [];
    actions.push({ do: 'kubectl', command, files: [] });
  }
  if (ofPod.length === 0) return actions;
  const changed = podActions(flip, ofPod, pod, objects);
  return changed === undefined ? [] : [...actions, ...changed];
}

function nodeCommand({ name, message }: FlipChange): string | undefined {
  const text = (param: string) => String(message.params[param] ?? '');
  switch (message.id) {
    case 'sched.flip.uncordon':
      return `uncordon ${name}`;
    case 'sched.flip.cordon':
      return `cordon ${name}`;
    case 'sched.flip.nodeLabel':
      return `label node ${name} ${text('key')}=${text('to')} --overwrite`;
    case 'sched.flip.removeTaint':
      return `taint node ${name} ${text('taint')}-`;
    case 'sched.flip.addTaint':
      return `taint node ${name} ${text('taint')}`;
    default:
      return undefined;
  }
}

function podActions(
  flip: Flip,
  changes: readonly FlipChange[],
  pod: PodRef,
  objects: Lookup,
): readonly TimelineAction[] | undefined {
  const stored = objects('pods', pod.namespace, pod.name);
  const patch = flip.patches.find((p) => p.target === 'pod');
  if (stored === undefined || patch === undefined) return undefined;
  const owner = templateOwner(stored, pod.namespace, objects);
  if (owner === undefined && controllerOf(stored) !== undefined) return undefined;
  const merge = JSON.parse(patch.patch) as KubeObject;
  if (owner === undefined) {
    const files = [clean({ ...stored, ...patched(stored, merge, changes), status: undefined })];
    return [
      { do: 'kubectl', command: `delete pod ${pod.name} -n ${pod.namespace} --now`, files: [] },
      { do: 'kubectl', command: 'apply -f pod.yaml', files },
    ];
  }
  const template = patched(owner.spec?.template as KubeObject, merge, changes);
  const file = clean({ ...owner, spec: { ...owner.spec, template }, status: undefined });
  return [{ do: 'kubectl', command: `apply -f ${String(owner.kind).toLowerCase()}.yaml`, files: [file] }];
}

function controllerOf(object: KubeObject): Owner | undefined {
  const owners = (object.metadata.ownerReferences ?? []) as readonly Owner[];
  return owners.find((o) => o.controller === true);
}

/** The outermost controller whose template makes the pod. */
function templateOwner(pod: KubeObject, namespace: string, objects: Lookup): KubeObject | undefined {
  let found: KubeObject | undefined;
  let owner = controllerOf(pod);
  for (let depth = 0; owner !== undefined && depth < 4; depth++) {
    const resource = TEMPLATED[owner.kind];
    const object = resource === undefined ? undefined : objects(resource, namespace, owner.name);
    if (object === undefined) break;
    found = object;
    owner = controllerOf(object);
  }
  return found;
}

/** A pod or a template with the changes: containers by their fields, so that what admission added to the pod stays with the pod. */
function patched(to: KubeObject, merge: KubeObject, changes: readonly FlipChange[]): KubeObject {
  const { containers: _, initContainers: __, ...spec } = (merge.spec ?? {}) as Record<string, unknown>;
  const copy = structuredClone(to) as { spec?: Record<string, unknown>; metadata?: Record<string, unknown> };
  copy.spec = { ...copy.spec, ...definedOf(spec) };
  const labels = (merge.metadata as { labels?: Record<string, string> } | undefined)?.labels;
  if (labels !== undefined)
    copy.metadata = { ...copy.metadata, labels: definedOf({ ...(copy.metadata?.['labels'] as object), ...labels }) };
  for (const change of changes)
    if (/^spec\.(init)?[cC]ontainers\[/.test(change.field)) setField(copy, change.field, change.to);
  return copy as unknown as KubeObject;
}

const definedOf = (of: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== null));

/** Sets `spec.containers[0].resources.requests.cpu`, `...requests[example.com/gpu]`. */
function setField(root: object, path: string, value: string): void {
  const parts = [...path.matchAll(/\[([^\]]+)\]|([^.[\]]+)/g)].map(([, inside, plain]) =>
    inside === undefined ? plain : /^\d+$/.test(inside) ? Number(inside) : inside,
  );
  let at = root as Record<string | number, unknown>;
  for (const part of parts.slice(0, -1)) {
    at[part] ??= {};
    at = at[part] as Record<string | number, unknown>;
  }
  at[parts[parts.length - 1]] = value;
}

/** As somebody would write it: without what servers keep. */
function clean(object: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = object.metadata;
  const spec = { ...(object.spec as Record<string, unknown>) };
  if (object.kind === 'Pod') delete spec['nodeName'];
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec,
  } as KubeObject;
}
