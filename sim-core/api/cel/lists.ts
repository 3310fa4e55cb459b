import { add } from './arithmetic.ts';
import { CelError, noSuchOverload } from './errors.ts';
import { indexOfText } from './strings.ts';
import { type CelFunction, type CelValue, compareValues, equalValues, isList } from './values.ts';

function list(v: CelValue): readonly CelValue[] {
  if (!isList(v)) throw noSuchOverload();
  return v;
}

function extreme(of: CelValue, name: string, sign: number): CelValue {
  const items = list(of);
  if (items.length === 0) throw new CelError(`${name} called on empty list`);
  return items.reduce((best, v) => (compareValues(v, best) * sign > 0 ? v : best));
}

function isSorted(of: CelValue): boolean {
  const items = list(of);
  return items.every((v, i) => i === 0 || compareValues(items[i - 1], v) <= 0);
}

function sum(of: CelValue): CelValue {
  const items = list(of);
  return items.length === 0 ? 0n : items.reduce((total, v) => add(total, v));
}

function contains(all: CelValue, part: CelValue): boolean {
  return list(part).every((v) => list(all).some((w) => equalValues(v, w)));
}

function distinct(of: CelValue): CelValue[] {
  const seen: CelValue[] = [];
  for (const v of list(of)) if (!seen.some((w) => equalValues(v, w))) seen.push(v);
  return seen;
}

function flatten(of: CelValue, depth: number): CelValue[] {
  return list(of).flatMap((v) => (isList(v) && depth > 0 ? flatten(v, depth - 1) : [v]));
}

function slice(of: CelValue, from: CelValue, to: CelValue): CelValue {
  const items = list(of);
  const [start, end] = [Number(from), Number(to)];
  if (start < 0 || end < 0) throw new CelError(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end)
    throw new CelError(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (end > items.length) throw new CelError(`cannot slice(${start}, ${end}), list is length ${items.length}`);
  return items.slice(start, end);
}

/** Functions of lists and sets: Kubernetes' lists library, and the lists and sets extensions. */
export const lists: Readonly<Record<string, CelFunction>> = {
  '.min': (v) => extreme(v, 'min', -1),
  '.max': (v) => extreme(v, 'max', 1),
  '.sum': sum,
  '.isSorted': isSorted,
  '.sort': (v) => [...list(v)].sort(compareValues),
  '.distinct': distinct,
  '.flatten': (v, depth = 1n) => flatten(v, Number(depth)),
  '.slice': slice,
  '.reverse': (v) => [...list(v)].reverse(),
  '.indexOf': (of, item, from) =>
    typeof of === 'string'
      ? indexOfText(of, item, from, false)
      : BigInt(list(of).findIndex((v) => equalValues(v, item))),
  '.lastIndexOf': (of, item, from) =>
    typeof of === 'string'
      ? indexOfText(of, item, from, true)
      : BigInt(list(of).findLastIndex((v) => equalValues(v, item))),
  'lists.range': (n) => Array.from({ length: Number(n) }, (_, i) => BigInt(i)),
  'sets.contains': contains,
  'sets.equivalent': (a, b) => contains(a, b) && contains(b, a),
  'sets.intersects': (a, b) => list(a).some((v) => list(b).some((w) => equalValues(v, w))),
};
