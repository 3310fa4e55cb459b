interface Place {
  readonly index: number;
  readonly term: number;
  readonly proposal: number;
  readonly member: number;
}

const APPLIED = { kind: 'applied' } as const;

/** The log entry of a write that all members have applied: who made it, not what it wrote. */
export function appliedEntry({ index, term, proposal: id, member }: Place) {
  const data = { id, member, from: 0, handler: 0, token: 0, startUs: 0, cause: 0, command: APPLIED };
  return { index, term, type: 'normal', data } as const;
}
