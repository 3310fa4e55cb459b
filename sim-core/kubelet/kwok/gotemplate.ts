/**
 * The part of Go's text/template that Stage files use: actions with trim markers, `if`/`else if`/`else`, `range` with
 * variables, `with`, variables and their assignment, pipelines, field chains, calls of functions, literals. Templates
 * are compiled once to closures. A field of a missing value is a missing value (printed `<no value>`).
 */
export class TemplateError extends Error {
  /** Offset in the template's text. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export type TemplateFunctions = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** What a template gave. */
export interface Rendered {
  readonly text: string;
  /** The text with `HOLE` for each plain quoted text that an action gave; undefined = the character of holes is in the text. */
  readonly skeleton: string | undefined;
  /** What stands in the holes, without the quotes. */
  readonly holes: readonly string[];
}

/** Renders with `data` as the dot. Functions that the template names must be in `functions`. */
export type Template = (data: unknown, functions: TemplateFunctions) => Rendered;

export const HOLE_CHARACTER = '\u0000';
export const HOLE = `"${HOLE_CHARACTER}"`;

/** A quoted text that is read as it stands. */
const PLAIN_QUOTED = /^"[^"\\\n\u0000]*"$/;

interface Scope {
  readonly functions: TemplateFunctions;
  /** Stack of [name, value], searched from the end. */
  readonly variables: [string, unknown][];
  out: string;
  skeleton: string;
  readonly holes: string[];
}

function literal(scope: Scope, text: string): void {
  scope.out += text;
  scope.skeleton += text;
}

function printed(scope: Scope, text: string): void {
  scope.out += text;
  if (!PLAIN_QUOTED.test(text)) {
    scope.skeleton += text;
    return;
  }
  scope.skeleton += HOLE;
  const { holes } = scope;
  const held = text.slice(1, -1);
  // Times come again and again: one string for all of them.
  const same = holes.indexOf(held);
  holes.push(same < 0 ? held : holes[same]);
}

type Node = (scope: Scope, dot: unknown) => void;
type Expression = (scope: Scope, dot: unknown) => unknown;

interface Piece {
  readonly kind: 'text' | 'action';
  readonly text: string;
  readonly at: number;
}

function split(source: string): Piece[] {
  const pieces: Piece[] = [];
  let i = 0;
  let trimNext = false;
  while (i < source.length) {
    const open = source.indexOf('{{', i);
    let literal = open < 0 ? source.slice(i) : source.slice(i, open);
    if (trimNext) literal = literal.trimStart();
    trimNext = false;
    if (open < 0) {
      pieces.push({ kind: 'text', text: literal, at: i });
      break;
    }
    let start = open + 2;
    if (source.startsWith('- ', start) || source.startsWith('-\n', start)) {
      literal = literal.trimEnd();
      start += 1;
    }
    pieces.push({ kind: 'text', text: literal, at: i });
    const close = endOfAction(source, start);
    let end = close;
    if (source[close - 1] === '-' && /\s/.test(source[close - 2] ?? '')) {
      end -= 1;
      trimNext = true;
    }
    const body = source.slice(start, end);
    if (!body.trim().startsWith('/*')) pieces.push({ kind: 'action', text: body, at: start });
    i = close + 2;
  }
  return pieces;
}

function endOfAction(source: string, start: number): number {
  let quote = '';
  for (let i = start; i < source.length; i += 1) {
    const c = source[i];
    if (quote !== '') {
      if (c === '\\' && quote === '"') i += 1;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === '`') quote = c;
    else if (c === '}' && source[i + 1] === '}') return i;
  }
  throw new TemplateError('unclosed action', start);
}

interface Token {
  readonly kind: 'name' | 'field' | 'variable' | 'string' | 'number' | 'op' | 'dot' | 'end';
  readonly text: string;
  readonly at: number;
  /** White space stands before it: `.a .b` is two arguments, `(x).b` a field chain. */
  readonly spaced: boolean;
}

function tokenize(body: string, base: number): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  let spaced = true;
  const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
    ['string', /^"(?:[^"\\]|\\.)*"/],
    ['string', /^`[^`]*`/],
    ['field', /^\.[A-Za-z_][A-Za-z0-9_]*/],
    ['variable', /^\$[A-Za-z0-9_]*/],
    ['number', /^[-+]?[0-9]+(\.[0-9]+)?/],
    ['name', /^[A-Za-z_][A-Za-z0-9_]*/],
    ['op', /^(:=|=|\||\(|\)|,)/],
    ['dot', /^\./],
  ];
  while (i < body.length) {
    if (/\s/.test(body[i])) {
      i += 1;
      spaced = true;
      continue;
    }
    const rest = body.slice(i);
    let found = false;
    for (const [kind, pattern] of patterns) {
      const m = pattern.exec(rest);
      if (!m) continue;
      let text = m[0];
      if (kind === 'string') text = text[0] === '`' ? text.slice(1, -1) : (JSON.parse(text) as string);
      if (kind === 'field') text = text.slice(1);
      tokens.push({ kind, text, at: base + i, spaced });
      i += m[0].length;
      found = true;
      break;
    }
    if (!found) throw new TemplateError(`unexpected ${JSON.stringify(body[i])} in an action`, base + i);
    spaced = false;
  }
  tokens.push({ kind: 'end', text: '', at: base + body.length, spaced: true });
  return tokens;
}

export function isTrue(v: unknown): boolean {
  if (v === null || v === undefined || v === false || v === 0 || v === '') return false;
  if (Array.isArray(v)) return v.length > 0;
  if (typeof v === 'object') return Object.keys(v).length > 0;
  return true;
}

function print(v: unknown): string {
  if (v === null || v === undefined) return '<no value>';
  if (typeof v === 'string') return v;
  if (Array.isArray(v)) return `[${v.map(print).join(' ')}]`;
  if (typeof v === 'object') {
    const record = v as Record<string, unknown>;
    return `map[${Object.keys(record)
      .sort()
      .map((k) => `${k}:${print(record[k])}`)
      .join(' ')}]`;
  }
  return String(v);
}

function fieldOf(v: unknown, name: string): unknown {
  if (v === null || v === undefined || typeof v !== 'object') return undefined;
  return (v as Record<string, unknown>)[name];
}

function compareBasic(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const x = String(a);
  const y = String(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Go's fmt verbs that templates use: %s %d %v %q %x. */
function sprintf(format: unknown, ...args: readonly unknown[]): string {
  let n = 0;
  return String(format).replace(/%[-+0-9]*([svdqxt%])/g, (_, verb: string) => {
    if (verb === '%') return '%';
    const arg = args[n++];
    if (verb === 'q') return JSON.stringify(String(arg));
    if (verb === 'x') return Number(arg).toString(16);
    return print(arg);
  });
}

/** Functions of text/template itself and the few of Sprig that Stage files use. */
export const builtinFunctions: TemplateFunctions = {
  and: (...args) => args.find((a) => !isTrue(a)) ?? args[args.length - 1],
  or: (...args) => args.find(isTrue) ?? args[args.length - 1],
  not: (v) => !isTrue(v),
  len: (v) =>
    typeof v === 'string' ? v.length : Array.isArray(v) ? v.length : Object.keys((v ?? {}) as object).length,
  index: (v, ...keys) => keys.reduce((x: unknown, k) => (x as Record<string, unknown> | undefined)?.[String(k)], v),
  eq: (a, ...others) => others.some((b) => a === b || (a == null && b == null)),
  ne: (a, b) => a !== b && !(a == null && b == null),
  lt: (a, b) => compareBasic(a, b) < 0,
  le: (a, b) => compareBasic(a, b) <= 0,
  gt: (a, b) => compareBasic(a, b) > 0,
  ge: (a, b) => compareBasic(a, b) >= 0,
  print: (...args) => args.map(print).join(''),
  printf: (format, ...args) => sprintf(format, ...args),
  println: (...args) => `${args.map(print).join(' ')}\n`,
  dict: (...pairs) => {
    const out: Record<string, unknown> = {};
    for (let i = 0; i + 1 < pairs.length; i += 2) out[String(pairs[i])] = pairs[i + 1];
    return out;
  },
  list: (...args) => args,
  default: (fallback, v) => (isTrue(v) ? v : fallback),
  empty: (v) => !isTrue(v),
  ternary: (yes, no, test) => (isTrue(test) ? yes : no),
  add: (...args) => args.reduce((a: number, b) => a + Number(b), 0),
  sub: (a, b) => Number(a) - Number(b),
  quote: (v) => JSON.stringify(print(v)),
  trim: (v) => String(v).trim(),
  join: (separator, v) => (Array.isArray(v) ? v.map(print).join(String(separator)) : print(v)),
};

class ActionParser {
  private readonly tokens: readonly Token[];
  private readonly known: ReadonlySet<string>;
  private position = 0;
  constructor(tokens: readonly Token[], known: ReadonlySet<string>) {
    this.tokens = tokens;
    this.known = known;
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)];
  }
  take(): Token {
    return this.tokens[this.position++];
  }
  isOp(text: string, ahead = 0): boolean {
    const t = this.peek(ahead);
    return t.kind === 'op' && t.text === text;
  }
  end(): void {
    const t = this.peek();
    if (t.kind !== 'end') throw new TemplateError(`unexpected ${JSON.stringify(t.text)} in an action`, t.at);
  }

  /** command | command ... : each command gets the value before it as its last argument. */
  pipeline(): Expression {
    let expression = this.command(undefined);
    while (this.isOp('|')) {
      this.take();
      expression = this.command(expression);
    }
    return expression;
  }

  private command(piped: Expression | undefined): Expression {
    const first = this.peek();
    if (first.kind === 'name' && !['true', 'false', 'nil'].includes(first.text)) {
      this.take();
      const name = first.text;
      if (!this.known.has(name)) throw new TemplateError(`function ${JSON.stringify(name)} not defined`, first.at);
      const args: Expression[] = [];
      while (this.startsOperand()) args.push(this.operand());
      if (piped) args.push(piped);
      return this.chain((scope, dot) => {
        const call = scope.functions[name];
        switch (args.length) {
          case 0:
            return call();
          case 1:
            return call(args[0](scope, dot));
          default:
            return call(...args.map((a) => a(scope, dot)));
        }
      });
    }
    if (piped) throw new TemplateError('a pipeline goes into a function', first.at);
    const operand = this.operand();
    if (this.startsOperand()) throw new TemplateError('only functions take arguments', this.peek().at);
    return operand;
  }

  private startsOperand(): boolean {
    const t = this.peek();
    return !(t.kind === 'end' || (t.kind === 'op' && t.text !== '('));
  }

  private operand(): Expression {
    const t = this.take();
    if (t.kind === 'string') return () => t.text;
    if (t.kind === 'number') {
      const n = Number(t.text);
      return () => n;
    }
    if (t.kind === 'dot') return this.chain((_, dot) => dot);
    if (t.kind === 'field') return this.chain((_, dot) => fieldOf(dot, t.text));
    if (t.kind === 'variable') return this.chain((scope) => lookUp(scope, t.text));
    if (t.kind === 'name') {
      if (t.text === 'true' || t.text === 'false') return () => t.text === 'true';
      if (t.text === 'nil') return () => undefined;
      if (!this.known.has(t.text)) throw new TemplateError(`function ${JSON.stringify(t.text)} not defined`, t.at);
      return this.chain((scope) => scope.functions[t.text]());
    }
    if (t.kind === 'op' && t.text === '(') {
      const inner = this.pipeline();
      if (!this.isOp(')')) throw new TemplateError('expected ")"', this.peek().at);
      this.take();
      return this.chain(inner);
    }
    throw new TemplateError(`unexpected ${JSON.stringify(t.text || 'end of action')}`, t.at);
  }

  private chain(base: Expression): Expression {
    let expression = base;
    while (this.peek().kind === 'field' && !this.peek().spaced) {
      const inner = expression;
      const name = this.take().text;
      expression = (scope, dot) => fieldOf(inner(scope, dot), name);
    }
    return expression;
  }
}

function lookUp(scope: Scope, name: string): unknown {
  for (let i = scope.variables.length - 1; i >= 0; i -= 1)
    if (scope.variables[i][0] === name) return scope.variables[i][1];
  return undefined;
}

function assign(scope: Scope, name: string, value: unknown): void {
  for (let i = scope.variables.length - 1; i >= 0; i -= 1) {
    if (scope.variables[i][0] === name) {
      scope.variables[i][1] = value;
      return;
    }
  }
}

function runAll(nodes: readonly Node[], scope: Scope, dot: unknown): void {
  const depth = scope.variables.length;
  for (const node of nodes) node(scope, dot);
  scope.variables.length = depth;
}

class Compiler {
  private readonly pieces: readonly Piece[];
  private readonly known: ReadonlySet<string>;
  private position = 0;
  constructor(pieces: readonly Piece[], known: ReadonlySet<string>) {
    this.pieces = pieces;
    this.known = known;
  }

  compile(): Node[] {
    const { nodes, stop } = this.block();
    if (stop) throw new TemplateError(`unexpected {{${stop.word}}}`, stop.at);
    return nodes;
  }

  /** Up to `else` or `end` (not consumed further than its action) or the end of the template. */
  private block(): { nodes: Node[]; stop?: { word: string; parser: ActionParser; at: number } } {
    const nodes: Node[] = [];
    while (this.position < this.pieces.length) {
      const piece = this.pieces[this.position++];
      if (piece.kind === 'text') {
        const text = piece.text;
        if (text !== '') nodes.push((scope) => literal(scope, text));
        continue;
      }
      const parser = new ActionParser(tokenize(piece.text, piece.at), this.known);
      const first = parser.peek();
      const word = first.kind === 'name' ? first.text : '';
      if (word === 'else' || word === 'end') {
        parser.take();
        return { nodes, stop: { word, parser, at: first.at } };
      }
      if (word === 'if' || word === 'with' || word === 'range') {
        parser.take();
        nodes.push(this.control(word, parser, first.at));
      } else nodes.push(this.action(parser));
    }
    return { nodes };
  }

  private action(parser: ActionParser): Node {
    const t = parser.peek();
    if (t.kind === 'variable' && (parser.isOp(':=', 1) || parser.isOp('=', 1))) {
      parser.take();
      const declare = parser.take().text === ':=';
      const value = parser.pipeline();
      parser.end();
      if (declare) return (scope, dot) => void scope.variables.push([t.text, value(scope, dot)]);
      return (scope, dot) => assign(scope, t.text, value(scope, dot));
    }
    const value = parser.pipeline();
    parser.end();
    return (scope, dot) => printed(scope, print(value(scope, dot)));
  }

  /** `if`, `with` and `range` share the shape: [variables :=] pipeline, a body, and else branches. */
  private control(word: string, parser: ActionParser, at: number): Node {
    const names: string[] = [];
    if (parser.peek().kind === 'variable' && (parser.isOp(':=', 1) || (parser.isOp(',', 1) && word === 'range'))) {
      names.push(parser.take().text);
      if (parser.take().text === ',') {
        names.push(parser.take().text);
        parser.take();
      }
    }
    const value = parser.pipeline();
    parser.end();
    const body = this.block();
    const otherwise = this.otherwise(word, body.stop, at);
    if (word === 'range') return range(names, value, body.nodes, otherwise);
    const isWith = word === 'with';
    return (scope, dot) => {
      const depth = scope.variables.length;
      const v = value(scope, dot);
      if (names.length > 0) scope.variables.push([names[0], v]);
      if (isTrue(v)) runAll(body.nodes, scope, isWith ? v : dot);
      else runAll(otherwise, scope, dot);
      scope.variables.length = depth;
    };
  }

  private otherwise(
    word: string,
    stop: { word: string; parser: ActionParser; at: number } | undefined,
    at: number,
  ): readonly Node[] {
    if (!stop) throw new TemplateError(`{{${word}}} has no {{end}}`, at);
    if (stop.word === 'end') {
      stop.parser.end();
      return [];
    }
    const next = stop.parser.peek();
    if (next.kind === 'name' && (next.text === 'if' || next.text === 'with')) {
      stop.parser.take();
      return [this.control(next.text, stop.parser, next.at)];
    }
    stop.parser.end();
    const other = this.block();
    if (other.stop?.word !== 'end') throw new TemplateError(`{{${word}}} has no {{end}}`, at);
    return other.nodes;
  }
}

function range(names: readonly string[], value: Expression, body: readonly Node[], otherwise: readonly Node[]): Node {
  return (scope, dot) => {
    const v = value(scope, dot);
    const entries: (readonly [unknown, unknown])[] = Array.isArray(v)
      ? v.map((x, i) => [i, x])
      : v !== null && typeof v === 'object'
        ? Object.keys(v)
            .sort()
            .map((k) => [k, (v as Record<string, unknown>)[k]])
        : [];
    if (entries.length === 0) return runAll(otherwise, scope, dot);
    for (const [key, item] of entries) {
      const depth = scope.variables.length;
      if (names.length === 1) scope.variables.push([names[0], item]);
      if (names.length === 2) scope.variables.push([names[0], key], [names[1], item]);
      runAll(body, scope, item);
      scope.variables.length = depth;
    }
  };
}

/** Compiles a template; `known` names the functions it may call besides the built-in ones. Throws TemplateError. */
export function compileTemplate(source: string, known: readonly string[]): Template {
  const names = new Set([...Object.keys(builtinFunctions), ...known]);
  const nodes = new Compiler(split(source), names).compile();
  return (data, functions) => {
    const variables: [string, unknown][] = [['$', data]];
    const scope: Scope = { functions: withBuiltins(functions), variables, out: '', skeleton: '', holes: [] };
    runAll(nodes, scope, data);
    const { out: text, skeleton, holes } = scope;
    return { text, skeleton: isAmbiguous(skeleton, holes) ? undefined : skeleton, holes };
  };
}

/** The character of holes stands elsewhere too. */
function isAmbiguous(skeleton: string, holes: readonly string[]): boolean {
  let count = 0;
  for (let at = skeleton.indexOf(HOLE_CHARACTER); at >= 0; at = skeleton.indexOf(HOLE_CHARACTER, at + 1)) count++;
  return count !== holes.length;
}

const merged = new WeakMap<TemplateFunctions, TemplateFunctions>();

function withBuiltins(functions: TemplateFunctions): TemplateFunctions {
  let all = merged.get(functions);
  if (all === undefined) merged.set(functions, (all = { ...builtinFunctions, ...functions }));
  return all;
}
