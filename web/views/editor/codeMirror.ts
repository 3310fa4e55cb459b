import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentService,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Completions, Hover } from '../../worker/editor/assist.ts';

/** What the editor asks about its text; the answers come from the worker. */
export interface EditorHelp {
  complete(source: string, offset: number): Promise<Completions | undefined>;
  hover(source: string, offset: number): Promise<Hover | undefined>;
  /** Words for a hover's values, in the language on show. */
  valuesText(values: readonly string[]): string;
}

export interface EditorOptions {
  readonly label: string;
  readonly help: EditorHelp;
  onChange(text: string): void;
  /** Ctrl+Enter. */
  onRun(): void;
}

/** A problem of the text on show. Lines and columns count from 1. */
export interface TextProblem {
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text-1)', backgroundColor: 'var(--canvas)', fontSize: 'var(--fs-2)' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.55' },
  '.cm-gutters': { backgroundColor: 'var(--bg-1)', color: 'var(--text-3)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--bg-2)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--text-1)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-bg)',
  },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--bg-2)',
    color: 'var(--text-1)',
    border: '1px solid var(--line-2)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-bg)', color: 'var(--text-1)' },
  '.cm-completionDetail': { color: 'var(--text-2)', fontStyle: 'normal' },
  '.cm-hover': { padding: '6px 10px', maxWidth: '44em', fontFamily: 'var(--font-ui)' },
  '.cm-hover code': { fontFamily: 'var(--font-mono)' },
  '.cm-hover p': { margin: '2px 0' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-bg)', outline: '1px solid var(--warn)' },
  '.cm-textfield, .cm-button': {
    backgroundColor: 'var(--bg-1)',
    backgroundImage: 'none',
    color: 'var(--text-1)',
    border: '1px solid var(--line-3)',
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--link)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ok)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--text-3)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.meta, tags.labelName, tags.typeName], color: 'var(--accent)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--text-2)' },
]);

function completions(help: EditorHelp) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const found = await help.complete(context.state.doc.toString(), context.pos);
    if (found === undefined || (!context.explicit && found.from === context.pos && !isFresh(context))) return null;
    return {
      from: found.from,
      to: found.to,
      validFor: /^[\w./-]*$/,
      options: found.options.map((option) => ({
        label: option.label,
        detail: option.required ? `${option.type} *` : option.type,
        ...(option.about === '' ? {} : { info: option.about }),
        apply: option.insert,
        boost: option.required ? 1 : 0,
      })),
    };
  };
}

/** After `key: ` and `{` the list opens by itself. */
const isFresh = (context: CompletionContext) => context.matchBefore(/(: |[{,] ?)$/) !== null;

function hovers(help: EditorHelp) {
  return hoverTooltip(async (view, pos) => {
    const found = await help.hover(view.state.doc.toString(), pos);
    if (found === undefined) return null;
    return {
      pos: found.from,
      end: found.to,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'cm-hover';
        const head = dom.appendChild(document.createElement('p'));
        head.appendChild(document.createElement('code')).textContent = `${found.path}: ${found.type}`;
        if (found.about !== '') dom.appendChild(document.createElement('p')).textContent = found.about;
        if (found.values.length > 0)
          dom.appendChild(document.createElement('p')).textContent = help.valuesText(found.values);
        return { dom };
      },
    };
  });
}

/** A new line goes one level deeper after `key:`, and beside the first key after `- key: value`. */
const indentation = indentService.of((context, pos) => {
  const { text } = context.lineAt(pos, -1);
  const [, spaces, dashes] = /^( *)((?:- +)*)/.exec(text) as RegExpExecArray;
  const own = spaces.length + dashes.length;
  return /:\s*(#.*)?$/.test(text) ? own + 2 : own;
});

function extensions(options: EditorOptions) {
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentation,
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    yaml(),
    syntaxHighlighting(colours),
    autocompletion({ override: [completions(options.help)], icons: false }),
    hovers(options.help),
    look,
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ 'aria-label': options.label, tabindex: '0' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onChange(update.state.doc.toString());
    }),
    keymap.of([
      {
        key: 'Mod-Enter',
        run: () => {
          options.onRun();
          return true;
        },
      },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      // Escape, then Tab leaves the editor (CodeMirror's own rule), so the key is no trap.
      indentWithTab,
    ]),
  ];
}

/** CodeMirror on one element. React gives it a place and texts, and never looks inside. */
export class TextEditor {
  private readonly view: EditorView;
  private readonly options: EditorOptions;

  constructor(parent: HTMLElement, text: string, options: EditorOptions) {
    this.options = options;
    this.view = new EditorView({ parent, state: this.stateOf(text) });
  }

  /** Another text, with a history of its own. */
  show(text: string): void {
    if (text !== this.view.state.doc.toString()) this.view.setState(this.stateOf(text));
  }

  /** Changes a part of the text so that it can be undone, and brings it into sight. */
  change(from: number, to: number, insert: string): void {
    this.view.dispatch({
      changes: { from, to, insert },
      selection: { anchor: from + insert.length },
      scrollIntoView: true,
    });
    this.view.focus();
  }

  /** Puts the cursor at a place. */
  goTo(line: number, column: number): void {
    const { doc } = this.view.state;
    const at = doc.line(Math.max(1, Math.min(line, doc.lines)));
    const anchor = Math.min(at.to, at.from + Math.max(0, column - 1));
    this.view.dispatch({ selection: { anchor }, scrollIntoView: true });
    this.view.focus();
  }

  mark(problems: readonly TextProblem[]): void {
    const { doc } = this.view.state;
    const found = problems.map((problem): Diagnostic => {
      const line = doc.line(Math.max(1, Math.min(problem.line, doc.lines)));
      const from = Math.min(line.to, line.from + Math.max(0, problem.column - 1));
      const word = /^[^\s,}\]]+/.exec(doc.sliceString(from, line.to))?.[0].length ?? 0;
      return { from, to: from + word, severity: problem.severity, message: problem.message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, found));
  }

  close(): void {
    this.view.destroy();
  }

  private stateOf(text: string): EditorState {
    return EditorState.create({ doc: text, extensions: extensions(this.options) });
  }
}
