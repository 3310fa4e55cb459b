/**
 * Comparing an answer with a recorded one in which values that differ from run to run are placeholders: the same
 * placeholder must stand for the same value everywhere in one case.
 */
export class Unifier {
  private readonly bound = new Map<string, unknown>();

  /** undefined where they agree; else the path and both sides. */
  differ(expected: unknown, actual: unknown, path = ''): string | undefined {
    if (expected === '<omitted>' || expected === '<object>') return undefined;
    if (typeof expected === 'string') return this.text(expected, actual, path);
    if (expected === null || typeof expected !== 'object') {
      return expected === actual ? undefined : `${path}: ${show(expected)} / ${show(actual)}`;
    }
    if (Array.isArray(expected)) return this.list(expected, actual, path);
    if (actual === null || typeof actual !== 'object' || Array.isArray(actual)) {
      return `${path}: ${show(expected)} / ${show(actual)}`;
    }
    const right = actual as Record<string, unknown>;
    for (const [key, value] of Object.entries(expected)) {
      const found = this.differ(value, right[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
    for (const key of Object.keys(right)) {
      if (right[key] !== undefined && !(key in expected)) return `${path}.${key}: - / ${show(right[key])}`;
    }
    return undefined;
  }

  private list(expected: readonly unknown[], actual: unknown, path: string): string | undefined {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      return `${path}: ${show(expected)} / ${show(actual)}`;
    if (path.endsWith('.managedFields')) return this.set(expected, actual, path);
    for (let i = 0; i < expected.length; i++) {
      const found = this.differ(expected[i], actual[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** managedFields are sorted by time, which the recordings do not have: compared as a set. */
  private set(expected: readonly unknown[], actual: readonly unknown[], path: string): string | undefined {
    const left = [...actual];
    for (const entry of expected) {
      const at = left.findIndex((other) => this.differ(entry, other, path) === undefined);
      if (at < 0) return `${path}: ${show(entry)} / ${show(left)}`;
      left.splice(at, 1);
    }
    return undefined;
  }

  private text(expected: string, actual: unknown, path: string): string | undefined {
    if (expected === actual) return undefined;
    const wrong = `${path}: ${show(expected)} / ${show(actual)}`;
    // Frames of Tables keep the ages of the recording, which took other times than the replay.
    if (CELL.test(path) && AGE.test(expected) && AGE.test(String(actual))) return undefined;
    if (!expected.includes('<')) return wrong;
    if (typeof actual !== 'string' && typeof actual !== 'number') return wrong;
    const names: string[] = [];
    let pattern = '';
    let rest = expected;
    for (;;) {
      const match = PLACEHOLDER.exec(rest);
      if (!match) break;
      pattern += escapeRegExp(rest.slice(0, match.index));
      names.push(match[0]);
      pattern += `(${shapeOf(match[0])})`;
      rest = rest.slice(match.index + match[0].length);
    }
    const found = new RegExp(`^${pattern}${escapeRegExp(rest)}$`, 's').exec(String(actual));
    if (!found) return wrong;
    for (let i = 0; i < names.length; i++) {
      if (!/:\d+>$/.test(names[i])) continue;
      const known = this.bound.get(names[i]);
      if (known !== undefined && known !== found[i + 1]) return `${wrong} (${names[i]} was ${known})`;
      this.bound.set(names[i], found[i + 1]);
    }
    return undefined;
  }
}

const CELL = /\.cells\[\d+\]$/;
const AGE = /^\d+[smhdy](?:\d+[smhd])?$/;

const PLACEHOLDER =
  /<(?:uid:\d+|rv:\d+|time|microtime|rfc1123time|ip:\d+|nodePort:\d+|continue|rand5|hex16|age|n|jwt|certificate|.\*\d+)>/;

function shapeOf(name: string): string {
  if (name.startsWith('<uid')) return '[0-9a-f-]{36}';
  if (name.startsWith('<rv')) return '\\d+';
  if (name === '<time>') return '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ';
  if (name === '<n>' || name.startsWith('<nodePort')) return '\\d+';
  if (name === '<rand5>') return '[a-z0-9]{5}';
  const repeat = /^<(.)\*(\d+)>$/.exec(name);
  if (repeat) return `${escapeRegExp(repeat[1])}{${repeat[2]}}`;
  return '.*';
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function show(value: unknown): string {
  const text = value === undefined ? '-' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
