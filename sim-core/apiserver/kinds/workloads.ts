import type { KubeObject } from '../../contracts/index.ts';
import { sameJson, withFields, withMeta } from '../strategies.ts';
import type { KindHooks } from './index.ts';

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';

/** A Job chooses its pods by its own uid, unless it says otherwise (pkg/registry/batch/job/strategy.go generateSelector). */
export const jobHooks: KindHooks = {
  prepareCreate(object) {
    const { spec } = object;
    const { name = '', uid = '' } = object.metadata;
    let result = object;
    if (spec?.manualSelector !== true) {
      const template = spec?.template ?? {};
      const labels = {
        ...template.metadata?.labels,
        [CONTROLLER_UID]: uid,
        'batch.kubernetes.io/job-name': name,
        'controller-uid': uid,
        'job-name': name,
      };
      const selector = { ...spec?.selector, matchLabels: { ...spec?.selector?.matchLabels, [CONTROLLER_UID]: uid } };
      const withLabels = { ...template, metadata: { ...template.metadata, labels } };
      result = withFields(object, { spec: { ...spec, selector, template: withLabels } });
    }
    // A Job without labels shows those of its template.
    if (Object.keys(object.metadata.labels ?? {}).length > 0) return result;
    const shown = result.spec?.template?.metadata?.labels;
    return shown ? { ...result, metadata: withMeta(result.metadata, { labels: shown }) } : result;
  },
};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

function withTemplateGeneration(object: KubeObject, generation: number): KubeObject {
  const annotations = { ...object.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
  return { ...object, metadata: withMeta(object.metadata, { annotations }) };
}

/** apps/v1 shows the old field templateGeneration as an annotation (pkg/apis/apps/v1/conversion.go). */
export const daemonSetHooks: KindHooks = {
  prepareCreate: (object) => withTemplateGeneration(object, 1),
  prepareUpdate(object, before) {
    const old = Number(before.metadata.annotations?.[TEMPLATE_GENERATION] ?? 1);
    const changed = !sameJson(object.spec?.template, before.spec?.template);
    return withTemplateGeneration(object, changed ? old + 1 : old);
  },
};
