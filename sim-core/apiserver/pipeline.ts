import { qualifiedName, type ResourceInfo } from '../api/schema/index.ts';
import { deprecationWarning } from '../api/validation/index.ts';
import type { ApiRequest, ApiResponse } from '../contracts/index.ts';
import { quotaTurn } from './admission/resourceQuota.ts';
import type { Frame, FrameKind, PipelineEnv, StoreAnswer, StoreOp, Turn, TurnInput } from './model.ts';
import { methodNotAllowed, noSuchResource } from './status.ts';
import { collectionTurn } from './verbs/collection.ts';
import { createTurn } from './verbs/create.ts';
import { deleteTurn } from './verbs/delete.ts';
import { evictionTurn } from './verbs/eviction.ts';
import { listTurn, readTurn } from './verbs/read.ts';
import { writeTurn } from './verbs/write.ts';

/** Frames of a request under way, the innermost last. */
export type Stack = readonly Frame[];

/** Where a request stands after some work: it waits for the store, or it is answered. */
export type Progress =
  | { readonly do: 'store'; readonly op: StoreOp; readonly stack: Stack }
  | { readonly do: 'reply'; readonly response: ApiResponse };

type TurnFunction = (frame: Frame, input: TurnInput, env: PipelineEnv) => Turn;

const TURNS: Readonly<Partial<Record<FrameKind, TurnFunction>>> = {
  create: createTurn,
  write: writeTurn,
  delete: deleteTurn,
  read: readTurn,
  list: listTurn,
  deletecollection: collectionTurn,
  eviction: evictionTurn,
  quota: quotaTurn,
};

/** Starts the work on an authorized request. */
export function begin(request: ApiRequest, env: PipelineEnv): Progress {
  const info = env.info(request.resource);
  if (!info) return { do: 'reply', response: noSuchResource() };
  const kind = frameKind(request, info);
  if (typeof kind !== 'string') return { do: 'reply', response: kind };
  return run([{ kind, point: 'start', request, data: {} }], {}, env);
}

/** Goes on with the answer of the store. */
export function resume(stack: Stack, answer: StoreAnswer, env: PipelineEnv): Progress {
  return run(stack, { answer }, env);
}

function run(stack: Stack, first: TurnInput, env: PipelineEnv): Progress {
  let frames = stack;
  let input = first;
  for (;;) {
    const frame = frames[frames.length - 1];
    const turn = (TURNS[frame.kind] as TurnFunction)(frame, input, env);
    if (frames.length === 1) {
      if (turn.do === 'store') return { do: 'store', op: turn.op, stack: [turn.frame] };
      if (turn.do === 'reply') return frame.request.resource === 'endpoints' ? deprecated(turn) : turn;
    }
    const below = frames.slice(0, -1);
    if (turn.do === 'store') return { do: 'store', op: turn.op, stack: [...below, turn.frame] };
    if (turn.do === 'call') {
      frames = [...below, turn.frame, turn.call];
      input = {};
    } else {
      frames = below;
      input = { response: turn.response };
    }
  }
}

/** Every answer about Endpoints carries the warning of a deprecated version, before all others. */
function deprecated({ response }: { readonly response: ApiResponse }): Progress {
  const warning = deprecationWarning('v1', 'Endpoints') as string;
  return { do: 'reply', response: { ...response, warnings: [warning, ...(response.warnings ?? [])] } };
}

/** Which machine serves a verb on a resource or a subresource; a 404 or 405 when there is none. */
function frameKind(request: ApiRequest, info: ResourceInfo): FrameKind | ApiResponse {
  const { verb, subresource } = request;
  if (subresource !== undefined) {
    const served = info.subresources.find(({ name }) => name === subresource);
    if (!served) return noSuchResource();
    if (verb === 'get') return 'read';
    if (verb === 'update' || verb === 'patch') return 'write';
    if (verb === 'create') return subresource === 'eviction' ? 'eviction' : 'write';
    return methodNotAllowed(info, verb);
  }
  switch (verb) {
    case 'get':
      return 'read';
    case 'list':
    case 'create':
    case 'delete':
    case 'deletecollection':
      return verb;
    case 'update':
    case 'patch':
      return 'write';
    default:
      return methodNotAllowed({ ...info, plural: qualifiedName(info) }, verb);
  }
}
