import {
  aggregateText,
  type FieldError,
  fieldErrorText,
  forbidden,
  invalid,
  notSupported,
  required,
} from './fieldErrors.ts';
import { compareUtf8, goQuote } from './gotext.ts';
import { parseInt64 } from './int64.ts';
import { isQualifiedName, isValidLabelValue } from './names.ts';

/** Label selectors: the text form of list requests and the structured one of objects (apimachinery pkg/labels, meta/v1). */

export type LabelOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';

export interface Requirement {
  readonly key: string;
  readonly operator: LabelOperator;
  /** Sorted and distinct where it came from a text. */
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>> | undefined;

/** All requirements must hold; `nothing` matches no object at all (a nil structured selector). */
export interface LabelSelector {
  readonly requirements: readonly Requirement[];
  readonly nothing: boolean;
}

export interface LabelSelectorRequirementSpec {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | null;
}

/** metav1.LabelSelector */
export interface LabelSelectorSpec {
  readonly matchLabels?: Readonly<Record<string, string>> | null;
  readonly matchExpressions?: readonly LabelSelectorRequirementSpec[] | null;
}

export class SelectorError extends Error {
  /** The single errors where the message is an aggregate. */
  readonly parts: readonly string[] | undefined;

  constructor(message: string, parts?: readonly string[]) {
    super(message);
    this.parts = parts;
  }
}

export const EVERYTHING: LabelSelector = Object.freeze({ requirements: [], nothing: false });
export const NOTHING: LabelSelector = Object.freeze({ requirements: [], nothing: true });

const SUPPORTED_OPERATORS = ['!', '!=', '=', '==', 'exists', 'gt', 'in', 'lt', 'notin'];

function labelKeyError(key: string, path: string): FieldError | undefined {
  const errors = isQualifiedName(key);
  return errors.length === 0 ? undefined : invalid(path, key, errors.join('; '));
}

/** labels.NewRequirement: checked. `path` is '' or a field path. Throws SelectorError. */
export function newRequirement(
  key: string,
  operator: LabelOperator | string,
  values: readonly string[] | undefined,
  path = '',
): Requirement {
  const child = (name: string) => (path === '' ? name : `${path}.${name}`);
  const errors: FieldError[] = [];
  const keyError = labelKeyError(key, child('key'));
  if (keyError !== undefined) errors.push(keyError);
  errors.push(...operandErrors(operator, values, child));
  (values ?? []).forEach((value, i) => {
    const wrong = isValidLabelValue(value);
    if (wrong.length > 0) errors.push(invalid(`${child('values')}[${i}][${key}]`, value, wrong.join('; ')));
  });
  if (errors.length > 0) {
    const parts = errors.map(fieldErrorText);
    throw new SelectorError(aggregateText(parts), parts);
  }
  return { key, operator: operator as LabelOperator, values: values ?? [] };
}

function operandErrors(
  operator: string,
  given: readonly string[] | undefined,
  child: (name: string) => string,
): FieldError[] {
  const values = given ?? [];
  const wrong = (detail: string) => [invalid(child('values'), given, detail)];
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length === 0 ? wrong("for 'in', 'notin' operators, values set can't be empty") : [];
    case '=':
    case '==':
    case '!=':
      return values.length !== 1 ? wrong('exact-match compatibility requires one single value') : [];
    case 'exists':
    case '!':
      return values.length !== 0 ? wrong('values set must be empty for exists and does not exist') : [];
    case 'gt':
    case 'lt': {
      const errors = values.length !== 1 ? wrong("for 'Gt', 'Lt' operators, exactly one value is required") : [];
      values.forEach((value, i) => {
        if (parseInt64(value) === undefined) {
          const detail = "for 'Gt', 'Lt' operators, the value must be an integer";
          errors.push(invalid(`${child('values')}[${i}]`, value, detail));
        }
      });
      return errors;
    }
    default:
      return [notSupported(child('operator'), operator, SUPPORTED_OPERATORS)];
  }
}

export function requirementMatches(r: Requirement, labels: Labels): boolean {
  const value = labels === undefined || labels === null || !Object.hasOwn(labels, r.key) ? undefined : labels[r.key];
  switch (r.operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && r.values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !r.values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    default: {
      if (value === undefined) return false;
      const actual = parseInt64(value);
      const bound = parseInt64(r.values[0]);
      if (actual === undefined || bound === undefined) return false;
      return r.operator === 'gt' ? actual > bound : actual < bound;
    }
  }
}

export function selectorMatches(selector: LabelSelector, labels: Labels): boolean {
  if (selector.nothing) return false;
  for (const r of selector.requirements) if (!requirementMatches(r, labels)) return false;
  return true;
}

export function isEverything(selector: LabelSelector): boolean {
  return !selector.nothing && selector.requirements.length === 0;
}

function requirementText(r: Requirement): string {
  const values = r.values.length > 1 ? [...r.values].sort(compareUtf8).join(',') : (r.values[0] ?? '');
  switch (r.operator) {
    case '!':
      return `!${r.key}`;
    case 'exists':
      return r.key;
    case 'in':
    case 'notin':
      return `${r.key} ${r.operator} (${values})`;
    case 'gt':
      return `${r.key}>${values}`;
    case 'lt':
      return `${r.key}<${values}`;
    default:
      return `${r.key}${r.operator}${values}`;
  }
}

/** The canonical text, as sent in list requests. */
export function selectorText(selector: LabelSelector): string {
  return selector.requirements.map(requirementText).join(',');
}

function sorted(requirements: Requirement[]): readonly Requirement[] {
  return requirements.sort((a, b) => compareUtf8(a.key, b.key));
}

const STRUCTURED_OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

const compiled = new WeakMap<object, LabelSelector>();

/** metav1.LabelSelectorAsSelector. Throws SelectorError. Known results are kept for frozen specs. */
export function labelSelectorAsSelector(spec: LabelSelectorSpec | null | undefined): LabelSelector {
  if (spec === null || spec === undefined) return NOTHING;
  const known = compiled.get(spec);
  if (known !== undefined) return known;
  const labels = spec.matchLabels ?? {};
  const requirements: Requirement[] = [];
  // Go ranges over the map in random order; sorted is one of its orders.
  for (const key of Object.keys(labels).sort(compareUtf8)) requirements.push(newRequirement(key, '=', [labels[key]]));
  for (const expression of spec.matchExpressions ?? []) {
    const operator = STRUCTURED_OPERATORS[expression.operator];
    if (operator === undefined) {
      throw new SelectorError(`${goQuote(expression.operator)} is not a valid label selector operator`);
    }
    const values = expression.values ?? undefined;
    requirements.push(newRequirement(expression.key, operator, values?.length === 0 ? undefined : values));
  }
  const selector = requirements.length === 0 ? EVERYTHING : { requirements: sorted(requirements), nothing: false };
  if (Object.isFrozen(spec)) compiled.set(spec, selector);
  return selector;
}

/** Does a structured selector match? An invalid one matches nothing. */
export function labelSelectorMatches(spec: LabelSelectorSpec | null | undefined, labels: Labels): boolean {
  if (spec === null || spec === undefined) return false;
  try {
    return selectorMatches(labelSelectorAsSelector(spec), labels);
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}

/** metav1.FormatLabelSelector */
export function formatLabelSelector(spec: LabelSelectorSpec | null | undefined): string {
  try {
    const text = selectorText(labelSelectorAsSelector(spec));
    return text === '' ? '<none>' : text;
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}

/** labels.SelectorFromSet: exact matches of all labels (Service selectors, nodeSelector). */
export function setMatches(set: Labels, labels: Labels): boolean {
  if (set === undefined || set === null) return true;
  for (const key of Object.keys(set)) {
    if (labels === undefined || labels === null || labels[key] !== set[key]) return false;
  }
  return true;
}

// --- Validation of structured selectors (meta/v1/validation) ---

export function validateLabelName(name: string, path: string): FieldError[] {
  return isQualifiedName(name).map((message) => invalid(path, name, message));
}

export function validateLabels(labels: Labels | null, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(labels ?? {}).sort(compareUtf8)) {
    errors.push(...validateLabelName(key, path));
    const value = labels![key];
    for (const message of isValidLabelValue(value)) errors.push(invalid(path, value, message));
  }
  return errors;
}

export function validateLabelSelector(
  spec: LabelSelectorSpec | null | undefined,
  path: string,
  allowInvalidValues = false,
): FieldError[] {
  if (spec === null || spec === undefined) return [];
  const errors = validateLabels(spec.matchLabels ?? {}, `${path}.matchLabels`);
  (spec.matchExpressions ?? []).forEach((expression, i) => {
    errors.push(...validateSelectorRequirement(expression, `${path}.matchExpressions[${i}]`, allowInvalidValues));
  });
  return errors;
}

function validateSelectorRequirement(
  expression: LabelSelectorRequirementSpec,
  path: string,
  allowInvalidValues: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const values = expression.values ?? [];
  switch (expression.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
      break;
    default:
      errors.push(invalid(`${path}.operator`, expression.operator, 'not a valid selector operator'));
  }
  errors.push(...validateLabelName(expression.key, `${path}.key`));
  if (!allowInvalidValues) {
    values.forEach((value, i) => {
      for (const message of isValidLabelValue(value)) errors.push(invalid(`${path}.values[${i}]`, value, message));
    });
  }
  return errors;
}

/** labels.ConvertSelectorToLabelsMap: `a=b,c=d`. Throws SelectorError. */
export function parseLabelsMap(text: string): Record<string, string> {
  const map: Record<string, string> = {};
  if (text === '') return map;
  for (const part of text.split(',')) {
    const sides = part.split('=');
    if (sides.length !== 2) throw new SelectorError(`invalid selector: [${sides.join(' ')}]`);
    const key = sides[0].trim();
    const keyError = labelKeyError(key, '');
    if (keyError !== undefined) throw new SelectorError(fieldErrorText(keyError));
    const value = sides[1].trim();
    const wrong = isValidLabelValue(value);
    if (wrong.length > 0) throw new SelectorError(fieldErrorText(invalid(`[${key}]`, value, wrong.join('; '))));
    map[key] = value;
  }
  return map;
}

/** Selector.RequiresExactMatch: the one value that `key` must have, if the selector says so. */
export function requiresExactMatch(selector: LabelSelector, key: string): string | undefined {
  for (const r of selector.requirements) {
    if (r.key !== key || r.values.length !== 1) continue;
    if (r.operator === '=' || r.operator === '==' || r.operator === 'in') return r.values[0];
  }
  return undefined;
}
