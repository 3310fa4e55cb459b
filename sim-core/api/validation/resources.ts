import { isQualifiedName } from '../machinery/names.ts';
import {
  compareQuantities,
  milliValue,
  parseQuantity,
  QuantityError,
  value as quantityValue,
} from '../machinery/quantity.ts';
import {
  dnsLabel,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  nonNegativeQuantity,
  notFound,
  type Piece,
  required,
  sortedKeys,
} from './common.ts';

/** Resource names and lists (Kubernetes pkg/apis/core/helper, validateContainerResourceRequirements). */

const STANDARD_CONTAINER = new Set(['cpu', 'memory', 'ephemeral-storage']);
const STANDARD = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
]);
const STANDARD_QUOTA = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const INTEGER = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

/** pkg/apis/core/helper IsStandardQuotaResourceName. */
export const isStandardQuota = (name: string): boolean => STANDARD_QUOTA.has(name) || isQuotaHugePages(name);
export const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
export const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
export const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
const isInteger = (name: string): boolean => INTEGER.has(name) || isExtended(name);
const overcommits = (name: string): boolean => isNative(name) && !isHugePages(name);

export function validateResourceName(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (errors.length) return errors;
  if (!name.includes('/') && !STANDARD.has(name) && !isQuotaHugePages(name) && !isHugePages(name)) {
    return [invalid(path, name, 'must be a standard resource type or fully qualified')];
  }
  return [];
}

const isQuotaHugePages = (name: string): boolean =>
  name.startsWith('hugepages-') || name.startsWith('requests.hugepages-');

export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/')) {
    if (!STANDARD_CONTAINER.has(name) && !isHugePages(name))
      errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

export function validateQuotaResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/') && !STANDARD_QUOTA.has(name) && !isQuotaHugePages(name))
    errors.push(invalid(path, name, 'must be a standard resource for quota'));
  return errors;
}

export function validateResourceQuantity(name: string, text: string, path: string): FieldError[] {
  const errors = nonNegativeQuantity(text, path);
  if (isInteger(name) && milliValue(text) % 1000 !== 0) errors.push(invalid(path, text, 'must be an integer'));
  return errors;
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

function validateHugePages(name: string, text: string, path: string): FieldError[] {
  const page = name.slice('hugepages-'.length);
  const isSize = isQuantity(page) && milliValue(page) > 0 && milliValue(page) % 1000 === 0;
  return isSize && quantityValue(text) % quantityValue(page) === 0
    ? []
    : [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

function validateOne(
  name: string,
  text: string,
  path: string,
  check: (name: string, path: string) => FieldError[],
): FieldError[] {
  return [
    ...check(name, path),
    ...validateResourceQuantity(name, text, path),
    ...(isHugePages(name) ? validateHugePages(name, text, path) : []),
  ];
}

/** validateContainerResourceRequirements; also used for pod-level resources with another check of names. */
export function validateRequirements(
  resources: Piece,
  path: string,
  claimNames: readonly string[],
  check: (name: string, path: string) => FieldError[] = validateContainerResourceName,
): FieldError[] {
  const limits: Record<string, string> = resources?.limits ?? {};
  const requests: Record<string, string> = resources?.requests ?? {};
  const errors: FieldError[] = [];
  for (const name of sortedKeys(limits))
    errors.push(...validateOne(name, limits[name], `${path}.limits[${name}]`, check));
  for (const name of sortedKeys(requests)) {
    errors.push(...validateOne(name, requests[name], `${path}.requests[${name}]`, check));
    errors.push(...requestWithinLimit(name, requests[name], limits[name], path));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  return [...errors, ...validateClaims(resources?.claims, `${path}.claims`, claimNames)];
}

function requestWithinLimit(name: string, request: string, limit: string | undefined, path: string): FieldError[] {
  if (limit === undefined) {
    return overcommits(name) ? [] : [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(parseQuantity(request), parseQuantity(limit));
  if (order !== 0 && !overcommits(name))
    return [invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`)];
  return order > 0
    ? [invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`)]
    : [];
}

function validateClaims(claims: readonly Piece[] | undefined, path: string, known: readonly string[]): FieldError[] {
  const seen = new Set<string>();
  return (claims ?? []).flatMap((claim, i) => {
    const at = `${path}[${i}]`;
    const { name, request } = claim;
    if (!name) return [required(at, '')];
    const errors = request ? dnsLabel(request, `${at}.request`) : [];
    const key = request ? `${name}/${request}` : name;
    // A claim that is named whole holds all its requests.
    if (seen.has(name)) errors.push(duplicate(at, name));
    else if (seen.has(key)) errors.push(duplicate(at, key));
    seen.add(key);
    if (!known.includes(name)) {
      const all = known.length === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
      const { type, body } = notFound(at, name);
      errors.push({ type, field: at, body: `${body}: must be one of the names in pod.spec.resourceClaims${all}` });
    }
    return errors;
  });
}
