import { expect, test } from 'vitest';
import { compileTemplate } from '../../../sim-core/kubelet/kwok/gotemplate.ts';
import { parsedValue, renderedValue } from '../../../sim-core/kubelet/kwok/renderedValue.ts';

const FUNCTIONS = { Quote: (v: unknown) => JSON.stringify(String(v)) };

/** Holes as values, in lists, flow collections and deep maps; and where they are no texts of their own. */
const TEMPLATES = [
  'a: {{ .x | Quote }}\nb: [ {{ .y | Quote }}, 1 ]\nc:\n- d: {{ .x | Quote }}\n  e: {{ .y }}\n',
  'a: {p: {{ .x | Quote }}, q: [{{ .y | Quote }}]} # {{ .y | Quote }}\n',
  "a: '{{ .x | Quote }}'\n",
  'a: text {{ .x | Quote }} text\n',
  '{{ .x | Quote }}: 1\n',
  '- {{ .x | Quote }}: {{ .y | Quote }}\n',
  'a: |\n  {{ .x | Quote }}\n',
  '{{ range .list }}- name: {{ .name | Quote }}\n  value: {{ $.x | Quote }}\n{{ end }}',
  '{{ if .x }}a: {{ .x | Quote }}{{ else }}b: {{ .y | Quote }}{{ end }}\n',
  '{{ .x | Quote }}\n',
  'a: {{ .x }}\n',
  'z: {{ .y | Quote }}\na:\n  "k": {{ .x | Quote }}\n  b: true\n',
  'a: {{ printf "%q" .x }}\n',
];

const TEXTS = [
  '10.0.0.1',
  '',
  'a: b',
  '- c',
  'd #e',
  '{',
  'f"g',
  "h'i",
  'j\nk',
  '\\',
  '\u0000',
  '\u00001',
  'null',
  '1',
  'ü',
  ' l ',
];

function valueOr(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return 'no YAML';
  }
}

test('values of remembered texts are those of the whole texts', () => {
  for (const source of TEMPLATES) {
    const template = compileTemplate(source, ['Quote']);
    const step = {};
    for (const x of TEXTS) {
      for (const y of TEXTS) {
        const rendered = template({ x, y, list: [{ name: x }, { name: y }] }, FUNCTIONS);
        const plain = valueOr(() => parsedValue(rendered.text));
        expect([source, x, y, valueOr(() => renderedValue(step, rendered))]).toEqual([source, x, y, plain]);
      }
    }
  }
});

test('objects of one kind share what they do not differ in', () => {
  const template = compileTemplate('a: {{ .x | Quote }}\nb: {c: [1, 2]}\n', ['Quote']);
  const step = {};
  const of = (x: string) => renderedValue(step, template({ x }, FUNCTIONS)) as { a: string; b: object };
  expect([of('1').a, of('2').a]).toEqual(['1', '2']);
  expect(of('1').b).toBe(of('2').b);
});
