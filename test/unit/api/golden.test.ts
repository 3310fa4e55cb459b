import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { decode } from '../../../sim-core/api/decode/index.ts';
import { schemaOfKind } from '../../../sim-core/api/schema/index.ts';
import { canonical } from '../../conformance/harness.ts';

const folder = path.resolve(import.meta.dirname, '../../../../shared/data/api-golden/kubernetes-api-testdata');
const there = existsSync(folder);
if (!there) console.log('skipped: the golden API objects are not in ../shared/data/api-golden');

/** The golden objects are of a newer version: fields that 1.35 does not know are dropped, and nothing else. */
function without(given: object, warnings: readonly string[]): object {
  const copy = structuredClone(given) as Record<string, unknown>;
  for (const warning of warnings) {
    const keys = /^unknown field "(.*)"$/.exec(warning)![1].split(/\.|(?=\[)/);
    // biome-ignore lint/suspicious/noExplicitAny: a path into any object
    let at: any = copy;
    for (const key of keys.slice(0, -1)) at = at[key.startsWith('[') ? Number(key.slice(1, -1)) : key];
    delete at[keys[keys.length - 1]];
  }
  return copy;
}

describe.skipIf(!there)('golden objects of the API', () => {
  const files = there
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.yaml'))
        .sort()
    : [];
  const known = files.filter((file) => {
    const { apiVersion, kind } = parse(readFileSync(path.join(folder, file), 'utf8')) as {
      apiVersion: string;
      kind: string;
    };
    return schemaOfKind(apiVersion, kind) !== undefined;
  });

  it('are there for served versions', () => {
    expect(known.length).toBeGreaterThan(15);
  });

  it.each(known)('%s decodes and encodes to itself', (file) => {
    const given = parse(readFileSync(path.join(folder, file), 'utf8'), { schema: 'core', version: '1.2' }) as {
      apiVersion: string;
      kind: string;
    };
    const { object, errors, warnings } = decode(given, {
      apiVersion: given.apiVersion,
      kind: given.kind,
      strictness: 'warn',
    });
    expect(errors).toEqual([]);
    expect(canonical(object)).toBe(canonical(without(given, warnings)));
  });
});
