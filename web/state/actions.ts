import * as Comlink from 'comlink';
import type { TimelineAction } from '../../sim-core/index.ts';
import { t } from '../i18n/index.ts';
import type { Mark } from '../model/frame.ts';
import { segmentAt } from '../model/hitTest.ts';
import type { ForkTree, JoinedEntry, MarksPart, Outcome, RunSource, RunUpdate } from '../model/protocol.ts';
import { clampView, panView, timeText, type Viewport, zoomView } from '../model/viewport.ts';
import { answered, ask, engineOf, onEngineDeath } from '../worker/client.ts';
import { keepForks, keptForks, keyOfRun } from './forkStore.ts';
import { whileBusy } from './idle.ts';
import { laneName, laneOf, runData, setAllOpen, setOpen, setRunData } from './run.ts';
import { type AppState, type GroupBy, initialView, type RowSize, useApp } from './store.ts';

const get = useApp.getState;
const set = useApp.setState;

/** Loading is shown only when it takes longer than a blink. */
const LOADING_AFTER_MS = 150;

let work = 0;

/** End of the time axis. */
export function limitUs(): number {
  return Math.max(runData()?.frame.untilUs ?? 0, 1000);
}

function cleared(): Partial<AppState> {
  return {
    facts: undefined,
    marks: [],
    end: undefined,
    selection: '',
    selectedLane: -1,
    story: undefined,
    playing: false,
    differs: false,
    filter: '',
    matches: undefined,
    area: undefined,
    trail: undefined,
    follows: true,
    view: initialView,
    cursorUs: 0,
    cursorEvent: -1,
    branches: [],
    events: 0,
    nowUs: 0,
    eventsPerSecond: 0,
  };
}

async function showLoading(what: 'recording' | 'scenario', mine: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, LOADING_AFTER_MS));
  const { phase } = get();
  if (work === mine && (phase.name !== 'running' || get().facts === undefined))
    set({ phase: { name: 'loading', what } });
}

function take(update: RunUpdate, isNew: boolean): void {
  const part = update.frame;
  setRunData(part, isNew);
  const { follows, view, cursorUs, version, nowUs, selection, marks } = get();
  const atEnd = cursorUs >= nowUs;
  const limit = limitUs();
  set({
    version: version + 1,
    selectedLane: laneOfPath(selection),
    facts: update.facts,
    marks: joinedMarks(part.full ? [] : marks, update.marks),
    nowUs: update.nowUs,
    events: update.events,
    cursorUs: isNew || atEnd ? update.frame.endUs : cursorUs,
    view: isNew || follows ? { fromUs: 0, toUs: followedUs(update, limit) } : clampView(view, limit),
  });
}

/** Known commands and the new ones, with faults and notes as they are now. */
function joinedMarks(known: readonly Mark[], { faults, commands, notes }: MarksPart): readonly Mark[] {
  const all = [...faults, ...known.filter(({ kind }) => kind === 'command'), ...commands, ...notes];
  return all.sort((a, b) => a.fromUs - b.fromUs);
}

/** While a run goes on the view grows with it; at its end it is the whole. */
function followedUs(update: RunUpdate, limit: number): number {
  return update.nowUs >= update.facts.untilUs ? limit : Math.min(limit, Math.max(60e6, update.nowUs * 1.15));
}

/** The scenario that is offered when there is nothing else; '' before the list is there. */
function flagship(): string {
  const { scenarios } = get();
  return (scenarios.find((s) => s.name === 'zone-outage') ?? scenarios[0])?.path ?? '';
}

onEngineDeath((message) => {
  work++;
  setRunData(undefined, true);
  set({ ...cleared(), phase: { name: 'failed', failure: { kind: 'engine', code: '', message, lines: [] } } });
});

function finish(outcome: Outcome, isNew: boolean): void {
  if (!outcome.ok) {
    setRunData(undefined, true);
    const { chosen, version } = get();
    set({
      ...cleared(),
      phase: { name: 'failed', failure: outcome.failure },
      version: version + 1,
      chosen: chosen === '' ? flagship() : chosen,
    });
    return;
  }
  take(outcome.update, isNew);
  set({ end: outcome.end, phase: { name: 'ready' }, seed: outcome.update.facts.seed });
  // A pod that was chosen while the run went on has its story now.
  const { selection } = get();
  if (selection !== '') selectPath(selection);
}

export function openBytes(bytes: Uint8Array): Promise<void> {
  const mine = ++work;
  set({ ...cleared(), phase: { name: 'empty' }, chosen: '' });
  setRunData(undefined, true);
  void showLoading('recording', mine);
  return whileBusy(
    (async () => {
      const outcome = await engineOf().open(Comlink.transfer(bytes, [bytes.buffer as ArrayBuffer]));
      if (work !== mine) return;
      work++;
      finish(outcome, true);
    })(),
  );
}

export function openUrl(url: string): Promise<void> {
  const mine = ++work;
  void showLoading('recording', mine);
  return whileBusy(
    (async () => {
      // Only this origin: a link to the page must not make it read from elsewhere.
      const target = new URL(url, location.href);
      const fail = (message: string) => {
        if (work !== mine) return;
        work++;
        set({ ...cleared(), phase: { name: 'failed', failure: { kind: 'fetch', code: '', message, lines: [] } } });
      };
      if (target.origin !== location.origin) return fail(`${target.origin}: another origin`);
      try {
        const response = await fetch(target);
        if (!response.ok) return fail(`${target.pathname}: HTTP ${response.status}`);
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (work === mine) await openBytes(bytes);
      } catch (error) {
        fail(error instanceof Error ? error.message : String(error));
      }
    })(),
  );
}

/** Of a run of so many pods the first picture comes before the engine goes on, if that does not take too long. */
const LARGE_LANES = 5000;
const FIRST_PICTURE_MS = 3000;

type Update = (update: RunUpdate) => void;

/** Follows what the worker records until it is over. `kept` = the picture stays where it is: the run goes on, or is a fork of it. */
async function follow(
  begin: (onUpdate: Update) => Promise<Outcome>,
  mine: number,
  kept: boolean,
  begun = () => {},
): Promise<Outcome | undefined> {
  let isFirst = !kept;
  let branch: string | undefined;
  let atMs = performance.now();
  let atEvents = get().events;
  const onUpdate = Comlink.proxy((update: RunUpdate) => {
    if (work !== mine) return undefined;
    const isLarge = isFirst && update.frame.laneNames.ends.length >= LARGE_LANES;
    take(update, isFirst);
    isFirst = false;
    if (update.facts.branch !== branch) begun();
    branch = update.facts.branch;
    const now = performance.now();
    const rate = (Math.max(0, update.events - atEvents) / Math.max(now - atMs, 1)) * 1000;
    set({ phase: { name: 'running' }, eventsPerSecond: rate });
    atMs = now;
    atEvents = update.events;
    // The engine goes on when the first picture is there: the start of a large run keeps the worker busy for seconds.
    return isLarge ? answered(FIRST_PICTURE_MS) : undefined;
  });
  const outcome = await begin(onUpdate);
  if (work !== mine) return undefined;
  work++;
  finish(outcome, isFirst);
  if (outcome.ok && outcome.hit !== undefined) {
    const { hit } = outcome;
    set({ cursorUs: hit.timeUs, cursorEvent: hit.eventNumber, playing: false });
    set({ said: t('breaks.hit', { time: timeText(hit.timeUs), name: hit.text.slice(0, 200) }) });
  }
  return outcome;
}

/** `again` keeps the moment, the view and the selection: the same run is made once more. */
export function runSource(
  source: RunSource,
  again = false,
  entries: readonly JoinedEntry[] = [],
  tree: ForkTree = { forks: [], shown: '0' },
): Promise<void> {
  const mine = ++work;
  const { seed, cursorUs, view, selection, end } = get();
  const kept = again ? { cursorUs, view, selection, digest: end?.digest } : undefined;
  setRunData(undefined, true);
  set({ ...cleared(), phase: { name: 'running' }, version: get().version + 1 });
  void showLoading('scenario', mine);
  return whileBusy(
    (async () => {
      const begin = (onUpdate: Update) => engineOf().run(source, seed, onUpdate, entries, tree);
      // Forks from before are known from the first steps on, so that a new one is kept beside them.
      const outcome = await follow(begin, mine, false, () => void rememberForks());
      if (outcome?.ok === true) await rememberForks();
      if (outcome === undefined || !outcome.ok || kept === undefined) return;
      selectPath(kept.selection);
      set({
        view: kept.view,
        follows: false,
        differs: kept.digest !== undefined && kept.digest !== outcome.end.digest,
      });
      setCursor(kept.cursorUs);
    })(),
  );
}

/** Goes on recording after a stop or a breakpoint. */
export function resume(): Promise<void> {
  const mine = ++work;
  set({ phase: { name: 'running' } });
  return whileBusy(follow((onUpdate) => engineOf().resume(onUpdate), mine, true).then(() => {}));
}

/** Runs the same cluster on from the moment on show with more actions, as a new branch. Rejects with what is wrong with them. */
export function forkHere(actions: readonly TimelineAction[], title: string): Promise<void> {
  const { cursorUs, cursorEvent, phase } = get();
  if (phase.name === 'running') stop();
  const mine = ++work;
  const moment = { timeUs: cursorUs, ...(cursorEvent >= 0 ? { eventNumber: cursorEvent } : {}) };
  return whileBusy(
    (async () => {
      const begin = (onUpdate: Update) => engineOf().fork(moment, actions, title, onUpdate);
      // A fork is listed and kept from its first steps on: who reloads the page finds it again.
      const outcome = await follow(begin, mine, true, () => void listBranches());
      if (outcome !== undefined) await listBranches();
    })(),
  );
}

/** Shows another branch of the run at the same moment; one from before runs first. */
export function showBranch(id: string): Promise<void> {
  const isKept = get().branches.some((b) => b.id === id && b.isKept);
  if (isKept && get().phase.name === 'running') stop();
  const mine = ++work;
  return whileBusy(
    (async () => {
      if (isKept) {
        await follow((onUpdate) => engineOf().show(id, onUpdate), mine, true);
        await listBranches();
        return;
      }
      const outcome = await engineOf().show(
        id,
        Comlink.proxy(() => {}),
      );
      if (work !== mine) return;
      finish(outcome, false);
      setCursor(get().cursorUs);
      await listBranches();
    })(),
  );
}

/** Gives up a fork and those that left it; the run on show stays or is the run itself. */
export async function dropBranch(id: string): Promise<void> {
  const shown = get().facts?.branch ?? '0';
  if (shown === id || shown.startsWith(`${id}.`)) await showBranch('0');
  await engineOf().drop(id);
  await listBranches();
}

/** Lists the forks, and keeps them in this browser for the next time that the run is made. */
export async function listBranches(): Promise<void> {
  set({ branches: await engineOf().branches() });
  const origin = await engineOf().origin();
  const { facts } = get();
  if (origin !== undefined && facts?.hasObjects === true)
    await keepForks(keyOfRun(origin, facts.seed), origin.tree.forks);
}

/** Forks that were made of the same run before can be shown again. */
async function rememberForks(): Promise<void> {
  const origin = await engineOf().origin();
  const { facts } = get();
  if (origin === undefined || facts === undefined) return;
  await engineOf().keep(await keptForks(keyOfRun(origin, facts.seed)));
  set({ branches: await engineOf().branches() });
}

export function runChosen(): Promise<void> {
  const { chosen } = get();
  return runSource(chosen === '' ? { from: 'open' } : { from: 'bundled', path: chosen });
}

/** Stops the run; what it did so far stays. */
export function stop(): void {
  if (get().phase.name === 'loading') {
    work++;
    set({ ...cleared(), phase: { name: 'empty' } });
  }
  void engineOf().cancel();
}

export async function loadScenarios(): Promise<void> {
  await whileBusy(
    (async () => {
      const scenarios = await engineOf().scenarios();
      set({ scenarios });
      const { facts, phase, chosen } = get();
      if (chosen === '' && facts === undefined && (phase.name === 'empty' || phase.name === 'failed'))
        set({ chosen: flagship() });
    })(),
  );
}

export function choose(path: string): void {
  set({ chosen: path, seed: '' });
}

/** Files by path: one recording, or a scenario with what it names, or manifests. */
export async function openFiles(files: readonly (readonly [string, Uint8Array])[]): Promise<void> {
  if (files.length === 0) return;
  const recording = files.find(([path]) => path.endsWith('.orrery'));
  const yaml = files.filter(([path]) => /\.(ya?ml|json)$/i.test(path));
  if (recording !== undefined) return openBytes(recording[1]);
  if (yaml.length === 0) return openBytes(files[0][1]);
  set({ chosen: '', seed: '' });
  return runSource({ from: 'files', files: yaml });
}

export async function save(): Promise<void> {
  const bytes = await whileBusy(engineOf().recording());
  if (bytes === undefined) return;
  download('run.orrery', new Blob([bytes as BlobPart], { type: 'application/octet-stream' }));
}

/** The scenario of the fork on show, as a file: the command line runs the fork by it. */
export async function saveBranchFile(): Promise<void> {
  const file = await whileBusy(engineOf().branchFile());
  if (file !== undefined) download(file.name, new Blob([file.text], { type: 'application/yaml' }));
}

/** Hands a file to the browser. */
export function download(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export function setView(view: Viewport): void {
  set({ view: clampView(view, limitUs()), follows: false });
}

export function zoom(factor: number, atUs: number): void {
  set({ view: zoomView(get().view, factor, atUs, limitUs()), follows: false });
}

/** By a share of what is shown. */
export function pan(share: number): void {
  const { view } = get();
  set({ view: panView(view, share * (view.toUs - view.fromUs), limitUs()), follows: false });
}

export function fitAll(): void {
  set({ view: { fromUs: 0, toUs: limitUs() }, follows: true });
}

/** The selected pod's story with some air; when that is on show already, or nothing is selected, the whole run. */
export function focus(): void {
  const { story, selectedLane, view } = get();
  const data = runData();
  if (data === undefined) return;
  const part = story?.parts[0];
  let fromUs = part?.steps[0]?.timeUs ?? Number.NaN;
  let toUs = part === undefined ? Number.NaN : fromUs + part.totalUs;
  if (Number.isNaN(fromUs) && selectedLane >= 0) {
    fromUs = data.frame.segTime[data.frame.segFirst[selectedLane]];
    toUs = data.frame.endUs;
  }
  if (Number.isNaN(fromUs)) {
    fitAll();
    return;
  }
  const air = Math.max(1e6, (toUs - fromUs) * 0.08);
  const wanted = clampView({ fromUs: fromUs - air, toUs: toUs + air }, limitUs());
  if (wanted.fromUs === view.fromUs && wanted.toUs === view.toUs) fitAll();
  else set({ view: wanted, follows: false });
}

export function showSpan(fromUs: number, untilUs: number): void {
  const end = Math.min(untilUs, limitUs());
  const air = Math.max((end - fromUs) * 0.25, 15e6);
  setView({ fromUs: fromUs - air, toUs: end + air });
  set({ cursorUs: fromUs });
}

/** Moves every view to a moment. */
export function setCursor(us: number, event = -1): void {
  set({ cursorUs: Math.min(Math.max(0, us), runData()?.frame.endUs ?? 0), cursorEvent: event });
}

let storyCall = 0;

/** The lane of `pods/namespace/name`; -1 = none. */
const laneOfPath = (path: string) => (path.startsWith('pods/') ? laneOf(path.slice('pods/'.length)) : -1);

/** Selects an object by `resource/namespace/name`; '' = nothing. */
export function selectPath(path: string): void {
  const mine = ++storyCall;
  const selectedLane = laneOfPath(path);
  set({ selection: path, selectedLane, story: undefined, ...(path === '' ? {} : { showInspector: true }) });
  if (selectedLane < 0 || get().phase.name === 'running') return;
  void whileBusy(
    (async () => {
      const story = await ask('timeline', 'story', selectedLane);
      if (mine === storyCall) set({ story });
    })(),
  );
}

export function select(lane: number): void {
  selectPath(lane < 0 ? '' : `pods/${laneName(lane)}`);
}

let findCall = 0;

export function setFilter(text: string): void {
  const mine = ++findCall;
  set({ filter: text });
  if (text.trim() === '') {
    set({ matches: undefined });
    return;
  }
  if (get().phase.name === 'running') return;
  void whileBusy(
    (async () => {
      const matches = await ask('timeline', 'find', text.slice(0, 200));
      if (mine === findCall) set({ matches });
    })(),
  );
}

const bump = () => set({ version: get().version + 1 });

export const GROUP_BY: readonly GroupBy[] = ['owner', 'node', 'pod', 'component'];

export function setGroupBy(groupBy: GroupBy): void {
  set({ groupBy });
}

export function setRowSize(rowSize: RowSize): void {
  set({ rowSize });
}

export function toggleGroup(by: GroupBy, name: string, open: boolean): void {
  setOpen(by, name, open);
  bump();
}

export function openAll(open: boolean): void {
  setAllOpen(get().groupBy, open);
  bump();
}

/** Moves the cursor to the next (1) or previous (-1) change of the selected lane, and the view with it. */
export function stepChange(direction: 1 | -1): void {
  const { selectedLane, cursorUs, view } = get();
  const data = runData();
  if (data === undefined || selectedLane < 0) return;
  const { frame } = data;
  const first = frame.segFirst[selectedLane];
  const last = frame.segEnd[selectedLane] - 1;
  const here = segmentAt(frame, selectedLane, cursorUs);
  let to = here < 0 ? (direction > 0 ? first : last) : here + direction;
  if (direction < 0 && here >= 0 && cursorUs > frame.segTime[here]) to = here;
  if (to < first || to > last) return;
  const us = frame.segTime[to];
  setCursor(us);
  const span = view.toUs - view.fromUs;
  if (us < view.fromUs || us > view.toUs) setView({ fromUs: us - span / 2, toUs: us + span / 2 });
  set({ said: laneName(selectedLane) });
}
