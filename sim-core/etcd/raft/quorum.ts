/** floor(n/2)+1 of the voters. */
export function majority(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/**
 * The highest index that a majority of the voters has. `matches` holds one index a voter, in any order. This is the rule
 * that makes an entry committed, on the message level and on the fast path alike.
 */
export function quorumIndex(matches: readonly number[]): number {
  if (matches.length === 0) return Number.MAX_SAFE_INTEGER;
  const descending = [...matches].sort((a, b) => b - a);
  return descending[majority(matches.length) - 1];
}

export type VoteResult = 'pending' | 'won' | 'lost';

/** The state of a vote in which `granted` and `refused` voters of `voters` have answered. */
export function voteResult(voters: number, granted: number, refused: number): VoteResult {
  const needed = majority(voters);
  if (granted >= needed) return 'won';
  return voters - refused < needed ? 'lost' : 'pending';
}
