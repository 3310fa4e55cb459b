import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, Version } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';
import { binding } from './binding.ts';
import type { Outcome } from './index.ts';
import { finalize } from './namespaces.ts';
import { scale } from './scale.ts';

export type Transform = (request: ApiRequest, info: ResourceInfo, current: Version, env: PipelineEnv) => Outcome;

/** Subresources whose writes change the object in their own way. */
export const SUBRESOURCES: Readonly<Record<string, Transform>> = { binding, finalize, scale };
