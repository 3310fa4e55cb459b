import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Json } from '../../contracts/objects.ts';
import { EXPANDED_NODES_MAX } from './limits.ts';
import { resolvePlain } from './scalars.ts';

/** Nodes of a YAML document to frozen JSON. */

export type ReportProblem = (code: string, offset: number, message: string, hint: string) => void;

const FORBIDDEN_KEYS = new Set(['__proto__', 'prototype', 'constructor']);

export class Converter {
  readonly #document: Document;
  readonly #report: ReportProblem;
  readonly #lineOf: (offset: number) => number;
  #budget = EXPANDED_NODES_MAX;
  #overspent = false;

  constructor(document: Document, report: ReportProblem, lineOf: (offset: number) => number) {
    this.#document = document;
    this.#report = report;
    this.#lineOf = lineOf;
  }

  convert(node: unknown, depth = 0): Json {
    if (--this.#budget < 0 || depth > 200) {
      if (!this.#overspent)
        this.#problem('too-many-nodes', node, 'aliases expand to too many values', 'Write the values out.');
      this.#overspent = true;
      return null;
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target !== undefined) return this.convert(target, depth + 1);
      this.#problem(
        'unknown-alias',
        node,
        `no anchor for the alias *${node.source}`,
        'Define the anchor before the alias.',
      );
      return null;
    }
    if (isScalar(node)) return this.#scalar(node);
    if (isSeq(node)) return Object.freeze(node.items.map((item) => this.convert(item, depth + 1)));
    if (isMap(node)) return this.#map(node, depth);
    return null;
  }

  #problem(code: string, node: unknown, message: string, hint: string): void {
    this.#report(code, offsetOf(node), message, hint);
  }

  #scalar(node: Scalar): Json {
    const text = typeof node.source === 'string' ? node.source : String(node.value ?? '');
    const tag = node.tag;
    if (tag === 'tag:yaml.org,2002:str' || tag === '!') return String(node.value);
    if (tag !== undefined && !CORE_TAGS.has(tag)) {
      this.#problem(
        'unknown-tag',
        node,
        `tag ${JSON.stringify(tag)} is not known`,
        'Remove the tag; manifests have plain values only.',
      );
      return null;
    }
    if (node.type !== 'PLAIN' && tag === undefined) return String(node.value);
    const resolved = resolvePlain(text);
    if (text.includes('{{') && !isAlertText(text))
      this.#problem('template', node, 'an unquoted {{ is a Go template', 'Render the file first.');
    if (!('problem' in resolved)) return resolved.value;
    if (resolved.problem === 'not-finite') {
      this.#problem('not-finite', node, `${text} has no JSON form`, 'Use a finite number or quote the text.');
    } else {
      const shown = text.length > 40 ? `${text.slice(0, 40)}...` : text;
      this.#problem(
        'number-too-large',
        node,
        `the number ${shown} cannot be held exactly`,
        'Quote it if it is meant as a text or a quantity.',
      );
    }
    return null;
  }

  #map(map: YAMLMap, depth: number): Json {
    const out: Record<string, Json> = {};
    const lines = new Map<string, number>();
    const merges: Json[] = [];
    for (const pair of map.items) {
      const key = this.#key(pair);
      if (key === undefined) continue;
      if (key === '<<' && isPlainKey(pair)) {
        merges.push(this.convert(pair.value, depth + 1));
        continue;
      }
      const offset = offsetOf(pair.key);
      const earlier = lines.get(key);
      if (earlier !== undefined) {
        const message = `key ${JSON.stringify(key)} is there twice: lines ${earlier} and ${this.#lineOf(offset)}`;
        this.#report('duplicate-key', offset, message, 'Remove one of them.');
        continue;
      }
      lines.set(key, this.#lineOf(offset));
      out[key] = this.convert(pair.value, depth + 1);
    }
    for (const merge of merges) this.#merge(out, merge, map);
    return Object.freeze(out);
  }

  /** `<<`: what is not there comes from the merged maps, the first of them first. */
  #merge(out: Record<string, Json>, merge: Json, map: YAMLMap): void {
    for (const source of Array.isArray(merge) ? merge : [merge]) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        this.#problem('bad-merge', map, '<< needs a map or a list of maps', 'Let << refer to an anchored map.');
        return;
      }
      const fields = source as Record<string, Json>;
      for (const key of Object.keys(fields)) {
        if (--this.#budget < 0) return;
        if (!Object.hasOwn(out, key)) out[key] = fields[key];
      }
    }
  }

  #key(pair: Pair): string | undefined {
    let node: unknown = pair.key;
    if (isAlias(node)) node = node.resolve(this.#document);
    if (!isScalar(node)) {
      this.#problem('complex-key', pair.key, 'a key must be a text', 'Use a plain or quoted key.');
      return undefined;
    }
    const key = node.type === 'PLAIN' ? plainKey(String(node.source ?? node.value)) : String(node.value);
    if (FORBIDDEN_KEYS.has(key)) {
      this.#problem('forbidden-key', pair.key, `the key ${JSON.stringify(key)} is refused`, 'Choose another name.');
      return undefined;
    }
    return key;
  }
}

const CORE_TAGS: ReadonlySet<string> = new Set(
  ['bool', 'int', 'float', 'null', 'timestamp'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** sigs.k8s.io/yaml turns keys that are no texts into their JSON text. */
function plainKey(text: string): string {
  const resolved = resolvePlain(text);
  return 'problem' in resolved || resolved.value === null ? text : String(resolved.value);
}

function isPlainKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.type === 'PLAIN';
}

export function offsetOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0;
}

/** Annotations of Prometheus' alerts hold templates of their own, `{{ $labels.pod }}`: they are data of the object. */
function isAlertText(text: string): boolean {
  const actions = text.match(/\{\{[^}]*\}\}/g) ?? [];
  return actions.length > 0 && actions.every((action) => /\$(labels|value|externalLabels)\b/.test(action));
}
