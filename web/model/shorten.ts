const TAIL = 5;

/** Names shorten in the middle: the owner's start and the last five characters stay. Bounds any text from outside. */
export function shorten(name: string, limit: number): string {
  if (name.length <= limit) return name;
  if (limit <= TAIL + 2) return `${name.slice(0, Math.max(0, limit - 1))}…`;
  return `${name.slice(0, limit - TAIL - 1)}…${name.slice(-TAIL)}`;
}
