import {
  Bytes,
  CelError,
  CelMap,
  type CelValue,
  compile,
  doubleText,
  fromJson,
  Opaque,
  Optional,
  Type,
  typeName,
  UInt,
} from '../../../../sim-core/api/cel/index.ts';
import { type CaseResult, compare, play, type SetRun, type VectorFolder } from '../../harness.ts';
import type { BaseCase } from './common.ts';

interface Evaluation {
  readonly vars: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
  readonly error?: string;
}

function toJson(v: CelValue): unknown {
  if (typeof v === 'bigint') return Number(v);
  if (v instanceof UInt) return Number(v.value);
  if (typeof v === 'number') return Number.isFinite(v) ? v : null;
  if (v instanceof Bytes) return Buffer.from(v.text, 'latin1').toString('base64');
  if (v instanceof CelMap) return Object.fromEntries(v.list().map(([k, x]) => [String(toJson(k)), toJson(x)]));
  if (v instanceof Opaque || v instanceof Type) return null;
  if (v instanceof Optional) return v.value === undefined ? null : toJson(v.value);
  return Array.isArray(v) ? v.map(toJson) : v;
}

/** Text is recorded of plain values only. */
function textOf(v: CelValue): string | undefined {
  if (typeof v === 'number') return doubleText(v);
  if (v instanceof UInt) return String(v.value);
  return typeof v === 'string' || typeof v === 'bigint' || typeof v === 'boolean' ? String(v) : undefined;
}

function evaluate(expression: string, vars: Readonly<Record<string, unknown>>, at: number): Evaluation {
  try {
    const value = compile(expression).evaluate((name) =>
      Object.hasOwn(vars, name) ? fromJson(vars[name]) : undefined,
    );
    return { vars: at, json: toJson(value), text: textOf(value), type: typeName(value) };
  } catch (error) {
    if (error instanceof CelError) return { vars: at, error: error.message };
    throw error;
  }
}

/** Values and run-time errors of expressions. Static types, costs and what a checker refuses are not compared. */
export function celSets(vectors: VectorFolder, only: string | undefined): SetRun[] {
  if (!vectors.has('cel.jsonl') || (only !== undefined && !'cel-values'.includes(only))) return [];
  const cases: CaseResult[] = [];
  for (const line of vectors.lines<BaseCase>('cel.jsonl')) {
    const recorded: readonly (Evaluation & { readonly cost?: number })[] | undefined = line.out.evaluations;
    if (recorded === undefined) continue;
    cases.push(
      play(`${line.case} ${line.in.expression}`, () =>
        compare(
          recorded.map(({ cost: _cost, ...e }) => e),
          recorded.map((e) => evaluate(line.in.expression, line.in.vars?.[e.vars] ?? {}, e.vars)),
          'value',
        ),
      ),
    );
  }
  return [{ set: 'cel-values', cases }];
}
