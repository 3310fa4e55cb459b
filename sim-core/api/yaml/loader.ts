import { Composer, type CST, type Document, isAlias, isMap, isScalar, isSeq, LineCounter, Parser } from 'yaml';
import type { Json, KubeObject } from '../../contracts/objects.ts';
import { Converter, offsetOf } from './convert.ts';
import { DEPTH_MAX, findExcess, SIZE_MAX } from './limits.ts';

/**
 * Manifests: YAML or JSON, one or many documents, `List` objects taken apart. Values are read as kubectl reads them (YAML
 * 1.1). Every input ends in documents or problems in bounded time; a document (or an item
 * of a List) with a problem is left out as a whole.
 */

export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly col: number;
  /** Stable: `syntax`, `duplicate-key`, `too-deep`, `template`, ... */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface Position {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

export interface LoadedDocument extends Position {
  /** Of the YAML document in the file, from 0. */
  readonly index: number;
  /** Frozen. */
  readonly object: KubeObject;
  /** Where a field is written: `['spec', 'containers', 0, 'image']`. A missing field has the place of its parent. */
  positionOf(path: readonly (string | number)[]): Position;
}

export interface LoadedManifests {
  readonly documents: LoadedDocument[];
  readonly problems: Problem[];
}

/** More than these are not listed: a broken file has an endless tail of them. */
const PROBLEMS_MAX = 50;

/** `{{ .Values.x }}`, `{{- if`, `{{ $x }}`, `{{ include "x" . }}`. */
const TEMPLATE =
  /\{\{-?\s*(\.|\$|\/\*|if\b|else\b|end\b|range\b|with\b|include\b|template\b|define\b|block\b|toYaml\b|printf\b|default\b|quote\b|[A-Za-z_][\w.]*\s*(\||\}\}|\s))/;
const CONTROL =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Reads one file. Never throws on any text. */
export function loadManifests(file: string, text: string): LoadedManifests {
  return new Loader(file, text.startsWith('\ufeff') ? text.slice(1) : text).load();
}

class Loader {
  readonly #file: string;
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #documents: LoadedDocument[] = [];
  readonly #problems: Problem[] = [];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  load(): LoadedManifests {
    if (this.#refused()) return this.#result();
    const tokens = this.#tokens();
    if (tokens === undefined) return this.#result();
    const composer = new Composer({
      schema: 'failsafe',
      uniqueKeys: false,
      merge: false,
      strict: false,
      keepSourceTokens: false,
      logLevel: 'silent',
    });
    let index = 0;
    for (const document of composer.compose(tokens, true, this.#text.length))
      this.#document(document as unknown as Document, index++);
    return this.#result();
  }

  #result(): LoadedManifests {
    this.#nameTemplate();
    this.#problems.sort((a, b) => a.line - b.line || a.col - b.col);
    return { documents: this.#documents, problems: this.#problems };
  }

  /** A file that does not parse because it is a template has one problem: that. */
  #nameTemplate(): void {
    if (!this.#problems.some((p) => p.code === 'syntax' || p.code === 'complex-key' || p.code === 'template')) return;
    const template = TEMPLATE.exec(this.#text);
    if (template === null) return;
    this.#documents.length = 0;
    this.#problems.length = 0;
    const hint = 'Render it first, for example with `helm template`.';
    this.#problem('template', template.index, 'this is a Go template (Helm or other), not a manifest', hint);
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), col: Math.max(1, col) };
  }

  #problem(code: string, offset: number, message: string, hint: string): void {
    if (this.#problems.length >= PROBLEMS_MAX) return;
    this.#problems.push({ ...this.#position(offset), code, message, hint });
  }

  /** What can be told without parsing. */
  #refused(): boolean {
    const before = this.#problems.length;
    if (this.#text.length > SIZE_MAX) {
      this.#problem('too-large', 0, `the file has more than ${SIZE_MAX} characters`, 'Split it into several files.');
      return true;
    }
    this.#countLines();
    const control = CONTROL.exec(this.#text);
    if (control !== null) {
      const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      this.#problem('control-character', control.index, `the character U+${code} is not allowed`, 'Remove it.');
    }
    return this.#problems.length > before;
  }

  #countLines(): void {
    this.#lines.addNewLine(0);
    for (let at = this.#text.indexOf('\n'); at >= 0; at = this.#text.indexOf('\n', at + 1))
      this.#lines.addNewLine(at + 1);
  }

  #tokens(): CST.Token[] | undefined {
    const tokens = [...new Parser().parse(this.#text)];
    const excess = findExcess(tokens);
    if (excess === undefined) return tokens;
    const message =
      excess.code === 'too-deep'
        ? `nested deeper than ${DEPTH_MAX} levels`
        : excess.code === 'too-many-aliases'
          ? 'too many aliases'
          : 'too many values in one file';
    this.#problem(excess.code, excess.offset, message, 'No manifest needs this; split or flatten it.');
    return undefined;
  }

  #document(document: Document, index: number): void {
    const before = this.#problems.length;
    for (const error of document.errors) {
      if (error.code === 'TAG_RESOLVE_FAILED') continue;
      this.#problem(
        'syntax',
        error.pos[0],
        firstLine(error.message),
        'Check the indentation and the quotes near this place.',
      );
    }
    if (this.#problems.length > before) return;
    const report = (code: string, offset: number, message: string, hint: string) =>
      this.#problem(code, offset, message, hint);
    const json = new Converter(document, report, (offset) => this.#position(offset).line).convert(document.contents);
    if (this.#problems.length > before || json === null) return;
    this.#add(document, json, [], index);
  }

  #add(document: Document, json: Json, path: readonly (string | number)[], index: number): void {
    const at = this.#positionOf(document, path);
    const offset = this.#offsetAt(document, path);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      this.#problem(
        'not-an-object',
        offset,
        'a manifest must be a map with apiVersion and kind',
        'Check that this is a Kubernetes manifest.',
      );
      return;
    }
    const object = json as unknown as KubeObject;
    for (const key of ['apiVersion', 'kind'] as const) {
      if (typeof object[key] === 'string' && object[key] !== '') continue;
      const what = object[key] === undefined ? 'is missing' : 'must be a text';
      this.#problem('no-kind', offset, `${key} ${what}`, 'Every Kubernetes object names its apiVersion and kind.');
      return;
    }
    if (/List$/.test(object.kind!) && Array.isArray(object['items'])) {
      (object['items'] as Json[]).forEach((item, i) => {
        this.#add(document, item, [...path, 'items', i], index);
      });
      return;
    }
    const positionOf = (inner: readonly (string | number)[]) => this.#positionOf(document, [...path, ...inner]);
    this.#documents.push({ ...at, index, object, positionOf });
  }

  #positionOf(document: Document, path: readonly (string | number)[]): Position {
    return this.#position(this.#offsetAt(document, path));
  }

  #offsetAt(document: Document, path: readonly (string | number)[]): number {
    let node: unknown = document.contents;
    let offset = offsetOf(node);
    for (const step of path) {
      if (isAlias(node)) node = node.resolve(document);
      if (isMap(node)) {
        const pair = node.items.find((p) => isScalar(p.key) && String(p.key.source ?? p.key.value) === String(step));
        if (pair === undefined) return offset;
        offset = offsetOf(pair.key);
        node = pair.value;
      } else if (isSeq(node) && typeof step === 'number' && node.items[step] !== undefined) {
        node = node.items[step];
        offset = offsetOf(node);
      } else {
        return offset;
      }
    }
    return offset;
  }
}

function firstLine(message: string): string {
  return message.split('\n')[0].replace(/ at line \d+, column \d+:?$/, '');
}
