import { CelError } from './errors.ts';

export type TokenKind = 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'identifier' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Decoded text of strings; the spelling of everything else. */
  readonly text: string;
  readonly at: number;
}

const OPERATORS = [
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '?.',
  '.?',
  '[?',
  '{?', // biome-ignore format: a table
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '>',
  '!',
  '?',
  ':',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  '.',
];
const NUMBER =
  /^(0[xX][0-9a-fA-F]+[uU]?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|\d+[uU]?)/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*/;
const STRING = /^(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')/;
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at = skipBlanks(source, at);
    if (at >= source.length) break;
    const token = next(source, at);
    tokens.push(token.token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '<EOF>', at });
  return tokens;
}

function skipBlanks(source: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < source.length && ' \t\r\n\f'.includes(source[at])) at++;
    if (!source.startsWith('//', at)) return at;
    while (at < source.length && source[at] !== '\n') at++;
  }
}

function next(source: string, at: number): { token: Token; end: number } {
  const rest = source.slice(at);
  const quote = STRING.exec(rest);
  if (quote !== null) return readString(source, at, quote[0], quote[1]);
  const number = NUMBER.exec(rest);
  if (number !== null) {
    const text = number[0];
    const kind = /[uU]$/.test(text) ? 'uint' : /^0[xX]/.test(text) || /^\d+$/.test(text) ? 'int' : 'double';
    return { token: { kind, text, at }, end: at + text.length };
  }
  const word = IDENTIFIER.exec(rest);
  if (word !== null) return { token: { kind: 'identifier', text: word[0], at }, end: at + word[0].length };
  const operator = OPERATORS.find((o) => rest.startsWith(o));
  if (operator === undefined) throw new CelError(`Syntax error: token recognition error at: '${rest.slice(0, 1)}'`);
  return { token: { kind: 'operator', text: operator, at }, end: at + operator.length };
}

function readString(source: string, at: number, opening: string, quote: string): { token: Token; end: number } {
  const prefix = opening.slice(0, opening.length - quote.length).toLowerCase();
  const raw = prefix.includes('r');
  const kind = prefix.includes('b') ? 'bytes' : 'string';
  let i = at + opening.length;
  let text = '';
  while (i < source.length && !source.startsWith(quote, i)) {
    if (source[i] === '\\' && !raw) {
      const escaped = readEscape(source, i + 1, kind === 'bytes');
      text += escaped.text;
      i = escaped.end;
    } else {
      if (quote.length === 1 && source[i] === '\n') break;
      // In bytes each character stands for its UTF-8 encoding, one unit a byte.
      text +=
        kind === 'bytes'
          ? utf8(source.codePointAt(i) as number)
          : String.fromCodePoint(source.codePointAt(i) as number);
      i += (source.codePointAt(i) as number) > 0xffff ? 2 : 1;
    }
  }
  if (!source.startsWith(quote, i))
    throw new CelError(`Syntax error: token recognition error at: '${source.slice(at)}'`);
  return { token: { kind, text, at }, end: i + quote.length };
}

function readEscape(source: string, at: number, bytes: boolean): { text: string; end: number } {
  const c = source[at];
  const plain = ESCAPES[c];
  if (plain !== undefined) return { text: plain, end: at + 1 };
  const length = c === 'x' || c === 'X' ? 2 : c === 'u' ? 4 : c === 'U' ? 8 : 0;
  if (length > 0) {
    const code = Number.parseInt(source.slice(at + 1, at + 1 + length), 16);
    const text = String.fromCodePoint(code);
    return { text: bytes && length > 2 ? utf8(code) : text, end: at + 1 + length };
  }
  if (c >= '0' && c <= '3')
    return { text: String.fromCharCode(Number.parseInt(source.slice(at, at + 3), 8)), end: at + 3 };
  return { text: c, end: at + 1 };
}

/** One character as UTF-8, one UTF-16 unit a byte. */
export function utf8(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  return String.fromCharCode(
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 63),
    0x80 | ((code >> 6) & 63),
    0x80 | (code & 63),
  );
}
