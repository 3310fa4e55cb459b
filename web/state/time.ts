import { t } from '../i18n/index.ts';
import { ask, engineOf } from '../worker/client.ts';
import type { Moment } from '../worker/traveller.ts';
import { resume, setCursor, setView } from './actions.ts';
import { whileBusy } from './idle.ts';
import { type Breakpoint, type StepUnit, useApp } from './store.ts';

const get = useApp.getState;
const set = useApp.setState;

/** With reduced motion the picture changes this often while playing, else with every frame of the screen. */
const REDUCED_MS = 250;

let timer = 0;
let lastMs = 0;

const isReduced = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

function schedule(): void {
  if (isReduced()) timer = window.setTimeout(() => tick(performance.now()), REDUCED_MS);
  else timer = requestAnimationFrame(tick);
}

/** Moves the moment on by what passed, up to what is recorded; at the end of the run playing ends. */
function tick(nowMs: number): void {
  const { playing, speed, cursorUs, nowUs, phase, view } = get();
  if (!playing) return;
  const passedMs = Math.min(250, nowMs - lastMs);
  lastMs = nowMs;
  const wanted = speed === Number.POSITIVE_INFINITY ? nowUs : cursorUs + passedMs * 1000 * speed;
  const to = Math.min(wanted, nowUs, stopUs);
  if (to !== cursorUs) setCursor(to);
  // The picture turns a page when the moment leaves it.
  const span = view.toUs - view.fromUs;
  if (to > view.toUs || to < view.fromUs) setView({ fromUs: to - span * 0.1, toUs: to + span * 0.9 });
  if (to >= stopUs || (to >= nowUs && phase.name !== 'running')) {
    set({ playing: false });
    return;
  }
  schedule();
}

/** The next breakpoint within what is recorded: playing stops there. */
let stopUs = Number.POSITIVE_INFINITY;

export function play(): void {
  const { playing, cursorUs, nowUs, facts, phase, end } = get();
  if (playing || facts === undefined) return;
  stopUs = Number.POSITIVE_INFINITY;
  if (phase.name !== 'running' && end?.cancelled === true && cursorUs >= nowUs) void resume();
  else if (cursorUs >= nowUs && phase.name !== 'running') {
    // From the end it begins anew.
    setCursor(0);
  }
  const until = activeBreakpoints();
  if (until.length > 0 && cursorUs < nowUs) {
    void ask('time', 'step', { unit: 'condition', direction: 1, from: moment(), until }, 'time').then((found) => {
      if (found?.moved === true) stopUs = found.timeUs;
    });
  }
  lastMs = performance.now();
  set({ playing: true });
  schedule();
}

export function pause(): void {
  cancelAnimationFrame(timer);
  clearTimeout(timer);
  set({ playing: false });
}

export function togglePlay(): void {
  if (get().playing) pause();
  else play();
}

/** The moment on show, as the worker's questions take it. */
export function moment(): Moment {
  const { cursorUs, cursorEvent } = get();
  return { timeUs: cursorUs, ...(cursorEvent >= 0 ? { eventNumber: cursorEvent } : {}) };
}

const activeBreakpoints = () => get().breakpoints.flatMap(({ spec, on }) => (on ? [spec] : []));

/** Moves to the next (1) or previous (-1) event, message, ... of the run. */
export function step(direction: 1 | -1, unit: StepUnit = get().unit): void {
  pause();
  const until = unit === 'condition' ? activeBreakpoints() : [];
  if (unit === 'condition' && until.length === 0) {
    set({ dialog: 'breaks', said: t('breaks.missing') });
    return;
  }
  void whileBusy(
    (async () => {
      const found = await ask('time', 'step', { unit, direction, from: moment(), until }, 'time');
      if (found === undefined) return;
      if (found.moved) reach(found.timeUs, found.eventNumber);
      set({ said: found.moved ? found.text : t(unit === 'condition' ? 'breaks.none' : 'transport.noStep') });
    })(),
  );
}

/** Moves to a moment, and the stretch on show with it. */
export function reach(us: number, event = -1): void {
  setCursor(us, event);
  const { view, cursorUs } = get();
  const span = view.toUs - view.fromUs;
  if (cursorUs < view.fromUs || cursorUs > view.toUs)
    setView({ fromUs: cursorUs - span / 2, toUs: cursorUs + span / 2 });
}

/** Takes the breakpoints over; rejects when an expression of one cannot be understood, and keeps the old ones. */
export async function setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<void> {
  await engineOf().setBreakpoints(breakpoints.flatMap(({ spec, on }) => (on ? [spec] : [])));
  set({ breakpoints });
}
