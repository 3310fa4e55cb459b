/** One object with a generated name, as the comparison sees it: what it is like apart from its name. */
export interface Named {
  readonly name: string;
  /** Objects are interchangeable within a class only: resource, prefix, and whether they were there from the start. */
  readonly kind: string;
  /** What happened to it, without its own name. */
  readonly traits: readonly string[];
  /** Events about others in which it is named. */
  readonly mentions: readonly string[];
}

/**
 * Matches the generated names of two sides one to one, so that few differences remain: first those that are alike in everything,
 * then those with equal traits, then greedily those that share most. Names left over get no partner.
 * @returns played name -> recorded name
 */
export function matchNames(played: readonly Named[], recorded: readonly Named[]): Map<string, string> {
  const result = new Map<string, string>();
  const kinds = [...new Set(recorded.map((r) => r.kind))].sort();
  for (const kind of kinds) {
    const left = played.filter((p) => p.kind === kind);
    const right = recorded.filter((r) => r.kind === kind);
    matchKind(left, right, result);
  }
  return result;
}

const everything = (one: Named) => [...one.traits, ...one.mentions].sort().join('\n');
const ownTraits = (one: Named) => [...one.traits].sort().join('\n');

function matchKind(played: readonly Named[], recorded: readonly Named[], result: Map<string, string>): void {
  let left = played;
  let right = recorded;
  for (const keyOf of [everything, ownTraits]) {
    const open = new Map<string, Named[]>();
    for (const one of right) open.set(keyOf(one), [...(open.get(keyOf(one)) ?? []), one]);
    const taken = new Set<Named>();
    left = left.filter((one) => {
      const partner = open.get(keyOf(one))?.shift();
      if (!partner) return true;
      taken.add(partner);
      result.set(one.name, partner.name);
      return false;
    });
    right = right.filter((one) => !taken.has(one));
  }
  const pairs = left.flatMap((p, i) =>
    right.map((r, j) => ({ i, j, score: 2 * shared(p.traits, r.traits) + shared(p.mentions, r.mentions) })),
  );
  pairs.sort((a, b) => b.score - a.score || a.i - b.i || a.j - b.j);
  const usedLeft = new Set<number>();
  const usedRight = new Set<number>();
  for (const { i, j } of pairs) {
    if (usedLeft.has(i) || usedRight.has(j)) continue;
    usedLeft.add(i);
    usedRight.add(j);
    result.set(left[i].name, right[j].name);
  }
}

function shared(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const trait of a) counts.set(trait, (counts.get(trait) ?? 0) + 1);
  let common = 0;
  for (const trait of b) {
    const n = counts.get(trait) ?? 0;
    if (n > 0) {
      common++;
      counts.set(trait, n - 1);
    }
  }
  return 2 * common - a.length - b.length;
}
