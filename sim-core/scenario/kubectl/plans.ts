import { timeText } from '../../api/machinery/time.ts';
import { qualifiedName, resourceOfKind } from '../../api/schema/index.ts';
import type { ApiResponse, Json, KubeObject, TimeUs, Version } from '../../contracts/index.ts';
import { customKind, customKinds } from '../kinds.ts';
import { createThreeWayPatch } from './applyPatch.ts';
import type { KubectlCommand, Target } from './command.ts';
import { continueDrain, resumeDrain, startDrain } from './drain.ts';
import {
  ask,
  done,
  failed,
  type KubectlPlan,
  type KubectlRun,
  type KubectlState,
  objectOf,
  type Request,
  type TargetRef,
} from './parts.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const namespaceFor = (run: KubectlRun, target: Target) =>
  target.info.namespaced ? run.command.namespace || run.namespace : '';

/** The first plan of a command. */
export function startKubectl(run: KubectlRun, nowUs: TimeUs): KubectlPlan {
  const { command } = run;
  if (command.verb === 'apply' || command.verb === 'create') return nextObject(run, { at: 0, targets: [] }, [], []);
  if (command.verb === 'delete' && run.objects.length > 0)
    return nextTarget(run, { at: 0, targets: run.objects.map((o) => refOf(run, o)) }, nowUs);
  if (command.targets.length === 0) {
    const namespaced =
      command.resource !== 'nodes' && command.resource !== 'namespaces' && command.resource !== 'persistentvolumes';
    const request: Request = {
      verb: 'list',
      resource: command.resource,
      namespace: namespaced ? command.namespace || run.namespace : '',
      name: '',
      options: { labelSelector: command.selector },
    };
    return ask(request, 'selected', { at: 0, targets: [] });
  }
  const targets = command.targets.map((t) => ({ resource: t.resource, namespace: namespaceFor(run, t), name: t.name }));
  return nextTarget(run, { at: 0, targets }, nowUs);
}

/** What comes after the answers to a plan. */
export function resumeKubectl(
  run: KubectlRun,
  point: string,
  state: KubectlState,
  answers: readonly ApiResponse[],
  nowUs: TimeUs,
): KubectlPlan {
  const answer = answers[answers.length - 1];
  switch (point) {
    case 'selected':
      return selected(run, answer, nowUs);
    case 'applyGet':
      return applyGot(run, state, answer);
    case 'applied':
      return applied(run, state, answer);
    case 'got':
      return change(run, state, answer, nowUs);
    case 'revisions':
      return undo(run, state, answer);
    case 'changed':
      return changed(run, state, answer, nowUs);
    default:
      return resumeDrain(run, point, state, answers, nowUs);
  }
}

/** After a wait: drain asks again or looks whether pods are gone. */
export function continueKubectl(run: KubectlRun, state: KubectlState, nowUs: TimeUs): KubectlPlan {
  return continueDrain(run, state, nowUs);
}

function refOf(run: KubectlRun, object: KubeObject): TargetRef {
  const info = resourceOfKind(object.apiVersion ?? '', object.kind ?? '');
  const custom = info === undefined ? customKind(customKinds(run.objects), object) : undefined;
  const resource = info === undefined ? (custom?.resource ?? customResource(object)) : qualifiedName(info);
  const namespaced = info?.namespaced ?? custom?.namespaced ?? true;
  return {
    resource,
    namespace: namespaced ? (object.metadata.namespace ?? (run.command.namespace || run.namespace)) : '',
    name: object.metadata.name ?? '',
  };
}

/** The plural of a kind that no schema knows, as a CustomResourceDefinition usually names it. */
function customResource(object: KubeObject): string {
  const kind = (object.kind ?? '').toLowerCase();
  const plural = /(s|x|ch|sh)$/.test(kind)
    ? `${kind}es`
    : /[^aeiou]y$/.test(kind)
      ? `${kind.slice(0, -1)}ies`
      : `${kind}s`;
  const group = (object.apiVersion ?? '').split('/');
  return group.length > 1 ? `${plural}.${group[0]}` : plural;
}

function selected(run: KubectlRun, answer: ApiResponse | undefined, nowUs: TimeUs): KubectlPlan {
  const error = failed(answer);
  if (error !== undefined) return done([], [error]);
  const versions: readonly Version[] = answer?.list?.versions ?? [];
  const targets = versions.map((v) => ({
    resource: run.command.resource,
    namespace: v.object.metadata.namespace ?? '',
    name: v.object.metadata.name ?? '',
  }));
  return targets.length === 0 ? done(['No resources found']) : nextTarget(run, { at: 0, targets }, nowUs);
}

// --- apply and create --------------------------------------------------------------------------------------------------------

function nextObject(
  run: KubectlRun,
  state: KubectlState,
  stdout: readonly string[],
  stderr: readonly string[],
): KubectlPlan {
  const object = run.objects[state.at];
  if (object === undefined) return done(stdout, stderr);
  const ref = refOf(run, object);
  if (run.command.verb === 'create' || object.metadata.name === undefined) {
    return { ...ask(createRequest(run, object, ref, 'kubectl-create'), 'applied', state), stdout, stderr };
  }
  return { ...ask({ verb: 'get', ...ref }, 'applyGet', state), stdout, stderr };
}

function createRequest(_run: KubectlRun, object: KubeObject, ref: TargetRef, fieldManager: string): Request {
  const body: KubeObject =
    ref.namespace === '' ? object : { ...object, metadata: { ...object.metadata, namespace: ref.namespace } };
  return {
    verb: 'create',
    resource: ref.resource,
    namespace: ref.namespace,
    name: '',
    options: { fieldManager },
    body,
  };
}

/** The object with the annotation by which the next apply knows what this one said. */
function withLastApplied(object: KubeObject, namespace: string): KubeObject {
  const { [LAST_APPLIED]: _old, ...annotations } = object.metadata.annotations ?? {};
  const plain = {
    ...object,
    metadata: { ...object.metadata, annotations, ...(namespace === '' ? {} : { namespace }) },
  };
  const text = `${JSON.stringify(sortKeys(plain as unknown as Json))}\n`;
  return { ...plain, metadata: { ...plain.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const record = value as { readonly [key: string]: Json };
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, sortKeys(record[key])]),
  );
}

function applyGot(run: KubectlRun, state: KubectlState, answer: ApiResponse | undefined): KubectlPlan {
  const object = run.objects[state.at];
  const ref = refOf(run, object);
  const wanted = withLastApplied(object, ref.namespace);
  if (answer?.code === 404) return ask(createRequest(run, wanted, ref, 'kubectl-client-side-apply'), 'applied', state);
  const error = failed(answer);
  if (error !== undefined) return nextObject(run, { ...state, at: state.at + 1 }, [], [error]);
  const live = objectOf(answer);
  const previous = live.metadata.annotations?.[LAST_APPLIED];
  const patch = createThreeWayPatch(
    previous === undefined ? undefined : (JSON.parse(previous) as KubeObject),
    wanted,
    live,
  );
  if (patch === undefined) return nextObject(run, { ...state, at: state.at + 1 }, [`${printed(ref)} unchanged`], []);
  return ask(
    { verb: 'patch', ...ref, options: { fieldManager: 'kubectl-client-side-apply' }, patch },
    'applied',
    state,
  );
}

/** Joined: a flat text, since all lines are kept. */
const line = (ref: TargetRef, past: string | undefined): string => [printed(ref), past].join(' ');

/** `deployment.apps/web` */
function printed(ref: TargetRef): string {
  const dot = ref.resource.indexOf('.');
  const plural = dot < 0 ? ref.resource : ref.resource.slice(0, dot);
  const singular = plural.endsWith('ies')
    ? `${plural.slice(0, -3)}y`
    : plural.endsWith('sses')
      ? plural.slice(0, -2)
      : plural.replace(/s$/, '');
  return `${singular}${dot < 0 ? '' : ref.resource.slice(dot)}/${ref.name}`;
}

function applied(run: KubectlRun, state: KubectlState, answer: ApiResponse | undefined): KubectlPlan {
  const ref = refOf(run, run.objects[state.at]);
  const error = failed(answer);
  const verb = answer?.code === 201 ? 'created' : 'configured';
  return nextObject(
    run,
    { ...state, at: state.at + 1 },
    error === undefined ? [line(ref, verb)] : [],
    error === undefined ? [] : [error],
  );
}

// --- commands on objects that exist -----------------------------------------------------------------------------------------

function nextTarget(run: KubectlRun, state: KubectlState, nowUs: TimeUs): KubectlPlan {
  const ref = state.targets[state.at];
  if (ref === undefined) return done();
  if (run.command.verb === 'delete')
    return ask({ verb: 'delete', ...ref, options: { delete: deleteOptions(run.command) } }, 'changed', state);
  if (run.command.verb === 'scale') {
    const value = { spec: { replicas: Number(run.command.flags['replicas']) } };
    return ask({ verb: 'patch', ...ref, subresource: 'scale', patch: { type: 'merge', value } }, 'changed', state);
  }
  if (run.command.verb === 'drain') return startDrain(run, state, nowUs);
  return ask({ verb: 'get', ...ref }, 'got', state);
}

function deleteOptions(command: KubectlCommand) {
  const force = command.flags['force'] === 'true';
  const grace =
    command.flags['now'] === 'true'
      ? 1
      : command.flags['grace-period'] === undefined
        ? undefined
        : Number(command.flags['grace-period']);
  const cascade = command.flags['cascade'] ?? 'background';
  const propagationPolicy = cascade === 'orphan' ? 'Orphan' : cascade === 'foreground' ? 'Foreground' : 'Background';
  return {
    propagationPolicy,
    ...(force ? { gracePeriodSeconds: grace ?? 0 } : grace === undefined ? {} : { gracePeriodSeconds: grace }),
  } as const;
}

function patchTarget(
  state: KubectlState,
  value: Json,
  type: 'strategic' | 'merge' | 'json',
  fieldManager: string,
): KubectlPlan {
  const ref = state.targets[state.at];
  return ask(
    { verb: 'patch', ...ref, ...(fieldManager === '' ? {} : { options: { fieldManager } }), patch: { type, value } },
    'changed',
    state,
  );
}

function change(run: KubectlRun, state: KubectlState, answer: ApiResponse | undefined, nowUs: TimeUs): KubectlPlan {
  const error = failed(answer);
  if (error !== undefined) return done([], [error]);
  const object = objectOf(answer);
  switch (run.command.verb) {
    case 'setImage':
      return patchTarget(state, imagePatch(run.command, object), 'strategic', 'kubectl-set');
    case 'rolloutPause':
      return patchTarget(state, { spec: { paused: true } }, 'strategic', 'kubectl-rollout');
    case 'rolloutResume':
      return patchTarget(state, { spec: { paused: null } }, 'strategic', 'kubectl-rollout');
    case 'rolloutRestart': {
      const restartedAt = timeText(run.epochSeconds, nowUs);
      return patchTarget(
        state,
        { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': restartedAt } } } } },
        'strategic',
        'kubectl-rollout',
      );
    }
    case 'rolloutUndo': {
      const ref = state.targets[state.at];
      const selector = Object.entries<string>(object.spec?.selector?.matchLabels ?? {});
      const labelSelector = selector.map(([key, value]) => `${key}=${value}`).join(',');
      return ask(
        { verb: 'list', resource: 'replicasets.apps', namespace: ref.namespace, name: '', options: { labelSelector } },
        'revisions',
        { ...state, annotations: object.metadata.annotations },
      );
    }
    case 'cordon':
    case 'uncordon':
      return cordon(run, state, object, nowUs);
    case 'label':
      return patchTarget(state, { metadata: { labels: pairValues(run.command.pairs) } }, 'merge', 'kubectl-label');
    case 'annotate':
      return patchTarget(
        state,
        { metadata: { annotations: pairValues(run.command.pairs) } },
        'merge',
        'kubectl-annotate',
      );
    case 'taint':
      return patchTarget(
        state,
        { spec: { taints: taintsAfter(object, run.command.pairs) } },
        'strategic',
        'kubectl-taint',
      );
    default:
      return done();
  }
}

function pairValues(pairs: readonly string[]): Json {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair.slice(0, -1), null] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function imagePatch(command: KubectlCommand, object: KubeObject): Json {
  const containers: readonly { name: string }[] =
    object.spec?.template?.spec?.containers ?? object.spec?.containers ?? [];
  const images = new Map(
    command.pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const chosen = containers
    .filter((c) => images.has(c.name) || images.has('*'))
    .map((c) => ({ name: c.name, image: images.get(c.name) ?? (images.get('*') as string) }));
  const spec = { $setElementOrder: undefined, containers: chosen };
  const { $setElementOrder: _none, ...clean } = spec;
  return object.kind === 'Pod' ? { spec: clean } : { spec: { template: { spec: clean } } };
}

/** key=value:effect adds or replaces, key:effect- and key- remove. */
function taintsAfter(node: KubeObject, pairs: readonly string[]): Json {
  let taints: { key: string; value?: string; effect: string }[] = [...(node.spec?.taints ?? [])];
  for (const pair of pairs) {
    const removal = pair.endsWith('-') && !pair.includes('=');
    const [body, effect = ''] = (removal ? pair.slice(0, -1) : pair).split(':');
    const [key, value] = body.split('=');
    taints = taints.filter((t) => t.key !== key || (effect !== '' && t.effect !== effect));
    if (!removal) taints.push({ key, ...(value === undefined || value === '' ? {} : { value }), effect });
  }
  return [{ $patch: 'replace' }, ...taints];
}

/** The template of the wanted revision goes back into the Deployment. Source: kubectl polymorphichelpers/rollback.go. */
function undo(run: KubectlRun, state: KubectlState, answer: ApiResponse | undefined): KubectlPlan {
  const ref = state.targets[state.at];
  const revisionOf = (o: KubeObject) => Number(o.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  const owned = (answer?.list?.versions ?? [])
    .map((v) => v.object)
    .filter((o) => o.metadata.ownerReferences?.some((r) => r.kind === 'Deployment' && r.name === ref.name) === true);
  const revisions = [...owned].sort((a, b) => revisionOf(b) - revisionOf(a));
  const wanted = Number(run.command.flags['to-revision'] ?? 0);
  const target = wanted === 0 ? revisions[1] : revisions.find((o) => revisionOf(o) === wanted);
  if (target === undefined)
    return done(
      [],
      [
        wanted === 0
          ? `error: no rollout history found for deployment "${ref.name}"`
          : `error: unable to find specified revision ${wanted} in history`,
      ],
    );
  const { 'pod-template-hash': _hash, ...labels } = target.spec.template.metadata?.labels ?? {};
  const template = { ...target.spec.template, metadata: { ...target.spec.template.metadata, labels } };
  const skipped = new Set([
    'deployment.kubernetes.io/revision',
    'deployment.kubernetes.io/revision-history',
    'deployment.kubernetes.io/desired-replicas',
    'deployment.kubernetes.io/max-replicas',
    LAST_APPLIED,
  ]);
  const kept = Object.entries(state.annotations ?? {}).filter(([key]) => skipped.has(key));
  const restored = Object.entries(target.metadata.annotations ?? {}).filter(([key]) => !skipped.has(key));
  const annotations = Object.fromEntries([...kept, ...restored]);
  const patch: Json = [
    { op: 'replace', path: '/spec/template', value: template as Json },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ];
  return patchTarget(state, patch, 'json', '');
}

function changed(run: KubectlRun, state: KubectlState, answer: ApiResponse | undefined, nowUs: TimeUs): KubectlPlan {
  const ref = state.targets[state.at];
  const error = failed(answer);
  if (
    error !== undefined &&
    !(run.command.verb === 'delete' && answer?.code === 404 && run.command.flags['ignore-not-found'] === 'true')
  ) {
    const next = nextTarget(run, { ...state, at: state.at + 1 }, nowUs);
    return { ...next, stderr: [error, ...(next.stderr ?? [])] };
  }
  const next = nextTarget(run, { ...state, at: state.at + 1 }, nowUs);
  return { ...next, stdout: [line(ref, PAST[run.command.verb]), ...(next.stdout ?? [])] };
}

const PAST: Readonly<Record<KubectlCommand['verb'], string>> = {
  apply: 'configured',
  create: 'created',
  delete: 'deleted',
  scale: 'scaled',
  setImage: 'image updated',
  rolloutUndo: 'rolled back',
  rolloutPause: 'paused',
  rolloutResume: 'resumed',
  rolloutRestart: 'restarted',
  cordon: 'cordoned',
  uncordon: 'uncordoned',
  drain: 'drained',
  label: 'labeled',
  annotate: 'annotated',
  taint: 'tainted',
};

function cordon(run: KubectlRun, state: KubectlState, node: KubeObject, nowUs: TimeUs): KubectlPlan {
  const wanted = run.command.verb !== 'uncordon';
  if ((node.spec?.unschedulable === true) === wanted) {
    const next = nextTarget(run, { ...state, at: state.at + 1 }, nowUs);
    return {
      ...next,
      stdout: [`node/${node.metadata.name} already ${PAST[run.command.verb]}`, ...(next.stdout ?? [])],
    };
  }
  return patchTarget(state, { spec: { unschedulable: wanted ? true : null } }, 'strategic', '');
}
