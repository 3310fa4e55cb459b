import { CelError, CelMap, type CelValue, compile, fromJson, type Program } from '../../api/cel/index.ts';
import { labelSelectorMatches } from '../../api/machinery/selectors.ts';
import { qualifiedName, type ResourceInfo, resourceOfKind } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject, Version } from '../../contracts/index.ts';
import { customInfo, DEFINITIONS } from '../definitions.ts';
import type { PipelineEnv } from '../model.ts';
import { forbidden } from '../status.ts';

/**
 * ValidatingAdmissionPolicies (apiserver pkg/admission/plugin/policy/validating). Expressions see objects as JSON; the
 * `authorizer` is missing, and costs have no bound.
 */

const GROUP = 'admissionregistration.k8s.io';
const BINDINGS = `validatingadmissionpolicybindings.${GROUP}`;
const POLICIES = `validatingadmissionpolicies.${GROUP}`;

type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** What a policy is asked about. */
export interface PolicyQuestion {
  readonly env: PipelineEnv;
  readonly info: ResourceInfo;
  readonly request: ApiRequest;
  readonly operation: Operation;
  readonly object?: KubeObject;
  readonly before?: KubeObject;
  /** What the request carries, where that is not the resource's own kind (subresources with a way of their own). */
  readonly kind?: RequestKind;
}

export interface RequestKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface Rule {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly scope?: string;
}

interface Match {
  readonly resourceRules?: readonly Rule[] | null;
  readonly excludeResourceRules?: readonly Rule[] | null;
  readonly namespaceSelector?: object | null;
  readonly objectSelector?: object | null;
}

interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

interface Denial {
  readonly message: string;
  readonly reason: string;
}

const CODES: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413 };

/** Is there a policy that may have something to say? */
export function hasPolicies({ list }: Pick<PipelineEnv, 'list'>): boolean {
  return list(BINDINGS, '').length > 0;
}

/**
 * What the policies say: a refusal, with the first denial, or warnings. All are asked before anything is refused, each policy
 * with all its bindings; the real server takes the policies in no order (policy_source.go), this one by name.
 */
export function admissionPolicies(question: PolicyQuestion): ApiResponse | readonly string[] {
  const { env, info, request } = question;
  const bindings = env.list(BINDINGS, '');
  if (bindings.length === 0 || info.group === GROUP) return NONE;
  // Expressions look into everything: what they answer for one request holds for no other.
  void env.cacheRv;
  const warnings: string[] = [];
  let refused: ApiResponse | undefined;
  for (const { policy, binding } of pairsOf(env, bindings)) {
    if (!matches(question, policy.spec?.matchConstraints ?? {}, true)) continue;
    if (binding.spec?.matchResources && !matches(question, binding.spec.matchResources, false)) continue;
    for (const denial of denialsOf(question, policy, binding)) {
      const named = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
      const actions: readonly string[] = binding.spec?.validationActions ?? [];
      if (actions.includes('Deny'))
        refused ??= refusal(info, request, question, `${named} denied request: ${denial.message}`, denial);
      if (actions.includes('Warn')) warnings.push(`Validation failed for ${named}: ${denial.message}`);
    }
  }
  if (refused === undefined) return warnings;
  return warnings.length > 0 ? { ...refused, warnings } : refused;
}

interface Pair {
  readonly policy: KubeObject;
  readonly binding: KubeObject;
}

/** Bindings whose policies are there, those of one policy together. */
function pairsOf(env: PipelineEnv, bindings: readonly Version[]): readonly Pair[] {
  const pairs = bindings.flatMap(({ object: binding }): Pair[] => {
    const policy = env.get(POLICIES, '', binding.spec?.policyName ?? '')?.object;
    return policy ? [{ policy, binding }] : [];
  });
  const key = ({ policy, binding }: Pair) => `${policy.metadata.name}\n${binding.metadata.name}`;
  return pairs.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

const NONE: readonly string[] = [];

function refusal(
  info: ResourceInfo,
  request: ApiRequest,
  { object }: PolicyQuestion,
  message: string,
  { reason }: Denial,
): ApiResponse {
  const answer = forbidden(info, object?.metadata.name ?? request.name, message, [{ message } as never]);
  const code = CODES[reason] ?? 422;
  return { ...answer, code, ...(answer.status && { status: { ...answer.status, reason, code } }) };
}

function has(list: readonly string[] | undefined, wanted: string): boolean {
  return list?.includes('*') || list?.includes(wanted) || false;
}

/** The name as admission knows it: that of the object where the path has none. */
function nameOf({ request, object }: PolicyQuestion): string {
  return request.name || object?.metadata.name || '';
}

function ruleMatches(question: PolicyQuestion, rule: Rule): boolean {
  const { info, request, operation } = question;
  const { subresource = '' } = request;
  if (!has(rule.operations, operation) || !has(rule.apiGroups, info.group) || !has(rule.apiVersions, info.version))
    return false;
  if (rule.scope === 'Cluster' && info.namespaced) return false;
  if (rule.scope === 'Namespaced' && !info.namespaced) return false;
  if (rule.resourceNames?.length && !rule.resourceNames.includes(nameOf(question))) return false;
  return (rule.resources ?? []).some((pattern) => {
    const slash = pattern.indexOf('/');
    const resource = slash < 0 ? pattern : pattern.slice(0, slash);
    const part = slash < 0 ? '' : pattern.slice(slash + 1);
    return (resource === '*' || resource === info.plural) && (part === subresource || (part === '*' && slash >= 0));
  });
}

/** Rules that are not given match everything for a binding, and nothing for a policy. */
function matches(question: PolicyQuestion, match: Match, isPolicy: boolean): boolean {
  const { object, before } = question;
  if (match.namespaceSelector && !isEmptySelector(match.namespaceSelector)) {
    const labels = namespaceLabels(question);
    if (labels !== undefined && !labelSelectorMatches(match.namespaceSelector, labels)) return false;
  }
  if (match.objectSelector && !isEmptySelector(match.objectSelector)) {
    const either = [object, before].some(
      (one) => one !== undefined && labelSelectorMatches(match.objectSelector, one.metadata.labels ?? {}),
    );
    if (!either) return false;
  }
  if (match.excludeResourceRules?.some((rule) => ruleMatches(question, rule))) return false;
  if (!isPolicy && !match.resourceRules?.length) return true;
  return match.resourceRules?.some((rule) => ruleMatches(question, rule)) ?? false;
}

/**
 * The labels that a namespaceSelector is about (apiserver pkg/admission/plugin/webhook/predicates/namespace/matcher.go): those
 * that a namespace is written with, else those of the namespace of the request; undefined for other cluster-wide objects.
 */
function namespaceLabels({ env, info, request, object }: PolicyQuestion): Readonly<Record<string, string>> | undefined {
  const isNamespace = info.plural === 'namespaces' && info.group === '';
  if (isNamespace && object !== undefined && request.subresource === undefined) return object.metadata.labels ?? {};
  const name = isNamespace ? request.name : request.namespace;
  return name === '' ? undefined : (env.get('namespaces', '', name)?.object.metadata.labels ?? {});
}

function isEmptySelector(selector: object): boolean {
  return Object.keys(selector).length === 0;
}

type Variables = (name: string) => CelValue | undefined;

const programs = new Map<string, Program>();
const PROGRAMS_MAX = 1024;

function programOf(source: string): Program {
  let known = programs.get(source);
  if (known === undefined) {
    known = compile(source);
    if (programs.size >= PROGRAMS_MAX) programs.clear();
    programs.set(source, known);
  }
  return known;
}

/** What of a policy with one binding refuses the request; a policy that cannot be evaluated refuses if it says so. */
function* denialsOf(question: PolicyQuestion, policy: KubeObject, binding: KubeObject): Generator<Denial> {
  const failing = policy.spec?.failurePolicy !== 'Ignore';
  const params = paramsOf(question, policy, binding);
  if (params === 'missing') {
    const why = 'no params found for policy binding with `Deny` parameterNotFoundAction';
    if (failing) yield { message: `failed to configure binding: ${why}`, reason: 'Invalid' };
    return;
  }
  for (const param of params) yield* denialsWith(question, policy, param, failing);
}

function* denialsWith(
  question: PolicyQuestion,
  policy: KubeObject,
  param: KubeObject | undefined,
  failing: boolean,
): Generator<Denial> {
  const variables = variablesOf(question, policy, param);
  const fails = (expression: string, error: unknown): Denial => {
    if (!(error instanceof CelError)) throw error;
    return { message: `expression '${expression}' resulted in error: ${error.message}`, reason: 'Invalid' };
  };
  for (const { expression } of (policy.spec?.matchConditions ?? []) as readonly { readonly expression: string }[]) {
    try {
      if (programOf(expression).evaluate(variables) !== true) return;
    } catch (error) {
      if (failing) yield fails(expression, error);
      return;
    }
  }
  for (const validation of (policy.spec?.validations ?? []) as readonly Validation[]) {
    try {
      if (programOf(validation.expression).evaluate(variables) === true) continue;
    } catch (error) {
      if (failing) yield fails(validation.expression, error);
      continue;
    }
    yield { message: denialText(validation, variables), reason: validation.reason || 'Invalid' };
  }
}

function denialText({ expression, message, messageExpression }: Validation, variables: Variables): string {
  if (messageExpression) {
    try {
      const text = programOf(messageExpression).evaluate(variables);
      if (typeof text === 'string' && text.trim() !== '' && !text.includes('\n')) return text.trim();
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
    }
  }
  return message?.trim() || `failed expression: ${expression.trim()}`;
}

/** The objects that a binding names as parameters; one undefined where the policy takes none. */
function paramsOf(
  { env, request }: PolicyQuestion,
  policy: KubeObject,
  binding: KubeObject,
): readonly (KubeObject | undefined)[] | 'missing' {
  const { paramKind } = policy.spec ?? {};
  const { paramRef } = binding.spec ?? {};
  if (!paramKind) return [undefined];
  if (!paramRef) return [undefined];
  const kindInfo =
    resourceOfKind(paramKind.apiVersion, paramKind.kind) ?? customOfKind(env, paramKind.apiVersion, paramKind.kind);
  if (!kindInfo) return 'missing';
  const namespace = kindInfo.namespaced ? (paramRef.namespace ?? request.namespace) : '';
  const resource = qualifiedName(kindInfo);
  const found = paramRef.name
    ? [env.get(resource, namespace, paramRef.name)?.object].filter((object) => object !== undefined)
    : env
        .list(resource, namespace)
        .map(({ object }) => object)
        .filter(({ metadata }) => labelSelectorMatches(paramRef.selector ?? {}, metadata.labels ?? {}));
  if (found.length > 0) return found;
  return paramRef.parameterNotFoundAction === 'Deny' ? 'missing' : [];
}

function customOfKind(env: PipelineEnv, apiVersion: string, kind: string): ResourceInfo | undefined {
  const group = apiVersion.slice(0, apiVersion.indexOf('/'));
  const definition = env.list(DEFINITIONS, '').find(({ object }) => {
    const { spec } = object;
    return spec?.group === group && spec.names?.kind === kind;
  });
  return definition && customInfo(env.get, definition.object.metadata.name ?? '');
}

/** What the expressions of a policy can name. */
function variablesOf(question: PolicyQuestion, policy: KubeObject, param: KubeObject | undefined): Variables {
  const { env, request, object, before } = question;
  const given: Record<string, CelValue> = {
    object: fromJson(object ?? null),
    oldObject: fromJson(before ?? null),
    request: fromJson(requestValue(question)),
    params: fromJson(param ?? null),
    namespaceObject: fromJson(
      request.namespace === '' ? null : (env.get('namespaces', '', request.namespace)?.object ?? null),
    ),
  };
  const defined = (policy.spec?.variables ?? []) as readonly { readonly name: string; readonly expression: string }[];
  const lookUp: Variables = (name) => (name === 'variables' ? new LazyMap(defined, lookUp) : given[name]);
  return lookUp;
}

/** The variables of a policy: each is evaluated when it is first asked for. */
class LazyMap extends CelMap {
  private readonly defined: readonly { readonly name: string; readonly expression: string }[];
  private readonly variables: Variables;

  constructor(defined: readonly { readonly name: string; readonly expression: string }[], variables: Variables) {
    super([]);
    this.defined = defined;
    this.variables = variables;
  }

  override get(key: CelValue): CelValue | undefined {
    const found = this.defined.find(({ name }) => name === key);
    return found && programOf(found.expression).evaluate(this.variables);
  }
}

function requestValue({ info, request, operation, object, kind: carried }: PolicyQuestion): object {
  const { group, version, plural } = info;
  const kind = carried ?? { group, version, kind: info.kind };
  return {
    kind,
    resource: { group, version, resource: plural },
    subResource: request.subresource ?? '',
    requestKind: kind,
    requestResource: { group, version, resource: plural },
    requestSubResource: request.subresource ?? '',
    name: object?.metadata.name ?? request.name,
    namespace: request.namespace,
    operation,
    userInfo: { username: request.user, groups: request.groups ?? [] },
    dryRun: request.options?.dryRun ?? false,
  };
}
