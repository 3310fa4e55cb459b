/**
 * A fast reader for the YAML that stage templates render to: block and flow collections, plain and quoted scalars,
 * comments. It is run for every step of every simulated pod. What it does not know (block scalars, anchors, tags, ...)
 * is left to the complete parser.
 */
import { parse } from 'yaml';
import type { Json } from '../../contracts/index.ts';

class Unusual extends Error {}

interface Line {
  readonly indent: number;
  readonly text: string;
}

const MAX_DEPTH = 64;

function linesOf(source: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start <= source.length) {
    let end = source.indexOf('\n', start);
    if (end < 0) end = source.length;
    let first = start;
    while (first < end && source.charCodeAt(first) === 32) first += 1;
    let last = end;
    while (last > first && (source.charCodeAt(last - 1) === 32 || source.charCodeAt(last - 1) === 13)) last -= 1;
    if (last > first && source[first] !== '#') {
      if (source[first] === '\t') throw new Unusual('tab');
      lines.push({ indent: first - start, text: source.slice(first, last) });
    }
    start = end + 1;
  }
  return lines;
}

const NUMBER = /^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/;
const ODD_START = /^[&*!|>%@`[\]{},?]/;

/** A plain scalar of YAML 1.2's core schema. */
function plain(text: string): Json {
  if (text === '' || text === 'null' || text === '~' || text === 'Null' || text === 'NULL') return null;
  if (text === 'true' || text === 'True' || text === 'TRUE') return true;
  if (text === 'false' || text === 'False' || text === 'FALSE') return false;
  const c = text.charCodeAt(0);
  if ((c >= 48 && c <= 57) || c === 43 || c === 45 || c === 46) {
    if (NUMBER.test(text)) return Number(text);
    if (/^[-+]?(0[0-9]|0x|0o|\.)/.test(text)) throw new Unusual('number');
  }
  if (ODD_START.test(text)) throw new Unusual('indicator');
  return text;
}

/** Reads flow syntax and quoted scalars within one line. */
class Flow {
  readonly text: string;
  at: number;
  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  private blanks(): void {
    while (this.text[this.at] === ' ') this.at += 1;
  }

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new Unusual('depth');
    this.blanks();
    const c = this.text[this.at];
    if (c === '{') return this.map(depth);
    if (c === '[') return this.list(depth);
    if (c === '"' || c === "'") return this.quoted();
    const start = this.at;
    while (this.at < this.text.length) {
      const d = this.text[this.at];
      if (d === ',' || d === '}' || d === ']') break;
      if (d === ':' && (this.text[this.at + 1] === ' ' || this.text[this.at + 1] === undefined))
        throw new Unusual('key');
      this.at += 1;
    }
    return plain(this.text.slice(start, this.at).trim());
  }

  quoted(): string {
    const quote = this.text[this.at];
    const start = this.at;
    for (let i = start + 1; i < this.text.length; i += 1) {
      if (quote === '"' && this.text[i] === '\\') {
        i += 1;
        continue;
      }
      if (this.text[i] !== quote) continue;
      if (quote === "'" && this.text[i + 1] === "'") {
        i += 1;
        continue;
      }
      this.at = i + 1;
      const raw = this.text.slice(start + 1, i);
      if (quote === "'") return raw.replaceAll("''", "'");
      if (!raw.includes('\\')) return raw;
      try {
        return JSON.parse(`"${raw}"`) as string;
      } catch {
        throw new Unusual('escape');
      }
    }
    throw new Unusual('multi-line string');
  }

  private key(): string {
    this.blanks();
    const c = this.text[this.at];
    if (c === '"' || c === "'") {
      const key = this.quoted();
      this.blanks();
      return key;
    }
    const colon = this.text.indexOf(':', this.at);
    if (colon < 0) throw new Unusual('key');
    const key = this.text.slice(this.at, colon).trim();
    if (/[{},[\]]/.test(key) || ODD_START.test(key)) throw new Unusual('key');
    this.at = colon;
    return key;
  }

  private map(depth: number): Json {
    const out: Record<string, Json> = {};
    this.at += 1;
    for (;;) {
      this.blanks();
      if (this.text[this.at] === '}') break;
      const key = this.key();
      if (this.text[this.at] !== ':') throw new Unusual('key');
      this.at += 1;
      out[key] = this.value(depth + 1);
      this.blanks();
      if (this.text[this.at] === ',') this.at += 1;
      else if (this.text[this.at] !== '}') throw new Unusual('flow map');
    }
    this.at += 1;
    return out;
  }

  private list(depth: number): Json {
    const out: Json[] = [];
    this.at += 1;
    for (;;) {
      this.blanks();
      if (this.text[this.at] === ']') break;
      out.push(this.value(depth + 1));
      this.blanks();
      if (this.text[this.at] === ',') this.at += 1;
      else if (this.text[this.at] !== ']') throw new Unusual('flow list');
    }
    this.at += 1;
    return out;
  }
}

/** A scalar or flow collection that fills the rest of a line. */
function inline(text: string): Json {
  const c = text[0];
  if (c === '{' || c === '[' || c === '"' || c === "'") {
    const flow = new Flow(text, 0);
    const value = flow.value(0);
    const rest = text.slice(flow.at).trim();
    if (rest !== '' && !rest.startsWith('#')) throw new Unusual('text after a value');
    return value;
  }
  const comment = text.indexOf(' #');
  const bare = comment < 0 ? text : text.slice(0, comment).trimEnd();
  if (bare.includes(': ') || bare.endsWith(':')) throw new Unusual('key in a value');
  return plain(bare);
}

/** Splits `key: rest`; undefined when the line is no map entry. */
function entry(text: string): { key: string; rest: string } | undefined {
  if (text[0] === '"' || text[0] === "'") {
    const flow = new Flow(text, 0);
    const key = flow.quoted();
    if (text[flow.at] !== ':') return undefined;
    return { key, rest: text.slice(flow.at + 1).trim() };
  }
  let colon = text.indexOf(':');
  while (colon >= 0 && colon + 1 < text.length && text[colon + 1] !== ' ') colon = text.indexOf(':', colon + 1);
  if (colon < 0) return undefined;
  const key = text.slice(0, colon).trimEnd();
  if (ODD_START.test(key) || key.includes(' #')) throw new Unusual('key');
  return { key, rest: text.slice(colon + 1).trim() };
}

class Blocks {
  private readonly lines: Line[];
  private at = 0;
  constructor(lines: Line[]) {
    this.lines = lines;
  }

  document(): Json {
    if (this.lines.length === 0) return null;
    const value = this.block(this.lines[0].indent, 0);
    if (this.at < this.lines.length) throw new Unusual('indentation');
    return value;
  }

  private block(indent: number, depth: number): Json {
    if (depth > MAX_DEPTH) throw new Unusual('depth');
    const line = this.lines[this.at];
    if (line.text === '-' || line.text.startsWith('- ')) return this.list(indent, depth);
    if (entry(line.text)) return this.map(indent, depth);
    this.at += 1;
    return inline(line.text);
  }

  private list(indent: number, depth: number): Json {
    const out: Json[] = [];
    while (this.at < this.lines.length) {
      const line = this.lines[this.at];
      if (line.indent !== indent || !(line.text === '-' || line.text.startsWith('- '))) break;
      const rest = line.text.slice(1).trimStart();
      if (rest === '') {
        this.at += 1;
        out.push(this.nested(indent + 1, depth));
        continue;
      }
      const inner = indent + (line.text.length - rest.length);
      const c = rest[0];
      if (c !== '{' && c !== '[' && (rest === '-' || rest.startsWith('- ') || entry(rest))) {
        this.lines[this.at] = { indent: inner, text: rest };
        out.push(this.block(inner, depth + 1));
      } else {
        this.at += 1;
        out.push(inline(rest));
      }
    }
    return out;
  }

  private nested(least: number, depth: number): Json {
    const next = this.lines[this.at];
    if (next === undefined || next.indent < least) return null;
    return this.block(next.indent, depth + 1);
  }

  private map(indent: number, depth: number): Json {
    const out: Record<string, Json> = {};
    while (this.at < this.lines.length) {
      const line = this.lines[this.at];
      if (line.indent !== indent) break;
      const found = entry(line.text);
      if (!found) throw new Unusual('line');
      if (Object.hasOwn(out, found.key)) throw new Unusual('duplicate key');
      this.at += 1;
      if (found.rest === '' || found.rest.startsWith('#')) {
        const next = this.lines[this.at];
        const isList = next !== undefined && (next.text === '-' || next.text.startsWith('- '));
        out[found.key] = this.nested(isList ? indent : indent + 1, depth);
      } else out[found.key] = inline(found.rest);
      if (this.at < this.lines.length && this.lines[this.at].indent > indent) throw new Unusual('indentation');
    }
    return out;
  }
}

/** Parses rendered YAML; throws what the complete parser throws for text that is no YAML. */
export function parseRendered(source: string): Json {
  try {
    return new Blocks(linesOf(source)).document();
  } catch (error) {
    if (!(error instanceof Unusual)) throw error;
    return parse(source) as Json;
  }
}
