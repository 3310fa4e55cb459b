type Labels = Readonly<Record<string, string>>;

/** Memo of a pure function of immutable labels. */
const keys = new WeakMap<Labels, string>();

/** Equal keys mean equal labels. */
export function labelsKey(labels: Labels): string {
  let key = keys.get(labels);
  if (key === undefined) {
    key = '';
    for (const name of Object.keys(labels).sort()) key += `\u0000${name}\u0001${labels[name]}`;
    keys.set(labels, key);
  }
  return key;
}
