import { applyJsonPatch } from '../../../../sim-core/api/machinery/jsonPatch.ts';
import {
  applyMergePatch,
  createMergePatch,
  threeWayMergePatch,
} from '../../../../sim-core/api/machinery/mergePatch.ts';
import { type PatchSchema, patchSchemaOfKind } from '../../../../sim-core/api/machinery/patchSchema.ts';
import { createThreeWayMergePatch, createTwoWayMergePatch } from '../../../../sim-core/api/machinery/strategicDiff.ts';
import { applyStrategicMergePatch } from '../../../../sim-core/api/machinery/strategicMerge.ts';
import { canonical } from '../../harness.ts';
import type { Player } from './common.ts';

function attempt(run: () => unknown): { error: string | null; result: unknown } {
  try {
    return { error: null, result: run() };
  } catch (error) {
    return { error: (error as Error).message, result: null };
  }
}

function schemaOf(kind: string): PatchSchema {
  const schema = patchSchemaOfKind(kind === 'Deployment' ? 'apps/v1' : 'v1', kind);
  if (schema === undefined) throw new Error(`no schema of ${kind}`);
  return schema;
}

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function threeWay(input: any, out: any) {
  const schema = schemaOf(input.kind);
  const { original, modified, current } = input;
  const patches: Record<string, () => unknown> = {
    twoWay: () => createTwoWayMergePatch(original, modified, schema),
    threeWay: () => createThreeWayMergePatch(original, modified, current, schema, true),
    threeWayNoOverwrite: () => createThreeWayMergePatch(original, modified, current, schema, false),
    jsonMerge3: () => threeWayMergePatch(original, modified, current),
  };
  const result: Record<string, unknown> = {};
  for (const [name, run] of Object.entries(patches)) {
    const { error, result: patch } = attempt(run);
    if (name === 'threeWayNoOverwrite') {
      // Go's map order decides between a conflict and an error where both are possible; such answers are not recorded.
      if (!(name in out)) continue;
      result[name] = error === null ? 'none' : error.includes('conflicts with changes') ? 'conflict' : 'error';
      continue;
    }
    if (`${name}Error` in out) result[`${name}Error`] = error;
    result[name] = patch;
    if (`${name}OnCurrent` in out && error === null) {
      const on = attempt(() => applyStrategicMergePatch(current, patch, schema));
      result[`${name}OnCurrent`] = on.result;
      result[`${name}OnCurrentError`] = on.error;
    }
  }
  return result;
}

function strategic(input: { kind: string; current: string; patch: string }) {
  return attempt(() => {
    const parse = (text: string): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        return undefined;
      }
    };
    return applyStrategicMergePatch(parse(input.current), parse(input.patch), schemaOf(input.kind));
  });
}

export const patchPlayers: Readonly<Record<string, Player>> = {
  'json-patch': (input) => attempt(() => applyJsonPatch(input.doc, input.patch)),
  'json-merge': (input) => {
    const { error, result } = attempt(() => applyMergePatch(input.doc, input.patch));
    const diff = attempt(() => createMergePatch(input.doc, input.patch));
    return { diff: diff.result, diffError: diff.error, error, result };
  },
  strategic,
  'three-way': (input, out) => JSON.parse(canonical(threeWay(input, out))),
};
