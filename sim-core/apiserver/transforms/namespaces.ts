import { validateFinalize } from '../../api/validation/index.ts';
import { withManagedFields } from '../managed.ts';
import { conflict, invalidObject, MODIFIED } from '../status.ts';
import { withMeta } from '../strategies.ts';
import type { Transform } from './outcome.ts';

/** PUT namespaces/finalize: only spec.finalizers change (pkg/registry/core/namespace/strategy.go namespaceFinalizeStrategy). */
export const finalize: Transform = (request, info, current, env) => {
  const body = request.body ?? { metadata: {} };
  const version = body.metadata?.resourceVersion;
  if (version && version !== String(current.rv)) return { response: conflict(info, request.name, MODIFIED) };
  const { object } = current;
  const metadata = withMeta(object.metadata, { resourceVersion: undefined });
  const finalizers: readonly string[] = body.spec?.finalizers ?? [];
  const spec = finalizers.length > 0 ? { ...object.spec, finalizers } : withoutFinalizers(object.spec);
  const finalized = { ...object, metadata, spec, status: object.status };
  const problems = validateFinalize(finalized);
  if (problems.length > 0) return { response: invalidObject(info, request.name, problems) };
  return { object: withManagedFields(env, request, info, finalized, object) };
};

function withoutFinalizers(spec: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  const { finalizers: _finalizers, ...rest } = spec ?? {};
  return rest;
}
