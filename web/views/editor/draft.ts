import { produce } from 'immer';
import { create } from 'zustand';
import { engineOf } from '../../worker/client.ts';
import type { Draft, DraftProblem } from '../../worker/editor/api.ts';

/** What the editor holds: the files as they are being changed, and what the checker says of them. */
export interface EditorState {
  readonly draft: Draft | undefined;
  /** As it was loaded: what Reset goes back to. */
  readonly loaded: Draft | undefined;
  /** Path of the file on show. */
  readonly shown: string;
  readonly problems: readonly DraftProblem[];
  readonly isChecking: boolean;
}

export const useEditor = create<EditorState>(() => ({
  draft: undefined,
  loaded: undefined,
  shown: '',
  problems: [],
  isChecking: false,
}));

/** Typing pauses for this long before the checker runs. */
const CHECK_AFTER_MS = 250;

let timer: ReturnType<typeof setTimeout> | undefined;
let checks = 0;

function checkSoon(): void {
  clearTimeout(timer);
  useEditor.setState({ isChecking: true });
  timer = setTimeout(check, CHECK_AFTER_MS);
}

async function check(): Promise<void> {
  const { draft } = useEditor.getState();
  if (draft === undefined) return;
  const mine = ++checks;
  const problems = await engineOf().check(draft);
  if (mine === checks) useEditor.setState({ problems, isChecking: false });
}

export function openDraft(draft: Draft): void {
  const shown = draft.entry !== '' ? draft.entry : (draft.files[0]?.[0] ?? '');
  useEditor.setState({ draft, loaded: draft, shown, problems: [] });
  checkSoon();
}

export function showFile(path: string): void {
  useEditor.setState({ shown: path });
}

export function changeFile(path: string, text: string): void {
  useEditor.setState((state) => ({
    draft: produce(state.draft, (draft) => {
      const file = draft?.files.find(([name]) => name === path);
      if (file !== undefined) (file as [string, string])[1] = text;
    }),
  }));
  checkSoon();
}

export function resetDraft(): void {
  const { loaded } = useEditor.getState();
  if (loaded !== undefined) openDraft(loaded);
}

export function textOf(draft: Draft | undefined, path: string): string {
  return draft?.files.find(([name]) => name === path)?.[1] ?? '';
}

/** Adds files that were dropped, and names them in the scenario: as manifests, or as the initial state where they are dumps. */
export async function addFiles(files: readonly (readonly [string, string])[]): Promise<void> {
  const before = useEditor.getState().draft;
  if (before === undefined) return;
  let draft: Draft = before;
  const { entry } = draft;
  for (const [path, text] of files) {
    const isKnown = draft.files.some(([name]) => name === path);
    draft = { ...draft, files: [...draft.files.filter(([name]) => name !== path), [path, text]] };
    if (entry === '' || isKnown) continue;
    const list = (await engineOf().isDump(text)) ? 'initialState' : 'manifests';
    const scenario = textOf(draft, entry);
    const change = await engineOf().addToList(scenario, list, path);
    if (change === undefined) continue;
    const changed = scenario.slice(0, change.from) + change.insert + scenario.slice(change.to);
    draft = { ...draft, files: draft.files.map((file) => (file[0] === entry ? [entry, changed] : file)) };
  }
  useEditor.setState({ draft });
  checkSoon();
}
