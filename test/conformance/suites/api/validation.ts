import { parseJson } from '../../../../sim-core/api/decode/index.ts';
import type { Json } from '../../../../sim-core/contracts/index.ts';
import { type CaseResult, play, type SetRun, type VectorFolder } from '../../harness.ts';
import { difference } from './placeholders.ts';
import { type Answer, freshServer, type RecordedRequest, send } from './server.ts';

interface ValidationCase {
  readonly name: string;
  readonly group: string;
  readonly setup?: readonly (readonly [string, string, Json])[];
  readonly request: RecordedRequest;
  readonly code: number;
  readonly response: Json;
  readonly warnings?: readonly string[];
}

/** Reads and deletions of an object that should not be there. */
const MISSING = /^(?:get|delete)-missing\/(.*)$/;

/**
 * The recorder tried each manifest under a name that nothing had: it put it, read it, deleted it and patched it, in this order
 * and on one store. Where the put made the object, the read and the deletion found it. The put is played for them, with the
 * manifest of another case, as the put itself may not be among these.
 */
function putBefore({ name, request }: ValidationCase, all: readonly ValidationCase[]): RecordedRequest | undefined {
  const manifest = MISSING.exec(name)?.[1];
  if (manifest === undefined) return undefined;
  const like = all.find((other) => other.name.split('/')[1] === manifest && other.code < 300 && hasManifest(other));
  if (!like) return undefined;
  const { metadata: _, ...body } = like.request.body as Record<string, Json>;
  return { method: 'PUT', path: request.path, body: { ...body, metadata: { name: 'nope' } } };
}

function hasManifest({ request: { body } }: ValidationCase): boolean {
  return typeof body === 'object' && body !== null && 'kind' in body && 'apiVersion' in body;
}

function answer(recorded: ValidationCase, all: readonly ValidationCase[]): Answer {
  const api = freshServer();
  const put = putBefore(recorded, all);
  if (put) send(api, put);
  for (const [method, path, body] of recorded.setup ?? []) send(api, { method, path, body });
  return send(api, recorded.request);
}

/** `299 - "text"` as the Warning header carries it. */
function warningText(header: string): string {
  const match = /^299 - "(.*)"$/su.exec(header);
  return (match ? match[1] : header).replaceAll('\\"', '"').replaceAll('\\\\', '\\');
}

function check(recorded: ValidationCase, all: readonly ValidationCase[]): Omit<CaseResult, 'name'> {
  const got = answer(recorded, all);
  const expected = JSON.stringify({ code: recorded.code, body: recorded.response, warnings: recorded.warnings });
  const actual = JSON.stringify(got);
  const wrong = (cause: string): Omit<CaseResult, 'name'> => ({
    equal: false,
    cause: `${recorded.group}: ${cause}`,
    expected,
    actual,
  });
  if (got.code !== recorded.code) return wrong(`code ${recorded.code} came as ${got.code}`);
  if (recorded.response !== '<object>' && recorded.response !== '<omitted>') {
    const at = difference(recorded.response, got.body);
    if (at !== undefined) return wrong(`answer differs at ${at.replace(/\.\d+/g, '[]')}`);
  }
  const warnings = difference((recorded.warnings ?? []).map(warningText), got.warnings);
  return warnings === undefined ? { equal: true } : wrong('warnings');
}

/** Bodies keep numbers as they were written, where that differs from how JavaScript prints them. */
function readCase(line: string): ValidationCase {
  const plain = JSON.parse(line) as ValidationCase;
  if (!/:\s*-?\d+\.\d*0[,}\]]/.test(line)) return plain;
  const { request } = parseJson(line).value as ValidationCase;
  return { ...plain, request: { ...plain.request, body: request.body } };
}

/** Requests that the server took, and those that it refused, each counted apart; names begin with the group. */
export function* validationSets(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  if (!vectors.has('validation.jsonl')) return;
  const all = vectors.text('validation.jsonl').trimEnd().split('\n').map(readCase);
  for (const [set, accepted] of [
    ['validation-accepted', true],
    ['validation-refused', false],
  ] as const) {
    const cases = all.filter((one) => one.code < 400 === accepted);
    const wanted = only === undefined || set.includes(only) ? cases : cases.filter((one) => one.name.includes(only));
    if (wanted.length) yield { set, cases: wanted.map((one) => play(one.name, () => check(one, all))) };
  }
}
