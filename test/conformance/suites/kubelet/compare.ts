import { canonical } from '../../harness.ts';
import type { Entry, Part, Recording } from './recording.ts';

/** Fields of an entry that are compared; times are judged apart. */
function content(part: Part, entry: Entry): string {
  const { t: _t, tRuns: _r, duration: _d, podInstance: _p, ...rest } = entry;
  if (part === 'cri') {
    const args = { ...(rest['args'] ?? {}) };
    delete args.resources;
    return canonical({ ...rest, args });
  }
  return canonical(withoutTimes(rest));
}

/** Time stamps only say whether there is one; names of addresses and digests follow their first appearance. */
function withoutTimes(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(/"T[-+][\d.]+"/g, '"T"')
      .replaceAll(/ in [\d.ms]+ \([\d.ms]+ including waiting\)/g, ' in T'),
  ) as unknown;
}

/** Numbers addresses, digests and names with a random end by first appearance, so that both sides use the same names. */
function renumbered(texts: readonly string[]): string[] {
  const seen = new Map<string, string>();
  return texts.map((text) =>
    text.replaceAll(/<(podIP|digest)-[^>]*>|(kube-api-access)-[a-z0-9]{5}/g, (name, kind: string) => {
      if (!seen.has(name)) seen.set(name, `<${kind}:${seen.size}>`);
      return seen.get(name)!;
    }),
  );
}

/** Removal of dead sandboxes at the minute's garbage collection: its phase is not recorded. */
function withoutCollection(part: Part, entries: readonly Entry[]): readonly Entry[] {
  if (part !== 'cri') return entries;
  return entries.filter((e, i) => {
    if (e['call'] === 'RemovePodSandbox') return false;
    if (e['call'] !== 'StopPodSandbox') return true;
    const next = entries.slice(i + 1).find((n) => n['pod'] === e['pod']);
    return !(next?.['call'] === 'RemovePodSandbox');
  });
}

const sameForEachObject = (recording: Recording, part: Part): boolean =>
  (recording.notes ?? []).some((n) => n.startsWith(`${part}: equal for each object`));

/** Calls that began in the same millisecond were made at once by several goroutines: whichever order is theirs. */
function asMade(part: Part, expected: readonly Entry[], actual: readonly Entry[]): readonly Entry[] {
  if (part !== 'cri') return expected;
  const out: Entry[] = [];
  while (out.length < expected.length) {
    const from = out.length;
    let to = from + 1;
    while (to < expected.length && expected[to].t === expected[from].t) to += 1;
    const group = expected.slice(from, to);
    const texts = group.map((entry) => content(part, entry));
    const made = actual.slice(from, to).map((entry) => texts.indexOf(content(part, entry)));
    const isSame = made.length === group.length && made.every((i) => i >= 0) && new Set(made).size === group.length;
    out.push(...(isSame ? made.map((i) => group[i]) : group));
  }
  return out;
}

/** Does the gap to the entry before lie within the recorded gaps, stretched by the jitter, plus a tick? */
function timely(expected: readonly Entry[], actual: readonly Entry[], i: number): boolean {
  const runs = (k: number): readonly number[] => (k < 0 ? [0] : (expected[k].tRuns ?? [expected[k].t]));
  const now = runs(i);
  const before = runs(i - 1);
  const gaps = now.map((t, n) => t - (before[n] ?? before[0]));
  const gap = actual[i].t - (i === 0 ? 0 : actual[i - 1].t);
  return gap >= Math.min(...gaps) * 0.66 - 1150 && gap <= Math.max(...gaps) * 1.5 + 1150;
}

export interface Verdict {
  readonly equal: boolean;
  readonly matched: number;
  readonly total: number;
  readonly cause: string;
  readonly expected: string;
  readonly actual: string;
}

/** Longest common subsequence, for counting entries that are there in the right order. */
function common(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    for (let j = 0; j < b.length; j += 1) next.push(x === b[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]));
    row = next;
  }
  return row[b.length];
}

function verdict(part: Part, expectedAll: readonly Entry[], actualAll: readonly Entry[]): Verdict {
  const recorded = withoutCollection(part, expectedAll);
  const expected = asMade(part, recorded, withoutCollection(part, actualAll));
  const lastMs = expected.length === 0 ? 0 : expected[expected.length - 1].t;
  // What comes after the end of the recording is not known to be wrong.
  const cut = withoutCollection(part, actualAll).filter((e, i) => i < expected.length || e.t <= lastMs + 150);
  const e = renumbered(expected.map((x) => content(part, x)));
  const a = renumbered(cut.map((x) => content(part, x)));
  const matched = common(e, a);
  const extras = a.length - matched;
  const at = e.findIndex((x, i) => x !== a[i]);
  const first = at >= 0 ? at : a.length > e.length ? e.length : -1;
  const late = first < 0 ? e.findIndex((_, i) => !timely(expected, cut, i)) : -1;
  const show = (list: readonly Entry[], texts: readonly string[], i: number) =>
    i < list.length ? `${list[i].t} ${texts[i]}` : '(nothing)';
  const i = first >= 0 ? first : late;
  return {
    equal: first < 0 && late < 0,
    matched: Math.max(0, matched - extras - (first < 0 && late >= 0 ? 1 : 0)),
    total: expected.length,
    cause: first >= 0 ? causeOf(part, expected[first], cut[first]) : late >= 0 ? 'time' : '',
    expected: i < 0 ? '' : show(expected, e, i),
    actual: i < 0 ? '' : show(cut, a, i),
  };
}

function causeOf(part: Part, expected: Entry | undefined, actual: Entry | undefined): string {
  if (expected === undefined) return `extra ${labelOf(part, actual!)}`;
  if (actual === undefined) return `missing ${labelOf(part, expected)}`;
  const [e, a] = [labelOf(part, expected), labelOf(part, actual)];
  return e === a ? `content of ${e}` : `${e} expected, ${a} found`;
}

const labelOf = (part: Part, e: Entry): string =>
  part === 'cri' ? e['call'] : part === 'events' ? e['reason'] : `${e['type']} ${e['status']?.phase}`;

function byObject(entries: readonly Entry[]): Map<string, Entry[]> {
  const out = new Map<string, Entry[]>();
  for (const e of entries) {
    const key = String(e['pod'] ?? e['object']);
    out.set(key, [...(out.get(key) ?? []), e]);
  }
  return out;
}

function compareWith(recording: Recording, part: Part, expected: readonly Entry[], actual: readonly Entry[]): Verdict {
  if (!sameForEachObject(recording, part)) return verdict(part, expected, actual);
  const [e, a] = [byObject(expected), byObject(actual)];
  const keys = [...new Set([...e.keys(), ...a.keys()])].sort();
  const all = keys.map((k) => verdict(part, e.get(k) ?? [], a.get(k) ?? []));
  const worst = all.find((v) => !v.equal) ?? all[0];
  const sum = (of: (v: Verdict) => number) => all.reduce((n, v) => n + of(v), 0);
  if (worst === undefined) return { equal: true, matched: 0, total: 0, cause: '', expected: '', actual: '' };
  return { ...worst, equal: all.every((v) => v.equal), matched: sum((v) => v.matched), total: sum((v) => v.total) };
}

/** The best verdict over the recording and, where the part is not stable, its other runs. */
export function comparePart(recording: Recording, part: Part, actual: readonly Entry[]): Verdict {
  const own = compareWith(recording, part, recording[part], actual);
  if (recording.stable?.[part] !== false) return own;
  let best = own;
  for (const run of recording.otherRuns ?? []) {
    const other = run?.[part];
    if (other === undefined) continue;
    const v = compareWith(recording, part, other, actual);
    const score = (x: Verdict) => (x.equal ? 2 : x.total === 0 ? 0 : x.matched / x.total);
    if (score(v) > score(best)) best = v;
  }
  const total = own.total;
  return { ...best, matched: best.equal ? total : Math.min(total, best.matched), total };
}
