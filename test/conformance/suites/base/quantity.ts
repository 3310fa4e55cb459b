import * as q from '../../../../sim-core/api/machinery/quantity.ts';
import { quantityFromJson } from '../../../../sim-core/api/machinery/quantity.ts';
import type { Player } from './common.ts';

function read(text: string) {
  let parsed: q.Quantity;
  try {
    parsed = q.parseQuantity(text);
  } catch (error) {
    return { error: (error as Error).message };
  }
  const int64 = q.asInt64(parsed);
  const up = q.roundUpQuantity(parsed, 0);
  return {
    asInt64: String(int64.value),
    asInt64Ok: int64.ok,
    dec: q.decimalText(parsed),
    float: q.approximateFloat(parsed),
    format: parsed.format,
    isZero: q.isZeroQuantity(parsed),
    milliValue: String(q.scaledValue(parsed, -3)),
    roundUp0: { exact: up.exact, string: q.formatQuantity(up.rounded) },
    'scaled-6': String(q.scaledValue(parsed, -6)),
    'scaled-9': String(q.scaledValue(parsed, -9)),
    scaled6: String(q.scaledValue(parsed, 6)),
    sign: q.signOfQuantity(parsed),
    string: q.formatQuantity(parsed),
    value: String(q.scaledValue(parsed, 0)),
  };
}

function pair(input: { a: string; b: string; k: number }) {
  const a = q.parseQuantity(input.a);
  const b = q.parseQuantity(input.b);
  const sum = q.addQuantities(a, b);
  const difference = q.subtractQuantities(a, b);
  const { product, fits } = q.multiplyQuantity(a, BigInt(input.k));
  return {
    add: q.formatQuantity(sum),
    addFormat: sum.format,
    cmp: q.compareQuantities(a, b),
    cmpInt64: q.compareQuantities(a, q.newQuantity(BigInt(input.k), 'DecimalSI')),
    equal: q.compareQuantities(a, b) === 0,
    mul: q.formatQuantity(product),
    mulFitsInt64: fits,
    neg: q.formatQuantity(q.negateQuantity(a)),
    sub: q.formatQuantity(difference),
    subFormat: difference.format,
  };
}

function fresh(input: { v: string }) {
  const out: Record<string, string> = {};
  for (const format of ['BinarySI', 'DecimalExponent', 'DecimalSI'] as const) {
    out[format] = q.formatQuantity(q.newQuantity(BigInt(input.v), format));
    out[`milli${format}`] = q.formatQuantity(q.newQuantity(BigInt(input.v), format, -3));
  }
  return out;
}

export const quantityPlayers: Readonly<Record<string, Player>> = {
  quantity: (input) => read(input.s),
  'quantity-pair': pair,
  'quantity-new': fresh,
  'quantity-json': (input) => {
    try {
      return { error: null, json: JSON.stringify(q.formatQuantity(quantityFromJson(input.json))) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  },
};
