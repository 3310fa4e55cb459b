import { canonical } from '../../harness.ts';

/** What a write changed, as the recordings show it: path -> [before, after]. */
export type Diff = Record<string, readonly [unknown, unknown]>;

type Fields = Readonly<Record<string, unknown>>;

/** Lists whose elements are shown by key instead of as a whole. */
const KEYS: Readonly<Record<string, (element: Fields) => string>> = {
  conditions: (e) => String(e.type),
  containers: (e) => String(e.name),
  initContainers: (e) => String(e.name),
  containerStatuses: (e) => String(e.name),
  initContainerStatuses: (e) => String(e.name),
  taints: (e) => `${e.key}:${e.effect}`,
  endpoints: (e) => String((e.targetRef as Fields | undefined)?.name ?? (e.addresses as readonly string[])?.[0]),
  addresses: (e) => String(e.ip),
  notReadyAddresses: (e) => String(e.ip),
  schedulingGates: (e) => String(e.name),
  active: (e) => String(e.name),
  currentMetrics: (e) => String(e.type),
};

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const TOP = ['metadata', 'spec', 'status'];

/** What changed between two stored objects; resourceVersion and managedFields are not looked at. */
export function diffOf(before: Fields, after: Fields): Diff {
  const diff: Diff = {};
  for (const key of unionOf(before, after)) {
    const both = TOP.includes(key) ? [before[key] ?? {}, after[key] ?? {}] : [before[key], after[key]];
    compareValues(diff, key, key, both[0], both[1]);
  }
  delete diff['metadata.resourceVersion'];
  for (const path of Object.keys(diff)) if (path.startsWith('metadata.managedFields')) delete diff[path];
  return diff;
}

function unionOf(a: Fields, b: Fields): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

function compareValues(diff: Diff, path: string, key: string, before: unknown, after: unknown): void {
  if (before === after || canonical(before) === canonical(after)) return;
  if (isFields(before) && isFields(after)) {
    for (const name of unionOf(before, after)) compareValues(diff, joined(path, name), name, before[name], after[name]);
  } else if (Array.isArray(before) && Array.isArray(after) && (key === 'subsets' || Object.hasOwn(KEYS, key))) {
    compareLists(diff, path, key, before, after);
  } else diff[path] = [before ?? null, after ?? null];
}

function joined(path: string, name: string): string {
  return /^[A-Za-z0-9_]+$/.test(name) ? `${path}.${name}` : `${path}[${name}]`;
}

function compareLists(
  diff: Diff,
  path: string,
  key: string,
  before: readonly unknown[],
  after: readonly unknown[],
): void {
  if (![...before, ...after].every(isFields)) {
    diff[path] = [before, after];
    return;
  }
  const keyOf = (element: unknown, i: number) => (key === 'subsets' ? String(i) : KEYS[key](element as Fields));
  const old = new Map(before.map((element, i) => [keyOf(element, i), element]));
  const now = new Map(after.map((element, i) => [keyOf(element, i), element]));
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(name), now.get(name)];
    if (a === undefined || b === undefined) diff[`${path}[${name}]`] = [a ?? null, b ?? null];
    else compareValues(diff, `${path}[${name}]`, '', a, b);
  }
}
