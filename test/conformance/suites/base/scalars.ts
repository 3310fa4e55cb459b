import * as d from '../../../../sim-core/api/machinery/duration.ts';
import * as i from '../../../../sim-core/api/machinery/intstr.ts';
import * as t from '../../../../sim-core/api/machinery/time.ts';
import { errorOf, type Player } from './common.ts';

function percent(input: { value: i.IntOrString; total: number }) {
  const scaled = (up: boolean) => {
    const error = errorOf(() => i.scaledValueFromIntOrPercent(input.value, input.total, up)) ?? null;
    return { error, n: error === null ? i.scaledValueFromIntOrPercent(input.value, input.total, up) : 0 };
  };
  const up = scaled(true);
  const down = scaled(false);
  return {
    down: down.n,
    downError: down.error,
    intValue: Number(i.intValue(input.value)),
    string: i.intOrStringText(input.value),
    up: up.n,
    upError: up.error,
  };
}

function intstr(s: string) {
  const v = i.parseIntOrString(s);
  const isText = typeof v === 'string';
  return {
    int: isText ? 0 : v,
    intValue: Number(i.intValue(v)),
    str: isText ? v : '',
    string: i.intOrStringText(v),
    type: isText ? 1 : 0,
  };
}

function duration(s: string) {
  const error = errorOf(() => d.parseDurationNs(s)) ?? null;
  if (error !== null) return { error, jsonError: error };
  const ns = d.parseDurationNs(s);
  const string = d.formatDurationNs(ns);
  return { error, json: JSON.stringify(string), jsonError: null, ns: String(ns), string };
}

const jsonKind = (json: string) => (/^[-0-9]/.test(json) ? 'number' : json.startsWith('{') ? 'object' : 'bool');

function time(json: string) {
  const text: string | null = json === 'null' ? null : json.startsWith('"') ? JSON.parse(json) : undefined;
  if (text === undefined) {
    const error = `json: cannot unmarshal ${jsonKind(json)} into Go value of type string`;
    return { microError: error, timeError: error };
  }
  const zero: t.UnixTime = { seconds: t.ZERO_TIME_SECONDS, nanos: 0 };
  const out: Record<string, unknown> = {};
  const isZero = (u: t.UnixTime) => u.seconds === t.ZERO_TIME_SECONDS && u.nanos === 0;
  out.microError = text === null ? null : (errorOf(() => t.parseMicroTime(text)) ?? null);
  if (out.microError === null) {
    const u = text === null ? zero : t.parseMicroTime(text);
    out.micro = isZero(u) ? 'null' : JSON.stringify(t.formatUnixMicros(u.seconds, u.nanos / 1000));
  }
  out.timeError = text === null ? null : (errorOf(() => t.parseTime(text)) ?? null);
  if (out.timeError === null) {
    const u = text === null ? zero : t.parseTime(text);
    out.time = isZero(u) ? 'null' : JSON.stringify(t.formatUnixSeconds(u.seconds));
    out.unix = String(u.seconds);
    out.zero = isZero(u);
  }
  return out;
}

export const scalarsPlayers: Readonly<Record<string, Player>> = {
  'int-or-percent': percent,
  'intstr-parse': (input) => intstr(input.s),
  'intstr-json': (input) => {
    const error = errorOf(() => i.intOrStringFromJson(input.json)) ?? null;
    if (error !== null) return { error };
    const v = i.intOrStringFromJson(input.json);
    return { error, json: JSON.stringify(v), type: typeof v === 'string' ? 1 : 0 };
  },
  'human-duration': (input) => {
    const ns = BigInt(input.ns);
    const us = Number(ns / 1000n);
    return {
      go: d.formatDurationNs(ns),
      human: d.humanDuration(us),
      seconds: d.durationSeconds(ns),
      short: d.shortHumanDuration(us, Number(ns % 1000n)),
    };
  },
  duration: (input) => duration(input.s),
  'duration-print': (input) => {
    const ns = BigInt(input.ns);
    return {
      round: d.formatDurationNs(d.roundDurationNs(ns, 1_000_000_000n)),
      string: d.formatDurationNs(ns),
      truncate: d.formatDurationNs(d.truncateDurationNs(ns, 60_000_000_000n)),
    };
  },
  time: (input) => time(input.json),
  'time-print': (input) => {
    const u = t.fromUnixNanos(BigInt(input.unixNano));
    return {
      micro: JSON.stringify(t.formatUnixMicros(u.seconds, Math.trunc(u.nanos / 1000))),
      rfc3339nano: t.formatRFC3339Nano(u),
      string: t.formatGoTime(u),
      time: JSON.stringify(t.formatUnixSeconds(u.seconds)),
    };
  },
};
