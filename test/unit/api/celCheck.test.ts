import { describe, expect, it } from 'vitest';
import { compilationProblem, compile } from '../../../sim-core/api/cel/index.ts';
import { goRegExp, goRegExpProblem } from '../../../sim-core/api/machinery/goRegExp.ts';

const names = new Set(['self', 'oldSelf']);
const typeOf = (path: readonly string[]) => (path.join('.') === 'self.a' ? ('string' as const) : undefined);
const problem = (source: string) => compilationProblem(source, { names, typeOf });

describe('what a compiler says of an expression', () => {
  it('finds nothing in what is right, variables of macros included', () => {
    for (const source of [
      'self.a == "x"',
      'self.list.all(x, x > 1)',
      'has(self.b) && int(self.b) > 1',
      '[1].map(i, i + 1)',
    ])
      expect(problem(source)).toBeUndefined();
  });

  it('marks the place of a name that nobody declared, and of an operator that does not fit', () => {
    expect(problem('foo.bar')).toBe(
      "ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo.bar\n | ^",
    );
    expect(problem('self.list.all(x, y)')).toContain(":1:18: undeclared reference to 'y'");
    expect(problem('self.a > 5')).toBe(
      "ERROR: <input>:1:8: found no matching overload for '_>_' applied to '(string, int)'\n | self.a > 5\n | .......^",
    );
    // Only orders compare numbers of different types.
    expect(problem('1 < 1.5')).toBeUndefined();
    expect(problem('1 == 1.5')).toContain("found no matching overload for '_==_' applied to '(int, double)'");
    expect(problem('self.a == null')).toContain("applied to '(string, null)'");
    expect(problem('self.a +')).toMatch(/^ERROR: <input>:1:9: Syntax error: mismatched input '<EOF>' expecting \{'\['/);
  });
});

it("tells Go's mistakes of patterns", () => {
  expect(goRegExpProblem('^[a-z]+(?:-[0-9])*$')).toBeUndefined();
  expect(goRegExpProblem('(a')).toBe('missing closing ): `(a`');
  expect(goRegExpProblem('a)')).toBe('unexpected ): `a)`');
  expect(goRegExpProblem('x[a')).toBe('missing closing ]: `[a`');
  expect(goRegExpProblem('*a')).toBe('missing argument to repetition operator: `*`');
  expect(goRegExpProblem('a**')).toBe('invalid nested repetition operator: `**`');
});

it('patterns of Go match what they match there', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['(?i)^abc$', 'aBC', 'abd'],
    ['\\A[a-z]+\\z', 'abc', 'Aabcz'],
    ['^[[:alpha:]_]+$', 'a_B', 'a1'],
    ['^(?P<year>[0-9]{4})$', '2026', '26'],
    ['^a\\-b$', 'a-b', 'ab'],
    ['^\\\\A$', '\\A', ''],
  ];
  for (const [pattern, yes, no] of cases) {
    expect(goRegExpProblem(pattern), pattern).toBeUndefined();
    expect(
      [yes, no].map((text) => goRegExp(pattern)?.test(text)),
      pattern,
    ).toEqual([true, false]);
  }
  expect(goRegExpProblem('(?i)*a')).toBe('missing argument to repetition operator: `*`');
});

it('expressions match by patterns of Go', () => {
  const value = (source: string) => compile(source).evaluate(() => undefined);
  expect(value("'ABC'.matches('(?i)^abc$')")).toBe(true);
  expect(value("'a1'.matches('^[[:alpha:]]+$')")).toBe(false);
  expect(value("'b1b22'.findAll('[0-9]+')")).toEqual(['1', '22']);
  expect(() => value("'a'.matches('(a')")).toThrow('invalid matches argument');
});

it('calls the type of null by its name in texts', () => {
  expect(problem('self.a + null')).toContain("'_+_' applied to '(string, null)'");
});
