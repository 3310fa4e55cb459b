import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject, Version } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';

/** What an update makes of the stored object: the new object, or an answer without a write. */
export type Outcome = ({ readonly object: KubeObject; readonly code?: number } | { readonly response: ApiResponse }) & {
  readonly warnings?: readonly string[];
};

export type Transform = (request: ApiRequest, info: ResourceInfo, current: Version, env: PipelineEnv) => Outcome;
