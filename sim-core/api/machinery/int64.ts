/** Arithmetic of Go's int64 on BigInt, for the few places where Kubernetes' results depend on its range. Off the hot path. */

export const MAX_INT64 = 9223372036854775807n;
export const MIN_INT64 = -9223372036854775808n;

/** The low 64 bits as a signed number: Go's conversion and overflow. */
export function wrapInt64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

export function fitsInt64(value: bigint): boolean {
  return value <= MAX_INT64 && value >= MIN_INT64;
}

/** The product, or undefined where apimachinery's checked multiplication refuses it (it also refuses the least int64). */
export function multiplyInt64(a: bigint, b: bigint): bigint | undefined {
  if (a === 0n || b === 0n || a === 1n || b === 1n) return a * b;
  if (a === MIN_INT64 || b === MIN_INT64) return undefined;
  const product = a * b;
  return fitsInt64(product) ? product : undefined;
}

/** strconv.ParseInt(text, 10, 64): undefined when it is no integer or out of range. */
export function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  if (text.length > 400) {
    text = text.replace(/^([+-]?)0+(?=[0-9])/, '$1');
    if (text.length > 400) return undefined;
  }
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return fitsInt64(value) ? value : undefined;
}
