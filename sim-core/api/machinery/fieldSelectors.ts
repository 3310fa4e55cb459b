import { compareUtf8 } from './gotext.ts';
import { SelectorError } from './selectors.ts';

/** Field selectors (apimachinery pkg/fields): `spec.nodeName=n1,status.phase!=Running`. */

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

export type FieldSelector = readonly FieldRequirement[];

export function escapeFieldValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll(',', '\\,').replaceAll('=', '\\=');
}

/** Throws SelectorError. */
export function unescapeFieldValue(text: string): string {
  let value = '';
  let escaped = false;
  for (const c of text) {
    if (escaped) {
      if (c !== '\\' && c !== ',' && c !== '=') {
        throw new SelectorError(`invalid field selector: invalid escape sequence: \\${c}`);
      }
      value += c;
      escaped = false;
    } else if (c === '\\') {
      escaped = true;
    } else if (c === ',' || c === '=') {
      throw new SelectorError(`invalid field selector: unescaped character in value: ${c.charCodeAt(0)}`);
    } else {
      value += c;
    }
  }
  if (escaped) throw new SelectorError('invalid field selector: invalid escape sequence: \\');
  return value;
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  let escaped = false;
  for (let i = 0; i < text.length; i++) {
    if (escaped) escaped = false;
    else if (text[i] === '\\') escaped = true;
    else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

/** fields.ParseSelector: terms sorted by their text. Throws SelectorError. */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort(compareUtf8)) {
    if (term === '') continue;
    const match = /!=|==|=/.exec(term);
    if (match === null) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
    const value = unescapeFieldValue(term.slice(match.index + match[0].length));
    const operator = match[0] === '!=' ? '!=' : '=';
    requirements.push({ field: term.slice(0, match.index), operator, value });
  }
  return requirements;
}

/** `get` gives the value of a field; absent fields read as ''. */
export function fieldSelectorMatches(selector: FieldSelector, get: (field: string) => string | undefined): boolean {
  for (const { field, operator, value } of selector) {
    if (((get(field) ?? '') === value) !== (operator === '=')) return false;
  }
  return true;
}

export function fieldSelectorText(selector: FieldSelector): string {
  return selector.map((r) => `${r.field}${r.operator}${escapeFieldValue(r.value)}`).join(',');
}
