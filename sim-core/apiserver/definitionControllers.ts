import { timeText } from '../api/machinery/time.ts';
import type { ApiRequest, ApiResponse, KubeObject, RequestOptions, Version } from '../contracts/index.ts';
import { SECOND_US } from '../contracts/index.ts';
import { CLEANUP_FINALIZER, definitionHolds, emptyingStatus, nextDefinitionStatus } from './definitionLifecycle.ts';
import { DEFINITIONS } from './definitions.ts';

/** Where the controllers read and write. */
export interface DefinitionApi {
  readonly nowUs: number;
  readonly epochSeconds: number;
  list(resource: string, namespace: string): readonly Version[];
  handle(request: ApiRequest): ApiResponse;
}

/** How often the finalizer's controller looks whether all resources are gone. */
const POLL_US = 5 * SECOND_US;

/** A step takes a moment. */
const MOMENT_US = 10_000;

/** What waits for the resources of a definition to go: its uid, and when it looks again. */
export type Polls = Map<string, number>;

function request(verb: ApiRequest['verb'], resource: string, parts: Partial<ApiRequest>): ApiRequest {
  return {
    verb,
    resource,
    namespace: '',
    name: '',
    user: 'system:apiserver',
    groups: ['system:masters'],
    agent: 'kube-apiserver/v1.35.4',
    ...parts,
  };
}

function writeStatus(api: DefinitionApi, definition: KubeObject, change: Partial<KubeObject>): boolean {
  const body = { ...definition, ...change } as KubeObject;
  const name = definition.metadata.name ?? '';
  return api.handle(request('update', DEFINITIONS, { name, subresource: 'status', body })).code === 200;
}

/** Deletes the resources of a definition that is being deleted; true when it did something. */
function empty(api: DefinitionApi, definition: KubeObject, polls: Polls): boolean {
  const { metadata } = definition;
  if (!metadata.finalizers?.includes(CLEANUP_FINALIZER)) return false;
  const status = emptyingStatus(definition, timeText(api.epochSeconds, api.nowUs));
  if (status) {
    if (!writeStatus(api, definition, { status })) return false;
    polls.set(metadata.uid ?? '', api.nowUs);
    return true;
  }
  const due = polls.get(metadata.uid ?? '') ?? api.nowUs;
  if (due > api.nowUs) return false;
  const resource = metadata.name ?? '';
  const instances = definitionHolds(definition, 'Established') ? api.list(resource, '') : [];
  const options: RequestOptions = { delete: {} };
  for (const { object } of instances) {
    if (object.metadata.deletionTimestamp) continue;
    const { namespace = '', name = '' } = object.metadata;
    api.handle(request('delete', resource, { namespace, name, options }));
  }
  if (instances.length > 0 && api.list(resource, '').length > 0) {
    polls.set(metadata.uid ?? '', api.nowUs + POLL_US + MOMENT_US);
    return false;
  }
  polls.delete(metadata.uid ?? '');
  const finalizers = metadata.finalizers.filter((name) => name !== CLEANUP_FINALIZER);
  return writeStatus(api, definition, { metadata: { ...metadata, finalizers } });
}

/** One step of the API server's controllers of CustomResourceDefinitions; false when there is nothing to do now. */
export function stepDefinitions(api: DefinitionApi, polls: Polls): boolean {
  const all = api.list(DEFINITIONS, '').map(({ object }) => object);
  for (const definition of all) {
    if (definition.metadata.deletionTimestamp) {
      if (empty(api, definition, polls)) return true;
      continue;
    }
    const status = nextDefinitionStatus(definition, all, timeText(api.epochSeconds, api.nowUs));
    if (status && writeStatus(api, definition, { status })) return true;
  }
  return false;
}
