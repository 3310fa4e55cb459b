import { ContainerStep, NodeState, PodState } from '../contracts/engine.ts';
import type { TimeUs } from '../contracts/ids.ts';
import { type FieldMeaning, KINDS } from './kinds.ts';
import type { RecordSource, TraceNames, TraceRecord } from './view.ts';

const VERBS = ['create', 'update', 'delete', ''];

/** Seconds with six decimals: `12.003450`. */
export function timeText(timeUs: TimeUs): string {
  const seconds = Math.floor(timeUs / 1_000_000);
  return `${seconds}.${String(timeUs - seconds * 1_000_000).padStart(6, '0')}`;
}

/** One number of a record in words; '' when it means nothing. */
export function fieldText(meaning: FieldMeaning, v: number, names: TraceNames): string {
  switch (meaning) {
    case 'none':
      return '';
    case 'number':
    case 'revision':
    case 'seconds':
      return String(v);
    case 'milliseconds':
      return `${v}ms`;
    case 'why':
      return names.why(v);
    case 'string':
      return JSON.stringify(names.string(v));
    case 'object':
      return v === 0 ? '-' : names.object(v);
    case 'verbAndResource':
      return `${VERBS[v & 3]} ${names.string(v >>> 2)}`.trim();
    case 'podState':
      return keyOf(PodState, v);
    case 'nodeState':
      return bitsText(v);
    case 'containerStep':
      return `${keyOf(ContainerStep, v & 0xff)}[${v >>> 8}]`;
    case 'boolean':
      return v === 1 ? 'true' : 'false';
    case 'beginOrEnd':
      return v === 1 ? 'begin' : 'end';
    case 'warning':
      return v === 1 ? 'Warning' : 'Normal';
    case 'contentHash':
      return v.toString(16).padStart(8, '0');
  }
}

/**
 * One record as one line of columns separated by two spaces:
 * time in seconds · #id · <-#cause · component · kind · object (`-` = none) · label=value of a, b and the hash.
 */
export function recordText(record: TraceRecord, names: TraceNames): string {
  const spec = KINDS[record.kind];
  const columns = [
    timeText(record.timeUs).padStart(12),
    `#${record.id}`,
    `<-#${record.cause}`,
    record.actor === 0 ? '-' : names.component(record.actor),
    spec?.name ?? `kind ${record.kind}`,
    record.obj === 0 ? '-' : names.object(record.obj),
  ];
  if (spec === undefined) return [...columns, `a=${record.a}`, `b=${record.b}`].join('  ');
  for (const [[label, meaning], v] of [
    [spec.a, record.a],
    [spec.b, record.b],
    [spec.hash, record.hash],
  ] as const) {
    if (meaning !== 'none') columns.push(`${label}=${fieldText(meaning, v, names)}`);
  }
  return columns.join('  ');
}

/** All records, one a line; `only` picks. */
export function traceText(source: RecordSource, names: TraceNames, only?: (record: TraceRecord) => boolean): string {
  let text = '';
  for (let i = 0; i < source.size; i++) {
    const record = source.at(i);
    if (only === undefined || only(record)) text += `${recordText(record, names)}\n`;
  }
  return text;
}

function keyOf(table: Readonly<Record<string, number>>, v: number): string {
  for (const key of Object.keys(table)) if (table[key] === v) return key;
  return String(v);
}

function bitsText(v: number): string {
  const bits = Object.keys(NodeState).filter((key) => (v & NodeState[key as keyof typeof NodeState]) !== 0);
  return bits.length === 0 ? 'notReady' : bits.join('+');
}
