import type { Json } from '../../../../sim-core/contracts/index.ts';
import { type CaseResult, play, type SetRun, type VectorFolder } from '../../harness.ts';
import { difference } from './placeholders.ts';
import { freshServer, send } from './server.ts';

interface DefaultingCase {
  readonly name: string;
  readonly path: string;
  readonly request: Json;
  readonly code: number;
  readonly response: Json;
  readonly warnings?: readonly string[];
}

function check(recorded: DefaultingCase): Omit<CaseResult, 'name'> {
  const got = send(freshServer(), { method: 'POST', path: recorded.path, body: recorded.request });
  const expected = JSON.stringify({ code: recorded.code, body: recorded.response });
  const actual = JSON.stringify(got);
  if (got.code !== recorded.code)
    return { equal: false, cause: `code ${recorded.code} came as ${got.code}`, expected, actual };
  const at = difference(recorded.response, got.body);
  return at === undefined
    ? { equal: true }
    : { equal: false, cause: `differs at ${at.replace(/\.\d+/g, '[]')}`, expected, actual };
}

/** Minimal manifests and the objects that the server made of them, managed fields included. */
export function* defaultingSet(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  const all = vectors.lines<DefaultingCase>('defaulting.jsonl');
  const wanted = only === undefined || 'defaulting'.includes(only) ? all : all.filter((one) => one.name.includes(only));
  if (wanted.length) yield { set: 'defaulting', cases: wanted.map((one) => play(one.name, () => check(one))) };
}
