import type { FieldError } from '../../api/machinery/fieldErrors.ts';
import type { KubeObject } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';
import {
  definitionHooks,
  namespaceHooks,
  signingRequestHooks,
  volumeAttributesClassHooks,
  volumeHooks,
} from './cluster.ts';
import { podHooks } from './pods.ts';
import { serviceHooks } from './services.ts';
import { daemonSetHooks, jobHooks } from './workloads.ts';

/** What a kind's strategy does beyond the table in strategies.ts. */
export interface KindHooks {
  /** What the allocators of a create refuse, before all other checks and alone. */
  createProblems?(object: KubeObject, env: PipelineEnv): readonly FieldError[];
  /** What is filled in after validation. */
  beforeStore?(object: KubeObject): KubeObject;
  prepareCreate?(object: KubeObject, env: PipelineEnv): KubeObject;
  prepareUpdate?(object: KubeObject, before: KubeObject, env: PipelineEnv): KubeObject;
  prepareStatusUpdate?(object: KubeObject, before: KubeObject, env: PipelineEnv): KubeObject;
}

const HOOKS: Readonly<Record<string, KindHooks>> = {
  pods: podHooks,
  services: serviceHooks,
  namespaces: namespaceHooks,
  persistentvolumes: volumeHooks,
  'volumeattributesclasses.storage.k8s.io': volumeAttributesClassHooks,
  'certificatesigningrequests.certificates.k8s.io': signingRequestHooks,
  'jobs.batch': jobHooks,
  'daemonsets.apps': daemonSetHooks,
  'customresourcedefinitions.apiextensions.k8s.io': definitionHooks,
};

export function hooksOf(resource: string): KindHooks | undefined {
  return HOOKS[resource];
}
