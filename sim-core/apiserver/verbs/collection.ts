import { apiVersionOf, type ResourceInfo } from '../../api/schema/index.ts';
import type { ApiResponse, Version } from '../../contracts/index.ts';
import type { Frame, PipelineEnv, Turn, TurnInput } from '../model.ts';
import { internalError } from '../status.ts';
import { reply } from './common.ts';

/** DELETE of a collection: a consistent list, then each object as if deleted alone; what is gone meanwhile is passed over. */
export function collectionTurn(frame: Frame, input: TurnInput, env: PipelineEnv): Turn {
  const { request, data } = frame;
  if (frame.point === 'start') {
    const call: Frame = { kind: 'list', point: 'start', request: { ...request, verb: 'list' }, data: {} };
    return { do: 'call', call, frame: { ...frame, point: 'listed' } };
  }
  const response = input.response as ApiResponse;
  if (frame.point === 'listed') {
    const { list } = response;
    if (!list) return reply(response);
    return next(
      { ...frame, data: { items: list.versions, index: 0, rv: list.metadata.resourceVersion ? response.rv : 0 } },
      env,
    );
  }
  if (response.code >= 400 && response.code !== 404) return reply(response);
  return next({ ...frame, data: { ...data, index: (data.index ?? 0) + 1 } }, env);
}

function next(frame: Frame, env: PipelineEnv): Turn {
  const { request, data } = frame;
  const items = data.items as readonly Version[];
  const index = data.index ?? 0;
  if (index >= items.length) return done(frame, items, env);
  const { metadata } = items[index].object;
  const { limit: _l, continue: _c, labelSelector: _s, fieldSelector: _f, ...options } = request.options ?? {};
  const call: Frame = {
    kind: 'delete',
    point: 'start',
    request: { ...request, verb: 'delete', namespace: metadata.namespace ?? '', name: metadata.name ?? '', options },
    data: {},
  };
  return { do: 'call', call, frame: { ...frame, point: 'item' } };
}

function done(frame: Frame, items: readonly Version[], env: PipelineEnv): Turn {
  const info = env.info(frame.request.resource) as ResourceInfo;
  if (!info) return reply(internalError('no such resource'));
  const list = {
    kind: `${info.kind}List`,
    apiVersion: apiVersionOf(info),
    metadata: { resourceVersion: String(frame.data.rv ?? 0) },
    versions: items,
  };
  return reply({ code: 200, list, rv: frame.data.rv ?? 0, record: 0 });
}
