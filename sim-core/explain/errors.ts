/** A wrong question: `id` is what is wrong, `params` with what. */
export class ExplainError extends Error {
  override readonly name = 'ExplainError';
  readonly id: 'noSuchAttempt' | 'noSuchNode' | 'noScheduler' | 'otherRun';
  readonly params: Readonly<Record<string, string | number>>;

  constructor(id: ExplainError['id'], params: Readonly<Record<string, string | number>>) {
    super(`${id} ${JSON.stringify(params)}`);
    this.id = id;
    this.params = params;
  }
}
