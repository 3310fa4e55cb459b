import { timeText, timeUs } from '../../api/machinery/time.ts';
import { qualifiedName, type ResourceInfo } from '../../api/schema/index.ts';
import type { ApiResponse, DeleteOptions, KubeObject, ObjectMeta, Version } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { IMMORTAL } from '../admission/namespaceLifecycle.ts';
import { admissionPolicies } from '../admission/policies.ts';
import { markedDefinition } from '../definitionLifecycle.ts';
import { DEFINITIONS } from '../definitions.ts';
import type { Frame, PipelineEnv, StoreAnswer, Turn, TurnInput } from '../model.ts';
import { conflict, deleted, forbidden, internalError, notFound } from '../status.ts';
import { type Strategy, strategyOf, withMeta } from '../strategies.ts';
import { isResponse, reply, storeFailure } from './common.ts';
import { sameStored } from './same.ts';
import { targetOf } from './write.ts';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** What the options, the object and the strategy make of a delete (apiserver pkg/registry/rest/delete.go). */
type Decision =
  /** Already going, or nothing to shorten: answer with the object. */
  | { readonly do: 'pending' }
  /** Write the object first; then delete it too if `thenDelete`. */
  | { readonly do: 'mark'; readonly object: KubeObject; readonly thenDelete: boolean }
  | { readonly do: 'delete' }
  | { readonly do: 'refuse'; readonly response: ApiResponse };

/** DELETE of one object: read it, decide, mark it and delete it where nothing holds it. */
export function deleteTurn(frame: Frame, input: TurnInput, env: PipelineEnv): Turn {
  switch (frame.point) {
    case 'start':
      return { do: 'store', op: { op: 'read', target: targetOf(frame) }, frame: { ...frame, point: 'read' } };
    case 'read':
    case 'marked':
    case 'deleted':
      return afterStore(frame, input.answer, env);
    case 'endpoints':
      return reply(frame.data.error as ApiResponse);
    default:
      return reply(internalError(`unknown point ${frame.point}`));
  }
}

function afterStore(frame: Frame, answer: StoreAnswer | undefined, env: PipelineEnv): Turn {
  if (!answer) return reply(internalError('no answer from the store'));
  const failed = storeFailure(answer);
  if (failed) return reply(failed);
  const info = env.info(frame.request.resource) as ResourceInfo;
  const version = 'version' in answer ? answer.version : undefined;
  if (!answer.ok || frame.point === 'read') {
    // A lost race: what is stored now decides anew.
    return version ? decide(frame, version, info, env) : reply(notFound(info, frame.request.name));
  }
  if (frame.point === 'deleted') return finish(frame, answer, info, env);
  const stored = version as Version;
  if (!frame.data.live) return reply(okWith(stored), frame.data.warnings);
  return remove({ ...frame, data: { ...frame.data, current: stored, record: stored.record } }, stored);
}

function decide(frame: Frame, current: Version, info: ResourceInfo, env: PipelineEnv): Turn {
  const { request } = frame;
  const options = request.options?.delete ?? {};
  const decision = decisionFor(frame, current, info, env);
  if (decision.do === 'refuse') return reply(decision.response);
  const policies = admissionPolicies({ env, info, request, operation: 'DELETE', before: current.object });
  if (isResponse(policies)) return reply(policies);
  const warnings =
    policies.length > 0 ? [...(warningsFor(info, options) ?? []), ...policies] : warningsFor(info, options);
  if (decision.do === 'pending') return reply(okWith(current), warnings);
  const dryRun = request.options?.dryRun || (options.dryRun?.length ?? 0) > 0;
  if (dryRun) return reply(dryAnswer(decision, current, info), warnings);
  const data = { ...frame.data, current, warnings };
  if (decision.do === 'delete') return remove({ ...frame, data }, current);
  if (sameStored(decision.object, current.object)) {
    return decision.thenDelete ? remove({ ...frame, data }, current) : reply(okWith(current), warnings);
  }
  return {
    do: 'store',
    op: { op: 'put', target: targetOf(frame), object: decision.object, expect: current.rv },
    frame: { ...frame, point: 'marked', data: { ...data, live: decision.thenDelete } },
  };
}

function okWith(version: Version): ApiResponse {
  return { code: 200, version, rv: version.rv, record: version.record };
}

function remove(frame: Frame, current: Version): Turn {
  return {
    do: 'store',
    op: { op: 'delete', target: targetOf(frame), expect: current.rv },
    frame: { ...frame, point: 'deleted', data: { ...frame.data, current } },
  };
}

function finish(frame: Frame, answer: Extract<StoreAnswer, { ok: true }>, info: ResourceInfo, env: PipelineEnv): Turn {
  const { request } = frame;
  const object = answer.version?.object;
  const base = { code: 200, rv: answer.rv, record: answer.record ?? 0 };
  const response: ApiResponse =
    object && strategyOf(info).returnsDeleted
      ? { ...base, object }
      : { ...base, status: deleted(info, request.name, frame.data.current?.object.metadata.uid) };
  // A Service takes its Endpoints along (pkg/registry/core/service/storage).
  if (request.resource === 'services' && env.get('endpoints', request.namespace, request.name)) {
    const call: Frame = {
      kind: 'delete',
      point: 'start',
      request: { ...request, resource: 'endpoints', options: {} },
      data: {},
    };
    return { do: 'call', call, frame: { ...frame, point: 'endpoints', data: { error: response } } };
  }
  return reply(response, frame.data.warnings);
}

function dryAnswer(decision: Decision, current: Version, info: ResourceInfo): ApiResponse {
  const base = { code: 200, rv: 0, record: 0 };
  if (decision.do === 'mark' && !decision.thenDelete) {
    const metadata = withMeta(decision.object.metadata, { resourceVersion: String(current.rv) });
    return { ...base, object: { ...decision.object, metadata } };
  }
  if (strategyOf(info).returnsDeleted) return { ...base, object: current.object };
  return { ...base, status: deleted(info, current.object.metadata.name ?? '', current.object.metadata.uid) };
}

function warningsFor(info: ResourceInfo, options: DeleteOptions): readonly string[] | undefined {
  if (qualifiedName(info) !== 'jobs.batch') return undefined;
  if (options.propagationPolicy !== undefined || options.orphanDependents !== undefined) return undefined;
  return [
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  ];
}

function decisionFor(frame: Frame, current: Version, info: ResourceInfo, env: PipelineEnv): Decision {
  const { request } = frame;
  const options = request.options?.delete ?? {};
  const { object } = current;
  const refused = preconditionFailure(info, current, options);
  if (refused) return { do: 'refuse', response: refused };
  if (request.resource === 'namespaces') return namespaceDecision(info, object, options, env);
  if (request.resource === DEFINITIONS && !object.metadata.deletionTimestamp) {
    const marked = markedDefinition(object, timeText(env.epochSeconds, env.nowUs));
    return { do: 'mark', object: marked, thenDelete: false };
  }
  const strategy = strategyOf(info);
  const going = alreadyGoing(object, options, env);
  if (going === 'pending') return { do: 'pending' };
  const finalizers = strategy.garbageCollected
    ? gcFinalizers(object, options, strategy)
    : (object.metadata.finalizers ?? []);
  const held = finalizers.length > 0;
  if (strategy.graceful) {
    const metadata = going ?? graceMeta(object, options, env);
    const grace = metadata.deletionGracePeriodSeconds ?? 0;
    const marked = unversioned(object, withFinalizers(metadata, finalizers));
    return { do: 'mark', object: marked, thenDelete: !held && grace === 0 };
  }
  if (!held) return { do: 'delete' };
  return {
    do: 'mark',
    object: unversioned(object, withFinalizers(markedMeta(object, env), finalizers)),
    thenDelete: false,
  };
}

function unversioned(object: KubeObject, metadata: ObjectMeta): KubeObject {
  return { ...object, metadata: withMeta(metadata, { resourceVersion: undefined }) };
}

function withFinalizers(metadata: ObjectMeta, finalizers: readonly string[]): ObjectMeta {
  return withMeta(metadata, { finalizers: finalizers.length > 0 ? finalizers : undefined });
}

function preconditionFailure(info: ResourceInfo, current: Version, options: DeleteOptions): ApiResponse | undefined {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = current.object;
  // BeforeDelete names the kind where other conflicts name the resource.
  const named = { group: info.group, plural: info.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    return conflict(
      named,
      metadata.name ?? '',
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    return conflict(
      named,
      metadata.name ?? '',
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
  return undefined;
}

function askedGrace(options: DeleteOptions): number | undefined {
  const asked = options.gracePeriodSeconds;
  return asked === undefined ? undefined : asked < 0 ? 1 : asked;
}

/** A second delete may only shorten the grace period; undefined when this is the first, or a plain mark. */
function alreadyGoing(
  object: KubeObject,
  options: DeleteOptions,
  env: PipelineEnv,
): ObjectMeta | 'pending' | undefined {
  const { metadata } = object;
  const old = metadata.deletionGracePeriodSeconds;
  if (!metadata.deletionTimestamp || old === undefined) return undefined;
  if (object.kind !== 'Pod') return undefined;
  const period = askedGrace(options);
  if (period === undefined || period >= old) {
    // Nothing holds a pod whose grace is 0 any more: this delete completes it.
    return old === 0 && (metadata.finalizers?.length ?? 0) === 0 ? metadata : 'pending';
  }
  const askedUs = timeUs(env.epochSeconds, metadata.deletionTimestamp) + (period - old) * SECOND_US;
  // What would have been over already is over now; only a forced delete has no grace at all.
  const isOver = askedUs < env.nowUs;
  return withMeta(metadata, {
    deletionTimestamp: timeText(env.epochSeconds, isOver ? env.nowUs : askedUs),
    deletionGracePeriodSeconds: isOver ? Math.min(period, 1) : period,
  });
}

/** First graceful delete of a pod (pkg/registry/core/pod/strategy.go CheckGracefulDelete). */
function graceMeta(object: KubeObject, options: DeleteOptions, env: PipelineEnv): ObjectMeta {
  const { metadata, spec, status } = object;
  let period = askedGrace(options) ?? spec?.terminationGracePeriodSeconds ?? 30;
  if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') period = 0;
  if (period < 0) period = 1;
  return withMeta(metadata, {
    deletionTimestamp: timeText(env.epochSeconds, env.nowUs + period * SECOND_US),
    deletionGracePeriodSeconds: period,
    generation: metadata.generation === undefined ? undefined : metadata.generation + 1,
  });
}

/** Mark of a kind without grace that finalizers hold (store.go markAsDeleting). */
function markedMeta(object: KubeObject, env: PipelineEnv): ObjectMeta {
  const { metadata } = object;
  const first = !metadata.deletionTimestamp;
  return withMeta(metadata, {
    deletionTimestamp: metadata.deletionTimestamp ?? timeText(env.epochSeconds, env.nowUs),
    deletionGracePeriodSeconds: 0,
    generation: metadata.generation !== undefined && first ? metadata.generation + 1 : metadata.generation,
  });
}

/** The finalizers of the garbage collector that the options ask for (store.go deletionFinalizersForGarbageCollection). */
function gcFinalizers(object: KubeObject, options: DeleteOptions, strategy: Strategy): readonly string[] {
  const old = object.metadata.finalizers ?? [];
  const orphan = wantsOrphans(old, options, strategy);
  const foreground = wantsForeground(old, options);
  const rest = old.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  const result = [...rest, ...(orphan ? [ORPHAN] : []), ...(foreground ? [FOREGROUND] : [])];
  const unchanged = result.length === old.length && old.every((name) => result.includes(name));
  return unchanged ? old : result;
}

function wantsOrphans(old: readonly string[], options: DeleteOptions, strategy: Strategy): boolean {
  if (options.orphanDependents !== undefined) return options.orphanDependents;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Orphan';
  if (old.includes(ORPHAN)) return true;
  if (old.includes(FOREGROUND)) return false;
  return strategy.orphansByDefault;
}

function wantsForeground(old: readonly string[], options: DeleteOptions): boolean {
  if (options.orphanDependents !== undefined) return false;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Foreground';
  return old.includes(FOREGROUND) && !old.includes(ORPHAN);
}

/** Namespaces: marked Terminating, then emptied by their controller, then deleted (pkg/registry/core/namespace/storage). */
function namespaceDecision(info: ResourceInfo, object: KubeObject, options: DeleteOptions, env: PipelineEnv): Decision {
  const name = object.metadata.name ?? '';
  if (IMMORTAL.has(name)) {
    return { do: 'refuse', response: forbidden(info, name, 'this namespace may not be deleted') };
  }
  if (!object.metadata.deletionTimestamp) {
    const finalizers = gcFinalizers(object, options, strategyOf(info));
    const metadata = withFinalizers(
      withMeta(object.metadata, { deletionTimestamp: timeText(env.epochSeconds, env.nowUs) }),
      finalizers,
    );
    const marked = unversioned({ ...object, status: { ...object.status, phase: 'Terminating' } }, metadata);
    return { do: 'mark', object: marked, thenDelete: false };
  }
  if ((object.spec?.finalizers?.length ?? 0) > 0) return { do: 'pending' };
  return (object.metadata.finalizers?.length ?? 0) > 0 ? { do: 'pending' } : { do: 'delete' };
}
