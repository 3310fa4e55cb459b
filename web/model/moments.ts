/** `:754.5`, `12:34.567`, `1:02:03`, `90s`: a moment in µs; undefined = it is none. */
export function parseMoment(text: string): number | undefined {
  const clock = /^(?:(\d+):)?(\d+):(\d{1,2}(?:\.\d{1,6})?)$/.exec(text);
  if (clock !== null)
    return Math.round((Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1e6);
  const plain = /^(\d+(?:\.\d{1,6})?)(s|m|h)?$/.exec(text);
  if (plain === null) return undefined;
  const factor = plain[2] === 'h' ? 3600e6 : plain[2] === 'm' ? 60e6 : 1e6;
  return Math.round(Number(plain[1]) * factor);
}
