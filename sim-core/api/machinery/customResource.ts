import { oldItem, ruleErrors } from './customRules.ts';
import { type FieldError, invalid, notSupported, required, tooLong, tooMany } from './fieldErrors.ts';
import { goRegExp } from './goRegExp.ts';
import { utf8Length } from './gotext.ts';
import { deepEqual, isObject } from './json.ts';

/**
 * Custom resources under their structural schema (apiextensions-apiserver pkg/apiserver/schema): pruning, defaults and
 * validation. Patterns are read as JavaScript's regular expressions, which agree with Go's on what definitions use.
 */

// biome-ignore lint/suspicious/noExplicitAny: a node of an OpenAPI schema
type Schema = any;
// biome-ignore lint/suspicious/noExplicitAny: JSON under a schema
type Value = any;

/** Top-level fields that belong to every object. */
const OWN: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Fields that the schema does not name are left out; their paths go into `unknown`. */
export function pruneCustom(object: Value, schema: Schema, unknown: string[]): Value {
  return prune(object, schema, '', unknown, true);
}

function prune(value: Value, schema: Schema, path: string, unknown: string[], root = false): Value {
  if (Array.isArray(value)) return value.map((item, i) => prune(item, schema?.items, `${path}[${i}]`, unknown));
  if (!isObject(value) || schema === undefined) return value;
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const inner =
      schema.properties?.[key] ?? (isObject(schema.additionalProperties) ? schema.additionalProperties : undefined);
    if (root && OWN.has(key)) result[key] = item;
    else if (inner !== undefined) result[key] = prune(item, inner, at, unknown);
    else if (keeps || schema.additionalProperties === true) result[key] = item;
    else unknown.push(at);
  }
  return result;
}

/** Fills in defaults; null counts as missing where null is not allowed. */
export function defaultCustom(value: Value, schema: Schema): Value {
  if (Array.isArray(value)) return schema?.items ? value.map((item) => defaultCustom(item, schema.items)) : value;
  if (!isObject(value) || schema === undefined) return value;
  const result: Record<string, unknown> = { ...value };
  const properties: Record<string, Schema> = schema.properties ?? {};
  for (const [key, inner] of Object.entries(properties)) {
    const absent = result[key] === undefined || (result[key] === null && inner.nullable !== true);
    if (absent && inner.default !== undefined) result[key] = inner.default;
    else if (result[key] === null && absent) delete result[key];
    if (result[key] !== undefined) result[key] = defaultCustom(result[key], inner);
  }
  if (isObject(schema.additionalProperties)) {
    for (const key of Object.keys(result)) {
      if (!properties[key]) result[key] = defaultCustom(result[key], schema.additionalProperties);
    }
  }
  return result;
}

const RULES_SKIPPED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** Field errors of a pruned and defaulted object; what an update leaves as it was is not blamed on it. */
export function validateCustom(object: Value, schema: Schema, before?: Value): readonly FieldError[] {
  const found: Found = { errors: [], blocking: false };
  check(withoutOwn(object), schema, '', found, before && withoutOwn(before));
  if (!hasRules(schema)) return found.errors;
  if (found.blocking) return [...found.errors, invalid('', null, RULES_SKIPPED)];
  return [...found.errors, ...ruleErrors(object, schema, before)];
}

/** Field errors of a value that a schema gives as a default. */
export function defaultErrors(value: Value, schema: Schema): readonly FieldError[] {
  const found: Found = { errors: [], blocking: false };
  check(value, schema, '', found, undefined);
  return found.errors;
}

function withoutOwn({ apiVersion: _, kind: __, metadata: ___, ...rest }: Value): Value {
  return rest;
}

interface Found {
  readonly errors: FieldError[];
  /** An error that keeps the rules of the schema from being evaluated. */
  blocking: boolean;
}

function hasRules(schema: Schema): boolean {
  if (!isObject(schema)) return false;
  if (schema['x-kubernetes-validations']?.length) return true;
  const inner = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  return inner.some(hasRules);
}

const TYPES: Readonly<Record<string, (value: Value) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  number: (value) => typeof value === 'number',
};

function typeName(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

function check(value: Value, schema: Schema, path: string, found: Found, old: Value | undefined): void {
  if (!isObject(schema) || (value === null && schema.nullable === true)) return;
  if (old !== undefined && deepEqual(value, old)) return;
  const block = (error: FieldError) => {
    found.errors.push(error);
    found.blocking = true;
  };
  const type: string | undefined = schema['x-kubernetes-int-or-string'] ? undefined : schema.type;
  if (type !== undefined && TYPES[type] && !TYPES[type](value)) {
    const text = `${path} in body must be of type ${type}: ${JSON.stringify(typeName(value))}`;
    block({ ...invalid(path, typeName(value), text), type: 'FieldValueTypeInvalid' });
    return;
  }
  if (schema.enum && !schema.enum.some((allowed: Value) => deepEqual(allowed, value))) {
    block(notSupported(path, value, schema.enum.map(String)));
  }
  if (Array.isArray(value)) checkList(value, schema, path, found, block, old);
  else if (isObject(value)) checkMap(value, schema, path, found, block, old);
  else if (typeof value === 'string') checkText(value, schema, path, found, block);
  else if (typeof value === 'number') checkNumber(value, schema, path, found);
}

type Block = (error: FieldError) => void;

function checkList(
  value: readonly Value[],
  schema: Schema,
  path: string,
  found: Found,
  block: Block,
  old: Value | undefined,
): void {
  if (schema.maxItems !== undefined && value.length > schema.maxItems)
    block(tooMany(path, value.length, schema.maxItems));
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    found.errors.push(invalid(path, value.length, `${path} in body should have at least ${schema.minItems} items`));
  }
  value.forEach((item, i) => {
    check(item, schema.items, `${path}[${i}]`, found, oldItem(item, old, schema));
  });
}

function checkMap(
  value: Value,
  schema: Schema,
  path: string,
  found: Found,
  block: Block,
  old: Value | undefined,
): void {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  for (const key of schema.required ?? []) if (value[key] === undefined) block(required(at(key), ''));
  for (const key of Object.keys(value).sort()) {
    const before = isObject(old) ? old[key] : undefined;
    check(value[key], schema.properties?.[key] ?? schema.additionalProperties, at(key), found, before);
  }
}

/** A text is told its first mistake alone. */
function checkText(value: string, schema: Schema, path: string, found: Found, block: Block): void {
  if (schema.maxLength !== undefined && utf8Length(value) > schema.maxLength) block(tooLong(path, schema.maxLength));
  else if (schema.minLength !== undefined && value.length < schema.minLength) {
    found.errors.push(invalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  } else if (schema.pattern !== undefined && !matcherOf(schema.pattern).test(value)) {
    found.errors.push(invalid(path, value, `${path} in body should match '${schema.pattern}'`));
  }
}

const ANYTHING = /(?:)/;

const matchers = new Map<string, RegExp>();
const MATCHERS_MAX = 256;

function matcherOf(pattern: string): RegExp {
  let known = matchers.get(pattern);
  if (known === undefined) {
    known = goRegExp(pattern) ?? ANYTHING;
    if (matchers.size >= MATCHERS_MAX) matchers.clear();
    matchers.set(pattern, known);
  }
  return known;
}

function checkNumber(value: number, schema: Schema, path: string, found: Found): void {
  const { minimum, maximum } = schema;
  const should = (text: string, limit: number) =>
    found.errors.push(invalid(path, value, `${path} in body should be ${text} ${limit}`));
  if (maximum !== undefined && value > maximum) should('less than or equal to', maximum);
  if (minimum !== undefined && value < minimum) should('greater than or equal to', minimum);
}
