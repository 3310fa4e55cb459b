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

/** A scheduler of the run: its name in timelines, and the configuration that it runs with. */
export interface SchedulerNow {
  readonly name: string;
  readonly configuration: KubeObject | undefined;
}

/**
 * What somebody would do in the run to make the changes of a flip: patch the template that the pod comes from, or replace a pod that
 * nobody owns; label, taint, cordon or resize nodes; start the scheduler with other weights. Empty when one of them cannot be done.
 */
export function entriesOfFlip(
  flip: Flip,
  pod: PodRef,
  objects: Lookup,
  schedulers: readonly SchedulerNow[],
): readonly TimelineAction[] {
  if (!flip.found || flip.changes.length === 0) return [];
  const actions: TimelineAction[] = [...resizes(flip.changes)];
  for (const change of flip.changes) {
    if (change.target !== 'node' || change.message.id === 'sched.flip.allocatable') continue;
    const command = nodeCommand(change);
    if (command === undefined) return [];
    actions.push({ do: 'kubectl', command, files: [] });
  }
  if (flip.changes.some((c) => c.target === 'profile')) {
    const restart = schedulerAction(flip, schedulers);
    if (restart === undefined) return [];
    actions.push(restart);
  }
  const ofPod = flip.changes.filter((c) => c.target === 'pod');
  if (ofPod.length === 0) return actions;
  const changed = podActions(flip, ofPod, pod, objects);
  return changed === undefined ? [] : [...actions, ...changed];
}

/** Other amounts for nodes: all of one node at once, because each resize stands for itself. */
function resizes(changes: readonly FlipChange[]): readonly TimelineAction[] {
  const byNode = new Map<string, Record<string, string>>();
  for (const { target, name, message, to } of changes) {
    if (target !== 'node' || message.id !== 'sched.flip.allocatable') continue;
    const of = byNode.get(name) ?? {};
    of[String(message.params['resource'])] = to;
    byNode.set(name, of);
  }
  return [...byNode].map(([node, allocatable]) => ({ do: 'fault', kind: 'NodeResize', params: { node, allocatable } }));
}

interface ScoreSet {
  readonly enabled?: readonly { readonly name: string; readonly weight?: number }[];
  readonly disabled?: readonly { readonly name: string }[];
}

interface ProfilePart {
  readonly schedulerName?: string;
  readonly plugins?: Readonly<Record<string, ScoreSet | undefined>>;
}

const profilesOf = (configuration: KubeObject | undefined): readonly ProfilePart[] =>
  (configuration as { profiles?: readonly ProfilePart[] } | undefined)?.profiles ?? [{}];

const nameOfProfile = (p: ProfilePart) => p.schedulerName ?? 'default-scheduler';

/** The scheduler with the profile starts again with other weights; the rest of its configuration stays. */
function schedulerAction(flip: Flip, schedulers: readonly SchedulerNow[]): TimelineAction | undefined {
  const patch = flip.patches.find((p) => p.target === 'profile');
  if (patch === undefined) return undefined;
  const scheduler = schedulers.find(({ configuration }) =>
    profilesOf(configuration).some((p) => nameOfProfile(p) === patch.name),
  );
  if (scheduler === undefined) return undefined;
  const [wanted] = (JSON.parse(patch.patch) as { profiles: readonly ProfilePart[] }).profiles;
  const profiles = profilesOf(scheduler.configuration).map((p) =>
    nameOfProfile(p) === patch.name ? withScores(p, wanted.plugins?.['score'] ?? {}) : p,
  );
  const configuration = {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    ...scheduler.configuration,
    profiles,
  } as unknown as KubeObject;
  return { do: 'scheduler', scheduler: scheduler.name, configuration };
}

function withScores(profile: ProfilePart, score: ScoreSet): ProfilePart {
  const before = profile.plugins?.['score'];
  const named = new Set(score.enabled?.map(({ name }) => name));
  const others = <T extends { readonly name: string }>(list: readonly T[] | undefined) =>
    (list ?? []).filter(({ name }) => !named.has(name));
  const merged: ScoreSet = {
    enabled: [...others(before?.enabled), ...(score.enabled ?? [])],
    disabled: [...others(before?.disabled), ...(score.disabled ?? [])],
  };
  return { ...profile, plugins: { ...profile.plugins, score: merged } };
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
