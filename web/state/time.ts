import { t } from '../i18n/index.ts';
import { ask } from '../worker/client.ts';
import { setCursor, setView } from './actions.ts';
import { whileBusy } from './idle.ts';
import { type StepUnit, useApp } from './store.ts';

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
  const to = Math.min(wanted, nowUs);
  if (to !== cursorUs) setCursor(to);
  // The picture turns a page when the moment leaves it.
  const span = view.toUs - view.fromUs;
  if (to > view.toUs || to < view.fromUs) setView({ fromUs: to - span * 0.1, toUs: to + span * 0.9 });
  if (to >= nowUs && phase.name !== 'running') {
    set({ playing: false });
    return;
  }
  schedule();
}

export function play(): void {
  const { playing, cursorUs, nowUs, facts, phase } = get();
  if (playing || facts === undefined) return;
  // From the end it begins anew.
  if (cursorUs >= nowUs && phase.name !== 'running') setCursor(0);
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

/** Moves to the next (1) or previous (-1) event, message, ... of the run. */
export function step(direction: 1 | -1, unit: StepUnit = get().unit): void {
  const { cursorUs, nowUs } = get();
  pause();
  if (unit === 'second') {
    reach(cursorUs + direction * 1e6);
    return;
  }
  void whileBusy(
    (async () => {
      const found = await ask('time', 'step', { unit, direction, fromUs: Math.min(cursorUs, nowUs) });
      if (found === undefined) return;
      if (found.timeUs < 0) set({ said: t('transport.noStep') });
      else {
        reach(found.timeUs);
        set({ said: found.text });
      }
    })(),
  );
}

/** Moves to a moment, and the stretch on show with it. */
export function reach(us: number): void {
  setCursor(us);
  const { view, cursorUs } = get();
  const span = view.toUs - view.fromUs;
  if (cursorUs < view.fromUs || cursorUs > view.toUs)
    setView({ fromUs: cursorUs - span / 2, toUs: cursorUs + span / 2 });
}
