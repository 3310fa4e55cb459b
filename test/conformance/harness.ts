/**
 * The frame in which recordings of the real Kubernetes are played. A suite is one folder of vectors; it gives sets (a file,
 * or one aspect of it), each with its cases. Totals are a function of the recording files alone: a case that could not be
 * played counts as unequal.
 */

export interface CaseResult {
  readonly name: string;
  readonly equal: boolean;
  /** Could not be played (unsupported, crashed): unequal, and listed apart. */
  readonly skipped?: boolean;
  /** Short class of the difference, for grouping: `message text`, `missing event`, ... */
  readonly cause?: string;
  readonly expected?: string;
  readonly actual?: string;
  /** For sets whose cases are scored in units (e.g. transcripts: writes): equal and total units. Default 1 of 1. */
  readonly equalUnits?: number;
  readonly totalUnits?: number;
}

export interface VectorFolder {
  /** Names of the files, without `.gz`, sorted. */
  files(): readonly string[];
  has(file: string): boolean;
  text(file: string): string;
  /** One parsed JSON value a line. */
  lines<T>(file: string): T[];
  json<T>(file: string): T;
}

export interface SetRun {
  readonly set: string;
  readonly cases: readonly CaseResult[];
}

export interface Suite {
  readonly name: string;
  /** Yields sets as they are done. `only` restricts to sets or cases whose name contains the text. */
  run(vectors: VectorFolder, only: string | undefined): Iterable<SetRun>;
}

/** Runs one case and turns a crash into a skipped, unequal result. */
export function play(name: string, run: () => Omit<CaseResult, 'name'>): CaseResult {
  try {
    return { name, ...run() };
  } catch (error) {
    return {
      name,
      equal: false,
      skipped: true,
      cause: 'crash',
      actual: String(error instanceof Error ? error.stack : error),
    };
  }
}

/** JSON with sorted keys and without undefined fields: for comparing by value. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`).join(',')}}`;
}

export function compare(expected: unknown, actual: unknown, cause = 'value'): Omit<CaseResult, 'name'> {
  const e = canonical(expected);
  const a = canonical(actual);
  return e === a ? { equal: true } : { equal: false, cause, expected: e, actual: a };
}
