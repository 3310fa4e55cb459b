import { RecordKind } from '../contracts/engine.ts';

/** How a number of a record reads. */
export type FieldMeaning =
  | 'none'
  | 'number'
  | 'revision'
  | 'milliseconds'
  | 'why'
  | 'string'
  | 'object'
  | 'verbAndResource'
  | 'podState'
  | 'nodeState'
  | 'containerStep'
  | 'boolean'
  | 'beginOrEnd'
  | 'contentHash'
  | 'seconds'
  | 'warning';

export interface KindSpec {
  readonly name: keyof typeof RecordKind;
  /** What the object of the record is; '' = it has none. */
  readonly object: string;
  /** Label and meaning of a, b and the content hash. */
  readonly a: readonly [label: string, meaning: FieldMeaning];
  readonly b: readonly [label: string, meaning: FieldMeaning];
  readonly hash: readonly [label: string, meaning: FieldMeaning];
  /** Part of a recording of level `story`; records of other kinds are in it only as causes of these. */
  readonly story: boolean;
}

const NONE = ['', 'none'] as const;

/** What the numbers of a record mean, by kind. Part of the recording format. */
const table = {
  clock: ['', ['epoch', 'seconds'], ['epochHigh', 'number'], ['seedHash', 'contentHash'], true],
  hop: ['', ['why', 'why'], ['delay', 'milliseconds'], NONE, false],
  write: ['object', ['verb', 'verbAndResource'], ['rv', 'revision'], ['content', 'contentHash'], false],
  podState: ['pod', ['state', 'podState'], ['node', 'object'], NONE, true],
  nodeState: ['node', ['state', 'nodeState'], NONE, NONE, true],
  owner: ['dependent', ['controller', 'object'], NONE, NONE, true],
  decision: ['pod', ['node', 'object'], ['attempt', 'number'], NONE, true],
  decisionFailed: ['pod', ['message', 'string'], ['attempt', 'number'], NONE, true],
  kubeEvent: ['involved object', ['reason', 'string'], ['message', 'string'], ['type', 'warning'], true],
  fault: ['target', ['fault', 'string'], ['phase', 'beginOrEnd'], ['description', 'string'], true],
  leader: ['', ['election', 'string'], ['leader', 'string'], NONE, true],
  external: ['', ['verb', 'string'], ['path', 'string'], NONE, true],
  expectation: ['', ['expectation', 'string'], ['passed', 'boolean'], NONE, true],
  violation: ['', ['checker', 'string'], ['message', 'string'], NONE, true],
  container: ['pod', ['step', 'containerStep'], ['restarts', 'number'], NONE, true],
  refused: ['object', ['code', 'number'], ['message', 'string'], NONE, true],
  endpoint: ['service', ['pod', 'object'], ['ready', 'boolean'], NONE, true],
} as const satisfies Record<
  keyof typeof RecordKind,
  readonly [string, KindSpec['a'], KindSpec['b'], KindSpec['hash'], boolean]
>;

/** By number of the kind. */
export const KINDS: readonly KindSpec[] = (() => {
  const kinds: KindSpec[] = [];
  for (const name of Object.keys(RecordKind) as (keyof typeof RecordKind)[]) {
    const [object, a, b, hash, story] = table[name];
    kinds[RecordKind[name]] = { name, object, a, b, hash, story };
  }
  return kinds;
})();
