import { type FieldSelector, fieldSelectorMatches } from '../api/machinery/fieldSelectors.ts';
import { parseLabelSelector } from '../api/machinery/selectorParser.ts';
import {
  EVERYTHING,
  isEverything,
  type LabelSelector,
  SelectorError,
  selectorMatches,
} from '../api/machinery/selectors.ts';
import type { ResourceInfo } from '../api/schema/index.ts';
import type { ApiResponse, KubeObject, RequestOptions } from '../contracts/index.ts';
import { fieldTermsFor } from './fieldSelectors.ts';
import { badRequest } from './status.ts';

/** What a list or a watch chooses by. */
export interface Selection {
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
  readonly everything: boolean;
}

export const ALL: Selection = { labels: EVERYTHING, fields: [], everything: true };

/** The selectors of a request, or the 400 that wrong ones get. */
export function selectionOf(
  info: ResourceInfo,
  options: Pick<RequestOptions, 'labelSelector' | 'fieldSelector'> | undefined,
): Selection | ApiResponse {
  const { labelSelector, fieldSelector } = options ?? {};
  if (!labelSelector && !fieldSelector) return ALL;
  let labels = EVERYTHING;
  if (labelSelector) {
    try {
      labels = parseLabelSelector(labelSelector);
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      return badRequest(error.message);
    }
  }
  const fields = fieldSelector ? fieldTermsFor(info, fieldSelector) : [];
  if ('code' in fields) return fields;
  return { labels, fields, everything: isEverything(labels) && fields.length === 0 };
}

export function selects(selection: Selection, object: KubeObject): boolean {
  if (selection.everything) return true;
  if (selection.fields.length > 0 && !fieldSelectorMatches(selection.fields, (field) => fieldValue(object, field))) {
    return false;
  }
  return selectorMatches(selection.labels, object.metadata.labels);
}

/** The value that every selected object must have in a field; undefined when the selection does not fix it. */
export function requiredField(selection: Selection, field: string): string | undefined {
  for (const term of selection.fields) if (term.field === field && term.operator === '=') return term.value;
  return undefined;
}

/** The value of a field as its selector sees it: '' for what is absent. */
export function fieldValue(object: KubeObject, field: string): string {
  if (field === 'metadata.name') return object.metadata.name ?? '';
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  if (field === 'spec.nodeName') return object.spec?.nodeName ?? '';
  const special = SPECIAL[field];
  if (special) return special(object);
  let at: unknown = object;
  for (const part of field.split('.')) {
    if (at === null || typeof at !== 'object') return DEFAULTS[field] ?? '';
    at = (at as Record<string, unknown>)[part];
  }
  return at === undefined || at === null ? (DEFAULTS[field] ?? '') : String(at);
}

/** Booleans and numbers whose zero value is left out of the JSON. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'spec.hostNetwork': 'false',
  'spec.unschedulable': 'false',
  'status.replicas': '0',
};

const SPECIAL: Readonly<Record<string, (object: KubeObject) => string>> = {
  'status.podIP': (object) => object.status?.podIP ?? object.status?.podIPs?.[0]?.ip ?? '',
  source: (object) => object.source?.component || object.reportingComponent || '',
  'status.successful': (object) => String(object.status?.succeeded ?? 0),
};
