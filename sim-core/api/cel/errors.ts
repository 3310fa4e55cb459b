/** An error of compilation or evaluation, with CEL's own text. */
export class CelError extends Error {}

export function noSuchOverload(): CelError {
  return new CelError('no such overload');
}
