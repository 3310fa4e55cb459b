import { CelError } from './errors.ts';
import { type Token, tokenize } from './lexer.ts';

/** The syntax tree. Operators are calls by their sign; macros are calls until evaluation. */
export type Expr =
  | { readonly kind: 'literal'; readonly type: Token['kind'] | 'bool' | 'null'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'select'; readonly of: Expr; readonly field: string; readonly optional: boolean }
  | { readonly kind: 'index'; readonly of: Expr; readonly at: Expr; readonly optional: boolean }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly target?: Expr;
      readonly args: readonly Expr[];
      /** Of an operator between two operands. */
      readonly at?: number;
    }
  | { readonly kind: 'list'; readonly items: readonly { readonly value: Expr; readonly optional: boolean }[] }
  | {
      readonly kind: 'map';
      readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly optional: boolean }[];
    };

const BINARY: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  in: 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
};

/** What an operand can begin with, as the grammar names it. */
const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

export function parse(source: string): Expr {
  const parser = new Parser(tokenize(source));
  const expr = parser.ternary();
  parser.expect('end', '<EOF>');
  return expr;
}

class Parser {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  ternary(): Expr {
    const condition = this.binary(1);
    if (!this.take('?')) return condition;
    const yes = this.binary(1);
    this.expect('operator', ':');
    return { kind: 'call', name: '?:', args: [condition, yes, this.ternary()] };
  }

  expect(kind: Token['kind'], text?: string): Token {
    const token = this.tokens[this.at];
    if (token.kind !== kind || (text !== undefined && token.text !== text))
      throw new CelError(`Syntax error: mismatched input '${token.text}' expecting ${text ?? kind}`, token.at);
    this.at++;
    return token;
  }

  private peek(text: string): boolean {
    const token = this.tokens[this.at];
    return (token.kind === 'operator' || token.kind === 'identifier') && token.text === text;
  }

  private take(text: string): boolean {
    if (!this.peek(text)) return false;
    this.at++;
    return true;
  }

  private binary(level: number): Expr {
    let left = this.unary();
    for (;;) {
      const token = this.tokens[this.at];
      const precedence = token.kind === 'operator' || token.text === 'in' ? BINARY[token.text] : undefined;
      if (precedence === undefined || precedence < level || token.kind === 'string') return left;
      this.at++;
      left = { kind: 'call', name: token.text, args: [left, this.binary(precedence + 1)], at: token.at };
    }
  }

  private unary(): Expr {
    if (this.take('!')) return { kind: 'call', name: '!', args: [this.unary()] };
    if (!this.take('-')) return this.postfix();
    const token = this.tokens[this.at];
    // The sign belongs to the number: -2^63 has no positive twin.
    if (token.kind === 'int' || token.kind === 'double') {
      this.at++;
      return this.suffixes({ kind: 'literal', type: token.kind, text: `-${token.text}` });
    }
    return { kind: 'call', name: '-', args: [this.unary()] };
  }

  private postfix(): Expr {
    return this.suffixes(this.primary());
  }

  private suffixes(first: Expr): Expr {
    let expr = first;
    for (;;) {
      if (this.take('.')) {
        const field = this.expect('identifier').text;
        if (this.take('(')) expr = { kind: 'call', name: field, target: expr, args: this.list(')') };
        else expr = { kind: 'select', of: expr, field, optional: false };
      } else if (this.take('.?')) {
        expr = { kind: 'select', of: expr, field: this.expect('identifier').text, optional: true };
      } else if (this.peek('[') || this.peek('[?')) {
        const optional = this.tokens[this.at++].text === '[?';
        const at = this.ternary();
        this.expect('operator', ']');
        expr = { kind: 'index', of: expr, at, optional };
      } else {
        return expr;
      }
    }
  }

  private list(end: string): Expr[] {
    const items: Expr[] = [];
    while (!this.peek(end)) {
      items.push(this.ternary());
      if (!this.take(',')) break;
    }
    this.expect('operator', end);
    return items;
  }

  private primary(): Expr {
    const token = this.tokens[this.at];
    if (token.kind === 'operator') return this.bracketed(token);
    if (token.kind === 'end')
      throw new CelError(`Syntax error: mismatched input '<EOF>' expecting ${OPERAND}`, token.at);
    this.at++;
    if (token.kind !== 'identifier') return { kind: 'literal', type: token.kind, text: token.text };
    if (token.text === 'true' || token.text === 'false') return { kind: 'literal', type: 'bool', text: token.text };
    if (token.text === 'null') return { kind: 'literal', type: 'null', text: token.text };
    if (this.take('(')) return { kind: 'call', name: token.text, args: this.list(')') };
    return { kind: 'name', name: token.text, at: token.at };
  }

  private bracketed(token: Token): Expr {
    this.at++;
    if (token.text === '(') {
      const inner = this.ternary();
      this.expect('operator', ')');
      return inner;
    }
    if (token.text === '.') return this.primary();
    if (token.text === '[' || token.text === '[?') return this.listLiteral(token.text === '[?');
    if (token.text === '{' || token.text === '{?') return this.mapLiteral(token.text === '{?');
    throw new CelError(`Syntax error: mismatched input '${token.text}' expecting ${OPERAND}`, token.at);
  }

  private listLiteral(firstOptional: boolean): Expr {
    const items: { value: Expr; optional: boolean }[] = [];
    let optional = firstOptional;
    while (!this.peek(']')) {
      optional = this.take('?') || optional;
      items.push({ value: this.ternary(), optional });
      optional = false;
      if (!this.take(',')) break;
    }
    this.expect('operator', ']');
    return { kind: 'list', items };
  }

  private mapLiteral(firstOptional: boolean): Expr {
    const entries: { key: Expr; value: Expr; optional: boolean }[] = [];
    let optional = firstOptional;
    while (!this.peek('}')) {
      optional = this.take('?') || optional;
      const key = this.binary(1);
      this.expect('operator', ':');
      entries.push({ key, value: this.ternary(), optional });
      optional = false;
      if (!this.take(',')) break;
    }
    this.expect('operator', '}');
    return { kind: 'map', entries };
  }
}
