import type { ApiResponse } from '../contracts/index.ts';
import { notAcceptable, notConvertible, notStreamable } from './status.ts';
import type { TableOptions } from './tables/index.ts';

/** Which form an answer takes: go-restful's check of the route, then apiserver pkg/endpoints/handlers/negotiation. */

export interface Form {
  readonly as: 'object' | 'table' | 'metadata';
  /** Metadata was asked for as that of one object. */
  readonly isSingle?: true;
  readonly isYaml?: true;
  readonly version: NonNullable<TableOptions['version']>;
}

const YAML = 'application/yaml';
const ANSWER_TYPES: readonly string[] = ['application/json', YAML, 'application/vnd.kubernetes.protobuf'];
const PLAIN: Form = { as: 'object', version: 'v1' };
/** Parameters that ask for another form of the object. */
const CONVERTING: readonly string[] = ['as', 'g', 'v'];

interface Clause {
  readonly type: string;
  readonly subtype: string;
  readonly q: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/** One clause of an Accept header; undefined for what is no media range. */
function clauseOf(text: string): Clause | undefined {
  const [media, ...rest] = text.split(';');
  const [type, subtype = type === '*' ? '*' : '', more] = media.split('/').map((part) => part.trim());
  if (subtype === '' || more !== undefined) return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const [name, value = '', surplus] = part.split('=');
    if (value !== '' && surplus === undefined) parameters.set(name.trim(), value.trim());
  }
  const q = Number(parameters.get('q') ?? 1);
  return { type, subtype, q: Number.isNaN(q) ? 0 : q, parameters };
}

/** Does a clause go before another? Not an order: a range with a star goes behind whatever its quality (goautoneg Less). */
function precedes(a: Clause, b: Clause): boolean {
  return a.q > b.q || (a.type !== '*' && b.type === '*') || (a.subtype !== '*' && b.subtype === '*');
}

/** The clauses of an Accept header as goautoneg sorts them: by insertion. */
function clausesOf(accept: string): readonly Clause[] {
  const clauses = accept.split(',').flatMap((text) => clauseOf(text) ?? []);
  for (let i = 1; i < clauses.length; i++) {
    for (let j = i; j > 0 && precedes(clauses[j], clauses[j - 1]); j--) {
      [clauses[j - 1], clauses[j]] = [clauses[j], clauses[j - 1]];
    }
  }
  return clauses;
}

function matches({ type, subtype }: Clause, media: string): boolean {
  if (type === '*') return subtype === '*';
  return subtype === '*' ? media.startsWith(`${type}/`) : media === `${type}/${subtype}`;
}

/** The form that a clause asks for in a media type; undefined = the type cannot be that (acceptMediaTypeOptions). */
function formOf(parameters: ReadonlyMap<string, string>, media: string): Form | undefined {
  const stream = parameters.get('stream');
  if (stream !== undefined && (stream !== 'watch' || media === YAML)) return undefined;
  if ((parameters.get('sv') ?? 'v1') !== 'v1') return undefined;
  if (!CONVERTING.some((name) => parameters.has(name))) return PLAIN;
  // RequestScope.AllowsMediaTypeTransform
  const kind = parameters.get('as');
  const version = parameters.get('v');
  if (parameters.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (kind === 'Table') return media.endsWith('protobuf') ? undefined : { as: 'table', version };
  if (kind !== 'PartialObjectMetadata' && kind !== 'PartialObjectMetadataList') return undefined;
  return { as: 'metadata', version, ...(kind === 'PartialObjectMetadata' && { isSingle: true }) };
}

/** Is YAML the first thing that the client wants? A refusal is told in it then. */
export function takesYaml(accept: string): boolean {
  const [first] = clausesOf(accept);
  return (
    first !== undefined && `${first.type}/${first.subtype}` === YAML && formOf(first.parameters, YAML) !== undefined
  );
}

/**
 * The form of an answer that the client accepts; the refusal (406) where there is none. A watch is answered in the media type
 * that a list would have, and refused where that one has no frames.
 */
export function negotiate(accept: string, isWatch: boolean): Form | ApiResponse {
  if (accept === '') return PLAIN;
  const routed = accept.split(',').map((range) => range.split(';')[0].trim());
  if (!routed.some((media) => media === '*/*' || ANSWER_TYPES.includes(media))) return notAcceptable();
  for (const clause of clausesOf(accept)) {
    for (const media of ANSWER_TYPES) {
      const form = matches(clause, media) ? formOf(clause.parameters, media) : undefined;
      if (form && media === YAML) return isWatch ? notStreamable() : { ...form, isYaml: true };
      if (form) return form;
    }
  }
  return notConvertible();
}
