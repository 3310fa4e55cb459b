import type { Json } from '../../contracts/objects.ts';
import { internalJson, internalVolumeSource } from './internal.ts';

/**
 * The difference that a Forbidden update shows under its message: the two internal specs as indented JSON, compared by
 * line, in the unified format with three lines of context (apimachinery pkg/util/diff).
 */

type Fields = { readonly [key: string]: Json };

const CONTEXT = 3;

/** Go's json.MarshalIndent with one space a level. */
function lines(value: Json): string[] {
  return JSON.stringify(value, null, 1).split('\n');
}

type Edit = { readonly op: ' ' | '-' | '+'; readonly text: string };

/** A longest common subsequence, after the common ends are cut off. */
function edits(before: readonly string[], after: readonly string[]): Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < Math.min(before.length, after.length) - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  const width = b.length + 1;
  const longest = new Int32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      longest[at] = a[i] === b[j] ? longest[at + width + 1] + 1 : Math.max(longest[at + width], longest[at + 1]);
    }
  }
  const middle: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      middle.push({ op: ' ', text: a[i] });
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      middle.push({ op: '-', text: a[i] });
      i += 1;
    } else {
      middle.push({ op: '+', text: b[j] });
      j += 1;
    }
  }
  const same = (text: string): Edit => ({ op: ' ', text });
  return [...before.slice(0, head).map(same), ...middle, ...before.slice(before.length - tail).map(same)];
}

function range(start: number, count: number): string {
  if (count === 1) return `${start + 1}`;
  return `${count === 0 ? start : start + 1},${count}`;
}

/** The hunks of a unified diff, each line ended by a line feed. */
export function unifiedDiff(before: readonly string[], after: readonly string[]): string {
  const all = edits(before, after);
  const changed = all.flatMap((edit, i) => (edit.op === ' ' ? [] : [i]));
  let text = '';
  let at = 0;
  while (at < changed.length) {
    let last = at;
    while (last + 1 < changed.length && changed[last + 1] - changed[last] <= 2 * CONTEXT + 1) last += 1;
    const from = Math.max(0, changed[at] - CONTEXT);
    const to = Math.min(all.length, changed[last] + CONTEXT + 1);
    const hunk = all.slice(from, to);
    const earlier = all.slice(0, from);
    const count = (list: readonly Edit[], skip: string): number => list.filter((edit) => edit.op !== skip).length;
    text += `@@ -${range(count(earlier, '+'), count(hunk, '+'))} +${range(count(earlier, '-'), count(hunk, '-'))} @@\n`;
    for (const edit of hunk) text += `${edit.op}${edit.text}\n`;
    at = last + 1;
  }
  return text;
}

/** The difference of the sources of two PersistentVolumes' specs, likewise. */
export function sourceDiff(before: Fields, after: Fields): string {
  return `\n${unifiedDiff(lines(internalVolumeSource(before)), lines(internalVolumeSource(after)))}`;
}

/** The difference of two lists of decoded structs of a type, likewise. */
export function listDiff(before: readonly Json[], after: readonly Json[], typeName: string): string {
  const shown = (list: readonly Json[]): string[] => lines(list.map((item) => internalJson(item, typeName)));
  return `\n${unifiedDiff(shown(before), shown(after))}`;
}

/** The difference of two decoded structs of a type, as the message of a Forbidden error ends: on a new line. */
export function specDiff(before: Json, after: Json, typeName: string): string {
  return `\n${unifiedDiff(lines(internalJson(before, typeName)), lines(internalJson(after, typeName)))}`;
}
