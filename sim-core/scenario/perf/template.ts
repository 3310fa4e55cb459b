/** Functions that scheduler_perf's templates call. Source: test/integration/scheduler_perf/create.go getSpecFromTextTemplateFile. */
const FUNCTIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  Mod: (a, b) => a % b,
  DivideInt: (a, b) => Math.trunc(a / b),
  AddInt: (a, b) => a + b,
  MultiplyInt: (a, b) => a * b,
  SubtractInt: (a, b) => a - b,
};

export class TemplateError extends Error {}

/** Fills Go's `{{ }}` of a template: `.Index`, `.Count`, whole numbers and the functions above, one call deep. */
export function fillTemplate(text: string, index: number, count: number): string {
  const value = (word: string): number => {
    if (word === '.Index') return index;
    if (word === '.Count') return count;
    if (/^-?[0-9]+$/.test(word)) return Number(word);
    throw new TemplateError(
      `{{ ${word} }}: templates may use .Index, .Count, numbers and ${Object.keys(FUNCTIONS).join(', ')}`,
    );
  };
  return text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_whole, inside: string) => {
    const [first, ...rest] = inside.split(/\s+/);
    const call = Object.hasOwn(FUNCTIONS, first) ? FUNCTIONS[first] : undefined;
    if (call === undefined || rest.length !== 2) return String(value(rest.length === 0 ? first : inside));
    return String(call(value(rest[0]), value(rest[1])));
  });
}
