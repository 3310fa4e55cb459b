import type { ApiResponse } from '../contracts/index.ts';
import { notAcceptable, notConvertible, notStreamable } from './status.ts';
import type { TableOptions } from './tables/index.ts';

/** Which form an answer takes: go-restful's check of the route, then apiserver pkg/endpoints/handlers/negotiation. */

export interface Form {
  readonly as: 'object' | 'table' | 'metadata';
  readonly version: NonNullable<TableOptions['version']>;
}

const ANSWER_TYPES: readonly string[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
/** Media types whose frames a watch can send. */
const STREAM_TYPES: readonly string[] = ['application/json', 'application/vnd.kubernetes.protobuf'];
const PLAIN: Form = { as: 'object', version: 'v1' };

interface Clause {
  readonly media: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The clauses of an Accept header, those of higher quality first. */
function clausesOf(accept: string): readonly Clause[] {
  const clauses = accept.split(',').map((text) => {
    const [media, ...rest] = text.split(';').map((part) => part.trim());
    const parameters = new Map(rest.map((part) => part.split('=', 2).map((s) => s.trim()) as [string, string]));
    const q = Number(parameters.get('q') ?? 1);
    return { media, parameters, q: Number.isNaN(q) ? 1 : q };
  });
  return clauses
    .map((clause, i) => ({ clause, i }))
    .sort((a, b) => b.clause.q - a.clause.q || a.i - b.i)
    .map(({ clause }) => clause);
}

function matches(media: string, type: string): boolean {
  return media === type || media === '*/*' || media === `${type.split('/')[0]}/*`;
}

/** Another form of the object than its own (RequestScope.AllowsMediaTypeTransform). */
function formOf(parameters: ReadonlyMap<string, string>, type: string): Form | undefined {
  const kind = parameters.get('as');
  const version = parameters.get('v') ?? '';
  const group = parameters.get('g') ?? '';
  if (kind === undefined && version === '' && group === '') return PLAIN;
  if (group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (kind === 'Table') return type.endsWith('protobuf') ? undefined : { as: 'table', version };
  if (kind !== 'PartialObjectMetadata' && kind !== 'PartialObjectMetadataList') return undefined;
  return { as: 'metadata', version };
}

/** The form of an answer that the client accepts; the refusal (406) where there is none. */
export function negotiate(accept: string, isWatch: boolean): Form | ApiResponse {
  if (accept === '') return PLAIN;
  const routed = accept.split(',').map((range) => range.split(';')[0].trim());
  if (!routed.some((media) => media === '*/*' || ANSWER_TYPES.includes(media))) return notAcceptable();
  const types = isWatch ? STREAM_TYPES : ANSWER_TYPES;
  for (const { media, parameters } of clausesOf(accept)) {
    for (const type of types) {
      if (!matches(media, type)) continue;
      const form = formOf(parameters, type);
      if (form) return form;
    }
  }
  return isWatch ? notStreamable() : notConvertible();
}
