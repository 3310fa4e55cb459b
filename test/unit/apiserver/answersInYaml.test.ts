import { describe, expect, it } from 'vitest';
import { yamlText } from '../../../sim-core/apiserver/yaml.ts';
import type { Json } from '../../../sim-core/contracts/index.ts';

const LONG = 'only the following media types are accepted: application/json;stream=watch, application/x';

describe('an answer in YAML', () => {
  it.each<readonly [string, Json, string]>([
    ['sorts keys', { b: 1, a: true, a10: null, a9: 'x' }, 'a: true\na9: x\na10: null\nb: 1\n'],
    ['puts lists at the column of their key', { a: [{ c: 1, b: 2 }, 'x'] }, 'a:\n- b: 2\n  c: 1\n- x\n'],
    ['nests lists', { a: [['x', 'z'], []] }, 'a:\n- - x\n  - z\n- []\n'],
    ['shows what is empty', { a: {}, b: [] }, 'a: {}\nb: []\n'],
    [
      'quotes what is no text',
      { a: '1', b: 'yes', c: '2024-01-01T00:00:00Z', d: '' },
      'a: "1"\nb: "yes"\nc: "2024-01-01T00:00:00Z"\nd: ""\n',
    ],
    [
      'quotes indicators',
      { a: '*', b: 'x: y', c: "it's #1 - ok", d: '- x' },
      "a: '*'\nb: 'x: y'\nc: 'it''s #1 - ok'\nd: '- x'\n",
    ],
    ['keeps lines', { a: 'x\ny\n', b: 'x\n\ny' }, 'a: |\n  x\n  y\nb: |-\n  x\n\n  y\n'],
    ['escapes', { a: 'x\ty' }, 'a: "x\\ty"\n'],
    ['folds behind column 80', { message: LONG }, `message: '${LONG.replace('watch, ', 'watch,\n  ')}'\n`],
  ])('%s', (_, body, text) => {
    expect(yamlText(body)).toBe(text);
  });
});
