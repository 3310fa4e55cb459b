import type { Json } from '../../contracts/objects.ts';
import { typeNamed } from '../schema/table.ts';
import type { FieldSchema, TypeRef } from '../schema/types.ts';

/**
 * The JSON of the API server's internal structs, which a few messages print as the bad value: Go's field names, every
 * field, nil as null. Field names are the JSON names with a capital first letter, but for the initialisms below.
 */
const GO_NAMES: Readonly<Record<string, string>> = {
  uid: 'UID',
  ip: 'IP',
  apiVersion: 'APIVersion',
  apiGroup: 'APIGroup',
  seLinuxOptions: 'SELinuxOptions',
  tty: 'TTY',
  tcpSocket: 'TCPSocket',
  httpGet: 'HTTPGet',
  hostIP: 'HostIP',
  grpc: 'GRPC',
};

function goName(json: string): string {
  return GO_NAMES[json] ?? json[0].toUpperCase() + json.slice(1);
}

function zero(field: FieldSchema): Json {
  if (field.pointer) return null;
  switch (field.type.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'struct':
      return internalJson({}, field.type.name);
    default:
      return null;
  }
}

function convert(value: Json, ref: TypeRef): Json {
  if (value === null) return null;
  if (ref.kind === 'list') return (value as Json[]).map((item) => convert(item, ref.of));
  if (ref.kind === 'map')
    return Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, convert(v, ref.of)]));
  // Types of apimachinery keep their JSON names inside too.
  if (ref.kind === 'struct' && !ref.name.includes('.apimachinery.')) return internalJson(value, ref.name);
  return value;
}

/** A decoded struct of the named versioned type as the internal type prints. */
export function internalJson(value: Json, typeName: string): Json {
  const source = (value ?? {}) as { readonly [key: string]: Json };
  const fields = typeNamed(typeName)?.fields ?? [];
  return Object.fromEntries(
    fields.map((field) => [
      goName(field.name),
      source[field.name] === undefined ? zero(field) : convert(source[field.name], field.type),
    ]),
  );
}
