import { CelError } from './errors.ts';

export interface Semver {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly pre: readonly string[];
}

const NUMERIC = /^[0-9]+$/;
const PART = /^[0-9A-Za-z-]+$/;

function number(text: string, what: string): bigint {
  if (!NUMERIC.test(text)) throw new CelError(`Invalid character(s) found in ${what} number "${text}"`);
  if (text.length > 1 && text.startsWith('0'))
    throw new CelError(`${what[0].toUpperCase()}${what.slice(1)} number must not contain leading zeroes "${text}"`);
  return BigInt(text);
}

/** `normalize` allows a leading v, missing minor and patch, and leading zeroes. Source: blang/semver, cel library semver. */
export function parseSemver(source: string, normalize = false): Semver {
  let text = source;
  if (normalize) {
    text = text.trim().replace(/^v/, '');
    const [, numbers, rest] = /^([^-+]*)(.*)$/.exec(text) as unknown as [string, string, string];
    const parts = numbers.split('.').map((p) => (NUMERIC.test(p) ? p.replace(/^0+(?=[0-9])/, '') : p));
    if (parts.length < 3 && rest !== '') throw new CelError('Short version cannot contain PreRelease/Build meta data');
    while (parts.length < 3) parts.push('0');
    text = parts.join('.') + rest;
  }
  if (text === '') throw new CelError('Version string empty');
  const first = text.indexOf('.');
  const second = first < 0 ? -1 : text.indexOf('.', first + 1);
  if (second < 0) throw new CelError('No Major.Minor.Patch elements found');
  const major = number(text.slice(0, first), 'major');
  const minor = number(text.slice(first + 1, second), 'minor');
  let last = text.slice(second + 1);
  const build = last.indexOf('+');
  if (build >= 0) {
    for (const part of last.slice(build + 1).split('.')) checkPart(part, 'Build meta data');
    last = last.slice(0, build);
  }
  const dash = last.indexOf('-');
  const pre = dash < 0 ? [] : last.slice(dash + 1).split('.');
  for (const part of pre) {
    checkPart(part, 'Prerelease');
    if (NUMERIC.test(part) && part.length > 1 && part.startsWith('0'))
      throw new CelError(`Numeric PreRelease version must not contain leading zeroes "${part}"`);
  }
  return { major, minor, patch: number(dash < 0 ? last : last.slice(0, dash), 'patch'), pre };
}

function checkPart(part: string, what: string): void {
  if (part === '') throw new CelError(`${what} is empty`);
  if (!PART.test(part)) throw new CelError(`Invalid character(s) found in ${what.toLowerCase()} "${part}"`);
}

export function compareSemver(a: Semver, b: Semver): number {
  for (const field of ['major', 'minor', 'patch'] as const)
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1;
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (let i = 0; i < a.pre.length && i < b.pre.length; i++) {
    const order = comparePart(a.pre[i], b.pre[i]);
    if (order !== 0) return order;
  }
  return Math.sign(a.pre.length - b.pre.length);
}

/** Numbers before words, numbers by value. */
function comparePart(a: string, b: string): number {
  const [x, y] = [NUMERIC.test(a), NUMERIC.test(b)];
  if (x && y) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  if (x !== y) return x ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
