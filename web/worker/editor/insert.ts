import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';

/** A change of a text: replace [from, to) by `insert`. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

const columnOf = (source: string, offset: number) => offset - (source.lastIndexOf('\n', offset - 1) + 1);

const lineAfter = (source: string, offset: number) => {
  const end = source.indexOf('\n', offset);
  return end < 0 ? source.length : end + 1;
};

/**
 * Adds an item to a list of `spec` of a scenario (`timeline`, `manifests`, `initialState`) without touching anything else:
 * comments and layout stay. Undefined when the text is no scenario in block style.
 */
export function addToList(source: string, list: string, item: string): Change | undefined {
  const document = parseDocument(source, { strict: false, uniqueKeys: false });
  const spec = document.get('spec', true);
  if (!isMap(spec) || spec.range == null || spec.flow === true) return undefined;
  const value = (spec as YAMLMap).get(list, true);
  if (isSeq(value) && value.range != null) {
    if (value.flow === true) {
      const end = value.range[1] - 1;
      return { from: end, to: end, insert: `${value.items.length > 0 ? ', ' : ''}${item}` };
    }
    const last = value.items[value.items.length - 1] as { range?: readonly number[] | null } | undefined;
    if (last?.range != null) {
      const dash = columnOf(source, value.range[0]);
      return atLine(source, last.range[1], `${' '.repeat(dash)}- ${item}`);
    }
  }
  const first = spec.items[0];
  const column = isScalar(first?.key) && first.key.range != null ? columnOf(source, first.key.range[0]) : 2;
  const indent = ' '.repeat(column);
  const pair = spec.items.find((other) => isScalar(other.key) && other.key.value === list);
  if (pair !== undefined && isScalar(pair.key) && pair.key.range != null)
    return atLine(source, pair.key.range[1], `${indent}  - ${item}`);
  return atLine(source, lastOffset(source, spec.range[1]), `${indent}${list}:\n${indent}  - ${item}`);
}

/** The end of what is written, without the blank lines and the document's end behind it. */
function lastOffset(source: string, end: number): number {
  let at = Math.min(end, source.length);
  while (at > 0 && /\s/.test(source[at - 1])) at--;
  return at;
}

function atLine(source: string, after: number, text: string): Change {
  const from = lineAfter(source, lastOffset(source, after));
  const isOpenLine = from === source.length && !source.endsWith('\n');
  return { from, to: from, insert: `${isOpenLine ? '\n' : ''}${text}\n` };
}
