import type { Json } from '../../contracts/objects.ts';

/**
 * A JSON reader that keeps what the API server's decoder tells apart and `JSON.parse` does not: numbers as they were
 * written (`2.0` is no integer) and repeated keys. Syntax errors have the texts of Go's encoding/json.
 */

/** A number whose text is not what JavaScript prints for its value. */
export class NumberLiteral {
  constructor(readonly text: string) {}
  get value(): number {
    return Number(this.text);
  }
}

export class JsonSyntaxError extends Error {}

export interface ParsedJson {
  /** May hold NumberLiterals. */
  readonly value: unknown;
  /** Paths of keys that occur more than once in one object, in the order met: `metadata.name`, `spec.a[0].b`. */
  readonly duplicates: readonly string[];
}

/** Characters as Go's %q prints a single rune in syntax errors. */
function quoteRune(c: string): string {
  if (c === "'") return `'\\''`;
  if (c === '"') return `'"'`;
  if (c === '\n') return `'\\n'`;
  if (c === '\r') return `'\\r'`;
  if (c === '\t') return `'\\t'`;
  return `'${c}'`;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

class Reader {
  at = 0;
  readonly duplicates: string[] = [];
  constructor(readonly text: string) {}

  fail(context: string): never {
    if (this.at >= this.text.length) throw new JsonSyntaxError('unexpected end of JSON input');
    throw new JsonSyntaxError(`invalid character ${quoteRune(this.text[this.at])} ${context}`);
  }

  space(): void {
    while (this.at < this.text.length) {
      const c = this.text[this.at];
      if (c !== ' ' && c !== '\n' && c !== '\t' && c !== '\r') return;
      this.at += 1;
    }
  }

  value(path: string): unknown {
    this.space();
    const c = this.text[this.at];
    if (c === '{') return this.object(path);
    if (c === '[') return this.array(path);
    if (c === '"') return this.string();
    if (c === 't') return this.word('true', true);
    if (c === 'f') return this.word('false', false);
    if (c === 'n') return this.word('null', null);
    if (c === '-' || (c >= '0' && c <= '9')) return this.number();
    return this.fail('looking for beginning of value');
  }

  word<T>(word: string, value: T): T {
    for (let i = 1; i < word.length; i += 1) {
      if (this.text[this.at + i] !== word[i]) {
        this.at += i;
        this.fail(`in literal ${word} (expecting ${quoteRune(word[i])})`);
      }
    }
    this.at += word.length;
    return value;
  }

  number(): unknown {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) {
      this.at += 1;
      return this.fail('in numeric literal');
    }
    this.at += match[0].length;
    const value = Number(match[0]);
    return String(value) === match[0] ? value : new NumberLiteral(match[0]);
  }

  string(): string {
    const start = this.at;
    this.at += 1;
    while (this.at < this.text.length) {
      const c = this.text[this.at];
      if (c === '"') {
        this.at += 1;
        const raw = this.text.slice(start, this.at);
        try {
          return JSON.parse(raw) as string;
        } catch {
          this.at = start;
          return this.fail('in string escape code');
        }
      }
      if (c < ' ') this.fail('in string literal');
      this.at += c === '\\' ? 2 : 1;
    }
    this.at = this.text.length;
    return this.fail('');
  }

  object(path: string): unknown {
    const result: Record<string, unknown> = {};
    this.at += 1;
    this.space();
    if (this.text[this.at] === '}') {
      this.at += 1;
      return result;
    }
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.fail('looking for beginning of object key string');
      const key = this.string();
      const child = path ? `${path}.${key}` : key;
      if (Object.hasOwn(result, key)) this.duplicates.push(child);
      this.space();
      if (this.text[this.at] !== ':') this.fail('after object key');
      this.at += 1;
      const value = this.value(child);
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
      this.space();
      const c = this.text[this.at];
      this.at += 1;
      if (c === '}') return result;
      if (c !== ',') {
        this.at -= 1;
        this.fail('after object key:value pair');
      }
    }
  }

  array(path: string): unknown {
    const result: unknown[] = [];
    this.at += 1;
    this.space();
    if (this.text[this.at] === ']') {
      this.at += 1;
      return result;
    }
    for (;;) {
      result.push(this.value(`${path}[${result.length}]`));
      this.space();
      const c = this.text[this.at];
      this.at += 1;
      if (c === ']') return result;
      if (c !== ',') {
        this.at -= 1;
        this.fail('after array element');
      }
    }
  }
}

/** Reads one JSON value. Throws JsonSyntaxError with Go's text. */
export function parseJson(text: string): ParsedJson {
  const reader = new Reader(text);
  const value = reader.value('');
  reader.space();
  if (reader.at < text.length) reader.fail('after top-level value');
  return { value, duplicates: reader.duplicates };
}

/** Replaces NumberLiterals by plain numbers. */
export function plainJson(value: unknown): Json {
  if (value instanceof NumberLiteral) return value.value;
  if (Array.isArray(value)) return value.map(plainJson);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainJson(item)]));
  }
  return value as Json;
}
