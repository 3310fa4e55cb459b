/**
 * What rendered templates say, as JSON. Objects of one kind differ in quoted texts alone (times, addresses, names), so the rest
 * of the text is parsed once with stand-ins, and each instance is that value with its own texts.
 */
import type { Json } from '../../contracts/index.ts';
import { HOLE_CHARACTER, type Rendered } from './gotemplate.ts';
import { parseRendered } from './renderedYaml.ts';

/** Object keys in order, as encoding/json writes a map. */
function sorted(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  const record = value as Readonly<Record<string, Json>>;
  const out: Record<string, Json> = {};
  for (const key of Object.keys(record).sort()) out[key] = sorted(record[key]);
  return out;
}

/** The plain way: parses the whole text. */
export function parsedValue(text: string): Json {
  return sorted(parseRendered(text));
}

/** A part of a value: a constant, the text of a hole, or a list or map that has holes in it. */
type Part =
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'hole'; readonly hole: number }
  | { readonly kind: 'list'; readonly items: readonly Part[] }
  | { readonly kind: 'map'; readonly keys: readonly string[]; readonly parts: readonly Part[] };

/** Skeletons that one step remembers; the rest is parsed each time. */
const SKELETONS_MAX = 256;

/** By step, which never changes, and skeleton; undefined = the holes are no texts of their own there. */
const remembered = new WeakMap<object, Map<string, Part | undefined>>();

/** The value of what a step's template gave, as `parsedValue` has it. */
export function renderedValue(step: object, { text, skeleton, holes }: Rendered): Json {
  if (skeleton === undefined) return parsedValue(text);
  let known = remembered.get(step);
  if (known === undefined) remembered.set(step, (known = new Map()));
  let part = known.get(skeleton);
  if (part === undefined) {
    if (known.has(skeleton) || known.size >= SKELETONS_MAX) return parsedValue(text);
    part = partOf(skeleton, holes.length);
    known.set(skeleton, part);
    if (part === undefined) return parsedValue(text);
  }
  return filled(part, holes);
}

/** Stands for the text of a hole: no template gives its character. */
const standIn = (hole: number) => HOLE_CHARACTER + String(hole);

/**
 * Parses a skeleton with stand-ins in its holes. Where a stand-in comes out as a whole text it stood between quotes of its own, so
 * any other text without quotes, escapes and line ends would come out there as well. Undefined = one did not, or not once.
 */
function partOf(skeleton: string, count: number): Part | undefined {
  // An escape may stand for the character of holes.
  if (skeleton.includes('\\')) return undefined;
  let hole = 0;
  const text = skeleton.replaceAll(HOLE_CHARACTER, () => standIn(hole++));
  const found = new Set<number>();
  let isOdd = false;
  const walk = (value: Json): Part => {
    if (typeof value === 'string') {
      if (!value.includes(HOLE_CHARACTER)) return { kind: 'constant', value };
      const at = Number(value.slice(1));
      if (value !== standIn(at) || found.has(at)) isOdd = true;
      found.add(at);
      return { kind: 'hole', hole: at };
    }
    if (value === null || typeof value !== 'object') return { kind: 'constant', value };
    if (Array.isArray(value)) {
      const items = (value as readonly Json[]).map(walk);
      return items.every((item) => item.kind === 'constant') ? { kind: 'constant', value } : { kind: 'list', items };
    }
    const record = value as Readonly<Record<string, Json>>;
    const keys = Object.keys(record);
    if (keys.some((key) => key.includes(HOLE_CHARACTER))) isOdd = true;
    const parts = keys.map((key) => walk(record[key]));
    return parts.every((one) => one.kind === 'constant') ? { kind: 'constant', value } : { kind: 'map', keys, parts };
  };
  const value = tryParse(text);
  if (value === undefined) return undefined;
  const part = walk(value);
  return isOdd || found.size !== count ? undefined : part;
}

/** Undefined = no YAML; the text itself may be, as the character of holes is not for the complete parser. */
function tryParse(text: string): Json | undefined {
  try {
    return parsedValue(text);
  } catch {
    return undefined;
  }
}

function filled(part: Part, holes: readonly string[]): Json {
  switch (part.kind) {
    case 'constant':
      return part.value;
    case 'hole':
      return holes[part.hole];
    case 'list': {
      const list: Json[] = [];
      for (let i = 0; i < part.items.length; i++) list.push(filled(part.items[i], holes));
      return list;
    }
    case 'map': {
      const { keys, parts } = part;
      const record: Record<string, Json> = {};
      for (let i = 0; i < keys.length; i++) record[keys[i]] = filled(parts[i], holes);
      return record;
    }
  }
}
