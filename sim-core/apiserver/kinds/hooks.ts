import type { FieldError } from '../../api/machinery/fieldErrors.ts';
import type { ApiRequest, KubeObject } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';

/** What a kind's strategy does beyond the table in strategies.ts. */
export interface KindHooks {
  /** What the allocators of a create refuse, before all other checks and alone. */
  createProblems?(object: KubeObject, env: PipelineEnv): readonly FieldError[];
  /** What a create notes of who asks. */
  requestedBy?(object: KubeObject, request: ApiRequest): KubeObject;
  /** What is filled in after validation. */
  beforeStore?(object: KubeObject): KubeObject;
  prepareCreate?(object: KubeObject, env: PipelineEnv): KubeObject;
  prepareUpdate?(object: KubeObject, before: KubeObject, env: PipelineEnv): KubeObject;
  prepareStatusUpdate?(object: KubeObject, before: KubeObject, env: PipelineEnv): KubeObject;
}
