import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import { utf8Bytes } from '../machinery/gotext.ts';
import { JsonSyntaxError, parseJson } from './json.ts';
import { jsonKind } from './scalars.ts';

/** Reading the text of a request body, with the API server's 400 messages (apiserver pkg/endpoints/handlers/rest.go). */

export type Body =
  | { readonly value: unknown; readonly duplicates: readonly string[] }
  /** The message of the BadRequest. */
  | { readonly error: string };

const META_TYPE =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const SUMMARY_BYTES = 30;

/** What a message shows of a body: JSON as it is, anything else in hex, at most 30 bytes. */
export function summarizeBody(text: string): string {
  if (text === '') return '<empty>';
  const bytes = utf8Bytes(text);
  const more = bytes.length > SUMMARY_BYTES ? ' ...' : '';
  if (text[0] === '{') return text.slice(0, SUMMARY_BYTES) + more;
  return Array.from(bytes.slice(0, SUMMARY_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('') + more;
}

/** A body that is no object of any kind. */
export function unrecognized(kind: string, why: string, text: string): string {
  return `the object provided is unrecognized (must be of type ${kind}): ${why} (${summarizeBody(text)})`;
}

/** What Go says of JSON that is no object where the type of an object is looked for. */
export function notMeta(is: string): string {
  return `json: cannot unmarshal ${is} into Go value of type ${META_TYPE}`;
}

/** Why a body's type cannot be read: it is no object, or its type is no text (`apiVersion: 1`). */
export function metaProblem(value: unknown): string | undefined {
  const is = jsonKind(value);
  if (is !== 'object') return is === 'null' ? undefined : notMeta(is);
  for (const field of ['apiVersion', 'kind']) {
    const kind = jsonKind((value as Record<string, unknown>)[field] ?? null);
    if (kind !== 'string' && kind !== 'null')
      return `json: cannot unmarshal ${kind} into Go struct field .${field} of type string`;
  }
  return undefined;
}

/** Reads a JSON body that should hold an object of `kind`. */
export function readJsonBody(text: string, kind: string): Body {
  try {
    const parsed = parseJson(text);
    const why = metaProblem(parsed.value);
    if (why === undefined) return parsed.value === null ? { ...parsed, value: {} } : parsed;
    return { error: unrecognized(kind, `couldn't get version/kind; json parse error: ${why}`, text) };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { error: unrecognized(kind, `couldn't get version/kind; json parse error: ${error.message}`, text) };
  }
}

/** Reads a YAML body: its first document. Texts as sigs.k8s.io/yaml and yaml.v2 tell them. */
export function readYamlBody(text: string, kind: string): Body {
  const [document] = parseAllDocuments(text, { uniqueKeys: false, version: '1.1' });
  if (document === undefined || !('contents' in document)) return { value: {}, duplicates: [] };
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line ?? 1;
    return { error: unrecognized(kind, `yaml: line ${line}: did not find expected node content`, text) };
  }
  const value = document.toJS() ?? {};
  const why = metaProblem(value);
  if (why !== undefined)
    return { error: unrecognized(kind, `couldn't get version/kind; json parse error: ${why}`, text) };
  return { value, duplicates: repeatedKeys(document.contents, text) };
}

/** Keys that a map has twice: `line 6: key "a" already set in map`. */
function repeatedKeys(node: unknown, text: string): string[] {
  if (isSeq(node)) return node.items.flatMap((item) => repeatedKeys(item, text));
  if (!isMap(node)) return [];
  const seen = new Set<string>();
  return node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const inner = repeatedKeys(value, text);
    if (!seen.has(name)) {
      seen.add(name);
      return inner;
    }
    const end = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    const line = text.slice(0, end).split('\n').length;
    return [`line ${line}: key ${JSON.stringify(name)} already set in map`, ...inner];
  });
}

/** Reads a protobuf body, as far as to tell that it is none; whole messages are not understood. */
export function readProtobufBody(text: string, kind: string): Body {
  if (!text.startsWith('k8s\0')) {
    const why = 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]';
    return { error: unrecognized(kind, why, text) };
  }
  return { error: unrecognized(kind, text.length === 4 ? 'empty body' : 'protobuf bodies are not read', text) };
}
