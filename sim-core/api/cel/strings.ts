import { goRegExp, goRegExpProblem } from '../machinery/goRegExp.ts';
import { CelError, noSuchOverload } from './errors.ts';
import { type CelFunction, type CelValue, isList } from './values.ts';

function text(v: CelValue): string {
  if (typeof v !== 'string') throw noSuchOverload();
  return v;
}

function whole(v: CelValue): number {
  if (typeof v !== 'bigint') throw noSuchOverload();
  return Number(v);
}

/** Characters are code points. */
const chars = (v: CelValue) => [...text(v)];

function inRange(at: number, length: number): number {
  if (at < 0 || at > length) throw new CelError(`index out of range: ${at}`);
  return at;
}

function position(of: CelValue, part: CelValue, from: CelValue | undefined, last: boolean): bigint {
  const [all, wanted] = [chars(of), chars(part)];
  const matches = (i: number) => wanted.every((c, k) => all[i + k] === c);
  if (last) {
    for (let i = from === undefined ? all.length : inRange(whole(from), all.length); i >= 0; i--)
      if (i + wanted.length <= all.length && matches(i)) return BigInt(i);
    return -1n;
  }
  for (let i = from === undefined ? 0 : inRange(whole(from), all.length); i + wanted.length <= all.length; i++)
    if (matches(i)) return BigInt(i);
  return -1n;
}

function substring(of: CelValue, from: CelValue, to: CelValue | undefined): string {
  const all = chars(of);
  const start = inRange(whole(from), all.length);
  const end = to === undefined ? all.length : inRange(whole(to), all.length);
  if (end < start) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  return all.slice(start, end).join('');
}

function replace(of: CelValue, old: CelValue, by: CelValue, limit: CelValue = -1n): string {
  const parts = text(of).split(text(old));
  const most = whole(limit) < 0 ? parts.length - 1 : Math.min(whole(limit), parts.length - 1);
  return (
    parts.slice(0, most + 1).join(text(by)) +
    parts
      .slice(most + 1)
      .map((p) => text(old) + p)
      .join('')
  );
}

function split(of: CelValue, separator: CelValue, limit: CelValue = -1n): string[] {
  const most = whole(limit);
  if (most === 0) return [];
  const parts = text(separator) === '' ? chars(of) : text(of).split(text(separator));
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(text(separator))];
}

function expression(pattern: CelValue): RegExp {
  const source = text(pattern);
  const known = goRegExpProblem(source) === undefined ? goRegExp(source) : undefined;
  if (known === undefined) throw new CelError('invalid matches argument');
  return known;
}

function findAll(of: CelValue, pattern: CelValue, limit: CelValue = -1n): string[] {
  const { source, flags } = expression(pattern);
  const found = [...text(of).matchAll(new RegExp(source, `${flags}g`))].map((m) => m[0]);
  return whole(limit) < 0 ? found : found.slice(0, whole(limit));
}

const ascii = (of: CelValue, from: string, to: string, shift: number) =>
  chars(of)
    .map((c) => (c >= from && c <= to ? String.fromCharCode(c.charCodeAt(0) + shift) : c))
    .join('');

/** Functions of strings: the standard ones, and those of the extension library and of Kubernetes' regex library. */
export const strings: Readonly<Record<string, CelFunction>> = {
  '.startsWith': (s, part) => text(s).startsWith(text(part)),
  '.endsWith': (s, part) => text(s).endsWith(text(part)),
  '.contains': (s, part) => text(s).includes(text(part)),
  '.matches': (s, pattern) => expression(pattern).test(text(s)),
  matches: (s, pattern) => expression(pattern).test(text(s)),
  '.find': (s, pattern) => expression(pattern).exec(text(s))?.[0] ?? '',
  '.findAll': (s, pattern, limit) => findAll(s, pattern, limit),
  '.charAt': (s, at) => chars(s)[inRange(whole(at), chars(s).length)] ?? '',
  '.substring': (s, from, to) => substring(s, from, to),
  '.replace': (s, old, by, limit) => replace(s, old, by, limit),
  '.split': (s, separator, limit) => split(s, separator, limit),
  '.trim': (s) => text(s).trim(),
  '.lowerAscii': (s) => ascii(s, 'A', 'Z', 32),
  '.upperAscii': (s) => ascii(s, 'a', 'z', -32),
  '.join': (list, separator = '') => {
    if (!isList(list)) throw noSuchOverload();
    return list.map(text).join(text(separator));
  },
};

/** `indexOf` and `lastIndexOf` of strings; lists have their own. */
export function indexOfText(of: string, part: CelValue, from: CelValue | undefined, last: boolean): bigint {
  return position(of, part, from, last);
}
