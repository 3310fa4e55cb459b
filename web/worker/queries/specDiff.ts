import { actionText } from '../../model/actionText.ts';
import type { SpecChange } from '../../model/compare.ts';

const DEPTH_MAX = 8;
const TEXT_MAX = 60;

/** Paths at which two values differ, at most `limit`. */
export function specDiff(a: unknown, b: unknown, limit: number): readonly SpecChange[] {
  const changes: SpecChange[] = [];
  walk(a, b, '', 0, changes, limit);
  return changes;
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;

function walk(a: unknown, b: unknown, path: string, depth: number, changes: SpecChange[], limit: number): void {
  if (changes.length >= limit || Object.is(a, b)) return;
  if (isObject(a) && isObject(b) && Array.isArray(a) === Array.isArray(b) && depth < DEPTH_MAX) {
    const isList = Array.isArray(a);
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      // Where something stands in its file changes nothing.
      if (key === 'at' && isObject(a[key] ?? b[key]) && 'line' in ((a[key] ?? b[key]) as object)) continue;
      walk(
        a[key],
        b[key],
        isList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`,
        depth + 1,
        changes,
        limit,
      );
    }
    return;
  }
  const [textA, textB] = [short(a), short(b)];
  if (textA !== textB) changes.push({ path, a: textA, b: textB });
}

function short(value: unknown): string {
  if (value === undefined) return '-';
  const isEntry = isObject(value) && isObject(value['action']);
  const text = isEntry
    ? actionText(value['action'] as { readonly do: string })
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX - 1)}…`;
}
