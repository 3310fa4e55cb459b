import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LoadedManifests, loadManifests } from '../../../sim-core/api/yaml/loader.ts';

const HEAD = 'apiVersion: v1\nkind: X\n';
const load = (text: string): LoadedManifests => loadManifests('f.yaml', text);
const codes = (text: string) => load(text).problems.map((p) => p.code);
const first = (text: string) => load(text).problems[0];

describe('values as kubectl reads them', () => {
  it('reads YAML 1.1 booleans, octals and nulls', () => {
    const text = `${HEAD}a: 0755\nb: no\nc: On\nd: "no"\ne: ~\nf: 1e3\ng: 2024-01-01\nh: 0x1F\ni: 1_000\nj: -0.5\nk: 09\n`;
    expect(load(text).documents[0].object).toEqual({
      apiVersion: 'v1',
      kind: 'X',
      a: 493,
      b: false,
      c: true,
      d: 'no',
      e: null,
      f: 1000,
      g: '2024-01-01',
      h: 31,
      i: 1000,
      j: -0.5,
      k: 9,
    });
  });

  it('freezes what it returns and shares nothing with the text', () => {
    const object = load(`${HEAD}spec: {a: [1]}\n`).documents[0].object;
    expect(Object.isFrozen(object) && Object.isFrozen(object.spec) && Object.isFrozen(object.spec.a)).toBe(true);
  });

  it('merges anchored maps', () => {
    expect(load(`${HEAD}a: &a {x: 1, z: 1}\nb: {<<: *a, z: 2}\n`).documents[0].object['b']).toEqual({ z: 2, x: 1 });
  });
});

describe('documents', () => {
  it('takes many documents, empty ones and lists apart', () => {
    const list = '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}]}';
    const { documents, problems } = load(`\ufeff${HEAD}---\n---\n# nothing\n---\n${list}\n`);
    expect(problems).toEqual([]);
    expect(documents.map((d) => [d.index, d.object.kind, d.line])).toEqual([
      [0, 'X', 1],
      [3, 'Pod', 7],
    ]);
  });

  it('knows where a field is written', () => {
    const { documents } = load(`${HEAD}spec:\n  containers:\n    - name: a\n      image: b\n`);
    const at = documents[0].positionOf(['spec', 'containers', 0, 'image']);
    expect([at.line, at.col]).toEqual([6, 7]);
    const missing = documents[0].positionOf(['spec', 'nodeName', 'x']);
    expect([missing.line, missing.col]).toEqual([3, 1]);
  });

  it('names a duplicate key with both lines', () => {
    expect(first(`${HEAD}a: 1\nb: 2\na: 3\n`)).toMatchObject({ code: 'duplicate-key', line: 5, col: 1 });
    expect(first(`${HEAD}a: 1\nb: 2\na: 3\n`).message).toContain('lines 3 and 5');
  });

  it('recognises templates but not text about templates', () => {
    expect(codes(`${HEAD}metadata:\n  name: {{ .Values.x }}\n`)).toEqual(['template']);
    expect(codes(`{{- if .Values.on }}\n${HEAD}{{- end }}\n`)).toEqual(['template']);
    expect(codes(`${HEAD}metadata:\n  name: a-{{ .Release.Name }}\n`)).toEqual(['template']);
    expect(codes(`${HEAD}data:\n  a: "{{ $labels.pod }} is down"\n  b: |\n    {{ .x }}\n`)).toEqual([]);
  });

  it('asks for apiVersion and kind', () => {
    expect(codes('a: 1')).toEqual(['no-kind']);
    expect(codes('- a')).toEqual(['not-an-object']);
    expect(codes('')).toEqual([]);
  });
});

describe('hostile input', () => {
  const cases: readonly [name: string, text: string, code: string | undefined][] = [
    ['flow nesting', '['.repeat(1000), 'too-deep'],
    ['much flow nesting', '['.repeat(50_000), 'too-deep'],
    ['map nesting', '{a: '.repeat(3000), 'too-deep'],
    ['block nesting', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'too-deep'],
    ['sequence nesting', '- '.repeat(5000), 'too-deep'],
    ['explicit keys', '? '.repeat(20_000), 'too-deep'],
    [
      'billion laughs',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}`,
      'too-many-nodes',
    ],
    ['aliases', `a: &a {x: 1}\nb:\n${'- *a\n'.repeat(50_000)}`, 'too-many-aliases'],
    ['an alias of itself', 'a: &a [*a]', 'too-many-nodes'],
    ['keys', `${HEAD}${Array.from({ length: 50_000 }, (_, i) => `k${i}: 1`).join('\n')}`, undefined],
    ['items', `${HEAD}a:\n${'-\n'.repeat(200_000)}`, undefined],
    ['__proto__', `${HEAD}__proto__: {polluted: 1}`, 'forbidden-key'],
    ['constructor', `${HEAD}metadata: {constructor: {prototype: 1}}`, 'forbidden-key'],
    ['an integer that no double holds', `${HEAD}a: 123456789012345678901234567890`, 'number-too-large'],
    ['a float that is infinite', `${HEAD}a: 1e999`, 'number-too-large'],
    ['NaN', `${HEAD}a: .nan`, 'not-finite'],
    ['infinity', `${HEAD}a: -.inf`, 'not-finite'],
    ['a complex key', `${HEAD}? {a: 1}\n: 2`, 'complex-key'],
    ['a tag', `${HEAD}a: !!js/function "x"`, 'unknown-tag'],
    ['NUL', `${HEAD}a: "\0"`, 'control-character'],
    ['a lone surrogate', `${HEAD}a: \ud800`, 'control-character'],
    ['an unknown alias', `${HEAD}a: *nowhere`, 'unknown-alias'],
    ['too much text', 'a'.repeat(5_000_000), 'too-large'],
    ['quotes', '"'.repeat(20_000), 'syntax'],
    ['anchors', '&a '.repeat(10_000), 'syntax'],
    ['commas', `[${','.repeat(20_000)}`, 'syntax'],
    ['dashes', '-\n'.repeat(50_000), 'not-an-object'],
    ['blanks', ' '.repeat(1_000_000), undefined],
    ['an unfinished string', `${HEAD}a: "x`, 'syntax'],
  ];
  it.each(cases)('bears %s', (_name, text, code) => {
    const { documents, problems } = load(text);
    if (code === undefined) expect(problems).toEqual([]);
    else expect(problems[0]?.code).toBe(code);
    for (const problem of problems) expect(problem.line >= 1 && problem.col >= 1 && problem.hint !== '').toBe(true);
    if (code !== undefined) expect(documents).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('bears deep files one after the other in one process', () => {
    for (const n of [1000, 1000, 3000, 5000, 2000]) expect(codes('['.repeat(n))).toEqual(['too-deep']);
  });
});

const manifests = path.join(process.cwd(), '../shared/data/manifests');

function files(dir: string): string[] {
  return readdirSync(dir)
    .sort()
    .flatMap((name) => {
      const at = path.join(dir, name);
      if (statSync(at).isDirectory()) return files(at);
      return /\.(ya?ml|json)$/.test(name) ? [at] : [];
    });
}

if (!existsSync(manifests)) console.log('public manifests: skipped, ../shared/data/manifests is not here');

describe.skipIf(!existsSync(manifests))('public manifests', () => {
  it('load or have a named problem', () => {
    for (const file of existsSync(manifests) ? files(manifests) : []) {
      const { documents, problems } = loadManifests(file, readFileSync(file, 'utf8'));
      for (const p of problems) expect(p.code !== '' && p.message !== '' && p.hint !== '', file).toBe(true);
      for (const d of documents) expect(typeof d.object.kind, file).toBe('string');
    }
  });
});
