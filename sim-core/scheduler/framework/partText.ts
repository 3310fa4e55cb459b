/** Texts of immutable parts of objects, by identity: the pods of one template share most of theirs. */
const texts = new WeakMap<object, string>();

/** The part as JSON; '' when it is absent. */
export function partText(part: object | null | undefined): string {
  if (part === undefined || part === null) return '';
  let text = texts.get(part);
  if (text === undefined) texts.set(part, (text = JSON.stringify(part)));
  return text;
}
