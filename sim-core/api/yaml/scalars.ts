/** Plain scalars as sigs.k8s.io/yaml (go-yaml v2, YAML 1.1) resolves them: what kubectl sends for them. */

export type Resolved =
  | { readonly value: null | boolean | number | string }
  /** `not-finite`: .inf and .nan have no JSON; `number-too-large`: an integer that a double cannot hold. */
  | { readonly problem: 'not-finite' | 'number-too-large' };

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const NOT_FINITE = /^([+-]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const DECIMAL = /^[-+]?(0|[1-9][0-9]*)$/;
const OCTAL = /^[-+]?0o?([0-7]+)$/;
const HEX = /^[-+]?0[xX]([0-9a-fA-F]+)$/;
const BINARY = /^[-+]?0[bB]([01]+)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const DIGITS_MAX = 400;

function integer(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const sign = (n: bigint) => (negative ? -n : n);
  if (DECIMAL.test(text)) return BigInt(text.startsWith('+') ? text.slice(1) : text);
  const octal = OCTAL.exec(text);
  if (octal !== null) return sign(BigInt(`0o${octal[1]}`));
  const hex = HEX.exec(text);
  if (hex !== null) return sign(BigInt(`0x${hex[1]}`));
  const binary = BINARY.exec(text);
  return binary === null ? undefined : sign(BigInt(`0b${binary[1]}`));
}

/** The value of an unquoted, untagged scalar. */
export function resolvePlain(text: string): Resolved {
  if (NULL.has(text)) return { value: null };
  if (TRUE.has(text)) return { value: true };
  if (FALSE.has(text)) return { value: false };
  if (NOT_FINITE.test(text)) return { problem: 'not-finite' };
  if (!/^[-+.0-9]/.test(text)) return { value: text };
  const plain = text.replaceAll('_', '');
  if (plain.length > DIGITS_MAX) return FLOAT.test(plain) ? { problem: 'number-too-large' } : { value: text };
  const n = integer(plain);
  if (n !== undefined) {
    const value = Number(n);
    return Number.isSafeInteger(value) ? { value: value === 0 ? 0 : value } : { problem: 'number-too-large' };
  }
  if (!FLOAT.test(plain)) return { value: text };
  const value = Number(plain);
  return Number.isFinite(value) ? { value } : { problem: 'number-too-large' };
}
