import { fieldErrorText, invalid } from './fieldErrors.ts';
import { compareUtf8 } from './gotext.ts';
import { isQualifiedName } from './names.ts';
import {
  EVERYTHING,
  type LabelOperator,
  type LabelSelector,
  newRequirement,
  type Requirement,
  SelectorError,
} from './selectors.ts';

/** The text form of label selectors (apimachinery pkg/labels Parse), with its messages. */

type TokenKind = 'end' | 'identifier' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<' | 'in' | 'notin';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const SYMBOLS: ReadonlySet<string> = new Set(['(', ')', ',', '!', '=', '==', '!=', '>', '<']);
const SYMBOL_CHARACTERS = '=!(),><';
const BLANKS = ' \t\r\n';
const BINARY_OPERATORS = 'in, notin, =, ==, !=, gt, lt';

function tokens(text: string): Token[] {
  const end = text.indexOf('\0') < 0 ? text.length : text.indexOf('\0');
  const out: Token[] = [];
  let at = 0;
  while (at < end) {
    const c = text[at];
    if (BLANKS.includes(c)) {
      at++;
    } else if (SYMBOL_CHARACTERS.includes(c)) {
      const two = text.slice(at, at + 2);
      const symbol = two.length === 2 && at + 2 <= end && SYMBOLS.has(two) ? two : c;
      out.push({ kind: symbol as TokenKind, text: symbol });
      at += symbol.length;
    } else {
      let to = at;
      while (to < end && !BLANKS.includes(text[to]) && !SYMBOL_CHARACTERS.includes(text[to])) to++;
      const word = text.slice(at, to);
      out.push({ kind: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
      at = to;
    }
  }
  out.push({ kind: 'end', text: '' });
  return out;
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  /** The keywords `in` and `notin` are plain identifiers except where an operator is expected. */
  #look(operator = false): Token {
    const token = this.#tokens[Math.min(this.#position, this.#tokens.length - 1)];
    if (!operator && (token.kind === 'in' || token.kind === 'notin')) return { kind: 'identifier', text: token.text };
    return token;
  }

  #next(operator = false): Token {
    const token = this.#look(operator);
    this.#position++;
    return token;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const token = this.#look();
      if (token.kind === 'end') return requirements;
      if (token.kind !== 'identifier' && token.kind !== '!') {
        throw new SelectorError(`found '${token.text}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.#wrapped());
      const separator = this.#next();
      if (separator.kind === 'end') return requirements;
      if (separator.kind !== ',') {
        throw new SelectorError(`found '${separator.text}', expected: ',' or 'end of string'`);
      }
      const after = this.#look();
      if (after.kind !== 'identifier' && after.kind !== '!') {
        throw new SelectorError(`found '${after.text}', expected: identifier after ','`);
      }
    }
  }

  #wrapped(): Requirement {
    try {
      return this.#requirement();
    } catch (error) {
      if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
      throw error;
    }
  }

  #requirement(): Requirement {
    let token = this.#next();
    const negated = token.kind === '!';
    if (negated) token = this.#next();
    if (token.kind !== 'identifier') throw new SelectorError(`found '${token.text}', expected: identifier`);
    const key = token.text;
    const wrong = isQualifiedName(key);
    if (wrong.length > 0) throw new SelectorError(fieldErrorText(invalid('', key, wrong.join('; '))));
    const after = this.#look();
    if (negated) return newRequirement(key, '!', []);
    if (after.kind === 'end' || after.kind === ',') return newRequirement(key, 'exists', []);
    const operator = this.#operator();
    const values = operator === 'in' || operator === 'notin' ? this.#values() : this.#exactValue();
    return newRequirement(key, operator, [...new Set(values)].sort(compareUtf8));
  }

  #operator(): LabelOperator {
    const { kind, text } = this.#next(true);
    switch (kind) {
      case 'in':
      case 'notin':
      case '=':
      case '==':
      case '!=':
        return kind;
      case '>':
        return 'gt';
      case '<':
        return 'lt';
      default:
        throw new SelectorError(`found '${text}', expected: ${BINARY_OPERATORS}`);
    }
  }

  #values(): string[] {
    const open = this.#next();
    if (open.kind !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
    const first = this.#look();
    if (first.kind === ')') {
      this.#next();
      return [''];
    }
    if (first.kind !== 'identifier' && first.kind !== ',') {
      throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    const values = this.#identifiers();
    if (this.#next().kind !== ')') throw new SelectorError(`found '${first.text}', expected: ')'`);
    return values;
  }

  #identifiers(): string[] {
    const values: string[] = [];
    for (;;) {
      const token = this.#next();
      if (token.kind === 'identifier') {
        values.push(token.text);
        const after = this.#look();
        if (after.kind === ')') return values;
        if (after.kind !== ',') throw new SelectorError(`found '${after.text}', expected: ',' or ')'`);
      } else if (token.kind === ',') {
        if (values.length === 0) values.push('');
        const after = this.#look();
        if (after.kind === ')') {
          values.push('');
          return values;
        }
        if (after.kind === ',') {
          this.#next();
          values.push('');
        }
      } else {
        throw new SelectorError(`found '${token.text}', expected: ',', or identifier`);
      }
    }
  }

  #exactValue(): string[] {
    const token = this.#look();
    if (token.kind === 'end' || token.kind === ',') return [''];
    this.#next();
    if (token.kind !== 'identifier') throw new SelectorError(`found '${token.text}', expected: identifier`);
    return [token.text];
  }
}

/** labels.Parse: sorted by key. Throws SelectorError. */
export function parseLabelSelector(text: string): LabelSelector {
  const requirements = new Parser(text).parse();
  if (requirements.length === 0) return EVERYTHING;
  return { requirements: requirements.sort((a, b) => compareUtf8(a.key, b.key)), nothing: false };
}
