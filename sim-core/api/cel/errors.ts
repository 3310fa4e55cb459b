/** An error of compilation or evaluation, with CEL's own text. */
export class CelError extends Error {
  /** Of a syntax error: where in the source, in UTF-16 units. */
  readonly at: number | undefined;
  constructor(message: string, at?: number) {
    super(message);
    this.at = at;
  }
}

export function noSuchOverload(): CelError {
  return new CelError('no such overload');
}
