import { JsonSyntaxError, parseJson } from '../api/decode/json.ts';
import type { Json } from '../contracts/index.ts';

/** The place where the next page of a list begins (apiserver pkg/storage/continue.go). */
export interface ContinueToken {
  /** The revision of the list; -1: whatever is current (an inconsistent continuation). */
  readonly rv: number;
  /** The last key of the page before, relative to the list's prefix, and a NUL. */
  readonly start: string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The bytes of a text. */
export function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const ch of text) {
    const c = ch.codePointAt(0) as number;
    if (c < 0x80) bytes.push(c);
    else if (c < 0x800) bytes.push(0xc0 | (c >> 6), 0x80 | (c & 63));
    else if (c < 0x10000) bytes.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    else bytes.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
  }
  return bytes;
}

/** Bytes in the alphabet of URLs, without padding. */
export function base64Url(bytes: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const n = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += LETTERS[n >> 18] + LETTERS[(n >> 12) & 63];
    if (left > 1) text += LETTERS[(n >> 6) & 63];
    if (left > 2) text += LETTERS[n & 63];
  }
  return text;
}

function fromBase64Url(text: string): number[] | undefined {
  const bytes: number[] = [];
  let n = 0;
  let bits = 0;
  for (const ch of text) {
    const v = LETTERS.indexOf(ch);
    if (v < 0) return undefined;
    n = ((n << 6) | v) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((n >> bits) & 255);
    }
  }
  return bytes;
}

export function encodeContinue(token: ContinueToken): string {
  const start = token.start.replace(/[\u0000-\u001f"\\]/g, (ch) =>
    ch === '"' || ch === '\\' ? `\\${ch}` : `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return base64Url(utf8(`{"v":"meta.k8s.io/v1","rv":${token.rv},"start":"${start}"}`));
}

/** The token, or the text of the 400 that a bad one gets. */
export function decodeContinue(text: string): ContinueToken | { readonly bad: string } {
  const bytes = fromBase64Url(text.replace(/=+$/, ''));
  if (!bytes) return { bad: 'continue key is not valid: illegal base64 data at input byte 0' };
  let parsed: Json;
  try {
    parsed = parseJson(String.fromCharCode(...bytes)).value as Json;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { bad: `invalid continue token: continue key is not valid: ${error.message}` };
  }
  const { v, rv, start } = parsed as { v?: string; rv?: number; start?: string };
  if (v !== 'meta.k8s.io/v1')
    return { bad: `continue key is not valid: server does not recognize this encoded version "${v ?? ''}"` };
  if (rv === 0 || rv === undefined)
    return { bad: 'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)' };
  if (!start) return { bad: 'continue key is not valid: encoded start key empty (version meta.k8s.io/v1)' };
  return { rv, start };
}
