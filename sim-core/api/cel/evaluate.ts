import { add, arithmetic, intRange } from './arithmetic.ts';
import { CelError, noSuchOverload } from './errors.ts';
import { callFunction } from './functions.ts';
import { type Expr, parse } from './parser.ts';
import {
  Bytes,
  CelMap,
  type CelValue,
  compareValues,
  equalValues,
  isList,
  Optional,
  Type,
  typeName,
  UInt,
} from './values.ts';

export type Variables = (name: string) => CelValue | undefined;

/** A parsed expression; it can be evaluated with many sets of variables. */
export interface Program {
  readonly source: string;
  evaluate(variables: Variables): CelValue;
}

/** Macros whose first argument is a variable for the second. */
export const MACROS: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'existsOne',
  'map',
  'filter',
  'transformList',
  'transformMap',
  'optMap',
  'optFlatMap',
]);
const TYPES: ReadonlySet<string> = new Set([
  'int',
  'uint',
  'double',
  'bool',
  'string',
  'bytes',
  'list',
  'map',
  'null_type',
  'type',
]);
/** Namespaces of functions: `sets.contains(...)`. */
const NAMESPACES: ReadonlySet<string> = new Set(['sets', 'lists', 'optional']);

/**
 * Parses an expression of the Common Expression Language. There is no static check of types: what a checker would refuse
 * shows when it is evaluated. Throws CelError.
 */
export function compile(source: string): Program {
  const expr = parse(source);
  return { source, evaluate: (variables) => evaluate(expr, variables) };
}

function evaluate(e: Expr, vars: Variables): CelValue {
  switch (e.kind) {
    case 'literal':
      return literal(e.type, e.text);
    case 'name': {
      const value = vars(e.name);
      if (value !== undefined) return value;
      if (TYPES.has(e.name)) return new Type(e.name);
      throw new CelError(`undeclared reference to '${e.name}' (in container '')`);
    }
    case 'select':
      return select(evaluate(e.of, vars), e.field, e.optional);
    case 'index':
      return index(evaluate(e.of, vars), evaluate(e.at, vars), e.optional);
    case 'list':
      return listOf(e, vars);
    case 'map':
      return mapOf(e, vars);
    default:
      return call(e, vars);
  }
}

function literal(type: string, text: string): CelValue {
  switch (type) {
    case 'int':
      return intRange(text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text), 'integer overflow');
    case 'uint':
      return new UInt(BigInt(text.slice(0, -1)));
    case 'double':
      return Number(text);
    case 'bytes':
      return new Bytes(text);
    case 'bool':
      return text === 'true';
    case 'null':
      return null;
    default:
      return text;
  }
}

function select(of: CelValue, field: string, optional: boolean): CelValue {
  if (of instanceof Optional) return of.value === undefined ? of : select(of.value, field, true);
  if (!(of instanceof CelMap)) throw noSuchOverload();
  const value = of.get(field);
  if (optional) return new Optional(value);
  if (value === undefined) throw new CelError(`no such key: ${field}`);
  return value;
}

function index(of: CelValue, at: CelValue, optional: boolean): CelValue {
  if (of instanceof Optional) return of.value === undefined ? of : index(of.value, at, true);
  if (of instanceof CelMap) {
    const value = of.get(at);
    if (optional) return new Optional(value);
    if (value === undefined) throw new CelError(`no such key: ${String(at instanceof UInt ? at.value : at)}`);
    return value;
  }
  if (!isList(of)) throw noSuchOverload();
  const position = at instanceof UInt ? at.value : at;
  if (typeof position !== 'bigint' && !(typeof position === 'number' && Number.isInteger(position)))
    throw noSuchOverload();
  const value = position < 0 ? undefined : of[Number(position)];
  if (optional) return new Optional(value);
  if (value === undefined) throw new CelError(`index out of bounds: ${position}`);
  return value;
}

function listOf(e: Expr & { kind: 'list' }, vars: Variables): CelValue {
  const items: CelValue[] = [];
  for (const item of e.items) {
    const value = evaluate(item.value, vars);
    if (!item.optional) items.push(value);
    else if (value instanceof Optional && value.value !== undefined) items.push(value.value);
  }
  return items;
}

function mapOf(e: Expr & { kind: 'map' }, vars: Variables): CelValue {
  const entries: [CelValue, CelValue][] = [];
  for (const entry of e.entries) {
    const key = evaluate(entry.key, vars);
    const value = evaluate(entry.value, vars);
    if (!entry.optional) entries.push([key, value]);
    else if (value instanceof Optional && value.value !== undefined) entries.push([key, value.value]);
  }
  return new CelMap(entries);
}

function call(e: Expr & { kind: 'call' }, vars: Variables): CelValue {
  if (e.target === undefined) {
    if (e.name === '&&' || e.name === '||') return logic(e.args, e.name === '||', vars);
    if (e.name === '?:') {
      const condition = evaluate(e.args[0], vars);
      if (typeof condition !== 'boolean') throw noSuchOverload();
      return evaluate(e.args[condition ? 1 : 2], vars);
    }
    if (e.name === 'has') return has(e.args[0], vars);
    return operator(
      e.name,
      e.args.map((arg) => evaluate(arg, vars)),
    );
  }
  if (e.target.kind === 'name' && NAMESPACES.has(e.target.name) && vars(e.target.name) === undefined)
    return callFunction(
      `${e.target.name}.${e.name}`,
      e.args.map((arg) => evaluate(arg, vars)),
    );
  const target = evaluate(e.target, vars);
  if (MACROS.has(e.name)) return macro(e.name, target, e.args, vars);
  return callFunction(`.${e.name}`, [target, ...e.args.map((arg) => evaluate(arg, vars))]);
}

/** && and || take either side's answer if it decides, whatever error the other side has. */
function logic(args: readonly Expr[], decides: boolean, vars: Variables): boolean {
  let failure: unknown;
  for (const arg of args) {
    try {
      const value = evaluate(arg, vars);
      if (typeof value !== 'boolean') throw noSuchOverload();
      if (value === decides) return decides;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return !decides;
}

function has(arg: Expr, vars: Variables): boolean {
  if (arg?.kind !== 'select') throw new CelError('invalid argument to has() macro');
  const of = evaluate(arg.of, vars);
  if (of instanceof CelMap) return of.has(arg.field);
  if (of instanceof Optional) return of.value instanceof CelMap && of.value.has(arg.field);
  throw noSuchOverload();
}

function operator(name: string, args: readonly CelValue[]): CelValue {
  const [a, b] = args;
  switch (name) {
    case '==':
      return equalValues(a, b);
    case '!=':
      return !equalValues(a, b);
    case '<':
      return compareValues(a, b) < 0;
    case '<=':
      return compareValues(a, b) <= 0;
    case '>':
      return compareValues(a, b) > 0;
    case '>=':
      return compareValues(a, b) >= 0;
    case 'in':
      if (b instanceof CelMap) return b.has(a);
      if (isList(b)) return b.some((v) => equalValues(a, v));
      throw noSuchOverload();
    case '!':
      if (typeof a !== 'boolean') throw noSuchOverload();
      return !a;
    case '+':
      return add(a, b);
    case '-':
      return b === undefined ? negate(a) : arithmetic('-', a, b);
    case '*':
    case '/':
    case '%':
      return arithmetic(name, a, b);
    case 'type':
      return new Type(typeName(a));
    default:
      return callFunction(name, args);
  }
}

function negate(a: CelValue): CelValue {
  if (typeof a === 'number') return -a;
  return arithmetic('-', typeof a === 'bigint' ? 0n : a, a);
}

/** Elements of a comprehension with their first variable: index or key. */
function elements(target: CelValue): readonly (readonly [CelValue, CelValue])[] {
  if (isList(target)) return target.map((v, i) => [BigInt(i), v] as const);
  if (target instanceof CelMap) return target.list();
  throw noSuchOverload();
}

function bind(vars: Variables, names: readonly string[], values: readonly CelValue[]): Variables {
  return (name) => {
    const at = names.indexOf(name);
    return at < 0 ? vars(name) : values[at];
  };
}

function macro(name: string, target: CelValue, args: readonly Expr[], vars: Variables): CelValue {
  const first = nameOf(args[0]);
  if (name === 'optMap' || name === 'optFlatMap') {
    if (!(target instanceof Optional)) throw noSuchOverload();
    if (target.value === undefined) return target;
    const mapped = evaluate(args[1], bind(vars, [first], [target.value]));
    return name === 'optMap' ? new Optional(mapped) : mapped;
  }
  const isTransform = name === 'transformList' || name === 'transformMap';
  const two = isTransform || (name !== 'map' && args.length === 3);
  const names = two ? [first, nameOf(args[1])] : [first];
  const body = args.slice(names.length);
  const scopes = elements(target).map(([key, value]) => {
    // With one variable: elements of a list, keys of a map.
    const values = two ? [key, value] : [target instanceof CelMap ? key : value];
    return { key, value: values[values.length - 1], vars: bind(vars, names, values) };
  });
  switch (name) {
    case 'all':
    case 'exists':
      return quantified(scopes, body[0], name === 'exists');
    case 'exists_one':
    case 'existsOne':
      return scopes.filter((s) => isTrue(evaluate(body[0], s.vars))).length === 1;
    case 'filter':
      return scopes.filter((s) => isTrue(evaluate(body[0], s.vars))).map((s) => s.value);
    default: {
      const result = body[body.length - 1];
      const kept = body.length === 1 ? scopes : scopes.filter((s) => isTrue(evaluate(body[0], s.vars)));
      if (name !== 'transformMap') return kept.map((s) => evaluate(result, s.vars));
      return new CelMap(kept.map((s) => [s.key, evaluate(result, s.vars)] as const));
    }
  }
}

function quantified(scopes: readonly { readonly vars: Variables }[], body: Expr, decides: boolean): boolean {
  let failure: unknown;
  for (const scope of scopes) {
    try {
      if (isTrue(evaluate(body, scope.vars)) === decides) return decides;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return !decides;
}

function isTrue(value: CelValue): boolean {
  if (typeof value !== 'boolean') throw noSuchOverload();
  return value;
}

function nameOf(e: Expr | undefined): string {
  if (e?.kind !== 'name') throw new CelError('argument is not an identifier');
  return e.name;
}
