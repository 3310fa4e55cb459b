import { POD_TEMPLATE_TYPES } from './data/podTemplateTypes.ts';
import { compareUtf8 } from './gotext.ts';
import { isObject, type JsonObject } from './json.ts';
import { formatQuantity, parseQuantity, type Quantity, ZERO } from './quantity.ts';
import { parseTime, ZERO_TIME_SECONDS } from './time.ts';

/**
 * The text that Kubernetes hashes for pod-template-hash: go-spew's `%#v` of a PodTemplateSpec as it comes out of the store
 * (after a protobuf round trip: empty lists and maps are nil, quantities canonical). See recorded-facts §1 and base/hashes.
 */

interface Field {
  readonly name: string;
  readonly type: string;
  /** '' = inlined. */
  readonly json: string;
}

const parsed = new Map<string, readonly Field[]>();

function fieldsOf(type: string): readonly Field[] | undefined {
  let fields = parsed.get(type);
  if (fields === undefined) {
    const rows = POD_TEMPLATE_TYPES[type];
    if (rows === undefined) return undefined;
    fields = rows.map((row) => {
      const [name, goType, json] = row.split(' ');
      return { name, type: goType, json: json ?? '' };
    });
    parsed.set(type, fields);
  }
  return fields;
}

/** The dump of a pod template in its JSON shape. */
export function dumpPodTemplate(template: unknown): string {
  const parts: string[] = [];
  typed(parts, 'v1.PodTemplateSpec', template ?? {});
  return parts.join('');
}

/** With the type in front, as for struct fields. */
function typed(out: string[], type: string, value: unknown): void {
  out.push('(', type, ')');
  if (type.startsWith('*')) {
    if (value === undefined || value === null) out.push('<nil>');
    else bare(out, type.slice(1), value);
  } else {
    bare(out, type, value);
  }
}

function bare(out: string[], type: string, value: unknown): void {
  if (type.startsWith('[]')) list(out, type.slice(2), value);
  else if (type === 'v1.ResourceList') map(out, 'resource.Quantity', value);
  else if (type.startsWith('map[string]')) map(out, type.slice('map[string]'.length), value);
  else if (type === 'resource.Quantity') quantity(out, value);
  else if (type === 'intstr.IntOrString') intOrString(out, value);
  else if (type === 'v1.Time') time(out, value);
  else if (fieldsOf(type) !== undefined) struct(out, type, value);
  else scalar(out, type, value);
}

function struct(out: string[], type: string, value: unknown): void {
  const object: JsonObject = isObject(value) ? value : {};
  out.push('{');
  fieldsOf(type)!.forEach((field, i) => {
    out.push(i === 0 ? '' : ' ', field.name, ':');
    typed(out, field.type, field.json === '' ? object : object[field.json]);
  });
  out.push('}');
}

function list(out: string[], element: string, value: unknown): void {
  if (!Array.isArray(value) || value.length === 0) {
    out.push('<nil>');
    return;
  }
  out.push('[');
  value.forEach((item, i) => {
    if (i > 0) out.push(' ');
    bare(out, element, item);
  });
  out.push(']');
}

function map(out: string[], element: string, value: unknown): void {
  const keys = isObject(value) ? Object.keys(value).sort(compareUtf8) : [];
  if (keys.length === 0) {
    out.push('<nil>');
    return;
  }
  out.push('map[');
  keys.forEach((key, i) => {
    out.push(i === 0 ? '' : ' ', key, ':');
    bare(out, element, (value as JsonObject)[key]);
  });
  out.push(']');
}

const NUMBER = /^(u?int(8|32|64)?|intstr\.Type)$/;

function scalar(out: string[], type: string, value: unknown): void {
  if (type === 'bool') out.push(value === true ? 'true' : 'false');
  else if (NUMBER.test(type)) out.push(String(value ?? 0));
  else out.push(String(value ?? ''));
}

function intOrString(out: string[], value: unknown): void {
  const isText = typeof value === 'string';
  const int = isText ? 0 : ((value as number | undefined) ?? 0);
  out.push(`{Type:(intstr.Type)${isText ? 1 : 0} IntVal:(int32)${int} StrVal:(string)${isText ? value : ''}}`);
}

function time(out: string[], value: unknown): void {
  const seconds = typeof value === 'string' ? parseTime(value).seconds - ZERO_TIME_SECONDS : 0;
  out.push(`{Time:(time.Time){wall:(uint64)0 ext:(int64)${seconds} loc:(*time.Location)<nil>}}`);
}

function quantity(out: string[], value: unknown): void {
  const q = value === undefined || value === null ? ZERO : parseQuantity(String(value));
  const stored: Quantity = parseQuantity(formatQuantity(q));
  const int = stored.fast
    ? `value:(int64)${stored.unscaled} scale:(resource.Scale)${stored.scale}`
    : 'value:(int64)0 scale:(resource.Scale)0';
  const dec = stored.fast ? '(*inf.Dec)<nil>' : decimal(stored);
  out.push(`{i:(resource.int64Amount){${int}} d:(resource.infDecAmount){Dec:${dec}}`);
  out.push(` s:(string)${stored.text ?? ''} Format:(resource.Format)${stored.format}}`);
}

function decimal(q: Quantity): string {
  const negative = q.unscaled < 0n;
  let rest = negative ? -q.unscaled : q.unscaled;
  const words: string[] = [];
  while (rest > 0n) {
    words.push(String(rest & 0xffffffffffffffffn));
    rest >>= 64n;
  }
  const abs = words.length === 0 ? '<nil>' : `[${words.join(' ')}]`;
  return `(*inf.Dec){unscaled:(big.Int){neg:(bool)${negative} abs:(big.nat)${abs}} scale:(inf.Scale)${-q.scale}}`;
}
