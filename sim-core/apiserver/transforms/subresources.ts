import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, KubeObject, Version } from '../../contracts/index.ts';
import { admissionPolicies, hasPolicies, type RequestKind } from '../admission/policies.ts';
import type { PipelineEnv } from '../model.ts';
import { isResponse } from '../verbs/common.ts';
import { binding } from './binding.ts';
import { finalize } from './namespaces.ts';
import type { Outcome, Transform } from './outcome.ts';
import { scale, scaleOf } from './scale.ts';

/** Subresources whose writes change the object in their own way. */
const SUBRESOURCES: Readonly<Record<string, Transform>> = { binding, finalize, scale };

/** The write of a subresource with a way of its own; undefined for all others. */
export function subresourceWrite(
  request: ApiRequest,
  info: ResourceInfo,
  current: Version,
  env: PipelineEnv,
): Outcome | undefined {
  const { subresource } = request;
  const write = subresource === undefined ? undefined : SUBRESOURCES[subresource];
  if (!write) return undefined;
  const outcome = write(request, info, current, env);
  if ('response' in outcome || !hasPolicies(env)) return outcome;
  const policies = admissionPolicies({ env, info, request, ...asked(request, info, current, outcome.object) });
  if (isResponse(policies)) return { response: policies };
  return policies.length > 0 ? { ...outcome, warnings: [...(outcome.warnings ?? []), ...policies] } : outcome;
}

interface Asked {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly object: KubeObject;
  readonly before?: KubeObject;
  readonly kind?: RequestKind;
}

/** What admission sees of it: a Scale with the one before, a Binding that is made, the Namespace itself. */
function asked({ subresource, body }: ApiRequest, info: ResourceInfo, current: Version, object: KubeObject): Asked {
  const before = current.object;
  if (subresource === 'finalize') return { operation: 'UPDATE', object, before };
  if (subresource === 'binding') return { operation: 'CREATE', object: body as KubeObject, kind: BINDING };
  return { operation: 'UPDATE', object: scaleOf(info, object), before: scaleOf(info, before), kind: SCALE };
}

const BINDING: RequestKind = { group: '', version: 'v1', kind: 'Binding' };
const SCALE: RequestKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
