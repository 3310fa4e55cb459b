import type { KubeObject } from '../../contracts/index.ts';
import { sameJson, withMeta } from '../strategies.ts';
import type { KindHooks } from './hooks.ts';

/** A Job without labels shows those of its template (pkg/apis/batch/v1/defaults.go, when the stored object is read). */
export const jobHooks: KindHooks = {
  beforeStore(object) {
    if (Object.keys(object.metadata.labels ?? {}).length > 0) return object;
    const labels = object.spec?.template?.metadata?.labels;
    return labels ? { ...object, metadata: withMeta(object.metadata, { labels }) } : object;
  },
};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

function withTemplateGeneration(object: KubeObject, generation: number): KubeObject {
  const annotations = { ...object.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
  return { ...object, metadata: withMeta(object.metadata, { annotations }) };
}

/** apps/v1 shows the old field templateGeneration as an annotation (pkg/apis/apps/v1/conversion.go). */
export const daemonSetHooks: KindHooks = {
  prepareUpdate(object, before) {
    const old = Number(before.metadata.annotations?.[TEMPLATE_GENERATION] ?? 1);
    const changed = !sameJson(object.spec?.template, before.spec?.template);
    return withTemplateGeneration(object, changed ? old + 1 : old);
  },
};
