import { type DragEvent, useEffect, useRef } from 'react';
import { shortDuration } from '../../../sim-core/index.ts';
import { droppedFiles } from '../../components/dropped.ts';
import { useT } from '../../i18n/index.ts';
import { download, runSource } from '../../state/actions.ts';
import { whileBusy } from '../../state/idle.ts';
import { useApp } from '../../state/store.ts';
import { engineOf } from '../../worker/client.ts';
import type { DraftProblem } from '../../worker/editor/api.ts';
import { TextEditor } from './codeMirror.ts';
import { addFiles, changeFile, openDraft, resetDraft, showFile, textOf, useEditor } from './draft.ts';
import './editor.css';
import { ENTRY_CHOICES, NEW_MANIFEST, NEW_SCENARIO, namesOf } from './entries.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The editor on show; the tree of React does not hold it. */
let editor: TextEditor | undefined;

function run(): void {
  const { draft } = useEditor.getState();
  if (draft === undefined) return;
  useApp.setState({ chosen: '', seed: '' });
  void runSource({ from: 'files', files: draft.files.map(([path, text]) => [path, encoder.encode(text)]) });
}

async function insert(choice: string): Promise<void> {
  const { draft } = useEditor.getState();
  const found = ENTRY_CHOICES.find((c) => c.id === choice);
  if (draft === undefined || draft.entry === '' || found === undefined) return;
  const { cursorUs, selection } = useApp.getState();
  const whole = Math.round(cursorUs / 1000) * 1000;
  const entry = `{at: ${shortDuration(whole)}, ${found.entry(selection, namesOf(textOf(draft, draft.entry)))}}`;
  const change = await engineOf().addToList(textOf(draft, draft.entry), 'timeline', entry);
  if (change === undefined) return;
  showFile(draft.entry);
  requestAnimationFrame(() => editor?.change(change.from, change.to, change.insert));
}

function downloadShown(): void {
  const { draft, shown } = useEditor.getState();
  const name = shown.slice(shown.lastIndexOf('/') + 1);
  download(name, new Blob([textOf(draft, shown)], { type: 'application/yaml' }));
}

/** Loads the files of the chosen scenario, or of the open run, unless the draft at hand is of it already. */
function useDraft(): void {
  const chosen = useApp((s) => s.chosen);
  const run = useApp((s) => s.facts?.name);
  const loadedFrom = useRef<string | undefined>(undefined);
  useEffect(() => {
    const from = `${chosen}\n${run ?? ''}`;
    const { draft, loaded } = useEditor.getState();
    // What somebody wrote is never thrown away for a scenario that was chosen elsewhere.
    if (loadedFrom.current === from || (draft !== undefined && draft !== loaded)) return;
    loadedFrom.current = from;
    void whileBusy(
      (async () => {
        const found = await engineOf().draft(chosen);
        if (found !== undefined && loadedFrom.current === from) openDraft(found);
      })(),
    );
  }, [chosen, run]);
}

export default function EditorView() {
  const hasDraft = useEditor((s) => s.draft !== undefined);
  const t = useT();
  useDraft();
  if (!hasDraft) {
    return (
      <div className="notice" data-testid="editor-empty">
        <p>{t('editor.nothing')}</p>
        <button
          type="button"
          className="btn primary"
          onClick={() =>
            openDraft({
              entry: 'scenario.yaml',
              files: [
                ['scenario.yaml', NEW_SCENARIO],
                ['app.yaml', NEW_MANIFEST],
              ],
            })
          }
        >
          {t('editor.new')}
        </button>
      </div>
    );
  }
  const drop = async (e: DragEvent) => {
    e.preventDefault();
    e.stopPropagation();
    useApp.setState({ dropping: false });
    const files = await droppedFiles(e.dataTransfer);
    await addFiles(files.map(([path, bytes]) => [path, decoder.decode(bytes)]));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere on it
    <div className="editor" onDrop={(e) => void drop(e)} onDragOver={(e) => e.preventDefault()}>
      <EditorTools />
      <FileTabs />
      <Text />
      <Problems />
    </div>
  );
}

function EditorTools() {
  const cursorUs = useApp((s) => s.cursorUs);
  const isScenario = useEditor((s) => s.draft?.entry !== '');
  const isChanged = useEditor((s) => s.draft !== s.loaded);
  const hasErrors = useEditor((s) => s.problems.some((p) => p.severity === 'error'));
  const t = useT();
  const time = shortDuration(Math.round(cursorUs / 1000) * 1000);
  return (
    <div className="tools" role="toolbar" aria-label={t('editor.text')}>
      <button type="button" className="btn primary" onClick={run} disabled={hasErrors} data-testid="editor-run">
        {t('editor.run')}
      </button>
      {isScenario && (
        <label title={t('editor.faultTitle')}>
          <span>{t('editor.fault', { time })}</span>
          <select className="select" value="" onChange={(e) => void insert(e.target.value)} data-testid="editor-insert">
            <option value="">{t('editor.choose')}</option>
            {ENTRY_CHOICES.map((choice) => (
              <option key={choice.id} value={choice.id}>
                {t(choice.label)}
              </option>
            ))}
          </select>
        </label>
      )}
      <span className="space" />
      {isChanged && (
        <button type="button" className="btn" title={t('editor.resetTitle')} onClick={resetDraft}>
          {t('editor.reset')}
        </button>
      )}
      <button type="button" className="btn" onClick={downloadShown}>
        {t('editor.download')}
      </button>
    </div>
  );
}

function FileTabs() {
  const draft = useEditor((s) => s.draft);
  const loaded = useEditor((s) => s.loaded);
  const shown = useEditor((s) => s.shown);
  const problems = useEditor((s) => s.problems);
  const t = useT();
  return (
    <nav className="editor-files" aria-label={t('editor.files')} title={t('editor.drop')}>
      {draft?.files.map(([path, text]) => {
        const errors = problems.filter((p) => p.file === path && p.severity === 'error').length;
        const isChanged = textOf(loaded, path) !== text;
        return (
          <button key={path} type="button" className="btn" aria-current={path === shown} onClick={() => showFile(path)}>
            {path}
            {isChanged && <span title={t('editor.changed')}> •</span>}
            {errors > 0 && <span className="bad"> {errors}</span>}
          </button>
        );
      })}
    </nav>
  );
}

function Text() {
  const place = useRef<HTMLDivElement>(null);
  const shown = useEditor((s) => s.shown);
  const text = useEditor((s) => textOf(s.draft, s.shown));
  const problems = useEditor((s) => s.problems);
  const t = useT();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor lives as long as its place; texts come by show()
  useEffect(() => {
    const created = new TextEditor(place.current as HTMLElement, text, {
      label: t('editor.text'),
      help: {
        complete: (source, offset) => engineOf().complete(source, offset),
        hover: (source, offset) => engineOf().hover(source, offset),
        valuesText: (values) => t('editor.values', { values: values.join(', ') }),
      },
      onChange: (changed) => changeFile(useEditor.getState().shown, changed),
      onRun: run,
    });
    editor = created;
    return () => {
      created.close();
      editor = undefined;
    };
  }, [t]);
  useEffect(() => editor?.show(text), [text]);
  useEffect(() => editor?.mark(problems.filter((p) => p.file === shown)), [problems, shown]);
  return <div className="editor-text" ref={place} />;
}

function Problems() {
  const problems = useEditor((s) => s.problems);
  const isChecking = useEditor((s) => s.isChecking);
  const t = useT();
  const goTo = (problem: DraftProblem) => {
    showFile(problem.file);
    requestAnimationFrame(() => editor?.goTo(problem.line, problem.column));
  };
  return (
    <section className="editor-problems" aria-label={t('editor.problems')} data-testid="editor-problems">
      {problems.length === 0 ? (
        <p className="quiet">{t(isChecking ? 'editor.checking' : 'editor.noProblems')}</p>
      ) : (
        <ul>
          {problems.slice(0, 100).map((problem) => (
            <li key={`${problem.file}:${problem.line}:${problem.column}:${problem.message}`}>
              <button type="button" className="link" onClick={() => goTo(problem)}>
                <span className={problem.severity === 'error' ? 'bad' : 'warn'}>
                  {problem.file}:{problem.line}:{problem.column}
                </span>{' '}
                {problem.message}
                {problem.hint === '' ? '' : ` (${problem.hint})`}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
