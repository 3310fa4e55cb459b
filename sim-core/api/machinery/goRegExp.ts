/**
 * What Go's regexp/syntax says of a pattern that is none. The frequent mistakes; what only differs from JavaScript's own
 * expressions is let pass.
 */
export function goRegExpProblem(pattern: string): string | undefined {
  let depth = 0;
  let repeatable = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '\\') {
      if (i + 1 >= pattern.length) return 'trailing backslash at end of expression: ``';
      i++;
      repeatable = true;
    } else if (c === '[') {
      const end = classEnd(pattern, i);
      if (end < 0) return `missing closing ]: \`${pattern.slice(i)}\``;
      i = end;
      repeatable = true;
    } else if (c === '(') {
      const flags = /^\(\?[imsU-]+\)/.exec(pattern.slice(i));
      repeatable = false;
      if (flags) {
        i += flags[0].length - 1;
        continue;
      }
      depth += 1;
      const group = /^\(\?(?:P?<\w+>|[imsU-]*:)/.exec(pattern.slice(i));
      if (group) i += group[0].length - 1;
    } else if (c === ')') {
      if (depth === 0) return `unexpected ): \`${pattern}\``;
      depth -= 1;
      repeatable = true;
    } else if (c === '*' || c === '+' || c === '?') {
      if (!repeatable) return `missing argument to repetition operator: \`${c}\``;
      if (pattern[i + 1] === '?') i++;
      const next = pattern[i + 1];
      if (next === '*' || next === '+') return `invalid nested repetition operator: \`${c}${next}\``;
    } else {
      repeatable = c !== '|';
    }
  }
  return depth > 0 ? `missing closing ): \`${pattern}\`` : undefined;
}

/** Classes of POSIX, of ASCII alone. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['alnum', '0-9A-Za-z'],
  ['alpha', 'A-Za-z'],
  ['blank', '\\t '],
  ['digit', '0-9'],
  ['lower', 'a-z'],
  ['space', '\\t\\n\\v\\f\\r '],
  ['upper', 'A-Z'],
  ['word', '0-9A-Za-z_'],
  ['xdigit', '0-9A-Fa-f'],
]);

/**
 * Go's pattern as JavaScript's expression: flags at the beginning, names of groups, `\A`, `\z` and classes of POSIX are put in its
 * words. undefined = it has no such reading.
 */
export function goRegExp(pattern: string): RegExp | undefined {
  const [start = '', own = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  const source = pattern
    .slice(start.length)
    .replaceAll('(?P<', '(?<')
    .replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES.get(name) ?? whole)
    .replace(/\\([\s\S])/g, (whole, c: string) => (c === 'A' ? '^' : c === 'z' ? '$' : whole));
  // Escapes that only Go knows without need are no mistake.
  return tried(source, `u${own}`) ?? tried(source, own);
}

function tried(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

/** The place of the bracket that closes a class; -1 where there is none. */
function classEnd(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  for (; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '[' && pattern[i + 1] === ':') {
      const end = pattern.indexOf(':]', i);
      if (end < 0) return -1;
      i = end + 1;
    } else if (pattern[i] === ']') return i;
  }
  return -1;
}
