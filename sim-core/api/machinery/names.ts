import { type FieldError, invalid, required } from './fieldErrors.ts';
import { utf8Length } from './gotext.ts';

/**
 * Checks of names and other short texts (apimachinery pkg/util/validation, pkg/api/validation; vectors base/names). Each
 * gives the messages of what is wrong, none when the text is fine. All are bounded: lengths are checked before patterns and no
 * pattern has nested quantifiers that can backtrack.
 */

const LABEL_1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const LABEL_1123_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN_1123 = `${LABEL_1123}(\\.${LABEL_1123})*`;
const SUBDOMAIN_1123_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const LABEL_1035_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const QUALIFIED_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const QUALIFIED_NAME_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE = `(${QUALIFIED_NAME})?`;
const LABEL_VALUE_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

export const DNS1123_LABEL_MAX = 63;
export const DNS1123_SUBDOMAIN_MAX = 253;
export const LABEL_VALUE_MAX = 63;

/** validation.RegexError */
export function regexError(message: string, pattern: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`;
  return `${message} (e.g. ${examples.map((e) => `'${e}', `).join(' or ')}regex used for validation is '${pattern}')`;
}

function tooLong(max: number, unit = 'characters'): string {
  return `must be no more than ${max} ${unit}`;
}

function prefixEach(messages: readonly string[], prefix: string): string[] {
  return messages.map((message) => prefix + message);
}

const RE_LABEL_1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const RE_LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const RE_QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const RE_UNDERSCORE_LABEL = /^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

function everyLabel(text: string, label: RegExp): boolean {
  return text.split('.').every((part) => label.test(part));
}

export function isDNS1123Label(value: string): string[] {
  const errors: string[] = [];
  if (utf8Length(value) > DNS1123_LABEL_MAX) errors.push(tooLong(DNS1123_LABEL_MAX));
  if (!RE_LABEL_1123.test(value)) {
    // A name with dots is a frequent mistake; it has its own words.
    if (everyLabel(value, RE_LABEL_1123)) errors.push('must not contain dots');
    else errors.push(regexError(LABEL_1123_MESSAGE, LABEL_1123, 'my-name', '123-abc'));
  }
  return errors;
}

export function isDNS1123Subdomain(value: string): string[] {
  return subdomainErrors(value, 'characters');
}

/** Kubernetes has two checks of a subdomain, which name the unit of its length differently. */
function subdomainErrors(value: string, unit: string): string[] {
  const errors: string[] = [];
  if (utf8Length(value) > DNS1123_SUBDOMAIN_MAX) errors.push(tooLong(DNS1123_SUBDOMAIN_MAX, unit));
  if (!everyLabel(value, RE_LABEL_1123)) errors.push(regexError(SUBDOMAIN_1123_MESSAGE, SUBDOMAIN_1123, 'example.com'));
  return errors;
}

export function isDNS1123SubdomainWithUnderscore(value: string): string[] {
  const errors: string[] = [];
  if (utf8Length(value) > DNS1123_SUBDOMAIN_MAX) errors.push(tooLong(DNS1123_SUBDOMAIN_MAX));
  if (!everyLabel(value, RE_UNDERSCORE_LABEL)) {
    const message =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
    errors.push(regexError(message, `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`, 'example.com'));
  }
  return errors;
}

export function isDNS1123SubdomainCaseless(value: string): string[] {
  const errors: string[] = [];
  if (utf8Length(value) > DNS1123_SUBDOMAIN_MAX) errors.push(tooLong(DNS1123_SUBDOMAIN_MAX, 'bytes'));
  // ASCII letters only: no other character becomes one of them here.
  if (!everyLabel(value, /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/)) {
    const message =
      "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    errors.push(regexError(message, SUBDOMAIN_1123, 'Example.com'));
  }
  return errors;
}

export function isDNS1035Label(value: string): string[] {
  const errors: string[] = [];
  if (utf8Length(value) > DNS1123_LABEL_MAX) errors.push(tooLong(DNS1123_LABEL_MAX));
  if (!RE_LABEL_1035.test(value)) errors.push(regexError(LABEL_1035_MESSAGE, LABEL_1035, 'my-name', 'abc-123'));
  return errors;
}

export function isWildcardDNS1123Subdomain(value: string): string[] {
  const errors: string[] = [];
  if (utf8Length(value) > DNS1123_SUBDOMAIN_MAX) errors.push(tooLong(DNS1123_SUBDOMAIN_MAX));
  if (!value.startsWith('*.') || !everyLabel(value.slice(2), RE_LABEL_1123)) {
    const message =
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
    errors.push(regexError(message, `\\*\\.${SUBDOMAIN_1123}`, '*.example.com'));
  }
  return errors;
}

/** Keys of labels, annotations, taints and resources: an optional DNS prefix, `/`, a name. */
export function isQualifiedName(value: string): string[] {
  const errors: string[] = [];
  const parts = value.split('/');
  let name = parts[0];
  if (parts.length === 2) {
    const prefix = parts[0];
    name = parts[1];
    if (prefix === '') errors.push('prefix part must be non-empty');
    else errors.push(...prefixEach(subdomainErrors(prefix, 'bytes'), 'prefix part '));
  } else if (parts.length > 2) {
    const message = `a valid label key ${QUALIFIED_NAME_MESSAGE}`;
    errors.push(
      `${regexError(message, QUALIFIED_NAME, 'MyName', 'my.name', '123-abc')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    );
    return errors;
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (utf8Length(name) > 63) errors.push(`name part ${tooLong(63, 'bytes')}`);
  if (!RE_QUALIFIED.test(name)) {
    errors.push(`name part ${regexError(QUALIFIED_NAME_MESSAGE, QUALIFIED_NAME, 'MyName', 'my.name', '123-abc')}`);
  }
  return errors;
}

export function isValidLabelValue(value: string): string[] {
  const errors: string[] = [];
  if (utf8Length(value) > LABEL_VALUE_MAX) errors.push(tooLong(LABEL_VALUE_MAX, 'bytes'));
  if (value !== '' && !RE_QUALIFIED.test(value)) {
    errors.push(regexError(LABEL_VALUE_MESSAGE, LABEL_VALUE, 'MyValue', 'my_value', '12345'));
  }
  return errors;
}

export function isCIdentifier(value: string): string[] {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return [];
  const message =
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
  return [regexError(message, '[A-Za-z_][A-Za-z0-9_]*', 'my_name', 'MY_NAME', 'MyName')];
}

function dotErrors(value: string): string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

export function isEnvVarName(value: string): string[] {
  const errors: string[] = [];
  if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(value)) {
    const message =
      "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
    errors.push(regexError(message, '[-._a-zA-Z][-._a-zA-Z0-9]*', 'my.env-name', 'MY_ENV.NAME', 'MyEnvName1'));
  }
  return [...errors, ...dotErrors(value)];
}

export function isRelaxedEnvVarName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x3d) {
      return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
    }
  }
  return [];
}

export function isConfigMapKey(value: string): string[] {
  const errors: string[] = [];
  if (utf8Length(value) > DNS1123_SUBDOMAIN_MAX) errors.push(tooLong(DNS1123_SUBDOMAIN_MAX));
  if (!/^[-._a-zA-Z0-9]+$/.test(value)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    errors.push(regexError(message, '[-._a-zA-Z0-9]+', 'key.name', 'KEY_NAME', 'key-name'));
  }
  return [...errors, ...dotErrors(value)];
}

export function isHTTPHeaderName(value: string): string[] {
  if (/^[-A-Za-z0-9]+$/.test(value)) return [];
  const message = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [regexError(message, '[-A-Za-z0-9]+', 'X-Header-Name')];
}

export function isValidPercent(value: string): string[] {
  if (/^[0-9]+%$/.test(value)) return [];
  const message = "a valid percent string must be a numeric string followed by an ending '%'";
  return [regexError(message, '[0-9]+%', '1%', '93%')];
}

export function isDecimalInteger(value: string): string[] {
  if (value === '') return ['must be non-empty'];
  return /^(0|-?[1-9][0-9]*)$/.test(value) ? [] : ['must be a valid decimal integer in canonical form'];
}

export function isValidPortNum(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

export function isInRange(value: number, min: number, max: number): string[] {
  return value >= min && value <= max ? [] : [`must be between ${min} and ${max}, inclusive`];
}

/** User and group ids. */
export function isValidUserID(id: number): string[] {
  return isInRange(id, 0, 2147483647);
}

export function isValidPortName(value: string): string[] {
  const errors: string[] = [];
  if (utf8Length(value) > 15) errors.push(tooLong(15));
  if (!/^[-a-z0-9]+$/.test(value))
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value !== '' && (value.startsWith('-') || value.endsWith('-')))
    errors.push('must not begin or end with a hyphen');
  return errors;
}

/** `example.com`: at least two segments. */
export function isFullyQualifiedDomainName(field: string, value: string): FieldError[] {
  if (value === '') return [required(field, '')];
  const name = value.endsWith('.') ? value.slice(0, -1) : value;
  const errors = isDNS1123Subdomain(name);
  if (errors.length > 0) return [invalid(field, name, errors.join(','))];
  const labels = name.split('.');
  if (labels.length < 2)
    return [invalid(field, name, 'should be a domain with at least two segments separated by dots')];
  for (const label of labels) {
    const wrong = isDNS1123Label(label);
    if (wrong.length > 0) return [invalid(field, label, wrong.join(','))];
  }
  return [];
}

/** `example.k8s.io`: at least three segments. */
export function isFullyQualifiedName(field: string, value: string): FieldError[] {
  if (value === '') return [required(field, '')];
  const errors = isDNS1123Subdomain(value);
  if (errors.length > 0) return [invalid(field, value, errors.join(','))];
  if (value.split('.').length < 3) {
    return [invalid(field, value, 'should be a domain with at least three segments separated by dots')];
  }
  return [];
}

/** `acme.io/foo` with a path after the slash. */
export function isDomainPrefixedPath(field: string, value: string): FieldError[] {
  if (value === '') return [required(field, '')];
  const slash = value.indexOf('/');
  if (slash <= 0 || slash === value.length - 1) {
    return [invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const errors: FieldError[] = [];
  const host = value.slice(0, slash);
  for (const message of isDNS1123Subdomain(host)) errors.push(invalid(field, host, message));
  const path = value.slice(slash + 1);
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path)) {
    errors.push(invalid(field, path, regexError('Invalid path', "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+")));
  }
  return errors;
}

/** `acme.io/foo`, a qualified name that must have its prefix. */
export function isDomainPrefixedKey(field: string, value: string): FieldError[] {
  if (value === '') return [required(field, '')];
  const errors = isQualifiedName(value).map((message) => invalid(field, value, message));
  if (errors.length > 0) return errors;
  return value.includes('/') ? [] : [invalid(field, value, 'must be a domain-prefixed key (such as "acme.io/foo")')];
}

/** A generateName may end in hyphens, because more comes after it: they are masked for the check. */
function maskTrailingDash(name: string): string {
  if (name.length > 1 && name.endsWith('-')) return `${name.slice(0, -2)}a`;
  return name;
}

export function nameIsDNSSubdomain(name: string, prefix: boolean): string[] {
  return isDNS1123Subdomain(prefix ? maskTrailingDash(name) : name);
}

export function nameIsDNSLabel(name: string, prefix: boolean): string[] {
  return isDNS1123Label(prefix ? maskTrailingDash(name) : name);
}

export function nameIsDNS1035Label(name: string, prefix: boolean): string[] {
  return isDNS1035Label(prefix ? maskTrailingDash(name) : name);
}

/** content.IsPathSegmentName: for kinds whose names need only fit into a URL (RBAC and others). */
export function isPathSegmentName(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((bad) => name.includes(bad)).map((bad) => `may not contain '${bad}'`);
}

// --- generateName ---

export const GENERATED_SUFFIX_LENGTH = 5;
export const GENERATED_NAME_BASE_MAX = 58;
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** SimpleNameGenerator: five characters of the safe alphabet from a 32-bit draw (27^5 < 2^32), the base cut to 58. */
export function generateName(base: string, draw: number): string {
  const kept = base.length > GENERATED_NAME_BASE_MAX ? base.slice(0, GENERATED_NAME_BASE_MAX) : base;
  return kept + nameSuffix(draw);
}

/** Five characters of the safe alphabet. */
export function nameSuffix(draw: number): string {
  let rest = draw >>> 0;
  let suffix = '';
  for (let i = 0; i < GENERATED_SUFFIX_LENGTH; i++) {
    suffix += NAME_ALPHABET[rest % 27];
    rest = Math.trunc(rest / 27);
  }
  return suffix;
}
