import { timeText } from '../../api/machinery/time.ts';
import type { KubeObject } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';
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
  requestedBy(object, { user, uid, groups = [] }) {
    const { username: _u, uid: _i, groups: _g, extra: _e, ...spec } = object.spec ?? {};
    const own = [...groups, 'system:authenticated'];
    const requester = { username: user, ...(uid && { uid }), groups: own };
    return withFields(object, { spec: { ...spec, ...requester } });
  },
  prepareUpdate: (object, before) => withFields(object, { spec: before.spec, status: before.status }),
  prepareStatusUpdate: timedConditions,
};

/** Conditions without times get them: that of a change is kept while the condition is as it was. */
function timedConditions(object: KubeObject, before: KubeObject, env: PipelineEnv): KubeObject {
  const now = timeText(env.epochSeconds, env.nowUs);
  const old: readonly Condition[] = before.status?.conditions ?? [];
  const given: readonly Condition[] | undefined = object.status?.conditions;
  if (!given) return object;
  const conditions = given.map((condition) => {
    const same = old.find(({ type, status }) => type === condition.type && status === condition.status);
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? same?.lastTransitionTime ?? now,
    };
  });
  return withFields(object, { status: { ...object.status, conditions } });
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastUpdateTime?: string | null;
  readonly lastTransitionTime?: string | null;
}

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
