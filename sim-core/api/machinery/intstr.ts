import { parseInt64 } from './int64.ts';

/** intstr.IntOrString: a number, or a text that is mostly a percentage. */
export type IntOrString = number | string;

export class IntOrStringError extends Error {}

/** intstr.Parse: texts that are int32 numbers become numbers. */
export function parseIntOrString(text: string): IntOrString {
  const n = /^[+-]?[0-9]+$/.test(text) ? parseInt64(text) : undefined;
  if (n === undefined || n > 2147483647n || n < -2147483648n) return text;
  return Number(n);
}

/** IntValue(): the number; a text is read with Atoi, whose overflow saturates and whose errors give 0. */
export function intValue(v: IntOrString): bigint {
  if (typeof v === 'number') return BigInt(v);
  const n = parseInt64(v);
  if (n !== undefined) return n;
  // Atoi saturates as soon as the digits exceed a uint64, before it sees what follows them.
  const digits = /^[+-]?0*([0-9]*)/.exec(v)![1];
  const whole = /^[+-]?[0-9]+$/.test(v);
  if (!whole && (digits.length < 20 || (digits.length === 20 && digits <= '18446744073709551615'))) return 0n;
  return v.startsWith('-') ? -9223372036854775808n : 9223372036854775807n;
}

export function intOrStringText(v: IntOrString): string {
  return String(v);
}

/**
 * intstr.GetScaledValueFromIntOrPercent: a number as it is; `25%` of `total`, rounded up (towards +∞) or down (towards zero).
 * Throws IntOrStringError for a text that is no percentage.
 */
export function scaledValueFromIntOrPercent(
  v: IntOrString | null | undefined,
  total: number,
  roundUp: boolean,
): number {
  if (v === null || v === undefined) throw new IntOrStringError('nil value for IntOrString');
  if (typeof v === 'number') return v;
  if (!v.endsWith('%'))
    throw new IntOrStringError('invalid value for IntOrString: invalid type: string is not a percentage');
  const digits = v.slice(0, -1);
  const percent = /^[+-]?[0-9]+$/.test(digits) ? parseInt64(digits) : undefined;
  if (percent === undefined) {
    const reason = /^[+-]?[0-9]+$/.test(digits) ? 'value out of range' : 'invalid syntax';
    throw new IntOrStringError(
      `invalid value for IntOrString: invalid value "${v}": strconv.Atoi: parsing "${digits}": ${reason}`,
    );
  }
  const scaled = (Number(percent) * total) / 100;
  return roundUp ? Math.ceil(scaled) : Math.floor(scaled);
}

/** UnmarshalJSON on raw JSON text; throws IntOrStringError with Go's words. */
export function intOrStringFromJson(json: string): IntOrString {
  if (json.startsWith('"')) return JSON.parse(json) as string;
  if (json === 'null') return 0;
  if (/^-?[0-9]+$/.test(json)) {
    const n = BigInt(json);
    if (n <= 2147483647n && n >= -2147483648n) return Number(n);
  }
  if (/^[-0-9]/.test(json)) {
    throw new IntOrStringError(`json: cannot unmarshal number ${json} into Go value of type int32`);
  }
  const what = json.startsWith('{') ? 'object' : json.startsWith('[') ? 'array' : 'bool';
  throw new IntOrStringError(`json: cannot unmarshal ${what} into Go value of type int32`);
}
