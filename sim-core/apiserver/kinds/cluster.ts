import { timeText } from '../../api/machinery/time.ts';
import { withFields, withMeta } from '../strategies.ts';
import type { KindHooks } from './hooks.ts';

/** A namespace is kept until its content is gone (pkg/registry/core/namespace/strategy.go). */
export const namespaceHooks: KindHooks = {
  prepareCreate(object) {
    const finalizers: readonly string[] = object.spec?.finalizers ?? [];
    if (finalizers.includes('kubernetes')) return object;
    return withFields(object, { spec: { ...object.spec, finalizers: [...finalizers, 'kubernetes'] } });
  },
  prepareUpdate: (object, before) => withFields(object, { spec: before.spec }),
};

export const volumeHooks: KindHooks = {
  prepareCreate(object, env) {
    const lastPhaseTransitionTime = timeText(env.epochSeconds, env.nowUs);
    return withFields(object, { status: { ...object.status, lastPhaseTransitionTime } });
  },
  prepareStatusUpdate(object, before, env) {
    if (object.status?.phase === before.status?.phase || object.status?.lastPhaseTransitionTime) return object;
    const lastPhaseTransitionTime = timeText(env.epochSeconds, env.nowUs);
    return withFields(object, { status: { ...object.status, lastPhaseTransitionTime } });
  },
};

export const volumeAttributesClassHooks: KindHooks = {
  prepareCreate(object) {
    const finalizers = object.metadata.finalizers ?? [];
    const finalizer = 'kubernetes.io/vac-protection';
    if (finalizers.includes(finalizer)) return object;
    return { ...object, metadata: withMeta(object.metadata, { finalizers: [...finalizers, finalizer] }) };
  },
};

/** What is asked for stays as it was asked (pkg/registry/certificates/certificates/strategy.go). */
export const signingRequestHooks: KindHooks = {
  prepareUpdate: (object, before) => withFields(object, { spec: before.spec }),
};

/** The stored version is noted from the start (apiextensions-apiserver pkg/registry/customresourcedefinition). */
export const definitionHooks: KindHooks = {
  prepareCreate(object) {
    const stored = (object.spec?.versions ?? []).find(({ storage }: { storage?: boolean }) => storage)?.name;
    const storedVersions = stored ? [stored] : [];
    return withFields(object, {
      status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions },
    });
  },
};
