import { CelError, CelMap, type CelValue, compile, fromJson, type Program } from '../cel/index.ts';
import { duplicate, type FieldError, invalid, invalidPlain, required } from './fieldErrors.ts';
import { deepEqual, isObject } from './json.ts';

/**
 * Rules of a schema (x-kubernetes-validations; apiextensions-apiserver pkg/apiserver/schema/cel/validation.go). There is no
 * bound on costs: what the real server gives up on is evaluated here.
 */

// biome-ignore lint/suspicious/noExplicitAny: a node of an OpenAPI schema
type Schema = any;
// biome-ignore lint/suspicious/noExplicitAny: JSON under a schema
type Value = any;

interface Rule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

interface Compiled {
  readonly program: Program | undefined;
  readonly message: Program | undefined;
  readonly usesOld: boolean;
}

const compiledRules = new WeakMap<Rule, Compiled>();

function compiledOf(rule: Rule): Compiled {
  let known = compiledRules.get(rule);
  if (known === undefined) {
    const program = tryCompile(rule.rule);
    const message = rule.messageExpression ? tryCompile(rule.messageExpression) : undefined;
    known = { program, message, usesOld: /\boldSelf\b/.test(rule.rule) };
    compiledRules.set(rule, known);
  }
  return known;
}

function tryCompile(source: string): Program | undefined {
  try {
    return compile(source);
  } catch (error) {
    if (error instanceof CelError) return undefined;
    throw error;
  }
}

const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** A field's name as expressions write it. */
function escapedName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** JSON as a value of the type that its schema gives it. */
function celValue(value: Value, schema: Schema): CelValue {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => celValue(item, schema?.items));
  if (isObject(value)) {
    const { properties, additionalProperties } = schema ?? {};
    const entries: [CelValue, CelValue][] = [];
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      if (properties?.[key]) entries.push([escapedName(key), celValue(item, properties[key])]);
      else if (isObject(additionalProperties)) entries.push([key, celValue(item, additionalProperties)]);
      else if (!properties) entries.push([key, fromJson(item)]);
    }
    return new CelMap(entries);
  }
  if (schema?.type === 'number' && typeof value === 'number') return value;
  return fromJson(value);
}

/** Top-level fields that rules at the root may look at. */
const ROOT: Schema = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } },
};

/** What the rules of a schema find in an object; `before` is undefined for a create. */
export function ruleErrors(object: Value, schema: Schema, before: Value | undefined): readonly FieldError[] {
  const errors: FieldError[] = [];
  const root = { ...schema, properties: { ...schema.properties, ...ROOT } };
  evaluateAt(object, before, root, '', errors);
  return errors;
}

function evaluateAt(value: Value, old: Value | undefined, schema: Schema, path: string, errors: FieldError[]): void {
  if (!isObject(schema) || value === undefined || value === null) return;
  for (const rule of (schema['x-kubernetes-validations'] ?? []) as readonly Rule[]) {
    const error = ruleError(rule, value, old, schema, path);
    if (error) errors.push(error);
  }
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      evaluateAt(item, oldItem(item, old, schema), schema.items, `${path}[${i}]`, errors);
    });
  } else if (isObject(value)) {
    const inner = schema['x-kubernetes-map-type'] === 'atomic' || !isObject(old) ? undefined : old;
    for (const key of Object.keys(value).sort()) {
      const named = schema.properties?.[key] !== undefined;
      const at = named ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`;
      evaluateAt(value[key], inner?.[key], schema.properties?.[key] ?? schema.additionalProperties, at, errors);
    }
  }
}

/** The item of the old list that an item stands for: only lists with keys have one. */
export function oldItem(item: Value, old: Value | undefined, schema: Schema): Value | undefined {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] as readonly string[];
  return old.find((other) => keys.every((key) => deepEqual(other?.[key], item?.[key])));
}

function ruleError(
  rule: Rule,
  value: Value,
  old: Value | undefined,
  schema: Schema,
  path: string,
): FieldError | undefined {
  const { program, message, usesOld } = compiledOf(rule);
  // A definition with a rule that does not compile was not taken.
  if (program === undefined) return undefined;
  if (usesOld && old === undefined && !rule.optionalOldSelf) return undefined;
  // What was wrong before and is untouched is let pass.
  if (!usesOld && old !== undefined && deepEqual(value, old)) return undefined;
  const self = celValue(value, schema);
  const oldSelf = old === undefined ? undefined : celValue(old, schema);
  const variables = (name: string) => (name === 'self' ? self : name === 'oldSelf' ? oldSelf : undefined);
  const fallback = rule.message?.trim() || `failed rule: ${rule.rule.trim()}`;
  const at = `${path}${rule.fieldPath ?? ''}`.replace(/^\./, '');
  try {
    if (program.evaluate(variables) === true) return undefined;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return errorOf({ ...rule, reason: undefined }, path, value, evaluationText(error.message, rule, fallback));
  }
  if (message !== undefined) {
    const text = messageText(message, variables);
    if (text !== undefined) return errorOf(rule, at, undefined, text);
  }
  return errorOf(rule, at, value, fallback);
}

function evaluationText(why: string, rule: Rule, fallback: string): string {
  if (why.startsWith('no such overload')) {
    return `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${rule.rule}`;
  }
  return `${why} evaluating rule: ${fallback}`;
}

function messageText(program: Program, variables: (name: string) => CelValue | undefined): string | undefined {
  try {
    const text = program.evaluate(variables);
    const usable = typeof text === 'string' && text.trim() !== '' && !text.includes('\n');
    return usable ? text.trim() : undefined;
  } catch (error) {
    if (error instanceof CelError) return undefined;
    throw error;
  }
}

function errorOf({ reason }: Rule, field: string, value: Value | undefined, detail: string): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return { type: 'FieldValueForbidden', field, body: `Forbidden: ${detail}` };
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return duplicate(field, value);
    default:
      return value === undefined || isObject(value) || Array.isArray(value)
        ? invalidPlain(field, detail)
        : invalid(field, value, detail);
  }
}
