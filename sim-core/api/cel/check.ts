import { CelError } from './errors.ts';
import { MACROS } from './evaluate.ts';
import { type Expr, parse } from './parser.ts';

/**
 * What a compiler says of an expression before it is ever evaluated: syntax, names that nobody declared, and operators between
 * operands whose types are known and do not fit. Types of everything else are not checked.
 */

/** Types that are known without looking at values. */
export type KnownType = 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'bool' | 'null_type' | 'list' | 'map';

export interface Declarations {
  readonly names: ReadonlySet<string>;
  /** The type of a path of names, `['self', 'a']`; undefined where it is not known. */
  typeOf?(path: readonly string[]): KnownType | undefined;
}

/** Types and namespaces of functions that are always there. */
const BUILT_IN: ReadonlySet<string> = new Set([
  ...['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type', 'dyn', 'google'],
  ...['sets', 'lists', 'optional', 'math', 'strings', 'ip', 'cidr', 'format', 'semver', 'quantity', 'url'],
]);

interface Problem {
  readonly at: number;
  readonly text: string;
}

/** The problems of an expression as the compiler prints them; undefined where it finds none. */
export function compilationProblem(source: string, declarations: Declarations): string | undefined {
  let expr: Expr;
  try {
    expr = parse(source);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return located(source, { at: error.at ?? 0, text: error.message });
  }
  const problems: Problem[] = [];
  check(expr, declarations, declarations.names, problems);
  problems.sort((a, b) => a.at - b.at);
  return problems.length === 0 ? undefined : problems.map((problem) => located(source, problem)).join('\n');
}

/** `ERROR: <input>:1:1: ...`, with the line and a mark under the place. */
function located(source: string, { at, text }: Problem): string {
  const before = source.slice(0, at).split('\n');
  const line = before.length;
  const column = before[line - 1].length;
  return `ERROR: <input>:${line}:${column + 1}: ${text}\n | ${source.split('\n')[line - 1]}\n | ${'.'.repeat(column)}^`;
}

function check(expr: Expr, declarations: Declarations, names: ReadonlySet<string>, problems: Problem[]): void {
  const inner = (one: Expr) => check(one, declarations, names, problems);
  switch (expr.kind) {
    case 'name':
      if (!names.has(expr.name) && !BUILT_IN.has(expr.name)) {
        problems.push({ at: expr.at, text: `undeclared reference to '${expr.name}' (in container '')` });
      }
      return;
    case 'select':
      inner(expr.of);
      return;
    case 'index':
      inner(expr.of);
      inner(expr.at);
      return;
    case 'list':
      for (const { value } of expr.items) inner(value);
      return;
    case 'map':
      for (const { key, value } of expr.entries) {
        inner(key);
        inner(value);
      }
      return;
    case 'call':
      checkCall(expr, declarations, names, problems);
      return;
    default:
  }
}

type Call = Extract<Expr, { kind: 'call' }>;

function checkCall(expr: Call, declarations: Declarations, names: ReadonlySet<string>, problems: Problem[]): void {
  const { name, target, args, at } = expr;
  if (target) check(target, declarations, names, problems);
  let inside = names;
  let rest = args;
  if (MACROS.has(name) && target && args.length >= 2) {
    const variables = args.slice(0, -1).flatMap((arg) => (arg.kind === 'name' ? [arg.name] : []));
    inside = new Set([...names, ...variables]);
    rest = args.filter((arg) => arg.kind !== 'name' || !variables.includes(arg.name));
  }
  for (const arg of rest) check(arg, declarations, inside, problems);
  if (at === undefined || args.length !== 2) return;
  const [left, right] = args.map((arg) => typeOf(arg, declarations));
  if (left === undefined || right === undefined || fits(name, left, right)) return;
  problems.push({
    at,
    text: `found no matching overload for '_${name}_' applied to '(${typeText(left)}, ${typeText(right)})'`,
  });
}

/** As cel-go's checker/format.go prints it. */
function typeText(type: KnownType): string {
  return type === 'null_type' ? 'null' : type;
}

function typeOf(expr: Expr, declarations: Declarations): KnownType | undefined {
  if (expr.kind === 'literal') return expr.type === 'null' ? 'null_type' : (expr.type as KnownType);
  const path = pathOf(expr);
  return path && declarations.typeOf?.(path);
}

function pathOf(expr: Expr): readonly string[] | undefined {
  if (expr.kind === 'name') return [expr.name];
  if (expr.kind !== 'select' || expr.optional) return undefined;
  const path = pathOf(expr.of);
  return path && [...path, expr.field];
}

const NUMBERS: ReadonlySet<KnownType> = new Set<KnownType>(['int', 'uint', 'double']);
const ORDERED: ReadonlySet<KnownType> = new Set<KnownType>(['int', 'uint', 'double', 'string', 'bytes', 'bool']);
const ADDED: ReadonlySet<KnownType> = new Set<KnownType>(['int', 'uint', 'double', 'string', 'bytes', 'list']);

/** Is there an overload of an operator? */
function fits(operator: string, left: KnownType, right: KnownType): boolean {
  switch (operator) {
    case '==':
    case '!=':
      // One overload of equal types; lists and maps here may be types of a message, to which null is assignable.
      return (
        left === right || (left === 'null_type' && !ORDERED.has(right)) || (right === 'null_type' && !ORDERED.has(left))
      );
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (left === right && ORDERED.has(left)) || (NUMBERS.has(left) && NUMBERS.has(right));
    case '+':
      return left === right && ADDED.has(left);
    case '-':
    case '*':
    case '/':
      return left === right && NUMBERS.has(left);
    case '%':
      return left === right && (left === 'int' || left === 'uint');
    case '&&':
    case '||':
      return left === 'bool' && right === 'bool';
    default:
      return true;
  }
}
