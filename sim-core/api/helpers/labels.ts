export type Labels = Readonly<Record<string, string>>;

/** Whether two sets of labels hold the same names and values. Makes no lists: it is asked for each pod that changes. */
export function sameLabels(a: Labels, b: Labels): boolean {
  if (a === b) return true;
  let count = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}
