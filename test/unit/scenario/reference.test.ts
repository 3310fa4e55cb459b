import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../../sim-core/faults/index.ts';
import { scenarioSchema } from '../../../sim-core/index.ts';
import { compileExpression } from '../../../sim-core/scenario/expectations/expression.ts';
import { parseKubectl } from '../../../sim-core/scenario/kubectl/command.ts';
import { DEFAULT_MACHINE, MACHINE_NAMES } from '../../../sim-core/scenario/machines.ts';
import { ROOT } from '../support/scenarios.ts';

const text = readFileSync(path.join(ROOT, 'docs/scenarios.md'), 'utf8');
/** The code in the first column of every row. */
const firstColumn = [...text.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell]) =>
  [...cell.matchAll(/`([^`]*)`/g)].map((m) => m[1]),
);

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Paths of all fields; what is inside a distribution is told once. */
function fieldsOf(schema: Schema, at = ''): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const here = at === '' ? key : `${at}.${key}`;
    return key === 'p50' || key === 'p99' ? [] : [here, ...fieldsOf(inner, here)];
  });
  return [...own, ...(schema.items === undefined ? [] : fieldsOf(schema.items, `${at}[]`))];
}

describe('docs/scenarios.md', () => {
  it('has every field of the schema, and no other', () => {
    const documented = firstColumn.filter((c) => c === 'apiVersion' || c === 'kind' || /^(spec|metadata)\b/.test(c));
    const faultFields = new Set(
      fieldsOf(scenarioSchema.properties.spec.properties.timeline.items.properties.fault as unknown as Schema),
    );
    const fields = fieldsOf(scenarioSchema as unknown as Schema).filter(
      // A random failure has the fields of a fault.
      (f) => !(f.startsWith('spec.failures[].') && faultFields.has(f.slice('spec.failures[].'.length))),
    );
    expect(documented.toSorted()).toEqual(fields.toSorted());
  });

  it('has every machine, fault and function', () => {
    for (const name of [...MACHINE_NAMES, DEFAULT_MACHINE]) expect(text).toContain(`\`${name}\``);
    const faults = FAULT_KINDS.map((k) => k.kind);
    expect(firstColumn.filter((c) => /^[A-Z][A-Za-z]+$/.test(c)).toSorted()).toEqual(faults.toSorted());
    for (const [, example] of text.matchAll(/`([a-z]+\([^`]*\))`/g))
      expect(() => compileExpression(example), example).not.toThrow();
  });

  it('has commands that kubectl understands here', () => {
    for (const command of [
      'apply -f a.yaml',
      'create -f a.yaml',
      'delete pods -l app=web --grace-period=0 --force',
      'scale deployment/web --replicas=3',
      'set image deployment/web web=web:2',
      'rollout undo deployment/web --to-revision=2',
      'rollout restart deployment web',
      'drain n1 --ignore-daemonsets --delete-emptydir-data --force',
      'taint nodes n1 a=b:NoSchedule',
      'label node/n1 a=b c-',
    ])
      expect(() => parseKubectl(command), command).not.toThrow();
  });
});
