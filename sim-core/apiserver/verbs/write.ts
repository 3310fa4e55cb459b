import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiResponse, KubeObject, Version } from '../../contracts/index.ts';
import { configProblem } from '../apply.ts';
import { servedInfo } from '../decode.ts';
import { schemaOf } from '../definitions.ts';
import type { Frame, PipelineEnv, StoreAnswer, Target, Turn, TurnInput } from '../model.ts';
import { conflict, internalError, MODIFIED, notFound, otherObject } from '../status.ts';
import { strategyOf, withMeta } from '../strategies.ts';
import { shapeAnswer } from '../transforms/answers.ts';
import { transform } from '../transforms/index.ts';
import type { Outcome } from '../transforms/outcome.ts';
import { nameMismatch, reply, storeFailure } from './common.ts';
import { createFrame } from './create.ts';
import { sameStored } from './same.ts';

/** Tries of one update before the server gives up; the real loop has no bound, etcd's latency does. */
const UPDATE_TRIES = 20;

export function targetOf(frame: Frame): Target {
  const { resource, namespace, name } = frame.request;
  return { resource, namespace, name };
}

/**
 * PUT and PATCH of an object or a subresource: GuaranteedUpdate (apiserver pkg/storage/etcd3/store.go). It starts from
 * the watch cache; an error or a change of nothing is believed only after a read of the store; a lost race is tried again.
 */
export function writeTurn(frame: Frame, input: TurnInput, env: PipelineEnv): Turn {
  switch (frame.point) {
    case 'start': {
      const { resource, namespace, name } = frame.request;
      const cached = env.get(resource, namespace, name);
      return cached ? tryOnce(frame, cached, false, env) : readLive(frame);
    }
    case 'read':
      return afterRead(frame, input.answer, env);
    case 'put':
      return afterPut(frame, input.answer, env);
    case 'deleted':
      return afterDelete(frame, input.answer);
    default:
      return reply(input.response ?? internalError('no response'));
  }
}

function readLive(frame: Frame): Turn {
  return { do: 'store', op: { op: 'read', target: targetOf(frame) }, frame: { ...frame, point: 'read' } };
}

function afterRead(frame: Frame, answer: StoreAnswer | undefined, env: PipelineEnv): Turn {
  if (!answer) return reply(internalError('no answer from the store'));
  if (!answer.ok) return reply(storeFailure(answer) ?? internalError('read failed'));
  return tryOnce(frame, answer.version, true, env);
}

function tryOnce(frame: Frame, current: Version | undefined, live: boolean, env: PipelineEnv): Turn {
  const { request } = frame;
  const info = env.info(request.resource) as ResourceInfo;
  if (!current) return missing(frame, info, env);
  const outcome = transform(request, info, current, env);
  if ('response' in outcome) return live ? reply(outcome.response, outcome.warnings) : readLive(frame);
  const { object } = outcome;
  if (goesAway(object, current)) return deleteNow(frame, current, outcome);
  if (sameStored(object, current.object)) {
    if (!live) return readLive(frame);
    const same: ApiResponse = { code: outcome.code ?? 200, version: current, rv: current.rv, record: 0 };
    return reply(shapeAnswer(request, info, same), outcome.warnings);
  }
  if (request.options?.dryRun) {
    const shown = { ...object, metadata: { ...object.metadata, resourceVersion: String(current.rv) } };
    return reply(
      shapeAnswer(request, info, { code: outcome.code ?? 200, object: shown, rv: 0, record: 0 }),
      outcome.warnings,
    );
  }
  return {
    do: 'store',
    op: { op: 'put', target: targetOf(frame), object, expect: current.rv },
    frame: {
      ...frame,
      point: 'put',
      data: { attempt: frame.data.attempt ?? 0, warnings: outcome.warnings, rv: outcome.code },
    },
  };
}

function missing(frame: Frame, info: ResourceInfo, env: PipelineEnv): Turn {
  const { request } = frame;
  const apply = request.verb === 'patch' && request.patch?.type === 'apply';
  if (request.verb === 'update' && !request.subresource && request.body?.metadata) {
    const other = nameMismatch(request, info, request.body);
    if (other) return reply(other);
  }
  if (!request.subresource && (apply || (request.verb === 'update' && strategyOf(info).createOnUpdate))) {
    if (apply) return createApplied(frame, info, env);
    const uid = request.body?.metadata?.uid;
    if (uid) {
      return reply(otherObject(info, request.namespace, request.name, uid, ''));
    }
    return {
      do: 'call',
      call: createFrame({ ...request, verb: 'create' }),
      frame: { ...frame, point: 'created' },
    };
  }
  return reply(notFound(info, request.name));
}

/** A configuration of an object that there is not yet. */
function createApplied(frame: Frame, info: ResourceInfo, env: PipelineEnv): Turn {
  const { request } = frame;
  const problem = configProblem({ request, info: servedInfo(request, info), env, schema: schemaOf(env.get, info) });
  if (problem) return reply(problem);
  const config = request.patch?.value as unknown as KubeObject;
  const { uid, resourceVersion: _, ...metadata } = config.metadata;
  if (uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    return reply(conflict(info, request.name, why));
  }
  const call = createFrame({ ...request, verb: 'create', body: { ...config, metadata } });
  return { do: 'call', call, frame: { ...frame, point: 'created' } };
}

function afterPut(frame: Frame, answer: StoreAnswer | undefined, env: PipelineEnv): Turn {
  if (!answer) return reply(internalError('no answer from the store'));
  if (answer.ok) {
    const { version } = answer;
    const response: ApiResponse = { code: frame.data.rv ?? 200, version, rv: answer.rv, record: version?.record ?? 0 };
    const { request } = frame;
    const info = env.info(request.resource) as ResourceInfo;
    return reply(shapeAnswer(request, info, response), frame.data.warnings);
  }
  const failed = storeFailure(answer);
  if (failed) return reply(failed);
  const attempt = (frame.data.attempt ?? 0) + 1;
  if (attempt >= UPDATE_TRIES) {
    return reply(conflict(env.info(frame.request.resource) as ResourceInfo, frame.request.name, MODIFIED));
  }
  const current = 'version' in answer ? answer.version : undefined;
  return tryOnce({ ...frame, data: { attempt } }, current, true, env);
}

/** An object that is being deleted and has lost its last finalizer goes with the update that took it. */
export function goesAway(object: KubeObject, current: Version): boolean {
  const { metadata } = object;
  if (!metadata.deletionTimestamp || (metadata.finalizers?.length ?? 0) > 0) return false;
  if ((metadata.deletionGracePeriodSeconds ?? 0) !== 0) return false;
  if (object.kind === 'Namespace' && (object.spec?.finalizers?.length ?? 0) > 0) return false;
  // Only an update that empties them deletes; a pod at grace 0 waits for its own delete.
  return (
    (current.object.metadata.finalizers?.length ?? 0) > 0 ||
    (object.kind === 'Namespace' && (current.object.spec?.finalizers?.length ?? 0) > 0)
  );
}

function deleteNow(frame: Frame, current: Version, outcome: Extract<Outcome, { object: KubeObject }>): Turn {
  return {
    do: 'store',
    op: { op: 'delete', target: targetOf(frame), expect: current.rv },
    frame: {
      ...frame,
      point: 'deleted',
      data: { current, prepared: outcome.object, warnings: outcome.warnings, attempt: frame.data.attempt ?? 0 },
    },
  };
}

function afterDelete(frame: Frame, answer: StoreAnswer | undefined): Turn {
  if (!answer) return reply(internalError('no answer from the store'));
  if (answer.ok) {
    // The object as this update left it, at the revision before the delete (store.go deleteWithoutFinalizers).
    const { prepared, current } = frame.data;
    const object = prepared && {
      ...prepared,
      metadata: withMeta(prepared.metadata, { resourceVersion: String(current?.rv) }),
    };
    return reply({ code: 200, object, rv: answer.rv, record: answer.record ?? 0 }, frame.data.warnings);
  }
  const failed = storeFailure(answer);
  if (failed) return reply(failed);
  return readLive({ ...frame, data: { attempt: (frame.data.attempt ?? 0) + 1 } });
}
