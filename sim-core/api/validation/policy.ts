import { JsonSyntaxError, parseJson } from '../decode/json.ts';
import { isValidCIDRForLegacyField } from '../machinery/ip.ts';
import { isConfigMapKey, isDNS1123Label, isQualifiedName, isValidLabelValue } from '../machinery/names.ts';
import { compareQuantities, milliValue, parseQuantity } from '../machinery/quantity.ts';
import { validateLabels } from '../machinery/selectors.ts';
import {
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  immutable,
  invalid,
  invalidEach,
  need,
  nonNegative,
  oneOf,
  type Piece,
  required,
  same,
  sortedKeys,
} from './common.ts';
import { internalJson } from './internal.ts';
import { finalizerName } from './meta.ts';
import { validateTolerations } from './pods/scheduling.ts';
import {
  isHugePages,
  isNative,
  isStandardQuota,
  validateContainerResourceName,
  validateQuotaResourceName,
  validateRequirements,
  validateResourceName,
  validateResourceQuantity,
} from './resources.ts';

/** ConfigMaps, Secrets, LimitRanges, ResourceQuotas, Nodes, PriorityClasses, RuntimeClasses, Leases. */

const TOTAL_BYTES_MAX = 1024 * 1024;

export function validateConfigMap(object: Piece): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key of sortedKeys(object.data)) {
    errors.push(...invalidEach(`data[${key}]`, key, isConfigMapKey(key)));
    if (object.binaryData?.[key] !== undefined)
      errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    bytes += object.data[key].length;
  }
  for (const key of sortedKeys(object.binaryData)) {
    errors.push(...invalidEach(`binaryData[${key}]`, key, isConfigMapKey(key)));
    bytes += decodedLength(object.binaryData[key]);
  }
  if (bytes > TOTAL_BYTES_MAX)
    errors.push({
      type: 'FieldValueTooLong',
      field: '',
      body: `Too long: may not be more than ${TOTAL_BYTES_MAX} bytes`,
    });
  return errors;
}

function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

function keepImmutable(now: Piece, before: Piece, fields: readonly string[]): FieldError[] {
  if (!before.immutable) return [];
  const detail = 'field is immutable when `immutable` is set';
  const errors: FieldError[] = [];
  if (!now.immutable) errors.push(forbidden('immutable', detail));
  for (const field of fields) if (!same(now[field], before[field])) errors.push(forbidden(field, detail));
  return errors;
}

export function validateConfigMapUpdate(now: Piece, before: Piece): FieldError[] {
  return [...keepImmutable(now, before, ['data', 'binaryData']), ...validateConfigMap(now)];
}

const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** The text of base64 bytes; bytes above 127 come out as single characters, which JSON syntax does not mind. */
function bytesText(base64: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let bits = 0;
  let value = 0;
  let text = '';
  for (const c of base64.replaceAll('=', '')) {
    value = ((value << 6) | digits.indexOf(c)) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      text += String.fromCharCode((value >> bits) & 255);
    }
  }
  return text;
}

function dockerConfigErrors(object: Piece, key: string): FieldError[] {
  const data = object.data?.[key];
  if (data === undefined || data === null) return [required(`data[${key}]`, '')];
  try {
    const { value } = parseJson(bytesText(data));
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      const what = Array.isArray(value) ? 'array' : typeof value;
      return [
        invalid(
          `data[${key}]`,
          '<secret contents redacted>',
          `json: cannot unmarshal ${what} into Go value of type map[string]interface {}`,
        ),
      ];
    }
    return [];
  } catch (error) {
    if (error instanceof JsonSyntaxError) return [invalid(`data[${key}]`, '<secret contents redacted>', error.message)];
    throw error;
  }
}

export function validateSecret(object: Piece): FieldError[] {
  const errors = sortedKeys(object.data).flatMap((key) => invalidEach(`data[${key}]`, key, isConfigMapKey(key)));
  const bytes = sortedKeys(object.data).reduce((sum, key) => sum + decodedLength(object.data[key] ?? ''), 0);
  if (bytes > TOTAL_BYTES_MAX)
    errors.push({
      type: 'FieldValueTooLong',
      field: 'data',
      body: `Too long: may not be more than ${TOTAL_BYTES_MAX} bytes`,
    });
  const has = (key: string): boolean => object.data?.[key] !== undefined;
  switch (object.type) {
    case 'kubernetes.io/service-account-token':
      if (!object.metadata?.annotations?.['kubernetes.io/service-account.name'])
        errors.push(required('metadata.annotations[kubernetes.io/service-account.name]', ''));
      break;
    case 'kubernetes.io/dockercfg':
    case 'kubernetes.io/dockerconfigjson':
      errors.push(...dockerConfigErrors(object, REQUIRED_KEYS[object.type][0]));
      break;
    case 'kubernetes.io/basic-auth':
      if (!has('username') && !has('password'))
        errors.push(required('data[username]', ''), required('data[password]', ''));
      break;
    default:
      for (const key of REQUIRED_KEYS[object.type] ?? []) if (!has(key)) errors.push(required(`data[${key}]`, ''));
  }
  return errors;
}

export function validateSecretUpdate(now: Piece, before: Piece): FieldError[] {
  return [...immutable(now.type, before.type, 'type'), ...keepImmutable(now, before, ['data']), ...validateSecret(now)];
}

const LIMIT_TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];

function validateLimit(limit: Piece, path: string, types: Set<string>): FieldError[] {
  const errors = invalidEach(`${path}.type`, limit.type ?? '', isQualifiedName(limit.type ?? ''));
  if (limit.type && !errors.length && !limit.type.includes('/') && !LIMIT_TYPES.includes(limit.type)) {
    errors.push(invalid(`${path}.type`, limit.type, 'must be a standard limit type or fully qualified'));
  }
  if (types.has(limit.type)) errors.push(duplicate(`${path}.type`, limit.type));
  types.add(limit.type);
  const names = new Set<string>();
  for (const field of ['max', 'min']) {
    for (const name of sortedKeys(limit[field])) {
      errors.push(...limitName(limit.type, name, `${path}.${field}[${name}]`));
      names.add(name);
    }
  }
  if (limit.type === 'Pod') {
    if (limit.default && Object.keys(limit.default).length)
      errors.push(forbidden(`${path}.default`, "may not be specified when `type` is 'Pod'"));
    if (limit.defaultRequest && Object.keys(limit.defaultRequest).length)
      errors.push(forbidden(`${path}.defaultRequest`, "may not be specified when `type` is 'Pod'"));
  } else {
    for (const field of ['default', 'defaultRequest']) {
      for (const name of sortedKeys(limit[field])) {
        errors.push(...limitName(limit.type, name, `${path}.${field}[${name}]`));
        names.add(name);
      }
    }
  }
  if (limit.type === 'PersistentVolumeClaim' && limit.min?.storage === undefined && limit.max?.storage === undefined) {
    errors.push(
      required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided'),
    );
  }
  for (const name of sortedKeys(limit.maxLimitRequestRatio)) {
    errors.push(...limitName(limit.type, name, `${path}.maxLimitRequestRatio[${name}]`));
    names.add(name);
  }
  for (const name of [...names].sort()) errors.push(...validateLimitOrder(limit, name, path));
  return errors;
}

function limitName(type: string, name: string, path: string): FieldError[] {
  return type === 'Pod' || type === 'Container'
    ? validateContainerResourceName(name, path)
    : validateResourceName(name, path);
}

/** min <= defaultRequest <= default <= max. */
function validateLimitOrder(limit: Piece, name: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const above = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && compareQuantities(parseQuantity(a), parseQuantity(b)) > 0;
  const min = limit.min?.[name];
  const max = limit.max?.[name];
  const request = limit.defaultRequest?.[name];
  const standard = limit.default?.[name];
  if (above(min, max))
    errors.push(invalid(`${path}.min[${name}]`, min, `min value ${min} is greater than max value ${max}`));
  if (above(min, request))
    errors.push(
      invalid(
        `${path}.defaultRequest[${name}]`,
        request,
        `min value ${min} is greater than default request value ${request}`,
      ),
    );
  if (above(request, max))
    errors.push(
      invalid(
        `${path}.defaultRequest[${name}]`,
        request,
        `default request value ${request} is greater than max value ${max}`,
      ),
    );
  if (above(request, standard))
    errors.push(
      invalid(
        `${path}.defaultRequest[${name}]`,
        request,
        `default request value ${request} is greater than default limit value ${standard}`,
      ),
    );
  if (above(min, standard))
    errors.push(invalid(`${path}.default[${name}]`, min, `min value ${min} is greater than default value ${standard}`));
  if (above(standard, max))
    errors.push(invalid(`${path}.default[${name}]`, max, `default value ${standard} is greater than max value ${max}`));
  const ratio = limit.maxLimitRequestRatio?.[name];
  if (ratio !== undefined && above('1', ratio))
    errors.push(invalid(`${path}.maxLimitRequestRatio[${name}]`, ratio, `ratio ${ratio} is less than 1`));
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const bound = milliValue(max) / milliValue(min);
    const why = `ratio ${ratio} is greater than max/min = ${bound.toFixed(6)}`;
    if (milliValue(ratio) / 1000 > bound) errors.push(invalid(`${path}.maxLimitRequestRatio[${name}]`, ratio, why));
  }
  const isFixed = !isNative(name) || isHugePages(name);
  if (
    isFixed &&
    standard !== undefined &&
    request !== undefined &&
    compareQuantities(parseQuantity(standard), parseQuantity(request)) !== 0
  ) {
    const why = `default value ${standard} must equal to defaultRequest value ${request} in ${name}`;
    errors.push(invalid(`${path}.defaultRequest[${name}]`, request, why));
  }
  return errors;
}

export function validateLimitRange(object: Piece): FieldError[] {
  const types = new Set<string>();
  return eachOf(object.spec?.limits, 'spec.limits', (limit, at) => validateLimit(limit, at, types));
}

const SCOPES = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];
const CONFLICTS: readonly (readonly [string, string])[] = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

const COMPUTE: ReadonlySet<string> = new Set([
  ...['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'],
]);
/** Scopes that a pod is in or not. */
const EXISTING: ReadonlySet<string> = new Set([
  ...['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'],
]);
const EXISTING_TEXT =
  "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

/** Can a scope be told of a resource (pkg/apis/core/helper IsResourceQuotaScopeValidForResource)? */
function appliesTo(scope: string, name: string): boolean {
  if (scope === 'BestEffort') return name === 'pods';
  return scope === 'PriorityClass' || EXISTING.has(scope) ? name === 'pods' || COMPUTE.has(name) : true;
}

function validateScopes(spec: Piece): FieldError[] {
  const scopes: readonly string[] = spec.scopes ?? [];
  const errors: FieldError[] = [];
  const counted = sortedKeys(spec.hard).filter(isStandardQuota);
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) errors.push(invalid('spec.scopes', scopes, 'unsupported scope'));
    for (const name of counted) {
      if (!appliesTo(scope, name)) errors.push(invalid('spec.scopes', scopes, 'unsupported scope applied to resource'));
    }
  }
  for (const [a, b] of CONFLICTS)
    if (scopes.includes(a) && scopes.includes(b)) errors.push(invalid('spec.scopes', scopes, 'conflicting scopes'));
  const path = 'spec.scopeSelector.matchExpressions';
  for (const rule of spec.scopeSelector?.matchExpressions ?? []) {
    if (!SCOPES.includes(rule.scopeName))
      errors.push(invalid(`${path}.scopeName`, rule.scopeName ?? '', 'unsupported scope'));
    for (const name of counted) {
      const shown = internalJson(spec.scopeSelector, 'io.k8s.api.core.v1.ScopeSelector');
      if (!appliesTo(rule.scopeName ?? '', name))
        errors.push(invalid(path, shown, 'unsupported scope applied to resource'));
    }
    if (EXISTING.has(rule.scopeName) && rule.operator !== 'Exists')
      errors.push(invalid(`${path}.operator`, rule.operator ?? '', EXISTING_TEXT));
    const values: readonly string[] = rule.values ?? [];
    if (rule.operator === 'In' || rule.operator === 'NotIn') {
      if (!values.length)
        errors.push(
          required(
            `${path}.values`,
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
          ),
        );
    } else if (rule.operator === 'Exists' || rule.operator === 'DoesNotExist') {
      if (values.length)
        errors.push(
          invalid(
            `${path}.values`,
            values,
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
          ),
        );
    } else errors.push(invalid(`${path}.operator`, rule.operator ?? '', 'not a valid selector operator'));
  }
  return errors;
}

/** What a quota counts may not be changed. */
export function validateResourceQuotaUpdate(now: Piece, before: Piece): FieldError[] {
  const scopes = (object: Piece): readonly string[] => [...new Set<string>(object.spec?.scopes ?? [])].sort();
  const kept = same(scopes(now), scopes(before));
  return [
    ...validateResourceQuota(now),
    ...(kept ? [] : [invalid('spec.scopes', now.spec?.scopes ?? null, 'field is immutable')]),
  ];
}

export function validateResourceQuota(object: Piece): FieldError[] {
  const hard = object.spec?.hard ?? {};
  return [
    ...sortedKeys(hard).flatMap((name) => [
      ...validateQuotaResourceName(name, `spec.hard[${name}]`),
      ...validateResourceQuantity(name, hard[name], `spec.hard[${name}]`),
    ]),
    ...validateScopes(object.spec ?? {}),
  ];
}

function validateTaints(taints: readonly Piece[] | undefined): FieldError[] {
  const seen = new Set<string>();
  return eachOf(taints, 'metadata.taints', (taint, at) => {
    const found = invalidEach(`${at}.key`, taint.key ?? '', isQualifiedName(taint.key ?? ''));
    const wrong = isValidLabelValue(taint.value ?? '');
    if (wrong.length) found.push(invalid(`${at}.value`, taint.value, wrong.join(';')));
    found.push(...oneOf(taint.effect, `${at}.effect`, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']));
    const key = `${taint.key}:${taint.effect}`;
    if (seen.has(key)) {
      const error = duplicate(at, internalJson(taint, 'io.k8s.api.core.v1.Taint'));
      found.push({ ...error, body: `${error.body}: taints must be unique by key and effect pair` });
    }
    seen.add(key);
    return found;
  });
}

/** Whole numbers of what can be counted only. */
function validateNodeResources(status: Piece): FieldError[] {
  return ['capacity', 'allocatable'].flatMap((field) => {
    const list = status?.[field];
    return sortedKeys(list).flatMap((name) => validateResourceQuantity(name, list[name], `status.${field}.${name}`));
  });
}

/** Finalizers of a namespace's spec, told without their place in the list. */
export function validateNamespace({ spec }: Piece): FieldError[] {
  return (spec?.finalizers ?? []).flatMap((name: string) => finalizerName(name, 'spec.finalizers'));
}

export function validateNode(object: Piece): FieldError[] {
  const errors: FieldError[] = [...validateTaints(object.spec?.taints), ...validateNodeResources(object.status)];
  errors.push(
    ...eachOf(
      object.spec?.podCIDRs ?? (object.spec?.podCIDR ? [object.spec.podCIDR] : []),
      'spec.podCIDRs',
      (cidr, at) => isValidCIDRForLegacyField(at, cidr),
    ),
    ...podCidrFamilies(object.spec?.podCIDRs ?? []),
  );
  return errors;
}

const POD_CIDR_KEPT = 'node updates may not change podCIDR except from "" to valid';
const PROVIDER_KEPT = 'node updates may not change providerID except from "" to valid';

/** ValidateNodeUpdate: ranges and the provider's id stay once they are set. */
export function validateNodeUpdate(now: Piece, before: Piece): FieldError[] {
  const { spec = {} } = now;
  const old = before.spec ?? {};
  const errors = validateNodeResources(now.status);
  const addresses: readonly Piece[] = now.status?.addresses ?? [];
  addresses.forEach((address, i) => {
    if (addresses.slice(0, i).some((other) => same(other, address)))
      errors.push(duplicate(`status.addresses[${i}]`, { Type: address.type ?? '', Address: address.address ?? '' }));
  });
  const cidrs: readonly string[] = spec.podCIDRs ?? [];
  const ranges: readonly string[] = old.podCIDRs ?? [];
  if (ranges.length) {
    const changes = ranges.length === cidrs.length ? ranges.filter((range, i) => range !== cidrs[i]).length : 1;
    for (let i = 0; i < changes; i++) errors.push(forbidden('spec.podCIDRs', POD_CIDR_KEPT));
  }
  if (old.providerID && old.providerID !== spec.providerID) errors.push(forbidden('spec.providerID', PROVIDER_KEPT));
  errors.push(...validateTaints(spec.taints));
  if ((spec.externalID ?? '') !== (old.externalID ?? ''))
    errors.push(forbidden('spec.externalID', 'may not be updated'));
  return errors;
}

/** One range of each family of addresses. */
function podCidrFamilies(cidrs: readonly string[]): FieldError[] {
  if (cidrs.length < 2) return [];
  const isDual = cidrs.some((cidr) => cidr.includes(':')) && cidrs.some((cidr) => !cidr.includes(':'));
  return [
    ...(isDual && cidrs.length === 2
      ? []
      : [invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family')]),
    ...cidrs.flatMap((cidr, i) => (cidrs.indexOf(cidr) < i ? [duplicate(`spec.podCIDRs[${i}]`, cidr)] : [])),
  ];
}

const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  'system-node-critical': 2000001000,
  'system-cluster-critical': 2000000000,
};

/** pkg/apis/scheduling/v1/helpers.go IsKnownSystemPriorityClass. */
function notSystemClass({ value = 0, globalDefault = false }: Piece, name: string): string | undefined {
  const known = SYSTEM_CLASSES[name];
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

export function validatePriorityClass(object: Piece): FieldError[] {
  const name: string = object.metadata?.name ?? '';
  const errors: FieldError[] = [];
  if (name.startsWith('system-')) {
    const wrong = notSystemClass(object, name);
    if (wrong)
      errors.push(
        forbidden(
          'metadata.name',
          `priority class names with 'system-' prefix are reserved for system use only. error: ${wrong}`,
        ),
      );
  } else if (object.value > 1000000000) {
    errors.push(forbidden('value', 'maximum allowed value of a user defined priority is 1000000000'));
  }
  errors.push(
    ...(object.preemptionPolicy !== undefined
      ? oneOf(object.preemptionPolicy, 'preemptionPolicy', ['PreemptLowerPriority', 'Never'])
      : []),
  );
  return errors;
}

export function validatePriorityClassUpdate(now: Piece, before: Piece): FieldError[] {
  const errors: FieldError[] = [];
  if (now.value !== before.value) errors.push(forbidden('value', 'may not be changed in an update.'));
  return [...errors, ...immutable(now.preemptionPolicy, before.preemptionPolicy, 'preemptionPolicy')];
}

export function validateRuntimeClass(object: Piece): FieldError[] {
  const errors: FieldError[] = [];
  const handler: string = object.handler ?? '';
  errors.push(...invalidEach('handler', handler, isDNS1123Label(handler)));
  if (object.overhead) errors.push(...validateRequirements({ limits: object.overhead.podFixed }, 'overhead', []));
  if (object.scheduling) {
    errors.push(...validateLabels(object.scheduling.nodeSelector ?? null, 'scheduling.nodeSelector'));
    const seen: Piece[] = [];
    errors.push(
      ...eachOf(object.scheduling.tolerations, 'scheduling.tolerations', (toleration, at, i) => {
        const found = validateTolerations([toleration], at).map((error) => ({
          ...error,
          field: error.field.replace(`${at}[0]`, `scheduling.tolerations[${i}]`),
        }));
        if (seen.some((other) => same(other, toleration)))
          found.push(duplicate(at, internalJson(toleration, 'io.k8s.api.core.v1.Toleration')));
        seen.push(toleration);
        return found;
      }),
    );
  }
  return errors;
}

export function validateRuntimeClassUpdate(now: Piece, before: Piece): FieldError[] {
  return [...immutable(now.handler, before.handler, 'handler')];
}

export function validateLease(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  if (spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0)
    errors.push(invalid('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'));
  if (spec.leaseTransitions !== undefined) errors.push(...nonNegative(spec.leaseTransitions, 'spec.leaseTransitions'));
  if (spec.strategy !== undefined && spec.strategy === '') errors.push(...need(spec.strategy, 'spec.strategy'));
  return errors;
}
