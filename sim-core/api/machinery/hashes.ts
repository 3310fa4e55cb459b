import { fnv32aBytes, fnv32Bytes } from './fnv.ts';
import { compareUtf8, utf8Bytes, utf8Length } from './gotext.ts';
import { isObject } from './json.ts';
import { NAME_ALPHABET } from './names.ts';
import { dumpPodTemplate } from './spew.ts';

/** The hashes in names and labels of ReplicaSets, StatefulSets and DaemonSets (vectors base/hashes). */

/** rand.SafeEncodeString: by characters, but as long as the bytes (the rest is zero characters). */
export function safeEncode(text: string): string {
  let out = '';
  for (const c of text) out += NAME_ALPHABET[c.codePointAt(0)! % NAME_ALPHABET.length];
  return out.padEnd(utf8Length(text), '\0');
}

/** Little-endian uint32 of the count and four zeros. */
function countBytes(count: number): number[] {
  return [count & 255, (count >>> 8) & 255, (count >>> 16) & 255, (count >>> 24) & 255, 0, 0, 0, 0];
}

/** Memo by identity of the (frozen) template: the hash of the dump before a collision count. */
const templateHashes = new WeakMap<object, number>();

/** FNV-1a 32 of the dump of a template. */
export function podTemplateFnv(template: object): number {
  let hash = templateHashes.get(template);
  if (hash === undefined) {
    hash = fnv32aBytes(utf8Bytes(dumpPodTemplate(template)));
    if (Object.isFrozen(template)) templateHashes.set(template, hash);
  }
  return hash;
}

/** controller.ComputeHash: pod-template-hash of Deployments and the hash in a DaemonSet's revisions. A count of 0 counts. */
export function podTemplateHash(template: object, collisionCount?: number | null): string {
  const hash = podTemplateFnv(template);
  const uncounted = collisionCount === undefined || collisionCount === null;
  return safeEncode(String(uncounted ? hash : fnv32aBytes(countBytes(collisionCount), hash)));
}

/** history.HashControllerRevision over the raw data. */
export function controllerRevisionHash(data: string, collisionCount?: number | null): string {
  let hash = fnv32Bytes(utf8Bytes(data));
  if (collisionCount !== undefined && collisionCount !== null)
    hash = fnv32Bytes(utf8Bytes(String(collisionCount)), hash);
  return safeEncode(String(hash));
}

/** history.ControllerRevisionName: the parent cut to 223 bytes. */
export function controllerRevisionName(parent: string, hash: string): string {
  const kept = utf8Length(parent) > 223 ? parent.slice(0, 223) : parent;
  return `${kept}-${hash}`;
}

/** The data of a StatefulSet's or DaemonSet's ControllerRevision, as text: sorted keys, compact, Go's HTML escapes. */
export function revisionData(template: object): string {
  return goJson({ spec: { template: { ...template, $patch: 'replace' } } });
}

/** json.Marshal of decoded JSON: keys sorted by bytes, `<`, `>`, `&`, U+2028 and U+2029 escaped. */
export function goJson(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return goJsonString(value);
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys
    .sort(compareUtf8)
    .map((key) => `${goJsonString(key)}:${goJson(value[key])}`)
    .join(',')}}`;
}

const ESCAPED = /[<>&\u2028\u2029\u007f]/g;

function goJsonString(text: string): string {
  return JSON.stringify(text).replace(ESCAPED, (c) =>
    c === '\u007f' ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
