import { type FieldError, forbidden, notSupported } from '../../api/machinery/fieldErrors.ts';
import { apiVersionOf, type ResourceInfo } from '../../api/schema/index.ts';
import type { ApiList, ApiRequest, ApiResponse, RequestOptions, Version } from '../../contracts/index.ts';
import { decodeContinue, encodeContinue } from '../continueToken.ts';
import { isEvents } from '../events/uncached.ts';
import type { Frame, PipelineEnv, Turn, TurnInput } from '../model.ts';
import { requiredField, type Selection, selectionOf, selects } from '../selectors.ts';
import { badRequest, expired, internalError, invalid, notFound, tooLargeResourceVersion } from '../status.ts';
import { shapeAnswer } from '../transforms/answers.ts';
import { isResponse, reply, storeFailure } from './common.ts';
import { targetOf } from './write.ts';

/** GET of one object: from the store, or from the watch cache when the client allows an older state. */
export function readTurn(frame: Frame, input: TurnInput, env: PipelineEnv): Turn {
  const { request } = frame;
  const info = env.info(request.resource) as ResourceInfo;
  const rv = askedVersion(request);
  if (frame.point === 'start' && !rv) {
    return { do: 'store', op: { op: 'read', target: targetOf(frame) }, frame: { ...frame, point: 'read' } };
  }
  if (frame.point === 'start' && rv !== '0') {
    const least = parseVersion(rv as string);
    if (least === undefined) return reply(badVersion(info, rv as string));
    return { do: 'store', op: { op: 'reach', rv: least }, frame: { ...frame, point: 'cached', data: { rv: least } } };
  }
  const { answer } = input;
  if (answer && !answer.ok) {
    if ('tooLarge' in answer) return reply(tooLargeResourceVersion(frame.data.rv ?? 0, answer.rv));
    return reply(storeFailure(answer) ?? internalError('read failed'));
  }
  const version = frame.point === 'read' ? answer?.version : env.get(request.resource, request.namespace, request.name);
  if (!version) return reply(notFound(info, request.name));
  const { subresource } = request;
  const response: ApiResponse = { code: 200, version, rv: version.rv, record: 0 };
  return reply(subresource ? shapeAnswer(request, info, response) : response);
}

/** "Any version" is what a watch cache has; there is none of Events, whose reads all go to the store. */
function askedVersion({ resource, options }: ApiRequest): string | undefined {
  const rv = options?.resourceVersion;
  return rv === '0' && isEvents(resource) ? '' : rv;
}

/** A resourceVersion of a request: digits alone. */
export function parseVersion(text: string): number | undefined {
  return /^\d{1,19}$/.test(text) ? Number(text) : undefined;
}

function badVersion(info: ResourceInfo, text: string): ApiResponse {
  return invalid(info.group, info.kind, '', [
    {
      type: 'FieldValueInvalid',
      field: 'resourceVersion',
      body: `Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    },
  ]);
}

/** LIST: waits until the watch cache is fresh enough, then reads a page from it. */
export function listTurn(frame: Frame, input: TurnInput, env: PipelineEnv): Turn {
  const { request } = frame;
  const options = request.options ?? {};
  const info = env.info(request.resource) as ResourceInfo;
  if (frame.point === 'start') return listStart(frame, info, env);
  const { answer } = input;
  if (answer && !answer.ok) {
    if ('tooLarge' in answer) return reply(tooLargeResourceVersion(frame.data.rv ?? 0, answer.rv));
    return reply(storeFailure(answer) ?? internalError('list failed'));
  }
  const selection = selectionOf(info, options);
  if (isResponse(selection)) return reply(selection);
  const limited = askedVersion(request) !== '0';
  return page(frame, info, env, selection, env.cacheRv, limited ? (options.limit ?? 0) : 0, '', undefined);
}

function listStart(frame: Frame, info: ResourceInfo, env: PipelineEnv): Turn {
  const { request } = frame;
  const options = request.options ?? {};
  const selection = selectionOf(info, options);
  if (isResponse(selection)) return reply(selection);
  const problem = optionProblem(options);
  if (problem) return reply(problem);
  if (options.continue) return continued(frame, info, env, selection, options.continue);
  const rv = askedVersion(request);
  if (!rv) return { do: 'store', op: { op: 'fresh' }, frame: { ...frame, point: 'fresh' } };
  if (rv === '0') return listTurn({ ...frame, point: 'fresh' }, {}, env);
  const asked = parseVersion(rv);
  if (asked === undefined) return reply(badVersion(info, rv));
  if (options.resourceVersionMatch === 'Exact') {
    if (asked > env.cacheRv) return reply(tooLargeResourceVersion(asked, env.cacheRv));
    return page(frame, info, env, selection, asked, options.limit ?? 0, '', asked);
  }
  return { do: 'store', op: { op: 'reach', rv: asked }, frame: { ...frame, point: 'fresh', data: { rv: asked } } };
}

/** apimachinery pkg/apis/meta/internalversion/validation ValidateListOptions. */
function optionProblem(options: RequestOptions): ApiResponse | undefined {
  const { resourceVersion: rv, resourceVersionMatch: match, continue: token } = options;
  const field = 'resourceVersionMatch';
  const errors: FieldError[] = [];
  if (match) {
    if (!rv) errors.push(forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (token) errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      errors.push(notSupported(field, match, ['Exact', 'NotOlderThan', '']));
    }
    if (match === 'Exact' && rv === '0') {
      errors.push(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (options.sendInitialEvents !== undefined) {
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  if (errors.length > 0) return invalid('meta.k8s.io', 'ListOptions', '', errors);
  if (!token || !rv || rv === '0') return undefined;
  const read = decodeContinue(token);
  return badRequest('bad' in read ? read.bad : 'specifying resource version is not allowed when using continue');
}

function continued(frame: Frame, info: ResourceInfo, env: PipelineEnv, selection: Selection, text: string): Turn {
  const token = decodeContinue(text);
  if ('bad' in token) return reply(badRequest(token.bad));
  const limit = frame.request.options?.limit ?? 0;
  const rv = token.rv < 0 ? env.cacheRv : token.rv;
  return page(frame, info, env, selection, rv, limit, token.start, token.rv < 0 ? undefined : token.rv);
}

const CONTINUE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Cuts one page. `at` is set when the state of an earlier revision is asked for. */
function page(
  frame: Frame,
  info: ResourceInfo,
  env: PipelineEnv,
  selection: Selection,
  rv: number,
  limit: number,
  start: string,
  at: number | undefined,
): Turn {
  const { resource, namespace } = frame.request;
  const all =
    at === undefined || at === env.cacheRv
      ? candidates(env, resource, namespace, selection)
      : env.listAt(resource, namespace, at);
  if (all === 'expired')
    return reply(start ? expiredContinue(start) : expired('The resourceVersion for the provided list is too old.'));
  if (all === 'future') return reply(tooLargeResourceVersion(rv, env.cacheRv));
  const from = start === '' ? 0 : all.findIndex((version) => relativeKey(version, namespace) >= start.slice(1));
  const items: Version[] = [];
  let next = from < 0 ? all.length : from;
  for (; next < all.length && !(limit > 0 && items.length >= limit); next++) {
    if (selects(selection, all[next].object)) items.push(all[next]);
  }
  let token: string | undefined;
  // With a selector the rest may hold nothing that is selected; the server looks no further.
  if (next < all.length) token = encodeContinue({ rv, start: `/${relativeKey(items[items.length - 1], namespace)}\0` });
  const remaining = token !== undefined && selection.everything ? all.length - next : undefined;
  const list: ApiList = {
    kind: `${info.kind}List`,
    apiVersion: apiVersionOf(info),
    metadata: {
      resourceVersion: String(rv),
      ...(token && { continue: token }),
      ...(remaining !== undefined && { remainingItemCount: remaining }),
    },
    versions: items,
  };
  return reply({ code: 200, list, rv, record: 0 });
}

/** What can match: the narrowest index that the selection allows. */
function candidates(env: PipelineEnv, resource: string, namespace: string, selection: Selection): readonly Version[] {
  const name = requiredField(selection, 'metadata.name');
  if (name !== undefined && namespace !== '') {
    const version = env.get(resource, namespace, name);
    return version ? [version] : [];
  }
  const node = resource === 'pods' ? requiredField(selection, 'spec.nodeName') : undefined;
  if (node) {
    const pods = env.podsOnNode(node);
    return namespace === '' ? pods : pods.filter(({ object }) => object.metadata.namespace === namespace);
  }
  return env.list(resource, namespace);
}

/** The key of an object below the prefix of the list. */
function relativeKey(version: Version, namespace: string): string {
  const { metadata } = version.object;
  return namespace !== '' || !metadata.namespace ? (metadata.name ?? '') : `${metadata.namespace}/${metadata.name}`;
}

function expiredContinue(start: string): ApiResponse {
  const response = expired(CONTINUE_EXPIRED);
  const metadata = { continue: encodeContinue({ rv: -1, start }) };
  return response.status ? { ...response, status: { ...response.status, metadata } } : response;
}
