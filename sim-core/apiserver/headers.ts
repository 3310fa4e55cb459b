export type Headers = Readonly<Record<string, string | undefined>>;

/** The value of a header by its name in small letters. */
export function header(headers: Headers, name: string): string | undefined {
  for (const key of Object.keys(headers)) if (key.toLowerCase() === name) return headers[key];
  return undefined;
}
