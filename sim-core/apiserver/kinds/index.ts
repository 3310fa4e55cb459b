import {
  definitionHooks,
  namespaceHooks,
  signingRequestHooks,
  volumeAttributesClassHooks,
  volumeHooks,
} from './cluster.ts';
import type { KindHooks } from './hooks.ts';
import { podHooks } from './pods.ts';
import { serviceHooks } from './services.ts';
import { daemonSetHooks, jobHooks } from './workloads.ts';

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
