import { compilationProblem } from '../cel/index.ts';
import {
  isCIdentifier,
  isDNS1035Label,
  isDNS1123Subdomain,
  isFullyQualifiedName,
  isQualifiedName,
} from '../machinery/names.ts';
import { validateLabelSelector } from '../machinery/selectors.ts';
import {
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  need,
  notSupported,
  oneOf,
  type Piece,
  portNumber,
  required,
} from './common.ts';

/** Webhook configurations and admission policies (Kubernetes pkg/apis/admissionregistration/validation). */

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const REVIEWS = ['v1', 'v1beta1'];
const URL_FORM = 'desired format: https://host[/path]';

function hasWildcard(list: readonly string[]): boolean {
  return list.includes('*');
}

function validateRule(rule: Piece, path: string, resourcesRequired = true): FieldError[] {
  const errors: FieldError[] = [];
  const { apiGroups = [], apiVersions = [], resources = [] } = rule;
  if (!apiGroups.length) errors.push(required(`${path}.apiGroups`, ''));
  if (apiGroups.length > 1 && hasWildcard(apiGroups))
    errors.push(invalid(`${path}.apiGroups`, apiGroups, "if '*' is present, must not specify other API groups"));
  if (!apiVersions.length) errors.push(required(`${path}.apiVersions`, ''));
  if (apiVersions.length > 1 && hasWildcard(apiVersions))
    errors.push(invalid(`${path}.apiVersions`, apiVersions, "if '*' is present, must not specify other API versions"));
  apiVersions.forEach((version: string, i: number) => {
    if (!version) errors.push(required(`${path}.apiVersions[${i}]`, ''));
  });
  if (resourcesRequired) errors.push(...validateResources(resources, `${path}.resources`));
  if (rule.scope !== undefined)
    errors.push(...oneOf(rule.scope, `${path}.scope`, ['*', 'Cluster', 'Namespaced'], false));
  return errors;
}

function validateResources(resources: readonly string[], path: string): FieldError[] {
  if (!resources.length) return [required(path, '')];
  const errors: FieldError[] = [];
  const subWild = new Set<string>();
  const resourceWild = new Set<string>();
  resources.forEach((resource, i) => {
    if (!resource) {
      errors.push(required(`${path}[${i}]`, ''));
      return;
    }
    if (resource === '*/*') {
      if (resources.length > 1)
        errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
    }
    const [main, sub] = resource.split('/');
    if (sub === '*') resourceWild.add(main);
    if (main === '*' && sub !== undefined) subWild.add(sub);
    if (sub !== undefined && sub !== '*' && resourceWild.has(main))
      errors.push(invalid(`${path}[${i}]`, resource, `if '${main}/*' is present, must not specify ${resource}`));
    if (sub !== undefined && main !== '*' && subWild.has(sub))
      errors.push(invalid(`${path}[${i}]`, resource, `if '*/${sub}' is present, must not specify ${resource}`));
  });
  if (
    resources.length > 1 &&
    resources.includes('*') &&
    resources.some((resource) => !resource.includes('/') && resource !== '*')
  ) {
    errors.push(invalid(path, resources, "if '*' is present, must not specify other resources without subresources"));
  }
  return errors;
}

function validateOperations(rule: Piece, path: string): FieldError[] {
  const operations: readonly string[] = rule.operations ?? [];
  const errors: FieldError[] = [];
  if (!operations.length) errors.push(required(`${path}.operations`, ''));
  if (operations.length > 1 && hasWildcard(operations))
    errors.push(invalid(`${path}.operations`, operations, "if '*' is present, must not specify other operations"));
  operations.forEach((operation, i) => {
    if (!OPERATIONS.includes(operation)) errors.push(notSupported(`${path}.operations[${i}]`, operation, OPERATIONS));
  });
  return errors;
}

export function validateUrl(url: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/.exec(url);
  const scheme = match?.[1].toLowerCase() ?? '';
  const host = match?.[2] ?? '';
  if (scheme !== 'https')
    errors.push(invalid(path, url ? scheme : '', `'https' is the only allowed URL scheme; ${URL_FORM}`));
  if (!host) errors.push(invalid(path, host, `host must be specified; ${URL_FORM}`));
  if (host.includes('@'))
    errors.push(invalid(path, host.slice(0, host.indexOf('@')), 'user information is not permitted in the URL'));
  if (match?.[5]) errors.push(invalid(path, match[5].slice(1), 'fragments are not permitted in the URL'));
  if (match?.[4]) errors.push(invalid(path, match[4].slice(1), 'query parameters are not permitted in the URL'));
  return errors;
}

/** The server passes name and namespace in the wrong order here: a missing name is told as a missing namespace. */
export function validateServiceRef(service: Piece, path: string): FieldError[] {
  const errors = [...need(service.namespace, `${path}.name`), ...need(service.name, `${path}.namespace`)];
  if (service.port !== undefined)
    errors.push(
      ...portNumber(service.port, `${path}.port`).map((error) =>
        invalid(error.field, service.port, `port is not valid: must be between 1 and 65535, inclusive`),
      ),
    );
  if (service.path !== undefined && service.path !== '' && !service.path.startsWith('/'))
    errors.push(invalid(`${path}.path`, service.path, "must start with a '/'"));
  return errors;
}

function validateClientConfig(config: Piece, path: string): FieldError[] {
  const { url, service } = config ?? {};
  if ((url === undefined) === (service === undefined))
    return [required(path, 'exactly one of url or service is required')];
  return url !== undefined ? validateUrl(url, `${path}.url`) : validateServiceRef(service, `${path}.service`);
}

function validateReviewVersions(versions: readonly string[] | undefined, path: string): FieldError[] {
  if (!versions?.length) return [required(path, `must specify one of ${REVIEWS.join(', ')}`)];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  versions.forEach((version, i) => {
    if (seen.has(version)) {
      errors.push(invalid(`${path}[${i}]`, version, 'duplicate version'));
      return;
    }
    seen.add(version);
    errors.push(...invalidEach(`${path}[${i}]`, version, isDNS1035Label(version)));
  });
  if (!versions.some((version) => REVIEWS.includes(version)))
    errors.push(invalid(path, versions, `must include at least one of ${REVIEWS.join(', ')}`));
  return errors;
}

function validateWebhook(hook: Piece, path: string): FieldError[] {
  const errors = isFullyQualifiedName(`${path}.name`, hook.name ?? '');
  errors.push(
    ...eachOf(hook.rules, `${path}.rules`, (rule, at) => [...validateOperations(rule, at), ...validateRule(rule, at)]),
  );
  if (hook.failurePolicy !== undefined)
    errors.push(...oneOf(hook.failurePolicy, `${path}.failurePolicy`, ['Fail', 'Ignore'], false));
  if (hook.matchPolicy !== undefined)
    errors.push(...oneOf(hook.matchPolicy, `${path}.matchPolicy`, ['Equivalent', 'Exact'], false));
  if (hook.sideEffects === undefined)
    errors.push(required(`${path}.sideEffects`, 'must specify one of None, NoneOnDryRun'));
  else errors.push(...oneOf(hook.sideEffects, `${path}.sideEffects`, ['None', 'NoneOnDryRun'], false));
  if (hook.timeoutSeconds !== undefined && (hook.timeoutSeconds > 30 || hook.timeoutSeconds < 1)) {
    errors.push(
      invalid(`${path}.timeoutSeconds`, hook.timeoutSeconds, 'the timeout value must be between 1 and 30 seconds'),
    );
  }
  errors.push(
    ...validateLabelSelector(hook.namespaceSelector, `${path}.namespaceSelector`),
    ...validateLabelSelector(hook.objectSelector, `${path}.objectSelector`),
  );
  if (hook.reinvocationPolicy !== undefined)
    errors.push(...oneOf(hook.reinvocationPolicy, `${path}.reinvocationPolicy`, ['IfNeeded', 'Never'], false));
  errors.push(...validateClientConfig(hook.clientConfig, `${path}.clientConfig`));
  return errors;
}

export function validateWebhooks(object: Piece): FieldError[] {
  const names = new Set<string>();
  return eachOf(object.webhooks, 'webhooks', (hook, at) => {
    const errors = validateWebhook(hook, at);
    errors.push(...validateReviewVersions(hook.admissionReviewVersions, `${at}.admissionReviewVersions`));
    if (hook.name) {
      if (names.has(hook.name)) errors.push(duplicate(`${at}.name`, hook.name));
      names.add(hook.name);
    }
    return errors;
  });
}

function validateMatchResources(match: Piece, path: string, rulesRequired: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (match.matchPolicy !== undefined)
    errors.push(...oneOf(match.matchPolicy, `${path}.matchPolicy`, ['Equivalent', 'Exact'], false));
  errors.push(
    ...validateLabelSelector(match.namespaceSelector, `${path}.namespaceSelector`),
    ...validateLabelSelector(match.objectSelector, `${path}.objectSelector`),
  );
  const rules = (field: string): FieldError[] =>
    eachOf(match[field], `${path}.${field}`, (rule, at) => [
      ...validateOperations(rule, at),
      ...validateRule(rule, at),
    ]);
  errors.push(...rules('resourceRules'), ...rules('excludeResourceRules'));
  if (rulesRequired && !match.resourceRules?.length) errors.push(required(`${path}.resourceRules`, ''));
  return errors;
}

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];

/** Names that expressions of a policy can use. */
const POLICY_NAMES = ['object', 'oldObject', 'request', 'authorizer', 'namespaceObject'];

function compiled(expression: string, path: string, spec: Piece): FieldError[] {
  const names = new Set(POLICY_NAMES);
  if (spec.paramKind) names.add('params');
  if (spec.variables?.length) names.add('variables');
  const problem = compilationProblem(expression, { names });
  return problem === undefined ? [] : [invalid(path, expression, `compilation failed: ${problem}`)];
}

export function validateAdmissionPolicy(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  if (spec.failurePolicy !== undefined)
    errors.push(...oneOf(spec.failurePolicy, 'spec.failurePolicy', ['Fail', 'Ignore'], false));
  if (spec.paramKind)
    errors.push(
      ...need(spec.paramKind.apiVersion, 'spec.paramKind.apiVersion'),
      ...need(spec.paramKind.kind, 'spec.paramKind.kind'),
    );
  if (!spec.matchConstraints) errors.push(required('spec.matchConstraints', ''));
  else errors.push(...validateMatchResources(spec.matchConstraints, 'spec.matchConstraints', true));
  errors.push(
    ...eachOf(spec.variables, 'spec.variables', (variable, at) => [
      ...(variable.name
        ? invalidEach(`${at}.name`, variable.name, isCIdentifier(variable.name))
        : [required(`${at}.name`, 'name is not specified')]),
      ...need(variable.expression, `${at}.expression`, 'expression is not specified'),
    ]),
  );
  if (!spec.validations?.length && !spec.auditAnnotations?.length) {
    errors.push(
      required('spec.validations', 'validations or auditAnnotations must contain at least one item'),
      required('spec.auditAnnotations', 'validations or auditAnnotations must contain at least one item'),
    );
    return errors;
  }
  errors.push(
    ...eachOf(spec.validations, 'spec.validations', (validation, at) => {
      const found = need((validation.expression ?? '').trim(), `${at}.expression`, 'expression is not specified');
      if (found.length === 0) found.push(...compiled(validation.expression, `${at}.expression`, spec));
      if (validation.message && validation.message.trim() === '')
        found.push(invalid(`${at}.message`, validation.message, 'message must be non-empty if specified'));
      if ((validation.message ?? '').trim().includes('\n'))
        found.push(invalid(`${at}.message`, validation.message, 'message must not contain line breaks'));
      if (validation.reason !== undefined) found.push(...oneOf(validation.reason, `${at}.reason`, REASONS, false));
      return found;
    }),
  );
  return [
    ...errors,
    ...eachOf(spec.auditAnnotations, 'spec.auditAnnotations', (annotation, at) => [
      ...invalidEach(`${at}.key`, annotation.key ?? '', isQualifiedName(annotation.key ?? '')),
      ...need((annotation.valueExpression ?? '').trim(), `${at}.valueExpression`, 'valueExpression is not specified'),
    ]),
  ];
}

const BOTH_ACTIONS =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

export function validateAdmissionPolicyBinding(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  if (!spec.policyName) errors.push(required('spec.policyName', ''));
  else errors.push(...invalidEach('spec.policyName', spec.policyName, isDNS1123Subdomain(spec.policyName)));
  if (spec.paramRef) {
    const { name, selector, parameterNotFoundAction } = spec.paramRef;
    if (!name && !selector) errors.push(required('spec.paramRef', 'one of name or selector must be specified'));
    if (name && selector) errors.push(forbidden('spec.paramRef.name', 'name and selector are mutually exclusive'));
    if (parameterNotFoundAction === undefined) errors.push(required('spec.paramRef.parameterNotFoundAction', ''));
    else
      errors.push(...oneOf(parameterNotFoundAction, 'spec.paramRef.parameterNotFoundAction', ['Deny', 'Allow'], false));
  }
  if (spec.matchResources) errors.push(...validateMatchResources(spec.matchResources, 'spec.matchResources', false));
  const actions: readonly string[] = spec.validationActions ?? [];
  if (!actions.length)
    return [...errors, required('spec.validationActions', 'at least one validation action is required')];
  const seen = new Set<string>();
  actions.forEach((action, i) => {
    if (!['Audit', 'Deny', 'Warn'].includes(action))
      errors.push(notSupported(`spec.validationActions[${i}]`, action, ['Audit', 'Deny', 'Warn']));
    else if (seen.has(action)) errors.push(duplicate(`spec.validationActions[${i}]`, action));
    seen.add(action);
  });
  if (seen.has('Deny') && seen.has('Warn')) errors.push(invalid('spec.validationActions', actions, BOTH_ACTIONS));
  return errors;
}
