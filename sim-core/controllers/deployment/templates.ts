import type { Deployment, ReplicaSet } from '../../api/types/apps.ts';
import type { PodTemplateSpec } from '../../api/types/core.ts';
import { byCreation, semanticallyEqual } from '../support/objects.ts';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [POD_TEMPLATE_HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** By the first template: what it was last compared with. Writes of a status leave templates as they are. */
const compared = new WeakMap<PodTemplateSpec, { readonly with: PodTemplateSpec; readonly equal: boolean }>();

export function templatesEqual(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  if (!a || !b) return a === b;
  const known = compared.get(a);
  if (known?.with === b) return known.equal;
  const equal = semanticallyEqual(withoutHash(a), withoutHash(b));
  compared.set(a, { with: b, equal });
  return equal;
}

/** The oldest ReplicaSet with the Deployment's template. */
export function findNewSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const oldestFirst = sets.length < 2 ? sets : [...sets].sort(byCreation);
  return oldestFirst.find((rs) => templatesEqual(rs.spec.template, deployment.spec.template));
}

/** The template of a ReplicaSet as the Deployment has it. */
export function templateOfSet(rs: ReplicaSet): PodTemplateSpec | undefined {
  return rs.spec.template && withoutHash(rs.spec.template);
}

export function templateWithHash(template: PodTemplateSpec, hash: string): PodTemplateSpec {
  return {
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash } },
  };
}
