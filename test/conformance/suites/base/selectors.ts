import { fieldErrorText } from '../../../../sim-core/api/machinery/fieldErrors.ts';
import * as f from '../../../../sim-core/api/machinery/fieldSelectors.ts';
import { parseLabelSelector } from '../../../../sim-core/api/machinery/selectorParser.ts';
import * as s from '../../../../sim-core/api/machinery/selectors.ts';
import { errorOf, type Player } from './common.ts';

function parse(input: { selector: string; labels?: Record<string, string>[] }) {
  const error = errorOf(() => parseLabelSelector(input.selector));
  if (error !== undefined) return { error };
  const selector = parseLabelSelector(input.selector);
  const requirements = selector.requirements.map((r) => ({ key: r.key, op: r.operator, values: r.values }));
  return {
    empty: s.isEverything(selector),
    exactApp: s.requiresExactMatch(selector, 'app'),
    matches: (input.labels ?? []).map((labels) => s.selectorMatches(selector, labels)),
    requirements: requirements.length === 0 ? null : requirements,
    selectable: !selector.nothing,
    text: s.selectorText(selector),
  };
}

function structured(input: { labelSelector: s.LabelSelectorSpec | null; labels?: Record<string, string>[] }) {
  const errors = s.validateLabelSelector(input.labelSelector, 'spec.selector').map(fieldErrorText);
  const validation = errors.length === 0 ? null : errors;
  const format = s.formatLabelSelector(input.labelSelector);
  const error = errorOf(() => s.labelSelectorAsSelector(input.labelSelector));
  if (error !== undefined) return { error, format, validation };
  const selector = s.labelSelectorAsSelector(input.labelSelector);
  return {
    empty: s.isEverything(selector),
    error: null,
    format,
    matches: (input.labels ?? []).map((labels) => s.selectorMatches(selector, labels)),
    text: s.selectorText(selector),
    validation,
  };
}

function field(input: { selector: string; fields?: Record<string, string>[] }) {
  const error = errorOf(() => f.parseFieldSelector(input.selector));
  if (error !== undefined) return { error };
  const selector = f.parseFieldSelector(input.selector);
  const requirements = selector.map((r) => ({ field: r.field, op: r.operator, value: r.value }));
  return {
    empty: selector.length === 0,
    matches: (input.fields ?? []).map((fields) => f.fieldSelectorMatches(selector, (name) => fields[name])),
    requirements: requirements.length === 0 ? null : requirements,
    text: f.fieldSelectorText(selector),
  };
}

export const selectorsPlayers: Readonly<Record<string, Player>> = {
  'label-parse': parse,
  'label-selector': structured,
  'field-parse': field,
  'field-escape': (input) => {
    const unescapeError = errorOf(() => f.unescapeFieldValue(input.s)) ?? null;
    const unescaped = unescapeError === null ? f.unescapeFieldValue(input.s) : '';
    return { escaped: f.escapeFieldValue(input.s), unescapeError, unescaped };
  },
  'label-map': (input) => {
    const error = errorOf(() => s.parseLabelsMap(input.s)) ?? null;
    return { error, map: error === null ? s.parseLabelsMap(input.s) : null };
  },
};
