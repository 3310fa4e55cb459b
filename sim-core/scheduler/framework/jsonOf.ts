/** The value as JSON; undefined where JSON cannot tell it: circular values, functions, big integers. */
export function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
