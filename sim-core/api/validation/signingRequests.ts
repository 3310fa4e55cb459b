import { isDNS1123Label, isDNS1123Subdomain } from '../machinery/names.ts';
import {
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  type Piece,
  required,
  same,
  tooLong,
} from './common.ts';
import { listDiff } from './specDiff.ts';

/** CertificateSigningRequests (pkg/apis/certificates/validation). Certificates and requests are not parsed beyond their PEM frame. */

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const SIGNER_FORM = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
const DOMAIN_MAX = 253;
const SIGNER_MAX = DOMAIN_MAX + 1 + DOMAIN_MAX + 63 + 1;
const MIN_EXPIRATION_S = 600;

/** The first label that is none, with all that is wrong with it. */
function labelErrors(text: string, path: string, check: (label: string) => readonly string[]): FieldError[] {
  for (const label of text.split('.')) {
    const messages = check(label);
    if (messages.length > 0)
      return messages.map((message) => invalid(path, text, `validating label ${JSON.stringify(label)}: ${message}`));
  }
  return [];
}

/** A domain and a path (pkg/apis/core/validation ValidateSignerName). */
function signerName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path, '')];
  const [domain, rest, ...more] = name.split('/');
  if (rest === undefined || more.length > 0) return [invalid(path, name, SIGNER_FORM)];
  const errors = domain.length > DOMAIN_MAX ? [tooLong(path, DOMAIN_MAX)] : [];
  errors.push(...labelErrors(domain, path, isDNS1123Label));
  if (!domain.includes('.'))
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  errors.push(...labelErrors(rest, path, isDNS1123Subdomain));
  if (name.length > SIGNER_MAX) errors.push(tooLong(path, SIGNER_MAX));
  return errors;
}

const conditionsOf = (request: Piece): readonly Piece[] => request?.status?.conditions ?? [];
const ofType = (request: Piece, type: string): readonly Piece[] =>
  conditionsOf(request).filter((condition) => condition.type === type);
const repeatsType = (request: Piece): boolean => {
  const types = conditionsOf(request).map(({ type }) => type);
  return new Set(types).size < types.length;
};

const ENDS = ['Approved', 'Denied', 'Failed'];
const DECISIONS = ['Approved', 'Denied'];
const ANY_STATUS = ['False', 'True', 'Unknown'];

/** What a stored request already has wrong is not told again. */
function conditionErrors(request: Piece, before: Piece): FieldError[] {
  const path = 'status.conditions';
  const isLenient = DECISIONS.every((type) => ofType(before, type).length > 0);
  const mayRepeat = repeatsType(before);
  const mayBeEmpty = conditionsOf(before).some(({ type }) => !type);
  const seen: string[] = [];
  return eachOf(conditionsOf(request), path, ({ type = '', status = '' }: Piece, at) => {
    const errors: FieldError[] = [];
    if (type === '' && !mayBeEmpty) errors.push(required(`${at}.type`, ''));
    const allowed = ENDS.includes(type) ? ['True'] : ANY_STATUS;
    if (status === '') errors.push(required(`${at}.status`, ''));
    else if (!allowed.includes(status)) errors.push(notSupported(`${at}.status`, status, allowed));
    const other = DECISIONS.find((decision) => decision !== type) ?? '';
    if (!isLenient && DECISIONS.includes(type) && seen.includes(other))
      errors.push(invalid(path, type, 'Approved and Denied conditions are mutually exclusive'));
    if (!mayRepeat && seen.includes(type)) errors.push(duplicate(`${at}.type`, type));
    seen.push(type);
    return errors;
  });
}

// "-----BEGIN " in base64, without the letters that the next byte has a part in.
const PEM_BEGINS = 'LS0tLS1CRUdJTi';
const REQUEST_BEGINS = 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS';

export function validateSigningRequest(object: Piece, before?: Piece): FieldError[] {
  const { request = '', usages = [], signerName: signer = '', expirationSeconds } = object.spec ?? {};
  const errors: FieldError[] = [];
  if (!request.startsWith(REQUEST_BEGINS))
    errors.push(invalid('spec.request', request, 'PEM block type must be CERTIFICATE REQUEST'));
  if (usages.length === 0) errors.push(required('spec.usages', ''));
  const unknown = eachOf(usages, 'spec.usages', (usage: string, at) =>
    USAGES.includes(usage) ? [] : [notSupported(at, usage, USAGES)],
  );
  const twice = eachOf(usages, 'spec.usages', (usage: string, at, i) =>
    usages.indexOf(usage) < i ? [duplicate(at, usage)] : [],
  );
  errors.push(...unknown, ...twice);
  if (signer === LEGACY_SIGNER && before === undefined)
    errors.push(invalid('spec.signerName', signer, 'the legacy signerName is not allowed via this API version'));
  else errors.push(...signerName(signer, 'spec.signerName'));
  if (expirationSeconds !== undefined && expirationSeconds < MIN_EXPIRATION_S) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', expirationSeconds, why));
  }
  errors.push(...conditionErrors(object, before));
  const certificate: string = object.status?.certificate ?? '';
  const isOld = before !== undefined && certificate === (before.status?.certificate ?? '');
  if (!isOld && certificate !== '' && !certificate.startsWith(PEM_BEGINS)) {
    const why = 'must contain at least one CERTIFICATE PEM block';
    errors.push(invalid('status.certificate', '<certificate data>', why));
  }
  return errors;
}

/**
 * An update of a request: `part` is the subresource. Approvals decide, the status subresource issues, and neither takes back
 * what was decided.
 */
export function validateSigningRequestUpdate(now: Piece, before: Piece, part?: string): FieldError[] {
  const errors = validateSigningRequest(now, before);
  const path = 'status.conditions';
  for (const type of ENDS) {
    if (ofType(now, type).length < ofType(before, type).length)
      errors.push(forbidden(path, `updates may not remove a condition of type "${type}"`));
  }
  for (const type of part === 'approval' ? [] : DECISIONS) {
    const old = ofType(before, type);
    const list = ofType(now, type);
    if (list.length > old.length) errors.push(forbidden(path, `updates may not add a condition of type "${type}"`));
    else if (list.length === old.length && !same(list, old)) {
      const change = listDiff(old, list, CONDITION);
      errors.push(forbidden(path, `updates may not modify a condition of type "${type}"${change}`));
    }
  }
  const issued: string = before.status?.certificate ?? '';
  if ((now.status?.certificate ?? '') !== issued) {
    if (part !== 'status') errors.push(forbidden('status.certificate', 'updates may not set certificate content'));
    else if (issued !== '')
      errors.push(forbidden('status.certificate', 'updates may not modify existing certificate content'));
  }
  return errors;
}

const CONDITION = 'io.k8s.api.certificates.v1.CertificateSigningRequestCondition';
