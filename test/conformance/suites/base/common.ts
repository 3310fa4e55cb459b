import { type CaseResult, compare, play, type SetRun, type VectorFolder } from '../../harness.ts';

/** One line of a base vector file. */
export interface BaseCase {
  readonly case: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: every kind has its own shape
  readonly in: any;
  // biome-ignore lint/suspicious/noExplicitAny: every kind has its own shape
  readonly out: any;
}

/** Gives the value that is compared with `out`. */
// biome-ignore lint/suspicious/noExplicitAny: every kind has its own shape
export type Player = (input: any, out: any) => unknown;

/** Plays every case of a file; a kind without a player counts as not played. */
export function playFile(
  vectors: VectorFolder,
  set: string,
  players: Readonly<Record<string, Player>>,
  only: string | undefined,
): SetRun[] {
  const file = `${set}.jsonl`;
  if (!vectors.has(file)) return [];
  const wholeSet = only === undefined || set.includes(only);
  const cases: CaseResult[] = [];
  for (const line of vectors.lines<BaseCase>(file)) {
    if (!wholeSet && !line.case.includes(only)) continue;
    const player = players[line.kind];
    if (player === undefined) {
      cases.push({ name: line.case, equal: false, skipped: true, cause: `not implemented: ${line.kind}` });
    } else {
      cases.push(play(line.case, () => compare(line.out, player(line.in, line.out), line.kind)));
    }
  }
  return cases.length === 0 ? [] : [{ set, cases }];
}

/** The message of what `run` throws, or undefined. */
export function errorOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
