import { type Document, isMap, isPair, isScalar, parseAllDocuments, type Scalar, visit, type YAMLMap } from 'yaml';

/** Where the cursor is in the structure of a YAML text that may be unfinished. */
export interface Cursor {
  /** In a place for a key of the map at `path`, or for the value at `path`. */
  readonly at: 'key' | 'value';
  readonly path: readonly (string | number)[];
  /** Keys that the map has already. */
  readonly siblings: readonly string[];
  /** The word around the cursor: offsets into the text. */
  readonly from: number;
  readonly to: number;
  readonly word: string;
  /** The document of the stream. */
  readonly document: Document;
}

/** Longer texts are not looked at: parsing would take longer than a key press. */
const LENGTH_MAX = 1_000_000;
const MARK = 'orreryCursorHere';
const WORD = /[\w./*-]/;

/**
 * Finds the place in the structure by putting a mark there and parsing: the parser is lenient, and what it makes of the
 * mark tells where it is. Undefined in comments and where nothing can be made of the text.
 */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  let [from, to] = [offset, offset];
  while (from > 0 && WORD.test(text[from - 1])) from--;
  while (to < text.length && WORD.test(text[to])) to++;
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const before = text.slice(lineStart, from);
  const lineEnd = text.indexOf('\n', to);
  const after = text.slice(to, lineEnd < 0 ? text.length : lineEnd);
  if (/(^|\s)#/.test(before)) return undefined;
  const isLineOfItsOwn = /^\s*(-\s+)*$/.test(before);
  const mark = isLineOfItsOwn && !/^\s*:(\s|$)/.test(after) ? `${MARK}:` : MARK;
  const marked = text.slice(0, from) + mark + text.slice(to);
  for (const document of parseAllDocuments(marked, { strict: false, uniqueKeys: false })) {
    const found = placeOf(document as Document);
    if (found !== undefined) return { ...found, from, to, word: text.slice(from, to), document: document as Document };
  }
  return undefined;
}

function placeOf(document: Document): Pick<Cursor, 'at' | 'path' | 'siblings'> | undefined {
  let found: Pick<Cursor, 'at' | 'path' | 'siblings'> | undefined;
  visit(document, {
    Scalar(key, node, ancestors) {
      if (typeof node.value !== 'string' || !node.value.includes(MARK)) return undefined;
      const path = pathOf(ancestors, node);
      const isKey = key === 'key';
      const map = isKey ? (ancestors[ancestors.length - 2] as YAMLMap) : undefined;
      found = { at: isKey ? 'key' : 'value', path: isKey ? path.slice(0, -1) : path, siblings: keysOf(map) };
      return visit.BREAK;
    },
  });
  return found;
}

function keysOf(map: YAMLMap | undefined): readonly string[] {
  return (map?.items ?? []).flatMap((pair) => {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    return key === '' || key.includes(MARK) ? [] : [key];
  });
}

/** Keys and indexes from the root to a node. */
function pathOf(ancestors: readonly unknown[], node: Scalar): readonly (string | number)[] {
  const path: (string | number)[] = [];
  const chain = [...ancestors, node];
  chain.forEach((part, i) => {
    if (isPair(part)) path.push(isScalar(part.key) ? String(part.key.value) : '');
    else if (typeof part === 'object' && part !== null && 'items' in part && !isMap(part)) {
      const index = (part as { items: readonly unknown[] }).items.indexOf(chain[i + 1]);
      if (index >= 0) path.push(index);
    }
  });
  return path;
}

/** The value of a scalar of a document by path. */
export function scalarAt(document: Document, path: readonly (string | number)[]): unknown {
  const node = document.getIn(path, true);
  return isScalar(node) ? node.value : undefined;
}
