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

/** Reads a JSON body that should hold an object of `kind`. */
export function readJsonBody(text: string, kind: string): Body {
  try {
    const parsed = parseJson(text);
    const is = jsonKind(parsed.value);
    if (is === 'object' || is === 'null') return is === 'null' ? { ...parsed, value: {} } : parsed;
    const why = `couldn't get version/kind; json parse error: json: cannot unmarshal ${is} into Go value of type ${META_TYPE}`;
    return { error: unrecognized(kind, why, text) };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { error: unrecognized(kind, `couldn't get version/kind; json parse error: ${error.message}`, text) };
  }
}
