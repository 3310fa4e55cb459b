import { type FieldError, invalid, notSupported, required, tooLong } from '../api/machinery/fieldErrors.ts';
import { goQuote } from '../api/machinery/gotext.ts';
import type { DeleteOptions } from '../contracts/index.ts';

/** Problems of the options of requests (apimachinery pkg/apis/meta/v1/validation/validation.go). */

const FIELD_MANAGER_MAX_BYTES = 128;
const FIELD_VALIDATION = ['', 'Ignore', 'Strict', 'Warn'];
const PROPAGATION = ['Foreground', 'Background', 'Orphan', 'nil'];

/** Of a create, an update or a patch; an apply patch needs a manager. */
export function writeOptionErrors(query: ReadonlyMap<string, string>, apply: boolean): readonly FieldError[] {
  const manager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const errors: FieldError[] = [];
  if (apply && manager === '') errors.push(required('fieldManager', 'is required for apply patch'));
  errors.push(...managerErrors(manager), ...dryRunErrors(query.get('dryRun')));
  if (!FIELD_VALIDATION.includes(validation)) {
    errors.push(notSupported('fieldValidation', validation, FIELD_VALIDATION));
  }
  return errors;
}

function managerErrors(manager: string): readonly FieldError[] {
  if (manager.length > FIELD_MANAGER_MAX_BYTES) return [tooLong('fieldManager', FIELD_MANAGER_MAX_BYTES)];
  const at = [...manager].findIndex((c) => c < ' ' || (c >= '\u007f' && c <= '\u00a0'));
  if (at < 0) return [];
  const code = manager.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return [invalid('fieldManager', manager, `invalid character U+${code} (at position ${at})`)];
}

function dryRunErrors(value: string | undefined): readonly FieldError[] {
  return value === undefined ? [] : dryRunListErrors([value]);
}

function dryRunListErrors(values: readonly string[]): readonly FieldError[] {
  return values.every((value) => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])];
}

const INT64_END = 9223372036854775808n;

function rangeProblem(text: string): string | undefined {
  const value = BigInt(text.replace('+', ''));
  return value >= INT64_END || value < -INT64_END ? 'value out of range' : undefined;
}

/** The first of these numbers of a query that is none: what decoding the query then says. */
export function numberProblem(query: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = query.get(name);
    if (text === undefined) continue;
    const why = /^[+-]?[0-9]+$/.test(text) ? rangeProblem(text) : 'invalid syntax';
    if (why !== undefined) return `strconv.ParseInt: parsing ${goQuote(text)}: ${why}`;
  }
  return undefined;
}

export function deleteOptionErrors({
  propagationPolicy,
  orphanDependents,
  dryRun = [],
}: DeleteOptions): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (propagationPolicy !== undefined) {
    if (orphanDependents !== undefined) {
      const both = 'orphanDependents and deletionPropagation cannot be both set';
      errors.push(invalid('propagationPolicy', propagationPolicy, both));
    }
    if (!PROPAGATION.slice(0, 3).includes(propagationPolicy)) {
      errors.push(notSupported('propagationPolicy', propagationPolicy, PROPAGATION));
    }
  }
  errors.push(...dryRunListErrors(dryRun));
  return errors;
}
