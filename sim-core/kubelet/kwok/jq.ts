/**
 * The part of the jq language that Stage selectors and `expressionFrom` use: paths, iteration, pipes, `select`, `map`,
 * comparisons, `and`/`or`/`not`, `//`, literals, array construction and a few built-in functions. A query is compiled
 * once; running it gives all its outputs. As KWOK does, an iteration over null gives no output instead of an error.
 */
type Value = unknown;
type Filter = (input: Value) => readonly Value[];

export class JqError extends Error {
  /** Offset in the query's text. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

type Token = {
  readonly kind: 'op' | 'name' | 'field' | 'string' | 'number' | 'end';
  readonly text: string;
  readonly at: number;
};

const OPERATORS = [
  '//',
  '==',
  '!=',
  '<=',
  '>=',
  '..',
  '.',
  '[',
  ']',
  '(',
  ')',
  '|',
  ',',
  ':',
  '<',
  '>',
  '+',
  '-',
  '*',
  '?',
];

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  while (i < source.length) {
    const c = source[i];
    if (c === ' ' || c === '\t' || c === '\n') {
      i += 1;
      continue;
    }
    const rest = source.slice(i);
    const field = /^\.([A-Za-z_][A-Za-z0-9_]*)/.exec(rest);
    if (field) {
      tokens.push({ kind: 'field', text: field[1], at: i });
      i += field[0].length;
      continue;
    }
    const name = /^[A-Za-z_$][A-Za-z0-9_]*/.exec(rest);
    if (name) {
      tokens.push({ kind: 'name', text: name[0], at: i });
      i += name[0].length;
      continue;
    }
    const number = /^[0-9]+(\.[0-9]+)?/.exec(rest);
    if (number) {
      tokens.push({ kind: 'number', text: number[0], at: i });
      i += number[0].length;
      continue;
    }
    if (c === '"') {
      const string = /^"(?:[^"\\]|\\.)*"/.exec(rest);
      if (!string) throw new JqError('unterminated string', i);
      tokens.push({ kind: 'string', text: JSON.parse(string[0]) as string, at: i });
      i += string[0].length;
      continue;
    }
    const op = OPERATORS.find((o) => rest.startsWith(o));
    if (op === undefined) throw new JqError(`unexpected character ${JSON.stringify(c)}`, i);
    tokens.push({ kind: 'op', text: op, at: i });
    i += op.length;
  }
  tokens.push({ kind: 'end', text: '', at: source.length });
  return tokens;
}

const isObject = (v: Value): v is Record<string, Value> => v !== null && typeof v === 'object' && !Array.isArray(v);
const truthy = (v: Value): boolean => v !== null && v !== undefined && v !== false;

function typeName(v: Value): string {
  if (v === null || v === undefined) return 'null';
  if (Array.isArray(v)) return 'array';
  return typeof v;
}

const TYPE_ORDER = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/** jq's order over values of all types: null, false, true, numbers, strings, arrays, objects. */
export function compareValues(a: Value, b: Value): number {
  const ta = TYPE_ORDER.indexOf(typeName(a));
  const tb = TYPE_ORDER.indexOf(typeName(b));
  if (ta !== tb) return ta - tb;
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'number') return a - (b as number);
  if (typeof a === 'string') return a < (b as string) ? -1 : a > (b as string) ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
      const c = compareValues(a[i], b[i]);
      if (c !== 0) return c;
    }
    return a.length - b.length;
  }
  if (isObject(a) && isObject(b)) {
    const ka = Object.keys(a).sort();
    const kb = Object.keys(b).sort();
    const keys = compareValues(ka, kb);
    if (keys !== 0) return keys;
    for (const k of ka) {
      const c = compareValues(a[k], b[k]);
      if (c !== 0) return c;
    }
  }
  return 0;
}

function field(v: Value, key: Value): Value {
  if (v === null || v === undefined) return null;
  if (typeof key === 'number' && Array.isArray(v)) return v[key < 0 ? v.length + key : key] ?? null;
  if (typeof key === 'string' && isObject(v)) return v[key] ?? null;
  throw new Error(`cannot index ${typeName(v)} with ${JSON.stringify(key)}`);
}

function iterate(v: Value): readonly Value[] {
  if (v === null || v === undefined) return [];
  if (Array.isArray(v)) return v;
  if (isObject(v))
    return Object.keys(v)
      .sort()
      .map((k) => v[k]);
  throw new Error(`cannot iterate over ${typeName(v)}`);
}

function indexOf(v: Value, what: Value): Value {
  if (v === null || v === undefined) return null;
  if (typeof v === 'string' && typeof what === 'string') {
    const i = v.indexOf(what);
    return i < 0 ? null : i;
  }
  if (Array.isArray(v)) {
    const i = v.findIndex((x) => compareValues(x, what) === 0);
    return i < 0 ? null : i;
  }
  return null;
}

function length(v: Value): number {
  if (v === null || v === undefined) return 0;
  if (typeof v === 'string') return [...v].length;
  if (typeof v === 'number') return Math.abs(v);
  return iterate(v).length;
}

const text = (v: Value): string => (typeof v === 'string' ? v : JSON.stringify(v ?? null));

const FUNCTIONS_0: Readonly<Record<string, (v: Value) => readonly Value[]>> = {
  not: (v) => [!truthy(v)],
  length: (v) => [length(v)],
  keys: (v) => [Array.isArray(v) ? v.map((_, i) => i) : Object.keys((v ?? {}) as object).sort()],
  empty: () => [],
  tostring: (v) => [text(v)],
  tonumber: (v) => [Number(v)],
  type: (v) => [typeName(v)],
  first: (v) => [field(v, 0)],
  last: (v) => [field(v, -1)],
  any: (v) => [iterate(v).some(truthy)],
  all: (v) => [iterate(v).every(truthy)],
  add: (v) => [iterate(v).reduce((a: Value, b) => (a === null ? b : add(a, b)), null)],
};

function add(a: Value, b: Value): Value {
  if (a === null || a === undefined) return b;
  if (b === null || b === undefined) return a;
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (isObject(a) && isObject(b)) return { ...a, ...b };
  throw new Error(`cannot add ${typeName(a)} and ${typeName(b)}`);
}

const FUNCTIONS_1: Readonly<Record<string, (f: Filter) => Filter>> = {
  select: (f) => (v) => f(v).flatMap((x) => (truthy(x) ? [v] : [])),
  map: (f) => (v) => [iterate(v).flatMap((x) => f(x))],
  index: (f) => (v) => f(v).map((x) => indexOf(v, x)),
  has: (f) => (v) =>
    f(v).map((k) =>
      Array.isArray(v) ? typeof k === 'number' && k < v.length : isObject(v) && Object.hasOwn(v, String(k)),
    ),
  any: (f) => (v) => [iterate(v).some((x) => f(x).some(truthy))],
  all: (f) => (v) => [iterate(v).every((x) => f(x).every(truthy))],
  startswith: (f) => (v) => f(v).map((x) => typeof v === 'string' && v.startsWith(String(x))),
  endswith: (f) => (v) => f(v).map((x) => typeof v === 'string' && v.endsWith(String(x))),
  contains: (f) => (v) => f(v).map((x) => (typeof v === 'string' ? v.includes(String(x)) : indexOf(v, x) !== null)),
  first: (f) => (v) => f(v).slice(0, 1),
};

class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  private peek(): Token {
    return this.tokens[this.position];
  }
  private take(): Token {
    return this.tokens[this.position++];
  }
  private is(op: string): boolean {
    const t = this.peek();
    return t.kind === 'op' && t.text === op;
  }
  private accept(op: string): boolean {
    if (!this.is(op)) return false;
    this.position += 1;
    return true;
  }
  private expect(op: string): void {
    if (!this.accept(op)) throw new JqError(`expected ${JSON.stringify(op)}`, this.peek().at);
  }

  parse(): Filter {
    const filter = this.pipe();
    if (this.peek().kind !== 'end') throw new JqError(`unexpected ${JSON.stringify(this.peek().text)}`, this.peek().at);
    return filter;
  }

  private pipe(): Filter {
    const left = this.comma();
    if (!this.accept('|')) return left;
    const right = this.pipe();
    return (v) => left(v).flatMap((x) => right(x));
  }

  private comma(): Filter {
    let left = this.alternative();
    while (this.accept(',')) {
      const a = left;
      const b = this.alternative();
      left = (v) => [...a(v), ...b(v)];
    }
    return left;
  }

  private alternative(): Filter {
    const left = this.or();
    if (!this.accept('//')) return left;
    const right = this.alternative();
    return (v) => {
      const found = left(v).filter(truthy);
      return found.length > 0 ? found : right(v);
    };
  }

  private keyword(word: string): boolean {
    const t = this.peek();
    if (t.kind !== 'name' || t.text !== word) return false;
    this.position += 1;
    return true;
  }

  private or(): Filter {
    let left = this.and();
    while (this.keyword('or')) {
      const a = left;
      const b = this.and();
      left = (v) => a(v).flatMap((x) => (truthy(x) ? [true] : b(v).map(truthy)));
    }
    return left;
  }

  private and(): Filter {
    let left = this.comparison();
    while (this.keyword('and')) {
      const a = left;
      const b = this.comparison();
      left = (v) => a(v).flatMap((x) => (truthy(x) ? b(v).map(truthy) : [false]));
    }
    return left;
  }

  private comparison(): Filter {
    const left = this.sum();
    const t = this.peek();
    if (t.kind !== 'op' || !['==', '!=', '<', '<=', '>', '>='].includes(t.text)) return left;
    this.take();
    const right = this.sum();
    const test: Readonly<Record<string, (c: number) => boolean>> = {
      '==': (c) => c === 0,
      '!=': (c) => c !== 0,
      '<': (c) => c < 0,
      '<=': (c) => c <= 0,
      '>': (c) => c > 0,
      '>=': (c) => c >= 0,
    };
    return (v) => right(v).flatMap((r) => left(v).map((l) => test[t.text](compareValues(l, r))));
  }

  private sum(): Filter {
    let left = this.postfix();
    for (;;) {
      const a = left;
      if (this.accept('+')) {
        const b = this.postfix();
        left = (v) => b(v).flatMap((r) => a(v).map((l) => add(l, r)));
      } else if (this.accept('-')) {
        const b = this.postfix();
        left = (v) => b(v).flatMap((r) => a(v).map((l) => Number(l) - Number(r)));
      } else return left;
    }
  }

  private postfix(): Filter {
    let filter = this.primary();
    for (;;) {
      const base = filter;
      const t = this.peek();
      if (t.kind === 'field') {
        this.take();
        filter = (v) => base(v).map((x) => field(x, t.text));
      } else if (this.is('[') || (this.is('.') && this.tokens[this.position + 1].text === '[')) {
        this.accept('.');
        filter = this.bracket(base);
      } else if (this.accept('?')) {
        filter = (v) => {
          try {
            return base(v);
          } catch {
            return [];
          }
        };
      } else return filter;
    }
  }

  private bracket(base: Filter): Filter {
    this.expect('[');
    if (this.accept(']')) return (v) => base(v).flatMap((x) => iterate(x));
    const key = this.pipe();
    this.expect(']');
    return (v) => base(v).flatMap((x) => key(v).map((k) => field(x, k)));
  }

  private primary(): Filter {
    const t = this.take();
    if (t.kind === 'field') return (v) => [field(v, t.text)];
    if (t.kind === 'string') return () => [t.text];
    if (t.kind === 'number') return () => [Number(t.text)];
    if (t.kind === 'name') return this.call(t);
    if (t.kind === 'op' && t.text === '.') {
      if (this.is('[')) return this.bracket((v) => [v]);
      if (this.peek().kind === 'string') {
        const key = this.take().text;
        return (v) => [field(v, key)];
      }
      return (v) => [v];
    }
    if (t.kind === 'op' && t.text === '(') {
      const inner = this.pipe();
      this.expect(')');
      return inner;
    }
    if (t.kind === 'op' && t.text === '[') {
      if (this.accept(']')) return () => [[]];
      const inner = this.pipe();
      this.expect(']');
      return (v) => [inner(v)];
    }
    if (t.kind === 'op' && t.text === '-') {
      const inner = this.postfix();
      return (v) => inner(v).map((x) => -Number(x));
    }
    throw new JqError(t.kind === 'end' ? 'unexpected end' : `unexpected ${JSON.stringify(t.text)}`, t.at);
  }

  private call(t: Token): Filter {
    if (t.text === 'null') return () => [null];
    if (t.text === 'true') return () => [true];
    if (t.text === 'false') return () => [false];
    if (this.accept('(')) {
      const argument = this.pipe();
      this.expect(')');
      const make = Object.hasOwn(FUNCTIONS_1, t.text) ? FUNCTIONS_1[t.text] : undefined;
      if (!make) throw new JqError(`function not supported: ${t.text}/1`, t.at);
      return make(argument);
    }
    const run = Object.hasOwn(FUNCTIONS_0, t.text) ? FUNCTIONS_0[t.text] : undefined;
    if (!run) throw new JqError(`function not supported: ${t.text}/0`, t.at);
    return run;
  }
}

export interface JqQuery {
  /** All outputs that are not null. An error while running counts as no output (KWOK utils/expression). */
  run(input: unknown): readonly unknown[];
}

/** Compiles a query; throws JqError for what is not understood. */
export function compileJq(source: string): JqQuery {
  const filter = new Parser(tokenize(source)).parse();
  return {
    run(input) {
      try {
        return filter(input).filter((v) => v !== null && v !== undefined);
      } catch {
        return [];
      }
    },
  };
}
