/** Comparing answers with recordings whose changing values are placeholders (see the recordings' description). */

const PATTERNS: Readonly<Record<string, string>> = {
  uid: '[0-9a-f-]{36}',
  rv: '[0-9]+',
  time: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z',
  microtime: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z',
  ip: '[0-9a-f.:]+',
  nodePort: '[0-9]+',
  rand5: '[a-z0-9]{5}',
  hex16: '[0-9a-f]{16}',
  age: '[0-9a-z]+',
  n: '-?[0-9]+',
  jwt: '[A-Za-z0-9._-]+',
};

const PLACEHOLDER = /<(?:(uid|rv|ip|nodePort):\d+|(time|microtime|rand5|hex16|age|n|jwt)|(.)\*(\d+))>/g;

/** The regular expression source of a recorded string. */
function pattern(expected: string): string {
  let source = '';
  let last = 0;
  for (const match of expected.matchAll(PLACEHOLDER)) {
    source += quoted(expected.slice(last, match.index));
    const named = match[1] ?? match[2];
    source += named ? PATTERNS[named] : quoted(match[3].repeat(Number(match[4])));
    last = match.index + match[0].length;
  }
  return source + quoted(expected.slice(last));
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

export function textMatches(expected: string, actual: unknown): boolean {
  if (!expected.includes('<')) return expected === actual;
  const full = expected.replace(/<(.)\*(\d+)>/g, (_, c: string, n: string) => c.repeat(Number(n)));
  if (full === actual) return true;
  return new RegExp(`^${pattern(expected)}$`).test(String(actual));
}

/** The path of the first difference, or undefined. Keys in `ignore` are passed over everywhere. */
export function difference(
  expected: unknown,
  actual: unknown,
  ignore: ReadonlySet<string> = new Set(),
  path = '',
): string | undefined {
  if (typeof expected === 'string') return textMatches(expected, actual) ? undefined : path || '.';
  if (expected === null || typeof expected !== 'object') return expected === actual ? undefined : path || '.';
  if (actual === null || typeof actual !== 'object' || Array.isArray(expected) !== Array.isArray(actual))
    return path || '.';
  const a = expected as Record<string, unknown>;
  const b = actual as Record<string, unknown>;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (ignore.has(key) || (a[key] === undefined && b[key] === undefined)) continue;
    if (a[key] === undefined || b[key] === undefined) return `${path}.${key}`;
    const inner = difference(a[key], b[key], ignore, `${path}.${key}`);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
