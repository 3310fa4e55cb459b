import type { KubeObject } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';
import { podHooks } from './pods.ts';

/** What a kind's strategy does beyond the table in strategies.ts. */
export interface KindHooks {
  prepareCreate?(object: KubeObject, env: PipelineEnv): KubeObject;
  prepareUpdate?(object: KubeObject, before: KubeObject, env: PipelineEnv): KubeObject;
  prepareStatusUpdate?(object: KubeObject, before: KubeObject, env: PipelineEnv): KubeObject;
}

const HOOKS: Readonly<Record<string, KindHooks>> = { pods: podHooks };

export function hooksOf(resource: string): KindHooks | undefined {
  return HOOKS[resource];
}
