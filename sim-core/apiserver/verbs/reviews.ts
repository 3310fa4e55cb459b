import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../../contracts/index.ts';
import { type Attributes, type Caller, decide, type Rule, rulesIn } from '../authorization.ts';
import { withManagedFields } from '../managed.ts';
import type { PipelineEnv } from '../model.ts';

/** Reviews of access: answered at once, never stored (pkg/registry/authorization). */

const REVIEWS: ReadonlySet<string> = new Set([
  'subjectaccessreviews.authorization.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
]);

export function isReview(resource: string): boolean {
  return REVIEWS.has(resource);
}

interface ReviewSpec {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
  readonly resourceAttributes?: Readonly<Record<string, string>>;
  readonly nonResourceAttributes?: { readonly verb?: string; readonly path?: string };
}

function asked(spec: ReviewSpec): Attributes {
  const { verb = '', path = '' } = spec.nonResourceAttributes ?? {};
  if (spec.nonResourceAttributes) return { verb, path };
  const {
    group = '',
    resource = '',
    subresource = '',
    namespace = '',
    name = '',
    ...rest
  } = spec.resourceAttributes ?? {};
  return { verb: rest.verb ?? '', group, resource, subresource, namespace, name };
}

/** The answer to a review, its object decoded. */
export function review(request: ApiRequest, info: ResourceInfo, object: KubeObject, env: PipelineEnv): ApiResponse {
  const spec = (object.spec ?? {}) as ReviewSpec;
  const self = info.kind.startsWith('Self');
  const caller: Caller = self ? request : { user: spec.user ?? '', groups: spec.groups ?? [] };
  const answer = (body: KubeObject): ApiResponse => ({ code: 201, object: body, rv: 0, record: 0 });
  if (info.kind === 'SelfSubjectRulesReview') {
    const status = rulesStatus(rulesIn(caller, env, spec.namespace ?? ''));
    return answer({ ...object, metadata: {}, spec: {}, status });
  }
  const { managedFields } = withManagedFields(env, request, info, object, undefined).metadata;
  const metadata = { ...(info.namespaced && { namespace: request.namespace }), managedFields };
  return answer({ ...object, metadata, status: { ...decide(caller, asked(spec), env) } });
}

function rulesStatus(rules: readonly Rule[]): KubeObject['status'] {
  return {
    resourceRules: rules.filter(({ nonResourceURLs }) => !nonResourceURLs?.length),
    nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length),
    incomplete: false,
  };
}
