import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { en } from '../../../web/i18n/en/index.ts';
import type { Message } from '../../../web/i18n/types.ts';
import { zhCN } from '../../../web/i18n/zh-CN/index.ts';

const web = path.resolve(import.meta.dirname, '../../../web');

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'i18n' ? [] : sources(full);
    return /\.tsx?$/.test(entry.name) ? [full] : [];
  });
}

const files = sources(web).map((file) => [file, readFileSync(file, 'utf8')] as const);
const textsOf = (message: Message) => (typeof message === 'string' ? [message] : [message.one, message.other]);
const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

test('both languages have the same messages with the same parameters', () => {
  expect(Object.keys(zhCN).sort()).toEqual(Object.keys(en).sort());
  for (const [id, message] of Object.entries(en) as [keyof typeof en, Message][]) {
    const wanted = [...new Set(textsOf(message).flatMap(namesIn))].sort();
    const given = [...new Set(textsOf(zhCN[id]).flatMap(namesIn))].sort();
    expect([id, given]).toEqual([id, wanted]);
    for (const text of [...textsOf(message), ...textsOf(zhCN[id])]) expect(text.trim(), id).not.toBe('');
  }
});

test('every message is used somewhere', () => {
  const all = files.map(([, text]) => text).join('\n');
  // Ids that are made of parts: `states.${look}` uses all that begin and end like that.
  const made = [...all.matchAll(/`([\w.-]*)\$\{[^}]+\}([\w.-]*)`/g)]
    .filter(([, head]) => head.includes('.'))
    .map(([, head, tail]) => [head, tail] as const);
  const unused = Object.keys(en).filter(
    (id) =>
      !all.includes(`'${id}'`) &&
      !made.some(([head, tail]) => id.startsWith(head) && id.endsWith(tail) && id.length > head.length + tail.length),
  );
  expect(unused).toEqual([]);
});

test('texts stand in the catalogue, not in the elements', () => {
  /** Words that are the same in every language. */
  const names = /^(YAML|managedFields|Esc|Enter|Space|Ctrl P|orrery|k8s|apiVersion|kind)$/;
  const found = files
    .filter(([file]) => file.endsWith('.tsx'))
    .flatMap(([file, text]) =>
      [...text.matchAll(/<(?:p|b|h\d|span|button|kbd|th|td|label|dt|dd)\b[^<>{}]*>\s*([A-Za-z][^<>{}\n]*)\s*</g)]
        .map((m) => m[1].trim())
        .filter((words) => words.length > 1 && !names.test(words))
        .map((words) => `${path.relative(web, file)}: ${words}`),
    );
  expect(found).toEqual([]);
});
