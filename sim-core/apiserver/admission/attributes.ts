import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';

/** What an admission plug-in sees. */
export interface Attributes {
  readonly env: PipelineEnv;
  readonly info: ResourceInfo;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly request: ApiRequest;
  readonly operation: 'create' | 'update' | 'delete';
  readonly before?: KubeObject;
}

/** A mutating plug-in gives back the object, changed or not, or refuses with a response. */
export type Mutate = (attributes: Attributes, object: KubeObject) => KubeObject | ApiResponse;
