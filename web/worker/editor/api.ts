import { parseDocument, visit } from 'yaml';
import { type Bundle, folderOf, isScenarioText, joinPath, matchPaths } from '../../../sim-core/index.ts';
import { type Loadable, load } from '../sources.ts';
import { type Completions, complete, type Hover, hover } from './assist.ts';
import { addToList, type Change } from './insert.ts';

/** A scenario with its files as texts that can be changed. */
export interface Draft {
  /** The scenario; '' = all files are plain manifests. */
  readonly entry: string;
  readonly files: readonly (readonly [path: string, text: string])[];
}

/** A finding of the checker in a file of a draft. Lines and columns count from 1. */
export interface DraftProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint: string;
}

export interface EditorApi {
  complete(source: string, offset: number): Promise<Completions | undefined>;
  hover(source: string, offset: number): Promise<Hover | undefined>;
  check(draft: Draft): Promise<readonly DraftProblem[]>;
  addToList(source: string, list: string, item: string): Promise<Change | undefined>;
  /** True when objects of the text are as they were read from a cluster: with status and resourceVersion. */
  isDump(text: string): Promise<boolean>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The scenario first, then the files that it names; a folder holds others as well. */
export function draftOf(loadable: Loadable): Draft {
  const { bundle } = loadable;
  const textOf = (path: string) => decoder.decode(bundle.files.get(path));
  if (loadable.plain.length > 0) return { entry: '', files: loadable.plain.map((path) => [path, textOf(path)]) };
  const { entry } = bundle;
  const others = [...bundle.files.keys()].filter((path) => path !== entry);
  const named = new Set(
    stringsIn(textOf(entry)).flatMap((text) => matchPaths(joinPath(folderOf(entry), text), others)),
  );
  return { entry, files: [entry, ...others.filter((path) => named.has(path))].map((path) => [path, textOf(path)]) };
}

function stringsIn(source: string): readonly string[] {
  const found: string[] = [];
  visit(parseDocument(source, { strict: false, uniqueKeys: false }), {
    Scalar(_, node) {
      if (typeof node.value === 'string' && node.value.length < 500) found.push(node.value);
    },
  });
  return found;
}

function loadableOfDraft({ entry, files }: Draft): Loadable {
  const bundle: Bundle = { entry, files: new Map(files.map(([path, text]) => [path, encoder.encode(text)])) };
  return { bundle, plain: entry === '' ? files.map(([path]) => path) : [] };
}

/** The editor's questions. They need no run. */
export const editorApi = {
  complete,
  hover,
  addToList,

  check(draft: Draft): readonly DraftProblem[] {
    const { problems } = load(loadableOfDraft(draft), '');
    return problems.map((p) => ({
      file: p.at.file,
      line: p.at.line,
      column: p.at.col,
      severity: p.severity === 'error' ? 'error' : 'warning',
      message: p.message,
      hint: p.hint ?? '',
    }));
  },

  isDump(text: string): boolean {
    return !isScenarioText(text) && /^\s*"?resourceVersion"?:/m.test(text) && /^\s*"?status"?:/m.test(text);
  },
};
