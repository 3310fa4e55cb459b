import type { Json } from '../contracts/index.ts';

/**
 * Answers in YAML as sigs.k8s.io/yaml writes JSON: keys sorted, two spaces a level, lists at the column of their key, plain
 * scalars where they read back as the same text, lines folded at the first space behind column 80.
 */

const WIDTH = 80;

/** Texts that a plain scalar would turn into something else: null, booleans, numbers, times, merges. */
const NO_TEXT =
  /^(?:|~|null|Null|NULL|<<|y|Y|n|N|(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)|[-+]?(?:0[xX][0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*)|[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9]*)?|\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::?\d\d)?))?)?)$/;
/** What may not stand plain in a block: an indicator at the beginning, `: `, ` #`, spaces at the ends. */
const NOT_PLAIN = /^[#,[\]{}&*!|>'"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.)|:(?:\s|$)|\s#|^ | $/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what YAML cannot show as it is
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u0084\u0086-\u009f\ufeff]/;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x07': '\\a',
  '\x1b': '\\e',
};

/** Folds a scalar that begins at a column: the next line stands one level in. */
function folded(text: string, column: number, indent: string): string {
  let result = '';
  let at = column;
  for (let i = 0; i < text.length; i++) {
    const isSingle = text[i] === ' ' && text[i - 1] !== ' ' && text[i + 1] !== ' ';
    if (isSingle && at > WIDTH && i > 0 && i < text.length - 1) {
      result += `\n${indent}`;
      at = indent.length;
    } else {
      result += text[i];
      at++;
    }
  }
  return result;
}

function escaped(c: string): string {
  return ESCAPES[c] ?? (UNPRINTABLE.test(c) ? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}` : c);
}

/** A text of several lines, each one level in; what ends it says how many line feeds are its own. */
function literal(text: string, indent: string): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomping = text.endsWith('\n\n') || text === '\n' ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `|${hint}${chomping}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`;
}

function scalar(text: string, column: number, indent: string): string {
  const isBroken = UNPRINTABLE.test(text);
  if (text.includes('\n') && !isBroken && !/ (?:\n|$)/.test(text)) return literal(text, indent);
  if (NO_TEXT.test(text) || isBroken || text.includes('\n')) {
    const inside = [...text].map(escaped).join('');
    return `"${folded(inside, column + 1, indent)}"`;
  }
  if (!NOT_PLAIN.test(text)) return folded(text, column, indent);
  return `'${folded(text.replaceAll("'", "''"), column + 1, indent)}'`;
}

/** Letters before others, runs of digits by their value (go-yaml keyList), for keys as JSON objects of the API have them. */
function compareKeys(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] === b[i]) continue;
    const [left, right] = [/[A-Za-z]/.test(a[i]), /[A-Za-z]/.test(b[i])];
    if (left !== right) return left ? 1 : -1;
    const [x, y] = [/^\d+/.exec(a.slice(i))?.[0], /^\d+/.exec(b.slice(i))?.[0]];
    if (x !== undefined && y !== undefined && Number(x) !== Number(y)) return Number(x) - Number(y);
    return a[i] < b[i] ? -1 : 1;
  }
  return a.length - b.length;
}

/** A value behind `prefix`, which stands at the line's end already; ends without a line feed. */
function valueText(value: Json, level: number, column: number, isItem: boolean): string {
  const indent = '  '.repeat(Math.max(level, 0));
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return ` ${value}`;
  if (typeof value === 'string') return ` ${scalar(value, column + 1, `${indent}  `)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []';
    // A list stands at the column of its key; in a list, one level in.
    const at = isItem ? level + 1 : level;
    const items = value.map((item) => `${'  '.repeat(at)}-${valueText(item, at, at * 2 + 1, true)}`);
    return isItem ? ` ${items.join('\n').trimStart()}` : `\n${items.join('\n')}`;
  }
  const keys = Object.keys(value).sort(compareKeys);
  const fields = value as { readonly [key: string]: Json };
  if (keys.length === 0) return ' {}';
  const inside = '  '.repeat(level + 1);
  const lines = keys.map((key) => {
    const name = scalar(key, 0, '');
    return `${inside}${name}:${valueText(fields[key], level + 1, inside.length + name.length + 1, false)}`;
  });
  return isItem ? ` ${lines.join('\n').trimStart()}` : `\n${lines.join('\n')}`;
}

/** The YAML of an answer's JSON. */
export function yamlText(body: Json): string {
  return `${valueText(body, -1, 0, false).trimStart()}\n`;
}
