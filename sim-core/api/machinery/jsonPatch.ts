import { deepCopy, deepEqual, isObject, setOwn } from './json.ts';

/** RFC 6902 as the API server applies it (gopkg.in/evanphx/json-patch.v4), with its messages. */

export interface JsonPatchOperation {
  readonly op?: string;
  readonly path?: string;
  readonly from?: string;
  readonly value?: unknown;
}

export class PatchError extends Error {}

type Container = Record<string, unknown> | unknown[];

const MISSING = 'missing value';

function fail(text: string, cause: string): never {
  throw new PatchError(`${text}: ${cause}`);
}

function decodeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The container that the last part of a path is looked up in. */
function find(doc: Container, path: string): { container: Container; key: string } | undefined {
  const parts = path.split('/');
  if (parts.length < 2) return undefined;
  let container = doc;
  for (const part of parts.slice(1, -1)) {
    let next: unknown;
    try {
      next = get(container, decodeKey(part));
    } catch {
      return undefined;
    }
    if (!isObject(next) && !Array.isArray(next)) return undefined;
    container = next;
  }
  return { container, key: decodeKey(parts[parts.length - 1]) };
}

function atoi(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text))
    throw new PatchError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new PatchError(`strconv.Atoi: parsing "${text}": value out of range`);
  return n;
}

function indexOf(key: string, length: number): number {
  const n = atoi(key);
  if (n >= length || n < -length)
    throw new PatchError(`Unable to access invalid index: ${n}: invalid index referenced`);
  return n < 0 ? n + length : n;
}

function get(container: Container, key: string): unknown {
  if (Array.isArray(container)) return container[indexOf(key, container.length)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function insert(container: Container, key: string, value: unknown): void {
  if (!Array.isArray(container)) setOwn(container, key, value);
  else if (key === '-') container.push(value);
  else container.splice(indexOf(key, container.length + 1), 0, value);
}

function remove(container: Container, key: string): void {
  if (Array.isArray(container)) container.splice(indexOf(key, container.length), 1);
  else if (!Object.hasOwn(container, key)) fail(`Unable to remove nonexistent key: ${key}`, MISSING);
  else delete container[key];
}

function wrapped<T>(text: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PatchError) throw new PatchError(`${text}: ${error.message}`);
    throw error;
  }
}

function operandOf(operation: JsonPatchOperation): unknown {
  return operation.value === undefined ? null : deepCopy(operation.value);
}

function fromOf(operation: JsonPatchOperation, verb: string): string {
  if (operation.from === undefined) {
    fail(`${verb} operation failed to decode from: operation, missing from field`, MISSING);
  }
  return operation.from;
}

function add(doc: Container, operation: JsonPatchOperation, path: string): void {
  const at = find(doc, path) ?? fail(`add operation does not apply: doc is missing path: "${path}"`, MISSING);
  wrapped(`error in add for path: '${path}'`, () => insert(at.container, at.key, operandOf(operation)));
}

function removeAt(doc: Container, path: string): void {
  const at = find(doc, path) ?? fail(`remove operation does not apply: doc is missing path: "${path}"`, MISSING);
  wrapped(`error in remove for path: '${path}'`, () => remove(at.container, at.key));
}

function replace(doc: Container, operation: JsonPatchOperation, path: string): void {
  const at = find(doc, path) ?? fail(`replace operation does not apply: doc is missing path: ${path}`, MISSING);
  const { container, key } = at;
  if (!Array.isArray(container)) {
    // A missing key of an object is added, against the RFC.
    setOwn(container, key, operandOf(operation));
    return;
  }
  let index: number;
  try {
    index = indexOf(key, container.length);
  } catch {
    fail(`replace operation does not apply: doc is missing key: ${path}`, MISSING);
  }
  container[index] = operandOf(operation);
}

function move(doc: Container, operation: JsonPatchOperation, path: string): void {
  const from = fromOf(operation, 'move');
  const source = find(doc, from) ?? fail(`move operation does not apply: doc is missing from path: ${from}`, MISSING);
  const text = `error in move for path: '${source.key}'`;
  const value = wrapped(text, () => get(source.container, source.key)) ?? null;
  wrapped(text, () => remove(source.container, source.key));
  const target =
    find(doc, path) ?? fail(`move operation does not apply: doc is missing destination path: ${path}`, MISSING);
  wrapped(`error in move for path: '${path}'`, () => insert(target.container, target.key, value));
}

function copy(doc: Container, operation: JsonPatchOperation, path: string): void {
  const from = fromOf(operation, 'copy');
  const source = find(doc, from) ?? fail(`copy operation does not apply: doc is missing from path: ${from}`, MISSING);
  const value = wrapped(`error in copy for from: '${from}'`, () => get(source.container, source.key)) ?? null;
  const target =
    find(doc, path) ?? fail(`copy operation does not apply: doc is missing destination path: ${path}`, MISSING);
  wrapped('error while adding value during copy', () => insert(target.container, target.key, deepCopy(value)));
}

function test(doc: Container, operation: JsonPatchOperation, path: string): void {
  const failed = `testing value ${path} failed`;
  if (path === '') {
    if (!deepEqual(doc, operation.value)) fail(failed, 'test failed');
    return;
  }
  const at = find(doc, path) ?? fail(`test operation does not apply: is missing path: ${path}`, MISSING);
  const value = wrapped(`error in test for path: '${path}'`, () => get(at.container, at.key)) ?? null;
  if (value === null ? (operation.value ?? null) !== null : !deepEqual(value, operation.value)) {
    fail(failed, 'test failed');
  }
}

/** The patched copy. Throws PatchError. */
export function applyJsonPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  let doc = deepCopy(document) as Container;
  for (const operation of operations) {
    const path = operation.path ?? '';
    switch (operation.op) {
      case 'add':
        add(doc, operation, path);
        break;
      case 'remove':
        removeAt(doc, path);
        break;
      case 'replace':
        if (path === '') doc = operandOf(operation) as Container;
        else replace(doc, operation, path);
        break;
      case 'move':
        move(doc, operation, path);
        break;
      case 'copy':
        copy(doc, operation, path);
        break;
      case 'test':
        test(doc, operation, path);
        break;
      default:
        throw new PatchError(`Unexpected kind: ${operation.op ?? 'unknown'}`);
    }
  }
  return doc;
}
